"""What ``requirements.txt`` pins: the packages that the book is built with, and theirs."""

from __future__ import annotations

from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

#: Beside the chapters.
LOCK = "requirements.txt"


def pins(root: Path) -> dict[str, list[str]]:
    """Canonical name to its versions, more than one where they hang on the Python or the system.

    Parameters
    ----------
    root
        the book's folder; one without a lock pins nothing.
    """
    lock = root / LOCK
    held: dict[str, set[str]] = {}
    for line in lock.read_text("utf-8").splitlines() if lock.is_file() else ():
        if line and not line.startswith((" ", "#", "-")):
            found = Requirement(line)
            versions = held.setdefault(canonicalize_name(found.name), set())
            versions |= {each.version for each in found.specifier}
    return {name: sorted(versions) for name, versions in held.items()}
