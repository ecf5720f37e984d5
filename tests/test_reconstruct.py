"""The reconstructions: totals met, same spec same bytes, nothing in them that could not be."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casebook import conversation, networks, provenance, reconstruct
from casebook.cli import main
from casebook.errors import CasebookError, DataError
from casebook.paths import data_dir
from casebook.reconstruct import chance, simulation
from casebook.reconstruct.spec import KINDS

CASES = ("benno_l", "timmermans")

# As the report prints them, typed here a second time on purpose.
PRINTED = {
    "timmermans": {"posts": 75, "comments": 11835, "likes": 74260, "participants": 4277},
    "benno_l": {
        "tweets": 9533,
        "participants": 4171,
        "government tweets": 43,
        "tweets of one community officer": 28,
        "retweets of the Public Prosecution Service": 22,
        "retweets by the municipality": 2,
    },
}


@pytest.fixture(scope="module", params=CASES)
def bundled(request: pytest.FixtureRequest) -> conversation.Conversation:
    return conversation.load(request.param)


@pytest.fixture(scope="module")
def page() -> conversation.Conversation:
    return conversation.load("timmermans")


@pytest.fixture(scope="module")
def tweets() -> conversation.Conversation:
    return conversation.load("benno_l")


def vary(case: str, **given: object) -> reconstruct.Spec:
    plan = reconstruct.spec(case)
    return replace(plan, given={**plan.given, **given})


def account(conv: conversation.Conversation, label: str) -> str:
    return conv.actors.set_index("label")["actor"][label]


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the data whose reconstructions may be spoilt."""
    shutil.copytree(data_dir(), tmp_path / "data")
    monkeypatch.setenv("CASEBOOK_DATA", str(tmp_path / "data"))
    return tmp_path / "data" / "reconstructed"


# Totals


@pytest.mark.parametrize("case", CASES)
def test_bundled_conversations_meet_the_printed_totals(case: str) -> None:
    table = reconstruct.targets(case).set_index("what")
    assert table["reconstructed"].to_dict() == PRINTED[case]
    assert table["published"].to_dict() == PRINTED[case]
    assert table["met"].all()
    assert provenance.of(table).kind == "reconstructed"


def test_totals_counted_by_hand(
    page: conversation.Conversation, tweets: conversation.Conversation
) -> None:
    kinds = page.messages["kind"].value_counts()
    assert kinds.to_dict() == {"like": 74260, "comment": 11835, "post": 75}
    assert page.messages["author"].nunique() == len(page.actors) == 4277
    rows = tweets.messages[tweets.messages["kind"] != "mention"]
    assert len(rows) == 9533
    assert rows["author"].nunique() == len(tweets.actors) == 4171
    government = tweets.actors.loc[tweets.actors["role"] == "government", "actor"]
    assert rows["author"].isin(government).sum() == 43


@pytest.mark.parametrize("case", CASES)
def test_every_seed_meets_the_totals(case: str) -> None:
    plan = reconstruct.spec(case)
    first, again, other = (reconstruct.simulate(plan, seed) for seed in (7, 7, 8))
    pd.testing.assert_frame_equal(first.messages, again.messages)
    pd.testing.assert_frame_equal(first.actors, again.actors)
    assert not first.messages["author"].equals(other.messages["author"])
    assert {t["what"] for t in plan.totals} == set(PRINTED[case])


def test_a_missed_total_is_refused_with_its_figures() -> None:
    counts = reconstruct.spec("benno_l")["account_tweets"]
    with pytest.raises(CasebookError) as refused:
        reconstruct.simulate(vary("benno_l", account_tweets={**counts, "probation_service": 11}))
    for part in ("benno_l", "government tweets", "44", "43", "Remedy", "spec.yml"):
        assert part in str(refused.value)


@pytest.mark.parametrize(
    ("case", "key", "value"),
    [
        ("timmermans", "commenters", 5000),
        ("timmermans", "active_days", 91),
        ("timmermans", "active_days", 30),
        ("timmermans", "distinct_pairs", 0.01),
        ("benno_l", "account_retweets", {"municipality": {"prosecution_office": 2}}),
    ],
)
def test_assumptions_without_room_are_refused(case: str, key: str, value: object) -> None:
    with pytest.raises(CasebookError, match=rf"{case}: .*Remedy: change .* in reconstructed/"):
        reconstruct.simulate(vary(case, **{key: value}))


# Files


@pytest.mark.parametrize("case", CASES)
def test_bundled_files_follow_from_the_spec(case: str) -> None:
    assert reconstruct.stale(case) == []
    bundled, made = conversation.load(case), reconstruct.simulate(case)
    pd.testing.assert_frame_equal(bundled.messages, made.messages)
    pd.testing.assert_frame_equal(bundled.actors, made.actors)
    packed = (data_dir() / "reconstructed" / case / "messages.csv.gz").read_bytes()
    assert packed[4:8] == b"\0\0\0\0"  # no time of making
    assert len(packed) < 1_000_000
    made_bytes = reconstruct.files(case)
    assert made_bytes == reconstruct.files(case)
    assert b"\r" not in made_bytes["actors.csv"]


def test_command_tells_stale_files_and_remakes_them(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    actors = copy / "benno_l" / "actors.csv"
    good = actors.read_bytes()
    assert main(["reconstruct", "benno_l", "--check"]) == 0
    assert "up to date: benno_l" in capsys.readouterr().out

    actors.write_bytes(good.replace(b"citizen", b"unknown", 1))
    assert main(["reconstruct", "benno_l", "--check"]) == 1
    said = capsys.readouterr().err
    assert "reconstructed/benno_l/actors.csv is not what" in said
    assert "casebook reconstruct" in said
    assert "messages" not in said
    (copy / "benno_l" / "messages.csv.gz").unlink()
    assert main(["reconstruct", "benno_l", "--check"]) == 1
    assert "messages.csv.gz" in capsys.readouterr().err

    assert main(["reconstruct", "benno_l"]) == 0
    assert actors.read_bytes() == good
    assert main(["reconstruct", "benno_l", "--check"]) == 0


def test_command_notices_a_changed_assumption(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = copy / "benno_l" / "spec.yml"
    text = spec.read_text("utf-8")
    assert "first_hour\n    value: 8" in text
    spec.write_text(text.replace("first_hour\n    value: 8", "first_hour\n    value: 9"), "utf-8")
    assert main(["reconstruct", "benno_l", "--check"]) == 1
    assert "messages.csv.gz" in capsys.readouterr().err


def test_command_names_an_unknown_case(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reconstruct", "nowhere"]) == 1
    assert "no case 'nowhere'. Remedy: use one of: benno_l, " in capsys.readouterr().err


# Specs


def test_every_assumption_has_a_reason_and_every_telling_a_locator() -> None:
    for case in CASES:
        table = reconstruct.assumptions(case)
        assert list(table.columns) == ["key", "value", "reason"]
        assert (table.map(len) > 0).all().all()
        assert (table["reason"].str.len() > 20).all()
        assert provenance.of(table).kind == "reconstructed"
        told = reconstruct.told(case)
        assert told["locator"].str.fullmatch(r"§\d\.\d+(, §\d\.\d+)*").all()
        assert provenance.of(told).kind == "coded"
    assert "retweet: 0.52, reply: 0.09" in " ".join(reconstruct.assumptions("benno_l")["value"])


@pytest.mark.parametrize("case", CASES)
def test_every_assumption_is_used(case: str) -> None:
    plan = reconstruct.spec(case)

    class Read(dict):
        seen: set[str] = set()  # noqa: RUF012

        def __getitem__(self, key: str) -> object:
            self.seen.add(key)
            return super().__getitem__(key)

    reconstruct.simulate(replace(plan, given=Read(plan.given)))
    assert Read.seen == set(plan.given)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: mention", "kind: gossip", "column 'kind': 'gossip' is unknown"),
        ("\ntold:", "\nsaid:", "it has no told"),
        ("key: first_hour", "key: seed", "column 'assumptions': 'seed' stands there twice"),
        ("    locator: §5.2\n", "", "column 'told': .* has no locator"),
        ("kind: mention", "kind: {mention", "row [0-9]+: not YAML"),
    ],
)
def test_a_bad_spec_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    text = (data_dir() / "reconstructed/benno_l/spec.yml").read_text("utf-8")
    assert old in text
    with pytest.raises(DataError, match=said) as refused:
        reconstruct.parse(text.replace(old, new, 1), "benno_l", "my_spec.yml")
    assert str(refused.value).startswith("my_spec.yml")


def test_every_kind_a_spec_may_ask_for_can_be_made() -> None:
    assert tuple(simulation.ENGINES) == KINDS


def test_a_missing_assumption_is_named() -> None:
    plan = reconstruct.spec("timmermans")
    given = {key: value for key, value in plan.given.items() if key != "repeats"}
    with pytest.raises(DataError, match="the assumption 'repeats' is missing"):
        reconstruct.simulate(replace(plan, given=given))
    with pytest.raises(DataError, match="no value for 'red'"):
        reconstruct.simulate(vary("timmermans", repeats={"light_blue": 1, "green": 1}))


# What cannot be


def test_no_names_and_no_text(bundled: conversation.Conversation) -> None:
    assert bundled.actors["actor"].str.fullmatch(r"p\d{4}").all()
    assert (bundled.messages["text"] == "").all()
    citizens = bundled.actors["role"].isin(["citizen", "humour"])
    assert (bundled.actors.loc[citizens, "label"] == "").all()
    allowed = {a["label"] for a in reconstruct.spec(bundled.case).accounts}
    assert set(bundled.actors.loc[~citizens, "label"]) == allowed
    assert provenance.of(bundled.messages).kind == "reconstructed"


def test_what_follows_comes_later_and_within_the_period(
    bundled: conversation.Conversation,
) -> None:
    messages = bundled.messages
    rows = messages[(messages["parent_id"] != "") & messages["kind"].ne("like")]
    parents = messages.set_index("message_id").loc[rows["parent_id"]]
    lag = (rows["time"] - parents["time"].set_axis(rows.index)).dt.total_seconds().to_numpy()
    mention = (rows["kind"] == "mention").to_numpy()
    assert (lag[~mention] > 0).all()
    assert (lag[mention] == 0).all()
    assert (rows["author"].to_numpy() == parents["author"].to_numpy())[mention].all()
    days = messages["time"].dropna().dt.tz_convert("Europe/Amsterdam").dt.strftime("%Y-%m-%d")
    first, last = {
        "timmermans": ("2014-01-01", "2014-03-31"),
        "benno_l": ("2014-02-15", "2014-02-21"),
    }[bundled.case]
    assert days.min() == first
    assert days.max() == last


def test_likes_are_given_once_and_have_no_time(page: conversation.Conversation) -> None:
    likes = page.messages[page.messages["kind"] == "like"]
    assert not likes.duplicated(["author", "parent_id"]).any()
    assert likes["time"].isna().all()
    assert page.messages.loc[page.messages["kind"] != "like", "time"].notna().all()


def test_answers_go_to_an_earlier_commenter_of_the_same_post(
    page: conversation.Conversation,
) -> None:
    comments = page.messages[page.messages["kind"] == "comment"]
    answers = comments[comments["target"] != ""]
    assert len(answers) > 500
    assert (answers["author"] != answers["target"]).all()
    first = comments.groupby(["parent_id", "author"])["time"].min()
    asked = first.loc[list(zip(answers["parent_id"], answers["target"], strict=True))]
    assert (asked.to_numpy() <= answers["time"].to_numpy()).all()


def test_the_owner_comments_as_often_as_assumed() -> None:
    made = reconstruct.simulate(vary("timmermans", owner_comments=3))
    owner = account(made, "the page itself")
    kinds = made.messages.loc[made.messages["author"] == owner, "kind"].value_counts()
    assert kinds.to_dict() == {"post": 75, "comment": 3}
    silent = reconstruct.simulate(vary("timmermans", owner_comments=0))
    assert len(silent.actors) == 4278  # all participants, and the page that is none of them


def test_nobody_retweets_himself_or_the_same_tweet_twice(
    tweets: conversation.Conversation,
) -> None:
    messages = tweets.messages
    follows = messages[messages["kind"].isin(["retweet", "reply"])]
    assert not follows.duplicated(["author", "parent_id"]).any()
    assert (follows["author"] != follows["target"]).all()
    parents = messages.set_index("message_id").loc[follows["parent_id"]]
    assert (parents["author"].to_numpy() == follows["target"].to_numpy()).all()
    assert set(parents["kind"]) == {"tweet"}
    named = messages[messages["kind"] == "mention"]
    assert not named.duplicated(["parent_id", "target"]).any()
    assert (named["author"] != named["target"]).all()


def test_government_tweets_as_told(tweets: conversation.Conversation) -> None:
    rows = tweets.messages[tweets.messages["kind"] != "mention"]
    by = {
        label: rows[rows["author"] == account(tweets, label)]
        for label in tweets.actors["label"]
        if label
    }
    officer = by["community officer"]
    assert set(officer["kind"]) == {"retweet"}
    actors = tweets.actors.set_index("actor")
    local = officer["target"].map(actors["role"]).eq("media") & officer["target"].map(
        actors["group"]
    ).eq("blue")
    assert local.sum() == 23
    prosecution = account(tweets, "prosecution office")
    assert set(by["municipality"]["target"]) == {
        prosecution,
        account(tweets, "regional broadcaster A"),
    }
    call = by["prosecution office"]
    assert call["kind"].tolist() == ["tweet"]
    passed_on = rows[rows["parent_id"] == call["message_id"].iloc[0]]
    assert len(passed_on) == 22
    assert passed_on["author"].nunique() == 22
    government = actors.index[actors["role"] == "government"]
    retweets = rows[rows["target"].isin(government) & rows["kind"].eq("retweet")]
    assert "green" not in set(retweets["author"].map(actors["group"]))


def test_drawn_and_full_network_have_a_workable_size(page: conversation.Conversation) -> None:
    edges = networks.co_comment_edges(page)
    assert len(edges) < 1_200_000
    drawn = edges[edges["weight"] >= 5]
    assert 2_000 <= len(drawn) <= 15_000
    tied = set(drawn["source"].astype(str)) | set(drawn["target"].astype(str))
    assert 300 <= len(tied) <= 900


# Parts


def test_ensemble_runs_the_statistic_per_seed() -> None:
    plan = reconstruct.spec("benno_l")
    table = reconstruct.ensemble(plan, lambda conv: {"rows": len(conv.messages)}, [3, 4])
    assert table["seed"].tolist() == [3, 4]
    assert table["rows"].tolist() == [len(reconstruct.simulate(plan, s).messages) for s in (3, 4)]
    assert table["rows"].nunique() == 2
    assert provenance.of(table).kind == "reconstructed"


def test_clock_knows_summer_time_and_lets_things_follow() -> None:
    clock = chance.Clock(reconstruct.spec("timmermans"))
    assert len(clock.begins) == 90 * 24 - 1  # the night of 30 March 2014 lacks an hour
    assert clock.day[-1] == 89
    assert clock.begins[0] == pd.Timestamp("2013-12-31T23:00Z").timestamp()
    rng = np.random.Generator(np.random.PCG64(1))
    starts = np.array([clock.begins[0] + 1800, clock.begins[-1] + 3590])
    decay = {"hours": 1, "exponent": 2, "horizon": 48}
    follows = np.repeat([0, 1], 5000)
    times = clock.after(rng, starts, follows, decay, np.ones(24))
    assert (times > starts[follows]).all()
    assert times.max() < clock.begins[-1] + 3600
    early = times[:5000] - starts[0]
    # Half of the first hour is left, the others weigh (1 + lag) ** -2.
    share = 0.5 / (0.5 + sum((1 + lag) ** -2.0 for lag in range(1, 48)))
    assert abs((early <= 1800).mean() - share) < 0.03


def test_race_takes_the_certain_and_favours_the_heavy() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    weights = np.array([0.0, 1.0, 9.0, 0.0])
    taken = np.array([chance.race(rng, weights, 1)[0] for _ in range(2000)])
    assert set(taken) == {1, 2}
    assert abs((taken == 2).mean() - 0.9) < 0.03
    assert chance.race(rng, weights, 2, np.array([0])).tolist()[0] == 0
    assert len(chance.race(rng, weights, 0)) == 0


def test_quota_divides_to_the_last_one() -> None:
    assert chance.quota(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    assert chance.quota(7, {"a": 0.5, "b": 0.5, "c": 0}) == {"a": 4, "b": 3, "c": 0}
