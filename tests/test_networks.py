"""Networks against Davis's Southern Women and cases counted by hand."""

from __future__ import annotations

import random

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from casebook import communities, conversation, networks, provenance
from casebook.conversation import Conversation
from casebook.errors import CasebookError

ORIGIN = provenance.Provenance("reconstructed", ("twente2014 §5.3",))


def talk(rows: list[tuple], roles: dict[str, str] | None = None) -> Conversation:
    """A conversation from (message_id, author, kind, parent_id, target, weight) rows."""
    columns = ["message_id", "author", "kind", "parent_id", "target", "weight"]
    roles = roles or {}
    messages, actors = conversation.validate(
        pd.DataFrame(rows, columns=columns).assign(time=""),
        pd.DataFrame({"actor": list(roles), "role": list(roles.values())}),
    )
    return Conversation(provenance.mark(messages, ORIGIN), provenance.mark(actors, ORIGIN), "test")


@pytest.fixture
def southern_women() -> Conversation:
    """Davis, Gardner and Gardner (1941): eighteen women, fourteen events, here as posts."""
    graph = nx.davis_southern_women_graph()
    rows: list[tuple] = [(event, "club", "post", "", "", 1) for event in graph.graph["bottom"]]
    for n, (woman, event) in enumerate(graph.edges(graph.graph["top"])):
        rows += [(f"c{n}", woman, "comment", event, "", 1)]
        # Twice on the same event is still one event shared.
        rows += [(f"d{n}", woman, "comment", event, "", 1)] if n % 3 == 0 else []
    return talk(rows, {"club": "government"})


def test_southern_women_share_as_many_events_as_the_literature_says(southern_women) -> None:
    graph = networks.co_comment(southern_women)
    # Breiger (1974), matrix of women by women: diagonal and some cells.
    shared = {
        ("Evelyn Jefferson", "Laura Mandeville"): 6,
        ("Evelyn Jefferson", "Theresa Anderson"): 7,
        ("Evelyn Jefferson", "Brenda Rogers"): 6,
        ("Laura Mandeville", "Theresa Anderson"): 6,
        ("Sylvia Avondale", "Nora Fayette"): 6,
        ("Olivia Carleton", "Flora Price"): 2,
        ("Evelyn Jefferson", "Olivia Carleton"): 1,
    }
    assert {pair: graph.edges[pair]["weight"] for pair in shared} == shared
    assert not graph.has_edge("Laura Mandeville", "Flora Price")
    assert graph.nodes["Evelyn Jefferson"]["posts"] == 8
    assert graph.nodes["Dorothy Murchison"]["posts"] == 2
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (18, 139)


def test_the_projection_is_that_of_networkx(southern_women) -> None:
    women = nx.davis_southern_women_graph()
    expected = nx.bipartite.weighted_projected_graph(women, women.graph["top"])
    graph = networks.co_comment(southern_women)
    assert nx.utils.edges_equal(
        [(*sorted((a, b)), d["weight"]) for a, b, d in graph.edges(data=True)],
        [(*sorted((a, b)), d["weight"]) for a, b, d in expected.edges(data=True)],
    )


@pytest.fixture
def page() -> Conversation:
    return talk(
        [
            ("1", "page", "post", "", "", 1),
            ("2", "page", "post", "", "", 1),
            ("t", "x", "tweet", "", "", 1),
            ("a1", "ann", "comment", "1", "", 1),
            ("a2", "ann", "comment", "2", "", 3),
            ("b1", "bob", "comment", "1", "", 1),
            ("b2", "bob", "reply", "a2", "", 1),
            ("c1", "cem", "comment", "1", "", 1),
            ("o1", "page", "reply", "c1", "", 1),
            ("l1", "dee", "like", "1", "", 1),
            ("r1", "eva", "reply", "t", "", 1),
            ("p3", "gus", "post", "", "", 1),
            ("g1", "fay", "comment", "p3", "", 1),
            ("g2", "page", "comment", "p3", "", 1),
        ],
        {"page": "government", "ann": "citizen"},
    )


def test_who_counts_as_commenter(page: Conversation) -> None:
    table = networks.commenters(page)
    assert table.index.tolist() == ["ann", "bob", "cem", "fay", "page"]
    assert table["comments"].tolist() == [4, 2, 1, 1, 1]
    assert table["posts"].tolist() == [2, 2, 1, 1, 1]
    assert table["role"].tolist()[0::4] == ["citizen", "government"]


def test_the_owner_is_left_out_under_its_own_posts_only(page: Conversation) -> None:
    def ties(include_owner: bool) -> set[tuple]:
        edges = networks.co_comment_edges(page, include_owner=include_owner)
        return set(edges.itertuples(index=False, name=None))

    without = {("ann", "bob", 2), ("ann", "cem", 1), ("bob", "cem", 1), ("fay", "page", 1)}
    assert ties(False) == without
    assert ties(True) == without | {(p, "page", 1) for p in ("ann", "bob", "cem")}


def test_threshold_keeps_isolates(page: Conversation) -> None:
    graph = networks.co_comment(page, threshold=2)
    assert list(graph.edges) == [("ann", "bob")]
    assert sorted(nx.isolates(graph)) == ["cem", "fay", "page"]
    assert graph.nodes["ann"] == {
        "role": "citizen",
        "label": "",
        "group": "",
        "comments": 4,
        "posts": 2,
    }


def test_two_mode_keeps_an_account_and_a_post_of_the_same_name_apart() -> None:
    conv = talk(
        [
            ("1", "page", "post", "", "", 1),
            ("2", "1", "comment", "1", "", 1),
            ("3", "1", "comment", "1", "", 1),
        ]
    )
    graph = networks.two_mode(conv)
    assert graph["1"]["post:1"]["weight"] == 2
    assert {n: d["bipartite"] for n, d in graph.nodes(data=True)} == {"1": 0, "post:1": 1}


@pytest.fixture
def tweets() -> Conversation:
    return talk(
        [
            ("t1", "gov", "tweet", "", "", 1),
            ("t2", "ann", "tweet", "", "", 1),
            ("n1", "ann", "mention", "t2", "gov", 1),
            ("n2", "ann", "mention", "t2", "bob", 1),
            ("r1", "ann", "retweet", "t1", "", 1),
            ("r2", "bob", "retweet", "", "gov", 4),
            ("a1", "gov", "reply", "t2", "", 1),
            ("a2", "ann", "reply", "a1", "", 1),
            ("s1", "bob", "reply", "r2", "", 1),
            ("t3", "lone", "tweet", "", "", 1),
            ("f1", "fan", "follow", "", "gov", 1),
        ],
        {"gov": "government"},
    )


def test_mentions_run_from_author_to_target_with_kinds_apart(tweets: Conversation) -> None:
    graph = networks.mentions(tweets)
    assert set(graph.edges) == {("ann", "gov"), ("ann", "bob"), ("bob", "gov"), ("gov", "ann")}
    assert graph["ann"]["gov"] == {"weight": 3, "retweet": 1, "mention": 1, "reply": 1}
    assert graph["bob"]["gov"] == {"weight": 4, "retweet": 4, "mention": 0, "reply": 0}
    assert graph.graph["self_loops"] == 1
    assert sorted(graph) == ["ann", "bob", "gov", "lone"]
    # A mention row is part of its tweet, not a message of its own.
    assert graph.nodes["ann"]["messages"] == 3


def test_one_kind_alone(tweets: Conversation) -> None:
    graph = networks.mentions(tweets, kinds=("retweet",))
    assert set(graph.edges) == {("ann", "gov"), ("bob", "gov")}
    follows = networks.mentions(tweets, kinds=("follow",))
    assert follows["fan"]["gov"] == {"weight": 1, "follow": 1}
    with pytest.raises(CasebookError, match="like"):
        networks.mentions(tweets, kinds=("like",))


def test_every_network_says_where_it_comes_from(page: Conversation, tweets: Conversation) -> None:
    made = [
        networks.commenters(page),
        networks.co_comment_edges(page),
        networks.co_comment(page),
        networks.two_mode(page),
        networks.mentions(tweets),
        communities.threshold_curve(networks.co_comment_edges(page), ["ann"] * 5, [1], seed=1),
    ]
    for item in made:
        origin = provenance.of(item)
        assert (origin.kind, origin.sources) == ("reconstructed", ORIGIN.sources)
    assert networks.to_igraph(made[1])["provenance"].kind == "reconstructed"
    assert networks.to_igraph(made[2])["provenance"].kind == "reconstructed"


def test_threshold_curve_against_a_count_by_hand(page: Conversation) -> None:
    edges, nodes = networks.co_comment_edges(page), networks.commenters(page)
    curve = communities.threshold_curve(edges, nodes, [1, 2, 3], seed=1).set_index("threshold")
    plain = communities.threshold_curve(edges, nodes, [1, 2, 3]).set_index("threshold")
    pd.testing.assert_frame_equal(plain, curve.drop(columns=["modularity", "communities"]))
    assert curve["nodes"].tolist() == [5, 2, 0]
    assert curve["isolates"].tolist() == [0, 3, 5]
    assert curve["ties"].tolist() == [4, 1, 0]
    assert curve["components"].tolist() == [2, 1, 0]
    assert curve["largest_component"].tolist() == [3, 2, 0]
    assert curve["communities"].tolist() == [2, 1, 0]
    # Weights 2, 1, 1 in one part and 1 in the other: (4/5 - (4/5)^2) + (1/5 - (1/5)^2).
    assert curve.loc[1, "modularity"] == pytest.approx(0.32)
    assert np.isnan(curve.loc[3, "modularity"])


def test_the_igraph_twin_does_not_depend_on_the_order_of_nodes() -> None:
    graph = nx.les_miserables_graph()
    nodes, ties = list(graph.nodes(data=True)), list(graph.edges(data=True))
    random.Random(1).shuffle(nodes)
    random.Random(2).shuffle(ties)
    other = nx.Graph()
    other.add_nodes_from(nodes)
    other.add_edges_from((b, a, d) for a, b, d in ties)
    one, two = networks.to_igraph(graph), networks.to_igraph(other)
    assert one.vs["name"] == two.vs["name"] == sorted(graph)
    assert one.get_edgelist() == two.get_edgelist()
    assert one.es["weight"] == two.es["weight"]


def test_the_igraph_twin_of_a_table_is_that_of_the_graph(page: Conversation) -> None:
    edges, nodes = networks.co_comment_edges(page), networks.commenters(page)
    graph = networks.to_igraph(networks.co_comment(page))
    plain = edges.astype({"source": "str", "target": "str"})
    swapped = plain.rename(columns={"source": "target", "target": "source"})[::-1]
    for twin in (
        networks.to_igraph(edges),
        networks.to_igraph(edges, nodes),
        networks.to_igraph(swapped, nodes),
    ):
        assert twin.vs["name"] == graph.vs["name"]
        assert twin.get_edgelist() == graph.get_edgelist()
        assert twin.es["weight"] == graph.es["weight"]
    assert networks.to_igraph(edges, nodes).vs["comments"] == graph.vs["comments"]
    with pytest.raises(CasebookError, match="not in nodes"):
        networks.to_igraph(edges, ["ann"])


def test_numbers_as_nodes_sort_as_numbers_and_direction_stays() -> None:
    twin = networks.to_igraph(nx.DiGraph([(10, 2), (2, 1)]))
    assert twin.vs["name"] == [1, 2, 10]
    assert twin.is_directed()
    assert twin.get_edgelist() == [(1, 0), (2, 1)]


def test_a_multigraph_is_refused() -> None:
    with pytest.raises(CasebookError, match="sum parallel ties"):
        networks.to_igraph(nx.MultiGraph([(1, 2)]))
