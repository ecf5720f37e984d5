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
_LETTER = 0.52 * SIZE * 0.3528
_ROOM = 3.0

# A longer word may be broken after these signs: names of figures and files.
_LONG = 14
_BREAK = re.compile(r"(?<=[._/;:])(?=\w)")


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
    # Rows are as high as their longest text: room goes to columns that have much of it.
    wanted = [_LETTER * sum(map(len, cells)) / len(cells) + _ROOM for cells in held]
    lines = max(sum(most), 1.0) / UPRIGHT
    turned = sum(least) > UPRIGHT or (len(columns) > 7 and lines > 3)
    page = TURNED if turned else UPRIGHT
    if sum(most) <= page:
        return Layout(tuple(round(w, 1) for w in most), turned)
    if sum(least) > page:
        return Layout(tuple(round(w * page / sum(least), 1) for w in least), turned)
    widths = list(least)
    # Each round, what is left goes to the columns that still want some.
    for _ in range(20):
        left = page - sum(widths)
        short = [i for i in range(len(widths)) if widths[i] < most[i] - 0.1]
        if left < 0.5 or not short:
            break
        total = sum(wanted[i] for i in short)
        for i in short:
            widths[i] = min(most[i], widths[i] + left * wanted[i] / total)
    return Layout(tuple(round(w, 1) for w in widths), turned)


def _longest_word(text: str) -> int:
    return max(map(len, re.split(r"[ \u200b]|(?<=-)", breakable(text))))
