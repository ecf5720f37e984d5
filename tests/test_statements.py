"""The report's statements: each test can fail, and says honestly what its outcome is worth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from casebook import conversation, provenance, published, reconstruct, statements
from casebook.conversation import Conversation
from casebook.errors import CasebookError
from casebook.statements.views import Page

CASES = ("benno_l", "timmermans")


@pytest.fixture(scope="module")
def page() -> Conversation:
    return conversation.load("timmermans")


@pytest.fixture(scope="module")
def tweets() -> Conversation:
    return conversation.load("benno_l")


def outcome(conv: Conversation) -> dict[tuple[str, str], bool]:
    found = statements.holds(conv)
    return {
        (test.statement_id, test.kind): bool(value)
        for test, value in zip(statements.tests(conv.case), found, strict=True)
    }


def changed(conv: Conversation, rows: pd.Series, **values: object) -> Conversation:
    messages = conv.messages.copy()
    for column, value in values.items():
        messages.loc[rows, column] = value
    return replace(conv, messages=messages)


def regrouped(conv: Conversation, swap: dict[str, str]) -> Conversation:
    actors = conv.actors.assign(group=conv.actors["group"].replace(swap))
    return replace(conv, actors=actors)


def scattered(conv: Conversation) -> Conversation:
    """The same with the citizens' groups dealt out at random."""
    citizens = conv.actors["role"] == "citizen"
    groups = conv.actors["group"].to_numpy(dtype=object, copy=True)
    groups[citizens] = np.random.default_rng(1).permutation(groups[citizens])
    return replace(conv, actors=conv.actors.assign(group=groups))


@pytest.mark.parametrize("case", CASES)
def test_tests_speak_of_coded_statements_of_their_case(case: str) -> None:
    coded = published.exhibit("statements").set_index("statement_id")
    for test in statements.tests(case):
        assert coded.loc[test.statement_id, "case"] == case
        assert test.kind in ("arithmetic", "built in", "emergent")
        assert len(test.how) > 15
    ways = [(test.statement_id, test.how) for test in statements.tests(case)]
    assert len(ways) == len(set(ways))


@pytest.mark.parametrize("case", CASES)
def test_evaluate_counts_seeds(case: str) -> None:
    table = statements.evaluate(case, [1, 2])
    assert list(table.columns) == [
        "statement_id",
        "statement",
        "locator",
        "kind",
        "how",
        "holds_in",
        "of",
    ]
    assert (table["of"] == 2).all()
    assert table["statement"].str.len().min() > 20
    assert provenance.of(table).kind == "reconstructed"
    # Arithmetic does not depend on the seed.
    assert set(table.loc[table["kind"] == "arithmetic", "holds_in"]) <= {0, 2}
    by_hand = sum(statements.holds(reconstruct.simulate(case, seed)).astype(int) for seed in (1, 2))
    assert table["holds_in"].tolist() == by_hand.tolist()


def test_arithmetic_agrees_with_the_published_figures(page: Conversation) -> None:
    figure = published.value
    per_post = figure("timmermans.comments") / figure("timmermans.posts")
    likes = figure("timmermans.likes") / figure("timmermans.posts")
    found = outcome(page)
    assert found["timmermans_tens_of_comments", "arithmetic"] is (10 <= per_post < 100) is False
    assert found["timmermans_hundreds_of_likes", "arithmetic"] is (100 <= likes < 1000) is True


def test_bundled_conversations_show_the_groups_as_told(
    page: Conversation, tweets: Conversation
) -> None:
    told = outcome(page)
    assert told["timmermans_three_groups", "emergent"]
    assert told["timmermans_fans_mixed_strong", "built in"]
    assert told["timmermans_red_less_tied", "built in"]
    told = outcome(tweets)
    assert told["benno_l_three_groups", "emergent"]
    assert told["benno_l_government_blue", "emergent"]
    assert told["benno_l_government_tied", "built in"]


def test_page_tests_fail_where_they_should(page: Conversation) -> None:
    exchanged = outcome(regrouped(page, {"light_blue": "red", "red": "light_blue"}))
    for statement in ("fans_mixed_strong", "red_less_tied", "red_responds", "largest_group"):
        assert not exchanged[f"timmermans_{statement}", "built in"], statement
    mixed = outcome(scattered(page))
    assert not mixed["timmermans_three_groups", "emergent"]
    assert not mixed["timmermans_red_tied_inside", "built in"]

    likes = page.messages["kind"] == "like"
    first = page.messages["message_id"].iloc[0]
    crowded = outcome(changed(page, likes, parent_id=first))
    assert not crowded["timmermans_hundreds_of_likes", "emergent"]
    posts = page.messages["kind"] == "post"
    one_day = outcome(changed(page, posts, time=page.messages["time"].iloc[0]))
    assert not one_day["timmermans_daily", "built in"]


def test_densities_by_hand(page: Conversation) -> None:
    view = Page(page)
    network, group = view.network, view.group
    red = [v.index for v in network.vs if group[v["name"]] == "red"]
    fans = [v.index for v in network.vs if group[v["name"]] == "light_blue"]
    inside = network.induced_subgraph(red).ecount()
    assert view.density.loc["red", "red"] == pytest.approx(inside / (len(red) * (len(red) - 1) / 2))
    both = network.induced_subgraph(red + fans).ecount()
    across = both - inside - network.induced_subgraph(fans).ecount()
    assert view.density.loc["red", "light_blue"] == pytest.approx(across / len(red) / len(fans))
    assert min(network.es["weight"]) == 5


def test_tweet_tests_fail_where_they_should(tweets: Conversation) -> None:
    messages, actors = tweets.messages, tweets.actors.set_index("actor")
    government = set(actors.index[actors["role"] == "government"])
    green = actors.index[(actors["group"] == "green") & (actors["role"] == "citizen")]
    small = actors.index[actors["group"].str.startswith("small")]
    retweet = messages["kind"] == "retweet"
    passed_on = retweet & messages["target"].isin(government)
    public = passed_on & ~messages["author"].isin(government)

    reached = outcome(changed(tweets, public, author=green[0]))
    assert not reached["benno_l_green_not_reached", "built in"]
    assert not reached["benno_l_chairman_limited", "built in"]
    by_small = retweet & messages["author"].isin(small)
    edge = outcome(changed(tweets, by_small, target=sorted(government)[0]))
    assert not edge["benno_l_edge_not_reached", "built in"]
    broken = outcome(changed(tweets, passed_on & ~public, target=green[0]))
    assert not broken["benno_l_government_tied", "built in"]
    assert not broken["benno_l_not_citizens", "built in"]

    officer = actors.index[actors["label"] == "community officer"][0]
    his = (messages["author"] == officer) & retweet
    original = outcome(changed(tweets, his, kind="tweet"))
    assert not original["benno_l_officer_retweets", "arithmetic"]
    other = outcome(changed(tweets, his, author=green[0]))
    assert not other["benno_l_one_officer", "arithmetic"]

    elsewhere = outcome(regrouped(tweets, {"blue": "green", "green": "blue"}))
    assert not elsewhere["benno_l_government_blue", "built in"]
    assert not elsewhere["benno_l_government_blue", "emergent"]
    assert not outcome(scattered(tweets))["benno_l_three_groups", "emergent"]
    media = tweets.actors.assign(role=tweets.actors["role"].replace({"media": "citizen"}))
    quiet = outcome(replace(tweets, actors=media))
    assert not quiet["benno_l_media_everywhere", "built in"]


def test_an_unknown_case_is_refused() -> None:
    with pytest.raises(CasebookError, match="No statements are tested for 'nowhere'"):
        statements.tests("nowhere")
