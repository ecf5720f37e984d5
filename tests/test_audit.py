"""The audit: what printed values may stand for, what follows from them, and the findings."""

from __future__ import annotations

import csv
import os
import re
import shutil
from pathlib import Path

import pytest
from scipy import stats

from casebook import audit_page, published
from casebook.audit import findings, rules, values
from casebook.audit.rules import CONTRADICTS, DOES_NOT, FOLLOWS, ROUNDING, UNKNOWN
from casebook.errors import CasebookError, DataError

REPO = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(REPO / "data"))


def _rows() -> list[dict[str, str]]:
    with (REPO / "data" / "coded" / "audit.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _limits(reference: str) -> tuple[float, float]:
    value = values.one(reference)
    return value.range.low, value.range.high


def _verdict(rule: str, claim: str, *inputs: str) -> str:
    return rules.RULES[rule](values.one(claim), [values.one(i) for i in inputs]).verdict


# What a printed value may stand for --------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "low", "high"),
    [
        ("=1522 exact respondents", 1522, 1522),
        ("=20.6 exact percent", 20.55, 20.65),
        ("=14 exact percent", 13.5, 14.5),
        ("=400 approx people", 350, 450),
        ("=18000 approx", 17100, 18900),
        ("=3 exact years", 2.5, 3.5),
        ("=10 order", 10, 100),
        ("=0.333333 approx fraction", 0.283333, 0.383333),
        ("days:2014-01-01..2014-03-31", 90, 90),
        ("working_days:2014-01-06..2014-01-12", 5, 5),
        ("weeks:2014-01-01..2014-01-14", 2, 2),
    ],
)
def test_what_a_printed_value_may_stand_for(reference: str, low: float, high: float) -> None:
    assert _limits(reference) == pytest.approx((low, high), rel=1e-5)


def test_limits_have_no_other_end() -> None:
    assert _limits("=10 at_least") == (10, float("inf"))
    assert _limits("=10 at_most") == (0, 10)
    assert values.one("=10 at_least").limit and not values.one("=10").limit


def test_a_figure_of_the_ledger_keeps_its_qualifier_and_digits() -> None:
    management = values.one("management_test.p")
    assert (management.range.low, management.range.high) == pytest.approx((0.0115, 0.0125))
    assert values.one("education_test.chi2").decimals == 2
    users = values.one("emma_platforms.facebook_users")
    assert users.range.low == 7_850_000 and users.range.high == 7_950_000


def test_a_cell_is_found_by_its_key_and_keeps_its_column_s_digits() -> None:
    ict = values.one("emma_tabel_3[ict].sig")
    assert ict.number == 0.002 and ict.range.high == pytest.approx(0.0025)
    people = values.read("emma_tabel_3[].respondents")
    assert sum(p.number for p in people) == published.exhibit("emma_tabel_3")["respondents"].sum()
    assert all(p.exact for p in people)


@pytest.mark.parametrize(
    "reference",
    ["nothing.here", "emma_tabel_3[ict].nothing", "emma_tabel_3[nobody].wald", "no_table[a].b"],
)
def test_a_reference_to_nothing_is_refused(reference: str) -> None:
    with pytest.raises(DataError):
        values.one(reference)


def test_one_value_is_one() -> None:
    with pytest.raises(DataError, match="11 values"):
        values.one("emma_tabel_3[].respondents")


# The rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "claim", "inputs", "verdict"),
    [
        ("sum", "=10", ("=4", "=6"), FOLLOWS),
        ("sum", "=11", ("=4", "=6"), DOES_NOT),
        ("sum", "=101 exact percent", ("=34 exact percent", "=66 exact percent"), ROUNDING),
        ("difference", "=1208", ("=1522", "=314"), FOLLOWS),
        ("difference", "=1207", ("=1522", "=314"), DOES_NOT),
        ("product", "=12", ("=3", "=4"), FOLLOWS),
        ("quotient", "=2 at_least", ("=29 exact percent", "=14 exact percent"), ROUNDING),
        ("quotient", "=2 at_least", ("=30", "=14"), FOLLOWS),
        ("quotient", "=3 at_least", ("=30", "=14"), DOES_NOT),
        ("quotient", "=150", ("=11835", "=75 at_least"), UNKNOWN),
        ("share", "=20.6 exact percent", ("=314", "=1522"), FOLLOWS),
        ("share", "=20.7 exact percent", ("=314", "=1522"), DOES_NOT),
        ("share", "=0.333333 approx fraction", ("=30", "=100"), ROUNDING),
        ("complement", "=79.4 exact percent", ("=20.6 exact percent",), FOLLOWS),
        ("complement", "=79.6 exact percent", ("=20.6 exact percent",), DOES_NOT),
        ("possible_share", "=29.4 exact percent", ("=252",), FOLLOWS),
        ("possible_share", "=20 exact percent", ("=3",), DOES_NOT),
        ("p_value", "=0.012 exact statistic", ("=6.26 exact statistic", "=1"), FOLLOWS),
        ("p_value", "=0.01 at_most statistic", ("=6.26 exact statistic", "=1"), DOES_NOT),
        ("p_value", "=0.05 at_most statistic", ("=6.26 exact statistic", "=1"), FOLLOWS),
        ("p_value", "=0.013 exact statistic", ("=6.26 exact statistic", "=1"), DOES_NOT),
        ("same", "=20.6 exact percent", ("=20.4 exact percent",), CONTRADICTS),
        ("same", "=20.6 exact percent", ("=20 at_least percent",), ROUNDING),
        ("same", "=7", ("=7",), FOLLOWS),
        ("listed", "=8", ("=9",), DOES_NOT),
        ("listed", "=9", ("=9",), FOLLOWS),
    ],
)
def test_a_rule_draws_its_conclusion(
    rule: str, claim: str, inputs: tuple[str, ...], verdict: str
) -> None:
    assert _verdict(rule, claim, *inputs) == verdict


@pytest.mark.parametrize(
    ("inputs", "verdict"),
    [
        (("=3", "=2", "=1"), FOLLOWS),
        (("=2", "=3"), DOES_NOT),
        (("=2", "=2"), DOES_NOT),
        (("=12 exact percent", "=11 exact percent"), FOLLOWS),
        (("=400 approx", "=390 approx"), ROUNDING),
        (("=390 approx", "=400 approx"), UNKNOWN),
    ],
)
def test_a_comparison_needs_no_claim(inputs: tuple[str, ...], verdict: str) -> None:
    assert rules.exceeds([values.one(i) for i in inputs]).verdict == verdict


def test_p_values_are_those_of_scipy() -> None:
    told = rules.p_value(values.one("=0.057"), [values.one("=3.61"), values.one("=1")]).follows
    assert told == f"p = {stats.chi2.sf(3.61, 1):.4f}"


def test_a_rule_says_how_far_off() -> None:
    wrong = rules.share(values.one("=34.18 exact percent"), [values.one("=35"), values.one("=100")])
    assert wrong.off == "0.82 points too low" and wrong.follows.startswith("35")
    few = rules.quotient(values.one("=10 order"), [values.one("=11835"), values.one("=75")])
    assert few.off == "57.8 too low"


def test_two_inputs_are_two() -> None:
    with pytest.raises(DataError, match="takes two"):
        rules.quotient(values.one("=1"), [values.one("=2")])


# The findings ------------------------------------------------------------------------------------


def test_every_check_computes() -> None:
    found = findings.findings()
    assert len(found) == len(_rows())
    assert set(found["verdict"]) <= set(rules.VERDICTS)


def test_a_verdict_is_coded_where_words_are_read_and_only_there() -> None:
    for row in _rows():
        assert bool(row["verdict"]) == (row["rule"] in rules.READ), row["finding"]


def test_each_rule_has_words_for_the_reader() -> None:
    told = set(published.exhibit("audit_rules")["rule"])
    assert told == {*rules.RULES, *rules.READ, "exceeds"}


def test_a_doubt_is_explained_and_its_treatment_told() -> None:
    found = findings.findings()
    for row in found[found["verdict"].isin(rules.DOUBTS)].itertuples():
        assert row.reading and row.treatment, row.finding


def test_what_is_printed_is_no_sentence() -> None:
    for row in _rows():
        assert len(row["printed"]) <= 60, row["finding"]


def test_the_other_side_is_named_by_text_and_place() -> None:
    texts = "|".join(audit_page.TEXTS)
    one = re.compile(rf"(?:{texts}|twente2014factsheet|knmi2018) \S.*")
    for row in _rows():
        for part in filter(None, row["against"].split("; ")):
            assert one.fullmatch(part), (row["finding"], part)


def test_an_impossible_check_names_its_finding(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(REPO / "data", data, ignore=shutil.ignore_patterns("reconstructed"))
    rows = _rows()
    broken = next(row for row in rows if row["rule"] == "sum")
    broken["claim"] = "nothing.here"
    with (data / "coded" / "audit.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    monkeypatch.setenv("CASEBOOK_DATA", str(data))
    with pytest.raises(DataError, match=re.escape(broken["finding"])):
        findings.findings()


def test_doubts_name_printed_values() -> None:
    doubted = findings.doubts()
    assert doubted
    for reference in doubted:
        assert not values.is_literal(reference)
        assert values.read(reference)
    assert "going_public.average_yes" in doubted and "going_public.yes" not in doubted


def test_the_page_counts_every_check_once() -> None:
    found = findings.findings()
    counted = audit_page.counts()
    assert counted["checks"].iloc[-1] == counted["checks"].iloc[:-1].sum() == len(found)
    assert len(audit_page.marks()) == len(found)
    told = audit_page.marks_told(audit_page.marks())
    doubts = found["verdict"].isin(rules.DOUBTS)
    assert told.startswith(f"Of {len(found)} checks ") and f" {doubts.sum()} do not" in told
    assert told.endswith(
        f"{doubts.groupby(found['source']).sum().max()}, are about the Twente report."
    )
    shown = [*audit_page.doubted()["id"], *audit_page.rest()["id"]]
    assert sorted(shown) == sorted(found["finding"])
    assert set(audit_page.doubted()["verdict"]) <= set(rules.DOUBTS)


def test_every_conflict_noted_in_the_ledger_is_checked() -> None:
    named = "; ".join(f"{row['claim']}; {row['inputs']};" for row in _rows())
    notes = published.ledger()["note"]
    conflicts = notes.index[notes.str.contains(r"\bConflicts\b")]
    assert len(conflicts) > 30
    assert [fact for fact in conflicts if f"{fact};" not in named] == []


def test_all_printed_tests_are_recomputed() -> None:
    claimed = {row["claim"] for row in _rows() if row["rule"] == "p_value"}
    for table, key in (("emma_tabel_3", "function"), ("emma_tabel_4", "organisation")):
        for name in published.exhibit(table)[key]:
            assert f"{table}[{name}].sig" in claimed, name
    for test in ("income", "education", "gender", "management"):
        assert any(claim.startswith(f"{test}_test.p") for claim in claimed), test


def test_an_unknown_finding_is_refused() -> None:
    with pytest.raises(CasebookError, match="No finding"):
        audit_page.one("nothing.here")


@pytest.mark.skipif("CASEBOOK_SOURCES" not in os.environ, reason="needs the source texts")
def test_what_is_printed_stands_in_the_text() -> None:
    files = {
        "twente2014": "twente-overheidsparticipatie.txt",
        "emma2013": "emma-uitzondering-op-de-regel.txt",
        "pm2012": "pm-topambtenaren.txt",
        "kansen2012": "kansen-en-bedreigingen.txt",
        "robblog2012": "rob-blog-vergroot-ruimte.txt",
    }
    folder = Path(os.environ["CASEBOOK_SOURCES"])
    texts = {k: _plain((folder / f).read_text("utf-8")) for k, f in files.items()}
    for row in _rows():
        if not row["printed"].startswith("("):
            for part in row["printed"].split(" … "):
                assert _plain(part) in texts[row["source"]], (row["finding"], part)


def _plain(text: str) -> str:
    return re.sub(r"[\s*$\\{}|]+", " ", text.replace("­", "")).strip().lower()
