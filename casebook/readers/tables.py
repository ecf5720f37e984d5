"""Tables in whatever file they come: text, a workbook, JSON, Parquet. All cells are text."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from itertools import chain, islice
from typing import Any

import numpy as np
import pandas as pd

from casebook.errors import DataError
from casebook.readers import documents, text, workbooks
from casebook.readers.rejects import Rejects, shorten
from casebook.readers.sources import File

#: The most columns of a table.
COLUMNS = 2_000

_PARQUET, _OLD_WORKBOOK = b"PAR1", b"\xd0\xcf\x11\xe0"
_PAGE = re.compile(r"\ufeff?\s*<(!doctype\s+)?html", re.IGNORECASE)
# How far down a header is looked for, and how full it must be beside the fullest row there.
_LOOK, _FULL = 20, 0.6
# What a column may be called by whoever numbers those without a name.
_NAMELESS = "(column {})"


@dataclass(frozen=True)
class Table:
    """One table as read.

    ``name`` is what rejects call it, ``form`` what it is in plain words. ``cells`` has text in all
    columns, empty where there is none, trimmed; ``rows`` says where each row stands: as an editor
    shows it, or the number of the entry. ``columns`` are all names in the header. Rows that do not
    fit the header are in ``rejects``.
    """

    name: str
    form: str
    cells: pd.DataFrame
    rows: np.ndarray
    columns: tuple[str, ...]
    rejects: Rejects
    notes: tuple[str, ...] = ()

    def __getitem__(self, column: str) -> pd.Series:
        """A column; all empty if there is no such."""
        if column in self.cells:
            return self.cells[column]
        return pd.Series("", index=self.cells.index, dtype="str")


@dataclass
class _Given:
    """Rows as the form of the file gives them, the header among the first."""

    name: str
    form: str
    rows: Iterator[tuple[int, list[str]]]
    titled: bool = False
    rejects: Rejects = field(default_factory=Rejects)
    notes: list[str] = field(default_factory=list)


def columns(file: File) -> tuple[str, ...]:
    """The names of a table's columns at a glance; empty if the file is none."""
    if file.columns is None:
        file.columns = _columns(file)
    return file.columns


def is_meant(file: File) -> bool:
    """Whether a file is of a form in which tables come, or pages that say they hold one."""
    return (
        file.head.startswith((_PARQUET, _OLD_WORKBOOK))
        or bool(file.members)
        or documents.is_json(file)
        or _PAGE.match(file.text) is not None
    )


def _columns(file: File) -> tuple[str, ...]:
    if file.sheets:
        looks = (workbooks.glance(file, name, _LOOK) for name in file.sheets)
        first = next(filter(None, looks), [])
        return tuple(cell.strip() for cell in first[_header_at(first)]) if first else ()
    if file.head.startswith(_PARQUET):
        return _parquet_columns(file)
    if documents.is_json(file):
        return file.keys
    if file.encoding is None or file.text.lstrip("\ufeff \t\r\n").startswith("<"):
        return ()
    return text.header(file)


def load(file: File, keep: Collection[str] | None = None, sheet: str | None = None) -> Table:
    """The table in a file.

    Parameters
    ----------
    keep
        columns to hold on to, if not all: most of a wide export is never asked for.
    sheet
        the worksheet of a workbook; the first with anything in it if None.

    Raises
    ------
    DataError
        if there is none or no row in it, columns have the same name, a cell is too large, or a
        package that the form needs is not installed.
    """
    if file.head.startswith(_OLD_WORKBOOK):
        problem = "it is a workbook or document of Office 97-2003"
        raise DataError(file.name, problem, "save it as .xlsx, or as CSV in UTF-8")
    if _PAGE.match(file.text):
        problem = "it is a web page, not a table"
        raise DataError(file.name, problem, "export the data themselves, as CSV or JSON")
    if file.members:
        given = _workbook(file, sheet)
    elif file.head.startswith(_PARQUET):
        given = _parquet(file)
    elif documents.is_json(file):
        given = _json(file)
    else:
        given = _text(file)
    return _table(given, keep)


def needed(module: str, file: File, what: str) -> Any:
    """A module that not every installation has.

    Raises
    ------
    DataError
        if it is not there.
    """
    try:
        return import_module(module)
    except ImportError:
        remedy = "install it with pip install 'gov-casebook[exports]', or export it as CSV"
        problem = f"{what} needs the package {module.partition('.')[0]}"
        raise DataError(file.name, problem, remedy) from None


def _table(given: _Given, keep: Collection[str] | None) -> Table:
    look = list(islice(given.rows, _LOOK))
    if not look:
        raise DataError(given.name, "there is nothing in it", "export it again")
    at = _header_at([cells for _, cells in look]) if given.titled else 0
    if at:
        given.notes.append(f"Rows above the header of '{given.name}' were left out: {at}.")
    number, first = look[at]
    header = _header(given.name, number, first)
    places = [place for place, name in enumerate(header) if keep is None or name in keep]
    held: list[list[str]] = [[] for _ in places]
    rows: list[int] = []
    for row, cells in chain(look[at + 1 :], given.rows):
        if _fits(given, row, cells, len(header)):
            rows.append(row)
            for column, place in zip(held, places, strict=True):
                column.append(cells[place].strip() if place < len(cells) else "")
    if not rows:
        problem = f"there is no usable row below its header{given.rejects.first()}"
        raise DataError(given.name, problem, "export it again, with data in it", row=number)
    frame = pd.DataFrame(
        {
            header[place]: pd.array(column, dtype="str")
            for place, column in zip(places, held, strict=True)
        },
        index=range(len(rows)),
    )
    return Table(
        given.name,
        given.form,
        frame,
        np.array(rows, dtype=int),
        tuple(header),
        given.rejects,
        tuple(given.notes),
    )


def _fits(given: _Given, row: int, cells: list[str], width: int) -> bool:
    """Whether a row has a cell for every column; rows of a workbook end at their last cell."""
    short = len(cells) < width and not given.titled
    if short or (len(cells) > width and any(cell.strip() for cell in cells[width:])):
        problem = f"it has {len(cells)} cells where the header has {width}"
        remedy = "put a cell that holds the separator or a line break in double quotes"
        given.rejects.add(given.name, row, "", " | ".join(cells), problem, remedy)
        return False
    large = max(map(len, cells), default=0)
    if large > text.CELL:
        problem = f"a cell has {large:,} characters"
        raise DataError(given.name, problem, "export it again; no message is that long", row=row)
    return True


def _header_at(rows: Sequence[Sequence[str]]) -> int:
    """Which of the first rows is the header: titles above it fill a cell or two."""
    filled = [sum(bool(cell.strip()) for cell in cells) for cells in rows]
    return next(at for at, cells in enumerate(filled) if cells >= _FULL * max(filled))


def _header(name: str, row: int, cells: Sequence[str]) -> list[str]:
    names = [cell.strip().removeprefix("\ufeff") for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > COLUMNS:
        problem = f"it has more than {COLUMNS:,} columns"
        raise DataError(name, problem, "export only the columns that are needed", row=row)
    seen: dict[str, int] = {}
    for at, one in enumerate(names, start=1):
        if one and one in seen:
            problem = f"columns {seen[one]} and {at} have the same name"
            remedy = "give every column a name of its own"
            raise DataError(name, problem, remedy, row=row, column=one)
        seen[one] = at
    return [one or _NAMELESS.format(at) for at, one in enumerate(names, start=1)]


# Text -------------------------------------------------------------------------------------------


def _text(file: File) -> _Given:
    used, sign = text.encoding(file), text.separator(file)
    said = {"\t": "tabs", ";": "semicolons", ",": "commas", "|": "bars"}.get(sign, f"'{sign}'")
    given = _Given(file.name, f"text with {said} between cells", text.rows(file, sign))
    if used == "cp1252":
        given.notes.append(f"'{file.name}' is not UTF-8; it was read as Windows-1252.")
    if text.damaged(file):
        given.notes.append(
            f"Characters of '{file.name}' that are not whole, and show as \ufffd: "
            f"{text.damaged(file):,}."
        )
    return given


# Workbooks --------------------------------------------------------------------------------------


def _first_sheet(file: File) -> str:
    """The first sheet with anything in it; refuses a workbook that cannot be read."""
    filled = (name for name in file.sheets if any(True for _ in workbooks.read(file, name)))
    return next(filled, file.sheets[0])


def _workbook(file: File, sheet: str | None) -> _Given:
    if not file.sheets:
        problem = "it is a document of another kind, or a workbook that is not whole"
        raise DataError(file.name, problem, "save the sheet as .xlsx, or as CSV in UTF-8")
    used = sheet or _first_sheet(file)
    name = f"{file.name}, sheet {used}" if len(file.sheets) > 1 else file.name
    given = _Given(name, "workbook", workbooks.read(file, used), titled=True)
    others = [one for one in file.sheets if one != used and workbooks.glance(file, one, 2)]
    if sheet is None and others:
        given.notes.append(
            f"Of the workbook, sheet '{used}' was read and these were not: {shorten(others)}."
        )
    return given


# JSON -------------------------------------------------------------------------------------------


def _json(file: File) -> _Given:
    given = _Given(file.name, "JSON", iter(()))
    entries = list(_entries(file))
    flat: list[tuple[int, dict[str, str]]] = []
    for row, entry in entries:
        if isinstance(entry, Mapping):
            flat.append((row, _flat(entry)))
        else:
            problem = "it is no object, or not complete"
            remedy = "write one {...} for each message"
            given.rejects.add(file.name, row, "", _said(entry), problem, remedy)
    names = list(dict.fromkeys(key for _, entry in flat for key in entry))[: COLUMNS + 1]
    header = (0, names)
    body = ((row, [entry.get(name, "") for name in names]) for row, entry in flat)
    given.rows = chain([header] if names else [], body)
    return given


def _entries(file: File) -> Iterator[tuple[int, Any]]:
    """The entries: one a line, or the list that is the document, or is alone in it."""
    listed = documents.values(file)
    first = next(listed, None)
    if first is None:
        return
    second = next(listed, None)
    if second is not None:
        yield first
        yield second
        yield from listed
        return
    found = first[1]
    if isinstance(found, Mapping):
        inner = [value for value in found.values() if isinstance(value, list)]
        objects = [value for value in inner if value and isinstance(value[0], Mapping)]
        found = objects[0] if len(objects) == 1 else [found]
    yield from enumerate(found if isinstance(found, list) else [found], start=1)


def _flat(entry: Mapping[str, Any], above: str = "") -> dict[str, str]:
    """What is nested gets the names above it with dots in between, as Facepager does."""
    flat: dict[str, str] = {}
    for key, value in entry.items():
        name = f"{above}{key}"
        if isinstance(value, Mapping) and value:
            flat.update(_flat(value, f"{name}."))
        else:
            flat[name] = _said(value)
    return flat


def _said(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        said = value
    elif isinstance(value, bool):
        said = str(value).lower()
    elif isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        said = str(int(value))
    elif isinstance(value, datetime | date):
        said = value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    elif isinstance(value, list | tuple | np.ndarray):
        plain = [one for one in value if not isinstance(one, Mapping | list)]
        said = ",".join(map(_said, plain)) if len(plain) == len(value) else json.dumps(value)
    elif isinstance(value, Mapping):
        said = json.dumps(value) if value else ""
    else:
        said = str(value)
    return said if said.isascii() else said.encode("utf-8", "replace").decode("utf-8")


# Parquet ----------------------------------------------------------------------------------------


def _parquet(file: File) -> _Given:
    parquet = needed("pyarrow.parquet", file, "Parquet")
    try:
        with file.open_seekable() as stream:
            read = parquet.ParquetFile(stream).read()
    except Exception:
        # pyarrow has its own errors for each way in which a file can be broken.
        problem = "it begins as Parquet but is not whole"
        raise DataError(file.name, problem, "export or download it again") from None
    names = list(map(str, read.column_names))
    return _Given(file.name, "Parquet", chain([(0, names)], _parquet_rows(read)))


def _parquet_rows(read: Any) -> Iterator[tuple[int, list[str]]]:
    row = 0
    for batch in read.to_batches(max_chunksize=10_000):
        for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            row += 1
            yield row, [_said(cell) for cell in cells]


def _parquet_columns(file: File) -> tuple[str, ...]:
    try:
        with file.opener() as stream:
            if not stream.seekable():
                return ()
            return tuple(import_module("pyarrow.parquet").read_schema(stream).names)
    except Exception:
        # Not installed, or not whole: reading it tells which.
        return ("(Parquet)",)
