"""GDF, the tables of GUESS that Gephi and Netvizz exchanged.

A line ``nodedef>`` names the columns of the nodes below it, a line ``edgedef>`` those of the ties.
Types are read past. Ties have no direction unless a column ``directed`` says so. A value that has
a comma must stand in quotes, single or double; a quote within it has a backslash before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from casebook.errors import DataError
from casebook.readers import single
from casebook.readers.base import Export, Options, Peek
from casebook.readers.sources import File, Source
from casebook.readers.text import lines
from casebook.readers.ties import Network, Ties

NAME = "GDF"

_DEFINITION = re.compile(r"(node|edge)def\s*>\s*(.*)", re.IGNORECASE)
_TYPE = re.compile(r"\s+[A-Za-z]+(\(\d*\))?$")
# A quoted value ends at its quote before a comma or the end; anything else ends at the comma.
_CELL = re.compile(
    r"""(?:^|,)\s*
    (?:"((?:[^"\\]|\\.|"(?!\s*(?:,|$)))*)"
      |'((?:[^'\\]|\\.|'(?!\s*(?:,|$)))*)'
      |([^,]*?)
    )\s*(?=,|$)""",
    re.VERBOSE,
)
_WAYS = {"true": True, "1": True, "false": False, "0": False}
_KINDS = ("kind", "relationship")


def recognises(peek: Peek) -> bool:
    """Whether each file begins with the line that names the columns of the nodes."""
    return all(map(_is, peek.files))


def read(source: Source, options: Options) -> Export:
    """The one network in the files, without its drawing."""
    file = single.only(source, NAME)
    return single.told(parse(lines(file), file.name), source, NAME)


def _is(file: File) -> bool:
    return re.match(r"\ufeff?\s*(node|edge)def\s*>", file.text, re.IGNORECASE) is not None


def parse(text: Iterable[str], file: str) -> Network:
    """The network in the lines of a GDF file.

    Raises
    ------
    DataError
        if no line names the columns, or nothing is usable.
    """
    ties = Ties(file)
    of, columns = "", list[str]()
    for row, line in enumerate(text, start=1):
        if not line.strip():
            continue
        found = _DEFINITION.match(line.strip())
        if found:
            of = found[1].lower()
            columns = [_TYPE.sub("", name.strip()).strip("\"'") for name in found[2].split(",")]
            if of == "edge":
                used = ("directed", "weight", *_KINDS)
                others = (name for name in columns[2:] if name.casefold() not in used)
                ties.left_out.update(others)
            continue
        values = cells(line.strip(), len(columns) + 1)
        if not of:
            remedy = "begin the file with a line 'nodedef>name VARCHAR'"
            ties.reject(row, "", line, "it stands before the names of the columns", remedy)
        elif len(values) > len(columns):
            problem = f"it has more values than the {len(columns)} columns"
            remedy = "put values that contain a comma in double quotes"
            if of == "node":
                ties.listed += 1
            else:
                ties.tied += 1
            ties.reject(row, "", line, problem, remedy)
        elif of == "node":
            ties.node(row, values[0], "", dict(zip(columns[1:], values[1:], strict=False)))
        else:
            named = dict(zip([c.casefold() for c in columns[2:]], values[2:], strict=False))
            kind = next((named[key] for key in _KINDS if named.get(key)), "")
            way = _WAYS.get(named.get("directed", "").lower(), False)
            target = values[1] if len(values) > 1 else ""
            ties.tie(row, values[0], target, named.get("weight"), kind, way)
    if not of:
        problem = "it has no line 'nodedef>' that names the columns"
        raise DataError(file, problem, "export the network as GDF")
    return ties.network(directed=False)


def cells(line: str, most: int) -> list[str]:
    """The first values of a line, without their quotes; GUESS writes an empty one as ``null``."""
    found = []
    for match in islice(_CELL.finditer(line), most):
        double, single, plain = match.groups()
        quoted = double if double is not None else single
        value = plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        found.append("" if value.casefold() == "null" else value)
    return found
