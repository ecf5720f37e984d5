"""Sphinx's search, told of what its English index does not know.

* Rows that can be linked to (printed figures, findings, terms, works, tables) and exhibits are
  objects of a domain, so that a hit leads to the row and other Sphinx projects can refer to it.
  Names are found whole and by their parts.
* A Dutch term of the glossary is found in each of the forms in which the book uses it.
* A word with an accent is found without one.

The list of results is drawn by ``assets/search.js``, which needs no page but this one: results
work from a folder, where a browser forbids to fetch pages for their excerpts.
"""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sphinx.application import Sphinx
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment
from sphinx.search import IndexBuilder

from casebook_book import metadata, pages
from casebook_book.outputs import store

#: What a row is called whose anchor begins with the word.
_KINDS = {
    "exhibit": "exhibit",
    "fact": "printed figure",
    "finding": "finding of the audit",
    "table": "data table",
    "term": "Dutch term",
    "work": "cited work",
}

#: Sphinx's lowest rank: a page on a subject comes before the rows that name it.
_RANK = 2


class Rows(Domain):
    """Exhibits and rows of all pages as objects; nothing is registered by hand."""

    name = "casebook"
    label = "Casebook"
    object_types = {kind: ObjType(said) for kind, said in _KINDS.items()}  # noqa: RUF012

    def get_type_name(self, type: ObjType, primary: bool = False) -> str:
        """What a kind is called in the results; without the name of the domain."""
        return str(type.lname)

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Name, shown name, kind, page, anchor and rank of each."""
        held: dict[str, pages.Page] = store(self.env, "casebook_pages")
        for docname, page in held.items():
            for exhibit in page.exhibits:
                name, anchor = exhibit.name, f"x-{exhibit.name}"
                yield name, name, "exhibit", docname, anchor, _RANK
                for row, at in exhibit.rows:
                    yield row, row, at.partition("-")[0], docname, at, _RANK

    def merge_domaindata(self, docnames: list[str], otherdata: dict[str, Any]) -> None:
        """What there is to merge is kept with the pages."""


def setup(app: Sphinx) -> None:
    """Objects for the index; further words before it is written; the list of results."""
    app.add_domain(Rows)
    app.connect("html-collect-pages", _widen)
    app.connect("html-page-context", _draw)


def _widen(app: Sphinx) -> list[Any]:
    indexer: IndexBuilder | None = getattr(app.builder, "indexer", None)
    if indexer is not None:
        _add_forms(app.env, indexer)
        for words in (indexer._mapping, indexer._title_mapping):
            for word in [word for word in words if not word.isascii()]:
                words.setdefault(plain(word), set()).update(words[word])
    return []


def plain(word: str) -> str:
    """``word`` without accents."""
    apart = unicodedata.normalize("NFKD", word)
    return "".join(c for c in apart if not unicodedata.combining(c))


def _add_forms(env: BuildEnvironment, indexer: IndexBuilder) -> None:
    """Each page that uses a term, in whatever form, is found by all of its forms."""
    forms, users = defaultdict(set), defaultdict(set)
    held: dict[str, pages.Page] = store(env, "casebook_pages")
    for docname, page in held.items():
        for shown, anchor in page.forms:
            forms[anchor].add(shown)
            users[anchor].add(docname)
        for exhibit in page.exhibits:
            for name, anchor in exhibit.rows:
                if anchor.startswith("term-"):
                    forms[anchor].add(name)
                    users[anchor].add(docname)
    for anchor, shown_forms in forms.items():
        for word in sorted({w for shown in shown_forms for w in indexer.lang.split(shown)}):
            stem = indexer.lang.stem(word).lower()
            if indexer.lang.word_filter(stem):
                indexer._mapping.setdefault(stem, set()).update(users[anchor])


def _draw(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    if pagename != "search":
        return
    said = {docname: pages.of(app.env, docname).description for docname in pages.listed(app)}
    links = {name: app.config[f"casebook_{name}_page"] for name in ("ledger", "audit", "glossary")}
    block = json.dumps({"said": said, "pages": links}, ensure_ascii=False, sort_keys=True)
    app.add_js_file("search.js", loading_method="defer")
    inert = block.replace("<", "\\u003c")
    metadata.add(context, f'<script type="application/json" id="cb-pages">{inert}</script>')
