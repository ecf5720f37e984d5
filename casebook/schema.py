"""Reading one table of ``datapackage.json`` and checking it against its schema."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from casebook import checksums
from casebook.errors import DataError
from casebook.paths import note_use


def read(root: Path, resource: dict[str, Any]) -> tuple[list[int], pd.DataFrame]:
    """The table of ``resource``, checked and typed, and the line in the file of each of its rows.

    The check is written out here, without the Frictionless library, because it must also run in
    a reader's bundle.
    """
    file, path = label(root, resource), root / resource["path"]
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
    checksums.tell_if_changed(root, resource["path"])
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


def label(root: Path, resource: dict[str, Any]) -> str:
    """The file of ``resource`` as errors name it."""
    return f"{root.name}/{resource['path']}"


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
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(
            file, f"it cannot be unpacked ({error})", "take it back from version control"
        ) from error
    except OSError as error:
        problem = f"it cannot be read ({error.strerror})"
        raise DataError(file, problem, "give this user the right to read it") from error
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
