"""The minister's Facebook page: what follows from its published figures by arithmetic alone."""

from __future__ import annotations

import pandas as pd

from casebook import measures, published
from casebook.cases.common import days_between
from casebook.cases.common import numbers as _numbers
from casebook.provenance import combine, mark

_FACTS = [
    "timmermans.posts",
    "timmermans.comments",
    "timmermans.likes",
    "timmermans.participants",
    "timmermans.page_likes",
    "collection.start",
    "collection.end",
]

#: "Tens" ends where "hundreds" begins.
_TENS_END = 99


def days() -> int:
    """Days of the collection, first and last included."""
    return days_between("collection.start", "collection.end")


def numbers() -> pd.DataFrame:
    """Rates per post, person and day: ``what, value, how``."""
    posts, comments, likes, people, page = (published.value(i) for i in _FACTS[:5])
    rows: list[tuple[str, float | str, str]] = [
        ("Comments per post, on average", comments / posts, "comments ÷ posts"),
        ("Likes per post, on average", likes / posts, "likes ÷ posts"),
        ("Likes for each comment", likes / comments, "likes ÷ comments"),
        ("Comments per participant, on average", comments / people, "comments ÷ participants"),
        ("Likes per participant, on average", likes / people, "likes ÷ participants"),
        ("Posts per day, on average", posts / days(), "posts ÷ days of the collection"),
        ("Days without a post, at least", days() - posts, "days − posts: more, if a day has two"),
        (
            "Share of those who like the page that took part, at most, in percent",
            100 * people / page,
            "participants ÷ page likes, reached if every participant likes the page",
        ),
    ]
    return _numbers(rows, _FACTS)


def skew() -> dict[str, int]:
    """What "tens of reactions" and a mean in the hundreds ask of each other.

    If at least half of the posts drew no more than 99 comments each, the others must hold the
    rest: ``few`` posts (the smaller half) with at least ``comments`` together, on average
    more than ``each`` (rounded down).
    """
    posts, comments = int(published.value(_FACTS[0])), int(published.value(_FACTS[1]))
    modest = posts // 2 + posts % 2
    rest = comments - modest * _TENS_END
    return {"few": posts - modest, "comments": rest, "each": rest // (posts - modest)}


def all_likers() -> dict[str, int]:
    """Bounds on who liked, since nobody can like a post twice.

    ``fewest``: people needed if each liked every post; ``most``: the participants.
    """
    posts, likes = int(published.value(_FACTS[0])), int(published.value(_FACTS[2]))
    return {"fewest": -(-likes // posts), "most": int(published.value(_FACTS[3]))}


def inequality_bounds() -> pd.DataFrame:
    """How unequal the comments may be over the participants: ``measure, lowest, highest``.

    Those who only liked have no comment, so nobody need have one.
    """
    people, comments = int(published.value(_FACTS[3])), int(published.value(_FACTS[1]))
    table = measures.bounds(comments, people, minimum=0)
    origins = [published.fact(i).provenance for i in (_FACTS[1], _FACTS[3])]
    return mark(table, combine(*origins, kind="derived"))
