"""The built pages in a browser: nothing from elsewhere, nothing amiss, and everything works."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

Open = Callable[..., Any]

_WIDE, _PHONE = (1400, 900), (390, 844)


# Runs before the page's own scripts: the theme reads its choice from here.
_THEME = """localStorage.setItem("mode", "{0}"); localStorage.setItem("theme", "{0}");"""

# What would move sideways: boxes that reach past the page and are not clipped by a parent.
_WIDEST = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide && document.body.scrollWidth <= wide) return [];
  const clipped = (n) => { for (n = n.parentElement; n; n = n.parentElement)
    if (getComputedStyle(n).overflowX !== "visible") return true; return false; };
  return [...document.querySelectorAll("body *")]
    .filter((n) => n.getBoundingClientRect().right > wide + 1 && !clipped(n))
    .map((n) => n.tagName + "." + n.className + " to " + n.getBoundingClientRect().right);
}"""

# Every exhibit comes into view once, so that all of them are drawn.
_SCROLL = """async () => {
  for (const figure of document.querySelectorAll(".cb-figure")) {
    figure.scrollIntoView({ block: "center", behavior: "instant" });
    await new Promise((next) => requestAnimationFrame(() => setTimeout(next, 0)));
  }
}"""

_DRAWN = """() => [...document.querySelectorAll(".cb-of-chart, .cb-of-network")].every(
  (f) => f.dataset.ready || (f.matches(".cb-of-chart") && f.querySelector(".cb-drawn svg")))"""


class Watch:
    """What a page says and asks for while it is open."""

    def __init__(self, page: Any, home: str) -> None:
        self.said: list[str] = []
        page.on("request", lambda request: self._request(request.url, home))
        page.on("requestfailed", lambda r: self.said.append(f"failed: {r.url} {r.failure}"))
        page.on("response", lambda r: self._response(r.url, r.status))
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))

    def _request(self, url: str, home: str) -> None:
        if not url.startswith((home, "data:", "blob:", "about:")):
            self.said.append(f"asks another host: {url}")

    def _response(self, url: str, status: int) -> None:
        if status >= 400:
            self.said.append(f"{status}: {url}")

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.said.append(f"console {message.type}: {message.text}")


@pytest.fixture(scope="module")
def contexts(browser: Any) -> Iterator[Callable[..., Any]]:
    """A browser context for each combination of settings, kept for all pages."""
    held: dict[Any, Any] = {}

    def context(size: tuple[int, int], theme: str, **settings: Any) -> Any:
        key = (size, theme, *sorted(settings.items()))
        if key not in held:
            width, height = size
            held[key] = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=theme, **settings
            )
            held[key].add_init_script(_THEME.format(theme))
        return held[key]

    yield context
    for each in held.values():
        each.close()


@pytest.fixture
def open_page(contexts: Callable[..., Any], server: str) -> Iterator[Open]:
    """Open a page of the book, watched; all are closed after the test."""
    opened = []

    def open_(
        name: str,
        size: tuple[int, int] = _WIDE,
        theme: str = "light",
        home: str = server,
        **settings: Any,
    ) -> Any:
        page = contexts(size, theme, **settings).new_page()
        opened.append(page)
        page.watch = Watch(page, home)
        page.goto(home + name)
        return page

    yield open_
    for page in opened:
        page.close()


def draw_all(page: Any) -> None:
    """Scroll through the page until all of its charts and networks are drawn."""
    page.evaluate(_SCROLL)
    page.wait_for_function(_DRAWN, timeout=20_000)


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


# ---------------------------------------------------------------------------- every page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [_WIDE, _PHONE], ids=["wide", "phone"])
def test_page(page_name: str, size: tuple[int, int], theme: str, open_page: Open, axe: str) -> None:
    page = open_page(page_name, size, theme)
    draw_all(page)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert page.evaluate(_WIDEST) == [], "scrolls sideways"
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    violations = [
        f"{v['id']} ({v['impact']}): {v['help']}: {node['target']} {node['html'][:160]} "
        f"{node['failureSummary'].splitlines()[-1].strip()[:200]}"
        for v in found
        for node in v["nodes"][:3]
    ]
    assert not violations, "\n".join(violations)
    assert page.watch.said == []
