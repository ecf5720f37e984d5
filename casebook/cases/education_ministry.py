"""The page of the Ministry of Education: what follows from its published figures alone."""

from __future__ import annotations

import pandas as pd

from casebook import comparison, measures, published
from casebook.cases import common
from casebook.cases.common import days_between
from casebook.cases.common import numbers as _numbers
from casebook.provenance import combine, derive, mark

_FACTS = [
    "education_ministry.posts",
    "education_ministry.comments",
    "education_ministry.largest_post_comments",
    "education_ministry.citizen_posts",
    "education_ministry.service_answers",
    "education_ministry.small_groups",
    "collection.start",
    "collection.end",
]


def days() -> int:
    """Days of the collection, first and last included."""
    return days_between("collection.start", "collection.end")


def quiet_posts() -> int:
    """Posts with one comment or none, at least.

    What the largest post leaves gives at most half as many other posts two comments.
    """
    posts, comments, largest = (int(published.value(i)) for i in _FACTS[:3])
    return posts - 1 - (comments - largest) // 2


def small_group_comments() -> float:
    """Comments that a small group has on average, at most: if no comment stood alone."""
    comments, largest = (published.value(i) for i in _FACTS[1:3])
    return (comments - largest) / published.value("education_ministry.small_groups")


def numbers() -> pd.DataFrame:
    """Rates per post and day, and what the largest post leaves: ``what, value, how``."""
    posts, comments, largest, theirs, answered = (published.value(i) for i in _FACTS[:5])
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
            "Posts without a comment, at least",
            comparison.silent_posts("education_ministry"),
            "other posts − other comments: more, if a post has two",
        ),
        (
            "Posts with one comment or none, at least",
            quiet_posts(),
            "other posts − half of the other comments, rounded down",
        ),
        (
            "Comments of a small group, on average and at most",
            small_group_comments(),
            "other comments ÷ small groups, reached if no comment stands alone",
        ),
        (
            "Ties within the larger group, at most",
            comparison.ties_of_one_post("education_ministry"),
            "pairs among its commenters, if nobody commented twice",
        ),
        ("Days for each post by a citizen, on average", days() / theirs, "days ÷ their posts"),
        (
            "Citizens' posts that were answered, in percent",
            100 * answered / theirs,
            "answered questions ÷ their posts, if each question was a post",
        ),
        (
            "Weekdays in the period",
            comparison.weekdays(),
            "Mondays to Fridays: fewer than there are posts, so some day had two",
        ),
    ]
    return _numbers(rows, _FACTS)


def inequality_bounds() -> pd.DataFrame:
    """How unequal the comments must be over the posts, and may be: ``measure, lowest, highest``."""
    posts, comments, largest = (int(published.value(i)) for i in _FACTS[:3])
    table = measures.bounds(comments, posts, largest=largest, minimum=0)
    origins = [published.fact(i).provenance for i in _FACTS[:3]]
    return mark(table, combine(*origins, kind="derived"))


def groups() -> pd.DataFrame:
    """:func:`casebook.cases.common.groups` with the seven small groups, told alike, in one row."""
    told = common.groups("education_ministry")
    small = told["group"].str.startswith("Small")
    last = told.loc[small, "group"].iloc[-1]
    shown = told[~small.cumsum().gt(1)].copy()
    first = told.loc[small, "group"].iloc[0]
    shown.loc[small, "group"] = f"{first.replace('group', 'groups')} to {last.split()[-1]}"
    shown.loc[small, "size as worded"] = "small: seven of them"
    return derive(shown.reset_index(drop=True), told)
