"""Chapter 3 as tables, diagrams and one network: what stands there, and how it is marked."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pytest

from casebook import figure, opportunities, published
from casebook.provenance import of

REPO = Path(__file__).parent.parent
SOURCES = os.environ.get("CASEBOOK_SOURCES")

CODED = (
    "democracy_views",
    "democracy_purposes",
    "policy_phases",
    "phase_forms",
    "participation_ladder",
    "government_roles",
    "channel_advantages",
    "citizen_sourcing",
    "discussion_possibilities",
    "service_evolution",
)
TABLES = (
    opportunities.relations,
    opportunities.views,
    opportunities.phases,
    opportunities.ladder,
    opportunities.roles,
    opportunities.advantages,
    opportunities.sourcing,
    opportunities.discussions,
    opportunities.services,
    opportunities.survivors,
)


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(REPO / "data"))


@pytest.mark.parametrize(
    ("made", "kind", "source"),
    [
        (opportunities.relations, "published", "twente2014 §3.1"),
        (opportunities.views, "coded", "twente2014 §3.1"),
        (opportunities.purposes_graph, "coded", "twente2014 §3.1 and §3.4"),
        (opportunities.phases, "coded", "twente2014 §3.1 to §3.5"),
        (opportunities.ladder, "coded", "twente2014 §3.1 to §3.4"),
        (opportunities.roles, "coded", "twente2014 §3.1"),
        (opportunities.advantages, "coded", "twente2014 §3.2"),
        (opportunities.sourcing, "coded", "twente2014 §3.3"),
        (opportunities.discussions, "coded", "twente2014 §3.4"),
        (opportunities.services, "coded", "twente2014 §3.5"),
        (opportunities.survivors, "coded", "twente2014"),
    ],
)
def test_everything_says_where_it_comes_from(made: Any, kind: str, source: str) -> None:
    origin = of(made())
    assert origin.kind == kind
    assert source in origin.sources


@pytest.mark.parametrize("made", TABLES)
def test_readers_see_no_raw_column_names_and_no_gaps(made: Any) -> None:
    frame = made()
    assert not [c for c in frame.columns if "_" in c]
    assert not frame.isna().any().any()


def test_the_spectrum_of_relations_is_in_its_printed_order() -> None:
    frame = opportunities.relations()
    assert list(frame["Dutch"].str.split().str[0]) == ["overheid", "dialoog", "burgers"]
    assert len(frame) == published.value("citizen_relations.number")


# Views of democracy -----------------------------------------------------------------------------


def test_the_views_are_placed_by_pair_and_no_further() -> None:
    frame = opportunities.views()
    assert len(frame) == published.value("democracy_views.number")
    coded = published.exhibit("democracy_views")
    assert list(coded["pair"]) == [1, 1, 2, 2, 3, 3]
    # The text speaks of pairs only: a difference within one would be guessed.
    assert (coded.groupby("pair")[["goal_en", "means_en", "held_by_en"]].nunique() == 1).all().all()
    assert list(frame["goal"].unique()) == ["decisions", "opinions"]
    means = list(frame["means"].unique())
    assert means[0] == "representative"
    assert means[1].startswith("not placed")
    assert means[2] == "direct"


def test_classic_views_are_the_first_pair() -> None:
    first = published.exhibit("democracy_views").query("pair == 1")
    assert len(first) == published.value("democracy_views.classic")
    assert list(first["view"]) == ["legalist", "competitive"]


def test_one_tie_joins_the_blocks() -> None:
    graph = opportunities.purposes_graph()
    assert graph.number_of_nodes() == 15
    assert [len(part) for part in nx.connected_components(graph)] == [5, 10]
    graph.remove_edge("view: participatory", "purpose: decide")
    parts = sorted(map(sorted, nx.connected_components(graph)))
    assert len(parts) == 3
    groups = nx.get_node_attributes(graph, "group")
    for part in parts:
        assert len({groups[n] for n in part if n.startswith("view")}) == 1
        assert len([n for n in part if n.startswith("relation")]) == 1


def test_two_purposes_have_no_relation() -> None:
    graph = opportunities.purposes_graph()
    unplaced = {
        node
        for node in graph
        if node.startswith("purpose") and not any(n.startswith("relation") for n in graph[node])
    }
    assert unplaced == {"purpose: inform", "purpose: decide"}
    ties = published.exhibit("democracy_uses").set_index(["view", "purpose"])["locator"]
    assert ties["participatory", "decide"] == "§3.4"
    assert (ties.drop(("participatory", "decide")) == "§3.1").all()


def test_ties_join_what_is_listed() -> None:
    uses = published.exhibit("democracy_uses")
    assert set(uses["view"]) == set(published.exhibit("democracy_views")["view"])
    purposes = published.exhibit("democracy_purposes")
    assert set(uses["purpose"]) == set(purposes["purpose"])
    listed = set(published.exhibit("twente_relations")["print_order"])
    assert set(purposes["relation"].dropna()) == listed
    forms = published.exhibit("phase_forms")
    assert set(forms["phase"]) == set(published.exhibit("policy_phases")["phase"])


def test_the_three_kinds_stand_in_columns_wider_than_high() -> None:
    drawn = opportunities.purposes_view(opportunities.purposes_graph())
    nodes = drawn.nodes.assign(kind=drawn.nodes["id"].str.partition(":")[0])
    places = nodes.groupby("kind")["x"].agg(["min", "max"])
    assert places.loc["view", "max"] < places.loc["purpose", "min"]
    assert places.loc["purpose", "max"] < places.loc["relation", "min"]
    assert nodes["y"].max() - nodes["y"].min() < nodes["x"].max() - nodes["x"].min()
    assert nodes["named"].all()
    # Long names would run into the next column.
    assert nodes["label"].str.len().max() <= 22


# Phases and ladder ------------------------------------------------------------------------------


def test_only_the_decision_is_closed() -> None:
    phases = published.exhibit("policy_phases").set_index("phase")["open"]
    assert list(phases[~phases].index) == ["decision"]
    ties = published.exhibit("phase_forms")
    assert set(ties.loc[ties["phase"] == "decision", "tie"]) == {"hardly"}
    assert "hardly" not in set(ties.loc[ties["phase"] != "decision", "tie"])


def test_the_matrix_has_a_column_for_each_phase() -> None:
    matrix = opportunities.phases().set_index("way of taking part")
    summary = published.exhibit("twente_summary_phases")["label_en"]
    assert [c.casefold() for c in matrix.columns] == [s.casefold() for s in summary]
    assert list(matrix.loc["Co-creation"]) == [
        "in the text",
        "in the text",
        "hardly or not at all",
        "in the text",
        "in the text",
    ]
    assert (matrix == "our reading").sum().sum() == 2
    assert ((matrix != "").sum(axis=1) > 0).all()


def test_the_rungs_are_those_of_the_summary_upside_down() -> None:
    rungs = opportunities.ladder()
    summary = published.exhibit("twente_summary_participation")["label_en"]
    assert list(rungs["rung"][::-1]) == list(summary)
    assert list(rungs["within reach"]) == ["harder", "harder", "not said", "easier", "easier"]
    # Beneath the names there is room for so many letters on a phone.
    assert rungs["how social media serve it"].str.len().max() <= 42


@pytest.mark.parametrize(
    ("drawn", "made"),
    [
        (opportunities.phases_chart, opportunities.phases),
        (opportunities.ladder_chart, opportunities.ladder),
    ],
)
def test_charts_can_be_drawn(drawn: Any, made: Any) -> None:
    rows = made()
    shown = figure.chart(drawn(rows), rows, "x", "A finding.")
    assert shown.provenance == of(rows)
    assert all("<svg" in picture for picture in shown.pictures.values())


def test_every_rung_is_drawn_with_its_words_lowest_last() -> None:
    rungs = opportunities.ladder()
    picture = figure.chart(opportunities.ladder_chart(rungs), rungs, "x", "A.").pictures["light"]
    words = [*rungs["rung"], *rungs["how social media serve it"]]
    assert all(f">{word}<" in picture for word in words)
    heights = [_height(picture, word) for word in rungs["rung"]]
    assert heights == sorted(heights)


def _height(picture: str, word: str) -> float:
    found = re.search(rf'translate\([\d.]+,([\d.]+)\)"[^>]*>{word}<', picture)
    assert found, word
    return float(found[1])


def test_marks_tell_how_firm_a_tie_is_by_shape_too() -> None:
    matrix = opportunities.phases()
    encoding = opportunities.phases_chart(matrix).to_dict()["encoding"]
    assert encoding["shape"]["scale"]["domain"] == encoding["color"]["scale"]["domain"]
    assert len(set(encoding["shape"]["scale"]["range"])) == 3
    cells = set(matrix.drop(columns="way of taking part").to_numpy().ravel()) - {""}
    assert cells == set(encoding["shape"]["scale"]["domain"])


# Lists ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "rows", "first", "last"),
    [
        (opportunities.roles, 5, "monitoren", "mobiliseren"),
        (opportunities.advantages, 7, "potentieel bereik", "voortdurend veranderd"),
        (opportunities.sourcing, 4, "prijsvragen", "sociaal stemmen"),
        (opportunities.discussions, 5, "veel breder gebruikt", "door burgers zelf"),
        (opportunities.services, 4, "aanbodgericht", "instrument van communicatie"),
    ],
)
def test_lists_are_whole_and_in_order(made: Any, rows: int, first: str, last: str) -> None:
    frame = made()
    assert len(frame) == rows
    assert [frame["Dutch"].iloc[0], frame["Dutch"].iloc[-1]] == [first, last]


def test_citizen_sourcing_has_as_many_uses_as_printed() -> None:
    assert len(opportunities.sourcing()) == published.value("citizen_sourcing.uses")


def test_the_customer_becomes_a_citizen() -> None:
    steps = opportunities.services()
    assert list(steps["a citizen is"]) == ["not said", "a customer", "a customer", "a citoyen"]
    schools = steps["school of thought"].str.partition(" (")[0]
    assert list(schools) == [
        "not said",
        "New Public Management",
        "New Public Management",
        "New Public Governance",
    ]


def test_no_exhibit_of_the_chapter_is_lost_from_sight() -> None:
    page = (REPO / "chapters/opportunities.md").read_text("utf-8")
    shown = opportunities.survivors()
    assert len(shown) == 7
    assert published.lost("opportunities").empty
    before, _, _ = page.partition("## What is lost")
    for label in shown["exhibit"]:
        told = [p for p in before.split("\n\n") if label in p]
        assert any(re.search(r"\blost\b|only their names survive", p) for p in told), label


# Against the source texts -----------------------------------------------------------------------


@pytest.mark.skipif(not SOURCES, reason="CASEBOOK_SOURCES is not set")
@pytest.mark.parametrize("name", CODED)
def test_dutch_words_stand_in_chapter_3(name: str) -> None:
    text = (Path(SOURCES or "") / "twente-overheidsparticipatie.txt").read_text("utf-8")
    chapter = text[text.index("HOOFDSTUK 3") : text.index("HOOFDSTUK 4")]
    flat = re.sub(r"[\s-]", "", chapter).casefold()
    rows: pd.DataFrame = published.exhibit(name)
    absent = [w for w in rows["label_nl"] if re.sub(r"[\s-]", "", w).casefold() not in flat]
    assert absent == []


def test_two_expectations_of_reach_stay_two() -> None:
    here, there = (
        published.fact(id) for id in ("platforms.reach_in_some_years", "platforms.future_reach")
    )
    assert here.value != there.value
    assert there.id in here.note
    assert here.id in there.note
