"""The still pictures can be seen: words and marks stand out from the paper, in both themes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from test_palette import contrast

from casebook import palette

pytestmark = pytest.mark.site

_SVG = "{http://www.w3.org/2000/svg}"
_INHERITED = ("fill", "stroke", "fill-opacity", "stroke-opacity", "class", "d")

#: From so many ties upwards a network shows clouds and no single tie (see the statement).
_MANY = 60


def blended(colour: str, paper: str, part: float) -> str:
    """``colour`` of which only ``part`` covers the paper."""
    pairs = ((int(colour[i : i + 2], 16), int(paper[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(ink * part + sheet * (1 - part)):02x}" for ink, sheet in pairs)


def drawn(
    node: ElementTree.Element, held: dict[str, str] | None = None, part: float = 1.0
) -> Iterator[tuple[str, dict[str, str], float]]:
    """Tag, what it bears or inherits, and opacity of each shape and each line of text."""
    held = {**(held or {}), **{k: node.attrib[k] for k in _INHERITED if k in node.attrib}}
    part *= float(node.attrib.get("opacity", 1))
    tag = node.tag.removeprefix(_SVG)
    if tag in ("path", "circle", "rect", "text", "line", "polygon", "ellipse"):
        yield tag, held, part
    for child in node:
        yield from drawn(child, held, part)


def best(held: dict[str, str], part: float, paper: str) -> float:
    """The contrast of its filling or its outline with the paper, whichever is higher; 0 of none."""
    found = [0.0]
    for kind, unset in (("fill", "#000000"), ("stroke", "none")):
        colour = held.get(kind, unset)
        if colour.startswith("#"):
            seen = part * float(held.get(f"{kind}-opacity", 1))
            found.append(contrast(blended(colour, paper, seen), paper) if seen else 0.0)
    return max(found)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_and_marks_stand_out(theme: str, site: Path) -> None:
    paper, rule = getattr(palette.PAPER, theme), getattr(palette.RULE, theme)
    pictures = sorted((site / "_figures").glob(f"*-{theme}.svg"))
    assert len(pictures) > 20
    faint = []
    for picture in pictures:
        shapes = list(drawn(ElementTree.parse(picture).getroot()))
        network = not any("role-mark" in held.get("class", "") for _, held, _ in shapes)
        # A path holds all ties of one width.
        ties = sum(
            held["d"].count("M")
            for tag, held, _ in shapes
            if tag == "path" and held.get("fill") == "none"
        )
        for tag, held, part in shapes:
            kind = held.get("class", "")
            if tag == "text":
                # Words on a bar are in the colour of the paper.
                least = 4.5 if held.get("fill") != paper else 0
            elif network:
                many = tag in ("path", "line") and ties >= _MANY
                least = 0 if many else 3
            else:
                # Tiles of a tint bear their number; axes, grids and guides help and say nothing.
                helps = ("mark-rect" in kind and part < 1) or rule in (
                    held.get("stroke"),
                    held.get("fill"),
                )
                least = 3 if "role-mark" in kind and not helps else 0
            ratio = best(held, part, paper)
            if ratio and ratio < least:
                faint.append(f"{picture.name}: {tag} {kind} {held.get('fill')} {ratio:.2f}")
    assert not faint, "\n".join(sorted(set(faint)))


def test_blending() -> None:
    assert blended("#000000", "#ffffff", 0.5) == "#808080"
    assert best({"fill": "#000000", "fill-opacity": "0"}, 1, "#ffffff") == 0
