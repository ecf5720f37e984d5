"""What a printed share can stand for, and how far chance alone may have moved it."""

from __future__ import annotations

import math

from scipy import stats

from casebook.errors import CasebookError


def wilson(successes: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Limits of a share, as fractions: the score interval of Wilson (1927), uncorrected.

    Raises
    ------
    CasebookError
        if there are no trials, or more successes than trials.
    """
    if not 0 <= successes <= n or n == 0:
        raise CasebookError(
            f"{successes} of {n} is no share. Remedy: give the part first, then the whole."
        )
    z = float(stats.norm.ppf(0.5 + confidence / 2))
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # At either end the formula misses 0 or 1 by the last binary digit.
    return max(middle - half, 0.0), min(middle + half, 1.0)


def whole_numbers(percent: float, n: int, places: int | None = None) -> range:
    """The whole numbers of ``n`` that round to ``percent``.

    Parameters
    ----------
    places
        decimals that are printed, where the last may be 0; those of the number itself if None.

    Raises
    ------
    CasebookError
        if there is none, so that share and number contradict each other.
    """
    half = 0.5 * 10.0 ** -(decimals(percent) if places is None else places)
    low = math.ceil((percent - half) * n / 100 - 1e-9)
    high = math.floor((percent + half) * n / 100 + 1e-9)
    if low > high:
        raise CasebookError(
            f"No whole number of {n} is {percent}%. Remedy: check both against the source."
        )
    return range(max(low, 0), min(high, n) + 1)


def rounded_quotient(part: float, whole: float) -> tuple[float, float]:
    """The least and the most that part divided by whole may be, both printed in whole per cent."""
    return (part - 0.5) / (whole + 0.5), (part + 0.5) / (whole - 0.5)


def decimals(percent: float) -> int:
    """The number of decimals that ``percent`` is written with."""
    return len(f"{percent:g}".partition(".")[2])
