"""The theme's icon font, cut down to the icons that this site shows."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset

_THEME = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static"

#: Below ``_static``.
FONT = "vendor/fontawesome/webfonts/fa-solid-900.woff2"

_NAME = re.compile(r"fa-[a-z0-9-]+")
# .fa-bars:before,.fa-navicon:before{content:"\\f0c9"}
_RULE = re.compile(r"((?:\.fa-[a-z0-9-]+:before,?)+)\{content:\"\\([0-9a-f]+)\"")
# content:"\\f107", in a rule of the theme's own
_NUMBER = re.compile(r"\"\\(f[0-9a-f]{3})\"")


def trim(out: Path) -> None:
    """Leave in the font of the site in ``out`` just what its pages, scripts and styles use."""
    static = out / "_static"
    icons = (static / "styles/pydata-sphinx-theme.css").read_text("utf-8")
    theme = (static / "styles/sphinx-book-theme.css").read_text("utf-8")
    users = [*out.rglob("*.html"), *static.glob("scripts/*theme.js")]
    used = {name for user in users for name in _NAME.findall(user.read_text("utf-8"))}
    points = {
        int(code, 16) for names, code in _RULE.findall(icons) if used & set(_NAME.findall(names))
    }
    # Some icons the style sheets name by themselves, as characters or by number.
    points |= {ord(character) for character in icons + theme if 0xE000 <= ord(character) <= 0xF8FF}
    points |= {int(code, 16) for code in _NUMBER.findall(theme)}
    # It tells each table that it cuts.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    options = subset.Options(flavor="woff2", recalc_timestamp=False)
    # From the theme itself: a build that writes no page copies no static files anew.
    font = subset.load_font(_THEME / FONT, options)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=points)
    cut.subset(font)
    subset.save_font(font, static / FONT, options)
