"""What the report says of the page of Rijkswaterstaat, as tests."""

from __future__ import annotations

from casebook import published
from casebook.statements.pages import RegularsPage
from casebook.statements.test import Test, between

#: How the tests see the conversation.
VIEW = RegularsPage

_GROUPS = ("red", "purple", "dark_blue", "green")


def _usual() -> tuple[int, int]:
    """How many comments most posts have, as printed: from, to."""
    low, high = (
        int(published.value(f"rijkswaterstaat.comments_per_post.{end}")) for end in ("low", "high")
    )
    return low, high


def _minister_likes() -> float:
    return published.value("timmermans.likes") / published.value("timmermans.posts")


TESTS = (
    Test(
        "rijkswaterstaat_daily",
        "arithmetic",
        "there are at least as many posts as weekdays in the period",
        lambda page: len(page.posts) >= page.weekdays(),
    ),
    Test(
        "rijkswaterstaat_daily",
        "built in",
        "posts on at least four weekdays in five",
        lambda page: page.weekdays_posted() >= 0.8 * page.weekdays(),
    ),
    Test(
        "rijkswaterstaat_usual_comments",
        "arithmetic",
        "the mean number of comments per post is from 10 to 20",
        lambda page: between(page.comments.mean(), *_usual()),
    ),
    Test(
        "rijkswaterstaat_usual_comments",
        "arithmetic",
        "the mean of all posts but the one with most comments is from 10 to 20",
        lambda page: between(page.comments.nsmallest(len(page.comments) - 1).mean(), *_usual()),
    ),
    Test(
        "rijkswaterstaat_usual_comments",
        "emergent",
        "at least half of the posts have from 10 to 20 comments",
        lambda page: page.comments.between(*_usual()).mean() >= 0.5,
    ),
    Test(
        "rijkswaterstaat_many_likes",
        "arithmetic",
        "the post liked most has more likes than a post of the minister's has on average",
        lambda page: page.likes.max() > _minister_likes(),
    ),
    Test(
        "rijkswaterstaat_tied",
        "emergent",
        "nine in ten commenters are in one component, by ties of any weight",
        lambda page: page.connected() >= 0.9,
    ),
    Test(
        "rijkswaterstaat_tied",
        "emergent",
        "the same with the comments on the fullest post left out",
        lambda page: page.connected(without_largest=True) >= 0.9,
    ),
    Test(
        "rijkswaterstaat_not_bound",
        "emergent",
        "more than half of the commenters comment on two posts or more",
        lambda page: (page.posts_per_commenter >= 2).mean() > 0.5,
    ),
    Test(
        "rijkswaterstaat_not_bound",
        "emergent",
        "one in four commenters comments on three posts or more",
        lambda page: (page.posts_per_commenter >= 3).mean() >= 0.25,
    ),
    Test(
        "rijkswaterstaat_groups",
        "emergent",
        "Leiden finds four communities with a tenth or more of the drawn network, one for each "
        "group",
        lambda page: page.finds(*_GROUPS),
    ),
    Test(
        "rijkswaterstaat_groups",
        "emergent",
        "each of the four groups has the majority in some community of a tenth or more",
        lambda page: set(page.majority) == set(_GROUPS),
    ),
    Test(
        "rijkswaterstaat_red_interaction",
        "built in",
        "of red's comments a larger share is answered than of any other group's",
        lambda page: page.answered("comment").index[-1] == "red",
    ),
    Test(
        "rijkswaterstaat_red_purple",
        "built in",
        "pairs of a red and a purple are tied more often than pairs across any other two groups",
        lambda page: (
            page.density.loc["red", "purple"]
            >= max(page.density.loc[a, b] for a in _GROUPS for b in _GROUPS if a < b)
        ),
    ),
    Test(
        "rijkswaterstaat_green_apart",
        "built in",
        "pairs of a green and another are tied less often than pairs across any other two groups",
        lambda page: (
            page.density.loc["green", list(_GROUPS[:3])].max()
            < min(page.density.loc[a, b] for a in _GROUPS[:3] for b in _GROUPS[:3] if a < b)
        ),
    ),
    Test(
        "rijkswaterstaat_green_apart",
        "emergent",
        "the E-I index of green is the lowest of the four",
        lambda page: page.outward("green") < min(page.outward(g) for g in _GROUPS[:3]),
    ),
    Test(
        "rijkswaterstaat_fast",
        "built in",
        "half of the answers come within four hours",
        lambda page: page.answer_hours <= 4,
    ),
    Test(
        "rijkswaterstaat_summit_answer",
        "built in",
        "under the post liked most one comment is answered",
        lambda page: page.questions.groupby("post")["answered"].sum()[page.likes.idxmax()] == 1,
    ),
)
