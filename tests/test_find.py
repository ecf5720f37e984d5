"""Finding and linking: anchors, redirects, metadata, pictures, search, a page for none."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from PIL import Image
from sphinx.errors import ExtensionError

from casebook import figure
from casebook.errors import DataError
from casebook_book import anchors, citation, metadata, notfound, pages, redirects, search, social

Soups = dict[Path, BeautifulSoup]


# ---------------------------------------------------------------------------- anchors


@pytest.mark.site
def test_no_public_anchor_vanishes(site: Path, root: Path) -> None:
    kept = set((root / "tests" / "anchors.txt").read_text("utf-8").splitlines())
    assert len(kept) > 1000
    assert any("#fact-" in line for line in kept) and any("#finding-" in line for line in kept)
    moved = set(redirects.read(root))
    gone = sorted(
        line
        for line in kept - anchors.public(site) - moved
        if line.partition("#")[0] not in moved  # its page leads on as a whole
    )
    assert not gone, (
        "others may link to these; give each a line in redirects.csv, or, if no release has "
        f"had it, take it out of tests/anchors.txt: {gone}"
    )


@pytest.mark.site
def test_headings_exhibits_and_rows_have_a_link_with_a_name(soups: Soups) -> None:
    links = 0
    for page, soup in soups.items():
        article = soup.select_one("article")
        if article is None:
            continue
        for link in article.select("a.headerlink, a.cb-row"):
            assert str(link.get("aria-label", "")).startswith("Link to"), f"{page}: {link}"
            assert len(str(link["aria-label"])) > 9, f"{page}: {link}"
            links += 1
        for place in article.select("section[id] > h2, section[id] > h3, figcaption"):
            assert place.select_one("a.headerlink") is not None, f"{page}: {place.text[:40]}"
        for row in article.select("tr[id]"):
            link = row.select_one("a.cb-row")
            assert link is not None and link["href"] == f"#{row['id']}", f"{page}: {row['id']}"
    assert links > 1500


def test_permanent_links_are_named() -> None:
    body = (
        '<h2>A <em>word</em><a class="headerlink" href="#a" title="Link to this heading">#</a></h2>'
        '<p><span class="caption-number">Exhibit 4 </span><span class="caption-text">It.</span>'
        '<a class="headerlink" href="#b" title="Link to this image">#</a></p>'
    )
    links = BeautifulSoup(anchors.named(body), "html.parser").select("a")
    assert [link["aria-label"] for link in links] == ["Link to: A word", "Link to: Exhibit 4"]


def test_public_anchors_are_those_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<nav><span id="no"></span></nav><article><section id="s"><span id="value-x"></span>'
        '<span id="named"></span><figure id="f"></figure><table><tr id="fact-a"></tr></table>'
        '<p id="p"></p><span id="id3"></span></section></article><section id="after"></section>'
    )
    (tmp_path / "search.html").write_text('<article><section id="s"></section></article>')
    assert anchors.public(tmp_path) == {"a", "a#s", "a#named", "a#f", "a#fact-a"}
    listing = tmp_path / "list.txt"
    listing.write_text("old#gone\n")
    anchors.keep(tmp_path, listing)
    assert "old#gone\n" in listing.read_text() and "a#fact-a\n" in listing.read_text()


# ---------------------------------------------------------------------------- redirects


def _moved(folder: Path, *lines: str) -> dict[str, str]:
    (folder / redirects.FILE).write_text("\n".join(["from,to", *lines]) + "\n", "utf-8")
    return redirects.read(folder)


def test_the_table_of_redirects_is_read(tmp_path: Path) -> None:
    assert redirects.read(tmp_path) == {}
    moved = _moved(tmp_path, "old,new", "new#a,new#b")
    assert moved == {"old": "new", "new#a": "new#b"}
    redirects.check(moved, {"new"})


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["a,b", "b,a"], "row 2.*has moved itself"),
        (["a,a"], "has moved itself"),
        (["a,b", "a,c"], "row 3.*moves twice"),
        (["a"], "row 2.*not an old and a new"),
        (["a,"], "not an old and a new"),
        (["a,nowhere"], "row 2.*leads to no page"),
        (["page,b"], "'page' is a page"),
        (["gone#x,b"], "'gone' is no page"),
    ],
)
def test_bad_redirects_are_refused(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(DataError, match=said):
        redirects.check(_moved(tmp_path, *lines), {"page", "b", "c"})


def test_other_columns_are_refused(tmp_path: Path) -> None:
    (tmp_path / redirects.FILE).write_text("old,new\n")
    with pytest.raises(DataError, match="columns"):
        redirects.read(tmp_path)


def test_a_moved_page_leads_on_and_an_anchor_leaves_a_line(app: Any, tmp_path: Path) -> None:
    _moved(tmp_path, "chapters/old/page,chapters/a", "index#gone,chapters/a#here")
    redirects._note(app, app.config)
    redirects._write(app, None)
    left = (tmp_path / "out/chapters/old/page.html").read_text("utf-8")
    soup = BeautifulSoup(left, "html.parser")
    refresh = soup.select_one('meta[http-equiv="refresh"]')
    link, canonical = soup.select_one("main a"), soup.select_one('link[rel="canonical"]')
    assert refresh is not None and link is not None and canonical is not None
    assert refresh["content"] == "0; url=../a.html"
    assert (link["href"], link.text) == ("../a.html", "Title & a")
    assert canonical["href"] == "../a.html"
    assert "<script" not in left
    context = {"body": ""}
    redirects._lines(app, "index", "", context, None)
    line = BeautifulSoup(context["body"], "html.parser").select_one("#gone a")
    assert line is not None and line["href"] == "chapters/a.html#here"


# ---------------------------------------------------------------------------- one setting


@pytest.fixture
def app(tmp_path: Path, root: Path) -> Any:
    """As much of Sphinx as the rooms ask for: two pages, of which one has exhibits."""
    (tmp_path / "CITATION.cff").write_bytes((root / "CITATION.cff").read_bytes())
    exhibits = (
        pages.Exhibit("some_table", "table", "coded", "Rows.", ("csv",), (("a.b", "fact-a-b"),)),
        pages.Exhibit("some_net", "network", "reconstructed", "Two < three.", ("csv", "gexf"), ()),
    )
    env = SimpleNamespace(
        titles={
            name: SimpleNamespace(astext=lambda name=name: f"Title & {name.rpartition('/')[2]}")
            for name in ("index", "chapters/a")
        },
        metadata={"index": {}, "chapters/a": {"kernelspec": {}}},
        casebook_pages={
            "index": pages.Page("What it is."),
            "chapters/a": pages.Page("What <a> is.", exhibits),
        },
        casebook_files={"chapters/a": {"some_net": {"_figures/some_net-light.svg": _SVG.encode()}}},
        external_site_map=SimpleNamespace(
            root=SimpleNamespace(
                subtrees=[SimpleNamespace(caption="The part", items=["chapters/a"])]
            )
        ),
    )
    config = SimpleNamespace(html_baseurl="", root_doc="index")
    builder = SimpleNamespace(format="html", get_target_uri=lambda name: f"{name}.html")
    return SimpleNamespace(
        env=env, config=config, builder=builder, srcdir=tmp_path, outdir=tmp_path / "out"
    )


_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30">'
    f'<circle cx="20" cy="15" r="9" fill="#0b8063"/><!-- {figure.MARK} --></svg>'
)


@pytest.mark.parametrize("given", ["https://example.org/book", " https://example.org/book/ "])
def test_the_address_is_set_once(app: Any, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.delenv(pages.BASE_URL, raising=False)
    pages._set_base_url(app, app.config)
    assert pages.url(app, "chapters/a") == ""
    monkeypatch.setenv(pages.BASE_URL, given)
    pages._set_base_url(app, app.config)
    assert pages.url(app, "chapters/a") == "https://example.org/book/chapters/a.html"


@pytest.mark.parametrize("given", ["example.org/book", "file:///x", "https://", "https://e.org/?a"])
def test_what_is_no_address_is_refused(
    app: Any, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv(pages.BASE_URL, given)
    with pytest.raises(ExtensionError, match="Remedy"):
        pages._set_base_url(app, app.config)


@pytest.mark.parametrize("base", ["", "https://example.org/book/"])
@pytest.mark.parametrize("name", ["index", "chapters/a"])
def test_tags_of_a_page(app: Any, base: str, name: str) -> None:
    app.config.html_baseurl = base
    soup = BeautifulSoup(metadata.tags(app, name), "html.parser")
    held = {str(m.get("name") or m.get("property")): str(m["content"]) for m in soup.select("meta")}
    work = citation.read(app.srcdir)
    title = "Title & a" if name != "index" else work.title
    up = base or ("../" if name != "index" else "")
    address = f"{base}{name}.html" if base else None
    assert held["citation_title"] == held["og:title"] == title
    assert held["citation_publication_date"] == f"{work.released:%Y/%m/%d}"
    assert held["og:description"] == held["description"] == pages.of(app.env, name).description
    assert held["og:image"] == f"{up}_social/{name.replace('/', '-')}.png"
    assert held.get("og:url") == held.get("citation_public_url") == address
    script = soup.select_one('script[type="application/ld+json"]')
    assert script is not None
    graph = json.loads(script.text)["@graph"]
    kinds = [node["@type"] for node in graph]
    assert kinds == (["Book"] if name == "index" else [["Chapter", "ScholarlyArticle"], "Dataset"])
    assert graph[0]["url"] == (address or f"{up}{name}.html")
    if name != "index":
        files = [file["contentUrl"] for file in graph[1]["distribution"]]
        assert files == [
            f"{up}downloads/data/{file}"
            for file in ("some_table.csv", "some_net.csv", "some_net.gexf")
        ]
        assert "no evidence: some_net." in graph[1]["description"]
        assert graph[0]["isPartOf"]["name"] == work.title


def test_the_sitemap_has_a_base_or_is_not_there(app: Any) -> None:
    app.outdir.mkdir()
    (app.outdir / "sitemap.xml").write_text("of another build")
    metadata._write(app, None)
    assert not (app.outdir / "sitemap.xml").exists()
    assert "Sitemap" not in (app.outdir / "robots.txt").read_text()
    app.config.html_baseurl = "https://example.org/a&b/"
    metadata._write(app, None)
    robots = (app.outdir / "robots.txt").read_text()
    assert robots.endswith("Sitemap: https://example.org/a&b/sitemap.xml\n")
    tree = ElementTree.parse(app.outdir / "sitemap.xml")
    spaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    places = [loc.text for loc in tree.iterfind(".//s:loc", spaces)]
    assert places == [
        "https://example.org/a&b/chapters/a.html",
        "https://example.org/a&b/index.html",
    ]
    dates = {date.text for date in tree.iterfind(".//s:lastmod", spaces)}
    assert dates == {f"{citation.read(app.srcdir).released:%Y-%m-%d}"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  Short\n and so. ", "Short and so."),
        ("One sentence that goes on. " * 20, ("One sentence that goes on. " * 11).strip()),
        ("word " * 100, ("word " * 60).strip() + " …"),
    ],
)
def test_descriptions_end_with_a_sentence_or_say_so(text: str, said: str) -> None:
    assert pages.shortened(text) == said
    assert len(said) <= 302


@pytest.mark.site
def test_every_page_tells_machines_what_it_is(site: Path, soups: Soups) -> None:
    seen, canonical = 0, False
    for page, soup in soups.items():
        name = page.relative_to(site)
        described = soup.select('meta[name="description"]')
        assert len(described) == 1 and len(str(described[0]["content"])) > 20, name
        cite = soup.select_one('meta[name="citation_title"]')
        if cite is None:
            continue
        seen += 1
        heading = soup.select_one("article h1")
        assert heading is not None
        picture = soup.select_one('meta[property="og:image"]')
        alt = soup.select_one('meta[property="og:image:alt"]')
        assert picture is not None and alt is not None and len(str(alt["content"])) > 20, name
        held = site / "_social" / str(picture["content"]).rpartition("/")[2]
        with Image.open(held) as shown:
            assert shown.size == (social.WIDTH, social.HEIGHT), name
        assert held.stat().st_size <= social.LIMIT, name
        data = [json.loads(s.text) for s in soup.select('script[type="application/ld+json"]')]
        (graph,) = [d["@graph"] for d in data]
        for file in (f for node in graph[1:] for f in node["distribution"]):
            link = urlsplit(urljoin(page.as_uri(), file["contentUrl"])).path
            assert (site / link[link.index("downloads/") :]).is_file(), file
        canonical = canonical or soup.select_one('link[rel="canonical"]') is not None
        assert bool(soup.select_one('meta[property="og:url"]')) == canonical, name
    assert seen > 30
    assert len([*(site / "_social").glob("*.png")]) == seen
    assert (site / "sitemap.xml").is_file() == canonical
    assert (site / "robots.txt").is_file()


# ---------------------------------------------------------------------------- pictures


def test_a_picture_is_small_and_the_same_again() -> None:
    content = {"title": "A title", "part": "Part", "picture": _SVG, "book": "Book"}
    content |= {"kind": "coded", "mark": ""}
    plain = social.draw(content)
    assert plain == social.draw(dict(content))
    with Image.open(io.BytesIO(plain)) as shown:
        assert shown.size == (social.WIDTH, social.HEIGHT)
        assert shown.format == "PNG"
    assert len(plain) < social.LIMIT
    assert plain != social.draw({**content, "mark": figure.MARK})
    assert plain != social.draw({**content, "picture": ""})


def test_a_picture_of_a_reconstruction_says_so(app: Any) -> None:
    drawn = social._content(app, "chapters/a")
    assert drawn["mark"] == figure.MARK and drawn["picture"] == _SVG
    assert drawn["part"] == "The part"
    assert social.alt(app, "chapters/a").endswith("Two < three.")
    assert social._content(app, "index")["mark"] == ""


def test_pictures_are_drawn_once(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    app.outdir.mkdir()
    social._write(app, None)
    first = (app.outdir / "_social" / "chapters-a.png").read_bytes()
    monkeypatch.setattr(social, "draw", lambda _: pytest.fail("drawn again"))
    social._write(app, None)
    assert (app.outdir / "_social" / "chapters-a.png").read_bytes() == first


# ---------------------------------------------------------------------------- search


@pytest.mark.parametrize(
    ("word", "said"), [("coöperatie", "cooperatie"), ("één", "een"), ("webcare", "webcare")]
)
def test_words_lose_their_accents(word: str, said: str) -> None:
    assert search.plain(word) == said


def test_rows_and_exhibits_are_objects(app: Any) -> None:
    domain = SimpleNamespace(env=app.env)
    found = {(o[0], o[2], o[3], o[4]) for o in search.Rows.get_objects(domain)}  # type: ignore[arg-type]
    assert found == {
        ("some_table", "exhibit", "chapters/a", "x-some_table"),
        ("some_net", "exhibit", "chapters/a", "x-some_net"),
        ("a.b", "fact", "chapters/a", "fact-a-b"),
    }


@pytest.mark.site
def test_objects_of_the_index_lead_to_anchors(site: Path, soups: Soups) -> None:
    text = (site / "searchindex.js").read_text("utf-8")
    index = json.loads(text[text.index("(") + 1 : text.rindex(")")])
    ids = {
        page.relative_to(site).with_suffix("").as_posix(): {
            str(t["id"]) for t in soup.select("[id]")
        }
        for page, soup in soups.items()
    }
    seen = set()
    for prefix, rows in index["objects"].items():
        for page, kind, _, anchor, name in rows:
            domain, word = index["objtypes"][str(kind)].split(":")
            if domain != "casebook":
                continue
            whole = f"{prefix}.{name}" if prefix else name
            place = {"": whole, "-": f"{word}-{whole}"}.get(anchor, anchor)
            assert place in ids[index["docnames"][page]], whole
            assert index["objnames"][str(kind)][2] == search._KINDS[word]
            seen.add(word)
    assert {"exhibit", "fact", "finding", "table", "term", "work"} <= seen


# ---------------------------------------------------------------------------- no such page


def test_links_start_from_the_root_of_the_host() -> None:
    page = (
        '<html data-content_root="./"><link href="_static/a.css"><a href="#main">x</a>'
        '<a href="chapters/a.html#b">x</a><a href="https://e.org/">x</a><a href="mailto:a@b">x</a>'
        '<form action="search.html"></form><script src="./b.js"></script><a href="/c">x</a>'
    )
    rooted = notfound.rooted(page, "/book/")
    assert re.findall(r'"([^"]*)"', rooted) == [
        "/book/", "/book/_static/a.css", "#main", "/book/chapters/a.html#b", "https://e.org/",
        "mailto:a@b", "/book/search.html", "/book/b.js", "/c",
    ]  # fmt: skip
    assert notfound.rooted(rooted, "/book/") == rooted


@pytest.mark.site
def test_the_page_for_none_helps(site: Path, soups: Soups) -> None:
    soup = soups[site / "404.html"]
    article = soup.select_one("article")
    assert article is not None
    field = article.select_one('form[role="search"] input[name="q"]')
    assert field is not None and article.select_one(f'label[for="{field["id"]}"]') is not None
    linked = {str(a["href"]).rpartition("/")[2] for a in article.select("li a")}
    assert {"ledger.html", "glossary.html", "timmermans.html"} <= linked
