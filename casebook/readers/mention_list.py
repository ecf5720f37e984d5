"""Mentions as DMI-TCAT and 4CAT list them: who named whom in which tweet, and no more."""

from __future__ import annotations

import pandas as pd

from casebook.readers import drafts, tables
from casebook.readers.base import Export, Options, Peek
from casebook.readers.drafts import Draft, Gathered, finish
from casebook.readers.sources import Source
from casebook.readers.tables import Table

NAME = "list of mentions (DMI-TCAT, 4CAT)"

_FROM, _TO = ("user_from_name", "from_username"), ("user_to_name", "to_username")
_KINDS = {"retweet": "retweet", "reply": "reply", "replied_to": "reply"}
_MEANINGS = {
    "tweet_id": "the tweet",
    "mention_type": "what sort of act it is",
    **dict.fromkeys(_FROM, "who wrote it"),
    **dict.fromkeys(_TO, "to whom it is addressed"),
}


def recognises(peek: Peek) -> bool:
    """Whether each file is a table with the columns of such a list."""
    return all(_is(set(tables.columns(file))) for file in peek.files)


def _is(columns: set[str]) -> bool:
    one_of = (_FROM, _TO)
    return {"tweet_id", "mention_type"} <= columns and all(columns & set(one) for one in one_of)


def read(source: Source, options: Options) -> Export:
    """Each line as an act of its own."""
    gathered = Gathered(source, options, handles=True)
    for file in source.files:
        table = tables.load(file, _MEANINGS)
        gathered.table(table)
        gathered.by_format(table, _MEANINGS)
        gathered.drafts.append(_draft(table))
    gathered.note(
        "A list of mentions has no times and no texts: networks of who names whom can be made, "
        "nothing can be said of days, words and response times, nor how many tweets there were."
    )
    return finish(gathered, NAME)


def _draft(table: Table) -> Draft:
    author, target = drafts.first_of(table, _FROM), drafts.first_of(table, _TO)
    kind = table["mention_type"].str.casefold().map(_KINDS).fillna("mention").astype("str")
    rows = pd.DataFrame(
        {
            "message_id": table["tweet_id"] + "/" + kind + "/" + table[target].str.casefold(),
            "author": table[author],
            "target": table[target],
            "kind": kind,
        }
    )
    return Draft(table, rows, {"message_id": "tweet_id", "author": author, "target": target})
