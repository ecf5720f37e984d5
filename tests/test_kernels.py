"""Kernels of a build are forked from one process: same results as a fresh one, nothing shared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from casebook_book import kernels

pytestmark = pytest.mark.skipif(not kernels.POSSIBLE, reason="kernels are forked on Linux alone")

_CODE = """
import json, random, sys
from casebook import activity, figure, paths, published
from casebook.cases import common
import networkx as nx
groups = published.exhibit("timmermans_groups")
print(json.dumps([
    paths.used(), __name__, sys.argv[0][-20:] != "", str(sys.path[0]), nx.__version__,
    published.fact("timmermans.comments").text, len(groups),
]))
figure.table(groups, "groups", "The groups.")
"""


@pytest.fixture(scope="module")
def server() -> Iterator[kernels.Server]:
    started = kernels.Server()
    yield started
    started.close()


def _run(cells: list[str], cwd: Path, **how: Any) -> list[Any]:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(cwd)}}, **how
    ).execute()
    return [[dict(output) for output in cell.outputs] for cell in notebook.cells]


@pytest.fixture(scope="module")
def forked(server: kernels.Server) -> dict[str, Any]:
    return {"kernel_manager_class": kernels.manager(server)}


def test_a_forked_kernel_gives_what_a_fresh_one_gives(root: Path, forked: dict[str, Any]) -> None:
    fresh = _run([_CODE], root / "chapters")
    assert _run([_CODE], root / "chapters", **forked) == fresh
    # A second one knows nothing of the first.
    assert _run([_CODE], root / "chapters", **forked) == fresh
    assert "published/ledger.csv" in json.dumps(fresh)


def test_chapters_share_nothing(root: Path, forked: dict[str, Any]) -> None:
    spoil = (
        "import casebook.figure, os, random; random.seed(1); casebook.figure.MARK = 'other'\n"
        "os.environ['SPOILT'] = '1'; spoilt = 1"
    )
    look = "import casebook.figure, os; print(casebook.figure.MARK, 'SPOILT' in os.environ)"
    _run([spoil], root, **forked)
    said = _run([look], root, **forked)[0][0]["text"]
    assert "other" not in said and said.endswith("False\n")


def test_a_failing_cell_is_told(root: Path, forked: dict[str, Any]) -> None:
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        _run(["1 / 0"], root, **forked)


def test_a_kernel_that_dies_is_told_and_takes_nobody_along(
    root: Path, forked: dict[str, Any]
) -> None:
    with pytest.raises(DeadKernelError):
        _run(["import os, signal; os.kill(os.getpid(), signal.SIGKILL)"], root, **forked)
    assert _run(["print(1)"], root, **forked)[0][0]["text"] == "1\n"


def test_closing_the_server_ends_its_kernels() -> None:
    server = kernels.Server()
    kernel = server.fork(["-f", "nowhere.json"], str(Path.cwd()), dict(os.environ))
    server.close()
    assert kernel.wait(30) is not None
    with pytest.raises(ProcessLookupError):
        os.kill(kernel.pid, 0)


def test_no_module_reads_data_when_it_is_imported(root: Path) -> None:
    # It would be read once for all kernels, and a bundle would not know of the file.
    code = (
        "import importlib, pkgutil, casebook\n"
        "for module in pkgutil.walk_packages(casebook.__path__, 'casebook.'):\n"
        "    if not module.name.endswith('__main__'): importlib.import_module(module.name)\n"
        "print(casebook.paths.used())"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert run.stdout == "[]\n", run.stderr
