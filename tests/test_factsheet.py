"""The factsheets: a sheet of A3, tagged, with the words of the data and the network's mark."""

from __future__ import annotations

import html
import io
import re

import networkx as nx
import pandas as pd
import pypdf
import pytest

from casebook import factsheet, figure, networkview, published
from casebook.errors import DataError
from casebook.provenance import Provenance, mark, of

CASES = list(published.exhibit("cases")["slug"])


def network(kind: str = "reconstructed") -> figure.Figure:
    path = nx.relabel_nodes(nx.path_graph(4), "abcd".__getitem__)
    nx.set_edge_attributes(path, 1, "weight")
    graph = mark(path, Provenance(kind, ("twente2014 §5.2",)))
    nx.set_node_attributes(graph, "a", "group")
    groups = mark(
        pd.DataFrame({"group": ["a"], "label_en": ["All of them"], "colour_nl": ["blue"]}),
        Provenance("coded"),
    )
    return figure.network(networkview.view(graph, groups), "path", "Four nodes in a row.")


@pytest.fixture(scope="module", params=CASES)
def sheet(request: pytest.FixtureRequest) -> figure.Figure:
    return factsheet.sheet(request.param, network())


def _pdf(made: figure.Figure) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(figure.as_bytes("pdf", made.files["pdf"])))


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_one_page_of_a3_across(sheet: figure.Figure) -> None:
    (page,) = _pdf(sheet).pages
    width, height = (float(x) / 72 * 25.4 for x in page.mediabox.upper_right)
    assert (round(width), round(height)) == (420, 297)


def test_tagged_titled_and_in_english(sheet: figure.Figure) -> None:
    pdf = _pdf(sheet)
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("en")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None and pdf.metadata.title
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()


def test_fonts_are_embedded(sheet: figure.Figure) -> None:
    fonts = _pdf(sheet).pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        (inner,) = font.get_object()["/DescendantFonts"]
        descriptor = inner.get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_small_enough_to_send(sheet: figure.Figure) -> None:
    assert len(figure.as_bytes("pdf", sheet.files["pdf"])) < 1_000_000


def test_all_it_says_can_be_selected_and_stands_in_the_twin(sheet: figure.Figure) -> None:
    said = _squeezed(_pdf(sheet).pages[0].extract_text().replace("-\n", "-"))
    for text in sheet.frame["what it says"]:
        for word in re.findall(r"\w{4,}", text):
            assert word in said, word
            assert word in sheet.files["html"], word


def test_each_part_says_where_it_stands(sheet: figure.Figure) -> None:
    assert (sheet.frame["where"] != "").all()


def test_the_mark_is_in_both_forms(sheet: figure.Figure) -> None:
    said = _squeezed(_pdf(sheet).pages[0].extract_text())
    unmeasured = sheet.name == "community_officer_factsheet"
    mark_told = factsheet.UNMEASURED if unmeasured else factsheet.SIMULATED
    assert _squeezed(mark_told) in said
    assert mark_told in html.unescape(sheet.files["html"])
    assert figure.MARK in sheet.files["html"]
    assert of(sheet.frame).kind == "reconstructed"


def test_a_published_network_bears_no_such_mark() -> None:
    made = factsheet.sheet("timmermans", network("coded"))
    assert factsheet.SIMULATED not in html.unescape(made.files["html"])
    assert of(made.frame).kind == "coded"


def test_the_same_input_gives_the_same_bytes() -> None:
    first, again = (factsheet.sheet("deventer", network()) for _ in range(2))
    assert first.files == again.files


def test_the_twin_asks_nobody_for_anything(sheet: figure.Figure) -> None:
    page = sheet.files["html"].replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|src=|@import|<script", page)


def test_every_case_has_every_part_and_known_figures() -> None:
    told = published.exhibit("factsheets")
    for case in CASES:
        parts = set(told.loc[told["case"] == case, "part"])
        assert set("abdef") <= parts, case
        assert (published.exhibit("factsheet_numbers")["case"] == case).any()
    for fact in published.exhibit("factsheet_numbers")["fact"]:
        published.fact(fact)


def test_two_networks_fit_one_sheet() -> None:
    made = factsheet.sheet("vacant_lots", network(), network("coded"))
    assert len(_pdf(made).pages) == 1
    assert made.files["html"].count("<figure>") == 2
    assert factsheet.SIMULATED in html.unescape(made.files["html"])


def test_a_missing_part_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = published.exhibit

    def without(name: str) -> pd.DataFrame:
        rows = real(name)
        if name == "factsheets":
            rows = mark(rows[rows["part"] != "f"], of(rows))
        return rows

    monkeypatch.setattr(published, "exhibit", without)
    with pytest.raises(DataError, match="no text for part f"):
        factsheet.sheet("deventer", network())
