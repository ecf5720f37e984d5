"""Checksums of the data: ``datapackage.json`` says of each table how long it is and its SHA-256.

A build refuses a table that is another one than the package describes, so that no edit slips in
unseen; ``casebook checksums`` tells the package of an edit that was meant. A reader who edits a
table in a chapter's bundle is told that the results are no longer the published ones, and goes on.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from casebook.errors import DataError
from casebook.paths import building

_PACKAGE = "datapackage.json"


def of(path: Path) -> dict[str, str | int]:
    """``hash`` and ``bytes`` of a file, as the package has them."""
    content = path.read_bytes()
    return {"hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "bytes": len(content)}


def verify(root: Path) -> None:
    """Compare every table below ``root`` with what its ``datapackage.json`` says.

    Raises
    ------
    DataError
        at the first table that is absent or differs, or whose checksum the package lacks.
    """
    for resource in package(root)["resources"]:
        if not _as_described(root, resource):
            raise DataError(
                f"{root.name}/{resource['path']}",
                f"the file is not the one that {root.name}/{_PACKAGE} describes: its checksum "
                "differs",
                "if the change is meant, run 'casebook checksums'; if not, take the file back from "
                "version control",
            )


def renew(root: Path, paths: Iterable[Path] | None = None) -> list[str]:
    """Write the checksums of the tables at ``paths`` (all, if None) into the package.

    Returns
    -------
    list of str
        the tables whose checksum changed, below ``root``.
    """
    chosen = None if paths is None else {path.resolve() for path in paths}
    described, changed = package(root), []
    for resource in described["resources"]:
        path = root / resource["path"]
        if chosen is not None and path.resolve() not in chosen:
            continue
        if not _as_described(root, resource):
            resource.update(of(path))
            changed.append(resource["path"])
    if changed:
        text = json.dumps(described, indent=2, ensure_ascii=False) + "\n"
        partial = root / f"{_PACKAGE}.part"
        partial.write_text(text, "utf-8")
        partial.replace(root / _PACKAGE)
    return changed


def tell_if_changed(root: Path, name: str) -> None:
    """Warn a reader whose table ``name`` is not the published one; builds refuse it themselves."""
    if building():
        return
    told = {r["path"]: r.get("hash") for r in package(root).get("resources", [])}.get(name)
    if told is not None and told != of(root / name)["hash"]:
        warnings.warn(
            f"{root.name}/{name} is not the published file: what is computed from it is yours. To "
            "take the change as given, run 'casebook checksums'.",
            stacklevel=3,
        )


def package(root: Path) -> dict[str, Any]:
    """What ``datapackage.json`` in ``root`` says.

    Raises
    ------
    DataError
        if it cannot be read.
    """
    path = root / _PACKAGE
    try:
        held: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise DataError(
            f"{root.name}/{_PACKAGE}", f"it is not JSON ({error})", "take it back, or mend it there"
        ) from error
    except OSError as error:
        problem = f"it cannot be read ({error.strerror})"
        raise DataError(
            f"{root.name}/{_PACKAGE}", problem, "give this user the right to read it"
        ) from error
    return held


def _as_described(root: Path, resource: dict[str, Any]) -> bool:
    path = root / resource["path"]
    if not path.is_file():
        raise DataError(
            f"{root.name}/{resource['path']}",
            "the file is not here",
            "take it back from version control",
        )
    return all(resource.get(key) == value for key, value in of(path).items())
