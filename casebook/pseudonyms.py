"""Pseudonyms for people: keyed, so that nobody without the key can guess who is meant.

A pseudonym is the first part of an HMAC (SHA-256) of the name under a secret. Handles can be
listed, so a plain hash could be undone by trying them all; a keyed one cannot, as long as the key
is kept apart from what is published (GDPR, article 4(5) and recital 26). The same secret gives the
same pseudonyms, so that one person is one person across exports of the same owner.

A pseudonym is no anonymity: who knows the conversation may recognise people by what they did
(Narayanan and Shmatikov, 2009).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from casebook.conversation import Conversation
from casebook.errors import DataError
from casebook.provenance import mark, of

#: Begins every pseudonym, so that it cannot be taken for an account.
PREFIX = "anon-"

_LENGTH = 10
_HANDLE = re.compile(r"(?<![\w@.])@([\w.\-]+(?:@[\w.\-]+\w)?)")


def secret(path: Path | None = None) -> bytes:
    """The secret of this computer's user; made on first use, readable by the user alone.

    Parameters
    ----------
    path
        where it is kept: ``$CASEBOOK_SECRET_FILE``, or ``casebook/secret`` in the user's folder for
        configuration, if None.

    Raises
    ------
    DataError
        if the file cannot be read or written, or holds fewer than 32 characters.
    """
    place = path or _place()
    try:
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as handle:
                handle.write(secrets.token_hex(32) + "\n")
        kept = place.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            str(place),
            f"the secret for pseudonyms cannot be kept there ({error})",
            "set CASEBOOK_SECRET_FILE to a file that you can write",
        ) from None
    if len(kept) < 32:
        raise DataError(
            str(place), "the secret is too short", "delete the file; a new secret will be made"
        )
    return kept.encode("utf-8")


def pseudonym(name: str, key: bytes) -> str:
    """The pseudonym of ``name`` under ``key``; capitals and a leading @ make no difference."""
    same = name.strip().removeprefix("@").casefold()
    digest = hmac.new(key, same.encode("utf-8"), hashlib.sha256).digest()
    return PREFIX + base64.b32encode(digest).decode("ascii")[:_LENGTH].lower()


def hide(conv: Conversation, key: bytes, public: Collection[str] = ()) -> Conversation:
    """The conversation with pseudonyms for all actors but those ``public`` by name or label.

    Names are replaced where an act names them (author, target), in the list of actors, and in the
    texts: every @handle, retweet prefixes included, whether or not its account takes part. Labels
    of people are dropped, and so are all columns beyond the schema, which may hold names as well.
    Names in a text without @ stay: texts are for counting words and never leave the computer.

    Raises
    ------
    DataError
        if two actors would get the same pseudonym.
    """
    kept = {name.removeprefix("@").casefold() for name in public}
    names = conv.actors["actor"]
    open_ = names.map(_same).isin(kept) | conv.actors["label"].map(_same).isin(kept)
    shown = names.where(open_, names.map(lambda name: pseudonym(name, key)))
    mixed = shown[shown.duplicated(keep=False) & ~names.map(_same).duplicated(keep=False)]
    if len(mixed):
        raise DataError("actors", "two actors share a pseudonym", "use another secret")
    actors = conv.actors[["actor", "role", "label", "group"]].copy()
    actors["label"] = actors["label"].where(open_, "")
    actors["actor"] = shown
    by_name = dict(zip(names, shown, strict=True)) | {"": ""}

    def replaced(found: re.Match[str]) -> str:
        handle = found[1]
        return found[0] if _same(handle) in kept else "@" + pseudonym(handle, key)

    columns = ["message_id", "author", "time", "kind", "parent_id", "target", "text", "weight"]
    # Whether a post only stands in for one that the export lacks says nothing of anybody.
    columns += [column for column in ("stand_in",) if column in conv.messages]
    messages = conv.messages[columns].copy()
    for column in ("author", "target"):
        messages[column] = messages[column].map(by_name)
    messages["text"] = messages["text"].map(lambda text: _HANDLE.sub(replaced, text))
    origin = of(conv.messages)
    one = actors.drop_duplicates("actor", ignore_index=True)
    return Conversation(mark(messages, origin), mark(one, origin), conv.case)


def hide_names(names: pd.Series, key: bytes, public: Collection[str] = ()) -> pd.Series:
    """The names of a network's nodes with pseudonyms for all but ``public`` ones."""
    kept = {_same(name) for name in public}
    return names.map(lambda name: name if _same(name) in kept else pseudonym(name, key))


def _same(name: str) -> str:
    return name.strip().removeprefix("@").casefold()


def _place() -> Path:
    given = os.environ.get("CASEBOOK_SECRET_FILE")
    if given:
        return Path(given)
    base = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("APPDATA")
    return (Path(base) if base else Path.home() / ".config") / "casebook" / "secret"
