"""GEXF, the format of Gephi, in any of its versions.

Names are read without their namespace, so that the oldest files (``http://www.gephi.org/gexf``,
where ``attvalue`` has ``id`` instead of ``for``) read like GEXF 1.3. Positions, sizes and colours
are left out, and so is time: a network that changes is read as all its nodes and ties together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO

from casebook.errors import DataError
from casebook.readers import single
from casebook.readers.base import Export, Options, Peek
from casebook.readers.markup import Piece, begins, pieces
from casebook.readers.sources import File, Source
from casebook.readers.ties import Network, Ties, text

NAME = "GEXF"

# What the versions call ties with and without direction; "mutual" is a pair of directed ties.
_DIRECTED = {"directed": True, "dir": True, "undirected": False, "sim": False}
_BOTH_WAYS = ("mutual", "dou")
_OF_TIE = ("weight", "kind", "relationship")
_TIMES = ("spells", "slices")


def recognises(peek: Peek) -> bool:
    """Whether each file begins as GEXF does."""
    return all(map(_is, peek.files))


def read(source: Source, options: Options) -> Export:
    """The one network in the files, without its drawing."""
    file = single.only(source, NAME)
    with file.open() as stream:
        network = parse(stream, file.name)
    return single.told(network, source, NAME)


def parse(stream: BinaryIO, file: str) -> Network:
    """The network in a GEXF file; rows are the numbers of its nodes and ties, in order.

    Raises
    ------
    DataError
        if it is not GEXF, not complete, or has no usable node.
    """
    reading = _Reading(file)
    for piece in pieces(stream, file):
        if piece.start:
            reading.start(piece)
        else:
            reading.end(piece)
    return reading.network()


def _is(file: File) -> bool:
    return begins(file, "gexf")


@dataclass
class _Open:
    """A node or tie whose end has not come yet, and its number."""

    element: Piece
    row: int
    values: dict[str, str] = field(default_factory=dict)


class _Reading:
    """What is known of the file so far."""

    def __init__(self, file: str) -> None:
        self.ties = Ties(file)
        self.directed: bool | None = None
        self.version = ""
        self.timed = False
        self._rows = 0
        self._titles: dict[str, dict[str, str]] = {"node": {}, "edge": {}}
        self._defaults: dict[str, dict[str, str]] = {"node": {}, "edge": {}}
        self._of, self._attribute = "node", ""
        self._open: list[_Open] = []

    def start(self, piece: Piece) -> None:
        name, given = piece.name, piece.attributes
        if piece.depth == 1 and name != "gexf":
            problem = f"it is XML, but not GEXF: it begins with <{name[:60]}>"
            remedy = "export the network as GEXF"
            raise DataError(self.ties.file, problem, remedy, row=piece.row)
        if name == "gexf":
            self.version = text(given.get("version"))
        elif name == "graph":
            self.directed = _DIRECTED.get(given.get("defaultedgetype", "").lower())
            self.timed |= given.get("mode") == "dynamic"
        elif name == "attributes":
            self._of = "edge" if given.get("class", "").lower() == "edge" else "node"
        elif name == "attribute":
            self._attribute = given.get("id", "")
            title = given.get("title") or self._attribute
            self._titles[self._of][self._attribute] = title
        elif name in ("node", "edge"):
            self._rows += 1
            self._open.append(_Open(piece, self._rows))
        elif name == "attvalue" and self._open:
            key = given.get("for") or given.get("id", "")
            self._open[-1].values[key] = given.get("value", "")
        self.timed |= name in _TIMES

    def end(self, piece: Piece) -> None:
        if piece.name == "default" and self._attribute:
            self._defaults[self._of][self._attribute] = piece.text
        elif piece.name == "attribute":
            self._attribute = ""
        elif piece.name in ("node", "edge"):
            self._add(self._open.pop())

    def network(self) -> Network:
        if self.timed:
            said = "It says when nodes and ties were there; all were taken together."
            self.ties.notes.append(said)
        if self.version:
            self.ties.notes.insert(0, f"GEXF version {self.version[:20]}.")
        return self.ties.network(self.directed)

    def _add(self, done: _Open) -> None:
        of, given = done.element.name, done.element.attributes
        self.ties.place = f" (line {done.element.row:,})"
        values = {**self._defaults[of], **done.values}
        named = {self._titles[of].get(key, key): value for key, value in values.items()}
        if of == "node":
            self.ties.node(done.row, given.get("id"), given.get("label"), named)
            return
        plain = {key.casefold(): value for key, value in named.items()}
        way = given.get("type", "").lower()
        self.ties.tie(
            done.row,
            given.get("source"),
            given.get("target"),
            given.get("weight") or given.get("cardinal") or plain.get("weight"),
            given.get("kind") or plain.get("kind") or plain.get("relationship"),
            directed=_DIRECTED.get(way),
            both=way in _BOTH_WAYS,
        )
        self.ties.left_out.update(key for key in named if key.casefold() not in _OF_TIE)
