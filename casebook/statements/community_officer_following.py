"""What the report says of the accounts that the community officer follows, as tests."""

from __future__ import annotations

from functools import cached_property

import igraph as ig
import pandas as pd

from casebook import communities, measure_set, published
from casebook.conversation import Conversation
from casebook.statements.test import Test
from casebook.statements.views import Clustered, majorities


class Followed(Clustered):
    """Accounts that one officer follows, and the two large clusters that they are told to be in."""

    def __init__(self, conv: Conversation) -> None:
        self.conv = conv
        self.network = measure_set.network_of(conv)
        labels = conv.actors.set_index("label")["actor"]
        self.hub = str(labels["community officer"])

    @cached_property
    def cluster(self) -> pd.Series:
        """The large cluster of each account, as coded."""
        coded = published.exhibit("community_officer_following_groups").set_index("group")
        return self.group.map(coded["cluster"])

    @cached_property
    def others(self) -> ig.Graph:
        """The network without the officer."""
        left = self.network.copy()
        left.delete_vertices([left.vs["name"].index(self.hub)])
        return left

    @cached_property
    def found(self) -> pd.Series:
        """Communities of the accounts, the officer taken out."""
        return communities.detect(self.others, seed=0)

    def two_clusters(self, community: pd.Series) -> bool:
        """Whether the large communities are the two clusters, one each."""
        return sorted(majorities(community, self.cluster)) == ["local", "police"]

    def sets_apart(self, group: str, *others: str) -> bool:
        """Whether Leiden, among these groups alone, finds one in a community of its own."""
        part = self.others.copy()
        part.delete_vertices([v.index for v in part.vs if v["group"] not in (group, *others)])
        community = communities.detect(part, seed=0)
        return list(majorities(community, self.group)).count(group) == 1

    def with_police(self, group: str) -> bool:
        """Whether most of a group is in the community that most police forces are in."""
        by_group = self.found.groupby(self.group[self.found.index].to_numpy())
        police = by_group.get_group("police").mode().iloc[0]
        return bool((by_group.get_group(group) == police).mean() > 0.5)

    @cached_property
    def share(self) -> pd.Series:
        """Share of the followed accounts by group."""
        return self.group.drop(self.hub).value_counts(normalize=True)

    def all_tied(self) -> bool:
        at = self.network.vs["name"].index(self.hub)
        return len(set(self.network.neighbors(at))) == self.network.vcount() - 1

    def of_one_piece(self) -> bool:
        return bool(self.others.is_connected("weak"))


#: How the tests see the conversation.
VIEW = Followed

TESTS = (
    Test(
        "community_officer_following_clusters",
        "emergent",
        "Leiden finds two communities with a tenth or more of the network, a local one and one of "
        "police",
        lambda view: view.two_clusters(view.community),
    ),
    Test(
        "community_officer_following_clusters",
        "emergent",
        "Leiden finds these two communities with the officer taken out of the network",
        lambda view: view.two_clusters(view.found),
    ),
    Test(
        "community_officer_following_local",
        "emergent",
        "among the local accounts alone Leiden finds one community with a majority of bulb growers",
        lambda view: view.sets_apart("bulbs", "community"),
    ),
    Test(
        "community_officer_following_forces",
        "built in",
        "more than half of the police cluster, as we read it, are police forces",
        lambda view: view.share["police"] > view.share[["police", "care", "national"]].sum() / 2,
    ),
    Test(
        "community_officer_following_care",
        "emergent",
        "most accounts of youth care and child protection are in the community of the forces",
        lambda view: view.with_police("care"),
    ),
    Test(
        "community_officer_following_few_national",
        "built in",
        "fewer than one in ten of the followed are national politicians or news media",
        lambda view: view.share["national"] < 0.1,
    ),
    Test(
        "community_officer_following_few_national",
        "emergent",
        "most of them are in the community of the forces",
        lambda view: view.with_police("national"),
    ),
    Test(
        "community_officer_following_middle",
        "built in",
        "the officer is tied to every account, since the officer follows them all",
        lambda view: view.all_tied(),
    ),
    Test(
        "community_officer_following_middle",
        "emergent",
        "without the officer the network falls into pieces",
        lambda view: not view.of_one_piece(),
    ),
)
