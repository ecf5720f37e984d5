"""A reader's own export: pseudonyms, roles, measures, and files that are whole, safe and silent."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import networkx as nx
import pandas as pd
import pypdf
import pytest
from nbclient import NotebookClient

from casebook import factsheet, measure_set, pseudonyms
from casebook.cli import main
from casebook.conversation import Conversation, validate
from casebook.errors import DataError
from casebook.own import analysis, case, prepare, sheet, terms, write
from casebook.own.request import Request, roles
from casebook.provenance import Provenance, mark, of
from casebook.readers import base

REPO = Path(__file__).parent.parent
KEY = b"k" * 32
PAGE, PAPER = "Gemeente Voorbeeld", "De Voorbeeldkrant"
PEOPLE = [f"Persoon {letter}" for letter in "ABCDEFGHIJKLMNOP"]

NO_TERMS = pd.DataFrame(columns=["community", "members", "term", "users", "g2", "log_ratio"])

#: What the results must hold, whatever is measured.
CONTRACT = [*measure_set.MEASURES, "betweenness_top", "notes", "provenance"]


def _messages() -> pd.DataFrame:
    """A page with twelve posts; two circles of people, each with a word of its own."""
    rows: list[dict[str, Any]] = []
    for post in range(12):
        day = f"2024-03-{post + 1:02}"
        rows.append(_row(f"post{post}", PAGE, f"{day}T08:00:00Z", "post", text="Nieuws #plein"))
        circle = PEOPLE[:8] if post % 2 else PEOPLE[8:]
        word = "speeltuin" if post % 2 else "parkeren"
        for place, name in enumerate(circle):
            said = f"Wij willen {word} @{PAGE.replace(' ', '')} @onbekende123 #plein"
            id_ = f"c{post}-{place}"
            rows.append(
                _row(id_, name, f"{day}T{9 + place:02}:00:00Z", "comment", f"post{post}", said)
            )
        if post < 6:
            rows.append(
                _row(f"a{post}", PAGE, f"{day}T12:00:00Z", "reply", f"c{post}-0", "Dank u wel")
            )
    rows.append(_row("krant", PAPER, "2024-03-05T10:00:00Z", "comment", "post4", "Wij schrijven"))
    return pd.DataFrame(rows)


def _row(
    id_: str, author: str, time: str, kind: str, parent: str = "", text: str = ""
) -> dict[str, Any]:
    return {
        "message_id": id_,
        "author": author,
        "time": time,
        "kind": kind,
        "parent_id": parent,
        "target": "",
        "text": text,
    }


def _conversation(messages: pd.DataFrame | None = None) -> Conversation:
    actors = pd.DataFrame({"actor": [PAGE, *PEOPLE]}).assign(role="unknown", label="", group="")
    valid = validate(_messages() if messages is None else messages, actors)
    origin = Provenance("yours", note="Made for a test.")
    return Conversation(mark(valid[0], origin), mark(valid[1], origin), "test")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an export and a file of roles; the secret is kept beside it."""
    monkeypatch.setenv("CASEBOOK_SECRET_FILE", str(tmp_path / "secret"))
    _messages().to_csv(tmp_path / "messages.csv", index=False)
    listed = [("name", "role", "public"), (PAGE, "government", "true"), (PAPER, "media", "yes")]
    listed += [(name, "citizen", "") for name in PEOPLE]
    with (tmp_path / "roles.csv").open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(listed)
    return tmp_path


def _request(folder: Path, **changed: Any) -> Request:
    given: dict[str, Any] = {
        "files": (folder / "messages.csv",),
        "title": "Onze pagina",
        "out": folder / "out",
        "roles": folder / "roles.csv",
    }
    return Request(**(given | changed))


def _prepared(folder: Path, **changed: Any) -> prepare.Prepared:
    return prepare.prepare(_export(_conversation()), _request(folder, **changed), KEY)


def _export(conv: Conversation) -> base.Export:
    nothing = pd.DataFrame(columns=list(base.REJECTS))
    return base.Export(
        format="test",
        kind="conversation",
        conversation=conv,
        network=None,
        unattributed=conv.messages.iloc[:0],
        rejects=nothing,
        rows_in=len(conv.messages),
        rows_used=len(conv.messages),
        understood=pd.DataFrame(columns=list(base.UNDERSTOOD)),
        notes=(),
    )


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of one whole run."""
    with pytest.MonkeyPatch.context() as patch:
        where = tmp_path_factory.mktemp("own")
        made = folder.__wrapped__(where, patch)  # type: ignore[attr-defined]
        write.factsheet_of(_request(made))
    return where / "out"


# Pseudonyms --------------------------------------------------------------------------------------


def test_a_pseudonym_is_keyed_and_steady() -> None:
    one = pseudonyms.pseudonym("Persoon A", KEY)
    assert one == pseudonyms.pseudonym("@persoon a ", KEY)
    assert one != pseudonyms.pseudonym("Persoon A", b"another key" * 4)
    assert one.startswith(pseudonyms.PREFIX) and "persoon" not in one
    many = {pseudonyms.pseudonym(f"name{i}", KEY) for i in range(20_000)}
    assert len(many) == 20_000


def test_names_go_from_texts_too() -> None:
    said = "RT @Persoon_A: zie @gemeente en @Persoon_B, mail a@b.nl"
    messages = pd.DataFrame([_row("m", "Persoon_A", "2024-03-01T10:00:00Z", "post", text=said)])
    hidden = pseudonyms.hide(_conversation(messages), KEY, ["gemeente"])
    text = hidden.messages["text"].iloc[0]
    assert "Persoon" not in text and "@gemeente" in text and "a@b.nl" in text
    assert f"RT @{pseudonyms.pseudonym('Persoon_A', KEY)}:" in text


def test_hiding_keeps_the_public_and_drops_the_rest() -> None:
    conv = _conversation()
    conv.actors["label"] = "A label with a name"
    conv.messages["profile"] = "https://example.org/persoon-a"
    hidden = pseudonyms.hide(conv, KEY, [PAGE])
    assert PAGE in set(hidden.messages["author"]) and PAGE in set(hidden.actors["actor"])
    assert not set(PEOPLE) & {*hidden.messages["author"], *hidden.actors["actor"]}
    assert "profile" not in hidden.messages
    assert set(hidden.actors.loc[hidden.actors["actor"] != PAGE, "label"]) == {""}
    assert len(hidden.actors) == len(conv.actors)


def test_who_is_public_by_label_keeps_both_names() -> None:
    conv = _conversation()
    conv.actors.loc[conv.actors["actor"] == PEOPLE[0], "label"] = "De Krant"
    hidden = pseudonyms.hide(conv, KEY, ["de krant"]).actors.set_index("actor")
    assert hidden.loc[PEOPLE[0], "label"] == "De Krant"
    assert PEOPLE[1] not in hidden.index


def test_notes_name_only_the_public(folder: Path) -> None:
    listed = "name,role,public\nabsent_resident,citizen,false\nAbsent Paper,media,true\n"
    (folder / "roles.csv").write_text(listed, "utf-8")
    notes = " ".join(_prepared(folder).notes)
    assert "2 names of the file of roles take no part: 'absent paper'" in notes
    assert "resident" not in notes


def test_the_secret_is_made_once_for_the_user_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEBOOK_SECRET_FILE", str(tmp_path / "kept" / "secret"))
    first = pseudonyms.secret()
    assert first == pseudonyms.secret() and len(first) >= 32
    assert stat.S_IMODE((tmp_path / "kept" / "secret").stat().st_mode) == 0o600
    (tmp_path / "kept" / "secret").write_text("short")
    with pytest.raises(DataError, match="too short"):
        pseudonyms.secret()


# Roles -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name,public\na,true\n", r"row 1, column 'role'.*missing"),
        ("name,role\n", "no line below its heading"),
        ("name,role\na,boss\n", r"row 2, column 'role'.*'boss' is no role"),
        ("name,role\n,citizen\n", r"row 2, column 'name'.*empty"),
        ("name,role\na,citizen\n@A,media\n", r"row 3, column 'name'.*twice"),
        ("name,role,public\na,citizen,maybe\n", r"row 2, column 'public'.*neither"),
    ],
)
def test_a_wrong_file_of_roles_says_where(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "roles.csv").write_text(text, "utf-8")
    with pytest.raises(DataError, match=says):
        roles(tmp_path / "roles.csv")


def test_roles_may_be_separated_by_semicolons(tmp_path: Path) -> None:
    (tmp_path / "roles.csv").write_text("Name;Role;Public\n@Stad;government;ja\n", "utf-8-sig")
    assert roles(tmp_path / "roles.csv").to_dict("records") == [
        {"name": "stad", "role": "government", "public": True, "label": ""}
    ]


def test_roles_as_dutch_excel_saves_them(tmp_path: Path) -> None:
    said = "Naam;Rol;Openbaar\nGemeente Súdwest;overheid;WAAR\nJan;burger;nee\n"
    (tmp_path / "roles.csv").write_bytes(said.encode("cp1252"))
    assert roles(tmp_path / "roles.csv")[["name", "role", "public"]].to_dict("list") == {
        "name": ["gemeente súdwest", "jan"],
        "role": ["government", "citizen"],
        "public": [True, False],
    }


def test_a_workbook_is_no_file_of_roles(tmp_path: Path) -> None:
    (tmp_path / "roles.xlsx").write_bytes(b"PK\3\4\0\0")
    with pytest.raises(DataError, match="save it as CSV"):
        roles(tmp_path / "roles.xlsx")


# Preparing ---------------------------------------------------------------------------------------


def test_roles_are_given_before_names_go(folder: Path) -> None:
    prepared = _prepared(folder)
    assert prepared.kind == "co-comment"
    role = dict(zip(prepared.network.vs["name"], prepared.network.vs["role"], strict=True))
    assert role[PAPER] == "media"
    assert list(role.values()).count("citizen") == len(PEOPLE)
    assert not set(PEOPLE) & set(role)


def test_the_period_is_of_local_days(folder: Path) -> None:
    prepared = _prepared(folder, start=date(2024, 3, 3), end=date(2024, 3, 4))
    assert prepared.conversation is not None
    times = prepared.conversation.messages["time"]
    assert set(times.dt.date) == {date(2024, 3, 3), date(2024, 3, 4)}
    assert any("were left out" in note for note in prepared.notes)
    with pytest.raises(DataError, match=r"none of .* falls in the period"):
        _prepared(folder, start=date(1999, 1, 1), end=date(1999, 1, 2))


def _nameless(conv: Conversation) -> base.Export:
    """An export with the page's posts, and comments of nobody known."""
    comments = conv.messages["kind"].eq("comment")
    posts = conv.messages[conv.messages["kind"] == "post"].assign(text="")
    kept = mark(posts.reset_index(drop=True), of(conv.messages))
    return replace(
        _export(Conversation(kept, conv.actors, conv.case)),
        unattributed=conv.messages[comments].assign(author=""),
        rows_in=len(kept),
        rows_used=len(kept),
        notes=("Some posts had more comments than were collected.",),
    )


def test_messages_of_nobody_known_are_of_the_period_too(folder: Path) -> None:
    export = _nameless(_conversation())
    days = {"start": date(2024, 3, 3), "end": date(2024, 3, 4)}
    prepared = prepare.prepare(export, _request(folder, **days), KEY)
    assert prepared.nameless is not None and len(prepared.nameless) == 16
    assert any("So were 81 outside the period" in note for note in prepared.notes)
    made = analysis.analyse(prepared, timezone="Europe/Amsterdam", seed=1)
    assert made.measures.values["messages"] == 2 + 16
    assert made.hours is not None and made.hours["messages"].sum() == 2 + 16


def test_a_sheet_without_a_network_promises_none(folder: Path) -> None:
    export, request = _nameless(_conversation()), _request(folder)
    prepared = prepare.prepare(export, request, KEY)
    made = analysis.analyse(prepared, timezone="Europe/Amsterdam", seed=1)
    told = sheet.content(export, prepared, made, request, NO_TERMS, None)
    assert "tied" not in " ".join(told["parts"]["a"]["text"])
    assert all(told["parts"][letter]["text"] for letter in "abdef")
    assert [number["label"] for number in told["numbers"]] == ["Messages", "Actors"]
    assert told["kicker"].endswith("2024-03-01 to 2024-03-12")
    assert told["assumed"][0] == export.notes[0]
    pages = pypdf.PdfReader(io.BytesIO(factsheet.typeset(told))).pages
    assert len(pages) == 1 and export.notes[0] in " ".join(pages[0].extract_text().split())


def test_all_numbers_fit_on_one_sheet_and_a_threshold_is_told(folder: Path) -> None:
    days = {"start": date(2024, 3, 1), "end": date(2024, 3, 11)}
    request = _request(folder, threshold=2, **days)
    export = replace(_export(_conversation()), notes=("It was read so. " * 30,) * 9)
    prepared = prepare.prepare(export, request, KEY)
    made = analysis.analyse(prepared, timezone="Europe/Amsterdam", seed=1)
    picture = sheet.drawn(prepared, made.partition, threshold=2)
    told = sheet.content(export, prepared, made, request, NO_TERMS, picture)
    assert len(told["numbers"]) == 6
    assert told["pictures"][0]["caption"].startswith("Only ties of weight 2 or more")
    assert len(pypdf.PdfReader(io.BytesIO(factsheet.typeset(told))).pages) == 1


def test_a_network_that_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(DataError, match="no ties of the kind 'retweet'"):
        _prepared(folder, kind="retweet")
    assert _prepared(folder, kind="reply").network.is_directed()


def test_a_period_that_ends_before_it_begins_is_refused(folder: Path) -> None:
    with pytest.raises(DataError, match="2024-03-02 comes after 2024-03-01"):
        _request(folder, start=date(2024, 3, 2), end=date(2024, 3, 1))


@pytest.mark.parametrize("weight", ["0", "-1", "twee", "1.5"])
def test_a_threshold_is_a_weight(weight: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["factsheet", "x.csv", "--title", "t", "--out", "o", "--threshold", weight])
    assert f"'{weight}' is no weight" in capsys.readouterr().err


def test_hashtags_are_tied_by_messages(folder: Path) -> None:
    said = ["#een #twee", "#een #TWEE #drie", "#drie"]
    rows = [
        _row(f"m{i}", PEOPLE[i], "2024-03-01T10:00:00Z", "post", text=text)
        for i, text in enumerate(said)
    ]
    export = _export(_conversation(pd.DataFrame(rows)))
    made = prepare.prepare(export, _request(folder, kind="hashtag", roles=None), None)
    ties = {
        (made.network.vs[e.source]["name"], made.network.vs[e.target]["name"]): e["weight"]
        for e in made.network.es
    }
    assert ties == {("een", "twee"): 2, ("drie", "een"): 1, ("drie", "twee"): 1}


def test_hashtags_that_few_use_are_left_out_with_the_names(folder: Path) -> None:
    rows = [
        _row(f"m{i}", name, "2024-03-01T10:00:00Z", "post", text=f"#een #twee #about{i}")
        for i, name in enumerate(PEOPLE[:5])
    ]
    export = _export(_conversation(pd.DataFrame(rows)))
    made = prepare.prepare(export, _request(folder, kind="hashtag", roles=None), KEY)
    assert sorted(made.network.vs["name"]) == ["een", "twee"]
    assert "5 hashtags of fewer than 5 accounts were left out." in made.notes


# Measuring ---------------------------------------------------------------------------------------


def test_measures_are_those_of_the_cases(folder: Path) -> None:
    prepared = _prepared(folder)
    made = analysis.analyse(prepared, timezone="Europe/Amsterdam", seed=1)
    values = made.measures.values
    assert prepared.conversation is not None
    assert values["messages"] == len(_messages())
    assert values["nodes"] == len(PEOPLE) + 1
    assert values["response_rate"] == pytest.approx(6 / 96)
    assert values["median_response_hours"] == 3.0
    assert values["communities"] == 2
    assert made.hours is not None
    assert made.hours["messages"].sum() == len(_messages())


def test_a_post_that_stands_in_is_nobody_s_message(folder: Path) -> None:
    conv = _conversation()
    conv.messages["stand_in"] = conv.messages["message_id"] == "post11"
    prepared = prepare.prepare(_export(conv), _request(folder), KEY)
    whole = analysis.analyse(_prepared(folder), timezone="Europe/Amsterdam", seed=1).measures
    made = analysis.analyse(prepared, timezone="Europe/Amsterdam", seed=1).measures
    assert whole.values["messages"] is not None
    assert made.values["messages"] == whole.values["messages"] - 1
    assert made.values["edges"] == whole.values["edges"]


def test_unanswered_questions_count_as_waiting(folder: Path) -> None:
    prepared = _prepared(folder)
    assert prepared.conversation is not None
    asked = analysis.questions(prepared.conversation)
    assert asked is not None and asked["answered"].sum() == 6
    waiting = analysis.analyse(prepared, timezone="Europe/Amsterdam", seed=1).waiting
    assert waiting is not None
    share = waiting.set_index("hours")["unanswered"]
    # All six answers come within three hours, when nobody's waiting has been cut off yet.
    assert share[4] == pytest.approx(1 - 6 / len(asked), abs=0.01)
    assert (waiting["low"] <= waiting["unanswered"]).all()


def test_words_need_enough_users(folder: Path) -> None:
    conv = _conversation()
    hidden = pseudonyms.hide(conv, KEY, [PAGE, PAPER])
    prepared = _prepared(folder)
    partition = analysis.analyse(prepared, timezone="Europe/Amsterdam", seed=1).partition
    found = terms.key_terms(hidden, partition, "nl")
    told = {row.term for row in found.itertuples()}
    assert {"speeltuin", "parkeren"} <= told
    assert not told & {"wij", "schrijven", "onbekende", "anon", "plein"}
    assert (found["users"] >= prepare.FEW).all() and (found["log_ratio"] > 0).all()
    assert terms.hashtags(hidden)["hashtag"].tolist() == ["plein"]


# The files ---------------------------------------------------------------------------------------


def test_everything_is_written(results: Path) -> None:
    assert {p.name for p in results.iterdir()} == {*write.NAMES} - {"rejects.csv"}
    kept = json.loads((results / "measures.json").read_text("utf-8"))
    assert set(CONTRACT) <= set(kept)
    for name in measure_set.MEASURES:
        assert kept[name] is not None or kept["notes"][name], name
    origin = kept["provenance"]
    assert re.fullmatch(r"[0-9a-f]{64}", origin["files"][0]["sha256"])
    assert origin["seed"] == 1 and origin["versions"]["casebook"]
    assert origin["rows"]["in"] == origin["rows"]["used"] == len(_messages())


def test_no_name_and_no_text_leaves_the_computer(results: Path) -> None:
    pages = pypdf.PdfReader(results / "factsheet.pdf").pages
    said = {"factsheet.pdf": " ".join(page.extract_text() for page in pages)}
    for path in results.iterdir():
        if path.suffix != ".pdf":
            said[path.name] = path.read_text("utf-8")
    for name, text in said.items():
        assert not [one for one in PEOPLE if one.casefold() in text.casefold()], name
        assert "onbekende123" not in text and "Wij willen" not in text, name
        assert "Dank u wel" not in text, name
    assert PAPER in said["nodes.csv"]


def test_the_page_stands_alone(results: Path) -> None:
    page = (results / "factsheet.html").read_text("utf-8")
    assert not re.search(r"(?:src|href)\s*=", page) and "<script" not in page
    assert "url(" not in page and "@import" not in page


def test_the_network_is_the_same_in_every_file(results: Path) -> None:
    edges = pd.read_csv(results / "edges.csv")
    nodes = pd.read_csv(results / "nodes.csv")
    graph = nx.read_gexf(results / "network.gexf")
    assert graph.number_of_edges() == len(edges)
    assert set(graph) == set(nodes["id"])
    kept = json.loads((results / "measures.json").read_text("utf-8"))
    assert kept["edges"] == len(edges)
    ours = nx.from_pandas_edgelist(edges, edge_attr="weight")
    between = nx.betweenness_centrality(ours, normalized=False)
    for row in kept["betweenness_top"]:
        assert between[row["id"]] == pytest.approx(row["value"], abs=1e-9)


def test_the_notebook_runs(results: Path, tmp_path: Path) -> None:
    for name in ("notebook.ipynb", "measures.json", "nodes.csv", "edges.csv"):
        (tmp_path / name).write_bytes((results / name).read_bytes())
    book = nbformat.read(tmp_path / "notebook.ipynb", 4)
    NotebookClient(book, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    table = str(book.cells[3].outputs[0]["data"]["text/plain"])
    assert "density" in table


def test_same_export_same_bytes(folder: Path) -> None:
    write.factsheet_of(_request(folder))
    first = {p.name: p.read_bytes() for p in (folder / "out").iterdir()}
    write.factsheet_of(_request(folder))
    assert first == {p.name: p.read_bytes() for p in (folder / "out").iterdir()}


def test_a_failure_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path, _content: bytes) -> int:
        raise OSError(28, "No space left on device")

    before = sorted(p.name for p in folder.iterdir())
    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(DataError, match="No space left"):
        write._place(folder / "out", {"measures.json": b"{}"})
    assert sorted(p.name for p in folder.iterdir()) == before


def test_a_folder_with_other_files_is_left_alone(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "thesis.docx").write_text("mine")
    with pytest.raises(DataError, match=r"other files \(thesis.docx\)"):
        write.factsheet_of(_request(folder))
    assert [p.name for p in (folder / "out").iterdir()] == ["thesis.docx"]


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "=HYPERLINK(1)", "\u202eevil", '"><img src=x>']
)
def test_names_never_run(folder: Path, name: str) -> None:
    messages = _messages().replace({"author": {PEOPLE[0]: name}})
    messages.to_csv(folder / "messages.csv", index=False)
    write.factsheet_of(_request(folder, roles=None, show_names=True))
    page = (folder / "out" / "factsheet.html").read_text("utf-8")
    assert "<script" not in page and "<img" not in page
    assert nx.read_gexf(folder / "out" / "network.gexf").number_of_nodes() == len(PEOPLE) + 1
    with (folder / "out" / "nodes.csv").open(encoding="utf-8", newline="") as handle:
        cells = [cell for row in csv.reader(handle) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


# The command -------------------------------------------------------------------------------------


def test_the_command_tells_what_it_did(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "out"
    given = ["factsheet", str(folder / "messages.csv"), "--title", "Onze pagina", "--out", str(out)]
    assert main([*given, "--roles", str(folder / "roles.csv"), "--from", "2024-03-01"]) == 0
    said = capsys.readouterr()
    assert "rows used" in said.out and "factsheet.html" in said.out and said.err == ""
    assert main([*given, "--show-names"]) == 0
    assert "GDPR" in capsys.readouterr().err


def test_the_command_refuses_without_a_trace(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "empty.csv").write_bytes(b"")
    before = sorted(p.name for p in folder.iterdir())
    out = folder / "out"
    assert main(["factsheet", str(folder / "empty.csv"), "--title", "T", "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert "empty.csv" in said and "Remedy" in said and "Traceback" not in said
    assert sorted(p.name for p in folder.iterdir()) == before


# A case of one's own -----------------------------------------------------------------------------


@pytest.fixture
def book(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The parts of a book that a new case touches, and nothing else."""
    made = folder / "book"
    (made / "chapters" / "cases").mkdir(parents=True)
    (made / "data").mkdir()
    for name in ("_toc.yml", "data/datapackage.json"):
        (made / name).write_bytes((REPO / name).read_bytes())
    monkeypatch.setenv("CASEBOOK_DATA", str(made / "data"))
    return made


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_case_comes_and_goes_without_a_trace(book: Path, folder: Path) -> None:
    before = _tree(book)
    case.add("our_page", book, _request(folder))
    added = set(_tree(book)) - set(before)
    assert {"chapters/cases/our_page.md", "data/yours/our_page/messages.csv.gz"} <= added
    listed = (book / "_toc.yml").read_text("utf-8").splitlines()
    place = [line.strip() for line in listed].index("- file: chapters/cases/our_page")
    assert listed[place - 1].strip().startswith("- file: chapters/cases/")
    case.remove("our_page", book)
    assert _tree(book) == before and not (book / "data" / "yours").exists()


def test_a_case_keeps_ties_and_no_names_and_no_text(book: Path, folder: Path) -> None:
    made = case.add("our_page", book, _request(folder))
    for path in made:
        said = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        assert b"Persoon" not in said and b"speeltuin" not in said, path
    loaded, direct = case.load("our_page"), _prepared(folder)
    assert loaded.kind == direct.kind
    assert loaded.network.ecount() == direct.network.ecount()
    assert loaded.network["provenance"].kind == "yours"


def test_a_network_can_be_a_case_too(book: Path, folder: Path) -> None:
    nx.write_gexf(nx.karate_club_graph(), folder / "karate.gexf")
    case.add("karate", book, _request(folder, files=(folder / "karate.gexf",), roles=None))
    loaded = case.load("karate")
    assert (loaded.network.vcount(), loaded.network.ecount()) == (34, 78)
    assert not loaded.network.is_directed()


@pytest.mark.parametrize("name", ["Our Page", "../x", "9", "a"])
def test_a_case_needs_a_plain_name(book: Path, folder: Path, name: str) -> None:
    before = _tree(book)
    with pytest.raises(DataError, match="no name for a chapter"):
        case.add(name, book, _request(folder))
    assert _tree(book) == before


def test_cases_are_neither_overwritten_nor_taken_from_the_report(book: Path, folder: Path) -> None:
    case.add("our_page", book, _request(folder))
    with pytest.raises(DataError, match="such a case already"):
        case.add("our_page", book, _request(folder))
    with pytest.raises(DataError, match="such a case already"):
        case.add("timmermans", book, _request(folder))
    with pytest.raises(DataError, match=r"no case of your own called 'timmermans'.*our_page"):
        case.remove("timmermans", book)
