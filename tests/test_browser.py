"""The built pages in a browser: nothing from elsewhere, nothing amiss, and everything works."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from browsing import (
    COLOURS,
    CUT_OFF,
    NARROW,
    PHONE,
    SHORTEN,
    SMALL,
    TURN,
    WIDE,
    WIDEST,
    Open,
    draw_all,
    violations,
)
from bs4 import BeautifulSoup

pytestmark = pytest.mark.browser

# ---------------------------------------------------------------------------- every page

#: Charts that lose the end of a word at 400 %, as the page on accessibility says of some.
CUT_WHEN_ENLARGED = {"x-words_cloud", "x-strategies_applications"}


@pytest.mark.parametrize(
    ("size", "themes"),
    # Colours do not depend on the width: both themes are judged once, the rest at both widths.
    [(WIDE, ("light", "dark")), (PHONE, ("dark",))],
    ids=["wide", "phone"],
)
def test_page(
    page_name: str, size: tuple[int, int], themes: tuple[str, ...], open_page: Open, axe: str
) -> None:
    page = open_page(page_name, size, themes[0])
    draw_all(page)
    assert page.evaluate("document.documentElement.dataset.theme") == themes[0]
    assert page.evaluate(WIDEST) == [], "scrolls sideways"
    assert page.evaluate(CUT_OFF) == []
    page.evaluate(SHORTEN)
    page.evaluate(axe)
    assert violations(page) == [], themes[0]
    for theme in themes[1:]:
        page.evaluate(TURN, theme)
        page.wait_for_timeout(50)
        assert violations(page, **COLOURS) == [], theme
    if size == PHONE:
        # A page of 1,280 at 400 %: what the width can change (WCAG 1.4.10).
        page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
        page.wait_for_timeout(400)  # so long the theme waits before it looks what scrolls
        assert page.evaluate(WIDEST) == [], f"scrolls sideways at {SMALL[0]}"
        cut = {said.split(":")[0] for said in page.evaluate(CUT_OFF)}
        assert cut <= CUT_WHEN_ENLARGED
        assert violations(page, **NARROW) == [], SMALL
    assert page.watch.said == []


def test_the_judge_sees_a_violation(open_page: Open, axe: str) -> None:
    page = open_page("index.html")
    page.evaluate(
        "document.querySelector('article').insertAdjacentHTML('beforeend', '<img src=x>')"
    )
    page.evaluate(axe)
    assert any(v.startswith("image-alt") for v in violations(page))


def test_a_first_visit_follows_the_system(open_page: Open) -> None:
    page = open_page("index.html", theme="dark", chosen=False)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.watch.said == []


def test_the_theme_button_turns_the_page_for_good(open_page: Open) -> None:
    page = open_page("index.html", theme="light", chosen=False)
    theme, paper = "document.documentElement.dataset.theme", "getComputedStyle(document.body).color"
    before = page.evaluate(paper)
    for _ in range(3):
        page.locator(".theme-switch-button:visible").first.click()
        if page.evaluate(theme) == "dark":
            break
    assert page.evaluate(paper) != before
    page.reload()
    assert page.evaluate(theme) == "dark"
    page.evaluate("localStorage.clear()")


def test_search_finds_pages(open_page: Open) -> None:
    page = open_page("search.html?q=reconstructed")
    page.wait_for_selector("#search-results li a", timeout=10_000)
    assert page.watch.said == []


def test_pages_work_from_a_folder(open_page: Open, site: Path, pages: list[Path]) -> None:
    chosen = {"index.html": site / "index.html"}
    for page in pages:
        for mark in re.findall(r"cb-of-(?:table|chart|network)", page.read_text("utf-8")):
            chosen.setdefault(mark, page)
    assert len(chosen) == 4, "the book has no chart, table or network"
    home = site.as_uri() + "/"
    for path in set(chosen.values()):
        page = open_page(path.relative_to(site).as_posix(), home=home)
        draw_all(page)
        assert page.watch.said == []


# ---------------------------------------------------------------------------- networks

# Milliseconds from coming into view to drawn, including the library.
_READY = """async (figure) => {
  const start = performance.now();
  figure.scrollIntoView({ block: "center", behavior: "instant" });
  while (!figure.dataset.ready) {
    if (performance.now() - start > 10000) return Infinity;
    await new Promise((next) => setTimeout(next, 5));
  }
  await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  return performance.now() - start;
}"""

# How many pixels of the drawing have the colour that a variable of the style sheet names.
_PIXELS = """([figure, name]) => {
  const value = getComputedStyle(document.documentElement).getPropertyValue("--cb-" + name).trim();
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(value.slice(i, i + 2), 16));
  const canvas = figure.querySelector("canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4)
    count += data[i + 3] > 250 && Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) +
      Math.abs(data[i + 2] - b) < 12;
  return count;
}"""

_PICTURE = """(figure) => figure.querySelector("canvas").toDataURL()"""


# The same, until it can be acted on: the lightest of many ties follow.
_RESPONDS = _READY.replace("dataset.ready", "dataset.responds")


def test_networks_respond_within_a_second(network_page: str, open_page: Open) -> None:
    # What is measured is the page, not what else the machine is doing: one of a few tries counts.
    best: dict[str, float] = {}
    for _ in range(5):
        page = open_page(network_page)
        for figure in page.query_selector_all(".cb-of-network"):
            name = figure.get_attribute("id")
            best[name] = min(best.get(name, float("inf")), page.evaluate(_RESPONDS, figure))
        page.close()
        if best and max(best.values()) <= 1000:
            break
    assert best, "no network on the page"
    assert max(best.values()) <= 1000, best


class Network:
    """One network of a page, drawn."""

    def __init__(self, page: Any, handle: Any) -> None:
        self.page, self.handle = page, handle
        self.id = handle.get_attribute("id")
        self.box = page.locator(f"#{self.id}")
        self.data = page.evaluate(
            "(f) => JSON.parse(f.querySelector('.cb-data').textContent)", handle
        )

    @property
    def group(self) -> dict[str, Any]:
        """The largest group with a colour of its own; red is also that of the mark."""
        groups = [g for g in self.data["groups"] if g["members"]]
        colours = ["red", *(g["colour"] for g in groups)]
        alone = [g for g in groups if colours.count(g["colour"]) == 1]
        return dict(max(alone, key=lambda g: g["members"]))

    def settle(self) -> None:
        """Let it draw what was changed."""
        self.page.wait_for_timeout(150)

    @property
    def status(self) -> str:
        """What it says below the drawing."""
        return str(self.box.locator(".cb-net-status").inner_text())

    def picture(self) -> str:
        """The drawing itself."""
        self.settle()
        return str(self.page.evaluate(_PICTURE, self.handle))

    def pixels(self, colour: str) -> int:
        """How much of the drawing has this colour."""
        self.settle()
        return int(self.page.evaluate(_PIXELS, [self.handle, colour]))


@pytest.fixture
def network(site: Path, soups: dict[Path, Any], open_page: Open) -> Network:
    """A network of the book with groups, names to find and a slider: the largest there is."""
    largest: tuple[int, str, str] = (0, "", "")
    for path, soup in soups.items():
        for figure in soup.select(".cb-of-network"):
            data = json.loads(figure.select_one(".cb-data").text)
            if data["curve"] and len(data["groups"]) > 1:
                found = len(data["nodes"]), path.relative_to(site).as_posix(), figure["id"]
                largest = max(largest, found)
    assert largest[0] > 8, "no network of the book has a slider and names to find"
    page = open_page(largest[1])
    handle = page.query_selector(f"#{largest[2]}")
    assert page.evaluate(_READY, handle) < 10_000
    return Network(page, handle)


def test_network_search_selects(network: Network) -> None:
    before, tally = network.picture(), network.status
    field = network.box.locator(".cb-net-controls input[type=text]")
    wanted = network.data["nodes"][0][1]
    field.fill(wanted)
    field.press("Enter")
    assert wanted in network.status and network.status != tally
    assert network.picture() != before
    field.fill("nobody of that name")
    field.press("Enter")
    assert "nobody of that name" in network.status
    field.fill("")
    field.press("Enter")
    assert network.status == tally
    assert network.page.watch.said == []


def test_network_groups_can_be_hidden(network: Network) -> None:
    group = network.group
    shown = network.pixels(group["colour"])
    assert shown > 20
    box = network.box.get_by_label(group["label"], exact=False).first
    box.press("Space")
    assert not box.is_checked()
    assert network.pixels(group["colour"]) < 20
    box.press("Space")
    assert network.pixels(group["colour"]) == shown


def test_network_slider_thins_and_says_so(network: Network) -> None:
    before, tally = network.picture(), network.status
    slider = network.box.locator("input[type=range]")
    slider.focus()
    slider.press("ArrowRight" if network.data["start"] < network.data["curve"][-1][0] else "Home")
    assert network.status != tally
    assert network.box.locator("output").inner_text() in network.status
    assert network.picture() != before


def test_network_by_keyboard(network: Network) -> None:
    page = network.page
    network.box.locator(".cb-badge").focus()
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """(figure) => { const n = document.activeElement;
            return figure.querySelector(".cb-picture").contains(n) &&
              [n.tagName, n.type, n.className].join(" ").trim(); }""",
            network.handle,
        )
        if not here:
            break
        reached.append(here)
    kinds = {"INPUT checkbox", "INPUT range", "INPUT text", "BUTTON button", "DIV  cb-canvas"}
    assert set(reached) == kinds
    assert reached.count("DIV  cb-canvas") == 1
    canvas = network.box.locator(".cb-canvas")
    canvas.focus()
    assert page.evaluate(
        "(f) => getComputedStyle(f.querySelector('.cb-canvas')).outlineStyle", network.handle
    ) not in ("none", "hidden"), "focus cannot be seen"
    for key in ("ArrowLeft", "ArrowUp", "+", "-", "0"):
        before = network.picture()
        canvas.press(key)
        assert network.picture() != before, key
    field, tally = network.box.locator(".cb-net-controls input[type=text]"), network.status
    field.fill(network.data["nodes"][0][1])
    field.press("Enter")
    assert network.status != tally
    canvas.press("Escape")
    assert network.status == tally


def test_networks_turn_with_the_theme(network: Network) -> None:
    group = network.group["colour"]
    assert network.pixels(group) > 20
    light = network.picture()
    network.page.evaluate(TURN, "dark")
    assert network.pixels(group) > 20
    assert network.picture() != light


def test_reconstructed_networks_bear_their_mark_in_the_drawing(network: Network) -> None:
    assert network.data["mark"], "the largest network of the book is no reconstruction"
    written = """window.written = [];
      CanvasRenderingContext2D.prototype.fillText = (text) => window.written.push(text);"""
    network.page.evaluate(written)
    network.box.locator(".cb-canvas").press("+")
    network.settle()
    assert network.data["mark"] in network.page.evaluate("window.written")


def test_phones_scroll_past_a_network(network: Network, open_page: Open, server: str) -> None:
    name = network.page.url.removeprefix(server)
    page = open_page(name, PHONE, has_touch=True, is_mobile=True)
    handle = page.query_selector(f"#{network.id}")
    page.evaluate(_READY, handle)
    canvas = page.locator(f"#{network.id} .cb-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    session = page.context.new_cdp_session(page)

    def swipe() -> float:
        x, y = box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 300)
        for kind, up in [("touchStart", 0), *[("touchMove", 25 * i) for i in range(1, 9)]]:
            points = [{"x": x, "y": y - up}]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_timeout(600)
        return float(page.evaluate("scrollY"))

    before = page.evaluate("scrollY")
    assert swipe() > before + 100
    canvas.scroll_into_view_if_needed()
    page.locator(f"#{network.id} .cb-tap").tap()
    box = canvas.bounding_box()
    stepped_in = page.evaluate("scrollY")
    assert swipe() == stepped_in, "the page moves and not the network that was stepped into"
    assert page.watch.said == []


# Keeps where each line of a name was last drawn, in pixels of the canvas.
_NOTE_NAMES = """() => {
  const pen = CanvasRenderingContext2D.prototype, { fillText, clearRect } = pen;
  pen.clearRect = function (...all) { this.canvas.names = []; return clearRect.apply(this, all); };
  pen.fillText = function (text, x, y, ...rest) {
    const { a, e, d, f } = this.getTransform(), wide = this.measureText(text).width;
    const high = parseFloat(this.font.match(/([\\d.]+)px/)[1]);
    const top = y - (this.textBaseline === "middle" ? high / 2 : 0);
    // The mark is set from the right.
    if (this.textAlign === "left") this.canvas.names.push({ text, left: x * a + e,
      right: (x + wide) * a + e, top: top * d + f, bottom: (top + high) * d + f });
    return fillText.call(this, text, x, y, ...rest);
  };
}"""


@pytest.mark.parametrize("size", [PHONE, WIDE])
@pytest.mark.parametrize("name", ["cases/benno_l", "cases/earthquakes", "tactics", "choosing"])
def test_names_have_room(name: str, size: tuple[int, int], open_page: Open) -> None:
    page = open_page(f"chapters/{name}.html", size)
    page.evaluate(_NOTE_NAMES)
    seen = 0
    for figure in page.query_selector_all(".cb-of-network"):
        data = page.evaluate("(f) => JSON.parse(f.querySelector('.cb-data').textContent)", figure)
        if len(data["nodes"]) > 40:
            continue
        page.evaluate(_READY, figure)
        shape = "(f) => (({ names, width, height }) => ({ names, width, height }))"
        drawn = page.evaluate(shape + "(f.querySelector('canvas'))", figure)
        boxes = drawn["names"]
        seen += len(boxes)
        for box in boxes:
            assert box["left"] >= 0 and box["right"] <= drawn["width"], box
            assert box["top"] >= 0 and box["bottom"] <= drawn["height"], box
        for one, other in combinations(boxes, 2):
            across = min(one["right"], other["right"]) - max(one["left"], other["left"])
            down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
            assert across < 1 or down < 2, (one, other)
        silent = re.search(r"For (\d+) name", figure.inner_text())
        assert int(silent[1] if silent else 0) <= len(data["nodes"]) / 5
    assert seen


# ---------------------------------------------------------------------------- charts and tables


def _with(pages: list[Path], site: Path, mark: str) -> str:
    found = [p for p in pages if mark in p.read_text("utf-8")]
    assert found, f"no page has {mark}"
    return found[0].relative_to(site).as_posix()


def test_charts_turn_with_the_theme(open_page: Open, site: Path, pages: list[Path]) -> None:
    page = open_page(_with(pages, site, "cb-of-chart"))
    draw_all(page)
    fills = """() => [...new Set([...document.querySelectorAll(".cb-of-chart .cb-live svg [fill]")]
      .map((n) => n.getAttribute("fill")).filter((f) => f.startsWith("#")))].sort()"""
    light = page.evaluate(fills)
    assert len(light) > 1
    page.evaluate(TURN, "dark")
    page.wait_for_timeout(500)
    dark = page.evaluate(fills)
    assert dark and not set(dark) & set(light)


def test_tables_sort_by_keyboard(open_page: Open, site: Path, pages: list[Path]) -> None:
    page = open_page(_with(pages, site, "cb-of-table"))
    table = page.locator(".cb-of-table table").first
    head = table.locator("thead th").first
    column = "(t) => [...t.tBodies[0].rows].map((r) => r.cells[0].textContent.toLowerCase())"
    before = table.evaluate(column)
    head.locator("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    up = table.evaluate(column)
    assert sorted(up) == sorted(before) and up == table.evaluate(
        "(t) => [...t.tBodies[0].rows].map((r) => r.cells[0].textContent.toLowerCase()).sort()"
    )
    page.keyboard.press("Space")
    assert head.get_attribute("aria-sort") == "descending"
    assert table.evaluate(column) == up[::-1] or len(set(up)) < len(up)


def test_long_tables_can_be_filtered(open_page: Open, site: Path, pages: list[Path]) -> None:
    name = _with(pages, site, 'id="fact-')
    page = open_page(name)
    field = page.get_by_label("Filter rows").first
    rows = page.locator("tr[id^=fact-]:visible")
    before = rows.count()
    field.fill(rows.nth(before // 2).locator("td").first.inner_text())
    assert 0 < rows.count() < before


def test_a_link_to_a_card_leads_to_it(open_page: Open, site: Path, pages: list[Path]) -> None:
    """A table to choose from is folded away; a link to one of its rows shows the row's card."""
    holder = next(
        p for p in pages if re.search(r'data-choose="[^"]+"(?:.(?!</table>))*<tr id=', _flat(p))
    )
    name = holder.relative_to(site).as_posix()
    rows = BeautifulSoup(_flat(holder), "html.parser").select("[data-choose] tr[id]")
    first, last = str(rows[0]["id"]), str(rows[-1]["id"])
    page = open_page(f"{name}#{last}")
    page.wait_for_selector(f"li#{last}")
    assert page.locator(f"li#{last}").bounding_box()["y"] < 900
    page.evaluate(f"location.hash = '{first}'")
    page.wait_for_function(f"document.getElementById('{first}').getBoundingClientRect().y >= 0")
    assert page.locator(f"[id='{first}']").count() == 1
    assert page.watch.said == []


def _flat(page: Path) -> str:
    return page.read_text("utf-8").replace("\n", " ")


def test_facts_tell_their_source(open_page: Open, site: Path, pages: list[Path]) -> None:
    page = open_page(_with(pages, site, "cb-fact"))
    fact, tip = page.locator("a.cb-fact").first, page.locator("#cb-tip")
    assert not tip.is_visible()
    fact.focus()
    assert tip.is_visible()
    assert tip.inner_text().strip() == fact.get_attribute("data-tip")
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    fact.hover()
    assert tip.is_visible()
    page.mouse.move(1, 1)
    tip.wait_for(state="hidden")


# ---------------------------------------------------------------------------- without a screen


def _seen(page: Any, selector: str) -> list[bool]:
    return [each.is_visible() for each in page.locator(selector).all()]


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_without_scripts(
    size: tuple[int, int], network_page: str, open_page: Open, site: Path
) -> None:
    page = open_page(network_page, size, java_script_enabled=False)
    page.wait_for_load_state("load")
    assert page.locator("article h1").first.is_visible()
    assert all(_seen(page, "article section > p"))
    assert all(_seen(page, ".cb-of-table table"))
    stills = page.locator("img.cb-on-light")
    assert stills.count() and all(_seen(page, "img.cb-on-light"))
    assert not any(_seen(page, "img.cb-on-dark"))
    for i in range(stills.count()):
        stills.nth(i).scroll_into_view_if_needed()
        stills.nth(i).evaluate("(i) => i.complete || new Promise((n) => { i.onload = n; })")
        assert stills.nth(i).evaluate("(i) => i.naturalWidth") > 0
    assert page.evaluate(WIDEST) == []


def test_print_shows_the_stills(network_page: str, open_page: Open) -> None:
    # From the dark theme, which print must turn; light pages: tests/test_browser_print.py.
    page = open_page(network_page, theme="dark")
    draw_all(page)
    assert all(_seen(page, ".cb-live")) and not any(_seen(page, ".cb-stills img"))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert not any(_seen(page, ".cb-live, .cb-net-controls, .cb-canvas"))
    assert all(_seen(page, "img.cb-on-light")) and not any(_seen(page, "img.cb-on-dark"))
    page.wait_for_function(
        "() => [...document.querySelectorAll('img.cb-on-light')].every((i) => i.naturalWidth > 0)"
    )
