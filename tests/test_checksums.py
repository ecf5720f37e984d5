"""The data package knows its tables: a change is refused, told, or taken as given."""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path

import pytest

from casebook import checksums, cli, published
from casebook.errors import DataError

DATA = Path(__file__).parent.parent / "data"
CHANGED = "coded/case_selection.csv"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    monkeypatch.setenv("CASEBOOK_DATA", str(copy))
    monkeypatch.delenv("CASEBOOK_BUILDING", raising=False)
    return copy


def _change(data: Path) -> None:
    path = data / CHANGED
    path.write_bytes(path.read_bytes().rstrip(b"\n"))


def test_the_package_describes_the_tables_as_they_are(data: Path) -> None:
    checksums.verify(data)
    assert checksums.renew(data) == []


def test_a_change_is_named_with_its_remedy(data: Path) -> None:
    _change(data)
    with pytest.raises(DataError, match=r"data/coded/case_selection\.csv: .*checksum.*Remedy: .*"):
        checksums.verify(data)


def test_a_table_without_a_checksum_is_refused(data: Path) -> None:
    path = data / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    del package["resources"][0]["hash"]
    path.write_text(json.dumps(package), "utf-8")
    with pytest.raises(DataError, match="casebook checksums"):
        checksums.verify(data)


def test_renewing_changes_the_one_checksum_and_nothing_else(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (data / "datapackage.json").read_text("utf-8").splitlines()
    _change(data)
    assert cli.main(["checksums"]) == 0
    assert capsys.readouterr().out == f"renewed {CHANGED}\n"
    checksums.verify(data)
    after = (data / "datapackage.json").read_text("utf-8").splitlines()
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 2


def test_only_the_named_tables_are_renewed(data: Path) -> None:
    _change(data)
    assert checksums.renew(data, [data / "coded/cases.csv"]) == []
    assert checksums.renew(data, [data / CHANGED]) == [CHANGED]


def test_a_reader_with_other_data_is_told_and_goes_on(data: Path) -> None:
    _change(data)
    with pytest.warns(UserWarning, match=r"case_selection\.csv is not the published file"):
        assert len(published.exhibit("case_selection")) > 0


def test_a_reader_with_the_published_data_is_told_nothing(data: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        published.exhibit("case_selection")


def test_a_torn_package_is_named(data: Path) -> None:
    (data / "datapackage.json").write_text('{"resources": [', "utf-8")
    with pytest.raises(DataError, match=r"data/datapackage\.json: it is not JSON .*Remedy"):
        checksums.package(data)
