"""What the report says of the tweets about earthquakes, as tests."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from casebook import activity, measures, published, reconstruct
from casebook.conversation import Conversation
from casebook.statements.test import Test
from casebook.statements.views import Tweets

#: Days of the window after an earthquake, its own included.
WINDOW = 3

#: From this p on, what follows an earthquake does not stand out.
LEVEL = 0.05

#: How many of the accounts that are addressed most count as those who stand out.
LEADING = 20

_PUBLIC_BODIES = ("government", "politician")
_JOKERS = ("joker A", "joker B", "joker C")


def respond(days: pd.DataFrame, *, larger: bool, window: int = WINDOW) -> activity.Response:
    """What follows the larger earthquakes, or the others, from ``days`` of messages.

    Larger is what the spec of the reconstruction puts a peak at.
    """
    peaks = reconstruct.spec("earthquakes")["peaks"]
    quakes = published.exhibit(peaks["events"])
    times = quakes.set_index("place")["time"]
    wanted = (quakes["magnitude"] >= peaks["least"]).to_numpy() == larger
    return activity.response(days, times[wanted], besides=times[~wanted], window=window, seed=1)


class Quakes(Tweets):
    """Tweets with their days, their jokers, and government with the politicians."""

    def __init__(self, conv: Conversation) -> None:
        super().__init__(conv)
        start, end = (published.fact(f"collection.{end}").value for end in ("start", "end"))
        self.days = activity.daily(conv, start=str(start), end=str(end))

    @cached_property
    def larger(self) -> activity.Response:
        return respond(self.days, larger=True)

    @cached_property
    def smaller(self) -> activity.Response:
        return respond(self.days, larger=False)

    @cached_property
    def leading(self) -> pd.Series:
        """Number of messages to each of the accounts that are addressed most."""
        counts = self.ties["target"].value_counts().sort_index()
        return counts.sort_values(ascending=False, kind="stable").head(LEADING)

    def roles(self, accounts: pd.Index) -> pd.Series:
        return accounts.map(self.conv.actors.set_index("actor")["role"]).to_series()

    @cached_property
    def jokers(self) -> pd.Series:
        """Actor and group of each joker."""
        actors = self.conv.actors[self.conv.actors["label"].isin(_JOKERS)]
        return actors.set_index("actor")["group"]

    def degrees(self, jokes: bool) -> float:
        """Mean number of ties of the accounts in the jokers' groups, or of all others."""
        inside = self.group[self.network.vs["name"]].isin(self.jokers).to_numpy()
        return float(pd.Series(self.network.degree())[inside == jokes].mean())

    def apart(self) -> bool:
        """Whether four in five ties that touch a joker's group stay in it."""
        return all(
            measures.ei_index(self.network, "group", node_filter=("group", group)) < -0.6
            for group in self.jokers
        )

    def among_their_own(self) -> bool:
        """Whether each joker is in a community with a majority of the own following."""
        groups = self.group[self.community.index]
        return all(
            (groups[(self.community == self.community[joker]).to_numpy()] == group).mean() > 0.5
            for joker, group in self.jokers.items()
        )

    def own_following(self) -> float:
        """Share of the retweets of jokers that come from their own group."""
        rows = self.ties[
            (self.ties["kind"] == "retweet") & self.ties["target"].isin(self.jokers.index)
        ]
        return float((rows["author_group"] == rows["target_group"]).mean())

    @cached_property
    def spoken(self) -> pd.DataFrame:
        """Tweets, retweets and replies by government and politicians."""
        return self.sent[self.sent["author_role"].isin(_PUBLIC_BODIES)]

    def landed(self) -> int:
        """Messages that address a municipality."""
        return int(self.ties["target_label"].str.startswith("municipality").sum())

    def addressed(self) -> pd.DataFrame:
        """Mentions of government and politicians by others."""
        rows = self.ties[self.ties["kind"] == "mention"]
        rows = rows[~rows["author_role"].isin(_PUBLIC_BODIES)]
        return rows[rows["target_role"].isin(_PUBLIC_BODIES)]

    def answers(self) -> int:
        """Messages that government or a politician addresses to anyone."""
        return int(self.ties["author_role"].isin(_PUBLIC_BODIES).sum())


#: How the tests see the conversation.
VIEW = Quakes

TESTS = (
    Test(
        "earthquakes_peaks",
        "built in",
        "in the three days from the larger earthquakes there are more messages than from as many "
        "placebo dates (p below 0.05)",
        lambda tweets: tweets.larger.p < LEVEL,
    ),
    Test(
        "earthquakes_peaks",
        "built in",
        "the same holds for each larger earthquake alone",
        lambda tweets: (tweets.larger.table["p"] < LEVEL).all(),
    ),
    Test(
        "earthquakes_peaks",
        "emergent",
        "none of the smaller earthquakes, at which no peak was put in, stands out so",
        lambda tweets: (tweets.smaller.table["p"] >= LEVEL).all(),
    ),
    Test(
        "earthquakes_knotted",
        "emergent",
        "nine in ten of the accounts with a tie are in one component",
        lambda tweets: (
            max(tweets.network.connected_components("weak").sizes())
            >= 0.9 * tweets.network.vcount()
        ),
    ),
    Test(
        "earthquakes_knotted",
        "built in",
        "outside the jokers' groups accounts have more ties on average than in them",
        lambda tweets: tweets.degrees(jokes=False) > tweets.degrees(jokes=True),
    ),
    Test(
        "earthquakes_media_protest",
        "built in",
        "more than half of all participants are media or protest accounts",
        lambda tweets: (
            tweets.roles(pd.Index(tweets.sent["author"].unique())).isin(["media", "protest"]).mean()
            > 0.5
        ),
    ),
    Test(
        "earthquakes_media_protest",
        "built in",
        "more than half of the twenty accounts addressed most are media or protest accounts",
        lambda tweets: tweets.roles(tweets.leading.index).isin(["media", "protest"]).mean() > 0.5,
    ),
    Test(
        "earthquakes_jokers_loose",
        "built in",
        "four in five of the ties of each joker's group stay in it",
        lambda tweets: tweets.apart(),
    ),
    Test(
        "earthquakes_jokers_loose",
        "emergent",
        "each joker is in a community with a majority of the own following",
        lambda tweets: tweets.among_their_own(),
    ),
    Test(
        "earthquakes_jokers_loose",
        "emergent",
        "each joker is among the twenty accounts addressed most",
        lambda tweets: tweets.jokers.index.isin(tweets.leading.index).all(),
    ),
    Test(
        "earthquakes_jokers_own",
        "built in",
        "nine in ten of the retweets of jokers come from their own following",
        lambda tweets: tweets.own_following() >= 0.9,
    ),
    Test(
        "earthquakes_municipalities_not_landed",
        "built in",
        "nobody retweets, answers or mentions a municipality",
        lambda tweets: tweets.landed() == 0,
    ),
    Test(
        "earthquakes_addressed",
        "built in",
        "others mention the ministry and politicians, and neither addresses anyone",
        lambda tweets: (
            {"government", "politician"} <= set(tweets.addressed()["target_role"])
            and tweets.answers() == 0
        ),
    ),
    Test(
        "earthquakes_no_interaction",
        "built in",
        "government and politicians address nobody",
        lambda tweets: tweets.answers() == 0,
    ),
    Test(
        "earthquakes_limited",
        "built in",
        "fewer than one in a hundred messages are by government and politicians",
        lambda tweets: len(tweets.spoken) < len(tweets.sent) / 100,
    ),
    Test(
        "earthquakes_no_message",
        "arithmetic",
        "government and politicians send no message",
        lambda tweets: tweets.spoken.empty,
    ),
)
