"""Communities against published optima, networkx, and hand values."""

from __future__ import annotations

import random

import igraph as ig
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from casebook import communities, conversation, networks, provenance
from casebook.conversation import Conversation
from casebook.errors import CasebookError


def shuffled(graph: nx.Graph, seed: int) -> nx.Graph:
    nodes, ties = list(graph.nodes(data=True)), list(graph.edges(data=True))
    random.Random(seed).shuffle(nodes)
    random.Random(seed).shuffle(ties)
    other = nx.Graph()
    other.add_nodes_from(nodes)
    other.add_edges_from((b, a, d) for a, b, d in ties)
    return other


def parts(partition: pd.Series) -> list[set]:
    return [set(nodes) for _, nodes in partition.groupby(partition).groups.items()]


def test_karate_club_reaches_the_published_optimum() -> None:
    # The maximum modularity of the unweighted club is 0.4198, with four groups (Brandes et al.
    # 2008; Agarwal & Kempe 2008).
    club = nx.karate_club_graph()
    found = communities.detect(club, seed=1, weights=None)
    assert found.nunique() == 4
    assert communities.modularity(club, found, weights=None) == pytest.approx(0.419790, abs=1e-6)


def test_les_miserables_reaches_the_published_optimum() -> None:
    # 0.560 unweighted (Agarwal & Kempe 2008; Newman & Girvan 2004 had found 0.54).
    novel = nx.les_miserables_graph()
    best = max(
        communities.modularity(
            novel, communities.detect(novel, seed=seed, weights=None), weights=None
        )
        for seed in range(10)
    )
    assert best == pytest.approx(0.5600, abs=1e-3)


@pytest.mark.parametrize("weights", ["weight", None])
@pytest.mark.parametrize("resolution", [0.5, 1.0, 2.0])
def test_modularity_is_that_of_networkx(weights: str | None, resolution: float) -> None:
    novel = nx.les_miserables_graph()
    found = communities.detect(novel, seed=3, resolution=resolution, weights=weights)
    expected = nx.community.modularity(novel, parts(found), weight=weights, resolution=resolution)
    ours = communities.modularity(novel, found, resolution=resolution, weights=weights)
    assert ours == pytest.approx(expected, abs=1e-9)


def test_opposite_ties_are_summed() -> None:
    mentions = nx.DiGraph()
    mentions.add_weighted_edges_from([("a", "b", 1), ("b", "a", 2), ("b", "c", 1), ("c", "d", 3)])
    summed = nx.Graph()
    summed.add_weighted_edges_from([("a", "b", 3), ("b", "c", 1), ("c", "d", 3)])
    split = pd.Series({"a": 0, "b": 0, "c": 1, "d": 1})
    expected = nx.community.modularity(summed, parts(split))
    assert communities.modularity(mentions, split) == pytest.approx(expected)
    assert communities.detect(mentions, seed=1).to_dict() == split.to_dict()


def test_higher_resolution_gives_more_communities() -> None:
    novel = nx.les_miserables_graph()
    coarse, fine = (communities.detect(novel, seed=1, resolution=r).nunique() for r in (0.3, 3))
    assert coarse < fine


def test_same_seed_same_partition_whatever_the_order_of_nodes() -> None:
    # A network without clear communities, where another order or seed would tell.
    noise = nx.gnm_random_graph(200, 500, seed=4)
    first = communities.detect(noise, seed=7)
    pd.testing.assert_series_equal(first, communities.detect(shuffled(noise, 1), seed=7))
    assert not first.equals(communities.detect(noise, seed=8))


def test_communities_are_numbered_by_size_then_by_first_node() -> None:
    graph = nx.disjoint_union_all([nx.complete_graph(n) for n in (3, 5, 3)])
    graph.add_node(11)
    found = communities.detect(graph, seed=1)
    assert found.tolist() == [1] * 3 + [0] * 5 + [2] * 3 + [3]


def test_igraph_and_its_random_numbers_are_left_as_they_were() -> None:
    random.seed(11)
    state = random.getstate()
    communities.detect(nx.karate_club_graph(), seed=1)
    communities.null_model_ties(nx.karate_club_graph(), draws=2, seed=1)
    assert random.getstate() == state
    # igraph draws from Python's random again.
    one = ig.Graph.Erdos_Renyi(50, m=100).get_edgelist()
    random.setstate(state)
    assert ig.Graph.Erdos_Renyi(50, m=100).get_edgelist() == one


def test_a_network_without_ties() -> None:
    graph = nx.empty_graph(3)
    found = communities.detect(graph, seed=1)
    assert found.tolist() == [0, 1, 2]
    assert np.isnan(communities.modularity(graph, found))


def test_a_partition_must_cover_the_network() -> None:
    with pytest.raises(CasebookError, match="lacks nodes"):
        communities.modularity(nx.path_graph(3), pd.Series({0: 0, 1: 0}))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        # The worked example of Yeung & Ruzzo (2001), cross table (1 1 0 / 1 2 1 / 0 0 4).
        ([0, 0, 1, 1, 1, 1, 2, 2, 2, 2], [0, 1, 0, 1, 1, 2, 2, 2, 2, 2], 0.313),
        ([0, 0, 1, 1], [5, 5, 3, 3], 1.0),
        ([0, 0, 1, 1], [0, 0, 1, 2], 0.571),
        ([0, 0, 1, 1], [0, 1, 0, 1], -0.5),
        ([0, 0, 0, 0], [0, 1, 2, 3], 0.0),
        ([0, 1, 2], [0, 1, 2], 1.0),
    ],
)
def test_agreement_against_hand_values(a: list, b: list, expected: float) -> None:
    one, two = pd.Series(a), pd.Series(b)
    assert communities.agreement(one, two) == pytest.approx(expected, abs=5e-4)
    assert communities.agreement(two, one) == pytest.approx(expected, abs=5e-4)
    # The order of the nodes is no matter, their names are.
    assert communities.agreement(one, two[::-1]) == pytest.approx(expected, abs=5e-4)


def test_partitions_of_different_nodes_are_not_compared() -> None:
    with pytest.raises(CasebookError, match="different nodes"):
        communities.agreement(pd.Series({"a": 0}), pd.Series({"b": 0}))


def test_clear_communities_are_stable_and_noise_is_not() -> None:
    caves = nx.connected_caveman_graph(6, 8)
    clear = communities.stability(caves, seeds=range(8))
    assert clear.ari_mean == clear.ari_min == 1
    assert (clear.node_stability == 1).all()

    noise = communities.stability(nx.gnm_random_graph(200, 500, seed=4), seeds=range(8))
    assert noise.ari_min <= noise.ari_mean < 0.9
    assert noise.partitions.shape == (200, 8)
    assert noise.node_stability.between(0, 1).all()


def test_stability_is_what_it_says() -> None:
    noise = nx.gnm_random_graph(60, 120, seed=5)
    result = communities.stability(noise, seeds=[3, 1, 2])
    columns = {seed: communities.detect(noise, seed=seed) for seed in (3, 1, 2)}
    pd.testing.assert_frame_equal(result.partitions, pd.DataFrame(columns))
    pairs = [(3, 1), (3, 2), (1, 2)]
    aris = [communities.agreement(columns[a], columns[b]) for a, b in pairs]
    assert [result.ari.loc[a, b] for a, b in pairs] == pytest.approx(aris)
    assert (result.ari_mean, result.ari_min) == pytest.approx((np.mean(aris), min(aris)))
    for node in noise:
        groups = {s: set(c.index[c == c[node]]) for s, c in columns.items()}
        overlaps = [len(groups[a] & groups[b]) / len(groups[a] | groups[b]) for a, b in pairs]
        assert result.node_stability[node] == pytest.approx(np.mean(overlaps))


def test_stability_needs_two_seeds() -> None:
    with pytest.raises(CasebookError, match="at least two"):
        communities.stability(nx.path_graph(3), seeds=[1])


def two_audiences() -> Conversation:
    """Forty people, half of whom comment on even posts and half on odd ones."""
    rng = np.random.default_rng(2)
    rows = [(f"p{n}", "page", "post", "") for n in range(12)]
    for person in range(40):
        for post in rng.choice(6, 3, replace=False) * 2 + person % 2:
            rows.append((f"c{len(rows)}", f"person {person:02}", "comment", f"p{post}"))
    messages, actors = conversation.validate(
        pd.DataFrame(rows, columns=["message_id", "author", "kind", "parent_id"]).assign(time=""),
        pd.DataFrame({"actor": [], "role": []}),
    )
    origin = provenance.Provenance("yours")
    return Conversation(
        provenance.mark(messages, origin), provenance.mark(actors, origin), "two audiences"
    )


def test_two_audiences_are_more_modular_than_the_null_model() -> None:
    conv = two_audiences()
    edges = networks.co_comment_edges(conv)
    observed = communities.modularity(edges, communities.detect(edges, seed=1))
    null = communities.null_model(conv, draws=20, seed=1)
    assert len(null) == 20
    assert null.max() < observed
    assert provenance.of(null).kind == "yours"


def test_the_null_model_is_the_same_for_the_same_seed_and_either_input() -> None:
    conv = two_audiences()
    table = networks.incidence(conv)[0]
    first = communities.null_model(conv, draws=3, seed=5)
    assert first.tolist() == communities.null_model(table, draws=3, seed=5).tolist()
    assert first.tolist() != communities.null_model(conv, draws=3, seed=6).tolist()


def test_a_wide_two_mode_table_is_taken_too() -> None:
    # Fewer persons than posts. Everyone on every post: trades can change nothing.
    everyone = sparse.csr_array(np.ones((4, 9), dtype=int))
    assert communities.null_model(everyone, draws=2, seed=1).tolist() == pytest.approx([0, 0])
    tall = sparse.csr_array(np.ones((9, 4), dtype=int))
    assert communities.null_model(tall, draws=2, seed=1).tolist() == pytest.approx([0, 0])


def test_curveball_keeps_all_margins_and_reaches_all_tables() -> None:
    rng = np.random.default_rng(1)
    table = (rng.random((6, 9)) < 0.4).astype(int)
    members = [np.flatnonzero(row) for row in table]
    communities._curveball(members, rng)
    after = communities._table(members, 9).toarray()
    assert after.max() == 1
    assert (after != table).any()
    assert after.sum(axis=0).tolist() == table.sum(axis=0).tolist()
    assert after.sum(axis=1).tolist() == table.sum(axis=1).tolist()

    # Margins of one each: six permutation matrices, each as likely (Strona et al. 2014).
    members, seen = [np.array([n]) for n in range(3)], []
    for _ in range(600):
        communities._curveball(members, rng)
        seen.append(tuple(int(row[0]) for row in members))
    counts = pd.Series(seen).value_counts()
    assert len(counts) == 6
    assert counts.between(65, 140).all()


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph])
def test_ties_dealt_anew_keep_degrees_and_lose_communities(kind: type[nx.Graph]) -> None:
    caves = kind(nx.connected_caveman_graph(8, 6))
    observed = communities.modularity(caves, communities.detect(caves, seed=1))
    null = communities.null_model_ties(caves, draws=10, seed=1)
    assert null.max() < observed
    assert null.tolist() == communities.null_model_ties(caves, draws=10, seed=1).tolist()

    # No other network has a star's degrees.
    star = kind(nx.star_graph(6))
    expected = communities.modularity(star, communities.detect(star, seed=1))
    assert communities.null_model_ties(star, draws=3, seed=1).tolist() == [expected] * 3


def test_weights_are_dealt_out_anew() -> None:
    # No tie of a complete graph can move, and without weights it has no communities.
    heavy = nx.complete_graph(4)
    nx.set_edge_attributes(heavy, 1, "weight")
    heavy[0][1]["weight"] = heavy[2][3]["weight"] = 9
    values = communities.null_model_ties(heavy, draws=20, seed=2)
    # The two heavy ties meet in a node, or they do not.
    observed = communities.modularity(heavy, communities.detect(heavy, seed=1))
    assert observed == pytest.approx(18 / 22 - 1 / 2)
    assert values.round(9).nunique() == 2
    assert values.max() == pytest.approx(observed)


def test_self_loops_are_no_part_of_the_null_model() -> None:
    triangle = nx.complete_graph(3)
    triangle.add_edge(3, 3)
    assert communities.null_model_ties(triangle, draws=2, seed=1).tolist() == pytest.approx([0, 0])
