"""DMI-TCAT: tweets as its full export has them, in CSV or TSV."""

from __future__ import annotations

import pandas as pd

from casebook.readers import drafts, tables, tweets
from casebook.readers.base import Export, Options, Peek
from casebook.readers.drafts import Draft, Gathered, finish, times
from casebook.readers.sources import Source
from casebook.readers.tables import Table

NAME = "DMI-TCAT export of tweets"

_COLUMNS = {"id", "time", "created_at", "from_user_name", "text"}
_COUNTS = ("retweet_count", "favorite_count", "from_user_followercount")
_MEANINGS = {
    "id": "the tweet's own id",
    "time": "when, in seconds since 1970",
    "created_at": "when, in UTC, where 'time' is empty",
    "from_user_name": "who wrote it",
    "from_user_realname": "the author's name in full",
    "text": "what was written",
    "to_user_name": "whom it answers",
    "in_reply_to_status_id": "the tweet that it answers",
    "mentions": "whom it mentions",
    **dict.fromkeys(_COUNTS, "a count, kept as it is"),
}


def recognises(peek: Peek) -> bool:
    """Whether each file is a table with the columns of TCAT."""
    return all(set(tables.columns(file)) >= _COLUMNS for file in peek.files)


def read(source: Source, options: Options) -> Export:
    """The tweets: with "RT @" a retweet, with an addressee a reply; others are mentioned."""
    gathered = Gathered(source, options, handles=True)
    for file in source.files:
        table = tables.load(file, _MEANINGS)
        gathered.table(table)
        gathered.by_format(table, _MEANINGS)
        gathered.drafts.append(_draft(table, gathered))
    return finish(gathered, NAME)


def _draft(table: Table, gathered: Gathered) -> Draft:
    whom = tweets.retweeted(table["text"])
    answers = (table["to_user_name"] != "") | ~table["in_reply_to_status_id"].isin(["", "0"])
    kind = pd.Series("tweet", index=whom.index, dtype="str")
    kind = kind.mask(answers, "reply").mask(whom != "", "retweet")
    if (table["mentions"] != "").any():
        mentioned = tweets.listed(table["mentions"])
    else:
        mentioned = tweets.mentioned(table["text"])
        gathered.note("Without a column 'mentions', names after an @ in texts were taken.")
    rows = pd.DataFrame(
        {
            "message_id": table["id"],
            "author": table["from_user_name"],
            "label": table["from_user_realname"],
            "kind": kind,
            "parent_id": table["in_reply_to_status_id"].where(kind == "reply", "").replace("0", ""),
            "target": table["to_user_name"].where(kind == "reply", "").mask(whom != "", whom),
            "text": table["text"],
        }
    )
    when = table["time"].where(table["time"] != "", table["created_at"])
    read_ = times(drafts.with_cells(table, table.cells.assign(time=when)), "time", _utc(gathered))
    names = {
        "message_id": "id",
        "author": "from_user_name",
        "parent_id": "in_reply_to_status_id",
        "target": "to_user_name",
    }
    # Whom a retweet mentions, its author did not address.
    said = [() if one == "retweet" else names_ for one, names_ in zip(kind, mentioned, strict=True)]
    return Draft(table, rows, names, said, drafts.counts(table, _COUNTS), read_)


def _utc(gathered: Gathered) -> Options:
    return Options("UTC", gathered.options.mapping, gathered.options.kind)
