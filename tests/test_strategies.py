"""Chapter 7 as tables, charts and one network: what stands there, and how it is marked."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from casebook import figure, published, strategies
from casebook.errors import DataError
from casebook.provenance import of

REPO = Path(__file__).parent.parent
SEVEN = [
    "information",
    "persuasion",
    "citizen_reports",
    "dialogue",
    "co_creation",
    "service_channel",
    "internal_use",
]


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(REPO / "data"))


def _profile() -> pd.DataFrame:
    return strategies.profile("dialogue")


@pytest.mark.parametrize(
    ("frame", "kind", "source"),
    [
        (strategies.overview_graph, "coded", "twente2014 §7.1 to §7.8"),
        (strategies.channels, "derived", "twente2014 Tabel 7-1"),
        (strategies.applications, "coded", "twente2014 Tabel 7-2"),
        (_profile, "coded", "twente2014 §7.1 to §7.8"),
        (strategies.debate, "coded", "twente2014 Kader 7-4"),
        (strategies.indicators, "published", "twente2014 Kader 7-8"),
        (strategies.evidence, "coded", "twente2014 §7.2 to §7.8"),
    ],
)
def test_everything_says_where_it_comes_from(frame: Any, kind: str, source: str) -> None:
    shown = frame()
    assert of(shown).kind == kind
    assert source in of(shown).sources
    assert not [c for c in getattr(shown, "columns", []) if "_" in c]


# Tabel 7-1 --------------------------------------------------------------------------------------


def test_every_cell_of_tabel_7_1() -> None:
    shares = strategies.channels().set_index("channel")[["2013", "2012", "2011"]]
    cells = {c: [None if pd.isna(s) else int(s) for s in row] for c, *row in shares.itertuples()}
    assert cells == {
        "Twitter": [96, 93, 73],
        "Facebook": [72, 52, 20],
        "LinkedIn": [53, 47, 32],
        "YouTube": [54, 61, 36],
        "Hyves": [None, 10, 18],
        "Google+": [9, 6, None],
        "Pinterest": [13, 5, None],
        "Other": [13, None, None],
    }
    assert list(shares.index) == list(cells)  # in the printed order


def test_a_dash_is_a_gap_and_never_nothing() -> None:
    printed = published.exhibit("twente_tabel_7_1")
    dash = printed["printed"] == "-"
    assert (dash.sum(), (~dash).sum()) == (5, 19)
    assert printed["share"].isna().equals(dash)
    shown = printed.loc[~dash, "share"].map("{:.0f}%".format)
    assert shown.equals(printed.loc[~dash, "printed"])
    table = strategies.channels()
    assert table["change"].isna().tolist() == [False] * 4 + [True] * 4
    assert figure.to_csv(table).splitlines()[5].split(",") == ["Hyves", "18", "10", "", ""]
    rows = strategies.channels_chart(table).to_dict()["datasets"].values()
    lines = next(r for r in rows if len(r) == 24)
    assert sum(row["share"] is None for row in lines) == 5


def test_the_ledger_agrees_with_tabel_7_1() -> None:
    shares = strategies.channels().set_index("channel")["2013"]
    assert shares["Twitter"] == published.value("municipal_survey.twitter_share")
    assert shares["Facebook"] == published.value("municipal_survey.facebook_share")
    four = ["Twitter", "Facebook", "LinkedIn", "YouTube"]
    assert (shares[four] > 100 * published.value("municipal_survey.four_channels")).all()
    assert (shares.drop(four).fillna(0) < 50).all()


def test_the_change_is_that_of_two_years() -> None:
    change = strategies.channels().set_index("channel")["change"]
    assert change.dropna().to_dict() == {
        "Twitter": 23,
        "Facebook": 52,
        "LinkedIn": 21,
        "YouTube": 18,
    }


def test_channels_on_average() -> None:
    each = strategies.channels_each(strategies.channels())
    assert each.round(2).to_dict() == {"2011": 1.79, "2012": 2.74, "2013": 3.10}
    assert of(each).kind == "derived"


def test_what_two_channels_must_share() -> None:
    table = strategies.channels()
    assert strategies.at_least_both(table, "Twitter", "Facebook", "2013") == pytest.approx(68)
    assert strategies.at_least_both(table, "Facebook", "LinkedIn", "2011") == 0
    with pytest.raises(DataError, match="no share of 'Hyves' for 2013"):
        strategies.at_least_both(table, "Twitter", "Hyves", "2013")
    with pytest.raises(DataError, match="Bebo"):
        strategies.at_least_both(table, "Bebo", "Twitter", "2013")


def test_every_channel_has_its_name_in_the_chart_apart_from_the_next() -> None:
    table = strategies.channels()
    drawn = strategies.channels_chart(table)
    ends = [
        row
        for rows in drawn.to_dict()["datasets"].values()
        for row in rows
        if "place" in row and " " in row["text"]
    ]
    assert sorted(row["channel"] for row in ends) == sorted(table["channel"])
    last = sorted(row["place"] for row in ends if row["year"] == 2013)
    assert min(b - a for a, b in itertools.pairwise(last)) >= 5 - 1e-9
    assert all(abs(row["place"] - row["share"]) <= 6 for row in ends)
    picture = figure.chart(drawn, table, "x", "A finding.").pictures["light"]
    for words in ("Twitter 96%", "Hyves 10%", "Other 13%", "36%"):
        assert f">{words}<" in picture


# Tabel 7-2 --------------------------------------------------------------------------------------


def test_every_score_of_tabel_7_2() -> None:
    uses = strategies.applications()
    scores = [8.2, 8.1, 7.8, 7.6, 7.1, 5.7, 5.0, 4.9, 4.9, 4.1, 3.5, 2.2]
    assert uses["score"].tolist() == scores
    assert uses["Dutch"].iloc[0] == "Zenden van boodschappen"
    assert uses["Dutch"].iloc[-1].endswith("van individuele ambtenaren")
    picture = figure.chart(strategies.applications_chart(uses), uses, "x", "A finding.")
    assert all(f">{score:.1f}<" in picture.pictures["light"] for score in scores)


@pytest.mark.parametrize("seventh", ["participation", "receiving information"])
def test_the_kinds_of_use_are_blocks_of_the_ranking(seventh: str) -> None:
    uses = strategies.applications()
    kinds = uses["kind"].mask(uses.index == 6, seventh)
    changes = (kinds != kinds.shift()).sum()
    assert changes == kinds.nunique() == 4


def test_the_steepest_step_is_where_the_page_says() -> None:
    uses = strategies.applications()
    drop = -uses["score"].diff()
    assert uses["application"][drop.idxmax()] == "Analysing messages"
    assert uses["application"][drop.idxmax() - 1] == "Picking up signals from citizens"
    assert drop.max() == pytest.approx(1.4)


# The strategies ---------------------------------------------------------------------------------


def test_each_strategy_has_one_goal_and_the_scheme_is_that_of_section_7_1() -> None:
    graph = strategies.overview_graph()
    heavy = [(s, t) for s, t, weight in graph.edges(data="weight") if weight == 3]
    assert sorted(s for s, _ in heavy) == sorted(SEVEN)
    by_goal: dict[str, list[str]] = {}
    for strategy, goal in heavy:
        by_goal.setdefault(goal, []).append(strategy)
        assert graph.nodes[strategy]["group"] == goal.lower()
    assert {goal: len(held) for goal, held in by_goal.items()} == {
        "Transparency": 3,
        "Participation": 2,
        "Communication": 2,
    }
    assert {*by_goal} == {*published.exhibit("twente_kader_7_1")["goal_en"]}


def test_the_strategies_are_those_of_the_book() -> None:
    assert published.exhibit("strategies")["strategy"].tolist() == SEVEN
    assert published.value("strategies.described") == len(SEVEN)
    for name in ("strategy_profiles", "strategy_evidence"):
        assert list(dict.fromkeys(published.exhibit(name)["strategy"])) == SEVEN


def test_the_overview_is_all_drawn_named_and_explained() -> None:
    graph = strategies.overview_graph()
    drawn = strategies.overview_view(graph)
    assert set(drawn.nodes["id"]) == set(graph)
    assert drawn.nodes["named"].all()
    assert not drawn.nodes.duplicated(["x", "y"]).any()
    assert drawn.edges["title"].str.contains("§7.", regex=False).all()
    assert "Dialogue" in set(drawn.nodes["label"])
    assert set(drawn.groups["members"]) == {2, 3}


@pytest.mark.parametrize("strategy", SEVEN)
def test_every_strategy_is_told_in_the_same_six_terms(strategy: str) -> None:
    told = strategies.profile(strategy)
    assert told["aspect"].tolist() == [
        "Goal",
        "Means",
        "Audience",
        "Example",
        "In the way",
        "What it takes",
    ]
    section = f"§7.{SEVEN.index(strategy) + 2}"
    assert told["where"].str.contains(section, regex=False).all()


def test_an_unknown_strategy_is_refused() -> None:
    with pytest.raises(DataError, match="use one of information, persuasion"):
        strategies.profile("silence")


def test_every_factor_of_the_debate_is_compared() -> None:
    factors = strategies.debate()
    assert factors["by comparison"].tolist() == [
        "Worse",
        "Better",
        "Different",
        "Worse",
        "Better and worse",
    ]


def test_new_service_goals_are_those_of_citizens() -> None:
    aims = published.exhibit("twente_kader_7_6")
    assert aims["new"].tolist() == [False] * 3 + [True] * 3
    assert (aims["who"] == "citizens").equals(aims["new"])
    assert aims["new"].sum() == published.value("service_goals.new")
    assert (~aims["new"]).sum() == published.value("service_goals.traditional")


def test_counts_printed_in_the_text_are_those_of_the_boxes() -> None:
    assert len(published.exhibit("twente_kader_7_1")) == published.value("goals.main")
    assert len(published.exhibit("twente_kader_7_5")) == published.value("co_creation.kinds")
    inside = published.exhibit("twente_kader_7_7")
    assert inside["part_of"].isna().sum() == published.value("internal_goals.kinds")
    assert len(published.exhibit("twente_kader_7_3")) == 6


def test_the_indicators_stand_under_their_goal() -> None:
    box = strategies.indicators()
    assert box["row"].value_counts(sort=False).to_dict() == {
        "activity": 1,
        "traffic pattern": 1,
        "indicator": 9,
        "result": 3,
    }
    counted = box[box["row"] == "indicator"]
    goals = ["Transparency", "Participation", "Communication"]
    assert [(counted[goal] != "").sum() for goal in goals] == [5, 9, 9]
    assert counted["Transparency"].iloc[0] == "Numbers of followers, friends, likes"
    assert counted["Communication"].iloc[-1] == "Turnout at physical meetings"
    results = box[box["row"] == "result"]
    assert results["Participation"].tolist() == ["Consultation", "Deliberation", "Satisfaction"]
    assert results["Communication"].iloc[1] == "Number of fields of interest in networks"
    # The first two lines repeat those of Kader 7-1.
    scheme = published.exhibit("twente_kader_7_1")
    assert box.loc[1, goals].tolist() == scheme["pattern_en"].tolist()


def test_two_use_social_media_less_than_the_contact_centre() -> None:
    centre = published.value("municipal_survey.score_contact_centre")
    less = [
        id
        for id in published.ledger().index
        if id.startswith("municipal_survey.score_") and published.value(id) < centre
    ]
    assert len(less) == 2
