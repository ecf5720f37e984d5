"""The book's Sphinx extension: facts, badges, figures with twins, shared assets, bundles.

It knows Sphinx and the package's payloads; it knows nothing of any case or chapter.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

from casebook import __version__
from casebook_book import (
    anchors,
    assets,
    bundles,
    citation,
    editions,
    execution,
    exhibits,
    facts,
    freshness,
    guard,
    heads,
    metadata,
    notfound,
    outputs,
    pages,
    pdf,
    redirects,
    revision,
    run,
    search,
    searchindex,
    social,
    terms,
)

#: In the order in which their events are heard: what is said at the foot of a page, for one.
_ROOMS = (
    guard,
    freshness,
    execution,
    facts,
    terms,
    revision,
    outputs,
    exhibits,
    pages,
    heads,
    assets,
    bundles,
    run,
    citation,
    redirects,
    anchors,
    metadata,
    social,
    notfound,
    search,
    searchindex,
    editions,
    pdf,
)

#: Pages that marks in the text lead to; the book's configuration says which they are.
_PAGES = ("ledger", "audit", "provenance", "glossary")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything; each room connects its own events."""
    for page in _PAGES:
        app.add_config_value(f"casebook_{page}_page", "", "env")
    app.connect("config-inited", _know_pages)
    for room in _ROOMS:
        room.setup(app)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}


def _know_pages(_app: Sphinx, config: Config) -> None:
    unknown = [f"casebook_{page}_page" for page in _PAGES if not config[f"casebook_{page}_page"]]
    if unknown:
        raise ExtensionError(
            f"_config.yml does not set {', '.join(unknown)}. Remedy: under sphinx: config:, name "
            "the page, without its ending.",
            modname="casebook",
        )
