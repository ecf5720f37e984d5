"""Measures of participation, of networks, and of who reaches whom.

Networks may be given as networkx or igraph graphs or as a table of ties
(:func:`casebook.networks.to_igraph`). Results bear the provenance of what they were computed from.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import igraph as ig
import networkx as nx
import numpy as np
import pandas as pd

from casebook.conversation import Conversation
from casebook.errors import CasebookError
from casebook.networks import Network, inherit, to_igraph


@dataclass(frozen=True)
class PermutationResult:
    """An observed statistic against what random labels give.

    ``p`` is two-sided: (1 + the number of draws at least as far from the null mean as the
    observed value) / (1 + draws), so never 0. ``draws`` counts the draws that had a value.
    """

    statistic: str
    observed: float
    null_mean: float
    null_sd: float
    p: float
    draws: int


@dataclass(frozen=True)
class _Labelled:
    """Ties between different nodes as row numbers, and the nodes' labels as codes."""

    source: np.ndarray
    target: np.ndarray
    weight: np.ndarray
    directed: bool
    codes: np.ndarray
    groups: list[str]


# Participation


def gini(counts: pd.Series) -> float:
    """Gini coefficient of counts per participant: 0 if all are equal, (n - 1) / n if one has all.

    G = sum_i (2 i - n - 1) x_i / (n sum_i x_i), the n counts x_i in ascending order; no
    small-sample correction. NaN without participants or acts.
    """
    x = np.sort(counts.to_numpy(dtype=float))
    n = len(x)
    if not x.sum():
        return float("nan")
    return float(((2 * np.arange(1, n + 1) - n - 1) * x).sum() / (n * x.sum()))


def lorenz(counts: pd.Series) -> pd.DataFrame:
    """Lorenz curve of counts per participant.

    Returns
    -------
    DataFrame
        ``participants`` and ``acts``, cumulative shares from (0, 0) to (1, 1), the least active
        first. Only the corners stand there (one row per distinct count): straight lines between
        them are the exact curve.
    """
    sizes = counts.value_counts().sort_index()
    participants = sizes.to_numpy().cumsum()
    acts = (sizes.index.to_numpy(dtype=float) * sizes.to_numpy()).cumsum()
    curve = pd.DataFrame(
        {
            "participants": np.r_[0.0, participants / participants[-1]],
            "acts": np.r_[0.0, acts / acts[-1]],
        }
    )
    return inherit(curve, counts)


def top_share(counts: pd.Series, share: float) -> float:
    """Share of all acts by the most active ``share`` of the participants (0.01 for 1 %).

    The top is rounded up to whole participants: 1 % of 4,277 is 43. NaN without acts.
    """
    x = np.sort(counts.to_numpy(dtype=float))[::-1]
    return float(x[: _top(len(x), share)].sum() / x.sum()) if x.sum() else float("nan")


def bounds(
    total: int,
    participants: int,
    *,
    largest: int | None = None,
    minimum: int = 1,
    shares: Sequence[float] = (0.01, 0.1),
) -> pd.DataFrame:
    """What a published total and number of participants leave possible, by arithmetic alone.

    Counts are whole numbers, everyone has at least ``minimum``. Gini and top shares grow with
    every act moved from a less to a more active participant (they are Schur-convex), so the
    extremes lie with the most even and the most uneven counts there can be.

    Parameters
    ----------
    total, participants
        as published.
    largest
        the count of the most active participant, where known.
    shares
        which top shares.

    Returns
    -------
    DataFrame
        ``measure`` (``largest``, ``gini``, ``top 1 %`` and so on), ``lowest``, ``highest``.

    Raises
    ------
    CasebookError
        if no counts fit the figures.
    """
    rest = total - participants * minimum
    cap = largest if largest is not None else minimum + rest
    if participants < 1 or rest < 0 or not -(-total // participants) <= cap <= minimum + rest:
        raise CasebookError(
            f"No {participants} counts of at least {minimum} sum to {total}"
            + (f" with {largest} as the largest" if largest is not None else "")
            + ". Remedy: check the figures."
        )
    if largest is None:
        even = _even(total, participants)
    else:
        even = np.r_[_even(total - largest, participants - 1), largest]
    uneven = np.full(participants, minimum)
    full, left = divmod(rest, cap - minimum) if cap > minimum else (0, 0)
    uneven[:full] = cap
    if left:
        uneven[full] += left

    low, high = pd.Series(even), pd.Series(uneven)
    rows: list[tuple[str, float, float]] = [
        ("largest", low.max(), high.max()),
        ("gini", gini(low), gini(high)),
    ]
    rows += [(f"top {100 * s:g} %", top_share(low, s), top_share(high, s)) for s in shares]
    return pd.DataFrame(rows, columns=["measure", "lowest", "highest"])


def questions(
    conv: Conversation, *, asker: str = "citizen", responder: str = "government"
) -> pd.DataFrame:
    """What actors of one role asked those of another, and when it was first answered.

    A question is a message by an ``asker`` addressed to a ``responder``: a comment on the
    responder's message, a reply to it, a post on its page, or a tweet that mentions it. It is
    answered if a responder's reply or comment has it as its parent.

    Returns
    -------
    DataFrame
        index ``message_id`` of the question; ``asked`` and ``answered`` (its time and that of the
        first answer, NaT where unknown), ``is_answered``.
    """
    messages = conv.messages
    role = conv.actors.set_index("actor")["role"]
    by_id = messages.set_index("message_id")
    by = messages["author"].map(role)
    parent_author = messages["parent_id"].map(by_id["author"])
    addressed = messages["target"].where(messages["kind"] != "comment", parent_author).map(role)
    asks = messages[
        messages["kind"].isin(["comment", "reply", "mention", "post"])
        & (by == asker)
        & (addressed == responder)
    ]
    # A mention row stands for the tweet that it is part of.
    in_tweet = (asks["kind"] == "mention") & (asks["parent_id"] != "")
    ids = pd.Index(asks["message_id"].where(~in_tweet, asks["parent_id"]).unique())
    answers = messages[
        messages["kind"].isin(["reply", "comment"])
        & (by == responder)
        & messages["parent_id"].isin(ids)
    ]
    first = answers.groupby("parent_id")["time"].min()
    table = pd.DataFrame(
        {
            "asked": by_id["time"].reindex(ids),
            "answered": first.reindex(ids),
            "is_answered": ids.isin(first.index),
        },
        index=ids.rename("message_id"),
    )
    return inherit(table, conv.messages, conv.actors)


def responsiveness(
    conv: Conversation, *, asker: str = "citizen", responder: str = "government"
) -> pd.DataFrame:
    """How often, and how soon, actors of one role answer those of another (:func:`questions`).

    Answers that no parent ties to a question do not count, so that the rate is a lower bound where
    a platform does not thread.

    Returns
    -------
    DataFrame
        ``measure, value, note`` with the measures ``asked``, ``answered``, ``response_rate``
        and ``median_hours`` (to the first answer, of the answered ones with both times).
    """
    table = questions(conv, asker=asker, responder=responder)
    asked, answered = len(table), int(table["is_answered"].sum())
    hours = (table["answered"] - table["asked"]).dt.total_seconds() / 3600
    no_question = "" if asked else f"no {asker} addressed {responder}"
    no_answer = no_question or ("" if answered else "no answer is tied to a question")
    rows = [
        ("asked", asked, no_question),
        ("answered", answered, no_answer),
        ("response_rate", answered / asked if asked else np.nan, no_question),
        ("median_hours", hours.median(), no_answer),
    ]
    return inherit(pd.DataFrame(rows, columns=["measure", "value", "note"]), table)


# Networks


def summary(graph: Network) -> pd.DataFrame:
    """The usual first figures of a network.

    Returns
    -------
    DataFrame
        ``measure, value, note`` with the measures ``nodes``, ``edges`` (without self-loops),
        ``self_loops`` (also those dropped by :func:`casebook.networks.mentions`), ``density``,
        ``reciprocity`` (directed only: share of ties that are returned), ``components`` (weak
        ones) and ``largest_component`` (its share of the nodes).
    """
    network = to_igraph(graph)
    dropped = network["self_loops"] if "self_loops" in network.attributes() else 0
    loops = sum(network.is_loop())
    nodes, edges = network.vcount(), network.ecount() - loops
    pairs = nodes * (nodes - 1) / (1 if network.is_directed() else 2)
    sizes = network.connected_components(mode="weak").sizes()
    rows: list[tuple[str, float, str]] = [
        ("nodes", nodes, ""),
        ("edges", edges, "directed" if network.is_directed() else "undirected"),
        ("self_loops", loops + dropped, "not among the edges"),
        ("density", edges / pairs if pairs else np.nan, "share of possible ties"),
    ]
    if network.is_directed():
        returned = network.reciprocity() if edges else np.nan
        rows.append(("reciprocity", returned, "share of ties that are returned"))
    largest = max(sizes) / nodes if nodes else np.nan
    rows += [
        ("components", len(sizes), "direction disregarded" if network.is_directed() else ""),
        ("largest_component", largest, "share of nodes"),
    ]
    return inherit(pd.DataFrame(rows, columns=["measure", "value", "note"]), graph)


def betweenness(graph: Network) -> pd.Series:
    """Exact betweenness of each node, not normalised (Brandes 2001).

    The number of shortest paths between other nodes that run through the node, shared out
    where there are several; along the ties' direction if they have one. Weights are
    disregarded: they say how near two nodes are, while shortest paths would add them up as
    distances.

    Returns
    -------
    Series
        index node (sorted).
    """
    network = to_igraph(graph)
    named = "name" in network.vs.attributes()
    nodes = pd.Index(network.vs["name"] if named else range(network.vcount()), name="node")
    values = network.betweenness(weights=None)
    return inherit(pd.Series(values, index=nodes, name="betweenness", dtype=float), graph)


def centralisation(graph: Network, measure: str = "degree") -> float:
    """Freeman's centralisation (1979): sum of (largest - each) over its greatest possible value.

    1 for a star, 0 where all are equal. Ties count once whatever their weight; self-loops do not.
    The greatest possible sum among n nodes is

    * ``degree`` (undirected): (n - 1)(n - 2);
    * ``indegree``, ``outdegree`` (directed): (n - 1)^2, the star with all ties one way;
    * ``betweenness``: (n - 1)^2 (n - 2) / 2 undirected, twice that directed, where the star's
      ties run both ways.

    NaN for fewer than three nodes.

    Raises
    ------
    CasebookError
        if the measure is another, or asks for a direction that the ties have or lack.
    """
    network = to_igraph(graph)
    n = network.vcount()
    directed = network.is_directed()
    modes = {"indegree": "in", "outdegree": "out"} if directed else {"degree": "all"}
    if measure not in (*modes, "betweenness"):
        kind = "a directed" if directed else "an undirected"
        raise CasebookError(
            f"No centralisation by '{measure}' in {kind} network. "
            f"Remedy: use {', '.join(modes)} or betweenness."
        )
    if n < 3:
        return float("nan")
    if measure == "betweenness":
        values = np.array(network.betweenness(weights=None))
        most = (n - 1) ** 2 * (n - 2) / (1 if directed else 2)
    else:
        values = np.array(network.degree(mode=modes[measure], loops=False))
        most = (n - 1) ** 2 if directed else (n - 1) * (n - 2)
    return float((values.max() - values).sum() / most)


# Groups


def mixing(graph: Network, attribute: str) -> pd.DataFrame:
    """Weight of the ties between the groups that a node attribute makes.

    Returns
    -------
    DataFrame
        groups x groups, sorted. Directed: from the row's to the column's group. Undirected: the
        same both ways; ties within a group count once on the diagonal.
    """
    ties = _labelled(graph, attribute, weighted=True)
    table = _mixed(ties, ties.codes)
    if not ties.directed:
        table = table + table.T - np.diag(np.diag(table))
    axis = pd.Index(ties.groups, name=attribute)
    return inherit(pd.DataFrame(table, index=axis, columns=axis.rename("to")), graph)


def ei_index(
    graph: Network,
    attribute: str,
    *,
    node_filter: tuple[str, str] | None = None,
    direction: str = "both",
    weighted: bool = True,
) -> float:
    """E-I index (Krackhardt & Stern 1988): (external - internal) / (external + internal) ties.

    1 if all ties leave their group, -1 if none does.

    Parameters
    ----------
    attribute
        node attribute that makes the groups.
    node_filter
        count only the ties of certain nodes: ``("role", "government")`` for those whose role is
        government. Without it, every tie.
    direction
        of the ties that count for ``node_filter``: ``sent``, ``received`` (directed networks) or
        ``both``.
    weighted
        sum weights, rather than count ties.

    Returns
    -------
    float
        NaN if no tie counts.
    """
    ties = _labelled(graph, attribute, weighted)
    filtered = None if node_filter is None else _having(graph, *node_filter)
    return _ei(ties, ties.codes, filtered, _direction(ties, direction, node_filter))


def assortativity(graph: Network, attribute: str, *, weighted: bool = True) -> float:
    """Assortativity of groups (Newman 2003): 1 if all ties stay in their group, 0 as by chance.

    NaN where all ties join nodes of one and the same group.
    """
    ties = _labelled(graph, attribute, weighted)
    return _assortativity(ties, ties.codes)


def permutation_test(
    statistic: str,
    graph: Network,
    attribute: str,
    *,
    seed: int,
    draws: int = 999,
    node_filter: tuple[str, str] | None = None,
    direction: str = "both",
    weighted: bool = True,
) -> PermutationResult:
    """Is mixing between groups other than if labels had been dealt out over the nodes at random?

    Ties and group sizes stay, labels are permuted. If ``node_filter`` is on ``attribute``
    itself, the nodes whose ties count move along with the labels; if on another, they stay.

    Parameters
    ----------
    statistic
        ``ei_index`` or ``assortativity`` (which takes no filter or direction).

    Raises
    ------
    CasebookError
        for another statistic, or where the observed one has no value.
    """
    if statistic not in ("ei_index", "assortativity"):
        raise CasebookError(f"No test of '{statistic}'. Remedy: use ei_index or assortativity.")
    if statistic == "assortativity" and (node_filter is not None or direction != "both"):
        raise CasebookError("Assortativity is of all ties. Remedy: leave out the filter.")
    ties = _labelled(graph, attribute, weighted)
    direction = _direction(ties, direction, node_filter)
    filtered = None if node_filter is None else _having(graph, *node_filter)
    moving = node_filter is not None and node_filter[0] == attribute
    wanted = ties.groups.index(node_filter[1]) if node_filter is not None and moving else -1

    def value(codes: np.ndarray) -> float:
        if statistic == "assortativity":
            return _assortativity(ties, codes)
        return _ei(ties, codes, codes == wanted if moving else filtered, direction)

    observed = value(ties.codes)
    if np.isnan(observed):
        raise CasebookError(f"There is no tie to compute {statistic} of. Remedy: widen the filter.")
    generator = np.random.default_rng(seed)
    null = np.array([value(generator.permutation(ties.codes)) for _ in range(draws)])
    null = null[~np.isnan(null)]
    mean = float(null.mean())
    # Draws that equal the observed value but for rounding count as equal.
    far = np.abs(null - mean) >= abs(observed - mean) - 1e-12
    return PermutationResult(
        statistic=statistic,
        observed=observed,
        null_mean=mean,
        null_sd=float(null.std(ddof=1)),
        p=float((1 + far.sum()) / (1 + len(null))),
        draws=len(null),
    )


def reach(
    graph: nx.DiGraph | ig.Graph,
    sources: Iterable[Hashable],
    attribute: str = "role",
    *,
    steps: int | None = 1,
) -> pd.DataFrame:
    """Whom the messages of some nodes reach, by group.

    What somebody writes travels against the ties: to those who retweet or follow him, so only
    ties with a ``retweet`` or ``follow`` count carry it (see
    :func:`casebook.networks.mentions`). For retweets this is who passed it on, which is less than
    who saw it.

    Parameters
    ----------
    sources
        the nodes whose messages they are; they are not counted among the reached.
    attribute
        node attribute that makes the groups.
    steps
        how many times a message may be passed on; None for as far as it goes.

    Returns
    -------
    DataFrame
        ``group`` (sorted), ``nodes`` (without the sources), ``reached``, ``share`` (missing where
        the group has no other nodes).

    Raises
    ------
    CasebookError
        if a source is not in the network, or the ties have no direction.
    """
    network = to_igraph(graph)
    if not network.is_directed():
        raise CasebookError("Reach needs directed ties. Remedy: use networks.mentions().")
    at = {name: i for i, name in enumerate(network.vs["name"])}
    sources = list(sources)
    unknown = [str(node) for node in sources if node not in at]
    if unknown:
        raise CasebookError(f"Not in the network: {', '.join(unknown)}. Remedy: take its nodes.")
    carries = np.zeros(network.ecount(), dtype=bool)
    for kind in {"retweet", "follow"} & set(network.es.attributes()):
        carries |= np.array([bool(count) for count in network.es[kind]], dtype=bool)
    flow = network.copy()
    flow.delete_edges(np.flatnonzero(~carries).tolist())
    order = network.vcount() if steps is None else steps
    start = [at[node] for node in sources]
    near = flow.neighborhood(start, order=order, mode="in") if start else []
    hit = np.zeros(network.vcount(), dtype=bool)
    hit[[node for nodes in near for node in nodes]] = True
    table = pd.DataFrame({"group": _values(network, attribute), "reached": hit})
    others = table.drop(index=start)
    result = others.groupby("group")["reached"].agg(nodes="size", reached="sum")
    result = result.reindex(sorted(table["group"].unique()), fill_value=0)
    result["share"] = result["reached"] / result["nodes"].where(result["nodes"] > 0)
    return inherit(result.rename_axis("group").reset_index(), graph)


def _top(participants: int, share: float) -> int:
    # Rounded first: 0.07 * 100 is a little over 7.
    return int(np.ceil(round(share * participants, 9)))


def _even(total: int, participants: int) -> np.ndarray:
    base, extra = divmod(total, participants) if participants else (0, 0)
    return np.repeat([base, base + 1], [participants - extra, extra])


def _values(network: ig.Graph, attribute: str) -> list[str]:
    values = network.vs[attribute] if attribute in network.vs.attributes() else [None]
    if any(value is None for value in values):
        raise CasebookError(
            f"Some nodes have no '{attribute}'. Remedy: give every node that attribute."
        )
    return list(values)


def _labelled(graph: Network, attribute: str, weighted: bool) -> _Labelled:
    network = to_igraph(graph)
    codes, groups = pd.factorize(np.array(_values(network, attribute), dtype=object), sort=True)
    ends = np.array(network.get_edgelist(), dtype=np.intp).reshape(-1, 2)
    has_weight = weighted and "weight" in network.es.attributes()
    weight = np.array(network.es["weight"] if has_weight else [1.0] * len(ends), dtype=float)
    # A tie to oneself says nothing of whom one mixes with.
    proper = ends[:, 0] != ends[:, 1]
    source, target = ends[proper].T
    return _Labelled(source, target, weight[proper], network.is_directed(), codes, list(groups))


def _having(graph: Network, attribute: str, value: str) -> np.ndarray:
    having = np.array([v == value for v in _values(to_igraph(graph), attribute)])
    if not having.any():
        raise CasebookError(f"No node has {attribute} '{value}'. Remedy: check the filter.")
    return having


def _direction(ties: _Labelled, direction: str, node_filter: tuple[str, str] | None) -> str:
    if direction not in ("sent", "received", "both"):
        raise CasebookError(f"No direction '{direction}'. Remedy: use sent, received or both.")
    if direction != "both" and (node_filter is None or not ties.directed):
        raise CasebookError(
            "Sent and received differ only for some nodes of a directed network. "
            "Remedy: give a node_filter, or leave out the direction."
        )
    return direction


def _ei(ties: _Labelled, codes: np.ndarray, nodes: np.ndarray | None, direction: str) -> float:
    inside = codes[ties.source] == codes[ties.target]
    weight = ties.weight
    if nodes is not None:
        sent, received = nodes[ties.source], nodes[ties.target]
        counts = {"sent": sent, "received": received, "both": sent | received}[direction]
        weight = weight * counts
    total = weight.sum()
    return float((total - 2 * weight[inside].sum()) / total) if total else float("nan")


def _mixed(ties: _Labelled, codes: np.ndarray) -> np.ndarray:
    k = len(ties.groups)
    cells = codes[ties.source] * k + codes[ties.target]
    return np.bincount(cells, weights=ties.weight, minlength=k * k).reshape(k, k)


def _assortativity(ties: _Labelled, codes: np.ndarray) -> float:
    table = _mixed(ties, codes)
    if not ties.directed:
        table = table + table.T
    total = table.sum()
    if not total:
        return float("nan")
    table = table / total
    by_chance = float(table.sum(axis=1) @ table.sum(axis=0))
    # All in one group: nothing to be assortative about.
    if by_chance > 1 - 1e-12:
        return float("nan")
    return float((np.trace(table) - by_chance) / (1 - by_chance))
