"""Messages by day, what is usual for a weekday, and what follows events.

The question is an old one of event studies (MacKinlay 1997): is there more in the days from an
event than there would have been without it? What there would have been is estimated from the
same weekdays clear of events; how far it varies by itself is read from placebo dates, days on
which nothing happened (a permutation test, with the correction of Phipson & Smyth 2010, so that
no p is zero). It tells when messages came, not why.

Days are local days. The one on which summer time begins has 23 hours and the one on which it ends
25; what is expected of them is scaled by that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from casebook.conversation import Conversation
from casebook.errors import CasebookError
from casebook.networks import inherit

#: The time zone in which days begin and end, unless told otherwise.
ZONE = "Europe/Amsterdam"

#: Acts that are no message of their own.
SILENT = ("like", "follow", "mention")

#: Days of the longest window: a weekday may come once in it.
LONGEST = 7

Day: TypeAlias = str | pd.Timestamp


def daily(
    conv: Conversation,
    *,
    start: Day | None = None,
    end: Day | None = None,
    missing: Iterable[Day] = (),
    zone: str = ZONE,
) -> pd.DataFrame:
    """Messages by local day, days without a message included.

    Parameters
    ----------
    conv
        its likes, follows and mentions are not counted, nor what has no time.
    start, end
        first and last day of the collection, both included; those of the first and the last
        message if None, which hides silent days at either end. Messages beyond are left out.
    missing
        days on which nothing was collected: they get no number instead of 0.

    Returns
    -------
    DataFrame
        ``date`` (midnight, without zone), ``weekday`` (0 is Monday), ``hours`` (23, 24 or 25),
        ``messages`` (float, NaN on missing days).

    Raises
    ------
    CasebookError
        if no message has a time and no period is given, or the period ends before it starts.
    """
    rows = conv.messages[~conv.messages["kind"].isin(SILENT)].dropna(subset=["time"])
    dates = rows["time"].dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
    if rows.empty and (start is None or end is None):
        raise CasebookError(
            f"{conv.case}: no message has a time, so there are no days to count. "
            "Remedy: give the first and last day of the collection."
        )
    first = dates.min() if start is None else pd.Timestamp(start)
    last = dates.max() if end is None else pd.Timestamp(end)
    if last < first:
        raise CasebookError(
            f"{conv.case}: the period ends ({last:%Y-%m-%d}) before it starts ({first:%Y-%m-%d}). "
            "Remedy: swap the dates."
        )
    days = pd.date_range(first, last, freq="D", unit="us")
    counts = rows.groupby(dates)["weight"].sum().reindex(days, fill_value=0).astype(float)
    counts[counts.index.isin([pd.Timestamp(day) for day in missing])] = np.nan
    midnights = pd.date_range(first, last + pd.Timedelta(days=1), freq="D").tz_localize(zone)
    # Lengths must be taken between instants: midnight to midnight by the clock is always 24.
    hours = np.diff(midnights.tz_convert(None).to_numpy()) / np.timedelta64(1, "h")
    frame = pd.DataFrame(
        {
            "date": days,
            "weekday": days.day_of_week,
            "hours": hours.astype(int),
            "messages": counts.to_numpy(),
        }
    )
    return inherit(frame, conv.messages)


def expected(days: pd.DataFrame, clear: pd.Series | None = None) -> pd.Series:
    """What is usual for each day: the mean of other days of the same weekday, per hour.

    Parameters
    ----------
    days
        as :func:`daily` gives them.
    clear
        which days may serve as usual (boolean); all if None. A day never serves for itself.

    Returns
    -------
    Series
        ``expected``, on the index of ``days``; NaN where no other day serves.
    """
    known = days["messages"].notna()
    serves = known if clear is None else known & clear
    rate = days["messages"] / days["hours"]
    sums = rate.where(serves).groupby(days["weekday"]).transform("sum")
    sizes = serves.groupby(days["weekday"]).transform("sum")
    others = sums - rate.where(serves, 0)
    mean = others / (sizes - serves).where(sizes > serves)
    return inherit((mean * days["hours"]).rename("expected"), days)


@dataclass(frozen=True)
class Response:
    """What followed events.

    ``table`` has one row per event: ``event, date`` (its local day), ``observed`` and ``expected``
    messages in the window, ``excess`` (the difference), ``ratio`` (observed to expected), ``p``
    (one-sided, of this event alone among the placebo dates) and ``note`` (on an event without
    values, or one that shares days with another).

    ``excess``: mean of the events together; ``placebo_mean, placebo_sd``: the same for ``draws``
    sets of as many placebo dates, drawn from ``placebos`` dates; ``p`` one-sided. ``days`` is the
    daily table with ``expected`` and ``clear`` added.
    """

    table: pd.DataFrame
    days: pd.DataFrame
    excess: float
    placebo_mean: float
    placebo_sd: float
    p: float
    placebos: int
    draws: int


def response(
    days: pd.DataFrame,
    events: pd.Series,
    *,
    window: int,
    seed: int,
    besides: pd.Series | None = None,
    draws: int = 999,
    zone: str = ZONE,
) -> Response:
    """Messages in the days from each event, against the usual and against placebo dates.

    The window of an event is its local day and the days after it. Days in no window are clear:
    they make the weekday baseline (:func:`expected`), and each run of them as long as a window is
    a placebo. Placebo windows may overlap each other, as those of events may.

    Parameters
    ----------
    days
        as :func:`daily` gives them, a row for every day of the period.
    events
        times (with zone), indexed by the name of the event.
    window
        days, the day of the event included; 1 to :data:`LONGEST`.
    seed
        of the draws of placebo dates.
    besides
        events that are not tested, whose windows are not clear either.

    Raises
    ------
    CasebookError
        if the window has another length, a time has no zone, or too few days are clear.
    """
    if not 1 <= window <= LONGEST:
        raise CasebookError(
            f"A window of {window} days cannot be used. Remedy: take 1 to {LONGEST} days."
        )
    from_days = _positions(days, events, zone)
    all_events = from_days if besides is None else [*from_days, *_positions(days, besides, zone)]
    offsets = np.arange(window)
    taken = np.concatenate([np.array([], dtype=int), *(at + offsets for at in all_events)])
    clear = pd.Series(~np.isin(np.arange(len(days)), taken), index=days.index)
    usual = expected(days, clear)
    excess = (days["messages"] - usual).to_numpy()
    starts = np.arange(len(days) - window + 1)
    sums = excess[starts[:, None] + offsets].sum(axis=1)
    whole = clear.to_numpy()[starts[:, None] + offsets].all(axis=1)
    pool = sums[whole & ~np.isnan(sums)]

    inside = [0 <= at < len(starts) for at in from_days]
    found = np.array([sums[at] if ok else np.nan for at, ok in zip(from_days, inside, strict=True)])
    tested = found[~np.isnan(found)]
    if not len(tested):
        raise CasebookError(
            "No event has a whole window of counted days. Remedy: take a shorter window or a "
            "longer period."
        )
    if len(pool) < max(2, len(tested)):
        raise CasebookError(
            f"Only {len(pool)} dates are clear of events, too few for a comparison. "
            "Remedy: take a shorter window or a longer period."
        )
    generator = np.random.default_rng(seed)
    ranks = generator.random((draws, len(pool))).argsort(axis=1)[:, : len(tested)]
    null = pool[ranks].mean(axis=1)
    return Response(
        table=inherit(
            _table(days, usual, events, from_days, all_events, found, pool, window), days
        ),
        days=inherit(days.assign(expected=usual, clear=clear), days),
        excess=float(tested.mean()),
        placebo_mean=float(null.mean()),
        placebo_sd=float(null.std(ddof=1)),
        p=_share_as_high(null, tested.mean()),
        placebos=len(pool),
        draws=draws,
    )


def _positions(days: pd.DataFrame, events: pd.Series, zone: str) -> list[int]:
    """The row of ``days`` on whose local day each event was; also beyond either end."""
    times = pd.to_datetime(events)
    if len(times) and times.dt.tz is None:
        raise CasebookError(
            "The times of events have no zone, so their day is not certain. "
            "Remedy: give them as UTC."
        )
    local = times.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
    return [int(n) for n in (local - days["date"].iloc[0]) // pd.Timedelta(days=1)]


def _table(
    days: pd.DataFrame,
    usual: pd.Series,
    events: pd.Series,
    from_days: list[int],
    all_events: list[int],
    found: np.ndarray,
    pool: np.ndarray,
    window: int,
) -> pd.DataFrame:
    rows = []
    for name, at, excess in zip(events.index, from_days, found, strict=True):
        ok = not np.isnan(excess)
        here = slice(at, at + window)
        near = sum(abs(at - other) < window for other in all_events) - 1
        whole = 0 <= at <= len(days) - window
        observed = days["messages"].iloc[here].sum() if ok else np.nan
        baseline = usual.iloc[here].sum() if ok else np.nan
        rows.append(
            {
                "event": name,
                "date": days["date"].iloc[0] + pd.Timedelta(days=at),
                "observed": observed,
                "expected": baseline,
                "excess": excess,
                "ratio": observed / baseline if ok and baseline > 0 else np.nan,
                "p": _share_as_high(pool, excess) if ok else np.nan,
                "note": _note(ok, whole, near),
            }
        )
    return pd.DataFrame(rows)


def _note(ok: bool, whole: bool, near: int) -> str:
    if not whole:
        return "the window leaves the period"
    if not ok:
        return "a day of the window was not counted, or has no usual level"
    return "shares days with another event" if near else ""


def _share_as_high(null: np.ndarray, observed: float) -> float:
    """The observed counts as one of the draws, so that p is never 0; equal but for rounding is."""
    return float((1 + (null >= observed - 1e-9).sum()) / (1 + len(null)))
