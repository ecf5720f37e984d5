"""Pajek networks (``.net``): ``*Vertices``, then arcs, edges, lists of them, or a matrix.

A vertex is known by its number and bears its label. Arcs have a direction, edges have none. In a
two-mode network (``*Vertices 32 18``) the first vertices are of mode 1, the others of mode 2. A
relation (``*Arcs :2 "answers"``) becomes the kind of its ties. A line is the unit that is used or
rejected, also where it lists several ties.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from casebook.errors import DataError
from casebook.readers import single
from casebook.readers.base import Export, Options, Peek
from casebook.readers.sources import File, Source
from casebook.readers.text import lines
from casebook.readers.ties import Network, Ties, number

NAME = "Pajek"

#: Vertices that a file may imply without giving each a line.
MAX_IMPLIED = 1_000_000

# A label ends at the quote before coordinates or the end, or else at the first before a blank.
_VERTEX = re.compile(r"""(\d{1,12})(?:\s+(?:"(.*?)"(?=\s*$|\s+[-+.\d\[])|"(.*?)"(?=\s)|(\S+)))?""")
_RELATION = re.compile(r':\s*(\d+)(?:\s+"(.*)")?')
_TIES = {"*arcs": True, "*edges": False}
_LISTS = {"*arcslist": True, "*edgeslist": False}
# What a line may say of the drawing of its tie, before or instead of a weight.
_DRAWN = re.compile(r"[cpwsal]|l[pr]|lphi|l[ca]|ap|[hak][12]|fos|font|hook|\[.*")


def recognises(peek: Peek) -> bool:
    """Whether each file has, among its first lines, one that counts the vertices."""
    return all(map(_is, peek.files))


def read(source: Source, options: Options) -> Export:
    """The one network in the files, without its drawing."""
    file = single.only(source, NAME)
    return single.told(parse(lines(file), file.name), source, NAME)


def _is(file: File) -> bool:
    return re.search(r"^\s*\*vertices\s+\d", file.text, re.IGNORECASE | re.MULTILINE) is not None


@dataclass
class _Section:
    """Where in the file the reader is."""

    name: str = ""
    kind: str = ""
    rows: int = 0


@dataclass(frozen=True)
class _Size:
    """How many vertices there are, and of these of mode 1 (0 where there is one mode only)."""

    count: int = 0
    first: int = 0

    def mode(self, vertex: int) -> dict[str, str]:
        return {"mode": "1" if vertex <= self.first else "2"} if self.first else {}


def parse(text: Iterable[str], file: str) -> Network:
    """The network in the lines of a Pajek file; of several, the first.

    Raises
    ------
    DataError
        if there is no ``*Vertices``, its number is none, or nothing is usable.
    """
    ties = Ties(file)
    section, size, networks = _Section(), _Size(), 0
    for row, line in enumerate(text, start=1):
        line = line.strip()
        if not line or line.startswith("%"):
            continue
        if line.startswith("*"):
            words = line.split()
            section = _Section(words[0].lower(), _kind(line))
            if section.name == "*vertices":
                networks += 1
                size = _size(words, row, file) if networks == 1 else size
            continue
        section.rows += 1
        if networks != 1:
            where = "a second network" if networks else "a line before '*Vertices'"
            ties.reject(row, "", line, f"{where} is not read", "put each network in its own file")
        elif section.name == "*vertices":
            _vertex(ties, row, line, size)
        elif section.name == "*matrix":
            _matrix(ties, row, line, section, size)
        elif section.name in _LISTS:
            _list(ties, row, line, section)
        elif section.name in _TIES:
            _tie(ties, row, line, section)
        else:
            problem = f"the section {section.name[:60]} is not read"
            ties.reject(row, "", line, problem, "keep vertices, arcs, edges and matrices only")
    if not networks:
        problem = "it has no line '*Vertices' with the number of vertices"
        raise DataError(file, problem, "export the network as Pajek .net")
    if size.count - ties.listed > MAX_IMPLIED:
        problem = f"'*Vertices' promises {size.count:,}, but {ties.listed:,} have a line"
        raise DataError(file, problem, "correct the number, or export the network again")
    for vertex in range(1, size.count + 1):
        ties.isolate(str(vertex), size.mode(vertex))
    if size.first:
        ties.notes.append(
            f"The network has two modes: vertices 1 to {size.first:,}, and the others."
        )
    return ties.network(directed=False)


def _size(words: Sequence[str], row: int, file: str) -> _Size:
    numbers = [vertex(word) for word in words[1:3]]
    if not numbers or None in numbers:
        problem = f"'{' '.join(words)[:60]}' does not give the number of vertices"
        raise DataError(file, problem, "write, for instance, *Vertices 250", row=row)
    count, first = [*numbers, 0][:2]
    return _Size(count or 0, first if first and first < (count or 0) else 0)


def vertex(word: str) -> int | None:
    """A vertex number, or None if the word is none."""
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 12 else None


def _kind(line: str) -> str:
    found = _RELATION.search(line)
    return (found[2] or found[1]).strip() if found else ""


def _vertex(ties: Ties, row: int, line: str, size: _Size) -> None:
    found = _VERTEX.match(line)
    if not found or int(found[1]) < 1:
        problem = f"vertex line {ties.listed + 1} does not begin with a number"
        ties.listed += 1
        ties.reject(row, "id", line, problem, "begin it with the number of the vertex, from 1 on")
        return
    number_ = int(found[1])
    ties.node(row, number_, found[2] or found[3] or found[4], size.mode(number_))


def _tie(ties: Ties, row: int, line: str, section: _Section) -> None:
    words = line.split()
    weight = None
    if len(words) > 2 and not _DRAWN.fullmatch(words[2]):
        weight = words[2]
    if _numbered(ties, row, line, words[:2], at_least=2):
        ends = [(int(words[1]), weight)]
        ties.row_of_ties(row, int(words[0]), ends, section.kind, _TIES[section.name])


def _list(ties: Ties, row: int, line: str, section: _Section) -> None:
    words = line.split()
    if _numbered(ties, row, line, words, at_least=1):
        ends = [(int(word), None) for word in words[1:]]
        ties.row_of_ties(row, int(words[0]), ends, section.kind, _LISTS[section.name])


def _numbered(ties: Ties, row: int, line: str, words: Sequence[str], at_least: int) -> bool:
    """Whether all words are vertex numbers; the line is rejected if not."""
    if len(words) >= at_least and all(vertex(word) for word in words):
        return True
    ties.tied += 1
    problem = f"tie line {ties.tied} does not name vertices by their numbers"
    ties.reject(row, "", line, problem, "name both ends by their numbers, from 1 on")
    return False


def _matrix(ties: Ties, row: int, line: str, section: _Section, size: _Size) -> None:
    cells = line.split()
    rows, width = size.first or size.count, size.count - size.first
    if section.rows > rows or len(cells) != width:
        problem = f"row {section.rows} of a matrix of {rows} rows has {len(cells)} numbers"
        ties.reject(row, "", line, problem, f"give {rows} rows of {width} numbers")
        return
    values = [(size.first + at, cell) for at, cell in enumerate(cells, 1) if number(cell) != 0]
    ties.row_of_ties(row, section.rows, list(values), section.kind, directed=not size.first)
