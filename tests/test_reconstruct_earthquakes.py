"""The earthquakes case: totals met, peaks where they are put in, silent accounts, no names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from casebook import conversation, networks, published, reconstruct
from casebook.conversation import Conversation
from casebook.errors import DataError
from casebook.paths import data_dir
from casebook.reconstruct import chance
from casebook.reconstruct.volume import volume

# As the report prints them, typed here a second time on purpose.
PRINTED = {
    "tweets": 5443,
    "participants": 2823,
    "national politicians who spoke": 1,
    "municipalities with a tweet": 3,
    "tweets of the ministry concerned": 0,
}


@pytest.fixture(scope="module")
def conv() -> Conversation:
    return conversation.load("earthquakes")


def vary(**given: object) -> reconstruct.Spec:
    plan = reconstruct.spec("earthquakes")
    return replace(plan, given={**plan.given, **given})


def test_the_printed_totals_are_met(conv: Conversation) -> None:
    table = reconstruct.targets("earthquakes").set_index("what")
    assert table["reconstructed"].to_dict() == PRINTED
    assert table["published"].to_dict() == PRINTED
    rows = conv.messages[conv.messages["kind"] != "mention"]
    assert len(rows) == 5443
    assert rows["author"].nunique() == 2823


def test_bundled_files_follow_from_the_spec() -> None:
    assert reconstruct.stale("earthquakes") == []
    packed = data_dir() / "reconstructed" / "earthquakes" / "messages.csv.gz"
    assert packed.stat().st_size < 150_000


def test_another_seed_meets_them_too_with_other_messages(conv: Conversation) -> None:
    other = reconstruct.simulate("earthquakes", 8)
    assert not other.messages["author"].equals(conv.messages["author"])


def test_every_assumption_is_used() -> None:
    plan = reconstruct.spec("earthquakes")

    class Read(dict):
        seen: set[str] = set()  # noqa: RUF012

        def __getitem__(self, key: str) -> object:
            self.seen.add(key)
            return super().__getitem__(key)

    reconstruct.simulate(replace(plan, given=Read(plan.given)))
    assert Read.seen == set(plan.given)


def test_no_names_and_no_text(conv: Conversation) -> None:
    assert conv.actors["actor"].str.fullmatch(r"p\d{4}").all()
    assert (conv.messages["text"] == "").all()
    allowed = {a["label"] for a in reconstruct.spec("earthquakes").accounts}
    assert set(conv.actors["label"]) == {*allowed, ""}
    files = reconstruct.files("earthquakes")
    told = files["actors.csv"].decode() + (
        data_dir() / "reconstructed/earthquakes/spec.yml"
    ).read_text("utf-8")
    for name in ("AardbevingNL", "SchokkendGroningen"):
        assert name.lower() not in told.lower()


def test_accounts_that_send_nothing_are_addressed_and_are_no_participants(
    conv: Conversation,
) -> None:
    sent = conv.messages[conv.messages["kind"] != "mention"]
    silent = conv.actors[~conv.actors["actor"].isin(sent["author"])]
    assert sorted(silent["label"]) == [
        "ministry concerned",
        "national politician B",
        "national politician C",
    ]
    assert silent["actor"].isin(conv.messages["target"]).all()
    assert len(conv.actors) == 2823 + 3


def test_municipalities_have_one_tweet_each_that_nobody_takes_up(conv: Conversation) -> None:
    actors = conv.actors[conv.actors["label"].str.startswith("municipality")]
    rows = conv.messages[conv.messages["author"].isin(actors["actor"])]
    assert rows["kind"].tolist() == ["tweet"] * 3
    assert not conv.messages["target"].isin(actors["actor"]).any()
    assert not conv.messages["parent_id"].isin(rows["message_id"]).any()


def test_roles_follow_the_groups(conv: Conversation) -> None:
    roles = conv.actors.groupby("group")["role"].unique()
    assert set(roles["media"]) == {"media"}
    assert set(roles["protest"]) == {"protest"}
    assert set(roles["critical"]) == {"citizen"}
    assert set(roles["small_01"]) == {"humour", "citizen"}
    assert (conv.actors["role"] == "humour").sum() == 3


def test_jokers_are_retweeted_by_their_own(conv: Conversation) -> None:
    group = conv.actors.set_index("actor")["group"]
    jokers = conv.actors.loc[conv.actors["role"] == "humour", "actor"]
    rows = conv.messages[
        (conv.messages["kind"] == "retweet") & conv.messages["target"].isin(jokers)
    ]
    assert len(rows) > 300
    assert (rows["author"].map(group) == rows["target"].map(group)).mean() > 0.9


def test_nobody_follows_before_what_he_follows(conv: Conversation) -> None:
    rows = conv.messages[conv.messages["kind"].isin(["retweet", "reply"])]
    times = conv.messages.set_index("message_id")["time"]
    assert (rows["time"].to_numpy() > times[rows["parent_id"]].to_numpy()).all()
    graph = networks.mentions(conv)
    assert graph.number_of_edges() > 3000


# Volume by hour


def hours() -> tuple[chance.Clock, pd.DataFrame]:
    plan = reconstruct.spec("earthquakes")
    return chance.Clock(plan), published.exhibit(plan["peaks"]["events"])


def test_half_of_the_volume_is_in_peaks_from_the_next_whole_hour_on() -> None:
    clock, quakes = hours()
    without = {**reconstruct.spec("earthquakes")["peaks"], "share": 0}
    ground = volume(vary(peaks=without), clock)
    both = volume(vary(), clock)
    added = both - 0.5 * ground
    assert added.sum() == pytest.approx(0.5)
    larger = quakes[quakes["magnitude"] >= 2].sort_values("time")
    first = clock.begins[np.flatnonzero(added > 1e-12)[0]]
    # Assen, 5 February at 21:25 UTC
    assert pd.Timestamp(first, unit="s", tz="UTC") == pd.Timestamp("2014-02-05T22:00Z")
    # each peak in proportion to 3 ** (magnitude - 2), if it has the time to end before the next
    sums = []
    for time in larger["time"]:
        since = (clock.begins - time.timestamp()) / 3600
        sums.append(added[(since > 0) & (since < 121)].sum())
    wanted = 3.0 ** (larger["magnitude"].to_numpy() - 2)
    assert np.array(sums) == pytest.approx(0.5 * wanted / wanted.sum(), rel=1e-6)


def test_the_ground_follows_weekday_and_hour() -> None:
    clock, _ = hours()
    peaks = {**reconstruct.spec("earthquakes")["peaks"], "share": 0}
    flat = vary(peaks=peaks, weekdays=[1, 1, 1, 1, 1, 0, 0], public_hours=[1] * 24)
    found = volume(flat, clock)
    assert found.sum() == pytest.approx(1)
    assert (found[clock.weekday >= 5] == 0).all()
    assert len(set(found[clock.weekday < 5].round(12))) == 1
    # 1 January 2014 was a Wednesday
    assert clock.weekday[0] == 2


def test_without_peaks_days_are_as_stated() -> None:
    plan = reconstruct.spec("benno_l")
    clock = chance.Clock(plan, plan["first_hour"])
    found = volume(plan, clock)
    days = pd.Series(found).groupby(clock.day).sum()
    by_hour = np.array(plan["public_hours"])
    assert days[1] == 15 * by_hour.sum()
    assert days[0] == 22 * by_hour[8:].sum()


def test_a_peak_without_a_share_is_named() -> None:
    peaks = dict(reconstruct.spec("earthquakes")["peaks"])
    del peaks["growth"]
    with pytest.raises(DataError, match="no value for 'growth'"):
        reconstruct.simulate(vary(peaks=peaks))
    with pytest.raises(DataError, match="there is no table 'knmi_elsewhere'"):
        reconstruct.simulate(vary(peaks={**peaks, "growth": 3, "events": "knmi_elsewhere"}))
