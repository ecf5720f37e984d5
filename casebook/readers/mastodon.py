"""The archive that Mastodon gives an account holder, and its list of accounts followed.

``outbox.json`` holds all that the account wrote or boosted, as ActivityPub has it. A boost is known
by the address of the message only; who wrote that is read from the address where it says so
(``https://host/users/name/...`` or ``https://host/@name/...``). Messages to named people only are
private and are turned down.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from casebook.errors import DataError
from casebook.readers.acts import Acts
from casebook.readers.base import BY_FORMAT, Export, Options, Peek, of_acts
from casebook.readers.documents import document, is_json
from casebook.readers.sources import File, Source
from casebook.readers.text import rows, separator
from casebook.readers.ties import text

NAME = "Mastodon archive"

#: Who acts where no archive says it: one account, whatever its name.
OWNER = "(owner of the archive)"

_ACTOR = re.compile(r"(^|/)actor\.json$")
# The lists of likes and bookmarks hold addresses, an outbox objects.
_OUTBOX = re.compile(r'"orderedItems"\s*:\s*\[\s*[{\]]')
_FOLLOWING = "account address"
_UNDERSTOOD = [
    ("id", "message_id", BY_FORMAT),
    ("actor", "author", BY_FORMAT),
    ("published", "time", BY_FORMAT),
    ("content", "text", BY_FORMAT),
    ("inReplyTo", "parent_id, and the target of a reply", BY_FORMAT),
    ("object of an Announce", "the boosted message and its author", BY_FORMAT),
    ("tag of type Mention", "targets of mentions", BY_FORMAT),
]
_FOLLOWED = [("Account address", "target of a follow", BY_FORMAT)]
_PUBLIC = ("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public")
_PERSON = re.compile(r"/(?:users/|@)([^/@]+)(@[^/]+)?(?:/|$)")


class _Plain(HTMLParser):
    """The words of a message without their markup."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("br", "p"):
            self.words.append("\n")


def plain(content: object) -> str:
    """A message as the account holder reads it, without markup."""
    parser = _Plain()
    parser.feed(text(content))
    parser.close()
    return "".join(parser.words).strip()


def recognises(peek: Peek) -> bool:
    """Whether files given by name are parts of an archive, or an archive holds an outbox."""
    core = any(_outbox(file) or _following(file) for file in peek.files)
    return core and (not peek.given or all(map(_part, peek.files)))


def read(source: Source, options: Options) -> Export:
    """The acts of the outbox, and the follows of the lists of accounts followed.

    Raises
    ------
    DataError
        if a file is not complete.
    """
    acts = Acts()
    owner, actor = "", None
    outboxes = [file for file in source.files if _outbox(file)]
    for file in source.files if outboxes else ():
        if _ACTOR.search(file.name):
            actor = document(file)
    for file in outboxes:
        owner = parse(acts, document(file), file.name, actor) or owner
    lists = [file for file in source.files if not _outbox(file) and _following(file)]
    for file in lists:
        follows(acts, file, owner)
    acts.needed(source.label)
    return of_acts(acts, source, NAME, _UNDERSTOOD * bool(outboxes) + _FOLLOWED * bool(lists))


def parse(acts: Acts, outbox: object, file: str, actor: object = None) -> str:
    """Adds the acts of an outbox; rows are places in its list, from 1. Gives whose it is.

    Raises
    ------
    DataError
        if it has no list ``orderedItems``.
    """
    items = outbox.get("orderedItems") if isinstance(outbox, Mapping) else None
    if not isinstance(items, list):
        problem = "it has no list 'orderedItems'"
        raise DataError(file, problem, "give outbox.json from the archive of the account")
    people = _people(items)
    owner = _known(people, actor.get("id")) if isinstance(actor, Mapping) else ""
    said = [item.get("actor") for item in items if isinstance(item, Mapping)]
    owner = owner or next((who for who in (_known(people, one) for one in said) if who), "")
    for row, item in enumerate(items, start=1):
        if isinstance(item, Mapping) and item.get("type") in ("Create", "Announce"):
            _item(acts, file, row, item, people, owner)
        else:
            what = item.get("type") if isinstance(item, Mapping) else item
            problem = f"entry {row} is neither a message nor a boost"
            acts.reject(file, row, "type", what, problem, "nothing to do: it is no message")
    return owner


def follows(acts: Acts, file: File, owner: str) -> None:
    """Adds the accounts followed, as listed; times of follows are not exported."""
    for row, cells in list(rows(file, separator(file)))[1:]:
        name = text(cells[0]).lstrip("@").casefold()
        acts.act(file.name, row, "follow", id_=f"follow/{name}", author=owner or OWNER, target=name)
    if not owner:
        acts.notes.append(f"The list does not say whose it is: the follower is called '{OWNER}'.")


def _outbox(file: File) -> bool:
    return _named(file, "json") and is_json(file) and _OUTBOX.search(file.text) is not None


def _following(file: File) -> bool:
    start = file.text[:100] if _named(file, "csv") else ""
    return start.lstrip('\ufeff "').casefold().startswith(_FOLLOWING)


def _part(file: File) -> bool:
    collection = is_json(file) and "https://www.w3.org/ns/activitystreams" in file.text
    return collection or _outbox(file) or _following(file)


def _named(file: File, ending: str) -> bool:
    # In an archive, pictures need not be opened.
    return file.name.endswith(f".{ending}") or "/" not in file.name


def _item(
    acts: Acts,
    file: str,
    row: int,
    item: Mapping[str, Any],
    people: Mapping[str, str],
    owner: str,
) -> None:
    note = item.get("object")
    author = _known(people, item.get("actor")) or owner
    if item["type"] == "Announce":
        repeated = text(note.get("id") if isinstance(note, Mapping) else note)
        acts.act(
            file,
            row,
            "retweet",
            id_=item.get("id"),
            author=author,
            time=item.get("published"),
            parent=repeated,
            target=_known(people, repeated),
        )
        return
    if not isinstance(note, Mapping):
        problem = f"entry {row} has no message, only its address"
        acts.reject(file, row, "object", note, problem, "export the archive again")
        return
    mentioned = [_mention(tag, people) for tag in _tags(note)]
    if not _open(item, note):
        problem = "a message to named people only is private"
        acts.reject(file, row, "to", "", problem, "nothing to do: it is left out on purpose")
        return
    answered = text(note.get("inReplyTo"))
    acts.act(
        file,
        row,
        "reply" if answered else "tweet",
        id_=note.get("id") or item.get("id"),
        author=author,
        time=item.get("published") or note.get("published"),
        parent=answered,
        target=_known(people, answered),
        said=plain(note.get("content")),
        mentioned=mentioned,
    )


def _open(item: Mapping[str, Any], note: Mapping[str, Any]) -> bool:
    """Whether a message goes to the public or to all followers."""
    to = [
        text(one)
        for holder in (item, note)
        for field in ("to", "cc")
        for one in _list(holder.get(field))
    ]
    return not to or any(one in _PUBLIC or one.endswith("/followers") for one in to)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _tags(note: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    tags = [tag for tag in _list(note.get("tag")) if isinstance(tag, Mapping)]
    return [tag for tag in tags if tag.get("type") == "Mention"]


def _people(items: Iterable[Any]) -> dict[str, str]:
    """Accounts by address, from the mentions that give both: a host may serve another's names."""
    people: dict[str, str] = {}
    for item in items:
        note = item.get("object") if isinstance(item, Mapping) else None
        for tag in _tags(note) if isinstance(note, Mapping) else []:
            name = text(tag.get("name")).lstrip("@").casefold()
            if "@" in name:
                people.setdefault(text(tag.get("href")), name)
    return people


def _mention(tag: Mapping[str, Any], people: Mapping[str, str]) -> str:
    name = text(tag.get("name")).lstrip("@").casefold()
    return name if "@" in name else _known(people, tag.get("href")) or name


def _known(people: Mapping[str, str], address: object) -> str:
    """``name@host`` of the person whom an address, of an account or a message, belongs to."""
    said = text(address)
    try:
        parts = urlsplit(said)
    except ValueError:
        return ""
    found = _PERSON.match(parts.path)
    if not found or not parts.netloc:
        return ""
    account = f"{parts.scheme}://{parts.netloc}{parts.path[: found.end(1)]}"
    home = found[2] or f"@{parts.netloc}"
    return people.get(account) or f"{found[1]}{home}".casefold()
