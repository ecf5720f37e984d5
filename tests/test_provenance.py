"""Origin travels with the data and is never made stronger on the way."""

from __future__ import annotations

import itertools

import networkx as nx
import pandas as pd
import pytest

from casebook import provenance
from casebook.errors import ProvenanceError
from casebook.provenance import KINDS, Provenance


def frame(kind: str, *sources: str) -> pd.DataFrame:
    """A table of this kind."""
    return provenance.mark(pd.DataFrame({"a": [1, 2]}), Provenance(kind, sources))


def test_kinds_from_strong_to_weak() -> None:
    assert KINDS == ("published", "derived", "coded", "yours", "reconstructed")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ProvenanceError, match=r"'guessed'.*Remedy"):
        Provenance("guessed")


@pytest.mark.parametrize(("one", "other"), list(itertools.product(KINDS, KINDS)))
def test_what_is_made_of_two_bears_the_weaker(one: str, other: str) -> None:
    weaker = max(one, other, key=KINDS.index)
    assert provenance.weakest(one, other) == weaker
    assert provenance.combine(Provenance(one), Provenance(other)).kind == weaker
    made = provenance.derive(pd.DataFrame({"b": [1]}), frame(one), frame(other))
    assert provenance.of(made).kind == max(weaker, "derived", key=KINDS.index)


def test_derive_can_weaken_and_never_strengthen() -> None:
    assert provenance.of(provenance.derive(frame("published"), frame("published"))).kind == (
        "derived"
    )
    weaker = provenance.derive(pd.DataFrame(), frame("published"), kind="coded")
    assert provenance.of(weaker).kind == "coded"
    same = provenance.derive(pd.DataFrame(), frame("reconstructed"), kind="published")
    assert provenance.of(same).kind == "reconstructed"


def test_sources_are_kept_once_in_order() -> None:
    made = provenance.derive(pd.DataFrame(), frame("published", "b", "a"), frame("coded", "a", "c"))
    assert provenance.of(made).sources == ("b", "a", "c")


def test_a_key_is_cited_once_with_all_its_places() -> None:
    origin = Provenance("derived", ("a §1", "b", "a §2.1", "c Tabel 3"))
    assert origin.cited == "a §1, §2.1; b; c Tabel 3"
    assert Provenance("coded").cited == ""


def test_marking_a_table_leaves_the_other_alone() -> None:
    plain = pd.DataFrame({"a": [1]})
    marked = provenance.mark(plain, Provenance("coded"))
    assert "provenance" not in plain.attrs
    again = provenance.mark(marked, Provenance("reconstructed"))
    assert provenance.of(marked).kind == "coded"
    assert provenance.of(again).kind == "reconstructed"


def test_tables_series_and_graphs_carry_it() -> None:
    origin = Provenance("coded", ("twente2014 §5.3",), "A note.")
    assert provenance.of(provenance.mark(pd.DataFrame({"a": [1]}), origin)) == origin
    assert provenance.of(provenance.mark(pd.Series([1]), origin)) == origin
    graph = nx.path_graph(3)
    assert provenance.mark(graph, origin) is graph
    assert provenance.of(graph) == provenance.of(origin) == origin


@pytest.mark.parametrize("bare", [pd.DataFrame(), pd.Series([1]), nx.Graph(), 3, None])
def test_what_has_no_origin_is_refused(bare: object) -> None:
    with pytest.raises(ProvenanceError, match=r"does not say where it comes from.*Remedy"):
        provenance.of(bare)
    with pytest.raises(ProvenanceError):
        provenance.derive(pd.DataFrame({"a": [1]}), bare)


def test_derive_needs_something_to_derive_from() -> None:
    with pytest.raises(ProvenanceError, match="needs the tables"):
        provenance.derive(pd.DataFrame())


def test_a_false_origin_in_the_attributes_is_none() -> None:
    table = pd.DataFrame({"a": [1]})
    table.attrs["provenance"] = "published"
    with pytest.raises(ProvenanceError):
        provenance.of(table)


def test_relabelling_keeps_order_names_and_origin() -> None:
    table = frame("coded", "twente2014 §5.2").assign(b=["x", "y"])
    shown = provenance.relabel(table, {"b": "letter", "a": "number"})
    assert list(shown.columns) == ["letter", "number"]
    assert provenance.of(shown) == provenance.of(table)
    with pytest.raises(ProvenanceError):
        provenance.relabel(pd.DataFrame({"a": [1]}), {"a": "number"})
