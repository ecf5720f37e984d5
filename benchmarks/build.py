"""What a build costs: from clean, unchanged, after edits, and one chapter alone.

    python benchmarks/build.py

Works on a copy of the tree, with the packages of the running Python. Seconds depend on the
machine and on what else it does; processor seconds less so, and the ratios to the build from
clean, measured in one run, are what to compare. Memory is that of the largest process.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

REPO = Path(__file__).parent.parent
CHAPTER = "chapters/cases/benno_l.md"


def build(tree: Path) -> tuple[float, float]:
    """Seconds and processor seconds of one strict build of ``tree``."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    started, before = time.perf_counter(), _processor()
    subprocess.run(
        [
            *(sys.executable, "-c", "from jupyter_book.cli.main import main; main()"),
            *("build", ".", "-W", "-n", "--keep-going"),
        ],
        cwd=tree,
        env={**env, "PYTHONPATH": str(tree)},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - started, _processor() - before


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _prose(tree: Path) -> None:
    page = tree / CHAPTER
    page.write_text(page.read_text("utf-8") + "\nOne more sentence.\n", "utf-8")


def _code(tree: Path) -> None:
    page = tree / CHAPTER
    text = page.read_text("utf-8").replace("graph = networks", "graph =  networks", 1)
    page.write_text(text, "utf-8")


def _data(tree: Path) -> None:
    notes = tree / "data/README.md"
    notes.write_text(notes.read_text("utf-8") + "\n", "utf-8")


def alone(tree: Path) -> tuple[float, float]:
    """Seconds and processor seconds of one chapter re-run from its bundle."""
    place = tree / "_build" / "alone"
    name = Path(CHAPTER).stem
    with zipfile.ZipFile(tree / f"_build/html/downloads/{name}.zip") as bundle:
        bundle.extractall(place)
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    started, before = time.perf_counter(), _processor()
    subprocess.run(
        [sys.executable, "-m", "jupyter", "execute", f"{name}.ipynb"],
        cwd=place,
        env={**env, "PYTHONPATH": str(tree)},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - started, _processor() - before


_BUILDS: dict[str, Callable[[Path], object]] = {
    "from clean": lambda _: None,
    "unchanged": lambda _: None,
    "prose of one chapter": _prose,
    "code of one chapter": _code,
    "data (all chapters)": _data,
}


def main() -> None:
    """Print one line per kind of build."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "book"
        ignored = shutil.ignore_patterns("_build", ".venv", ".git", "__pycache__")
        shutil.copytree(REPO, tree, ignore=ignored)
        whole = 0.0
        print(f"{'':24} {'seconds':>8} {'processor':>10} {'ratio':>6}")
        for name, change in [*_BUILDS.items(), ("one chapter alone", None)]:
            if change is not None:
                change(tree)
            seconds, processor = build(tree) if change is not None else alone(tree)
            whole = whole or processor
            print(f"{name:24} {seconds:8.1f} {processor:10.1f} {processor / whole:6.2f}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of one process {peak:.0f} MiB")


if __name__ == "__main__":
    main()
