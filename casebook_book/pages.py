"""What is known of each page besides its text: where it stands, what it says first and shows.

Collected as the pages are read, so that every room finds it for all pages, also for those that
a build need not read again.
"""

from __future__ import annotations

import os
import posixpath
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from casebook_book.outputs import store
from casebook_book.terms import dutch_term

#: Overrides ``html.baseurl`` of ``_config.yml``, for those who publish.
BASE_URL = "CASEBOOK_BASE_URL"

#: Characters of a description; search engines show about half of them.
_SAID = 300


@dataclass(frozen=True)
class Exhibit:
    """A figure of a page: its name, type and kind of provenance, what it tells, its row anchors."""

    name: str
    type: str
    kind: str
    description: str
    endings: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]  # (name, anchor)


@dataclass(frozen=True)
class Page:
    """Its first paragraph, its exhibits, and Dutch words of it with the anchor of their term."""

    description: str
    exhibits: tuple[Exhibit, ...] = ()
    forms: frozenset[tuple[str, str]] = field(default_factory=frozenset)


def setup(app: Sphinx) -> None:
    """Collect on reading; forget with the page."""
    app.connect("config-inited", _set_base_url)
    app.connect("doctree-read", _collect)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)


def _set_base_url(_app: Sphinx, config: Config) -> None:
    given = os.environ.get(BASE_URL, config.html_baseurl).strip()
    parts = urlsplit(given)
    if given and (
        parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment
    ):
        raise ExtensionError(
            f"{given!r} is not the address of a site. Remedy: write html.baseurl in _config.yml, "
            f"or {BASE_URL}, as https://host/path/, or leave it empty.",
            modname="casebook",
        )
    config.html_baseurl = given and given.rstrip("/") + "/"


def listed(app: Sphinx) -> list[str]:
    """All pages with text of their own, by name."""
    return sorted(store(app.env, "casebook_pages"))


def of(env: BuildEnvironment, docname: str) -> Page:
    """What was collected of a page."""
    held: Page = store(env, "casebook_pages")[docname]
    return held


def title(app: Sphinx, docname: str) -> str:
    """The page's title in plain text."""
    return str(app.env.titles[docname].astext())


def part(app: Sphinx, docname: str) -> str:
    """The caption of the part of the contents in which the page stands; empty on the front."""
    contents = app.env.external_site_map  # type: ignore[attr-defined]
    for tree in contents.root.subtrees:
        if docname in map(str, tree.items):
            return str(tree.caption or "")
    return ""


def url(app: Sphinx, docname: str) -> str:
    """The page's own address; empty where no base address is set."""
    base = app.config.html_baseurl
    return f"{base}{app.builder.get_target_uri(docname)}" if base else ""


def up(pagename: str) -> str:
    """What leads from a page to the root of the site: empty, or ``../`` so many times."""
    return "../" * pagename.count("/")


def between(start: str, target: str) -> str:
    """The relative link from one page to another, both by name."""
    return posixpath.relpath(f"{target}.html", posixpath.dirname(start) or ".")


def _collect(app: Sphinx, doctree: nodes.document) -> None:
    first = next((n for n in doctree.findall(nodes.paragraph) if _is_prose(n)), None)
    forms = {(node.astext(), str(node["anchor"])) for node in doctree.findall(dutch_term)}
    exhibits = [
        Exhibit(**raw["casebook_exhibit"])
        for raw in doctree.findall(nodes.raw)
        if "casebook_exhibit" in raw
    ]
    said = shortened(first.astext()) if first is not None else ""
    store(app.env, "casebook_pages")[app.env.docname] = Page(
        said, tuple(exhibits), frozenset(forms)
    )


def _is_prose(paragraph: nodes.paragraph) -> bool:
    """Not a paragraph of a box, a list or a caption."""
    return isinstance(paragraph.parent, nodes.section) and bool(paragraph.astext().strip())


def shortened(text: str) -> str:
    """Whole sentences of ``text`` up to the length of a description; at least its beginning."""
    text = " ".join(text.split())
    if len(text) <= _SAID:
        return text
    ends = [m.end() for m in re.finditer(r"[.!?](?=\s)", text) if m.end() <= _SAID]
    if ends and ends[-1] > 60:
        return text[: ends[-1]]
    return text[: text.rindex(" ", 0, _SAID)].rstrip(" ,;:") + " …"


def _purge(_app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    store(env, "casebook_pages").pop(docname, None)


def _merge(
    _app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment
) -> None:
    theirs: dict[str, Any] = store(other, "casebook_pages")
    store(env, "casebook_pages").update({d: theirs[d] for d in docnames if d in theirs})
