"""The pages for those who use no mouse, no colours, larger letters, or a screen reader (WCAG 2.2).

What axe can see is in ``test_browser.py``, for every page; here is what it cannot.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from browsing import PHONE, SMALL, WIDE, WIDEST, Open, draw_all
from bs4 import BeautifulSoup
from test_palette import contrast

pytestmark = pytest.mark.browser

#: A page of each kind: front, search, case with networks, tables, choosing, audit, methods.
PAGES = (
    "index.html",
    "search.html",
    "chapters/cases/rijkswaterstaat.html",
    "chapters/technology.html",
    "chapters/choosing.html",
    "chapters/behind/audit.html",
    "chapters/behind/network_methods.html",
    "chapters/behind/accessibility.html",
)

# ---------------------------------------------------------------------------- keyboard

# Where the focus is: its box, whether any of it can be seen, and how it is marked.
_HERE = """() => {
  const n = document.activeElement;
  if (!n || n === document.body) return null;
  const box = n.getBoundingClientRect(), style = getComputedStyle(n);
  const behind = (m) => { for (; m; m = m.parentElement) {
    const ground = getComputedStyle(m).backgroundColor;
    if (!ground.endsWith(", 0)") && ground !== "transparent") return ground; }
    return "rgb(255, 255, 255)"; };
  // A word may run over two lines: its own boxes, not the box around them.
  const spots = [...n.getClientRects()].flatMap((r) => [0.02, 0.5, 0.98].flatMap((x) =>
    [0.05, 0.5, 0.95].map((y) => [r.left + r.width * x, r.top + r.height * y])));
  const free = spots.some(([x, y]) => { const top = document.elementFromPoint(x, y);
    return top && (n.contains(top) || top.contains(n)); });
  const id = [...document.querySelectorAll("*")].indexOf(n);
  n.setAttribute("data-stop", id);
  return { id, tag: n.tagName, free,
    text: n.outerHTML.replace(/\\s+/g, " ").slice(0, 120),
    shown: n.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
    part: n.closest(".bd-sidebar-primary") ? 1 : n.closest("#main-content") ? 2 :
      n.closest(".bd-sidebar-secondary") ? 3 : 0,
    line: style.outlineStyle, width: parseFloat(style.outlineWidth), colour: style.outlineColor,
    ground: behind(n.parentElement), left: box.left + scrollX, top: box.top + scrollY };
}"""

_NAMED = {"button", "link", "checkbox", "textbox", "searchbox", "combobox", "slider", "region"}
_NAMED |= {"application", "DisclosureTriangle", "switch"}


def _hex(colour: str) -> str:
    red, green, blue = (round(float(part)) for part in re.findall(r"[\d.]+", colour)[:3])
    return f"#{red:02x}{green:02x}{blue:02x}"


def _tree(page: Any) -> dict[int, tuple[str, str]]:
    """Role and name of each element that took the focus, by its place in the document."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    told = session.send("Accessibility.getFullAXTree")["nodes"]
    by_node = {
        node["backendDOMNodeId"]: (
            node.get("role", {}).get("value", ""),
            node.get("name", {}).get("value", ""),
        )
        for node in told
        if "backendDOMNodeId" in node and not node.get("ignored")
    }
    flat = session.send("DOM.getFlattenedDocument", {"depth": -1})["nodes"]
    stops = {}
    for node in flat:
        held = node.get("attributes", [])
        marked = dict(zip(held[::2], held[1::2], strict=True)).get("data-stop")
        if marked:
            stops[int(marked)] = by_node[node["backendNodeId"]]
    return stops


def walk(page: Any) -> list[dict[str, Any]]:
    """Every stop of the Tab key, from the top of the page to its end."""
    stops: list[dict[str, Any]] = []
    for _ in range(500):
        page.keyboard.press("Tab")
        here = page.evaluate(_HERE)
        if here is None or (stops and here["id"] == stops[0]["id"]):
            return stops
        stops.append(here)
    pytest.fail(f"the keyboard is trapped near {stops[-1]['text']}")


@pytest.mark.parametrize(
    ("name", "size"),
    [*((name, WIDE) for name in PAGES), *((name, PHONE) for name in PAGES[:3])],
)
def test_every_stop_of_the_keyboard(name: str, size: tuple[int, int], open_page: Open) -> None:
    page = open_page(name, size)
    draw_all(page)
    page.evaluate("scrollTo(0, 0)")
    stops = walk(page)
    assert len(stops) >= 5
    assert "main-content" in stops[0]["text"], "the first stop is no way past the contents"
    tree = _tree(page)
    seen: set[int] = set()
    for stop in stops:
        said = stop["text"]
        assert stop["shown"], f"takes the focus unseen: {said}"
        assert stop["free"], f"hidden behind something: {said}"
        assert stop["id"] not in seen, f"a second stop at {said}"
        seen.add(stop["id"])
        assert stop["line"] not in ("none", "hidden") and stop["width"] >= 2, f"no focus: {said}"
        ratio = contrast(_hex(stop["colour"]), _hex(stop["ground"]))
        assert ratio >= 3, f"focus of {ratio:.1f}:1 on {stop['ground']}: {said}"
        role, label = tree[stop["id"]]
        assert role in _NAMED, f"{role}: {said}"
        assert label.strip(), f"{role} without a name: {said}"
    parts = [stop["part"] for stop in stops if stop["part"]]
    assert parts == sorted(parts), "contents, page, contents of the page: not in this order"
    # In the page itself the order of the stops is that of the document, hence of reading.
    inside = [stop["id"] for stop in stops if stop["part"] == 2]
    assert inside == sorted(inside)


def test_the_way_past_the_contents_works(open_page: Open) -> None:
    page = open_page("chapters/tactics.html")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#main-content').contains(document.activeElement)")


# The page's policy lets no style element in; this is how a browser's own settings arrive.
_STYLE = """(text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [sheet];
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_focus_can_be_seen_in_both_themes(theme: str, open_page: Open) -> None:
    page = open_page("chapters/choosing.html", theme=theme)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    here = page.evaluate(_HERE)
    assert contrast(_hex(here["colour"]), _hex(here["ground"])) >= 3


# ---------------------------------------------------------------------------- pointer


def test_cards_stay_under_the_pointer_and_can_be_dismissed(open_page: Open) -> None:
    page = open_page("chapters/technology.html")
    fact, tip = page.locator("article a.cb-fact").first, page.locator("#cb-tip")
    fact.hover()
    assert tip.is_visible()
    card, word = tip.bounding_box(), fact.bounding_box()
    # On the way there the pointer crosses what is neither.
    page.mouse.move(word["x"] + 3, word["y"] + word["height"] + 2)
    page.mouse.move(card["x"] + 10, card["y"] + card["height"] / 2)
    page.wait_for_timeout(500)
    assert tip.is_visible(), "it goes before the pointer reaches it"
    page.keyboard.press("Escape")
    assert not tip.is_visible()


def test_terms_are_explained_to_screen_readers(open_page: Open) -> None:
    page = open_page("chapters/cases/rijkswaterstaat.html")
    term = page.locator("article a.cb-term").first
    term.focus()
    said = page.locator(f"#{term.get_attribute('aria-describedby')}")
    assert said.text_content() == term.get_attribute("data-tip")


def test_networks_need_no_dragging(open_page: Open) -> None:
    page = open_page("chapters/cases/rijkswaterstaat.html")
    draw_all(page)
    box = page.locator(".cb-of-network").first
    picture = "(f) => f.querySelector('canvas').toDataURL()"
    for name in ("Zoom in", "Move left", "Move right", "Move up", "Move down", "Zoom out"):
        before = box.evaluate(picture)
        box.get_by_role("button", name=name).click()
        # The canvas is painted with the next frame, which a busy machine may be late with.
        for _ in range(40):
            if box.evaluate(picture) != before:
                break
            page.wait_for_timeout(50)
        assert box.evaluate(picture) != before, name


def test_what_is_under_the_pointer_in_a_network_can_be_dismissed(open_page: Open) -> None:
    page = open_page("chapters/cases/rijkswaterstaat.html")
    draw_all(page)
    box, tip = page.locator(".cb-of-network").first, page.locator("#cb-tip")
    box.locator(".cb-canvas").scroll_into_view_if_needed()
    frame = box.locator(".cb-canvas").bounding_box()
    for step in range(400):  # until a mark is met
        x, y = step % 20, step // 20
        page.mouse.move(frame["x"] + frame["width"] * x / 20, frame["y"] + frame["height"] * y / 20)
        if tip.is_visible():
            break
    assert tip.is_visible(), "no mark tells what it is"
    page.keyboard.press("Escape")
    assert not tip.is_visible()


# ---------------------------------------------------------------------------- what is heard


def test_changes_are_said(open_page: Open) -> None:
    page = open_page("chapters/choosing.html")
    draw_all(page)
    said = page.locator(".cb-count[role=status]").first
    before = said.inner_text()
    page.locator(".cb-choose select").first.select_option(index=1)
    assert said.inner_text() != before
    page = open_page("search.html?q=webcare")
    page.wait_for_selector("#search-results li a", timeout=10_000)
    page.wait_for_function(
        "/[0-9]/.test(document.querySelector('#search-results [role=status]')?.textContent)"
    )


@pytest.mark.parametrize("name", PAGES[2:6])
def test_links_and_folds_say_what_they_are_for(name: str, soups: dict[Path, BeautifulSoup]) -> None:
    soup = next(s for path, s in soups.items() if path.as_posix().endswith(name))
    for kind in (".cb-links a[download]", "details.admonition.hide > summary"):
        # Two folds of one name make the values of one sentence.
        names = [" ".join(each.get_text(" ").split()) for each in soup.select(kind)]
        assert names
        exhibits = [each for each in names if "Exhibit" in each]
        assert len(exhibits) == len(set(exhibits)) and len(exhibits) >= len(names) / 2, names
    for box in soup.select(".cb-scroll"):
        assert re.fullmatch(r"Table.*, Exhibit \d+", str(box["aria-label"]))
        assert len(str(box.table["aria-label"])) > 5
    for code in soup.select("summary"):
        assert not code.get("aria-label"), "a label that hides the words that are seen"


def test_titles_are_unique_and_tell_the_page(soups: dict[Path, BeautifulSoup]) -> None:
    titles = [soup.title.get_text(" ", strip=True) for soup in soups.values() if soup.title]
    assert len(set(titles)) == len(titles) == len(soups)
    for soup in soups.values():
        if soup.h1 and soup.title:
            for mark in soup.h1.select(".headerlink"):
                mark.extract()
            assert soup.title.get_text().startswith(soup.h1.get_text(strip=True)[:10])


def test_headings_skip_no_level(soups: dict[Path, BeautifulSoup]) -> None:
    for path, soup in soups.items():
        levels = [int(h.name[1]) for h in soup.select("main h1, main h2, main h3, main h4")]
        assert all(b <= a + 1 for a, b in pairwise(levels)), path.name


def test_dutch_cells_are_marked(soups: dict[Path, BeautifulSoup]) -> None:
    found = 0
    for soup in soups.values():
        for table in soup.select(".cb-figure table.cb-table"):
            heads = [head.get_text() for head in table.select("thead th")]
            for i, head in enumerate(heads):
                if head in ("Dutch", "Dutch title"):
                    cells = [row.select("td")[i] for row in table.select("tbody tr")]
                    assert all(c.get("lang") == "nl" for c in cells if c.get_text()), heads
                    found += len(cells)
    assert found > 100


# ---------------------------------------------------------------------------- larger, wider apart

_SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }"""

# Words that a box around them cuts off; what scrolls shows them, and drawings are pictures.
_CUT = """() => [...document.querySelectorAll("body *")].filter((n) => {
  if (n.closest("svg, canvas, .cb-sr")) return 0;
  if (!n.checkVisibility({ visibilityProperty: true })) return 0;
  if (![...n.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim())) return 0;
  const r = n.getBoundingClientRect();
  for (let p = n; p && p !== document.body; p = p.parentElement) {
    const style = getComputedStyle(p), b = p.getBoundingClientRect();
    const x = style.overflowX, y = style.overflowY;
    if (b.width <= 2 || /auto|scroll/.test(x + y)) return 0;
    if (/hidden|clip/.test(x) && (r.right > b.right + 1 || r.left < b.left - 1)) return 1;
    if (/hidden|clip/.test(y) && r.bottom > b.bottom + 1) return 1;
  }
  return 0;
}).map((n) => n.outerHTML.slice(0, 120))"""


_LETTERS = "html { font-size: 200% !important; }"
_LARGER = (
    (WIDE, _SPACING),
    (PHONE, _SPACING),
    (WIDE, _LETTERS),
    (PHONE, _LETTERS),
    ((WIDE[0] // 2, WIDE[1] // 2), "p {}"),  # 200 per cent of zoom
)


@pytest.mark.parametrize("name", PAGES)
def test_larger_and_wider_apart(name: str, open_page: Open) -> None:
    page = open_page(name)
    draw_all(page)
    for size, style in _LARGER:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.evaluate(_STYLE, style)
        page.wait_for_timeout(150)
        assert page.evaluate(WIDEST) == [], (size, style)
        assert page.evaluate(_CUT) == [], (size, style)
        page.evaluate(_STYLE, "")


# ---------------------------------------------------------------------------- other eyes

_MARKS = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) count += data[i + 3] > 200;
  return count;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_keep_marks_on_their_paper(scheme: str, open_page: Open) -> None:
    page = open_page(
        "chapters/cases/rijkswaterstaat.html", theme=scheme, chosen=False, forced_colors="active"
    )
    draw_all(page)
    paper = page.evaluate(
        """getComputedStyle(document.documentElement).getPropertyValue("--cb-paper").trim()"""
    )
    for kind in (".cb-live svg", ".cb-canvas", ".cb-key"):
        ground = page.locator(kind).first.evaluate("(n) => getComputedStyle(n).backgroundColor")
        assert _hex(ground) == paper, kind
    assert page.locator("canvas").first.evaluate(_MARKS) > 500
    fills = page.locator(".cb-of-chart .cb-live svg").first.evaluate(
        """(svg) => [...svg.querySelectorAll("[stroke], [fill]")].flatMap((n) =>
             [n.getAttribute("stroke"), n.getAttribute("fill")]).filter((c) => c?.[0] === "#")"""
    )
    assert any(contrast(fill, paper) >= 3 for fill in set(fills))
    page.keyboard.press("Tab")
    assert page.evaluate(_HERE)["line"] == "solid"


def test_nothing_moves_for_those_who_want_no_motion(open_page: Open) -> None:
    page = open_page("chapters/cases/rijkswaterstaat.html")
    draw_all(page)
    moving = """document.getAnimations().filter((a) => a.playState === "running").length"""
    assert page.evaluate(moving) == 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


@pytest.mark.parametrize("name", PAGES)
def test_every_kind_of_page_without_scripts(name: str, open_page: Open) -> None:
    page = open_page(name, java_script_enabled=False)
    page.wait_for_load_state("load")
    for width, height in (WIDE, SMALL):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(WIDEST) == []
        if name != "search.html":
            assert page.locator("article h1").first.is_visible()
            for kind in ("article section > p", ".cb-of-table table", ".cb-still.cb-on-light"):
                assert all(each.is_visible() for each in page.locator(kind).all()), kind
