"""Old addresses lead on: ``redirects.csv`` has a line for each page or anchor that moved.

``from,to`` with names of pages, each with ``#anchor`` where an anchor moved. A page that moved
leaves a small page that leads on by itself, without a script. An anchor that moved leaves a line
at the foot of its page: a browser tells no server which anchor was asked for.

sphinx-reredirects does the first with an inline script, which the site's policy forbids, and
checks neither targets nor loops; hence this room.
"""

from __future__ import annotations

import csv
import html
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from casebook.errors import DataError
from casebook_book import pages

FILE = "redirects.csv"

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url={link}">
<meta name="description" content="This page has moved to: {title}.">
<link rel="canonical" href="{canonical}">
<title>Moved: {title}</title>
</head>
<body>
<main>
<h1>This page has moved</h1>
<p>It is now here: <a href="{link}">{title}</a>.</p>
</main>
</body>
</html>
"""


def setup(app: Sphinx) -> None:
    """Check before anything is written; pages of their own for pages, lines for anchors."""
    app.add_config_value("casebook_redirects", {}, "html")
    app.connect("config-inited", _note)
    app.connect("env-check-consistency", lambda app, _env: _checked(app))
    app.connect("html-page-context", _lines)
    app.connect("build-finished", _write)


def read(root: Path) -> dict[str, str]:
    """Old to new address of all that moved; refuses what is malformed, double or a loop."""
    path = root / FILE
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    if not rows or rows[0] != ["from", "to"]:
        raise DataError(FILE, "its columns are not from,to", "begin it with that line")
    moved: dict[str, str] = {}
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != 2 or not all(row):
            raise DataError(
                FILE, "a line is not an old and a new address", "complete it", row=number
            )
        old, new = row
        if old in moved:
            raise DataError(FILE, f"'{old}' moves twice", "keep one of the lines", row=number)
        moved[old] = new
    for number, new in enumerate(moved.values(), start=2):
        if new in moved:
            raise DataError(
                FILE,
                f"'{new}' has moved itself",
                "lead to where it is now, in one step",
                row=number,
            )
    return moved


def check(moved: dict[str, str], known: set[str]) -> None:
    """Refuse a new address that is no page, and an old one that still is one."""
    for number, (old, new) in enumerate(moved.items(), start=2):
        page, _, anchor = old.partition("#")
        if new.partition("#")[0] not in known:
            raise DataError(FILE, f"'{new}' leads to no page", "correct it", row=number)
        if not anchor and page in known:
            raise DataError(
                FILE, f"'{old}' is a page", "take out the line, or the page", row=number
            )
        if anchor and page not in known:
            raise DataError(FILE, f"'{page}' is no page", "lead on the page instead", row=number)


def _note(app: Sphinx, config: Any) -> None:
    """Keep the table as a setting, so that pages are written anew when it changes."""
    try:
        config.casebook_redirects = read(Path(app.srcdir))
    except DataError as error:
        raise ExtensionError(str(error), modname="casebook") from None


def _checked(app: Sphinx) -> dict[str, str]:
    moved: dict[str, str] = app.config.casebook_redirects
    try:
        check(moved, set(app.env.titles))
    except DataError as error:
        raise ExtensionError(str(error), modname="casebook") from None
    return moved


def _target(app: Sphinx, start: str, new: str) -> tuple[str, str]:
    """Relative link and title of a new address, both as HTML."""
    page, _, anchor = new.partition("#")
    link = pages.between(start, page) + (f"#{anchor}" if anchor else "")
    return html.escape(link), html.escape(pages.title(app, page))


def _lines(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    if "body" not in context:
        return
    for old, new in _checked(app).items():
        page, _, anchor = old.partition("#")
        if anchor and page == pagename:
            link, title = _target(app, pagename, new)
            context["body"] += (
                f'<p class="cb-moved" id="{html.escape(anchor)}">What stood here under this '
                f'address is now in <a href="{link}">{title}</a>.</p>'
            )


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    moved = {old: new for old, new in _checked(app).items() if "#" not in old}
    kept = out.parent / "redirected"  # what an earlier build left, to be taken away
    earlier = kept.read_text("utf-8").splitlines() if kept.is_file() else []
    for old in set(earlier) - set(moved) - set(app.env.titles):
        (out / f"{old}.html").unlink(missing_ok=True)
    for old, new in moved.items():
        link, title = _target(app, old, new)
        canonical = pages.url(app, new.partition("#")[0]) or link
        path = out / f"{old}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_PAGE.format(link=link, title=title, canonical=canonical), "utf-8")
    kept.write_text("".join(f"{old}\n" for old in moved), "utf-8")
