"""The comparison of the cases: limits stay limits, gaps stay gaps, and the arithmetic holds."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from casebook import comparison, figure, measures, published
from casebook.errors import CasebookError
from casebook.interval import Interval, exactly, of
from casebook.provenance import of as origin_of

REPO = Path(__file__).parent.parent
INF = math.inf


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(REPO / "data"))


# Intervals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "interval", "text"),
    [
        ("timmermans.comments", exactly(11835), "11,835"),
        ("rijkswaterstaat.page_likes", Interval(18000, INF, low_open=True), "more than 18,000"),
        ("timmermans.drawn_tie_weight", Interval(5, INF), "at least 5"),
        ("deventer.likes_per_post", Interval(0, 5), "at most 5"),
        ("platforms.years_to_popularity", Interval(0, 10, high_open=True), "less than 10"),
        ("education_ministry.fans_intro", Interval(1000, 10000, high_open=True), "1,000 to 10,000"),
        ("rijkswaterstaat.comments_per_post.low", Interval(10, 10, about=True), "about 10"),
        ("vacant_lots.officials_tweet_share", Interval(0.75, 0.75, about=True), "about 0.75"),
    ],
)
def test_a_qualifier_becomes_a_limit(id: str, interval: Interval, text: str) -> None:
    assert of(id) == interval
    assert interval.text == text


def test_dates_are_no_intervals() -> None:
    with pytest.raises(CasebookError, match="is a date"):
        of("collection.start")


def test_limits_propagate() -> None:
    more = Interval(18000, INF, low_open=True)
    quotient = exactly(1957) / (more / exactly(1000))
    assert quotient.kind == "at most" and quotient.high_open and not quotient.low_open
    assert quotient.high == pytest.approx(1957 / 18)
    assert quotient.text == "less than 108.8"  # 108.72: rounded outwards
    assert (exactly(3) / Interval(0, 2)).text == "at least 1.50"
    assert (exactly(5) + more).text == "more than 18,005"
    assert (more - exactly(18001)).low == 0
    assert (exactly(4) * Interval(2, 2, about=True)).text == "about 8"
    assert (Interval(1, 2) / Interval(2, 4)).text == "0.25 to 1"


def test_no_interval_leaves_out_what_it_may_be() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        a, b, c, d = rng.uniform(0.1, 50, 4)
        one, other = Interval(min(a, b), max(a, b)), Interval(min(c, d), max(c, d))
        x, y = rng.uniform(one.low, one.high), rng.uniform(other.low, other.high)
        for result, value in (
            (one + other, x + y),
            (one * other, x * y),
            (one / other, x / y),
            (one - other, max(x - y, 0)),
        ):
            assert result.low - 1e-9 <= value <= result.high + 1e-9


def test_printed_limits_are_never_tighter_than_they_are() -> None:
    assert Interval(0.6297, INF).text == "at least 0.62"
    assert Interval(0, 2.9778).text == "at most 2.98"
    assert Interval(0.29 * 100, INF).text == "at least 29"


@pytest.mark.parametrize(("low", "high"), [(2, 1), (-1, 1), (0, math.nan)])
def test_impossible_intervals_are_refused(low: float, high: float) -> None:
    with pytest.raises(CasebookError, match="Remedy"):
        Interval(low, high)
    with pytest.raises(CasebookError, match="divided by 0"):
        exactly(1) / exactly(0)


# The lines --------------------------------------------------------------------------------------


def test_every_case_has_its_line_in_the_order_of_the_report() -> None:
    cases = published.exhibit("cases").sort_values("print_order")
    assert list(dict.fromkeys(line.case for line in comparison.LINES)) == list(cases["slug"])
    for line in comparison.LINES:
        assert line.platform in cases.set_index("slug").loc[line.case, "platforms"]
    assert len({line.key for line in comparison.LINES}) == len(comparison.LINES) == 9


def test_a_line_takes_figures_of_its_own_case_and_unit() -> None:
    units = {
        "openings": {"posts"},
        "reactions": {"comments", "tweets", "messages"},
        "likes": {"likes"},
        "people": {"people", "accounts"},
        "following": {"likes", "people", "fans", "members"},
        "largest": {"comments"},
    }
    for line in comparison.LINES:
        for field, allowed in units.items():
            if id := getattr(line, field):
                assert id.startswith(f"{line.case}.")
                assert published.fact(id).unit in allowed


def test_the_two_orders_of_the_report() -> None:
    shown = comparison.selection()
    assert list(shown["told in"]) == [f"§5.{n}" for n in range(3, 11)]
    assert list(shown["place in §5.2"]) == [1, 2, 5, 3, 4, 7, 6, 8]


def test_days() -> None:
    days = {line.key: comparison.days(line) for line in comparison.LINES}
    assert days["timmermans Facebook"] == days["earthquakes Twitter"] == exactly(90)
    assert days["benno_l Twitter"] == exactly(7)
    # 8 March 2011 to 1 October 2013, or three whole years; 20 September 2011 to October 2013.
    assert days["vacant_lots LinkedIn"] == Interval(939, 1096)
    assert days["vacant_lots Twitter"] == Interval(743, 773)


# What is printed and what follows ---------------------------------------------------------------


def test_gaps_stay_gaps() -> None:
    shown = comparison.printed().set_index("case")
    officer = shown.loc["The community officer"].drop("days")
    assert set(officer) == {"not printed"}
    assert shown.loc["Deventer", "counted"] == "67 posts"
    assert shown.loc["The minister's page", "counted"] == "75 posts, 11,835 comments, 74,260 likes"
    assert shown.loc["Rijkswaterstaat", "following"] == "more than 18,000 page likes"
    assert shown.loc["The education ministry", "following"] == "thousands of fans"
    for frame in (comparison.per_day(), comparison.government_share(), comparison.concentration()):
        unknown = frame[frame["kind"] == "not printed"]
        assert "The community officer" in set(unknown["case"])
        assert unknown[["lowest", "highest"]].isna().all(axis=None)


def test_averages() -> None:
    rates = comparison.rates().set_index("case")
    assert list(rates["comments a post"])[:5] == [
        "157.8",
        "not printed",
        "0.05 to 4",
        "28.0",
        "1.41",
    ]
    assert rates.loc["Benno L.", "messages a writer"] == "2.29"
    assert rates.loc["Earthquakes in Groningen", "messages a writer"] == "1.93"
    assert rates.loc["Vacant lots, LinkedIn", "messages a writer"] == "at least 1.31"
    assert rates.loc["The minister's page", "messages a writer"] == "at least 2.76"
    assert rates.loc["Rijkswaterstaat", "likes a post"] == "7.01 to 491"


def test_the_minister_leads_whatever_the_gaps_hide() -> None:
    """The page says so; nothing within the limits may contradict it."""
    lines = {line.case: line for line in comparison.LINES if line.platform == "Facebook"}
    found = {}
    for case, line in lines.items():
        drawn = comparison.reactions(line)
        assert drawn and line.following
        found[case] = drawn / of(line.following)
    minister = found.pop("timmermans")
    assert all(minister.low > other.high for other in found.values())
    assert found["deventer"].high == max(other.high for other in found.values())
    mean = of("timmermans.likes") / of("timmermans.posts")
    assert 1.9 < mean.low / of("rijkswaterstaat.largest_post_likes").high < 2.1


def test_without_the_largest_post() -> None:
    assert comparison.without_largest("rijkswaterstaat").low == pytest.approx(1248 / 69)
    assert comparison.without_largest("education_ministry").low == pytest.approx(49 / 74)
    # 49 comments can reach 49 of the other 74 posts: 25 have none.
    assert comparison.silent_posts("education_ministry") == 25
    assert comparison.silent_posts("rijkswaterstaat") == 0


def test_weekdays_and_ties() -> None:
    assert comparison.weekdays() == 64
    assert comparison.ties_of_one_post("education_ministry") == 57 * 56 // 2


def test_government_share() -> None:
    rows = comparison.government_share().set_index("case")
    assert rows.loc["Benno L.", "kind"] == "exact"
    assert rows.loc["Benno L.", "lowest"] == pytest.approx(100 * 43 / 9533)
    others = rows.drop(index="Benno L.").query("kind != 'not printed'")
    assert set(others["kind"]) == {"at least"} and others["highest"].isna().all()
    assert others.loc["Deventer", "lowest"] == pytest.approx(100 * 67 / (67 + 4 * 67))
    assert others.loc["The education ministry", "lowest"] == pytest.approx(100 * 75 / 181)


def test_concentration() -> None:
    rows = comparison.concentration().set_index("case")
    assert rows.loc["The education ministry", "lowest"] == pytest.approx(100 * 57 / 106)
    assert rows.loc["Rijkswaterstaat", "lowest"] == pytest.approx(100 * 709 / 1957)
    assert rows.loc["Rijkswaterstaat", "if even"] == pytest.approx(100 / 70)
    # 11,835 comments over 75 posts: some post has 158 at least.
    assert rows.loc["The minister's page", "lowest"] == pytest.approx(100 * 158 / 11835)
    assert rows.loc["Deventer", "kind"] == "at least"
    assert rows.loc["Vacant lots, Twitter", "kind"] == "about"
    assert rows.loc["Vacant lots, Twitter", "if even"] == pytest.approx(100 * 3 / 55)


def test_inequality_follows_the_bounds() -> None:
    rows = comparison.inequality().set_index("case")
    assert (rows["lowest Gini"] < rows["highest Gini"]).all()
    table = measures.bounds(1957, 70, largest=709, minimum=0).set_index("measure")
    assert rows.loc["Rijkswaterstaat", "lowest Gini"] == round(table.loc["gini", "lowest"], 2)
    alone = rows[rows["known"] == "total"]["lowest Gini"]
    more = rows[rows["known"] != "total"]["lowest Gini"]
    assert alone.max() < 0.1 < 0.3 < more.min()


@pytest.mark.parametrize(
    ("total", "people", "top", "top_total"), [(14, 5, 2, 9), (16, 6, 2, 7), (12, 4, 1, 6)]
)
def test_gini_limits_against_every_possible_set(
    total: int, people: int, top: int, top_total: int
) -> None:
    found = []
    for counts in itertools.combinations_with_replacement(range(1, total + 1), people):
        if sum(counts) == total and sum(counts[-top:]) == top_total:
            found.append(measures.gini(pd.Series(counts)))
    low, high = comparison.gini_limits(total, people, top=top, top_total=top_total)
    assert (low, high) == pytest.approx((min(found), max(found)))


def test_the_table_of_gaps() -> None:
    states = comparison.states().set_index(["case", "figure"])["state"]
    assert set(states) == {"printed", "limited", "not printed"}
    assert states["Deventer", "comments"] == "limited"
    assert states["The minister's page", "writers"] == "limited"
    share = states.xs("government's share", level="figure")
    assert list(share.index[share == "printed"]) == ["Benno L."]
    # What the page says of the table: no case has them all, and one has none.
    assert (states != "printed").groupby("case").any().all()
    assert set(states["The community officer"]) == {"not printed"}
    shown = comparison.gaps().set_index("case")
    assert shown.loc["Benno L."].to_dict() == {
        "printed": "tweets, writers, government's share",
        "limited": "–",
        "not printed": "largest message",
    }
    assert list(shown.index) == list(comparison.per_day()["case"])


# Origin and drawing -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        (comparison.selection, "coded"),
        (comparison.network_kinds, "coded"),
        (comparison.printed, "derived"),
        (comparison.rates, "derived"),
        (comparison.per_day, "derived"),
        (comparison.government_share, "derived"),
        (comparison.concentration, "derived"),
        (comparison.inequality, "derived"),
        (comparison.states, "coded"),
        (comparison.gaps, "coded"),
    ],
)
def test_tables_say_where_they_come_from(frame: Any, kind: str) -> None:
    shown = frame()
    assert origin_of(shown).kind == kind
    assert any(source.startswith("twente2014 §5.") for source in origin_of(shown).sources)
    assert not [column for column in shown.columns if "_" in column]


@pytest.mark.parametrize(
    ("frame", "domain", "log"),
    [
        (comparison.per_day, (0.03, 3000.0), True),
        (comparison.government_share, (0.3, 100.0), True),
        (comparison.concentration, (0.0, 100.0), False),
    ],
)
def test_all_rows_are_drawn_with_their_words(
    frame: Any, domain: tuple[float, float], log: bool
) -> None:
    rows = frame()
    known = rows[["lowest", "highest"]].stack()
    assert domain[0] <= known.min() and known.max() <= domain[1]
    drawn = comparison.limits_chart(rows, axis="x", domain=domain, ticks=[1, 10], log=log)
    picture = figure.chart(drawn, rows, "x", "A finding.").pictures["light"]
    for words in (*rows["as a figure"], *rows["case"].str.replace("'", "&#39;")):
        assert f">{words}<" in picture or f">{words.replace('&#39;', chr(39))}<" in picture
