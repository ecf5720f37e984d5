"""Whom one account follows, and who among these follow each other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from casebook.reconstruct.chance import dealt, look_up, spread
from casebook.reconstruct.spec import Spec
from casebook.reconstruct.tables import NEVER, NONE, actors_table, messages_table


def follow(plan: Spec, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first account follows everyone; the others follow within and across their groups.

    For each pair in each direction the chance is that of the two groups (``chance``), times how
    popular the followed is; some follow back whoever follows them. Follows have no time.
    """
    people = plan["people"]
    group = np.repeat(list(people), list(people.values()))
    roles = np.concatenate([dealt(rng, n, plan["roles"][name]) for name, n in people.items()])
    popularity = spread(rng, len(group), plan["popularity"])
    for name in people:
        popularity[group == name] /= popularity[group == name].mean()

    towards = np.stack([look_up(plan["chance"][name], group) for name in group]) * popularity
    np.fill_diagonal(towards, 0)
    follows = rng.random(towards.shape) < towards
    follows |= follows.T & (rng.random(towards.shape) < plan["returned"])
    back = rng.random(len(group)) < look_up(plan["follows_officer"], group)

    one = np.arange(len(group)) + 1
    source, target = np.nonzero(follows)
    author = np.concatenate([np.zeros(len(group), dtype=np.int64), one[back], source + 1])
    followed = np.concatenate([one, np.zeros(int(back.sum()), dtype=np.int64), target + 1])
    actors = actors_table(plan, group, roles)
    messages = messages_table(
        actors,
        ("follow",),
        kind=np.zeros(len(author), dtype=np.int64),
        author=author,
        target=followed,
        parent=np.full(len(author), NONE),
        time=np.full(len(author), NEVER),
    )
    return messages, actors
