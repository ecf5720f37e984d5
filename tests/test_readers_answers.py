"""What a column "in answer to" holds: the number of a message, or the name of a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from casebook import readers
from casebook.readers.base import Export

_ROWS = [
    ("1", "1-3-2024 09:00", "Gemeente", "De brug is dicht", "", ""),
    ("2", "1-3-2024 10:00", "Anna", "Tot wanneer?", "1", "Gemeente"),
    ("3", "1-3-2024 11:00", "Gemeente", "Tot maandag", "2", "Anna"),
    ("4", "1-3-2024 12:00", "Bram", "Jammer", "1", "Gemeente"),
]


def _read(folder: Path, columns: tuple[int, ...], heads: str) -> Export:
    lines = [heads, *(";".join(row[at] for at in columns) for row in _ROWS)]
    (folder / "maart.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return readers.read([folder / "maart.csv"])


@pytest.mark.parametrize("number", ["Nr", "Kenmerk"])
def test_messages_are_known_by_what_answers_name(tmp_path: Path, number: str) -> None:
    export = _read(tmp_path, (0, 1, 2, 3, 4), f"{number};Datum;Naam;Bericht;Reactie op")
    assert export.conversation is not None
    messages = export.conversation.messages
    assert list(messages["message_id"]) == ["1", "2", "3", "4"]
    assert "stand_in" not in messages or not messages["stand_in"].any()


def test_a_name_is_to_whom_and_no_post(tmp_path: Path) -> None:
    export = _read(tmp_path, (1, 2, 3, 5), "Datum;Naam;Bericht;Reactie op")
    assert export.conversation is not None
    messages = export.conversation.messages
    assert list(messages["target"]) == ["", "Gemeente", "Anna", "Gemeente"]
    assert list(messages["parent_id"]) == ["", "", "", ""]
    understood = export.understood.set_index("column")
    assert "addressed" in understood.loc["Reactie op", "meaning"]
