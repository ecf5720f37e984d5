"""Figures that are known only within limits, and arithmetic that keeps the limits.

"More than 18,000" is no number to divide by; what the division gives is a limit too.
:class:`Interval` holds what is known of a figure that cannot be negative: a count, a length of
time, or what is computed from these. Interval arithmetic after Moore (1966); a figure that occurs
twice in a formula makes the result wider than need be, never narrower.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from casebook import published
from casebook.errors import CasebookError
from casebook.published import Fact


@dataclass(frozen=True)
class Interval:
    """All that a figure may be: from ``low`` to ``high``, either end left out if it is open.

    ``high`` is infinite where nothing limits the figure; ``about`` says that the source rounds, by
    how much is not known.
    """

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False
    about: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            raise CasebookError(
                f"No figure runs from {self.low} to {self.high}. "
                "Remedy: give the lower limit first, and none below 0."
            )

    @property
    def kind(self) -> str:
        """``exact, about, at least, at most`` or ``between``."""
        if self.low == self.high:
            return "about" if self.about else "exact"
        if math.isinf(self.high):
            return "at least"
        return "between" if self.low > 0 else "at most"

    @property
    def text(self) -> str:
        """The figure as prose prints it; limits are rounded outwards, so that they stay true."""
        about = "about " if self.about else ""
        if self.low == self.high:
            return about + _printed(self.low)
        if math.isinf(self.high):
            return ("more than " if self.low_open else "at least ") + about + _down(self.low)
        if self.low == 0:
            return ("less than " if self.high_open else "at most ") + about + _up(self.high)
        return f"{about}{_down(self.low)} to {_up(self.high)}"

    def __add__(self, other: Interval) -> Interval:
        return Interval(
            self.low + other.low,
            self.high + other.high,
            self.low_open or other.low_open,
            self.high_open or other.high_open,
            self.about or other.about,
        )

    def __sub__(self, other: Interval) -> Interval:
        """What is left of a whole without a part of it, and so never below 0."""
        return Interval(
            max(self.low - other.high, 0),
            max(self.high - other.low, 0),
            self.low_open or other.high_open,
            self.high_open or other.low_open,
            self.about or other.about,
        )

    def __mul__(self, other: Interval) -> Interval:
        return Interval(
            self.low * other.low,
            self.high * other.high,
            self.low_open or other.low_open,
            self.high_open or other.high_open,
            self.about or other.about,
        )

    def __truediv__(self, other: Interval) -> Interval:
        if other.high == 0:
            raise CasebookError("Nothing can be divided by 0. Remedy: leave the quotient out.")
        return Interval(
            self.low / other.high,
            self.high / other.low if other.low else math.inf,
            self.low_open or other.high_open,
            self.high_open or other.low_open,
            self.about or other.about,
        )


def exactly(value: float) -> Interval:
    """A figure known exactly."""
    return Interval(value, value)


def of(fact: Fact | str) -> Interval:
    """What a figure of the ledger, or the id of one, says by value and qualifier.

    "More than" and "less than" leave the limit itself out, where the note of the row says
    "Strictly"; an order such as tens runs from 10 to under 100. A fraction in words, such as a
    third, counts as rounded.

    Raises
    ------
    CasebookError
        if the figure is a date.
    """
    row = published.fact(fact) if isinstance(fact, str) else fact
    if isinstance(row.value, date):
        raise CasebookError(f"'{row.id}' is a date. Remedy: compute with days instead.")
    value, strict = float(row.value), row.note.startswith("Strictly")
    about = row.qualifier == "approx" or row.unit == "fraction"
    if row.qualifier == "at_least":
        return Interval(value, math.inf, low_open=strict, about=about)
    if row.qualifier == "at_most":
        return Interval(0, value, high_open=strict, about=about)
    if row.qualifier == "order":
        return Interval(value, 10 * value, high_open=True)
    return Interval(value, value, about=about)


def _digits(value: float) -> int:
    if float(value).is_integer() or value >= 1000:
        return 0
    return 1 if value >= 10 else 2


def _printed(value: float) -> str:
    return f"{value:,.{_digits(value)}f}"


# A quotient such as 0.29 * 100 may fall short of a whole by the last binary digit.
_SLACK = 1e-9


def _down(value: float) -> str:
    step = 10 ** _digits(value)
    return _printed(math.floor(value * step + _SLACK) / step)


def _up(value: float) -> str:
    step = 10 ** _digits(value)
    return _printed(math.ceil(value * step - _SLACK) / step)
