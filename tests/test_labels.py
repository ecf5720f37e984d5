"""Names in a still picture: none covers another, and each stands by its mark."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from casebook import labels

FRAME = (0.0, 0.0, 1000.0, 600.0)
NONE = np.empty((0, 4))


def overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def distance(x: float, y: float, box: tuple[float, ...]) -> float:
    return float(np.hypot(max(box[0] - x, 0, x - box[2]), max(box[1] - y, 0, y - box[3])))


@pytest.mark.parametrize("seed", range(8))
def test_names_keep_apart_stay_inside_and_belong_to_their_marks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 30
    marks = np.column_stack([rng.uniform(20, 980, n), rng.uniform(20, 580, n), np.full(n, 9.0)])
    ends = rng.integers(0, n, (40, 2))
    ties = marks[ends, :2].reshape(-1, 4)
    names = {i: "a name of several words, or not"[: 4 + i] for i in range(n)}
    placed = labels.place(marks, ties, names, FRAME)
    assert set(placed) == set(names)
    for one, other in combinations(placed.values(), 2):
        assert not overlap(one.box, other.box)
    for i, label in placed.items():
        left, top, right, bottom = label.box
        assert left >= FRAME[0] and top >= FRAME[1] and right <= FRAME[2] and bottom <= FRAME[3]
        x, y, r = marks[i]
        if label.tie is None:
            assert distance(x, y, label.box) <= r + 4
        else:
            assert np.hypot(label.tie[0] - x, label.tie[1] - y) == pytest.approx(r)
            assert distance(*label.tie[2:], label.box) == pytest.approx(0)
    rooms = [(x - r, y - r, x + r, y + r) for x, y, r in marks]
    covers = sum(
        overlap(p.box, room) for i, p in placed.items() for j, room in enumerate(rooms) if j != i
    )
    assert covers <= 2, "marks are covered only where there is no other place"


def test_the_usual_place_is_below() -> None:
    (label,) = labels.place(np.array([[500.0, 300, 10]]), NONE, {0: "alone"}, FRAME).values()
    assert label.anchor == "middle" and label.box[1] == 313 and label.tie is None


def test_a_name_gives_way_to_a_mark_and_to_ties() -> None:
    marks = np.array([[500.0, 300, 10], [500, 325, 10]])
    assert labels.place(marks, NONE, {0: "above or beside"}, FRAME)[0].anchor == "start"
    down = np.array([[500.0, 300, 500, 600]])
    assert labels.place(marks[:1], down, {0: "beside"}, FRAME)[0].anchor == "start"
    across = np.array([[500.0, 300, 500, 600], [500, 300, 1000, 300]])
    assert labels.place(marks[:1], across, {0: "left"}, FRAME)[0].anchor == "end"


def test_a_name_at_the_edge_slides_into_the_picture() -> None:
    name = "a long name at the edge"
    label = labels.place(np.array([[990.0, 300, 5]]), NONE, {0: name}, FRAME)[0]
    assert label.box[2] == 1000 and label.anchor == "middle"


def test_a_long_name_is_cut_between_words() -> None:
    label = labels.place(
        np.array([[500.0, 300, 5]]), NONE, {0: "facilities for reports by citizens"}, FRAME
    )[0]
    assert label.lines == ("facilities for reports", "by citizens")


def test_a_name_without_any_place_is_left_out() -> None:
    assert (
        labels.place(np.array([[5.0, 5, 5]]), NONE, {0: "too long for this"}, (0, 0, 20, 20)) == {}
    )
