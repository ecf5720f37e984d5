"""Numbers and times as people and programs write them, in Dutch and in English.

A column is read as a whole: whether 12-03 is in March or in December, and whether 1.234 is a
little over one or over a thousand, is decided by what else stands in it, and said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from casebook.errors import DataError

#: Zones whose short names mean one thing in the exports we know, as hours from UTC.
ZONES: dict[str, float] = {
    **dict.fromkeys(("z", "utc", "gmt", "wet"), 0),
    **dict.fromkeys(("cet", "met", "mez", "west"), 1),
    **dict.fromkeys(("cest", "mest", "mesz", "eet"), 2),
    "eest": 3,
    "edt": -4,
    **dict.fromkeys(("est", "cdt"), -5),
    **dict.fromkeys(("cst", "mdt"), -6),
    **dict.fromkeys(("mst", "pdt"), -7),
    "pst": -8,
}

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januari",
            "february feb februari",
            "march mar maart mrt",
            "april apr",
            "may mei",
            "june jun juni",
            "july jul juli",
            "august aug augustus",
            "september sep sept",
            "october oct oktober okt",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_CLOCK = (
    r"(?P<H>\d{1,2})[:.](?P<M>\d{2})(?:[:.](?P<S>\d{2})(?:[.,](?P<f>\d+))?)?"
    r"\s*(?:(?P<half>[ap])\.?m\.?|u(?:ur)?\.?)?"
)
_ZONE = (
    r"(?P<zone>(?:utc|gmt)?\s*[+\u2212-]\d{1,2}(?::?\d{2})?"
    rf"|{'|'.join(sorted(ZONES, key=len, reverse=True))})"
)
_TAIL = rf"(?:(?:\s*,?\s+|t|\s*,\s*)(?:om |at |around |rond )?{_CLOCK}(?:\s*\(?{_ZONE}\)?)?)?"
_DAY = r"(?:[a-z]{2,9}\.?,?\s+)?"
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"(?P<y>\d{{4}})(?P<s>[-/.])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}}){_TAIL}",
        rf"(?P<a>\d{{1,2}})(?P<s>[-/.])(?P<b>\d{{1,2}})(?P=s)(?P<y>\d{{4}}){_TAIL}",
        rf"{_DAY}(?P<d>\d{{1,2}})(?:st|nd|rd|th|e|de|ste)?[\s.-]+(?:of )?{_MONTH}[\s,-]*"
        rf"(?P<y>\d{{4}}){_TAIL}",
        rf"{_DAY}{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}}){_TAIL}",
        # As Twitter wrote it, and as ``date`` does.
        rf"{_DAY}{_MONTH}\s+(?P<d>\d{{1,2}})\s+{_CLOCK}(?:\s+{_ZONE})?\s+(?P<y>\d{{4}})",
    )
)
_PLAIN = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})"
# The shapes that most exports have, read without the ado of the others.
_QUICK = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})[t ](\d{1,2}):(\d{2})(?::(\d{2}))?")
_EPOCH = re.compile(r"(\d{9,10})(?:[.,](\d+))?|(\d{12,13})")

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:e[+-]?\d+)?", re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([., \u00a0\u202f'])\d{3})(?:\1\d{3})*(?:([.,])\d+)?")
_REMEDY = "write it as 2014-03-01 20:15, with a zone if it has one"


@dataclass(frozen=True)
class Times:
    """``utc``: the times, ``NaT`` where empty or bad; ``problems``: why bad, else empty."""

    utc: pd.Series
    problems: pd.Series
    notes: tuple[str, ...]


class _Read(NamedTuple):
    """One time as written: in UTC or local; ``ab`` are its first two numbers if it has such."""

    when: datetime | None = None
    zoned: bool = False
    ab: tuple[int, int] | None = None
    half: bool = False
    dated: bool = False
    note: str = ""
    problem: str = ""


def zone(name: str) -> ZoneInfo:
    """The time zone of a name such as ``Europe/Amsterdam``.

    Raises
    ------
    DataError
        if there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        remedy = "use a name such as Europe/Amsterdam or UTC"
        raise DataError("--timezone", f"there is no time zone '{name}'", remedy) from None


def times(
    given: pd.Series,
    rows: Sequence[int] | np.ndarray,
    local: str,
    *,
    file: str,
    column: str,
    remedy: str = _REMEDY,
) -> Times:
    """The times of one column of one file, in UTC.

    Parameters
    ----------
    given
        text; empty where there is none.
    rows
        where each stands in the file, for errors.
    local
        the zone of times that come without one.

    Raises
    ------
    DataError
        if some days can only be read day first and others only month first, or there is no such
        zone.
    """
    here = zone(local)
    utc = pd.Series(pd.NaT, index=given.index, dtype="datetime64[us, UTC]")
    problems = pd.Series("", index=given.index, dtype="str")
    filled = given != ""
    if given[filled].str.fullmatch(_PLAIN).all():
        utc[filled] = pd.to_datetime(given[filled], format="ISO8601", utc=True, errors="coerce")
        # An offset can carry a time past the last year that Python knows.
        utc = utc.where(utc.dt.year <= MAXYEAR)
        problems[filled & utc.isna()] = "there is no such time"
        return Times(utc, problems, ())
    codes, unique = pd.factorize(given)
    read = [_parse(str(value), True) for value in unique]
    day_first, notes = _order(read, unique, codes, rows, file, column, remedy)
    if not day_first:
        read = [
            _parse(str(value), False) if one.ab else one
            for value, one in zip(unique, read, strict=True)
        ]
    found = _to_utc(read, here)
    counts = np.bincount(codes, minlength=len(unique))
    notes += _notes(read, found, counts, local, column)
    bad = pd.Series(
        [
            one.problem or ("" if value == "" or got is not pd.NaT else _SKIPPED)
            for value, one, got in zip(unique, read, found.utc, strict=True)
        ],
        dtype="str",
    )
    return Times(
        pd.Series(found.utc.array[codes], index=given.index),
        pd.Series(bad.array[codes], index=given.index),
        tuple(notes),
    )


def looks_like_time(value: str) -> bool:
    """Whether a text can be read as a time, in one order or the other."""
    return bool(value) and any(_parse(value, order).when is not None for order in (True, False))


def numbers(given: pd.Series) -> tuple[pd.Series, tuple[str, ...]]:
    """Numbers of one column as float, ``NaN`` where empty or none; and what was assumed.

    A comma is the decimal sign unless every number with a comma has three digits after it and
    another has a decimal point; a point likewise.
    """
    plain = given.str.strip()
    grouped = plain.str.fullmatch(_GROUPED.pattern)
    single = plain.str.fullmatch(_NUMBER.pattern, case=False)
    comma = _decimal(plain[single | grouped], ",", ".")
    point = _decimal(plain[single | grouped], ".", ",")
    # One sign is decimal by evidence; without any, as each language writes a plain decimal.
    thousands = "." if comma and not point else "," if point and not comma else ""
    notes = []
    if comma and point:
        notes.append("Both decimal commas and decimal points stand in it; each was read as such.")
    values = [_number(value, thousands) for value in plain]
    doubtful = 0 if thousands else int((grouped & single).sum())
    if doubtful and not (comma or point):
        notes.append(
            "Numbers such as 1.234 were read as a little over one, not over a thousand: "
            f"{doubtful:,}."
        )
    return pd.Series(values, index=given.index, dtype=float), tuple(notes)


def _decimal(values: pd.Series, sign: str, other: str) -> bool:
    """Whether ``sign`` must be decimal in one of these numbers."""
    at = re.escape(sign)
    alone = values.str.fullmatch(rf"[+-]?\d*{at}(\d{{1,2}}|\d{{4,}})(?:[eE][+-]?\d+)?")
    long = values.str.fullmatch(rf"[+-]?(\d{{4,}}|0){at}\d+(?:[eE][+-]?\d+)?")
    after = values.str.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(other)}\d{{3}})+{at}\d+")
    return bool((alone | long | after).any())


def _number(value: str, thousands: str) -> float:
    if thousands and thousands in value and _GROUPED.fullmatch(value):
        value = value.replace(thousands, "")
    elif _GROUPED.fullmatch(value) and not _NUMBER.fullmatch(value):
        sign = max(value.rfind("."), value.rfind(","))
        digits = re.sub(r"\D", "", value[:sign] if sign >= 0 else value)
        both = "." in value and "," in value
        several = value.count(value[sign]) > 1 if sign >= 0 else True
        whole = re.sub(r"[^\d+-]", "", value)
        if both and not several:
            value = f"{'-' if value.startswith('-') else ''}{digits}.{value[sign + 1 :]}"
        else:
            value = whole
    if not _NUMBER.fullmatch(value):
        return float("nan")
    return float(value.replace(",", "."))


_SKIPPED = "the clocks were put forward over this time: it did not exist"


def _parse(value: str, day_first: bool) -> _Read:
    said = value.strip().casefold()
    if not said:
        return _Read()
    found = _QUICK.fullmatch(said)
    if found and {len(found[1]), len(found[4])} in ({4, 1}, {4, 2}):
        return _quick(found, day_first)
    found = _EPOCH.fullmatch(said)
    if found:
        return _epoch(found)
    match = next(filter(None, (shape.fullmatch(said) for shape in _SHAPES)), None)
    if match is None:
        return _Read(problem="it is not a time that can be read")
    part = match.groupdict()
    ab = None
    if part.get("a"):
        ab = int(part["a"]), int(part["b"])
        day, month = ab if day_first else ab[::-1]
    else:
        day = int(part["d"])
        month = int(part["m"]) if part.get("m") else _MONTHS.get(part["month"], 0)
        if not month and part.get("month"):
            return _Read(problem="it is not a time that can be read")
    half = part["half"] is not None
    try:
        hour = int(part["H"] or 0)
        if half:
            if not 1 <= hour <= 12:
                raise ValueError
            hour = hour % 12 + (12 if part["half"] == "p" else 0)
        micro = int((part["f"] or "0")[:6].ljust(6, "0"))
        when = datetime(
            int(part["y"]), month, day, hour, int(part["M"] or 0), int(part["S"] or 0), micro
        )
        offset, note = _offset(part["zone"])
        if offset is not None:
            when = when.replace(tzinfo=offset).astimezone(UTC)
    except (ValueError, OverflowError):
        return _Read(ab=ab, half=half, problem="there is no such time")
    return _Read(when, offset is not None, ab, half, part["H"] is None, note)


def _quick(found: re.Match[str], day_first: bool) -> _Read:
    one, two, three = int(found[1]), int(found[3]), int(found[4])
    clock = int(found[5]), int(found[6]), int(found[7] or 0)
    ab = None if one > 99 else (one, two)
    try:
        if ab is None:
            return _Read(datetime(one, two, three, *clock))
        day, month = ab if day_first else ab[::-1]
        return _Read(datetime(three, month, day, *clock), ab=ab)
    except ValueError:
        return _Read(ab=ab, problem="there is no such time")


def _epoch(found: re.Match[str]) -> _Read:
    seconds, part, milli = found.groups()
    whole = int(seconds) if seconds else int(milli) // 1000
    micro = int(part[:6].ljust(6, "0")) if part else (int(milli) % 1000 * 1000 if milli else 0)
    when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=whole, microseconds=micro)
    kind = "seconds" if seconds else "milliseconds"
    return _Read(when, True, note=f"numbers were read as {kind} since 1970")


def _offset(name: str | None) -> tuple[tzinfo | None, str]:
    if name is None:
        return None, ""
    if name in ZONES:
        note = f"{name.upper()} was read as UTC{ZONES[name]:+.0f}" if ZONES[name] else ""
        return timezone(timedelta(hours=ZONES[name])), note
    number = re.sub(r"(?:utc|gmt)?\s*", "", name).replace("\u2212", "-")
    digits = number[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    shift = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-shift if number[0] == "-" else shift), ""


def _order(
    read: Sequence[_Read],
    unique: pd.Index,
    codes: np.ndarray,
    rows: Sequence[int] | np.ndarray,
    file: str,
    column: str,
    remedy: str,
) -> tuple[bool, list[str]]:
    """Whether the day comes before the month, and what to say of it."""
    ordered = [(at, one.ab) for at, one in enumerate(read) if one.ab]
    day = next((at for at, (a, b) in ordered if 12 < a <= 31 and b <= 12), None)
    month = next((at for at, (a, b) in ordered if 12 < b <= 31 and a <= 12), None)
    if day is not None and month is not None:
        places = [int(np.asarray(rows)[int((codes == at).argmax())]) for at in (day, month)]
        problem = (
            f"'{unique[day]}' in row {places[0]} has the day first, '{unique[month]}' in row "
            f"{places[1]} the month: nobody can tell which is meant in the other rows"
        )
        raise DataError(file, problem, remedy, row=max(places), column=column)
    if not ordered or day is not None:
        return True, []
    if month is not None:
        return False, [f"Dates in '{column}' have the month first: '{unique[month]}' shows it."]
    example = next((unique[at] for at, (a, b) in ordered if a <= 12 and b <= 12), None)
    if example is None:
        return True, []
    if any(one.half for one in read if one.ab):
        return False, [
            f"Dates in '{column}' could be read day or month first; the month was taken first, "
            f"since their times say am and pm ('{example}'). If that is wrong, write them as "
            "2014-03-01."
        ]
    return True, [
        f"Dates in '{column}' could be read day or month first; the day was taken first, as the "
        f"Dutch write them ('{example}'). If that is wrong, write them as 2014-03-01."
    ]


class _Found(NamedTuple):
    utc: pd.Series
    twice: np.ndarray


def _to_utc(read: Sequence[_Read], here: ZoneInfo) -> _Found:
    """All times in UTC; what the clocks skipped is NaT, what they ran twice is the first."""
    naive = pd.Series(
        [one.when.replace(tzinfo=None) if one.when else pd.NaT for one in read],
        dtype="datetime64[us]",
    )
    zoned = np.array([one.zoned for one in read], dtype=bool)
    ahead = np.ones(len(read), dtype=bool)
    localised = naive.dt.tz_localize(here, ambiguous=ahead, nonexistent="NaT")
    later = naive.dt.tz_localize(here, ambiguous=~ahead, nonexistent="NaT")
    twice = (localised.notna() & (localised != later)).to_numpy() & ~zoned
    utc = naive.dt.tz_localize("UTC").where(zoned, localised.dt.tz_convert("UTC"))
    return _Found(utc, twice)


def _notes(
    read: Sequence[_Read], found: _Found, counts: np.ndarray, local: str, column: str
) -> list[str]:
    notes = []
    own = [not one.zoned and one.when is not None for one in read]
    without = int(counts[own].sum())
    if without:
        notes.append(f"Times in '{column}' without a zone were read as {local}: {without:,}.")
    twice = int(counts[found.twice].sum())
    if twice:
        notes.append(
            f"Times in '{column}' in the hour that came twice when the clocks were put back were "
            f"taken as the first, in summer time: {twice:,}."
        )
    dated = int(counts[[one.dated for one in read]].sum())
    if dated:
        notes.append(
            f"Times in '{column}' that are a day only were set at midnight: {dated:,}; of these, "
            "hours and response times mean nothing."
        )
    for said in dict.fromkeys(one.note for one in read if one.note):
        notes.append(f"In '{column}', {said}.")
    return notes
