"""Essay, blog and report on what civil servants may say: tables, one chart, and the texts."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Any

import pytest

from casebook import figure, published, rules_of_conduct
from casebook.provenance import of

REPO = Path(__file__).parent.parent
PAGE = (REPO / "chapters/companions/rules_of_conduct.md").read_text("utf-8")

FRAMES = {
    rules_of_conduct.sides: "coded",
    rules_of_conduct.advantages: "coded",
    rules_of_conduct.four_rules: "published",
    rules_of_conduct.criteria: "coded",
    rules_of_conduct.wordings: "coded",
    rules_of_conduct.readings: "coded",
    rules_of_conduct.readings_table: "coded",
    rules_of_conduct.demands: "coded",
}


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(REPO / "data"))


@pytest.mark.parametrize("frame", FRAMES, ids=lambda f: f.__name__)
def test_everything_says_where_it_comes_from_and_has_no_gaps(frame: Any) -> None:
    shown = frame()
    assert of(shown).kind == FRAMES[frame]
    assert not [c for c in shown.columns if "_" in c]
    assert not shown.isna().any(axis=None)
    assert not (shown.astype(str) == "").any(axis=None)


def test_lists_are_whole() -> None:
    assert len(published.exhibit("kansen_advantages")) == 7
    assert len(rules_of_conduct.four_rules()) == published.value("essay.rules")
    assert published.value("essay.rules") == published.value("top_officials.rules")
    advice = published.exhibit("robblog_advice").groupby("list", sort=False)["print_order"]
    assert advice.agg(list).to_dict() == {
        "recommendation": [1, 2, 3, 4],
        "conclusion": [1, 2, 3, 4, 5],
        "to public bodies": [1, 2, 3, 4],
    }
    assert len(advice.get_group("recommendation")) == published.value("rob_blog.advice")


def test_every_advantage_has_an_example_or_says_that_it_has_none() -> None:
    listed, shown = published.exhibit("kansen_advantages"), published.exhibit("kansen_examples")
    assert list(listed["print_order"]) == list(shown["advantage"])
    assert rules_of_conduct.without_example() == [
        "Giving the right information, correcting the wrong",
        "Winning more support",
    ]


def test_the_criteria_say_what_is_risky_and_seldom_what_is_safe() -> None:
    rows = rules_of_conduct.criteria().set_index("criterion")
    safe = rows.index[rows["less risky"] != "not said"]
    assert list(safe) == ["Distance", "Political sensitivity", "Medium"]
    assert len(rows) == 7


def test_every_text_has_one_reading_of_every_rule() -> None:
    rows = rules_of_conduct.readings()
    assert not rows.duplicated(["rule", "text"]).any()
    assert len(rows) == rows["rule"].nunique() * len(rules_of_conduct.TEXTS)
    silent = rows["read as"] == "silent"
    assert ((rows["reading"] == "not mentioned") == silent).all()
    table = rules_of_conduct.readings_table()
    assert list(table.columns) == ["rule", *rules_of_conduct.TEXTS.values()]
    assert list(table["rule"]) == list(dict.fromkeys(rows["rule"]))


def test_the_prose_about_the_readings_holds() -> None:
    rows = rules_of_conduct.readings()
    stances = rows.groupby("text")["read as"].agg(list)
    assert stances["essay"].count("weighing") == 3 and stances["essay"].count("room") == 1
    assert "weighing" not in stances["blog"] + stances["report"]
    own = rows[rows["rule"] == "One's own field of policy"].set_index("text")["read as"]
    assert own["essay"] == own["PM"]
    assert own.nunique() == 3


def test_advice_that_asks_something_stands_among_the_advice() -> None:
    advice, coded = published.exhibit("robblog_advice"), published.exhibit("robblog_demands")
    keys = ["list", "print_order"]
    assert len(coded.merge(advice, on=keys)) == len(coded) == len(rules_of_conduct.demands())
    rules = set(published.exhibit("rules_readings")["rule"])
    assert set(coded["rule"]) - {""} <= rules
    # all advice to public bodies is coded; of the recommendations those on parties and on a risk
    # ask nothing of civil servants
    left = advice.merge(coded[keys], on=keys, how="left", indicator=True)
    left = left[(left["_merge"] == "left_only") & (left["list"] != "conclusion")]
    assert list(zip(left["list"], left["print_order"], strict=True)) == [
        ("recommendation", 2),
        ("recommendation", 4),
    ]
    assert (rules_of_conduct.demands()["rule it meets"] == "none").sum() == 1


def test_the_chart_marks_what_is_said_and_leaves_silence_empty() -> None:
    rows = rules_of_conduct.readings()
    shown = figure.chart(rules_of_conduct.readings_chart(rows), rows, "x", "A finding.")
    for picture in shown.pictures.values():
        words = [*rules_of_conduct.TEXTS.values(), *rows["rule"].unique(), "named only"]
        drawn = picture.replace("’", "'").replace("&#39;", "'")
        assert [w for w in words if f">{w}<" not in drawn] == []
        assert ">silent<" not in drawn
        marks = re.findall(r'aria-roledescription="point"', picture)
        assert len(marks) == (rows["read as"] != "silent").sum()


def test_each_reading_has_a_colour_and_a_shape_of_its_own() -> None:
    spec = rules_of_conduct.readings_chart(rules_of_conduct.readings()).to_dict()
    for channel in ("color", "shape"):
        scale = spec["layer"][0]["encoding"][channel]["scale"]
        assert len(set(scale["range"])) == len(scale["domain"]) == 4


def test_sources_of_the_comparison_are_those_of_the_book() -> None:
    bib = (REPO / "references.bib").read_text("utf-8")
    keys = set(published.exhibit("rules_readings")["source"])
    assert keys == set(rules_of_conduct.TEXTS)
    keys |= set(published.exhibit("rules_wordings")["source"])
    assert all(re.search(rf"^@\w+{{{key},", bib, re.MULTILINE) for key in keys)


# Surnames of persons whom the essay names and this book gives by function.
BY_FUNCTION = {
    "3592c9e55f5b0739",
    "4973ebd16111b2b1",
    "488d6fe9330c9c44",
    "3d9087d26cd8227f",
    "0aa6a999bf11d232",
    "5eb67f9f8409b9c3",
}


def test_the_persons_of_the_blunders_are_not_named() -> None:
    tables = [p for n in ("kansen", "robblog", "rules") for p in (REPO / "data").glob(f"*/{n}_*")]
    assert len(tables) == 9
    for text in [PAGE, *(p.read_text("utf-8") for p in tables)]:
        words = set(re.findall(r"\w+", text.lower()))
        assert not {hashlib.sha256(w.encode()).hexdigest()[:16] for w in words} & BY_FUNCTION


# Against the source texts -----------------------------------------------------------------------

SOURCES = os.environ.get("CASEBOOK_SOURCES")
needs_sources = pytest.mark.skipif(not SOURCES, reason="CASEBOOK_SOURCES is not set")
FILES = {
    "kansen2012": "kansen-en-bedreigingen.txt",
    "robblog2012": "rob-blog-vergroot-ruimte.txt",
    "twente2014": "twente-overheidsparticipatie.txt",
}

#: Digits and number words of essay and blog that are no figures.
NO_FIGURE = {
    r"artikel (?:125a|7)|aanwijzing 15": "an article or an instruction",
    r"(?:Ambtenaar|overheid) 2\.0": "a name",
    r"(?:Algemene Zaken, |2011/02/)\d*": "year of a work cited",
    r"3416055|digitalaction.nl/2011/02": "part of an address",
    r"tel even tot tien|het halve werk": "manner of speaking",
    r"Ten derde|eerste en derde advies|Een derde verwijzing": "ordinal",
    r"11\.1|(?<=[a-z.’])[1-8](?=[ .])|(?<= )[1-8] (?=I nl|K ans|B edr|Conc|Soc|http|Zoals|Een|Yam"
    r"|Aanw|‘Uit)": "heading, note or the mark of a note",
}


def _text(key: str) -> str:
    """The text of a source; of the blog without the comments below it."""
    assert SOURCES
    text = (Path(SOURCES) / FILES[key]).read_text("utf-8")
    if key == "robblog2012":
        text = text[: text.index("Wil je naar aanleiding")]
    return re.sub(r"\s+", " ", text)


@needs_sources
@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("kansen_advantages", "kansen2012"),
        ("kansen_rules", "kansen2012"),
        ("kansen_sides", "kansen2012"),
        ("kansen_criteria", "kansen2012"),
        ("robblog_advice", "robblog2012"),
    ],
)
def test_dutch_labels_are_words_of_the_source(table: str, key: str) -> None:
    text = re.sub(r"[\s-]", "", _text(key)).casefold()
    labels = published.exhibit(table)["label_nl"]
    assert [w for w in labels if re.sub(r"[\s-]", "", w).casefold() not in text] == []


@needs_sources
def test_the_wordings_are_words_of_their_sources() -> None:
    for row in published.exhibit("rules_wordings").itertuples():
        text = re.sub(r"[\s-]", "", _text(str(row.source))).casefold()
        assert re.sub(r"[\s-]", "", str(row.label_nl)).casefold() in text


@needs_sources
def test_silence_is_silence() -> None:
    assert SOURCES
    pm = (Path(SOURCES) / "pm-topambtenaren.txt").read_text("utf-8").lower()
    assert not re.search(r"meningsuiting|grondwet|125a|ambtenarenwet", pm)
    assert not re.search(r"\bminister\b|bewindspersoon", _text("robblog2012").lower())
    essay = re.sub(r"[\s-]", "", _text("kansen2012")).lower()
    assert not re.search(r"vertrouwelijk|geheim", essay)


@needs_sources
@pytest.mark.parametrize("key", ["kansen2012", "robblog2012"])
def test_no_figure_was_missed(key: str) -> None:
    text = _text(key)
    spans: list[tuple[int, int]] = []
    ledger = published.ledger()
    for printed in ledger.loc[ledger["source"] == key, "as_published"]:
        found = [m.span() for m in re.finditer(re.escape(printed), text)]
        free = [s for s in found if not any(a < s[1] and s[0] < b for a, b in spans)]
        assert free, printed
        spans.append(free[0])
    for pattern in NO_FIGURE:
        spans += [m.span() for m in re.finditer(pattern, text)]
    number = re.compile(
        r"\d+(?:[.,]\d+)*|\b(?:twee|drie|vier|vijf|zes|zeven|tien|halve|helft|kwart|derde)\b"
        r"|\w*(?:honderd|duizend)\w*"
    )
    missed = [
        text[max(hit.start() - 30, 0) : hit.end() + 20]
        for hit in number.finditer(text)
        if not any(a <= hit.start() and hit.end() <= b for a, b in spans)
    ]
    assert missed == []
