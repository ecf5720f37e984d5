"""Descriptions say what the data say."""

from __future__ import annotations

import pandas as pd

from casebook import describe, measures


def named(counts: list[int]) -> pd.DataFrame:
    """The Lorenz curve of so many comments a person."""
    curve = measures.lorenz(pd.Series(counts))
    curve.columns = ["share of people", "share of comments"]
    return curve


def test_equal_shares() -> None:
    assert describe.lorenz(named([3] * 10)) == (
        "The half of the people with fewest comments has 50% of all comments, "
        "the tenth with most has 10%."
    )


def test_one_has_all() -> None:
    told = describe.lorenz(named([0] * 9 + [40]))
    assert "has 0% of all comments, the tenth with most has 100%." in told


def test_thresholds() -> None:
    curve = pd.DataFrame({"threshold": [1, 2, 3, 4], "nodes": [2000, 500, 20, 3]})
    assert describe.thresholds(curve, "people", 2) == (
        "Of 2,000 people with a tie of weight 1 or more, 500 (25%) are left at 2 and 3 at 4."
    )
