"""Tables that are damaged or odd: a plain refusal, or every row accounted for, and nothing else."""

from __future__ import annotations

import csv
import io
import warnings
from pathlib import Path

import pandas as pd
import pytest
import table_samples as samples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError

from casebook import inspect, readers
from casebook.conversation import validate
from casebook.errors import DataError
from casebook.readers.base import Export

WORKBOOKS = {
    "NodeXL tweets": samples.NODEXL_TWEETS,
    "NodeXL ties": samples.nodexl([("a", "b", None, None, 2), ("b", "c", None, "Skip", 1)]),
    "workbook": samples.workbook({"a": [("auteur", "bericht"), ("a", "x"), ("b", "y")]}),
}
CONTENTS = {name: text.encode() for name, text in samples.TEXTS.items()}


def tried(path: Path, content: bytes) -> Export | None:
    """What is made of the bytes; None if they are refused in plain words."""
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            export = readers.read(path)
        except DataError as refused:
            assert refused.remedy
            assert len(str(refused)) < 3000
            return None
    rejected = len(export.rejects.drop_duplicates(["file", "row"]))
    assert export.rows_in == export.rows_used + rejected
    assert (export.rejects[["problem", "remedy"]] != "").all(axis=None)
    if export.conversation is not None:
        conv = export.conversation
        validate(conv.messages, conv.actors)
        tables = [conv.messages, conv.actors, export.unattributed]
        assert (export.unattributed["author"] == "").all()
    else:
        assert export.network is not None
        tables = [export.network.edges, export.network.nodes]
    for table in (*tables, export.rejects, export.understood):
        table.to_csv(None).encode("utf-8")
    inspect.report(export)
    return export


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file, written again and again."""
    return tmp_path_factory.mktemp("fuzz") / "file"


_RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@settings(_RELAXED, max_examples=40)
@given(st.binary(max_size=300))
def test_bytes_of_any_sort(path: Path, content: bytes) -> None:
    tried(path, content)


@settings(_RELAXED, max_examples=40)
@given(
    st.sampled_from([b"PK\x03\x04", b"\x1f\x8b\x08", b"PAR1", b"\xff\xfe", b"{", b"[{", b"<"]),
    st.binary(max_size=200),
)
def test_bytes_that_begin_as_something(path: Path, start: bytes, content: bytes) -> None:
    tried(path, start + content)


@st.composite
def damaged(draw: st.DrawFn, contents: dict[str, bytes]) -> bytes:
    """A sample of which some pieces were lost, doubled, moved or overwritten."""
    content = contents[draw(st.sampled_from(sorted(contents)))]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.sampled_from([0, 1, 2, 5, 20, 200])))
        other = draw(st.integers(0, len(content)))
        piece = draw(
            st.one_of(
                st.binary(max_size=4),
                st.sampled_from(
                    [b'"', b";", b",", b"\n", b"\r", b"\0", b"-1", b"\xff", b"\xe2\x80\xa8", b"{"]
                ),
                st.just(content[other : other + 30]),
            )
        )
        content = content[:start] + piece + content[end:]
    return content


@settings(_RELAXED, max_examples=100)
@given(damaged(CONTENTS))
def test_damaged_texts(path: Path, content: bytes) -> None:
    tried(path, content)


@settings(_RELAXED, max_examples=40)
@given(damaged(WORKBOOKS))
def test_damaged_workbooks(path: Path, content: bytes) -> None:
    tried(path, content)


@settings(_RELAXED, max_examples=40)
@given(st.data())
def test_damage_inside_workbooks(path: Path, data: st.DataObject) -> None:
    parts = samples.unpacked(WORKBOOKS[data.draw(st.sampled_from(sorted(WORKBOOKS)))])
    name = data.draw(st.sampled_from(sorted(name for name in parts if name.startswith("xl/"))))
    parts[name] = data.draw(damaged({name: parts[name]}))
    tried(path, samples.packed(parts))


@pytest.mark.parametrize("name", sorted({**CONTENTS, **WORKBOOKS}))
def test_cut_off_anywhere(path: Path, name: str) -> None:
    content = {**CONTENTS, **WORKBOOKS}[name]
    assert tried(path, content) is not None
    for length in range(1, len(content), max(1, len(content) // 12)):
        tried(path, content[:length])


CELL = st.one_of(
    st.sampled_from(
        [
            *(
                "",
                "a",
                "b",
                "A",
                "@a",
                "RT @b: x",
                "1",
                "2",
                "=1+1",
                "<b>",
                "\u202e",
                "1e400",
                "-1",
            ),
            *("2014-03-01", "25-03-2014 10:00", "1393701300", "None", "comment", "follow", "like"),
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)
HEADERS = (
    ["id", "author", "parent", "time", "text", "kind", "target", "weight"],
    ["id", "thread_id", "author", "body", "timestamp", "is_reply", "replied_user", "mentions"],
    ["level", "id", "parent_id", "object_id", "object_type", "query_type", "from.id", "message"],
    ["id", "time", "created_at", "from_user_name", "text", "to_user_name", "in_reply_to_status_id"],
    ["tweet_id", "user_from_name", "user_to_name", "mention_type"],
    ["Page Name", "User Name", "Post Created", "Total Interactions", "URL", "Message"],
    ["source", "target", "weight", "kind"],
)


@settings(_RELAXED, max_examples=100)
@given(st.data())
def test_no_row_is_lost(path: Path, data: st.DataObject) -> None:
    header = data.draw(st.sampled_from(HEADERS))
    width = len(header)
    row = st.lists(CELL, min_size=width, max_size=width)
    rows = data.draw(st.lists(row, min_size=1, max_size=8))
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([header, *rows])
    made = tried(path, out.getvalue().encode())
    if made is not None:
        # Rows of nothing are no rows; NUL is left out of what is read.
        filled = [one for one in rows if any(cell.replace("\0", "") for cell in one)]
        assert made.rows_in == len(filled)


@settings(_RELAXED, max_examples=40)
@given(st.lists(st.lists(CELL, min_size=8, max_size=8), min_size=1, max_size=5), st.booleans())
def test_no_edge_of_nodexl_is_lost(path: Path, rows: list[list[str]], banded: bool) -> None:
    edges = [[*row[:5], row[5], None, row[6], None, row[7], None] for row in rows]
    try:
        book = samples.nodexl(edges, names=samples.TWEETS, banded=banded)
    except IllegalCharacterError:
        return
    made = tried(path, book)
    if made is not None:
        assert made.rows_in == sum(bool(row[0] or row[1]) for row in rows)


def test_damaged_real_files(exports: Path, path: Path) -> None:
    for name in ("facebooknews.csv", "ABC-D_raw.xlsx"):
        content = next(exports.rglob(name)).read_bytes()
        at = (7919 * 1013) % len(content)
        for damage in (content[:at], content[:at] + b'\0<&"' + content[at + 4 :]):
            tried(path, damage)


def test_many_rows_take_seconds(path: Path) -> None:
    rows = pd.DataFrame({"n": range(20_000)})
    frame = pd.DataFrame(
        {
            "id": rows["n"],
            "author": "a" + (rows["n"] % 977).astype("str"),
            "parent": (rows["n"] // 50 * 50).astype("str"),
            "time": pd.date_range("2014", periods=len(rows), freq="min", tz="UTC").astype("str"),
            "text": "een tekst van enige lengte, @a5",
        }
    )
    made = tried(path, frame.to_csv(index=False).encode())
    assert made is not None
    assert made.rows_used == 20_000
