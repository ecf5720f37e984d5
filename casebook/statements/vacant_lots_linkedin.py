"""What the report says of the LinkedIn group about vacant lots, as tests."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import igraph as ig
import pandas as pd

from casebook import measure_set, measures
from casebook.conversation import Conversation, roots
from casebook.statements.test import Test
from casebook.statements.views import Clustered

#: Groups of the named members, whom everything is said to turn on.
_NAMED = ("officials", "initiator")


class Threads(Clustered):
    """A group, as a network of who takes part in the same threads, without its isolates."""

    def __init__(self, conv: Conversation) -> None:
        self.conv = conv
        self.network = measure_set.network_of(conv)
        self.network.delete_vertices(self.network.vs.select(_degree=0))

    @cached_property
    def sent(self) -> pd.DataFrame:
        """Messages with the group and the role of their author, their thread and who began it."""
        messages, roles = self.conv.messages, self.conv.actors.set_index("actor")["role"]
        thread = roots(messages)
        starters = messages.set_index("message_id")["author"]
        return messages.assign(
            group=messages["author"].map(self.group),
            role=messages["author"].map(roles),
            thread=thread,
            starter_group=thread.map(starters).map(self.group),
            year=messages["time"].dt.year,
            month=messages["time"].dt.strftime("%Y-%m"),
        )

    @property
    def others(self) -> pd.DataFrame:
        """Messages by others than the officials and the initiator."""
        return self.sent[~self.sent["group"].isin(_NAMED)]

    @property
    def by_writer(self) -> pd.Series:
        return self.sent["author"].value_counts()

    def labelled(self, label: str) -> str:
        actors = self.conv.actors
        return str(actors.loc[actors["label"] == label, "actor"].iloc[0])

    def most_between(self, number: int) -> set[str]:
        between = measures.betweenness(self.network).sort_values(ascending=False, kind="stable")
        return set(between.index[:number])

    def without(self, groups: Sequence[str]) -> ig.Graph:
        left = self.network.copy()
        left.delete_vertices([v.index for v in left.vs if v["group"] in groups])
        return left

    def together(self) -> float:
        """Share of the others in the largest piece once the named members are taken out."""
        left = self.without(_NAMED)
        return max(left.connected_components().sizes()) / left.vcount()

    def tied_to_most(self, role: str) -> bool:
        """Whether the initiator is tied to more of a role than anybody but the officials."""
        ties = {
            v["name"]: sum(n["role"] == role for n in v.neighbors())
            for v in self.network.vs
            if v["group"] != "officials"
        }
        own = ties.pop(self.labelled("initiator"), 0)
        return own > max(ties.values())

    def cut_off(self) -> float:
        """Share of the professionals with no path left to government without the initiator."""
        near = _near_government(self.network)
        left = _near_government(self.without(["initiator"]))
        return 1 - len(left) / len(near)

    def passing(self) -> float:
        """Share of the professionals in the officials' threads who write no more than twice."""
        rows = self.sent[(self.sent["role"] == "professional") & (self.sent["kind"] == "comment")]
        who = rows.loc[rows["starter_group"] == "officials", "author"].unique()
        return float((self.by_writer[who] <= 2).mean())

    def officials_last(self) -> bool:
        """Whether each official writes in more months than anybody but the initiator."""
        months = self.sent.groupby("author")["month"].nunique()
        group = self.group[months.index]
        return bool(months[group == "officials"].min() > months[~group.isin(_NAMED)].max())

    def begun_by_officials(self, year: int) -> float:
        posts = self.sent[(self.sent["kind"] == "post") & (self.sent["year"] == year)]
        return float((posts["group"] == "officials").mean())


def _near_government(network: ig.Graph) -> set[str]:
    """Professionals in a component with somebody from government."""
    parts = network.connected_components()
    reached = {parts.membership[v.index] for v in network.vs if v["role"] == "government"}
    return {
        v["name"]
        for v in network.vs
        if v["role"] == "professional" and parts.membership[v.index] in reached
    }


#: How the tests see the conversation.
VIEW = Threads

TESTS = (
    Test(
        "vacant_lots_linkedin_brief",
        "arithmetic",
        "what the civil servants did not write is too little for each of the other "
        "members to have written once",
        lambda view: (view.sent["group"] != "officials").sum() < (view.group != "officials").sum(),
    ),
    Test(
        "vacant_lots_linkedin_brief",
        "built in",
        "two in three of those who write do so once",
        lambda view: (view.by_writer == 1).mean() >= 2 / 3,
    ),
    Test(
        "vacant_lots_linkedin_central",
        "emergent",
        "the two of highest betweenness are the civil servant who inspires and the initiator",
        lambda view: (
            view.most_between(2)
            == {view.labelled("civil servant, inspires"), view.labelled("initiator")}
        ),
    ),
    Test(
        "vacant_lots_linkedin_connects",
        "emergent",
        "the initiator is tied to more professionals, and to more members from government, than "
        "anybody but the civil servants",
        lambda view: view.tied_to_most("professional") and view.tied_to_most("government"),
    ),
    Test(
        "vacant_lots_linkedin_connects",
        "emergent",
        "without the initiator one in ten of the professionals has no path to government left",
        lambda view: view.cut_off() >= 0.1,
    ),
    Test(
        "vacant_lots_linkedin_one_piece",
        "emergent",
        "without the three civil servants and the initiator more than half of the others are "
        "still in one piece",
        lambda view: view.together() > 0.5,
    ),
    Test(
        "vacant_lots_linkedin_passing",
        "built in",
        "more than half of the professionals in the civil servants' threads write no more than "
        "twice",
        lambda view: view.passing() > 0.5,
    ),
    Test(
        "vacant_lots_linkedin_first_year",
        "built in",
        "the first year has the most messages",
        lambda view: view.sent["year"].value_counts().idxmax() == 2011,
    ),
    Test(
        "vacant_lots_linkedin_lasting",
        "built in",
        "each of the three civil servants writes in more months than anybody but the initiator",
        lambda view: view.officials_last(),
    ),
    Test(
        "vacant_lots_linkedin_later",
        "built in",
        "in the last year the civil servants begin more than half of the threads",
        lambda view: view.begun_by_officials(2013) > 0.5,
    ),
)
