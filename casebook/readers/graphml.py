"""GraphML, as Gephi, yEd, NodeXL, igraph and networkx write it.

Values are read under the names that the file's own keys give them. yEd keeps a node's name in its
drawing: it is taken from there. Nodes within nodes are read as nodes beside each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from casebook.errors import DataError
from casebook.readers import single
from casebook.readers.base import Export, Options, Peek
from casebook.readers.markup import Piece, begins, pieces
from casebook.readers.sources import File, Source
from casebook.readers.ties import Network, Ties

NAME = "GraphML"

_WEIGHTS = ("weight", "edge weight")
_KINDS = ("kind", "relationship")
_DIRECTED = {"directed": True, "undirected": False}
_WAYS = {"true": True, "false": False}
_OF = {"all": ("node", "edge"), "node": ("node",), "edge": ("edge",)}


def recognises(peek: Peek) -> bool:
    """Whether each file begins as GraphML does."""
    return all(map(_is, peek.files))


def read(source: Source, options: Options) -> Export:
    """The one network in the files, without its drawing."""
    file = single.only(source, NAME)
    with file.open() as stream:
        network = parse(stream, file.name)
    return single.told(network, source, NAME)


def parse(stream: BinaryIO, file: str) -> Network:
    """The network in a GraphML file; rows are the numbers of its nodes and ties, in order.

    Of several networks the first is read; what belongs to the others is rejected.

    Raises
    ------
    DataError
        if it is not GraphML, not complete, or has no usable node.
    """
    reading = _Reading(file)
    for piece in pieces(stream, file):
        if piece.start:
            reading.start(piece)
        else:
            reading.end(piece)
    if reading.nested:
        reading.ties.notes.append("Some nodes stand within others; all were read side by side.")
    return reading.ties.network(reading.directed)


def _is(file: File) -> bool:
    return begins(file, "graphml")


@dataclass
class _Keys:
    """What the keys of the file stand for; of yEd's drawings, nothing."""

    names: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)

    def named(self, values: Mapping[str, str]) -> dict[str, str]:
        """Values by name."""
        named = {}
        for key, value in {**self.defaults, **values}.items():
            name = self.names.get(key, key)
            if name:
                named[name] = value
        return named


@dataclass
class _Open:
    """A node or tie whose end has not come yet, and its number."""

    element: Piece
    row: int
    values: dict[str, str] = field(default_factory=dict)
    drawn: str = ""


class _Reading:
    """What is known of the file so far."""

    def __init__(self, file: str) -> None:
        self.ties = Ties(file)
        self.directed: bool | None = None
        self.nested = False
        self._graphs = self._rows = 0
        self._keys = {"node": _Keys(), "edge": _Keys()}
        self._key, self._of, self._data = "", tuple[str, ...](), ""
        self._open: list[_Open] = []

    def start(self, piece: Piece) -> None:
        name, given = piece.name, piece.attributes
        if piece.depth == 1 and name != "graphml":
            problem = f"it is XML, but not GraphML: it begins with <{name[:60]}>"
            remedy = "export the network as GraphML"
            raise DataError(self.ties.file, problem, remedy, row=piece.row)
        if name == "graph" and self._open:
            self.nested = True
        elif name == "graph":
            self._graphs += 1
            if self._graphs == 1:
                self.directed = _DIRECTED.get(given.get("edgedefault", "").lower())
        elif name == "key":
            self._key = given.get("id", "")
            self._of = _OF.get(given.get("for", "all").lower(), ())
            title = given.get("attr.name") or self._key
            for of in self._of:
                self._keys[of].names[self._key] = "" if "yfiles.type" in given else title
        elif name in ("node", "edge", "hyperedge"):
            self._rows += 1
            self._open.append(_Open(piece, self._rows))
        elif name == "data":
            self._data = given.get("key", "")

    def end(self, piece: Piece) -> None:
        name, said = piece.name, piece.text.strip()
        if name == "default" and self._key:
            for of in self._of:
                self._keys[of].defaults[self._key] = said
        elif name == "key":
            self._key = ""
        elif name == "data" and self._open:
            self._open[-1].values[self._data] = said
        elif name == "nodelabel" and self._open:
            self._open[-1].drawn = self._open[-1].drawn or said
        elif name in ("node", "edge", "hyperedge"):
            self._add(self._open.pop())

    def _add(self, done: _Open) -> None:
        of, given = done.element.name, done.element.attributes
        self.ties.place = f" (line {done.element.row:,})"
        if self._graphs > 1:
            remedy = "put each network in a file of its own"
            self.ties.reject(done.row, "", given.get("id"), f"<{of}> of a second network", remedy)
        elif of == "hyperedge":
            problem = "a tie between more than two nodes (hyperedge)"
            self.ties.reject(done.row, "", given.get("id"), problem, "make it a tie for each pair")
        elif of == "node":
            named = self._keys[of].named(done.values)
            self.ties.node(done.row, given.get("id"), done.drawn, named)
        else:
            self._tie(done, self._keys[of].named(done.values))

    def _tie(self, done: _Open, named: Mapping[str, str]) -> None:
        given = done.element.attributes
        plain = {key.casefold(): value for key, value in named.items()}
        self.ties.tie(
            done.row,
            given.get("source"),
            given.get("target"),
            next((plain[key] for key in _WEIGHTS if plain.get(key)), None),
            next((plain[key] for key in _KINDS if plain.get(key)), ""),
            directed=_WAYS.get(given.get("directed", "").lower()),
        )
        used = (*_WEIGHTS, *_KINDS)
        self.ties.left_out.update(key for key in named if key.casefold() not in used)
