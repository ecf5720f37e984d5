"""The archive that X (Twitter) gives an account holder.

Tweets stand in ``data/tweets.js`` and its further parts (``tweets-part1.js``; until 2022
``tweet.js``; before 2019 ``data/js/tweets/2014_03.js``), each a script that sets one list; whose
they are stands in ``data/account.js``. Retweets are known by their ``RT @``: the archive does not
mark them. Whom a retweet mentions is not counted, since its author did not address them. Direct
messages, likes and what was deleted are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any

from casebook.errors import DataError
from casebook.readers.acts import Acts
from casebook.readers.base import BY_FORMAT, Export, Options, Peek, of_acts
from casebook.readers.documents import parsed, whole
from casebook.readers.sources import File, Source
from casebook.readers.ties import text

NAME = "X archive"

#: Who acts where the archive does not say: one account, whatever its name.
OWNER = "(owner of the archive)"

# Members of the archive that hold tweets, and the one that says whose they are.
_TWEETS = re.compile(r"(^|/)(tweets?(-part\d+)?|js/tweets/\d{4}_\d{2})\.js$")
_ACCOUNT = re.compile(r"(^|/)account\.js$")
# How a member of the archive begins.
_SCRIPT = re.compile(
    r"\ufeff?\s*(?:window\.YTD\.(?P<what>\w+)\.part\d+|Grailbird\.data\.(?P<old>tweets)_\w+)\s*=\s*"
)
_RETWEET = re.compile(r"RT @(\w{1,20})\b:?")
_UNDERSTOOD = [
    ("id_str", "message_id", BY_FORMAT),
    ("account.js: username", "author", BY_FORMAT),
    ("created_at", "time", BY_FORMAT),
    ("full_text", "text, and the retweeted account after 'RT @'", BY_FORMAT),
    ("in_reply_to_status_id_str", "parent_id", BY_FORMAT),
    ("in_reply_to_screen_name", "target of a reply", BY_FORMAT),
    ("entities: user_mentions", "targets of mentions", BY_FORMAT),
]


def recognises(peek: Peek) -> bool:
    """Whether files given by name are parts of an archive, or an archive holds tweets."""
    if peek.given:
        return all(map(_script, peek.files))
    return any(map(_tweets, peek.files))


def read(source: Source, options: Options) -> Export:
    """The tweets of all parts.

    Raises
    ------
    DataError
        if a part is not complete, or none holds tweets.
    """
    parts = [file for file in source.files if _tweets(file)]
    if not parts:
        remedy = "give data/tweets.js, or the whole archive as it was downloaded"
        raise DataError(source.label, "it is a part of an archive of X without tweets", remedy)
    account = ""
    for file in source.files:
        if _script(file, "account"):
            account = account or owner(entries(file))
    acts = parse(((file.name, entries(file)) for file in parts), account)
    acts.needed(source.label)
    return of_acts(acts, source, NAME, _UNDERSTOOD)


def entries(file: File) -> list[Any]:
    """The list that a member of the archive sets.

    Raises
    ------
    DataError
        if it is no such member, or not complete.
    """
    script = whole(file)
    found = _SCRIPT.match(script)
    listed: Any = None
    if found:
        said = script[found.end() :].rstrip().removesuffix(";")
        listed = parsed(said, file.name, script.count("\n", 0, found.end()))
    if not isinstance(listed, list):
        problem = "it does not set a list as a part of an archive of X does"
        raise DataError(file.name, problem, "give the archive as it was downloaded")
    return listed


def _script(file: File, part: str = r"[\w-]+") -> bool:
    # By name first: an archive has thousands of pictures that need not be opened.
    named = re.search(rf"(^|[/ ]){part}[^/]*$", file.name) is not None
    return named and _SCRIPT.match(file.text) is not None


def _tweets(file: File) -> bool:
    named = file.name.endswith(".js") or "/" not in file.name
    found = _SCRIPT.match(file.text) if named else None
    return found is not None and (found["what"] in ("tweet", "tweets") or found["old"] is not None)


def owner(account: Iterable[Any]) -> str:
    """The name of the account, from the entries of ``account.js``; empty if not there."""
    for entry in account:
        inner = entry.get("account", entry) if isinstance(entry, Mapping) else {}
        if isinstance(inner, Mapping) and inner.get("username"):
            return text(inner["username"])
    return ""


def parse(parts: Iterable[tuple[str, list[Any]]], account: str = "") -> Acts:
    """The acts in the lists of tweets, each with the name of its file.

    ``account`` is the handle of the owner; rows are places in each list, from 1.
    """
    acts = Acts()
    author = _handle(acts, account) or OWNER
    if not account:
        acts.notes.append(
            f"Whose archive it is stands in data/account.js, which is not here: the author is "
            f"called '{OWNER}'."
        )
    without = 0
    for file, listed in parts:
        for row, entry in enumerate(listed, start=1):
            tweet = entry.get("tweet", entry) if isinstance(entry, Mapping) else None
            if not isinstance(tweet, Mapping):
                remedy = "download the archive again"
                acts.reject(file, row, "tweet", entry, f"entry {row} is no tweet", remedy)
                continue
            without += not isinstance(tweet.get("entities"), Mapping)
            _tweet(acts, file, row, tweet, author)
    if without:
        acts.notes.append(f"Tweets that do not list whom they mention: {without:,}.")
    return acts


def _tweet(acts: Acts, file: str, row: int, tweet: Mapping[str, Any], author: str) -> None:
    # The archive writes & < > as a web page would.
    said = unescape(text(tweet.get("full_text") or tweet.get("text")))
    user = tweet.get("user")
    if isinstance(user, Mapping) and user.get("screen_name"):
        author = _handle(acts, user["screen_name"])
    repeated = _RETWEET.match(said)
    original = tweet.get("retweeted_status")
    answered = _handle(acts, tweet.get("in_reply_to_screen_name"))
    parent, mentioned = "", []
    if repeated or isinstance(original, Mapping):
        first = original if isinstance(original, Mapping) else {}
        by = first.get("user")
        whom = repeated[1] if repeated else by.get("screen_name") if isinstance(by, Mapping) else ""
        kind, target = "retweet", _handle(acts, whom)
        parent = text(first.get("id_str") or first.get("id"))
    else:
        parent = text(tweet.get("in_reply_to_status_id_str") or tweet.get("in_reply_to_status_id"))
        kind, target = ("reply", answered) if answered or parent else ("tweet", "")
        mentioned = _mentioned(acts, tweet.get("entities"))
    acts.act(
        file,
        row,
        kind,
        id_=tweet.get("id_str") or tweet.get("id"),
        author=author,
        time=tweet.get("created_at"),
        parent=parent,
        target=target,
        said=said,
        mentioned=mentioned,
    )


def _mentioned(acts: Acts, entities: object) -> list[str]:
    listed = entities.get("user_mentions") if isinstance(entities, Mapping) else None
    if not isinstance(listed, list):
        return []
    names = [one.get("screen_name") for one in listed if isinstance(one, Mapping)]
    return [_handle(acts, name) for name in names]


def _handle(acts: Acts, name: object) -> str:
    """Handles are the same in capitals and without; the first writing seen is the label."""
    said = text(name).lstrip("@")
    if said:
        acts.labels.setdefault(said.casefold(), said)
    return said.casefold()
