"""Chapter 4 as tables, charts and one network: what stands there, and how it is marked."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from casebook import figure, limitations, published
from casebook.provenance import of

REPO = Path(__file__).parent.parent
PAGE = (REPO / "chapters/limitations.md").read_text("utf-8")

FRAMES = [
    limitations.overview,
    limitations.sides,
    limitations.sources,
    limitations.transparency,
    limitations.touched,
    limitations.asked,
]
SECTIONS = [f"§4.{n}" for n in range(1, 8)]


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(REPO / "data"))


@pytest.mark.parametrize("frame", [*FRAMES, limitations.links_graph])
def test_all_of_it_is_marked_as_our_coding(frame: Any) -> None:
    origin = of(frame())
    assert origin.kind == "coded"
    assert origin.sources[0].startswith("twente2014 ")


@pytest.mark.parametrize("frame", FRAMES)
def test_readers_see_no_raw_column_names_and_no_gaps(frame: Any) -> None:
    shown = frame()
    assert not [c for c in shown.columns if "_" in c]
    assert not shown.isna().any().any()
    assert not (shown.astype(str) == "").any().any()


def test_one_limitation_to_a_section() -> None:
    assert list(limitations.overview()["section"]) == SECTIONS


@pytest.mark.parametrize("table", ["limitation_sides", "limitation_sources", "limitation_links"])
def test_every_limitation_is_coded_in_its_own_section(table: str) -> None:
    section = published.exhibit("limitations").set_index("limitation")["locator"]
    coded = published.exhibit(table)
    assert set(coded["limitation"]) == set(section.index)
    own = coded["limitation"].map(section)
    assert all(place.startswith(where) for place, where in zip(coded["locator"], own, strict=True))
    # the rows follow the text
    assert coded["limitation"].map(list(section.index).index).is_monotonic_increasing


def test_the_platform_has_a_part_in_all_and_government_alone_is_asked() -> None:
    said = limitations.sides()
    assert said.groupby(["part", "side"]).size().to_dict() == {
        ("asked to act", "government"): 5,
        ("in the way", "government"): 6,
        ("in the way", "users"): 6,
        ("in the way", "platform"): 7,
    }
    acting = set(said.loc[said["part"] == "asked to act", "limitation"])
    assert set(said["limitation"]) - acting == {"Unequal users", "Transparency"}


def test_each_cause_and_each_call_has_its_mark() -> None:
    said = limitations.sides()
    drawn = limitations.sides_chart(said).to_dict()
    points = next(iter(drawn["datasets"].values()))
    assert len(points) == len(said) == 24
    encoding = drawn["layer"][0]["encoding"]
    assert encoding["x"]["sort"] == ["platform", "users", "government"]
    assert encoding["color"]["field"] == encoding["shape"]["field"] == "part"


def test_works_are_counted_once_for_each_limitation() -> None:
    cited = limitations.sources()
    assert not cited.duplicated(["limitation", "work"]).any()
    counts = limitations.basis(cited).set_index("limitation")
    assert list(counts.index) == list(limitations.overview()["limitation"])
    assert list(counts["works"]) == [7, 2, 4, 3, 3, 3, 2]
    assert list(counts["with data"]) == [0, 0, 2, 1, 2, 1, 2]


def test_what_is_argument_has_no_data_and_the_rest_has() -> None:
    cited = limitations.sources()
    assert ((cited["kind"] != "argument or concept") == cited["with data"]).all()


def test_every_author_cited_stands_on_the_page() -> None:
    missing = [w for w in limitations.sources()["work"] if w.split(",")[0] not in PAGE]
    # §4.3 does not name Newcom; it refers to §2.3
    assert missing == ["Newcom, 2014"]
    assert "§2.3" in PAGE


def test_a_bar_says_how_many_of_its_works_have_data() -> None:
    counts = limitations.basis(limitations.sources())
    drawn = limitations.basis_chart(counts).to_dict()
    texts = [row["text"] for row in next(iter(drawn["datasets"].values()))]
    assert texts[:3] == ["none of 7", "none of 2", "2 of 4"]


def test_trust_grew_in_one_cell_of_four() -> None:
    shown = limitations.transparency().set_index("knows of the subject")
    assert list(shown.index) == ["little", "much"]
    assert list(shown.columns) == ["little trust beforehand", "much trust beforehand"]
    grew = shown.map(lambda cell: cell.startswith("positive"))
    assert grew.to_numpy().tolist() == [[True, False], [False, False]]


def test_links_lead_to_strategies_and_cases_that_exist() -> None:
    links = published.exhibit("limitation_links")
    strategies = set(published.exhibit("twente_summary_strategies")["print_order"].astype(str))
    slugs = set(published.exhibit("cases")["slug"])
    known = {"strategy": strategies, "case": slugs}
    assert all(
        target in known[kind]
        for kind, target in zip(links["target_kind"], links["target"], strict=True)
    )


def test_strategies_that_nothing_touches_are_listed_too() -> None:
    rows = limitations.touched()
    assert list(rows["number"]) == [3, 0, 1, 3, 3, 2, 0]
    assert list(rows.loc[rows["number"] == 0, "limitations"]) == ["none", "none"]
    drawn = [n for n, g in limitations.links_graph().nodes(data="group") if g == "strategy"]
    assert len(drawn) == int((rows["number"] > 0).sum())


def test_a_tie_says_whether_the_text_names_it() -> None:
    graph = limitations.links_graph()
    ours = {(a, b) for a, b, title in graph.edges(data="title") if "our reading" in title}
    assert {tuple(sorted(tie)) for tie in ours} == {
        ("strategy 4", "unfamiliar"),
        ("responsibility", "strategy 5"),
        ("responsibility", "strategy 6"),
    }


def test_the_three_kinds_stand_in_columns_and_no_two_nodes_coincide() -> None:
    drawn = limitations.links_view(limitations.links_graph()).nodes
    assert drawn["named"].all()
    assert not drawn.duplicated(["x", "y"]).any()
    by = drawn.groupby("group")["x"]
    assert by.max()["case"] < by.min()["limitation"] <= by.max()["limitation"]
    assert by.max()["limitation"] < by.min()["strategy"]
    limits = drawn[drawn["group"] == "limitation"].set_index("id")["y"]
    order = list(published.exhibit("limitations")["limitation"])
    assert list(limits.sort_values().index) in (order, order[::-1])


def test_question_3_has_its_five_parts() -> None:
    asked = limitations.asked()
    assert len(asked) == 5
    assert list(asked["treated in"])[-1] == "nowhere"
    inside = published.exhibit("limitation_questions")
    chapter = inside["treated_in"].str.contains("§4", regex=False)
    assert (chapter == inside["in_chapter_4"]).all()


@pytest.mark.parametrize(
    ("drawn", "frame"),
    [
        (lambda: limitations.sides_chart(limitations.sides()), limitations.sides),
        (
            lambda: limitations.basis_chart(limitations.basis(limitations.sources())),
            limitations.sources,
        ),
    ],
)
def test_charts_can_be_drawn(drawn: Any, frame: Any) -> None:
    shown = figure.chart(drawn(), frame(), "x", "A finding.")
    assert shown.provenance.kind == "coded"
    assert all("<svg" in picture for picture in shown.pictures.values())
    assert all(f">{name}<" in shown.pictures["light"] for name in set(frame()["limitation"]))


def test_the_figures_of_the_chapter_keep_their_words() -> None:
    texts = {id: published.fact(id).text for id in published.ledger().query(_CHAPTER).index}
    assert texts == {
        "unequal_users.hesitant_or_sceptical": "about 60%",
        "personalisation.discussions": "250",
        "overload.daily_messages": "hundreds",
        "overload.webcare_answers.low": "200",
        "overload.webcare_answers.high": "250",
    }
    assert all(f"{{fact}}`{id}`" in PAGE for id in texts)


_CHAPTER = "chapter == 'limitations'"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("unequal_users.hesitant_or_sceptical", "attitudes.hesitant_or_sceptical_share"),
        ("overload.daily_messages", "heavy_senders.daily_messages.high"),
    ],
)
def test_a_figure_printed_twice_names_its_twin(one: str, other: str) -> None:
    notes = published.ledger()["note"]
    assert other in notes[one]
    assert one in notes[other]


# Against the source text ------------------------------------------------------------------------

SOURCES = os.environ.get("CASEBOOK_SOURCES")


def _text() -> str:
    assert SOURCES
    held = (Path(SOURCES) / "twente-overheidsparticipatie.txt").read_text("utf-8")
    return re.sub(r"\s+", " ", held)


@pytest.mark.skipif(not SOURCES, reason="CASEBOOK_SOURCES is not set")
def test_the_chapter_says_what_is_coded() -> None:
    text = _text()
    assert len(re.findall(r"\bmetadata\b", text, re.IGNORECASE)) == 1
    chapter = text[text.index("HOOFDSTUK 4") : text.index("HOOFDSTUK 5")]
    labels = published.exhibit("limitations")["label_nl"]
    assert [label for label in labels if label.lower() not in chapter.lower()] == []
    works = published.exhibit("limitation_sources")["work"]
    named = pd.unique(
        works[works != "Newcom, 2014"].str.replace(r"( and|,| et al).*", "", regex=True)
    )
    assert [author for author in named if author.lower() not in chapter.lower()] == []
