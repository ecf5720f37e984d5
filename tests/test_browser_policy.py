"""The Content-Security-Policy in a browser: the site obeys it, and what it bars stays out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from casebook_book import sheets

pytestmark = pytest.mark.browser

Open = Callable[..., Any]

# Runs before the page's own scripts.
_LISTEN = """window.broken = [];
document.addEventListener("securitypolicyviolation", (e) =>
  window.broken.push(`${e.violatedDirective}: ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));"""

_DRAW = """async () => {
  const waiting = () => [...document.querySelectorAll(".cb-of-chart, .cb-of-network")].find(
    (f) => !f.dataset.ready && !f.querySelector(".cb-drawn svg"));
  for (let figure = waiting(), tries = 0; figure && tries < 2000; figure = waiting(), tries++) {
    figure.scrollIntoView({ block: "center", behavior: "instant" });
    await new Promise((next) => setTimeout(next, 20));
  }
  return waiting()?.id;
}"""


@pytest.fixture(scope="module")
def context(browser: Any) -> Iterator[Any]:
    """A browser context that notes what the policy refuses."""
    made = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    made.add_init_script(_LISTEN)
    yield made
    made.close()


@pytest.fixture
def page(context: Any) -> Iterator[Any]:
    """A page of its own."""
    made = context.new_page()
    yield made
    made.close()


def test_pages_obey_from_the_folder(page_name: str, page: Any, site: Path) -> None:
    """Over http, the test of every page sees a refusal as an error in the console."""
    page.goto(f"{site.as_uri()}/{page_name}")
    assert page.evaluate(_DRAW) is None
    assert page.evaluate("window.broken") == []


def test_scripts_and_styles_are_there_both_ways(page: Any, server: str, site: Path) -> None:
    for home in (server, f"{site.as_uri()}/"):
        page.goto(f"{home}index.html")
        assert page.evaluate("document.documentElement.dataset.theme") in ("light", "dark")
        assert page.evaluate("typeof bootstrap") == "object", home
        colour = "getComputedStyle(document.documentElement).getPropertyValue('--cb-ink')"
        assert page.evaluate(colour).strip(), home


# How every element looks, and where it stands.
_LOOKS = """() => [...document.querySelectorAll("body *")].map((n) => {
  const look = getComputedStyle(n), box = n.getBoundingClientRect();
  return [n.tagName, n.className, look.color, look.backgroundColor, look.font, look.padding,
    look.margin, look.border, look.display, look.position, look.opacity, look.textDecoration,
    look.listStyle, look.boxShadow, box.x, box.y, box.width, box.height].join(" ");
})"""


# Each width and each theme once: the sheet is one for all of them.
@pytest.mark.parametrize(("width", "theme"), [(1400, "light"), (390, "dark")])
def test_nothing_that_shows_was_cut_from_the_style_sheet(
    width: int, theme: str, browser: Any, server: str, site: Path, soups: dict[Path, Any]
) -> None:
    """The page looks the same with the sheets of theme and extensions as they were made."""
    static = site / "_static"
    whole = "\n".join(sheets.moved(s, static) for s in sheets.sources(static))

    def uncut(route: Any) -> None:
        route.fulfill(body=whole, content_type="text/css")

    code = next(p for p, soup in soups.items() if soup.select(".highlight .kn, .highlight .w"))
    for page in ("index.html", "search.html", code.relative_to(site).as_posix()):
        looks = []
        for route in (None, uncut):
            opened = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
            if route:
                opened.route("**/site.css*", route)
            opened.goto(server + page)
            opened.wait_for_timeout(500)
            if opened.locator(".primary-toggle").is_visible():
                opened.locator(".primary-toggle").click()
                opened.wait_for_timeout(500)
            looks.append(opened.evaluate(_LOOKS))
            opened.close()
        differ = [pair for pair in zip(*looks, strict=True) if pair[0] != pair[1]]
        assert not differ, (page, differ[0])


_INJECT = """() => new Promise((done) => {
  const add = (html) => document.querySelector("article").insertAdjacentHTML("beforeend", html);
  const script = document.createElement("script");
  script.textContent = "window.ran = 'script'";
  document.body.append(script);
  add(`<img src="data:,x" onerror="window.ran = 'onerror'">`);
  add(`<a id="evil" href="javascript:window.ran = 'link'">x</a>`);
  add(`<iframe srcdoc="<script>parent.ran = 'frame'</scr` + `ipt>"></iframe>`);
  document.querySelector("#evil").click();
  // Later, since what the test itself runs may do so.
  setTimeout(() => { try { new Function("window.ran = 'made'")(); } catch {} });
  const elsewhere = document.createElement("script");
  elsewhere.src = "https://elsewhere.invalid/a.js";
  document.body.append(elsewhere);
  add(`<img src="https://elsewhere.invalid/a.png">`);
  setTimeout(done, 500);
})"""


def test_what_is_injected_does_not_run(page: Any, server: str) -> None:
    page.goto(f"{server}index.html")
    page.evaluate(_INJECT)
    assert page.evaluate("window.ran") is None
    broken = " ".join(page.evaluate("window.broken"))
    barred = ("script-src-elem: inline", "script-src-attr", "script-src: eval")
    elsewhere = ("script-src-elem: https://elsewhere", "img-src: https://elsewhere")
    for directive in (*barred, *elsewhere):
        assert directive in broken, broken


_HOSTILE = '</script><script>window.ran = 1</script><img src="data:,x" onerror="window.ran = 2">'


def test_names_in_the_data_never_run(
    page: Any, server: str, site: Path, soups: dict[Path, Any]
) -> None:
    """A node with such a name is drawn, pointed at, found and listed, as a name."""
    path, figure = next(
        (path, found)
        for path, soup in soups.items()
        for found in soup.select(".cb-of-network")
        if len(json.loads(found.select_one(".cb-data").text)["nodes"]) > 8
    )
    soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    block = soup.select_one(f"#{figure['id']} .cb-data")
    data = json.loads(block.text)
    for node in data["nodes"]:
        node[1] = node[6] = _HOSTILE
    for group in data["groups"]:
        group["label"] = _HOSTILE
    block.string = json.dumps(data).replace("<", "\\u003c")
    address = server + path.relative_to(site).as_posix()
    page.route(address, lambda route: route.fulfill(body=str(soup), content_type="text/html"))
    page.goto(address)
    box = page.locator(f"#{figure['id']}")
    box.scroll_into_view_if_needed()
    page.wait_for_function(f"document.getElementById('{figure['id']}').dataset.ready")
    box.locator(".cb-net-controls input[type=text]").fill(_HOSTILE)
    box.locator(".cb-net-controls input[type=text]").press("Enter")
    assert "onerror" in box.locator(".cb-net-status").inner_text()
    canvas = box.locator(".cb-canvas").bounding_box()
    for step in range(0, int(canvas["width"]), 12):
        page.mouse.move(canvas["x"] + step, canvas["y"] + canvas["height"] / 2)
    assert box.locator(".cb-live img, .cb-live script").count() == 0
    assert page.evaluate("window.ran") is None
    assert page.evaluate("window.broken") == []
