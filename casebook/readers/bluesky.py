"""What Bluesky (the AT protocol) keeps of an account: its repository, or records as JSON.

What is read: the repository that the account holder may download (``.car``), and, as JSON, lists
of records (``com.atproto.repo.listRecords``: ``uri`` and ``value``), feeds and
threads (posts with ``author`` and ``record``), events of the stream (``did`` and ``commit``), and
folders or zips into which a repository was unpacked (``app.bsky.feed.post/<key>.json``). An
account is known by its ``did``, which stays when its handle changes. A like counts if the liked
post is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from casebook.readers.acts import Acts
from casebook.readers.base import BY_FORMAT, Export, Options, Peek, of_acts
from casebook.readers.car import is_car, records
from casebook.readers.documents import content, is_json, values
from casebook.readers.sources import File, Source
from casebook.readers.ties import text

NAME = "Bluesky records"

#: Who acts where neither the records nor their folder say it.
OWNER = "(owner of the records)"

_NAMED = re.compile(r'"(\$type|collection)"\s*:\s*"app\.bsky\.')
_ADDRESS = re.compile(r"at://([^/]+)(?:/([^/]+)/([^/]+))?")
_FILE = re.compile(r"(?:(did:[^/]+)/)?(app\.bsky\.[\w.]+)/([^/]+)\.json$")
_POST, _REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
_LIKE, _FOLLOW = "app.bsky.feed.like", "app.bsky.graph.follow"
_READ = {_POST, _REPOST, _LIKE, _FOLLOW}

_UNDERSTOOD = [
    ("uri", "message_id", BY_FORMAT),
    ("did", "author", BY_FORMAT),
    ("createdAt", "time", BY_FORMAT),
    ("text", "text", BY_FORMAT),
    ("reply: parent", "parent_id, and the target of a reply", BY_FORMAT),
    ("subject", "the message reposted or liked, the account followed", BY_FORMAT),
    ("facets: mention", "targets of mentions", BY_FORMAT),
]


def recognises(peek: Peek) -> bool:
    """Whether each file is a repository, or JSON that soon names a record of Bluesky."""
    return all(map(_is, peek.files))


def read(source: Source, options: Options) -> Export:
    """The acts in all files that hold records.

    Raises
    ------
    DataError
        if a file is not complete.
    """
    acts = parse(entry for file in source.files for entry in _entries(file))
    acts.needed(source.label)
    return of_acts(acts, source, NAME, _UNDERSTOOD)


def _is(file: File) -> bool:
    return is_car(file.head) or (is_json(file) and _NAMED.search(file.text) is not None)


def _entries(file: File) -> Iterator[tuple[str, int, object]]:
    """The records of a file, each with its number: a repository's, a list's, or its lines."""
    number = 0
    if is_car(file.head):
        for number, (uri, value) in enumerate(records(content(file), file.name), start=1):
            yield file.name, number, {"uri": uri, "value": value}
        return
    for _, document in values(file):
        listed = document
        for name in ("records", "feed", "posts"):
            if isinstance(document, Mapping) and isinstance(document.get(name), list):
                listed = document[name]
        for entry in listed if isinstance(listed, list) and listed else [listed]:
            number += 1
            yield file.name, number, entry


def parse(listed: Iterable[tuple[str, int, object]]) -> Acts:
    """The acts in records, each with its file and its place in it, from 1."""
    acts = Acts()
    nameless = 0
    for file, row, entry in listed:
        if _repeated(acts, file, row, entry):
            continue
        found = _record(entry)
        if found is None:
            remedy = "export the records again"
            acts.reject(file, row, "", _kind(entry), f"entry {row} is no record", remedy)
            continue
        address, record, handle = found
        who, collection, key = _parts(address, record, file)
        if collection not in _READ:
            problem = f"{collection or 'this entry'} is no message, repost, like or follow"
            acts.reject(file, row, "$type", collection, problem, "nothing to do")
            continue
        nameless += not who
        author = who or OWNER
        if handle:
            acts.labels.setdefault(author, handle)
        own = address or f"at://{author}/{collection}/{key or row}"
        _act(acts, file, row, collection, own, author, record)
    if nameless:
        acts.notes.append(
            f"Records that do not say whose they are, put down to '{OWNER}': {nameless:,}."
        )
    return acts


def _repeated(acts: Acts, file: str, row: int, entry: object) -> bool:
    """Adds an entry of a feed that is there because somebody reposted it, if it is one."""
    if not isinstance(entry, Mapping):
        return False
    reason, post = _inner(entry, "reason"), _inner(entry, "post")
    by, writer = _inner(reason, "by"), _inner(post, "author")
    if not text(by.get("did")) or not text(post.get("uri")):
        return False
    for one in (by, writer):
        acts.labels.setdefault(text(one.get("did")), text(one.get("handle")))
    acts.act(
        file,
        row,
        "retweet",
        id_=f"{text(post['uri'])}/repost/{text(by['did'])}",
        author=by["did"],
        time=reason.get("indexedAt"),
        parent=post["uri"],
        target=writer.get("did"),
    )
    return True


def _act(
    acts: Acts,
    file: str,
    row: int,
    collection: str,
    own: str,
    author: str,
    record: Mapping[str, Any],
) -> None:
    time = record.get("createdAt")
    if collection == _FOLLOW:
        target = text(record.get("subject"))
        acts.act(file, row, "follow", id_=own, author=author, time=time, target=target)
    elif collection == _POST:
        parent = _subject(_inner(record, "reply").get("parent"))
        acts.act(
            file,
            row,
            "reply" if parent else "tweet",
            id_=own,
            author=author,
            time=time,
            parent=parent,
            target=_owner(parent),
            said=record.get("text"),
            mentioned=_mentioned(record.get("facets")),
        )
    else:
        subject = _subject(record.get("subject"))
        kind = "retweet" if collection == _REPOST else "like"
        target = _owner(subject)
        acts.act(file, row, kind, id_=own, author=author, time=time, parent=subject, target=target)


def _record(entry: object) -> tuple[str, Mapping[str, Any], str] | None:
    """Address (empty if not given), record and handle of an entry, if it is one."""
    if not isinstance(entry, Mapping):
        return None
    if isinstance(entry.get("post"), Mapping):
        return _record(entry["post"]) if "post" not in entry["post"] else None
    for inner in ("value", "record"):
        if isinstance(entry.get(inner), Mapping):
            author = _inner(entry, "author")
            return text(entry.get("uri")), entry[inner], text(author.get("handle"))
    commit = entry.get("commit")
    if isinstance(commit, Mapping):
        record = commit.get("record")
        if not isinstance(record, Mapping):
            return None
        where = (text(entry.get("did")), text(commit.get("collection")), text(commit.get("rkey")))
        return f"at://{'/'.join(where)}", record, ""
    return (text(entry.get("uri")), entry, "") if text(entry.get("$type")) else None


def _parts(address: str, record: Mapping[str, Any], file: str) -> tuple[str, str, str]:
    """Account, collection and key of a record: from its address, its file, or itself."""
    found = _ADDRESS.fullmatch(address)
    placed = _FILE.search(file)
    who = (found[1] if found else "") or (placed[1] if placed else "") or ""
    collection = (found[2] if found else "") or text(record.get("$type"))
    key = (found[3] if found else "") or (placed[3] if placed else "") or ""
    return who, collection or (placed[2] if placed else ""), key


def _inner(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = holder.get(name)
    return inner if isinstance(inner, Mapping) else {}


def _subject(reference: object) -> str:
    return text(reference.get("uri")) if isinstance(reference, Mapping) else ""


def _owner(address: str) -> str:
    found = _ADDRESS.fullmatch(address)
    return found[1] if found else ""


def _mentioned(facets: object) -> list[str]:
    """The accounts that the text links to; a name that is merely typed is no mention."""
    found = []
    for facet in facets if isinstance(facets, list) else []:
        features = facet.get("features") if isinstance(facet, Mapping) else None
        for feature in features if isinstance(features, list) else []:
            if isinstance(feature, Mapping) and text(feature.get("$type")).endswith("#mention"):
                found.append(text(feature.get("did")))
    return found


def _kind(entry: object) -> str:
    if isinstance(entry, Mapping):
        return ", ".join(map(str, list(entry)[:5]))
    return text(entry)
