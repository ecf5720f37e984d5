"""The same measures, under the same names, for every conversation.

Each measure has a value, or none and a note that says why. Definitions and sources are those of
:mod:`casebook.measures` and :mod:`casebook.communities`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import igraph as ig
import pandas as pd

from casebook import communities, measures, networks
from casebook.conversation import Conversation
from casebook.networks import inherit

#: What each measure is called on a page, and how to read it; in the order in which they stand.
MEASURES: dict[str, tuple[str, str]] = {
    "messages": ("Messages", "all that was sent, likes and follows not counted"),
    "actors": ("Actors", "accounts that sent at least one message"),
    "nodes": ("Accounts in the network", "with at least one tie"),
    "edges": ("Ties", "of any weight; a tie of an account with itself is no tie"),
    "self_loops": ("Accounts tied to themselves", "left out of the ties"),
    "density": ("Density", "share of the possible ties that are there"),
    "reciprocity": ("Reciprocity", "share of the directed ties that are returned"),
    "components": ("Components", "parts without a tie between them"),
    "largest_component": ("Largest component", "its share of the accounts in the network"),
    "communities": ("Communities", "found by Leiden, resolution 1, weighted, first seed"),
    "modularity": ("Modularity", "of these communities; 0 if ties ignore them"),
    "modularity_null_mean": (
        "Modularity by chance",
        "mean of random networks in which everyone is as active as here",
    ),
    "modularity_null_sd": ("Its spread", "standard deviation over these random networks"),
    "stability_ari_mean": (
        "Agreement of runs, mean",
        "adjusted Rand index of pairs of runs with other seeds; 1 if they are the same",
    ),
    "stability_ari_min": ("Agreement of runs, worst", "the same for the two least alike runs"),
    "gini_messages": ("Gini of messages", "0 if all send as many, near 1 if one sends all"),
    "top1_share": ("Share of the top 1 percent", "of messages, by the most active actors"),
    "top10_share": ("Share of the top 10 percent", "of messages, by the most active actors"),
    "assortativity_role": (
        "Assortativity by role",
        "1 if all ties stay within a role, 0 as by chance",
    ),
    "ei_index": ("E-I index by role", "1 if all ties leave their role, −1 if none does"),
    "response_rate": ("Response rate", "share of citizens' questions that government answered"),
    "median_response_hours": ("Hours to an answer, median", "of the answered questions"),
}

#: Acts that are no message.
SILENT = ("like", "follow", "mention")

#: How many accounts of the highest betweenness are listed.
_TOP = 10


@dataclass(frozen=True)
class MeasureSet:
    """Values by the names of :data:`MEASURES`, notes on those without one, and the top accounts.

    ``betweenness_top``: ``actor, betweenness`` (not normalised), the highest first.
    """

    values: dict[str, float | None]
    notes: dict[str, str]
    betweenness_top: pd.Series

    def frame(self) -> pd.DataFrame:
        """One row a measure: ``measure, value, note``; the top as ``betweenness_1`` and so on."""
        rows: list[tuple[str, float | None, str]] = [
            (name, self.values[name], self.notes.get(name, "")) for name in MEASURES
        ]
        rows += [
            (f"betweenness_{place}", float(value), str(actor))
            for place, (actor, value) in enumerate(self.betweenness_top.items(), 1)
        ]
        frame = pd.DataFrame(rows, columns=["measure", "value", "note"])
        return inherit(frame, self.betweenness_top)


def measure(
    conv: Conversation, network: ig.Graph, null: pd.Series, *, seeds: Iterable[int]
) -> MeasureSet:
    """All measures of a conversation and of a network made from it.

    Parameters
    ----------
    network
        with ``name``, ``role`` and (on ties) ``weight``; accounts without a tie are left out of
        what is measured on it.
    null
        modularity of random networks (:func:`casebook.communities.null_model` or
        :func:`casebook.communities.null_model_ties`).
    seeds
        of the repeated community detection, the first one's communities counted; two or more.
    """
    tied = network.copy()
    tied.delete_vertices([i for i, ties in enumerate(tied.degree(loops=False)) if not ties])
    written = conv.messages[~conv.messages["kind"].isin(SILENT)]
    counts = written.groupby("author")["weight"].sum()
    values: dict[str, float | None] = {
        "messages": float(written["weight"].sum()),
        "actors": len(counts),
        **_shape(tied),
        "gini_messages": measures.gini(counts),
        "top1_share": measures.top_share(counts, 0.01),
        "top10_share": measures.top_share(counts, 0.1),
    }
    notes: dict[str, str] = {}
    if counts.empty:
        shares = ("gini_messages", "top1_share", "top10_share")
        notes |= dict.fromkeys(shares, "There are no messages.")
    if not tied.is_directed():
        notes["reciprocity"] = "The ties have no direction."
    top = pd.Series(dtype=float, name="betweenness")
    if tied.ecount():
        values |= _communities(tied, null, list(seeds)) | _roles(tied)
        top = measures.betweenness(tied).sort_values(ascending=False, kind="stable").head(_TOP)
        top = top[top > 0]
    answers = measures.responsiveness(conv).set_index("measure")
    values["response_rate"] = answers.loc["response_rate", "value"]
    values["median_response_hours"] = answers.loc["median_hours", "value"]
    for name, row in (
        ("response_rate", "response_rate"),
        ("median_response_hours", "median_hours"),
    ):
        if answers.loc[row, "note"]:
            notes[name] = _sentence(str(answers.loc[row, "note"]))
    if len(set(tied.vs["role"] if tied.vcount() else [])) < 2:
        notes["assortativity_role"] = notes["ei_index"] = "All accounts have the same role."
        values["ei_index"] = None
    for name in MEASURES:
        values[name] = _known(values.get(name))
        if values[name] is None:
            notes.setdefault(name, "The network has no ties.")
    return MeasureSet({name: values[name] for name in MEASURES}, notes, inherit(top, conv.messages))


def _shape(network: ig.Graph) -> dict[str, float]:
    table = measures.summary(network).set_index("measure")["value"]
    return {str(name): float(value) for name, value in table.items()}


def _communities(network: ig.Graph, null: pd.Series, seeds: list[int]) -> dict[str, float]:
    found = communities.stability(network, seeds=seeds)
    first = found.partitions.iloc[:, 0]
    return {
        "communities": first.nunique(),
        "modularity": communities.modularity(network, first),
        "modularity_null_mean": null.mean(),
        "modularity_null_sd": null.std(),
        "stability_ari_mean": found.ari_mean,
        "stability_ari_min": found.ari_min,
    }


def _roles(network: ig.Graph) -> dict[str, float]:
    return {
        "assortativity_role": measures.assortativity(network, "role"),
        "ei_index": measures.ei_index(network, "role"),
    }


def network_of(conv: Conversation) -> ig.Graph:
    """The network that a conversation asks for, with roles, labels and groups on its nodes.

    Co-comment if it has comments (with those who began a thread, in a group where many do), else
    who addresses whom if it has such messages, else who follows whom.
    """
    kinds = set(conv.messages["kind"])
    if "comment" in kinds:
        forum = networks.is_forum(conv)
        return networks.to_igraph(
            networks.co_comment_edges(conv, starters=forum),
            networks.commenters(conv, starters=forum),
        )
    if kinds & {"retweet", "mention", "reply"}:
        return networks.to_igraph(networks.mentions(conv))
    return networks.to_igraph(networks.mentions(conv, ("follow",)))


def _known(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
