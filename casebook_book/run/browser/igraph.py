"""Stands in for igraph in a browser: what follows from a graph by definition, and no more.

No wheel of igraph for a browser is to be had from a package registry. Counts, components,
distances, betweenness and modularity have one right answer, which is computed here; community
detection and random rewiring depend on igraph's own code and are refused (:class:`NotInBrowser`).
Layouts are the page's to give (see ``runtime``). The interface is igraph's, as far as the package
uses it; a test holds the two side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

#: How many sources betweenness treats at once: what fits the memory of a browser.
_BATCH = 256


class NotInBrowser(NotImplementedError):  # noqa: N818 (says what it is)
    """Asks for a part of igraph that a browser does not have."""


def set_random_number_generator(_generator: Any) -> None:
    """Nothing here draws at random."""


class Layout:
    """Positions, one a vertex, as ``coords``."""

    def __init__(self, coords: Sequence[Sequence[float]]) -> None:
        self.coords = [list(map(float, xy)) for xy in coords]


def place(_count: int, _ties: list[tuple[int, int]]) -> list[list[float]]:
    """Positions for vertices joined by ties; the runtime puts its own function here."""
    raise NotInBrowser("a layout")


class Clustering:
    """The parts of a graph."""

    def __init__(self, membership: Iterable[int]) -> None:
        self.membership = [int(part) for part in membership]

    def __len__(self) -> int:
        return max(self.membership, default=-1) + 1

    def __iter__(self) -> Iterator[list[int]]:
        parts: list[list[int]] = [[] for _ in range(len(self))]
        for vertex, part in enumerate(self.membership):
            parts[part].append(vertex)
        return iter(parts)

    def sizes(self) -> list[int]:
        """Members of each part."""
        return [len(part) for part in self]


class Vertex:
    """One vertex, read only."""

    def __init__(self, graph: Graph, index: int) -> None:
        self.graph, self.index = graph, index

    def __getitem__(self, attribute: str) -> Any:
        return self.graph._vertex[attribute][self.index]

    def degree(self) -> int:
        """Ties, a loop counted twice."""
        return self.graph.degree()[self.index]


class Edge:
    """One tie, read only."""

    def __init__(self, graph: Graph, index: int) -> None:
        self.graph, self.index = graph, index
        self.source, self.target = graph._ends[index]

    def __getitem__(self, attribute: str) -> Any:
        return self.graph._edge[attribute][self.index]


class _Items:
    """All vertices or all ties: attributes by name, members by number."""

    def __init__(self, held: dict[str, list[Any]], count: int, member: Callable[[int], Any]):
        self._held, self._count, self._member = held, count, member

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Any]:
        return (self._member(i) for i in range(self._count))

    def __getitem__(self, key: str | int) -> Any:
        return list(self._held[key]) if isinstance(key, str) else self._member(int(key))

    def __setitem__(self, attribute: str, values: Any) -> None:
        if isinstance(values, str) or not hasattr(values, "__len__"):
            values = [values] * self._count
        if len(values) != self._count:
            raise ValueError(f"{len(values)} values for {self._count} items")
        self._held[attribute] = list(values)

    def attributes(self) -> list[str]:
        """Names of the attributes."""
        return list(self._held)


class _Vertices(_Items):
    def __init__(self, graph: Graph) -> None:
        super().__init__(graph._vertex, graph.vcount(), lambda i: Vertex(graph, i))
        self._graph = graph

    def select(self, *, _degree: int) -> list[int]:
        """Vertices with just so many ties."""
        return [i for i, ties in enumerate(self._graph.degree()) if ties == _degree]


class Graph:
    """A graph, directed or not, with attributes of itself, its vertices and its ties."""

    def __init__(
        self, n: int = 0, edges: Iterable[Sequence[int]] | None = None, directed: bool = False
    ) -> None:
        self._count, self._directed = int(n), directed
        self._ends: list[tuple[int, int]] = []
        self._vertex: dict[str, list[Any]] = {}
        self._edge: dict[str, list[Any]] = {}
        self._own: dict[str, Any] = {}
        if edges is not None:
            self.add_edges(edges)

    @classmethod
    def TupleList(cls, ties: Iterable[Sequence[Any]]) -> Graph:  # noqa: N802 (igraph's name)
        """An undirected graph of pairs of names."""
        pairs = [tuple(tie) for tie in ties]
        at = {name: i for i, name in enumerate(dict.fromkeys(chain.from_iterable(pairs)))}
        made = cls(len(at), [(at[a], at[b]) for a, b in pairs])
        made.vs["name"] = list(at)
        return made

    def add_edges(self, edges: Iterable[Sequence[int]]) -> None:
        """More ties, without attributes."""
        for a, b in edges:
            i, j = int(a), int(b)
            # igraph keeps an undirected tie from its lower end.
            self._ends.append((i, j) if self._directed or i <= j else (j, i))

    @property
    def vs(self) -> _Vertices:
        """The vertices."""
        return _Vertices(self)

    @property
    def es(self) -> _Items:
        """The ties."""
        return _Items(self._edge, len(self._ends), lambda i: Edge(self, i))

    def __getitem__(self, attribute: str) -> Any:
        return self._own[attribute]

    def __setitem__(self, attribute: str, value: Any) -> None:
        self._own[attribute] = value

    def attributes(self) -> list[str]:
        """Names of the graph's own attributes."""
        return list(self._own)

    def vcount(self) -> int:
        """Number of vertices."""
        return self._count

    def ecount(self) -> int:
        """Number of ties."""
        return len(self._ends)

    def is_directed(self) -> bool:
        """Whether ties have a direction."""
        return self._directed

    def get_edgelist(self) -> list[tuple[int, int]]:
        """All ties as pairs of vertices."""
        return list(self._ends)

    def is_loop(self) -> list[bool]:
        """For each tie whether it joins a vertex with itself."""
        return [a == b for a, b in self._ends]

    def copy(self) -> Graph:
        """The same once more."""
        made = Graph(self._count, directed=self._directed)
        made._ends = list(self._ends)
        made._vertex = {key: list(values) for key, values in self._vertex.items()}
        made._edge = {key: list(values) for key, values in self._edge.items()}
        made._own = dict(self._own)
        return made

    def delete_vertices(self, gone: Iterable[int]) -> None:
        """Take vertices out, and their ties."""
        out = set(map(int, gone))
        kept = [i for i in range(self._count) if i not in out]
        at = {old: new for new, old in enumerate(kept)}
        self.delete_edges(i for i, (a, b) in enumerate(self._ends) if a in out or b in out)
        self._ends = [(at[a], at[b]) for a, b in self._ends]
        self._vertex = {key: [held[i] for i in kept] for key, held in self._vertex.items()}
        self._count = len(kept)

    def delete_edges(self, gone: Iterable[int]) -> None:
        """Take ties out."""
        out = set(map(int, gone))
        kept = [i for i in range(len(self._ends)) if i not in out]
        self._ends = [self._ends[i] for i in kept]
        self._edge = {key: [held[i] for i in kept] for key, held in self._edge.items()}

    def simplify(self, *, multiple: bool = True) -> None:
        """Take loops out, as long as double ties are to stay."""
        if multiple:
            raise NotInBrowser("merging double ties")
        self.delete_edges(i for i, loop in enumerate(self.is_loop()) if loop)

    def as_undirected(
        self, mode: str = "collapse", combine_edges: dict[str, str] | None = None
    ) -> Graph:
        """One tie without direction for all between two vertices; weights are summed if asked."""
        if mode != "collapse" or combine_edges not in (None, {"weight": "sum"}):
            raise NotInBrowser(f"as_undirected with {mode} and {combine_edges}")
        weights = self._edge.get("weight", [1] * len(self._ends))
        summed: dict[tuple[int, int], Any] = {}
        for (a, b), weight in zip(self._ends, weights, strict=True):
            pair = (min(a, b), max(a, b))
            summed[pair] = summed.get(pair, 0) + weight
        made = Graph(self._count, sorted(summed))
        made._vertex = {key: list(values) for key, values in self._vertex.items()}
        made._own = dict(self._own)
        if combine_edges:
            made.es["weight"] = [summed[pair] for pair in sorted(summed)]
        return made

    def degree(self, mode: str = "all", loops: bool = True) -> list[int]:
        """Ties of each vertex, a loop counted at both of its ends or not at all."""
        count = [0] * self._count
        for a, b in self._ends:
            if a == b and not loops:
                continue
            if mode in ("all", "out") or not self._directed:
                count[a] += 1
            if mode in ("all", "in") or not self._directed:
                count[b] += 1
        return count

    def neighbors(self, vertex: int) -> list[int]:
        """The other ends of a vertex's ties, whatever their direction, in order."""
        found = [b for a, b in self._ends if a == vertex] + [
            a for a, b in self._ends if b == vertex
        ]
        return sorted(found)

    def neighborhood(
        self, vertices: Sequence[int], order: int = 1, mode: str = "all"
    ) -> list[list[int]]:
        """For each of ``vertices`` itself and who is at most ``order`` ties away."""
        near: list[set[int]] = [set() for _ in range(self._count)]
        for a, b in self._ends:
            if mode in ("all", "out") or not self._directed:
                near[a].add(b)
            if mode in ("all", "in") or not self._directed:
                near[b].add(a)
        found = []
        for start in vertices:
            seen, edge = {start: None}, [start]
            for _ in range(order):
                edge = sorted({j for i in edge for j in near[i]} - seen.keys())
                if not edge:
                    break
                seen.update(dict.fromkeys(edge))
            found.append(list(seen))
        return found

    def connected_components(self, mode: str = "strong") -> Clustering:
        """The parts that hang together; igraph counts direction unless ``weak``."""
        connection = "weak" if mode == "weak" or not self._directed else "strong"
        _, parts = csgraph.connected_components(self._table(), directed=True, connection=connection)
        return Clustering(parts)

    def is_connected(self, mode: str = "strong") -> bool:
        """Whether all vertices hang together."""
        return len(self.connected_components(mode)) == 1

    def density(self) -> float:
        """Share of the possible ties."""
        pairs = self._count * (self._count - 1) / (1 if self._directed else 2)
        return len(self._ends) / pairs if pairs else float("nan")

    def reciprocity(self) -> float:
        """Share of the directed ties, loops left out, that are returned."""
        ties = [(a, b) for a, b in self._ends if a != b]
        known = set(ties)
        return sum((b, a) in known for a, b in ties) / len(ties)

    def modularity(
        self, membership: Sequence[int], weights: str | None = None, resolution: float = 1.0
    ) -> float:
        """Modularity of a partition of an undirected graph."""
        weight = np.array(self._edge[weights] if weights else [1.0] * len(self._ends), dtype=float)
        ends = np.array(self._ends, dtype=np.intp).reshape(-1, 2)
        parts = np.asarray(membership)[ends]
        inside = weight[parts[:, 0] == parts[:, 1]].sum()
        strength = np.bincount(parts.ravel(), np.repeat(weight, 2))
        total = weight.sum()
        return float(inside / total - resolution * ((strength / (2 * total)) ** 2).sum())

    def betweenness(self, weights: None = None) -> list[float]:
        """Shortest paths through each vertex (Brandes 2001), many sources at a time."""
        step = self._table().T.tocsr()
        back = step.T.tocsr()
        total = np.zeros(self._count)
        for first in range(0, self._count, _BATCH):
            sources = np.arange(first, min(first + _BATCH, self._count))
            paths = np.zeros((self._count, len(sources)))
            paths[sources, np.arange(len(sources))] = 1.0
            seen, layers = paths > 0, [paths]
            while layers[-1].any():
                reached = np.where(seen, 0.0, step @ layers[-1])
                seen |= reached > 0
                paths = paths + reached
                layers.append(reached)
            depends = np.zeros_like(paths)
            for layer, before in zip(layers[:0:-1], layers[-2::-1], strict=True):
                share = np.divide(1.0 + depends, layer, out=np.zeros_like(paths), where=layer > 0)
                depends += np.where(before > 0, before * (back @ share), 0.0)
            depends[sources, np.arange(len(sources))] = 0.0
            total += depends.sum(axis=1)
        return list(total if self._directed else total / 2)

    def _table(self) -> sparse.csr_array:
        """Vertices by vertices: how many ties go from row to column, loops left out."""
        ends = np.array([tie for tie in self._ends if tie[0] != tie[1]], dtype=np.intp)
        source, target = ends.reshape(-1, 2).T
        if not self._directed:
            source, target = np.concatenate([source, target]), np.concatenate([target, source])
        shape = (self._count, self._count)
        return sparse.csr_array((np.ones(len(source)), (source, target)), shape=shape)

    def layout_fruchterman_reingold(self, **_: Any) -> Layout:
        """Positions as the runtime gives them."""
        return Layout(place(self._count, self._ends))

    def layout_umap(self, **_: Any) -> Layout:
        """Positions as the runtime gives them."""
        return Layout(place(self._count, self._ends))

    def community_leiden(self, **_: Any) -> Clustering:
        """Refused: its outcome hangs on igraph's own code and order of random choices."""
        raise NotInBrowser("community detection (Leiden)")

    def rewire(self, *_: Any) -> None:
        """Refused: its outcome hangs on igraph's own code and order of random choices."""
        raise NotInBrowser("random networks with the same degrees")
