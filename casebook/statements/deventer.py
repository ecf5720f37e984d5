"""What the report says of the page of the municipality of Deventer, as tests."""

from __future__ import annotations

import pandas as pd

from casebook.statements.pages import OrganisationPage
from casebook.statements.test import Test

#: How the tests see the conversation.
VIEW = OrganisationPage


def _irregular(page: OrganisationPage) -> bool:
    """Whether some day has three posts of residents and some week none."""
    local = page.citizen_posts["time"].dt.tz_convert("Europe/Amsterdam")
    days = local.dt.normalize()
    gaps = local.sort_values().diff() > pd.Timedelta(days=7)
    return bool(days.value_counts().max() >= 3 and gaps.any())


TESTS = (
    Test(
        "deventer_daily",
        "arithmetic",
        "there are at least as many posts as weekdays in the period",
        lambda page: len(page.posts) >= page.weekdays(),
    ),
    Test(
        "deventer_daily",
        "built in",
        "posts on at least four weekdays in five",
        lambda page: page.weekdays_posted() >= 0.8 * page.weekdays(),
    ),
    Test(
        "deventer_sporadic",
        "built in",
        "at least a third of the posts has no comment",
        lambda page: (page.comments == 0).mean() >= 1 / 3,
    ),
    Test(
        "deventer_sporadic",
        "emergent",
        "more than half of the posts have no comment",
        lambda page: (page.comments == 0).mean() > 0.5,
    ),
    Test(
        "deventer_one_hand",
        "built in",
        "at least nine in ten posts have five likes or fewer",
        lambda page: (page.likes <= 5).mean() >= 0.9,
    ),
    Test(
        "deventer_mostly_likes",
        "built in",
        "residents like more often than they comment or post",
        lambda page: page.likes.sum() > len(page.questions),
    ),
    Test(
        "deventer_consistent",
        "built in",
        "at least one in three of the residents' comments is answered",
        lambda page: page.answered("comment").iloc[0] >= 1 / 3,
    ),
    Test(
        "deventer_consistent",
        "emergent",
        "most posts with a resident's comment have an answer",
        lambda page: (
            page.questions[page.questions["kind"] == "comment"]
            .groupby("post")["answered"]
            .any()
            .mean()
            > 0.5
        ),
    ),
    Test(
        "deventer_fast",
        "built in",
        "half of the answers come within four hours",
        lambda page: page.answer_hours <= 4,
    ),
    Test(
        "deventer_irregular_posts",
        "emergent",
        "on some day residents post three times or more, and some week passes without a post",
        _irregular,
    ),
    Test(
        "deventer_small_network",
        "emergent",
        "fewer people have a tie than the municipality has posts",
        lambda page: page.network.vcount() < len(page.posts),
    ),
    Test(
        "deventer_small_network",
        "emergent",
        "the network falls into parts, the largest with less than half of those who comment",
        lambda page: page.connected() < 0.5,
    ),
    Test(
        "deventer_few_residents",
        "built in",
        "fewer than forty residents comment",
        lambda page: len(page.posts_per_commenter) < 40,
    ),
    Test(
        "deventer_few_residents",
        "emergent",
        "the five who comment most write more than half of the residents' comments",
        lambda page: (
            page.questions.loc[page.questions["kind"] == "comment", "author"]
            .value_counts(normalize=True)
            .nlargest(5)
            .sum()
            > 0.5
        ),
    ),
)
