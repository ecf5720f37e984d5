"""The revision that a build tells: commit, date, versions; and run times for every chapter."""

from __future__ import annotations

import csv
import subprocess
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from casebook_book import lock, revision


def _git(folder: Path, *arguments: str) -> None:
    settings = {"user.name": "T", "user.email": "t@example.org", "commit.gpgsign": "false"}
    given = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    subprocess.run(["git", *given, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit."""
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside/a.md").write_text("first")
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-q", "-m", "first", "--date", "2014-03-31T12:00:00")
    return tmp_path


def test_a_commit_is_told_with_its_date(repository: Path) -> None:
    told = revision.revision(repository)
    assert len(told.commit) == 12 and int(told.commit, 16)
    assert told.text("commit") == told.commit
    assert len(told.text("date")) == len("2014-03-31")


def test_changes_since_the_commit_are_told(repository: Path) -> None:
    commit = revision.revision(repository).commit
    (repository / "inside/a.md").write_text("second")
    assert revision.revision(repository).text("commit").startswith(f"{commit}, with changes")


def test_new_files_that_nobody_follows_are_no_change(repository: Path) -> None:
    (repository / "note.txt").write_text("mine")
    assert not revision.revision(repository).altered


def test_a_copy_inside_another_repository_has_no_revision(repository: Path) -> None:
    assert revision.revision(repository / "inside") == revision.Revision("unknown", "unknown")


def test_a_folder_outside_any_repository_has_no_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert revision.revision(tmp_path).text("commit") == "unknown"
    monkeypatch.setenv("PATH", "")
    assert revision.revision(tmp_path).text("date") == "unknown"


def test_a_page_that_tells_another_commit_is_read_again(repository: Path) -> None:
    app: Any = SimpleNamespace(srcdir=repository)
    env: Any = SimpleNamespace(metadata={"plain": {}})
    now = revision.revision(repository)
    env.metadata |= {"new": {revision.TOLD: now}, "old": {revision.TOLD: revision.Revision()}}
    assert revision._outdated(app, env, set(), set(), set()) == ["old"]
    assert revision._outdated(app, env, set(), set(), {"old"}) == []


def test_pins_are_read_with_all_that_forks(tmp_path: Path) -> None:
    assert lock.pins(tmp_path) == {}
    lines = ["-e .", "A_b==1.0", "    # via c", "d==3 ; os_name == 'nt'", "d==2 ; os_name != 'nt'"]
    (tmp_path / lock.LOCK).write_text("\n".join(lines), "utf-8")
    assert lock.pins(tmp_path) == {"a-b": ["1.0"], "d": ["2", "3"]}


def test_an_installed_version_is_held_against_its_pin() -> None:
    here = version("pandas")
    assert revision._installed("pandas", {"pandas": [here]}) == here
    assert revision._installed("pandas", {"pandas": ["0.1", here]}) == here
    assert revision._installed("pandas", {"pandas": ["0.1"]}).endswith("(pinned: 0.1)")
    assert revision._installed("pandas", {}).endswith("(pinned: nothing)")


def test_every_chapter_with_cells_has_a_run_time(root: Path) -> None:
    pages = [root / "index.md", *(root / "chapters").rglob("*.md")]
    with_cells = {
        page.relative_to(root).with_suffix("").as_posix().removeprefix("chapters/")
        for page in pages
        if "kernelspec:" in page.read_text("utf-8").split("\n---\n")[0]
    }
    with (root / "data/derived/run_times.csv").open(encoding="utf-8", newline="") as handle:
        timed = {row["chapter"] for row in csv.DictReader(handle)}
    # The page that shows them is left out.
    assert timed == with_cells - {"behind/status"}, "chapters came or went: run 'make times'"


@pytest.mark.site
def test_the_page_tells_commit_and_versions(site: Path, root: Path) -> None:
    text = (site / "chapters/behind/status.html").read_text("utf-8")
    assert "{revision}" not in text
    for name in ("jupyter-book", "pandas", "igraph"):
        assert lock.pins(root)[name][0] in text
    assert "(pinned:" not in text
