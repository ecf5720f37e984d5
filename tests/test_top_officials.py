"""What PM printed of top officials on Twitter: tables, charts, and the article behind them."""

from __future__ import annotations

import hashlib
import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from casebook import figure, published, top_officials
from casebook.provenance import of

REPO = Path(__file__).parent.parent
PAGE = (REPO / "chapters/companions/top_officials.md").read_text("utf-8")

FRAMES = {
    top_officials.accounts: "derived",
    top_officials.followers: "published",
    top_officials.pace: "derived",
    top_officials.reasons: "coded",
    top_officials.tiers: "derived",
    top_officials.rules: "coded",
    top_officials.uses: "coded",
}
TABLES = ("pm_officials", "pm_rules", "pm_municipal_secretaries", "pm_provincial_secretaries")


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(REPO / "data"))


@pytest.mark.parametrize("frame", FRAMES, ids=lambda f: f.__name__)
def test_everything_says_where_it_comes_from_and_has_no_gaps(frame: Any) -> None:
    shown = frame()
    assert of(shown).kind == FRAMES[frame]
    assert all(source.startswith(("pm2012", "kansen2012")) for source in of(shown).sources)
    assert not [c for c in shown.columns if "_" in c]
    assert not shown.isna().any(axis=None)
    assert not (shown.astype(str) == "").any(axis=None)


def test_half_of_an_odd_number_bounds_both_sides() -> None:
    counted = top_officials.accounts().set_index("what they do")
    assert list(counted["officials"]) == [7, 8, 40]
    assert list(counted["how exact"]) == ["at most", "at least", "exactly"]
    assert counted["officials"].sum() == published.value("top_officials.total")
    # the magazine tweeted to as many senders as there can be
    assert counted["officials"].iloc[0] >= published.value("top_officials.approached")


def test_followers_are_those_printed_and_one_account_has_two_counts() -> None:
    rows = top_officials.followers()
    assert rows["followers"].is_monotonic_decreasing
    assert list(zip(rows["official"], rows["as published"], strict=True)) == [
        ("Buijink", "2,942"),
        ("Amsterdam", "1,811"),
        ("Buijink", "more than 1,700"),
        ("Jones-Bos", "851"),
        ("Kuijpers", "484"),
        ("Kleinmeulman", "134"),
        ("Berg", "1"),
    ]
    assert list(rows.loc[rows["counted in"] == "essay, undated", "official"]) == ["Buijink"]


def test_exhibits_and_ledger_agree() -> None:
    officials = published.exhibit("pm_officials")
    for count, fact in zip(officials["followers"], officials["followers_fact"], strict=True):
        assert bool(fact) == pd.notna(count)
        assert not fact or count == published.value(fact)
    for box in TABLES[2:]:
        for row in published.exhibit(box).itertuples():
            fact = published.fact(str(row.fact))
            printed = fact.value
            text = f"{printed:%Y-%m}" if isinstance(printed, date) else f"{printed:g}"
            assert (row.value, row.qualifier) == (text, fact.qualifier)


def test_the_dates_bear_out_more_than_six_a_day() -> None:
    pace = top_officials.pace().set_index("who")
    assert pace.loc["Buijink", "days"] == 746
    assert pace.loc["Buijink", "a day"] > published.value("top_officials.buijink_per_day")
    assert pace.loc["Amsterdam", "a day"] == pytest.approx(2000 / 1010)


def test_the_box_on_municipal_secretaries_contradicts_itself() -> None:
    share = top_officials.tiers().set_index("who")["per cent"]
    municipal = share[share.index.str.startswith("Municipal")]
    assert len(municipal) == 2
    assert (municipal < published.value("municipal_secretaries.share")).all()
    notes = published.ledger()["note"]
    one, other = "municipal_secretaries.in_heading", "municipal_secretaries.in_text"
    assert other in notes[one] and one in notes[other]
    assert share["Provincial secretaries"] == 100 * published.value("provincial_secretaries.share")


def test_the_coding_covers_those_who_are_named() -> None:
    officials, uses = published.exhibit("pm_officials"), published.exhibit("pm_uses")
    assert set(officials["name"]) == set(uses["name"])
    said = top_officials.reasons()
    counted = set(officials.loc[officials["among_total"], "name"])
    assert counted <= set(said["who"])
    named = said[said["what they do"] != "not said"]
    assert set(named["who"]) == counted
    assert not said.duplicated(["who", "theme"]).any()
    assert said.groupby("theme")["side"].nunique().eq(1).all()


def test_who_listens_and_fears_politics_only_follows() -> None:
    said, use = top_officials.reasons(), top_officials.uses().set_index("official")["what they do"]
    listening = set(said.loc[said["side"] == "listening", "who"])
    both = listening & set(said.loc[said["theme"] == "political risk", "who"])
    assert both == set(use[use == "follows"].index)
    assert set(use[use != "stays away"].index) - listening == {"Chris Buijink"}


@pytest.mark.parametrize(
    ("drawn", "frame", "words"),
    [
        (top_officials.accounts_chart, top_officials.accounts, ["send tweets: at most 7"]),
        (top_officials.followers_chart, top_officials.followers, ["more than 1,700", "851"]),
        (top_officials.reasons_chart, top_officials.reasons, ["Van Daalen", "one, not named"]),
    ],
)
def test_charts_can_be_drawn_with_their_words(drawn: Any, frame: Any, words: list[str]) -> None:
    rows = frame()
    shown = figure.chart(drawn(rows), rows, "x", "A finding.")
    assert shown.provenance == of(rows)
    for picture in shown.pictures.values():
        assert all(f">{word}<" in picture for word in words)


def test_every_official_is_drawn_once() -> None:
    counted = top_officials.accounts()
    (units,) = top_officials.accounts_chart(counted).to_dict()["datasets"].values()
    assert len(units) == counted["officials"].sum()
    assert len({(unit["column"], unit["row"]) for unit in units}) == len(units)


def test_senders_stand_before_those_who_follow_and_those_who_stay_away() -> None:
    spec = top_officials.reasons_chart(top_officials.reasons()).to_dict()
    order = spec["layer"][0]["encoding"]["x"]["sort"]
    assert order[:3] == ["Buijink", "Kuijpers", "Kleinmeulman"]
    assert set(order[3:6]) == {"Berg", "Jansen", "Veld"}
    assert set(order[-2:]) == {"several", "one, not named"}


def test_the_rules_of_the_box_are_those_that_the_essay_prints() -> None:
    ours = [label.replace("é", "e") for label in published.exhibit("pm_rules")["label_nl"]]
    theirs = published.exhibit("kansen_rules")["label_nl"].str.lower()
    assert [label.removeprefix("de ").lower() for label in ours] == [
        label.removeprefix("de ") for label in theirs
    ]
    assert len(top_officials.rules()) == published.value("top_officials.rules")


# Surnames of persons whom the article names and this book gives by function, and their accounts.
BY_FUNCTION = {
    "821b836d1be3ec5c",
    "db5e029a4a0a50dc",
    "af596cc92b2096af",
    "21c213e8552f8423",
    "d645f7919fc470b0",
    "420f51807611799d",
    "ab56c86032bdfccb",
    "075e7a9038401c79",
    "0ad3f524d6105d3c",
    "4b76360311feab58",
}


def _words(text: str) -> set[str]:
    return {hashlib.sha256(w.encode()).hexdigest()[:16] for w in re.findall(r"\w+", text.lower())}


def test_others_are_given_by_function_and_nobody_by_account() -> None:
    texts = [PAGE, *(p.read_text("utf-8") for p in (REPO / "data").glob("*/pm_*.csv"))]
    texts.append((REPO / "data/published/ledger.csv").read_text("utf-8"))
    for text in texts:
        assert not _words(text) & BY_FUNCTION
        assert not re.search(r"(?<!\w)@\w", text)


# Against the source text ------------------------------------------------------------------------

SOURCES = os.environ.get("CASEBOOK_SOURCES")
needs_sources = pytest.mark.skipif(not SOURCES, reason="CASEBOOK_SOURCES is not set")

#: Digits and number words that are no figures of the article.
NO_FIGURE = {
    "0412": "an account",
    "020": "an account",
    "100 procent": "manner of speaking",
    "één klap": "manner of speaking",
}


def _article() -> str:
    assert SOURCES
    text = (Path(SOURCES) / "pm-topambtenaren.txt").read_text("utf-8")
    return re.sub(r"\s+", " ", text[: text.index("Geef een reactie")])


@needs_sources
def test_dutch_labels_are_words_of_the_article() -> None:
    text = re.sub(r"[\s-]", "", _article()).casefold()
    tables = [*TABLES, "pm_reasons"]
    labels = [
        label
        for table in tables
        for column in ("label_nl", "post_nl")
        for label in published.exhibit(table).get(column, [])
    ]
    assert len(labels) > 40
    assert [w for w in labels if re.sub(r"[\s-]", "", w).casefold() not in text] == []


@needs_sources
def test_no_figure_of_the_article_was_missed() -> None:
    text = _article()
    spans: list[tuple[int, int]] = []
    ledger = published.ledger()
    for printed in ledger.loc[ledger["source"] == "pm2012", "as_published"]:
        found = [m.span() for m in re.finditer(re.escape(printed), text)]
        free = [s for s in found if not any(a < s[1] and s[0] < b for a, b in spans)]
        assert free, printed
        spans.append(free[0])
    for words in NO_FIGURE:
        assert words in text
        spans += [m.span() for m in re.finditer(words, text)]
    number = re.compile(
        r"\d+(?:[.,]\d+)*|\b(?:twee|drie|vier|zes|zeven|vijftien|twaalf|één|helft|kwart)\b"
        r"|\w*(?:honderd|duizend)\w*|verdubbelt"
    )
    missed = [
        text[hit.start() - 30 : hit.end() + 20]
        for hit in number.finditer(text)
        if not any(a <= hit.start() and hit.end() <= b for a, b in spans)
    ]
    assert missed == []
