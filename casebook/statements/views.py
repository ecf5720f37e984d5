"""A conversation as its statements see it: a network, its communities, its groups."""

from __future__ import annotations

from functools import cached_property

import igraph as ig
import pandas as pd

from casebook import communities, measures, networks, published, reconstruct
from casebook.conversation import Conversation

#: A community is large with this share of the accounts that have a tie.
LARGE = 0.1


def majorities(community: pd.Series, group: pd.Series) -> pd.Series:
    """The most frequent group in each large community, by community."""
    sizes = community.value_counts()
    large = sorted(sizes.index[sizes >= LARGE * len(community)])
    groups = group[community.index]
    return pd.Series({c: groups[(community == c).to_numpy()].mode().iloc[0] for c in large})


class Clustered:
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
        return majorities(self.community, self.group)

    def finds(self, *groups: str) -> bool:
        """Whether the large communities are these groups, one each."""
        return sorted(self.majority) == sorted(groups)


class Page(Clustered):
    """A page, seen as the factsheet draws it: ties from a weight upwards, isolates left out."""

    @property
    def drawn_from(self) -> float:
        """The least weight of a tie that counts."""
        return published.value("timmermans.drawn_tie_weight")

    def __init__(self, conv: Conversation) -> None:
        self.conv = conv
        edges = networks.co_comment_edges(conv)
        drawn = edges[edges["weight"] >= self.drawn_from]
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


class Tweets(Clustered):
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
