"""Chapter 8: answers, demands, the choice, and what the report says in two ways."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from casebook import conclusions, published
from casebook.errors import DataError
from casebook.provenance import of

REPO = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(REPO / "data"))


def _findings() -> pd.DataFrame:
    return conclusions.differences("finding")


def _counts() -> pd.DataFrame:
    return conclusions.differences("count")


@pytest.mark.parametrize(
    ("frame", "source", "columns"),
    [
        (
            conclusions.answers,
            "twente2014 chapters 2 to 8",
            ["question", "answer", "more on"],
        ),
        (conclusions.demands, "twente2014 ch. 8", ["demanded", "what", "ground or obstacle"]),
        (
            conclusions.choice,
            "twente2014 Samenvatting and Summary",
            ["aspect", "safe choice", "bold choice"],
        ),
        (_findings, "twente2014 throughout", ["about", "said here", "said elsewhere"]),
        (_counts, "twente2014 throughout", ["about", "said here", "said elsewhere"]),
        (
            conclusions.summaries,
            "twente2014 throughout",
            ["about", "Dutch summary", "English summary"],
        ),
    ],
)  # fmt: skip
def test_tables_are_coded_and_named_for_readers(
    frame: Any, source: str, columns: list[str]
) -> None:
    shown = frame()
    assert of(shown).kind == "coded"
    assert source in of(shown).sources
    assert list(shown.columns) == columns
    assert not (shown == "").any(axis=None)
    assert not shown.isna().any(axis=None)
    assert list(shown.index) == list(range(len(shown)))


def test_every_research_question_is_answered_once() -> None:
    shown = conclusions.answers()
    assert list(published.exhibit("research_answers")["question"]) == [1, 2, 3, 4, 5]
    assert shown["question"].str.endswith("?").all()
    assert shown["question"][4] == "Which strategies for social media are open to government?"
    assert "seven" in shown["answer"][4].casefold()
    # The chapters that §1.3 promises are among those that the answers rest on, strategies apart.
    promised = {0: "§2.", 1: "§3.", 2: "§4.", 3: "§5.", 4: "§7."}
    assert all(f"({section}" in shown["answer"][row] for row, section in promised.items())


def test_demands_are_those_of_the_chapter() -> None:
    counts = conclusions.demands()["demanded"].value_counts().to_dict()
    assert counts == {"of providers": 4, "of itself": 2}


def test_the_choice_sets_two_courses_side_by_side() -> None:
    shown = conclusions.choice().set_index("aspect")
    assert shown.loc["use", "safe choice"].startswith("A platform to send")
    assert "wider gap" in shown.loc["risk", "bold choice"]
    assert "wider gap" not in shown.loc["risk", "safe choice"]


def test_each_saying_opens_with_its_place() -> None:
    place = re.compile(r"(§\d|ch\. 8|Dutch summary|the chapters themselves)[^:]*: \S")
    for shown in (_findings(), _counts()):
        for column in ("said here", "said elsewhere"):
            assert [text for text in shown[column] if not place.match(text)] == []


def test_no_difference_is_lost_or_shown_twice() -> None:
    shown = pd.concat([_findings()["about"], _counts()["about"], conclusions.summaries()["about"]])
    assert sorted(shown) == sorted(published.exhibit("chapter_differences")["topic"])


def test_the_two_places_differ() -> None:
    rows = published.exhibit("chapter_differences")
    assert (rows["here_locator"] != rows["there_locator"]).all()
    assert (rows["here_en"] != rows["there_en"]).all()
    summaries = rows[rows["kind"] == "summary"]
    assert set(summaries["here_locator"]) == {"Samenvatting"}
    assert set(summaries["there_locator"]) == {"Summary"}
    assert "Summary" not in set(rows.loc[rows["kind"] != "summary", "there_locator"])


def test_an_unknown_kind_of_difference_is_refused() -> None:
    with pytest.raises(DataError, match=r"'slip'.*count, finding, summary"):
        conclusions.differences("slip")


@pytest.mark.parametrize(
    ("topic", "here", "there", "same"),
    [
        ("types of message", "conclusions.message_types", "tactics.message_types", True),
        ("sender patterns", "conclusions.sender_patterns", "tactics.sender_patterns", True),
        ("number of strategies", "conclusions.main_strategies", "summary.strategies", False),
        (
            "municipalities with a strategy",
            "conclusions.municipal_strategies",
            "municipal_survey.own_strategy",
            True,
        ),
    ],
)
def test_differences_in_number_are_those_of_the_ledger(
    topic: str, here: str, there: str, same: bool
) -> None:
    assert topic in set(published.exhibit("chapter_differences")["topic"])
    assert (published.value(here) == published.value(there)) is same
    # Each figure's note names the other, so that nobody meets the one without the other.
    notes = published.ledger()["note"]
    assert there in notes[here]
