"""The palette can be seen and told apart, and is the same in Python, style sheet and script."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from casebook import charts, palette


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2), from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_by_known_values() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_colours_stand_out_from_the_paper(theme: int) -> None:
    paper = palette.PAPER[theme]
    for name, tone in palette.COLOURS.items():
        assert contrast(tone[theme], paper) >= 3, name
    assert contrast(palette.INK[theme], paper) >= 7
    assert contrast(palette.MUTED[theme], paper) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_colours_that_write_words_can_be_read(theme: int) -> None:
    # Badges and the mark of a reconstruction are small text in these.
    for name in ("blue", "green", "purple", "orange", "red"):
        assert contrast(palette.COLOURS[name][theme], palette.PAPER[theme]) >= 4.5, name


def test_colours_differ() -> None:
    for theme in (0, 1):
        tones = [tone[theme] for tone in palette.COLOURS.values()]
        for one, other in itertools.combinations(tones, 2):
            far = [abs(int(one[i : i + 2], 16) - int(other[i : i + 2], 16)) for i in (1, 3, 5)]
            assert sum(far) > 40, (one, other)
    assert len(set(palette.SHAPES)) == len(palette.SHAPES) >= 6


def test_printed_colour_words_have_a_colour() -> None:
    assert set(palette.PRINTED.values()) <= set(palette.COLOURS)
    assert palette.name_of("lichtblauw") == "lightblue"
    assert palette.name_of("geel") == "purple"
    assert palette.name_of("green") == "green"
    assert palette.name_of("beige") == "grey"


def test_script_turns_the_same_tones(root: Path) -> None:
    script = (root / "assets" / "casebook.js").read_text("utf-8")
    block = script[script.index("const TONES") : script.index("];", script.index("const TONES"))]
    pairs = re.findall(r'\["(#\w{6})", "(#\w{6})"\]', block)
    assert [tuple(tone) for tone in charts.TONES] == pairs


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_style_sheet_has_the_same_tones(theme: str, root: Path) -> None:
    style = (root / "assets" / "casebook.css").read_text("utf-8")
    start = ":root {" if theme == "light" else 'html[data-theme="dark"] {'
    block = style[style.index(start) : style.index("}", style.index(start))]
    held = dict(re.findall(r"--cb-(\w+): (#\w{6});", block))
    named = {
        "ink": palette.INK,
        "muted": palette.MUTED,
        "rule": palette.RULE,
        "paper": palette.PAPER,
        **palette.COLOURS,
    }
    for name, tone in named.items():
        assert held[name] == getattr(tone, theme), name
