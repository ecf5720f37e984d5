"""What the report says of the tweets that name the community officer, as tests."""

from __future__ import annotations

from functools import cached_property

import igraph as ig
import pandas as pd

from casebook import communities, measures
from casebook.conversation import Conversation
from casebook.statements.test import Test
from casebook.statements.views import Tweets, majorities

#: The clusters that the text describes.
CLUSTERS = ("pink", "green", "blue")


class Naming(Tweets):
    """Tweets that all name one officer, with and without that officer."""

    def __init__(self, conv: Conversation) -> None:
        super().__init__(conv)
        labels = conv.actors.set_index("label")["actor"]
        self.hub = str(labels["community officer"])

    @cached_property
    def others(self) -> ig.Graph:
        """The network without the officer; accounts that are left without a tie are in it."""
        left = self.network.copy()
        left.delete_vertices([left.vs["name"].index(self.hub)])
        return left

    def finds_without(self, *groups: str) -> bool:
        """As :meth:`finds`, on the network without the officer."""
        tied = self.others.copy()
        tied.delete_vertices(tied.vs.select(_degree=0))
        community = communities.detect(tied, seed=0)
        return sorted(majorities(community, self.group)) == sorted(groups)

    def all_tied(self) -> bool:
        at = self.network.vs["name"].index(self.hub)
        return len(set(self.network.neighbors(at))) == self.network.vcount() - 1

    def across(self) -> float:
        """Share of the ties between others that join two clusters."""
        group = self.others.vs["group"]
        joins = [group[tie.source] != group[tie.target] for tie in self.others.es]
        return sum(joins) / len(joins)

    def largest_piece(self) -> float:
        """Share of the other accounts in the largest piece without the officer."""
        return max(self.others.connected_components("weak").sizes()) / self.others.vcount()

    def between_most(self, *, directed: bool) -> bool:
        network = self.network if directed else self.network.as_undirected()
        return bool(measures.betweenness(network).idxmax() == self.hub)

    @cached_property
    def retweets(self) -> pd.DataFrame:
        """Retweets of the officer."""
        rows = self.sent[self.sent["kind"] == "retweet"]
        return rows[rows["target"] == self.hub]

    def days_with_retweet(self) -> int:
        local = self.retweets["time"].dt.tz_convert("Europe/Amsterdam")
        return int(local.dt.date.nunique())


#: How the tests see the conversation.
VIEW = Naming

TESTS = (
    Test(
        "community_officer_clusters",
        "emergent",
        "Leiden finds three communities with a tenth or more of the network, one for each of "
        "local politics, police and citizens",
        lambda view: view.finds(*CLUSTERS),
    ),
    Test(
        "community_officer_clusters",
        "emergent",
        "Leiden finds these three communities with the officer taken out of the network",
        lambda view: view.finds_without(*CLUSTERS),
    ),
    Test(
        "community_officer_hardly_tied",
        "built in",
        "fewer than one in five ties among the others join two clusters",
        lambda view: view.across() < 0.2,
    ),
    Test(
        "community_officer_hardly_tied",
        "emergent",
        "without the officer no piece has more than half of the others",
        lambda view: view.largest_piece() <= 0.5,
    ),
    Test(
        "community_officer_connector",
        "built in",
        "every account is tied to the officer, as the tweets were collected for naming the officer",
        lambda view: view.all_tied(),
    ),
    Test(
        "community_officer_connector",
        "built in",
        "the officer is on most shortest paths, with the direction of ties disregarded",
        lambda view: view.between_most(directed=False),
    ),
    Test(
        "community_officer_connector",
        "built in",
        "the officer is on most shortest paths along the direction of ties",
        lambda view: view.between_most(directed=True),
    ),
    Test(
        "community_officer_three_publics",
        "built in",
        "police officers, politicians and citizens each retweet the officer at least once",
        lambda view: set(view.retweets["author_group"]) == set(CLUSTERS),
    ),
    Test(
        "community_officer_few_retweets",
        "built in",
        "fewer than one in three of the tweets pass on one of the officer's",
        lambda view: len(view.retweets) < len(view.sent) / 3,
    ),
    Test(
        "community_officer_few_retweets",
        "emergent",
        "on fewer than a third of the days somebody retweets the officer",
        lambda view: view.days_with_retweet() < 30,
    ),
)
