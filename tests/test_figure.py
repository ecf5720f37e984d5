"""Exhibits: with origin, mark, twin and safe text, or not at all."""

from __future__ import annotations

import csv
import io
import json

import networkx as nx
import pandas as pd
import pytest

from casebook import charts, figure, networkview
from casebook.errors import ProvenanceError
from casebook.provenance import KINDS, Provenance, mark

HARM = """<script>alert("1")</script><!--'&"""
GROUPS = mark(
    pd.DataFrame({"group": ["a"], "label_en": ["Group A"], "colour_nl": ["blauw"]}),
    Provenance("coded", ("twente2014 §5.3",)),
)


def rows(kind: str = "derived", **columns: list) -> pd.DataFrame:
    """A small table of this kind."""
    held = columns or {"what": ["x", "y"], "count": [1, 2], "said": ["1", "2"]}
    return mark(pd.DataFrame(held), Provenance(kind, ("twente2014 §5.3",), "A note."))


def bars(frame: pd.DataFrame, name: str = "some_bars") -> figure.Figure:
    """A chart of the table."""
    drawn = charts.bars(frame, value="count", label="what", text="said", axis="Count")
    return figure.chart(drawn, frame, name, "Y is longer than x.")


def net(kind: str = "coded", *, label: str = "Someone") -> figure.Figure:
    """A network of two."""
    graph = mark(nx.Graph([("u", "v")]), Provenance(kind, ("twente2014 §5.3",)))
    graph.nodes["u"]["label"] = label
    return figure.network(networkview.view(graph, GROUPS, named={"u"}), "pair", "U knows v.")


# ---------------------------------------------------------------------------- origin and mark


@pytest.mark.parametrize("kind", KINDS)
def test_only_reconstructions_bear_the_mark(kind: str) -> None:
    for made in (bars(rows(kind)), net(kind)):
        payload = made.payload()
        simulated = kind == "reconstructed"
        assert payload["mark"] == (figure.MARK if simulated else "")
        assert set(payload["pictures"]) == {"light", "dark"}
        for picture in payload["pictures"].values():
            assert (figure.MARK in picture) == simulated
        assert (figure.MARK in json.dumps(payload["content"])) == simulated
        assert (figure.MARK in payload["files"].get("gexf", "")) == (
            simulated and made.type == "network"
        )


def test_a_figure_needs_an_origin() -> None:
    bare = pd.DataFrame({"what": ["x"], "count": [1], "said": ["1"]})
    with pytest.raises(ProvenanceError, match="does not say where it comes from"):
        figure.table(bare, "bare", "Nothing.")
    with pytest.raises(ProvenanceError, match="does not say where it comes from"):
        bars(bare)


@pytest.mark.parametrize("name", ["", "Upper", "with space", "../up", "1st", "a-b", "a.b"])
def test_a_name_must_be_able_to_name_a_file(name: str) -> None:
    with pytest.raises(ProvenanceError, match=r"cannot name a file.*Remedy"):
        figure.table(rows(), name, "Two rows.")


@pytest.mark.parametrize("description", ["", "  \n"])
def test_a_figure_needs_a_description(description: str) -> None:
    with pytest.raises(ProvenanceError, match=r"no description.*Remedy"):
        figure.table(rows(), "some_table", description)


@pytest.mark.parametrize("dtype", ["object", "str", "string", "category"])
def test_reconstructed_actors_cannot_pass_for_others(dtype: str) -> None:
    frame = rows(actor=["the page", "p0042"]).astype({"actor": dtype})
    with pytest.raises(ProvenanceError, match=r"p0042 \(column 'actor'\).*Remedy"):
        figure.table(frame, "actors", "Two actors.")
    as_it_is = rows("reconstructed", actor=["the page", "p0042"])
    assert figure.table(as_it_is, "actors", "Two actors.").payload()["kind"] == "reconstructed"


# ---------------------------------------------------------------------------- tables and CSV


def test_cells_as_the_page_shows_them() -> None:
    frame = rows(
        whole=[1, 1234567],
        part=[0.123456, 12345.6],
        mixed=[2.0, None],
        yes=[True, False],
        day=pd.to_datetime(["2014-03-31", None]).tolist(),
        text=["a", None],
    )
    table = figure.table(frame, "cells", "Kinds of cells.").payload()["table"]
    assert table["columns"] == ["whole", "part", "mixed", "yes", "day", "text"]
    assert table["numeric"] == [True, True, True, False, False, False]
    assert table["rows"] == [
        ["1", "0.1235", "2", "yes", "2014-03-31", "a"],
        ["1,234,567", "12,346", "", "no", "", ""],
    ]


def test_dutch_columns_are_told() -> None:
    frame = rows(Dutch=["wijkagent"], English=["community officer"], printed=["ruim 18.000"])
    assert figure.table(frame, "t", "Terms.").payload()["table"]["dutch"] == [True, False, False]
    also = figure.table(frame, "t", "Terms.", dutch=["printed"]).payload()["table"]["dutch"]
    assert also == [True, False, True]


def read(made: figure.Figure) -> list[list[str]]:
    """Its CSV, read again."""
    return list(csv.reader(io.StringIO(made.payload()["files"]["csv"])))


def test_csv_has_all_rows_and_the_page_the_first() -> None:
    many = rows(n=list(range(1000)))
    made = figure.table(many, "many", "Many rows.")
    table = made.payload()["table"]
    assert len(read(made)) == 1001
    assert len(table["rows"]) == figure.SHOWN_ROWS
    assert table["total"] == 1000
    few = figure.table(rows(n=list(range(3 * figure.SHOWN_ROWS))), "few", "Not so many.")
    assert len(few.payload()["table"]["rows"]) == 3 * figure.SHOWN_ROWS
    assert few.payload()["table"]["note"] == ""


def test_rows_that_links_lead_to_are_all_shown() -> None:
    many = rows(id=[f"row.{n}" for n in range(1000)])
    payload = figure.table(many, "many", "Many rows.", anchors=("id", "row")).payload()
    assert len(payload["table"]["rows"]) == len(payload["content"]["anchors"]) == 1000


def test_csv_keeps_words_and_numbers() -> None:
    frame = rows(text=['say "x, y"', "", "line\nbreak"], number=[0.1 + 0.2, 3.0, float("nan")])
    assert read(figure.table(frame, "words", "Words.")) == [
        ["text", "number"],
        ['say "x, y"', "0.3"],
        ["", "3"],
        ["line\nbreak", ""],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_csv_cells_cannot_run_in_a_spreadsheet(start: str) -> None:
    made = figure.table(rows(text=[f"{start}1+1"], n=[-1]), "formula", "A formula.")
    assert read(made)[1] == [f"'{start}1+1", "-1"]


# ---------------------------------------------------------------------------- notebook and page


def test_inside_a_build_the_page_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CASEBOOK_BUILDING", raising=False)
    assert set(net()._repr_mimebundle_()) == {figure.MIME, "text/plain", "text/html"}
    monkeypatch.setenv("CASEBOOK_BUILDING", "1")
    assert set(net()._repr_mimebundle_()) == {figure.MIME, "text/plain"}


def test_a_notebook_shows_origin_and_mark() -> None:
    for made in (bars(rows("reconstructed")), net("reconstructed")):
        shown = made.to_html()
        assert "RECONSTRUCTION" in shown
        assert "reconstructed: twente2014 §5.3" in shown
    assert "RECONSTRUCTION" not in bars(rows()).to_html() + net().to_html()


def test_text_from_data_is_harmless() -> None:
    table = figure.table(rows(what=[HARM]), "harm", HARM)
    for shown in (table.to_html(), net(label=HARM).to_html(), *net(label=HARM).pictures.values()):
        assert "<script>alert" not in shown
        assert "<!--" not in shown


def test_payload_is_plain_json() -> None:
    for made in (figure.table(rows(), "t", "Rows."), bars(rows()), net()):
        payload = made.payload()
        assert json.loads(json.dumps(payload)) == payload


def test_the_same_figure_gives_the_same_payload() -> None:
    assert bars(rows()).payload() == bars(rows()).payload()
    assert net().payload() == net().payload()
