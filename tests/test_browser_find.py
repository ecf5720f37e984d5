"""Searching, copying a link and citing, in a browser."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from casebook_book import notfound

pytestmark = pytest.mark.browser

Open = Callable[..., Any]

LEDGER = "chapters/behind/ledger.html"


@pytest.fixture
def open_page(browser: Any, server: str) -> Iterator[Open]:
    """Open a page of the book by name; what its console says is in ``page.said``."""
    made = []

    def open_(name: str, home: str = server, **settings: Any) -> Any:
        context = browser.new_context(viewport={"width": 1400, "height": 900}, **settings)
        made.append(context)
        page = context.new_page()
        page.said = []
        page.on("console", lambda m: page.said.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(home + name)
        return page

    yield open_
    for context in made:
        context.close()


def _found(page: Any) -> list[str]:
    """The addresses of all results, once there are any or it is said that there are none."""
    page.wait_for_function(
        "() => document.querySelector('#search-results [role=status]')?.textContent.includes('“')"
    )
    return [
        str(link.get_attribute("href"))
        for link in page.locator("#search-results .cb-found a").element_handles()
    ]


# ---------------------------------------------------------------------------- search


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("webcare", "chapters/behind/glossary.html"),
        ("ambtenaren", "chapters/behind/glossary.html"),
        ("ambtenaar", "chapters/companions/rules_of_conduct.html"),
        ("overheidsparticipatie", "chapters/behind/glossary.html"),
        ("betweenness", "chapters/behind/network_methods.html"),
        ("brokers", "chapters/behind/network_methods.html"),
        ("timmermans.comments", f"{LEDGER}#fact-timmermans-comments"),
        ("timmermans comments", f"{LEDGER}#fact-timmermans-comments"),
        ("cases_everywhere", "chapters/behind/audit.html#finding-summary-cases-everywhere"),
        ("summary.cases_everywhere", "chapters/behind/audit.html#finding-summary-cases-everywhere"),
        ("twente_tabel_7_1", f"{LEDGER}#table-twente-tabel-7-1"),
        ("timmermans_network", "chapters/cases/timmermans.html#x-timmermans_network"),
    ],
)
def test_search_finds_words_of_both_languages_and_names(
    open_page: Open, query: str, target: str
) -> None:
    page = open_page(f"search.html?q={query}")
    assert target in _found(page), query
    assert page.said == []
    status = page.locator("#search-results [role=status]").text_content()
    assert re.match(r"\d+ ", status) and f"“{query}”" in status
    headings = page.locator("#search-results h2").all_text_contents()
    assert headings and set(headings) <= {"In the text", "Figures, findings, exhibits"}


def test_what_is_asked_for_by_its_name_comes_first(open_page: Open) -> None:
    page = open_page("search.html?q=timmermans.comments")
    assert _found(page)[0] == f"{LEDGER}#fact-timmermans-comments"


@pytest.mark.parametrize("term", ["één", "efficiëntie", "categorieën", "commerciële", "coöperatie"])
def test_accents_may_be_left_out(open_page: Open, term: str) -> None:
    with_accents = open_page(f"search.html?q={term}")
    found = _found(with_accents)
    without = open_page(f"search.html?q={plainly(term)}")
    assert set(found) <= set(_found(without))


def plainly(term: str) -> str:
    """The term as someone types it who leaves out accents."""
    return term.translate(str.maketrans("éëö", "eeo"))


def test_no_result_helps(open_page: Open) -> None:
    page = open_page("search.html?q=zwqxv")
    assert _found(page) == []
    assert page.locator("#search-results [role=status]").text_content() == (
        "Nothing found for “zwqxv”."
    )
    links = page.locator("#search-results p a").element_handles()
    assert {str(a.get_attribute("href")) for a in links} >= {LEDGER}


def test_search_works_from_a_folder(open_page: Open, site: Path) -> None:
    page = open_page("search.html?q=webcare", home=site.as_uri() + "/")
    assert _found(page)
    assert page.said == []
    page.locator("#search-results .cb-found a").first.click()
    page.wait_for_selector("article h1")


def test_a_result_leads_to_its_row(open_page: Open) -> None:
    page = open_page("search.html?q=timmermans.comments")
    _found(page)
    page.locator('a[href$="#fact-timmermans-comments"]').first.click()
    row = page.locator("#fact-timmermans-comments")
    row.wait_for()
    page.wait_for_function(
        "() => { const r = document.getElementById('fact-timmermans-comments')"
        ".getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight; }"
    )


# ---------------------------------------------------------------------------- links


def _copied(page: Any) -> str:
    page.wait_for_function("() => document.querySelector('#cb-said').textContent === 'Link copied'")
    return str(page.evaluate("() => navigator.clipboard.readText()"))


def _lay_out(page: Any) -> None:
    """The reader's first act, after which long tables show all of their rows."""
    page.keyboard.press("Shift")
    page.wait_for_function("() => !document.querySelector('.cb-long:not(.cb-whole)')")


_CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


@pytest.mark.parametrize(
    ("name", "selector"),
    [
        ("chapters/cases/timmermans.html", "article h2 a.headerlink"),
        ("chapters/cases/timmermans.html", "figcaption a.headerlink"),
        (LEDGER, "#fact-timmermans-comments a.cb-row"),
        ("chapters/behind/audit.html", ".cb-chosen a.cb-row"),
    ],
)
def test_a_link_is_copied_by_keyboard(
    open_page: Open, server: str, name: str, selector: str
) -> None:
    page = open_page(name, **_CLIPBOARD)
    _lay_out(page)
    link = page.locator(selector).first
    link.focus()
    assert float(link.evaluate("(a) => getComputedStyle(a).opacity")) == 1
    outline = link.evaluate(
        "(a) => a.matches(':focus-visible') && getComputedStyle(a).outlineStyle"
    )
    assert outline == "solid"
    page.keyboard.press("Enter")
    assert _copied(page) == f"{server}{name}{link.get_attribute('href')}"
    assert page.locator("#cb-said").get_attribute("role") == "status"
    assert page.said == []


def test_the_canonical_address_is_copied(open_page: Open) -> None:
    page = open_page(LEDGER, **_CLIPBOARD)
    page.evaluate(
        """() => { const link = document.createElement("link");
        link.rel = "canonical"; link.href = "https://example.org/ledger.html";
        document.head.append(link); }"""
    )
    _lay_out(page)
    page.locator("#fact-timmermans-comments a.cb-row").focus()
    page.keyboard.press("Enter")
    assert _copied(page) == "https://example.org/ledger.html#fact-timmermans-comments"


def test_rows_are_one_stop_and_arrows_go_on(open_page: Open) -> None:
    page = open_page(LEDGER)
    _lay_out(page)
    table = page.locator("#x-ledger table")
    links = table.locator("a.cb-row")
    assert links.count() > 400
    assert table.locator('a.cb-row[tabindex="0"]').count() == 1
    links.first.focus()
    here = "() => document.activeElement.closest('tr').rowIndex"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(here) == 3
    page.keyboard.press("ArrowUp")
    assert page.evaluate(here) == 2
    page.keyboard.press("End")
    assert page.evaluate(here) == links.count()
    assert table.locator('a.cb-row[tabindex="0"]').count() == 1
    page.locator("#x-ledger .cb-filter input").fill("earthquakes")
    stop = table.locator('a.cb-row[tabindex="0"]')
    page.wait_for_function(
        "() => !document.querySelector('#x-ledger a.cb-row[tabindex=\"0\"]').closest('tr').hidden"
    )
    assert stop.count() == 1


def test_links_are_plain_without_scripts(open_page: Open) -> None:
    page = open_page(LEDGER, java_script_enabled=False)
    link = page.locator("#fact-timmermans-comments a.cb-row")
    link.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#fact-timmermans-comments")


def test_the_citation_is_copied(open_page: Open) -> None:
    page = open_page("chapters/cases/timmermans.html", **_CLIPBOARD)
    page.locator(".cb-cite summary").click()
    page.locator("button.cb-copy").click()
    page.wait_for_function("() => document.querySelector('#cb-said').textContent")
    held = page.evaluate("() => navigator.clipboard.readText()")
    assert held == page.locator(".cb-citation").text_content()
    with page.expect_download() as waiting:
        page.locator(".cb-cite a", has_text="RIS").click()
    assert waiting.value.suggested_filename == "timmermans.ris"


# ---------------------------------------------------------------------------- no such page


class _Host(http.server.SimpleHTTPRequestHandler):
    """Serves the site below ``/book/``, and its 404 page, made for there, for all else."""

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].removeprefix("/book/")
        held = Path(self.directory) / name
        if self.path.startswith("/book/") and held.is_file():
            self.path = "/" + name
            super().do_GET()
            return
        text = (Path(self.directory) / "404.html").read_text("utf-8")
        sent = notfound.rooted(text, "/book/").encode()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.mark.parametrize("place", ["gone.html", "deep/down/there/gone.html"])
def test_the_page_for_none_works_at_any_depth(open_page: Open, site: Path, place: str) -> None:
    handler = functools.partial(_Host, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        page = open_page(f"book/{place}", home=f"http://127.0.0.1:{served.server_port}/")
        assert page.locator("article h1").first.text_content() == "Page not found"
        assert page.evaluate("() => !!getComputedStyle(document.body).getPropertyValue('--cb-ink')")
        page.locator("#cb-find").fill("webcare")
        page.locator(".cb-find button").click()
        page.wait_for_url(re.compile("/book/search.html"))
        assert _found(page)
        served.shutdown()
