"""How wide the columns of a printed table are, and whether it needs the page turned.

Widths are estimated from numbers of characters: close enough for a font whose letters are about
half as wide as they are high, and the same on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

#: Millimetres that a table can have on a page, upright and turned.
UPRIGHT, TURNED = 160.0, 253.0

#: Size of the letters of a table, in points.
SIZE = 8.0

# Millimetres of a letter on average, and of the room around a cell's text.
_LETTER = 0.49 * SIZE * 0.3528
_ROOM = 3.0

# A longer word may be broken: by hyphenation, or, where it names a figure or a file, after a sign
# or a number.
_LONG = 12
_BREAK = re.compile(r"(?<=[._/;:])(?=\w)|(?<=\d)(?=[a-z])")


@dataclass(frozen=True)
class Layout:
    """Widths in millimetres, and whether they need a turned page."""

    widths: tuple[float, ...]
    turned: bool


def breakable(text: str) -> str:
    """``text`` with a break of no width offered inside long names."""
    return " ".join(
        _BREAK.sub("\u200b", word) if len(word) > _LONG else word for word in text.split(" ")
    )


def layout(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Layout:
    """Widths for a table: as narrow as its text, at most a page; long texts share what is left."""
    held = [[str(name), *(row[i] for row in rows)] for i, name in enumerate(columns)]
    least = [_LETTER * max(map(_longest_word, cells)) + _ROOM for cells in held]
    most = [_LETTER * max(map(len, cells)) + _ROOM for cells in held]
    turned = sum(least) > UPRIGHT or len(columns) > 8
    page = TURNED if turned else UPRIGHT
    if sum(most) <= page:
        return Layout(tuple(round(w, 1) for w in most), turned)
    if sum(least) >= page:
        return Layout(tuple(round(w * page / sum(least), 1) for w in least), turned)
    # Least height in all, taking a cell's lines as its length over the width, squared so that the
    # longest cell of a row counts most: widths go with the cube root of the sum of squares.
    wanted = [sum(len(cell) ** 2 for cell in cells) ** (1 / 3) for cells in held]

    def widths(scale: float) -> list[float]:
        bounds = zip(wanted, least, most, strict=True)
        return [min(max(scale * want, low), high) for want, low, high in bounds]

    low, high = 0.0, page
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(widths(middle)) < page else (low, middle)
    return Layout(tuple(round(w, 1) for w in widths(low)), turned)


def _longest_word(text: str) -> int:
    """The letters of the longest word, or of as much of it as must stay together."""
    return min(_LONG, max(map(len, re.split(r"[ \u200b]|(?<=-)", breakable(text)))))
