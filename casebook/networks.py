"""Networks from conversations: who comments together, who addresses whom.

Every graph carries its provenance in ``graph["provenance"]``, derived from the conversation.
A network can also be kept as two plain tables, its ties (``source, target, weight``) and its
nodes; that form takes a co-comment network of a million ties that networkx cannot hold nimbly.
:func:`to_igraph` makes of either what :mod:`casebook.communities` and :mod:`casebook.measures`
compute on.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, TypeAlias, TypeVar

import igraph as ig
import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from casebook import provenance, ties
from casebook.conversation import Conversation, roots
from casebook.errors import CasebookError, ProvenanceError

#: The forms a network can have; a table has the columns ``source, target, weight``.
Network: TypeAlias = nx.Graph | ig.Graph | pd.DataFrame

#: All nodes of a network: their names, or a table of their attributes with the names as index.
Nodes: TypeAlias = Sequence[Hashable] | pd.Index | pd.Series | pd.DataFrame

R = TypeVar("R", pd.DataFrame, pd.Series)


def is_forum(conv: Conversation) -> bool:
    """Whether threads are begun by many: no one account wrote half of the posts or more.

    On a page its owner begins them; in a group anyone may.
    """
    posts = conv.messages[conv.messages["kind"] == "post"]
    by_author = posts.groupby("author")["weight"].sum()
    return bool(len(posts) and by_author.max() < by_author.sum() / 2)


def commenters(
    conv: Conversation, *, include_owner: bool = False, starters: bool = False
) -> pd.DataFrame:
    """Who commented on the posts, and how much.

    A comment is a ``comment`` row or a ``reply`` somewhere below a post. What people write under
    their own posts is left out unless ``include_owner``: a page's own account would otherwise
    be tied to every commenter it ever answers. With ``starters`` whoever wrote a post takes part in
    its thread like those who comment, as it should be in a group (:func:`is_forum`); posts then
    count among the comments.

    Returns
    -------
    DataFrame
        index ``actor`` (sorted); ``role, label, group`` of the actor, ``comments`` (number of
        comments), ``posts`` (number of distinct posts commented on).
    """
    return _commenters(conv, _comments(conv, include_owner, starters))


def co_comment_edges(
    conv: Conversation, *, include_owner: bool = False, starters: bool = False
) -> pd.DataFrame:
    """All ties of the co-comment network, without the graph.

    Two commenters are tied by each post that both commented on, however often: the one-mode
    projection of the two-mode network of persons and posts (Breiger 1974). For
    ``include_owner`` and ``starters`` see :func:`commenters`.

    Returns
    -------
    DataFrame
        ``source, target`` (categories over the same sorted commenters, ``source`` before
        ``target``), ``weight`` (int, number of posts shared), in that order.
    """
    table, persons, _ = incidence(conv, include_owner=include_owner, starters=starters)
    edges = ties.tie_table(persons, *ties.project(table))
    return provenance.derive(edges, conv.messages, conv.actors)


def co_comment(
    conv: Conversation,
    *,
    include_owner: bool = False,
    starters: bool = False,
    threshold: int = 1,
) -> nx.Graph:
    """The co-comment network with the ties of at least ``threshold`` shared posts.

    All commenters are nodes, those without a tie too. Node attributes: the columns of
    :func:`commenters`; edge attribute ``weight``: see :func:`co_comment_edges`. networkx needs
    several seconds and some 400 MB for a million ties: measure on the edges instead, and draw
    from a threshold upwards.
    """
    edges = co_comment_edges(conv, include_owner=include_owner, starters=starters)
    nodes = commenters(conv, include_owner=include_owner, starters=starters)
    graph = nx.Graph()
    graph.add_nodes_from(_attributes(nodes))
    strong = edges[edges["weight"] >= threshold]
    graph.add_weighted_edges_from(
        zip(
            strong["source"].astype(object),
            strong["target"].astype(object),
            strong["weight"].tolist(),
            strict=True,
        )
    )
    return provenance.derive(graph, edges)


def two_mode(conv: Conversation, *, include_owner: bool = False) -> nx.Graph:
    """The bipartite network of commenters and posts behind the co-comment network.

    Commenters have ``bipartite=0`` and the columns of :func:`commenters`; posts are nodes
    ``"post:<message_id>"`` with ``bipartite=1``; ``weight`` is the number of comments.
    """
    rows = _comments(conv, include_owner)
    graph = nx.Graph()
    for person, attributes in _attributes(_commenters(conv, rows)):
        graph.add_node(person, bipartite=0, **attributes)
    pairs = rows.groupby(["author", "post"])["weight"].sum()
    # An account and a post may bear the same id.
    graph.add_nodes_from((f"post:{p}" for p in sorted(rows["post"].unique())), bipartite=1)
    for (person, post), weight in pairs.items():
        graph.add_edge(person, f"post:{post}", weight=_whole(weight))
    return provenance.derive(graph, conv.messages, conv.actors)


def mentions(
    conv: Conversation, kinds: Sequence[str] = ("retweet", "mention", "reply")
) -> nx.DiGraph:
    """Who addresses whom: a tie runs from the author of a message to its target.

    Nodes are all who tweeted, sent a message of one of ``kinds`` or were addressed by one, with
    ``role, label, group`` and ``messages`` (tweets, retweets and replies sent). Each tie has a
    ``weight``, the number of messages, and of these the number of each kind in ``kinds`` under
    the kind's own name, so that retweets, replies and mentions stay apart. Who addresses
    himself gets no tie for that; how many do stands in ``graph["self_loops"]``.

    Raises
    ------
    CasebookError
        if a kind is none of :data:`casebook.ties.DIRECTED_KINDS`.
    """
    messages = conv.messages
    tied = ties.mention_ties(messages, kinds).set_index(["source", "target"]).sort_index()
    sent = messages[messages["kind"].isin({"tweet", *kinds})]
    written = messages[messages["kind"].isin(["tweet", "retweet", "reply"])]
    counts = written.groupby("author")["weight"].sum()
    nodes = sorted({*sent["author"], *tied.index.get_level_values("target")})
    table = conv.actors.set_index("actor").loc[nodes, ["role", "label", "group"]]
    table["messages"] = counts.reindex(nodes, fill_value=0)

    graph = nx.DiGraph()
    graph.add_nodes_from(_attributes(table))
    graph.graph["self_loops"] = len(ties.self_ties(messages, kinds))
    sums = tied.map(_whole).to_dict("records")
    graph.add_edges_from((*pair, data) for pair, data in zip(tied.index, sums, strict=True))
    return provenance.derive(graph, conv.messages, conv.actors)


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
        of the community detection (:func:`casebook.communities.detect`); without it no
        communities are looked for.

    Returns
    -------
    DataFrame
        one row per ``threshold``: ``nodes`` (with at least one tie), ``isolates`` (the others),
        ``ties``, ``components`` and ``largest_component`` (its number of nodes), and
        ``modularity`` and number of ``communities`` found by Leiden, given a seed; the last four
        disregard isolates, and ``modularity`` is missing where no tie is left.
    """
    # communities builds on this module.
    from casebook import communities

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
            partition = communities.detect(graph, seed=seed)
            row["modularity"] = communities.modularity(graph, partition)
            row["communities"] = partition.nunique()
        rows.append(row)
    return inherit(pd.DataFrame(rows), edges)


def incidence(
    conv: Conversation, *, include_owner: bool = False, starters: bool = False
) -> tuple[sparse.csr_array, pd.Index, pd.Index]:
    """The two-mode table behind the co-comment network: sorted commenters x sorted posts.

    1 where the person commented on the post, however often (or, with ``starters``, wrote it); with
    it the names of rows and columns.
    """
    return ties.incidence(_comments(conv, include_owner, starters))


def to_igraph(
    network: Network,
    nodes: Nodes | None = None,
) -> ig.Graph:
    """The igraph twin of a network, the same whatever the order its nodes were given in.

    Parameters
    ----------
    network
        a networkx graph (no multigraph) or an undirected table of ties ``source, target,
        weight``; an igraph graph is returned as it is.
    nodes
        with a table of ties: all nodes, and as a table (:func:`commenters`) their attributes.
        Without it they are the categories of ``source`` where that is categorical (isolates
        kept), else whoever has a tie.

    Returns
    -------
    igraph.Graph
        vertices in sorted order with all node attributes and ``name``, the node; edges in sorted
        order with all edge attributes. Graph attributes, provenance too, come along.
    """
    if isinstance(network, ig.Graph):
        return network
    if isinstance(network, pd.DataFrame):
        return _table_to_igraph(network, nodes)
    if network.is_multigraph():
        raise CasebookError("A multigraph has no one weight per tie. Remedy: sum parallel ties.")
    order = sorted(network, key=_node_key)
    at = {node: i for i, node in enumerate(order)}
    directed = network.is_directed()
    ties = []
    for a, b, data in network.edges(data=True):
        i, j = at[a], at[b]
        ties.append((i, j, data) if directed or i <= j else (j, i, data))
    ties.sort(key=lambda tie: tie[:2])
    graph = ig.Graph(len(order), [tie[:2] for tie in ties], directed=directed)
    graph.vs["name"] = order
    for attribute in sorted({key for _, data in network.nodes(data=True) for key in data}):
        graph.vs[attribute] = [network.nodes[node].get(attribute) for node in order]
    for attribute in sorted({key for _, _, data in ties for key in data}):
        graph.es[attribute] = [data.get(attribute) for _, _, data in ties]
    for key, value in network.graph.items():
        graph[key] = value
    return graph


def origin_of(network: Any) -> provenance.Provenance | None:
    """The provenance that a table, networkx or igraph graph carries, if any."""
    if isinstance(network, ig.Graph):
        return network["provenance"] if "provenance" in network.attributes() else None
    try:
        return provenance.of(network)
    except ProvenanceError:
        return None


def inherit(result: R, *inputs: Any) -> R:
    """Mark a result as derived from ``inputs``; unmarked if one of them says no origin.

    Networks from elsewhere (a textbook's, say) may be measured; only showing them asks for an
    origin.
    """
    origins = [origin_of(item) for item in inputs]
    known = [origin for origin in origins if origin is not None]
    return provenance.derive(result, *known) if len(known) == len(origins) else result


def _table_to_igraph(edges: pd.DataFrame, nodes: Nodes | None) -> ig.Graph:
    source, target = edges["source"], edges["target"]
    coded = isinstance(source.dtype, pd.CategoricalDtype) and source.dtype == target.dtype
    if nodes is None and coded:
        order = source.cat.categories
        i, j = source.cat.codes.to_numpy(), target.cat.codes.to_numpy()
    else:
        names = nodes.index if isinstance(nodes, pd.DataFrame) else nodes
        known = set(names) if names is not None else {*source.unique(), *target.unique()}
        order = pd.Index(sorted(known, key=_node_key))
        i, j = order.get_indexer(source), order.get_indexer(target)
        if (i < 0).any() or (j < 0).any():
            raise CasebookError("A tie runs to someone who is not in nodes. Remedy: give all.")
    low, high = np.minimum(i, j), np.maximum(i, j)
    by = np.lexsort((high, low))
    graph = ig.Graph(len(order), np.column_stack([low[by], high[by]]), directed=False)
    graph.vs["name"] = list(order)
    if isinstance(nodes, pd.DataFrame):
        for column in nodes:
            graph.vs[column] = nodes[column].loc[order].tolist()
    graph.es["weight"] = edges["weight"].to_numpy()[by].tolist()
    origin = origin_of(edges)
    if origin is not None:
        graph["provenance"] = origin
    return graph


def _node_key(node: Hashable) -> tuple[str, Any]:
    """Sorts numbers as numbers, anything else as text, also where a graph mixes them."""
    return ("", node) if isinstance(node, int | float) else ("text", str(node))


def _comments(
    conv: Conversation, include_owner: bool = False, starters: bool = False
) -> pd.DataFrame:
    """Comments as ``author, post, weight``, rows as in the messages."""
    messages = conv.messages
    kinds = messages.set_index("message_id")["kind"]
    owners = messages.set_index("message_id")["author"]
    rows = messages.assign(post=roots(messages))
    taking_part = ["comment", "reply", *(["post"] if starters else [])]
    rows = rows[rows["kind"].isin(taking_part)]
    rows = rows[rows["post"].map(kinds) == "post"]
    if not (include_owner or starters):
        rows = rows[rows["author"] != rows["post"].map(owners)]
    return rows[["author", "post", "weight"]]


def _commenters(conv: Conversation, rows: pd.DataFrame) -> pd.DataFrame:
    by_author = rows.groupby("author")
    table = conv.actors.set_index("actor")[["role", "label", "group"]]
    table = table.loc[sorted(rows["author"].unique())]
    table["comments"] = by_author["weight"].sum().map(_whole)
    table["posts"] = by_author["post"].nunique()
    return provenance.derive(table, conv.messages, conv.actors)


def _attributes(table: pd.DataFrame) -> Iterable[tuple[Hashable, dict[str, Any]]]:
    """Rows as networkx wants nodes, with plain Python numbers that any export can write."""
    records = table.map(_whole).to_dict("records")
    return zip(table.index, records, strict=True)


def _whole(value: Any) -> Any:
    """A count as int where it is one."""
    if isinstance(value, str):
        return value
    return int(value) if float(value).is_integer() else float(value)
