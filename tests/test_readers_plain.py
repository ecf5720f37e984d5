"""Tables of any make: what columns mean, what is refused, what is harmless."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import table_samples as samples
from test_readers_formats import acts, at, counted, read, refusal

from casebook import networks, readers
from casebook.errors import DataError
from casebook.readers import containers, text
from casebook.readers.base import Export

HOSTILE = ("<script>alert(1)</script>", "=HYPERLINK(1)", "\u202egnp.exe", "'; DROP", "a" * 500)


@pytest.fixture(params=["python", "pyarrow"])
def stored(request: pytest.FixtureRequest) -> Iterator[None]:
    """Text kept in either way that pandas has, since users have one or the other."""
    with pd.option_context("mode.string_storage", request.param):
        yield


def how(export: Export) -> dict[str, tuple[str, str]]:
    lines = export.understood.itertuples(index=False)
    return {line.column: (line.meaning, line.how) for line in lines}


# What columns mean ------------------------------------------------------------------------------


def test_dutch_names(tmp_path: Path, stored: None) -> None:
    export = read(tmp_path, samples.PLAIN)
    assert acts(export) == [
        ("1", "post", "Gemeente", "", ""),
        ("2", "comment", "Anna", "", "1"),
        ("3", "comment", "Bert", "", "1"),
        ("4", "reply", "Gemeente", "Bert", "3"),
        ("3/mention/1", "mention", "Bert", "Anna", "3"),
    ]
    assert at(export, "1") == "2014-03-25 08:00:00"
    assert {meaning for meaning, _ in how(export).values()} == {
        "the message's own id",
        "who wrote it",
        "when",
        "what was written",
        "the message that it answers",
    }
    assert {how for _, how in how(export).values()} == {"guessed from the name"}
    assert len(networks.co_comment(export.conversation).edges) == 1


def test_names_by_nobody_are_guessed_from_values(tmp_path: Path, stored: None) -> None:
    rows = [
        ("wie", "wanneer", "wat"),
        ("jan", "2014-03-01 10:00", "een hele lange tekst"),
        ("jan", "2014-03-01 11:00", "en nog een lange tekst"),
        ("piet", "2014-03-02 10:00", "nog eens een lange tekst"),
    ]
    export = read(tmp_path, "\n".join(map(";".join, rows)))
    assert how(export) == {
        "wie": ("who wrote it", "guessed from the values"),
        "wanneer": ("when", "guessed from the values"),
        "wat": ("what was written", "guessed from the values"),
    }


def test_days_and_clocks_apart(tmp_path: Path) -> None:
    table = "Datum;Tijd;Auteur;Bericht\n25-03-2014;09:00;Anna;hoi\n26-03-2014;20:15:30;Bert;dag\n"
    export = read(tmp_path, table)
    assert at(export, "row 2") == "2014-03-25 08:00:00"
    assert how(export)["Datum"][0].startswith("on which day")
    export = read(
        tmp_path, table.replace("09:00", "2014-03-25 09:00").replace("20:15:30", "2014-03-26")
    )
    assert how(export)["Datum"] == ("", "not used")


NETVIZZ = """\
post_id post_by post_text post_published comment_id comment_by comment_message comment_published
p1 Gemeente hoe? 2014-03-01T12:00:00+0000 c1 anna goed 2014-03-01T12:05:00+0000
p1 Gemeente hoe? 2014-03-01T12:00:00+0000 c2 bert mwah 2014-03-01T12:06:00+0000
""".replace(" ", "\t")
YOUTUBE = (
    "id,replyCount,likeCount,publishedAt,authorName,text,isReply,isReplyTo,isReplyToName\n"
    "a,1,0,2014-03-01 12:00:00,anna,hoi,0,,\nb,0,0,2014-03-01 12:01:00,bert,dag,1,a,anna\n"
)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            NETVIZZ,
            [("p1", "post", "Gemeente", "", ""), ("c1", "comment", "anna", "Gemeente", "p1")],
        ),
        (YOUTUBE, [("a", "post", "anna", "", ""), ("b", "comment", "bert", "anna", "a")]),
    ],
)
def test_tools_that_no_reader_is_for(
    tmp_path: Path, table: str, said: list[tuple[str, ...]]
) -> None:
    assert acts(read(tmp_path, table))[: len(said)] == said


def test_the_user_goes_before_any_guess(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("author,echt,time,tekst\nx,anna,2014-03-01,hoi\nx,bert,2014-03-02,dag\n")
    export = counted(readers.read(path, mapping={"author": "echt"}))
    assert list(export.conversation.messages["author"]) == ["anna", "bert"]
    assert how(export)["echt"] == ("who wrote it", "given")
    assert how(export)["author"] == ("", "not used")
    with pytest.raises(DataError, match="no column 'wie'"):
        readers.read(path, mapping={"author": "wie"})
    with pytest.raises(DataError, match="cannot mean 'schrijver'"):
        readers.read(path, mapping={"schrijver": "echt"})


def test_a_mapping_makes_any_table_plain(tmp_path: Path) -> None:
    path = tmp_path / "tcat.csv"
    path.write_text(samples.TCAT, "utf-8")
    export = counted(readers.read(path, mapping={"author": "from_user_realname"}))
    assert "De Gemeente" in set(export.conversation.messages["author"])
    path.write_text("<gexf></gexf>")
    with pytest.raises(DataError, match="no table"):
        readers.read(path, mapping={"author": "x"})


def test_comments_with_their_post_only(tmp_path: Path, stored: None) -> None:
    table = "post_id,comment_by,comment_message\n" + "".join(
        f"p{i % 2},{name},hoi\n" for i, name in enumerate("abcdef")
    )
    export = read(tmp_path, table)
    assert how(export)["post_id"] == ("the message that it answers", "guessed from the values")
    assert export.rows_used == 6
    assert len(networks.co_comment(export.conversation).edges) == 6
    assert any("Posts that comments name" in note for note in export.notes)


def test_kinds_in_both_languages(tmp_path: Path, stored: None) -> None:
    table = "id,auteur,soort,reactie op,aan\n1,a,bericht,,\n2,b,Reactie,1,\n3,c,vind-ik-leuk,1,\n"
    table += "4,d,volgt,,a\n5,e,foto,,\n6,f,Retweet,,a\n"
    export = read(tmp_path, table)
    kinds = [kind for _, kind, *_ in acts(export)]
    assert kinds == ["post", "comment", "like", "follow", "post", "retweet"]
    assert any("'foto'" in note for note in export.notes)


def test_from_and_to_with_times_are_a_conversation(tmp_path: Path) -> None:
    export = read(tmp_path, "from,to,date,weight\na,b,2014-03-01,1\nb,a,2014-03-02,2\n")
    assert [(kind, a, b) for _, kind, a, b, _ in acts(export)] == [
        ("reply", "a", "b"),
        ("reply", "b", "a"),
    ]
    path = tmp_path / "export"
    assert readers.read(path, kind="network").kind == "network"


@pytest.mark.parametrize("form", ["xlsx", "ndjson", "parquet"])
def test_ties_in_any_form(tmp_path: Path, form: str) -> None:
    rows = [("a", "b", 1.5), ("b", "b", 1), ("a", "c", -2)]
    names = ("source", "target", "weight")
    if form == "xlsx":
        content = samples.workbook({"Blad1": [names, *rows]})
    elif form == "ndjson":
        content = "\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows).encode()
    else:
        out = io.BytesIO()
        pd.DataFrame(rows, columns=list(names)).to_parquet(out)
        content = out.getvalue()
    export = read(tmp_path, content)
    assert export.network.edges["weight"].to_list() == [1.5, 1.0]
    assert export.network.directed
    assert any("itself, kept: 1" in note for note in export.notes)
    assert list(export.rejects["value"]) == ["-2"]


def test_several_tables_go_together(tmp_path: Path) -> None:
    first = "id,author,time\n1,a,2014-03-01T10:00:00Z\n2,b,2014-03-01T10:00:00Z\n"
    second = "id,auteur,tijd\n2,b,2014-03-01T10:00:00Z\n3,c,2014-03-01T10:00:00Z\n"
    export = read(tmp_path, first, second)
    assert [name for name, *_ in acts(export)] == ["1", "2", "3"]
    assert export.rows_in == 4
    assert refusal(tmp_path, first, "source,target\na,b\n")


# Forms ------------------------------------------------------------------------------------------


def book(*rows: tuple[Any, ...], title: str = "") -> bytes:
    above = [(title,), ()] if title else []
    return samples.workbook(
        {"Uitleg": [], "Berichten": [*above, *rows], "Ook": [("a", "b"), (1, 2)]}
    )


def test_workbooks(tmp_path: Path) -> None:
    when = pd.Timestamp("2014-03-25 09:00:00.001").to_pydatetime()
    rows = [("id", "auteur", "tijd", "bericht"), (1, "Anna", when, "hoi"), (2.0, "Bert", when)]
    export = read(tmp_path, book(*rows, title="Export van de pagina"))
    assert [name for name, *_ in acts(export)] == ["1", "2"]
    assert at(export, "1") == "2014-03-25 08:00:00"
    assert any("'Berichten' was read and these were not: 'Ook'" in note for note in export.notes)
    assert any("above the header" in note for note in export.notes)


def test_formulas_give_their_results_or_are_turned_down(tmp_path: Path) -> None:
    rows = [("auteur", "bericht"), ("Anna", "=1+1"), ("=A2", "hoi"), ("Bert", "dag")]
    content = book(*rows)
    export = read(tmp_path, content)
    # openpyxl stores no results, as a program that never calculates.
    assert list(export.rejects["row"]) == [2, 3]
    assert list(export.rejects["value"]) == ["(a formula)"] * 2
    assert [who for _, _, who, *_ in acts(export)] == ["Bert"]
    kept = _patched(content, "<v></v>", "<v>Anna</v>")
    kept = _patched(kept, "<v />", "<v>Anna</v>")
    assert [who for _, _, who, *_ in acts(read(tmp_path, kept))] == ["Anna", "Anna", "Bert"]


def _patched(content: bytes, old: str, new: str) -> bytes:
    """A workbook in which some text of its sheets is another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            part = source.read(info)
            if info.filename.startswith("xl/worksheets/"):
                part = part.replace(old.encode(), new.encode())
                part = part.replace(b'<c r="A3"><f>', b'<c r="A3" t="str"><f>')
                part = part.replace(b'<c r="B2"><f>', b'<c r="B2" t="str"><f>')
            target.writestr(info, part)
    return out.getvalue()


def test_errors_in_workbooks_are_no_names(tmp_path: Path) -> None:
    export = read(tmp_path, book(("auteur", "bericht"), ("#REF!", "x"), ("Anna", "y")))
    assert [who for _, _, who, *_ in acts(export)] == ["Anna"]


def test_parquet(tmp_path: Path, stored: None) -> None:
    out = io.BytesIO()
    frame = pd.DataFrame(
        {
            "author": ["a", "b"],
            "time": pd.to_datetime(["2014-03-01 10:00", None]).tz_localize("Europe/Amsterdam"),
            "id": [123456789012345678, 2],
            "tags": [["x", "y"], None],
        }
    )
    frame.to_parquet(out)
    export = read(tmp_path, out.getvalue())
    assert [name for name, *_ in acts(export)] == ["123456789012345678", "2"]
    assert at(export, "123456789012345678") == "2014-03-01 09:00:00"
    assert any("without a time" in note for note in export.notes)
    assert "not whole" in refusal(tmp_path, out.getvalue()[:-20])


def test_what_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet = io.BytesIO()
    pd.DataFrame({"author": ["a"], "text": ["b"]}).to_parquet(parquet)
    for module, content in (("pyarrow.parquet", parquet.getvalue()), ("openpyxl", book(("a", 1)))):
        monkeypatch.setitem(sys.modules, module, None)
        assert "pip install" in refusal(tmp_path, content)


def test_lines_of_json_that_are_none_are_turned_down(tmp_path: Path) -> None:
    lines = ['{"author": "a", "text": "x"}', "[1]", "{bad", '{"author": "b", "text": "\\ud800"}']
    export = read(tmp_path, "\n".join(lines))
    assert list(export.rejects["row"]) == [2, 3]
    assert export.rows_used == 2
    export.conversation.messages.to_csv(None).encode("utf-8")


def test_nested_json_is_read_by_dotted_names(tmp_path: Path) -> None:
    items = [{"user": {"name": "a"}, "text": "x"}, {"user": {"name": "b"}, "text": "y"}]
    path = tmp_path / "x"
    path.write_text(json.dumps({"items": items, "next": None}))
    export = counted(readers.read(path, mapping={"author": "user.name"}))
    assert [who for _, _, who, *_ in acts(export)] == ["a", "b"]


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", 0), ("utf-8-sig", 0), ("cp1252", 1), ("utf-16", 0)]
)
@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, told: int, sign: str) -> None:
    rows = [("auteur", "bericht"), ("Zoë", f'"één{sign} ""twee"""'), ("François", "€ 5")]
    content = "\n".join(map(sign.join, rows)).encode(encoding)
    export = read(tmp_path, content)
    assert list(export.conversation.messages["author"]) == ["Zoë", "François"]
    assert export.conversation.messages.at[0, "text"] == f'één{sign} "twee"'
    assert sum("Windows-1252" in note for note in export.notes) == told


def test_excel_says_its_separator(tmp_path: Path) -> None:
    export = read(
        tmp_path, "sep=;\nauteur;bericht, kort\nAnna;hoi, dag\nBert;x\n".replace(", kort", "")
    )
    assert list(export.conversation.messages["text"]) == ["hoi, dag", "x"]


# Turned down ------------------------------------------------------------------------------------


def test_every_row_that_is_not_used_is_told(tmp_path: Path, stored: None) -> None:
    table = (
        "id,author,time,parent,weight,text\n"
        "1,a,2014-03-01 10:00,,1,x\n"
        "2,,2014-03-01 10:00,,1,x\n"
        "1,b,2014-03-01 10:00,,1,x\n"
        "3,c,niet,,1,x\n"
        "4,d,2014-03-01 10:00,,-1,x\n"
        "5,e,2014-03-01 10:00,,1\n"
        "6,f,2014-03-01 10:00,,1,x,y\n"
        '7,g,2014-03-01 10:00,,"1,5","lang\nover regels"\n'
        "8,h,2014-03-30 02:30,,0,\n"
    )
    export = read(tmp_path, table)
    assert (export.rows_in, export.rows_used) == (9, 2)
    told = dict(zip(export.rejects["row"], export.rejects["problem"], strict=True))
    assert list(told) == [3, 4, 5, 6, 7, 8, 11]
    assert export.rejects.drop_duplicates("row")["column"].to_list() == [
        "author", "id", "time", "weight", "", "", "time",
    ]  # fmt: skip
    assert list(export.conversation.messages["weight"]) == [1.0, 1.5]


def test_threads_in_circles_and_to_nowhere(tmp_path: Path, stored: None) -> None:
    table = "id,author,parent,text\n1,a,2,x\n2,b,1,x\n3,c,3,x\n4,d,2,x\n5,e,99,x\n"
    export = read(tmp_path, table)
    assert export.rows_used == 5
    parents = {own: parent for own, _, _, _, parent in acts(export)}
    assert parents == {"99": "", "1": "", "2": "", "3": "", "4": "2", "5": "99"}
    messages = export.conversation.messages.set_index("message_id")
    assert messages.at["1", "answers"] == "2"


def test_rounded_ids_are_refused(tmp_path: Path) -> None:
    table = 'id;auteur;bericht\n"4,50123E+17";a;x\n"4,50123E+17";b;x\n'
    assert "rounded the ids" in refusal(tmp_path, table)
    assert "rounded the ids" in refusal(
        tmp_path, book(("id", "auteur", "bericht"), (4.50123123123123e17, "a", "x"))
    )


# Refused ----------------------------------------------------------------------------------------

XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
DOCX = samples.workbook({"a": [("x",)]}).replace(b"xl/workbook.xml", b"wd/document.xml")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "nothing"),
        (b"author,text\n", "no usable row below its header"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "nothing is recognised"),
        (b"%PDF-1.4\n" + bytes(range(256)) * 9, "nothing is recognised"),
        (b"<!DOCTYPE html><html><body>Log in, please</body></html>", "a web page"),
        (XLS, "save it as .xlsx"),
        (b"author,text,author\na,b,c\n", "columns 1 and 3 have the same name"),
        (b"een,twee\n1,2\n", "no column is known to say who wrote"),
        (b"author,x\na,1\nb,2\n", "no column is known to say when"),
        (b'author,text\na,"b\nc,d\n', "quotes"),
        (b"author,text\na,\x81\x8d\n", "neither UTF-8 nor cp1252"),
        (b"author,text\n" + b"a,b\n" * 99 + b"a," + b"x" * 6_000_000, "longer than"),
        (b'author,text\na,"' + b"x\n" * 600_000 + b'"\n', "larger than 1,000,000 characters"),
        (gzip.compress(b"author,text\n" + os.urandom(9999))[:-9], "not whole"),
        (gzip.compress(b"", mtime=0), "the file in it is empty"),
        (samples.workbook({"a": [("author", "text"), ("a", "b")]})[:-99], "not whole"),
        (samples.workbook({"a": []}), "nothing in it"),
        (DOCX, "another kind"),
        (b'{"author": "a", "text": "x"', "not complete JSON"),
        (b'{"a": 1}', "no column"),
    ],
)
def test_refusals_say_what_to_do(tmp_path: Path, content: bytes, said: str) -> None:
    message = refusal(tmp_path, content)
    assert said.casefold() in message.casefold()
    assert "export" in message.partition(":")[0]
    assert "Remedy: " in message


def test_missing_files_and_empty_folders(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        readers.read(tmp_path / "x.csv")
    with pytest.raises(DataError, match="no file in it"):
        readers.read(tmp_path)


def test_bombs_are_not_unpacked(tmp_path: Path) -> None:
    zeros = b"0" * (60 << 20)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.csv", b"author,text\n" + zeros)
    with pytest.raises(DataError, match="which no export does"):
        readers.read(path)
    # One that lies about its size.
    content = path.read_bytes().replace((len(zeros) + 12).to_bytes(4, "little"), b"\x09\0\0\0")
    path.write_bytes(content)
    with pytest.raises(DataError):
        readers.read(path)
    path.write_bytes(gzip.compress(b"author,text\n" + zeros))
    with pytest.raises(DataError, match="which no export does"):
        readers.read(path)
    big = samples.workbook({"a": [("author", "text"), ("a", "b")]})
    big = _patched(big, "<sheetData>", f"<!--{' ' * (60 << 20)}--><sheetData>")
    path.write_bytes(_squeezed(big))
    with pytest.raises(DataError, match="which no export does"):
        readers.read(path)


def _squeezed(content: bytes) -> bytes:
    out = io.BytesIO()
    packed = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(io.BytesIO(content)) as source, packed as target:
        for info in source.infolist():
            target.writestr(info.filename, source.read(info))
    return out.getvalue()


def test_huge_cells_in_workbooks(tmp_path: Path) -> None:
    noise = (os.urandom(2 << 20)).hex()
    good = book(("author", "text"), ("a", "CELL"))
    big = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(big, "w") as target:
        for info in source.infolist():
            target.writestr(info, source.read(info).replace(b"CELL", noise.encode()))
    assert "has a cell of more than 1 MB" in refusal(tmp_path, big.getvalue())


def test_workbooks_that_would_harm(tmp_path: Path) -> None:
    good = book(("author", "text"), ("a", "b"))
    lol = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet'
    assert "declares a document type" in refusal(tmp_path, _patched(good, "<worksheet", lol))
    assert "stands after row" in refusal(tmp_path, _patched(good, '<row r="2"', '<row r="1"'))
    far = _patched(good, '<row r="2"', '<row r="99999999999"')
    assert "rows beyond" in refusal(tmp_path, far)


def test_an_archive_of_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MEMBERS", 3)
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(5):
            archive.writestr(f"{number}.csv", "author,text\na,b\n")
    with pytest.raises(DataError, match="more than 3 files"):
        readers.read(path)


# Harmless ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "workbook"])
def test_names_of_any_sort(tmp_path: Path, form: str) -> None:
    rows = [("author", "text"), *((name, name) for name in HOSTILE)]
    if form == "text":
        content: str | bytes = "\n".join(
            ",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows
        )
    else:
        book_ = openpyxl.Workbook()
        for row in rows:
            book_.active.append([None, None])
            for cell, value in zip(book_.active[book_.active.max_row], row, strict=True):
                cell.value, cell.data_type = value, "s"
        out = io.BytesIO()
        book_.save(out)
        content = out.getvalue()
    export = read(tmp_path, content)
    assert sorted(export.conversation.messages["author"]) == sorted(HOSTILE)


def test_nul_and_odd_line_ends(tmp_path: Path) -> None:
    table = "author,text\n" + "anna,een gewone tekst van enige lengte\n" * 60
    content = table.encode().replace(b"een", b"e\0n", 1).replace(b"\n", b"\r")
    export = read(tmp_path, content)
    assert export.rows_used == 60
    assert export.conversation.messages.at[0, "text"].startswith("en gewone")


def test_half_characters_are_told(tmp_path: Path) -> None:
    content = "auteur,bericht\nZoë,één\nBo,caf".encode() + "é".encode()[:1] + b"\nAn,x\n"
    export = read(tmp_path, content)
    assert list(export.conversation.messages["text"]) == ["één", "caf\ufffd", "x"]
    assert any("not whole, and show as \ufffd: 1." in note for note in export.notes)


def test_long_lines_of_json(tmp_path: Path) -> None:
    lines = [json.dumps({"author": name, "text": "x" * 80_000}) for name in "ab"]
    assert len(acts(read(tmp_path, "\n".join(lines) + "\n"))) == 2


def test_a_limit_that_others_set_stays_as_it_is() -> None:
    import csv

    from casebook.readers.sources import in_memory

    before = csv.field_size_limit()
    list(text.rows(in_memory("x", b"a,b\n1,2\n"), ","))
    assert csv.field_size_limit() == before
