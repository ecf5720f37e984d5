"""Chapter 6 as tables, charts and a network: what is tied to which case, and how it is shown."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from test_data import PRIVATE

from casebook import figure, published, tactics
from casebook.provenance import of

REPO = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(REPO / "data"))


def _frames() -> dict[str, pd.DataFrame]:
    return {
        "senders": tactics.senders(),
        "messages": tactics.messages(),
        "lists of senders": tactics.lists("sender"),
        "lists of types": tactics.lists("message"),
        "who sends what": tactics.who_sends_what(),
        "practice": tactics.practice({"voice": "speaks as", "reach": "reach"}),
        "examples": tactics.examples(),
    }


def test_everything_is_coded_and_says_from_where() -> None:
    for name, frame in _frames().items():
        assert of(frame).kind == "coded", name
        assert any("twente2014" in source and "6" in source for source in of(frame).sources), name
    assert of(tactics.graph()).kind == "coded"


def test_readers_see_no_keys() -> None:
    for name, frame in _frames().items():
        assert not [c for c in frame.columns if "_" in c], name
        cells = frame.select_dtypes(exclude=["number", "datetime"]).to_numpy().ravel()
        assert not [cell for cell in cells if "_" in str(cell)], name


# What belongs to which case ----------------------------------------------------------------------


def test_the_cases_are_the_eight() -> None:
    assert list(tactics.CASES) == list(published.exhibit("cases")["slug"])


def test_every_tie_joins_things_that_exist() -> None:
    ties = published.exhibit("tactics_ties")
    assert not ties.duplicated(["kind", "category", "case"]).any()
    for kind, table, key in (
        ("sender", "tactics_sender_patterns", "pattern"),
        ("message", "tactics_message_types", "type"),
    ):
        rows = ties[ties["kind"] == kind]
        assert set(rows["category"]) == set(published.exhibit(table)[key])
        assert set(rows["case"]) == set(tactics.CASES)


def test_patterns_have_the_cases_that_the_section_names() -> None:
    cases = tactics.senders().set_index("pattern")["cases"]
    assert list(cases) == [
        "Minister Timmermans, Benno L.",
        "Deventer, Rijkswaterstaat, Ministry of Education",
        "Community officer, Lisse, Vacant lots",
        "Benno L.",
        "Earthquakes",
    ]
    assert len(cases) == published.value("tactics.sender_patterns")
    assert cases.str.count("Rijkswaterstaat").sum() == 1
    senior = published.exhibit("tactics_ties").query("category == 'senior'")
    assert len(senior) == published.value("cases.senior_figures")


def test_a_reading_of_ours_says_so() -> None:
    cases = tactics.messages().set_index("type")["cases"]
    assert cases["Webcare"] == "our reading: Deventer, Rijkswaterstaat, Ministry of Education"
    assert cases.str.contains("our reading").sum() == 1
    assert cases["Humorous messages"] == "Community officer, Lisse"
    titles = [title for *_, title in tactics.graph().edges(data="title")]
    assert sum("our reading" in title for title in titles) == 3


# Lists that differ -------------------------------------------------------------------------------


def test_both_counts_of_six_are_printed_as_they_are() -> None:
    shown = tactics.lists("message").set_index("type")
    first, last = "ch. 6, list", "ch. 8"
    assert list(shown[first]) == ["1", "2", "3", "4", "5", "6", ""]
    assert list(shown[last]) == ["1", "2", "3", "4, with webcare", "4, with nuancing", "5", "6"]
    assert shown.loc["no message", "ch. 6, text"] == "apart"
    assert shown.loc["personal", "Dutch summary"] == "1 and 2"
    six = tactics.entries("message", "first")
    other = tactics.entries("message", "chapter_8")
    assert len(six) == len(other) == published.value("tactics.message_types")
    assert frozenset({"nuancing", "webcare"}) in other - six
    assert len(six & other) == 4


def test_the_senders_are_the_same_in_another_order() -> None:
    shown = tactics.lists("sender").set_index("pattern")
    assert list(shown["ch. 8"]) == ["1", "3", "2", "4", "5"]
    assert list(shown["ch. 6, text"]) == ["1", "2", "3", "4", "5"]
    summaries = shown[["Dutch summary", "English summary"]]
    assert (summaries.loc["combined"] == "").all()
    assert (summaries.loc["absent"] == "apart").all()


# Network, grid, timeline -------------------------------------------------------------------------


def test_the_network_is_drawn_whole_with_every_name() -> None:
    graph = tactics.graph()
    drawn = tactics.graph_view(graph)
    assert set(drawn.nodes["id"]) == set(graph)
    assert drawn.nodes["named"].all()
    assert not drawn.nodes.duplicated(["x", "y"]).any()
    assert len(drawn.edges) == len(published.exhibit("tactics_ties"))
    columns = drawn.nodes.groupby("group")["x"].agg(["min", "max"])
    assert columns["max"]["sender"] < columns["min"]["case"]
    assert columns["max"]["case"] < columns["min"]["message"]


def test_no_tie_joins_two_of_a_kind() -> None:
    graph = tactics.graph()
    groups = dict(graph.nodes(data="group"))
    assert all((groups[a] == "case") != (groups[b] == "case") for a, b in graph.edges)


def test_the_grid_counts_cases_under_each_of_their_patterns() -> None:
    counts = tactics.who_sends_what()
    assert len(counts) == 35
    cell = counts.set_index(["type", "pattern"])
    assert cell.loc[("webcare", "department"), "cases"] == 3
    assert cell.loc[("nuancing", "senior"), "which"] == "Minister Timmermans, Benno L."
    assert cell.loc[("nuancing", "combined"), "which"] == "Benno L."
    assert cell.loc[("humorous", "department"), "cases"] == 0
    listed = counts["which"].map(lambda which: len([c for c in which.split(", B") if c]))
    assert ((counts["cases"] > 0) == (listed > 0)).all()
    ties = published.exhibit("tactics_ties")
    both = ties[(ties["kind"] == "message") & (ties["case"] == "benno_l")]
    assert counts["cases"].sum() == (ties["kind"] == "message").sum() + len(both)


@pytest.mark.parametrize(
    ("drawn", "frame"),
    [
        (tactics.who_sends_what_chart, tactics.who_sends_what),
        (tactics.examples_chart, tactics.examples),
    ],
)
def test_charts_can_be_drawn(drawn: Any, frame: Any) -> None:
    rows = frame()
    shown = figure.chart(drawn(rows), rows, "x", "A finding.")
    assert shown.provenance == of(rows)
    assert all("<svg" in picture for picture in shown.pictures.values())


def test_messages_of_one_day_share_their_words_in_the_timeline() -> None:
    rows = tactics.examples()
    shown = figure.chart(tactics.examples_chart(rows), rows, "x", "A finding.")
    assert ">6-6, 6-9<" in shown.pictures["light"]
    assert ">6-11<" in shown.pictures["light"]


def test_examples_cover_the_lost_figures_and_take_their_dates_from_the_ledger() -> None:
    coded = published.exhibit("tactics_examples")
    assert set(coded["label"]) == set(published.lost("tactics")["label"])
    days = tactics.examples()
    assert days["day"].is_monotonic_increasing
    assert days["day"].dt.year.eq(2014).all()
    joke = days.set_index("message")["day"]["A joke by the community officer"]
    assert str(joke.date()) == str(published.fact("community_officer.figure_6_9").value)
    for fact in coded["fact"]:
        assert published.fact(fact).locator.startswith("Figuur 6-")


# Practice ----------------------------------------------------------------------------------------


def test_practice_shows_all_cases_and_leaves_gaps_open() -> None:
    shown = tactics.practice({"moment": "moment", "channel": "channel"}).set_index("case")
    assert list(shown.index) == list(tactics.CASES.values())
    assert list(shown.columns) == ["moment", "channel", "where"]
    assert shown.loc["Vacant lots", "moment"] == ""
    assert shown.loc["Rijkswaterstaat", "where"] == "§6.1, §6.3"
    voice = tactics.practice({"voice": "speaks as"}).set_index("case")
    assert voice.loc["Rijkswaterstaat", "speaks as"] == "we"
    assert voice.loc["Earthquakes", "where"] == ""


def test_every_case_has_an_audience_and_a_response() -> None:
    coded = published.exhibit("tactics_practice")
    for dimension in ("audience", "response", "channel", "start"):
        assert set(coded.loc[coded["dimension"] == dimension, "case"]) == set(tactics.CASES)


def test_locators_lie_in_chapter_6_but_for_the_lists() -> None:
    for name in ("sender_patterns", "message_types", "ties", "practice"):
        for cell in published.exhibit(f"tactics_{name}")["locator"]:
            assert re.fullmatch(r"§6\.[1-5](, §6\.[1-5])*", cell), (name, cell)


def test_the_chapter_names_no_private_person() -> None:
    words = set(re.findall(r"\w+", (REPO / "chapters/tactics.md").read_text("utf-8").lower()))
    assert not {w for w in words if hashlib.sha256(w.encode()).hexdigest()[:16] in PRIVATE}
