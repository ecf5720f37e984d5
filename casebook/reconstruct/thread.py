"""A group in which anyone may begin a thread: posts, and comments below them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from casebook.reconstruct.chance import Clock, look_up, pick, race, spread
from casebook.reconstruct.spec import Spec
from casebook.reconstruct.tables import NONE, actors_table, messages_table
from casebook.reconstruct.totals import room


def thread(plan: Spec, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Members write, most of them once; a message begins a thread or joins one.

    Actors are numbered with the accounts that the spec names first, then the other members by
    role, in each role those who write before those who never do.
    """
    accounts, members, writers = plan.accounts, plan["members"], plan["writers"]
    for role, number in members.items():
        room(plan, f"writers of role {role}", writers[role], number, "writers")
    roles = np.repeat(list(members), list(members.values()))
    group = np.concatenate([[account["group"] for account in accounts], roles])

    own = [plan["account_messages"][account["key"]] for account in accounts]
    first = len(accounts) + np.cumsum([0, *members.values()])
    others = np.concatenate(
        [np.arange(start, start + writers[r]) for start, r in zip(first, members, strict=False)]
    )
    total = plan.total("messages")
    further = total - sum(own) - len(others)
    room(plan, "further messages", further, total, "account_messages and writers")
    again = pick(rng, spread(rng, len(others), plan["activity"]), further)
    author = np.concatenate([np.repeat(np.arange(len(own)), own), others, others[again]])

    room(plan, "threads", plan["threads"], total, "threads")
    begins = race(rng, look_up(plan["beginning"], group[author]), plan["threads"])
    starter, joiner = author[begins], np.delete(author, begins)

    clock = Clock(plan)
    hours = np.array(plan["public_hours"], dtype=float)
    activity = {name: look_up(by, clock.year) for name, by in plan["years"].items()}
    begun = _times(rng, clock, hours, activity, group[starter])
    joined = _choices(plan, rng, clock, activity, group[joiner], group[starter], begun)
    commented = clock.after(rng, begun, joined, plan["decay"], hours)

    actors = actors_table(plan, roles, roles)
    messages = messages_table(
        actors,
        ("post", "comment"),
        kind=np.repeat([0, 1], [len(starter), len(joiner)]),
        author=np.concatenate([starter, joiner]),
        target=np.full(total, NONE),
        parent=np.concatenate([np.full(len(starter), NONE), joined]),
        time=np.concatenate([begun, commented]),
    )
    return messages, actors


def _times(
    rng: np.random.Generator,
    clock: Clock,
    hours: np.ndarray,
    activity: Mapping[str, np.ndarray],
    group: np.ndarray,
) -> np.ndarray:
    """When each thread begins, by how active the group of its starter is in each year."""
    times = np.empty(len(group), dtype=np.int64)
    for name, by_hour in activity.items():
        here = np.flatnonzero(group == name)
        times[here] = clock.at(rng, by_hour * hours[clock.hour], len(here))
    return times


def _choices(
    plan: Spec,
    rng: np.random.Generator,
    clock: Clock,
    activity: Mapping[str, np.ndarray],
    joiner: np.ndarray,
    starter: np.ndarray,
    begun: np.ndarray,
) -> np.ndarray:
    """The thread that each comment joins.

    Threads differ in appeal, and by the group of their starter. The comments of a group fall on
    the years as its activity says, however many threads a year has.
    """
    year = clock.year[(begun - clock.begins[0]) // 3600]
    appeal = spread(rng, len(begun), plan["appeal"]) * look_up(plan["pull"], starter)
    joined = np.empty(len(joiner), dtype=np.int64)
    for name, by_hour in activity.items():
        here = np.flatnonzero(joiner == name)
        share = {y: by_hour[clock.year == y].sum() / appeal[year == y].sum() for y in set(year)}
        joined[here] = pick(rng, appeal * look_up(share, year), len(here))
    return joined
