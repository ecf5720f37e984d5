"""No stale result: what data, package code, styles or neighbouring pages changed is made again.

The execution cache knows a notebook by its cells only, and Sphinx writes only the pages whose
source changed. This room takes fingerprints of all that they depend on besides and drops what
they made when one differs. It also marks a build as unfinished until its last file is written:
whatever a killed build left is not built upon.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from jupyter_cache import get_cache
from jupyter_cache.cache.db import NbCacheRecord
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

import casebook
from casebook_book import lock
from casebook_book.outputs import store
from casebook_book.revision import TOLD

_LOG = logging.getLogger(__name__)

#: Beside ``data/``: the sources that the data cite.
_CITED = "references.bib"
#: Metadata that change with any word of a page, or commit, and that no other page shows.
_OF_A_PAGE_ALONE = {"wordcount", "source_map", TOLD}


def setup(app: Sphinx) -> None:
    """Compare fingerprints before Sphinx loads what it remembers, and before it writes."""
    app.connect("config-inited", _drop_unfinished, priority=0)
    app.connect("config-inited", _drop_stale, priority=2)
    app.connect("builder-inited", _lend_build_info)
    app.connect("env-get-outdated", _changed_text)
    app.connect("env-get-outdated", _drop_removed)
    # Sphinx numbers the figures at this event; before it the pages just read have no numbers.
    app.connect("env-get-updated", _write_all_or_few, priority=999)
    app.connect("build-finished", _finished, priority=1000)


def fingerprint(data: Path) -> str:
    """SHA-256 over ``data``, both packages, Python, and what is installed of the lock beside it.

    Packages that only the tests need leave it as it is.
    """
    digest = hashlib.sha256(sys.version.encode())
    for name in sorted(lock.pins(data.parent)):
        with suppress(PackageNotFoundError):  # what other systems need
            digest.update(f"{name}=={version(name)}\n".encode())
    for root in (data, *(Path(p).parent for p in (casebook.__file__, __file__))):
        _add_folder(digest, root)
    cited = data.parent / _CITED
    if cited.is_file():
        digest.update(cited.read_bytes())
    return digest.hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Write ``path`` so that it is there whole or not at all, whenever the build is killed."""
    partial = path.with_name(f"{path.name}.part")
    partial.write_bytes(content)
    partial.replace(path)


def _add_folder(digest: hashlib._Hash, root: Path) -> None:
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        if "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(root)).encode())
            digest.update(path.read_bytes())


def _build(app: Sphinx) -> Path:
    return Path(app.outdir).parent


def _kept(app: Sphinx, what: str) -> Path:
    """A file that tells the state of this builder's pages; the builders share all else."""
    return _build(app) / f"{what}-{Path(app.outdir).name}"


def _cache(app: Sphinx, config: Config) -> Path:
    return Path(config["nb_execution_cache_path"] or _build(app) / ".jupyter_cache")


def _drop_unfinished(app: Sphinx, config: Config) -> None:
    """After a build that was killed or failed: keep the results that are whole, nothing else."""
    mark = _kept(app, "unfinished")
    mark.parent.mkdir(parents=True, exist_ok=True)
    if mark.exists():
        _LOG.info("The last build did not finish: its pages are made again.")
        _forget_reading(app)
        shutil.rmtree(app.outdir, ignore_errors=True)
        _keep_whole_results(_cache(app, config))
    mark.touch()


def _forget_reading(app: Sphinx) -> None:
    (Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)


def _keep_whole_results(path: Path) -> None:
    """Take out of the execution cache what was being put in when the build was killed."""
    if not path.exists():
        return
    try:
        cache: Any = get_cache(path)
        for record in cache.list_cache_records():
            try:
                cache.get_cache_bundle(record.pk)
            except (KeyError, OSError, ValueError):
                NbCacheRecord.remove_record(record.pk, cache.db)
    except Exception as error:  # the library lets whatever its database raises through
        _LOG.info("The results of the last build cannot be read (%s) and are made again.", error)
        shutil.rmtree(path)


def _drop_stale(app: Sphinx, config: Config) -> None:
    """Drop results or pages that another state made; only then may the new fingerprint stand."""
    source, held = Path(app.srcdir), _build(app) / "fingerprint"
    now = fingerprint(source / "data")
    if _changed(held, now):
        _LOG.info("Data, package or versions changed: every chapter is executed again.")
        shutil.rmtree(_cache(app, config), ignore_errors=True)
        _forget_reading(app)
        write_whole(held, now.encode())
    # Sphinx copies style sheets and scripts only where it writes a page.
    state = hashlib.sha256(now.encode())
    _add_folder(state, source / "assets")
    if _changed(_kept(app, "made-from"), state.hexdigest()):
        shutil.rmtree(app.outdir, ignore_errors=True)
        write_whole(_kept(app, "made-from"), state.hexdigest().encode())


def _changed_text(app: Sphinx, env: BuildEnvironment, *_: object) -> list[str]:
    """Pages whose text is another one than was read, whatever the clock says of their files."""
    now = {d: _text(env, d) for d in env.found_docs}
    held: dict[str, str] = getattr(env, "casebook_texts", {})
    env.casebook_texts = now  # type: ignore[attr-defined]
    return [d for d in now if d in env.all_docs and held.get(d) != now[d]]


def _text(env: BuildEnvironment, docname: str) -> str:
    return hashlib.sha256(Path(env.doc2path(docname)).read_bytes()).hexdigest()


def _drop_removed(
    app: Sphinx, _env: object, _added: set[str], _changed: set[str], removed: set[str]
) -> list[str]:
    """A page that is gone takes html, pictures and bundle along; the others are written anew."""
    if removed:
        shutil.rmtree(app.outdir, ignore_errors=True)
    return []


def _write_all_or_few(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write all pages if anything changed that pages show of one another, else the edited ones.

    Sphinx by itself writes a page anew when its own source changed; the titles of the others, in
    its contents list and in its links, would stay as they were.
    """
    if app.builder.format != "html":
        return []
    now = hashlib.sha256(_shared(env).encode()).hexdigest()
    if not _changed(_kept(app, "pages-show"), now):
        return []
    shutil.rmtree(app.outdir, ignore_errors=True)
    Path(app.outdir).mkdir()
    write_whole(_kept(app, "pages-show"), now.encode())
    return sorted(env.found_docs)


def _shared(env: BuildEnvironment) -> str:
    """What pages show of one another: titles, contents, labels, numbers, front matter, files."""
    domains = {name: sorted(map(str, domain.get_objects())) for name, domain in env.domains.items()}
    standard: Any = env.domains["std"]
    files = store(env, "casebook_files").items()
    held = {
        "titles": {d: title.astext() for d, title in env.titles.items()},
        "contents": {d: toc.pformat() for d, toc in env.tocs.items()},
        "children": env.toctree_includes,
        "numbers": env.toc_fignumbers,
        "sections": env.toc_secnumbers,
        "labels": sorted(map(str, standard.labels.items())),
        "metadata": {
            d: {key: value for key, value in told.items() if key not in _OF_A_PAGE_ALONE}
            for d, told in env.metadata.items()
        },
        "domains": domains,
        # A term is found by its forms on all pages.
        "forms": {d: sorted(p.forms) for d, p in store(env, "casebook_pages").items()},
        "files": {page: {name: list(figure) for name, figure in of.items()} for page, of in files},
        "images": [sorted(env.images), sorted(env.dlfiles)],
    }
    return json.dumps(held, sort_keys=True, default=str)


def _changed(held: Path, now: str) -> bool:
    """Whether the fingerprint kept in ``held`` is another one than ``now``."""
    return not held.exists() or held.read_text("utf-8") != now


def _lend_build_info(app: Sphinx) -> None:
    """Sphinx's own fingerprint of its settings, which differs from Python to Python.

    It stands in the site only while a build runs: the site itself is the same everywhere.
    """
    kept = _kept(app, "buildinfo")
    if kept.exists():
        Path(app.outdir).mkdir(exist_ok=True)
        shutil.copyfile(kept, Path(app.outdir) / ".buildinfo")


def _finished(app: Sphinx, _exception: Exception | None) -> None:
    """The very last thing: what stands there may be built upon."""
    out = Path(app.outdir)
    if out.is_dir():
        if (out / ".buildinfo").exists():
            (out / ".buildinfo").replace(_kept(app, "buildinfo"))
        _kept(app, "unfinished").unlink(missing_ok=True)
