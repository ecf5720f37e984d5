"""The command that says what a file is: its words, its refusals, its one file."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import table_samples as samples

from casebook import inspect, readers
from casebook.cli import main
from casebook.errors import DataError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the user stands."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["inspect", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_what_it_says(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "pagina.csv").write_text(samples.PLAIN, "utf-8")
    code, said, _ = run(capsys, "pagina.csv")
    assert code == 0
    flat = " ".join(said.split())
    for line in (
        "pagina.csv: table of messages (text with semicolons between cells).",
        "Rows: 4 in = 4 used + 0 not used.",
        "- Auteur: who wrote it (guessed from the name)",
        "| Anna     | 2014-03-25 08:30:00 | comment | 1         |          | Goed plan",
        "- comment: 2",
        "- a co-comment network: 2 people who commented on 1 posts",
        "- response times: 3 answers to messages with a time",
        "- not: a follow network, who follows whom",
        "- Times in 'Datum' without a zone were read as Europe/Amsterdam: 4.",
    ):
        assert " ".join(line.split()) in flat
    assert names(folder) == ["pagina.csv"]


def test_rejected_rows_are_written_whole(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = samples.PLAIN + "5;=cmd();gisteren;x;\n6;+31;;y\n"
    (folder / "pagina.csv").write_text(table, "utf-8")
    code, said, _ = run(capsys, "pagina.csv", "--out", "uit/hier")
    assert code == 0
    assert "Rows: 6 in = 4 used + 2 not used." in said
    path = folder / "uit" / "hier" / "rejects.csv"
    assert str(Path("uit", "hier", "rejects.csv")) in said
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["row"] for row in rows] == ["6", "7"]
    assert rows[0]["problem"] == "it is not a time that can be read"
    assert rows[1]["value"] == "6 | +31 |  | y"
    assert names(path.parent) == ["rejects.csv"]


def test_cells_of_rejects_are_no_formulas(tmp_path: Path) -> None:
    table = "author,time,text\na,=1+1,x\nb,@x,y\nc,2014-03-01,z\n"
    (tmp_path / "x.csv").write_text(table)
    export = readers.read(tmp_path / "x.csv")
    path = inspect.write_rejects(export.rejects, tmp_path)
    assert path is not None
    with path.open(encoding="utf-8-sig", newline="") as stream:
        assert [row["value"] for row in csv.DictReader(stream)] == ["'=1+1", "'@x"]


def test_the_users_columns(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "x.csv").write_text("a, of b,c\nanna,2014-03-01 10:00,hoi\nbert,2014-03-02,dag\n")
    code, _, why = run(capsys, "x.csv")
    assert code == 2
    assert "--map author=COLUMN" in why
    code, said, _ = run(capsys, "x.csv", "--map", "author=a,time=of b", "--map", "text=c")
    assert code == 0
    assert "- of b: when (given)" in said
    for wrong in ("author", "author=", "=a", "author=a,author=c"):
        code, _, why = run(capsys, "x.csv", "--map", wrong)
        assert (code, why.startswith("--map: ")) == (2, True)


def test_refusals_write_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "leeg.csv").write_text("")
    code, said, why = run(capsys, "leeg.csv", "--out", "uit")
    assert (code, said) == (2, "")
    assert why == "leeg.csv: the file is empty. Remedy: export it again.\n"
    code, _, why = run(capsys, "er-is-niets.csv")
    assert code == 2
    (folder / "x.csv").write_text(samples.PLAIN)
    code, _, why = run(capsys, "x.csv", "--timezone", "Europe/Urk")
    assert (code, "no time zone 'Europe/Urk'" in why) == (2, True)
    assert names(folder) == ["leeg.csv", "x.csv"]


def test_a_folder_that_cannot_be_written_to(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "x.csv").write_text(samples.PLAIN + "5;;;;\n6;;;x;\n")
    (folder / "vol").write_text("a file, not a folder")
    code, _, why = run(capsys, "x.csv", "--out", "vol")
    assert code == 2
    assert "cannot be written" in why


def test_an_interrupted_write_leaves_the_former_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.csv").write_text("author,time\na,x\nb,2014-03-01\n")
    rejects = readers.read(tmp_path / "x.csv").rejects
    (tmp_path / "rejects.csv").write_text("former")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        inspect.write_rejects(rejects, tmp_path)
    assert names(tmp_path) == ["rejects.csv", "x.csv"]
    assert (tmp_path / "rejects.csv").read_text() == "former"


def test_nothing_in_a_file_steers_the_terminal(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = "author,time,\x1b]0;title\x07\na\x1b[2J,2014-03-01,x\n\u202ebert,2014-03-02,y\n"
    (folder / "x.csv").write_text(table + "c,\x1b[1m,z\n", "utf-8")
    code, said, _ = run(capsys, "x.csv")
    assert code == 0
    (folder / "y.csv").write_text("a\x1b[2J,b\n1,2\n")
    _, _, why = run(capsys, "y.csv")
    for text in (said, why):
        assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "a·[2J" in said


def test_networks_and_messages_of_nobody(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "x.csv").write_text("source,target\na,b\nb,b\n")
    _, said, _ = run(capsys, "x.csv")
    assert "- 2 nodes and 2 ties with direction" in said
    assert "- 1 of the ties run from a node to itself" in said
    (folder / "x.csv").write_text(samples.FACEPAGER, "utf-8")
    _, said, _ = run(capsys, "x.csv")
    assert "- of nobody known: 1" in said
    assert "- comments by post: 2 on 1 posts" in said
    assert "- not: a co-comment network, since no two known people commented on posts" in said


def test_errors_of_other_commands_keep_their_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reconstruct", "nowhere"]) == 1
    with pytest.raises(DataError):
        inspect.mapping(["x"])
