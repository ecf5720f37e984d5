"""What the pages of organisations share: comments over posts, answers, the network in words."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import pandas as pd

from casebook import communities, networks
from casebook.cases import common
from casebook.conversation import Conversation, roots
from casebook.provenance import derive


def comments_by_post(conv: Conversation) -> pd.Series:
    """Comments and answers on each post of the page's owner, posts without any included.

    Index: ``message_id`` of the post.
    """
    messages = conv.messages
    owner = _owner(conv)
    own = messages[(messages["kind"] == "post") & (messages["author"] == owner)]
    written = roots(messages)[messages["kind"].isin(["comment", "reply"])]
    counts = written.value_counts().reindex(own["message_id"], fill_value=0)
    return derive(counts.rename("comments"), messages)


def citizens_comments(conv: Conversation) -> pd.Series:
    """Comments of each citizen who commented; index ``actor``."""
    people = networks.commenters(conv)
    return derive(people.loc[people["role"] == "citizen", "comments"], people)


def answers(conv: Conversation) -> pd.DataFrame:
    """What citizens wrote and how much of it the owner answered: ``what, number, answered, ...``.

    Columns ``what, number, answered, in percent, hours to an answer``, the last the median (none
    where nothing was answered); a row for comments and one for citizens' posts where there are
    any.
    """
    messages = conv.messages
    owner = _owner(conv)
    own = messages[(messages["author"] == owner) & (messages["parent_id"] != "")]
    first = own.groupby("parent_id")["time"].min()
    rows = []
    for kind, what in (("comment", "Comments by citizens"), ("post", "Posts by citizens")):
        asked = messages[(messages["kind"] == kind) & (messages["author"] != owner)]
        if asked.empty:
            continue
        after = asked["message_id"].map(first) - asked["time"]
        hours = after.dt.total_seconds().div(3600).median()
        done = int(after.notna().sum())
        rows.append(
            {
                "what": what,
                "number": len(asked),
                "answered": done,
                "in percent": round(100 * done / len(asked), 1),
                "hours to an answer, median": "none" if pd.isna(hours) else f"{hours:.1f}",
            }
        )
    return derive(pd.DataFrame(rows), messages, conv.actors)


def _only(conv: Conversation, posts: pd.Index) -> Conversation:
    """The conversation below some posts."""
    kept = roots(conv.messages).isin(posts)
    return replace(conv, messages=derive(conv.messages[kept], conv.messages))


def one_post(conv: Conversation) -> pd.DataFrame:
    """The co-comment network with the fullest post and without: ``what, with it, without it``.

    Of the owner's posts; citizens' posts on the page make no ties.
    """
    columns = {}
    posts = comments_by_post(conv)
    others = posts.index.drop(posts.idxmax())
    for name, part in (("with it", _only(conv, posts.index)), ("without it", _only(conv, others))):
        ties = networks.co_comment_edges(part)
        people = networks.commenters(part)
        graph = networks.to_igraph(ties)
        found = communities.detect(graph, seed=0)
        columns[name] = {
            "People who comment": f"{len(people):,}",
            "Ties": f"{len(ties):,}",
            "Share of the possible ties, in percent": f"{100 * graph.density():.1f}",
            "Share of the people in the largest component, in percent": (
                f"{100 * max(graph.connected_components().sizes()) / len(people):.1f}"
            ),
            "Modularity": f"{communities.modularity(graph, found):.2f}",
        }
    frame = pd.DataFrame(columns).rename_axis("what").reset_index()
    return derive(frame, conv.messages, conv.actors)


def tied(conv: Conversation, threshold: int = 1) -> nx.Graph:
    """The co-comment network of the people who have a tie of ``threshold`` or more."""
    graph = networks.co_comment(conv, threshold=threshold)
    graph.remove_nodes_from([node for node, ties in graph.degree() if not ties])
    return graph


#: What :func:`casebook.measures.bounds` calls its measures, where the counts are those of posts.
_OF_POSTS = {
    "largest": "Comments on the fullest post",
    "gini": "Gini coefficient",
    "top 1 %": "Share of the top 1 percent of the posts",
    "top 10 %": "Share of the top 10 percent of the posts",
}


def post_inequality(bounds: pd.DataFrame, conv: Conversation) -> pd.DataFrame:
    """Bounds on comments over posts beside a reconstruction's; columns as the shared table has.

    See :func:`casebook.cases.common.inequality`, whose counts are those of people.
    """
    shown = common.inequality(bounds, comments_by_post(conv), "comments")
    return derive(shown.assign(measure=list(bounds["measure"].map(_OF_POSTS))), shown)


def _owner(conv: Conversation) -> str:
    return str(conv.actors.loc[conv.actors["role"] == "government", "actor"].iloc[0])
