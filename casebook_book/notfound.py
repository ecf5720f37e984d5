"""The page that a host shows where there is none: search, contents, what moved.

It is shown at any depth, so its links start from the root of the host: their path is that of the
base address. Without one they stay relative, and the page works where it stands.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sphinx.application import Sphinx

from casebook_book import pages

_NAME = "404"

# Links of the page that are neither absolute nor to a place on itself.
_RELATIVE = re.compile(
    r'(\s(?:href|src|action|data-content_root)=")(?![a-z]+:|[/#"])(?:\./)?([^"]*)"'
)


def setup(app: Sphinx) -> None:
    """One more page, whose links are made absolute when it stands."""
    app.connect("html-collect-pages", _page)
    app.connect("build-finished", _write)


def _page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    context = {
        "title": "Page not found",
        "body": _body(app),
        # The theme's list of the page's headings, of which there is one.
        "display_toc": False,
    }
    yield _NAME, context, "page.html"


def _body(app: Sphinx) -> str:
    contents = app.env.external_site_map  # type: ignore[attr-defined]
    parts = "".join(
        f"<h2>{html.escape(tree.caption or '')}</h2><ul>"
        f"{''.join(f'<li>{_link(app, str(item))}</li>' for item in tree.items)}</ul>"
        for tree in contents.root.subtrees
    )
    moved = "".join(
        f"<li><code>{html.escape(old)}</code>: {_link(app, new)}</li>"
        for old, new in app.config.casebook_redirects.items()
    )
    return (
        "<h1>Page not found</h1>"
        "<p>There is no page at this address. It may have been mistyped, or belong to another "
        "version of the book. Figures, findings and terms keep their names: search for the name, "
        "or go to the page that lists them.</p>"
        '<form class="cb-find" role="search" action="search.html" method="get">'
        '<label for="cb-find">Search the book</label> '
        '<input id="cb-find" type="search" name="q" autocomplete="off"> '
        "<button>Search</button></form>"
        f"<p>Or begin at {_link(app, app.config.root_doc)}.</p>"
        + (f"<h2>What has moved</h2><ul>{moved}</ul>" if moved else "")
        + parts
    )


def _link(app: Sphinx, target: str) -> str:
    page, _, anchor = target.partition("#")
    href = f"{page}.html" + (f"#{anchor}" if anchor else "")
    return f'<a href="{html.escape(href)}">{html.escape(pages.title(app, page))}</a>'


def _write(app: Sphinx, exception: Exception | None) -> None:
    page = Path(app.outdir) / f"{_NAME}.html"
    if exception is not None or app.builder.format != "html" or not page.is_file():
        return
    if app.config.html_baseurl:
        prefix = urlsplit(app.config.html_baseurl).path
        page.write_text(rooted(page.read_text("utf-8"), prefix), "utf-8")


def rooted(text: str, prefix: str) -> str:
    """``text`` with its relative links beginning with ``prefix``; those within the page stay."""
    return _RELATIVE.sub(lambda m: f'{m[1]}{prefix}{m[2]}"', text)
