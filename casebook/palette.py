"""One restrained palette: every colour in a light and a dark tone, each group with a shape.

All tones have a contrast of at least 3:1 on the page they are used on (white, or near-black)
and stay apart for readers with the common colour-vision deficiencies; shape says it again.
"""

from __future__ import annotations

from typing import NamedTuple


class Tone(NamedTuple):
    """One colour, as hex: on a light page and on a dark page."""

    light: str
    dark: str


COLOURS: dict[str, Tone] = {
    "blue": Tone("#2360a5", "#7db0f2"),
    "lightblue": Tone("#2b8fc9", "#86cdf7"),
    "green": Tone("#0b8063", "#4fcba2"),
    "red": Tone("#c24a1d", "#ff9166"),
    "pink": Tone("#b14f8c", "#f19acb"),
    "orange": Tone("#9e6400", "#efb54e"),
    "purple": Tone("#6a54a8", "#b9a7f0"),
    "grey": Tone("#6f7680", "#a4adb8"),
}

INK = Tone("#1c2430", "#e6eaf0")
MUTED = Tone("#56606d", "#aab4c0")
RULE = Tone("#d5dae1", "#3a4350")
PAPER = Tone("#ffffff", "#14181e")

#: The colour words that the sources print for groups, as names of this palette. Yellow cannot be
#: read on white, and there is no second green that stays apart from the first.
PRINTED: dict[str, str] = {
    "lichtblauw": "lightblue",
    "groen": "green",
    "rood": "red",
    "blauw": "blue",
    "roze": "pink",
    "paars": "purple",
    "donkerblauw": "blue",
    "lichtgroen": "lightblue",
    "geel": "purple",
    "oranje": "orange",
}

#: vis-network's shapes that take a size and keep the label outside, told apart at small sizes.
SHAPES: tuple[str, ...] = (
    "dot",
    "square",
    "triangle",
    "diamond",
    "triangleDown",
    "hexagon",
    "star",
)


def name_of(colour: str) -> str:
    """The palette name for a printed Dutch colour word or a palette name; else grey."""
    return PRINTED.get(colour, colour if colour in COLOURS else "grey")
