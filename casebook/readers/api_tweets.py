"""Tweets as version 2 of Twitter's interface gave them: what 4CAT keeps as lines of JSON."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from casebook.readers import drafts, tables, tweets
from casebook.readers.base import Export, Options, Peek
from casebook.readers.drafts import Draft, Gathered, finish, times
from casebook.readers.sources import Source
from casebook.readers.tables import Table

NAME = "tweets of Twitter's interface (NDJSON of 4CAT)"

_COLUMNS = {"id", "author_id", "created_at", "text"}
_SIGNS = {"author_user", "public_metrics", "referenced_tweets", "entities", "conversation_id"}
_COUNTS = {
    f"public_metrics.{name}": name
    for name in ("like_count", "reply_count", "retweet_count", "quote_count")
}
_MEANINGS = {
    "id": "the tweet's own id",
    "author_user.username": "who wrote it",
    "author_id": "who wrote it, where there is no account name",
    "author_user.name": "the author's name in full",
    "created_at": "when",
    "text": "what was written",
    "in_reply_to_user.username": "whom it answers",
    "in_reply_to_user_id": "whom it answers, where there is no account name",
    "referenced_tweets": "the tweet that it repeats or answers",
    "entities.mentions": "whom it mentions",
    **dict.fromkeys(_COUNTS, "a count, kept as it is"),
}


def recognises(peek: Peek) -> bool:
    """Whether each file is JSON with the names of that interface."""
    return all(_is(file.keys) for file in peek.files) or all(
        "data" in file.keys and _inner(file.text) for file in peek.files
    )


def _is(keys: tuple[str, ...]) -> bool:
    return set(keys) >= _COLUMNS and not _SIGNS.isdisjoint(keys)


def _inner(text: str) -> bool:
    """Whether an answer of the interface, its tweets in a list 'data', begins so."""
    return all(f'"{name}"' in text for name in _COLUMNS)


def read(source: Source, options: Options) -> Export:
    """The tweets."""
    gathered = Gathered(source, options, handles=True)
    for file in source.files:
        table = tables.load(file, _MEANINGS)
        gathered.table(table)
        gathered.by_format(table, _MEANINGS)
        gathered.drafts.append(_draft(table, gathered))
    return finish(gathered, NAME)


def _draft(whole: Table, gathered: Gathered) -> Draft:
    table = gathered.turn_down(
        whole,
        whole["author_id"] == "UNKNOWN",
        "author_id",
        "4CAT could not fetch this tweet, and put the time of the attempt in its place",
        "nothing to do",
    )
    author, answered = table["author_user.username"], table["in_reply_to_user.username"]
    author = author.where(author != "", table["author_id"])
    answered = answered.where(answered != "", table["in_reply_to_user_id"])
    others = [_references(one) for one in table["referenced_tweets"]]
    index = table.cells.index
    repeats = pd.Series([one.get("retweeted", "") for one in others], index=index, dtype="str")
    answers = pd.Series([one.get("replied_to", "") for one in others], index=index, dtype="str")
    whom = tweets.retweeted(table["text"])
    again = (repeats != "") | (whom != "")
    replied = (answers != "") | (answered != "")
    kind = (
        pd.Series("tweet", index=index, dtype="str").mask(replied, "reply").mask(again, "retweet")
    )
    rows = pd.DataFrame(
        {
            "message_id": table["id"],
            "author": author,
            "label": table["author_user.name"],
            "kind": kind,
            "parent_id": answers.mask(again, repeats),
            "target": answered.mask(again, whom),
            "text": table["text"],
        }
    )
    mentions = [
        () if sort == "retweet" else _names(one)
        for sort, one in zip(kind, table["entities.mentions"], strict=True)
    ]
    read_ = times(table, "created_at", gathered.options)
    gathered.note(*read_.notes)
    extras = drafts.counts(table, list(_COUNTS)).rename(columns=_COUNTS)
    names = {"message_id": "id", "time": "created_at", "author": "author_id"}
    return Draft(table, rows, names, mentions, extras, read_)


def _references(said: str) -> dict[str, str]:
    """Ids of the tweets that one refers to, by how it does."""
    return {str(one.get("type", "")): str(one.get("id", "")) for one in _listed(said)}


def _names(said: str) -> tuple[str, ...]:
    return tuple(str(one["username"]) for one in _listed(said) if one.get("username"))


def _listed(said: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(said) if said else []
    except (ValueError, RecursionError):
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
