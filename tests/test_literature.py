"""The literature: every citation stands where the table says, none was missed, and sums agree.

What compares it with the source texts runs only where these are at hand (``CASEBOOK_SOURCES``).
"""

from __future__ import annotations

import csv
import itertools
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pytest

from casebook import citations, figure, literature
from casebook.errors import CasebookError, DataError
from casebook.provenance import of

REPO = Path(__file__).parent.parent
DATA = REPO / "data"
TEXTS = ("twente2014", "emma2013", "kansen2012", "robblog2012", "pm2012")


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(DATA))


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / "coded" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


WORKS = {row["work"]: row for row in _rows("works")}
METHODS = {row["work"] for row in _rows("method_works")}
CITED = _rows("citations")

TABLES: list[Callable[[], pd.DataFrame]] = [
    literature.most_cited,
    literature.what_carries,
    literature.ages,
    literature.sections_by_shared_works,
    literature.overlap,
    literature.decisions,
    literature.all_works,
]


# The tables -------------------------------------------------------------------------------------


def test_works_and_citations_name_each_other() -> None:
    assert {row["work"] for row in CITED} == set(WORKS)


def test_a_work_says_where_it_is_cited() -> None:
    places: dict[str, dict[str, list[str]]] = {}
    for row in CITED:
        held = places.setdefault(row["work"], {}).setdefault(row["source"], [])
        if row["locator"] not in held:
            held.append(row["locator"])
    told = {w: "; ".join(f"{s} {', '.join(ls)}" for s, ls in p.items()) for w, p in places.items()}
    assert told == {work: row["locator"] for work, row in WORKS.items()}


def test_the_year_of_a_work_is_that_of_its_label_and_citations() -> None:
    # cited as "last year", or in a list with other places that do print the title
    told_otherwise = {"republic2011"}
    for work, row in WORKS.items():
        assert re.findall(r"(?:19|20)\d\d", row["label"]) == ([row["year"]] if row["year"] else [])
        if row["year"] and work not in told_otherwise:
            forms = " ".join(c["as_written"] for c in CITED if c["work"] == work)
            assert row["year"] in forms, work


def test_a_merger_shows_what_was_merged() -> None:
    for work, row in WORKS.items():
        spellings = [v for v in row["variants"].split("; ") if v]
        assert (len(spellings) >= 2) == (row["decision"] == "merged"), work
        assert row["reason"]
    assert {row["decision"] for row in WORKS.values()} == {"plain", "merged", "kept apart"}


def test_labels_that_differ_by_a_letter_were_looked_at() -> None:
    """Two labels of one year whose first names share their first six letters need a decision."""
    for one, other in itertools.combinations(WORKS.values(), 2):
        first, second = (re.sub(r"[^a-z]", "", row["label"].lower()) for row in (one, other))
        if one["year"] == other["year"] and first[:9] == second[:9]:
            assert "kept apart" in (one["decision"], other["decision"]), (one["label"], first)


def test_the_bibliography_and_the_table_agree() -> None:
    text = (REPO / "references.bib").read_text("utf-8")
    keys = re.findall(r"^@\w+\{([^,\s]+),", text, re.MULTILINE)
    assert len(keys) == len(set(keys))
    assert set(keys) == {*WORKS, *TEXTS, "twente2014factsheet", "knmi2018", "edition2026", *METHODS}
    assert text.endswith("\n\n" + citations.bibliography())


def test_an_entry_has_what_the_texts_tell_and_no_more() -> None:
    entries = citations.bibliography().split("\n\n")
    by_key = {entry.split("{")[1].split(",")[0]: entry for entry in entries}
    assert by_key["meijer2012"].count("=") == 3 and "title" not in by_key["meijer2012"]
    assert "author = {Roosendaal and Fennell and {Van den Berg}}" in by_key["roosendaaletal2012"]
    assert "author = {Mergel, Inez}" in by_key["mergel2012"]
    assert "author = {Bertot and others}" in by_key["bertotetal2012"]
    assert r"title  = {Politie \& Sociale Media}" in by_key["meijeretal2013"]
    assert "bibliography not in our source" in by_key["meijer2012"]
    assert "bibliography not in our source" not in by_key["carr2005"]
    assert "author = {{Ministerie van Algemene Zaken}}" in by_key["algemenezaken1998"]
    assert all("author" in entry or "title" in entry for entry in entries)


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("work", "nobody1999", "'nobody1999' is not in works.csv"),
        ("locator", "§9.1", "'§9.1' is in no known chapter"),
    ],
)
def test_a_slip_in_a_citation_is_reported_with_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: str, value: str, problem: str
) -> None:
    shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("reconstructed"))
    path = tmp_path / "data/coded/citations.csv"
    frame = pd.read_csv(path, dtype=str)
    frame.loc[4, column] = value
    frame.to_csv(path, index=False)
    monkeypatch.setenv("CASEBOOK_DATA", str(tmp_path / "data"))
    with pytest.raises(DataError, match=f"row 6, column '{column}': .*{re.escape(problem)}"):
        citations.citations()


# The networks -----------------------------------------------------------------------------------


def _sets(of_what: str, by: str) -> dict[str, set[str]]:
    """Straight from the file: for each value of ``by`` the set of values of ``of_what``."""
    held: dict[str, set[str]] = {}
    for row in CITED:
        row = {**row, "section": f"{row['source']} {row['locator']}"}
        held.setdefault(row[by], set()).add(row[of_what])
    return held


def test_two_mode_ties_works_to_sections_only() -> None:
    graph = literature.two_mode()
    sides = nx.get_node_attributes(graph, "bipartite")
    assert all(sides[a] != sides[b] for a, b in graph.edges)
    assert {n for n, side in sides.items() if side == 0} == set(WORKS)
    assert {n for n, side in sides.items() if side == 1} == set(_sets("work", "section"))
    assert graph.size("weight") == sum(int(row["times"]) for row in CITED)
    assert of(graph).kind == "coded"


def test_two_mode_by_chapter_sums_the_sections() -> None:
    fine, coarse = literature.two_mode(), literature.two_mode("chapter")
    assert coarse.size("weight") == fine.size("weight")
    mine = ["twente2014 §7.1", "twente2014 §7.9"]
    parts = sum(fine["devoogdkok2013"][section]["weight"] for section in mine)
    assert coarse["devoogdkok2013"]["twente2014 7"]["weight"] == parts
    assert coarse.nodes["rob2012"]["group"] == "shared"
    assert "twente2014 6" not in coarse
    with pytest.raises(CasebookError, match="not by 'page'"):
        literature.two_mode("page")


def test_co_citation_counts_shared_sections() -> None:
    sections = _sets("section", "work")
    graph = literature.co_citation()
    shared = {
        frozenset(pair): len(sections[pair[0]] & sections[pair[1]])
        for pair in itertools.combinations(sections, 2)
    }
    drawn = {frozenset((a, b)): d["weight"] for a, b, d in graph.edges(data=True)}
    assert drawn == {pair: n for pair, n in shared.items() if n}
    assert set(graph) == set(WORKS)
    strong = literature.co_citation(2)
    assert strong.number_of_edges() == sum(n >= 2 for n in shared.values())
    assert {d["group"] for _, d in graph.nodes(data=True)} == {"author", "body"}


def test_sections_share_the_works_that_both_cite() -> None:
    works = _sets("work", "section")
    frame = literature.sections_by_shared_works()
    counts = [len(a & b) for a, b in itertools.combinations(works.values(), 2)]
    assert list(frame["shared"]) == sorted((n for n in counts if n), reverse=True)
    assert [len(text.split("; ")) for text in frame["works"]] == list(frame["shared"])
    pair = frame[(frame["one section"] == "report §3.2") & (frame["the other"] == "report §7.9")]
    assert "Lee and Kwak, 2012" in pair["works"].iloc[0]


def test_the_views_name_what_matters() -> None:
    shown = literature.two_mode_view(literature.two_mode("chapter")).nodes
    named = set(shown.loc[shown["named"], "id"])
    assert {"twente2014 7", "emma2013 5", "rob2012", "vanberlo2009"} <= named
    assert "arnstein1969" not in named and len(named) < 30
    strong = literature.co_citation_view(literature.co_citation(2))
    assert strong.nodes["named"].all() and len(strong.nodes) < 40  # pages name up to 40
    assert ">Van Woerkum, 2000<" in strong.to_svg("light", "", "d")


def test_the_drawings_keep_texts_and_islands_apart() -> None:
    nodes = literature.two_mode_view(literature.two_mode("chapter")).nodes.set_index("id")
    x = nodes.groupby("group")["x"]
    assert x.min()["report"] > x.max()["emma"]
    assert not nodes.duplicated(["x", "y"]).any()
    graph = literature.co_citation(2)
    drawn = literature.co_citation_view(graph).nodes.set_index("id")
    large, *rest = sorted(nx.connected_components(graph), key=len, reverse=True)
    others = sorted(set().union(*rest) & set(drawn.index))
    assert len(others) > 10
    assert drawn.loc[sorted(large), "y"].max() < drawn.loc[others, "y"].min()
    assert not drawn.duplicated(["x", "y"]).any()


# The tables for readers -------------------------------------------------------------------------


def test_the_most_cited_are_cited_in_that_many_sections() -> None:
    frame = literature.most_cited(4)
    sections = _sets("section", "work")
    assert sorted(frame["sections"]) == sorted(len(s) for s in sections.values() if len(s) >= 4)
    assert frame["sections"].is_monotonic_decreasing
    assert frame["work"].iloc[0] == "Rob, 2012"
    assert frame["cited in"].iloc[0] == "the report, EMMA, blog"


def test_every_chapter_says_what_carries_it() -> None:
    frame = literature.what_carries().set_index("chapter")
    assert list(frame.index) == list(citations.CHAPTERS.values())
    assert frame["times"].sum() == sum(int(row["times"]) for row in CITED)
    most = frame["most cited (times)"]
    assert most["Report 6: tactics"] == "cites nothing"
    assert most["PM on top officials"] == "each once"
    assert most["Report 7: strategies"].startswith("Bekkers and Meijer, 2010 (8)")
    assert most["Report 2: technology"].count(";") == 4  # three works tie for the third place


def test_ages_count_each_dated_work_once_for_each_text() -> None:
    frame = literature.ages()
    for source in ("twente2014", "emma2013"):
        cited = {row["work"] for row in CITED if row["source"] == source}
        dated = [int(source[-4:]) - int(y) for w in cited if (y := WORKS[w]["year"])]
        rows = frame[frame["text"] == citations.TEXTS[source]].set_index("years old")
        assert rows["works"].sum() == len(dated)
        assert rows.loc["3 years", "works"] == dated.count(3)
        assert rows.loc["5 to 9", "works"] == sum(5 <= age <= 9 for age in dated)
        assert rows["share"].sum() == pytest.approx(100)
        assert literature.median_ages()[source] == pd.Series(dated).median()
    assert frame["share"].max() <= 40  # the axis of the chart ends there


def test_self_citation_goes_by_surname() -> None:
    frame = literature.self_citation()
    own = {
        work
        for work, row in WORKS.items()
        if {"Van Dijk", "Ten Tije", "Van de Wijngaert"}
        & {name.split(",")[0] for name in row["authors"].split("; ")}
    }
    cited = [row for row in CITED if row["source"] == "twente2014"]
    report = frame.loc["twente2014"]
    assert report["own works"] == len(own & {row["work"] for row in cited})
    assert report["own times"] == sum(int(r["times"]) for r in cited if r["work"] in own)
    assert "vandijck2013" not in own and "vandijkvandeursen2014" in own
    assert frame.loc["emma2013", "own works"] == 2


def test_sums_agree() -> None:
    assert literature.coverage()["works"].sum() == len(WORKS)
    spoken = literature.languages()
    assert (spoken[["Dutch", "English", "not told"]].sum(axis=1) == spoken["all"]).all()
    assert spoken.loc["the report", "all"] == len(
        {r["work"] for r in CITED if r["source"] == "twente2014"}
    )
    sources: Counter[bool] = Counter()
    for texts in _sets("source", "work").values():
        sources[len(texts) > 1] += 1
    assert len(literature.overlap()) == sources[True]
    assert len(literature.all_works()) == len(WORKS)


@pytest.mark.parametrize("make", TABLES, ids=lambda f: f.__name__)
def test_a_table_is_coded_and_fit_for_readers(make: Any) -> None:
    frame = make()
    assert of(frame).kind == "coded"
    assert {"twente2014", "emma2013"} <= {s.split(" ")[0] for s in of(frame).sources}
    assert not [c for c in frame.columns if "_" in c]
    figure.table(frame, "literature_test", "A test.")


def test_all_works_can_be_linked_to() -> None:
    made = figure.table(
        literature.all_works(), "literature_test", "A test.", anchors=("key", "work")
    )
    shown = literature.all_works().set_index("key")["as far as printed"]
    assert shown["carr2005"] == "Carr, N. The Amortality of Web 2.0"
    assert set(made.content["anchors"]) == {f"work-{work}" for work in WORKS}


def test_the_chart_of_ages_can_be_drawn() -> None:
    frame = literature.ages()
    made = figure.chart(literature.ages_chart(frame), frame, "literature_test", "A test.")
    assert "20 or more" in made.pictures["light"]


# Against the source texts -----------------------------------------------------------------------

SOURCES = os.environ.get("CASEBOOK_SOURCES")
needs_sources = pytest.mark.skipif(not SOURCES, reason="CASEBOOK_SOURCES is not set")

FILES = {
    "twente2014": "twente-overheidsparticipatie.txt",
    "emma2013": "emma-uitzondering-op-de-regel.txt",
    "kansen2012": "kansen-en-bedreigingen.txt",
    "robblog2012": "rob-blog-vergroot-ruimte.txt",
    "pm2012": "pm-topambtenaren.txt",
}
# A line that opens a chapter or a section; in the report also its two summaries.
HEADINGS = {
    "twente2014": r"^ ?(?:HOOFDSTUK (\d)|(\d\.\d+) [A-Z]{2})",
    "emma2013": r"^(?:(\d)\. [A-Z]{2}|(\d\.\d) [A-Z])",
}
WHOLE = {"kansen2012": "§11.1", "robblog2012": "whole text", "pm2012": "whole text"}

YEAR = re.compile(r"\b(?:18|19|20)\d\d(?:[a-z]\b)?")
# What else marks a citation: other authors, a page, a list of works, a source line.
MARKS = re.compile(r"\bet al\b|\be\.a\.|\(\w+ op CNN|\bpp?\. ?\d+|[Bb]ron:")
MONTH = (
    r"(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)"
)
ALLOWED = {
    rf"(?i)(?:\d+ )?{MONTH}(?: (?:en maart |tot {MONTH} )?)?(?:van )?\d{{4}}": "a date",
    rf"(?i){MONTH} \d{{4}} tot {MONTH} \d{{4}}": "a period",
    r"\b(?:[Ii]n|Eind|eind|[Aa]nno|Medio|Begin|jaar) (?:20|19)\d\d": "a year in the text",
    r"(?:citaat uit|voorjaar van) (?:20|19)\d\d": "a year in the text",
    r"(?:[Tt]ussen|begin|uit) 20\d\d(?:,? (?:en )?20\d\d)*": "years in the running text",
    r"eerste maanden van 2014": "when the literature was searched",
    r"[Nn]ederland(?:se gemeenten)?(?: in)? 20\d\d(?:, 2012 en 2013)?": "year of a chart or table",
    r"Groningen in 2013 en 2014": "years of an event",
    r"2013 2012 2011 Twitter": "head of Tabel 7-1",
    r"zijn 1957 comments|2002 sprake": "a number, and a year told again",
    r"internet, 2010 \(%|2007 ?-2012\)": "year of a table, years of a chart",
    r"(?:beleids|communicatie)medewerkers 02-2013": (
        "expert sessions of emma2013: its own fieldwork, not literature"
    ),
    r"\d+ (?:May|April) 2012 op|© 2018": "date of a comment, foot of the page",
}


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _text(source: str) -> str:
    assert SOURCES
    return (Path(SOURCES) / FILES[source]).read_text("utf-8")


def _sections() -> dict[tuple[str, str], str]:
    """The running text by source and section; what comes before the first is section ``""``."""
    held: dict[tuple[str, str], str] = {}
    for source in TEXTS:
        text = _text(source)
        if source in WHOLE:
            held[source, WHOLE[source]] = _flat(text)
            continue
        start, end = 0, len(text)
        if source == "emma2013":  # its table of contents also has headings
            start, end = text.index("\n1. INLEIDING"), text.index("\n7. BIBLIOGRAFIE")
        marks = [
            (found.start(), found[1] or found[2])
            for found in re.finditer(HEADINGS[source], text, re.MULTILINE)
            if start <= found.start() < end
        ]
        held[source, ""] = _flat(text[: marks[0][0]])
        ends = [*(at for at, _ in marks[1:]), end]
        for (at, name), stop in zip(marks, ends, strict=True):
            held[source, f"§{name}"] = held.get((source, f"§{name}"), "") + _flat(text[at:stop])
    return held


def _forms(source: str, locator: str) -> list[str]:
    return [r["as_written"] for r in CITED if (r["source"], r["locator"]) == (source, locator)]


def _places(form: str, forms: list[str], text: str) -> list[tuple[int, int]]:
    """Where ``form`` stands, but for places that start within a longer form."""
    longer = [
        found.span()
        for other in set(forms)
        if len(other) > len(form)
        for found in re.finditer(re.escape(other), text)
    ]
    return [
        found.span()
        for found in re.finditer(re.escape(form), text)
        if not any(a < found.start() < b for a, b in longer)
    ]


@needs_sources
def test_every_citation_stands_in_its_section_as_often_as_told() -> None:
    sections = _sections()
    wrong = []
    for row in CITED:
        place = (row["source"], row["locator"])
        found = _places(row["as_written"], _forms(*place), sections[place])
        if len(found) != int(row["times"]):
            wrong.append((*place, row["as_written"], len(found)))
    assert wrong == []


@needs_sources
def test_no_citation_was_missed() -> None:
    missed, idle = [], set(ALLOWED)
    for (source, locator), text in _sections().items():
        forms = _forms(source, locator)
        covered = [span for form in forms for span in _places(form, forms, text)]
        allowed = [(p, found.span()) for p in ALLOWED for found in re.finditer(p, text)]
        for hit in YEAR.finditer(text):
            if any(a <= hit.start() and hit.end() <= b for a, b in covered):
                continue
            reasons = {p for p, (a, b) in allowed if a <= hit.start() and hit.end() <= b}
            if not reasons:
                missed.append(f"{source} {locator}: ...{text[hit.start() - 50 : hit.end() + 20]}")
            idle -= reasons
    assert missed == []
    assert idle == set(), "allowances that no text needs"


@needs_sources
def test_other_marks_of_a_citation_are_next_to_one() -> None:
    """Et al., e.a., pages and source lines without a year would slip through a sweep by year."""
    told = {
        r"(?:hebben|Volgens) Borra et al\. ": "no form: the analysis cited with its year nearby",
        r"de Ruig et al\. geven": "no form: cited with its year at the end of the sentence",
        r"Politie & Sociale Media, p\. 75": "page of Meijer et al. (2013), after the title",
        r"\(Bron: aangepast op basis van Mergel": "words between the mark and the name",
        r"het UWV e\.a\.": "bodies in a comment",
    }
    loose = []
    for (source, locator), text in _sections().items():
        forms = _forms(source, locator)
        covered = [span for form in forms for span in _places(form, forms, text)]
        known = [found.span() for p in told for found in re.finditer(p, text)]
        for hit in MARKS.finditer(text):
            near = any(a - 12 <= hit.start() <= b + 12 for a, b in covered)
            if not near and not any(a <= hit.start() <= b for a, b in known):
                loose.append(f"{source} {locator}: {text[hit.start() - 40 : hit.end() + 30]}")
    assert loose == []


def _squeezed(text: str) -> str:
    return re.sub(r"[\s*'‘’\"“”-]", "", text).casefold()


@needs_sources
def test_titles_and_spellings_are_printed_somewhere() -> None:
    text = _squeezed(" ".join(_text(source) for source in TEXTS))
    for work, row in WORKS.items():
        assert _squeezed(row["title"]) in text, work
        for spelling in row["variants"].split("; "):
            assert _squeezed(spelling) in text, (work, spelling)


@needs_sources
def test_authors_are_printed_where_the_work_is_cited() -> None:
    prefix = re.compile(r"^(?:(?:Van|De|Ten|In|'t|der|den|de|t) )+")
    for work, row in WORKS.items():
        cited = {r["source"] for r in CITED if r["work"] == work}
        text = _squeezed(" ".join(_text(source) for source in cited))
        for name in row["authors"].split("; "):
            surname = prefix.sub("", name.split(",")[0])
            assert name == "et al." or _squeezed(surname) in text, (work, name)


@needs_sources
def test_every_entry_of_emmas_bibliography_is_cited() -> None:
    listed = re.findall(r"(?m)^- (.+)", _text("emma2013").split("\n7. BIBLIOGRAFIE")[1])
    entries = [entry for entry in listed if not entry.startswith("Expertsessie")]
    cited = {r["work"] for r in CITED if r["source"] == "emma2013"}
    literature_only = {w for w in cited if WORKS[w]["type"] != "law"}
    assert len(entries) == len(literature_only)
