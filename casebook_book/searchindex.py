"""The search index of a rebuild is that of a clean build.

After an edit Sphinx loads the index of the last build and takes the page out of it, but keeps the
words that stood on no other page, with empty lists.
"""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder


def setup(app: Sphinx) -> None:
    """Clear up when all pages are in the index, just before it is written."""
    app.connect("html-collect-pages", _drop_empty)


def _drop_empty(app: Sphinx) -> list[tuple[str, dict[str, object], str]]:
    builder = app.builder
    if isinstance(builder, StandaloneHTMLBuilder) and builder.indexer is not None:
        for words in (builder.indexer._mapping, builder.indexer._title_mapping):
            for word in [word for word, pages in words.items() if not pages]:
                del words[word]
    return []
