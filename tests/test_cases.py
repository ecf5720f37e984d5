"""The arithmetic of the case pages, worked by hand; and what all case pages share."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest

from casebook import provenance, published
from casebook.cases import benno_l, common, timmermans

REPO = Path(__file__).parent.parent
CASES = {row["slug"]: row for row in csv.DictReader((REPO / "data/coded/cases.csv").open())}


def test_timmermans_rates_are_those_of_the_totals() -> None:
    table = timmermans.numbers().set_index("what")["value"]
    # 11835 / 75, 74260 / 75, 74260 / 11835, 11835 / 4277, 74260 / 4277, 75 / 90, 90 - 75
    assert list(table.iloc[:7]) == ["157.8", "990.1", "6.27", "2.77", "17.4", "0.833", "15"]
    assert table.iloc[7] == "11.4"  # 4277 / 37523
    assert provenance.of(timmermans.numbers()).kind == "derived"


def test_half_of_the_posts_in_the_tens_leave_the_rest_to_the_others() -> None:
    # 38 of 75 posts with 99 comments each leave 11835 - 3762 = 8073 to 37, 218.2 each
    assert timmermans.skew() == {"few": 37, "comments": 8073, "each": 218}


def test_nobody_likes_a_post_twice() -> None:
    # 990 people who like all 75 posts give 74250 likes, ten short
    assert timmermans.all_likers() == {"fewest": 991, "most": 4277}


def test_comments_may_lie_with_one_person_or_be_spread_evenly() -> None:
    table = timmermans.inequality_bounds().set_index("measure")
    assert table.loc["largest", "lowest"] == 3  # 11835 = 2 * 4277 + 3281
    assert table.loc["largest", "highest"] == 11835
    assert table.loc["gini", "highest"] == pytest.approx(4276 / 4277)


def test_benno_l_shares_are_those_of_the_totals() -> None:
    table = benno_l.numbers().set_index("what")["value"]
    # 9533 / 4171, 9533 / 7, 43 / 9533, 28 / 43, 43 - 28 - 2, 22 / 9533
    assert list(table) == ["2.29", "1,361.9", "0.451", "65.1", "13", "0.231"]


def test_tweets_leave_one_sender_at_most_all_but_one_of_each() -> None:
    table = benno_l.inequality_bounds().set_index("measure")
    assert table.loc["largest", "highest"] == 9533 - 4170
    assert table.loc["largest", "lowest"] == 3


def test_the_group_map_has_the_ties_as_worded() -> None:
    view = common.group_map("timmermans")
    names = view.nodes["label"]
    strong = view.edges[view.edges["weight"] == 3].iloc[0]
    assert {names[strong["source"]], names[strong["target"]]} == {"Fans", "Person and politics"}
    assert len(view.edges) == 3
    assert view.provenance.kind == "coded"


def test_the_group_map_draws_no_tie_to_a_group_that_is_not_reached() -> None:
    view = common.group_map("benno_l", members=True)
    labels = dict(enumerate(view.nodes["label"]))
    ends = {frozenset((labels[e.source], labels[e.target])) for e in view.edges.itertuples()}
    assert frozenset(("Local media and government", "Discontented citizens")) not in ends
    assert frozenset(("Local media and government", "Groups at the edge")) in ends


def _tiny() -> tuple[nx.DiGraph, pd.DataFrame]:
    """Government (g) is retweeted by one of its own group, who is retweeted by a green one."""
    graph = nx.DiGraph()
    graph.add_node("g", role="government", group="blue", label="municipality")
    graph.add_node("b", role="citizen", group="blue", label="")
    graph.add_node("c", role="citizen", group="green", label="")
    graph.add_node("s", role="citizen", group="small_01", label="")
    graph.add_node("n", role="citizen", group="", label="")
    graph.add_edge("b", "g", weight=1, retweet=1, mention=0, reply=0)
    graph.add_edge("c", "b", weight=1, retweet=1, mention=0, reply=0)
    groups = published.exhibit("benno_l_groups")
    return provenance.derive(graph, groups, kind="reconstructed"), groups


def test_reach_follows_retweets_for_one_step_and_two() -> None:
    table = benno_l.reach(*_tiny()).set_index("group")
    assert table.loc["Local media and government", "retweet government"] == 1
    assert table.loc["Discontented citizens", "retweet government"] == 0
    assert table.loc["Discontented citizens", "within two retweets"] == 1
    assert table.loc["Groups at the edge", "accounts"] == 1
    assert table.loc["In no group", "accounts"] == 1
    assert table.loc["Groups at the edge", "within two retweets"] == 0


def test_brokers_come_in_order_of_betweenness() -> None:
    # the only path of two steps runs from c over b to g
    table = benno_l.brokers(_tiny()[0], most=2)
    assert list(table["account"]) == ["b", "c"]
    assert list(table["betweenness"]) == [1, 0]
    assert provenance.of(table).kind == "reconstructed"


@pytest.mark.parametrize("slug", CASES)
def test_every_case_has_its_card_on_the_front_page(slug: str) -> None:
    front = (REPO / "index.md").read_text("utf-8")
    case = CASES[slug]
    card = re.search(
        rf"<li[^>]*>(?:(?!</li>).)*{re.escape(case['title_en'])}(?:(?!</li>).)*</li>", front
    )
    assert card is not None
    assert case["one_line_en"] in card[0]
    assert case["platforms"] in card[0]
    assert f"chapters/cases/{slug}.html" in card[0]


def test_a_case_card_says_level_and_period() -> None:
    card = common.card("benno_l").set_index("what")["about this case"]
    assert card["Level"] == "macro (society)"
    assert card["Collected"].endswith("15 February to 21 February 2014")
