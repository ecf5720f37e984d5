"""What the report says of two conversations, put to the test on reconstructions of them.

A statement can be tested in more than one way; each :class:`Test` says how, and what the outcome
is worth:

* ``arithmetic``: follows from published figures alone, the same for every seed;
* ``built in``: put in by an assumption of the case's spec. That it holds shows that it can be
  had together with the figures, not that it was so;
* ``emergent``: nobody put it in; it comes out, or not, of everything else.

Wording and locators of the statements are those of the coded table ``statements``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import igraph as ig
import pandas as pd

from casebook import communities, measures, networks, provenance, published, reconstruct
from casebook.conversation import Conversation
from casebook.errors import CasebookError

#: A community is large with this share of the accounts that have a tie.
LARGE = 0.1


@dataclass(frozen=True)
class Test:
    """One way to test a statement: ``holds`` says of a view of a conversation whether it does."""

    __test__ = False  # for pytest: this is not a test case

    statement_id: str
    kind: str
    how: str
    holds: Callable[[Any], bool]


def tests(case: str) -> tuple[Test, ...]:
    """The tests of a case's statements.

    Raises
    ------
    CasebookError
        if there are none.
    """
    if case not in _TESTS:
        raise CasebookError(
            f"No statements are tested for '{case}'. Remedy: use one of {', '.join(_TESTS)}."
        )
    return _TESTS[case][1]


def holds(conv: Conversation) -> pd.Series:
    """Outcome of each of the case's tests on one conversation, in the order of :func:`tests`."""
    wanted = tests(conv.case)
    view = _TESTS[conv.case][0](conv)
    return pd.Series([bool(test.holds(view)) for test in wanted], name="holds")


def evaluate(case: str, seeds: Iterable[int]) -> pd.DataFrame:
    """In how many of many reconstructions the report's statements hold.

    Returns
    -------
    DataFrame
        one row per test: ``statement_id, statement, locator, kind, how, holds_in, of``, the last
        two in numbers of seeds; marked ``reconstructed``.
    """
    outcomes = reconstruct.ensemble(case, lambda conv: holds(conv).to_dict(), seeds)
    wording = published.exhibit("statements").set_index("statement_id")
    rows = [
        {
            "statement_id": test.statement_id,
            "statement": wording["text_en"][test.statement_id],
            "locator": wording["locator"][test.statement_id],
            "kind": test.kind,
            "how": test.how,
            "holds_in": int(outcomes[column].sum()),
            "of": len(outcomes),
        }
        for column, test in enumerate(tests(case))
    ]
    return provenance.derive(pd.DataFrame(rows), outcomes)


class _Clustered:
    """What both views know: a network, its communities, and the groups of its accounts."""

    conv: Conversation
    network: ig.Graph

    @cached_property
    def group(self) -> pd.Series:
        return self.conv.actors.set_index("actor")["group"]

    @cached_property
    def community(self) -> pd.Series:
        return communities.detect(self.network, seed=0)

    @cached_property
    def majority(self) -> pd.Series:
        """The most frequent group in each large community, by community."""
        sizes = self.community.value_counts()
        large = sorted(sizes.index[sizes >= LARGE * len(self.community)])
        groups = self.group[self.community.index]
        return pd.Series(
            {c: groups[(self.community == c).to_numpy()].mode().iloc[0] for c in large}
        )

    def finds(self, *groups: str) -> bool:
        """Whether the large communities are these groups, one each."""
        return sorted(self.majority) == sorted(groups)


class _Page(_Clustered):
    """A page, seen as the factsheet draws it: ties from a weight upwards, isolates left out."""

    def __init__(self, conv: Conversation) -> None:
        self.conv = conv
        edges = networks.co_comment_edges(conv)
        drawn = edges[edges["weight"] >= published.value("timmermans.drawn_tie_weight")]
        self.network = networks.to_igraph(drawn)
        self.network.delete_vertices(self.network.vs.select(_degree=0))
        self.network.vs["group"] = self.group[self.network.vs["name"]].tolist()

    @cached_property
    def density(self) -> pd.DataFrame:
        """Share of the pairs between two groups, or within one, that are tied."""
        sizes = pd.Series(self.network.vs["group"]).value_counts().sort_index()
        network = self.network.copy()
        network.es["weight"] = 1
        ties = measures.mixing(network, "group")
        pairs = pd.DataFrame(
            {a: {b: m * (n - (a == b)) for b, n in sizes.items()} for a, m in sizes.items()},
            dtype=float,
        )
        for group in sizes.index:
            pairs.loc[group, group] /= 2
        return ties / pairs

    def outward(self, group: str) -> float:
        """E-I index of a group: -1 if all its ties stay inside."""
        return measures.ei_index(self.network, "group", node_filter=("group", group))

    def of(self, kind: str) -> pd.DataFrame:
        messages = self.conv.messages
        return messages[messages["kind"] == kind]

    def per_post(self, kind: str) -> pd.Series:
        return self.of(kind)["parent_id"].value_counts()

    @property
    def commenters(self) -> pd.Series:
        """Number of commenters by group."""
        return self.group[self.of("comment")["author"].unique()].value_counts()

    def answering(self, group: str) -> float:
        """Share of a group's comments that answer another commenter."""
        comments = self.of("comment")
        own = comments[comments["author"].map(self.group) == group]
        return float((own["target"] != "").mean())

    def active_days(self) -> int:
        times = self.of("post")["time"].dt.tz_convert(
            reconstruct.spec(self.conv.case).period["timezone"]
        )
        return int(times.dt.date.nunique())

    def few_and_many(self) -> bool:
        acts = pd.concat([self.of("comment"), self.of("like")])["author"].value_counts()
        posts = self.of("comment").groupby("author")["parent_id"].nunique()
        return bool((acts == 1).mean() >= 0.05 and (posts >= 5).mean() >= 0.05)


class _Tweets(_Clustered):
    """Tweets, as a network of retweets, mentions and replies without its isolates."""

    def __init__(self, conv: Conversation) -> None:
        self.conv = conv
        self.everyone = networks.to_igraph(networks.mentions(conv))
        self.network = self.everyone.copy()
        self.network.delete_vertices(self.network.vs.select(_degree=0))

    @cached_property
    def sent(self) -> pd.DataFrame:
        """Tweets, retweets and replies, with the role and label of author and target."""
        return self._told(self.conv.messages["kind"] != "mention")

    @cached_property
    def ties(self) -> pd.DataFrame:
        """Messages that address someone else, likewise."""
        messages = self.conv.messages
        return self._told((messages["target"] != "") & (messages["target"] != messages["author"]))

    def _told(self, wanted: pd.Series) -> pd.DataFrame:
        rows = self.conv.messages[wanted]
        actors = self.conv.actors.set_index("actor")
        for end in ("author", "target"):
            for column in ("role", "label", "group"):
                rows = rows.assign(**{f"{end}_{column}": rows[end].map(actors[column])})
        return rows

    @property
    def government(self) -> pd.DataFrame:
        return self.sent[self.sent["author_role"] == "government"]

    @property
    def officer(self) -> pd.DataFrame:
        return self.sent[self.sent["author_label"] == "community officer"]

    @property
    def audience(self) -> pd.DataFrame:
        """Retweets of government by others than government."""
        rows = self.sent[self.sent["kind"] == "retweet"]
        return rows[(rows["target_role"] == "government") & (rows["author_role"] != "government")]

    def reached(self, group: str, steps: int) -> float:
        """Share of a group within so many retweets of a government account."""
        accounts = self.conv.actors
        sources = accounts.loc[accounts["role"] == "government", "actor"]
        table = measures.reach(self.everyone, sources, "group", steps=steps)
        return float(table.set_index("group").loc[group, "share"])

    def edge_reached(self) -> float:
        """Share of the accounts of small groups that retweet a government account."""
        small = self.group.index[self.group.str.startswith("small")]
        return float(small.isin(self.audience["author"]).mean())

    def media_lead(self) -> bool:
        """Whether in each large group two of its five most addressed accounts are media."""
        leading = self.ties.groupby(["target_group", "target", "target_role"]).size()
        return all(
            (leading[group].nlargest(5).index.get_level_values("target_role") == "media").sum() >= 2
            for group in ("blue", "pink", "green")
        )

    def tied_by_retweets(self) -> bool:
        rows = self.ties[self.ties["kind"] == "retweet"]
        rows = rows[(rows["author_role"] == "government") & (rows["target_role"] == "government")]
        graph = ig.Graph.TupleList(rows[["author", "target"]].itertuples(index=False))
        return graph.vcount() == self.government["author"].nunique() and graph.is_connected("weak")

    def government_community_is(self, group: str) -> bool:
        codes = self.community[self.government["author"].unique()]
        return all(self.majority.get(code) == group for code in codes)

    def mostly_public_bodies_and_media(self, near: str, far: str) -> bool:
        """Whether government's ties at one end are mostly with government and media."""
        rows = self.ties[self.ties[f"{near}_role"] == "government"]
        return bool(rows[f"{far}_role"].isin(["government", "media"]).mean() > 0.5)


def _between(value: float, low: int, high: int) -> bool:
    return bool(low <= value < high)


_PAGE_TESTS = (
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
        lambda page: _between(page.per_post("comment").mean(), 10, 100),
    ),
    Test(
        "timmermans_tens_of_comments",
        "emergent",
        "the median number of comments per post is from 10 to 99",
        lambda page: _between(page.per_post("comment").median(), 10, 100),
    ),
    Test(
        "timmermans_hundreds_of_likes",
        "arithmetic",
        "the mean number of likes per post is from 100 to 999",
        lambda page: _between(page.per_post("like").mean(), 100, 1000),
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

_TWEET_TESTS = (
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

_TESTS: dict[str, tuple[Callable[[Conversation], _Clustered], tuple[Test, ...]]] = {
    "timmermans": (_Page, _PAGE_TESTS),
    "benno_l": (_Tweets, _TWEET_TESTS),
}
