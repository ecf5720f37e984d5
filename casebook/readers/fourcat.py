"""4CAT: items of any of its sources, as CSV or as flat lines of JSON.

All have ``id``, ``author``, ``body`` and ``timestamp``, most ``thread_id``. What else there is
depends on the source: of tweets and the like it says whom they repeat, answer and mention; of
forums which message they answer, or only the thread.
"""

from __future__ import annotations

import pandas as pd

from casebook.errors import DataError
from casebook.readers import drafts, tables, tweets
from casebook.readers.base import Export, Options, Peek
from casebook.readers.drafts import Draft, Gathered, finish, times
from casebook.readers.sources import Source
from casebook.readers.tables import Table

NAME = "4CAT dataset"

_COLUMNS = {"id", "author", "body", "timestamp"}
_SIGNS = {"thread_id", "unix_timestamp", "collected_from_url", "author_id"}
# Lines that 4CAT and its browser extension keep as the platform sent them.
_RAW = {"item_id", "source_platform", "data"}

_LABELS = ("author_fullname", "author_display_name", "author_name")
_REPEATED = ("retweeted_user", "reposted_user")
_ANSWERED = ("replied_user", "replied_to_user", "reply_to_user", "in_reply_to_user")
_PARENTS = ("replied_to_post", "parent_id", "parent", "comment_parent", "reply_to", "in_reply_to")
_MENTIONS = ("mentions", "usertags", "mentioned", "author_mentions")
_COUNTS = (
    "like_count", "likes", "num_likes", "reply_count", "num_comments", "comments", "retweet_count",
    "repost_count", "reposts", "quote_count", "quotes", "replies", "shares", "views", "score",
    "reactions",
)  # fmt: skip
# Where thread_id is a channel or a chat, not a message.
_CHANNELS = {"chat", "channel", "channel_id", "channelId", "channelTitle"}
# Where the author is an account, spelled in any case.
_SHORT_MESSAGES = {"is_retweet", "is_reply", "repost_count", "reposts", *_REPEATED, *_ANSWERED}
_NOBODY = ("", "anonymous", "anoniem", "[deleted]", "[removed]", "deleted", "none")
_MEANINGS = {
    "id": "the message's own id",
    "thread_id": "the message that began the thread",
    "author": "who wrote it",
    "body": "what was written",
    "unix_timestamp": "when, in seconds since 1970",
    "timestamp": "when, in UTC, where there are no seconds since 1970",
    "is_retweet": "whether it is a retweet",
    "is_reply": "whether it is a reply",
    **dict.fromkeys(_LABELS, "the author's name in full"),
    **dict.fromkeys(_REPEATED, "whom it repeats"),
    **dict.fromkeys(_ANSWERED, "whom it answers"),
    **dict.fromkeys(_PARENTS, "the message that it answers"),
    **dict.fromkeys(_MENTIONS, "whom it mentions"),
    **dict.fromkeys(_COUNTS, "a count, kept as it is"),
}


def recognises(peek: Peek) -> bool:
    """Whether each file is a table with the columns of 4CAT, or holds its raw items."""
    return all(_is(set(tables.columns(file))) for file in peek.files)


def _is(columns: set[str]) -> bool:
    return columns >= _RAW or (columns >= _COLUMNS and bool(columns & _SIGNS))


def read(source: Source, options: Options) -> Export:
    """The items of one or several datasets of the same source.

    Raises
    ------
    DataError
        if it holds items as a platform sent them: 4CAT itself knows how to lay them out.
    """
    columns: set[str] = set()
    for file in source.files:
        names = set(tables.columns(file))
        if names >= _RAW:
            problem = "it holds items as the platform sent them, each platform in its own way"
            remedy = "import it in 4CAT and download the dataset there as CSV"
            raise DataError(file.name, problem, remedy)
        columns |= names
    short = bool(columns & _SHORT_MESSAGES)
    gathered = Gathered(source, options, nameless=True, handles=short)
    for file in source.files:
        table = tables.load(file, _MEANINGS)
        gathered.table(table)
        gathered.by_format(table, _MEANINGS)
        gathered.drafts.append(_draft(table, gathered, short))
    return finish(gathered, NAME)


def _draft(whole: Table, gathered: Gathered, short: bool) -> Draft:
    table = gathered.turn_down(
        whole,
        whole["author"] == "UNKNOWN",
        "author",
        "4CAT could not fetch this message, and put the time of the attempt in its place",
        "nothing to do",
    )
    nobody = table["author"].str.casefold().isin(_NOBODY)
    if nobody.any():
        gathered.note(
            f"Messages of nobody known (anonymous, or deleted accounts): {int(nobody.sum()):,}. "
            "They are counted by time; no network can be made of them."
        )
    rows = pd.DataFrame(
        {
            "message_id": table["id"],
            "author": table["author"].mask(nobody, ""),
            "label": table[drafts.first_of(table, _LABELS)],
            "text": table["body"],
        }
    )
    rows = rows.join(_tweets(table) if short else _forum(table))
    mentions: list[tuple[str, ...]] = []
    named = drafts.first_of(table, _MENTIONS)
    if named:
        listed = tweets.listed(table[named])
        mentions = [
            () if kind == "retweet" else names
            for kind, names in zip(rows["kind"], listed, strict=True)
        ]
    seconds = table["unix_timestamp"]
    when = seconds.where(seconds.str.fullmatch(r"\d+(\.\d+)?"), table["timestamp"])
    local = drafts.with_cells(table, table.cells.assign(timestamp=when))
    read_ = times(local, "timestamp", Options("UTC"))
    names = {"message_id": "id", "time": "timestamp", "text": "body"}
    return Draft(table, rows, names, mentions, drafts.counts(table, _COUNTS), read_)


def _tweets(table: Table) -> pd.DataFrame:
    """Kind, target and parent of short messages, which say whom they repeat and answer."""
    repeated = table[drafts.first_of(table, _REPEATED)]
    repeated = repeated.where(repeated != "", tweets.retweeted(table["body"]))
    again = (repeated != "") | table["is_retweet"].str.casefold().isin(["yes", "true", "1"])
    answered = table[drafts.first_of(table, _ANSWERED)]
    parent = _parents(table)
    answers = (answered != "") | (parent != "")
    answers |= table["is_reply"].str.casefold().isin(["yes", "true", "1"])
    kind = pd.Series("tweet", index=again.index, dtype="str")
    kind = kind.mask(answers, "reply").mask(again, "retweet")
    return pd.DataFrame(
        {
            "kind": kind,
            "target": answered.where(kind == "reply", "").mask(again, repeated),
            "parent_id": parent.where(kind == "reply", ""),
        }
    )


def _forum(table: Table) -> pd.DataFrame:
    """Parents of messages in threads; what they are, the thread decides."""
    parent = _parents(table)
    thread = table["thread_id"]
    if not _CHANNELS.isdisjoint(table.columns):
        thread = thread.where(thread.isin(table["id"]), "")
    parent = parent.where(parent != "", thread)
    blank = pd.Series("", index=parent.index, dtype="str")
    return pd.DataFrame({"kind": blank, "target": blank, "parent_id": parent})


def _parents(table: Table) -> pd.Series:
    """The message that each answers, by its id, whatever the source puts before it."""
    column = drafts.first_of(table, _PARENTS)
    ids = {id_.rpartition("/")[2]: id_ for id_ in table["id"]}
    ids |= {id_: id_ for id_ in table["id"]}
    # Reddit names messages by sort and id.
    said = table[column].str.replace(r"^t[13]_", "", regex=True)
    return said.map(lambda one: ids.get(one, ids.get(one.rpartition("/")[2], one))).astype("str")
