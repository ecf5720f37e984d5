"""Networks as JSON: graphology and sigma, node-link (networkx, D3), Cytoscape and vis.js.

All of them are a list of nodes and a list of ties, under slightly different names. Nodes of a D3
file without ids are known by their place in the list, to which its ties refer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from casebook.errors import DataError
from casebook.readers import single
from casebook.readers.base import Export, Options, Peek
from casebook.readers.documents import document, is_json
from casebook.readers.sources import File, Source
from casebook.readers.ties import Network, Ties, text

NAME = "JSON network"

_LISTS = re.compile(r'"nodes"\s*:\s*[\[{]|"links"\s*:\s*\[')
_IDS = ("id", "key")
_SOURCES = ("source", "from")
_TARGETS = ("target", "to")
_WEIGHTS = ("weight", "value", "cardinal")
_KINDS = ("kind", "relationship")
# What a tie may say of itself that is neither lost nor used: its own name, and how it is drawn.
_OF_TIE = {*_SOURCES, *_TARGETS, *_WEIGHTS, *_KINDS, "id", "key", "undirected", "directed"}


def recognises(peek: Peek) -> bool:
    """Whether each file is JSON with a list of nodes, or of links, near its beginning."""
    return all(map(_is, peek.files))


def read(source: Source, options: Options) -> Export:
    """The one network in the files, without its drawing."""
    file = single.only(source, NAME)
    return single.told(parse(document(file), file.name), source, NAME)


def _is(file: File) -> bool:
    said = file.text
    return is_json(file) and _LISTS.search(said) is not None


def lists(data: Any) -> tuple[Any, list[Any], str] | None:
    """Nodes, ties and the name of the list of ties, if ``data`` is such a network."""
    if not isinstance(data, Mapping):
        return None
    for inner in ("elements", "graph"):
        if isinstance(data.get(inner), Mapping) and "nodes" in data[inner]:
            data = data[inner]
    for name in ("edges", "links"):
        if isinstance(data.get("nodes"), list | dict) and isinstance(data.get(name), list):
            return data["nodes"], data[name], name
    return None


def parse(data: object, file: str) -> Network:
    """The network in a parsed JSON document. Rows are places in its lists, nodes before ties.

    Raises
    ------
    DataError
        if it has no list of nodes and of ties, or nothing is usable.
    """
    found = lists(data)
    if found is None or not isinstance(data, Mapping):
        problem = "it has no list 'nodes' beside a list 'edges' or 'links'"
        raise DataError(file, problem, "export the network as JSON of one of the known kinds")
    nodes, edges, name = found
    ties = Ties(file)
    places = _nodes(ties, nodes)
    for row, edge in enumerate(edges, start=len(nodes) + 1):
        if not isinstance(edge, Mapping):
            ties.tied += 1
            problem = f"entry {ties.tied} of '{name}' is no object"
            ties.reject(row, name, edge, problem, "write {} with a source and a target")
            continue
        flat = _flat(edge)
        ends = [_end(_first(flat, keys), places) for keys in (_SOURCES, _TARGETS)]
        way = None
        if isinstance(flat.get("directed"), bool):
            way = bool(flat["directed"])
        elif isinstance(flat.get("undirected"), bool):
            way = not flat["undirected"]
        weight, kind = _first(flat, _WEIGHTS), _first(flat, _KINDS)
        ties.tie(row, ends[0], ends[1], weight, kind, way)
        ties.left_out.update(key for key in flat if key.casefold() not in _OF_TIE)
    return ties.network(_directed(data))


def _nodes(ties: Ties, nodes: list[Any] | dict[str, Any]) -> dict[int, str]:
    """Adds the nodes; gives the ids of those that are known by their place only."""
    if isinstance(nodes, dict):
        nodes = [
            {**node, "id": key} if isinstance(node, dict) else {"id": key}
            for key, node in nodes.items()
        ]
    flats = [_flat(node) if isinstance(node, Mapping) else None for node in nodes]
    ids: list[Any] = [
        None if flat is None else _id(node, flat) for node, flat in zip(nodes, flats, strict=True)
    ]
    places: dict[int, str] = {}
    if all(id_ is None for id_ in ids):
        names = [text(flat.get("name")) if flat else "" for flat in flats]
        unique = all(names) and len(set(names)) == len(names)
        ids = [name if unique else str(place) for place, name in enumerate(names)]
        places = dict(enumerate(ids))
    for row, (id_, flat) in enumerate(zip(ids, flats, strict=True), start=1):
        if flat is None:
            ties.listed += 1
            problem = f"entry {row} of 'nodes' is no object"
            ties.reject(row, "nodes", nodes[row - 1], problem, "write {} with an id")
            continue
        attributes = {
            key: value
            for key, value in flat.items()
            if key not in _IDS and not isinstance(value, Mapping | list)
        }
        ties.node(row, id_, "", attributes)
    return places


def _id(node: Mapping[str, Any], flat: Mapping[str, Any]) -> Any:
    """A node's name; one beside its attributes comes before one among them."""
    own = _first(node, _IDS)
    return _first(flat, _IDS) if own is None else own


def _flat(element: Mapping[str, Any]) -> dict[str, Any]:
    """An element with what stands in its ``attributes`` (sigma) or ``data`` (Cytoscape)."""
    flat = dict(element)
    for inner in ("attributes", "data"):
        if isinstance(flat.get(inner), Mapping):
            flat = {**flat.pop(inner), **flat}
    return flat


def _first(flat: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    found = {key.casefold(): value for key, value in flat.items() if value not in (None, "")}
    return next((found[key] for key in keys if key in found), None)


def _end(end: Any, places: dict[int, str]) -> Any:
    """The node that a tie names: by id, by place, or (a D3 file saved after use) as an object."""
    if isinstance(end, Mapping):
        end = _first(end, (*_IDS, "name"))
    if isinstance(end, list):
        return None
    return places.get(end, end) if isinstance(end, int) else end


def _directed(data: Mapping[str, Any]) -> bool | None:
    """What the document says of direction, if it does."""
    options = data.get("options")
    if isinstance(options, Mapping) and "type" in options:
        return options["type"] != "undirected"
    inner = data.get("graph")
    for holder in (data, inner if isinstance(inner, Mapping) else {}):
        if isinstance(holder.get("directed"), bool):
            return bool(holder["directed"])
    return None
