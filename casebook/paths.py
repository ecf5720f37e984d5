"""Where the data stand: beside the book, or beside a downloaded notebook."""

from __future__ import annotations

import os
from pathlib import Path

from casebook.errors import CasebookError


def data_dir() -> Path:
    """The folder with ``datapackage.json``.

    It is ``$CASEBOOK_DATA`` where that is set, else ``data/`` in the working directory or in
    the nearest folder above it: a chapter's kernel starts in the chapter's own folder, a
    bundle's in the bundle.

    Raises
    ------
    CasebookError
        if there is no such folder.
    """
    given = os.environ.get("CASEBOOK_DATA")
    if given:
        candidates = [Path(given)]
    else:
        here = Path.cwd()
        candidates = [folder / "data" for folder in (here, *here.parents)]
    for folder in candidates:
        if (folder / "datapackage.json").is_file():
            return folder
    raise CasebookError(
        f"No data/datapackage.json found from {Path.cwd()} upwards. Run from inside the book or an "
        "unzipped bundle, or set CASEBOOK_DATA to the folder that holds datapackage.json."
    )


_used: set[str] = set()


def data_file(name: str) -> Path:
    """The path of ``data/<name>``; remembers that this process used it."""
    note_use(name)
    return data_dir() / name


def note_use(name: str) -> None:
    """Remember ``data/<name>``: a chapter's bundle carries just the files its code used."""
    _used.add(name)


def used() -> list[str]:
    """Names (below ``data/``) of all files this process has used, sorted."""
    return sorted(_used)


def building() -> bool:
    """Whether this process runs inside a build of the book, which draws the figures itself."""
    return os.environ.get("CASEBOOK_BUILDING") == "1"


def live() -> bool:
    """Whether a page draws the figures as they are computed: no still picture, no set sheet."""
    return os.environ.get("CASEBOOK_LIVE") == "1"
