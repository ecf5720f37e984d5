"""An account's own archive: X, Mastodon, Bluesky."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from casebook import networks, readers
from casebook.errors import DataError
from casebook.readers.acts import moment
from casebook.readers.base import Export

HOSTILE = "<img src=x onerror=alert(1)> =cmd()\u202e"


class Room:
    """A folder of its own, and the reading of what is put there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def read(self, *files: tuple[str, str]) -> Export:
        return counted(readers.read([self.put(*file) for file in files]))

    def zip(self, *files: tuple[str, str | bytes]) -> Path:
        path = self.folder / "archive.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files:
                archive.writestr(name, content)
        return path


def counted(export: Export) -> Export:
    """The export, if it is a conversation and no row is lost."""
    assert export.kind == "conversation"
    assert export.rows_in == export.rows_used + len(export.rejects)
    kinds = export.conversation.messages["kind"]
    assert export.rows_used == (kinds != "mention").sum()
    return export


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def acts(export: Export) -> list[tuple[str, ...]]:
    """Messages as kind, author, target, parent."""
    messages = export.conversation.messages
    return list(messages[["kind", "author", "target", "parent_id"]].itertuples(False, None))


def labels(export: Export) -> dict[str, str]:
    actors = export.conversation.actors
    return dict(zip(actors["actor"], actors["label"], strict=True))


# --- X --------------------------------------------------------------------------------------------


def tweet(id_: int, said: str, *mentioned: str, **more: Any) -> dict[str, Any]:
    """A tweet as the archive has it."""
    names = [{"screen_name": name, "id_str": "1"} for name in mentioned]
    return {
        "id_str": str(id_),
        "created_at": "Sat Mar 01 23:30:00 +0100 2014",
        "full_text": said,
        "entities": {"user_mentions": names, "hashtags": []},
        **more,
    }


def script(entries: list[Any], part: str = "tweets", number: int = 0) -> str:
    return f"window.YTD.{part}.part{number} = {json.dumps(entries, indent=2)}"


ACCOUNT = script([{"account": {"username": "Gemeente", "accountId": "7"}}], "account")
TWEETS = [
    {"tweet": tweet(1, "Hallo @Piet &amp; @KLAAS", "Piet", "Klaas", "piet")},
    {"tweet": tweet(2, "RT @Piet: hoi @jan", "Piet", "jan")},
    {
        "tweet": tweet(
            3,
            "@piet ja @Jan",
            "Piet",
            "Jan",
            in_reply_to_screen_name="Piet",
            in_reply_to_status_id_str="99",
        )
    },
    {
        "tweet": tweet(
            4, "vervolg", in_reply_to_status_id_str="1", in_reply_to_screen_name="gemeente"
        )
    },
    {"tweet": tweet(5, "dit RT @Piet: was geen retweet", "Piet")},
]
WANTED = [
    ("tweet", "gemeente", "", ""),
    ("mention", "gemeente", "piet", "1"),
    ("mention", "gemeente", "klaas", "1"),
    ("retweet", "gemeente", "piet", ""),
    ("reply", "gemeente", "piet", ""),
    ("mention", "gemeente", "jan", "3"),
    ("reply", "gemeente", "gemeente", "1"),
    ("tweet", "gemeente", "", ""),
    ("mention", "gemeente", "piet", "5"),
]


def test_x_archive_in_a_zip(room: Room) -> None:
    path = room.zip(
        ("Your archive.html", "<html></html>"),
        ("data/account.js", ACCOUNT),
        ("data/like.js", script([{"like": {"tweetId": "1"}}], "like")),
        ("data/tweets.js", script(TWEETS[:3])),
        ("data/tweets-part1.js", script(TWEETS[3:], number=1)),
        ("data/direct-messages.js", script([], "direct_messages")),
        ("data/tweets_media/1.jpg", b"\xff\xd8\xff"),
    )
    export = counted(readers.read([path]))
    assert sorted(acts(export)) == sorted(WANTED)
    messages = export.conversation.messages.set_index("message_id")
    assert messages.loc["1", "time"] == pd.Timestamp("2014-03-01T22:30Z")
    assert messages.loc["1", "text"] == "Hallo @Piet & @KLAAS"
    assert messages.loc["3", "answers"] == "99"
    assert labels(export)["klaas"] == "Klaas"
    assert labels(export)["gemeente"] == "Gemeente"
    assert any("not in the archive" in note and note.endswith(": 1.") for note in export.notes)
    graph = networks.mentions(export.conversation)
    assert graph["gemeente"]["piet"] == {"weight": 4, "retweet": 1, "mention": 2, "reply": 1}
    assert graph.nodes["gemeente"]["messages"] == 5


@pytest.mark.parametrize("part", ["tweet", "tweets"])
@pytest.mark.parametrize("wrapped", [True, False])
def test_x_archive_as_single_files(room: Room, part: str, wrapped: bool) -> None:
    entries = TWEETS if wrapped else [entry["tweet"] for entry in TWEETS]
    files = (f"{part}.js", "\ufeff" + script(entries, part) + ";\n"), ("account.js", ACCOUNT)
    assert acts(room.read(*files)) == WANTED
    alone = room.read(("whatever.txt", script(entries, part)))
    assert set(alone.conversation.messages["author"]) == {"(owner of the archive)"}
    assert any("data/account.js" in note for note in alone.notes)


def test_x_archive_of_before_2019(room: Room) -> None:
    old = tweet(8, "RT @Piet: lang ge...", user={"screen_name": "Gemeente"})
    old["text"] = old.pop("full_text")
    old["created_at"] = "2014-03-01 22:30:00 +0000"
    first = {"id_str": "6", "user": {"screen_name": "Piet"}, "text": "lang geleden"}
    old["retweeted_status"] = first
    given = f"Grailbird.data.tweets_2014_03 = \n {json.dumps([old])}"
    room.put("archive/data/js/tweets/2014_03.js", given)
    export = counted(readers.read([room.folder / "archive"]))
    assert acts(export) == [("retweet", "gemeente", "piet", "")]
    assert list(export.conversation.messages["answers"]) == ["6"]


def test_x_archive_turns_down_what_is_no_tweet(room: Room) -> None:
    wrong = [
        5,
        {"tweet": tweet(1, "again")},
        {"tweet": tweet(6, "when", created_at="yesterday")},
        {"tweet": {**tweet(7, "who"), "id_str": None}},
        {"tweet": {"id_str": "9", "created_at": "Sat Mar 01 23:30:00 +0100 2014", "entities": 3}},
    ]
    export = room.read(("tweets.js", script(TWEETS[:1] + wrong)))
    assert list(export.rejects["row"]) == [2, 3, 4, 5]
    assert list(export.rejects["column"]) == ["tweet", "id", "time", "id"]
    assert any("do not list whom they mention: 1." in note for note in export.notes)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("tweets.js", script(TWEETS)[:-40], "tweets.js, row "),
        ("tweets.js", "window.YTD.tweets.part0 = {}", "does not set a list"),
        ("tweets.js", "window.YTD.tweets.part0 = " + "[" * 100_000, "nested too deep"),
        ("like.js", script([], "like"), "without tweets"),
        ("tweets.js", script([]), "no message in it"),
        ("tweets.js", script([{"tweet": {}}]), "row 1: it has no id"),
    ],
)
def test_x_archive_that_is_not_whole_is_refused(
    room: Room, name: str, given: str, said: str
) -> None:
    with pytest.raises(DataError, match=said):
        readers.read([room.put(name, given)])


# --- Mastodon -------------------------------------------------------------------------------------

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ME = "https://sociaal.nl/users/gemeente"


def toot(number: int, content: str, to: str = PUBLIC, **more: Any) -> dict[str, Any]:
    """A message as the outbox has it."""
    address = f"{ME}/statuses/{number}"
    return {
        "id": f"{address}/activity",
        "type": "Create",
        "actor": ME,
        "published": "2024-03-01T22:30:00Z",
        "to": [to],
        "cc": [],
        "object": {"id": address, "type": "Note", "content": content, "to": [to], **more},
    }


def boost(number: int, what: Any) -> dict[str, Any]:
    return {**toot(number, ""), "type": "Announce", "object": what}


def names(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"type": "Mention", "href": href, "name": name} for href, name in pairs]


def outbox(*items: Any) -> str:
    head = {"@context": "https://www.w3.org/ns/activitystreams", "id": "outbox.json"}
    kind = {"type": "OrderedCollection", "totalItems": len(items)}
    return json.dumps({**head, **kind, "orderedItems": list(items)})


ITEMS = (
    toot(
        1,
        "<p>Dag <span>@piet</span> &amp; co</p><p>tot<br>straks</p>",
        tag=[
            *names(("https://ergens.org/users/Piet", "@Piet@piet.org"), ("", "@buur@sociaal.nl")),
            {"type": "Hashtag", "name": "#nl"},
        ],
    ),
    boost(2, "https://ergens.org/users/Piet/statuses/44"),
    boost(3, "https://sociaal.nl/@buur/7"),
    boost(4, "https://elders.org/objects/1-2-3"),
    toot(5, "ja", inReplyTo="https://sociaal.nl/users/buur/statuses/8"),
    toot(6, "vervolg", inReplyTo=f"{ME}/statuses/1"),
    toot(7, "geheim", to="https://sociaal.nl/users/buur"),
    toot(8, "voor volgers", to=f"{ME}/followers"),
    {"id": "9", "type": "Delete", "actor": ME},
    toot(1, "nog eens"),
)
TOOTS = [
    ("tweet", "gemeente@sociaal.nl", "", ""),
    ("mention", "gemeente@sociaal.nl", "piet@piet.org", f"{ME}/statuses/1"),
    ("mention", "gemeente@sociaal.nl", "buur@sociaal.nl", f"{ME}/statuses/1"),
    ("retweet", "gemeente@sociaal.nl", "piet@piet.org", ""),
    ("retweet", "gemeente@sociaal.nl", "buur@sociaal.nl", ""),
    ("retweet", "gemeente@sociaal.nl", "", ""),
    ("reply", "gemeente@sociaal.nl", "buur@sociaal.nl", ""),
    ("reply", "gemeente@sociaal.nl", "gemeente@sociaal.nl", f"{ME}/statuses/1"),
    ("tweet", "gemeente@sociaal.nl", "", ""),
]
FOLLOWING = (
    "Account address,Show boosts,Notify on new posts,Languages\n"
    "Piet@piet.org,true,false,\n,true,false,\nbuur@sociaal.nl,true,false,\n"
)


def test_mastodon_outbox(room: Room) -> None:
    export = room.read(("outbox.json", outbox(*ITEMS)))
    assert acts(export) == TOOTS
    assert export.conversation.messages["text"][0] == "Dag @piet & co\ntot\nstraks"
    assert list(export.rejects["row"]) == [7, 9, 10]
    assert export.rejects["problem"][0] == "a message to named people only is private"
    assert "geheim" not in export.rejects.to_string()
    assert export.conversation.messages["answers"][3].endswith("/statuses/44")


@pytest.mark.parametrize("form", ["zip", "tar.gz", "folder", "files"])
def test_mastodon_archive_with_whom_the_account_follows(room: Room, form: str) -> None:
    files = {
        "actor.json": json.dumps({"@context": [PUBLIC[:-7]], "id": ME, "type": "Person"}),
        "likes.json": outbox("https://ergens.org/users/Piet/statuses/1"),
        "media_attachments/1.png": "\x89PNG",
        "outbox.json": outbox(*ITEMS),
    }
    following = room.put("following_accounts.csv", FOLLOWING)
    if form == "zip":
        given = [room.zip(*files.items())]
    elif form == "tar.gz":
        given = [room.folder / "archive-1.tar.gz"]
        with tarfile.open(given[0], "w:gz") as archive:
            for name, content in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(content.encode())
                archive.addfile(info, io.BytesIO(content.encode()))
    else:
        paths = [room.put(f"unpacked/{name}", content) for name, content in files.items()]
        given = [room.folder / "unpacked"]
        if form == "files":
            given = [path for path in paths if path.suffix == ".json"]
    export = counted(readers.read([*given, following]))
    follows = [
        ("follow", "gemeente@sociaal.nl", "piet@piet.org", ""),
        ("follow", "gemeente@sociaal.nl", "buur@sociaal.nl", ""),
    ]
    assert acts(export) == TOOTS + follows
    assert list(export.rejects["row"]) == [7, 9, 10, 3]
    assert export.conversation.messages["time"].isna().sum() == 2


def test_mastodon_following_alone(room: Room) -> None:
    export = room.read(("list.csv", FOLLOWING))
    assert set(export.conversation.messages["author"]) == {"(owner of the archive)"}
    assert any("does not say whose it is" in note for note in export.notes)


def test_mastodon_outbox_that_is_odd(room: Room) -> None:
    odd = (
        {**toot(1, "x"), "object": "https://sociaal.nl/1"},
        {**toot(2, "x"), "published": None},
        {**toot(3, "x"), "actor": 5},
        toot(4, HOSTILE, tag=names(("http://[", "@a"), ("", "")), inReplyTo="http://["),
        7,
    )
    export = room.read(("outbox.json", outbox(*odd)))
    assert list(export.rejects["row"]) == [1, 2, 5]
    with pytest.raises(DataError, match="not complete JSON"):
        readers.read([room.put("outbox.json", outbox(*ITEMS)[:-30])])


# --- Bluesky --------------------------------------------------------------------------------------

DID, OTHER = "did:plc:gemeente", "did:plc:piet"


def address(key: str, who: str = DID, collection: str = "app.bsky.feed.post") -> str:
    return f"at://{who}/{collection}/{key}"


def record(kind: str, **more: Any) -> dict[str, Any]:
    return {"$type": f"app.bsky.{kind}", "createdAt": "2024-03-01T22:30:00.123Z", **more}


def mentioning(*dids: str) -> list[dict[str, Any]]:
    features = [{"$type": "app.bsky.richtext.facet#mention", "did": did} for did in dids]
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org"}
    return [{"index": {}, "features": [one]} for one in [*features, link]]


def below(uri: str) -> dict[str, Any]:
    return {"root": {"uri": uri, "cid": "x"}, "parent": {"uri": uri, "cid": "x"}}


RECORDS = [
    (
        "feed.post",
        "1",
        record("feed.post", text="Dag @piet", facets=mentioning(OTHER, "did:plc:c")),
    ),
    ("feed.post", "2", record("feed.post", text="ja", reply=below(address("9", OTHER)))),
    ("feed.post", "3", record("feed.post", text="vervolg", reply=below(address("1")))),
    ("feed.repost", "4", record("feed.repost", subject={"uri": address("9", OTHER), "cid": "x"})),
    ("feed.like", "5", record("feed.like", subject={"uri": address("1"), "cid": "x"})),
    ("feed.like", "6", record("feed.like", subject={"uri": address("9", OTHER), "cid": "x"})),
    ("graph.follow", "7", record("graph.follow", subject=OTHER)),
    ("graph.block", "8", record("graph.block", subject=OTHER)),
    ("actor.profile", "self", record("actor.profile", displayName="Gemeente")),
]
SKIES = [
    ("tweet", DID, "", ""),
    ("mention", DID, OTHER, address("1")),
    ("mention", DID, "did:plc:c", address("1")),
    ("reply", DID, OTHER, ""),
    ("reply", DID, DID, address("1")),
    ("retweet", DID, OTHER, ""),
    ("like", DID, DID, address("1")),
    ("follow", DID, OTHER, ""),
]


def listed() -> list[dict[str, Any]]:
    """As com.atproto.repo.listRecords gives them."""
    return [
        {"uri": address(key, collection=f"app.bsky.{kind}"), "cid": "x", "value": value}
        for kind, key, value in RECORDS
    ]


def events() -> list[dict[str, Any]]:
    """As the stream gives them."""
    return [
        {
            "did": DID,
            "time_us": 1,
            "kind": "commit",
            "commit": {
                "operation": "create",
                "collection": f"app.bsky.{kind}",
                "rkey": key,
                "record": value,
            },
        }
        for kind, key, value in RECORDS
    ]


@pytest.mark.parametrize("form", ["object", "list", "lines", "events"])
def test_bluesky_records(room: Room, form: str) -> None:
    given = {
        "object": lambda: json.dumps({"cursor": "x", "records": listed()}),
        "list": lambda: json.dumps(listed(), indent=1),
        "lines": lambda: "\n".join(map(json.dumps, listed())) + "\n",
        "events": lambda: "\n".join(map(json.dumps, events())),
    }[form]()
    export = room.read(("records", given))
    assert acts(export) == SKIES
    assert list(export.rejects["row"]) == [8, 9, 6]
    assert list(export.rejects["problem"])[2] == "the liked message is not in the archive"
    assert export.conversation.messages["time"][0] == pd.Timestamp("2024-03-01T22:30:00.123Z")


def test_bluesky_repository_unpacked(room: Room) -> None:
    for kind, key, value in RECORDS:
        room.put(f"repo/{DID}/app.bsky.{kind}/{key}.json", json.dumps(value))
    export = counted(readers.read([room.folder / "repo"]))
    assert sorted(acts(export)) == sorted(SKIES)
    assert len(export.rejects) == 3


def cbor(value: Any) -> bytes:
    """A value as DAG-CBOR."""
    if isinstance(value, Link):
        return b"\xd8\x2a" + cbor(b"\0" + value.address)
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, int):
        return sized(0, value) if value >= 0 else sized(1, -1 - value)
    if isinstance(value, bytes):
        return sized(2, len(value)) + value
    if isinstance(value, str):
        return sized(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return sized(4, len(value)) + b"".join(map(cbor, value))
    pairs = (cbor(key) + cbor(one) for key, one in value.items())
    return sized(5, len(value)) + b"".join(pairs)


def sized(major: int, size: int) -> bytes:
    if size < 24:
        return bytes([major << 5 | size])
    if size < 256:
        return bytes([major << 5 | 24, size])
    return bytes([major << 5 | 27]) + size.to_bytes(8, "big")


class Link:
    """The address of a block: CID 1, DAG-CBOR, SHA-256."""

    def __init__(self, block: bytes) -> None:
        self.address = b"\x01\x71\x12\x20" + hashlib.sha256(block).digest()


def varint(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


def car(without: int | None = None) -> bytes:
    """The records as a repository, its tree in two layers; perhaps without one of them."""
    blocks: list[bytes] = []

    def put(value: Any) -> Link:
        blocks.append(cbor(value))
        return Link(blocks[-1])

    pairs = sorted((f"app.bsky.{kind}/{key}".encode(), put(one)) for kind, key, one in RECORDS)

    def node(part: list[tuple[bytes, Link]], left: Any = None, right: Any = None) -> Link:
        entries, last = [], b""
        for key, link in part:
            same = next((n for n in range(len(last)) if last[n] != key[n]), len(last))
            entries.append({"k": key[same:], "p": same, "t": None, "v": link})
            last = key
        if right:
            entries[-1]["t"] = right
        return put({"e": entries, "l": left})

    top = node(pairs[3:5], node(pairs[:3]), node(pairs[5:]))
    commit = put(
        {"did": DID, "rev": "3k", "sig": b"x" * 64, "data": top, "prev": None, "version": 3}
    )
    head = cbor({"roots": [commit], "version": 1})
    kept = [block for at, block in enumerate(blocks) if at != without]
    parts = [Link(block).address + block for block in kept]
    return b"".join(varint(len(part)) + part for part in [head, *parts])


def test_bluesky_repository_as_downloaded(room: Room) -> None:
    path = room.put("repo.car", car())
    export = counted(readers.read([path]))
    assert sorted(acts(export)) == sorted(SKIES)
    assert len(export.rejects) == 3
    assert export.rows_in == len(RECORDS)


def test_bluesky_repository_that_is_not_whole(room: Room) -> None:
    whole = car()
    for length in (20, 60, 200, len(whole) - 10):
        with pytest.raises(DataError, match="no whole repository"):
            readers.read([room.put("repo.car", whole[:length])])
    export = counted(readers.read([room.put("repo.car", car(without=0))]))
    assert export.rows_in == len(RECORDS)
    assert "entry 4 is no record" in list(export.rejects["problem"])


def test_bluesky_feed(room: Room) -> None:
    author, other = {"did": DID, "handle": "gem.nl"}, {"did": OTHER, "handle": HOSTILE}
    post = {"uri": address("1"), "author": author, "record": RECORDS[0][2]}
    theirs = {"uri": address("9", OTHER), "author": other, "record": record("feed.post", text="x")}
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": author}
    feed = [
        {"post": post},
        {"post": theirs, "reason": {**reason, "indexedAt": "2024-03-02T00:00:00Z"}},
        {"post": theirs},
    ]
    export = room.read(("feed.json", json.dumps({"feed": feed})))
    assert acts(export) == [
        *SKIES[:3],
        ("retweet", DID, OTHER, address("9", OTHER)),
        ("tweet", OTHER, "", ""),
    ]
    assert (labels(export)[DID], labels(export)[OTHER]) == ("gem.nl", HOSTILE)


def test_bluesky_records_that_are_odd(room: Room) -> None:
    odd = [
        record("feed.post", text="whose"),
        record("feed.post", text=HOSTILE, facets=[5, {"features": [None, {"$type": 3}]}], reply=4),
        record("feed.repost", subject=7),
        record("feed.post", text="when") | {"createdAt": "2024-03-01T22:30:00"},
        {"post": {"post": {}}},
        {"did": DID, "kind": "identity"},
        [],
    ]
    given = "\n".join([*map(json.dumps, odd), '{"half": '])
    export = room.read(("records.ndjson", given))
    assert len(export.conversation.messages) == 3
    assert list(export.rejects["row"]) == [4, 5, 6, 7, 8]
    assert any(note.endswith("'(owner of the records)': 4.") for note in export.notes)


# --- times, circles -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Sat Mar 01 23:30:00 +0100 2014", "2014-03-01T22:30:00+00:00"),
        ("2014-03-01T22:30:00Z", "2014-03-01T22:30:00+00:00"),
        ("2014-03-01 22:30:00 +0000", "2014-03-01T22:30:00+00:00"),
        ("2014-03-01T22:30:00.1234567+02:00", "2014-03-01T20:30:00.123456+00:00"),
    ],
)
def test_moments(said: str, wanted: str) -> None:
    found = moment(said)
    assert found is not None
    assert found.isoformat() == wanted


NEVER = ("", "now", "2014-03-01", "2014-03-01T22:30", "2014-02-30T22:30Z", None, 5, [])
NEVER += ("0001-01-01T00:00+23:59", "Sat Xxx 01 23:30:00 +0100 2014", "2014-03-01T99:30Z")


@pytest.mark.parametrize("said", NEVER)
def test_no_moments(said: object) -> None:
    assert moment(said) is None


def test_answers_in_a_circle(room: Room) -> None:
    entries = [
        tweet(1, "a", in_reply_to_status_id_str="2", in_reply_to_screen_name="x"),
        tweet(2, "b", in_reply_to_status_id_str="1", in_reply_to_screen_name="x"),
        tweet(3, "c", in_reply_to_status_id_str="2", in_reply_to_screen_name="x"),
        tweet(4, "d", in_reply_to_status_id_str="4", in_reply_to_screen_name="x"),
    ]
    export = room.read(("tweets.js", script(entries)))
    assert list(export.conversation.messages["parent_id"]) == ["", "", "2", ""]
    assert any("in a circle, their parents left empty: 3." in note for note in export.notes)
