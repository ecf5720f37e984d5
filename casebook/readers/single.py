"""For formats of which a network is one file: no more than one, and what is told of it."""

from __future__ import annotations

from casebook.errors import DataError
from casebook.readers.base import BY_FORMAT, Export, of_network
from casebook.readers.sources import File, Source
from casebook.readers.ties import Network, few

_MEANINGS = {
    "id": "a node's own name",
    "label": "what a node is called",
    "role": "in what capacity a node takes part",
    "group": "the group of a node",
}


def only(source: Source, name: str) -> File:
    """The one file of the source.

    Raises
    ------
    DataError
        if there are several: nobody knows whether their nodes are the same.
    """
    if len(source.files) > 1:
        names = few(file.name for file in source.files)
        problem = f"there are {len(source.files)} networks in it ({name}): {names}"
        raise DataError(source.label, problem, "give one network at a time")
    return source.files[0]


def told(network: Network, source: Source, name: str, how: str = BY_FORMAT) -> Export:
    """The export of a network, with what its columns mean."""
    lines = [(c, _MEANINGS.get(c, "of a node, as given"), how) for c in _used(network)]
    lines += [("source, target", "the two ends of a tie", how)]
    lines += [("weight", "how strong a tie is; 1 where it is not given", how)]
    if (network.edges["kind"] != "").any():
        lines += [("kind", "the sort of a tie", how)]
    way = "Ties have a direction." if network.directed else "Ties have no direction."
    # Where the direction was assumed, a note of the network says so already.
    assumed = any("direction" in note for note in network.notes)
    return of_network(network, source, name, lines, [] if assumed else [way])


def _used(network: Network) -> list[str]:
    """Columns of nodes that say something of some node."""
    nodes = network.nodes
    return [c for c in nodes if (~nodes[c].isin(["", "unknown"])).any()]
