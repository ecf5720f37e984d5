"""What is drawn of a network, always the same, in all of its forms."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from casebook import networkview, palette, provenance
from casebook.errors import ProvenanceError
from casebook.networkview import MAX_EDGES, MAX_NODES
from casebook.provenance import Provenance, mark

ORIGIN = Provenance("coded", ("twente2014 §5.3",))
GROUPS = mark(
    pd.DataFrame(
        {
            "group": ["x", "y", "none"],
            "label_en": ["Group X", "Group Y", "No group"],
            "colour_nl": ["rood", "lichtblauw", ""],
        }
    ),
    ORIGIN,
)


def marked(graph: nx.Graph, kind: str = "coded") -> nx.Graph:
    """The graph with an origin."""
    return mark(graph, Provenance(kind, ("twente2014 §5.3",)))


def dense(nodes: int, ties: int, seed: int = 3) -> nx.Graph:
    """A random graph with weights from one to fifty."""
    graph = nx.gnm_random_graph(nodes, ties, seed=seed)
    weights = np.random.default_rng(seed).integers(1, 51, size=graph.number_of_edges())
    for (s, t), weight in zip(sorted(graph.edges), weights, strict=True):
        graph.edges[s, t]["weight"] = int(weight)
    return marked(nx.relabel_nodes(graph, {n: f"n{n:05d}" for n in graph}))


@pytest.fixture(scope="module")
def small() -> networkview.NetworkView:
    """Six people in two groups, one of whom is named."""
    graph = marked(nx.Graph())
    for s, t, weight in [("a", "b", 3), ("b", "c", 1), ("c", "a", 2), ("d", "e", 5), ("e", "a", 1)]:
        graph.add_edge(s, t, weight=weight, title=f"{s} with {t}")
    graph.add_node("alone")
    for node in graph:
        graph.nodes[node].update(group="x" if node in "abc" else "y", role="citizen")
    graph.nodes["a"]["label"] = "Person A"
    return networkview.view(graph, GROUPS, named={"a"})


# ---------------------------------------------------------------------------- what is drawn


def test_small_networks_are_drawn_whole(small: networkview.NetworkView) -> None:
    # Nobody without a tie, and what has a name comes last, to lie on top.
    assert list(small.nodes["id"]) == ["b", "c", "d", "e", "a"]
    assert len(small.edges) == 5
    assert small.rule.startswith("All 5 ties")
    assert list(small.groups["members"]) == [3, 2, 0]
    assert list(small.groups["colour"]) == ["red", "lightblue", "grey"]
    assert small.groups["shape"].is_unique
    strength = dict(zip(small.nodes["id"], small.nodes["strength"], strict=True))
    assert strength == {"a": 6, "b": 4, "c": 3, "d": 5, "e": 6}


def test_large_networks_keep_to_the_limits_and_to_each_nodes_heaviest_tie() -> None:
    graph = dense(MAX_NODES - 100, 3 * MAX_EDGES)
    drawn = networkview.view(graph, GROUPS)
    assert len(drawn.edges) == MAX_EDGES
    assert len(drawn.nodes) == sum(1 for _, ties in graph.degree() if ties)
    ids = drawn.nodes["id"].to_numpy()
    kept = pd.DataFrame({"node": ids[drawn.edges["source"]], "weight": drawn.edges["weight"]})
    other = pd.DataFrame({"node": ids[drawn.edges["target"]], "weight": drawn.edges["weight"]})
    heaviest = pd.concat([kept, other]).groupby("node")["weight"].max()
    for node in ids:
        of_all = max(d["weight"] for _, _, d in graph.edges(node, data=True))
        assert heaviest[node] == of_all, node
    # Beyond those, none that was left out is heavier than one that was kept for its weight alone.
    drawn_ties = {frozenset((ids[e.source], ids[e.target])) for e in drawn.edges.itertuples()}
    left = max(d["weight"] for s, t, d in graph.edges(data=True) if {s, t} not in drawn_ties)
    assert (drawn.edges["weight"] >= left).mean() > 0.7
    assert f"{MAX_EDGES:,} of {3 * MAX_EDGES:,} ties" in drawn.rule


def test_the_heaviest_tie_of_a_weak_node_is_kept() -> None:
    # A core that fills the limit by itself, and people who are tied to its two ends only.
    core = [f"core{i:03d}" for i in range(110)]
    graph = nx.complete_graph(core)
    nx.set_edge_attributes(graph, 100, "weight")
    weak = [f"weak{i:03d}" for i in range(50)]
    for node in weak:
        graph.add_edge("a first", node, weight=3)
        graph.add_edge(node, "z last", weight=2)
    drawn = networkview.view(marked(graph), GROUPS)
    ids = drawn.nodes["id"].to_numpy()
    kept = {(ids[e.source], ids[e.target]): e.weight for e in drawn.edges.itertuples()}
    assert len(kept) == MAX_EDGES
    assert [node for node in weak if kept.get(("a first", node)) != 3] == []


def test_too_many_nodes_leave_the_strongest() -> None:
    graph = dense(3 * MAX_NODES, 3 * MAX_NODES)
    drawn = networkview.view(graph, GROUPS)
    assert len(drawn.nodes) <= MAX_NODES
    assert len(drawn.edges) <= MAX_EDGES
    strength = dict(graph.degree(weight="weight"))
    assert drawn.nodes["strength"].tolist() == [strength[n] for n in drawn.nodes["id"]]
    typical = np.median(list(strength.values()))
    assert (drawn.nodes["strength"] >= typical).all()


def test_the_graph_is_left_as_it_was() -> None:
    graph = dense(30, 60)
    before = nx.to_dict_of_dicts(graph), dict(graph.nodes(data=True))
    networkview.view(graph, GROUPS)
    assert (nx.to_dict_of_dicts(graph), dict(graph.nodes(data=True))) == before


def test_loops_are_not_drawn_and_unknown_groups_fall_to_the_last() -> None:
    graph = marked(nx.DiGraph([("a", "a"), ("a", "b"), ("b", "a")]))
    graph.nodes["a"]["group"] = "unheard of"
    drawn = networkview.view(graph, GROUPS)
    assert drawn.directed and len(drawn.edges) == 2
    assert drawn.nodes.set_index("id")["group"].to_dict() == {"a": "none", "b": "x"}


def test_a_network_without_ties_is_drawn_too() -> None:
    graph = marked(nx.empty_graph(["a", "b", "c"]))
    drawn = networkview.view(graph, GROUPS)
    assert list(drawn.nodes["id"]) == ["a", "b", "c"]
    assert drawn.to_svg("light", "", "Three.").startswith("<svg")
    assert len(drawn.table()) == 3


def test_given_places_are_kept() -> None:
    graph = marked(nx.Graph([("a", "b"), ("b", "c")]))
    places = {"a": (0.0, 0.0), "b": (5.0, 1.0), "c": (10.0, 0.0)}
    nodes = networkview.view(graph, GROUPS, positions=places).nodes.set_index("id")
    assert nodes["x"].is_monotonic_increasing
    assert nodes["y"]["a"] == nodes["y"]["c"] < nodes["y"]["b"]


def test_origin_is_the_weakest_and_must_be_there() -> None:
    graph = marked(nx.Graph([("a", "b")]), "published")
    assert networkview.view(graph, GROUPS).provenance.kind == "coded"
    with pytest.raises(ProvenanceError):
        networkview.view(nx.Graph([("a", "b")]), GROUPS)
    with pytest.raises(ProvenanceError):
        networkview.view(graph, pd.DataFrame(GROUPS.to_dict("list")))


# ---------------------------------------------------------------------------- always the same

_AGAIN = """
import sys
sys.path.insert(0, sys.argv[1])
from test_networkview import GROUPS, dense
from casebook import networkview
for nodes, ties in ((3, 2), (60, 150), (700, 1500)):
    drawn = networkview.view(dense(nodes, ties), GROUPS)
    print(drawn.nodes[["id", "x", "y"]].to_csv(), drawn.edges.to_csv())
"""


def test_another_process_draws_the_same() -> None:
    here = os.path.dirname(__file__)  # noqa: PTH120
    said = {
        subprocess.run(
            [sys.executable, "-c", _AGAIN, here],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1 and len(said.pop()) > 1000


def test_order_of_insertion_does_not_matter() -> None:
    graph = dense(40, 90)
    turned = nx.Graph()
    turned.add_nodes_from(reversed(list(graph.nodes(data=True))))
    turned.add_edges_from((t, s, d) for s, t, d in reversed(list(graph.edges(data=True))))
    one, other = networkview.view(graph, GROUPS), networkview.view(marked(turned), GROUPS)
    assert one.payload("") == other.payload("")


def test_another_seed_draws_another() -> None:
    graph = dense(40, 90)
    one, other = (networkview.view(graph, GROUPS, seed=s).nodes["x"].tolist() for s in (1, 2))
    assert one != other


# ---------------------------------------------------------------------------- its forms


def test_payload_is_the_pyvis_network(small: networkview.NetworkView) -> None:
    payload, drawn = small.payload(""), small.pyvis()
    assert len(payload["nodes"]) == len(drawn.nodes) and len(payload["edges"]) == len(drawn.edges)
    for node, pyvis in zip(payload["nodes"], drawn.nodes, strict=True):
        group = payload["groups"][node[2]]
        assert node[0] == pyvis["id"] and node[1] == pyvis["title"]
        assert (node[3], node[4]) == (pyvis["x"], pyvis["y"])
        assert node[5] == pytest.approx(pyvis["size"], abs=0.05)
        assert group["shape"] == pyvis["shape"]
        assert palette.COLOURS[group["colour"]].light == pyvis["color"]
        assert bool(node[7]) == (pyvis["label"] != " ")
    ids = [node[0] for node in payload["nodes"]]
    for edge, pyvis in zip(payload["edges"], drawn.edges, strict=True):
        assert (ids[edge[0]], ids[edge[1]], edge[2]) == (pyvis["from"], pyvis["to"], pyvis["value"])
    assert payload["options"] == networkview.OPTIONS
    assert payload["options"]["physics"]["enabled"] is False
    assert json.loads(json.dumps(payload)) == payload


def test_table_lists_the_drawn_nodes(small: networkview.NetworkView) -> None:
    table = small.table()
    assert table.to_dict("list") == {
        "node": ["Person A", "e", "d", "b", "c"],
        "role": ["citizen"] * 5,
        "group": ["Group X", "Group Y", "Group Y", "Group X", "Group X"],
        "ties drawn": [3, 2, 1, 2, 2],
        "strength": [6, 6, 5, 4, 3],
    }
    assert provenance.of(table) == small.provenance


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_still_picture(theme: str, small: networkview.NetworkView) -> None:
    svg = small.to_svg(theme, "SIMULATED", "One & all")
    assert "SIMULATED" in svg and "<title>One &amp; all</title>" in svg
    assert "Person A" in svg and ">b<" not in svg
    for name in ("red", "lightblue"):
        assert getattr(palette.COLOURS[name], theme) in svg
    assert svg.count("<circle") + svg.count("<polygon") == len(small.nodes)
    assert "Person A" not in small.to_svg(theme, "", "One", names=False)
    assert "SIMULATED" not in small.to_svg(theme, "", "One")


def test_gexf_can_be_read_and_is_marked(small: networkview.NetworkView) -> None:
    graph = nx.read_gexf(io.BytesIO(small.to_gexf("SIMULATED").encode()))
    assert set(graph) == set("abcde") and not graph.is_directed()
    assert graph.edges["d", "e"]["weight"] == 5
    assert {graph.nodes[n]["provenance"] for n in graph} == {"SIMULATED"}
    assert graph.nodes["a"]["label"] == "Person A"
    at = small.nodes.set_index("id").loc["a"]
    assert graph.nodes["a"]["viz"]["position"] == {"x": at["x"], "y": -at["y"], "z": 0}
    unmarked = nx.read_gexf(io.BytesIO(small.to_gexf("").encode()))
    assert {unmarked.nodes[n]["provenance"] for n in unmarked} == {"coded"}
    assert "date" not in small.to_gexf("")


def test_names_of_people_cannot_harm() -> None:
    harm = """</script><script>alert('1')</script><!-- & " """
    graph = marked(nx.Graph([("a", "b")]))
    graph.nodes["a"]["label"] = harm
    drawn = networkview.view(graph, GROUPS, named={"a"})
    assert "<script" not in drawn.to_svg("light", "", harm)
    assert nx.read_gexf(io.BytesIO(drawn.to_gexf("").encode())).nodes["a"]["label"] == harm
    page = drawn.to_html()
    assert page.count("<") == 2, "the frame's document stands in one attribute"
    inside = page.split("srcdoc=", 1)[1]
    assert "&lt;script&gt;alert" not in inside and "&lt;!--" not in inside


def test_every_name_asked_for_is_written_in_the_picture() -> None:
    ids = [f"someone{i:02d}" for i in range(40)]
    graph = marked(nx.star_graph(ids))
    places = {node: (float(node == ids[0]), i / 80) for i, node in enumerate(ids)}
    drawn = networkview.view(graph, GROUPS, named=set(ids), positions=places)
    svg = drawn.to_svg("light", "", "")
    assert sorted(re.findall(r">(someone\d\d)<", svg)) == ids
    high = float(re.search(r'viewBox="0 0 1000 (\d+)"', svg)[1])
    for x, y in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"', svg):
        assert 0 < float(x) < 1000 and 10 < float(y) < high


def test_a_name_far_from_its_mark_is_tied_to_it() -> None:
    graph = marked(nx.star_graph([f"someone{i:02d}" for i in range(20)]))
    places = {node: (i / 400, 0.0) for i, node in enumerate(graph)}
    drawn = networkview.view(graph, GROUPS, named=set(graph), positions=places)
    assert re.search(
        r'<path fill="none" d="(M\d+ \d+L\d+ \d+)+" stroke="#', drawn.to_svg("light", "", "")
    )
