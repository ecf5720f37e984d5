"""Results over many reconstructions, computed once and kept as data.

Two kinds of result take minutes: communities of a full projection over many seeds, and the tests
of the report's statements on many reconstructions. ``casebook results`` computes them and writes
them beside the reconstruction; pages read them. A test recomputes a sample.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from casebook import (
    communities,
    conversation,
    measure_set,
    networks,
    published,
    reconstruct,
    statements,
)
from casebook.paths import data_dir
from casebook.provenance import Provenance, combine, mark, of

#: Seeds of the reconstructions that statements are tested on, and of repeated detections.
RECONSTRUCTIONS = range(1, 101)
DETECTIONS = range(50)

#: How many times as large assumed sizes are made, to see what depends on them.
FACTORS = (0.5, 2)

#: Random networks that know nothing but degrees.
NULL_DRAWS = 20


def full_network(case: str) -> pd.DataFrame:
    """All measures of the bundled reconstruction and its whole network: ``measure, value, note``.

    See :func:`casebook.measure_set.measure`. Community detection is repeated with
    :data:`DETECTIONS`; chance is :data:`NULL_DRAWS` random networks that keep how active everyone
    was (:func:`casebook.communities.null_model`, ``null_model_ties``).
    """
    conv = conversation.load(case)
    graph = measure_set.network_of(conv)
    if (conv.messages["kind"] == "comment").any():
        table = networks.incidence(conv, starters=networks.is_forum(conv))[0]
        null = communities.null_model(table, draws=NULL_DRAWS, seed=1)
    else:
        tied = graph.copy()
        tied.delete_vertices(tied.vs.select(_degree=0))
        null = communities.null_model_ties(tied, draws=NULL_DRAWS, seed=1)
    measured = measure_set.measure(conv, graph, null, seeds=DETECTIONS).frame()
    return measured.assign(value=measured["value"].round(6))


def outcomes(case: str | reconstruct.Spec, seeds: Iterable[int]) -> pd.DataFrame:
    """Whether each test of a statement holds in each reconstruction: ``test, seed, holds``.

    ``holds`` is ``true`` or ``false``, as the file has it; ``test`` is the position in
    :func:`casebook.statements.tests`.
    """
    made = reconstruct.ensemble(
        case, lambda conv: {str(n): held for n, held in enumerate(statements.holds(conv))}, seeds
    )
    long = made.melt("seed", var_name="test", value_name="holds")
    long["test"] = long["test"].astype(int)
    long["holds"] = long["holds"].map({True: "true", False: "false"})
    return long[["test", "seed", "holds"]].sort_values(["test", "seed"]).reset_index(drop=True)


def by_size(case: str, seeds: Iterable[int]) -> pd.DataFrame:
    """:func:`outcomes` with the assumed sizes halved and doubled: ``factor, test, seed, holds``.

    For a case whose spec marks sizes (:func:`casebook.reconstruct.sized`).
    """
    plan, seeds = reconstruct.spec(case), list(seeds)
    tables = [
        outcomes(reconstruct.scaled(plan, factor), seeds).assign(factor=factor)
        for factor in FACTORS
    ]
    return pd.concat(tables, ignore_index=True)[["factor", "test", "seed", "holds"]]


def write(case: str) -> list[Path]:
    """Compute and write the results of a case; returns the paths."""
    folder = data_dir() / "reconstructed" / case
    tables = {
        "full_network.csv": full_network(case),
        "outcomes.csv": outcomes(case, RECONSTRUCTIONS),
    }
    if reconstruct.sized(reconstruct.spec(case)):
        tables["sizes.csv"] = by_size(case, RECONSTRUCTIONS)
    for name, table in tables.items():
        (folder / name).write_bytes(table.to_csv(index=False, lineterminator="\n").encode())
    return [folder / name for name in tables]


def kept(case: str) -> dict[str, float]:
    """The kept result of :func:`full_network`, by measure; NaN where a measure has no value."""
    table = published.exhibit(f"{case}_full_network")
    return dict(zip(table["measure"], table["value"].astype(float), strict=True))


def verdicts(case: str) -> pd.DataFrame:
    """In how many reconstructions each statement holds, from the kept outcomes.

    Returns
    -------
    DataFrame
        ``statement, tested as, worth, holds in, of, locator``; ``worth`` is ``arithmetic``,
        ``built in`` or ``emergent`` (see :mod:`casebook.statements`). Statements that are not
        tested have ``not tested`` and say why.
    """
    held = published.exhibit(f"{case}_outcomes")
    wording = published.exhibit("statements")
    counts = held.groupby("test")["holds"].agg(["sum", "size"])
    said = wording.set_index("statement_id")
    rows = [
        {
            "statement": said["text_en"][test.statement_id],
            "tested as": test.how,
            "worth": test.kind,
            "holds in": int(counts["sum"][number]),
            "of": int(counts["size"][number]),
            "locator": said["locator"][test.statement_id],
        }
        for number, test in enumerate(statements.tests(case))
    ]
    tested = {test.statement_id for test in statements.tests(case)}
    rows += [
        {
            "statement": row.text_en,
            "tested as": row.how_en,
            "worth": "not tested",
            "holds in": pd.NA,
            "of": pd.NA,
            "locator": row.locator,
        }
        for row in wording[wording["case"] == case].itertuples()
        if row.statement_id not in tested
    ]
    frame = pd.DataFrame(rows).astype({"holds in": "Int64", "of": "Int64"})
    places = dict.fromkeys(p.strip() for row in frame["locator"] for p in row.split(","))
    origin = Provenance("coded", tuple(f"twente2014 {place}" for place in places))
    return mark(frame, combine(origin, of(held)))
