"""What machines read of a page: description, schema.org, Highwire, Open Graph; sitemap, robots.

Absolute addresses come from one setting (see :mod:`casebook_book.pages`). Without it there is no
canonical address, no ``og:url`` and no sitemap, and what else names a file does so relatively.
"""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from casebook_book import citation, pages, social
from casebook_book.citation import Author, Cited

#: Pages without a text of their own, and what they are for.
_MADE = {
    "search": "Search the book: words in English or Dutch, names of printed figures and exhibits.",
    "run": "Run a chapter of the book in your own browser, and change its code.",
    "404": "There is no page at this address. Search the book, or choose from its contents.",
}

_FORMATS = {
    "csv": "text/csv",
    "gexf": "application/gexf+xml",
    "html": "text/html",
    "pdf": "application/pdf",
}


def setup(app: Sphinx) -> None:
    """Tags in the head of each page, and the two files that robots look for."""
    app.connect("html-page-context", _tag)
    app.connect("build-finished", _write)


def _tag(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    if pagename in _MADE:
        add(context, _meta("name", "description", _MADE[pagename]))
    if pagename in pages.listed(app):
        add(context, tags(app, pagename))


def add(context: dict[str, Any], tags: str) -> None:
    """Put ``tags`` into the head of the page that is drawn from ``context``."""
    context["metatags"] = context.get("metatags", "") + tags


def _meta(key: str, name: str, content: str) -> str:
    return f'<meta {key}="{name}" content="{html.escape(content)}"/>\n' if content else ""


def tags(app: Sphinx, docname: str) -> str:
    """All tags of one page, as HTML for its head."""
    cited, page = citation.cited(app, docname), pages.of(app.env, docname)
    work, title = cited.work, cited.title or cited.work.title
    card = (app.config.html_baseurl or pages.up(docname)) + social.file_name(docname)
    highwire = [
        ("citation_title", title),
        *(("citation_author", author.inverted) for author in work.authors),
        ("citation_publication_date", f"{work.released:%Y/%m/%d}"),
        ("citation_language", "en"),
        ("citation_inbook_title", work.title if cited.title else ""),
        ("citation_public_url", cited.url),
    ]
    graph = [
        ("og:title", title),
        ("og:type", "article" if cited.title else "website"),
        ("og:description", page.description),
        ("og:site_name", work.title),
        ("og:locale", "en_GB"),
        ("og:url", cited.url),
        ("og:image", card),
        ("og:image:type", "image/png"),
        ("og:image:width", str(social.WIDTH)),
        ("og:image:height", str(social.HEIGHT)),
        ("og:image:alt", social.alt(app, docname)),
    ]
    return (
        _meta("name", "description", page.description)
        + "".join(_meta("name", name, content) for name, content in highwire)
        + "".join(_meta("property", name, content) for name, content in graph)
        + _meta("name", "twitter:card", "summary_large_image")
        + f'<script type="application/ld+json">{_script(linked_data(app, docname, cited))}</script>'
    )


def _script(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def linked_data(app: Sphinx, docname: str, cited: Cited) -> dict[str, Any]:
    """The page as schema.org: the book or a chapter of it, and the data that it offers."""
    work, page = cited.work, pages.of(app.env, docname)
    base = app.config.html_baseurl or pages.up(docname)
    front = f"{base}{app.config.root_doc}.html"
    own = cited.url or f"{base}{docname}.html"
    authors = [_author(author) for author in work.authors]
    common = {
        "inLanguage": "en",
        "author": authors,
        "datePublished": f"{work.released:%Y-%m-%d}",
        "version": work.version,
        "license": citation.TEXT_LICENCE,
        "isAccessibleForFree": True,
    }
    described = {
        "description": page.description,
        "image": f"{base}{social.file_name(docname)}",
    }
    report = {
        "@type": "Report",
        "name": work.report.title,
        "inLanguage": "nl",
        "author": [_author(author) for author in work.report.authors],
        "datePublished": str(work.report.year),
        "publisher": {"@type": "Organization", "name": work.report.institution},
    }
    book: dict[str, Any] = {"@type": "Book", "@id": front, "url": front, "name": work.title}
    if not cited.title:
        book |= described | common | {"keywords": list(work.keywords), "isBasedOn": report}
        return {"@context": "https://schema.org", "@graph": [book]}
    executed = "kernelspec" in app.env.metadata[docname]
    chapter = {
        "@type": ["Chapter", "ScholarlyArticle"] if executed else "Chapter",
        "@id": own,
        "url": own,
        "name": cited.title,
        "headline": cited.title,
        **described,
        **common,
        "isPartOf": book,
        "isBasedOn": report,
    }
    graph = [chapter]
    if page.exhibits:
        chapter["hasPart"] = {"@id": f"{own}#data"}
        graph.append(_dataset(own, base, cited, page))
    return {"@context": "https://schema.org", "@graph": graph}


def _author(author: Author) -> dict[str, str]:
    if author.given:
        names = {"familyName": author.family, "givenName": author.given}
        return {"@type": "Person", "name": f"{author.given} {author.family}", **names}
    return {"@type": "Organization", "name": author.family}


def _dataset(own: str, base: str, cited: Cited, page: pages.Page) -> dict[str, Any]:
    """The files of the page's exhibits; data of a reconstruction say that they are simulated."""
    simulated = [e.name for e in page.exhibits if e.kind == "reconstructed"]
    said = f"The data of the exhibits of “{cited.title}”: one file each. {page.description}"
    if simulated:
        said += f" Simulated under stated assumptions, no evidence: {', '.join(simulated)}."
    return {
        "@type": "Dataset",
        "@id": f"{own}#data",
        "name": f"Data of “{cited.title}”",
        "description": said,
        "license": citation.DATA_LICENCE,
        "creator": [_author(author) for author in cited.work.authors],
        "datePublished": f"{cited.work.released:%Y-%m-%d}",
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "name": exhibit.name,
                "encodingFormat": _FORMATS.get(ending, ending),
                "contentUrl": f"{base}downloads/data/{exhibit.name}.{ending}",
            }
            for exhibit in page.exhibits
            for ending in exhibit.endings
        ],
    }


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    addresses = [pages.url(app, docname) for docname in pages.listed(app)]
    robots, held = "User-agent: *\nAllow: /\n", out / "sitemap.xml"
    if app.config.html_baseurl:
        released = f"{citation.read(Path(app.srcdir)).released:%Y-%m-%d}"
        held.write_text(sitemap(addresses, released), "utf-8")
        robots += f"Sitemap: {app.config.html_baseurl}sitemap.xml\n"
    else:
        held.unlink(missing_ok=True)
    (out / "robots.txt").write_text(robots, "utf-8")


def sitemap(addresses: list[str], released: str) -> str:
    """A sitemap of ``addresses``, all of the day of the release."""
    listed = "".join(
        f"<url><loc>{html.escape(address)}</loc><lastmod>{released}</lastmod></url>\n"
        for address in addresses
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{listed}</urlset>\n'
    )
