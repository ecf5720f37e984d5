"""The page of Rijkswaterstaat: what follows from its published figures by arithmetic alone."""

from __future__ import annotations

import pandas as pd

from casebook import comparison, measures, published
from casebook.cases.common import days_between
from casebook.cases.common import numbers as _numbers
from casebook.interval import Interval
from casebook.provenance import combine, mark

_FACTS = [
    "rijkswaterstaat.posts",
    "rijkswaterstaat.comments",
    "rijkswaterstaat.largest_post_comments",
    "rijkswaterstaat.largest_post_likes",
    "rijkswaterstaat.page_likes",
    "timmermans.likes",
    "timmermans.posts",
    "collection.start",
    "collection.end",
]


def days() -> int:
    """Days of the collection, first and last included."""
    return days_between("collection.start", "collection.end")


def numbers() -> pd.DataFrame:
    """Rates per post and day, with the largest post and without it: ``what, value, how``."""
    posts, comments, largest, liked, page, likes, minister = (
        published.value(i) for i in _FACTS[:7]
    )
    rows: list[tuple[str, float | str, str]] = [
        ("Comments per post, on average", comments / posts, "comments ÷ posts"),
        (
            "The same without the post that had most",
            (comments - largest) / (posts - 1),
            "(comments − its comments) ÷ (posts − 1)",
        ),
        (
            "Share of that one post in all comments, in percent",
            100 * largest / comments,
            "its comments ÷ comments",
        ),
        (
            "Comments per thousand who like the page",
            Interval(0, 1000 * comments / page, high_open=True).text,
            "comments ÷ page likes in thousands, which are printed as more",
        ),
        (
            "Likes of the posts together, at most",
            posts * liked,
            "posts × likes of the post liked most",
        ),
        (
            "Likes of the post liked most, in percent of the mean of the minister's page",
            100 * liked / (likes / minister),
            "its likes ÷ (likes ÷ posts of the minister's page)",
        ),
        (
            "Ties that one post may make in the network, at most",
            comparison.ties_of_one_post("rijkswaterstaat"),
            "pairs among its commenters, if nobody commented on it twice",
        ),
        ("Posts per day, on average", posts / days(), "posts ÷ days of the collection"),
        (
            "Weekdays in the period",
            comparison.weekdays(),
            "Mondays to Fridays: fewer than there are posts, so some day had two",
        ),
    ]
    return _numbers(rows, _FACTS)


def inequality_bounds() -> pd.DataFrame:
    """How unequal the comments must be over the posts, and may be: ``measure, lowest, highest``.

    Over posts, since how many people commented is not printed. Some post has the printed largest
    number; the others share the rest.
    """
    posts, comments, largest = (int(published.value(i)) for i in _FACTS[:3])
    table = measures.bounds(comments, posts, largest=largest, minimum=0)
    origins = [published.fact(i).provenance for i in _FACTS[:3]]
    return mark(table, combine(*origins, kind="derived"))
