"""Places in a text are told once, in order."""

from __future__ import annotations

import pytest

from casebook.locators import merged


@pytest.mark.parametrize(
    ("locators", "told"),
    [
        (["§5.9", "§6.1", "§6.2", "§5.9", "§5.9", "§6.1"], "§5.9, §6.1, §6.2"),
        (["§5.2", "§5.2 to §5.10"], "§5.2 to §5.10"),
        (
            ["§5.2 to §5.10 and chapter 6", "§5.3 to §5.10", "§5.4", "§6.5"],
            "chapter 6, §5.2 to §5.10",
        ),
        (["chapters 3 and 5 to 7", "§3.1 and chapters 5 to 8"], "chapters 3 and 5 to 8"),
        (["§5.2", "§5.3", "§5.4", "§6.5", "§5.5"], "§5.2 to §5.5, §6.5"),
        (["§5.10", "§5.2"], "§5.2, §5.10"),
        (["§5.2 to §6.5"], "§5.2 to §6.5"),
        (["§5.2 to §6.5", "§6.6"], "§5.2 to §6.6"),
        (["Tabel 7-2", "Tabel 7-2 and §7.1"], "§7.1, Tabel 7-2"),
        (["§4.4, note 6", "§4.4", "§4.2"], "§4.2, §4.4, note 6"),
        (["lead and main text", "main text"], "lead and main text"),
        (["§11.1, opportunities", "§11.1"], "§11.1, opportunities"),
        (["chapter 4", "Samenvatting"], "chapter 4, Dutch summary"),
        (["Samenvatting and Summary"], "Dutch summary, English summary"),
        (["ch. 1 to 8", "§5.3 to §5.10"], "chapters 1 to 8"),
        (["ch. 1 to 8", "§5.3", ""], ""),
        (["Figuur 6-1", "Figuur 6-11"], "Figuur 6-1, Figuur 6-11"),
        (["chapters 2 and 3"], "chapters 2 and 3"),
        (["§6", "§5.2", "§6.1"], "§5.2, §6"),
        (["p. 148"], "p. 148"),
        ([], ""),
    ],
)
def test_places_are_told_once_and_in_order(locators: list[str], told: str) -> None:
    assert merged(locators) == told
