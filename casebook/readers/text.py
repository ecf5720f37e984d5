"""Text of unknown make: its encoding, the sign between cells, lines and cells of bounded length."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from casebook.errors import DataError
from casebook.readers.sources import File

#: The most characters of one cell, and of one line.
CELL, LINE = 1_000_000, 5_000_000

#: Signs that stand between cells.
SEPARATORS: tuple[str, ...] = (";", ",", "\t", "|")

_LOOK = 50


def encoding(file: File) -> str:
    """UTF-8 or UTF-16, or Windows-1252 where the bytes are mostly no UTF-8.

    Raises
    ------
    DataError
        if it is no text.
    """
    return _reading(file)[0]


def damaged(file: File) -> int:
    """How many characters of a text in UTF-8 cannot be read; they are read as U+FFFD.

    Databases that cut texts off after so many bytes leave half characters behind.
    """
    return _reading(file)[1]


def _reading(file: File) -> tuple[str, int]:
    if file.encoding is None:
        remedy = "export it as CSV, in UTF-8"
        raise DataError(file.name, "it is neither text nor a known kind of file", remedy)
    if not file.encoding.startswith("utf-8"):
        return file.encoding, 0
    if file.reading is None:
        good, bad = _tally(file)
        file.reading = (file.encoding, bad) if good >= bad else ("cp1252", 0)
    return file.reading


def _tally(file: File) -> tuple[int, int]:
    """How many characters beyond ASCII are UTF-8, and how many are not."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    with file.open() as stream:
        while True:
            chunk = stream.read(2**20)
            if not chunk.isascii() or not chunk or decoder.getstate()[0]:
                said = decoder.decode(chunk, final=not chunk)
                odd = said.count("\ufffd")
                bad += odd - chunk.count(b"\xef\xbf\xbd")
                good += len(said) - len(said.encode("ascii", "ignore")) - odd
            if not chunk:
                return good, max(bad, 0)


def lines(file: File, limit: int = LINE) -> Iterator[str]:
    """The lines of a text, with their ends; one that is too long is refused before it is whole.

    NUL, which some databases let through, is left out.

    Raises
    ------
    DataError
        if a line is longer than ``limit``, or a byte is none of the encoding's.
    """
    used, bad = _reading(file)
    number, errors = 0, "replace" if bad else "strict"
    with file.open() as stream, io.TextIOWrapper(stream, used, errors, newline="") as text:
        try:
            while line := text.readline(limit + 1):
                number += 1
                if len(line) > limit:
                    problem = f"the line is longer than {limit:,} characters"
                    remedy = "export it again; no message is that long"
                    raise DataError(file.name, problem, remedy, row=number)
                yield line.replace("\0", "")
        except UnicodeError as error:
            why = error.reason if isinstance(error, UnicodeDecodeError) else error
            problem = f"it is neither UTF-8 nor {used} from here on ({why})"
            raise DataError(file.name, problem, "save it as UTF-8", row=number + 1) from None


def separator(file: File) -> str:
    """The sign between cells: the one by which most of the first rows are as wide as the first.

    A comma where there is but one column. Excel's line ``sep=;`` is taken at its word.
    """
    told = _told(file.lines[0]) if file.lines else ""
    if told:
        return told
    best, most = ",", (0, 1)
    for sign in SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(file.lines[:_LOOK], delimiter=sign) if row]
        except csv.Error:
            continue
        if widths and widths[0] > 1:
            alike = round(10 * widths.count(widths[0]) / len(widths))
            best, most = max((best, most), (sign, (alike, widths[0])), key=lambda one: one[1])
    return best


def header(file: File) -> tuple[str, ...]:
    """The cells of the first row, trimmed, if the file is text; else empty."""
    if not file.lines:
        return ()
    lines_ = file.lines[1:_LOOK] if _told(file.lines[0]) else file.lines[:_LOOK]
    try:
        first = next(csv.reader(lines_, delimiter=separator(file)), [])
    except csv.Error:
        return ()
    return tuple(cell.strip() for cell in first)


def rows(file: File, sign: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a table that are not empty, each with the line on which it begins, from 1.

    Raises
    ------
    DataError
        if a cell is larger than :data:`CELL`, or quotes are not closed.
    """
    # The limit is the module's: it is put back, since others may count on theirs.
    before = csv.field_size_limit(CELL)
    reader = csv.reader(lines(file), delimiter=sign, strict=True)
    start = 1
    try:
        for row in reader:
            if any(row) and not (start == 1 and _told(sign.join(row))):
                yield start, row
            start = reader.line_num + 1
            csv.field_size_limit(CELL)
    except csv.Error as error:
        if "field limit" in str(error):
            problem = f"a cell is larger than {CELL:,} characters"
            remedy = "export it again; no message is that long"
        else:
            problem = f"the quotes of a cell are not closed, or not doubled within it ({error})"
            remedy = "export it again, whole; in a cell, a quote is written twice"
        raise DataError(file.name, problem, remedy, row=start) from None
    finally:
        csv.field_size_limit(before)


def _told(line: str) -> str:
    """The sign that a first line ``sep=;`` names; else empty."""
    found = re.fullmatch(r'\ufeff?"?sep=(.)"?\s*', line)
    return found[1] if found else ""
