"""Citations from one file: valid, the same in every form, and the files beside it agree."""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest
import yaml
from bs4 import BeautifulSoup
from pybtex.database import parse_string

from casebook.errors import DataError
from casebook_book import citation
from casebook_book.citation import Author, Cited

PAGE = "The minister’s page: 5 & 6"


@pytest.fixture
def work(root: Path) -> citation.Work:
    return citation.read(root)


def test_the_file_is_valid(root: Path) -> None:
    # The schema is that of the Citation File Format 1.2.0 (CC BY 4.0).
    schema = json.loads((root / "tests" / "citation_schema.json").read_text("utf-8"))
    # As text: the schema knows dates in quotes only, and the format asks for none.
    held = yaml.load((root / "CITATION.cff").read_text("utf-8"), yaml.BaseLoader)
    for report in held["references"]:
        report["year"] = int(report["year"])
    jsonschema.validate(held, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**held, "date-released": "22 November 2026"}, schema)


def test_version_and_year_agree_everywhere(root: Path, work: citation.Work) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    assert work.version == project["version"]
    assert work.licence == project["license"]
    config = yaml.safe_load((root / "_config.yml").read_text("utf-8"))
    assert work.title.startswith(config["title"])
    assert [author.inverted for author in work.authors] == [config["author"]]
    assert str(work.released.year) == config["copyright"]


def test_what_zenodo_reads_agrees(root: Path, work: citation.Work) -> None:
    remade = citation.as_json(citation.zenodo(work))
    held = (root / ".zenodo.json").read_text("utf-8")
    assert held == remade, "remedy: python -m casebook_book zenodo"


def test_the_report_is_that_of_the_bibliography(root: Path, work: citation.Work) -> None:
    entry = parse_string((root / "references.bib").read_text("utf-8"), "bibtex").entries[
        "twente2014"
    ]
    report = work.report
    assert (report.title, str(report.year)) == (entry.fields["title"], entry.fields["year"])
    assert report.institution == entry.fields["institution"]
    people = [" ".join([*p.prelast_names, *p.last_names]) for p in entry.persons["author"]]
    assert [author.family for author in report.authors] == people


@pytest.mark.parametrize("page", ["", PAGE])
def test_bibtex_is_read_back(work: citation.Work, page: str) -> None:
    made = Cited(work, "chapters/some_page", page, "https://example.org/some_page.html").bibtex()
    ((key, entry),) = parse_string(made, "bibtex").entries.items()
    assert re.fullmatch(r"[a-z0-9_]+", key)
    assert entry.type == ("incollection" if page else "book")
    plain = {k: v.strip("{}").replace("\\", "") for k, v in entry.fields.items()}
    assert plain["title"] == (page or work.title)
    assert plain.get("booktitle") == (work.title if page else None)
    assert plain["year"] == str(work.released.year)
    assert plain["url"] == "https://example.org/some_page.html"
    assert len(entry.persons["author"]) == len(work.authors)


@pytest.mark.parametrize("page", ["", PAGE])
def test_ris_has_a_tag_a_line(work: citation.Work, page: str) -> None:
    lines = Cited(work, "chapters/some_page", page).ris().split("\r\n")
    assert lines.pop() == ""
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines)
    told = dict(line.split("  - ", 1) for line in lines)
    assert next(iter(told)) == "TY" and list(told)[-1] == "ER"
    assert told["TI"] == (page or work.title)
    assert told["DA"] == f"{work.released:%Y/%m/%d}"
    assert "UR" not in told


def test_apa(work: citation.Work) -> None:
    made = Cited(work, "p", "A <page>", "https://example.org/p.html")
    year = work.released.year
    names = work.authors[0].family
    assert made.apa() == (
        f"{names}. ({year}). A <page>. In {work.title} (Version {work.version}). "
        "https://example.org/p.html"
    )
    assert "A &lt;page&gt;. In <i>" in made.apa(marked=True)
    assert Author("van Dijk", "Jan A.G.M.").apa == "van Dijk, J. A. G. M."
    assert work.report.apa().startswith(
        "van Dijk, J. A. G. M., van de Wijngaert, L., & ten Tije, S. (2014)."
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("version: 0.1.0", "version:"), "no version"),
        (("date-released: ", "date-released: on "), "no date"),
        (("authors:", "authors: ["), "cannot be read"),
    ],
)
def test_a_gap_is_named(root: Path, tmp_path: Path, change: tuple[str, str], said: str) -> None:
    text = (root / "CITATION.cff").read_text("utf-8")
    assert change[0] in text
    (tmp_path / "CITATION.cff").write_text(text.replace(*change, 1), "utf-8")
    with pytest.raises(DataError, match=said):
        citation.read(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="missing"):
        citation.read(tmp_path)


@pytest.mark.site
def test_each_page_offers_its_citation(
    site: Path, soups: dict[Path, BeautifulSoup], work: citation.Work
) -> None:
    offered = {page: soup.select("details.cb-cite") for page, soup in soups.items()}
    with_text = [page for page, soup in soups.items() if soup.select_one('meta[name^="citation"]')]
    assert len(with_text) > 30
    for page in with_text:
        (block,) = offered[page]
        links = {a.text: page.parent / str(a["href"]) for a in block.select("a[download]")}
        entry = next(
            iter(parse_string(links["BibTeX"].read_text("utf-8"), "bibtex").entries.values())
        )
        assert f"TI  - {entry.fields['title'].strip('{}')}" in links["RIS"].read_text("utf-8")
        said = block.select_one(".cb-citation")
        assert said is not None and f"Version {work.version}" in said.text
        assert f"({work.released.year})" in said.text
        assert work.report.apa() in block.text
    keys = [
        re.search(r"@\w+\{(.*),", path.read_text("utf-8"))[1]  # type: ignore[index]
        for path in (site / "downloads" / "cite").rglob("*.bib")
    ]
    assert len(set(keys)) == len(keys) == len(with_text)


def test_no_date_comes_from_the_clock(root: Path) -> None:
    clock = re.compile(r"\b(?:now|today|time\.time|utcnow)\(")
    for path in (root / "casebook_book").glob("*.py"):
        assert not clock.search(path.read_text("utf-8")), path
    assert isinstance(citation.read(root).released, datetime.date)
