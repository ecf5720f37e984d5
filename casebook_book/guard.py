"""A build starts from checked data and, if it fails, leaves nothing that looks finished."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging

from casebook import checks
from casebook.errors import CasebookError

_LOG = logging.getLogger(__name__)


def setup(app: Sphinx) -> None:
    """Check before anything is read; clear up after a failure."""
    # Kernels inherit this: inside a build the pages draw the figures, not the notebook.
    os.environ["CASEBOOK_BUILDING"] = "1"
    app.connect("config-inited", _check_data, priority=1)
    app.connect("build-finished", _clear_failure, priority=999)


def _check_data(app: Sphinx, _config: object) -> None:
    root = Path(app.srcdir)
    os.environ["CASEBOOK_DATA"] = str(root / "data")
    try:
        checks.check(root / "data", say=_LOG.info)
    except CasebookError as error:
        _remove(app)
        raise ExtensionError(str(error), modname="casebook") from None


def _clear_failure(app: Sphinx, exception: Exception | None) -> None:
    # Sphinx counts its warnings as a failure only after this event.
    warned = app.keep_going and app._warncount > 0
    if exception is not None or app.statuscode != 0 or warned:
        _remove(app)
        # What was read with a warning must be read, and warn, again.
        (Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)
        _LOG.error("The build failed: %s was removed, see the messages above.", app.outdir)


def _remove(app: Sphinx) -> None:
    shutil.rmtree(app.outdir, ignore_errors=True)
