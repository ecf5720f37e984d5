"""The set of measures: one name, one number, the same for every conversation."""

from __future__ import annotations

import math

import networkx as nx
import pandas as pd
import pytest

from casebook import conversation, measure_set, measures, networks
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


@pytest.mark.parametrize("case", ["benno_l"])
def test_exact_measures_agree_with_networkx(case: str) -> None:
    conv = conversation.load(case)
    graph = networks.mentions(conv)
    graph.remove_nodes_from([n for n, d in graph.degree() if not d])
    network = measure_set.network_of(conv)
    tied = network.copy()
    tied.delete_vertices([i for i, d in enumerate(tied.degree(loops=False)) if not d])
    ours = measures.summary(tied).set_index("measure")["value"]
    assert ours["density"] == pytest.approx(nx.density(graph), abs=1e-9)
    assert ours["reciprocity"] == pytest.approx(nx.reciprocity(graph), abs=1e-9)
    assert ours["components"] == nx.number_weakly_connected_components(graph)
    theirs = nx.attribute_assortativity_coefficient(graph, "role")
    weightless = measures.assortativity(graph, "role", weighted=False)
    assert weightless == pytest.approx(theirs, abs=1e-9)
    assert not math.isnan(theirs)
