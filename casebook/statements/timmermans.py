"""What the report says of the minister's page, as tests."""

from __future__ import annotations

from casebook.statements.test import Test, between
from casebook.statements.views import Page

#: How the tests see the conversation.
VIEW = Page

TESTS = (
    Test(
        "timmermans_daily",
        "built in",
        "posts on at least two days in three",
        lambda page: page.active_days() >= 60,
    ),
    Test(
        "timmermans_three_groups",
        "emergent",
        "Leiden finds three communities with a tenth or more of the drawn network, one for each "
        "group",
        lambda page: page.finds("light_blue", "green", "red"),
    ),
    Test(
        "timmermans_following_tied",
        "emergent",
        "nine in ten of the drawn network are in one component",
        lambda page: (
            max(page.network.connected_components().sizes()) >= 0.9 * page.network.vcount()
        ),
    ),
    Test(
        "timmermans_fans_mixed_strong",
        "built in",
        "pairs of a fan and a green are tied more often than pairs of either with a red",
        lambda page: (
            page.density.loc["light_blue", "green"]
            > page.density.loc["red", ["light_blue", "green"]].max()
        ),
    ),
    Test(
        "timmermans_red_less_tied",
        "built in",
        "the E-I index of red is the lowest of the three",
        lambda page: page.outward("red") < min(page.outward("light_blue"), page.outward("green")),
    ),
    Test(
        "timmermans_red_tied_inside",
        "built in",
        "pairs within red are tied more than twice as often as pairs of red with another group",
        lambda page: (
            page.density.loc["red", "red"]
            > 2 * page.density.loc["red", ["light_blue", "green"]].max()
        ),
    ),
    Test(
        "timmermans_red_tied_inside",
        "emergent",
        "pairs within red are tied more often than pairs within any other group",
        lambda page: (
            page.density.loc["red", "red"]
            > max(page.density.loc[g, g] for g in ("light_blue", "green"))
        ),
    ),
    Test(
        "timmermans_red_responds",
        "built in",
        "a larger share of comments answers another commenter in red than among the fans",
        lambda page: page.answering("red") > page.answering("light_blue"),
    ),
    Test(
        "timmermans_largest_group",
        "built in",
        "red has the most commenters",
        lambda page: page.commenters.idxmax() == "red",
    ),
    Test(
        "timmermans_largest_group",
        "emergent",
        "red has the majority in the largest community of the drawn network",
        lambda page: page.majority.get(0) == "red",
    ),
    Test(
        "timmermans_tens_of_comments",
        "arithmetic",
        "the mean number of comments per post is from 10 to 99",
        lambda page: between(page.per_post("comment").mean(), 10, 100),
    ),
    Test(
        "timmermans_tens_of_comments",
        "emergent",
        "the median number of comments per post is from 10 to 99",
        lambda page: between(page.per_post("comment").median(), 10, 100),
    ),
    Test(
        "timmermans_hundreds_of_likes",
        "arithmetic",
        "the mean number of likes per post is from 100 to 999",
        lambda page: between(page.per_post("like").mean(), 100, 1000),
    ),
    Test(
        "timmermans_hundreds_of_likes",
        "emergent",
        "at least half of the posts have from 100 to 999 likes",
        lambda page: page.per_post("like").between(100, 999).mean() >= 0.5,
    ),
    Test(
        "timmermans_few_and_many",
        "emergent",
        "one in twenty participants act once, and one in twenty commenters comment on five posts "
        "or more",
        lambda page: page.few_and_many(),
    ),
)
