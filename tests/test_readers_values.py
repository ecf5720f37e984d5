"""Numbers and times as they are written."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casebook.errors import DataError
from casebook.readers import values


@pytest.fixture(autouse=True, params=["python", "pyarrow"])
def stored(request: pytest.FixtureRequest) -> Iterator[None]:
    """Text kept in either way that pandas has, since users have one or the other."""
    with pd.option_context("mode.string_storage", request.param):
        yield


def times(*given: str, zone: str = "Europe/Amsterdam") -> values.Times:
    column = pd.Series(given, dtype="str")
    return values.times(column, np.arange(2, 2 + len(given)), zone, file="f.csv", column="tijd")


def one(said: str, *others: str) -> str:
    """The first time in UTC, or why it is none."""
    read = times(said, *others)
    return read.problems[0] or str(read.utc[0])[:19].replace(" ", "T")


@pytest.mark.parametrize(
    ("said", "utc"),
    [
        ("2014-03-01T20:15:00Z", "2014-03-01T20:15:00"),
        ("2014-03-01 20:15:00+01:00", "2014-03-01T19:15:00"),
        ("2014-03-01 20:15 UTC-5", "2014-03-02T01:15:00"),
        ("2014-03-01 20:15", "2014-03-01T19:15:00"),
        ("2014-07-01 20:15:30.5", "2014-07-01T18:15:30"),
        ("2014/7/1 20:15", "2014-07-01T18:15:00"),
        ("2014-07-01", "2014-06-30T22:00:00"),
        ("1-7-2014 20:15", "2014-07-01T18:15:00"),
        ("01.07.2014 20.15 uur", "2014-07-01T18:15:00"),
        ("dinsdag 1 juli 2014 om 20:15", "2014-07-01T18:15:00"),
        ("1 mrt. 2014 20:15", "2014-03-01T19:15:00"),
        ("July 1st, 2014 at 8:15 pm", "2014-07-01T18:15:00"),
        ("12:15 am", "it is not a time that can be read"),
        ("2014-07-01 12:15 am", "2014-06-30T22:15:00"),
        ("Wed Oct 10 20:19:24 +0000 2018", "2018-10-10T20:19:24"),
        ("Wed, 10 Oct 2018 20:19:24 GMT", "2018-10-10T20:19:24"),
        ("2021-03-01 09:12:41 CET", "2021-03-01T08:12:41"),
        ("2021-03-01 09:12:41 EDT", "2021-03-01T13:12:41"),
        ("1393701300", "2014-03-01T19:15:00"),
        ("1393701300.5", "2014-03-01T19:15:00"),
        ("1393701300123", "2014-03-01T19:15:00"),
        ("2014-02-30 10:00", "there is no such time"),
        ("30-02-2014 10:00", "there is no such time"),
        ("2014-03-01 25:00", "there is no such time"),
        ("1-7-14", "it is not a time that can be read"),
        ("gisteren", "it is not a time that can be read"),
        ("2014-03-01 20:15 XYZ", "it is not a time that can be read"),
        ("9999-12-31 23:00:00-12:00", "there is no such time"),
    ],
)
def test_shapes(said: str, utc: str) -> None:
    assert one(said) == utc


def test_the_hours_of_the_clock_change() -> None:
    read = times("2014-03-30 02:30", "2014-10-26 02:30", "2014-10-26 03:30")
    assert "did not exist" in read.problems[0]
    assert [str(when)[11:16] for when in read.utc[1:]] == ["00:30", "02:30"]
    assert any("came twice" in note and note.endswith(": 1.") for note in read.notes)


def test_each_zone_by_itself() -> None:
    read = times("2014-03-01 20:00Z", "2014-03-01 20:00+0100", "2014-03-01 20:00")
    assert [when.hour for when in read.utc] == [20, 19, 19]
    assert read.notes == ("Times in 'tijd' without a zone were read as Europe/Amsterdam: 1.",)
    assert times("2014-03-01 20:00", zone="UTC").utc[0].hour == 20


def test_days_first_or_months_first() -> None:
    assert one("03-04-2014", "25-03-2014") == "2014-04-02T22:00:00"
    assert one("03/04/2014", "03/25/2014") == "2014-03-03T23:00:00"
    read = times("03-04-2014 10:00")
    assert read.utc[0].month == 4
    assert any("the day was taken first, as the Dutch" in note for note in read.notes)
    read = times("03/04/2014 10:00 PM")
    assert read.utc[0].month == 3
    assert any("am and pm" in note for note in read.notes)


def test_two_orders_in_one_column_are_refused() -> None:
    with pytest.raises(DataError, match=r"row 4, column 'tijd'.*row 3.*day first.*row 4"):
        times("01-02-2014", "25-03-2014", "03-25-2014")


def test_no_such_zone() -> None:
    for zone in ("Europe/Rotterdam", "", "../etc/passwd"):
        with pytest.raises(DataError, match="no time zone"):
            times("2014-03-01", zone=zone)


@settings(max_examples=40)
@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))
def test_every_way_to_write_a_moment_gives_it_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    plain = moment.strftime("%Y-%m-%dT%H:%M:%S")
    for form in ("%Y-%m-%d %H:%M:%SZ", "%a %b %d %H:%M:%S +0000 %Y", "%d %B %Y %H:%M:%S UTC"):
        assert one(moment.strftime(form)) == plain
    read = times(moment.strftime("%d/%m/%Y %H:%M:%S"), zone="UTC")
    assert str(read.utc[0])[:19].replace(" ", "T") == plain


@settings(max_examples=60)
@given(st.text(max_size=30))
def test_no_text_breaks_it(said: str) -> None:
    read = times(said, "2014-03-01")
    assert (read.problems[0] != "") == pd.isna(read.utc[0]) or not said.strip()
    values.numbers(pd.Series([said], dtype="str"))
    assert isinstance(values.looks_like_time(said), bool)


@pytest.mark.parametrize(
    ("column", "numbers"),
    [
        (["1,5", "2"], [1.5, 2]),
        (["1,5", "1.234"], [1.5, 1234]),
        (["1.5", "1,234"], [1.5, 1234]),
        (["1.234,5", "1.234.567"], [1234.5, 1234567]),
        (["1,234.5", "-1,234"], [1234.5, -1234]),
        (["12 345", "1'234"], [12345, 1234]),
        (["1e3", "+2"], [1000, 2]),
        (["", "x", "1-2", "½", "1.2.3"], [math.nan] * 5),
    ],
)
def test_numbers(column: list[str], numbers: list[float]) -> None:
    read, _ = values.numbers(pd.Series(column, dtype="str"))
    np.testing.assert_array_equal(read, numbers)


def test_a_doubtful_number_is_told() -> None:
    read, notes = values.numbers(pd.Series(["1.234"], dtype="str"))
    assert read[0] == 1.234
    assert "not over a thousand" in notes[0]


def test_a_million_times_take_seconds() -> None:
    clock = pd.date_range("2010", "2020", periods=20_000).strftime("%d-%m-%Y %H:%M:%S")
    read = times(*clock)
    assert read.utc.notna().sum() > 19_990
