"""Chance: draws in proportion to weights, quotas, and seconds within a period."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import ndtri

from casebook import published
from casebook.reconstruct.spec import Spec

_HOUR = 3600


def pick(rng: np.random.Generator, weights: np.ndarray, size: int) -> np.ndarray:
    """``size`` row numbers, each with chance in proportion to its weight."""
    return _invert(np.cumsum(weights), rng.random(size))


def _invert(cumulated: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    at = np.searchsorted(cumulated, uniform * cumulated[-1], side="right")
    return np.minimum(at, len(cumulated) - 1)


def race(
    rng: np.random.Generator, weights: np.ndarray, size: int, certain: np.ndarray | None = None
) -> np.ndarray:
    """``size`` different row numbers, drawn one after the other in proportion to their weights.

    Each row gets an exponential time of arrival with its weight as rate; the first ``size`` win
    (Efraimidis & Spirakis 2006). Rows that are ``certain`` win anyhow.
    """
    arrival = np.full(len(weights), np.inf)
    np.divide(-np.log1p(-rng.random(len(weights))), weights, out=arrival, where=weights > 0)
    if certain is not None:
        arrival[certain] = -1
    if size == 0:
        return np.empty(0, dtype=np.int64)
    return np.sort(np.argpartition(arrival, size - 1)[:size])


def spread(rng: np.random.Generator, size: int, sigma: float) -> np.ndarray:
    """Weights of a lognormal law with median 1."""
    return np.exp(sigma * normal(rng, size))


def normal(rng: np.random.Generator, size: int) -> np.ndarray:
    # 1 - u is never 0, whose normal score is infinite.
    return -ndtri(1 - rng.random(size))


def quota(total: int, shares: Mapping[str, float]) -> dict[str, int]:
    """``total`` divided by shares, in whole numbers, by largest remainders."""
    # fsum, as sum() of floats rounds differently from Python 3.12 on.
    whole = math.fsum(shares.values())
    exact = {key: total * share / whole for key, share in shares.items()}
    parts = {key: int(value) for key, value in exact.items()}
    by_remainder = sorted(exact, key=lambda key: (parts[key] - exact[key], key))
    for key in by_remainder[: total - sum(parts.values())]:
        parts[key] += 1
    return parts


def look_up(values: Mapping[str, float], keys: np.ndarray) -> np.ndarray:
    """The value of each key."""
    names, code = np.unique(keys, return_inverse=True)
    return np.array([values[name] for name in names], dtype=float)[code]


def dealt(rng: np.random.Generator, total: int, shares: Mapping[str, float]) -> np.ndarray:
    """``total`` keys, in quotas by ``shares``, in random order."""
    keys = np.repeat(list(shares), list(quota(total, shares).values()))
    return keys[np.argsort(rng.random(total), kind="stable")]


class Clock:
    """The hours of a case's period, in seconds UTC, with local hour, day, weekday and year."""

    def __init__(self, plan: Spec, first_hour: int = 0) -> None:
        zone = plan.period["timezone"]
        first, last = (published.fact(plan.period[end]).value for end in ("start", "end"))
        start = pd.Timestamp(first, tz=zone) + pd.Timedelta(hours=first_hour)
        # A month that ends a period ends it with its last day.
        month = published.fact(plan.period["end"]).unit == "month"
        end = pd.Timestamp(last, tz=zone) + pd.DateOffset(**{"months" if month else "days": 1})
        self.begins = np.arange(int(start.timestamp()), int(end.timestamp()), _HOUR)
        local = pd.to_datetime(self.begins, unit="s", utc=True).tz_convert(zone)
        self.hour = local.hour.to_numpy()
        self.year = local.year.to_numpy()
        self.weekday = local.day_of_week.to_numpy()
        dates = local.normalize()
        self.day = ((dates - dates[0]) / pd.Timedelta(days=1)).to_numpy().round().astype(int)

    def at(self, rng: np.random.Generator, weights: np.ndarray, size: int) -> np.ndarray:
        """``size`` seconds, with a weight for each hour of the period."""
        hours = pick(rng, weights, size)
        return self.begins[hours] + (rng.random(size) * _HOUR).astype(np.int64)

    def after(
        self,
        rng: np.random.Generator,
        starts: np.ndarray,
        follows: np.ndarray,
        decay: Mapping[str, float],
        by_hour: np.ndarray,
    ) -> np.ndarray:
        """For each of ``follows``, row numbers of ``starts``, a later second.

        The chance of an hour is ``(1 + lag / hours) ** -exponent`` times the weight of the local
        hour, up to the horizon and the end of the period.
        """
        lag = np.arange(int(decay["horizon"]))
        first = (starts - self.begins[0]) // _HOUR
        hours = first[:, None] + lag
        inside = hours < len(self.begins)
        hours = np.minimum(hours, len(self.begins) - 1)
        chance = by_hour[self.hour[hours]] * (1 + lag / decay["hours"]) ** -decay["exponent"]
        chance = np.where(inside, chance, 0)
        left = 1 - ((starts - self.begins[0]) % _HOUR) / _HOUR
        chance[:, 0] = np.maximum(chance[:, 0] * left, np.finfo(float).tiny)
        cumulated = np.cumsum(chance, axis=1)
        # One search for all: row i of the table occupies the numbers from i to i + 1.
        flat = (cumulated / cumulated[:, -1:] + np.arange(len(starts))[:, None]).ravel()
        at = np.searchsorted(flat, follows + rng.random(len(follows)), side="right")
        begin = self.begins[hours.ravel()[np.minimum(at, len(flat) - 1)]]
        earliest = np.maximum(begin, starts[follows] + 1)
        latest = np.maximum(begin + _HOUR, earliest + 1)
        return earliest + (rng.random(len(follows)) * (latest - earliest)).astype(np.int64)
