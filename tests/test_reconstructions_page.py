"""All reconstructions side by side: nothing missing, counted right, and what the page says."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from casebook import (
    conversation,
    figure,
    published,
    reconstruct,
    reconstructions_page,
    results,
    statements,
)
from casebook.provenance import of

REPO = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(REPO / "data"))


@pytest.fixture(scope="module")
def verdicts() -> pd.DataFrame:
    return reconstructions_page.verdicts()


# What there is ------------------------------------------------------------------------------------


def test_every_reconstruction_has_a_row_and_a_name() -> None:
    made = reconstructions_page.overview()
    assert len(made) == len(reconstruct.cases())
    assert made["reconstruction"].is_unique
    assert not made["reconstruction"].str.contains("_").any()
    assert made["accounts"].gt(0).all() and made["acts"].gt(0).all()
    assert of(made).kind == "reconstructed"
    assert sorted(reconstructions_page.cases()) == reconstruct.cases()
    assert reconstructions_page.cases()[0] == "timmermans"


@pytest.mark.parametrize(
    ("case", "shown"),
    [
        ("timmermans", "The minister's page"),
        ("benno_l", "Benno L."),
        ("vacant_lots_linkedin", "Vacant lots, LinkedIn"),
        ("community_officer_following", "The community officer, following"),
        ("top_officials", "Top officials"),
    ],
)
def test_names_are_for_readers(case: str, shown: str) -> None:
    assert reconstructions_page.name(case) == shown


def test_every_kind_in_use_is_told() -> None:
    in_use = {reconstructions_page.kind(reconstruct.spec(c)) for c in reconstruct.cases()}
    told = published.exhibit("reconstruction_kinds")
    assert in_use <= set(told["kind"]), "tell the new kind in data/coded/reconstruction_kinds.csv"
    assert set(told["kind"]) <= {*reconstruct.simulation.ENGINES, "counted", "naming"}
    shown = reconstructions_page.kinds()
    assert len(shown) == len(in_use)
    used = "; ".join(shown["used for"]).split("; ")
    assert sorted(used) == sorted(map(reconstructions_page.name, reconstruct.cases()))


def test_every_published_total_is_there_and_met() -> None:
    shown = reconstructions_page.targets()
    assert len(shown) == sum(len(reconstruct.spec(c).totals) for c in reconstruct.cases())
    assert (shown["published"] == shown["reconstructed"]).all()
    assert shown["ledger id"].isin(published.ledger().index).all()


def test_every_assumption_is_there_with_its_reason() -> None:
    shown = reconstructions_page.assumptions()
    specs = [reconstruct.spec(case) for case in reconstruct.cases()]
    assert len(shown) == sum(len(plan.assumptions) for plan in specs)
    assert (shown[["assumption", "value", "reason"]] != "").all(axis=None)
    assert set(shown["reconstruction"]) == set(map(reconstructions_page.name, reconstruct.cases()))
    assert len(reconstructions_page.seeds()) == len(specs)
    assert len(shown) <= 3 * figure.SHOWN_ROWS, "the page would show the first hundred only"


def test_a_bundled_conversation_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    load = conversation.load

    def counting(case: str) -> object:
        read.append(case)
        return load(case)

    monkeypatch.setattr(conversation, "load", counting)
    reconstructions_page._bundled.cache_clear()
    monkeypatch.setattr(reconstruct, "cases", lambda: ["vacant_lots_twitter"])
    reconstructions_page.overview()
    reconstructions_page.targets()
    assert read == ["vacant_lots_twitter"]


def test_two_reconstructions_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconstruct, "cases", lambda: ["benno_l", "vacant_lots_linkedin"])
    page = reconstructions_page
    held = page.verdicts()
    assert list(page.overview()["reconstruction"]) == ["Vacant lots, LinkedIn", "Benno L."]
    assert len(page.kinds()) == 2
    assert page.sizes(held).empty and page.excluded(held).empty
    tables = [page.targets(), page.assumptions(), page.hanging(held), page.sizes(held)]
    assert all(figure.table(table, "x", "A finding.") for table in tables)


# What it is worth ---------------------------------------------------------------------------------


def test_verdicts_are_those_of_the_cases(verdicts: pd.DataFrame) -> None:
    tested = verdicts[verdicts["held"] != ""]
    assert len(tested) == sum(len(statements.tests(case)) for case in reconstruct.cases())
    one = results.verdicts("timmermans")
    mine = verdicts[verdicts["reconstruction"] == "The minister's page"]
    assert list(mine["holds in"].dropna()) == list(one["holds in"].dropna())
    assert set(verdicts.loc[verdicts["held"] == "", "worth"]) == {"not tested"}


def test_the_drawers_hold_every_test_once(verdicts: pd.DataFrame) -> None:
    counts = reconstructions_page.worth(verdicts)
    assert len(counts) == 9
    assert counts["tests"].sum() == (verdicts["held"] != "").sum()
    by = counts.set_index(["worth", "held in"])["tests"]
    of_all = verdicts["holds in"] == verdicts["of"]
    emergent = verdicts["worth"] == "emergent"
    assert by["emergent", "all"] == (of_all & emergent).sum()
    assert by["emergent", "none"] == ((verdicts["holds in"] == 0) & emergent).sum()


def test_arithmetic_is_the_same_for_every_seed(verdicts: pd.DataFrame) -> None:
    counts = reconstructions_page.worth(verdicts).set_index(["worth", "held in"])["tests"]
    assert counts["arithmetic", "some"] == 0


def test_what_is_excluded_shows_its_other_readings(verdicts: pd.DataFrame) -> None:
    shown = reconstructions_page.excluded(verdicts)
    counts = reconstructions_page.worth(verdicts).set_index(["worth", "held in"])["tests"]
    assert len(shown) == counts["arithmetic", "none"]
    tens = shown.set_index("statement").loc["A post gets tens of comments"]
    assert tens["ruled out"].startswith("the mean number")
    held = verdicts.loc[verdicts["tested as"].str.startswith("the median number of comments")]
    assert f"holds in {held['holds in'].iloc[0]} of {held['of'].iloc[0]}" in tens["another reading"]


def test_what_hangs_on_chance_begins_with_the_even_splits(verdicts: pd.DataFrame) -> None:
    shown = reconstructions_page.hanging(verdicts)
    counts = reconstructions_page.worth(verdicts).set_index(["worth", "held in"])["tests"]
    assert len(shown) == counts[:, "some"].sum()
    parts = shown["holds in"].str.extract(r"(\d+) of (\d+)").astype(int)
    even = (parts[0] / parts[1] - 0.5).abs()
    assert even.is_monotonic_increasing


def test_sizes_are_counted_against_the_kept_file(verdicts: pd.DataFrame) -> None:
    shown = reconstructions_page.sizes(verdicts)
    kept = published.exhibit("community_officer_sizes")
    tests = statements.tests("community_officer")
    for row in shown[shown["reconstruction"] == "The community officer"].to_dict("records"):
        number = next(n for n, test in enumerate(tests) if test.how == row["tested as"])
        at = kept[kept["test"] == number].groupby("factor")["holds"].sum()
        assert [row["half"], row["double"]] == list(at[list(results.FACTORS)])
    moved = shown[["half", "as assumed", "double"]]
    assert (moved.max(axis=1) - moved.min(axis=1) >= 10).all()


def test_untested_statements_say_why(verdicts: pd.DataFrame) -> None:
    shown = reconstructions_page.untested(verdicts)
    assert (shown[["statement", "why", "locator"]] != "").all(axis=None)


def test_all_tables_are_marked_and_readable(verdicts: pd.DataFrame) -> None:
    page = reconstructions_page
    tables = [page.overview(), page.seeds(), page.targets(), page.assumptions()]
    tables += [told(verdicts) for told in (page.excluded, page.hanging, page.sizes, page.untested)]
    for table in tables:
        assert of(table).kind == "reconstructed"
        assert not [c for c in table.columns if "_" in c]
    assert of(page.kinds()).kind == "coded"
    counts = page.worth(verdicts)
    shown = figure.chart(page.worth_chart(counts), counts, "x", "A finding.")
    assert all(figure.MARK in picture for picture in shown.pictures.values())


# What the page says in words ----------------------------------------------------------------------


def test_the_words_of_the_page_hold(verdicts: pd.DataFrame) -> None:
    made = reconstructions_page.overview()
    none = made.loc[made["totals"] == 0, "reconstruction"]
    assert list(none) == ["The community officer", "The community officer, following"]
    assert reconstructions_page.seeds()["why"].str.startswith("The first of 1, 2, 3").mean() > 0.5
    by = reconstructions_page.worth(verdicts).set_index(["worth", "held in"])["tests"]
    assert by["built in", "all"] / by["built in"].sum() > 0.75
    assert 0.4 < by["emergent", "some"] / by["emergent"].sum() < 0.6
    groups = verdicts[verdicts["tested as"].str.contains(r"Leiden finds (?:three|four) comm")]
    held = groups.groupby("reconstruction")["holds in"].first()
    assert held["Rijkswaterstaat"] < 20 < 60 < held["The minister's page"]
    moved = reconstructions_page.sizes(verdicts).set_index("statement")
    found = moved.filter(like="Several small clusters", axis=0).iloc[0]
    apart = moved.filter(like="hardly connected", axis=0).iloc[0]
    assert found["half"] < found["double"] and apart["half"] > apart["double"]
