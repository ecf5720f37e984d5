"""The printed record: the ledger of figures, the exhibits, and the register of what is lost.

Everything is read from ``data/`` as ``datapackage.json`` describes it, and every read checks the
file against its schema first, so that a slip in a CSV file is reported with its row and column
instead of turning up as an odd number on a page.
"""

from __future__ import annotations

import csv
import difflib
import gzip
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from casebook import provenance
from casebook.errors import DataError
from casebook.paths import data_dir, note_use

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
        "": "more than ",
    },
    "at_most": {
        "bijna": "almost ",
        "minder dan": "less than ",
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
    return provenance.derive(rows.reset_index(drop=True), register, kind="coded")


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
        lines, frame = _load(root, resource)
        if resource["name"] == "ledger":
            _figures(frame, lines, _label(root, resource))
        for field in resource["schema"]["fields"]:
            if field.get("bibtex"):
                column = field["name"]
                _known_sources(frame[column], known, _label(root, resource), column, lines)


# Reading ----------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _package(root: Path) -> dict[str, Any]:
    package: dict[str, Any] = json.loads((root / _PACKAGE).read_text(encoding="utf-8"))
    return package


@lru_cache(maxsize=16)
def _ledger(root: Path) -> pd.DataFrame:
    resource = _resource(root, "ledger")
    lines, frame = _load(root, resource)
    frame["value"] = pd.Series(_figures(frame, lines, _label(root, resource)), dtype="object")
    frame = frame.set_index("id")
    origin = provenance.Provenance(
        "published", tuple(frame["source"].unique()), "One row for every figure printed in prose."
    )
    return provenance.mark(frame, origin)


@lru_cache(maxsize=256)
def _exhibit(root: Path, name: str) -> pd.DataFrame:
    resource = _resource(root, name)
    _, frame = _load(root, resource)
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


def _label(root: Path, resource: dict[str, Any]) -> str:
    return f"{root.name}/{resource['path']}"


def _unknown(file: str, what: str, name: str, known: Iterable[str]) -> DataError:
    known = sorted(known)
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    same_topic = [k for k in known if k.split(".")[0] == name.split(".")[0] and k not in near]
    suggestions = (near + same_topic)[:4] or known[:4]
    return DataError(file, f"there is no {what} '{name}'", f"perhaps {', '.join(suggestions)}")


def _load(root: Path, resource: dict[str, Any]) -> tuple[list[int], pd.DataFrame]:
    """The table of ``resource``, checked and typed, and the line in the file of each of its rows.

    The check is written out here, without the Frictionless library, because it must also run in
    a reader's bundle.
    """
    file, path = _label(root, resource), root / resource["path"]
    note_use(resource["path"])
    if not path.is_file():
        raise DataError(
            file,
            "the file is not here",
            "take it from the book's own data folder; a chapter's bundle carries only the tables "
            "of that chapter",
        )
    schema = {field["name"]: field for field in resource["schema"]["fields"]}
    header, lines, rows = _rows(path, file)
    for column in schema:
        if column not in header:
            raise DataError(file, "the column is missing", "add it", row=1, column=column)
    for column in header:
        if column not in schema or header.count(column) > 1:
            problem = "unknown column" if column not in schema else "the column is there twice"
            remedy = f"keep to {', '.join(schema)}"
            raise DataError(file, problem, remedy, row=1, column=column)
    cells = dict(zip(header, zip(*rows, strict=True), strict=True)) if rows else {}
    columns = {
        name: _column(cells.get(name, ()), field, lines, file) for name, field in schema.items()
    }
    frame = pd.DataFrame(columns)
    key = resource["schema"].get("primaryKey", [])
    _key(frame, [key] if isinstance(key, str) else key, lines, file)
    if {"period_start", "period_end"} <= schema.keys():
        for line, start, end in zip(lines, frame["period_start"], frame["period_end"], strict=True):
            if end < start:
                raise DataError(
                    file,
                    "the period ends before it starts",
                    "swap or correct the dates",
                    row=line,
                    column="period_end",
                )
    return lines, frame


def _rows(path: Path, file: str) -> tuple[list[str], list[int], list[list[str]]]:
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    header: list[str] = []
    lines: list[int] = []
    rows: list[list[str]] = []
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as handle:
            reader = csv.reader(handle)
            header = next(reader, [])
            for row in reader:
                if len(row) != len(header):
                    raise DataError(
                        file,
                        f"{len(row)} cells under {len(header)} columns",
                        "put double quotes around a cell with a comma in it",
                        row=reader.line_num,
                    )
                lines.append(reader.line_num)
                rows.append(row)
    except UnicodeDecodeError as error:
        raise DataError(file, "the text is not UTF-8", "save it as UTF-8") from error
    return header, lines, rows


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text]


_TYPES: dict[str, tuple[Callable[[str], Any], str]] = {
    "string": (str, "text"),
    "integer": (int, "a whole number such as 43"),
    "number": (float, "a number such as 43 or 8.9, without separators"),
    "boolean": (_boolean, "true or false"),
    "date": (date.fromisoformat, "a date such as 2014-02-15"),
    "datetime": (datetime.fromisoformat, "a time such as 2014-02-15T09:30:00Z"),
}


def _column(
    texts: Iterable[str], field: dict[str, Any], lines: list[int], file: str
) -> pd.Series[Any]:
    kind = field["type"]
    values = [_cell(text, field, line, file) for text, line in zip(texts, lines, strict=True)]
    if field.get("constraints", {}).get("unique"):
        seen: set[Any] = set()
        for line, item in zip(lines, values, strict=True):
            if item in seen:
                column = field["name"]
                problem = f"'{item}' is there twice"
                raise DataError(file, problem, "make it unique", row=line, column=column)
            seen.add(item)
    if kind in ("date", "datetime"):
        return pd.Series(pd.to_datetime(values, utc=kind == "datetime"))
    gaps = None in values
    dtype = {
        "string": "str",
        "integer": "Int64" if gaps else "int64",
        "number": "float64",
        "boolean": "boolean" if gaps else "bool",
    }[kind]
    return pd.Series(values, dtype=dtype)


def _cell(text: str, field: dict[str, Any], line: int, file: str) -> Any:
    parse, wanted = _TYPES[field["type"]]
    limits = field.get("constraints", {})

    def wrong(problem: str, remedy: str) -> DataError:
        return DataError(file, problem, remedy, row=line, column=field["name"])

    if text == "":
        if limits.get("required"):
            raise wrong("the cell is empty", f"fill in {wanted}")
        return "" if parse is str else None
    try:
        parsed = parse(text)
    except (ValueError, KeyError) as error:
        raise wrong(f"'{text}' is not {wanted}", f"write {wanted}") from error
    if "enum" in limits and parsed not in limits["enum"]:
        allowed = ", ".join(str(item) for item in limits["enum"])
        raise wrong(f"'{text}' is not one of the allowed values", f"use one of {allowed}")
    if "pattern" in limits and not re.fullmatch(limits["pattern"], text):
        raise wrong(f"'{text}' is not in the right form", field["description"].rstrip("."))
    if "minimum" in limits and parsed < limits["minimum"]:
        raise wrong(f"{text} is too small", f"the least allowed is {limits['minimum']}")
    if "maximum" in limits and parsed > limits["maximum"]:
        raise wrong(f"{text} is too large", f"the most allowed is {limits['maximum']}")
    return parsed


def _key(frame: pd.DataFrame, key: list[str], lines: list[int], file: str) -> None:
    if key and (doubled := frame.duplicated(key)).any():
        first = int(doubled.to_numpy().argmax())
        named = ", ".join(str(frame[k].iloc[first]) for k in key)
        raise DataError(
            file,
            f"a second row for '{named}'",
            "give each row a key of its own, or remove one",
            row=lines[first],
            column=key[0],
        )


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
