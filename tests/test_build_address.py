"""A small book built with an address, and with a page that moved: canonical, sitemap, 404."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from test_build import book, build

pytestmark = pytest.mark.site

BASE = "https://example.org/some/book/"


@pytest.fixture(scope="module")
def addressed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the small book."""
    place = book(root, tmp_path_factory.mktemp("address") / "book")
    config = place / "_config.yml"
    text = config.read_text("utf-8")
    assert text.count('baseurl: ""') == 1
    config.write_text(text.replace('baseurl: ""', f"baseurl: {BASE}"), "utf-8")
    (place / "redirects.csv").write_text(
        "from,to\nchapters/older/name,chapters/tiny\nindex#gone,chapters/tiny#fig-rows\n", "utf-8"
    )
    code, said = build(place)
    assert code == 0, said
    return place / "_build" / "html"


def _soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


@pytest.mark.parametrize("name", ["index", "chapters/tiny"])
def test_every_address_begins_with_the_one_setting(addressed: Path, name: str) -> None:
    soup = _soup(addressed / f"{name}.html")
    own = f"{BASE}{name}.html"
    canonical = [str(link["href"]) for link in soup.select('link[rel="canonical"]')]
    assert canonical == [own]
    held = {
        str(m.get("property") or m.get("name")): str(m["content"])
        for m in soup.select("meta[content]")
    }
    assert held["og:url"] == held["citation_public_url"] == own
    assert held["og:image"].startswith(f"{BASE}_social/")
    assert (addressed / held["og:image"].removeprefix(BASE)).is_file()
    script = soup.select_one('script[type="application/ld+json"]')
    assert script is not None
    graph = json.loads(script.text)["@graph"]
    assert graph[0]["@id"] == own
    for file in (f for node in graph for f in node.get("distribution", [])):
        assert (addressed / file["contentUrl"].removeprefix(BASE)).is_file(), file
    assert own in (soup.select_one(".cb-citation") or soup).text
    # What is loaded stays relative: the site works from a folder all the same.
    loaded = [*soup.select("script[src]"), *soup.select('link[rel="stylesheet"]')]
    assert loaded and not [t for t in loaded if "://" in str(t.get("src") or t.get("href"))]


def test_sitemap_lists_the_pages(addressed: Path) -> None:
    text = (addressed / "sitemap.xml").read_text("utf-8")
    assert text.count("<loc>") == 2
    assert f"<loc>{BASE}chapters/tiny.html</loc>" in text
    assert f"Sitemap: {BASE}sitemap.xml" in (addressed / "robots.txt").read_text("utf-8")


def test_the_page_for_none_is_rooted(addressed: Path) -> None:
    soup = _soup(addressed / "404.html")
    assert soup.html is not None and soup.html["data-content_root"] == "/some/book/"
    for tag, key in (("script", "src"), ("link", "href"), ("a", "href"), ("form", "action")):
        for value in [str(t[key]) for t in soup.find_all(tag) if t.get(key)]:
            assert value.startswith(("/some/book/", "#", BASE)), f"{tag} {value}"
    assert "chapters/older/name" in soup.text


def test_what_moved_leads_on(addressed: Path) -> None:
    soup = _soup(addressed / "chapters" / "older" / "name.html")
    link, canonical = soup.select_one("main a"), soup.select_one('link[rel="canonical"]')
    assert link is not None and canonical is not None
    assert link["href"] == "../tiny.html"
    assert canonical["href"] == f"{BASE}chapters/tiny.html"
    line = _soup(addressed / "index.html").select_one("#gone a")
    assert line is not None and line["href"] == "chapters/tiny.html#fig-rows"


def test_a_new_version_reaches_pages_that_did_not_change(addressed: Path) -> None:
    place = addressed.parent.parent
    cited = place / "CITATION.cff"
    text = cited.read_text("utf-8")
    cited.write_text(text.replace("\nversion: ", "\nversion: 9."), "utf-8")
    (place / "redirects.csv").write_text("from,to\nindex#another,chapters/tiny\n", "utf-8")
    code, said = build(place)
    assert code == 0, said
    assert "(Version 9." in _soup(addressed / "chapters" / "tiny.html").text
    assert _soup(addressed / "index.html").select_one("#another a") is not None
    assert not (addressed / "chapters" / "older" / "name.html").exists()
