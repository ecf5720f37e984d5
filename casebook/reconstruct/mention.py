"""Tweets: what people send, retweet and answer, and whom they mention."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from casebook.reconstruct.chance import Clock, dealt, look_up, pick, quota, race, spread
from casebook.reconstruct.naming import naming
from casebook.reconstruct.spec import Spec, amount
from casebook.reconstruct.tables import NONE, actors_table, messages_table
from casebook.reconstruct.totals import room
from casebook.reconstruct.volume import volume

_TWEET, _RETWEET, _REPLY, _MENTION = range(4)


def mention(plan: Spec, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Groups around accounts: citizens retweet, answer and mention mostly within their group.

    A spec whose tweets all name one account is made by :func:`casebook.reconstruct.naming.naming`.
    """
    if "named_in_all" in plan.given:
        return naming(plan, rng)
    made = _Tweets(plan, rng)
    made.audience_of_accounts()
    made.retweets_by_accounts()
    made.ties_of_the_public()
    made.follow_in_time()
    tweets, named = made.mentions()
    actors = actors_table(plan, made.group[made.public], made.roles())
    messages = messages_table(
        actors,
        ("tweet", "retweet", "reply", "mention"),
        kind=np.concatenate([made.kind, np.full(len(tweets), _MENTION)]),
        author=np.concatenate([made.author, made.author[tweets]]),
        target=np.concatenate([made.target(), named]),
        parent=np.concatenate([made.parent, tweets]),
        time=np.concatenate([made.time, made.time[tweets]]),
    )
    return messages, actors


class _Tweets:
    """Tweets, retweets and replies in the making: one slot for each, filled step by step.

    Actors are numbered with the accounts that the spec names first, then the citizens
    (``public``). A slot has an ``author``, a ``kind``, a ``time`` and, where it follows another
    slot, a ``parent``. ``kin`` is the name under which the spec speaks of an actor's group: the
    small groups together are ``small``, those without group ``none``. An account that the spec
    lets send nothing is there to be addressed, and is no participant.
    """

    def __init__(self, plan: Spec, rng: np.random.Generator) -> None:
        self.plan, self.rng = plan, rng
        self.at = {account["key"]: row for row, account in enumerate(plan.accounts)}
        sent = np.array([amount(plan["account_tweets"][key]) for key in self.at])
        citizens = plan.total("participants") - int((sent > 0).sum())
        further = plan.total("tweets") - int(sent.sum()) - citizens
        room(plan, "further tweets", further, plan.total("tweets"), "account_tweets")
        self.public = np.arange(len(sent), len(sent) + citizens)

        self.small = {f"small_{i:02d}": n for i, n in enumerate(plan["small_groups"], start=1)}
        self.names = [*plan.groups, *self.small]
        shares = self.by_group(plan["group_shares"])
        shares[""] = shares.pop("none")
        named = [account["group"] for account in plan.accounts]
        self.group = np.concatenate([named, dealt(rng, citizens, shares)])
        known, code = np.unique(self.group, return_inverse=True)
        self.kin = np.array(["small" if n in self.small else n or "none" for n in known])[code]
        self.popularity = np.zeros(len(self.group))
        self.popularity[self.public] = spread(rng, citizens, plan["popularity"])

        again = np.sort(pick(rng, spread(rng, citizens, plan["activity"]), further))
        accounts = np.repeat(np.arange(len(sent)), sent)
        self.author = np.concatenate([accounts, self.public, self.public[again]])
        self.first = len(accounts) + np.arange(citizens)

        self.clock = Clock(plan, plan["first_hour"])
        self.hours = np.array(plan["public_hours"], dtype=float)
        self.time = self.clock.at(rng, volume(plan, self.clock), len(self.author))

        kin = self.kin[self.author]
        retweets = look_up({name: part["retweet"] for name, part in plan["kinds"].items()}, kin)
        replies = look_up({name: part["reply"] for name, part in plan["kinds"].items()}, kin)
        level = rng.random(len(self.author))
        self.kind = np.where(level < retweets + replies, _REPLY, _TWEET)
        self.kind[level < retweets] = _RETWEET
        for row, key in enumerate(self.at):
            slots = np.flatnonzero(self.author == row)
            passed_on = sum(plan["account_retweets"].get(key, {}).values())
            room(plan, f"retweets by {key}", passed_on, len(slots), "account_retweets")
            self.kind[slots] = _TWEET
            self.kind[slots[:passed_on]] = _RETWEET
        self.parent = np.full(len(self.author), NONE)

    def by_group(self, shares: Mapping[str, float]) -> dict[str, float]:
        """Shares with that of the small groups divided over them by size."""
        single = {name: share for name, share in shares.items() if name != "small"}
        part = shares.get("small", 0) / max(sum(self.small.values()), 1)
        return single | {name: size * part for name, size in self.small.items()}

    def slots(self, actors: Any, kind: int = _TWEET) -> np.ndarray:
        """The slots of one kind by any of ``actors``."""
        return np.flatnonzero((self.kind == kind) & np.isin(self.author, actors))

    def audience_of_accounts(self) -> None:
        """Citizens who retweet the accounts whose number of retweets is stated.

        Each such citizen does so once, in the first slot; who tweets more is drawn more often.
        """
        tweets_by = np.bincount(self.author, minlength=len(self.group))[self.public]
        free = np.ones(len(self.public), dtype=bool)
        for key, figure in self.plan["account_retweeted"].items():
            done = sum(by.get(key, 0) for by in self.plan["account_retweets"].values())
            counts = quota(amount(figure) - done, self.plan["government_audience"])
            tweets = self.slots(self.at[key])
            for kin, count in counts.items():
                able = np.flatnonzero(free & (self.kin[self.public] == kin))
                room(self.plan, f"retweets of {key} by {kin}", count, len(able), "group_shares")
                who = able[race(self.rng, tweets_by[able], count)]
                free[who] = False
                self.kind[self.first[who]] = _RETWEET
                self.parent[self.first[who]] = tweets[pick(self.rng, np.ones(len(tweets)), count)]

    def retweets_by_accounts(self) -> None:
        """The accounts' own retweets: of other accounts, or of their group's media or citizens."""
        role = np.array([account["role"] for account in self.plan.accounts])
        for key, wanted in self.plan["account_retweets"].items():
            own = self.group == self.group[self.at[key]]
            pools = {name: np.array([row]) for name, row in self.at.items()}
            pools["media"] = np.flatnonzero((role == "media") & own[: len(role)])
            pools["citizens"] = self.public[own[self.public]]
            parents = []
            for of, count in wanted.items():
                tweets = self.slots(pools[of])
                room(self.plan, f"tweets of {of} for {key}", count, len(tweets), "account_tweets")
                known = self.popularity[self.author[tweets]]
                parents.append(tweets[race(self.rng, np.where(known > 0, known, 1), count)])
            self.parent[self.slots(self.at[key], _RETWEET)] = np.concatenate(parents)

    def ties_of_the_public(self) -> None:
        """Parents of all other retweets and replies: earlier tweets of someone else.

        Nobody retweets or answers the same tweet twice. What finds none after some draws becomes a
        tweet of its own.
        """
        tweets = self.slots(np.arange(len(self.group)))
        pool = self.author[tweets]
        open_ = np.flatnonzero((self.kind != _TWEET) & (self.parent == NONE))
        for _ in range(20):
            if not len(open_):
                return
            drawn = self.draw(self.author[open_], pool, "retweet_pull", "leak")
            self.parent[open_] = tweets[drawn]
            settled = np.setdiff1d(np.flatnonzero(self.parent != NONE), open_)
            # Of two that are alike, the settled one comes first and stays.
            rows = np.concatenate([settled, open_])
            _, once = np.unique(
                self.author[rows] * len(self.author) + self.parent[rows], return_index=True
            )
            alike = np.setdiff1d(rows, rows[once])
            himself = open_[self.author[self.parent[open_]] == self.author[open_]]
            open_ = np.union1d(alike, himself)
            self.parent[open_] = NONE
        self.kind[open_] = _TWEET

    def draw(self, senders: np.ndarray, owners: np.ndarray, pull_key: str, leak_key: str) -> Any:
        """For each sender a row number of ``owners``, the owners of messages or actors themselves.

        First the group is drawn, then the row. An account takes its pull of the ties to its group,
        shared by its rows; the rest goes to citizens in proportion to their popularity. The keys
        are those of the assumptions with the accounts' pulls and the groups' leaks.
        """
        pulls, leaks = self.plan[pull_key], self.plan[leak_key]
        aimed = np.empty(len(senders), dtype=np.int64)
        for name in self.names:
            here = np.flatnonzero(self.group[senders] == name)
            if not len(here):
                continue
            leak = dict(leaks["small" if name in self.small else name])
            own = leak.pop("own", 0)
            shares = self.by_group(leak)
            shares[name] = shares.get(name, 0) + own
            weights = np.array([shares.get(n, 0) for n in self.names], dtype=float)
            aimed[here] = pick(self.rng, weights, len(here))
        drawn = np.empty(len(senders), dtype=np.int64)
        for code, name in enumerate(self.names):
            here = np.flatnonzero(aimed == code)
            if not len(here):
                continue
            pool = np.flatnonzero(self.group[owners] == name)
            pull = {k: share for k, share in pulls.items() if self.group[self.at[k]] == name}
            weights = self.popularity[owners[pool]]
            if weights.any():  # a group of named accounts alone has no citizens to draw
                weights = weights * (1 - math.fsum(pull.values())) / weights.sum()
            for key, share in pull.items():
                rows = owners[pool] == self.at[key]
                weights[rows] = share / max(rows.sum(), 1)
            drawn[here] = pool[pick(self.rng, weights, len(here))]
        return drawn

    def follow_in_time(self) -> None:
        """Retweets and replies come after what they follow."""
        follows = np.flatnonzero(self.parent != NONE)
        followed, row = np.unique(self.parent[follows], return_inverse=True)
        starts = self.time[followed]
        self.time[follows] = self.clock.after(self.rng, starts, row, self.plan["decay"], self.hours)

    def target(self) -> np.ndarray:
        """The author of the parent."""
        return np.where(self.parent == NONE, NONE, self.author[self.parent])

    def mentions(self) -> tuple[np.ndarray, np.ndarray]:
        """Tweets and whom they mention, one row per mention.

        Who would mention the same account twice in a tweet, or himself, mentions one less.
        """
        tweets = self.slots(self.public[self.kin[self.public] != "none"])
        level = self.rng.random(len(tweets))
        share = self.plan["mentioning"]
        one, two = tweets[level < share["one"] + share["two"]], tweets[level < share["two"]]
        rows = np.concatenate([one, two])
        everyone = np.arange(len(self.group))
        leak = "mention_leak" if "mention_leak" in self.plan.given else "leak"
        named = self.draw(self.author[rows], everyone, "mention_pull", leak)
        for key, wanted in self.plan["account_mentions"].items():
            own = self.slots(self.at[key])
            for of, count in wanted.items():
                room(self.plan, f"tweets of {key}", count, len(own), "account_mentions")
                rows = np.concatenate([rows, own[:count]])
                named = np.concatenate([named, np.full(count, self.at[of])])
        pairs = np.unique(np.column_stack([rows, named])[named != self.author[rows]], axis=0)
        return pairs[:, 0], pairs[:, 1]

    def roles(self) -> np.ndarray:
        """Roles of the public: citizen, but where the spec states that of a whole group.

        A few jokers may stand in one small group.
        """
        roles = np.repeat(np.array("citizen", dtype=object), len(self.public))
        group = self.group[self.public]
        if "group_roles" in self.plan.given:
            for name, role in self.plan["group_roles"].items():
                roles[group == name] = role
        if "jokers" in self.plan.given:
            jokers = self.plan["jokers"]
            roles[np.flatnonzero(group == jokers["group"])[: jokers["count"]]] = "humour"
        return roles
