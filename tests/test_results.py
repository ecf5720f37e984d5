"""What is kept with the reconstructions is what the code computes: a sample of it, recomputed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from casebook import (
    communities,
    conversation,
    measure_set,
    provenance,
    results,
    statements,
)

DATA = Path(__file__).parent.parent / "data" / "reconstructed"
CASES = ["benno_l", "timmermans"]


def _kept(case: str, name: str) -> list[dict[str, str]]:
    with (DATA / case / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("case", CASES)
def test_kept_outcomes_are_those_of_the_code(case: str) -> None:
    seeds = [1, 50, 100]
    kept = {(int(r["test"]), int(r["seed"])): r["holds"] for r in _kept(case, "outcomes.csv")}
    for row in results.outcomes(case, seeds).itertuples():
        assert kept[row.test, row.seed] == row.holds, (row.test, row.seed)


@pytest.mark.parametrize("case", CASES)
def test_every_test_is_kept_for_every_reconstruction(case: str) -> None:
    kept = {(int(r["test"]), int(r["seed"])) for r in _kept(case, "outcomes.csv")}
    wanted = range(len(statements.tests(case)))
    assert kept == {(test, seed) for test in wanted for seed in results.RECONSTRUCTIONS}


@pytest.mark.parametrize("case", CASES)
def test_kept_network_is_that_of_the_bundled_reconstruction(case: str) -> None:
    graph = measure_set.network_of(conversation.load(case))
    graph.delete_vertices(graph.vs.select(_degree=0))
    found = communities.detect(graph, seed=0)
    kept = results.kept(case)
    assert kept["nodes"] == graph.vcount()
    assert kept["edges"] == graph.ecount()
    assert kept["communities"] == found.nunique()
    assert kept["modularity"] == pytest.approx(communities.modularity(graph, found), abs=1e-6)
    assert kept["stability_ari_min"] <= kept["stability_ari_mean"] <= 1
    assert kept["modularity"] > kept["modularity_null_mean"] + 10 * kept["modularity_null_sd"]


def test_verdicts_count_and_say_what_cannot_be_tested() -> None:
    table = results.verdicts("timmermans")
    by = table.set_index(["statement", "worth"])
    # the published totals make 157.8 comments a post: never in the tens
    assert by.loc[("A post gets tens of comments", "arithmetic"), "holds in"] == 0
    assert by.loc[("A post gets tens of comments", "arithmetic"), "of"] == 100
    assert by.loc[("The page is good for the minister's image", "not tested"), "of"] is not None
    assert table[table["worth"] == "not tested"]["of"].isna().all()
    assert provenance.of(table).kind == "reconstructed"
