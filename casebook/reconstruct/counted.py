"""A page of which more is printed: comments counted by subject, also those of a single post.

A subject of one post pins the comments or likes of that post to a printed figure. Groups may keep
to their own subject, so that no tie joins them. The page's owner answers comments; citizens may
post on the page themselves.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from casebook.reconstruct.chance import Clock, dealt, look_up, normal, pick, race, spread
from casebook.reconstruct.page import answered_by, post_times, taste
from casebook.reconstruct.spec import Spec, amount
from casebook.reconstruct.tables import NEVER, NONE, actors_table, messages_table
from casebook.reconstruct.totals import room


def counted(plan: Spec, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Posts with their numbers of comments and likes first, then who gives them.

    Comments on a subject are citizens' comments and the owner's answers to them. Actors are
    numbered with the owner first, then the commenters, those who only like, and those who post on
    the page themselves. Comments on a citizen's post are the owner's answers to it alone.
    """
    owner, posts, commenters = 0, plan.total("posts"), plan["commenters"]
    citizens = plan["participants"]
    room(plan, "people who only like", citizens - commenters, citizens, "commenters")
    group = np.concatenate(
        [
            [plan.accounts[owner]["group"]],
            dealt(rng, commenters, plan["commenter_groups"]),
            dealt(rng, citizens - commenters, plan["liker_groups"]),
        ]
    )
    clock = Clock(plan)
    posted = post_times(plan, rng, clock, posts, weekdays_only=plan["weekdays_only"])
    topic = dealt(rng, posts, _topics(plan, posts))
    common = plan["shared_appeal"]
    talk = normal(rng, posts)
    liking = common * talk + np.sqrt(1 - common**2) * normal(rng, posts)

    most = _limits(plan, "most_comments", topic)
    written = _numbers(plan, "topic_comments")
    replies = _numbers(plan, "owner_answers")
    theirs = {name: number - replies.get(name, 0) for name, number in written.items()}
    # Where there are answers, each post keeps a place for one.
    kept = np.isin(topic, [name for name, count in replies.items() if count])
    appeal = np.exp(plan["comment_appeal"] * talk)
    number = _by_subject(plan, rng, theirs, topic, appeal, most - kept)
    left = np.minimum(number, most - number)
    answers = _by_subject(plan, rng, replies, topic, number, left)
    who, post = _comments(plan, rng, group[1 : 1 + commenters], topic, number)
    author = 1 + who
    hours = np.array(plan["public_hours"], dtype=float)
    commented = clock.after(rng, posted, post, plan["decay"], hours)
    named = answered_by(plan, rng, author, group, post, commented)

    most = _limits(plan, "most_likes", topic)
    given = _numbers(plan, "topic_likes")
    likes = _by_subject(plan, rng, given, topic, np.exp(plan["like_appeal"] * liking), most)
    weights = spread(rng, citizens, plan["like_activity"])[:, None]
    weights = weights * taste(plan["like_appetite"], group[1:], topic)
    silent = np.arange(commenters, citizens)
    liker, liked = _filled(plan, rng, "topic_likes", likes, weights, silent)

    open_page = plan["citizen_posts"]
    begun, writers = amount(open_page["posts"]), amount(open_page["people"])
    room(plan, "people who post", writers, begun, "citizen_posts")
    further = pick(rng, np.ones(writers), begun - writers) if begun else np.empty(0, int)
    writer = _shuffled(rng, np.concatenate([np.arange(writers), further]))
    by_day = spread(rng, int(clock.day[-1]) + 1, open_page["bursts"])
    sent = np.sort(clock.at(rng, by_day[clock.day] * hours[clock.hour], begun))

    first = race(rng, np.ones(begun), _answered(plan, begun))
    replied = np.concatenate([_some(rng, post == row, count) for row, count in enumerate(answers)])
    asked = np.concatenate([sent[first], commented[replied]])
    office = np.array(plan["post_hours"], dtype=float)
    answered = clock.after(rng, asked, np.arange(len(asked)), plan["answer_decay"], office)

    public = np.concatenate([group[1:], np.repeat(open_page["group"], writers)])
    actors = actors_table(plan, public, np.repeat("citizen", len(public)))
    # Row numbers of the messages: the owner's posts, citizens' posts, citizens' comments, the
    # owner's answers to both, likes.
    above = posts + begun
    parts = (posts, begun, len(author), len(first), len(replied), len(liker))
    messages = messages_table(
        actors,
        ("post", "comment", "reply", "like"),
        kind=np.repeat([0, 0, 1, 1, 2, 3], parts),
        author=np.concatenate(
            [
                np.full(posts, owner),
                1 + citizens + writer,
                author,
                np.full(len(asked), owner),
                1 + liker,
            ]
        ),
        target=np.concatenate(
            [
                np.full(posts, NONE),
                np.full(begun, owner),
                named,
                np.full(len(first), NONE),
                author[replied],
                np.full(len(liker), NONE),
            ]
        ),
        parent=np.concatenate([np.full(above, NONE), post, posts + first, above + replied, liked]),
        time=np.concatenate([posted, sent, commented, answered, np.full(len(liker), NEVER)]),
    )
    return messages, actors


def _topics(plan: Spec, posts: int) -> dict[str, int]:
    """Posts by subject, refused if they are not all the posts."""
    given = _numbers(plan, "topics")
    listed = sum(given.values())
    room(plan, "posts by subject", max(listed, posts), min(listed, posts), "topics")
    return given


def _numbers(plan: Spec, key: str) -> dict[str, int]:
    """Numbers by subject, stated themselves or by ledger id."""
    return {name: amount(number) for name, number in plan[key].items()}


def _limits(plan: Spec, key: str, topic: np.ndarray) -> np.ndarray:
    """The most that each post may have, 0 where its subject is not listed."""
    most = _numbers(plan, key)
    return np.array([most.get(name, 0) for name in topic])


def _by_subject(
    plan: Spec,
    rng: np.random.Generator,
    numbers: Mapping[str, int],
    topic: np.ndarray,
    weights: np.ndarray,
    most: np.ndarray,
) -> np.ndarray:
    """For each post a number, so that those on each subject add up to what it is given."""
    parts = np.zeros(len(topic), dtype=np.int64)
    for name, number in numbers.items():
        here = np.flatnonzero(topic == name)
        room(plan, f"'{name}'", number, int(most[here].sum()), "the numbers by subject")
        parts[here] = _allotted(rng, number, weights[here], most[here])
    return parts


def _allotted(
    rng: np.random.Generator, total: int, weights: np.ndarray, most: np.ndarray
) -> np.ndarray:
    """``total`` divided at random in proportion to weights, no part above its ``most``."""
    parts = np.zeros(len(weights), dtype=np.int64)
    while left := total - int(parts.sum()):
        drawn = pick(rng, np.where(parts < most, weights, 0), left)
        parts = np.minimum(parts + np.bincount(drawn, minlength=len(parts)), most)
    return parts


def _comments(
    plan: Spec, rng: np.random.Generator, group: np.ndarray, topic: np.ndarray, number: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Commenter and post of each comment: ``number`` on each post, everyone at least one.

    A share of them by subject (``distinct_pairs``) is a person's first under the post; the others
    come from those who have commented under it already.
    """
    firsts = np.minimum(number, 1)
    for name, share in plan["distinct_pairs"].items():
        here = np.flatnonzero((topic == name) & (number > 0))
        more = round(share * number[here].sum()) - len(here)
        free = number[here] - firsts[here]
        room(plan, f"first comments on '{name}'", more, int(free.sum()), "distinct_pairs")
        firsts[here] += _allotted(rng, more, number[here], free)
    weights = spread(rng, len(group), plan["comment_activity"])[:, None]
    weights = weights * taste(plan["appetite"], group, topic)
    who, where = _filled(plan, rng, "commenters", firsts, weights, np.arange(len(group)))
    eager = look_up(plan["repeats"], group)
    again = [np.empty(0, dtype=np.int64)]
    for row in np.flatnonzero(number > firsts):
        there = who[where == row]
        again.append(there[pick(rng, eager[there], number[row] - firsts[row])])
    return (
        np.concatenate([who, *again]),
        np.concatenate([where, np.repeat(np.arange(len(number)), number - firsts)]),
    )


def _filled(
    plan: Spec,
    rng: np.random.Generator,
    key: str,
    places: np.ndarray,
    weights: np.ndarray,
    certain: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Different pairs of person and post, as many on each post as it has places.

    Who is certain to act takes a place first, in proportion to his weights and the places left;
    then each post is filled up in proportion to the weights of the others.
    """
    left = places.copy()
    chosen = np.zeros(weights.shape, dtype=bool)
    for person in _shuffled(rng, certain):
        chance = weights[person] * left
        room(plan, f"a place for everyone of '{key}'", 1, int(np.count_nonzero(chance)), key)
        row = pick(rng, chance, 1)[0]
        chosen[person, row] = True
        left[row] -= 1
    for row in np.flatnonzero(left):
        others = np.where(chosen[:, row], 0, weights[:, row])
        room(plan, f"people on one post for '{key}'", left[row], int(np.count_nonzero(others)), key)
        chosen[race(rng, others, left[row]), row] = True
    who, where = np.nonzero(chosen)
    return who, where


def _answered(plan: Spec, posts: int) -> int:
    """How many of the citizens' posts the owner answers."""
    answered = amount(plan["citizen_posts"]["answered"])
    room(plan, "answered posts", answered, posts, "citizen_posts")
    return answered


def _some(rng: np.random.Generator, rows: np.ndarray, size: int) -> np.ndarray:
    """``size`` different ones of the rows that are true."""
    at = np.flatnonzero(rows)
    return at[race(rng, np.ones(len(at)), size)]


def _shuffled(rng: np.random.Generator, rows: np.ndarray) -> np.ndarray:
    return rows[np.argsort(rng.random(len(rows)), kind="stable")]
