"""A build starts from checked data and, if it fails, leaves nothing that looks finished."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from casebook import checks
from casebook.errors import CasebookError, DataError
from casebook_book import freshness

_LOG = logging.getLogger(__name__)

#: The machine's refusals that a person can do something about, and what.
_REMEDIES = {
    errno.ENOSPC: "free some space and build again",
    errno.EDQUOT: "free some space or raise the quota, and build again",
    errno.EROFS: "build in a folder that can be written to",
    errno.EACCES: "give this user the right to read and write it",
    errno.EPERM: "give this user the right to read and write it",
    errno.EISDIR: "put a file in the place of the folder",
    errno.ENOTDIR: "put a folder in the place of the file",
}


def setup(app: Sphinx) -> None:
    """Check before anything is read; clear up after a failure."""
    # Kernels inherit these: inside a build the pages draw the figures, not the notebook; and sums
    # must not depend on how many cores the machine has.
    os.environ["CASEBOOK_BUILDING"] = "1"
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
    app.connect("config-inited", _check_data, priority=1)
    app.connect("env-before-read-docs", _check_pages, priority=1)
    app.connect("build-finished", _clear_failure, priority=999)


def _check_data(app: Sphinx, _config: object) -> None:
    root = Path(app.srcdir)
    os.environ["CASEBOOK_DATA"] = str(root / "data")
    held = Path(app.outdir).parent / "checked"
    try:
        # The same data and the same rules, which the fingerprint covers, need no second look.
        state = freshness.fingerprint(root / "data")
        if not held.exists() or held.read_text("utf-8") != state:
            checks.check(root / "data", say=_LOG.info)
            freshness.write_whole(held, state.encode())
    except CasebookError as error:
        _remove(app)
        raise ExtensionError(str(error), modname="casebook") from None
    except OSError as error:
        _remove(app)
        raise ExtensionError(refusal(error) or str(error), modname="casebook") from None


def _check_pages(_app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Every page can be read, and as text; without this Sphinx would put signs of its own in."""
    for docname in docnames:
        path = Path(env.doc2path(docname))
        name = path.relative_to(env.srcdir).as_posix()
        try:
            path.read_text("utf-8")
        except UnicodeDecodeError as error:
            row = path.read_bytes()[: error.start].count(b"\n") + 1
            told = DataError(name, "the text is not UTF-8", "save it as UTF-8", row=row)
            raise ExtensionError(str(told), modname="casebook") from None
        except OSError as error:
            raise ExtensionError(refusal(error) or str(error), modname="casebook") from None


def refusal(error: BaseException) -> str | None:
    """In plain words what the machine refused, where that is the cause of ``error``.

    Returns
    -------
    str or None
        file, problem and remedy; None if the cause is another one.
    """
    for cause in _causes(error):
        if isinstance(cause, OSError) and cause.errno in _REMEDIES:
            place = f"{cause.filename}: " if cause.filename else ""
            return f"{place}{os.strerror(cause.errno)}. Remedy: {_REMEDIES[cause.errno]}."
        if isinstance(cause, sqlite3.OperationalError) and "disk is full" in str(cause):
            return f"{os.strerror(errno.ENOSPC)}. Remedy: {_REMEDIES[errno.ENOSPC]}."
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it came from; Sphinx keeps that of its handlers in a place of its own."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop(0)
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__, getattr(one, "orig_exc", None)]


def _clear_failure(app: Sphinx, exception: Exception | None) -> None:
    # Sphinx counts its warnings as a failure only after this event.
    warned = app.keep_going and app._warncount > 0
    if exception is not None or app.statuscode != 0 or warned:
        _remove(app)
        # What was read with a warning must be read, and warn, again.
        (Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)
        if exception is not None and (told := refusal(exception)) is not None:
            _LOG.error("%s", told)
        _LOG.error("The build failed: %s was removed, see the messages above.", app.outdir)


def _remove(app: Sphinx) -> None:
    shutil.rmtree(app.outdir, ignore_errors=True)
