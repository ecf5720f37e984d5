"""Rows that are not used, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from casebook.readers.base import REJECTS

#: The most characters of a value that are shown.
SHOWN = 60


class Rejects:
    """Gathers rows that are turned down; one row may be so for several reasons."""

    def __init__(self) -> None:
        self._lines: list[tuple[str, int, str, str, str, str]] = []
        self._rows: set[tuple[str, int]] = set()

    @property
    def rows(self) -> int:
        """How many rows were turned down."""
        return len(self._rows)

    def add(self, file: str, row: int, column: str, value: str, problem: str, remedy: str) -> None:
        """One row, and one reason."""
        shown = value if len(value) <= SHOWN else value[:SHOWN] + "…"
        # Half characters, as JSON can hold them, cannot be written to any file.
        shown = shown.encode("utf-8", "replace").decode("utf-8")
        self._lines.append((file, row, column, shown, problem, remedy))
        self._rows.add((file, row))

    def extend(self, others: Iterable[Rejects]) -> None:
        """All that others turned down."""
        for other in others:
            self._lines += other._lines
            self._rows |= other._rows

    def table(self) -> pd.DataFrame:
        """``file, row, column, value, problem, remedy``, by file and row."""
        table = pd.DataFrame(self._lines, columns=list(REJECTS))
        return table.sort_values(["file", "row"], kind="stable", ignore_index=True)

    def first(self) -> str:
        """The first reason, for a file of which nothing could be used."""
        if not self._lines:
            return ""
        _, row, column, _, problem, _ = self._lines[0]
        where = f"row {row}, column '{column}'" if column else f"row {row}"
        return f"; the first, {where}: {problem}"


def shorten(names: Sequence[str], most: int = 5) -> str:
    """The first few of many names."""
    shown = ", ".join(f"'{name}'" for name in names[:most])
    return f"{shown} and {len(names) - most:,} more" if len(names) > most else shown
