"""EMMA's survey: every cell and figure against the source, the methods, and what is drawn."""

from __future__ import annotations

import ast
import hashlib
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from test_data import LEDGER, NUMBER, OURS, _flat, _rows, _source, needs_sources

from casebook import figure, going_public, published
from casebook.errors import CasebookError
from casebook.provenance import of

REPO = Path(__file__).parent.parent
PAGE = "companions/going_public"


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(REPO / "data"))


def _frames() -> dict[str, pd.DataFrame]:
    return {
        "definition": going_public.definition(),
        "contacts": going_public.contacts(),
        "media": going_public.media(),
        "tests": going_public.chi_square(),
        "wald": going_public.wald(),
        "shares": going_public.shares(),
        "reference": going_public.reference(),
        "reasons": going_public.reasons(),
        "tensions": going_public.tensions(),
        "pictures": going_public.pictures(),
    }


# Methods ----------------------------------------------------------------------------------------


def test_holm_on_an_example_by_hand() -> None:
    # Times 4, 3, 2 and 1 from the smallest on, never falling, never over 1.
    p = pd.Series([0.01, 0.04, 0.03, 0.005], index=list("abcd"))
    assert going_public.holm(p).to_dict() == pytest.approx(
        {"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02}
    )
    assert list(going_public.holm(pd.Series([0.6, 0.9]))) == [1.0, 1.0]


def test_wald_against_the_rest_is_that_of_logistic_regression() -> None:
    # The maximum of the likelihood by Newton's method, with the standard error of its slope.
    yes, n, all_yes, everyone = 74, 252, 314, 1522
    x = np.array([[1.0, 1.0], [1.0, 0.0]])
    sizes, successes = np.array([n, everyone - n]), np.array([yes, all_yes - yes])
    b = np.zeros(2)
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ b))
        information = x.T @ (x * (sizes * p * (1 - p))[:, None])
        b = b + np.linalg.solve(information, x.T @ (successes - sizes * p))
    expected = b[1] ** 2 / np.linalg.inv(information)[1, 1]
    assert going_public.wald_against_rest(yes, n, all_yes, everyone) == pytest.approx(expected)
    with pytest.raises(CasebookError, match="is empty"):
        going_public.wald_against_rest(5, 5, 10, 20)


def test_fitting_tables_are_all_there_with_their_chi_square() -> None:
    found = going_public.fitting_tables(50, 25, 4, 12)
    every = [
        (group, yes)
        for group in range(1, 12)
        for yes in range(5)
        if yes <= group
        and 4 - yes <= 12 - group
        and abs(100 * yes / group - 50) <= 0.5
        and abs(100 * (4 - yes) / (12 - group) - 25) <= 0.5
    ]
    assert list(zip(found["group"], found["yes"], strict=True)) == every != []
    for group, yes, chi2 in found.itertuples(index=False):
        table = [[yes, group - yes], [4 - yes, 8 - group + yes]]
        assert chi2 == pytest.approx(stats.chi2_contingency(table, correction=False)[0])
    assert going_public.fitting_tables(1, 99, 6, 12).empty


# What is shown ----------------------------------------------------------------------------------


def test_everything_says_where_it_comes_from() -> None:
    kinds = {name: of(frame).kind for name, frame in _frames().items()}
    assert kinds == {
        "definition": "published",
        "contacts": "published",
        "media": "derived",
        "tests": "coded",
        "wald": "coded",
        "shares": "coded",
        "reference": "coded",
        "reasons": "coded",
        "tensions": "coded",
        "pictures": "coded",
    }
    for name, frame in _frames().items():
        assert all(source.startswith("emma2013") for source in of(frame).sources), name
        assert not [c for c in frame.columns if "_" in c], name
    assert "emma2013 Tabel 3" in of(going_public.wald()).sources


def test_printed_p_values_follow_from_the_wald_statistics() -> None:
    for name, half in (("emma_tabel_3", 0.005), ("emma_tabel_4", 0.0005)):
        table = published.exhibit(name)
        # The statistic is rounded too: the printed p must lie between those of its limits.
        least = stats.chi2.sf(table["wald"] + half, table["df"]) - 0.0005
        most = stats.chi2.sf(table["wald"] - half, table["df"]) + 0.0005
        assert ((least <= table["sig"]) & (table["sig"] <= most)).all()


def test_printed_p_values_follow_from_chi_square() -> None:
    tests = going_public.chi_square().set_index("with")
    assert list(tests["df"]) == [12, 5, 1, 1]
    assert tests.loc["managerial position", "p"] == f"{published.value('management_test.p'):.3f}"
    assert float(tests.loc["gender", "p"]) < published.value("gender_test.p")
    assert float(tests.loc["gender", "p"]) > 0.01
    assert tests.loc["gross income", "Cramér's V, at least"] == pytest.approx(
        (82.52 / 1522) ** 0.5, abs=0.0005
    )
    # Alike in every respect, judged differently.
    gender, managing = (tests.loc[w] for w in ("gender", "managerial position"))
    assert abs(gender["Cramér's V, at least"] - managing["Cramér's V, at least"]) < 0.002
    assert (gender["§4.1 says"], managing["§4.1 says"]) == ("weak", "absent")


def test_the_figures_on_managers_do_not_fit_together() -> None:
    fit = going_public.fitting_tables(26, 20, 314, 1522)
    assert len(fit) > 100
    assert fit["chi2"].max() < published.value("management_test.chi2") - 0.005


def test_after_holm_one_organisation_is_left() -> None:
    wald = going_public.wald()
    assert len(wald) == 21
    assert (wald["p after Holm"] >= wald["p"]).all()
    left = wald[wald["p after Holm"] < 0.05]
    assert list(left.loc[left["by"] == "organisation", "group"]) == ["EL&I (Economic Affairs)"]
    lost = wald[(wald["p"] < 0.05) & (wald["p after Holm"] >= 0.05)]
    assert list(lost["group"]) == ["Secretarial work", "VWS (Health)", "DJI (prisons)"]


def test_significant_functions_are_those_the_text_says() -> None:
    # All but legal, financial and research; none of the organisations but EL&I, VWS and DJI.
    wald = going_public.wald()
    rest = set(wald.loc[wald["p"] >= 0.05, "group"])
    assert {"Legal work", "Financial and economic work", "Research"} <= rest
    worded = wald.set_index("group")["goes public"]
    assert set(worded[worded == "equally"].index) <= rest
    assert (worded == "more").sum() == 7
    assert (worded == "less").sum() == 3


def test_limits_are_given_only_where_the_number_is_printed() -> None:
    shares = going_public.shares().set_index("group")
    assert len(shares) == 12
    known = shares[shares["N"].notna()]
    assert list(known["people"]) == [314, 24, 16, 74, 25]
    assert set(known["by"]) == {"all", "function", "organisation"}
    assert shares.loc[shares["N"].isna(), ["people", "low", "high"]].isna().all(axis=None)
    assert ((known["low"] < known["share"]) & (known["share"] < known["high"])).all()
    average = shares.loc["All respondents", "share"]
    assert (known.loc[known["by"] == "organisation", "low"] > average).all()


def test_the_printed_wald_is_not_against_all_others() -> None:
    rows = going_public.reference().set_index("group")
    assert list(rows.columns) == ["N", "people", "Wald as printed", "Wald against all others"]
    off = (rows["Wald as printed"] / rows["Wald against all others"] - 1).abs()
    assert (off > 0.05).all()
    assert off["Research"] > 10


def test_use_for_work_is_part_of_use() -> None:
    media = going_public.media().set_index("medium")
    assert (media["use for work"] <= media["use"]).all()
    assert media.loc["LinkedIn", "of its users"] / 100 > published.value(
        "ergo_survey.linkedin_for_work"
    )
    assert ((media["low"] < media["use"]) & (media["use"] < media["high"])).all()


def test_tabel_1_is_shown_whole() -> None:
    shown = going_public.contacts()
    assert shown.shape == (6, 7)
    assert shown.set_index("activity").loc["Chatting", "age 16–25"] == 55


def test_charts_can_be_drawn() -> None:
    for drawn, rows in (
        (going_public.media_chart, going_public.media()),
        (going_public.wald_chart, going_public.wald()),
        (going_public.shares_chart, going_public.shares()),
    ):
        shown = figure.chart(drawn(rows), rows, "x", "A finding.")
        for picture in shown.pictures.values():
            assert "<svg" in picture
            if "group" in rows:
                labels = {g.replace("&", "&amp;") for g in rows["group"]}
                assert all(f">{label}<" in picture for label in labels)


def test_a_share_without_limits_is_drawn_hollow() -> None:
    rows = going_public.shares()
    spec: dict[str, Any] = going_public.shares_chart(rows).to_dict()
    drawn = {
        layer["mark"]["filled"]: spec["datasets"][layer["data"]["name"]]
        for layer in spec["layer"]
        if layer["mark"]["type"] == "point" and "filled" in layer["mark"]
    }
    assert {row["group"] for row in drawn[False]} == set(rows.loc[rows["N"].isna(), "group"])
    assert len(drawn[True]) == 5


#: The code of a cell of a chapter, without its tags and caption.
CELL = re.compile(
    r"^```\{code-cell\} ipython3\n(?:---\n.*?\n---\n|:.*?\n)(.*?)^```", re.MULTILINE | re.DOTALL
)


def test_no_computed_value_of_the_page_is_told_twice() -> None:
    # A page knows each name once: a second value would show up in the first one's place.
    text = (REPO / "chapters" / f"{PAGE}.md").read_text("utf-8")
    told = [
        keyword.arg
        for cell in CELL.findall(text)
        for node in ast.walk(ast.parse(cell))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tell"
        for keyword in node.keywords
        if keyword.arg not in ("of_", "how")
    ]
    assert len(told) == len(set(told)) > 30
    assert set(told) == set(re.findall(r"\{fact\}`=(\w+)`", text))


# The data ---------------------------------------------------------------------------------------


def test_coded_groups_are_rows_of_the_tables() -> None:
    groups = _rows("going_public_groups")
    for table, dimension in (("emma_tabel_3", "function"), ("emma_tabel_4", "organisation")):
        here = {
            r["key"] for r in groups if r["dimension"] == dimension and r["direction"] != "left out"
        }
        assert here == {row[dimension] for row in _rows(table)}
    ids = {row["id"] for row in LEDGER}
    named = {r["fact"] for r in groups if r["fact"]}
    for row in _rows("going_public_tests"):
        named |= {row["chi2_fact"], row["df_fact"], row["p_fact"]}
    assert named <= ids


def test_printed_figures_agree_with_each_other() -> None:
    value = published.value
    assert value("going_public.yes") + value("going_public.no") == 1522
    assert round(100 * value("going_public.yes") / 1522, 1) == value("going_public.share")
    assert value("going_public.income_higher") > 2 * value("going_public.income_lower")
    difference = value("going_public.managing") - value("going_public.not_managing")
    assert difference == value("going_public.managing_difference")
    outside = 1522 - sum(int(row["respondents"]) for row in _rows("emma_tabel_4"))
    left_out = [r for r in _rows("going_public_groups") if r["direction"] == "left out"]
    assert outside > len(left_out) * (value("going_public.organisation_minimum") - 1)
    assert str(outside) in published.fact("going_public.organisation_minimum").note


def test_same_figures_have_same_values() -> None:
    same = re.compile(r"The same as ([a-z_0-9.]*[a-z_0-9])\.")
    values = {row["id"]: (row["value"], row["unit"]) for row in LEDGER}
    pairs = [
        (row["id"], other)
        for row in LEDGER
        if row["source"] == "emma2013" and row["chapter"] == PAGE
        for other in same.findall(row["note"])
    ]
    assert len(pairs) > 15
    assert [pair for pair in pairs if values[pair[0]] != values[pair[1]]] == []


# Surnames of persons whom the study names and this book does not; hashed, so that they do not
# stand here either.
PRIVATE = {
    "118c23124087ebc5",
    "12abe2ee8ef3b0b7",
    "caa948134f8f11cf",
    "50393c2abaf07ddc",
}


def _hashed(text: str) -> set[str]:
    words = set(re.findall(r"\w+", text.lower()))
    return {hashlib.sha256(word.encode()).hexdigest()[:16] for word in words}


def test_no_private_person_is_named() -> None:
    files = [REPO / "chapters" / f"{PAGE}.md", REPO / "casebook" / "going_public.py"]
    files += [*(REPO / "data").glob("*/emma_*.csv"), *(REPO / "data").glob("*/going_public_*.csv")]
    assert len(files) > 10
    named = {path.name for path in files if _hashed(path.read_text("utf-8")) & PRIVATE}
    ours = " ".join(" ".join(row.values()) for row in LEDGER if row["chapter"] == PAGE)
    assert not named
    assert not _hashed(ours) & PRIVATE


# Against the source text ------------------------------------------------------------------------

# Parts of the study that belong to this page, by locator, and what comes between them (None).
PARTS: list[tuple[str | None, str]] = [
    ("Managementsamenvatting", "\nMANAGEMENTSAMENVATTING\n"),
    (None, "\nINHOUDSOPGAVE\n"),
    ("ch. 1", "\n1. INLEIDING\n"),
    ("ch. 2", "\n2. TOELICHTING METHODIEK\n"),
    ("§3.1", "\n3. EEN NIEUWE SAMENLEVING\n"),
    ("§3.2", "\n3.2 Mediacratie 2.0\n"),
    ("§3.3", "\n3.3 Wat biedt de openbaarheid?\n"),
    ("§3.4", "\n3.4 Sociale media\n"),
    ("§4.1", "\n4. TREEDT DE OVERHEID"),
    (None, "\n4.2 Tweet- en LinkedIn analyse\n"),
    ("ch. 5", "\n5. BESCHOUWINGEN UIT DE PRAKTIJK\n"),
    ("§5.1", "\n5.1 Reacties op flitspanelresultaten\n"),
    ("§5.2", "\n5.2 Politiek bestuurlijke domein\n"),
    ("§5.3", "\n5.3 Maatschappelijk domein\n"),
    ("§5.4", "\n5.4 Media-domein\n"),
    ("§5.5", "\n5.5 Privé domein\n"),
    ("ch. 6", "\n6. CONCLUSIE\n"),
    (None, "\n7. BIBLIOGRAFIE\n"),
]
#: A line of a table: label and cells with a tab between them.
ROW = re.compile(r"^[^\t\n]*(?:\t[^\t\n]*)+$", re.MULTILINE)
ALLOWED = {
    r"\b[1-6]\. [A-Z]{3,}|\b[345]\.[1-5] [A-Z][\w-]+": "heading",
    r"(?:Mediacratie|Ambtenaar|Web) 2\.0": "name",
    r"[Hh]oofdstuk (?:twee|drie|vier|vijf|5\.5)|(?:[Gg]rafiek|[Tt]abel|[Ff]iguur|fase) \d+": (
        "reference to a chapter, chart, table or phase"
    ),
    r"\b(?:[A-Z][\w’.]+|bestuur|Regeringsbeleid|Statistiek|Ontwikkeling|al\.|and \w+)"
    r" (?:\d\d-)*(?:19|20)\d\d(?:, \d{1,3}\b)?": "citation",
    r"\w+medewerkers 02-2013(?:, 10)?": "expert session cited",
    r"(?<=2003, )2012|citaat uit 1999|(?:is er anno|Er is anno) 2002|wordt in 2010 nogmaals"
    r"|[Aa]l in 1997|hieraan in 2003|Raad in 2012|hoorde in 2011": "year of a work cited",
    r"Twee jaar borduurt|bijna tien jaar na|Bijna 10 jaar later": "time between works cited",
    r"Deze twee verwachtingen|op twee manieren gedaan|deze drie functiebeschrijvingen"
    r"|deze twee met elkaar|deze twee domeinen|een tweeledig doel|de derde rolopvatting": (
        "step of the argument, or members named just before"
    ),
    r"groot acht\b|in acht genomen": "verb",
    r"één ding|één of meerdere keren|één departement|Ambtenaar 24/7|24 uur per dag": (
        "manner of speaking"
    ),
    r"tien die voorop lopen, tien die niet willen, en tien": "manner of speaking, in a quotation",
    r"tussen 2011 en 2012": "period of emma_platforms.facebook_growth_2011",
    r"internet, 2010 \(|van 15\+ dat": "year of Tabel 1 and age in the caption of Grafiek 2",
    r"Chi\}?\^2\b(?:(?=\})|(?!\d))": "name of a statistic",
    r"met \$p < 0\.0[15]|effect \(\$p < 0\.05|op \$p < 0\.01|eis van \$p < 0\.01"
    r"|treden \(\$p < 0\.01|niveau \$p < 0\.01": "level of significance, not a result",
    r"\(respectievelijk \$N=43\$, \$N=40\$ en \$N=41\$\)|kleine N van 77|kleine N \(88\)": (
        "cells of Tabel 3 and 4"
    ),
}


def _parts() -> dict[str, str]:
    text, starts, at = _source("emma2013"), [], 0
    for _, heading in PARTS:
        at = text.index(heading, at)
        starts.append(at)
    ends = [*starts[1:], len(text)]
    return {
        name: text[start:end]
        for (name, _), start, end in zip(PARTS, starts, ends, strict=True)
        if name
    }


@needs_sources
def test_no_figure_was_missed() -> None:
    missed, idle = [], set(ALLOWED)
    parts = _parts()
    ours = [row for row in LEDGER if row["source"] == "emma2013" and row["chapter"] == PAGE]
    assert {row["locator"] for row in ours} <= set(parts)
    for part, whole in parts.items():
        text = _flat(ROW.sub("", whole))
        spans: list[tuple[int, int]] = []
        for row in ours:
            if row["locator"] != part:
                continue
            found = [m.span() for m in re.finditer(re.escape(row["as_published"]), text)]
            free = [s for s in found if not any(a < s[1] and s[0] < b for a, b in spans)]
            assert free, f"{row['id']}: no place left in {part} for {row['as_published']!r}"
            spans.append(free[0])
        allowed = [(pattern, m.span()) for pattern in ALLOWED for m in re.finditer(pattern, text)]
        for hit in NUMBER.finditer(text):
            if any(a <= hit.start() and hit.end() <= b for a, b in spans):
                continue
            reasons = {p for p, (a, b) in allowed if a <= hit.start() and hit.end() <= b}
            if not reasons:
                missed.append(f"{part}: ...{text[hit.start() - 40 : hit.end() + 20]}")
            idle -= reasons
    assert missed == []
    assert idle == set(), "allowances that no text needs"


@needs_sources
def test_every_cell_is_that_of_the_source() -> None:
    rows = [line.split("\t") for p in ("§3.2", "§4.1") for line in ROW.findall(_parts()[p])]

    def number(cell: str) -> float:
        cell = cell.strip().rstrip("%").replace(",", ".")
        return float(f"0{cell}" if cell.startswith(".") else cell)

    data = [row for row in rows if re.search(r"\d%?$", row[-1])]
    printed = {row[0].strip(): [number(cell) for cell in row[1:]] for row in data}
    kept: dict[str, list[float]] = {}
    for row in _rows("emma_tabel_1"):
        kept.setdefault(row["label_nl"], []).append(float(row["share"]))
    for row in _rows("emma_tabel_2"):
        kept.setdefault(row["medium"], []).append(float(row["share"]))
    for table in ("emma_tabel_3", "emma_tabel_4"):
        for row in _rows(table):
            cells = [float(row[c]) for c in ("wald", "respondents", "df", "sig")]
            kept[f"In openbaarheid treden - {row['label_nl']}"] = cells
    assert printed == kept
    assert {row["respondents"] for row in _rows("emma_tabel_2")} == {"1129"}


@needs_sources
def test_dutch_labels_are_words_of_the_study() -> None:
    def squeeze(text: str) -> str:
        return re.sub(r"[\s\-–]", "", text).casefold()

    text = squeeze(_source("emma2013"))
    ours = [r["name"] for r in OURS if r["name"].startswith(("emma_tabel", "going_public_"))]
    assert len(ours) >= 8
    absent = {
        value
        for name in [*ours, "emma_definition", "emma_back_cover"]
        for row in _rows(name)
        for column, value in row.items()
        if column.endswith("_nl") and squeeze(value) not in text
    }
    assert absent == set()
