"""Our classification of cases and strategies, made twice, compared and settled.

Two coders read the report apart from each other and said of each code of the codebook whether
it holds for each unit. ``coding_cases`` and ``coding_strategies`` keep both answers, the settled
one, and where the answers differed both reasons and why it was settled so.
"""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.cluster import hierarchy
from scipy.spatial import distance

from casebook import charts, published
from casebook.errors import DataError
from casebook.networkview import NetworkView, view
from casebook.provenance import derive, mark, of
from casebook.ties import project

#: Table of the codings and of the units' names, for each kind of unit.
_TABLES = {"case": "coding_cases", "strategy": "coding_strategies"}

#: How the two coders stand to a cell that was settled so or so, strongest first.
_MARKS: dict[tuple[bool, bool], str] = {
    (True, True): "yes",
    (True, False): "yes, after a difference",
    (False, False): "no, after a difference",
    (False, True): "no",
}


def units(kind: str) -> pd.Series:
    """Names of the cases or strategies by key, in the order of the report."""
    if kind == "strategy":
        rows = published.exhibit("strategies")
        return pd.Series(list(rows["label_en"]), index=list(rows["strategy"]), name="unit")
    book = published.exhibit("codebook")
    rows = book[book["dimension"] == "case"]
    return pd.Series(list(rows["label_en"]), index=list(rows["code"]), name="unit")


def cells(kind: str, dimensions: Sequence[str] = ()) -> pd.DataFrame:
    """All coded cells of ``"case"`` or ``"strategy"``, in the order of the codebook.

    Columns ``unit, dimension, code`` (keys), ``unit_en, dimension_en, code_en`` (names),
    ``coder_a, coder_b, settled`` (booleans), ``locator, reason, other_reason, settlement`` (the
    last two empty where the coders agreed). ``dimensions`` keeps these only, in that order.
    """
    if kind not in _TABLES:
        raise ValueError(f"{kind!r} is neither 'case' nor 'strategy'.")
    book = published.exhibit("codebook")
    coded = published.exhibit(_TABLES[kind])
    names = book[book["unit_kind"] == kind][["dimension", "dimension_en", "code", "label_en"]]
    names = names.rename(columns={"label_en": "code_en"})
    unknown = set(dimensions) - set(names["dimension"])
    if unknown:
        raise DataError(
            "data/coded/codebook.csv",
            f"there is no dimension {sorted(unknown)[0]!r} for a {kind}",
            f"use {', '.join(dict.fromkeys(names['dimension']))}",
            column="dimension",
        )
    order = list(dimensions) or list(dict.fromkeys(names["dimension"]))
    named = units(kind)
    frame = names.merge(coded, on=["dimension", "code"], validate="one_to_many")
    frame = frame[frame["dimension"].isin(order)]
    frame = frame.assign(
        unit_en=frame["unit"].map(named),
        _dimension=frame["dimension"].map(order.index),
        _code=frame["code"].map({c: i for i, c in enumerate(dict.fromkeys(names["code"]))}),
        _unit=frame["unit"].map({u: i for i, u in enumerate(named.index)}),
    ).sort_values(["_dimension", "_code", "_unit"])
    columns = [
        "unit",
        "dimension",
        "code",
        "unit_en",
        "dimension_en",
        "code_en",
        "coder_a",
        "coder_b",
        "settled",
    ]
    columns += ["locator", "reason", "other_reason", "settlement"]
    return derive(frame[columns].reset_index(drop=True), book, coded, kind="coded")


def kappa(a: pd.Series, b: pd.Series) -> float:
    """Cohen's kappa of two codings of the same cells (Cohen 1960), between -1 and 1.

    Agreement beyond chance, where chance is what two coders with these shares of yes and no would
    reach by guessing; NaN where both gave one and the same answer throughout.
    """
    first, second = a.to_numpy(), b.to_numpy()
    observed = float(np.mean(first == second))
    values = np.union1d(first, second)
    expected = float(sum(np.mean(first == v) * np.mean(second == v) for v in values))
    return (observed - expected) / (1 - expected) if expected < 1 else float("nan")


def agreement(kind: str) -> pd.DataFrame:
    """How far the coders agreed, by dimension and over all.

    Columns ``dimension, codes, cells, both yes, both no, one yes, agreed, %`` (a share) and
    ``kappa``; the last row counts all cells. Few yes-answers make kappa low even where agreement
    is high (Feinstein and Cicchetti 1990), so both are given.
    """
    coded = cells(kind)
    parts = [(str(n), part) for n, part in coded.groupby("dimension_en", sort=False)]
    rows = [_agreed(name, part) for name, part in [*parts, ("all", coded)]]
    return derive(pd.DataFrame(rows), coded, kind="coded")


def _agreed(name: str, part: pd.DataFrame) -> dict[str, object]:
    a, b = part["coder_a"], part["coder_b"]
    return {
        "dimension": name,
        "codes": part["code"].nunique() if name != "all" else len(part) // part["unit"].nunique(),
        "cells": len(part),
        "both yes": int((a & b).sum()),
        "both no": int((~a & ~b).sum()),
        "one yes": int((a ^ b).sum()),
        "agreed, %": round(100 * float((a == b).mean()), 1),
        "kappa": round(kappa(a, b), 2),
    }


def differences(kind: str) -> pd.DataFrame:
    """The cells on which the coders differed, with both reasons and how they were settled."""
    coded = cells(kind)
    rows = coded[coded["coder_a"] != coded["coder_b"]].reset_index(drop=True)
    shown = pd.DataFrame(
        {
            kind: rows["unit_en"],
            "dimension": rows["dimension_en"],
            "code": rows["code_en"],
            "settled as": np.where(rows["settled"], "yes", "no"),
            "reason followed": rows["reason"],
            "reason not followed": rows["other_reason"],
            "settled because": rows["settlement"],
            "where": rows["locator"],
        }
    )
    return derive(shown, coded, kind="coded")


def everything() -> pd.DataFrame:
    """All cells of both kinds as settled: ``unit, dimension, code, holds, reason, where``."""
    parts = [cells("case"), cells("strategy")]
    both = pd.concat(parts, ignore_index=True)
    shown = pd.DataFrame(
        {
            "unit": both["unit_en"],
            "dimension": both["dimension_en"],
            "code": both["code_en"],
            "holds": np.where(both["settled"], "yes", "no"),
            "reason": both["reason"],
            "where": both["locator"],
        }
    )
    return derive(shown, *parts, kind="coded")


def matrix(kind: str, dimensions: Sequence[str] = ()) -> pd.DataFrame:
    """Settled codes as 0 and 1: units as rows, ``dimension: code`` (names) as columns."""
    coded = cells(kind, dimensions)
    heads = coded["dimension_en"] + ": " + coded["code_en"]
    wide = coded.assign(_head=heads, _yes=coded["settled"].astype(int)).pivot(
        index="unit_en", columns="_head", values="_yes"
    )
    wide = wide.loc[list(dict.fromkeys(coded["unit_en"])), list(dict.fromkeys(heads))]
    return derive(wide.rename_axis(index="unit", columns=None), coded, kind="coded")


def similarity(kind: str, dimensions: Sequence[str] = ()) -> pd.DataFrame:
    """Jaccard similarity of the units (Jaccard 1901): shared codes out of those that either has.

    A square table from 0 to 1 with names on both sides, in the order in which average linkage
    puts the most alike side by side (optimal leaf ordering, Bar-Joseph et al. 2001).
    """
    table = matrix(kind, dimensions)
    apart = distance.pdist(table.to_numpy(dtype=bool), "jaccard")
    tree = hierarchy.optimal_leaf_ordering(hierarchy.average(apart), apart)
    alike = 1 - distance.squareform(apart)
    order = hierarchy.leaves_list(tree)
    names = [str(table.index[i]) for i in order]
    square = pd.DataFrame(alike[np.ix_(order, order)], index=names, columns=names)
    return derive(square, table, kind="coded")


def similarity_chart(alike: pd.DataFrame) -> tuple[alt.LayerChart, pd.DataFrame]:
    """The table of :func:`similarity` as a grid of shaded squares, each pair once, and its twin."""
    names = list(alike.index)
    rows = [
        (names[i], names[j], float(alike.iloc[i, j]))
        for i in range(1, len(names))
        for j in range(i)
    ]
    pairs = pd.DataFrame(rows, columns=["one", "other", "similarity"])
    pairs = derive(pairs.assign(similarity=pairs["similarity"].round(2)), alike, kind="coded")
    drawn = charts.shades(
        pairs, x="other", y="one", value="similarity", orders=(names[:-1], names[1:])
    )
    twin = pairs.sort_values("similarity", ascending=False, kind="stable").reset_index(drop=True)
    return drawn, derive(twin, pairs, kind="coded")


def grid(kind: str, dimensions: Sequence[str]) -> tuple[alt.LayerChart, pd.DataFrame]:
    """Codes as rows under a heading for each dimension, units as columns, and the table twin.

    The marks tell what was settled and whether the coders had differed.
    """
    coded = cells(kind, dimensions)
    agreed = coded["coder_a"] == coded["coder_b"]
    said = [_MARKS[pair] for pair in zip(coded["settled"], agreed, strict=True)]
    rows = coded.assign(mark=said)
    drawn = charts.grid(
        rows,
        x="unit_en",
        y="code_en",
        heading="dimension_en",
        mark="mark",
        marks={
            "yes": ("square", "blue", True),
            "yes, after a difference": ("diamond", "blue", True),
            "no, after a difference": ("diamond", "grey", False),
        },
    )
    twin = rows[["dimension_en", "code_en", "unit_en", "mark", "reason", "locator"]]
    twin = twin.set_axis(["dimension", "code", kind, "coded", "reason", "where"], axis=1)
    return drawn, derive(twin, coded, kind="coded")


def two_mode(kind: str, dimensions: Sequence[str] = ()) -> nx.Graph:
    """Units and their settled codes as a two-mode network.

    Nodes carry ``group`` (``unit`` or the dimension's key), ``label`` and ``role`` (the
    dimension's name); ties ``weight`` 1 and ``title`` (reason and locator).
    """
    coded = cells(kind, dimensions)
    graph: nx.Graph[str] = nx.Graph()
    for row in coded[coded["settled"]].itertuples():
        unit, code = f"{kind}: {row.unit}", f"{row.dimension}: {row.code}"
        graph.add_node(unit, group="unit", label=row.unit_en, role=kind)
        graph.add_node(code, group=row.dimension, label=row.code_en, role=row.dimension_en)
        graph.add_edge(unit, code, weight=1, title=f"{row.reason} ({row.locator})")
    return derive(graph, coded, kind="coded")


def projection(kind: str, dimensions: Sequence[str] = (), *, least: int = 1) -> nx.Graph:
    """One-mode projection on the units: tied by the number of codes that they share.

    Ties of fewer than ``least`` shared codes are left out.
    """
    table = matrix(kind, dimensions)
    first, second, shared = project(sparse.csr_array(table.to_numpy(dtype=np.int32)))
    graph: nx.Graph[str] = nx.Graph()
    for name in table.index:
        graph.add_node(name, group="unit", label=name, role=kind)
    heads = table.columns.to_numpy()
    yes = table.to_numpy(dtype=bool)
    for i, j, weight in zip(first, second, shared, strict=True):
        if weight < least:
            continue
        common = ", ".join(str(h) for h in heads[yes[i] & yes[j]])
        graph.add_edge(table.index[i], table.index[j], weight=int(weight), title=common)
    return derive(graph, table, kind="coded")


def projection_view(graph: nx.Graph, name: str) -> NetworkView:
    """The drawing of :func:`projection`; ``name`` is what the legend calls a unit."""
    groups = pd.DataFrame({"group": ["unit"], "label_en": [name], "colour_nl": ["blue"]})
    return view(graph, mark(groups, of(graph)), named=list(graph))


def network_view(graph: nx.Graph, names: dict[str, str]) -> NetworkView:
    """The drawing of :func:`two_mode` in columns: units in the middle, codes on both sides.

    Units stand in the order in which neighbours share most codes, each code near the units that
    have it. ``names`` maps each group to what the legend says, in its order: ``unit`` first.
    """
    colours = ("blue", "orange", "green", "purple", "pink", "red", "grey")
    groups = pd.DataFrame(
        {
            "group": list(names),
            "label_en": list(names.values()),
            "colour_nl": colours[: len(names)],
        }
    )
    return view(
        graph, mark(groups, of(graph)), named=list(graph), positions=_columns(graph, list(names))
    )


def _columns(graph: nx.Graph, groups: list[str]) -> dict[str, tuple[float, float]]:
    """Places in three columns: codes by the mean place of their units, left and right in turn."""
    by_group = {g: [n for n, group in graph.nodes(data="group") if group == g] for g in groups}
    units = by_group.pop("unit")
    table = np.array([[graph.has_edge(u, n) for n in graph] for u in units])
    apart = distance.pdist(table, "jaccard")
    tree = hierarchy.optimal_leaf_ordering(hierarchy.average(apart), apart)
    rank = {
        units[i]: place / (len(units) - 1) for place, i in enumerate(hierarchy.leaves_list(tree))
    }
    places = {unit: (0.0, at) for unit, at in rank.items()}
    codes = [node for members in by_group.values() for node in members]
    near = sorted(codes, key=lambda n: (np.mean([rank[u] for u in graph[n]]), n))
    for x, side in ((-1.0, near[::2]), (1.0, near[1::2])):
        places |= {node: (x, (i + 0.5) / len(side)) for i, node in enumerate(side)}
    return {node: (1.5 * x, 1.8 * y) for node, (x, y) in places.items()}
