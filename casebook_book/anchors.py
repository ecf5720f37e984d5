"""Anchors that others may link to: their links on the page, and the list that a test holds.

``make anchors`` adds what a built site has to the list. A line of a released version is never taken
out: what moves gets a line in ``redirects.csv``.
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

# Of figures and headings; its text is a sign, so its name must come from elsewhere.
_LINK = re.compile(
    r"(?P<before><h[1-6]>(?P<heading>(?:(?!<h[1-6]>).)*?)|"
    r'<span class="caption-number">(?P<number>[^<]*)</span>(?:(?!<figcaption).)*?)'
    r'(?P<link><a class="headerlink" href="#[^"]+") title="[^"]*"',
    re.DOTALL,
)

#: Elements whose ids are public: sections, exhibits, rows; and spans, for targets set by hand.
_PUBLIC = ("section", "figure", "tr", "span")

# Values told by a cell, and ids that a tool counts through.
_PRIVATE = re.compile(r"value-|id\d+$|pst-|x-")


def setup(app: Sphinx) -> None:
    """Name the links; what they do is in ``assets/links.js``."""
    app.add_js_file("links.js", loading_method="defer")
    app.connect("html-page-context", _name_links)


def _name_links(
    _app: Sphinx, _pagename: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    if "body" in context:
        context["body"] = named(context["body"])


def named(body: str) -> str:
    """``body`` with each permanent link named after its heading or the number of its exhibit."""

    def name(match: re.Match[str]) -> str:
        text = match["heading"] if match["heading"] is not None else match["number"]
        said = html.escape(html.unescape(re.sub(r"<[^>]+>", "", text)).strip())
        return f'{match["before"]}{match["link"]} aria-label="Link to: {said}"'

    return _LINK.sub(name, body)


class _Ids(HTMLParser):
    """The public ids of a page's main part."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = self.inside or tag == "article"
        name = dict(attrs).get("id")
        if self.inside and tag in _PUBLIC and name and not _PRIVATE.match(name):
            self.found.add(name)

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "article"


def public(site: Path) -> set[str]:
    """``page#anchor`` of all public anchors, and ``page`` of all pages, of a built site."""
    found = set()
    for path in site.rglob("*.html"):
        name = path.relative_to(site).with_suffix("").as_posix()
        if name.split("/")[0] in ("_static", "downloads") or name in ("404", "search"):
            continue
        reader = _Ids()
        reader.feed(path.read_text("utf-8"))
        found |= {name} | {f"{name}#{anchor}" for anchor in reader.found}
    return found


def keep(site: Path, listing: Path) -> None:
    """Add what a built site has to ``listing``, one a line, sorted; nothing is taken out."""
    held = set(listing.read_text("utf-8").splitlines()) if listing.is_file() else set()
    listing.write_text("".join(f"{line}\n" for line in sorted(held | public(site))), "utf-8")
