"""Days, baselines and event windows: worked by hand, planted effects found, none where none is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from casebook import activity, conversation, provenance
from casebook.conversation import Conversation
from casebook.errors import CasebookError


def messages(times: list[str | None], kinds: list[str] | None = None) -> Conversation:
    """A conversation with a tweet (or another kind) at each UTC time."""
    rows = pd.DataFrame(
        {
            "message_id": [f"m{i}" for i in range(len(times))],
            "author": "a",
            "time": pd.to_datetime(pd.Series(times), utc=True),
            "kind": kinds or "tweet",
            "parent_id": "",
            "target": "",
            "text": "",
            "weight": 1.0,
        }
    )
    actors = pd.DataFrame({"actor": ["a"], "role": "citizen", "label": "", "group": ""})
    mine = provenance.Provenance("yours", note="Made up.")
    return Conversation(provenance.mark(rows, mine), provenance.mark(actors, mine), "mine")


def calendar(counts: list[float], first: str = "2014-01-06") -> pd.DataFrame:
    """A daily table as of :func:`activity.daily`; 6 January 2014 was a Monday."""
    dates = pd.date_range(first, periods=len(counts), freq="D")
    frame = pd.DataFrame(
        {
            "date": dates,
            "weekday": dates.day_of_week,
            "hours": 24,
            "messages": np.array(counts, dtype=float),
        }
    )
    return provenance.mark(frame, provenance.Provenance("yours"))


def at(*days: str) -> pd.Series:
    return pd.Series({day: pd.Timestamp(f"{day}T12:00", tz="Europe/Amsterdam") for day in days})


# Counting


def test_days_are_local_and_silent_ones_count() -> None:
    # 23:30 UTC on 1 January is 00:30 on the 2nd in Amsterdam
    table = activity.daily(
        messages(["2014-01-01T22:30Z", "2014-01-01T23:30Z", "2014-01-04T11:00Z"])
    )
    assert table["date"].dt.strftime("%d").tolist() == ["01", "02", "03", "04"]
    assert table["messages"].tolist() == [1, 1, 0, 1]
    assert table["weekday"].tolist() == [2, 3, 4, 5]
    assert provenance.of(table).kind == "yours"


def test_summer_time_takes_an_hour_and_gives_it_back() -> None:
    # 22:30 UTC is 23:30 on 29 March by winter time, 00:30 on the 31st by summer time
    spring = activity.daily(
        messages(["2014-03-29T22:30Z", "2014-03-30T22:30Z"]), start="2014-03-29", end="2014-03-31"
    )
    assert spring["hours"].tolist() == [24, 23, 24]
    assert spring["messages"].tolist() == [1, 0, 1]
    autumn = activity.daily(messages([]), start="2014-10-25", end="2014-10-27")
    assert autumn["hours"].tolist() == [24, 25, 24]
    there = activity.daily(messages([]), start="2014-03-29", end="2014-03-31", zone="UTC")
    assert there["hours"].tolist() == [24, 24, 24]


def test_likes_mentions_and_what_has_no_time_are_no_messages() -> None:
    table = activity.daily(
        messages(
            ["2014-01-01T12:00Z", "2014-01-01T12:00Z", None, "2014-01-02T12:00Z"],
            ["tweet", "mention", "like", "reply"],
        )
    )
    assert table["messages"].tolist() == [1, 1]


def test_weights_are_added_up() -> None:
    conv = messages(["2014-01-01T12:00Z", "2014-01-01T13:00Z"])
    conv.messages["weight"] = [2.0, 5.0]
    assert activity.daily(conv)["messages"].tolist() == [7]


def test_a_period_cuts_and_a_missing_day_has_no_number() -> None:
    conv = messages(["2014-01-01T12:00Z", "2014-01-03T12:00Z", "2014-01-05T12:00Z"])
    table = activity.daily(conv, start="2014-01-02", end="2014-01-04", missing=["2014-01-04"])
    assert table["messages"].tolist()[:2] == [0, 1]
    assert np.isnan(table["messages"].iloc[2])


def test_no_times_or_a_period_the_wrong_way_are_refused() -> None:
    with pytest.raises(CasebookError, match=r"mine: no message has a time.*Remedy"):
        activity.daily(messages([None]))
    with pytest.raises(CasebookError, match=r"ends \(2014-01-01\) before it starts.*Remedy"):
        activity.daily(messages([]), start="2014-01-02", end="2014-01-01")


def test_all_messages_of_a_reconstruction_are_counted() -> None:
    conv = conversation.load("benno_l")
    table = activity.daily(conv)
    assert table["messages"].sum() == 9533
    assert len(table) == 7
    assert provenance.of(table).kind == "reconstructed"


# The usual level


def test_usual_is_the_mean_of_the_other_same_weekdays() -> None:
    table = calendar([10, 1, 1, 1, 1, 1, 1, 20, 1, 1, 1, 1, 1, 1, 60])
    usual = activity.expected(table)
    # three Mondays of 10, 20 and 60: each is expected to be the mean of the other two
    assert usual.iloc[[0, 7, 14]].tolist() == [40, 35, 15]
    clear = pd.Series(True, index=table.index)
    clear.iloc[14] = False
    usual = activity.expected(table, clear)
    assert usual.iloc[[0, 7, 14]].tolist() == [20, 10, 15]


def test_a_short_day_is_expected_to_have_less() -> None:
    table = calendar([24.0] * 15)
    table.loc[7, "hours"] = 23
    table.loc[7, "messages"] = 23
    usual = activity.expected(table)
    assert usual.iloc[7] == pytest.approx(23)
    assert usual.iloc[0] == pytest.approx(24)


def test_a_day_without_another_of_its_weekday_has_no_usual_level() -> None:
    assert activity.expected(calendar([5, 6, 7])).isna().all()
    gaps = calendar([10, 1, 1, 1, 1, 1, 1, np.nan])
    assert np.isnan(activity.expected(gaps).iloc[0])
    assert activity.expected(gaps).iloc[7] == 10


# Events


def test_windows_by_hand() -> None:
    # Four weeks of 10 a day; 40 more on Wednesday of the third week, 5 more the day after.
    counts = [10.0] * 28
    counts[16], counts[17] = 50, 15
    found = activity.response(calendar(counts), at("2014-01-22"), window=2, seed=1)
    row = found.table.iloc[0]
    assert (row["observed"], row["expected"], row["excess"]) == (65, 20, 45)
    assert row["ratio"] == 3.25
    assert row["date"] == pd.Timestamp("2014-01-22")
    # 27 runs of two days, less the three that touch the window
    assert found.placebos == 24
    assert row["p"] == pytest.approx(1 / 25)
    assert found.excess == 45
    assert found.placebo_mean == found.placebo_sd == 0
    assert found.p == pytest.approx(1 / 1000)
    assert row["note"] == ""
    assert found.days["clear"].sum() == 26


def test_an_event_late_at_night_belongs_to_its_local_day() -> None:
    times = pd.Series({"x": pd.Timestamp("2014-01-21T23:30Z")})
    found = activity.response(calendar([10.0] * 28), times, window=1, seed=1)
    assert found.table["date"].iloc[0] == pd.Timestamp("2014-01-22")


def test_nothing_stands_out_where_every_day_is_alike() -> None:
    found = activity.response(calendar([10.0] * 28), at("2014-01-22"), window=2, seed=1)
    assert found.table["p"].iloc[0] == 1
    assert found.p == 1


def test_a_weekday_rhythm_is_no_response() -> None:
    # Wednesdays have always had five times as much
    counts = [50.0 if day % 7 == 2 else 10.0 for day in range(56)]
    found = activity.response(calendar(counts), at("2014-01-22"), window=1, seed=1)
    assert found.excess == 0
    assert found.p == 1


def test_false_alarms_are_as_rare_as_the_level_says() -> None:
    generator = np.random.default_rng(7)
    dates = ["2014-01-20", "2014-02-05", "2014-03-01"]
    alarms = []
    for _ in range(200):
        table = calendar(list(generator.poisson(30, 90)))
        alarms.append(activity.response(table, at(*dates), window=3, seed=1, draws=199).p < 0.05)
    assert np.mean(alarms) < 0.1


def test_planted_effects_are_found_and_draws_repeat() -> None:
    counts = np.random.default_rng(7).poisson(30, 90).astype(float)
    counts[[20, 21, 50, 51]] += 25
    events = at("2014-01-26", "2014-02-25")
    found = activity.response(calendar(list(counts)), events, window=2, seed=3)
    assert found.p < 0.01
    assert found.excess > 30
    assert abs(found.placebo_mean) < 10
    again = activity.response(calendar(list(counts)), events, window=2, seed=3)
    assert (again.placebo_mean, again.placebo_sd) == (found.placebo_mean, found.placebo_sd)


def test_events_besides_are_kept_out_of_usual_and_placebo() -> None:
    counts = [10.0] * 28
    counts[9] = 100  # a Wednesday too
    one = at("2014-01-22")
    plain = activity.response(calendar(counts), one, window=1, seed=1)
    cleared = activity.response(calendar(counts), one, window=1, seed=1, besides=at("2014-01-15"))
    assert plain.table["expected"].iloc[0] == pytest.approx(40)
    assert cleared.table["expected"].iloc[0] == pytest.approx(10)
    assert cleared.placebos == plain.placebos - 1


def test_neighbours_ends_and_gaps_are_told() -> None:
    table = calendar([10.0] * 25 + [np.nan] + [10.0] * 30)
    events = at("2014-01-01", "2014-01-22", "2014-01-23", "2014-01-30", "2014-03-02", "2014-02-10")
    found = activity.response(table, events, window=3, seed=1)
    notes = found.table.set_index("event")["note"]
    assert notes["2014-01-01"] == notes["2014-03-02"] == "the window leaves the period"
    assert notes["2014-01-22"] == notes["2014-01-23"] == "shares days with another event"
    assert notes["2014-01-30"].startswith("a day of the window was not counted")
    assert notes["2014-02-10"] == ""
    told = found.table.set_index("event")[["observed", "p"]]
    assert told.loc[["2014-01-01", "2014-03-02", "2014-01-30"]].isna().all().all()
    assert found.excess == 0


@pytest.mark.parametrize(
    ("days", "events", "window", "said"),
    [
        (28, ["2014-01-22"], 8, "window of 8 days cannot be used.*Remedy"),
        (28, ["2014-01-22"], 0, "window of 0 days cannot be used.*Remedy"),
        (28, ["2015-01-22"], 3, "No event has a whole window.*Remedy"),
        (2, ["2014-01-06"], 3, "No event has a whole window.*Remedy"),
        (14, ["2014-01-13"], 7, "Only 0 dates are clear of events.*Remedy"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    days: int, events: list[str], window: int, said: str
) -> None:
    with pytest.raises(CasebookError, match=said):
        activity.response(calendar([10.0] * days), at(*events), window=window, seed=1)


def test_times_without_a_zone_are_refused() -> None:
    naive = pd.Series({"x": pd.Timestamp("2014-01-22T12:00")})
    with pytest.raises(CasebookError, match=r"have no zone.*Remedy: give them as UTC"):
        activity.response(calendar([10.0] * 28), naive, window=1, seed=1)
