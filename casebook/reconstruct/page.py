"""What the ways of making a page share: times of posts, tastes, who answers whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from casebook.reconstruct.chance import Clock, look_up, race
from casebook.reconstruct.spec import Spec
from casebook.reconstruct.tables import NONE
from casebook.reconstruct.totals import room


def post_times(
    plan: Spec,
    rng: np.random.Generator,
    clock: Clock,
    posts: int,
    weekdays_only: bool = False,
) -> np.ndarray:
    """One post on each active day, second posts on some, in order of time."""
    days, active = clock.day[-1] + 1, plan["active_days"]
    open_ = np.ones(days)
    if weekdays_only:
        open_[clock.day[clock.weekday >= 5]] = 0
    room(plan, "days with a post", active, min(int(open_.sum()), posts), "active_days")
    room(plan, "days with a second post", posts - active, active, "active_days")
    chosen = race(rng, open_, active)
    twice = chosen[race(rng, np.ones(active), posts - active)]
    by_hour = np.array(plan["post_hours"], dtype=float)[clock.hour]
    times = [clock.at(rng, by_hour * (clock.day == day), 1) for day in [*chosen, *twice]]
    return np.sort(np.concatenate(times))


def taste(appetite: Mapping[str, Mapping[str, float]] | str, group: Any, topic: Any) -> np.ndarray:
    """Persons x posts: the appetite of the person's group for the post's subject.

    ``own`` instead of numbers: each group keeps to the subject that bears its name. ``any``: all
    are alike to everyone.
    """
    if appetite == "own":
        return np.asarray(group)[:, None] == np.asarray(topic)
    if isinstance(appetite, str):
        return np.ones((len(group), len(topic)))
    rows = {name: look_up(tastes, topic) for name, tastes in appetite.items()}
    return np.stack([rows[name] for name in group])


def answered_by(
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
