"""A page's head as a browser is served best: policy first, one style sheet, no script waited for.

The theme writes scripts and styles into its pages and has the browser wait for eight files
before it shows a word. Pages are mended as they are written, in :class:`Templates`.
"""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.jinja2glue import BuiltinTemplateLoader

from casebook_book import policy, sheets

_CHARSET = '<meta charset="utf-8" />'

_LINK = re.compile(r"[ \t]*<link\b[^>]*\brel=\"(?:stylesheet|preload)\"[^>]*>\n?")
_HREF = re.compile(r"\bhref=\"((?:[^\"]*/)?)_static/([^\"?]+)")
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL)
_NOSCRIPT = re.compile(
    r"[ \t]*(?:<!--[^>]*-->\s*)?<noscript>\s*<style>.*?</style>\s*</noscript>\n?", re.DOTALL
)

#: Scripts of the theme inside its pages that are not needed: the name of the page, for a switch
#: between versions; and one that takes who opens the search page past its beginning.
_NEEDLESS = ("DOCUMENTATION_OPTIONS.pagename", "// Activate the search field on page load")

#: Script that the site leaves empty: the icons come from a web font.
_STUB = "_static/scripts/fontawesome.js"

#: On the search page these come first, so that ``search.js`` finds them before Sphinx searches.
_OF_SEARCH = ("documentation_options.js", "doctools.js", "language_data.js", "searchtools.js")


class Templates(BuiltinTemplateLoader):
    """Sphinx's templates; what they make is mended before it is written."""

    def render(self, template: str, context: dict[str, Any]) -> str:  # type: ignore[override]
        """The page of ``template``, with the head that this room gives it."""
        page = super().render(template, context)
        if _CHARSET not in page:  # a part of a page, or no page
            return page
        try:
            return mend(page, policy.meta(policy.allowed(context)))
        except ValueError as error:
            name = context.get("pagename", template)
            raise ExtensionError(f"{name}: {error}", modname="casebook") from None


def mend(page: str, meta: str) -> str:
    """The page with ``meta`` after its character set, one style sheet and deferred scripts.

    Raises ValueError if a script is left inside the page: the policy would not let it run.
    """
    page = page.replace(_CHARSET, f"{_CHARSET}\n    {meta}", 1)
    page = _NOSCRIPT.sub("", page, count=1)
    linked = False

    def link(found: re.Match[str]) -> str:
        nonlocal linked
        href = _HREF.search(found[0])
        if 'rel="preload"' in found[0]:
            # What is deferred must not race the style sheet.
            return "" if 'as="script"' in found[0] else found[0]
        if href is None or 'media="' in found[0] or not sheets.holds(href[2]):
            return found[0]
        first, linked = not linked, True
        return f'    <link rel="stylesheet" href="{href[1]}{sheets.HREF}" />\n' if first else ""

    kept = _OF_SEARCH if _OF_SEARCH[-1] in page else ()
    return _SCRIPT.sub(lambda found: _script(found, kept), _LINK.sub(link, page))


def _script(found: re.Match[str], kept: tuple[str, ...]) -> str:
    """The script as it is to stand in the page; those of ``kept`` stay what they are."""
    attributes, text = found[1], found[2]
    if "src=" in attributes:
        if _STUB in attributes:
            return ""
        if any(name in attributes for name in kept):
            return found[0]
        waits = not re.search(r"\b(?:defer|async|type=\"module\")", attributes)
        return f"<script{' defer' if waits else ''}{attributes}>{text}</script>"
    if "json" in attributes:
        return found[0]
    if "data-cfasync" in attributes:
        return f"<script>{policy.FIRST}</script>"
    if any(mark in text for mark in _NEEDLESS):
        return ""
    if text == policy.FIRST:
        return found[0]
    raise ValueError(
        f"a script stands inside the page, which the site's policy does not run: "
        f"{' '.join(text.split())[:60]!r}. Remedy: put it into a file of its own."
    )


def setup(app: Sphinx) -> None:
    """Have all pages written through :class:`Templates`."""
    app.config.template_bridge = "casebook_book.heads.Templates"
