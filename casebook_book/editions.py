"""The ``{editions}`` directive: where a page offers the book as a PDF and as a zip.

Both are made from the finished site (:mod:`casebook_book.release`), which then fills the place; a
plain build leaves it empty, so that no link leads nowhere.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

#: What stands in a page until the release fills it.
PLACE = "<!--editions-->"


class editions(nodes.General, nodes.Element):  # noqa: N801 (docutils names nodes so)
    """The place; it has no content of its own."""


class EditionsDirective(SphinxDirective):
    """Without argument or content."""

    def run(self) -> list[nodes.Node]:
        """The place."""
        return [editions()]


def _visit_html(self: Any, _node: editions) -> None:
    self.body.append(PLACE)


def _skip(_self: Any, _node: editions) -> None:
    """Nothing to add, or to close."""


def setup(app: Sphinx) -> None:
    """Register directive and node."""
    plain = (_skip, _skip)
    app.add_node(editions, html=(_visit_html, _skip), latex=plain, text=plain)
    app.add_directive("editions", EditionsDirective)
