"""Workbooks (.xlsx): worksheets by name, cells as text.

Formulas give the results that are stored with them. A workbook is looked over before it is read: a
part that declares entities, a huge cell or rows out of order are refused, since the library that
reads workbooks (openpyxl) would follow, load or drop them.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from importlib import import_module
from itertools import islice, repeat
from typing import Any

from casebook.errors import DataError
from casebook.readers.sources import File

#: Stands for a cell with a formula that has no result, or an error for one.
NO_RESULT = "\ufdd0"

#: Rows that a worksheet can have.
ROWS = 1_048_576
#: The most bytes that a worksheet and the texts it shares may unpack to.
PART = 2**30

_CHUNK = 2**20
_ROW = re.compile(rb'<(?:\w+:)?row\b[^<>]*?\sr="(\d{1,18})"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_MARKUP = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_PARTS = ("xl/worksheets/", "xl/sharedStrings", "xl/workbook", "xl/styles", "xl/_rels/", "_rels/")


def glance(file: File, sheet: str, rows: int) -> list[list[str]]:
    """The first rows of a worksheet that are not empty; none if it cannot be read."""
    opened = file.opened
    try:
        return [cells for _, cells in islice(read(file, sheet), rows)]
    except DataError:
        return []
    finally:
        file.opened = opened


def read(file: File, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a worksheet that are not empty, with their numbers; cells as text.

    Raises
    ------
    DataError
        if the workbook is broken, or holds what no export does.
    """
    if file.formulas is None:
        file.formulas = _looked_over(file)
    results = _rows(file, sheet, True)
    written = _rows(file, sheet, False) if file.formulas else repeat(())
    try:
        for number, (row, source) in enumerate(zip(results, written, strict=False), start=1):
            if number > ROWS:
                raise DataError(file.name, f"'{sheet}' has rows beyond {ROWS:,}", _REMEDY)
            cells = [_text(cell.value, cell.data_type) for cell in row]
            for at, cell in enumerate(source[: len(cells)]):
                if cell.data_type == "f" and not cells[at]:
                    cells[at] = NO_RESULT
            if any(cells):
                yield number, cells
    except DataError:
        raise
    except Exception as error:
        # openpyxl lets through whatever its parsers meet in a broken file.
        problem = f"its sheet '{sheet}' cannot be read ({type(error).__name__})"
        raise DataError(file.name, problem, _REMEDY) from None


_REMEDY = "open the workbook and save it again, or save the sheet as CSV in UTF-8"


def _rows(file: File, sheet: str, results: bool) -> Iterator[tuple[Any, ...]]:
    try:
        load = import_module("openpyxl").load_workbook
    except ImportError:
        remedy = "install it with pip install openpyxl, or save the sheet as CSV in UTF-8"
        raise DataError(file.name, "workbooks need the package openpyxl", remedy) from None
    with file.open_seekable() as stream:
        book = load(stream, read_only=True, data_only=results)
        try:
            page = book[sheet]
            # A sheet with nothing but a chart has no rows.
            if hasattr(page, "iter_rows"):
                # What a sheet says of its own size is often wrong.
                page.reset_dimensions()
                yield from page.iter_rows()
        finally:
            book.close()


def _looked_over(file: File) -> bool:
    """Whether the workbook has formulas; refuses what must not be opened."""
    formulas = False
    try:
        with file.open_seekable() as stream, zipfile.ZipFile(stream) as archive:
            for info in archive.infolist():
                if info.filename.startswith(_PARTS):
                    if info.file_size > PART:
                        problem = f"'{info.filename}' in it is larger than {PART // 2**20:,} MB"
                        raise DataError(file.name, problem, "save the sheet as CSV in UTF-8")
                    with archive.open(info) as part:
                        formulas |= _look(file, info.filename, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
        raise DataError(file.name, "it is no whole workbook", _REMEDY) from None
    except (NotImplementedError, RuntimeError):
        raise DataError(file.name, "it is locked, or packed in an unknown way", _REMEDY) from None
    return formulas


def _look(file: File, name: str, part: Any) -> bool:
    formulas, last, left = False, 0, b""
    while chunk := part.read(_CHUNK):
        if len(chunk) == _CHUNK and b"<" not in chunk:
            problem = f"'{name}' in it has a cell of more than {_CHUNK // 2**20} MB"
            raise DataError(file.name, problem, "export it again; no message is that long")
        whole = left + chunk
        if _MARKUP.search(whole):
            problem = f"'{name}' in it declares a document type, which no workbook does"
            raise DataError(file.name, problem, "do not open it; export it again")
        formulas = formulas or _FORMULA.search(whole) is not None
        # A tag may be cut in two by the end of the chunk: its beginning is looked at again.
        cut = whole.rfind(b"<")
        done = whole if cut < 0 or b">" in whole[cut:] else whole[:cut]
        for found in _ROW.finditer(done):
            row = int(found[1])
            if row <= last:
                problem = f"row {row} of '{name}' stands after row {last}"
                raise DataError(file.name, problem, _REMEDY)
            last = row
        left = whole[len(done) :][-_CHUNK:]
    return formulas


def _text(value: object, kind: str) -> str:
    """A cell as text: times as ISO 8601 without zone, whole numbers without decimals."""
    if value is None:
        return ""
    if kind == "e":
        return NO_RESULT
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        # Excel keeps times as parts of days, which are off by some microseconds.
        near = value + timedelta(microseconds=500)
        return near.replace(microsecond=near.microsecond // 1000 * 1000).isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)
