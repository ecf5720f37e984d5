"""How the tests of statements see the page of an organisation, which answers and may be open."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import igraph as ig
import pandas as pd

from casebook import measures, networks, published
from casebook.conversation import roots
from casebook.statements.views import Page


class OrganisationPage(Page):
    """A page with its owner's answers and, where it is open, the posts of citizens.

    Every tie counts: with a few comments to a post hardly anyone shares more than one.
    """

    @property
    def drawn_from(self) -> float:
        return 1

    @cached_property
    def owner(self) -> str:
        actors = self.conv.actors
        return str(actors.loc[actors["role"] == "government", "actor"].iloc[0])

    @cached_property
    def posts(self) -> pd.DataFrame:
        """The owner's own posts."""
        posts = self.of("post")
        return posts[posts["author"] == self.owner]

    @cached_property
    def citizen_posts(self) -> pd.DataFrame:
        posts = self.of("post")
        return posts[posts["author"] != self.owner]

    @cached_property
    def comments(self) -> pd.Series:
        """Comments on each of the owner's posts, its answers and posts without any included."""
        messages = self.conv.messages
        root = roots(messages)[messages["kind"].isin(["comment", "reply"])]
        return root.value_counts().reindex(self.posts["message_id"], fill_value=0)

    @cached_property
    def likes(self) -> pd.Series:
        """Likes of each of the owner's posts, posts without any included."""
        counts = self.per_post("like")
        return counts.reindex(self.posts["message_id"], fill_value=0)

    @cached_property
    def questions(self) -> pd.DataFrame:
        """Citizens' comments on the owner's posts and their posts, with what came back.

        ``answered``: whether the owner answered; with ``group`` and ``post`` (the root).
        """
        messages = self.conv.messages
        rows = messages.assign(post=roots(messages), group=messages["author"].map(self.group))
        rows = rows[(rows["author"] != self.owner) & rows["kind"].isin(["comment", "post"])]
        answers = messages.loc[messages["author"] == self.owner, "parent_id"]
        return rows.assign(answered=rows["message_id"].isin(answers))

    def answered(self, kind: str) -> pd.Series:
        """Share of citizens' messages of one kind that the owner answered, by group."""
        rows = self.questions[self.questions["kind"] == kind]
        return rows.groupby("group")["answered"].mean().sort_values()

    @cached_property
    def answer_hours(self) -> float:
        """Hours to an answer, the median."""
        table = measures.responsiveness(self.conv).set_index("measure")
        return float(table.loc["median_hours", "value"])

    @cached_property
    def posts_per_commenter(self) -> pd.Series:
        table = networks.commenters(self.conv)
        return table.loc[table["role"] == "citizen", "posts"]

    def connected(self, *, without_largest: bool = False) -> float:
        """Share of the commenters in the largest component, by ties of any weight.

        ``without_largest``: with the comments on the fullest post left out.
        """
        conv = self.conv
        if without_largest:
            messages = conv.messages
            kept = roots(messages) != self.comments.idxmax()
            conv = replace(conv, messages=messages[kept])
        graph: ig.Graph = networks.to_igraph(networks.co_comment_edges(conv))
        return float(max(graph.connected_components().sizes()) / graph.vcount())

    @cached_property
    def period(self) -> pd.DatetimeIndex:
        """The days of the collection."""
        first, last = (published.fact(f"collection.{end}").value for end in ("start", "end"))
        return pd.date_range(first, last)

    def weekdays(self) -> int:
        """Days from Monday to Friday in the period."""
        return int((self.period.day_of_week < 5).sum())

    def weekdays_posted(self) -> int:
        """Those with a post of the owner's."""
        local = self.posts["time"].dt.tz_convert("Europe/Amsterdam")
        return int(local[local.dt.day_of_week < 5].dt.date.nunique())


class RegularsPage(OrganisationPage):
    """The same, drawn from two shared posts: one post alone ties hundreds here."""

    @property
    def drawn_from(self) -> float:
        return 2
