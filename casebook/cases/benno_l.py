"""The week of tweets about Benno L.: arithmetic on its published figures, and who reaches whom."""

from __future__ import annotations

import networkx as nx
import pandas as pd

from casebook import measures, published
from casebook.cases import common
from casebook.cases.common import days_between
from casebook.cases.common import numbers as _numbers
from casebook.graph_report import signed
from casebook.provenance import combine, derive, mark

_FACTS = [
    "benno_l.tweets",
    "benno_l.participants",
    "benno_l.government_tweets",
    "benno_l.officer_tweets",
    "benno_l.municipality_retweets",
    "benno_l.prosecution_retweeted",
    "benno_l.collection_start",
    "benno_l.collection_end",
]


def days() -> int:
    """Days of the collection, first and last included."""
    return days_between("benno_l.collection_start", "benno_l.collection_end")


def remainder() -> int:
    """Government's tweets besides those of the officer and the municipality."""
    government, officer, municipality = (int(published.value(i)) for i in _FACTS[2:5])
    return government - officer - municipality


def numbers() -> pd.DataFrame:
    """Rates and shares: ``what, value, how``."""
    tweets, people, government, officer, _, retweeted = (published.value(i) for i in _FACTS[:6])
    rows: list[tuple[str, float | str, str]] = [
        ("Tweets per participant, on average", tweets / people, "tweets ÷ participants"),
        ("Tweets per day, on average", tweets / days(), "tweets ÷ days of the collection"),
        (
            "Government's share of the tweets, in percent",
            100 * government / tweets,
            "government's tweets ÷ tweets",
        ),
        (
            "The officer's share of government's tweets, in percent",
            100 * officer / government,
            "the officer's tweets ÷ government's",
        ),
        (
            "Government's remaining tweets",
            remainder(),
            "government's − the officer's − the municipality's",
        ),
        (
            "Retweets of the Public Prosecution Service's call among the tweets, in percent",
            100 * retweeted / tweets,
            "retweets of the call ÷ tweets",
        ),
    ]
    return _numbers(rows, _FACTS)


def inequality_bounds() -> pd.DataFrame:
    """How unequal the tweets may be over those who sent one: ``measure, lowest, highest``."""
    tweets, people = (int(published.value(i)) for i in _FACTS[:2])
    table = measures.bounds(tweets, people)
    origins = [published.fact(i).provenance for i in _FACTS[:2]]
    return mark(table, combine(*origins, kind="derived"))


#: Random ways of dealing out the labels in a permutation test.
DRAWS = 999


def mixing_tests(graph: nx.DiGraph) -> pd.DataFrame:
    """Do ties cross the borders of the groups? ``what, observed, by chance, p``.

    E-I index (Krackhardt & Stern 1988) of all ties, and of those that government sends and
    receives; assortativity (Newman 2003) of the groups. ``by chance``: mean and standard
    deviation with group labels dealt out at random, ``p`` two-sided.
    """
    government = ("role", "government")

    def against_chance(
        node_filter: tuple[str, str] | None = None, direction: str = "both"
    ) -> measures.PermutationResult:
        return measures.permutation_test(
            "ei_index",
            graph,
            "group",
            seed=1,
            draws=DRAWS,
            node_filter=node_filter,
            direction=direction,
        )

    results = [
        ("E-I index, all ties", against_chance()),
        ("E-I index, ties sent by government", against_chance(government, "sent")),
        ("E-I index, ties received by government", against_chance(government, "received")),
    ]
    mixed = measures.permutation_test("assortativity", graph, "group", seed=1, draws=DRAWS)
    results.append(("Assortativity of groups", mixed))
    rows = [
        {
            "what": what,
            "observed": signed(found.observed),
            "by chance": f"{signed(found.null_mean)} ± {found.null_sd:.2f}",
            "p": f"{found.p:.3f}",
        }
        for what, found in results
    ]
    return derive(pd.DataFrame(rows), graph)


def reach(graph: nx.DiGraph, groups: pd.DataFrame) -> pd.DataFrame:
    """Whom government's messages reach by retweets, by group.

    ``group, accounts, retweet government, within two retweets``, and both in percent of the
    accounts. Small groups are taken together; accounts without a group neither retweet nor mention.
    """
    government = [n for n, held in graph.nodes(data=True) if held["role"] == "government"]
    large = dict(zip(groups["group"], groups["label_en"], strict=True))
    large[""] = "In no group"
    rest = groups["label_en"].iloc[-1]
    steps = [measures.reach(graph, government, "group", steps=step) for step in (1, 2)]
    frame = pd.DataFrame(
        {
            "group": steps[0]["group"].map(large).fillna(rest),
            "accounts": steps[0]["nodes"],
            "retweet government": steps[0]["reached"],
            "within two retweets": steps[1]["reached"],
        }
    )
    frame = frame.groupby("group").sum()
    frame = frame.reindex([label for label in large.values() if label in frame.index])
    frame = frame.reset_index()
    for column in ("retweet government", "within two retweets"):
        frame[f"{column}, in percent"] = (100 * frame[column] / frame["accounts"]).round(1)
    return derive(frame, graph, groups)


def brokers(graph: nx.DiGraph, most: int = 10) -> pd.DataFrame:
    """The accounts on most shortest paths: ``account, group, role, betweenness, received``."""
    labels = common.group_labels("benno_l")
    between = measures.betweenness(graph).sort_values(ascending=False, kind="stable").head(most)
    rows = [
        {
            "account": graph.nodes[node]["label"] or node,
            "group": labels.get(graph.nodes[node]["group"], "a small group"),
            "role": graph.nodes[node]["role"],
            "betweenness": round(value),
            "retweets and mentions received": int(graph.in_degree(node, weight="weight")),
        }
        for node, value in between.items()
    ]
    return derive(pd.DataFrame(rows), graph)
