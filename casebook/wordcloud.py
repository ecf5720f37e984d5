"""Word clouds that are the same every time, in words that lie flat.

The most frequent word is put in the middle and each next one as near to it as there is room, along
a spiral. Nothing is drawn by lot. A cloud has a layout for a wide page and one, with fewer words,
for a narrow one; the page chooses.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import altair as alt
import pandas as pd

from casebook import palette

#: Sizes of letters in pixels, for the rarest to the most frequent words.
SIZES: tuple[int, ...] = (13, 16, 20, 25, 31)

#: Most words of one cloud, on a wide and on a narrow page.
MOST = (36, 15)

_WIDE, _NARROW, _HEIGHT, _HEADING = 660, 320, 350, 26

# On a narrow page letters are smaller.
_SHRUNK = 0.85


class Box(NamedTuple):
    """A rectangle in pixels: its left and upper edge, width and height."""

    x: float
    y: float
    width: float
    height: float


# How finely the spiral is searched.
_STEPS = 2400

# Advance widths of Helvetica, which these fonts share, in thousandths of the size.
_FONT = "'Liberation Sans', Arial, Helvetica, Arimo, sans-serif"
_ADVANCE = {
    **dict.fromkeys("ijl'", 222),
    **dict.fromkeys("ft", 278),
    **dict.fromkeys("r-", 333),
    **dict.fromkeys("cksvxyz", 500),
    "w": 722,
    "m": 833,
}
# Bold letters, and those of other fonts on readers' screens, may be this much wider.
_SPARE = 1.12


def text_width(word: str, size: float) -> float:
    """Pixels that ``word`` needs at most in bold letters of ``size``."""
    return size * _SPARE * sum(_ADVANCE.get(letter, 556) for letter in word) / 1000


def sizes(weights: Sequence[float]) -> list[int]:
    """One of :data:`SIZES` for each weight: areas, not heights, follow the weights."""
    most = max(weights, default=1)
    last = len(SIZES) - 1
    return [SIZES[round(last * math.sqrt(weight / most))] for weight in weights]


def place(words: Sequence[str], letters: Sequence[float], box: Box) -> list[tuple[float, float]]:
    """Where the middle of each word goes in ``box``, the first word in the centre.

    Words are taken in the order given, until one finds no room: then it and all after it are left
    out, so that a cloud always holds the first so many words of its list.
    """
    taken: list[Box] = []
    places: list[tuple[float, float]] = []
    for word, size in zip(words, letters, strict=True):
        spot = _free(text_width(word, size) + 5, size * 1.08, taken, box)
        if spot is None:
            break
        taken.append(spot)
        places.append((spot.x + spot.width / 2, spot.y + spot.height / 2))
    return places


def clouds(frame: pd.DataFrame, colours: dict[str, str]) -> alt.Chart:
    """Two word clouds: side by side on a wide page, one above the other on a narrow one.

    Parameters
    ----------
    frame
        ``group, term, weight, key``: rows of a group by falling weight; words with ``key`` true
        are written in bold and in the colour of the group, the others in grey.
    colours
        palette colours by group: two of them, in the order of the page.
    """
    letters = pd.Series(sizes(list(frame["weight"])), index=frame.index)
    rows: list[dict[str, object]] = []
    for n, (group, colour) in enumerate(colours.items()):
        left, top, tone = n * (_WIDE / 2 + 6), n * _HEIGHT / 2, palette.COLOURS[colour].light
        wide = Box(left, _HEADING, _WIDE / 2 - 6, _HEIGHT - _HEADING)
        narrow = Box(0, top + _HEADING, _NARROW, _HEIGHT / 2 - _HEADING)
        own = frame[frame["group"] == group]
        laid = [
            place(
                list(own["term"])[:most], [size * shrunk for size in letters[own.index]][:most], box
            )
            for most, box, shrunk in zip(MOST, (wide, narrow), (1, _SHRUNK), strict=True)
        ]
        middle = (wide.x + wide.width / 2, _HEADING / 2)
        rows.append(_text(group, 15, "bold", tone, middle, (_NARROW / 2, top + _HEADING / 2)))
        some = [*laid[1], *[None] * (len(laid[0]) - len(laid[1]))]
        for row, here, there in zip(own.itertuples(), laid[0], some, strict=False):
            weight, colour = ("bold", tone) if row.key else ("normal", palette.MUTED.light)
            rows.append(_text(row.term, letters[row.Index], weight, colour, here, there))
    narrow_page = f"width < {_WIDE}"
    x = f"datum.narrow_x + (width - {_NARROW}) / 2 : datum.wide_x + (width - {_WIDE}) / 2"
    text = f"{narrow_page} && datum.narrow_x === null ? '' : datum.text"
    size = f"datum.size * ({narrow_page} ? {_SHRUNK} : 1)"
    return (
        alt.Chart(pd.DataFrame(rows))
        .mark_text(baseline="middle", font=_FONT, fontWeight=alt.ExprRef("datum.weight"))
        .encode(
            x=alt.value(alt.ExprRef(f"{narrow_page} ? {x}")),
            y=alt.value(alt.ExprRef(f"{narrow_page} ? datum.narrow_y : datum.wide_y")),
            text=alt.value(alt.ExprRef(text)),
            size=alt.value(alt.ExprRef(size)),
            color=alt.Color("tone", type="nominal", scale=None, legend=None),
        )
        .properties(height=_HEIGHT)
    )


def _text(
    text: str,
    size: int,
    weight: str,
    tone: str,
    wide: tuple[float, float],
    narrow: tuple[float, float] | None,
) -> dict[str, object]:
    """A row of the drawing: one text, and the middle of it on a wide and on a narrow page."""
    x, y = (None, None) if narrow is None else (round(narrow[0], 1), round(narrow[1], 1))
    return {
        "text": text,
        "size": int(size),
        "weight": weight,
        "tone": tone,
        "wide_x": round(wide[0], 1),
        "wide_y": round(wide[1], 1),
        "narrow_x": x,
        "narrow_y": y,
    }


def _free(width: float, height: float, taken: list[Box], box: Box) -> Box | None:
    """The free place of this size nearest to the centre of ``box``, along a spiral; or None."""
    centre_x, centre_y = box.x + box.width / 2, box.y + box.height / 2
    # Lying words fill a cloud from top to bottom first, so the spiral is wider than the box.
    for step in range(_STEPS):
        turn, out = step * 0.18, step / _STEPS
        x = centre_x + out * box.width * math.cos(turn) - width / 2
        y = centre_y + out * box.height / 1.8 * math.sin(turn) - height / 2
        spot = Box(x, y, width, height)
        if _inside(spot, box) and not any(_overlap(spot, other) for other in taken):
            return spot
    return None


def _inside(spot: Box, box: Box) -> bool:
    return (
        spot.x >= box.x
        and spot.y >= box.y
        and spot.x + spot.width <= box.x + box.width
        and spot.y + spot.height <= box.y + box.height
    )


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )
