"""The report's statements on pages of organisations: each test can fail, and is kept."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casebook import communities, conversation, measure_set, published, results, statements
from casebook.conversation import Conversation, roots
from casebook.statements.pages import OrganisationPage

CASES = ("rijkswaterstaat", "education_ministry", "deventer")
DATA = Path(__file__).parent.parent / "data" / "reconstructed"

Outcome = dict[tuple[str, str], list[bool]]


def outcome(conv: Conversation) -> Outcome:
    """Outcomes by statement (without the case) and kind, in the order of the tests."""
    found: Outcome = {}
    for test, value in zip(statements.tests(conv.case), statements.holds(conv), strict=True):
        key = (test.statement_id.removeprefix(f"{conv.case}_"), test.kind)
        found.setdefault(key, []).append(bool(value))
    return found


def changed(conv: Conversation, rows: pd.Series | np.ndarray, **values: object) -> Conversation:
    messages = conv.messages.copy()
    for column, value in values.items():
        messages.loc[rows, column] = value
    return replace(conv, messages=messages)


def without(conv: Conversation, rows: pd.Series) -> Conversation:
    return replace(conv, messages=conv.messages[~rows].reset_index(drop=True))


def page_of(conv: Conversation) -> str:
    actors = conv.actors
    return str(actors.loc[actors["role"] == "government", "actor"].iloc[0])


@pytest.fixture(scope="module")
def rws() -> Conversation:
    return conversation.load("rijkswaterstaat")


@pytest.fixture(scope="module")
def ministry() -> Conversation:
    return conversation.load("education_ministry")


@pytest.fixture(scope="module")
def town() -> Conversation:
    return conversation.load("deventer")


@pytest.mark.parametrize("case", CASES)
def test_tests_speak_of_coded_statements_of_their_case(case: str) -> None:
    coded = published.exhibit("statements").set_index("statement_id")
    tested = statements.tests(case)
    for test in tested:
        assert coded.loc[test.statement_id, "case"] == case
        assert test.kind in ("arithmetic", "built in", "emergent")
    ways = [(test.statement_id, test.how) for test in tested]
    assert len(ways) == len(set(ways))
    untested = set(coded.index[coded["case"] == case]) - {test.statement_id for test in tested}
    assert untested == set(coded.index[(coded["case"] == case) & (coded["testable"] == "no")])


# Kept results


@pytest.mark.parametrize("case", CASES)
def test_kept_outcomes_are_those_of_the_code(case: str) -> None:
    with (DATA / case / "outcomes.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    kept = {(int(row["test"]), int(row["seed"])): row["holds"] for row in rows}
    wanted = range(len(statements.tests(case)))
    assert set(kept) == {(test, seed) for test in wanted for seed in results.RECONSTRUCTIONS}
    for row in results.outcomes(case, [1, 50, 100]).itertuples():
        assert kept[row.test, row.seed] == row.holds, (row.test, row.seed)
    # Arithmetic does not depend on the seed.
    for number, test in enumerate(statements.tests(case)):
        if test.kind == "arithmetic":
            assert len({kept[number, seed] for seed in results.RECONSTRUCTIONS}) == 1


@pytest.mark.parametrize("case", CASES)
def test_kept_network_is_that_of_the_bundled_reconstruction(case: str) -> None:
    graph = measure_set.network_of(conversation.load(case))
    graph.delete_vertices(graph.vs.select(_degree=0))
    found = communities.detect(graph, seed=0)
    kept = results.kept(case)
    assert kept["nodes"] == graph.vcount()
    assert kept["edges"] == graph.ecount()
    assert kept["communities"] == found.nunique()
    assert kept["modularity"] == pytest.approx(communities.modularity(graph, found), abs=1e-6)


# Rijkswaterstaat


def test_rijkswaterstaat_as_told(rws: Conversation) -> None:
    found = outcome(rws)
    assert found["usual_comments", "arithmetic"] == [False, True]
    assert found["many_likes", "arithmetic"] == [False]
    assert found["daily", "arithmetic"] == [True]
    assert found["groups", "emergent"] == [True, True]
    assert found["tied", "emergent"] == [True, True]
    for statement in ("red_interaction", "red_purple", "fast", "summit_answer", "daily"):
        assert found[statement, "built in"] == [True], statement


def test_rijkswaterstaat_tests_fail_where_they_should(rws: Conversation) -> None:
    citizens = rws.actors["role"] == "citizen"
    groups = rws.actors["group"].to_numpy(dtype=object, copy=True)
    groups[citizens] = np.random.default_rng(1).permutation(groups[citizens])
    mixed = outcome(replace(rws, actors=rws.actors.assign(group=groups)))
    assert mixed["groups", "emergent"][0] is False
    swap = {"green": "purple", "purple": "green"}
    other = replace(rws, actors=rws.actors.assign(group=rws.actors["group"].replace(swap)))
    exchanged = outcome(other)
    assert not exchanged["red_purple", "built in"][0]
    assert not exchanged["green_apart", "built in"][0]
    swap = {"green": "red", "red": "green"}
    other = replace(rws, actors=rws.actors.assign(group=rws.actors["group"].replace(swap)))
    assert not outcome(other)["red_interaction", "built in"][0]

    messages = rws.messages
    replies = messages["kind"] == "reply"
    late = outcome(changed(rws, replies, time=messages["time"].max()))
    assert not late["fast", "built in"][0]
    silent = outcome(without(rws, replies))
    assert not silent["summit_answer", "built in"][0]
    posts = messages["kind"] == "post"
    assert not outcome(changed(rws, posts, time=messages["time"].iloc[0]))["daily", "built in"][0]


def test_with_one_comment_each_nobody_comes_back_and_the_page_falls_apart(
    rws: Conversation,
) -> None:
    comments = rws.messages[rws.messages["kind"] == "comment"]
    first = comments.drop_duplicates("author").index
    gone = rws.messages["kind"].isin(["comment", "reply"]) & ~rws.messages.index.isin(first)
    page = OrganisationPage(without(rws, gone))
    assert (page.posts_per_commenter >= 2).mean() == 0
    assert page.connected() < 0.9
    assert page.connected(without_largest=True) < 0.9


# The ministry


def test_the_ministry_as_told(ministry: Conversation) -> None:
    assert all(all(held) for held in outcome(ministry).values())


def test_the_ministrys_tests_fail_where_they_should(ministry: Conversation) -> None:
    messages, page = ministry.messages, page_of(ministry)
    comments = (messages["kind"] == "comment") & (messages["author"] != page)
    own = messages.loc[(messages["kind"] == "post") & (messages["author"] == page), "message_id"]
    parents = np.resize(own.to_numpy(), int(comments.sum()))
    even = outcome(changed(ministry, comments, parent_id=parents))
    assert not even["skewed", "arithmetic"][0]
    assert not even["hardly", "built in"][0]
    crowded = outcome(changed(ministry, comments, parent_id=own.iloc[0]))
    assert not crowded["groups", "built in"][0]
    assert not crowded["groups", "emergent"][0]
    assert not crowded["handful", "built in"][0]
    half = comments & (roots(messages) == OrganisationPage(ministry).comments.idxmax())
    split = changed(ministry, half & (np.arange(len(messages)) % 2 == 0), parent_id=own.iloc[0])
    assert not outcome(split)["one_message", "built in"][0]

    assert not outcome(without(ministry, messages["kind"] == "like"))["mostly_likes", "built in"][0]
    theirs = (messages["kind"] == "post") & (messages["author"] != page)
    asked = messages.loc[theirs, "message_id"]
    more = (
        messages[comments]
        .head(30)
        .assign(message_id=[f"x{n}" for n in range(30)], author=page, parent_id=asked.to_numpy())
    )
    told = replace(ministry, messages=pd.concat([messages, more], ignore_index=True))
    assert not outcome(told)["unanswered", "arithmetic"][0]
    rare = theirs & (messages["message_id"] > asked.iloc[9])
    left = without(ministry, rare | messages["parent_id"].isin(messages.loc[rare, "message_id"]))
    assert not outcome(left)["citizen_posts", "arithmetic"][0]
    posts = messages["kind"] == "post"
    one_day = outcome(changed(ministry, posts, time=messages["time"].iloc[0]))
    assert not one_day["daily", "built in"][0]


# Deventer


def test_deventer_as_told(town: Conversation) -> None:
    found = outcome(town)
    assert found["few_residents", "emergent"] == [False]
    for (statement, kind), held in found.items():
        if kind != "emergent":
            assert all(held), statement


def test_deventers_tests_fail_where_they_should(town: Conversation) -> None:
    messages, page = town.messages, page_of(town)
    comments = (messages["kind"] == "comment") & (messages["author"] != page)
    own = messages.loc[(messages["kind"] == "post") & (messages["author"] == page), "message_id"]
    spread = np.resize(own.to_numpy(), int(comments.sum()))
    lively = outcome(changed(town, comments, parent_id=spread))
    assert not lively["sporadic", "emergent"][0]
    crowded = outcome(changed(town, comments, parent_id=own.iloc[0]))
    assert crowded["small_network", "emergent"] == [True, False]

    likes = messages["kind"] == "like"
    few = np.resize(own.to_numpy()[:10], int(likes.sum()))
    assert not outcome(changed(town, likes, parent_id=few))["one_hand", "built in"][0]
    assert not outcome(without(town, likes))["mostly_likes", "built in"][0]
    replies = messages["kind"] == "reply"
    silent = outcome(without(town, replies))
    assert not silent["consistent", "built in"][0]
    assert not silent["consistent", "emergent"][0]
    own_answers = replies | ((messages["author"] == page) & (messages["kind"] == "comment"))
    late = outcome(changed(town, own_answers, time=messages["time"].max()))
    assert not late["fast", "built in"][0]
    theirs = (messages["kind"] == "post") & (messages["author"] != page)
    regular = pd.date_range("2014-01-01", periods=int(theirs.sum()), freq="5D", tz="UTC")
    even = outcome(changed(town, theirs, time=regular.to_numpy()))
    assert not even["irregular_posts", "emergent"][0]
    five = messages.loc[comments, "author"].unique()[:5]
    core = outcome(changed(town, comments, author=np.resize(five, int(comments.sum()))))
    assert core["few_residents", "emergent"][0]
