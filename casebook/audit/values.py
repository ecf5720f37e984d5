"""Printed values as limits of what they may stand for.

A value is named by a reference:

* ``timmermans.comments``: a row of the ledger;
* ``emma_tabel_4[eli].sig``: a cell, by the key of its row (several keys separated by commas, or
  ``column=value``); ``emma_tabel_4[].respondents``: a whole column;
* ``=1522 exact respondents``: a literal, for what the ledger has no row for; the qualifier (see
  ``data/README.md``) and the unit may be left out;
* ``days:2014-01-01..2014-03-31``: the length of a period, both ends included; also
  ``working_days`` (Monday to Friday), ``weeks``, ``months`` and ``years``.

How much room a printed value leaves is decided here and nowhere else. A count is what it says. A
percentage, a mark or a statistic is rounded to its last digit, and so is "8.9 million". "About"
leaves half a unit of the last digit that is not 0, and five per cent at the least; a half, or seven
in ten, is rounded to a tenth, another fraction in words leaves fifteen per cent. "Ruim" is up to a
quarter more than the number, "bijna" up to a fifth less; "meer dan" and "minder dan" have no other
end. A year or a month, printed as a length of time, may be half of one more or less.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from casebook import published
from casebook.errors import DataError
from casebook.interval import Interval
from casebook.published import Fact

#: The file that holds the checks, as errors name it.
FILE = "data/coded/audit.csv"

_ABOUT, _TENTHS, _IN_WORDS, _A_GOOD, _ALMOST = 0.05, 0.05, 0.15, 1.25, 0.8
_ROUNDED_UNITS = ("percent", "statistic", "score")
_LONG_UNITS = ("years", "months")
_SHARE_COLUMNS = re.compile(r"(^|_)(share|percent|percentage)(_|$)")
_A_GOOD_WORDS = re.compile(r"\b(ruim|iets meer|iets boven|goed)\b")
_ALMOST_WORDS = re.compile(r"\b(bijna|krap|net geen)\b")
_LARGE = re.compile(r"([\d.,]+)\s*(miljoen|miljard|million|billion)", re.IGNORECASE)
_LARGE_SIZES = {"miljoen": 1e6, "million": 1e6, "miljard": 1e9, "billion": 1e9}
_LITERAL = re.compile(r"=(-?[\d.]+)(?: (exact|approx|at_least|at_most|order))?(?: ([a-z_ ]+))?")
_CELL = re.compile(r"([a-z0-9_]+)\[([^\]]*)\]\.([a-z0-9_]+)")
_PERIOD = re.compile(
    r"(days|working_days|weeks|months|years):(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)"
)


@dataclass(frozen=True)
class Value:
    """One printed value: the number, what it may stand for, and how it reads.

    ``exact`` says that number and range are one; ``decimals`` are those printed; ``percent`` and
    ``fraction`` that it is a share of 100 or of 1; ``order`` that only its size is told;
    ``date`` that it is a day.
    """

    number: float
    range: Interval
    text: str
    decimals: int = 0
    percent: bool = False
    fraction: bool = False
    order: bool = False
    date: bool = False

    @property
    def exact(self) -> bool:
        """Whether the print leaves no room."""
        return self.range.low == self.range.high

    @property
    def limit(self) -> bool:
        """Whether the print gives one end only."""
        return math.isinf(self.range.high) or (self.range.low == 0 and self.number > 0)


def read(reference: str) -> list[Value]:
    """The values that ``reference`` names: one, or all of a column.

    Raises
    ------
    DataError
        if there is no such row, cell or column, or the reference is none.
    """
    if literal := _LITERAL.fullmatch(reference):
        number, qualifier, unit = literal.groups()
        return [_value(float(number), qualifier or "exact", unit or "count", number, "")]
    if period := _PERIOD.fullmatch(reference):
        return [_period(*period.groups())]
    if cell := _CELL.fullmatch(reference):
        return _cells(reference, *cell.groups())
    return [of_fact(published.fact(reference))]


def is_literal(reference: str) -> bool:
    """Whether ``reference`` names no printed value of the record, but carries one itself."""
    return reference.startswith("=") or _PERIOD.fullmatch(reference) is not None


def one(reference: str) -> Value:
    """The one value that ``reference`` names.

    Raises
    ------
    DataError
        as :func:`read`, or if there are several.
    """
    found = read(reference)
    if len(found) != 1:
        raise DataError(FILE, f"'{reference}' names {len(found)} values", "name one")
    return found[0]


def of_fact(fact: Fact) -> Value:
    """A row of the ledger; a date counts as its day, a month as any day in it."""
    if isinstance(fact.value, date):
        first = fact.value.toordinal()
        last = first
        if fact.unit == "month":
            last = (fact.value.replace(day=28) + timedelta(days=4)).replace(day=1).toordinal() - 1
        return Value(first, Interval(first, last), fact.text, date=True)
    strict = fact.note.startswith("Strictly")
    made = _value(float(fact.value), fact.qualifier, fact.unit, fact.as_published, fact.text)
    if strict and fact.qualifier in ("at_least", "at_most"):
        low_open = fact.qualifier == "at_least"
        limits = Interval(made.range.low, made.range.high, low_open, not low_open)
        return replace(made, range=limits)
    return made


def _value(number: float, qualifier: str, unit: str, printed: str, text: str) -> Value:
    decimals = 2 if unit == "fraction" else _decimals(number, printed)
    room = _room(number, qualifier, unit, decimals, printed)
    low, high = max(number - room, 0.0), number + room
    words = printed.lower()
    if qualifier == "at_least":
        low, high = number, _A_GOOD * number if _A_GOOD_WORDS.search(words) else math.inf
    elif qualifier == "at_most":
        low, high = _ALMOST * number if _ALMOST_WORDS.search(words) else 0.0, number
    elif qualifier == "order":
        low, high = number, 10 * number
    shown = text or _shown(number, qualifier, decimals, unit)
    percent, fraction, order = unit == "percent", unit == "fraction", qualifier == "order"
    return Value(number, Interval(low, high), shown, decimals, percent, fraction, order)


def _room(number: float, qualifier: str, unit: str, decimals: int, printed: str) -> float:
    """Half the width of what a value may stand for."""
    if unit == "fraction":
        return _TENTHS if float(number * 20).is_integer() else _IN_WORDS * number
    if qualifier == "approx":
        digit = 10.0 ** (len(str(int(number))) - len(str(int(number)).rstrip("0") or "0"))
        return max(digit / 2 if number >= 1 else 0.0, _ABOUT * number)
    if large := _LARGE.search(printed):
        figure, size = large.groups()
        return 0.5 * _LARGE_SIZES[size.lower()] * 10.0 ** -len(figure.partition(",")[2])
    if unit in _ROUNDED_UNITS or decimals:
        return 0.5 * 10.0**-decimals
    return 0.5 if unit in _LONG_UNITS else 0.0


def _decimals(number: float, printed: str) -> int:
    """Decimals as printed, "86.60" and ",020" included; those of the number if it is not there."""
    for figure in re.findall(r"\d*[.,]\d+|\d+", printed):
        whole, _, part = figure.replace(".", ",").partition(",")
        if part and math.isclose(float(f"{whole or 0}.{part}"), number):
            return len(part)
    return len(f"{number:.10f}".rstrip("0").partition(".")[2])


def _shown(number: float, qualifier: str, decimals: int, unit: str) -> str:
    words = {"approx": "about ", "at_least": "at least ", "at_most": "at most "}
    figure = f"{number:,.{decimals}f}"
    if qualifier == "order":
        return f"order of {figure}"
    return words.get(qualifier, "") + figure + ("%" if unit == "percent" else "")


def _period(unit: str, start: str, end: str) -> Value:
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    days = (last - first).days + 1
    weekdays = int(np.busday_count(first, last + timedelta(days=1)))
    length = {
        "days": days,
        "working_days": weekdays,
        "weeks": days / 7,
        "months": days / 365.25 * 12,
        "years": days / 365.25,
    }[unit]
    shown = f"{length:.1f}" if length % 1 else f"{length:.0f}"
    named = unit.replace("_", " ").removesuffix("s" if length == 1 else " ")
    return Value(length, Interval(length, length), f"{shown} {named}")


def _cells(reference: str, table: str, key: str, column: str) -> list[Value]:
    frame = published.exhibit(table)
    if column not in frame.columns:
        raise DataError(FILE, f"'{reference}': no such column", f"one of {', '.join(frame)}")
    rows = _rows(reference, frame, table, key)
    figures = pd.to_numeric(frame[column], errors="coerce")
    printed = figures.dropna()
    decimals = max((_decimals(float(v), "") for v in printed), default=0)
    share = _SHARE_COLUMNS.search(column) is not None
    room = 0.5 * 10.0**-decimals if decimals or share else 0.0
    found = []
    for number in figures[rows].dropna().astype(float):
        limits = Interval(max(number - room, 0.0), number + room)
        shown = f"{number:,.{decimals}f}" + ("%" if share else "")
        found.append(Value(number, limits, shown, decimals, share))
    if not found:
        raise DataError(FILE, f"'{reference}' names no figure", "name a row with one")
    return found


def _rows(reference: str, frame: pd.DataFrame, table: str, key: str) -> pd.Series:
    chosen = pd.Series(True, index=frame.index)
    parts = [part.strip() for part in key.split(",") if part.strip()]
    keys = published.primary_key(table)
    for place, part in enumerate(parts):
        column, _, wanted = part.rpartition("=") if "=" in part else (keys[place], "", part)
        if column not in frame.columns:
            raise DataError(FILE, f"'{reference}': no column '{column}'", f"one of {list(frame)}")
        chosen &= frame[column].astype(str) == wanted
    return chosen
