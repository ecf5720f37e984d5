"""What the report says of the tweets about Benno L., as tests."""

from __future__ import annotations

from casebook.statements.test import Test
from casebook.statements.views import Tweets

#: How the tests see the conversation.
VIEW = Tweets

TESTS = (
    Test(
        "benno_l_three_groups",
        "emergent",
        "Leiden finds three communities with a tenth or more of the network, one for each group",
        lambda tweets: tweets.finds("blue", "pink", "green"),
    ),
    Test(
        "benno_l_media_everywhere",
        "built in",
        "in each group at least two of the five most addressed accounts are media",
        lambda tweets: tweets.media_lead(),
    ),
    Test(
        "benno_l_government_blue",
        "built in",
        "every government account is put in the blue group",
        lambda tweets: set(tweets.government["author_group"]) == {"blue"},
    ),
    Test(
        "benno_l_government_blue",
        "emergent",
        "every government account is in a community with a majority of blue",
        lambda tweets: tweets.government_community_is("blue"),
    ),
    Test(
        "benno_l_government_tied",
        "built in",
        "retweets connect all government accounts",
        lambda tweets: tweets.tied_by_retweets(),
    ),
    Test(
        "benno_l_green_not_reached",
        "built in",
        "nobody of green retweets a government account",
        lambda tweets: tweets.reached("green", 1) == 0,
    ),
    Test(
        "benno_l_green_not_reached",
        "emergent",
        "fewer than one in ten of green retweet somebody who retweets a government account",
        lambda tweets: tweets.reached("green", 2) < 0.1,
    ),
    Test(
        "benno_l_edge_not_reached",
        "built in",
        "fewer than one in twenty of the small groups retweet a government account",
        lambda tweets: tweets.edge_reached() < 0.05,
    ),
    Test(
        "benno_l_one_officer",
        "arithmetic",
        "more than half of the government's tweets are the officer's",
        lambda tweets: len(tweets.officer) > len(tweets.government) / 2,
    ),
    Test(
        "benno_l_officer_retweets",
        "arithmetic",
        "all tweets of the officer are retweets",
        lambda tweets: (tweets.officer["kind"] == "retweet").all(),
    ),
    Test(
        "benno_l_officer_retweets",
        "built in",
        "more than half of them are of local media",
        lambda tweets: (
            (
                (tweets.officer["target_role"] == "media")
                & (tweets.officer["target_group"] == "blue")
            ).mean()
            > 0.5
        ),
    ),
    Test(
        "benno_l_limited_part",
        "arithmetic",
        "fewer than one in a hundred tweets are the government's",
        lambda tweets: len(tweets.government) < len(tweets.sent) / 100,
    ),
    Test(
        "benno_l_chairman_limited",
        "built in",
        "more than half of those who retweet the chairman are of the blue group",
        lambda tweets: (
            (
                tweets.audience[
                    tweets.audience["target_label"] == "chairman of the probation service"
                ]["author_group"]
                == "blue"
            ).mean()
            > 0.5
        ),
    ),
    Test(
        "benno_l_not_citizens",
        "built in",
        "most ties that government accounts send go to government and media",
        lambda tweets: tweets.mostly_public_bodies_and_media("author", "target"),
    ),
    Test(
        "benno_l_not_citizens",
        "built in",
        "most ties that government accounts receive come from government and media",
        lambda tweets: tweets.mostly_public_bodies_and_media("target", "author"),
    ),
)
