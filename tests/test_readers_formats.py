"""Exports of the tools of the field: what each is read as, and real ones counted by other means."""

from __future__ import annotations

import csv
import gzip
import io
import json
import time
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import table_samples as samples

from casebook import conversation, networks, readers
from casebook.errors import DataError
from casebook.readers.base import Export


def counted(export: Export) -> Export:
    """The export, if every row is accounted for."""
    rejected = len(export.rejects.drop_duplicates(["file", "row"]))
    assert export.rows_in == export.rows_used + rejected
    assert (export.rejects[["problem", "remedy"]] != "").all(axis=None)
    assert export.files
    return export


@pytest.fixture(params=["python", "pyarrow"])
def stored(request: pytest.FixtureRequest) -> None:
    """Text kept in either way that pandas has, since users have one or the other."""
    with pd.option_context("mode.string_storage", request.param):
        yield


def read(folder: Path, *contents: str | bytes, name: str = "export") -> Export:
    paths = []
    for number, content in enumerate(contents, start=1):
        # No ending: the content decides.
        path = folder / (name if len(contents) == 1 else f"{name}{number}")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        paths.append(path)
    return counted(readers.read(paths))


def refusal(folder: Path, *contents: str | bytes) -> str:
    with pytest.raises(DataError) as refused:
        read(folder, *contents)
    return str(refused.value)


def acts(export: Export) -> list[tuple[str, ...]]:
    """Messages as id, kind, author, target, parent."""
    assert export.conversation is not None
    columns = ["message_id", "kind", "author", "target", "parent_id"]
    return list(export.conversation.messages[columns].itertuples(False, None))


def at(export: Export, message: str) -> str:
    messages = export.conversation.messages.set_index("message_id")
    return str(messages.at[message, "time"])[:19]


# NodeXL -----------------------------------------------------------------------------------------

TIES = [("a", "b", None, None, 2), ("b", "a", None, "Skip", 1), ("b", "b", None, None, 1)]


@pytest.mark.parametrize("banded", [True, False])
def test_nodexl_network(tmp_path: Path, banded: bool) -> None:
    nodes = [("a", None, None, "Anna", 7), ("c", None, None, None, 1), ("d", None, "Show", None, 2)]
    book = samples.nodexl(TIES, nodes, banded=banded, groups=[["G1", "a", 1]], clusters=not banded)
    export = read(tmp_path, book)
    assert export.format == f"NodeXL workbook, {'two header rows' if banded else 'one header row'}"
    assert export.network is not None
    assert export.network.directed
    assert export.network.edges.to_dict("list") == {
        "source": ["a", "b"],
        "target": ["b", "b"],
        "weight": [2.0, 1.0],
        "kind": ["", ""],
    }
    nodes_ = export.network.nodes.set_index("id")
    assert nodes_["label"].to_dict() == {"a": "Anna", "d": "d", "b": "b"}
    assert nodes_.at["a", "group"] == "G1"
    assert nodes_.at["a", "Followers"] == "7"
    # The skipped edge, and a vertex in no edge, as NodeXL has it.
    assert (export.rows_in, export.rows_used) == (6, 4)
    assert set(export.rejects["file"]) == {"export, sheet Edges", "export, sheet Vertices"}
    assert list(export.rejects["row"]) == [4 if banded else 3] * 2


def test_nodexl_tells_direction(tmp_path: Path) -> None:
    export = read(tmp_path, samples.nodexl(TIES, directed="Undirected"))
    assert not export.network.directed
    export = read(tmp_path, samples.nodexl(TIES, directed=None))
    assert export.network.directed
    assert any("does not say whether ties have a direction" in note for note in export.notes)


def test_nodexl_header_further_down_and_notes_beside(tmp_path: Path) -> None:
    rows = [["How this was made: ..."], [], ["Vertex 1", "Vertex 2", "ID", None, "About"]]
    rows += [["a", "b", 1, None, "how edges work"], ["b", 12, 2]]
    book = samples.workbook({"Edges": rows, "Vertices": [["Vertex"]]})
    export = read(tmp_path, book)
    assert list(export.network.nodes["id"]) == ["a", "b", "12"]
    assert list(export.understood["column"]) == ["Vertex 1", "Vertex 2", "ID"]


def test_nodexl_conversation(tmp_path: Path, stored: None) -> None:
    export = read(tmp_path, samples.NODEXL_TWEETS)
    assert export.kind == "conversation"
    assert acts(export) == [
        ("10", "tweet", "gemeente", "", ""),
        ("11", "reply", "anna", "gemeente", "10"),
        ("11/bert", "mention", "anna", "bert", "11"),
        ("12", "retweet", "bert", "gemeente", ""),
        ("13", "tweet", "cees", "", ""),
        ("13/bert", "mention", "cees", "bert", "13"),
        ("follow cees anna", "follow", "cees", "anna", ""),
        ("13/mention/1", "mention", "cees", "anna", "13"),
    ]
    assert at(export, "11") == "2014-03-01 12:05:00"
    assert at(export, "follow cees anna") == "NaT"
    # Whom a retweet mentions, its author did not address: one edge is turned down.
    assert (export.rows_in, export.rows_used) == (13, 12)
    actors = export.conversation.actors.set_index("actor")
    assert actors.at["anna", "label"] == "Anna"
    assert actors["group"].to_dict()["bert"] == "G1"
    assert "dirk" in actors.index


def test_nodexl_without_tweet_ids(tmp_path: Path) -> None:
    edges = [samples.tweeted("anna", who, "Mentions", "@a @b", 5, 0) for who in ("a", "b")]
    edges.append(samples.tweeted("anna", "a", "Mentions", "@a", 6, 0))
    for edge in edges:
        edge[9] = None
    export = read(tmp_path, samples.nodexl(edges, names=samples.TWEETS))
    kinds = Counter(kind for _, kind, *_ in acts(export))
    assert kinds == {"tweet": 2, "mention": 3}
    assert any("no tweet ids" in note for note in export.notes)


def test_nodexl_empty_template(tmp_path: Path) -> None:
    assert "empty template" in refusal(tmp_path, samples.nodexl([]))
    only_drawn = samples.nodexl([[None, None, "Red", None, None]])
    assert "empty template" in refusal(tmp_path, only_drawn)


def test_real_nodexl_workbooks(exports: Path) -> None:
    folder = exports / "nodexl_workbooks"
    # From the workbook's own sheet of metrics, which the reader does not look at.
    book = openpyxl.load_workbook(folder / "ABC-D_raw.xlsx", data_only=True)
    metrics = dict(row[:2] for row in book["Overall Metrics"].iter_rows(values_only=True))
    export = timed(folder / "ABC-D_raw.xlsx")
    assert len(export.network.nodes) == metrics["Vertices"] == 74
    assert len(export.network.edges) == metrics["Total Edges"] == 115
    assert export.network.directed == (metrics["Graph Type"] == "Directed")
    graph = networks.to_igraph(export.network.edges)
    assert len(graph.connected_components()) == metrics["Connected Components"] == 5
    assert max(graph.connected_components().sizes()) == 65


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("css-d_raw.xlsx", 2),
        ("SocialNetwork.xlsx", 1),
        ("SocialNetworkFilteredByDegree.xlsx", 3),
        ("UsenetReplyNetwork.xlsx", 1),
    ],
)
def test_real_nodexl_edges(exports: Path, name: str, header: int) -> None:
    path = exports / "nodexl_workbooks" / name
    book = openpyxl.load_workbook(path, data_only=True)

    def listed(sheet: str, at: int) -> list[dict[object, object]]:
        rows = list(book[sheet].iter_rows(values_only=True))
        return [dict(zip(rows[at - 1], row, strict=True)) for row in rows[at:] if row[0]]

    vertices = listed("Vertices", min(header, 2) if name.startswith("css") else 1)
    gone = {row["Vertex"] for row in vertices if row["Visibility"] == "Skip"}
    edges = [
        row
        for row in listed("Edges", header)
        if row["Visibility"] != 0 and not {row["Vertex 1"], row["Vertex 2"]} & gone
    ]
    export = timed(path)
    weights = sum(float(row.get("Edge Weight") or 1) for row in edges)
    assert export.network.edges["weight"].sum() == weights
    ends = {str(row[end]) for row in edges for end in ("Vertex 1", "Vertex 2")}
    assert set(export.network.nodes["id"]) == ends
    assert export.rows_in == len(listed("Edges", header)) + len(vertices)


def test_real_nodexl_template(exports: Path) -> None:
    with pytest.raises(DataError, match="empty template"):
        readers.read(exports / "nodexl_workbooks" / "NodeXLGraph.xltx")


def timed(path: Path) -> Export:
    """The export, read in no more than ten seconds."""
    start = time.perf_counter()
    export = counted(readers.read(path))
    assert time.perf_counter() - start < 10
    return export


# Facepager --------------------------------------------------------------------------------------


def test_facepager(tmp_path: Path, stored: None) -> None:
    export = read(tmp_path, samples.FACEPAGER)
    assert acts(export) == [("p1", "post", "99", "", ""), ("c1", "comment", "7", "", "p1")]
    assert export.conversation.actors.set_index("actor").at["7", "label"] == "Anna"
    assert list(export.unattributed["message_id"]) == ["c2"]
    assert list(export.unattributed["parent_id"]) == ["p1"]
    assert (export.rows_in, export.rows_used) == (5, 3)
    assert list(export.rejects["row"]) == [2, 4]
    assert any(note.startswith("No commenter ids: 1 of 2") for note in export.notes)
    assert export.conversation.messages.at[0, "comments"] == 2


def test_facepager_comments_on_given_posts(tmp_path: Path) -> None:
    seed = samples.FACEPAGER.replace('"1";"2";"1";"p1";"data"', '"1";"2";"1";"p1";"offcut"')
    comments = seed.replace('"2";"4";"2"', '"1";"4";"1"').replace('"2";"5";"2"', '"1";"5";"1"')
    export = read(tmp_path, comments)
    assert ("c1", "comment", "7", "", "gemeente") in acts(export)


def test_real_facepager(exports: Path) -> None:
    path = exports / "facepager_facebook" / "facebooknews.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    data = [row for row in rows if row["object_type"] == "data"]
    posts = [row for row in data if row["level"] == "1"]
    comments = [row for row in data if row["level"] == "2"]
    export = timed(path)
    assert export.rows_in == len(rows) == 11_446
    assert export.rows_used == len(data)
    assert len(export.conversation.messages) == len(posts) == 100
    assert len(export.unattributed) == len(comments) == 10_865
    assert not any(row["from.id"] for row in comments)
    assert "No commenter ids" in " ".join(export.notes)
    above = Counter(row["parent_id"] for row in comments)
    assert export.unattributed["parent_id"].value_counts().to_dict() == above
    assert str(sum(count == 250 for count in above.values())) in export.notes[-1]
    assert export.conversation.messages["comments"].sum() == sum(int(p["comments"]) for p in posts)
    first = min(row["created_time"] for row in data)
    times = pd.concat([export.conversation.messages["time"], export.unattributed["time"]])
    assert times.min() == pd.Timestamp(first)


# DMI-TCAT ---------------------------------------------------------------------------------------


def test_tcat(tmp_path: Path, stored: None) -> None:
    export = read(tmp_path, samples.TCAT)
    assert acts(export) == [
        ("10", "tweet", "gemeente", "", ""),
        ("11", "reply", "anna", "gemeente", "10"),
        ("12", "retweet", "bert", "gemeente", ""),
        ("11/mention/1", "mention", "anna", "bert", "11"),
    ]
    assert at(export, "10") == "2014-03-01 12:00:00"
    assert export.conversation.actors.set_index("actor").at["gemeente", "label"] == "De Gemeente"
    assert not any("zone" in note for note in export.notes)


def test_tcat_without_mentions_takes_them_from_texts(tmp_path: Path) -> None:
    text = "\n".join(line.rpartition(",")[0] for line in samples.TCAT.splitlines())
    export = read(tmp_path, text.replace(",", "\t") if "\t" in text else text)
    assert ("11/mention/1", "mention", "anna", "bert", "11") in acts(export)


def test_list_of_mentions(tmp_path: Path) -> None:
    export = read(tmp_path, samples.MENTION_LIST)
    assert [(kind, who, whom) for _, kind, who, whom, _ in acts(export)] == [
        ("mention", "anna", "gemeente"),
        ("mention", "anna", "bert"),
        ("retweet", "bert", "gemeente"),
    ]
    assert any("no times and no texts" in note for note in export.notes)


# 4CAT -------------------------------------------------------------------------------------------


def test_fourcat_tweets(tmp_path: Path, stored: None) -> None:
    export = read(tmp_path, samples.FOURCAT_TWEETS)
    assert acts(export) == [
        ("10", "tweet", "gemeente", "", ""),
        ("11", "reply", "anna", "gemeente", ""),
        ("12", "retweet", "bert", "gemeente", ""),
        ("10/mention/1", "mention", "gemeente", "anna", "10"),
    ]
    assert at(export, "11") == "2014-03-01 12:05:00"
    assert list(export.rejects["value"]) == ["UNKNOWN"]
    assert export.conversation.messages.at[0, "like_count"] == 7


def test_fourcat_forum(tmp_path: Path) -> None:
    export = read(tmp_path, samples.FOURCAT_FORUM)
    assert acts(export) == [
        ("t3a", "post", "anna", "", ""),
        ("c1", "comment", "bert", "", "t3a"),
        ("c2", "reply", "anna", "bert", "c1"),
    ]
    assert list(export.unattributed["message_id"]) == ["c3"]
    assert at(export, "c1") == "2014-03-01 12:05:00"


def test_fourcat_lines_of_json(tmp_path: Path) -> None:
    rows = csv.DictReader(io.StringIO(samples.FOURCAT_FORUM))
    lines = "".join(f"{json.dumps(row)}\n" for row in rows)
    assert acts(read(tmp_path, lines)) == acts(read(tmp_path, samples.FOURCAT_FORUM))


def test_tweets_as_the_interface_gave_them(tmp_path: Path) -> None:
    lines = samples.TEXTS["API tweets"]
    whole = [
        ("10", "tweet", "gemeente", "", ""),
        ("11", "reply", "anna", "gemeente", "10"),
        ("12", "retweet", "bert", "gemeente", "10"),
        ("10/mention/1", "mention", "gemeente", "anna", "10"),
    ]
    export = read(tmp_path, lines)
    assert acts(export) == whole
    assert export.conversation.messages.at[0, "like_count"] == 7
    assert acts(read(tmp_path, json.dumps({"data": samples.API_TWEETS, "meta": {}}))) == whole


def test_fourcat_parts_are_put_together(tmp_path: Path) -> None:
    header, *rows = samples.FOURCAT_FORUM.splitlines(keepends=True)
    export = read(tmp_path, header + "".join(rows[:2]), header + "".join(rows[1:]))
    assert acts(export) == acts(read(tmp_path, samples.FOURCAT_FORUM))
    # The row that both parts hold.
    assert list(export.rejects["value"]) == ["c1"]
    assert len(export.files) == 2


def test_fourcat_keeps_ids_of_different_messages_apart(tmp_path: Path) -> None:
    other = samples.FOURCAT_FORUM.replace("anna", "dirk").replace("12:0", "13:0")
    export = read(tmp_path, samples.FOURCAT_FORUM, other)
    assert len(acts(export)) == 6
    assert ("export2/c2", "reply", "dirk", "bert", "export2/c1") in acts(export)
    assert any("same ids" in note for note in export.notes)


def test_fourcat_raw_items_are_refused_with_a_remedy(tmp_path: Path) -> None:
    raw = json.dumps({"item_id": 1, "source_platform": "tiktok.com", "data": {"id": 1}})
    assert "download the dataset there as CSV" in refusal(tmp_path, f"{raw}\n{raw}\n")


def test_fourcat_comments_without_their_post(tmp_path: Path) -> None:
    header, _, *rows = samples.FOURCAT_FORUM.splitlines(keepends=True)
    export = read(tmp_path, header + "".join(rows))
    messages = export.conversation.messages
    assert list(messages["message_id"][messages["stand_in"]]) == ["t3a"]
    assert export.rows_in == export.rows_used == 3


# CrowdTangle ------------------------------------------------------------------------------------


def test_crowdtangle(tmp_path: Path, stored: None) -> None:
    export = read(tmp_path, samples.CROWDTANGLE)
    assert [(kind, author) for _, kind, author, *_ in acts(export)] == [("post", "gemeente")] * 2
    messages = export.conversation.messages
    assert [str(when)[:16] for when in messages["time"]] == ["2021-03-01 08:12", "2021-07-01 07:12"]
    assert list(messages["Total Interactions"]) == [1002, 3]
    assert any("never comments" in note for note in export.notes)


def test_crowdtangle_groups_do_not_tell_authors(tmp_path: Path) -> None:
    groups = samples.CROWDTANGLE.replace("Page Name", "Group Name")
    export = read(tmp_path, groups)
    assert len(export.conversation.messages) == 0
    assert len(export.unattributed) == 2


# The book's own ---------------------------------------------------------------------------------


def test_a_folder_of_this_book(tmp_path: Path) -> None:
    whole = conversation.load("benno_l")
    for name in ("messages", "actors"):
        table = getattr(whole, name)
        table.to_csv(tmp_path / f"{name}.csv", index=False, date_format="%Y-%m-%dT%H:%M:%SZ")
    export = counted(readers.read(tmp_path))
    assert export.rows_in == export.rows_used == len(whole.messages) + len(whole.actors)
    key = ["message_id", "author", "time", "kind", "parent_id", "target", "weight"]
    pd.testing.assert_frame_equal(
        export.conversation.messages[key], whole.messages[key], check_dtype=False
    )
    roles = export.conversation.actors.set_index("actor")["role"]
    assert roles.to_dict() == whole.actors.set_index("actor")["role"].to_dict()


# Wherever they stand ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(samples.TEXTS))
@pytest.mark.parametrize("packed", ["gzip", "zip", "folder", "utf-16", "utf-16-le", "crlf"])
def test_same_in_any_packing(tmp_path: Path, name: str, packed: str) -> None:
    text = samples.TEXTS[name].removeprefix("\ufeff")
    plain = read(tmp_path, text)
    path = tmp_path / "packed"
    if packed == "gzip":
        path.write_bytes(gzip.compress(text.encode()))
    elif packed == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("inside/some.csv", text)
            archive.writestr("__MACOSX/._some.csv", "\0\1\2")
    elif packed == "folder":
        path.mkdir()
        (path / "some").write_text(text, "utf-8")
        (path / ".DS_Store").write_bytes(b"\0\1")
    elif packed == "crlf":
        path.write_bytes(text.replace("\n", "\r\n").encode())
    else:
        path.write_bytes(text.encode(packed))
    export = counted(readers.read(path))
    assert acts(export) == acts(plain)
    assert export.format == plain.format
    assert len(next(iter(export.files.values()))) == 64


def test_files_of_several_formats(tmp_path: Path) -> None:
    message = refusal(tmp_path, samples.TCAT, samples.CROWDTANGLE)
    assert "several formats" in message
    assert "CrowdTangle" in message


def test_a_folder_may_hold_other_files(tmp_path: Path) -> None:
    (tmp_path / "tweets.csv").write_text(samples.TCAT, "utf-8")
    (tmp_path / "README.txt").write_text("Tweets, all of them\nof March\n", "utf-8")
    export = counted(readers.read(tmp_path))
    assert len(acts(export)) == 4
    assert "README.txt" in export.notes[-1]
