"""Shares as printed: their limits, and the whole numbers that they can stand for."""

from __future__ import annotations

import pytest
from scipy import stats

from casebook import shares
from casebook.errors import CasebookError


@pytest.mark.parametrize(("successes", "n"), [(0, 10), (3, 10), (314, 1522), (78, 78)])
def test_wilson_is_that_of_scipy(successes: int, n: int) -> None:
    theirs = stats.binomtest(successes, n).proportion_ci(method="wilson")
    assert shares.wilson(successes, n) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (4, 3), (-1, 3)])
def test_wilson_refuses_what_is_no_share(successes: int, n: int) -> None:
    with pytest.raises(CasebookError, match="Remedy"):
        shares.wilson(successes, n)


def test_a_printed_share_stands_for_certain_whole_numbers() -> None:
    assert list(shares.whole_numbers(29.4, 252)) == [74]
    assert list(shares.whole_numbers(32, 78)) == [25]
    assert list(shares.whole_numbers(20.6, 1522)) == [313, 314]
    assert list(shares.whole_numbers(100, 3)) == [3]
    assert list(shares.whole_numbers(0, 3)) == [0]
    with pytest.raises(CasebookError, match="No whole number of 7 is 20%"):
        shares.whole_numbers(20, 7)


def test_every_number_that_rounds_is_found() -> None:
    for n in (7, 73, 252):
        for percent in (0, 14, 15, 29, 50, 100):
            wanted = [k for k in range(n + 1) if abs(100 * k / n - percent) <= 0.5]
            try:
                assert list(shares.whole_numbers(percent, n)) == wanted
            except CasebookError:
                assert wanted == []


def test_a_quotient_of_rounded_shares_keeps_its_limits() -> None:
    low, high = shares.rounded_quotient(17, 35)
    assert low == pytest.approx(16.5 / 35.5)
    assert high == pytest.approx(17.5 / 34.5)
    # A minority of those who tweet is not certain.
    assert low < 0.5 < high
