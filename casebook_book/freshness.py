"""No stale result: what data, package code or styles changed is made again.

The execution cache knows a notebook by its cells only. This room takes a fingerprint of all
that cells depend on besides themselves and drops the caches when it differs.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from importlib.metadata import distributions
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

import casebook
import casebook_book

_LOG = logging.getLogger(__name__)


def setup(app: Sphinx) -> None:
    """Compare fingerprints before Sphinx loads what it remembers."""
    app.connect("config-inited", _drop_stale, priority=2)
    app.connect("env-get-outdated", _drop_removed)


def fingerprint(data: Path) -> str:
    """SHA-256 over every file of ``data``, both packages, the installed versions and Python's."""
    digest = hashlib.sha256(sys.version.encode())
    for name, version in sorted((d.name or "", d.version) for d in distributions()):
        digest.update(f"{name}=={version}\n".encode())
    for root in (data, *(Path(p).parent for p in (casebook.__file__, casebook_book.__file__))):
        _add_folder(digest, root)
    return digest.hexdigest()


def _add_folder(digest: hashlib._Hash, root: Path) -> None:
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        if "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(root)).encode())
            digest.update(path.read_bytes())


def _drop_stale(app: Sphinx, config: Config) -> None:
    build, source = Path(app.outdir).parent, Path(app.srcdir)
    build.mkdir(parents=True, exist_ok=True)
    if _changed(build / "fingerprint", fingerprint(source / "data")):
        _LOG.info("Data, package or versions changed: every chapter is executed again.")
        cache = Path(config["nb_execution_cache_path"] or build / ".jupyter_cache")
        shutil.rmtree(cache, ignore_errors=True)
        (Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)
    styles = hashlib.sha256()
    _add_folder(styles, source / "assets")
    # Each builder has its own: the site must not miss what a build of the PDF saw first.
    if _changed(build / f"fingerprint-assets-{Path(app.outdir).name}", styles.hexdigest()):
        # Sphinx copies style sheets and scripts only where it writes a page.
        shutil.rmtree(app.outdir, ignore_errors=True)


def _drop_removed(
    app: Sphinx, _env: object, _added: set[str], _changed: set[str], removed: set[str]
) -> list[str]:
    """A page that is gone takes html, pictures and bundle along; the others are written anew."""
    if removed:
        shutil.rmtree(app.outdir, ignore_errors=True)
    return []


def _changed(held: Path, now: str) -> bool:
    """Whether the fingerprint kept in ``held`` is another one; ``now`` is kept from here on."""
    if held.exists() and held.read_text("utf-8") == now:
        return False
    held.write_text(now, "utf-8")
    return True
