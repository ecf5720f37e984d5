"""A page of which little is printed but totals: everyone draws posts to his appetite."""

from __future__ import annotations

import numpy as np
import pandas as pd

from casebook.reconstruct.chance import Clock, dealt, look_up, normal, pick, race, spread
from casebook.reconstruct.counted import counted
from casebook.reconstruct.page import answered_by, post_times, taste
from casebook.reconstruct.spec import Spec
from casebook.reconstruct.tables import NEVER, NONE, actors_table, messages_table
from casebook.reconstruct.totals import room


def co_comment(plan: Spec, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The page's owner posts on subjects; groups comment on subjects to their appetite.

    Actors are numbered with the owner first, then the commenters, then those who only like. A spec
    that counts the comments of each subject is made by
    :func:`casebook.reconstruct.counted.counted`.
    """
    if "topic_comments" in plan.given:
        return counted(plan, rng)
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
    posted = post_times(plan, rng, clock, posts)
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
        taste(plan["appetite"], group[speakers], topic),
        certain=np.arange(commenters),
    )
    again = pick(rng, look_up(plan["repeats"], group[speakers][who]), comments - own - first)
    places = race(rng, np.bincount(where, minlength=posts), own)
    author = np.concatenate([speakers[who], speakers[who[again]], np.full(own, owner)])
    post = np.concatenate([where, where[again], places])
    hours = np.array(plan["public_hours"], dtype=float)
    commented = clock.after(rng, posted, post, plan["decay"], hours)
    answered = answered_by(plan, rng, author, group, post, commented)

    silent = citizens - commenters
    room(plan, "likes", likes - silent, citizens * posts - silent, "the totals")
    liker, liked = _pairs(
        rng,
        likes,
        spread(rng, citizens, plan["like_activity"]),
        np.exp(plan["like_appeal"] * liking),
        taste(plan["like_appetite"], group[public], topic),
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
