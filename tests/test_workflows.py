"""The workflows: valid, pinned, made of commands that there are, refusing what must not come."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

#: What breaks the book if it comes by itself; UPGRADE.md and .github/dependabot.yml say why.
REFUSED = ("jupyter-book", "sphinx-book-theme", "pydata-sphinx-theme", "sphinx", "docutils")


def _github(root: Path) -> list[Path]:
    found = sorted((root / ".github/workflows").glob("*.yml"))
    assert found
    return found


def _commands(held: Any) -> Iterator[str]:
    """Every shell line of a workflow or pipeline."""
    if isinstance(held, list):
        for each in held:
            yield from _commands(each)
    elif isinstance(held, dict):
        for key, value in held.items():
            if key == "run":
                yield str(value)
            elif key == "script":
                yield from value
            else:
                yield from _commands(value)


@pytest.mark.parametrize(
    ("schema", "names"),
    [
        ("vendor.github-workflows", ".github/workflows/*.yml"),
        ("vendor.dependabot", ".github/dependabot.yml"),
        ("vendor.gitlab-ci", ".gitlab-ci.yml"),
    ],
)
def test_they_follow_their_schema(root: Path, schema: str, names: str) -> None:
    files = [str(path) for path in sorted(root.glob(names))]
    run = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *files]
        + (["--data-transform", "gitlab-ci"] if "gitlab" in schema else []),
        capture_output=True,
        text=True,
        check=False,
    )
    assert files and run.returncode == 0, run.stdout


def test_actions_are_pinned_by_commit_and_say_their_version(root: Path) -> None:
    for path in _github(root):
        for line in path.read_text("utf-8").splitlines():
            if "uses:" in line:
                assert re.search(r"uses: actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_an_action_has_one_pin(root: Path) -> None:
    text = "\n".join(path.read_text("utf-8") for path in _github(root))
    pins = set(re.findall(r"uses: (actions/[\w-]+)@([0-9a-f]{40})", text))
    assert len(pins) == len({action for action, _ in pins})


def test_no_expression_of_another_is_put_into_a_shell(root: Path) -> None:
    # A branch's or a title's name could be a command.
    for path in _github(root):
        for command in _commands(yaml.safe_load(path.read_text("utf-8"))):
            assert "${{" not in command, command


def test_the_make_targets_and_tools_are_there(root: Path) -> None:
    makefile = (root / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    asked, tools = set(), set()
    for path in [*_github(root), root / ".gitlab-ci.yml"]:
        for command in _commands(yaml.safe_load(path.read_text("utf-8"))):
            asked |= set(re.findall(r"\bmake (?:-C \S+ )?([a-z-]+)", command))
            tools |= set(re.findall(r"\btools/\w+\.py", command))
    assert {"book", "test", "release", "upgrade"} <= asked
    assert asked - targets == set()
    assert [tool for tool in tools if not (root / tool).is_file()] == []


def test_each_python_is_built_with(root: Path) -> None:
    project = (root / "pyproject.toml").read_text("utf-8")
    lowest = re.search(r'requires-python = ">=([\d.]+)"', project)
    book = yaml.safe_load((root / ".github/workflows/book.yml").read_text("utf-8"))
    lab = yaml.safe_load((root / ".gitlab-ci.yml").read_text("utf-8"))
    pythons = book["jobs"]["pythons"]["strategy"]["matrix"]["python"]
    assert lowest and pythons[0] == lowest[1]
    assert lab["pythons"]["parallel"]["matrix"][0]["VERSION"] == pythons
    compared = " ".join(_commands(book["jobs"]["same"])), " ".join(lab["same"]["script"])
    assert [p for p in pythons for said in compared if f"checksums-{p}" not in said] == []


def test_what_breaks_the_book_is_not_proposed(root: Path) -> None:
    bot = yaml.safe_load((root / ".github/dependabot.yml").read_text("utf-8"))
    ignored = {
        rule["dependency-name"]: SpecifierSet(",".join(rule["versions"]))
        for update in bot["updates"]
        for rule in update.get("ignore", [])
    }
    assert set(REFUSED) <= set(ignored)
    pins = {}
    for line in (root / "requirements.txt").read_text("utf-8").splitlines():
        if line and not line.startswith((" ", "#", "-")):
            found = Requirement(line)
            pins[canonicalize_name(found.name)] = next(iter(found.specifier)).version
    assert {name: pins[name] for name, refused in ignored.items() if pins[name] in refused} == {}
