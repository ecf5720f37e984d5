"""What the report says of the tweets about vacant lots, as tests."""

from __future__ import annotations

import pandas as pd

from casebook.statements.test import Test
from casebook.statements.views import Tweets


class Hubs(Tweets):
    """Tweets around three officials."""

    @property
    def by_sender(self) -> pd.Series:
        """Tweets of each account, the officials' first."""
        counts = self.sent.groupby(["author_role", "author"]).size()
        return counts.sort_index(level="author_role", ascending=False)

    @property
    def officials(self) -> pd.Series:
        return self.by_sender["government"]

    @property
    def others(self) -> pd.Series:
        return self.by_sender.drop("government", level="author_role")

    def tied_to(self) -> pd.Series:
        """To how many of the officials each of the others is tied, of those tied to any."""
        hubs = set(self.officials.index)
        ties = self.ties[["author", "target"]]
        ends = pd.concat([ties, ties.set_axis(["target", "author"], axis=1)])
        ends = ends[ends["target"].isin(hubs) & ~ends["author"].isin(hubs)]
        return ends.groupby("author")["target"].nunique()

    def left_together(self) -> float:
        """Share of the others in the largest piece once the officials are taken out."""
        left = self.network.copy()
        left.delete_vertices([v.index for v in left.vs if v["role"] == "government"])
        return max(left.connected_components("weak").sizes()) / left.vcount()

    def most_tied(self) -> set[str]:
        ties = pd.Series(self.network.degree(), self.network.vs["name"])
        return set(ties.nlargest(3).index)

    def months(self) -> pd.Series:
        """In how many months each official tweets."""
        rows = self.government
        return rows["time"].dt.strftime("%Y-%m").groupby(rows["author"]).nunique()


#: How the tests see the conversation.
VIEW = Hubs

TESTS = (
    Test(
        "vacant_lots_twitter_three_hubs",
        "built in",
        "the three accounts with most ties are the civil servants",
        lambda view: view.most_tied() == set(view.officials.index),
    ),
    Test(
        "vacant_lots_twitter_three_hubs",
        "emergent",
        "Leiden finds three communities with a tenth or more of the network, one for each "
        "following",
        lambda view: view.finds("first", "second", "third"),
    ),
    Test(
        "vacant_lots_twitter_three_hubs",
        "emergent",
        "without the civil servants fewer than half of the others are still in one piece",
        lambda view: view.left_together() < 0.5,
    ),
    Test(
        "vacant_lots_twitter_apart",
        "built in",
        "fewer than one in five of those tied to a civil servant are tied to another as well",
        lambda view: (view.tied_to() > 1).mean() < 0.2,
    ),
    Test(
        "vacant_lots_twitter_passing",
        "arithmetic",
        "the others send fewer than two tweets each on average",
        lambda view: view.others.mean() < 2,
    ),
    Test(
        "vacant_lots_twitter_passing",
        "arithmetic",
        "each of the others sends one tweet and no more",
        lambda view: (view.others == 1).all(),
    ),
    Test(
        "vacant_lots_twitter_passing",
        "built in",
        "more than half of the others send one tweet",
        lambda view: (view.others == 1).mean() > 0.5,
    ),
    Test(
        "vacant_lots_twitter_few_and_long",
        "arithmetic",
        "a civil servant sends more than ten times as many tweets as one of the others on average",
        lambda view: view.officials.mean() > 10 * view.others.mean(),
    ),
    Test(
        "vacant_lots_twitter_few_and_long",
        "built in",
        "each civil servant tweets in at least twelve different months",
        lambda view: view.months().min() >= 12,
    ),
    Test(
        "vacant_lots_twitter_first_year",
        "built in",
        "the first year has the most tweets",
        lambda view: view.sent["time"].dt.year.value_counts().idxmax() == 2011,
    ),
    Test(
        "vacant_lots_twitter_by_government",
        "arithmetic",
        "more than half of the tweets are the civil servants'",
        lambda view: view.officials.sum() > len(view.sent) / 2,
    ),
    Test(
        "vacant_lots_twitter_little_response",
        "arithmetic",
        "if every tweet of the others answered or passed on another tweet of a civil servant, "
        "most of the civil servants' would still have no response",
        lambda view: view.others.sum() < view.officials.sum() / 2,
    ),
)
