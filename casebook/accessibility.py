"""What was checked for accessibility and what is left, as the book's statement shows them."""

from __future__ import annotations

import pandas as pd

from casebook import published
from casebook.provenance import derive


def checks() -> pd.DataFrame:
    """A row each: ``what is checked, criteria, how, pages, what it asks, test``.

    Tests are told in words, so that their long names fit a column.
    """
    held = published.exhibit("access_checks").sort_values("print_order")
    shown = pd.DataFrame(
        {
            "what is checked": held["label_en"],
            "criteria": held["criteria"],
            "how": held["how"],
            "pages": held["extent_en"],
            "what it asks": held["reason"],
            "test": [_told(place) for place in held["locator"]],
        }
    )
    return derive(shown.reset_index(drop=True), held)


def _told(place: str) -> str:
    file, _, test = place.partition("::")
    return " ".join([*test.removeprefix("test_").split("_"), f"({file})"]) if test else file


def checked(listed: pd.DataFrame) -> str:
    """What :func:`checks` come to, in a sentence."""
    named = {name for cell in listed["criteria"] for name in cell.split(", ") if name[0].isdigit()}
    n = listed["how"].value_counts()
    return (
        f"{len(named)} success criteria are checked, by {n['automatic']} kinds of automatic tests "
        f"and {n['by hand']} looks by hand."
    )


def left() -> pd.DataFrame:
    """A row each: ``what, criteria, cause, consequence, instead, to be done, when, where``."""
    held = published.exhibit("access_issues").sort_values("print_order")
    columns = {
        "label_en": "what",
        "criteria": "criteria",
        "cause_en": "cause",
        "reason": "consequence",
        "alternative_en": "instead",
        "measure_en": "to be done",
        "planning_en": "when",
        "locator": "where",
    }
    return derive(held[list(columns)].rename(columns=columns).reset_index(drop=True), held)
