"""A build starts from data that are right: reconstructions that miss a total are refused."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from casebook import checks
from casebook.errors import DataError

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    shutil.copy(DATA.parent / "references.bib", tmp_path)
    monkeypatch.setenv("CASEBOOK_DATA", str(copy))
    return copy


def test_the_data_as_they_are_pass(data: Path) -> None:
    said: list[str] = []
    checks.check(data, said.append)
    assert any("timmermans" in line for line in said)


def test_a_reconstruction_that_misses_a_total_is_named_with_total_and_remedy(data: Path) -> None:
    path = data / "reconstructed" / "benno_l" / "messages.csv.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True)
    # a tweet that nobody retweets, answers or mentions in
    parents = {line.split(",")[4] for line in lines}
    gone = next(i for i, x in enumerate(lines) if ",tweet," in x and x.split(",")[0] not in parents)
    path.write_bytes(gzip.compress("".join(lines[:gone] + lines[gone + 1 :]).encode(), mtime=0))
    with pytest.raises(DataError, match=r"9,532 in the reconstruction, 9,533 published") as error:
        checks.check(data, lambda _: None)
    assert "benno_l/messages.csv.gz" in str(error.value)
    assert "Remedy: casebook reconstruct benno_l" in str(error.value)


def test_a_slip_in_a_published_table_is_named_with_row_and_column(data: Path) -> None:
    path = data / "published" / "ledger.csv"
    text = path.read_text("utf-8").replace("timmermans.likes,cases/timmermans,", ",cases/x,", 1)
    path.write_text(text, "utf-8")
    with pytest.raises(DataError, match=r"ledger\.csv, row \d+, column"):
        checks.check(data, lambda _: None)
