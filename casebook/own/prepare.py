"""From an export to what is measured: the period asked for, roles, pseudonyms, the network.

Order matters: roles are given by real names, then the names go. What leaves this module holds a
real name only if it is public by the file of roles, or if names were asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import igraph as ig
import networkx as nx
import pandas as pd

from casebook import networks, pseudonyms
from casebook.conversation import Conversation
from casebook.errors import DataError
from casebook.measure_set import SILENT, network_of
from casebook.own.request import Request, roles
from casebook.provenance import Provenance, mark, of
from casebook.readers.base import Export
from casebook.readers.rejects import shorten

#: Counts about people below this are not told.
FEW = 5

HASHTAG = re.compile(r"(?<!\w)#(\w{2,60})")

#: What each kind of network ties, for the page.
TIES: dict[str, str] = {
    "co-comment": "two accounts are tied by each post on which both commented",
    "mention": "a tie runs from who mentions to who is mentioned",
    "reply": "a tie runs from who answers to who is answered",
    "retweet": "a tie runs from who repeats a message to whose it was",
    "addressing": "a tie runs from who retweets, mentions or answers to whom",
    "follow": "a tie runs from who follows to who is followed",
    "hashtag": "two hashtags are tied by each message that has both",
    "as given": "ties are those of the file",
}

#: The kinds of messages behind a directed network.
_DIRECTED = {
    "mention": ("mention",),
    "reply": ("reply",),
    "retweet": ("retweet",),
    "follow": ("follow",),
}


@dataclass(frozen=True)
class Prepared:
    """What is measured: ``conversation`` (None if the export was a network), ``network`` and its
    ``kind`` (a key of :data:`TIES`), and ``notes``; ``nameless`` are the times of messages whose
    author the export does not tell.
    """

    conversation: Conversation | None
    network: ig.Graph
    kind: str
    notes: tuple[str, ...]
    nameless: pd.Series | None = None


def prepare(export: Export, request: Request, key: bytes | None) -> Prepared:
    """The conversation and network of ``export`` as ``request`` asks.

    Parameters
    ----------
    key
        of the pseudonyms; None keeps all names.

    Raises
    ------
    DataError
        if no message is left, or the messages have no ties of the kind asked for.
    """
    known = roles(request.roles) if request.roles else None
    public = list(known.loc[known["public"], "name"]) if known is not None else []
    notes: list[str] = []
    if export.network is not None:
        if request.kind not in ("auto",):
            notes.append(f"The export is a network already; --kind {request.kind} changes nothing.")
        if request.start or request.end:
            notes.append("The export is a network without times; --from and --to change nothing.")
        return Prepared(None, _given(export, known, key, public), "as given", tuple(notes))
    assert export.conversation is not None
    conv = _in_period(export.conversation, request, notes)
    loose = _nameless(export.unattributed, request, notes)
    conv = _with_roles(conv, known, notes)
    tags = _hashtags(conv.messages)
    if key is not None:
        conv = pseudonyms.hide(conv, key, public)
        tags = _much_used(tags, notes if request.kind == "hashtag" else [])
    network, kind = network_of_messages(conv, request.kind, tags)
    if len(loose):
        notes.append(
            f"{len(loose):,} messages do not say who wrote them: they count as messages and by "
            "the hour, and in nothing else."
        )
    return Prepared(conv, network, kind, tuple(notes), loose["time"] if len(loose) else None)


def _nameless(loose: pd.DataFrame, request: Request, notes: list[str]) -> pd.DataFrame:
    """Messages of nobody known, those of the period where one is asked for."""
    sent = loose[~loose["kind"].isin(SILENT)]
    if not request.start and not request.end:
        return sent
    kept = sent[_within(sent["time"], request)]
    if len(kept) < len(sent):
        left = len(sent) - len(kept)
        notes.append(f"So were {left:,} outside the period that do not say who wrote them.")
    return kept


def _within(times: pd.Series, request: Request) -> pd.Series:
    """Which moments fall on the days asked for; none at all for what has no time."""
    days = times.dt.tz_convert(request.timezone).dt.date
    within = times.notna()
    if request.start:
        within &= days >= request.start
    if request.end:
        within &= days <= request.end
    return within


def _in_period(conv: Conversation, request: Request, notes: list[str]) -> Conversation:
    if not request.start and not request.end:
        return conv
    messages = conv.messages
    # A mention goes with its message, and what has no time cannot be placed.
    kept = messages[_within(messages["time"], request)].copy()
    if kept.empty:
        raise DataError(
            "--from, --to",
            f"none of {len(messages):,} messages falls in the period",
            "give other days, or leave them out",
        )
    gone = set(kept["parent_id"]) - set(kept["message_id"]) - {""}
    answers = kept["parent_id"].isin(gone)
    # What answers a message before the period stands by itself; a like of it says nothing more.
    kept = kept[~(answers & kept["kind"].isin(["like", "comment", "mention"]))].copy()
    kept.loc[kept["parent_id"].isin(gone), "parent_id"] = ""
    left = len(messages) - len(kept)
    notes.append(f"{left:,} rows outside the period, or on messages outside it, were left out.")
    return Conversation(mark(kept.reset_index(drop=True), of(messages)), conv.actors, conv.case)


def _with_roles(conv: Conversation, known: pd.DataFrame | None, notes: list[str]) -> Conversation:
    actors = conv.actors.copy()
    if known is None:
        notes.append(
            "No file of roles was given: nobody is known to be government, so nothing can be said "
            "of who answers whom. See --roles."
        )
        return Conversation(conv.messages, actors, conv.case)
    table = known.set_index("name")
    names = actors["actor"].map(_plain)
    labels = actors["label"].map(_plain)
    by = names.where(names.isin(table.index), labels)
    for column in ("role", "label"):
        given = by.map(table[column])
        actors[column] = given.where(given.notna() & (given != ""), actors[column])
    missing = sorted(set(table.index) - set(names) - set(labels))
    if missing:
        # These notes are passed on with the results, so only public names stand in them.
        public = [name for name in missing if table.loc[name, "public"]]
        shown = f": {shorten(public)}" if public else ""
        notes.append(f"{len(missing)} names of the file of roles take no part{shown}.")
    return Conversation(conv.messages, mark(actors, of(conv.actors)), conv.case)


def _plain(name: str) -> str:
    return name.strip().removeprefix("@").casefold()


def network_of_messages(
    conv: Conversation, kind: str, tags: pd.DataFrame | None = None
) -> tuple[ig.Graph, str]:
    """The network of ``kind`` that a conversation has, and which kind that is where it was auto.

    ``tags`` are hashtags by message, where texts are kept no longer.

    Raises
    ------
    DataError
        if the messages have no tie of a kind that was asked for.
    """
    kinds = set(conv.messages["kind"])
    asked = kind
    if kind == "auto":
        kind = (
            "co-comment"
            if "comment" in kinds
            else "addressing"
            if kinds & {"retweet", "mention", "reply"}
            else "follow"
            if "follow" in kinds
            else "hashtag"
        )
        if kind != "hashtag":
            return network_of(conv), kind
    if kind == "co-comment":
        forum = networks.is_forum(conv)
        edges = networks.co_comment_edges(conv, starters=forum)
        network = networks.to_igraph(edges, networks.commenters(conv, starters=forum))
    elif kind == "hashtag":
        tags = _hashtags(conv.messages) if tags is None else tags
        network = _of_hashtags(tags, of(conv.messages))
    else:
        network = networks.to_igraph(networks.mentions(conv, _DIRECTED[kind]))
    if not network.ecount() and asked != "auto":
        raise DataError(
            "--kind",
            f"there are no ties of the kind '{kind}' (kinds here: {', '.join(sorted(kinds))})",
            "ask for another kind, or for auto",
        )
    return network, kind


def _hashtags(messages: pd.DataFrame) -> pd.DataFrame:
    """``message_id, author, tag``, one row for each hashtag of a message, retweets left out."""
    own = messages[messages["kind"] != "retweet"]
    tags = own["text"].map(lambda text: sorted({t.casefold() for t in HASHTAG.findall(text)}))
    rows = own[["message_id", "author"]].assign(tag=tags).explode("tag").dropna(subset="tag")
    return rows.reset_index(drop=True)


def _much_used(tags: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Hashtags that few accounts use may name somebody; they are left out, and a note says so."""
    users = tags.groupby("tag")["author"].transform("nunique")
    kept = tags[users >= FEW].reset_index(drop=True)
    rare = tags["tag"].nunique() - kept["tag"].nunique()
    if rare:
        notes.append(f"{rare:,} hashtags of fewer than {FEW} accounts were left out.")
    return kept


def _of_hashtags(tags: pd.DataFrame, origin: Provenance) -> ig.Graph:
    pairs = tags.merge(tags, on="message_id")
    pairs = pairs[pairs["tag_x"] < pairs["tag_y"]]
    edges = pairs.groupby(["tag_x", "tag_y"]).size().reset_index()
    edges.columns = ["source", "target", "weight"]
    names = sorted(set(tags["tag"]))
    nodes = pd.DataFrame({"role": "unknown", "label": "", "group": ""}, index=names)
    return networks.to_igraph(mark(edges, origin), nodes)


def _given(
    export: Export, known: pd.DataFrame | None, key: bytes | None, public: list[str]
) -> ig.Graph:
    assert export.network is not None
    edges, nodes = export.network.edges.copy(), export.network.nodes.copy()
    origin = of(export.network.edges)
    if known is not None:
        table = known.set_index("name")["role"]
        by = nodes["id"].map(_plain)
        by = by.where(by.isin(table.index), nodes["label"].map(_plain))
        nodes["role"] = by.map(table).fillna(nodes["role"])
    shown = nodes["id"]
    if key is not None:
        named = pd.Series(nodes["label"].where(nodes["label"] != "", nodes["id"]))
        open_ = named.map(_plain).isin(public) | nodes["id"].map(_plain).isin(public)
        hidden = pseudonyms.hide_names(nodes["id"], key)
        shown = named.where(open_, hidden)
        nodes["label"] = ""
    names = dict(zip(nodes["id"], shown, strict=True))
    for end in ("source", "target"):
        edges[end] = edges[end].map(names)
    named_nodes = nodes.assign(id=shown).drop_duplicates("id")
    return network_of_tables(edges, named_nodes, export.network.directed, origin)


def network_of_tables(
    edges: pd.DataFrame, nodes: pd.DataFrame, directed: bool, origin: Provenance
) -> ig.Graph:
    """A network from its ties (``source, target, weight``) and nodes (``id, role, label``)."""
    table = nodes.set_index("id")[["role", "label"]]
    summed = edges.groupby(["source", "target"], sort=False)["weight"].sum().reset_index()
    graph: nx.Graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_nodes_from((name, row.to_dict()) for name, row in table.iterrows())
    ties = zip(summed["source"], summed["target"], summed["weight"], strict=True)
    graph.add_weighted_edges_from(ties)
    return networks.to_igraph(mark(graph, origin))
