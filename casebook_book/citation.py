"""How the book and each page are cited: BibTeX, RIS and APA, from ``CITATION.cff`` alone.

The file holds title, version, date of release and authors; the date of a citation is never that
of the build. ``python -m casebook_book zenodo`` remakes what Zenodo reads.
"""

from __future__ import annotations

import datetime
import html
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging

from casebook.errors import DataError
from casebook_book import pages

_LOG = logging.getLogger(__name__)

#: The licence of text and charts; that in the file is the code's.
TEXT_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
DATA_LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"

#: With what every BibTeX key begins, and the year follows.
_KEY = "govsocialmedia"

FILE = "CITATION.cff"

_NEEDED = ("title", "version", "date-released", "authors", "references", "abstract", "keywords")


@dataclass(frozen=True)
class Author:
    """A person (``family`` and ``given`` names) or a body (``family`` alone)."""

    family: str
    given: str = ""

    @property
    def inverted(self) -> str:
        """``Family, Given`` as BibTeX, RIS and Highwire want it."""
        return ", ".join(filter(None, (self.family, self.given)))

    @property
    def apa(self) -> str:
        """``Family, G. N.``"""
        letters = "".join(name[0] + ". " for name in self.given.replace(".", ". ").split())
        return ", ".join(filter(None, (self.family, letters.strip())))


@dataclass(frozen=True)
class Report:
    """The report that the edition is made after."""

    title: str
    authors: tuple[Author, ...]
    year: int
    institution: str

    def apa(self) -> str:
        """The report in the manner of the APA, in plain text."""
        return f"{_apa_authors(self.authors)} ({self.year}). {self.title}. {self.institution}."


@dataclass(frozen=True)
class Work:
    """The edition as ``CITATION.cff`` has it."""

    title: str
    version: str
    released: datetime.date
    authors: tuple[Author, ...]
    abstract: str
    keywords: tuple[str, ...]
    licence: str
    report: Report


@dataclass(frozen=True)
class Cited:
    """What is cited: the book, or one page of it, which then has a title. ``url`` may be empty."""

    work: Work
    page: str = ""
    title: str = ""
    url: str = ""

    def bibtex(self) -> str:
        """One entry; titles keep their capitals."""
        work = self.work
        kind = "incollection" if self.title else "book"
        name = f"_{PurePosixPath(self.page).name}" if self.title else ""
        fields = {
            "author": " and ".join(
                a.inverted if a.given else f"{{{a.inverted}}}" for a in work.authors
            ),
            "title": f"{{{self.title or work.title}}}",
            "booktitle": f"{{{work.title}}}" if self.title else "",
            "year": str(work.released.year),
            "edition": f"Version {work.version}",
            "url": self.url,
        }
        lines = [f"  {k:<9} = {{{_bibtex(v, k)}}}" for k, v in fields.items() if v]
        return f"@{kind}{{{_KEY}{work.released.year}{name},\n" + ",\n".join(lines) + "\n}\n"

    def ris(self) -> str:
        """One record, its lines ended as the format asks."""
        work = self.work
        tags = [
            ("TY", "CHAP" if self.title else "BOOK"),
            *(("AU", author.inverted) for author in work.authors),
            ("TI", self.title or work.title),
            ("T2", work.title if self.title else ""),
            ("PY", str(work.released.year)),
            ("DA", f"{work.released:%Y/%m/%d}"),
            ("ET", work.version),
            ("LA", "en"),
            ("UR", self.url),
        ]
        told = [f"{tag}  - {value}" for tag, value in tags if value]
        return "\r\n".join([*told, "ER  - ", ""])

    def apa(self, *, marked: bool = False) -> str:
        """One paragraph; ``marked`` gives HTML with the book's title in italics."""
        work = self.work
        say = html.escape if marked else str
        book = f"<i>{say(work.title)}</i>" if marked else work.title
        book += f" (Version {say(work.version)})"
        head = f"{say(_apa_authors(work.authors))} ({work.released.year}). "
        middle = f"{say(self.title.rstrip('.'))}. In {book}." if self.title else f"{book}."
        return f"{head}{middle} {say(self.url)}".strip()


def _apa_authors(authors: tuple[Author, ...]) -> str:
    *most, last = [author.apa for author in authors]
    joined = f"{', '.join(most)}, & {last}" if most else last
    return joined if joined.endswith(".") else joined + "."


def _bibtex(value: str, field: str) -> str:
    # An address is printed as it is by the styles that print one.
    if field == "url":
        return value
    return "".join(f"\\{c}" if c in "&%$#_" else c for c in value)


def read(root: Path) -> Work:
    """The edition as the file in ``root`` describes it; a gap is a :class:`DataError`."""
    path = root / FILE
    if not path.is_file():
        raise DataError(FILE, "the file is missing", "restore it: pages are cited by it")
    return _parsed(path.read_text("utf-8"))


@cache  # asked for several times a page
def _parsed(text: str) -> Work:
    try:
        held: dict[str, Any] = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise DataError(FILE, f"it cannot be read ({error})", "correct it") from None
    for key in _NEEDED:
        if not isinstance(held, dict) or not held.get(key):
            raise DataError(FILE, f"there is no {key}", "add it")
    released = held["date-released"]
    if not isinstance(released, datetime.date):
        raise DataError(FILE, f"date-released is {released!r}, no date", "write it as YYYY-MM-DD")
    report = held["references"][0]
    return Work(
        title=held["title"],
        version=str(held["version"]),
        released=released,
        authors=_authors(held["authors"]),
        abstract=" ".join(held["abstract"].split()),
        keywords=tuple(held["keywords"]),
        licence=held["license"],
        report=Report(
            report["title"],
            _authors(report["authors"]),
            report["year"],
            report["institution"]["name"],
        ),
    )


def _authors(listed: list[dict[str, str]]) -> tuple[Author, ...]:
    def one(entry: dict[str, str]) -> Author:
        if "name" in entry:
            return Author(entry["name"])
        particle = entry.get("name-particle", "")
        return Author(f"{particle} {entry['family-names']}".strip(), entry["given-names"])

    return tuple(map(one, listed))


def zenodo(work: Work) -> dict[str, Any]:
    """What Zenodo reads of a release, as ``.zenodo.json`` holds it."""
    return {
        "title": work.title,
        "description": f"<p>{html.escape(work.abstract)}</p>",
        "upload_type": "software",
        "version": work.version,
        "publication_date": f"{work.released:%Y-%m-%d}",
        "creators": [{"name": author.inverted} for author in work.authors],
        "keywords": list(work.keywords),
        "language": "eng",
        "access_right": "open",
        "license": work.licence,
        "notes": "Code: MIT. Text and charts: CC BY 4.0. Facts and data: CC0 1.0.",
        "references": [work.report.apa()],
    }


def as_json(content: dict[str, Any]) -> str:
    """``content`` as a file of JSON."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


# ---------------------------------------------------------------------------- on the page


def setup(app: Sphinx) -> None:
    """Offer at the foot of each page, write when the build has succeeded."""
    app.add_config_value("casebook_citation", "", "html")
    app.connect("config-inited", _check)
    app.connect("html-page-context", _offer)
    app.connect("build-finished", _write)


def _check(app: Sphinx, config: Any) -> None:
    try:
        # Every page cites the edition: Sphinx writes them all anew when this setting changes.
        config.casebook_citation = repr(read(Path(app.srcdir)))
    except DataError as error:
        raise ExtensionError(str(error), modname="casebook") from None


def cited(app: Sphinx, docname: str) -> Cited:
    """What is cited on the page: the book on its front page, elsewhere the page."""
    work, url = read(Path(app.srcdir)), pages.url(app, docname)
    if docname == app.config.root_doc:
        return Cited(work, docname, "", url)
    return Cited(work, docname, pages.title(app, docname), url)


def _file(docname: str, ending: str) -> str:
    return f"downloads/cite/{docname}.{ending}"


def _offer(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    if pagename not in pages.listed(app) or "body" not in context:
        return
    wanted, root = cited(app, pagename), pages.up(pagename)
    report = html.escape(wanted.work.report.apa())
    links = "".join(
        f'<a href="{root}{html.escape(_file(pagename, ending))}" download>{said}</a>'
        for ending, said in (("bib", "BibTeX"), ("ris", "RIS"))
    )
    context["body"] += (
        '<details class="cb-cite" id="cite-this-page"><summary>Cite this '
        f"{'page' if wanted.title else 'book'}</summary>"
        f'<p class="cb-citation">{wanted.apa(marked=True)}</p>'
        f'<p class="cb-links">{links}</p>'
        "<p>A printed number belongs to its source: cite that, with the place that the number "
        f"shows. For the report: {report}</p></details>"
    )


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    for docname in pages.listed(app):
        wanted = cited(app, docname)
        for ending, text in (("bib", wanted.bibtex()), ("ris", wanted.ris())):
            path = Path(app.outdir) / _file(docname, ending)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
