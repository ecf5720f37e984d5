"""Chapters execute side by side: what must be executed is put in the cache before it is read.

Sphinx reads one page after another and myst-nb would execute each as it is read. A chapter that
fails here is left to myst-nb, which executes it again, in a kernel started the usual way, and
reports its error.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import ExecutionResult, single_nb_execution
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from casebook_book import kernels

_LOG = logging.getLogger(__name__)


def setup(app: Sphinx) -> None:
    """Execute before reading."""
    app.connect("env-before-read-docs", _execute)


def _execute(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    config = env.mystnb_config  # type: ignore[attr-defined]
    if config.execution_mode != "cache":
        return
    cache = get_cache(config.execution_cache_path)
    waiting: dict[Path, NotebookNode] = {}
    for docname in sorted(docnames):
        path = Path(env.doc2path(docname))
        text = path.read_text("utf-8")
        if is_myst_markdown_notebook(text):
            notebook = read_myst_markdown_notebook(text)
            try:
                cache.match_cache_notebook(notebook)
            except KeyError:
                waiting[path] = notebook

    if not waiting:
        return
    server = kernels.Server() if kernels.POSSIBLE else None
    forked = {"kernel_manager_class": kernels.manager(server)} if server else {}

    def run(path: Path) -> ExecutionResult:
        return single_nb_execution(
            waiting[path],
            str(path.parent),
            config.execution_timeout,
            allow_errors=False,
            **forked,
        )

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        running = {pool.submit(run, path): path for path in waiting}
        for number, done in enumerate(as_completed(running), 1):
            path, result = running[done], done.result()
            name = path.relative_to(app.srcdir)
            if result.err is None:
                record = cache.add_nb_to_project(str(path))
                bundle = CacheBundleIn(
                    waiting[path], record.uri, data={"execution_seconds": result.time}
                )
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
            _LOG.info(
                "Executed %s in %.1f seconds (%d of %d)",
                name,
                result.time or 0,
                number,
                len(waiting),
            )
    if server:
        server.close()
