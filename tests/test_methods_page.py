"""The methods on the Southern Women: values known from the literature, and networkx beside ours."""

from __future__ import annotations

import importlib
import itertools
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from networkx.algorithms import bipartite

from casebook import (
    communities,
    figure,
    measure_set,
    measures,
    methods_page,
    networks,
    published,
)
from casebook.provenance import of

REPO = Path(__file__).parent.parent
DAVIS = nx.davis_southern_women_graph()
WOMEN, EVENTS = DAVIS.graph["top"], DAVIS.graph["bottom"]


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(REPO / "data"))


# The data -----------------------------------------------------------------------------------------


def test_the_table_is_the_one_of_networkx() -> None:
    rows = published.exhibit("davis_southern_women")
    assert {frozenset(pair) for pair in rows[["woman", "event"]].to_numpy()} == {
        frozenset(edge) for edge in DAVIS.edges
    }
    assert rows["woman"].value_counts(sort=False).to_dict() == {w: DAVIS.degree(w) for w in WOMEN}
    assert of(rows).sources == ("davis1941 p. 148",)


def test_the_cliques_are_those_that_freeman_reports() -> None:
    seen = published.exhibit("davis_southern_women_cliques")
    assert list(seen["woman"]) == WOMEN
    assert list(seen["number"]) == list(range(1, 19))
    # Women 1 to 9 and 9 to 18; cores 1 to 4 and 13 to 15.
    assert list(seen["clique"]) == ["first"] * 8 + ["both"] + ["second"] * 9
    assert list(seen.loc[seen["position"] == "core", "number"]) == [1, 2, 3, 4, 13, 14, 15]
    assert methods_page.both() == "Ruth DeSand"


def test_attendance_becomes_a_conversation() -> None:
    women = methods_page.southern_women()
    assert women.messages["kind"].value_counts().to_dict() == {"comment": 89, "post": 14}
    guests = networks.commenters(women)
    assert guests["posts"].to_dict() == {w: DAVIS.degree(w) for w in WOMEN}
    assert guests.loc["Ruth DeSand", "group"] == "first"
    assert guests["group"].value_counts().to_dict() == {"first": 9, "second": 9}
    assert of(women.messages).kind == "derived"


# Values from the literature -----------------------------------------------------------------------


def test_the_projection_is_that_of_breiger() -> None:
    """Rows of the table of shared events that Breiger (1974) prints, the diagonal left out."""
    graph = methods_page.overlap()
    printed = {
        "Evelyn Jefferson": [6, 7, 6, 3, 4, 3, 3, 3, 2, 2, 2, 2, 2, 1, 2, 1, 1],
        "Laura Mandeville": [6, 6, 6, 3, 4, 4, 2, 3, 2, 1, 1, 2, 2, 2, 1, 0, 0],
    }
    for woman, row in printed.items():
        others = [w for w in WOMEN if w != woman]
        ours = [graph.get_edge_data(woman, w, {"weight": 0})["weight"] for w in others]
        assert ours == row
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (18, 139)
    assert nx.density(graph) == pytest.approx(139 / 153)


def test_betweenness_with_the_events_is_that_of_borgatti_and_halgin() -> None:
    """Printed values, as networkx tests itself by, after the norm for two modes."""
    two_mode = networks.two_mode(methods_page.southern_women())
    ours = measures.betweenness(two_mode).rename(lambda n: n.removeprefix("post:"))
    printed = {"E8": 0.24, "E9": 0.23, "E7": 0.13, "Nora Fayette": 0.11, "Evelyn Jefferson": 0.10,
               "Theresa Anderson": 0.09, "Sylvia Avondale": 0.07, "Laura Mandeville": 0.05,
               "Pearl Oglethorpe": 0.01, "Dorothy Murchison": 0.00}  # fmt: skip
    theirs = bipartite.betweenness_centrality(DAVIS, WOMEN)
    largest = {node: nx.betweenness_centrality(DAVIS, normalized=False)[node] for node in printed}
    for node, value in printed.items():
        assert ours[node] == pytest.approx(largest[node])
        norm = ours["E8"] / theirs["E8"] if node.startswith("E") and node[1:].isdigit() else (
            ours["Nora Fayette"] / theirs["Nora Fayette"])  # fmt: skip
        assert ours[node] / norm == pytest.approx(value, abs=0.01)


def test_the_communities_are_freemans_two_groups_but_for_one_woman() -> None:
    """Women 1 to 9 and 10 to 18: the two groups on which most methods agree (Freeman, 2003)."""
    cliques = pd.Series(["first"] * 9 + ["second"] * 9, index=WOMEN)
    at_two = communities.detect(methods_page.overlap(2), seed=0)
    assert communities.agreement(at_two, cliques[at_two.index]) == 1
    at_one = communities.detect(methods_page.overlap(1), seed=0)
    table = pd.crosstab(at_one, cliques[at_one.index])
    strays = [w for w in WOMEN if table.loc[at_one[w]].idxmax() != cliques[w]]
    assert strays == ["Pearl Oglethorpe"]


def test_all_runs_agree_on_the_stray() -> None:
    assert methods_page.measured().values["stability_ari_min"] == 1


# Ours beside networkx and plain arithmetic -------------------------------------------------------


def test_measures_agree_with_networkx() -> None:
    graph, values = methods_page.overlap(), methods_page.measured().values
    parts = communities.detect(graph, seed=0)
    sets = [set(members) for _, members in parts.groupby(parts).groups.items()]
    assert values["modularity"] == pytest.approx(nx.community.modularity(graph, sets))
    assert values["density"] == pytest.approx(nx.density(graph))
    plain = nx.attribute_assortativity_coefficient(graph, "group")
    assert measures.assortativity(graph, "group", weighted=False) == pytest.approx(plain)
    degree = np.array([d for _, d in graph.degree()])
    assert measures.centralisation(graph) == pytest.approx(
        (degree.max() - degree).sum() / (17 * 16)
    )


def test_the_e_i_index_is_that_of_a_count_by_hand() -> None:
    graph = methods_page.overlap()
    group = dict(graph.nodes(data="group"))
    across = sum(w for a, b, w in graph.edges(data="weight") if group[a] != group[b])
    every = sum(w for *_, w in graph.edges(data="weight"))
    assert every == sum(d * (d - 1) // 2 for _, d in DAVIS.degree(EVENTS))
    ours = methods_page.measured().values["ei_index"]
    assert ours == pytest.approx((2 * across - every) / every)


def test_the_gini_is_half_the_mean_difference() -> None:
    counts = [DAVIS.degree(w) for w in WOMEN]
    gaps = [abs(a - b) for a, b in itertools.product(counts, repeat=2)]
    expected = np.mean(gaps) / (2 * np.mean(counts))
    assert methods_page.measured().values["gini_messages"] == pytest.approx(expected)


def test_the_cliques_are_clearer_than_chance() -> None:
    chance, values = methods_page.chance(), methods_page.measured().values
    assert len(chance) == methods_page.NULL_DRAWS
    assert 0 < chance.min() < chance.max()
    assert values["modularity"] is not None and chance.max() < 0.5 * values["modularity"]
    test = methods_page.label_test()
    assert test.p == pytest.approx(1 / (1 + methods_page.LABEL_DRAWS))
    assert test.observed < test.null_mean


# What the page says -------------------------------------------------------------------------------


def test_four_events_drew_both_cliques() -> None:
    group = dict(methods_page.overlap().nodes(data="group"))
    drew = {e: {group[w] for w in DAVIS[e]} for e in EVENTS}
    assert [e for e in EVENTS if drew[e] == {"first"}] == ["E1", "E2", "E3", "E4", "E5"]
    assert [e for e in EVENTS if len(drew[e]) == 2] == ["E6", "E7", "E8", "E9"]
    assert [e for e in EVENTS if drew[e] == {"second"}] == ["E10", "E11", "E12", "E13", "E14"]


def test_the_threshold_decides() -> None:
    steps = methods_page.by_threshold().set_index("shared events")
    assert list(steps["women"]) == [18, 18, 15, 14, 7]
    assert list(steps["ties"]) == [139, 95, 46, 24, 9]
    assert steps["E-I index"].is_monotonic_decreasing
    assert steps.loc[1, "agreement"] < 1
    assert (steps.loc[2:, "agreement"] == 1).all()
    assert list(steps["most between"][:3]) == ["7 women alike", "Nora", "Theresa"]


def test_brokers_differ_by_network() -> None:
    top = methods_page.brokers()
    assert [cell.split()[0] for cell in top["women and events"][:3]] == [
        "Nora",
        "Evelyn",
        "Theresa",
    ]
    assert {cell.split()[1] for cell in top["shared an event"]} == {"1.4"}
    assert top["shared three"][0].startswith("Theresa ")


def test_the_drawings_hold_everyone() -> None:
    drawn = methods_page.two_mode_view()
    assert set(drawn.nodes["id"]) == set(DAVIS)
    assert len(drawn.edges) == 89
    assert not drawn.nodes.duplicated(["x", "y"]).any()
    women = drawn.nodes[drawn.nodes["id"].isin(WOMEN)]
    events = drawn.nodes[drawn.nodes["id"].isin(EVENTS)]
    assert women.loc[women["group"] != "second", "x"].max() < events["x"].min()
    assert women.loc[women["group"] == "second", "x"].min() > events["x"].max()
    overlap = methods_page.overlap_view(3)
    assert (len(overlap.nodes), len(overlap.edges), overlap.start) == (18, 139, 3)
    assert overlap.curve is not None
    assert list(overlap.curve["ties"]) == [139, 95, 46, 24, 9, 8, 1]
    assert "event" not in set(overlap.groups["group"])
    for shown in (drawn, overlap):
        assert figure.network(shown, "x", "A finding.").provenance.kind == "derived"


def test_the_bars_of_chance_hold_every_draw() -> None:
    drawn = methods_page.chance()
    chart, table = methods_page.chance_chart(drawn, 0.15)
    assert table["random networks"].sum() == len(drawn)
    assert table["modularity"].min() <= drawn.min()
    assert drawn.max() < table["modularity"].max() + 0.005
    assert all("<svg" in p for p in figure.chart(chart, table, "x", "A finding.").pictures.values())


# The list of methods ------------------------------------------------------------------------------


def test_every_measure_of_the_set_is_listed_with_all_the_page_promises() -> None:
    listed = published.exhibit("network_methods")
    assert set(measure_set.MEASURES) < set(listed["method"])
    extra = {"two_mode", "projection", "threshold_curve", "mention_network", "permutation_test",
             "null_model", "null_model_ties", "keyness", "betweenness"}  # fmt: skip
    assert extra <= set(listed["method"])
    # Names and readings are those of the set, and stand in one place only.
    of_set = listed["method"].isin(list(measure_set.MEASURES))
    assert (listed.loc[of_set, ["label_en", "says_en"]] == "").all(axis=None)
    assert (listed.loc[~of_set, ["label_en", "says_en"]] != "").all(axis=None)
    shown = methods_page.methods()
    assert len(shown) == len(listed)
    exact = methods_page.formulas()
    assert list(exact["measure"]) == list(shown["measure"])
    assert (shown[["measure", "what it says"]] != "").all(axis=None)
    assert (exact[["formula", "in the code"]] != "").all(axis=None)
    assert shown["measure"].is_unique
    assert not [c for c in (*shown.columns, *exact.columns) if "_" in c]
    assert exact.set_index("measure").loc["Modularity", "after"] == (
        "Newman and Girvan (2004); Reichardt and Bornholdt (2006)"
    )
    assert of(shown).kind == "coded"


def test_every_function_named_is_there() -> None:
    for named in published.exhibit("network_methods")["function"]:
        module, function = named.split(".")
        assert callable(getattr(importlib.import_module(f"casebook.{module}"), function)), named


def test_values_come_from_the_measure_set() -> None:
    shown = methods_page.methods().set_index("measure")["Southern Women"]
    assert shown["Ties"] == "139"
    assert shown["Density"] == "0.908"
    assert shown["Modularity"] == f"{methods_page.measured().values['modularity']:.3g}"
    # What guest lists lack has no value.
    for lacking in ("Mention network", "Reciprocity", "Response rate", "Reach", "Keyness"):
        assert shown[lacking] == "", lacking


# The literature -----------------------------------------------------------------------------------


def test_works_and_methods_need_each_other() -> None:
    used = {
        work
        for table in ("network_methods", "audit_rules")
        for works in published.exhibit(table)["works"]
        for work in works.split("; ")
        if work
    }
    assert used | {"davis1941", "freeman2003"} == set(methods_page.works().index)


def test_references_bib_holds_the_works_as_listed() -> None:
    text = (REPO / "references.bib").read_text("utf-8")
    assert f"\n\n{methods_page.bibliography()}\n" in text


def test_labels_read_as_in_prose() -> None:
    labels = methods_page.works()["label"]
    assert labels["davis1941"] == "Davis, Gardner and Gardner (1941)"
    assert labels["stronaetal2014"] == "Strona et al. (2014)"
    assert labels["breiger1974"] == "Breiger (1974)"
    rows = methods_page.literature().set_index("work")
    assert rows.loc["Breiger (1974)", "in"] == "Social Forces 53, 181–190"
    assert rows.loc["Wasserman and Faust (1994)", "in"] == "Cambridge University Press"
    prose = (REPO / "chapters" / "behind" / "network_methods.md").read_text("utf-8")
    assert "Borgatti and Everett (1997)" in prose and "Borgatti and Everett (1997)" in set(labels)
