"""The data themselves: whole, well described, true to the source text, and silent about persons.

What compares them with the source texts runs only where these are at hand, since they are not
redistributed: set ``CASEBOOK_SOURCES`` to their folder.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

REPO = Path(__file__).parent.parent
DATA = REPO / "data"
PACKAGE: dict[str, Any] = json.loads((DATA / "datapackage.json").read_text("utf-8"))
#: Folders of tables that stand in the package, with what their tables mostly are. Events are
#: what happened outside the messages, published by others than the report.
FOLDERS = {
    "published": "published",
    "derived": "derived",
    "coded": "coded",
    "events": "published",
}
OURS = [r for r in PACKAGE["resources"] if r["path"].split("/")[0] in FOLDERS]


def _rows(name: str) -> list[dict[str, str]]:
    resource = next(r for r in PACKAGE["resources"] if r["name"] == name)
    with (DATA / resource["path"]).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


LEDGER = _rows("ledger")
PAGES = {
    "summary",
    "introduction",
    "technology",
    "opportunities",
    "limitations",
    "guidelines",
    "cases/reading_the_cases",
    *(f"cases/{row['slug']}" for row in _rows("cases")),
    "tactics",
    "strategies",
    "conclusions",
    "companions/going_public",
    "companions/civil_servants_online",
    "companions/top_officials",
    "companions/rules_of_conduct",
}


# The package ------------------------------------------------------------------------------------


def test_frictionless_finds_the_package_valid() -> None:
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.validate(DATA / "datapackage.json")
    assert report.valid, report.flatten(["type", "message", "rowNumber", "fieldName"])


def test_the_package_is_written_in_one_way() -> None:
    text = (DATA / "datapackage.json").read_text("utf-8")
    assert text == json.dumps(PACKAGE, indent=2, ensure_ascii=False) + "\n"
    names = [r["name"] for r in PACKAGE["resources"]]
    assert names == sorted(names)


def test_every_table_is_listed_and_every_listed_table_is_there() -> None:
    listed = {r["path"] for r in OURS}
    there = {p.relative_to(DATA).as_posix() for f in FOLDERS for p in DATA.glob(f"{f}/*")}
    assert listed == there


@pytest.mark.parametrize("resource", OURS, ids=lambda r: r["name"])
def test_a_table_says_what_it_is_and_where_from(resource: dict[str, Any]) -> None:
    for key in ("title", "description", "source", "locator", "profile"):
        assert resource[key], key
    assert resource["provenance"] in FOLDERS.values()
    for field in resource["schema"]["fields"]:
        assert field["description"].endswith("."), field["name"]
    if resource["path"].startswith("coded/"):
        columns = {f["name"] for f in resource["schema"]["fields"]}
        assert any(column.endswith("locator") for column in columns)
        # statements give their reason in how_en
        assert columns & {"reason", "how_en"}


@pytest.mark.parametrize("resource", OURS, ids=lambda r: r["name"])
def test_a_table_is_plain_utf8(resource: dict[str, Any]) -> None:
    raw = (DATA / resource["path"]).read_bytes()
    assert raw.decode("utf-8")
    assert b"\r" not in raw and raw.endswith(b"\n") and not raw.startswith(b"\xef\xbb\xbf")


def test_the_readme_documents_every_table_and_column() -> None:
    readme = (DATA / "README.md").read_text("utf-8")
    missing = [
        f"{r['name']}.{f['name']}"
        for r in OURS
        for f in r["schema"]["fields"]
        if f"| `{f['name']}` |" not in _section(readme, r["name"])
    ]
    assert missing == []
    fields = {f["name"]: f for r in OURS if r["name"] == "ledger" for f in r["schema"]["fields"]}
    for vocabulary in ("unit", "qualifier"):
        terms = fields[vocabulary]["constraints"]["enum"]
        assert [t for t in terms if f"`{t}`" not in readme] == []


def _section(readme: str, name: str) -> str:
    return readme.partition(f"### `{name}`")[2].partition("\n### ")[0]


# The ledger -------------------------------------------------------------------------------------


def test_no_figure_belongs_to_an_unknown_page() -> None:
    assert {row["chapter"] for row in LEDGER} <= PAGES


def test_ranges_come_in_pairs_in_order() -> None:
    by_id = {row["id"]: row for row in LEDGER}
    ranges = {id.rsplit(".", 1)[0] for id in by_id if id.count(".") == 2}
    assert ranges
    for stem in ranges:
        low, high = by_id[f"{stem}.low"], by_id[f"{stem}.high"]
        if low["unit"] != high["unit"]:
            continue
        if low["unit"] in ("date", "month"):
            assert low["value"] < high["value"]
        else:
            assert float(low["value"]) < float(high["value"])


def test_notes_refer_to_rows_that_exist() -> None:
    ids = {row["id"] for row in LEDGER}
    topics = "|".join({id.split(".")[0] for id in ids})
    named = re.compile(rf"\b(?:{topics})\.[a-z_0-9.]*[a-z_0-9]")
    referred = {r for row in LEDGER for r in named.findall(row["note"])}
    assert len(referred) > 20
    assert referred <= ids


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("summary.users_share", "platforms.population_share"),
        ("timmermans.comments", "timmermans.comments_per_post"),
        ("timmermans.likes", "timmermans.likes_per_post"),
        ("timmermans.groups", "timmermans.following_parts"),
        ("timmermans.groups", "timmermans.target_groups"),
        ("timmermans.participants", "timmermans.factsheet_participants"),
        ("platforms.years_to_popularity", "platforms.years_to_all_layers"),
    ],
)
def test_a_conflict_is_noted_on_both_sides(one: str, other: str) -> None:
    notes = {row["id"]: row["note"] for row in LEDGER}
    assert re.search(rf"{re.escape(other)}\b", notes[one])
    assert re.search(rf"{re.escape(one)}\b(?!_)", notes[other])


def test_strict_limits_say_so() -> None:
    for row in LEDGER:
        if row["qualifier"] in ("at_least", "at_most") and "or more" not in row["as_published"]:
            strict = row["note"].startswith("Strictly") or row["unit"] in ("years", "fraction")
            assert strict or "itself included" in row["note"], row["id"]


def test_nothing_of_the_man_behind_the_case() -> None:
    ours = [row for row in LEDGER if row["id"].startswith("benno_l.")]
    assert len(ours) > 20
    assert not {row["unit"] for row in ours} & {"year", "years", "age", "fraction"}


def test_exhibits_agree_with_the_ledger() -> None:
    values = {row["id"]: row["value"] for row in LEDGER}
    for row in _rows("twente_kader_2_4"):
        assert row["users"] == values[row["users_fact"]]
        assert not row["daily_users"] or row["daily_users"] == values[row["daily_users_fact"]]
    for row in _rows("twente_literature_funnel"):
        assert not row["fact"] or row["publications"] == values[row["fact"]]
    assert str(len(_rows("twente_summary_strategies"))) == values["summary.strategies"]
    assert str(len(_rows("cases"))) == values["cases.total"]
    assert str(len(_rows("business_phases"))) == values["business_model.phases"]
    assert str(len(_rows("timmermans_groups"))) == values["timmermans.groups"]
    questions = {row["question"] for row in _rows("twente_vragen_1_5")} - {"0"}
    assert str(len(questions)) == values["research.questions"]


# The exhibits and the coded tables ---------------------------------------------------------------


def test_the_register_is_whole() -> None:
    register = _rows("exhibits")
    assert [row["id"] for row in register] == [f"X{n:03}" for n in range(1, 84)]
    assert not [r["id"] for r in register if re.search(r"\bl\. ?\d|\blines? \d", r["survives_en"])]


#: The table, or tables, that hold what survives of an exhibit.
HELD = {
    "X006": ("twente_figuur_2_2",),
    "X007": ("twente_kader_2_1",),
    "X008": ("twente_kader_2_2",),
    "X009": ("twente_kader_2_3",),
    "X010": ("twente_kader_2_4",),
    "X014": ("democracy_views",),
    "X015": ("policy_phases", "phase_forms"),
    "X016": ("participation_ladder",),
    "X017": ("government_roles",),
    "X018": ("channel_advantages",),
    "X019": ("discussion_possibilities",),
    "X020": ("service_evolution",),
    "X021": ("twente_citaten_5_1",),
    "X022": ("twente_opsomming_5_1",),
    "X023": ("twente_citaat_5_2",),
    "X024": ("twente_citaten_5_1",),
    **{f"X{number:03}": (f"twente_kader_7_{box}",) for number, box in zip(
        (44, 45, 46, 49, 50, 51, 52, 53), range(1, 9), strict=True)},
    "X047": ("twente_tabel_7_1",),
    "X048": ("twente_tabel_7_2",),
}  # fmt: skip


def test_what_survives_of_chapters_2_to_8_is_held_and_shown() -> None:
    chapters = {"technology", "opportunities", "limitations", "guidelines", "tactics"}
    chapters |= {"strategies", "conclusions"}
    recoverable = {
        row["id"]: row["page"]
        for row in _rows("exhibits")
        if row["page"] in chapters and row["recoverable"] != "image-only"
    }
    assert set(HELD) == set(recoverable)
    names = {r["name"] for r in OURS}
    for number, tables in HELD.items():
        page = recoverable[number]
        code = (REPO / "chapters" / f"{page}.md").read_text("utf-8")
        code += (REPO / "casebook" / f"{page}.py").read_text("utf-8")
        for table in tables:
            assert table in names
            assert f'"{table}"' in code, f"{number}: {page} does not show {table}"


def test_every_cell_of_tabel_7_1_and_7_2_is_there() -> None:
    channels = _rows("twente_tabel_7_1")
    assert len(channels) == 24
    assert sum(row["share"] == "" for row in channels) == 5
    assert len(_rows("twente_tabel_7_2")) == 12


def test_two_rows_of_kader_2_3_repeat_the_first_two() -> None:
    rows = _rows("twente_kader_2_3")
    for first, again in zip(rows[:2], rows[8:], strict=True):
        same = ("label_nl", "mass_media", "social_media")
        assert [first[k] for k in same] == [again[k] for k in same]
        assert (first["repeated"], again["repeated"]) == ("false", "true")


def test_the_matrix_has_six_cells() -> None:
    cells = {(row["focus"], row["richness"]) for row in _rows("twente_figuur_2_2")}
    assert len(cells) == 6
    placed = {(r["focus"], r["richness"]) for r in _rows("providers") if r["focus"]}
    assert placed == cells


def test_platforms_stand_in_the_cell_of_the_matrix() -> None:
    matrix = {
        row["example_en"]: (row["focus"], row["richness"]) for row in _rows("twente_figuur_2_2")
    }
    for row in _rows("providers"):
        assert (row["focus"], row["richness"]) == matrix.get(row["platform"], ("", ""))
    for row in _rows("providers"):
        models = {m["business_model"] for m in _rows("business_models")} | {""}
        assert row["business_model"] in models


@pytest.mark.parametrize("case", ["timmermans", "benno_l"])
def test_ties_inside_a_group_are_marked(case: str) -> None:
    for row in _rows(f"{case}_ties"):
        assert (row["within"] == "true") == (row["source"] == row["target"])


def test_the_period_of_a_case_is_that_of_its_data() -> None:
    data = {(r["case"], r["period_start"], r["period_end"]) for r in _rows("twente_case_data")}
    assert {(r["slug"], r["period_start"], r["period_end"]) for r in _rows("cases")} == data


# Persons ----------------------------------------------------------------------------------------

# Surnames and one account of persons whom the report names and this book gives by function only.
# Hashed, so that they do not stand here either.
PRIVATE = {
    "424b85f4a60d423b",
    "42a74205892d4689",
    "53cf09db5b9065d4",
    "abbf199851d90e2f",
    "211b7840cef72dd1",
    "a83262ff65f5d2ee",
    "b6444a9072d425af",
}


def test_no_private_person_is_named() -> None:
    files = [p for f in FOLDERS for p in DATA.glob(f"{f}/*")]
    for path in [*files, DATA / "datapackage.json", DATA / "README.md"]:
        words = set(re.findall(r"\w+", path.read_text("utf-8").lower()))
        named = {w for w in words if hashlib.sha256(w.encode()).hexdigest()[:16] in PRIVATE}
        assert not named, path.name


# Against the source texts -----------------------------------------------------------------------

SOURCES = os.environ.get("CASEBOOK_SOURCES")
needs_sources = pytest.mark.skipif(not SOURCES, reason="CASEBOOK_SOURCES is not set")

FILES = {
    "twente2014": "twente-overheidsparticipatie.txt",
    "twente2014factsheet": "README.md",
    "emma2013": "emma-uitzondering-op-de-regel.txt",
    "kansen2012": "kansen-en-bedreigingen.txt",
    "robblog2012": "rob-blog-vergroot-ruimte.txt",
    "pm2012": "pm-topambtenaren.txt",
}
# Parts of the report that were read figure by figure, and what comes between them (None).
PARTS: list[tuple[str | None, str]] = [
    ("Samenvatting", "SAMENVATTING"),
    ("Summary", "SUMMARY"),
    ("1", "HOOFDSTUK 1"),
    ("2", "HOOFDSTUK 2"),
    ("3", "HOOFDSTUK 3"),
    ("4", "HOOFDSTUK 4"),
    ("5", "HOOFDSTUK 5"),
    ("5.1", "5.1 RICHTLIJNEN"),
    ("5.2", "5.2 INTRODUCTIE"),
    ("5.3", "5.3 CASE"),
    ("5.4", "5.4 CASE"),
    ("5.5", "5.5 CASE"),
    ("5.6", "5.6 CASE"),
    ("5.7", "5.7 CASE"),
    ("5.8", "5.8 CASE"),
    ("5.9", "5.9 CASE"),
    ("5.10", "5.10 CASE"),
    ("6", "HOOFDSTUK 6"),
    ("7", "HOOFDSTUK 7"),
    ("ch. 8", "HOOFDSTUK 8"),
]
# Digits, cardinal numbers, multiples and fractions. Ordinals other than "derde" (also a fraction)
# and "geen" are left to the reader's eye: they number an argument far more often than they count.
NUMBER = re.compile(
    r"\d+(?:[.,]\d+)*"
    r"|\b(?:twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|twintig|dertig|veertig|vijftig"
    r"|zestig|zeventig|tachtig|negentig|één|half|halve|helft|kwart|derde|achttal|tweetal|drietal"
    r"|tweeledig\w*|twintigduizend)\b"
    r"|\b(?:tien|tientallen|honderd|duizend|tienduizend|miljoen|miljard)(?:en|tallen)?\b"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|eighty|dozens|hundreds|thousands)\b",
    re.IGNORECASE,
)
AUTHOR = r"(?!In )[A-Z][\w.’&]*(?:,| et al\.,?)?"
ALLOWED = {
    r"(?:HOOFDSTUK|[Hh]oofdstuk|paragraaf|§) ?\d(?:\.\d+)*": "reference to a chapter or section",
    r"HOOFDSTUK \d \d(?= [A-Z])|\b\d\.\d+ [A-Z]{2,}": "heading",
    r"(?:Figuur|figuur|Kader) \d-\d+": "reference to a figure or box",
    r"Vraag \d[:.]": "number of a research question: table twente_vragen_1_5",
    r"(?:Web|Ambtenaar) \d\.0(?: (?:en|tot) 3\.0)?": "name of a technology",
    r"\[[1-6]\] ": "number in a list: tables twente_summary_strategies and §2.4's two changes",
    rf"{AUTHOR} \(?(?:19|20)\d\d(?:/\d{{4}})?(?:, (?:20\d\d|pp?\. \d+(?:-\d+)?))?": "citation",
    r"(?:2012|2010|2011), pp?\. \d+(?:-\d+)?": "citation with page",
    r"Onderzoek 2014|in 2013 \(Universiteit|Nederland (?:in )?201[34]": "year of a survey or chart",
    r"[Dd]e derde vraag|een derde fase|Een derde verdienmodel": "ordinal",
    r"derde is LinkedIn": "rank: table twente_kader_2_4",
    r"volgende twee paragrafen|op drie manieren beschreven|op twee manieren geraakt": (
        "steps of the argument, not a finding"
    ),
    r"voor 24 verkeersgegevens": "page number that the extraction left in a sentence",
    r"3D werelden": "name of a kind of content",
    r"A3-formaat": "size of paper",
    r"#(?:BLT|blt)020": "hashtag",
    r"(?:naar|van) twee kanten|één geheel|één en hetzelfde|binnen één sociaal medium"
    r"|één klik verwijderd": "manner of speaking",
    r"Grimmelikhuijzen,2012": "citation without a space",
    r"Sittard-Geleen, oktober 2012|Media, p\. 75": "date or page of a document cited",
    r"\([1-6]\) (?=[a-z\"])": "number in a list: tables of chapter 8's senders and types",
    r"derde vorm|Een derde reeks|het derde patroon|[Hh]et derde doel|de derde manier"
    r"|de derde strategie|De derde soort|Een derde belemmering": "ordinal",
    r"derde persoon(?:svorm)?": "grammar",
    r"gebonden aan één onderwerp": "any one, not a count",
    r"hoofdstuk 5 tot en met 7|\(3\.\d\)|(?:Tabel|kader) \d-\d|hoofdstuk 5 en 6|sectie 3\.5": (
        "reference to chapters, sections, tables or boxes"
    ),
    r"kan op twee manieren|volgende twee hoofdstukken|onder twee andere strategieën": (
        "steps of the argument"
    ),
    r"2013 2012 2011 Twitter 96%.*?Ander 13% - -|Zenden van boodschappen 8,2.*?ambtenaren 2,2": (
        "cells of Tabel 7-1 and 7-2: tables twente_tabel_7_1 and twente_tabel_7_2"
    ),
    r"gemeenten in (?:2011, 2012 en )?2013(?:\.| \(tussen 1 en 10\)| \(Bron)": (
        "years and scale in the captions of Tabel 7-1 and 7-2"
    ),
    r"niet honderd procent zeker|deskundig acht op": "manner of speaking, a verb",
    r"\(2013m p\. 341\)|2013a en 2013b": "citation with page or letter",
    r"\b[1-4] Co-creatie in de|\([123]\) nieuwe": "number in a list",
    r"Web 1\.0 en 2\.0|web 2\.0 en 3\.0": "name of a technology",
    r"MH17": "flight number",
    r"de andere twee groepen": "what is left of the three groups in timmermans.groups",
    r"In 2010 is Benno|tot zeven jaar|twee derde van zijn straf|in 2014, in Nederland wonen": (
        "offence and sentence, left out on purpose"
    ),
}


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _source(key: str) -> str:
    assert SOURCES
    return (Path(SOURCES) / FILES[key]).read_text("utf-8")


def _parts() -> dict[str, str]:
    text = _source("twente2014")
    starts = [text.index(mark) for _, mark in PARTS]
    assert starts == sorted(starts)
    ends = [*starts[1:], len(text)]
    return {
        name: _flat(text[start:end])
        for (name, _), start, end in zip(PARTS, starts, ends, strict=True)
        if name
    }


def _part_of(locator: str) -> str | None:
    number = re.match(r"(?:§|Kader |Figuur )(\d+(?:\.\d+)?)", locator)
    name = number[1] if number else locator.split(",")[0]
    names = {name for name, _ in PARTS}
    return next((n for n in (name, name.split(".")[0]) if n in names), None)


@needs_sources
def test_every_figure_stands_in_its_source() -> None:
    texts = {key: _flat(_source(key)) for key in {row["source"] for row in LEDGER}}
    assert [r["id"] for r in LEDGER if r["as_published"] not in texts[r["source"]]] == []


@needs_sources
def test_dutch_labels_are_words_of_the_report() -> None:
    def squeeze(text: str) -> str:
        return re.sub(r"[\s-]", "", text).casefold()

    text = squeeze(_source("twente2014"))
    base_forms = {"rood": "rode groep"}
    absent = {
        value
        for r in OURS
        if r["name"].startswith(
            ("twente_", "timmermans_", "benno_l_", "earthquakes_", "community_officer_")
        )
        for row in _rows(r["name"])
        for column, value in row.items()
        if column.endswith("_nl") and squeeze(base_forms.get(value, value)) not in text
    }
    assert absent == set()


def _covered(part: str, text: str) -> list[tuple[int, int]]:
    """Where the ledger's figures stand; each row covers one place, the first that is still free."""
    spans: list[tuple[int, int]] = []
    for row in LEDGER:
        if row["source"] != "twente2014" or _part_of(row["locator"]) != part:
            continue
        found = [m.span() for m in re.finditer(re.escape(row["as_published"]), text)]
        free = [s for s in found if not any(a < s[1] and s[0] < b for a, b in spans)]
        assert free, f"{row['id']}: no place left in {part} for {row['as_published']!r}"
        spans.append(free[0])
    return spans


@needs_sources
def test_no_figure_was_missed() -> None:
    missed, idle = [], set(ALLOWED)
    for part, text in _parts().items():
        spans = _covered(part, text)
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
