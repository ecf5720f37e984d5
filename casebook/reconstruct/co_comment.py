"""A page: posts, comments and likes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from casebook.reconstruct.chance import Clock, dealt, look_up, normal, pick, race, spread
from casebook.reconstruct.spec import Spec
from casebook.reconstruct.tables import NEVER, NONE, actors_table, messages_table
from casebook.reconstruct.totals import room


def co_comment(plan: Spec, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The page's owner posts on subjects; groups comment on subjects to their appetite.

    Actors are numbered with the owner first, then the commenters, then those who only like.
    """
    posts, comments, likes = (plan.total(what) for what in ("posts", "comments", "likes"))
    owner, own, commenters = 0, plan["owner_comments"], plan["commenters"]
    citizens = plan.total("participants") - (own > 0)
    room(plan, "people who only like", citizens - commenters, citizens, "commenters")
    group = np.concatenate(
        [
            [plan.accounts[owner]["group"]],
            dealt(rng, commenters, plan["commenter_groups"]),
            dealt(rng, citizens - commenters, plan["liker_groups"]),
        ]
    )
    speakers, public = np.arange(1, 1 + commenters), np.arange(1, 1 + citizens)

    clock = Clock(plan)
    posted = _post_times(plan, rng, clock, posts)
    topic = dealt(rng, posts, plan["topics"])
    common = plan["shared_appeal"]
    talk = normal(rng, posts)
    liking = common * talk + np.sqrt(1 - common**2) * normal(rng, posts)

    first = round(plan["distinct_pairs"] * (comments - own))
    room(plan, "first comments", first - commenters, commenters * (posts - 1), "distinct_pairs")
    who, where = _pairs(
        rng,
        first,
        spread(rng, commenters, plan["comment_activity"]),
        np.exp(plan["comment_appeal"] * talk),
        _taste(plan["appetite"], group[speakers], topic),
        certain=np.arange(commenters),
    )
    again = pick(rng, look_up(plan["repeats"], group[speakers][who]), comments - own - first)
    places = race(rng, np.bincount(where, minlength=posts), own)
    author = np.concatenate([speakers[who], speakers[who[again]], np.full(own, owner)])
    post = np.concatenate([where, where[again], places])
    hours = np.array(plan["public_hours"], dtype=float)
    commented = clock.after(rng, posted, post, plan["decay"], hours)
    answered = _answers(plan, rng, author, group, post, commented)

    silent = citizens - commenters
    room(plan, "likes", likes - silent, citizens * posts - silent, "the totals")
    liker, liked = _pairs(
        rng,
        likes,
        spread(rng, citizens, plan["like_activity"]),
        np.exp(plan["like_appeal"] * liking),
        _taste(plan["like_appetite"], group[public], topic),
        certain=np.arange(commenters, citizens),
    )

    actors = actors_table(plan, group[public], np.repeat("citizen", citizens))
    nobody = np.full(posts, NONE)
    messages = messages_table(
        actors,
        ("post", "comment", "like"),
        kind=np.repeat([0, 1, 2], [posts, comments, likes]),
        author=np.concatenate([np.full(posts, owner), author, public[liker]]),
        target=np.concatenate([nobody, answered, np.full(likes, NONE)]),
        parent=np.concatenate([nobody, post, liked]),
        time=np.concatenate([posted, commented, np.full(likes, NEVER)]),
    )
    return messages, actors


def _post_times(plan: Spec, rng: np.random.Generator, clock: Clock, posts: int) -> np.ndarray:
    """One post on each active day, second posts on some, in order of time."""
    days, active = clock.day[-1] + 1, plan["active_days"]
    room(plan, "days with a post", active, min(days, posts), "active_days")
    room(plan, "days with a second post", posts - active, active, "active_days")
    chosen = race(rng, np.ones(days), active)
    twice = chosen[race(rng, np.ones(active), posts - active)]
    by_hour = np.array(plan["post_hours"], dtype=float)[clock.hour]
    times = [clock.at(rng, by_hour * (clock.day == day), 1) for day in [*chosen, *twice]]
    return np.sort(np.concatenate(times))


def _pairs(
    rng: np.random.Generator,
    size: int,
    activity: np.ndarray,
    appeal: np.ndarray,
    taste: np.ndarray,
    certain: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """``size`` different pairs of person and post, at least one for each person in ``certain``."""
    weights = activity[:, None] * appeal * taste
    cumulated = np.cumsum(weights[certain], axis=1)
    level = rng.random(len(certain)) * cumulated[:, -1]
    cells = certain * len(appeal) + (cumulated <= level[:, None]).sum(axis=1)
    return np.divmod(race(rng, weights.ravel(), size, cells), len(appeal))


def _taste(appetite: Mapping[str, Mapping[str, float]], group: Any, topic: Any) -> np.ndarray:
    """Persons x posts: the appetite of the person's group for the post's subject."""
    rows = {name: look_up(tastes, topic) for name, tastes in appetite.items()}
    return np.stack([rows[name] for name in group])


def _answers(
    plan: Spec,
    rng: np.random.Generator,
    author: np.ndarray,
    group: np.ndarray,
    post: np.ndarray,
    time: np.ndarray,
) -> np.ndarray:
    """For each comment the earlier commenter under the same post whom it answers, or nobody."""
    names, code = np.unique(group[author], return_inverse=True)
    near = _earlier(post * len(names) + code, time, rng.random(len(author)))
    far = _earlier(post, time, rng.random(len(author)))
    before = np.where(rng.random(len(author)) < plan["answers_own_group"], near, far)
    # The page's own account is in no group; its comments are few and are left as remarks.
    chance = look_up({"": 0, **plan["answers"]}, group[author])
    answers = (rng.random(len(author)) < chance) & (before != NONE)
    answered = np.where(answers, author[before], NONE)
    return np.where(answered == author, NONE, answered)


def _earlier(block: np.ndarray, time: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """For each row a row before it in time within its block, or none."""
    order = np.lexsort((time, block))
    starts = np.concatenate([[True], np.diff(block[order]) != 0])
    place = np.arange(len(order))
    start = np.maximum.accumulate(np.where(starts, place, 0))
    chosen = order[start + (uniform[order] * (place - start)).astype(np.int64)]
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.where(place > start, chosen, NONE)
    return found
