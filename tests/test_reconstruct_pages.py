"""The pages of organisations, reconstructed: comments by subject, answers, citizens' posts."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from casebook import conversation, measures, networks, reconstruct
from casebook.conversation import Conversation
from casebook.errors import CasebookError
from casebook.paths import data_dir
from casebook.reconstruct import counted, totals
from casebook.reconstruct.page import taste

CASES = ("rijkswaterstaat", "education_ministry", "deventer")

# As the report prints them, typed here a second time on purpose.
PRINTED = {
    "rijkswaterstaat": {
        "posts": 70,
        "comments": 1957,
        "comments on one post": 709,
        "likes of the post liked most": 491,
    },
    "education_ministry": {
        "posts": 75,
        "comments on these": 106,
        "comments on one post": 57,
        "posts by citizens": 30,
    },
    "deventer": {
        "posts": 67,
        "comments on the post with most": 4,
        "likes of the post liked most": 20,
    },
}


@pytest.fixture(scope="module", params=CASES)
def bundled(request: pytest.FixtureRequest) -> Conversation:
    return conversation.load(request.param)


def vary(case: str, **given: object) -> reconstruct.Spec:
    plan = reconstruct.spec(case)
    return replace(plan, given={**plan.given, **given})


def owner(conv: Conversation) -> str:
    return conv.actors.set_index("label")["actor"]["the page itself"]


def own_posts(conv: Conversation) -> pd.DataFrame:
    posts = conv.messages[conv.messages["kind"] == "post"]
    return posts[posts["author"] == owner(conv)]


def below(conv: Conversation, *kinds: str) -> pd.Series:
    """Messages of these kinds on each of the owner's posts."""
    root = conversation.roots(conv.messages)[conv.messages["kind"].isin(kinds)]
    return root.value_counts().reindex(own_posts(conv)["message_id"], fill_value=0)


# Totals and files


@pytest.mark.parametrize("case", CASES)
def test_bundled_conversations_meet_the_printed_figures(case: str) -> None:
    table = reconstruct.targets(case).set_index("what")
    assert table["reconstructed"].to_dict() == PRINTED[case]
    assert table["published"].to_dict() == PRINTED[case]
    assert table["met"].all()


def test_figures_counted_by_hand(bundled: Conversation) -> None:
    printed = list(PRINTED[bundled.case].values())
    assert len(own_posts(bundled)) == printed[0]
    comments = below(bundled, "comment", "reply")
    if bundled.case == "rijkswaterstaat":
        assert comments.sum() == 1957
        assert comments.nlargest(2).iloc[0] == 709 > 60 >= comments.nlargest(2).iloc[1]
        likes = below(bundled, "like").sort_values()
        assert likes.iloc[-1] == 491
        assert comments[likes.index[-1]] == 23  # the conversation about the summit
    if bundled.case == "education_ministry":
        assert comments.sum() == 106
        assert comments.max() == 57
        assert (comments == 0).sum() == 50
    if bundled.case == "deventer":
        assert comments.max() == 4
        assert sorted(below(bundled, "like"))[-2:] == [5, 20]


@pytest.mark.parametrize("case", CASES)
def test_every_seed_meets_them(case: str) -> None:
    plan = reconstruct.spec(case)
    first, again, other = (reconstruct.simulate(plan, seed) for seed in (7, 7, 8))
    pd.testing.assert_frame_equal(first.messages, again.messages)
    pd.testing.assert_frame_equal(first.actors, again.actors)
    assert not first.messages["author"].equals(other.messages["author"])


@pytest.mark.parametrize("case", CASES)
def test_bundled_files_follow_from_the_spec_and_are_small(case: str) -> None:
    assert reconstruct.stale(case) == []
    packed = data_dir() / "reconstructed" / case / "messages.csv.gz"
    assert packed.stat().st_size < 150_000


@pytest.mark.parametrize("case", CASES)
def test_every_assumption_is_used_and_has_a_reason(case: str) -> None:
    plan = reconstruct.spec(case)

    class Read(dict):
        seen: set[str] = set()  # noqa: RUF012

        def __getitem__(self, key: str) -> object:
            self.seen.add(key)
            return super().__getitem__(key)

    reconstruct.simulate(replace(plan, given=Read(plan.given)))
    assert Read.seen == set(plan.given)
    assert (reconstruct.assumptions(case)["reason"].str.len() > 20).all()
    assert reconstruct.told(case)["locator"].str.fullmatch(r"§\d\.\d+(, §\d\.\d+)*").all()


# People, posts, times


def test_no_names_no_text_and_roles_as_told(bundled: Conversation) -> None:
    actors = bundled.actors
    assert actors["actor"].str.fullmatch(r"p\d{4}").all()
    assert (bundled.messages["text"] == "").all()
    assert actors["role"].value_counts()["government"] == 1
    assert set(actors["role"]) == {"government", "citizen"}
    assert (actors.loc[actors["role"] == "citizen", "label"] == "").all()


def test_as_many_people_comment_as_assumed_and_all_act(bundled: Conversation) -> None:
    plan = reconstruct.spec(bundled.case)
    messages = bundled.messages
    citizens = messages[messages["author"] != owner(bundled)]
    by_kind = citizens.groupby("kind")["author"].nunique()
    assert by_kind["comment"] == plan["commenters"]
    acting = citizens.loc[citizens["kind"].isin(["comment", "like"]), "author"].nunique()
    assert acting == plan["participants"]
    assert len(bundled.actors) == 1 + acting + plan["citizen_posts"]["people"]


def test_the_page_posts_on_weekdays(bundled: Conversation) -> None:
    local = own_posts(bundled)["time"].dt.tz_convert("Europe/Amsterdam")
    assert local.dt.day_of_week.max() <= 4
    assert local.dt.date.nunique() == reconstruct.spec(bundled.case)["active_days"]


def test_what_follows_comes_later_and_within_the_period(bundled: Conversation) -> None:
    messages = bundled.messages
    rows = messages[(messages["parent_id"] != "") & messages["kind"].ne("like")]
    parents = messages.set_index("message_id")["time"].loc[rows["parent_id"]]
    assert (rows["time"].to_numpy() > parents.to_numpy()).all()
    days = messages["time"].dropna().dt.tz_convert("Europe/Amsterdam").dt.strftime("%Y-%m-%d")
    assert days.between("2014-01-01", "2014-03-31").all()


def test_likes_are_given_once_within_their_limits(bundled: Conversation) -> None:
    likes = bundled.messages[bundled.messages["kind"] == "like"]
    assert not likes.duplicated(["author", "parent_id"]).any()
    assert likes["time"].isna().all()
    assert len(likes) == sum(
        counted._numbers(reconstruct.spec(bundled.case), "topic_likes").values()
    )
    assert set(likes["parent_id"]) <= set(own_posts(bundled)["message_id"])


# Answers and citizens' posts


def test_the_owner_answers_as_often_as_assumed(bundled: Conversation) -> None:
    messages, page = bundled.messages, owner(bundled)
    replies = messages[messages["kind"] == "reply"]
    plan = reconstruct.spec(bundled.case)
    assert len(replies) == sum(plan["owner_answers"].values())
    assert (replies["author"] == page).all()
    assert replies["parent_id"].is_unique
    parents = messages.set_index("message_id").loc[replies["parent_id"]]
    assert (parents["kind"] == "comment").all()
    assert (parents["author"].to_numpy() == replies["target"].to_numpy()).all()
    assert page not in set(replies["target"])


def test_one_answer_in_the_conversation_about_the_summit() -> None:
    conv = conversation.load("rijkswaterstaat")
    summit = below(conv, "like").idxmax()
    assert below(conv, "reply")[summit] == 1


def test_citizens_post_on_the_page_and_only_it_answers(bundled: Conversation) -> None:
    messages, page = bundled.messages, owner(bundled)
    theirs = messages[(messages["kind"] == "post") & (messages["author"] != page)]
    plan = reconstruct.spec(bundled.case)["citizen_posts"]
    expected = {"rijkswaterstaat": (0, 0), "education_ministry": (30, 3), "deventer": (18, 5)}
    assert (theirs["target"] == page).all()
    assert theirs["author"].nunique() == plan["people"]
    answers = messages[messages["parent_id"].isin(theirs["message_id"])]
    assert (answers["author"] == page).all()
    assert (answers["kind"] == "comment").all()
    assert answers["parent_id"].is_unique
    assert (len(theirs), len(answers)) == expected[bundled.case]


def test_response_is_measured_on_comments_and_posts() -> None:
    table = measures.responsiveness(conversation.load("education_ministry")).set_index("measure")
    assert table["value"][["asked", "answered"]].tolist() == [136, 3]
    quiet = measures.responsiveness(
        reconstruct.simulate(
            vary(
                "education_ministry",
                citizen_posts={"posts": 30, "people": 1, "answered": 30, "bursts": 1, "group": ""},
            )
        )
    ).set_index("measure")
    assert quiet["value"]["answered"] == 30


# Groups


def test_groups_of_the_ministry_are_not_tied_and_each_hangs_together() -> None:
    for seed in (1, 2, 3):
        conv = reconstruct.simulate("education_ministry", seed)
        graph = networks.co_comment(conv)
        graph.remove_nodes_from([node for node, ties in graph.degree() if not ties])
        parts = [
            {graph.nodes[node]["group"] for node in part} for part in nx.connected_components(graph)
        ]
        assert len(parts) == 8
        assert sorted(next(iter(part)) for part in parts) == sorted(
            reconstruct.spec("education_ministry").groups
        )
        assert all(len(part) == 1 for part in parts)


def test_a_taste_of_ones_own_and_for_anything() -> None:
    group, topic = np.array(["a", "b"]), np.array(["b", "a", "c"])
    assert taste("own", group, topic).tolist() == [[False, True, False], [True, False, False]]
    assert taste("any", group, topic).tolist() == [[1, 1, 1], [1, 1, 1]]
    by_hand = taste({"a": {"a": 1, "b": 0.5, "c": 0}, "b": {"a": 0, "b": 1, "c": 2}}, group, topic)
    assert by_hand.tolist() == [[0.5, 1, 0], [1, 0, 2]]


# Parts


def test_parts_add_up_and_keep_their_limits() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    most = np.array([3, 0, 10, 1])
    for total in (0, 5, 14):
        parts = counted._allotted(rng, total, np.array([5.0, 9.0, 1.0, 1.0]), most)
        assert parts.sum() == total
        assert (parts <= most).all()


def test_totals_below_one_page_and_on_the_fullest_post() -> None:
    conv = conversation.load("education_ministry")
    plan = reconstruct.spec("education_ministry")
    here = {"id": "x", "count": "messages", "kinds": ["comment", "reply"]}
    assert totals._count(plan, here, conv) == 109
    assert totals._count(plan, here | {"below": "owner"}, conv) == 106
    assert totals._count(plan, here | {"count": "largest"}, conv) == 57


@pytest.mark.parametrize(
    ("case", "key", "value", "said"),
    [
        ("deventer", "topics", {"news": 41, "calls": 15, "questions": 10}, "posts by subject"),
        ("deventer", "topics", {"news": 60, "calls": 15, "outlier": 1}, "posts by subject"),
        ("deventer", "commenters", 70, "a place for everyone"),
        ("deventer", "commenters", 2, "people on one post"),
        ("deventer", "owner_answers", {"outlier": 3}, "'outlier'"),
        (
            "deventer",
            "citizen_posts",
            {"posts": 4, "people": 3, "answered": 5, "bursts": 1, "group": ""},
            "answered posts",
        ),
        (
            "deventer",
            "citizen_posts",
            {"posts": 4, "people": 5, "answered": 1, "bursts": 1, "group": ""},
            "people who post",
        ),
        ("rijkswaterstaat", "active_days", 65, "days with a post"),
        ("rijkswaterstaat", "commenters", 500, "people on one post"),
    ],
)
def test_assumptions_without_room_are_refused(
    case: str, key: str, value: object, said: str
) -> None:
    with pytest.raises(CasebookError, match=rf"{case}: .*{said}.*Remedy: change .* in recon"):
        reconstruct.simulate(vary(case, **{key: value}))


def test_a_missed_total_is_refused_with_its_figures() -> None:
    given = reconstruct.spec("rijkswaterstaat")["topic_comments"]
    with pytest.raises(CasebookError, match=r"total 'comments' .* is 1,958, published is 1,957"):
        reconstruct.simulate(vary("rijkswaterstaat", topic_comments={**given, "places": 311}))
