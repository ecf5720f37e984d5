"""The contract of conversations: what is taken, filled and refused."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from casebook import conversation, provenance
from casebook.errors import DataError

ROWS = {
    "message_id": ["m1", "m2", "m3", "m4"],
    "author": ["page", "NA", "page", "ann"],
    "time": ["2014-03-01T20:00:00Z", "2014-03-01T22:30:00+01:00", "2014-03-02 08:00:00Z", ""],
    "kind": ["post", "comment", "reply", "like"],
    "parent_id": ["", "m1", "m2", "m1"],
}
ACTORS = {"actor": ["page", "NA"], "role": ["government", "citizen"]}


def tables(**changes: list[object]) -> tuple[pd.DataFrame, pd.DataFrame]:
    return pd.DataFrame({**ROWS, **changes}), pd.DataFrame(ACTORS)


def refused(messages: pd.DataFrame, actors: pd.DataFrame, **options: bool) -> DataError:
    with pytest.raises(DataError) as caught:
        conversation.validate(messages, actors, **options)
    return caught.value


def test_columns_are_filled_typed_and_ordered_and_unknown_ones_kept() -> None:
    messages, actors = conversation.validate(*tables(sentiment=[1, 2, 3, 4]))
    assert [*messages] == [*conversation.MESSAGE_COLUMNS, "sentiment"]
    assert [*actors] == [*conversation.ACTOR_COLUMNS]
    assert messages["weight"].tolist() == [1.0] * 4
    assert messages["text"].tolist() == [""] * 4
    assert messages["sentiment"].tolist() == [1, 2, 3, 4]


def test_times_become_utc_and_may_be_absent() -> None:
    times = conversation.validate(*tables())[0]["time"]
    assert str(times.dt.tz) == "UTC"
    assert times[1] == pd.Timestamp("2014-03-01T21:30:00Z")
    assert pd.isna(times[3])


def test_zoned_datetimes_become_utc_too() -> None:
    dutch = pd.to_datetime(["2014-07-01T00:30:00"] * 4).tz_localize("Europe/Amsterdam")
    times = conversation.validate(*tables(time=dutch))[0]["time"]
    assert str(times.dt.tz) == "UTC"
    assert times[0] == pd.Timestamp("2014-06-30T22:30:00Z")


def test_a_reply_without_target_addresses_the_author_of_its_parent() -> None:
    messages = conversation.validate(*tables())[0]
    assert messages["target"].tolist() == ["", "", "NA", ""]


def test_actors_seen_only_in_messages_are_added_as_unknown() -> None:
    actors = conversation.validate(*tables())[1].set_index("actor")
    assert actors.index.tolist() == ["page", "NA", "ann"]
    assert actors.loc["ann", "role"] == "unknown"
    assert actors.loc["NA", "role"] == "citizen"


def test_the_given_tables_stay_as_they_were() -> None:
    messages, actors = tables()
    before = messages.copy(), actors.copy()
    conversation.validate(messages, actors)
    pd.testing.assert_frame_equal(messages, before[0])
    pd.testing.assert_frame_equal(actors, before[1])


@pytest.mark.parametrize("column", ["message_id", "author", "time", "kind"])
def test_a_missing_required_column_is_refused_by_name(column: str) -> None:
    messages, actors = tables()
    error = refused(messages.drop(columns=column), actors)
    assert (error.column, error.row) == (column, 1)
    assert error.remedy


@pytest.mark.parametrize(
    ("column", "values", "row"),
    [
        ("message_id", ["m1", "m1", "m3", "m4"], 3),
        ("message_id", ["m1", "", "m3", "m4"], 3),
        ("author", ["page", "", "page", "ann"], 3),
        ("kind", ["post", "comment", "reply", "poke"], 5),
        ("time", ["2014-03-01T20:00:00", "", "", ""], 2),
        ("time", ["2014-03-01", "", "", ""], 2),
        ("time", ["", "2014-02-30T20:00:00Z", "", ""], 3),
        ("time", ["", "", "1 maart 2014", ""], 4),
        ("weight", [1, 0, 1, 1], 3),
        ("weight", ["", "", "", "many"], 5),
        ("parent_id", ["", "m1", "m9", "m1"], 4),
        ("parent_id", ["", "", "m2", "m1"], 3),
        ("parent_id", ["", "m3", "m2", "m1"], 3),
        ("parent_id", ["", "m1", "m3", "m1"], 4),
        ("parent_id", ["m3", "m1", "m2", "m1"], 2),
    ],
)
def test_bad_cells_are_refused_with_their_place(column: str, values: list, row: int) -> None:
    error = refused(*tables(**{column: values}))
    assert (error.file, error.row, error.column) == ("messages.csv", row, column)


@pytest.mark.parametrize("kind", ["mention", "follow"])
def test_a_mention_or_follow_of_nobody_is_refused(kind: str) -> None:
    error = refused(*tables(kind=["post", "comment", "reply", kind]))
    assert (error.row, error.column) == (5, "target")


def test_an_unknown_role_is_refused_in_the_file_of_the_actors() -> None:
    messages, actors = tables()
    error = refused(messages, actors.assign(role=["government", "king"]))
    assert (error.file, error.row, error.column) == ("actors.csv", 3, "role")


def test_a_reconstruction_bears_no_name_and_no_text() -> None:
    authors = ["p0001", "p0002", "p0001", "p0003"]
    messages, _ = tables(author=authors)
    actors = pd.DataFrame({"actor": ["p0001"], "role": ["government"]})
    conversation.validate(messages, actors, reconstructed=True)

    named = messages.assign(author=["p0001", "henk", "p0001", "p0003"])
    error = refused(named, actors, reconstructed=True)
    assert (error.file, error.column) == ("actors.csv", "actor")
    error = refused(messages.assign(text=["", "", "hello", ""]), actors, reconstructed=True)
    assert (error.row, error.column) == (4, "text")


def test_roots_climb_long_threads() -> None:
    ids = [f"m{i}" for i in range(40)]
    messages = pd.DataFrame(
        {
            "message_id": ids,
            "author": "a",
            "time": "",
            "kind": ["post", *["reply"] * 38, "post"],
            "parent_id": ["", *ids[:38], ""],
        }
    )
    messages = conversation.validate(messages, pd.DataFrame({"actor": [], "role": []}))[0]
    shuffled = messages.sample(frac=1, random_state=3)
    roots = conversation.roots(shuffled)
    assert roots.sort_index().tolist() == ["m0"] * 39 + ["m39"]


def write(folder: Path, name: str = "messages.csv") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    messages, actors = tables()
    messages.to_csv(folder / name, index=False, encoding="utf-8-sig")
    actors.to_csv(folder / "actors.csv", index=False)


@pytest.mark.parametrize("name", ["messages.csv", "messages.csv.gz"])
def test_a_readers_folder_is_read_as_theirs(tmp_path: Path, name: str) -> None:
    write(tmp_path / "our_page", name)
    conv = conversation.read(tmp_path / "our_page")
    assert conv.case == "our_page"
    assert conv.messages["author"].tolist() == ["page", "NA", "page", "ann"]
    assert provenance.of(conv.messages).kind == provenance.of(conv.actors).kind == "yours"


def test_two_paths_are_read_too(tmp_path: Path) -> None:
    write(tmp_path, "export.csv")
    conv = conversation.read((tmp_path / "export.csv", tmp_path / "actors.csv"))
    assert len(conv.messages) == 4


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "no such file"),
        (b"", "not a table"),
        ("message_id,author\nm1,caf\u00e9\n".encode("latin-1"), "not UTF-8"),
        (b"message_id;author;time;kind\nm1;a;;post\n", "column is missing"),
    ],
)
def test_unreadable_files_are_refused_by_name(
    tmp_path: Path, content: bytes | None, problem: str
) -> None:
    write(tmp_path)
    (tmp_path / "messages.csv").unlink()
    if content is not None:
        (tmp_path / "messages.csv").write_bytes(content)
    with pytest.raises(DataError, match=re.escape(problem)) as caught:
        conversation.read(tmp_path)
    assert caught.value.file == "messages.csv"


def test_a_bundled_case_is_marked_reconstructed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "reconstructed" / "village"
    write(folder)
    (tmp_path / "datapackage.json").write_text("{}")
    monkeypatch.setenv("CASEBOOK_DATA", str(tmp_path))
    with pytest.raises(DataError, match="never bears a name"):
        conversation.load("village")

    pd.DataFrame({"actor": ["p0001"], "role": ["citizen"]}).to_csv(folder / "actors.csv")
    tables(author=["p0001"] * 4)[0].to_csv(folder / "messages.csv.gz", index=False)
    origin = provenance.of(conversation.load("village").messages)
    assert origin.kind == "reconstructed"
    assert "village/spec.yml" in origin.note
    with pytest.raises(DataError, match="use one of: village"):
        conversation.load("town")
