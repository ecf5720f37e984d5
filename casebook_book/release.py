"""Everything that is published of the book, in one folder; ``make release`` runs it.

From a finished site and PDF: the site, ready to be served; a zip of it that works from a folder;
the PDF; the factsheets; the data package; checksums, and a manifest that says what each file is.
The same commit gives the same bytes.
"""

from __future__ import annotations

import hashlib
import html
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from casebook import __version__
from casebook.errors import CasebookError
from casebook_book import lock
from casebook_book.bundles import zipped
from casebook_book.editions import PLACE

#: Names of what is made; without a version, so that links to them stay.
PDF, SITE_ZIP, DATA_ZIP = "gov-casebook.pdf", "gov-casebook-site.zip", "gov-casebook-data.zip"
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"

# What Sphinx leaves for its own next run.
_WORKING_FILES = (".buildinfo", ".doctrees", "__pycache__")

_KINDS = {
    PDF: "book as PDF, tagged (PDF/UA-1)",
    SITE_ZIP: "whole site, to be opened from a folder",
    DATA_ZIP: "data package (Frictionless)",
}


def release(root: Path) -> Path:
    """Make the release of the book in ``root`` from what was built there; returns its folder.

    Raises
    ------
    CasebookError
        if something that belongs to it is missing or cannot be written. A release that was
        there before is then still there, untouched.
    """
    build = root / "_build"
    made, partial = build / "release", build / "release-unfinished"
    shutil.rmtree(partial, ignore_errors=True)
    try:
        _fill(root, partial)
        shutil.rmtree(made, ignore_errors=True)
        partial.rename(made)
    except OSError as error:
        raise CasebookError(
            f"The release could not be written: {error}. Remedy: make room in, or give access to, "
            f"{build}, and run 'make release' again."
        ) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return made


def _fill(root: Path, out: Path) -> None:
    built, book = root / "_build" / "html", root / "_build" / "bookpdf" / "book.pdf"
    for needed in (built / "index.html", book, root / "data" / "datapackage.json"):
        if not needed.is_file():
            raise CasebookError(
                f"{needed.relative_to(root)} is missing. Remedy: run 'make release', which makes "
                "the site and the PDF first."
            )
    sheets = sorted((built / "downloads" / "data").glob("*_factsheet.pdf"))
    if not sheets:
        raise CasebookError(
            "_build/html/downloads/data has no factsheet. Remedy: run 'make clean', then "
            "'make release'."
        )
    site = out / "site"
    shutil.copytree(built, site, ignore=shutil.ignore_patterns(*_WORKING_FILES))
    shutil.copy(book, out / PDF)
    shutil.copy(book, site / "downloads" / PDF)
    _write_site_zip(site, out / SITE_ZIP)
    shutil.copy(out / SITE_ZIP, site / "downloads" / SITE_ZIP)
    offered = {PDF: (out / PDF).stat().st_size, SITE_ZIP: (out / SITE_ZIP).stat().st_size}
    for page, text in _places(site):
        page.write_text(_offering(text, page, site, offered), "utf-8")
    (out / "factsheets").mkdir()
    for sheet in sheets:
        name = sheet.name.replace("_factsheet.pdf", ".pdf")
        shutil.copy(sheet, out / "factsheets" / name)
    (out / DATA_ZIP).write_bytes(zipped(_contents(root / "data", "gov-casebook-data")))
    manifest = json.dumps(_manifest(root, out), indent=1, ensure_ascii=False) + "\n"
    (out / MANIFEST).write_text(manifest, "utf-8")
    sums = (f"{_sha256(path)}  {_name(path, out)}\n" for path in _files(out))
    (out / SUMS).write_text("".join(sums), "utf-8")


def _write_site_zip(site: Path, to: Path) -> None:
    """The site as a zip: it holds the PDF and offers it, but can neither hold nor offer itself."""
    files = _contents(site, "gov-casebook-site")
    size = {PDF: (site / "downloads" / PDF).stat().st_size}
    for page, text in _places(site):
        name = f"gov-casebook-site/{_name(page, site)}"
        files[name] = _offering(text, page, site, size).encode("utf-8")
    to.write_bytes(zipped(files))


def _places(site: Path) -> list[tuple[Path, str]]:
    """The pages with a place for the offer, and their text."""
    pages = ((page, page.read_text("utf-8")) for page in sorted(site.rglob("*.html")))
    found = [(page, text) for page, text in pages if PLACE in text]
    if not found:
        raise CasebookError(
            "No page of the site has a place to offer the PDF and the zip. Remedy: put the "
            "directive {editions} on one, such as index.md."
        )
    return found


def _offering(text: str, page: Path, site: Path, sizes: dict[str, int]) -> str:
    root = "../" * (len(page.relative_to(site).parts) - 1)
    said = {PDF: "the book as a PDF", SITE_ZIP: "the whole site as a zip, to read offline"}
    links = " or ".join(
        f'<a href="{root}downloads/{html.escape(name)}" download>{said[name]}</a> '
        f"({size / 1e6:.1f} MB)"
        for name, size in sizes.items()
    )
    return text.replace(PLACE, f'<p class="cb-editions">To keep: {links}.</p>')


def _contents(folder: Path, under: str) -> dict[str, bytes]:
    return {f"{under}/{_name(path, folder)}": path.read_bytes() for path in _files(folder)}


def _files(folder: Path) -> list[Path]:
    found = (p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return sorted(found, key=lambda path: _name(path, folder))


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(root: Path, out: Path) -> dict[str, Any]:
    """What was made from what; nothing in it hangs on the machine or the hour."""
    git = _git(root)
    commit = git("rev-parse", "HEAD")
    return {
        "name": "gov-casebook",
        "version": __version__,
        "commit": commit,
        "commit_date": git("show", "-s", "--format=%cI", "HEAD"),
        # Whether files differed from the commit; None where there is no commit to compare with.
        "dirty": None if commit is None else bool(git("status", "--porcelain")),
        "packages": {name: " or ".join(pinned) for name, pinned in lock.pins(root).items()},
        "files": [
            {
                "path": _name(path, out),
                "kind": _kind(_name(path, out)),
                "bytes": path.stat().st_size,
                "sha256": _sha256(path),
            }
            for path in _files(out)
        ],
    }


def _kind(name: str) -> str:
    folder = name.split("/")[0]
    return {"site": "file of the site", "factsheets": "factsheet of a case as PDF"}.get(
        folder, _KINDS.get(name, "")
    )


def _git(root: Path) -> Callable[..., str | None]:
    """Asks git about ``root``; the answer is None where there is no git or no repository."""

    def ask(*words: str) -> str | None:
        try:
            said = subprocess.run(
                ["git", *words], cwd=root, capture_output=True, text=True, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            return None
        return said.stdout.strip()

    return ask


def main() -> int:
    """Make it in the folder where this runs; 1 after an error."""
    try:
        made = release(Path.cwd())
    except CasebookError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The release stands in {_name(made, Path.cwd())}: see {MANIFEST} there")
    return 0


if __name__ == "__main__":
    sys.exit(main())
