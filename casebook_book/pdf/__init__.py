"""The whole book as one typeset PDF: doctrees of the same build, set with Typst, tagged.

A builder of our own, since LaTeX loses the charts and a browser's print has no page numbers in
its contents. Code cells are left out; figures are the stills that the site has too.
"""

from __future__ import annotations

from sphinx.application import Sphinx

from casebook_book.pdf.builder import PdfBuilder


def setup(app: Sphinx) -> None:
    """Register the builder and what ``_config.yml`` says of the print."""
    app.add_builder(PdfBuilder)
    app.add_config_value("casebook_print", {}, "")
