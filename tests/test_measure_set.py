"""The set of measures: one name, one number, the same for every conversation."""

from __future__ import annotations

import networkx as nx
import pandas as pd
import pytest

from casebook import communities, conversation, measure_set, measures, networks, reconstruct
from casebook.conversation import Conversation
from casebook.provenance import Provenance, derive, mark


def chat(messages: list[tuple[str, str, str, str]], roles: dict[str, str]) -> Conversation:
    """Messages as ``author, kind, parent, target``, an hour apart."""
    rows = pd.DataFrame(
        [
            (f"m{i}", a, pd.Timestamp(f"2014-01-01 {i:02}:00Z"), kind, parent, target, "", 1.0)
            for i, (a, kind, parent, target) in enumerate(messages)
        ],
        columns=list(conversation.MESSAGE_COLUMNS),
    )
    actors = pd.DataFrame(
        [(actor, role, actor, "") for actor, role in roles.items()],
        columns=list(conversation.ACTOR_COLUMNS),
    )
    yours = Provenance("yours")
    return Conversation(mark(rows, yours), mark(actors, yours), "test")


TALK = chat(
    [
        ("a", "tweet", "", ""),
        ("a", "mention", "m0", "town"),
        ("town", "reply", "m0", "a"),
        ("b", "retweet", "m0", "a"),
        ("c", "tweet", "", ""),
        ("b", "retweet", "m4", "c"),
        ("lone", "tweet", "", ""),
    ],
    {"a": "citizen", "b": "citizen", "c": "citizen", "lone": "citizen", "town": "government"},
)


def measured(conv: Conversation) -> measure_set.MeasureSet:
    network = measure_set.network_of(conv)
    return measure_set.measure(conv, network, pd.Series([0.1, 0.2]), seeds=[1, 2])


def test_names_are_those_of_the_set_in_its_order() -> None:
    frame = measured(TALK).frame()
    names = [n for n in frame["measure"] if not n.startswith("betweenness_")]
    assert names == list(measure_set.MEASURES)


def test_values_of_a_small_talk() -> None:
    values = measured(TALK).values
    # mentions, likes and follows are parts of messages or none
    assert values["messages"] == 6
    assert values["actors"] == 5
    assert values["nodes"] == 4  # the lone one has no tie
    assert values["edges"] == 4
    assert values["density"] == pytest.approx(4 / 12)
    assert values["reciprocity"] == pytest.approx(2 / 4)
    assert values["components"] == 1
    assert values["response_rate"] == 1
    assert values["median_response_hours"] == 2
    assert values["modularity_null_mean"] == pytest.approx(0.15)


def test_betweenness_agrees_with_networkx_and_is_sorted() -> None:
    top = measured(TALK).betweenness_top
    graph = networks.mentions(TALK)
    theirs = nx.betweenness_centrality(graph, normalized=False)
    assert list(top) == sorted(top, reverse=True)
    for actor, value in top.items():
        assert value == pytest.approx(theirs[actor], abs=1e-9)


def test_one_role_says_so_instead_of_a_number() -> None:
    actors = derive(TALK.actors.assign(role="citizen"), TALK.actors)
    alone = Conversation(TALK.messages, actors, "test")
    made = measured(alone)
    assert made.values["ei_index"] is None
    assert made.notes["ei_index"] == "All accounts have the same role."
    assert "citizen" in made.notes["response_rate"]


def test_without_ties_there_is_nothing_to_measure() -> None:
    silent = chat([("a", "tweet", "", ""), ("b", "tweet", "", "")], {"a": "citizen", "b": "media"})
    made = measured(silent)
    assert made.values["modularity"] is None
    assert made.notes["modularity"] == "The network has no ties."
    assert made.betweenness_top.empty
    assert made.values["messages"] == 2


def test_a_co_comment_network_has_no_direction() -> None:
    page = chat(
        [("town", "post", "", ""), ("a", "comment", "m0", ""), ("b", "comment", "m0", "")],
        {"town": "government", "a": "citizen", "b": "citizen"},
    )
    made = measured(page)
    assert made.values["edges"] == 1
    assert made.values["reciprocity"] is None
    assert made.notes["reciprocity"] == "The ties have no direction."


#: Ties above which networkx would take minutes: then the strong ties are compared.
_MANY = 30_000


def twin(case: str) -> nx.Graph:
    """The network of a reconstruction as networkx has it, without isolates and self-loops."""
    conv = conversation.load(case)
    kinds = set(conv.messages["kind"])
    if "comment" in kinds:
        starters = networks.is_forum(conv)
        graph = networks.co_comment(conv, starters=starters, threshold=_threshold(conv, starters))
    else:
        graph = networks.mentions(conv, ("follow",) if kinds == {"follow"} else _ADDRESSED)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    graph.remove_nodes_from([n for n, d in list(graph.degree()) if not d])
    return graph


_ADDRESSED = ("retweet", "mention", "reply")


def _threshold(conv: Conversation, starters: bool) -> int:
    edges = networks.co_comment_edges(conv, starters=starters)
    return next(w for w in range(1, 20) if (edges["weight"] >= w).sum() <= _MANY)


@pytest.mark.parametrize("case", reconstruct.cases())
def test_exact_measures_agree_with_networkx(case: str) -> None:
    graph = twin(case)
    ours = measures.summary(graph).set_index("measure")["value"]
    assert ours["nodes"] == graph.number_of_nodes()
    assert ours["edges"] == graph.number_of_edges()
    assert ours["density"] == pytest.approx(nx.density(graph), abs=1e-9)
    if graph.is_directed():
        assert ours["reciprocity"] == pytest.approx(nx.reciprocity(graph), abs=1e-9)
        parts = list(nx.weakly_connected_components(graph))
    else:
        parts = list(nx.connected_components(graph))
    assert ours["components"] == len(parts)
    assert ours["largest_component"] == pytest.approx(max(map(len, parts)) / len(graph), abs=1e-9)
    for attribute in ("role", "group"):
        if len({value for _, value in graph.nodes(data=attribute)}) > 1:
            theirs = nx.attribute_assortativity_coefficient(graph, attribute)
            weightless = measures.assortativity(graph, attribute, weighted=False)
            assert weightless == pytest.approx(theirs, abs=1e-9), attribute
    found = communities.detect(graph, seed=0)
    groups = [set(found.index[found == c]) for c in found.unique()]
    undirected = graph.to_undirected() if not graph.is_directed() else _summed(graph)
    assert communities.modularity(graph, found) == pytest.approx(
        nx.community.modularity(undirected, groups), abs=1e-9
    )


def _summed(graph: nx.DiGraph) -> nx.Graph:
    """Both directions of a tie as one, their weights added."""
    both = nx.Graph()
    both.add_nodes_from(graph)
    for a, b, weight in graph.edges(data="weight"):
        held = both.get_edge_data(a, b, {"weight": 0})["weight"]
        both.add_edge(a, b, weight=held + weight)
    return both


@pytest.mark.parametrize("case", reconstruct.cases())
def test_exact_betweenness_agrees_with_networkx(case: str) -> None:
    graph = twin(case)
    part = max(nx.weakly_connected_components(graph) if graph.is_directed()
               else nx.connected_components(graph), key=len)  # fmt: skip
    # networkx takes minutes for all: the same part of the network goes to both
    small = graph.subgraph(sorted(part)[:250]).copy()
    ours = measures.betweenness(small)
    theirs = nx.betweenness_centrality(small, normalized=False)
    for node, value in theirs.items():
        assert ours[node] == pytest.approx(value, abs=1e-9)
