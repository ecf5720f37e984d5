"""§5.1 as tables and one chart: what stands there, and how it is marked."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from casebook import figure, guidelines, published
from casebook.provenance import of

REPO = Path(__file__).parent.parent
PAGE = (REPO / "chapters/guidelines.md").read_text("utf-8")

FRAMES = [
    guidelines.bodies,
    guidelines.functions,
    guidelines.situations,
    guidelines.restrictions,
    guidelines.quoted,
]


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(REPO / "data"))


@pytest.mark.parametrize("frame", FRAMES)
def test_everything_says_where_it_comes_from(frame: Any) -> None:
    origin = of(frame())
    # only the quoted rules are shown as printed; beside the restrictions stands our coding
    assert origin.kind == ("published" if frame is guidelines.quoted else "coded")
    assert origin.sources == ("twente2014 §5.1",)


@pytest.mark.parametrize("frame", FRAMES)
def test_readers_see_no_raw_column_names_and_no_gaps(frame: Any) -> None:
    shown = frame()
    assert not [c for c in shown.columns if "_" in c]
    assert not shown.isna().any().any()
    assert not (shown.astype(str) == "").any().any()


def test_most_situations_lead_away_from_an_answer() -> None:
    rows = guidelines.situations()
    assert rows["response"].value_counts(sort=False).to_dict() == {
        "answer": 2,
        "consult": 2,
        "pass on": 4,
        "stay out": 3,
    }
    # the freest first, as the drawing steps down
    freedom = ["answer", "consult", "pass on", "stay out"]
    assert rows["response"].map(freedom.index).is_monotonic_increasing


def test_each_response_has_a_colour_and_a_shape_of_its_own() -> None:
    encoding = guidelines.situations_chart(guidelines.situations()).to_dict()["layer"][0][
        "encoding"
    ]
    for channel in ("color", "shape"):
        scale = encoding[channel]["scale"]
        assert scale["domain"] == encoding["x"]["sort"]
        assert len(set(scale["range"])) == len(scale["domain"])


def test_the_chart_can_be_drawn() -> None:
    rows = guidelines.situations()
    shown = figure.chart(guidelines.situations_chart(rows), rows, "x", "A finding.")
    assert all("<svg" in picture for picture in shown.pictures.values())
    drawn = shown.pictures["light"].replace("’", "'").replace("&#39;", "'")
    assert all(f">{words}<" in drawn for words in rows["situation"])


def test_nine_restrictions_one_for_the_police() -> None:
    rows = guidelines.restrictions()
    assert len(rows) == 9
    police = rows[rows["restriction"].str.endswith(", police only")]
    assert list(police["restriction"]) == [
        "Privacy and investigations (privacygevoelige informatie), police only"
    ]
    assert rows["protects"].value_counts().to_dict() == {
        "legal claims": 4,
        "sensitive matters": 3,
        "reputation": 1,
        "none of these": 1,
    }


def test_every_item_of_the_police_list_is_shown_or_left_over() -> None:
    rows = guidelines.restrictions().set_index("restriction")["on the police list"]
    shown = [item for cell in rows[rows != "nothing"] for item in cell.split("; ")]
    items = list(published.exhibit("twente_citaat_5_2")["label_en"])
    assert sorted(shown + guidelines.unmatched()) == sorted(items)
    assert guidelines.unmatched() == [
        "police jargon",
        "nonsense, coarse words, matters too private",
    ]
    silent = [name.partition(" (")[0] for name in rows.index[rows == "nothing"]]
    assert silent == ["Heated discussions", "Copyright"]


def test_codings_refer_to_rows_that_exist() -> None:
    restrictions = set(published.exhibit("twente_opsomming_5_1")["print_order"])
    assert set(published.exhibit("guideline_stakes")["restriction"]) == restrictions
    police = published.exhibit("guideline_police")
    assert set(police["item"]) == set(published.exhibit("twente_citaat_5_2")["print_order"])
    assert set(police["restriction"].dropna()) <= restrictions
    named = published.exhibit("twente_citaten_5_1")["exhibit"]
    register = published.exhibit("exhibits").set_index("id")
    assert (register.loc[named, "page"] == "guidelines").all()


def test_the_figures_of_the_section_stand_on_the_page() -> None:
    rows = published.ledger()
    texts = {id: published.fact(id).text for id in rows[rows["chapter"] == "guidelines"].index}
    assert texts == {"guidelines.heemstede": "June 2010", "guidelines.municipalities": "66%"}
    assert all(f"{{fact}}`{id}`" in PAGE for id in texts)


def test_years_of_documents_are_names() -> None:
    rows = guidelines.quoted()
    assert list(rows["year"]) == ["2012", "2011"]
    assert "2,012" not in str(figure.table(rows, "x", "A finding.").payload()["table"])


# Against the source text ------------------------------------------------------------------------

SOURCES = os.environ.get("CASEBOOK_SOURCES")


@pytest.mark.skipif(not SOURCES, reason="CASEBOOK_SOURCES is not set")
def test_the_section_has_nine_bullets_and_the_words_that_are_coded() -> None:
    assert SOURCES
    text = (Path(SOURCES) / "twente-overheidsparticipatie.txt").read_text("utf-8")
    section = text[text.index("5.1 RICHTLIJNEN") : text.index("5.2 INTRODUCTIE")]
    # the extraction prints a bullet as a quotation mark at the start of a line
    assert len(re.findall(r'^ ?" ', section, re.MULTILINE)) == 9
    flat = re.sub(r"\s+", " ", section).lower()
    for table in ("twente_opsomming_5_1", "twente_citaat_5_2", "guideline_functions"):
        labels = published.exhibit(table)["label_nl"]
        assert [label for label in labels if label.lower() not in flat] == []
    bodies = published.exhibit("guideline_bodies")["label_nl"]
    assert [label for label in bodies if label.lower() not in flat] == []
