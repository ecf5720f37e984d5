"""The codings: complete, compared as the literature says, and turned into networks."""

from __future__ import annotations

import itertools

import networkx as nx
import pandas as pd
import pytest

from casebook import coding, published
from casebook.errors import DataError
from casebook.networks import to_igraph
from casebook.provenance import of

KINDS = ("case", "strategy")


@pytest.mark.parametrize("kind", KINDS)
def test_every_unit_has_every_code_once(kind: str) -> None:
    book = published.exhibit("codebook")
    codes = book[book["unit_kind"] == kind][["dimension", "code"]].itertuples(
        index=False, name=None
    )
    wanted = {(u, *code) for u, code in itertools.product(coding.units(kind).index, codes)}
    cells = coding.cells(kind)
    have = list(cells[["unit", "dimension", "code"]].itertuples(index=False, name=None))
    assert len(have) == len(wanted)
    assert set(have) == wanted


def test_units_are_the_cases_and_strategies_of_the_book() -> None:
    assert list(coding.units("case").index) == list(published.exhibit("cases")["slug"])
    assert len(coding.units("strategy")) == published.value("strategies.described")


@pytest.mark.parametrize("kind", KINDS)
def test_each_cell_is_settled_as_a_coder_answered_and_differences_are_told(kind: str) -> None:
    cells = coding.cells(kind)
    agreed = cells["coder_a"] == cells["coder_b"]
    assert (cells.loc[agreed, "settled"] == cells.loc[agreed, "coder_a"]).all()
    for column in ("other_reason", "settlement"):
        empty = cells[column].fillna("") == ""
        assert (empty == agreed).all(), column
    assert (cells["reason"].str.len() > 0).all()
    assert cells["locator"].str.contains("§|Kader|chapter|ch\\.").all()
    assert len(coding.differences(kind)) == int((~agreed).sum())


def test_dimensions_can_be_chosen_and_unknown_ones_are_refused() -> None:
    some = coding.cells("case", ["timing", "platform"])
    assert list(dict.fromkeys(some["dimension"])) == ["timing", "platform"]
    with pytest.raises(DataError, match=r"colour.*sender_pattern"):
        coding.cells("case", ["colour"])
    with pytest.raises(ValueError, match="neither"):
        coding.cells("town")


def test_kappa_of_the_textbook_case() -> None:
    # two readers of 50 proposals: 20 both yes, 5 and 10 apart, 15 both no: kappa is 0.4
    answers = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10
    answers += [(False, False)] * 15
    a, b = (pd.Series(column) for column in zip(*answers, strict=True))
    assert coding.kappa(a, b) == pytest.approx(0.4)
    assert coding.kappa(a, a) == 1
    assert coding.kappa(a, ~a) < 0
    none = pd.Series([False] * 5)
    assert coding.kappa(none, none) != coding.kappa(none, none)  # NaN: nothing to agree on


@pytest.mark.parametrize("kind", KINDS)
def test_agreement_adds_up(kind: str) -> None:
    table = coding.agreement(kind)
    counts = ["cells", "both yes", "both no", "one yes", "codes"]
    assert (table[counts[1:4]].sum(axis=1) == table["cells"]).all()
    assert (table[counts].iloc[:-1].sum() == table[counts].iloc[-1]).all()
    share = 100 * (table["both yes"] + table["both no"]) / table["cells"]
    assert (share.round(1) == table["agreed, %"]).all()
    assert table["kappa"].dropna().between(-1, 1).all()


@pytest.mark.parametrize("kind", KINDS)
def test_matrix_and_networks_say_the_same(kind: str) -> None:
    table, graph = coding.matrix(kind), coding.two_mode(kind)
    assert int(table.to_numpy().sum()) == graph.number_of_edges()
    assert nx.is_bipartite(graph)
    projected = coding.projection(kind)
    assert set(projected) == set(table.index)
    for one, other in itertools.combinations(table.index, 2):
        shared = int((table.loc[one] & table.loc[other]).sum())
        assert projected.get_edge_data(one, other, {"weight": 0})["weight"] == shared
    assert to_igraph(projected).vcount() == len(table)
    strong = coding.projection(kind, least=6)
    assert set(strong) == set(table.index)
    kept = {frozenset(e) for *e, w in projected.edges(data="weight") if w >= 6}
    assert {frozenset(e) for e in strong.edges} == kept
    assert len(coding.projection_view(strong, kind).nodes) == len(table)


def test_similarity_is_that_of_jaccard() -> None:
    table, alike = coding.matrix("case"), coding.similarity("case")
    assert (alike == alike.T).all(axis=None)
    assert (pd.Series({n: alike.loc[n, n] for n in alike.index}) == 1).all()
    for one, other in itertools.combinations(table.index, 2):
        a, b = table.loc[one].astype(bool), table.loc[other].astype(bool)
        assert alike.loc[one, other] == pytest.approx((a & b).sum() / (a | b).sum())


def test_similarity_chart_draws_each_pair_once() -> None:
    _, twin = coding.similarity_chart(coding.similarity("case"))
    pairs = {frozenset(pair) for pair in zip(twin["one"], twin["other"], strict=True)}
    assert len(pairs) == len(twin) == 28
    assert list(twin["similarity"]) == sorted(twin["similarity"], reverse=True)


def test_the_grid_marks_what_was_settled_after_a_difference() -> None:
    _, twin = coding.grid("case", ["sender_pattern", "timing"])
    cells = coding.cells("case", ["sender_pattern", "timing"])
    differed = cells["coder_a"] != cells["coder_b"]
    assert (twin["coded"].str.contains("difference") == differed).all()
    assert (twin["coded"].str.startswith("yes") == cells["settled"]).all()


def test_all_is_marked_as_coded() -> None:
    for frame in (coding.everything(), coding.agreement("case"), coding.matrix("strategy")):
        assert of(frame).kind == "coded"
    assert len(coding.everything()) == len(coding.cells("case")) + len(coding.cells("strategy"))


def test_silence_is_coded_where_government_was_silent() -> None:
    cells = coding.cells("case", ["message_type"]).set_index(["unit", "code"])["settled"]
    assert cells["earthquakes", "none"]
    assert not cells["timmermans", "none"]
