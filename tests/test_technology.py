"""Chapters 1 and 2 as tables, charts and one network: what stands there, and how it is marked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import altair as alt
import networkx as nx
import pandas as pd
import pytest

from casebook import charts, figure, introduction, published, technology
from casebook.provenance import of

REPO = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(REPO / "data"))


@pytest.mark.parametrize(
    ("frame", "kind", "source"),
    [
        (technology.matrix, "published", "twente2014 Figuur 2-2"),
        (technology.media_comparison, "published", "twente2014 Kader 2-3"),
        (technology.phases, "coded", "twente2014 §2.3"),
        (technology.platforms, "derived", "twente2014 Kader 2-4 and §2.3"),
        (technology.attitudes, "derived", "twente2014 §2.3"),
        (technology.trust, "published", "twente2014 §2.3"),
        (technology.providers_graph, "coded", "twente2014 §2.1 to §2.3"),
        (introduction.questions, "derived", "twente2014 §1.2 and §1.3"),
        (introduction.funnel, "published", "twente2014 §1.4"),
        (introduction.search, "derived", "twente2014 §1.4"),
        (introduction.cases, "coded", "twente2014 §5.2"),
        (introduction.survival, "coded", "twente2014"),
        (introduction.lists, "published", "twente2014 Samenvatting"),
    ],
)
def test_everything_says_where_it_comes_from(frame: Any, kind: str, source: str) -> None:
    origin = of(frame())
    assert origin.kind == kind
    assert source in origin.sources


@pytest.mark.parametrize(
    "frame",
    [
        technology.matrix,
        technology.media_comparison,
        technology.phases,
        technology.platforms,
        technology.attitudes,
        technology.trust,
        introduction.questions,
        introduction.funnel,
        introduction.search,
        introduction.cases,
        introduction.survival,
        introduction.lists,
    ],
)
def test_readers_see_no_raw_column_names(frame: Any) -> None:
    assert not [c for c in frame().columns if "_" in c]


# Technology -------------------------------------------------------------------------------------


def test_the_matrix_reads_as_printed() -> None:
    shown = technology.matrix().set_index("focus")
    assert list(shown.index) == ["content", "individual", "collective"]
    assert list(shown.columns) == ["low richness", "medium richness", "high richness"]
    assert shown.loc["content", "high richness"] == "multimedia 3D worlds"
    assert (
        shown.loc["individual", "medium richness"]
        == "Social network sites: Facebook, Google+, LinkedIn"
    )
    assert (
        shown.loc["collective", "medium richness"]
        == "Online platforms for content: YouTube, Instagram, Flickr"
    )


def test_rows_printed_twice_are_compared_once() -> None:
    scores = technology.media_comparison()
    assert len(scores) == 8
    assert scores["feature"].is_unique
    ahead = scores["social media"] - scores["mass media"]
    assert [(ahead > 0).sum(), (ahead == 0).sum(), (ahead < 0).sum()] == [4, 1, 3]
    assert scores.set_index("feature").loc["Quality of content", "mass media"] == 2


def test_daily_use_that_is_not_printed_stays_a_gap() -> None:
    use = technology.platforms().set_index("platform")
    assert list(use.index[:2]) == ["Facebook", "YouTube"]
    assert use.loc["Facebook", "daily share"] == pytest.approx(100 * 6.1 / 8.9)
    unknown = use.drop(index=["Facebook", "Google+"])
    assert unknown["daily users"].isna().all()
    assert unknown["daily share"].isna().all()
    assert figure.to_csv(technology.platforms()).splitlines()[2] == "YouTube,7100000,,"


def test_attitudes_bear_out_the_printed_totals() -> None:
    groups = technology.attitudes()
    assert groups["people"].sum() == 13_100_000
    assert groups["share"].sum() == pytest.approx(100)
    willing = groups["share"][:2].sum()
    assert published.value("attitudes.convinced_or_committed_share") < willing < 50
    assert 100 - willing < published.value("attitudes.hesitant_or_sceptical_share")


def test_trust_keeps_the_printed_words() -> None:
    answers = technology.trust().set_index(["question", "who"])
    assert answers.loc[("worry", "over 40"), "as published"] == "more than 60%"
    assert answers.loc[("worry", "the young"), "as published"] == "about 50%"
    assert answers.loc[("trust", "everyone"), "percent"] == 18


def test_owners_are_those_of_the_text() -> None:
    graph = technology.providers_graph()
    owned = {
        str(graph.nodes[node]["label"]): sorted(graph.successors(node))
        for node, group in graph.nodes(data="group")
        if group == "company"
    }
    assert owned == {
        "Facebook (company)": ["Facebook", "Hyves", "Instagram", "MySpace", "WhatsApp"],
        "Google": ["Google+", "YouTube"],
        "Yahoo/Microsoft": ["Flickr"],
        "Twitter (company)": ["Twitter"],
        "LinkedIn (company)": ["LinkedIn"],
    }
    groups = nx.get_node_attributes(graph, "group")
    assert {n for n, g in groups.items() if g == "bought"} == {
        "YouTube",
        "Instagram",
        "WhatsApp",
        "Flickr",
    }
    assert {n for n, g in groups.items() if g == "displaced"} == {"MySpace", "Hyves"}
    assert graph.nodes["Flickr"]["role"] == "bought by Yahoo"
    assert graph.nodes["Hyves"]["role"] == "pushed off the market by Facebook in the Netherlands"


def test_the_owners_are_all_drawn_and_named() -> None:
    graph = technology.providers_graph()
    drawn = technology.providers_view(graph)
    assert set(drawn.nodes["id"]) == set(graph)
    assert drawn.nodes["named"].all()
    assert not drawn.nodes.duplicated(["x", "y"]).any()
    # Companies stand between their platforms, so that long names have room on either side.
    inner = drawn.nodes[drawn.nodes["group"] == "company"]["x"]
    outer = drawn.nodes[drawn.nodes["group"] != "company"]["x"]
    assert inner.abs().max() < outer.abs().min()


@pytest.mark.parametrize(
    ("drawn", "frame"),
    [
        (technology.media_chart, technology.media_comparison),
        (technology.platforms_chart, technology.platforms),
        (technology.attitudes_chart, technology.attitudes),
        (technology.trust_chart, technology.trust),
        (introduction.funnel_chart, introduction.funnel),
    ],
)
def test_charts_can_be_drawn(drawn: Any, frame: Any) -> None:
    rows = frame()
    shown = figure.chart(drawn(rows), rows, "x", "A finding.")
    assert shown.provenance == of(rows)
    assert all("<svg" in picture for picture in shown.pictures.values())


def test_the_printed_words_stand_in_the_charts() -> None:
    answers = technology.trust()
    shown = figure.chart(technology.trust_chart(answers), answers, "x", "A finding.")
    assert all(f">{words}<" in shown.pictures["light"] for words in answers["as published"])


# Charts -----------------------------------------------------------------------------------------


def _layers(drawn: alt.TopLevelMixin) -> list[dict[str, Any]]:
    layers: list[dict[str, Any]] = drawn.to_dict()["layer"]
    return layers


def test_bars_leave_room_for_the_words_at_their_ends() -> None:
    rows = pd.DataFrame(
        {"a": ["x", "y"], "n": [10.0, 2.0], "t": ["ten", "two and many more words"]}
    )
    drawn = charts.bars(rows, value="n", label="a", text="t", axis="number")
    _, most = _layers(drawn)[0]["encoding"]["x"]["scale"]["domain"]
    assert most > 10.5
    wordy = rows.assign(t=["ten, with a good many words", "two"])
    drawn = charts.bars(wordy, value="n", label="a", text="t", axis="number")
    assert _layers(drawn)[0]["encoding"]["x"]["scale"]["domain"][1] > most * 1.3


def test_a_part_that_is_missing_draws_no_bar() -> None:
    rows = pd.DataFrame({"a": ["x", "y"], "n": [3.0, 2.0], "p": [1.0, None], "t": ["3", "2"]})
    drawn = charts.part_bars(
        rows, value="n", part="p", label="a", text="t", axis="number", names=("all", "some")
    )
    values = next(iter(drawn.to_dict()["datasets"].values()))
    assert [row["p"] for row in values] == [1.0, None]


def test_groups_that_coincide_are_both_seen() -> None:
    rows = pd.DataFrame({"a": ["x", "x", "y", "y"], "g": ["b", "c"] * 2, "n": [3, 3, 1, 2]})
    drawn = charts.dots(
        rows,
        value="n",
        label="a",
        group="g",
        axis="score",
        colours={"c": "blue", "b": "red"},
        domain=(0, 4),
    )
    sizes = {
        (row["a"], row["g"]): row["_size"]
        for row in next(iter(drawn.to_dict()["datasets"].values()))
    }
    assert sizes["x", "c"] > sizes["x", "b"] == sizes["y", "b"] == sizes["y", "c"]


# Introduction -----------------------------------------------------------------------------------


def test_questions_have_their_parts() -> None:
    asked = introduction.questions()
    assert list(asked["question"]) == [1, 2, 3, 4, 5]
    assert list(asked["parts"]) == [5, 3, 5, 5, 1]
    assert asked["answered in"].iloc[3] == "chapters 5 and 6"


def test_the_funnel_prints_what_is_known_of_each_step() -> None:
    steps = introduction.funnel()
    assert list(steps["as published"]) == ["about 400", "about 150", "250", "not printed"]
    assert steps["publications"].isna().tolist() == [False, False, False, True]
    found, dropped, kept = steps["publications"][:3]
    assert found - dropped == kept


def test_the_search_is_counted() -> None:
    assert list(introduction.search()["number"]) == [2, 26, 2, 6, 7]


def test_periods_are_as_exact_as_printed() -> None:
    listed = introduction.cases()
    assert len(listed) == 8
    period = listed["period"]
    assert (period == "1 January to 31 March 2014").sum() == 6
    assert period.iloc[6] == "March 2011 to October 2013"
    assert period.iloc[7] == "15 February to 21 February 2014"
    assert listed["collected"].iloc[6] == "posts; comments; tweets with #BLT020"
    assert listed["kind"].iloc[0] == "micro, national, Facebook"
    assert listed["kind"].iloc[7] == "macro, national and local, Twitter"


def test_the_exhibits_of_the_report_are_counted_by_what_survives() -> None:
    kinds = introduction.survival().set_index("kind")
    assert kinds.sum().to_dict() == {"in full": 21, "in part": 8, "lost": 24, "all": 53}
    assert (kinds[["in full", "in part", "lost"]].sum(axis=1) == kinds["all"]).all()
    assert kinds.loc["network", "lost"] == kinds.loc["network", "all"] == 8


def test_the_lists_of_the_summary_are_whole() -> None:
    counts = introduction.lists()["list"].value_counts(sort=False).to_dict()
    assert counts == {"phase": 5, "form": 5, "strategy": 7}
