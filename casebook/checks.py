"""All checks of data and provenance that a build starts with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from casebook import checksums, published, reconstruct
from casebook.errors import DataError


def check(data: Path, say: Callable[[str], object] = print) -> None:
    """Check the printed record, every reconstruction against its published totals, checksums.

    Checksums come last: of a slip in a table its row and column are told.

    Raises
    ------
    CasebookError
        at the first problem, naming file, row and remedy.
    """
    published.check(data)
    for case in reconstruct.cases():
        say(f"Checking the reconstruction of {case}")
        for row in reconstruct.targets(case).itertuples():
            if not row.met:
                raise DataError(
                    f"data/reconstructed/{case}/messages.csv.gz",
                    f"{row.what}: {row.reconstructed:,} in the reconstruction, {row.published:,} "
                    f"published ({row.ledger_id})",
                    f"casebook reconstruct {case}",
                )
    checksums.verify(data)
