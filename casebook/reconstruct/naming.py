"""Tweets collected because they name one account: everyone in them is tied to it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from casebook.reconstruct.chance import Clock, look_up, pick, spread
from casebook.reconstruct.spec import Spec
from casebook.reconstruct.tables import NONE, actors_table, messages_table
from casebook.reconstruct.totals import room

_TWEET, _RETWEET, _REPLY, _MENTION = range(4)


def naming(plan: Spec, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Groups of people who name the account, and now and then each other along with it.

    The account sends nothing: what it writes does not name it. A reply answers it and a retweet
    passes on its tweet, which is not in the collection, or the tweet of somebody who named it.
    Actors are numbered with the accounts that the spec names first.
    """
    people, total = plan["people"], plan["tweets"]
    accounts = [account["key"] for account in plan.accounts]
    hub = accounts.index(plan["named_in_all"])
    own = [account["group"] for account in plan.accounts]
    group = np.concatenate([own, np.repeat(list(people), list(people.values()))])
    others = np.arange(len(accounts), len(group))
    further = total - len(others)
    room(plan, "further tweets", further, total, "people and tweets")
    again = pick(rng, spread(rng, len(others), plan["activity"]), further)
    author = np.concatenate([others, others[again]])
    popularity = np.zeros(len(group))
    popularity[others] = spread(rng, len(others), plan["popularity"])

    level = rng.random(total)
    retweets = look_up({g: part["retweet"] for g, part in plan["kinds"].items()}, group[author])
    replies = look_up({g: part["reply"] for g, part in plan["kinds"].items()}, group[author])
    kind = np.where(level < retweets + replies, _REPLY, _TWEET)
    kind[level < retweets] = _RETWEET
    passed_on = (kind == _RETWEET) & (rng.random(total) >= plan["retweets_of_officer"])
    target = np.where(kind == _TWEET, NONE, hub)

    tweets = np.flatnonzero(kind == _TWEET)
    parent = np.full(total, NONE)
    for row in np.flatnonzero(passed_on):
        free = np.where(author[tweets] == author[row], 0, popularity[author[tweets]])
        chance = free * _near(plan, rng, group, author[row], author[tweets])
        if chance.any():  # else it passes on a tweet of the account itself
            parent[row] = tweets[pick(rng, chance, 1)[0]]
            target[row] = author[parent[row]]

    clock = Clock(plan)
    hours = np.array(plan["public_hours"], dtype=float)
    time = clock.at(rng, hours[clock.hour], total)
    late = np.flatnonzero(parent != NONE)
    followed, place = np.unique(parent[late], return_inverse=True)
    time[late] = clock.after(rng, time[followed], place, plan["decay"], hours)

    # A reply or a retweet of the account has it as target; all else names it.
    rows = np.flatnonzero(target != hub)
    pairs = [np.column_stack([rows, np.full(len(rows), hub)])]
    level = rng.random(total)
    for row in np.flatnonzero(kind != _RETWEET):
        share = plan["company"][group[author[row]]]
        wanted = int(level[row] < share["one"] + share["two"]) + int(level[row] < share["two"])
        for _ in range(wanted):
            weights = popularity * _near(plan, rng, group, author[row], np.arange(len(group)))
            weights[author[row]] = 0
            if weights.any():
                pairs.append(np.array([[row, pick(rng, weights, 1)[0]]]))
    mentions = np.unique(np.concatenate(pairs), axis=0)

    roles = np.array([plan["roles"][name] for name in group[others]], dtype=object)
    actors = actors_table(plan, group[others], roles)
    messages = messages_table(
        actors,
        ("tweet", "retweet", "reply", "mention"),
        kind=np.concatenate([kind, np.full(len(mentions), _MENTION)]),
        author=np.concatenate([author, author[mentions[:, 0]]]),
        target=np.concatenate([target, mentions[:, 1]]),
        parent=np.concatenate([parent, mentions[:, 0]]),
        time=np.concatenate([time, time[mentions[:, 0]]]),
    )
    return messages, actors


def _near(
    plan: Spec, rng: np.random.Generator, group: np.ndarray, sender: int, others: np.ndarray
) -> np.ndarray:
    """Whether each of the others is of the cluster that is drawn: mostly the sender's own."""
    own = group[others] == group[sender]
    return ~own if rng.random() < plan["across"] else own
