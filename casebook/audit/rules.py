"""The rules of the audit: what follows from printed values, and how it compares with the print.

Each rule takes the claim and the values it is said to follow from, and computes with the limits
that the print leaves open (see :mod:`casebook.audit.values`), so that nothing is called wrong that
rounding can explain. Interval arithmetic after Moore (1966), p-values as statcheck recomputes them
(Nuijten et al., 2016), possible shares after the GRIM test (Brown and Heathers, 2017).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scipy import stats

from casebook.audit.values import FILE, Value
from casebook.errors import CasebookError, DataError
from casebook.interval import Interval, exactly
from casebook.shares import whole_numbers

FOLLOWS = "follows"
ROUNDING = "follows within rounding"
DOES_NOT = "does not follow"
CONTRADICTS = "contradicts"
UNKNOWN = "cannot be checked"

#: From the cleanest to the least certain; the order of the page.
VERDICTS: tuple[str, ...] = (FOLLOWS, ROUNDING, DOES_NOT, CONTRADICTS, UNKNOWN)

#: Verdicts that a page must tell where it prints the figure.
DOUBTS: tuple[str, ...] = (DOES_NOT, CONTRADICTS)


@dataclass(frozen=True)
class Outcome:
    """What follows, in words for the reader, how far the print is off, and the verdict."""

    verdict: str
    follows: str
    off: str = ""


# Arithmetic of limits ----------------------------------------------------------------------------


def total(claim: Value, inputs: Sequence[Value]) -> Outcome:
    """The claim is the sum of the inputs."""
    found = exactly(0.0)
    for value in inputs:
        found = found + value.range
    return _compared(claim, found, sum(value.number for value in inputs))


def difference(claim: Value, inputs: Sequence[Value]) -> Outcome:
    """The claim is the first input less all others."""
    first, *rest = inputs
    found = first.range
    for value in rest:
        found = found - value.range
    return _compared(claim, found, first.number - sum(value.number for value in rest))


def product(claim: Value, inputs: Sequence[Value]) -> Outcome:
    """The claim is the product of the inputs."""
    found = exactly(1.0)
    for value in inputs:
        found = found * value.range
    return _compared(claim, found, math.prod(value.number for value in inputs))


def quotient(claim: Value, inputs: Sequence[Value]) -> Outcome:
    """The claim is the first input divided by the second."""
    part, whole = _two(inputs)
    return _compared(claim, part.range / whole.range, part.number / whole.number)


def share(claim: Value, inputs: Sequence[Value]) -> Outcome:
    """The claim, a percentage or a fraction in words, is the first input of the second."""
    part, whole = _two(inputs)
    size = 1.0 if claim.fraction else 100.0
    found = part.range / whole.range * exactly(size)
    return _compared(claim, found, size * part.number / whole.number)


def complement(claim: Value, inputs: Sequence[Value]) -> Outcome:
    """The claim is what the inputs leave of 100 per cent, or of 1."""
    size = 1.0 if claim.fraction else 100.0
    found = exactly(size)
    for value in inputs:
        found = found - value.range
    return _compared(claim, found, size - sum(value.number for value in inputs))


def same(claim: Value, inputs: Sequence[Value]) -> Outcome:
    """The claim and all inputs are one quantity, printed more than once."""
    values = [claim, *inputs]
    apart = [
        (a, b) for i, a in enumerate(values) for b in values[i + 1 :] if _apart(a.range, b.range)
    ]
    follows = " against ".join(dict.fromkeys(value.text for value in inputs))
    numbers = {value.number for value in values}
    if apart:
        a, b = apart[0]
        gap = _off(a, b.number).rpartition(" too ")[0]
        gap += " days" if a.date else ""
        pair = f"{gap} apart" if len(values) == 2 else f"{gap} between {a.text} and {b.text}"
        return Outcome(CONTRADICTS, follows, pair)
    if len(numbers) == 1:
        return Outcome(FOLLOWS, follows)
    limits = any(value.limit for value in values)
    inside = limits and all(_inside(v.range, w.range) or v is w for v in values for w in values)
    return Outcome(FOLLOWS if inside else ROUNDING, follows)


def listed(claim: Value, inputs: Sequence[Value]) -> Outcome:
    """The claim is a number of items announced, the input how many stand there."""
    (count,) = inputs
    return _compared(claim, count.range, count.number)


def exceeds(inputs: Sequence[Value]) -> Outcome:
    """Each input is larger than the next; the claim is in words."""
    pairs = list(pairwise(inputs))
    follows = " against ".join(value.text for value in inputs)
    if any(not a.range.high > b.range.low for a, b in pairs):
        return Outcome(DOES_NOT, follows)
    if all(a.number > b.number for a, b in pairs):
        sure = all(a.range.low >= b.range.high or a.limit or b.limit for a, b in pairs)
        return Outcome(FOLLOWS if sure else ROUNDING, follows)
    return Outcome(UNKNOWN, follows)


# Statistics --------------------------------------------------------------------------------------


def p_value(claim: Value, inputs: Sequence[Value]) -> Outcome:
    """The claim is the p-value of a chi-square or Wald statistic with its degrees of freedom."""
    statistic, freedom = _two(inputs)
    ends = (statistic.range.high, statistic.range.low)
    low, high = (float(stats.chi2.sf(end, freedom.number)) for end in ends)
    point = float(stats.chi2.sf(statistic.number, freedom.number))
    outcome = _compared(claim, Interval(low, high), point)
    small = point < 5e-5
    return Outcome(outcome.verdict, "p < 0.0001" if small else f"p = {point:.4f}", outcome.off)


def possible_share(claim: Value, inputs: Sequence[Value]) -> Outcome:
    """Some whole number of the input's people makes the percentage that is claimed."""
    (people,) = inputs
    n = round(people.number)
    try:
        fits = whole_numbers(claim.number, n, claim.decimals)
    except CasebookError:
        below = math.floor(claim.number * n / 100)
        near = " or ".join(
            f"{100 * count / n:.{claim.decimals}f}% ({count} of {n:,})"
            for count in (below, below + 1)
        )
        return Outcome(DOES_NOT, near)
    ends = f"{fits[0]}" if len(fits) == 1 else f"{fits[0]} to {fits[-1]}"
    return Outcome(FOLLOWS, f"{ends} of {n:,}")


Rule = Callable[[Value, Sequence[Value]], Outcome]

#: The rules that compute, by the name that the table ``audit`` calls them.
RULES: dict[str, Rule] = {
    "sum": total,
    "difference": difference,
    "product": product,
    "quotient": quotient,
    "share": share,
    "complement": complement,
    "possible_share": possible_share,
    "p_value": p_value,
    "same": same,
    "listed": listed,
}

#: Rules whose verdict is ours, because they compare words.
READ: tuple[str, ...] = ("reference", "statement", "unknown")


# Comparing ---------------------------------------------------------------------------------------


def _compared(claim: Value, found: Interval, point: float) -> Outcome:
    follows = _told(found, point, claim)
    if _apart(claim.range, found):
        return Outcome(DOES_NOT, follows, _off(claim, point))
    if round(point, claim.decimals) == round(claim.number, claim.decimals) and not claim.limit:
        return Outcome(FOLLOWS, follows)
    if _inside(found, claim.range):
        return Outcome(FOLLOWS if claim.limit else ROUNDING, follows)
    if math.isinf(found.high) or found.low == 0:
        return Outcome(UNKNOWN, follows)
    return Outcome(ROUNDING, follows)


_SLACK = 1e-9


def _apart(a: Interval, b: Interval) -> bool:
    """Whether no number lies in both."""
    for one, other in ((a, b), (b, a)):
        if one.high < other.low - _SLACK * max(1.0, abs(other.low)):
            return True
        touching = one.high == other.low and (one.high_open or other.low_open)
        if touching:
            return True
    return False


def _inside(a: Interval, b: Interval) -> bool:
    return b.low - _SLACK <= a.low and a.high <= b.high + _SLACK


def _told(found: Interval, point: float, claim: Value) -> str:
    places = max(claim.decimals, 0 if float(point).is_integer() else 1 if point >= 10 else 2)
    mark = "%" if claim.percent else ""
    if found.low == 0 and point != found.high:
        return f"at most {found.high:,.{places}f}{mark}"
    if math.isinf(found.high):
        return f"at least {found.low:,.{places}f}{mark}"
    told = f"{point:,.{places}f}{mark}"
    if found.high - found.low > 10.0**-places:
        told += f" ({found.low:,.{places}f} to {found.high:,.{places}f})"
    return told


def _off(claim: Value, point: float) -> str:
    """How far the claim is from what follows; where the print leaves room, from its nearest end."""
    near = claim.number
    if claim.limit or claim.order:
        near = claim.range.high if point > claim.range.high else claim.range.low
    gap = abs(near - point)
    whole = 0 if float(gap).is_integer() else 1 if gap >= 10 else 2
    # Two digits that say something, for a p-value too.
    small = min(1 - math.floor(math.log10(gap)), 4) if 0 < gap < 1 else 0
    places = max(min(claim.decimals, 4), whole, small)
    way = "too high" if near > point else "too low"
    return f"{gap:,.{places}f}{' points' if claim.percent else ''} {way}"


def _two(inputs: Sequence[Value]) -> tuple[Value, Value]:
    if len(inputs) != 2:
        raise DataError(FILE, f"{len(inputs)} inputs where the rule takes two", "give two")
    return inputs[0], inputs[1]
