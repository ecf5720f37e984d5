"""What tests in a browser share: how a page is watched, drawn and judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Open = Callable[..., Any]

WIDE, PHONE, SMALL = (1400, 900), (390, 844), (320, 640)


# Runs before the page's own scripts: the theme reads its choice from here.
THEME = """localStorage.setItem("mode", "{0}"); localStorage.setItem("theme", "{0}");"""

# What would move sideways: boxes that reach past the page and are not clipped by a parent.
WIDEST = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide && document.body.scrollWidth <= wide) return [];
  const clipped = (n) => { for (n = n.parentElement; n; n = n.parentElement)
    if (getComputedStyle(n).overflowX !== "visible") return true; return false; };
  return [...document.querySelectorAll("body *")]
    .filter((n) => n.getBoundingClientRect().right > wide + 1 && !clipped(n))
    .map((n) => n.tagName + "." + n.className + " to " + n.getBoundingClientRect().right);
}"""

# Charts with words that reach past their edge, where they would be cut off.
CUT_OFF = """() => [...new Set([...document.querySelectorAll(".cb-of-chart .cb-live svg")].flatMap(
  (svg) => {
    const box = svg.getBoundingClientRect();
    const cut = (text) => {
      const at = text.getBoundingClientRect();
      return at.width && getComputedStyle(text).opacity !== "0" &&
        (at.left < box.left - 1 || at.right > box.right + 1 || at.top < box.top - 1 ||
          at.bottom > box.bottom + 1);
    };
    return [...svg.querySelectorAll("text")].filter(cut).map(
      (text) => svg.closest(".cb-figure").id + ": " + text.textContent);
  }))]"""

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


def draw_all(page: Any) -> None:
    """Scroll through the page until all of its charts and networks are drawn."""
    page.evaluate(_SCROLL)
    page.wait_for_function(_DRAWN, timeout=20_000)


# Long tables have more rows of the same kind; judging them all takes many seconds.
SHORTEN = """document.querySelectorAll(".cb-table tbody tr:nth-child(n+6)")
  .forEach((row) => row.remove())"""

# Nothing is fetched again for the judgement: the page's own requests are being watched.
_JUDGE = "(more) => axe.run(document, { resultTypes: ['violations'], preload: false, ...more })"

# Axe leaves these out unless asked: one of WCAG 2.2, and those on trial.
_ALSO = (
    "target-size",
    "label-content-name-mismatch",
    "focus-order-semantics",
    "css-orientation-lock",
    "p-as-heading",
    "table-fake-caption",
    "td-has-header",
)
_ASKED = {rule: {"enabled": True} for rule in _ALSO}

# The rules that a narrower page can break.
NARROW = {
    "runOnly": {
        "type": "rule",
        "values": ["target-size", "scrollable-region-focusable", "meta-viewport", "region"],
    }
}

# The rules that a change of theme can break: it changes colours and nothing else.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}

TURN = """(theme) => { document.documentElement.dataset.theme = theme; }"""


def violations(page: Any, **options: Any) -> list[str]:
    """What axe has against the page, at most three places for each rule."""
    return [
        f"{v['id']} ({v['impact']}): {v['help']}: {node['target']} "
        f"{' '.join(node['html'].split())[:160]}: {node['failureSummary'].splitlines()[-1].strip()}"
        for v in page.evaluate(_JUDGE, {"rules": _ASKED, **options})["violations"]
        for node in v["nodes"][:3]
    ]
