"""The printed book: its writer on small trees, its typesetting, and the whole of it as built."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
import yaml
from bs4 import BeautifulSoup
from docutils import frontend, nodes, utils
from sphinx.errors import ExtensionError

from casebook_book.facts import fact_reference
from casebook_book.pdf import columns, exhibits
from casebook_book.pdf.builder import typeset
from casebook_book.pdf.markup import string, words
from casebook_book.pdf.writer import Page, Writer
from casebook_book.terms import dutch_term

PLACES = exhibits.Places("chapters/kinds", "chapters/audit")


def exhibit(rows: int = 2, **changes: Any) -> dict[str, Any]:
    """What the extension keeps of a figure."""
    table = {
        "columns": ["who", "n"],
        "numeric": [False, True],
        "rows": [[f"p{i}", str(i)] for i in range(rows)],
        "total": rows,
        "note": "",
    }
    given = {"name": "people", "type": "table", "description": "Who is there.", "kind": "coded"}
    rest = {"cited": "twente2014 §5", "notes": [], "anchors": [], "doubts": {}, "legend": []}
    return {**given, **rest, "rule": "", "table": table, **changes}


def written(*content: nodes.Node, picture: str | None = None) -> tuple[str, Page]:
    """Typst source of a section with ``content``, and its page."""
    document = utils.new_document("page", frontend.get_default_settings())
    title = nodes.title("", "", nodes.Text("A title"))
    document += nodes.section("", title, *content, ids=["top"])
    pages = ("index", "chapters/one", "chapters/kinds")
    page = Page("chapters/one", 2, pages, PLACES, lambda _: "Exhibit 7", lambda _: picture)
    writer = Writer(document, page)
    document.walkabout(writer)
    return writer.source, page


def paragraph(*content: nodes.Node) -> nodes.paragraph:
    return nodes.paragraph("", "", *content)


def figure_node(data: dict[str, Any]) -> nodes.figure:
    raw = nodes.raw("", "<div>the site's</div>", format="html", casebook_exhibit=data)
    caption = nodes.caption("", "", nodes.Text("A caption."))
    return nodes.figure("", raw, caption, ids=["fig-people"])


Set = Callable[..., tuple[bytes, pypdf.PdfReader]]


@pytest.fixture
def setting(tmp_path: Path) -> Set:
    """Sets Typst source in the look of the book; returns the PDF, raw and read."""

    def setting(source: str) -> tuple[bytes, pypdf.PdfReader]:
        head = '#import "template.typ": *\n#show: book.with(title: "A book", lang: "en")\n'
        (tmp_path / "book.typ").write_text(head + source, "utf-8")
        made = typeset(tmp_path)
        (tmp_path / "book.pdf").write_bytes(made)
        return made, pypdf.PdfReader(tmp_path / "book.pdf")

    return setting


def text_of(reader: pypdf.PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


# ---------------------------------------------------------------------------- writer


def test_no_character_of_a_text_is_markup(setting: Set) -> None:
    odd = r'#let x = 1; *not* _this_ $nor$ ]) \ "quoted" <a> @b `c` // d'
    source, _ = written(paragraph(nodes.Text(odd)))
    _, reader = setting(f'#part[#"Part"]{source}')
    assert odd in text_of(reader).replace("\n", " ")


def test_white_space_runs_together_and_nothing_is_nothing() -> None:
    assert words("two\n  words") == '#"two words"'
    assert words("") == ""
    assert string('a"b\\') == r'"a\"b\\"'


def test_a_node_without_a_form_is_named() -> None:
    with pytest.raises(ValueError, match="'math_block'"):
        written(nodes.math_block("", "x"))


def test_a_tag_without_a_form_is_named() -> None:
    with pytest.raises(ValueError, match="<video>"):
        written(nodes.raw("", "<video>", format="html"))


def test_folded_code_is_left_out_and_other_code_kept() -> None:
    folded = nodes.container("", nodes.literal_block("", "secret = 1"), classes=["cell_input"])
    source, _ = written(folded, nodes.literal_block("", "make book"))
    assert "secret" not in source
    assert 'raw("make book"' in source


def test_links_inside_the_book_become_places_and_say_their_page() -> None:
    here = nodes.reference("", "", nodes.Text("here"), refid="top", internal=True)
    there = nodes.reference(
        "", "", nodes.Text("there"), refuri="chapters/kinds#coded", internal=True
    )
    out = nodes.reference("", "", nodes.Text("out"), refuri="https://example.org/")
    source, page = written(paragraph(here, there, out))
    assert page.links == ["chapters/one#top", "chapters/kinds#coded"]
    assert {"chapters/one#", "chapters/one#top"} <= set(page.anchors)
    assert '#on-page("chapters/kinds#coded")' in source
    assert "#on-page(" not in source.split("there")[0]
    assert '#link("https://example.org/")' in source


def test_html_of_a_page_is_followed_across_pieces() -> None:
    pieces = ('<a class="cb-badge cb-coded" href="kinds.html#coded">', "<span>", "</span>", "</a>")
    raws = [nodes.raw("", piece, format="html") for piece in pieces]
    source, page = written(paragraph(*raws[:2], nodes.Text("● coded"), *raws[2:]))
    assert page.links == ["chapters/kinds#coded"]
    assert '#badge-of("coded")[#link(label("chapters/kinds#coded"))[' in source


def test_values_bear_kind_and_doubt_and_dutch_is_marked() -> None:
    fact = fact_reference(
        "75", "75", kind="published", tip="", page="chapters/kinds", anchor="fact-posts",
        doubt=("posts.average", "contradicts"), audit="chapters/audit",
    )  # fmt: skip
    term = dutch_term("wijkagent", "wijkagent", tip="", page="chapters/words", anchor="term-x")
    source, page = written(paragraph(fact, term))
    assert '#fact("published", "chapters/kinds#fact-posts", "75")' in source
    assert '#doubt("chapters/audit#finding-posts-average")' in source
    assert page.links == ["chapters/kinds#fact-posts", "chapters/audit#finding-posts-average"]
    assert '#nl("wijkagent")' in source


# ---------------------------------------------------------------------------- exhibits


def exhibit_source(data: dict[str, Any], linked: tuple[str, ...] = (), **more: Any) -> str:
    given: dict[str, Any] = {"label": "Exhibit 1", "caption": "", "keys": [], "page": "one"}
    made, _, _ = exhibits.exhibit(data, **given, picture=None, places=PLACES, linked=linked, **more)
    return made


def test_a_table_that_fits_is_whole() -> None:
    made = exhibit_source(exhibit(exhibits.ROWS))
    assert made.count('("", (') == exhibits.ROWS
    assert " rows" not in made.replace(" rows(", "")


def test_a_long_table_is_cut_and_says_so() -> None:
    made = exhibit_source(exhibit(1200))
    assert made.count('("", (') == exhibits.ROWS
    assert "The first 40 of 1,200 rows; all are in downloads/data/people.csv of the site." in made


def test_rows_that_links_lead_to_are_kept() -> None:
    anchors = [f"row-{i}" for i in range(50)]
    few = exhibit_source(exhibit(50, anchors=anchors), ("one#row-3", "one#row-49"))
    assert re.findall(r'"(one#row-\d+)", \(', few) == ["one#row-3", "one#row-49"]
    assert "The 2 of 50 rows that the text leads to" in few
    most = exhibit_source(exhibit(50, anchors=anchors), tuple(f"one#row-{i}" for i in range(30)))
    assert len(re.findall(r'"(one#row-\d+)", \(', most)) == 50


def test_widths_follow_the_text_and_wide_tables_turn_the_page() -> None:
    small = columns.layout(["a", "n"], [["one", "1"]])
    assert sum(small.widths) < columns.UPRIGHT
    assert not small.turned
    long = columns.layout(["what", "why"], [["word", "many words " * 40]] * 3)
    assert sum(long.widths) == pytest.approx(columns.UPRIGHT, abs=0.5)
    assert long.widths[1] > 5 * long.widths[0]
    many = columns.layout([f"column{i}" for i in range(12)], [["some words here"] * 12])
    assert many.turned
    assert sum(many.widths) <= columns.TURNED + 1
    assert columns.breakable("timmermans.comments") == "timmermans.\u200bcomments"
    assert columns.breakable("e.g. this") == "e.g. this"


# ---------------------------------------------------------------------------- typesetting


def whole_page() -> str:
    """A page with one of everything, whose links lead somewhere."""
    rows = [f"row-{i}" for i in range(2)]
    table = exhibit(anchors=rows, doubts={"a.b": "A claim"}, notes=["A note."])
    one, _ = written(
        paragraph(
            nodes.Text("Prose with "), dutch_term("x", "webcare", tip="", page="", anchor="")
        ),
        figure_node(table),
    )
    places = "".join(
        f'#anchor("{key}")' for key in ("chapters/kinds#coded", "chapters/audit#finding-a-b")
    )
    return f'#part[#"First part"]\n{one}{places}'


def test_a_page_is_tagged_titled_and_in_its_languages(setting: Set) -> None:
    made, reader = setting(whole_page())
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == "A book"
    assert b"pdfuaid:part" in reader.xmp_metadata.stream.get_data()  # type: ignore[union-attr]
    assert setting(whole_page())[0] == made
    text = text_of(reader)
    for said in (
        "First part",
        "A title",
        "Exhibit 7. A caption.",
        "coded",
        "twente2014 §5",
        "A note.",
    ):
        assert said in text
    assert [entry.title for entry in reader.outline if not isinstance(entry, list)] == [
        "First part"
    ]
    drawn = b"".join(page.get_contents().get_data() for page in reader.pages)  # type: ignore[union-attr]
    assert b"/Lang(nl)" in drawn


def test_a_character_that_no_font_has_stops_it(setting: Set) -> None:
    with pytest.raises(ExtensionError, match="could not be set"):
        setting('#"ሴ"')


def test_a_link_to_nowhere_stops_it(setting: Set) -> None:
    with pytest.raises(ExtensionError, match="could not be set"):
        setting('#link(label("nowhere"))[x]')


# ---------------------------------------------------------------------------- the whole book


@pytest.fixture(scope="module")
def built(root: Path) -> Path:
    """The folder of the PDF that the build made."""
    folder = root / "_build" / "bookpdf"
    if not (folder / "book.pdf").is_file():
        pytest.fail("The PDF is not built: run 'make pdf' first.", pytrace=False)
    return folder


@pytest.fixture(scope="module")
def book(built: Path) -> pypdf.PdfReader:
    return pypdf.PdfReader(built / "book.pdf")


def words_on(book: pypdf.PdfReader, page: int) -> str:
    """The words of a page; taking those of all pages takes half a minute."""
    return " ".join(book.pages[page].extract_text().split())


def chapters(site: Path, root: Path) -> list[str]:
    """Titles of all pages, in the order of the contents."""
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    files = [toc["root"], *(c["file"] for part in toc["parts"] for c in part["chapters"])]
    found = (
        re.search(
            r"<h1>((?:(?!<h1>).)*?)<a class=\"headerlink",
            (site / f"{f}.html").read_text("utf-8"),
            re.S,
        )
        for f in files
    )
    return [BeautifulSoup(h[1], "html.parser").get_text() for h in found if h]


@pytest.mark.site
def test_the_book_is_a_tagged_english_pdf_with_a_title(book: pypdf.PdfReader, built: Path) -> None:
    root: Any = book.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert book.metadata is not None
    assert book.metadata.title == "Government Participation in Social Media"
    assert 150 < len(book.pages) < 500
    assert (built / "book.pdf").stat().st_size < 15_000_000


@pytest.mark.site
def test_every_chapter_stands_in_contents_and_bookmarks(
    book: pypdf.PdfReader, site: Path, root: Path
) -> None:
    titles = chapters(site, root)
    assert len(titles) > 30
    contents = words_on(book, 2)
    assert contents.startswith("Contents")

    def flat(entries: list[Any], level: int = 1) -> list[tuple[int, str, int]]:
        found = []
        for entry in entries:
            if isinstance(entry, list):
                found += flat(entry, level + 1)
            else:
                page = book.get_destination_page_number(entry)
                found.append((level, str(entry.title), page))
        return found

    marks = {title: page for level, title, page in flat(book.outline) if level <= 2}
    places = [marks[title] for title in titles]
    assert places == sorted(places)
    for title, place in zip(titles, places, strict=True):
        assert title in words_on(book, place)
        assert re.search(rf"{re.escape(title)}[ .\u2060]*{place + 1}\b", contents), title


@pytest.mark.site
def test_every_exhibit_of_the_site_is_in_print(built: Path, site: Path) -> None:
    """In the source, of which nothing is left out in setting."""
    source = (built / "book.typ").read_text("utf-8")
    pages = [p for p in site.rglob("*.html") if not {"_static", "downloads"} & set(p.parts)]
    numbers = re.findall(
        r'class="caption-number">(Exhibit \d+)', "".join(p.read_text("utf-8") for p in pages)
    )
    assert len(numbers) > 250
    assert [n for n in numbers if f'label: "{n}"' not in source] == []


@pytest.mark.site
def test_a_reconstruction_says_so_in_print(book: pypdf.PdfReader) -> None:
    from casebook.figure import MARK

    assert MARK in words_on(book, 0)  # the network on the cover


@pytest.mark.site
def test_links_lead_to_pages_of_the_book_or_to_other_hosts(book: pypdf.PdfReader) -> None:
    internal, external = 0, set()
    for page in book.pages:
        for held in page.get("/Annots", []):
            note = held.get_object()
            if note["/Subtype"] != "/Link":
                continue
            action = note.get("/A")
            if action is not None and action.get_object().get("/S") == "/URI":
                external.add(str(action.get_object()["/URI"]))
                continue
            internal += 1
            where = note.get("/Dest") or action.get_object()["/D"]
            assert where is not None
    assert internal > 1000
    assert all(re.match(r"https?://|mailto:", address) for address in external)


@pytest.mark.site
def test_set_again_the_book_has_the_same_bytes(built: Path) -> None:
    assert typeset(built) == (built / "book.pdf").read_bytes()
