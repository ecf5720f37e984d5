"""The process that forks kernels: run as a script by :mod:`casebook_book.kernels`, never imported.

A line of JSON on standard input orders a kernel, ``{"argv": [...], "cwd": ..., "env": {...}}``;
lines on standard output tell ``{"pid": 12}`` in the order asked, and ``{"pid": 12, "code": 0}``
when a kernel has ended. When the input closes, the process ends with all its kernels.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import signal
import sys
from types import FrameType

#: Imported before the forks, besides every module of ``casebook``.
_ALSO = ("ipykernel.kernelapp", "ipykernel.ipkernel", "altair", "igraph", "pyvis.network")

_running: set[int] = set()


def _import_all() -> None:
    import casebook

    for module in pkgutil.walk_packages(casebook.__path__, "casebook."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in _ALSO:
        importlib.import_module(name)


def _say(**told: int) -> None:
    os.write(1, json.dumps(told).encode() + b"\n")


def _reap(_signal: int, _frame: FrameType | None) -> None:
    while _running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        _running.discard(pid)
        _say(pid=pid, code=os.waitstatus_to_exitcode(status))


def _be_a_kernel(argv: list[str], cwd: str, env: dict[str, str]) -> None:
    """In the fork: what a kernel started by itself does, imports left out."""
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    # A kernel ends when its parent does, which is this process.
    sys.argv = ["ipykernel_launcher", *argv, f"--IPKernelApp.parent_handle={os.getppid()}"]
    IPKernelApp.launch_instance()


def main() -> None:
    """Import, then fork for each order until the input ends."""
    # As in a kernel started by itself, where the script's folder is not searched for modules.
    sys.path.pop(0)
    _import_all()
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, _reap)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
        pid = os.fork()
        if pid == 0:
            _be_a_kernel(**json.loads(line))
            os._exit(0)
        _running.add(pid)
        _say(pid=pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for pid in _running:
        # One that was forked just now does not lead its group yet.
        for end in (os.kill, os.killpg):
            with contextlib.suppress(ProcessLookupError):
                end(pid, signal.SIGKILL)
    for pid in _running:
        with contextlib.suppress(ChildProcessError):
            _say(pid=pid, code=os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


if __name__ == "__main__":
    main()
