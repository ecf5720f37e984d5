"""What the report says of the page of the Ministry of Education, as tests."""

from __future__ import annotations

from casebook import published
from casebook.statements.pages import OrganisationPage
from casebook.statements.test import Test

#: How the tests see the conversation.
VIEW = OrganisationPage


def _groups() -> int:
    """How many groups the report prints; read when a test asks, not on import."""
    return int(
        published.value("education_ministry.small_groups")
        + published.value("education_ministry.larger_groups")
    )


TESTS = (
    Test(
        "education_ministry_daily",
        "arithmetic",
        "there are at least as many posts as weekdays in the period",
        lambda page: len(page.posts) >= page.weekdays(),
    ),
    Test(
        "education_ministry_daily",
        "built in",
        "posts on at least four weekdays in five",
        lambda page: page.weekdays_posted() >= 0.8 * page.weekdays(),
    ),
    Test(
        "education_ministry_skewed",
        "arithmetic",
        "one post has more than half of the comments",
        lambda page: page.comments.max() > page.comments.sum() / 2,
    ),
    Test(
        "education_ministry_hardly",
        "arithmetic",
        "more than half of the posts have one comment or none, however the others are spread",
        lambda page: (
            # What the fullest post leaves gives at most half as many others two comments.
            len(page.comments) - 1 - (page.comments.sum() - page.comments.max()) // 2
            > len(page.comments) / 2
        ),
    ),
    Test(
        "education_ministry_hardly",
        "built in",
        "more than half of the posts have no comment",
        lambda page: (page.comments == 0).mean() > 0.5,
    ),
    Test(
        "education_ministry_mostly_likes",
        "built in",
        "there are more likes than comments",
        lambda page: page.likes.sum() > page.comments.sum(),
    ),
    Test(
        "education_ministry_groups",
        "built in",
        "the people with a tie fall into eight parts with no tie between them",
        lambda page: len(page.network.connected_components()) == _groups(),
    ),
    Test(
        "education_ministry_groups",
        "emergent",
        "Leiden finds these eight and no other",
        lambda page: (
            page.community.nunique() == _groups()
            and page.group[page.community.index].groupby(page.community).nunique().max() == 1
        ),
    ),
    Test(
        "education_ministry_one_message",
        "built in",
        "everyone in the largest part commented on the fullest post",
        lambda page: (
            max(page.network.connected_components().sizes())
            == page.questions.loc[
                (page.questions["post"] == page.comments.idxmax())
                & (page.questions["kind"] == "comment"),
                "author",
            ].nunique()
        ),
    ),
    Test(
        "education_ministry_handful",
        "built in",
        "from two to ten people comment on more than one post",
        lambda page: 2 <= (page.posts_per_commenter >= 2).sum() <= 10,
    ),
    Test(
        "education_ministry_citizen_posts",
        "arithmetic",
        "posts by citizens come once in three days on average",
        lambda page: round(len(page.period) / len(page.citizen_posts)) == 3,
    ),
    Test(
        "education_ministry_unanswered",
        "arithmetic",
        "at most one in ten of the posts by citizens is answered",
        lambda page: page.answered("post").iloc[0] <= 0.1,
    ),
)
