"""Files that are damaged or meant to harm: a plain refusal, or every row accounted for."""

from __future__ import annotations

import copy
import csv
import io
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pytest
import test_readers_archives as archives
import test_readers_networks as of_networks
from hypothesis import given, settings
from hypothesis import strategies as st

from casebook.errors import DataError
from casebook.readers.base import Export, Options
from casebook.readers.sources import Source, in_memory

MODULES = (
    *("x_archive", "mastodon", "gexf", "graphml", "pajek", "gdf"),
    *("bluesky", "graph_json", "edge_list"),
)
SAMPLES = {
    "gexf": of_networks.GEXF.format(namespace="", version="1.2", value="for", graph=""),
    "graphml": of_networks.YED,
    "pajek": '*Vertices 5 2\n1 "a b"\n2 c 0 0\n*Arcs :1 "x"\n1 2 3 c Blue\n*Edgeslist\n1 4 5\n'
    "*Matrix\n1 0 2\n0 1 -1\n",
    "gdf": "nodedef>name VARCHAR,label VARCHAR\na,\"x, y\"\nb,'d\\'z'\n"
    "edgedef>node1 VARCHAR,node2 VARCHAR,weight DOUBLE,directed BOOLEAN\na,b,2.5,true\nb,a,-1\n",
    "graph_json": json.dumps(of_networks.NETWORKS["graphology"], indent=1),
    "D3": json.dumps(of_networks.NETWORKS["D3 by place"]),
    "edge_list": 'Source,Target,Type,Weight\n"a, b",c,Directed,"2,5"\nc,d,Undirected,1\n',
    "snap": "# Directed graph\n1\t2\n2\t3\n3\t1\n",
    "x_archive": archives.script(archives.TWEETS),
    "mastodon": archives.outbox(*archives.ITEMS),
    "following": archives.FOLLOWING,
    "bluesky": "\n".join(map(json.dumps, archives.listed())),
    "car": archives.car(),
}


def tried(content: bytes) -> Export | None:
    """What the first reader that recognises the bytes makes of them; None if it refuses them."""
    for name in MODULES:
        reader = import_module(f"casebook.readers.{name}")
        source = Source((in_memory("file", content),))
        if reader.recognises(source):
            try:
                export: Export = reader.read(source, Options())
            except DataError as refused:
                assert len(str(refused)) < 1000
                return None
            return balanced(export)
    return None


def balanced(export: Export) -> Export:
    """The export, if every row is used or rejected once and with a reason."""
    assert export.rows_in == export.rows_used + len(export.rejects)
    assert not export.rejects.duplicated(["file", "row"]).any()
    assert (export.rejects[["problem", "remedy"]] != "").all(axis=None)
    if export.network is not None:
        of_networks.counted(export)
    else:
        archives.counted(export)
    # Whatever is in it can be written to any file.
    tables = [export.rejects, export.understood]
    if export.network is not None:
        tables += [export.network.edges, export.network.nodes]
    elif export.conversation is not None:
        tables += [export.conversation.messages, export.conversation.actors]
    for table in tables:
        table.to_csv(None).encode("utf-8")
    return export


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sample of which some pieces were lost, doubled, moved or overwritten."""
    sample = SAMPLES[draw(st.sampled_from(sorted(SAMPLES)))]
    content = sample if isinstance(sample, bytes) else sample.encode()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.sampled_from([0, 1, 2, 5, 20, 200])))
        other = draw(st.integers(0, len(content)))
        piece = draw(
            st.one_of(
                st.binary(max_size=4),
                st.sampled_from(
                    [b'"', b"<", b"\n", b"\0", b"-1", b"1e999", b"\xff", b"{", b"]", b","]
                ),
                st.just(content[other : other + 30]),
            )
        )
        content = content[:start] + piece + content[end:]
    return content


@settings(max_examples=400, deadline=None)
@given(damaged())
def test_damaged_files(content: bytes) -> None:
    tried(content)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_files_cut_off_anywhere(name: str) -> None:
    sample = SAMPLES[name]
    content = sample if isinstance(sample, bytes) else sample.encode()
    assert tried(content) is not None
    for length in range(1, len(content), max(1, len(content) // 25)):
        tried(content[:length])


NAMES = st.sampled_from(
    [
        *("id", "key", "source", "target", "weight", "kind", "label", "name", "attributes", "data"),
        *("nodes", "edges", "links", "directed", "undirected", "group", "role", "graph", "options"),
        *("tweet", "id_str", "created_at", "full_text", "entities", "user_mentions", "user"),
        *("type", "actor", "object", "published", "tag", "href", "to", "cc", "inReplyTo"),
        *("uri", "value", "record", "commit", "did", "$type", "reply", "parent", "facets"),
        *("features", "subject", "createdAt", "post", "author", "reason", "by", "indexedAt"),
    ]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats()
    | st.text(max_size=4)
    | st.sampled_from(["a", "b", "at://did:plc:a/app.bsky.feed.post/1", "2024-03-01T22:30:00Z"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(JSON, max_size=5), st.lists(JSON, max_size=5))
def test_json_of_any_shape(first: list[Any], second: list[Any]) -> None:
    network = tried(json.dumps({"nodes": first, "edges": second}).encode())
    assert network is None or network.rows_in == len(first) + len(second)
    boxed = json.dumps({"orderedItems": [{"type": "Create"}, *first]}).encode()
    for said in (archives.script(first).encode(), boxed):
        made = tried(said)
        assert made is None or made.rows_in in (len(first), len(first) + 1)
    post = archives.RECORDS[0][2]
    lines = [json.dumps(one) for one in (post, *second) if not isinstance(one, list | dict)]
    made = tried("\n".join([json.dumps(post), *lines]).encode())
    assert made is None or made.rows_in == 1 + len(lines)


DOCUMENTS = {
    **{f"network {name}": network for name, network in of_networks.NETWORKS.items()},
    "outbox": json.loads(archives.outbox(*archives.ITEMS)),
    "records": {"records": archives.listed()},
    "tweets": archives.TWEETS,
}
ODD = (None, True, -1, 2.5, 1e308, 10**40, "", "a", "\ud800", "\0", "at://", "https://[", [], {})
ODD += ("9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00", [[]], {"a": {}}, "x" * 3000)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(DOCUMENTS)), st.randoms(use_true_random=False))
def test_json_with_odd_values(name: str, chance: Any) -> None:
    document = json.loads(json.dumps(DOCUMENTS[name]))
    for _ in range(chance.randint(1, 4)):
        holder, key = chance.choice([*places(document)] or [({"a": 1}, "a")])
        if chance.random() < 0.2 and isinstance(holder, dict):
            del holder[key]
        else:
            # A copy: the next turn may put something into it.
            holder[key] = copy.deepcopy(chance.choice(ODD))
    said = json.dumps(document)
    tried((archives.script(document) if name == "tweets" else said).encode())


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """All places in a document that hold a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in list(inner):
        yield value, key
        if isinstance(one, dict | list):
            yield from places(one)


END = st.sampled_from(["a", "b", "c", " a ", "", "=1+1", "<b>", "'x'", "\u202e", "d,e", '"'])
WEIGHT = st.sampled_from([None, "1", "2.5", "-1", "0", "x", "nan", "inf", "1e999", "1,5", ""])
NODES = st.lists(END, max_size=6)
TIES = st.lists(st.tuples(END, END, WEIGHT), max_size=8)


@pytest.mark.parametrize("form", ["gexf", "graphml"])
@settings(max_examples=60, deadline=None)
@given(NODES, TIES)
def test_xml_of_any_nodes_and_ties(
    form: str, nodes: list[str], ties: list[tuple[str, str, str | None]]
) -> None:
    root = ElementTree.Element(form)
    graph = ElementTree.SubElement(root, "graph")
    for node in nodes:
        ElementTree.SubElement(graph, "node", {"id": node})
    for source, target, weight in ties:
        edge = ElementTree.SubElement(graph, "edge", {"source": source, "target": target})
        if weight is not None and form == "gexf":
            edge.set("weight", weight)
        elif weight is not None:
            ElementTree.SubElement(edge, "data", {"key": "weight"}).text = weight
    made = tried(ElementTree.tostring(root))
    good = [tie for tie in ties if tie[0] and tie[1] and usable(tie[2])]
    if made is None:
        assert not good
        assert not any(nodes)
        return
    assert made.rows_in == len(nodes) + len(ties)
    assert made.network is not None
    assert made.network.edges["weight"].sum() == sum(usable(weight) for _, _, weight in good)


def usable(weight: str | None) -> float:
    """The weight by which a tie counts; 0 if it is turned down."""
    return {None: 1, "": 1, "1": 1, "2.5": 2.5, "1,5": 1.5}.get(weight, 0)


@settings(max_examples=60, deadline=None)
@given(TIES)
def test_edge_lists_of_any_ties(ties: list[tuple[str, str, str | None]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["source", "target", "weight"])
    writer.writerows(ties)
    made = tried(out.getvalue().encode())
    good = [usable(weight) for a, b, weight in ties if a.strip() and b.strip() and usable(weight)]
    blank = sum(not (a.strip() or b.strip() or (weight or "")) for a, b, weight in ties)
    if made is None:
        assert not good
        return
    assert made.rows_in == len(ties) - blank
    assert made.network is not None
    assert made.network.edges["weight"].sum() == sum(good)


@pytest.mark.parametrize("name", ["arctic.gexf", "les-miserables.json", "government_edges.csv"])
def test_damaged_real_files(exports: Path, name: str) -> None:
    content = next(exports.rglob(name)).read_bytes()
    for number in range(2):
        at = (number * 7919 * 1013) % len(content)
        for damage in (content[:at], content[:at] + b"\0<&" + content[at + 3 :]):
            tried(damage)


def test_a_large_network_takes_seconds() -> None:
    graph = nx.gnm_random_graph(20_000, 60_000, seed=1)
    pairs = "\n".join(f"{a}\t{b}" for a, b in graph.edges)
    made = tried(pairs.encode())
    assert made is not None
    assert made.rows_in == 60_000
