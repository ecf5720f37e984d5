"""The printed record: the ledger of figures, the exhibits, and the register of what is lost.

Everything is read from ``data/`` as ``datapackage.json`` describes it, and every read checks the
file against its schema first, so that a slip in a CSV file is reported with its row and column
instead of turning up as an odd number on a page.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from casebook import checksums, provenance, schema
from casebook.errors import DataError
from casebook.paths import data_dir

_PACKAGE = "datapackage.json"

#: What a figure with qualifier ``order`` may be, and how it reads.
_ORDERS = {
    10: "tens",
    100: "hundreds",
    1_000: "thousands",
    10_000: "tens of thousands",
    100_000: "hundreds of thousands",
    1_000_000: "millions",
    1_000_000_000: "billions",
}
_FRACTIONS = {
    Fraction(1, 2): "half",
    Fraction(1, 3): "a third",
    Fraction(2, 3): "two thirds",
    Fraction(1, 4): "a quarter",
    Fraction(3, 4): "three quarters",
}
# "bijna 60 %" and "minder dan tien jaar" are both upper limits, but do not read alike; the source's
# own word decides, the last entry is the default.
_WORDING = {
    "exact": {"": ""},
    "order": {"": ""},
    "approx": {"": "about "},
    "at_least": {
        "or more": "at least ",
        "of meer": "at least ",
        "minimaal": "at least ",
        "minstens": "at least ",
        "ten minste": "at least ",
        "zeker de": "at least ",
        "": "more than ",
    },
    "at_most": {
        "bijna": "almost ",
        "minder dan": "less than ",
        "<": "less than ",
        "binnen": "within ",
        "": "at most ",
    },
}


@dataclass(frozen=True)
class Fact:
    """One printed figure: a row of the ledger.

    ``value`` is a number, or a date where ``unit`` is ``date`` or ``month`` (then the first of
    the month). ``qualifier`` says how exact the source is: a figure with ``at_least`` is never to
    be used as if it were exact. ``as_published`` is the figure in the source's own words.
    """

    id: str
    chapter: str
    subject: str
    value: float | date
    qualifier: str
    unit: str
    as_published: str
    source: str
    locator: str
    period_start: date | None
    period_end: date | None
    note: str

    @property
    def text(self) -> str:
        """The figure in English as prose prints it: ``more than 80%``, ``8.9 million``, ``tens``.

        The unit's name is left to the sentence, except for percentages and amounts of money.
        """
        printed = self.as_published.lower()
        wording = _WORDING[self.qualifier]
        return next(english for dutch, english in wording.items() if dutch in printed) + _display(
            self.value, self.qualifier, self.unit
        )

    @property
    def provenance(self) -> provenance.Provenance:
        """``published``, with source and locator."""
        return provenance.Provenance("published", (f"{self.source} {self.locator}",))


def _display(value: float | date, qualifier: str, unit: str) -> str:
    if isinstance(value, date):
        return f"{value:%B %Y}" if unit == "month" else f"{value.day} {value:%B %Y}"
    if qualifier == "order":
        return _ORDERS[int(value)]
    if unit == "year":
        return str(value)
    if unit == "decade":
        return f"{value}s"
    if unit == "fraction":
        share = Fraction(value).limit_denominator(12)
        return _FRACTIONS.get(share) or f"{share.numerator} in {share.denominator}"
    text = f"{value:,}"
    for size, name in ((1_000_000_000, "billion"), (1_000_000, "million")):
        # 8,900,000 is printed as 8.9 million in the source; 1,234,567 is not to be rounded
        if value >= size and value % (size // 100) == 0:
            text = f"{value / size:g} {name}"
            break
    if unit == "percent":
        return f"{text}%"
    return f"€{text}" if unit == "euro" else text


def ledger() -> pd.DataFrame:
    """Every figure printed in prose in a source, one row each, marked ``published``.

    Returns
    -------
    DataFrame
        indexed by ``id``; columns ``chapter, subject, value, qualifier, unit, as_published,
        source, locator, period_start, period_end, note``. ``value`` holds int, float or
        ``datetime.date`` objects, the periods are datetimes (NaT where not stated).

    Raises
    ------
    DataError
        if the file departs from its schema.
    """
    return _ledger(data_dir()).copy()


def fact(id: str) -> Fact:
    """The ledger row ``id``.

    Raises
    ------
    DataError
        if there is no such row; the nearest ids are suggested.
    """
    rows = _ledger(data_dir())
    if id not in rows.index:
        raise _unknown("data/published/ledger.csv", "figure", id, rows.index)
    row = rows.loc[id].to_dict()
    for end in ("period_start", "period_end"):
        row[end] = None if pd.isna(row[end]) else row[end].date()
    return Fact(id=id, **{f.name: row[f.name] for f in fields(Fact) if f.name != "id"})


def value(id: str) -> float | int:
    """The bare number of ledger row ``id``, for computing; its qualifier stays behind.

    Raises
    ------
    DataError
        if there is no such row, or if it holds a date.
    """
    number = fact(id).value
    if isinstance(number, date):
        raise DataError(
            "data/published/ledger.csv",
            f"'{id}' is a date, not a number",
            f"use fact('{id}').value",
            column="value",
        )
    return number


def exhibit(name: str) -> pd.DataFrame:
    """The table that ``datapackage.json`` calls ``name``, typed by its schema.

    It is marked with the resource's provenance, source and locator. Absent text is the empty
    string, anything else absent is missing (NA or NaT).

    Raises
    ------
    DataError
        if there is no such resource, its file is absent, or the file departs from its schema.
    """
    return _exhibit(data_dir(), name).copy()


def primary_key(name: str) -> list[str]:
    """The columns that tell the rows of table ``name`` apart; empty if it has none.

    Raises
    ------
    DataError
        if there is no such table.
    """
    key: str | list[str] = _resource(data_dir(), name)["schema"].get("primaryKey", [])
    return [key] if isinstance(key, str) else list(key)


def resources() -> pd.DataFrame:
    """What tables there are: ``title, description, provenance, source, locator, path`` by name."""
    root = data_dir()
    keys = ["name", "title", "description", "provenance", "source", "locator", "path"]
    rows = [{key: r.get(key, "") for key in keys} for r in _package(root)["resources"]]
    return pd.DataFrame(rows, columns=keys).set_index("name")


def lost(page: str | None = None) -> pd.DataFrame:
    """The exhibits of which nothing but caption or description survives.

    Parameters
    ----------
    page
        a page of the book such as ``"technology"``; all pages if None.

    Returns
    -------
    DataFrame
        rows of the register ``exhibits`` that are ``image-only``.
    """
    register = exhibit("exhibits")
    rows = register[register["recoverable"] == "image-only"]
    if page is not None:
        rows = rows[rows["page"] == page]
    sources = tuple(dict.fromkeys(rows["source"]))
    origin = provenance.Provenance("coded", sources, "From the register of exhibits.")
    return provenance.mark(rows.reset_index(drop=True), origin)


def incomplete(page: str) -> pd.DataFrame:
    """The exhibits of ``page`` that did not survive whole, as readers see them.

    Returns
    -------
    DataFrame
        ``exhibit, title, what survives, Dutch title``, from the register ``exhibits``.
    """
    register = exhibit("exhibits")
    rows = register[(register["page"] == page) & (register["recoverable"] != "full")]
    survives = {"partial": "in part: ", "image-only": "lost: "}
    frame = pd.DataFrame(
        {
            "exhibit": rows["label"],
            "title": rows["title_en"],
            "what survives": rows["recoverable"].map(survives) + rows["survives_en"],
            "Dutch title": rows["title_nl"],
        }
    )
    sources = tuple(dict.fromkeys(rows["source"]))
    origin = provenance.Provenance("coded", sources, "From the register of exhibits.")
    return provenance.mark(frame.reset_index(drop=True), origin)


def check(root: Path | None = None) -> None:
    """Check the ledger and every published or coded table against ``datapackage.json``.

    Parameters
    ----------
    root
        the folder that holds ``datapackage.json``; found as usual if None.

    Raises
    ------
    DataError
        on the first problem: a file, column or value that is missing, unknown, doubled, of the
        wrong type or out of range, a period that ends before it starts, or a source that is not
        in ``references.bib`` (not checked where that file is absent, as in a bundle).
    """
    root = data_dir() if root is None else root
    known = _bibliography(root)
    for resource in _package(root)["resources"]:
        if resource.get("provenance") not in provenance.KINDS:
            raise DataError(
                f"{root.name}/{_PACKAGE}",
                f"the table '{resource['name']}' does not say where it comes from",
                f"give it a provenance: one of {', '.join(provenance.KINDS)}",
            )
        # reconstructions answer to their own specification, which other code checks
        if resource["provenance"] == "reconstructed":
            continue
        _known_sources(resource["source"].split(", "), known, f"{root.name}/{_PACKAGE}", "source")
        lines, frame = schema.read(root, resource)
        if resource["name"] == "ledger":
            _figures(frame, lines, schema.label(root, resource))
        for field in resource["schema"]["fields"]:
            if field.get("bibtex"):
                column = field["name"]
                _known_sources(frame[column], known, schema.label(root, resource), column, lines)


# Reading ----------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _package(root: Path) -> dict[str, Any]:
    return checksums.package(root)


@lru_cache(maxsize=16)
def _ledger(root: Path) -> pd.DataFrame:
    resource = _resource(root, "ledger")
    lines, frame = schema.read(root, resource)
    frame["value"] = pd.Series(_figures(frame, lines, schema.label(root, resource)), dtype="object")
    frame = frame.set_index("id")
    origin = provenance.Provenance(
        "published", tuple(frame["source"].unique()), "One row for every figure printed in prose."
    )
    return provenance.mark(frame, origin)


@lru_cache(maxsize=256)
def _exhibit(root: Path, name: str) -> pd.DataFrame:
    resource = _resource(root, name)
    _, frame = schema.read(root, resource)
    sources = resource["source"].split(", ")
    if len(sources) == 1:
        sources = [f"{sources[0]} {resource['locator']}".strip()]
    origin = provenance.Provenance(resource["provenance"], tuple(sources), resource["title"] + ".")
    return provenance.mark(frame, origin)


def _resource(root: Path, name: str) -> dict[str, Any]:
    by_name = {r["name"]: r for r in _package(root)["resources"]}
    if name not in by_name:
        raise _unknown(f"{root.name}/{_PACKAGE}", "table", name, by_name)
    found: dict[str, Any] = by_name[name]
    return found


def _unknown(file: str, what: str, name: str, known: Iterable[str]) -> DataError:
    known = sorted(known)
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    same_topic = [k for k in known if k.split(".")[0] == name.split(".")[0] and k not in near]
    suggestions = (near + same_topic)[:4] or known[:4]
    return DataError(file, f"there is no {what} '{name}'", f"perhaps {', '.join(suggestions)}")


def _figures(frame: pd.DataFrame, lines: list[int], file: str) -> list[float | date]:
    """The ledger's values as numbers and dates; what a figure is depends on its unit."""
    figures: list[float | date] = []
    columns = (frame["value"], frame["unit"], frame["qualifier"])
    for line, text, unit, qualifier in zip(lines, *columns, strict=True):
        try:
            figure = _figure(text, unit)
        except ValueError as error:
            wanted = {"date": "2014-02-15", "month": "2014-02"}.get(unit, "43 or 8.9")
            raise DataError(
                file,
                f"'{text}' does not go with the unit '{unit}'",
                f"write a value such as {wanted}",
                row=line,
                column="value",
            ) from error
        if qualifier == "order" and figure not in _ORDERS:
            raise DataError(
                file,
                f"{text} is not an order of magnitude",
                f"use one of {', '.join(str(size) for size in _ORDERS)}",
                row=line,
                column="value",
            )
        figures.append(figure)
    return figures


def _figure(text: str, unit: str) -> float | date:
    if unit == "month":
        return date.fromisoformat(f"{text}-01")
    if unit == "date":
        return date.fromisoformat(text)
    return float(text) if "." in text else int(text)


def _bibliography(root: Path) -> set[str] | None:
    path = root.parent / "references.bib"
    if not path.is_file():
        return None
    return set(re.findall(r"^@\w+\{([^,\s]+),", path.read_text(encoding="utf-8"), re.MULTILINE))


def _known_sources(
    used: Iterable[str],
    known: set[str] | None,
    file: str,
    column: str,
    lines: list[int] | None = None,
) -> None:
    if known is None:
        return
    for position, source in enumerate(used):
        if source not in known:
            raise DataError(
                file,
                f"the source '{source}' is not in references.bib",
                f"use one of {', '.join(sorted(known))}, or add it there",
                row=lines[position] if lines else None,
                column=column,
            )
