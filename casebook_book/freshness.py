"""No stale result: what data or package code changed is executed and read again.

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


def fingerprint(data: Path) -> str:
    """SHA-256 over every file of ``data``, both packages, the installed versions and Python's."""
    digest = hashlib.sha256(sys.version.encode())
    for name, version in sorted((d.name or "", d.version) for d in distributions()):
        digest.update(f"{name}=={version}\n".encode())
    rooms = [Path(p).parent for p in (casebook.__file__, casebook_book.__file__)]
    for root in (data, *rooms):
        for path in sorted(p for p in root.rglob("*") if p.is_file()):
            if "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(root)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _drop_stale(app: Sphinx, config: Config) -> None:
    build = Path(app.outdir).parent
    held, now = build / "fingerprint", fingerprint(Path(app.srcdir) / "data")
    if held.exists() and held.read_text("utf-8") == now:
        return
    _LOG.info("Data, package or versions changed: every chapter is executed again.")
    cache = Path(config["nb_execution_cache_path"] or build / ".jupyter_cache")
    shutil.rmtree(cache, ignore_errors=True)
    (Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)
    build.mkdir(parents=True, exist_ok=True)
    held.write_text(now, "utf-8")
