"""The builder ``bookpdf``: all pages in the order of the contents, as one PDF."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import font_source_sans_pro
import typst
from docutils import nodes
from sphinx import addnodes
from sphinx.builders import Builder
from sphinx.errors import ExtensionError
from sphinx.util import logging

from casebook_book.outputs import store
from casebook_book.pdf.exhibits import Places
from casebook_book.pdf.markup import string, words
from casebook_book.pdf.writer import Page, Writer

_LOG = logging.getLogger(__name__)

# The day of the report's data, as in the factsheets: the same content gives the same bytes.
_DATE = 1396224000


def typeset(folder: Path) -> bytes:
    """The PDF of ``book.typ`` in ``folder``, tagged (PDF/UA-1); it may use ``template.typ``.

    Raises
    ------
    ExtensionError
        if Typst refuses it; a character that no font has is a reason.
    """
    template = files("casebook_book.pdf").joinpath("book.typ").read_text("utf-8")
    (folder / "template.typ").write_text(template, "utf-8")
    try:
        return typst.compile(
            str(folder / "book.typ"),
            root=str(folder),
            format="pdf",
            font_paths=[font_source_sans_pro.font_directory],
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
            timestamp=_DATE,
        )
    except RuntimeError as error:
        raise ExtensionError(f"The PDF could not be set: {error}", modname="casebook") from None


class PdfBuilder(Builder):
    """Writes ``book.typ``, the pictures it needs, and ``book.pdf``."""

    name = "bookpdf"
    format = "typst"
    epilog = "The book as a PDF stands in %(outdir)s/book.pdf."
    allow_parallel = False

    def get_outdated_docs(self) -> str:
        """The PDF is one: it is always made whole."""
        return "the whole book"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Links within the book are a page and an anchor."""
        return docname

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        """The same from everywhere: all pages are one file."""
        return to

    def write(self, *_ignored: object) -> None:
        """Make it all."""
        order = list(_order(self.env.get_doctree(self.config.root_doc), self.config.root_doc))
        docnames = [d for _, d in order]
        trees = {d: self.env.get_and_resolve_doctree(d, self) for d in docnames}
        # Tables are cut to the rows that are linked to, which are known when all is written once.
        _, links, _ = self._write_pages(order, trees, ())
        body, links, anchors = self._write_pages(order, trees, set(links))
        lost = sorted(set(links) - set(anchors))
        if lost:
            raise ExtensionError(
                f"The PDF has links that lead nowhere: {', '.join(lost[:8])}. Remedy: correct "
                "them, or give the writer a form for what they lead to.",
                modname="casebook",
            )
        out = Path(self.outdir)
        self._put_pictures(out / "figures")
        (out / "book.typ").write_text(f"{self._head()}\n{body}", "utf-8")
        _LOG.info("Setting the book")
        (out / "book.pdf").write_bytes(typeset(out))

    def _write_pages(
        self,
        order: list[tuple[str, str]],
        trees: dict[str, nodes.document],
        linked: Collection[str],
    ) -> tuple[str, list[str], list[str]]:
        """Source, links and anchors of all pages; ``order`` has part and page."""
        source, links, anchors, now = [], [], [], ""
        for part, docname in order:
            if part != now:
                source.append(f"#part[{words(part)}]\n\n")
                now = part
            page = self._page(docname, 2 if part else 1, trees, linked)
            writer = Writer(trees[docname], page)
            try:
                trees[docname].walkabout(writer)
            except ValueError as error:
                raise ExtensionError(f"{docname}: {error}.", modname="casebook") from None
            source.append(writer.source)
            links += page.links
            anchors += page.anchors
        return "".join(source), links, anchors

    def _page(
        self, docname: str, level: int, docnames: Collection[str], linked: Collection[str]
    ) -> Page:
        numbers = self.env.toc_fignumbers.get(docname, {}).get("figure", {})
        made = store(self.env, "casebook_files").get(docname, {})

        def number(identifiers: Sequence[str]) -> str:
            counted = next(numbers[i] for i in identifiers if i in numbers)
            return self.config.numfig_format["figure"] % ".".join(map(str, counted))

        def picture(name: str) -> str | None:
            held = made[name].get(f"_figures/{name}-light.svg")
            return held.decode("utf-8") if held else None

        places = Places(self.config.casebook_provenance_page, self.config.casebook_audit_page)
        return Page(docname, level, docnames, places, number, picture, linked)

    def _put_pictures(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for figures in store(self.env, "casebook_files").values():
            for name, made in figures.items():
                still = made.get(f"_figures/{name}-light.svg")
                if still:
                    (folder / f"{name}.svg").write_bytes(still)
        cover = self.config.casebook_print.get("cover")
        if cover:
            shutil.copy(Path(self.srcdir) / cover, folder / "cover.svg")

    def _head(self) -> str:
        said = self.config.casebook_print
        given = {
            "title": self.config.html_title,
            "author": self.config.author,
            "lang": self.config.language,
            "cover-text": said.get("cover_text", ""),
            "subtitle": said.get("subtitle", ""),
            "after": said.get("after", ""),
            "colophon": "\n\n".join(said.get("colophon", [])),
        }
        listed = ", ".join(f"{name}: {string(text)}" for name, text in given.items())
        cover = json.dumps(bool(said.get("cover")))
        return f'#import "template.typ": *\n#show: book.with({listed}, cover: {cover})\n'

    def prepare_writing(self, docnames: set[str]) -> None:
        """Nothing to prepare."""

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        """Pages are never written one by one."""


def _order(root: nodes.document, name: str) -> Iterator[tuple[str, str]]:
    """Part and docname of every page; the first page belongs to no part."""
    yield "", name
    for tree in root.findall(addnodes.toctree):
        for docname in tree["includefiles"]:
            yield tree["caption"] or "", docname
