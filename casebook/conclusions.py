"""The report's chapter 8 and its summaries as tables: answers, demands, the choice, differences.

All four are coded: the chapter prints no table, does not take up the research questions one by
one, and in places counts in another way than the chapters before it. Where it does, both sayings
are kept side by side (:func:`differences`) and neither is repaired.
"""

from __future__ import annotations

import pandas as pd

from casebook import published
from casebook.errors import DataError
from casebook.locators import ENGLISH
from casebook.provenance import derive, mark, of, relabel

#: How locators name the chapter, whose sections bear no numbers.
CHAPTER = "ch. 8"


def answers() -> pd.DataFrame:
    """The five research questions, answered: ``question, answer, more on``.

    The questions are printed (§1.3); the answers are ours, with the sections they rest on.
    """
    printed = published.exhibit("twente_vragen_1_5")
    asked = printed[printed["sub"] == 0].set_index("question")["text_en"]
    coded = published.exhibit("research_answers")
    frame = pd.DataFrame(
        {
            "question": coded["question"].map(asked),
            "answer": coded["answer_en"] + " (" + coded["locator"] + ")",
            "more on": coded["book_en"],
        }
    )
    return derive(frame, printed, coded, kind="coded")


def demands() -> pd.DataFrame:
    """Demands on providers and on government itself: ``demanded, what, ground or obstacle``."""
    coded = published.exhibit("conclusion_demands")
    names = {"whom_en": "demanded", "demand_en": "what", "why_en": "ground or obstacle"}
    return relabel(coded, names)


def choice() -> pd.DataFrame:
    """The choice of the summaries, a row for each aspect: ``aspect, safe choice, bold choice``."""
    coded = published.exhibit("policy_choice")
    names = {"aspect": "aspect", "safe_en": "safe choice", "bold_en": "bold choice"}
    return relabel(coded, names)


def differences(kind: str) -> pd.DataFrame:
    """What the report says in two ways: ``about, said here, said elsewhere``.

    Each saying opens with its locator and a colon. ``kind`` is ``finding`` (a judgement on
    practice) or ``count`` (a number, a name, an order, a reference); :func:`summaries` has the
    third kind of the table.
    """
    rows = _of_kind(kind)
    frame = pd.DataFrame(
        {
            "about": rows["topic"],
            "said here": rows["here_locator"].replace(ENGLISH) + ": " + rows["here_en"],
            "said elsewhere": rows["there_locator"].replace(ENGLISH) + ": " + rows["there_en"],
        }
    )
    return mark(frame, of(rows))


def summaries() -> pd.DataFrame:
    """Where the two summaries of the report part: ``about, Dutch summary, English summary``."""
    rows = _of_kind("summary")
    names = {"topic": "about", "here_en": "Dutch summary", "there_en": "English summary"}
    return relabel(rows, names)


def _of_kind(kind: str) -> pd.DataFrame:
    coded = published.exhibit("chapter_differences")
    rows = coded[coded["kind"] == kind]
    if rows.empty:
        raise DataError(
            "data/coded/chapter_differences.csv",
            f"there is no difference of the kind '{kind}'",
            f"choose one of {', '.join(sorted(set(coded['kind'])))}",
        )
    return mark(rows.reset_index(drop=True), of(coded))
