"""The book's Sphinx extension: facts, badges, figures with twins, shared assets, bundles.

It knows Sphinx and the package's payloads; it knows nothing of any case or chapter.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from casebook import __version__
from casebook_book import (
    anchors,
    assets,
    bundles,
    citation,
    execution,
    facts,
    freshness,
    guard,
    metadata,
    notfound,
    outputs,
    pages,
    redirects,
    search,
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
    outputs,
    pages,
    assets,
    bundles,
    citation,
    redirects,
    anchors,
    metadata,
    social,
    notfound,
    search,
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything; each room connects its own events."""
    app.add_config_value("casebook_ledger_page", "chapters/behind/ledger", "env")
    app.add_config_value("casebook_audit_page", "chapters/behind/audit", "env")
    app.add_config_value("casebook_provenance_page", "chapters/behind/provenance", "env")
    app.add_config_value("casebook_glossary_page", "chapters/behind/glossary", "env")
    for room in _ROOMS:
        room.setup(app)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
