"""Facepager: the tree of a page's posts and comments, as its CSV has it.

A row's place in the tree is in ``id`` and ``parent_id``; ``object_id`` is the platform's own id,
but in some exports that of the row above. For years now Facebook has left out who wrote a comment.
Such comments are counted by time and by post, and tie nobody to anybody.
"""

from __future__ import annotations

import pandas as pd

from casebook.readers import drafts, tables
from casebook.readers.base import Export, Options, Peek
from casebook.readers.drafts import Draft, Gathered, finish, times
from casebook.readers.sources import Source
from casebook.readers.tables import Table

NAME = "Facepager export"

_COLUMNS = {"level", "id", "parent_id", "object_id", "object_type"}
_IDS = ("from.id", "user.id_str")
_NAMES = ("from.name", "user.screen_name", "snippet.authorDisplayName")
_TIMES = ("created_time", "created_at", "snippet.publishedAt")
_TEXTS = ("message", "text", "full_text", "snippet.textOriginal")
_COUNTS = (
    "comments", "reactions", "shares", "likes", "comment_likes", "comment_comments", "like_count",
    "comment_count", "comments.summary.total_count", "reactions.summary.total_count",
    "likes.summary.total_count", "shares.count",
)  # fmt: skip
_MEANINGS = {
    "level": "depth in the tree: a page, its posts, their comments",
    "id": "the row's own number in the tree",
    "parent_id": "the row above it",
    "object_id": "the platform's own id",
    "object_type": "whether it is a message",
    "query_type": "what was asked for: posts or comments",
    **dict.fromkeys(_IDS, "who wrote it"),
    **dict.fromkeys(_NAMES, "who wrote it, by name"),
    **dict.fromkeys(_TIMES, "when"),
    **dict.fromkeys(_TEXTS, "what was written"),
    **dict.fromkeys(_COUNTS, "a count, kept as it is"),
}
# Rows that hold what is not a message: the question, and the rest of an answer.
_NO_MESSAGE = ("seed", "offcut", "empty", "error", "headers", "unpacked offcut")
#: A number of comments that so many posts have exactly, and none more, is where collecting stopped.
_STOPPED = 3


def recognises(peek: Peek) -> bool:
    """Whether each file is a table with Facepager's columns."""
    return all(set(tables.columns(file)) >= _COLUMNS for file in peek.files)


def read(source: Source, options: Options) -> Export:
    """Posts and comments of the tree."""
    gathered = Gathered(source, options, nameless=True)
    for file in source.files:
        table = tables.load(file, _MEANINGS)
        gathered.table(table)
        gathered.by_format(table, _MEANINGS)
        gathered.drafts.append(_draft(table, gathered))
    return finish(gathered, NAME)


def _draft(whole: Table, gathered: Gathered) -> Draft:
    sort = whole["object_type"].str.casefold()
    table = gathered.turn_down(
        whole,
        sort.isin(_NO_MESSAGE) | ((whole["level"] == "0") & (whole["query_type"] == "None")),
        "object_type",
        "it is no message: it holds what was asked for, or the rest of an answer",
        "nothing to do",
    )
    asked = table["query_type"].str.extract("([^/]*)$", expand=False).str.casefold()
    asked = asked.where(asked.isin(["comments", "posts", "feed", "published_posts", "replies"]), "")
    level = table["level"]
    comment = (asked == "comments") | ((asked == "") & ~level.isin(["0", "1"]))
    unique = not table["object_id"].duplicated().any()
    own = "object_id" if unique else "id"
    if not unique:
        gathered.note(
            "'object_id' is not each message's own id in this export; the row's number in "
            "Facepager's tree is used instead."
        )
    above = dict(zip(whole["id"], whole[own], strict=True))
    seeds = dict(zip(whole["id"][sort == "seed"], whole["object_id"][sort == "seed"], strict=True))
    parent = table["parent_id"].map({**above, **seeds}).fillna("").astype("str")
    id_, name = drafts.first_of(table, _IDS), drafts.first_of(table, _NAMES)
    author = table[id_].where(table[id_] != "", table[name])
    # What a page's own list of posts returns is by the page, also where its name was not fetched.
    by_page = (author == "") & asked.isin(["posts", "published_posts"])
    author = author.mask(by_page, parent)
    when, text = drafts.first_of(table, _TIMES), drafts.first_of(table, _TEXTS)
    rows = pd.DataFrame(
        {
            "message_id": table[own],
            "author": author,
            "label": table[name],
            "kind": comment.map({True: "comment", False: "post"}).astype("str"),
            "parent_id": parent.where(comment, ""),
            "text": table[text],
        }
    )
    rows = rows.mask(rows == "None", "")
    names = {"message_id": own, "author": id_ or name, "parent_id": "parent_id", "time": when}
    cells = table.cells.mask(table.cells == "None", "")
    read_ = times(drafts.with_cells(table, cells), when, gathered.options) if when else None
    if read_ is not None:
        gathered.note(*read_.notes)
    _say_what_can_be_made(rows, comment, gathered)
    extras = drafts.counts(table, _COUNTS).assign(object_id=table["object_id"])
    return Draft(table, rows, names, extras=extras, times=read_)


def _say_what_can_be_made(rows: pd.DataFrame, comment: pd.Series, gathered: Gathered) -> None:
    nameless = int((comment & (rows["author"] == "")).sum())
    if nameless:
        gathered.note(
            f"No commenter ids: {nameless:,} of {int(comment.sum()):,} comments do not say who "
            "wrote them, since Facebook no longer gives that to those who collect. They are "
            "counted by time and by post; a co-comment network, who is most active and how soon "
            "the page answers cannot be made of them."
        )
    per_post = rows["parent_id"][comment].value_counts()
    most = int(per_post.max()) if len(per_post) else 0
    stopped = int((per_post == most).sum())
    if stopped >= _STOPPED and most >= 25 and most % 25 == 0:
        gathered.note(
            f"Posts with exactly {most} comments, the most of any: {stopped}. The collection seems "
            "to have stopped there, so that these posts had more."
        )
