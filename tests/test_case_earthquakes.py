"""The earthquakes case: its arithmetic, its days, and statements that can fail."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casebook import (
    charts,
    communities,
    conversation,
    figure,
    measure_set,
    provenance,
    published,
    results,
    statements,
)
from casebook.cases import common, earthquakes
from casebook.conversation import Conversation
from casebook.statements.earthquakes import Quakes, respond

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture(scope="module")
def conv() -> Conversation:
    return conversation.load("earthquakes")


def changed(conv: Conversation, rows: pd.Series, **values: object) -> Conversation:
    messages = conv.messages.copy()
    for column, value in values.items():
        messages.loc[rows, column] = value
    return replace(conv, messages=messages)


def outcome(conv: Conversation) -> dict[tuple[str, int], bool]:
    """Each outcome by statement and the number of its test among that statement's."""
    found: dict[tuple[str, int], bool] = {}
    for test, value in zip(statements.tests("earthquakes"), statements.holds(conv), strict=True):
        statement = test.statement_id.removeprefix("earthquakes_")
        found[statement, sum(s == statement for s, _ in found)] = bool(value)
    return found


# Arithmetic


def test_rates_are_those_of_the_totals() -> None:
    table = earthquakes.numbers().set_index("what")["value"]
    # 5443 / 2823, 5443 / 90, 2 * 2823 - 5443, 1 + 3, 4 / 2823
    assert list(table) == ["1.93", "60.5", "203", "4", "0.142"]
    assert provenance.of(earthquakes.numbers()).kind == "derived"


def test_one_sender_has_at_most_all_but_one_of_each() -> None:
    table = earthquakes.inequality_bounds().set_index("measure")
    assert table.loc["largest", "lowest"] == 2
    assert table.loc["largest", "highest"] == 5443 - 2822


def test_a_group_without_a_printed_colour_gets_ours() -> None:
    groups = common.coloured("earthquakes", earthquakes.COLOURS)
    assert set(groups["group"]) == set(earthquakes.COLOURS)
    assert list(groups["colour_nl"]) == [earthquakes.COLOURS[g] for g in groups["group"]]
    assert provenance.of(groups).kind == "coded"
    printed = common.coloured("timmermans", {"red": "grey", "green": "grey"})
    assert list(printed["colour_nl"]) == ["lichtblauw", "groen", "rood"]
    assert (published.exhibit("earthquakes_groups")["colour_nl"] == "").all()


def test_the_group_map_has_the_ties_as_worded() -> None:
    view = common.group_map("earthquakes", members=True, colours=earthquakes.COLOURS)
    names = dict(enumerate(view.nodes["label"]))
    ends = {
        frozenset((names[e.source], names[e.target])): e.weight for e in view.edges.itertuples()
    }
    assert ends[frozenset(("Media", "Protest accounts"))] == 3
    assert ends[frozenset(("Jokers and their followings", "Critical citizens"))] == 1
    assert frozenset(("Jokers and their followings", "Media")) not in ends
    assert frozenset(("Protest accounts", "AardbevingNL")) in ends
    assert frozenset(("Government", "Three municipalities")) in ends


# The catalogue


def test_the_catalogue_is_carried_over_in_local_time() -> None:
    table = earthquakes.quakes().set_index("place")
    assert len(table) == 9
    assert table.loc["'t Zandt", ["date", "local time", "magnitude"]].tolist() == [
        "13 February",
        "03:13",
        "3.0",
    ]
    assert table.loc["Assen", "local time"] == "22:25"
    assert table["magnitude"].astype(float).min() == 1.5
    assert set(provenance.of(earthquakes.quakes()).sources) == {"knmi2018 first quarter of 2014"}


def test_the_datings_of_the_report_against_the_catalogue() -> None:
    assert earthquakes.seasons() == {
        "all": 9,
        "feb_march": 8,
        "spring_month": 4,
        "spring_sun": 1,
        "larger": 4,
        "larger_spring_month": 2,
    }
    assert earthquakes.threshold() == 2.0


# Days and windows


def test_days_hold_all_messages_and_the_earthquakes(conv: Conversation) -> None:
    table, events = earthquakes.by_day(conv)
    assert len(table) == 90
    assert table["messages"].sum() == 5443
    at = table.set_index("date")["earthquake"]
    assert at[pd.Timestamp("2014-02-13")] == "'t Zandt 3.0"
    assert (at != "").sum() == 9
    assert events["strong"].sum() == 4
    origin = provenance.of(table)
    assert origin.kind == "reconstructed"
    assert {"twente2014 §5.8", "knmi2018"} <= set(origin.sources)


def test_the_chart_draws_days_usual_level_and_events(conv: Conversation) -> None:
    table, events = earthquakes.by_day(conv)
    drawn = charts.days(
        table, date="date", value="messages", usual="usual", axis="messages", events=events
    )
    made = figure.chart(drawn, table, "days", "Peaks.")
    assert figure.MARK in made.pictures["light"]
    for magnitude in ("2.0", "2.1", "2.3", "3.0"):
        assert f">{magnitude}<" in made.pictures["light"]
    assert ">1.5<" not in made.pictures["light"]  # hollow, without words
    layers = made.content["spec"]["layer"]
    assert layers[0]["encoding"]["y"]["axis"]["values"] == [0, 200, 400, 600, 800]
    assert layers[0]["encoding"]["y"]["scale"]["domain"][1] > table["messages"].max()


def test_windows_set_larger_beside_smaller(conv: Conversation) -> None:
    table = earthquakes.windows(conv)
    assert table["put in"].tolist() == ["yes"] * 5 + ["no"] * 6
    assert table["earthquake"].iloc[1] == "'t Zandt 3.0, 13 Feb"
    assert (table["ratio"][:4].astype(float) > 3).all()
    single = respond(Quakes(conv).days, larger=True)
    # the lowest p that so many placebo dates allow
    assert table["p"][:4].astype(float).tolist() == pytest.approx(
        [1 / (single.placebos + 1)] * 4, abs=1e-3
    )
    days = earthquakes.by_day(conv)[0].set_index("date")["messages"]
    assert table["messages"].iloc[1] == days["2014-02-13":"2014-02-15"].sum()


def test_a_longer_window_borrows_a_peak(conv: Conversation) -> None:
    lent = earthquakes.borrowed(conv)
    assert lent["event"] == "Loppersum"  # two days before Assen
    assert lent["ratio"] > 2
    assert lent["p"] < 0.05
    assert provenance.of(lent).kind == "reconstructed"


def test_the_busiest_clear_day_follows_one_tweet(conv: Conversation) -> None:
    burst = earthquakes.burst(conv)
    table, _ = earthquakes.by_day(conv)
    assert table.set_index("date").loc[burst["date"], "messages"] == burst["messages"]
    assert burst["followers"] > burst["messages"] / 4
    assert burst["who"].startswith("joker")


def test_public_accounts_are_addressed_and_answer_nobody(conv: Conversation) -> None:
    table = earthquakes.addressed(conv).set_index("account")
    assert len(table) == 7
    assert (table["messages to others"] == 0).all()
    assert table.loc["ministry concerned", "sent"] == 0
    assert table.loc["ministry concerned", "mentions received"] > 100
    local = table[table.index.str.startswith("municipality")]
    assert local["sent"].tolist() == [1, 1, 1]
    assert (local.drop(columns="sent") == 0).all().all()


# Statements


def test_bundled_conversation_as_told(conv: Conversation) -> None:
    found = outcome(conv)
    never = {key for key, value in found.items() if not value}
    assert never == {("media_protest", 0), ("no_message", 0)}


def test_tests_speak_of_coded_statements() -> None:
    coded = published.exhibit("statements").set_index("statement_id")
    for test in statements.tests("earthquakes"):
        assert coded.loc[test.statement_id, "case"] == "earthquakes"
        assert test.kind in ("arithmetic", "built in", "emergent")
        assert coded.loc[test.statement_id, "testable"] != "no"


def test_peaks_vanish_where_messages_are_spread(conv: Conversation) -> None:
    generator = np.random.default_rng(1)
    seconds = generator.integers(0, 90 * 86_400 - 3_600, len(conv.messages))
    start = pd.Timestamp("2013-12-31T23:00", tz="UTC")
    times = (start + pd.to_timedelta(seconds, unit="s")).as_unit("us")
    found = outcome(replace(conv, messages=conv.messages.assign(time=times)))
    assert not found["peaks", 0]
    assert not found["peaks", 1]


def test_a_small_earthquake_that_draws_messages_is_noticed(conv: Conversation) -> None:
    rows = pd.Series(np.arange(len(conv.messages)) % 20 == 0, index=conv.messages.index)
    moved = changed(conv, rows, time=pd.Timestamp("2014-01-26T15:00", tz="UTC"))
    assert not outcome(moved)["peaks", 2]


def test_network_tests_fail_where_they_should(conv: Conversation) -> None:
    messages, actors = conv.messages, conv.actors
    by_label = actors.set_index("label")["actor"]
    group = actors.set_index("actor")["group"]
    ties = messages["target"] != ""

    place = messages["author"].str[1:].astype(int)
    couples = "p" + (place + 2 * (place % 2) - 1).map("{:04d}".format)  # 1 with 2, 3 with 4
    apart = changed(conv, ties, target=couples[ties])
    assert not outcome(apart)["knotted", 0]
    nobody = actors.assign(role=actors["role"].replace({"media": "citizen", "protest": "citizen"}))
    assert not outcome(replace(conv, actors=nobody))["media_protest", 1]
    everybody = actors.assign(role=actors["role"].replace({"citizen": "media"}))
    assert outcome(replace(conv, actors=everybody))["media_protest", 0]

    jokers = actors.loc[actors["role"] == "humour", "actor"]
    fans = ties & messages["author"].map(group).str.startswith("small")
    drawn_in = outcome(changed(conv, fans, target=by_label["regional broadcaster A"]))
    assert not drawn_in["jokers_loose", 0]
    assert not drawn_in["jokers_loose", 1]
    assert not drawn_in["jokers_loose", 2]
    loose = changed(conv, ties & ~fans, target=couples[ties & ~fans])
    assert not outcome(loose)["knotted", 1]
    loved = ties & messages["author"].map(group).eq("critical") & messages["kind"].eq("retweet")
    assert not outcome(changed(conv, loved, target=jokers.iloc[0]))["jokers_own", 0]


def test_government_tests_fail_where_they_should(conv: Conversation) -> None:
    messages, actors = conv.messages, conv.actors
    by_label = actors.set_index("label")["actor"]
    mentions = messages["kind"] == "mention"
    public = actors.loc[actors["role"].isin(["government", "politician"]), "actor"]

    first = pd.Series(messages.index == messages.index[mentions][0], index=messages.index)
    landed = outcome(changed(conv, first, target=by_label["municipality B"]))
    assert not landed["municipalities_not_landed", 0]
    spoken = outcome(changed(conv, first, author=by_label["ministry concerned"]))
    assert not spoken["no_interaction", 0]
    assert not spoken["addressed", 0]
    ignored = changed(conv, mentions & messages["target"].isin(public), target="")
    assert not outcome(ignored)["addressed", 0]

    tenth = pd.Series(np.arange(len(messages)) % 10 == 0, index=messages.index)
    busy = outcome(changed(conv, tenth & ~mentions, author=by_label["municipality A"]))
    assert not busy["limited", 0]
    by_public = messages["author"].isin(public)
    assert outcome(changed(conv, by_public, author=actors["actor"].iloc[0]))["no_message", 0]


# Kept results


def test_kept_outcomes_and_network_are_those_of_the_code(conv: Conversation) -> None:
    with (DATA / "reconstructed/earthquakes/outcomes.csv").open(encoding="utf-8") as handle:
        kept = {(int(r["test"]), int(r["seed"])): r["holds"] for r in csv.DictReader(handle)}
    wanted = range(len(statements.tests("earthquakes")))
    assert set(kept) == {(test, seed) for test in wanted for seed in results.RECONSTRUCTIONS}
    for row in results.outcomes("earthquakes", [1, 60]).itertuples():
        assert kept[row.test, row.seed] == row.holds, (row.test, row.seed)
    graph = measure_set.network_of(conv)
    graph.delete_vertices(graph.vs.select(_degree=0))
    found = communities.detect(graph, seed=0)
    values = results.kept("earthquakes")
    assert values["nodes"] == graph.vcount()
    assert values["communities"] == found.nunique()
    assert values["modularity"] == pytest.approx(communities.modularity(graph, found), abs=1e-6)
    # what the page says of the groups: no clearer than chance, and other ones in other runs
    assert values["modularity"] < values["modularity_null_mean"]
    assert values["stability_ari_mean"] < 0.7


def test_the_network_in_words_comes_from_the_kept_measures() -> None:
    told = common.network_in_words("earthquakes").set_index("aspect")["finding"]
    assert "no clearer than chance" in told["Groups"]
    assert "0%" in told["Response"]
    assert re.search(r"protest account A", told["Brokers"])
    assert provenance.of(common.network_in_words("earthquakes")).kind == "reconstructed"
