"""The still pictures in ``figures/`` are those of the book as it is built now."""

from __future__ import annotations

from pathlib import Path

import pytest

KEPT = sorted((Path(__file__).parent.parent / "figures").glob("*.svg"))

pytestmark = pytest.mark.site


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.name)
def test_a_kept_picture_is_not_stale(kept: Path, site: Path) -> None:
    made = site / "_figures" / kept.name
    assert made.is_file(), f"the book makes no {kept.name}: delete it from figures/"
    assert kept.read_bytes() == made.read_bytes(), "run `make figures`"


def test_there_are_pictures_of_both_cases() -> None:
    names = {path.name for path in KEPT}
    assert {"timmermans_network-light.svg", "benno_l_network-light.svg"} <= names
