"""Numbers computed in code, as the prose prints them."""

from __future__ import annotations

from datetime import date

import networkx as nx
import pandas as pd
import pytest

from casebook import published, tell
from casebook.errors import CasebookError, ProvenanceError
from casebook.provenance import Provenance, mark


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (7, "7"),
        (-3, "\N{MINUS SIGN}3"),
        (11835, "11,835"),
        (1000000.0, "1,000,000"),
        (3.14159, "3.14"),
        (0.5, "0.50"),
        (-0.123, "\N{MINUS SIGN}0.12"),
        (157.8, "157.8"),
        (10.04, "10.0"),
        (1234.5, "1,234"),
        (99999.9, "100,000"),
        ("2.7%", "2.7%"),
        ("", ""),
    ],
)
def test_numbers_in_prose(value: float | str, text: str) -> None:
    assert tell.format_number(value) == text


def test_numpy_numbers_print_as_pythons() -> None:
    column = pd.Series([2, 3])
    assert tell.format_number(column.sum()) == "5"
    assert tell.format_number(column.mean()) == "2.50"


def test_told_values_carry_origin_and_way() -> None:
    graph = mark(nx.path_graph(2), Provenance("reconstructed", ("twente2014 §5.3",)))
    told = tell.tell(of_=["timmermans.comments", graph], how="counted", nodes=2, name="both")
    payload = told._repr_mimebundle_()[tell.MIME]
    assert payload["values"] == {"nodes": "2", "name": "both"}
    assert payload["kind"] == "reconstructed"
    assert payload["how"] == "counted"
    assert payload["cited"] == "twente2014 §5.3"
    assert "published/ledger.csv" in payload["inputs"]


def test_values_of_published_figures_are_derived() -> None:
    told = tell.tell(of_=["timmermans.comments", "timmermans.posts"], how="divided", x=1)
    assert told.provenance.kind == "derived"
    assert told.provenance.sources == tuple(
        dict.fromkeys(
            source
            for name in ("timmermans.comments", "timmermans.posts")
            for source in published.fact(name).provenance.sources
        )
    )


def test_values_that_a_table_prints_are_published_and_no_more_than_their_table() -> None:
    printed = published.exhibit("emma_tabel_6")
    assert (
        tell.tell(of_=[printed], how="Tabel 6", as_printed=True, x=1).provenance.kind == "published"
    )
    made = mark(printed, Provenance("reconstructed"))
    assert tell.tell(of_=[made], how="x", as_printed=True, x=1).provenance.kind == "reconstructed"


def test_values_from_nowhere_are_refused() -> None:
    with pytest.raises(ProvenanceError, match="needs of_"):
        tell.tell(of_=[], how="made up", x=1)
    with pytest.raises(ProvenanceError, match="does not say where it comes from"):
        tell.tell(of_=[pd.DataFrame()], how="made up", x=1)
    with pytest.raises(CasebookError, match=r"no\.such"):
        tell.tell(of_=["no.such"], how="made up", x=1)


def test_plain_text_for_a_notebook() -> None:
    told = tell.tell(of_=["timmermans.comments"], how="as printed", comments=11835)
    assert told._repr_mimebundle_()["text/plain"] == "comments: 11,835\n(derived: as printed)"


def test_days_are_written_without_a_zero() -> None:
    assert tell.format_day(date(2014, 3, 1)) == "1 March 2014"
