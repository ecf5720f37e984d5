"""What the reader sees: a table, chart or network that carries its origin, description and twin.

A :class:`Figure` shows itself in a notebook (static picture or table) and hands the book's
extension a payload, :data:`MIME`, from which a page draws the interactive form, the badge, the
table twin and the downloads. A figure cannot be made without provenance, and a reconstruction
is marked inside the picture, so that a screenshot still says so.
"""

from __future__ import annotations

import base64
import csv
import html
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import altair as alt
import pandas as pd

from casebook import charts, paths
from casebook.errors import ProvenanceError
from casebook.minus import minus
from casebook.networkview import NetworkView
from casebook.provenance import Provenance, of

#: Mime type under which the book's extension finds figures.
MIME = "application/vnd.casebook.figure+json"

#: Written inside every picture of a reconstruction.
MARK = "RECONSTRUCTION: simulated, not evidence"

#: Rows that a page shows of a table over three times as long; the CSV always has them all.
SHOWN_ROWS = 100

#: Columns that hold Dutch words in every table that has them; screen readers must know.
DUTCH = ("Dutch", "Dutch title")

#: Endings of files that are no text.
BINARY = ("pdf",)

# The names that reconstructed actors bear: a last guard for tables that lost their origin.
_RECONSTRUCTED_ACTOR = re.compile(r"p\d{4,}")


@dataclass(frozen=True)
class Figure:
    """One exhibit of a page. Make it with :func:`table`, :func:`chart` or :func:`network`."""

    name: str
    type: str
    description: str
    provenance: Provenance
    frame: pd.DataFrame
    content: dict[str, Any]
    pictures: dict[str, str]
    files: dict[str, str]
    note: str = ""
    view: NetworkView | None = None
    dutch: tuple[str, ...] = DUTCH

    def payload(self) -> dict[str, Any]:
        """The figure as plain JSON for the book's extension."""
        origin = self.provenance
        return {
            "name": self.name,
            "type": self.type,
            "description": self.description,
            "kind": origin.kind,
            "sources": list(origin.sources),
            "cited": origin.cited,
            "note": origin.note,
            "mark": MARK if origin.kind == "reconstructed" else "",
            "table": {
                **_table_content(self.frame, self.note, whole="anchors" in self.content),
                "dutch": [column in self.dutch for column in self.frame.columns],
            },
            "content": self.content,
            "pictures": self.pictures,
            "files": {"csv": to_csv(self.frame), **self.files},
            "inputs": paths.used(),
        }

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = {MIME: self.payload(), "text/plain": self._plain()}
        if not paths.building():
            bundle["text/html"] = self.to_html()
        return bundle

    def _plain(self) -> str:
        origin = self.provenance
        return f"{self.description}\n[{origin.kind}: {'; '.join(origin.sources)}]"

    def to_html(self) -> str:
        """The figure for a notebook: picture or network, origin, and its table folded in."""
        origin = self.provenance
        said = html.escape(f"{origin.kind}: {'; '.join(origin.sources)}. {origin.note}".strip())
        table = self.frame.head(SHOWN_ROWS).to_html(index=False, border=0, escape=True)
        if self.type == "table":
            return f"{table}<p><small>{said}</small></p>"
        shown = self.view.to_html() if self.view is not None else self.pictures["light"]
        return (
            f"{shown}<p><small>{said}</small></p><details><summary>Table</summary>{table}</details>"
        )


def table(
    frame: pd.DataFrame,
    name: str,
    description: str,
    *,
    anchors: tuple[str, str] | None = None,
    choose: Sequence[str] = (),
    dutch: Sequence[str] = (),
) -> Figure:
    """A table as an exhibit.

    Parameters
    ----------
    frame
        with provenance (see :mod:`casebook.provenance`); the index is not shown.
    name
        unique in the book, lower snake_case; names the CSV.
    description
        one or two sentences that tell the finding.
    anchors
        a column and a word: each row can be linked to as the word, a hyphen and its (unique)
        value in that column, with hyphens for dots and underscores.
    choose
        columns whose cells hold one or more values, separated by "; ": the page offers a choice
        for each of them and shows the rows that meet all choices.
    dutch
        columns in Dutch besides those of :data:`DUTCH`.
    """
    content: dict[str, Any] = {}
    if anchors:
        column, word = anchors
        content["anchors"] = [anchor(word, value) for value in frame[column]]
    if choose:
        content["choose"] = [list(frame.columns).index(column) for column in choose]
    made = _make(frame, name, "table", description, of(frame), content=content)
    return replace(made, dutch=(*DUTCH, *dutch))


def with_files(made: Figure, **files: str | bytes) -> Figure:
    """``made`` with further files to download, by ending; bytes are kept as base64 text."""
    kept = {
        ending: base64.b64encode(file).decode("ascii") if isinstance(file, bytes) else file
        for ending, file in files.items()
    }
    return replace(made, files={**made.files, **kept})


def as_bytes(ending: str, kept: str) -> bytes:
    """A file of a figure as it is written: what :func:`with_files` kept as base64, decoded."""
    return base64.b64decode(kept) if ending in BINARY else kept.encode("utf-8")


def anchor(word: str, value: str) -> str:
    """The link target of the row of ``value`` in a table with ``anchors=(..., word)``."""
    return f"{word}-{re.sub('[^a-z0-9]+', '-', value.lower()).strip('-')}"


def chart(drawn: alt.TopLevelMixin, frame: pd.DataFrame, name: str, description: str) -> Figure:
    """A chart as an exhibit, with ``frame`` as its table twin; arguments as in :func:`table`."""
    origin = of(frame)
    mark = MARK if origin.kind == "reconstructed" else ""
    spec = charts.finish(drawn, description, mark)
    pictures = {} if paths.live() else _stills(spec)
    return _make(
        frame, name, "chart", description, origin, content={"spec": spec}, pictures=pictures
    )


def _stills(spec: dict[str, Any]) -> dict[str, str]:
    # Imported here: a browser has no such library, and needs no still pictures.
    import vl_convert as vlc

    return {theme: vlc.vegalite_to_svg(charts.static(spec, theme)) for theme in ("light", "dark")}


def network(view: NetworkView, name: str, description: str) -> Figure:
    """A network as an exhibit; its table twin lists the drawn nodes, its GEXF holds the drawing."""
    origin = view.provenance
    mark = MARK if origin.kind == "reconstructed" else ""
    pictures, files = {}, {}
    if not paths.live():
        pictures = {t: view.to_svg(t, mark, description) for t in ("light", "dark")}
        files = {"gexf": view.to_gexf(mark)}
    return _make(
        view.table(),
        name,
        "network",
        description,
        origin,
        content=view.payload(mark),
        pictures=pictures,
        files=files,
        view=view,
    )


def _make(
    frame: pd.DataFrame,
    name: str,
    kind_of_figure: str,
    description: str,
    origin: Provenance,
    **rest: Any,
) -> Figure:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ProvenanceError(
            f"Figure name {name!r} cannot name a file. Remedy: use lower-case snake_case."
        )
    if not description.strip():
        raise ProvenanceError(f"Figure {name} has no description. Remedy: tell its finding.")
    _refuse_disguised(frame, name, origin)
    rest = {"content": {}, "pictures": {}, "files": {}, **rest}
    return Figure(name, kind_of_figure, description, origin, frame, **rest)


def _refuse_disguised(frame: pd.DataFrame, name: str, origin: Provenance) -> None:
    """A table that holds reconstructed actors must be marked as a reconstruction."""
    if origin.kind == "reconstructed":
        return
    for column in frame.select_dtypes(exclude="number"):
        for value in frame[column]:
            if isinstance(value, str) and _RECONSTRUCTED_ACTOR.fullmatch(value):
                raise ProvenanceError(
                    f"Figure {name} shows the reconstructed actor {value} (column '{column}') but "
                    f"is marked '{origin.kind}'. Remedy: provenance.derive(it, the_conversation)."
                )


def to_csv(frame: pd.DataFrame) -> str:
    """``frame`` as CSV text (LF, minimal quoting); cells that a spreadsheet would run are quoted.

    A leading ``=``, ``+``, ``-`` or ``@`` in text gets an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    for row in frame.itertuples(index=False):
        writer.writerow(_safe(cell) for cell in row)
    return out.getvalue()


def _safe(cell: Any) -> Any:
    if _missing(cell):
        return ""
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@")):
        return "'" + cell
    return _plain_number(cell) if isinstance(cell, float) else cell


def _plain_number(value: float) -> float | int:
    return int(value) if value.is_integer() else round(value, 6)


def _missing(cell: Any) -> bool:
    return pd.api.types.is_scalar(cell) and bool(pd.isna(cell))


def _table_content(frame: pd.DataFrame, note: str, *, whole: bool) -> dict[str, Any]:
    shown = frame if whole or len(frame) <= 3 * SHOWN_ROWS else frame.head(SHOWN_ROWS)
    return {
        "columns": [str(c) for c in frame.columns],
        "numeric": [_numeric(frame[c]) for c in frame.columns],
        "rows": [list(row) for row in zip(*(_cells(shown[c]) for c in shown), strict=True)],
        "total": len(frame),
        "note": note.strip(),
    }


def _numeric(column: pd.Series) -> bool:
    types = pd.api.types
    return types.is_numeric_dtype(column) and not types.is_bool_dtype(column)


def _cells(column: pd.Series) -> list[str]:
    """The cells of a column: numbers with one decimal or two have as many in each row."""
    told = [cell(c) for c in column]
    if not pd.api.types.is_float_dtype(column):
        return told
    digits = max((len(text.partition(".")[2]) for text in told), default=0)
    if digits not in (1, 2) or any(_POWER in text for text in told):
        return told
    return [
        minus(f"{float(c):,.{digits}f}") if text and abs(float(c)) < _WHOLE else text
        for c, text in zip(column, told, strict=True)
    ]


# Written as 1e-05 by format; and from which on no decimals are told.
_POWER, _WHOLE = "e", 1000


def cell(cell: Any) -> str:
    if _missing(cell):
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, pd.Timestamp):
        return cell.strftime("%Y-%m-%d %H:%M" if cell.hour or cell.minute else "%Y-%m-%d")
    if isinstance(cell, (int, float)) or hasattr(cell, "dtype"):
        number = _plain_number(float(cell))
        if isinstance(number, int) or abs(number) >= _WHOLE:
            return minus(f"{number:,.0f}")
        return minus(f"{number:.4g}")
    return str(cell)
