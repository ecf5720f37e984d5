"""Where names stand in a still picture of a network: each where it covers the least.

A name is written beside its mark, or a little further off and then tied to it by a line. The
page's script places the names of a live network by the same rules, at each zoom anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Size of the letters of a name, and the mean width of one, in a picture 1,000 wide.
SIZE, WIDTH = 15, 8.4

# A longer name is cut into lines.
_MOST = 24

# Where a name is tried around its mark, first below it.
_AROUND = [(0, 1), (1, 0), (-1, 0), (0, -1), (0.6, 0.8), (-0.6, 0.8), (0.6, -0.8), (-0.6, -0.8)]

# How far each ring of places lies outside the one before, and how many there are at the most.
_STEP, _RINGS = 12, 40

# What it costs to cover a mark; to come so near another mark that the name may be taken for that
# one's; to cover a tie (at most so many are counted); to stand a ring further off; and to stand at
# the next place of the order above.
_MARK, _NEAR, _TIE, _RING, _ORDER = 30, 6, 1, 4, 0.25
_GAP, _TIES = 5, 6


@dataclass(frozen=True)
class Label:
    """A name in its place.

    ``lines`` of text, ``box`` (left, top, right, bottom), ``anchor`` (start, middle or end) and
    ``tie``: the line from the mark (x, y, x, y), or None for a name that stands beside it.
    """

    lines: tuple[str, ...]
    box: tuple[float, float, float, float]
    anchor: str
    tie: tuple[float, float, float, float] | None


def place(
    marks: np.ndarray,
    ties: np.ndarray,
    names: dict[int, str],
    frame: tuple[float, float, float, float],
) -> dict[int, Label]:
    """The place of each name, by row of ``marks``.

    Parameters
    ----------
    marks
        n × 3: x, y and radius of each mark; one that need not be kept clear has none of them.
    ties
        m × 4: ends of the ties to keep clear where possible.
    names
        row of ``marks`` to name; the first chooses first.
    frame
        left, top, right, bottom of the picture; no name leaves it.

    Greedy choice among candidate places, as usual for maps (Christensen, Marks and Shieber 1995).
    A name for which there is no place at all is left out.
    """
    half = marks[:, 2:]
    rooms = np.hstack([marks[:, :2] - half, marks[:, :2] + half])
    placed: dict[int, Label] = {}
    taken = np.empty((0, 4))
    kept = ~np.isnan(rooms).any(axis=1)
    for i, name in names.items():
        others = rooms[kept & (np.arange(len(rooms)) != i)]
        found = _best(marks[i], _lines(name), others, ties, taken, frame)
        if found is not None:
            placed[i] = found
            taken = np.vstack([taken, found.box])
    return placed


def _best(
    mark: np.ndarray,
    lines: tuple[str, ...],
    rooms: np.ndarray,
    ties: np.ndarray,
    taken: np.ndarray,
    frame: tuple[float, float, float, float],
) -> Label | None:
    x, y, r = map(float, mark)
    half, tall = max(map(len, lines)) * WIDTH / 2 + 3, len(lines) * SIZE + 2.0
    best, least = None, np.inf
    for ring in range(_RINGS):
        if least <= _RING * ring:
            break
        far = _STEP * ring
        for order, (dx, dy) in enumerate(_AROUND):
            middle = x + dx * (r + far + half + 3)
            if dx == 0:  # a name above or below slides to stay in the picture
                middle = min(max(middle, frame[0] + half), frame[2] - half)
            centre = y + dy * (r + far + tall / 2 + 3)
            box = (middle - half, centre - tall / 2, middle + half, centre + tall / 2)
            if box[0] < frame[0] or box[1] < frame[1] or box[2] > frame[2] or box[3] > frame[3]:
                continue
            if _meet(taken, box).any():
                continue
            tie = _tie(x, y, r, box) if far else None
            covered = _meet(rooms, box)
            if tie:
                covered |= _pass(np.array([tie]), rooms)
            cost = _MARK * covered.sum() + _RING * ring + _ORDER * order
            wider = (box[0] - _GAP, box[1] - _GAP, box[2] + _GAP, box[3] + _GAP)
            cost += _NEAR * _meet(rooms, wider).sum()
            cost += _TIE * min(int(_pass(ties, np.array([box])).sum()), _TIES)
            if cost < least:
                anchor = "middle" if dx == 0 else "start" if dx > 0 else "end"
                best, least = Label(lines, box, anchor, tie), cost
    return best


def _lines(name: str) -> tuple[str, ...]:
    lines: list[str] = []
    for word in name.split():
        if lines and len(f"{lines[-1]} {word}") <= _MOST:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


def _meet(boxes: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    """Which of the boxes the box overlaps."""
    left, top, right, bottom = boxes.T
    return (left < box[2]) & (right > box[0]) & (top < box[3]) & (bottom > box[1])


def _pass(ties: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Which lines pass through which boxes, row by row (Liang and Barsky 1984).

    One of the two may have a single row, which is held against all rows of the other.
    """
    x, y, u, v = ties.T
    left, top, right, bottom = boxes.T
    rows = np.broadcast_shapes(x.shape, left.shape)
    start, end, outside = np.zeros(rows), np.ones(rows), np.zeros(rows, dtype=bool)
    for step, room in (
        (x - u, x - left),
        (u - x, right - x),
        (y - v, y - top),
        (v - y, bottom - y),
    ):
        step, room = np.broadcast_arrays(step, room)
        outside |= (step == 0) & (room < 0)
        at = np.divide(room, step, out=np.zeros(room.shape), where=step != 0)
        start = np.where(step < 0, np.maximum(start, at), start)
        end = np.where(step > 0, np.minimum(end, at), end)
    return ~outside & (start < end)


def _tie(x: float, y: float, r: float, box: tuple[float, ...]) -> tuple[float, float, float, float]:
    """The line from the edge of the mark to the nearest part of the name."""
    u, v = min(max(x, box[0] + 3), box[2] - 3), min(max(y, box[1]), box[3])
    part = r / max(float(np.hypot(u - x, v - y)), r, 1e-9)
    return x + (u - x) * part, y + (v - y) * part, u, v
