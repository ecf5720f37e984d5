"""The community officer: two networks without a published total, made as told, at any size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from casebook import conversation, measure_set, networks, published, reconstruct
from casebook.cases import common
from casebook.conversation import Conversation
from casebook.errors import CasebookError
from casebook.paths import data_dir

NAMING, FOLLOWING = "community_officer", "community_officer_following"


@pytest.fixture(scope="module")
def naming() -> Conversation:
    return conversation.load(NAMING)


@pytest.fixture(scope="module")
def following() -> Conversation:
    return conversation.load(FOLLOWING)


def vary(case: str, **given: object) -> reconstruct.Spec:
    plan = reconstruct.spec(case)
    return replace(plan, given={**plan.given, **given})


def groups(conv: Conversation) -> pd.Series:
    return conv.actors.set_index("actor")["group"]


# No totals


@pytest.mark.parametrize("case", [NAMING, FOLLOWING])
def test_a_case_without_totals_has_none_to_meet(case: str) -> None:
    assert reconstruct.spec(case).totals == ()
    table = reconstruct.targets(case)
    assert list(table.columns) == ["what", "ledger_id", "published", "reconstructed", "met"]
    assert table.empty
    assert common.targets(case).empty


@pytest.mark.parametrize("case", [NAMING, FOLLOWING])
def test_bundled_files_follow_from_the_spec(case: str) -> None:
    assert reconstruct.stale(case) == []
    packed = data_dir() / "reconstructed" / case / "messages.csv.gz"
    assert packed.stat().st_size < 150_000
    other = reconstruct.simulate(case, 8)
    assert not other.messages["target"].equals(conversation.load(case).messages["target"])


@pytest.mark.parametrize("case", [NAMING, FOLLOWING])
def test_every_assumption_is_used(case: str) -> None:
    plan = reconstruct.spec(case)

    class Read(dict):
        seen: set[str] = set()  # noqa: RUF012

        def __getitem__(self, key: str) -> object:
            self.seen.add(key)
            return super().__getitem__(key)

    Read.seen.clear()
    reconstruct.simulate(replace(plan, given=Read(plan.given)))
    assert Read.seen == set(plan.given)


@pytest.mark.parametrize("case", [NAMING, FOLLOWING])
def test_the_officer_is_known_by_function_only(case: str) -> None:
    conv = conversation.load(case)
    assert conv.actors["actor"].str.fullmatch(r"p\d{4}").all()
    assert set(conv.actors["label"]) == {"community officer", ""}
    assert (conv.messages["text"] == "").all()


def test_groups_are_those_of_the_coded_tables(
    naming: Conversation, following: Conversation
) -> None:
    for conv in (naming, following):
        coded = published.exhibit(f"{conv.case}_groups")["group"]
        assert set(groups(conv)) == set(coded)
        assert list(reconstruct.spec(conv.case).groups) == coded.tolist()


# Tweets that name one account


def test_every_tweet_names_the_officer_who_sends_none(naming: Conversation) -> None:
    rows = naming.messages[naming.messages["kind"] != "mention"]
    assert "p0001" not in set(naming.messages["author"])
    named = naming.messages[naming.messages["target"] == "p0001"]
    whole = set(named["message_id"]) | set(named["parent_id"])
    assert set(rows["message_id"]) <= whole
    assert len(rows) == 150
    assert set(rows["author"]) == set(naming.actors["actor"]) - {"p0001"}


def test_retweets_pass_on_the_officer_or_an_earlier_tweet_of_another(naming: Conversation) -> None:
    retweets = naming.messages[naming.messages["kind"] == "retweet"]
    of_officer = retweets[retweets["target"] == "p0001"]
    assert (of_officer["parent_id"] == "").all()
    others = retweets[retweets["target"] != "p0001"]
    assert len(of_officer) > len(others) > 0
    tweets = naming.messages.set_index("message_id").loc[others["parent_id"]]
    assert set(tweets["kind"]) == {"tweet"}
    assert (tweets["author"].to_numpy() == others["target"].to_numpy()).all()
    assert (others["author"] != others["target"]).all()
    assert (tweets["time"].to_numpy() < others["time"].to_numpy()).all()


def test_mentions_stand_below_their_tweet_once_and_mostly_in_the_cluster(
    naming: Conversation,
) -> None:
    mentions = naming.messages[naming.messages["kind"] == "mention"]
    assert not mentions.duplicated(["parent_id", "target"]).any()
    assert (mentions["author"] != mentions["target"]).all()
    tweets = naming.messages.set_index("message_id").loc[mentions["parent_id"]]
    assert (tweets["author"].to_numpy() == mentions["author"].to_numpy()).all()
    company = mentions[mentions["target"] != "p0001"]
    group = groups(naming)
    inside = company["author"].map(group).eq(company["target"].map(group))
    assert 0.8 < inside.mean() < 1


def test_nobody_is_named_along_with_the_officer_if_nobody_is_assumed_to_be() -> None:
    none = {name: {"one": 0, "two": 0} for name in ("pink", "green", "blue")}
    conv = reconstruct.simulate(vary(NAMING, company=none, retweets_of_officer=1))
    assert set(conv.messages["target"]) == {"p0001", ""}
    star = networks.mentions(conv)
    assert set(star.in_degree(["p0001"])) == {("p0001", 76)}


def test_fewer_tweets_than_people_are_refused() -> None:
    with pytest.raises(CasebookError, match=r"further tweets.*Remedy: change people and tweets"):
        reconstruct.simulate(vary(NAMING, tweets=75))


# Who follows whom


def test_the_officer_follows_everyone_once(following: Conversation) -> None:
    messages = following.messages
    assert set(messages["kind"]) == {"follow"}
    assert messages["time"].isna().all()
    assert not messages.duplicated(["author", "target"]).any()
    assert (messages["author"] != messages["target"]).all()
    own = messages.loc[messages["author"] == "p0001", "target"]
    assert set(own) == set(following.actors["actor"]) - {"p0001"}


def test_ties_come_as_often_as_the_chances_say(following: Conversation) -> None:
    rows = following.messages[following.messages["author"] != "p0001"]
    group = groups(following)
    # Of 22 in youth care 0.14 follow another, and 0.35 of the rest is followed back.
    inside = rows["author"].map(group).eq("care") & rows["target"].map(group).eq("care")
    chance = 0.14 + 0.86 * 0.14 * 0.35
    assert inside.sum() / (22 * 21) == pytest.approx(chance, abs=0.05)
    none = rows["author"].map(group).eq("national") & rows["target"].map(group).eq("bulbs")
    assert none.sum() < 20
    back = rows.loc[rows["target"] == "p0001", "author"].map(group).value_counts()
    assert back["police"] / 95 == pytest.approx(0.7, abs=0.15)


def test_no_chance_no_tie() -> None:
    people = ("bulbs", "community", "police", "care", "national")
    conv = reconstruct.simulate(
        vary(
            FOLLOWING,
            chance={a: dict.fromkeys(people, 0) for a in people},
            follows_officer=dict.fromkeys(people, 0),
        )
    )
    assert set(conv.messages["author"]) == {"p0001"}
    assert len(conv.messages) == 237


def test_roles_are_dealt_as_assumed(following: Conversation) -> None:
    roles = following.actors.groupby("group")["role"].value_counts()
    assert roles["community"].to_dict() == {"citizen": 60, "politician": 20}
    assert roles["national"].to_dict() == {"politician": 8, "media": 8}
    assert roles["police"].to_dict() == {"government": 95}


def test_measures_of_a_network_without_messages_say_why() -> None:
    conv = reconstruct.simulate(FOLLOWING)
    null = pd.Series([0.1, 0.2])
    found = measure_set.measure(conv, measure_set.network_of(conv), null, seeds=range(2))
    assert found.values["messages"] == 0
    assert found.notes["gini_messages"] == "There are no messages."
    assert found.values["gini_messages"] is None


# Sizes


def test_sizes_are_scaled_and_nothing_else() -> None:
    plan = reconstruct.spec(NAMING)
    assert reconstruct.sized(plan) == ["people", "tweets"]
    half = reconstruct.scaled(plan, 0.5)
    assert half["people"] == {"pink": 7, "green": 9, "blue": 22}
    assert half["tweets"] == 75
    rest = set(plan.given) - {"people", "tweets"}
    assert {key: half[key] for key in rest} == {key: plan[key] for key in rest}
    assert reconstruct.scaled(plan, 0.001)["people"] == {"pink": 1, "green": 1, "blue": 1}
    assert len(reconstruct.simulate(reconstruct.scaled(plan, 2)).actors) == 153


def test_a_size_by_ledger_id_stays() -> None:
    plan = reconstruct.spec(NAMING)
    fixed = replace(plan, given={**plan.given, "tweets": "benno_l.tweets"})
    assert reconstruct.scaled(fixed, 2)["tweets"] == "benno_l.tweets"
    assert reconstruct.sized(reconstruct.spec("benno_l")) == []


def test_spread_of_popularity_leaves_the_number_of_ties() -> None:
    counts = [
        len(reconstruct.simulate(vary(FOLLOWING, popularity=sigma)).messages) for sigma in (0, 0.6)
    ]
    assert np.diff(counts)[0] == pytest.approx(0, abs=0.1 * counts[0])
