"""Small exports of each tabular format, made here, for the tests of their readers."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import openpyxl

PLAIN = (
    "Bericht-id;Auteur;Datum;Bericht;Reactie op\n"
    "1;Gemeente;25-03-2014 09:00;Wat vindt u van het plan?;\n"
    "2;Anna;25-03-2014 09:30;Goed plan;1\n"
    "3;Bert;26-03-2014 20:15;Slecht plan, @Anna;1\n"
    "4;Gemeente;27-03-2014 10:00;Dank;3\n"
)

FOURCAT_TWEETS = (
    "id,thread_id,timestamp,unix_timestamp,author,author_fullname,body,is_retweet,retweeted_user,"
    "is_reply,replied_user,mentions,like_count\n"
    "10,10,2014-03-01 12:00:00,1393675200,Gemeente,De Gemeente,Hoe is het? @anna,no,,no,,anna,7\n"
    "11,10,2014-03-01 12:05:00,1393675500,anna,Anna A,@Gemeente goed,no,,yes,gemeente,gemeente,0\n"
    "12,12,2014-03-01 12:06:00,1393675560,Bert,Bert B,RT @Gemeente: Hoe is het?,yes,Gemeente,no,,"
    '"gemeente,anna",0\n'
    "13,13,2022-01-01 00:00:00,1640995200,UNKNOWN,UNKNOWN,,no,,no,,,0\n"
)
FOURCAT_FORUM = (
    "id,thread_id,timestamp,author,body,parent,score\n"
    't3a,t3a,2014-03-01 12:00:00,anna,"een, twee",,12\n'
    "c1,t3a,2014-03-01 12:05:00,bert,drie,t3_t3a,3\n"
    "c2,t3a,2014-03-01 12:06:00,anna,vier,t1_c1,1\n"
    "c3,t3a,2014-03-01 12:07:00,[deleted],,t1_c1,1\n"
)

FACEPAGER = (
    '"level";"id";"parent_id";"object_id";"object_type";"query_type";"from.name";"from.id";'
    '"created_time";"message";"comments"\n'
    '"0";"1";"None";"gemeente";"seed";"None";"";"";"";"";""\n'
    '"1";"2";"1";"p1";"data";"Facebook:/<page-id>/posts";"Gemeente";"99";'
    '"2014-03-01T12:00:00+0000";"Hoe is het?";"2"\n'
    '"1";"3";"1";"gemeente";"offcut";"Facebook:/<page-id>/posts";"";"";"";"";""\n'
    '"2";"4";"2";"c1";"data";"Facebook:/<post-id>/comments";"Anna";"7";'
    '"2014-03-01T12:05:00+0000";"goed; dank";""\n'
    '"2";"5";"2";"c2";"data";"Facebook:/<post-id>/comments";"";"";'
    '"2014-03-01T12:06:00+0000";"slecht";""\n'
)

_TCAT = (
    "id,time,created_at,from_user_name,text,retweet_count,favorite_count,lang,to_user_name,"
    "in_reply_to_status_id,source,from_user_id,from_user_realname"
)
TCAT = "\ufeff" + (
    f"{_TCAT},mentions\n"
    '10,1393675200,2014-03-01 12:00:00,"Gemeente","Hoe is het?",1,0,"nl",,,"web",99,'
    '"De Gemeente",\n'
    '11,1393675500,2014-03-01 12:05:00,"anna","@Gemeente goed, @bert",0,0,"nl","Gemeente",10,'
    '"web",7,"Anna",Gemeente; bert\n'
    '12,1393675560,2014-03-01 12:06:00,"Bert","RT @gemeente: Hoe is het?",0,0,"nl",,,"web",8,'
    '"Bert",gemeente\n'
)

MENTION_LIST = (
    "tweet_id,user_from_id,user_from_name,user_to_id,user_to_name,mention_type\n"
    "1,7,anna,99,Gemeente,mention\n1,7,anna,8,bert,mention\n2,8,Bert,99,gemeente,retweet\n"
)

CROWDTANGLE = (
    "Page Name,User Name,Facebook Id,Likes at Posting,Post Created,Type,Total Interactions,Likes,"
    "Comments,Shares,URL,Message\n"
    'Gemeente,gemeente,99,"1,234",2021-03-01 09:12:41 CET,Photo,"1,002",900,100,2,'
    "https://www.facebook.com/99/posts/1,Hoe is het?\n"
    'Gemeente,gemeente,99,"1,240",2021-07-01 09:12:41 CEST,Link,3,1,1,1,'
    "https://www.facebook.com/99/posts/2,Dag\n"
)

API_TWEETS: list[dict[str, Any]] = [
    {
        "id": "10",
        "author_id": "99",
        "created_at": "2014-03-01T12:00:00.000Z",
        "text": "Hoe is het? @anna",
        "author_user": {"username": "Gemeente", "name": "De Gemeente"},
        "entities": {"mentions": [{"username": "anna"}]},
        "public_metrics": {"like_count": 7},
    },
    {
        "id": "11",
        "author_id": "7",
        "created_at": "2014-03-01T12:05:00.000Z",
        "text": "@Gemeente goed",
        "author_user": {"username": "anna", "name": "Anna"},
        "in_reply_to_user": {"username": "Gemeente"},
        "referenced_tweets": [{"type": "replied_to", "id": "10"}],
        "entities": {"mentions": [{"username": "Gemeente"}]},
        "public_metrics": {"like_count": 0},
    },
    {
        "id": "12",
        "author_id": "8",
        "created_at": "2014-03-01T12:06:00.000Z",
        "text": "RT @Gemeente: Hoe is het? @anna",
        "author_user": {"username": "Bert", "name": "Bert"},
        "referenced_tweets": [{"type": "retweeted", "id": "10"}],
        "entities": {"mentions": [{"username": "Gemeente"}, {"username": "anna"}]},
        "public_metrics": {"like_count": 0},
    },
]

TEXTS: dict[str, str] = {
    "plain": PLAIN,
    "4CAT tweets": FOURCAT_TWEETS,
    "4CAT forum": FOURCAT_FORUM,
    "Facepager": FACEPAGER,
    "TCAT": TCAT,
    "mentions": MENTION_LIST,
    "CrowdTangle": CROWDTANGLE,
    "API tweets": "".join(f"{json.dumps(one)}\n" for one in API_TWEETS),
    "NDJSON": "\n".join(
        json.dumps(
            {"id": i, "user": {"name": name}, "created_at": f"2014-03-0{i}T12:00:00Z", "text": "x"}
        )
        for i, name in enumerate(("anna", "bert", "anna"), start=1)
    ).replace('"user"', '"author"')
    + "\n",
}

EDGES = ["Vertex 1", "Vertex 2", "Color", "Visibility", "Edge Weight"]
TWEETS = [
    *EDGES,
    "Relationship",
    "Relationship Date (UTC)",
    "Tweet",
    "Tweet Date (UTC)",
    "Imported ID",
    "In-Reply-To Tweet ID",
]


def workbook(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook with these rows in sheets of these names."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def nodexl(
    edges: Sequence[Sequence[Any]],
    vertices: Sequence[Sequence[Any]] = (),
    *,
    names: Sequence[str] = EDGES,
    banded: bool = True,
    directed: str | None = "Directed",
    groups: Sequence[Sequence[Any]] = (),
    clusters: bool = False,
) -> bytes:
    """A NodeXL workbook, of a newer template (two header rows) or an older one."""
    band: list[list[Any]] = [[None, None, "Visual Properties", None]] if banded else []
    above: list[list[Any]] = [[None, "Visual Properties"]] if banded else []
    sheets: dict[str, Sequence[Sequence[Any]]] = {
        "Misc": [["Per-Workbook Setting", "Value"], ["Graph Directedness", directed]],
        "Edges": [*band, names, *edges],
        "Vertices": [*above, ["Vertex", "Color", "Visibility", "Label", "Followers"], *vertices],
    }
    if not directed:
        del sheets["Misc"]
    if clusters:
        sheets["Cluster Vertices"] = [["Cluster", "Vertex"], *groups]
    elif groups:
        sheets["Group Vertices"] = [["Group", "Vertex", "Vertex ID"], *groups]
    return workbook(sheets)


def tweeted(
    author: str, target: str, kind: str, text: str, minute: int, own: int, parent: Any = None
) -> list[Any]:
    """An edge as NodeXL imports it from Twitter."""
    when = datetime(2014, 3, 1, 12, minute)
    return [author, target, None, None, None, kind, when, text, when, str(own), parent]


NODEXL_TWEETS = nodexl(
    [
        tweeted("gemeente", "gemeente", "Tweet", "Hoe is het?", 0, 10),
        tweeted("anna", "gemeente", "Replies to", "@gemeente @bert goed", 5, 11, "10"),
        tweeted("anna", "bert", "Mentions", "@gemeente @bert goed", 5, 11, "10"),
        tweeted("bert", "gemeente", "Mentions", "RT @Gemeente: Hoe is het? @cees", 6, 12),
        tweeted("bert", "cees", "Mentions", "RT @Gemeente: Hoe is het? @cees", 6, 12),
        tweeted("cees", "anna", "Mentions", "kijk @anna en @bert", 7, 13),
        tweeted("cees", "bert", "Mentions", "kijk @anna en @bert", 7, 13),
        [
            "cees",
            "anna",
            None,
            None,
            None,
            "Followed",
            datetime(2014, 3, 2),
            None,
            None,
            None,
            None,
        ],
    ],
    [[name, None, None, name.title(), 3] for name in ("gemeente", "anna", "bert", "cees", "dirk")],
    names=TWEETS,
    groups=[["G1", "anna", 1], ["G1", "bert", 2]],
)


def unpacked(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    """A workbook of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()
