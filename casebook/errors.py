"""Errors that a reader can act on: which file, which row, which column, and what to do."""

from __future__ import annotations


class CasebookError(Exception):
    """Anything this package refuses, in words meant for the person at the keyboard."""


class ProvenanceError(CasebookError):
    """A table, network or figure that does not say, or misstates, where it comes from."""


class DataError(CasebookError):
    """Bad data: names the file, the row and column where known, the problem and the remedy.

    Rows count as a text editor shows them: the header is row 1.
    """

    def __init__(
        self,
        file: str,
        problem: str,
        remedy: str,
        *,
        row: int | None = None,
        column: str | None = None,
    ) -> None:
        self.file, self.row, self.column = str(file), row, column
        self.problem, self.remedy = problem, remedy
        place = self.file
        if row is not None:
            place += f", row {row}"
        if column is not None:
            place += f", column '{column}'"
        super().__init__(f"{place}: {problem}. Remedy: {remedy}.")
