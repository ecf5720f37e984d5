"""The page of the municipality of Deventer: limits, since hardly any figure is published."""

from __future__ import annotations

import pandas as pd

from casebook import comparison, published
from casebook.cases.common import days_between
from casebook.cases.common import numbers as _numbers
from casebook.interval import Interval
from casebook.provenance import combine, mark

_FACTS = [
    "deventer.posts",
    "deventer.largest_post_comments",
    "deventer.largest_post_likes",
    "deventer.likes_per_post",
    "deventer.page_likes_intro",
    "collection.start",
    "collection.end",
]


def days() -> int:
    """Days of the collection, first and last included."""
    return days_between("collection.start", "collection.end")


def _figures() -> tuple[int, int, int, int, int]:
    posts, comments, likes, usual, page = (int(published.value(i)) for i in _FACTS[:5])
    return posts, comments, likes, usual, page


def numbers() -> pd.DataFrame:
    """What the posts and the fullest post leave possible: ``what, value, how``."""
    posts, comments, likes, usual, page = _figures()
    rows: list[tuple[str, float | str, str]] = [
        ("Posts per day, on average", posts / days(), "posts ÷ days of the collection"),
        (
            "Weekdays in the period",
            comparison.weekdays(),
            "Mondays to Fridays: fewer than there are posts, so some day had two",
        ),
        ("Comments together, at least", comments, "those on the fullest post"),
        ("Comments together, at most", posts * comments, "posts × comments on the fullest post"),
        (
            "Likes of the posts together, at most",
            posts * likes,
            "posts × likes of the post liked most",
        ),
        (
            "The same, if all posts but that one had a handful at most",
            (posts - 1) * usual + likes,
            "(posts − 1) × likes a post usually gets at most + likes of the post liked most",
        ),
        (
            "Comments per thousand who like the page",
            Interval(0, 1000 * posts * comments / page, high_open=True).text,
            "most comments ÷ page likes in thousands, which are printed as more",
        ),
        (
            "Ties that a post may make in the network, at most",
            comments * (comments - 1) // 2,
            "pairs among the commenters on the fullest post",
        ),
        (
            "Ties together, at most",
            posts * comments * (comments - 1) // 2,
            "posts × ties that a post may make, if no pair meets twice",
        ),
    ]
    return _numbers(rows, _FACTS)


def inequality_bounds() -> pd.DataFrame:
    """How unequal the comments may be over the posts: ``measure, lowest, highest``.

    No total is printed. Most even: every post has as many as the fullest. Most uneven: the fullest
    has all there are.
    """
    posts, comments, *_ = _figures()
    frame = pd.DataFrame(
        [
            ("largest", comments, comments),
            ("gini", 0.0, 1 - 1 / posts),
            ("top 1 %", 1 / posts, 1.0),
            ("top 10 %", -(-posts // 10) / posts, 1.0),
        ],
        columns=["measure", "lowest", "highest"],
    )
    origins = [published.fact(i).provenance for i in _FACTS[:2]]
    return mark(frame, combine(*origins, kind="derived"))
