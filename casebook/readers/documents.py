"""JSON of any make: one document, or one on each line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from casebook.errors import DataError
from casebook.readers.sources import HEAD, File
from casebook.readers.text import LINE, encoding, lines

#: The largest document that is read, in bytes; lines may be of any number.
LIMIT = 512 * 2**20

_VALUE = re.compile(r"\ufeff?\s*[\[{]")


def is_json(file: File) -> bool:
    """Whether a file begins as an object or a list does."""
    return _VALUE.match(file.text) is not None


def content(file: File) -> bytes:
    """All bytes of a file that must be read whole.

    Raises
    ------
    DataError
        if it is too large.
    """
    with file.open() as stream:
        found = stream.read(LIMIT + 1)
    if len(found) > LIMIT:
        problem = f"it is larger than {LIMIT // 2**20} MB"
        raise DataError(file.name, problem, "export a shorter period, or give it as lines of JSON")
    return found


def whole(file: File) -> str:
    """A text that must be read whole.

    Raises
    ------
    DataError
        if it is too large, or no text.
    """
    used = encoding(file)
    try:
        return content(file).decode(used)
    except UnicodeDecodeError as error:
        problem = f"it is not text in {used} ({error.reason})"
        raise DataError(file.name, problem, "save it as UTF-8") from None


def parsed(said: str, name: str, skipped: int = 0) -> Any:
    """The value of a JSON text that begins on the line after ``skipped`` ones.

    Raises
    ------
    DataError
        if it is not complete, or holds what no export does.
    """
    try:
        return json.loads(said)
    except json.JSONDecodeError as error:
        problem = f"it is not complete JSON at character {error.colno} ({error.msg})"
        row = skipped + error.lineno
        raise DataError(name, problem, "export or download it again", row=row) from None
    except (RecursionError, ValueError):
        problem = "it is nested too deep, or holds a number too long"
        raise DataError(name, problem, "export or download it again") from None


def document(file: File) -> Any:
    """The one document in a file. Raises DataError as :func:`whole` and :func:`parsed` do."""
    return parsed(whole(file).lstrip("\ufeff"), file.name)


def values(file: File) -> Iterator[tuple[int, Any]]:
    """The documents of a file with the lines on which they stand: one, or one on each line.

    A line that is no JSON comes as the text that it is.

    Raises
    ------
    DataError
        if it is one document and not complete.
    """
    first = file.text.lstrip("\ufeff").lstrip().partition("\n")[0].strip()
    if not _complete(first) and not _complete(_long_line(file)):
        yield 1, document(file)
        return
    for row, line in enumerate(lines(file), start=1):
        said = line.strip()
        if said:
            try:
                yield row, json.loads(said)
            except (ValueError, RecursionError):
                yield row, said


def _long_line(file: File) -> str:
    """The first line, where it goes on beyond the beginning that is looked at; else empty."""
    if "\n" in file.text.strip() or len(file.head) < HEAD:
        return ""
    with file.open() as stream:
        line = stream.readline(LINE)
    return line.decode("utf-8-sig", "replace") if line.endswith(b"\n") else ""


def _complete(said: str) -> bool:
    try:
        json.loads(said)
    except (ValueError, RecursionError):
        return False
    return True
