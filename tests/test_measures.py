"""Measures against the literature, networkx, brute force and hand counts."""

from __future__ import annotations

from itertools import combinations_with_replacement, permutations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from casebook import conversation, measures, networks, provenance
from casebook.conversation import Conversation
from casebook.errors import CasebookError


def values(table: pd.DataFrame) -> dict[str, float]:
    return dict(zip(table["measure"], table["value"], strict=True))


# Participation


@pytest.mark.parametrize(
    ("counts", "expected"),
    [([1, 1, 1, 1], 0), ([0, 0, 0, 1], 0.75), ([4, 2, 1, 3], 0.25), ([7], 0)],
)
def test_gini_against_hand_values(counts: list[int], expected: float) -> None:
    assert measures.gini(pd.Series(counts)) == pytest.approx(expected)


def test_gini_is_half_the_relative_mean_difference_and_twice_the_lorenz_area() -> None:
    counts = pd.Series(np.random.default_rng(1).geometric(0.2, 200))
    x = counts.to_numpy(dtype=float)
    mean_difference = np.abs(x[:, None] - x).mean()
    assert measures.gini(counts) == pytest.approx(mean_difference / (2 * x.mean()))
    curve = measures.lorenz(counts)
    area = np.trapezoid(curve["acts"], curve["participants"])
    assert measures.gini(counts) == pytest.approx(1 - 2 * area)


def test_lorenz_has_a_corner_per_distinct_count() -> None:
    curve = measures.lorenz(pd.Series([1, 5, 1, 1, 2]))
    assert curve["participants"].tolist() == pytest.approx([0, 0.6, 0.8, 1])
    assert curve["acts"].tolist() == pytest.approx([0, 0.3, 0.5, 1])


@pytest.mark.parametrize(
    ("share", "expected"), [(0.01, 90 / 189), (0.07, 96 / 189), (0.071, 97 / 189), (1, 1)]
)
def test_top_share_rounds_up_to_whole_participants(share: float, expected: float) -> None:
    counts = pd.Series([1] * 99 + [90])
    assert measures.top_share(counts, share) == pytest.approx(expected)


def test_nothing_done_has_no_inequality() -> None:
    assert np.isnan(measures.gini(pd.Series([0, 0])))
    assert np.isnan(measures.top_share(pd.Series([], dtype=int), 0.1))


@pytest.mark.parametrize("minimum", [0, 1, 2])
def test_bounds_are_those_of_trying_everything(minimum: int) -> None:
    shares = (0.01, 0.1, 0.5)
    for participants in range(1, 6):
        for total in range(max(1, participants * minimum), 13):
            every = [
                pd.Series(counts)
                for counts in combinations_with_replacement(range(minimum, total + 1), participants)
                if sum(counts) == total
            ]
            for largest in [None, *sorted({int(c.max()) for c in every})]:
                fits = [c for c in every if largest in (None, c.max())]
                found = measures.bounds(
                    total, participants, largest=largest, minimum=minimum, shares=shares
                ).set_index("measure")
                tried = {
                    "largest": [c.max() for c in fits],
                    "gini": [measures.gini(c) for c in fits],
                    "top 1 %": [measures.top_share(c, 0.01) for c in fits],
                    "top 10 %": [measures.top_share(c, 0.1) for c in fits],
                    "top 50 %": [measures.top_share(c, 0.5) for c in fits],
                }
                for name, results in tried.items():
                    lowest, highest = found.loc[name]
                    assert lowest == pytest.approx(min(results)), (total, participants, largest)
                    assert highest == pytest.approx(max(results)), (total, participants, largest)


@pytest.mark.parametrize(
    ("total", "participants", "largest"),
    [(3, 4, None), (10, 3, 3), (10, 3, 9), (5, 0, None)],
)
def test_impossible_figures_are_refused(total: int, participants: int, largest) -> None:
    with pytest.raises(CasebookError, match="check the figures"):
        measures.bounds(total, participants, largest=largest)


# Networks


def test_betweenness_of_the_karate_club() -> None:
    found = measures.betweenness(nx.karate_club_graph())
    # As printed for this network in most textbooks and packages.
    assert found[0] == pytest.approx(231.0714, abs=1e-4)
    assert found[33] == pytest.approx(160.5516, abs=1e-4)


def test_betweenness_of_les_miserables() -> None:
    assert measures.betweenness(nx.les_miserables_graph())["Valjean"] == pytest.approx(
        1624.4688, abs=1e-3
    )


@pytest.mark.parametrize(
    "graph",
    [nx.les_miserables_graph(), nx.gnp_random_graph(60, 0.05, seed=1, directed=True)],
    ids=["undirected", "directed"],
)
def test_betweenness_is_that_of_networkx(graph: nx.Graph) -> None:
    expected = pd.Series(nx.betweenness_centrality(graph, normalized=False)).sort_index()
    found = measures.betweenness(graph)
    assert found.index.tolist() == expected.index.tolist()
    np.testing.assert_allclose(found, expected, atol=1e-9)


@pytest.mark.parametrize("measure", ["degree", "betweenness"])
def test_centralisation_of_star_and_cycle(measure: str) -> None:
    assert measures.centralisation(nx.star_graph(7), measure) == pytest.approx(1)
    assert measures.centralisation(nx.cycle_graph(7), measure) == pytest.approx(0)
    assert np.isnan(measures.centralisation(nx.path_graph(2), measure))


def test_centralisation_of_directed_star_and_cycle() -> None:
    inward = nx.DiGraph([(n, 0) for n in range(1, 7)])
    assert measures.centralisation(inward, "indegree") == pytest.approx(1)
    assert measures.centralisation(inward.reverse(), "outdegree") == pytest.approx(1)
    assert measures.centralisation(nx.DiGraph(nx.star_graph(6)), "betweenness") == pytest.approx(1)
    inward.add_edge(1, 1)
    assert measures.centralisation(inward, "indegree") == pytest.approx(1)
    ring = nx.cycle_graph(7, create_using=nx.DiGraph)
    for measure in ("indegree", "outdegree", "betweenness"):
        assert measures.centralisation(ring, measure) == pytest.approx(0)
    with pytest.raises(CasebookError, match="indegree"):
        measures.centralisation(ring, "degree")
    with pytest.raises(CasebookError, match="undirected"):
        measures.centralisation(nx.path_graph(4), "indegree")


def test_centralisation_of_the_karate_club() -> None:
    # By hand: degrees sum to 156, the largest is 17: (34 * 17 - 156) / (33 * 32).
    club = nx.karate_club_graph()
    assert measures.centralisation(club) == pytest.approx(422 / 1056)
    between = pd.Series(nx.betweenness_centrality(club))
    expected = (between.max() - between).sum() / 33
    assert measures.centralisation(club, "betweenness") == pytest.approx(expected)


def test_summary_against_networkx() -> None:
    graph = nx.gnp_random_graph(40, 0.03, seed=3, directed=True)
    found = values(measures.summary(graph))
    parts = [len(c) for c in nx.weakly_connected_components(graph)]
    assert found == pytest.approx(
        {
            "nodes": 40,
            "edges": graph.number_of_edges(),
            "self_loops": 0,
            "density": nx.density(graph),
            "reciprocity": nx.overall_reciprocity(graph),
            "components": len(parts),
            "largest_component": max(parts) / 40,
        }
    )


def test_summary_counts_self_loops_apart() -> None:
    graph = nx.Graph([(1, 2), (2, 2), (3, 4)], self_loops=2)
    found = values(measures.summary(graph))
    assert (found["edges"], found["self_loops"], found["components"]) == (2, 3, 2)
    assert found["density"] == pytest.approx(2 / 6)
    assert "reciprocity" not in found
    empty = values(measures.summary(nx.DiGraph()))
    assert empty["nodes"] == 0
    assert np.isnan(empty["density"])


# Groups


@pytest.fixture
def mail() -> nx.DiGraph:
    graph = nx.DiGraph()
    for node, group in {"g1": "gov", "g2": "gov", "c1": "cit", "c2": "cit", "m": "media"}.items():
        graph.add_node(node, group=group)
    graph.add_weighted_edges_from(
        [("g1", "g2", 1), ("g1", "m", 2), ("c1", "g1", 5), ("c2", "c1", 3), ("m", "c1", 4)]
    )
    return graph


def test_mixing_by_hand(mail: nx.DiGraph) -> None:
    table = measures.mixing(mail, "group")
    assert table.to_dict("index") == {
        "cit": {"cit": 3, "gov": 5, "media": 0},
        "gov": {"cit": 0, "gov": 1, "media": 2},
        "media": {"cit": 4, "gov": 0, "media": 0},
    }
    both = measures.mixing(mail.to_undirected(), "group")
    assert both.loc["gov", "cit"] == both.loc["cit", "gov"] == 5
    assert both.loc["cit", "cit"] == 3


def test_ei_index_by_hand(mail: nx.DiGraph) -> None:
    gov = ("group", "gov")
    assert measures.ei_index(mail, "group") == pytest.approx((11 - 4) / 15)
    assert measures.ei_index(mail, "group", weighted=False) == pytest.approx((3 - 2) / 5)

    def of_gov(direction: str) -> float:
        return measures.ei_index(mail, "group", node_filter=gov, direction=direction)

    assert of_gov("sent") == pytest.approx((2 - 1) / 3)
    assert of_gov("received") == pytest.approx((5 - 1) / 6)
    assert of_gov("both") == pytest.approx((7 - 1) / 8)
    # Media are addressed, but never by their own; nobody of theirs is among the sources here.
    assert measures.ei_index(mail, "group", node_filter=("group", "media")) == 1


def test_ties_to_oneself_are_no_mixing(mail: nx.DiGraph) -> None:
    before = measures.mixing(mail, "group"), measures.ei_index(mail, "group")
    mail.add_edge("g1", "g1", weight=50)
    pd.testing.assert_frame_equal(measures.mixing(mail, "group"), before[0])
    assert measures.ei_index(mail, "group") == before[1]


def test_ei_index_without_ties_has_no_value_and_bad_questions_are_refused(mail) -> None:
    mail.remove_edge("m", "c1")
    media = ("group", "media")
    assert np.isnan(measures.ei_index(mail, "group", node_filter=media, direction="sent"))
    with pytest.raises(CasebookError, match="no 'party'"):
        measures.ei_index(mail, "party")
    with pytest.raises(CasebookError, match="No node has"):
        measures.ei_index(mail, "group", node_filter=("group", "army"))
    with pytest.raises(CasebookError, match="No direction"):
        measures.ei_index(mail, "group", node_filter=media, direction="out")
    with pytest.raises(CasebookError, match="directed network"):
        measures.ei_index(mail, "group", direction="sent")
    with pytest.raises(CasebookError, match="directed network"):
        measures.ei_index(mail.to_undirected(), "group", node_filter=media, direction="sent")


def test_assortativity_of_the_published_example() -> None:
    # Newman (2003), table I: couples in San Francisco by group, r = 0.621. The printed cells are
    # rounded (they sum to 0.997), which moves r by 0.002.
    couples = [
        [0.258, 0.016, 0.035, 0.013],
        [0.012, 0.157, 0.058, 0.019],
        [0.013, 0.023, 0.306, 0.035],
        [0.005, 0.007, 0.024, 0.016],
    ]
    graph = nx.DiGraph()
    for i, row in enumerate(couples):
        for j, weight in enumerate(row):
            graph.add_node(f"w{i}", group=f"{i}")
            graph.add_node(f"m{j}", group=f"{j}")
            graph.add_edge(f"w{i}", f"m{j}", weight=weight)
    assert measures.assortativity(graph, "group") == pytest.approx(0.621, abs=0.0025)


@pytest.mark.parametrize("directed", [False, True])
def test_assortativity_is_that_of_networkx(directed: bool) -> None:
    graph = nx.karate_club_graph()
    if directed:
        graph = nx.gnp_random_graph(60, 0.1, seed=2, directed=True)
        nx.set_node_attributes(graph, {n: "abc"[n % 3] for n in graph}, "club")
    expected = nx.attribute_assortativity_coefficient(graph, "club")
    found = measures.assortativity(graph, "club", weighted=False)
    assert found == pytest.approx(expected, abs=1e-9)


def test_assortativity_of_one_group_has_no_value() -> None:
    graph = nx.path_graph(4)
    nx.set_node_attributes(graph, "a", "group")
    assert np.isnan(measures.assortativity(graph, "group"))


def test_permutation_test_finds_the_split_of_the_karate_club() -> None:
    club = nx.karate_club_graph()
    found = measures.permutation_test("assortativity", club, "club", seed=1)
    assert found.observed == measures.assortativity(club, "club")
    assert (found.p, found.draws) == (1 / 1000, 999)
    assert found == measures.permutation_test("assortativity", club, "club", seed=1)
    assert found != measures.permutation_test("assortativity", club, "club", seed=2)

    # The expected share of ties within two groups of 17 under random labels is 2 * 17 * 16 over
    # 34 * 33, however the ties run.
    ei = measures.permutation_test("ei_index", club, "club", seed=1, draws=2000)
    assert ei.observed == measures.ei_index(club, "club")
    assert ei.null_mean == pytest.approx(1 - 2 * (2 * 17 * 16) / (34 * 33), abs=0.01)
    assert ei.p < 0.01


def test_permutation_test_of_noise_finds_nothing() -> None:
    graph = nx.gnm_random_graph(100, 300, seed=1)
    nx.set_node_attributes(graph, {n: "ab"[n % 2] for n in graph}, "group")
    assert measures.permutation_test("ei_index", graph, "group", seed=1).p > 0.05


def test_filtered_nodes_move_with_their_labels_or_stay(mail: nx.DiGraph) -> None:
    nx.set_node_attributes(mail, {n: str(n == "g1") for n in mail}, "chosen")
    nodes = sorted(mail)
    labels = [mail.nodes[n]["group"] for n in nodes]

    def every(node_filter: tuple[str, str], direction: str) -> float:
        """Mean over all 120 ways to deal out the labels."""
        results = []
        for dealt in permutations(labels):
            other = mail.copy()
            nx.set_node_attributes(other, dict(zip(nodes, dealt, strict=True)), "group")
            results.append(
                measures.ei_index(other, "group", node_filter=node_filter, direction=direction)
            )
        return float(np.nanmean(results))

    for node_filter in [("group", "gov"), ("chosen", "True")]:
        for direction in ["sent", "received", "both"]:
            found = measures.permutation_test(
                "ei_index",
                mail,
                "group",
                seed=1,
                draws=4000,
                node_filter=node_filter,
                direction=direction,
            )
            assert found.null_mean == pytest.approx(every(node_filter, direction), abs=0.05)
            assert found.p > 0.05


def test_untestable_questions_are_refused(mail: nx.DiGraph) -> None:
    with pytest.raises(CasebookError, match="No test of"):
        measures.permutation_test("gini", mail, "group", seed=1)
    with pytest.raises(CasebookError, match="leave out the filter"):
        measures.permutation_test("assortativity", mail, "group", seed=1, direction="sent")
    mail.remove_edge("m", "c1")
    with pytest.raises(CasebookError, match="no tie"):
        measures.permutation_test(
            "ei_index", mail, "group", seed=1, node_filter=("group", "media"), direction="sent"
        )


# Reach and answers


def talk(rows: list[tuple], roles: dict[str, str]) -> Conversation:
    columns = ["message_id", "author", "time", "kind", "parent_id", "target"]
    messages, actors = conversation.validate(
        pd.DataFrame(rows, columns=columns),
        pd.DataFrame({"actor": list(roles), "role": list(roles.values())}),
    )
    origin = provenance.Provenance("yours")
    return Conversation(provenance.mark(messages, origin), provenance.mark(actors, origin), "test")


ROLES = {"gov": "government", "ann": "citizen", "bob": "citizen", "press": "media"}


def test_messages_travel_against_retweets_and_not_along_mentions() -> None:
    conv = talk(
        [
            ("1", "press", "", "retweet", "", "gov"),
            ("2", "ann", "", "retweet", "", "press"),
            ("3", "gov", "", "mention", "", "bob"),
            ("4", "bob", "", "mention", "", "gov"),
        ],
        ROLES,
    )
    graph = networks.mentions(conv)

    def shares(steps: int | None) -> dict[str, float]:
        table = measures.reach(graph, ["gov"], steps=steps)
        assert table["nodes"].tolist() == [2, 0, 1]
        return dict(zip(table["group"], table["share"], strict=True))

    one, all_ = shares(1), shares(None)
    assert (one["citizen"], one["media"]) == (0, 1)
    assert (all_["citizen"], all_["media"]) == (0.5, 1)
    assert np.isnan(one["government"])
    assert measures.reach(graph, ["ann"], steps=None)["reached"].sum() == 0
    with pytest.raises(CasebookError, match="nobody"):
        measures.reach(graph, ["nobody"])
    with pytest.raises(CasebookError, match="direct"):
        measures.reach(graph.to_undirected(), ["gov"])


def test_follows_carry_messages_too() -> None:
    conv = talk([("1", "ann", "", "follow", "", "gov")], ROLES)
    table = measures.reach(networks.mentions(conv, kinds=("follow",)), ["gov"])
    assert table["reached"].tolist() == [1, 0]


def test_responsiveness_by_hand() -> None:
    day = "2014-03-01T{}:00:00Z"
    conv = talk(
        [
            ("p", "gov", day.format("08"), "post", "", ""),
            ("q", "press", day.format("08"), "post", "", ""),
            ("c1", "ann", day.format("09"), "comment", "p", ""),
            ("c2", "bob", day.format("09"), "comment", "p", ""),
            ("c3", "bob", day.format("09"), "comment", "q", ""),  # not to government
            ("c4", "press", day.format("09"), "comment", "p", ""),  # not by a citizen
            ("a1", "gov", day.format("13"), "reply", "c1", ""),
            ("a2", "gov", day.format("11"), "reply", "c1", ""),  # the first answer
            ("a3", "gov", day.format("10"), "reply", "c3", ""),
            ("a4", "bob", day.format("10"), "reply", "c2", ""),  # not by government
            ("t", "ann", day.format("10"), "tweet", "", ""),
            ("n1", "ann", day.format("10"), "mention", "t", "gov"),
            ("a5", "gov", day.format("18"), "reply", "t", ""),
        ],
        ROLES,
    )
    found = measures.responsiveness(conv)
    # c1, c2 and the tweet; c1 after two hours, the tweet after eight.
    assert values(found) == pytest.approx(
        {"asked": 3, "answered": 2, "response_rate": 2 / 3, "median_hours": 5}
    )
    assert found["note"].tolist() == [""] * 4
    assert provenance.of(found).kind == "yours"


def test_no_answer_and_no_question_are_said_so() -> None:
    posts = [("p", "gov", "", "post", "", ""), ("c", "ann", "", "comment", "p", "")]
    unanswered = measures.responsiveness(talk(posts, ROLES)).set_index("measure")
    assert unanswered.loc["response_rate", "value"] == 0
    assert "no answer" in unanswered.loc["median_hours", "note"]
    unasked = measures.responsiveness(talk(posts[:1], ROLES)).set_index("measure")
    assert np.isnan(unasked.loc["response_rate", "value"])
    assert "no citizen" in unasked.loc["response_rate", "note"]


def test_results_bear_the_origin_of_the_network(mail: nx.DiGraph) -> None:
    with pytest.raises(provenance.ProvenanceError):
        provenance.of(measures.summary(mail))
    provenance.mark(mail, provenance.Provenance("reconstructed"))
    twin = networks.to_igraph(mail)
    for graph in (mail, twin):
        for item in (
            measures.summary(graph),
            measures.betweenness(graph),
            measures.mixing(graph, "group"),
        ):
            assert provenance.of(item).kind == "reconstructed"
