"""What a build costs: cold, unchanged, after a change of prose, after a change of code.

    python benchmarks/build.py

Works on a copy of the tree, with the packages of the running Python. Seconds depend on the
machine; the ratios to the cold build, measured in one run, are what to compare.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPO = Path(__file__).parent.parent
CHAPTER = "chapters/cases/benno_l.md"


def build(tree: Path) -> float:
    """Seconds of one strict build of ``tree``."""
    jb = Path(sys.executable).with_name("jb")
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    subprocess.run(
        [jb, "build", ".", "-W", "-n", "--keep-going"],
        cwd=tree,
        env={**env, "PYTHONPATH": str(tree)},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - started


def main() -> None:
    """Print one line per kind of build."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "book"
        ignored = shutil.ignore_patterns("_build", ".venv", ".git", "__pycache__")
        shutil.copytree(REPO, tree, ignore=ignored)
        cold = build(tree)
        print(f"cold                     {cold:6.1f} s   1.00")
        print(f"unchanged                {(s := build(tree)):6.1f} s   {s / cold:.2f}")
        page = tree / CHAPTER
        page.write_text(page.read_text("utf-8") + "\nOne more sentence.\n", "utf-8")
        print(f"prose of one chapter     {(s := build(tree)):6.1f} s   {s / cold:.2f}")
        text = page.read_text("utf-8").replace("graph = networks", "graph =  networks", 1)
        page.write_text(text, "utf-8")
        print(f"code of one chapter      {(s := build(tree)):6.1f} s   {s / cold:.2f}")
        ledger = tree / "data/published/ledger.csv"
        ledger.write_text(ledger.read_text("utf-8") + "\n", "utf-8")
        print(f"data (all chapters)      {(s := build(tree)):6.1f} s   {s / cold:.2f}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of one process {peak:.0f} MiB")


if __name__ == "__main__":
    main()
