"""Communities: which nodes hang together, how surely, and whether more than by chance.

Leiden (Traag, Waltman and Van Eck 2019) on modularity, through igraph. Networks may be given in
any form that :func:`casebook.networks.to_igraph` takes. The direction of ties is disregarded:
opposite ties are summed.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import igraph as ig
import numpy as np
import pandas as pd
from scipy import sparse

from casebook.conversation import Conversation
from casebook.errors import CasebookError
from casebook.networks import Network, Nodes, incidence, inherit, to_igraph
from casebook.randomness import igraph_random
from casebook.ties import project


@dataclass(frozen=True)
class Stability:
    """How far repeated detections agree.

    ``partitions``: nodes x seeds, community numbers. ``ari``: seeds x seeds, adjusted Rand
    indices, 1 on the diagonal; ``ari_mean`` and ``ari_min`` over the pairs of different seeds.
    ``node_stability``: per node, between 0 and 1: the mean over all pairs of seeds of the Jaccard
    overlap (shared members / members of either) of the two communities that hold the node. A
    node without ties is alone every time and scores 1.
    """

    partitions: pd.DataFrame
    ari: pd.DataFrame
    ari_mean: float
    ari_min: float
    node_stability: pd.Series


def detect(
    graph: Network, *, seed: int, resolution: float = 1.0, weights: str | None = "weight"
) -> pd.Series:
    """Communities by the Leiden algorithm, iterated until nothing improves.

    Parameters
    ----------
    graph
        networkx graph, igraph graph or table of ties.
    seed
        of the random choices; same network and seed, same partition.
    resolution
        above 1 for smaller communities, below for larger (Reichardt & Bornholdt 2006).
    weights
        edge attribute that holds the weights; None, or no such attribute, counts each tie once.

    Returns
    -------
    Series
        index node, value community: 0 is the largest, equal sizes in order of their first node.
        A node without ties is a community by itself.
    """
    network = _undirected(to_igraph(graph))
    return inherit(_series(network, _leiden(network, seed, resolution, weights)), graph)


def stability(
    graph: Network, *, seeds: Iterable[int] = range(50), resolution: float = 1.0
) -> Stability:
    """Agreement of the partitions that different seeds give (see :class:`Stability`).

    Raises
    ------
    CasebookError
        for fewer than two seeds.
    """
    seeds = list(seeds)
    if len(seeds) < 2:
        raise CasebookError("Stability compares seeds. Remedy: give at least two.")
    network = _undirected(to_igraph(graph))
    found = {seed: _leiden(network, seed, resolution, "weight") for seed in seeds}
    partitions = pd.DataFrame({seed: _series(network, found[seed]) for seed in seeds})

    columns = partitions.to_numpy().T
    ari = np.eye(len(seeds))
    overlap = np.zeros(len(partitions))
    pairs = list(combinations(range(len(seeds)), 2))
    sizes = [np.bincount(column) for column in columns]
    for i, j in pairs:
        # Sorting the nodes into the cells of the cross table is what takes the time: once a pair.
        cells, cell = _cells(columns[i], columns[j])
        ari[i, j] = ari[j, i] = _ari(cells, sizes[i], sizes[j])
        shared = cells[cell]
        either = sizes[i][columns[i]] + sizes[j][columns[j]] - shared
        overlap += shared / either
    between = [ari[i, j] for i, j in pairs]
    nodes = pd.Series(overlap / len(pairs), index=partitions.index, name="node_stability")
    return Stability(
        partitions=inherit(partitions, graph),
        ari=inherit(pd.DataFrame(ari, index=seeds, columns=seeds), graph),
        ari_mean=float(np.mean(between)),
        ari_min=float(np.min(between)),
        node_stability=inherit(nodes, graph),
    )


def agreement(a: pd.Series, b: pd.Series) -> float:
    """Adjusted Rand index of two partitions of the same nodes (Hubert & Arabie 1985).

    1 for the same partition, 0 for what chance would give, below 0 for less than that. Two
    partitions that are both of one piece, or both of single nodes, agree: 1.

    Raises
    ------
    CasebookError
        if they are not of the same nodes.
    """
    if len(a) != len(b) or not a.index.difference(b.index).empty:
        raise CasebookError("The partitions are of different nodes. Remedy: take the same nodes.")
    one, other = pd.factorize(a)[0], pd.factorize(b.loc[a.index])[0]
    return _ari(_cells(one, other)[0], np.bincount(one), np.bincount(other))


def modularity(
    graph: Network,
    partition: pd.Series,
    *,
    resolution: float = 1.0,
    weights: str | None = "weight",
) -> float:
    """Modularity of a partition (Newman & Girvan 2004; resolution: Reichardt & Bornholdt 2006).

    NaN for a network without ties.

    Raises
    ------
    CasebookError
        if the partition leaves out a node of the graph.
    """
    network = _undirected(to_igraph(graph))
    order = _names(network)
    if not order.isin(partition.index).all():
        raise CasebookError("The partition lacks nodes of the network. Remedy: give all a part.")
    membership = pd.factorize(partition.loc[order])[0].tolist()
    return _modularity(network, membership, resolution, weights)


def threshold_curve(
    edges: pd.DataFrame,
    nodes: Nodes,
    thresholds: Iterable[int] = range(1, 11),
    *,
    seed: int | None = None,
) -> pd.DataFrame:
    """What is left of a network when only ties of a minimum weight are kept.

    Parameters
    ----------
    edges
        ``source, target, weight``, as from :func:`co_comment_edges`.
    nodes
        everyone, tied or not.
    thresholds
        minimum weights.
    seed
        of the community detection (:func:`detect`); without it no
        communities are looked for.

    Returns
    -------
    DataFrame
        one row per ``threshold``: ``nodes`` (with at least one tie), ``isolates`` (the others),
        ``ties``, ``components`` and ``largest_component`` (its number of nodes), and
        ``modularity`` and number of ``communities`` found by Leiden, given a seed; the last four
        disregard isolates, and ``modularity`` is missing where no tie is left.
    """
    rows = []
    for threshold in thresholds:
        kept = edges[edges["weight"] >= threshold]
        graph = to_igraph(kept)
        graph.delete_vertices(graph.vs.select(_degree=0))
        sizes = graph.connected_components().sizes()
        row = {
            "threshold": threshold,
            "nodes": graph.vcount(),
            "isolates": len(nodes) - graph.vcount(),
            "ties": graph.ecount(),
            "components": len(sizes),
            "largest_component": max(sizes, default=0),
        }
        if seed is not None:
            partition = detect(graph, seed=seed)
            row["modularity"] = modularity(graph, partition)
            row["communities"] = partition.nunique()
        rows.append(row)
    return inherit(pd.DataFrame(rows), edges)


def null_model(
    two_mode: Conversation | sparse.csr_array,
    *,
    draws: int,
    seed: int,
    resolution: float = 1.0,
) -> pd.Series:
    """Modularity found in co-comment networks that know nothing but how much, not where.

    The network of persons and posts is randomised by curveball trades (Strona et al. 2014), which
    keep how many posts each person commented on and how many persons commented on each post,
    then projected and searched for communities just as the observed one. Projections are
    clustered by construction (each post is a clique), so that only modularity above these
    values says something.

    Parameters
    ----------
    two_mode
        a conversation (owner left out, as in :func:`casebook.networks.co_comment`), or its
        persons x posts table of 0 and 1, as from :func:`casebook.networks.incidence`.
    draws, seed
        number of random networks, and the seed of all of them.

    Returns
    -------
    Series
        ``modularity`` by ``draw``.
    """
    if isinstance(two_mode, Conversation):
        table = incidence(two_mode)[0]
    else:
        table = sparse.csr_array(two_mode)
    # Trades go between the rows of the shorter side; both sides' degrees are kept all the same.
    flipped = table.shape[0] > table.shape[1]
    lists = (table.T if flipped else table).tolil().rows
    members = [np.array(row, dtype=np.intp) for row in lists]
    generator = np.random.default_rng(seed)
    values = []
    for detection_seed in _seeds(seed, draws):
        _curveball(members, generator)
        drawn = _table(members, max(table.shape))
        source, target, weight = project(sparse.csr_array(drawn.T) if flipped else drawn)
        network = ig.Graph(table.shape[0], np.column_stack([source, target]))
        network.es["weight"] = weight.tolist()
        values.append(_best_modularity(network, detection_seed, resolution))
    given = two_mode.messages if isinstance(two_mode, Conversation) else None
    return inherit(_draws(values), given)


def null_model_ties(graph: Network, *, draws: int, seed: int, resolution: float = 1.0) -> pd.Series:
    """Modularity found in networks with the same degrees and otherwise random ties.

    For mention and other one-mode networks, directed (in- and out-degrees are kept) or not.
    Ties are rewired (igraph, ten trials per tie, no self-loops, no double ties) and the weights
    dealt out anew over the ties, so that degrees are kept exactly, sums of weights per node are
    not.

    Returns
    -------
    Series
        ``modularity`` by ``draw``.
    """
    observed = to_igraph(graph).copy()
    observed.simplify(multiple=False)
    weighted = "weight" in observed.es.attributes()
    weights = observed.es["weight"] if weighted else [1] * observed.ecount()
    values = []
    for draw_seed in _seeds(seed, draws):
        drawn = observed.copy()
        generator = random.Random(draw_seed)
        with igraph_random(generator):
            drawn.rewire()
        drawn.es["weight"] = generator.sample(weights, len(weights))
        values.append(_best_modularity(_undirected(drawn), draw_seed, resolution))
    return inherit(_draws(values), graph)


def _seeds(seed: int, number: int) -> list[int]:
    return [int(s) for s in np.random.SeedSequence(seed).generate_state(number)]


def _undirected(network: ig.Graph) -> ig.Graph:
    if not network.is_directed():
        return network
    network = network.copy()
    if "weight" not in network.es.attributes():
        network.es["weight"] = 1
    return network.as_undirected(mode="collapse", combine_edges={"weight": "sum"})


def _weights(network: ig.Graph, weights: str | None) -> str | None:
    return weights if weights in network.es.attributes() else None


def _leiden(network: ig.Graph, seed: int, resolution: float, weights: str | None) -> list[int]:
    if not network.ecount():
        return list(range(network.vcount()))
    with igraph_random(random.Random(seed)):
        found = network.community_leiden(
            objective_function="modularity",
            weights=_weights(network, weights),
            resolution=resolution,
            n_iterations=-1,
        )
    return list(found.membership)


def _modularity(
    network: ig.Graph, membership: list[int], resolution: float, weights: str | None
) -> float:
    if not network.ecount():
        return float("nan")
    return float(
        network.modularity(membership, weights=_weights(network, weights), resolution=resolution)
    )


def _best_modularity(network: ig.Graph, seed: int, resolution: float) -> float:
    membership = _leiden(network, seed, resolution, "weight")
    return _modularity(network, membership, resolution, "weight")


def _names(network: ig.Graph) -> pd.Index:
    named = "name" in network.vs.attributes()
    return pd.Index(network.vs["name"] if named else range(network.vcount()), name="node")


def _series(network: ig.Graph, membership: list[int]) -> pd.Series:
    """Communities renumbered by size, then by their first node."""
    codes = pd.factorize(np.asarray(membership, dtype=np.intp))[0]
    sizes = np.bincount(codes)
    rank = np.empty(len(sizes), dtype=np.intp)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return pd.Series(rank[codes], index=_names(network), name="community", dtype="int64")


def _draws(values: list[float]) -> pd.Series:
    return pd.Series(values, index=pd.RangeIndex(len(values), name="draw"), name="modularity")


def _cells(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sizes of the occupied cells of the cross table, and each node's cell."""
    _, cell, sizes = np.unique(
        a.astype(np.int64) * (int(b.max(initial=0)) + 1) + b,
        return_inverse=True,
        return_counts=True,
    )
    return sizes, cell


def _ari(cells: np.ndarray, one: np.ndarray, other: np.ndarray) -> float:
    """Adjusted Rand index from the sizes of cells of the cross table and of both partitions."""

    def pairs(sizes: np.ndarray) -> float:
        return float((sizes * (sizes - 1.0)).sum() / 2)

    both = pairs(cells)
    in_a, in_b = pairs(one), pairs(other)
    total = pairs(np.array([one.sum()]))
    expected = in_a * in_b / total if total else 0.0
    most = (in_a + in_b) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def _curveball(members: list[np.ndarray], generator: np.random.Generator) -> None:
    """Ten trades per list, in place: two lists pool what only one of them has and redivide it."""
    if len(members) < 2:
        return
    for _ in range(10 * len(members)):
        i, j = generator.choice(len(members), 2, replace=False)
        one, other = members[i], members[j]
        shared = np.intersect1d(one, other, assume_unique=True)
        pool = generator.permutation(np.setxor1d(one, other, assume_unique=True))
        cut = len(one) - len(shared)
        members[i] = np.concatenate([shared, pool[:cut]])
        members[j] = np.concatenate([shared, pool[cut:]])


def _table(members: list[np.ndarray], columns: int) -> sparse.csr_array:
    rows = np.repeat(np.arange(len(members)), [len(row) for row in members])
    values = np.ones(len(rows), dtype=np.int32)
    at = (rows, np.concatenate([*members, np.array([], dtype=np.intp)]))
    return sparse.csr_array((values, at), shape=(len(members), columns))
