"""How much is sent in each hour of the period: by day as stated, or with peaks at events."""

from __future__ import annotations

import math

import numpy as np

from casebook import published
from casebook.reconstruct.chance import Clock, look_up
from casebook.reconstruct.spec import Spec


def volume(plan: Spec, clock: Clock) -> np.ndarray:
    """Relative volume of each hour of the period, for ``plan``'s assumptions.

    ``public_hours`` are weights by local hour. Either ``days`` has a weight for each day of the
    period, or ``years`` one for a day of each year, or ``weekdays`` one for each weekday (Monday
    first) and ``peaks`` adds what events draw: ``events``, a table with ``time`` and ``magnitude``;
    ``least``, the magnitude from which an event counts; ``share`` of the whole volume that goes to
    the peaks; ``growth``, how many times as much an event of one magnitude more draws; and
    ``decay`` as for retweets, from the first whole hour after the event.
    """
    by_hour = np.array(plan["public_hours"], dtype=float)[clock.hour]
    if "years" in plan.given:
        return look_up(plan["years"], clock.year) * by_hour
    if "peaks" not in plan.given:
        return np.array(plan["days"], dtype=float)[clock.day] * by_hour
    ground = np.array(plan["weekdays"], dtype=float)[clock.weekday] * by_hour
    peaks = plan["peaks"]
    events = published.exhibit(peaks["events"])
    events = events[events["magnitude"] >= peaks["least"]].sort_values("time", kind="stable")
    decay = peaks["decay"]
    added = np.zeros(len(clock.begins))
    for event in events.itertuples():
        lag = (clock.begins - math.ceil(event.time.timestamp() / 3600) * 3600) / 3600
        falls = (1 + np.maximum(lag, 0) / decay["hours"]) ** -decay["exponent"]
        curve = np.where((lag >= 0) & (lag < decay["horizon"]), falls, 0) * by_hour
        added += curve * (peaks["growth"] ** (event.magnitude - peaks["least"]) / curve.sum())
    return (1 - peaks["share"]) * ground / ground.sum() + peaks["share"] * added / added.sum()
