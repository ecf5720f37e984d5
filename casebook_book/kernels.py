"""Kernels for the chapters of a build, forked from one process that has imported all they need.

A kernel of its own for each chapter, started the usual way, spends about three seconds on imports
before its first cell. Here one process (``kernel_server.py``) imports ``casebook`` and what it
stands on, runs nothing, and forks for each chapter: every kernel starts from the same state, as a
fresh one would, and knows nothing of the others.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

#: Elsewhere a fork after imports is not safe (macOS) or not possible (Windows).
POSSIBLE = sys.platform == "linux"


class Server:
    """The process that forks kernels; one for a build.

    Orders go to its standard input and news come from its standard output, a line of JSON each:
    ``{"argv": [...], "cwd": ..., "env": {...}}``, then ``{"pid": 12}`` in the order asked, and
    ``{"pid": 12, "code": 0}`` when a kernel has ended. It ends when its input closes, and with it
    all its kernels.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("kernel_server.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._lock = threading.Lock()
        self._news = threading.Condition()
        self._born: list[int] = []
        self._codes: dict[int, int] = {}
        self._gone = False
        threading.Thread(target=self._listen, daemon=True).start()

    def fork(self, argv: list[str], cwd: str, env: dict[str, str]) -> Forked:
        """A new kernel, started with the arguments ``argv`` in folder ``cwd``.

        Raises
        ------
        ChildProcessError
            if the server has ended.
        """
        order = json.dumps({"argv": argv, "cwd": cwd, "env": env}) + "\n"
        with self._lock:
            pipe = self._process.stdin
            assert pipe is not None
            pipe.write(order.encode())
            pipe.flush()
            with self._news:
                self._news.wait_for(lambda: self._born or self._gone)
                if not self._born:
                    raise ChildProcessError("The process that starts kernels has ended.")
                return Forked(self, self._born.pop(0))

    def code(self, pid: int, wait: float | None = 0) -> int | None:
        """Exit code of kernel ``pid``; None while it runs."""
        with self._news:
            self._news.wait_for(lambda: pid in self._codes or self._gone, wait)
            return self._codes.get(pid, -1 if self._gone else None)

    def close(self) -> None:
        """End the process and whatever it started."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()

    def _listen(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None
        for line in pipe:
            told = json.loads(line)
            with self._news:
                if "code" in told:
                    self._codes[told["pid"]] = told["code"]
                else:
                    self._born.append(told["pid"])
                self._news.notify_all()
        with self._news:
            self._gone = True
            self._news.notify_all()


class Forked:
    """A forked kernel, with the part of :class:`subprocess.Popen` that Jupyter uses."""

    stdin = stdout = stderr = None

    def __init__(self, server: Server, pid: int) -> None:
        self._server, self.pid = server, pid

    def poll(self) -> int | None:
        """Exit code, or None while it runs."""
        return self._server.code(self.pid)

    def wait(self, timeout: float | None = None) -> int | None:
        """Exit code, once it has ended."""
        return self._server.code(self.pid, timeout)

    def send_signal(self, signum: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


def manager(server: Server) -> type[AsyncKernelManager]:
    """A kernel manager for :mod:`nbclient` whose kernels ``server`` forks."""

    class Provisioner(LocalProvisioner):
        async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
            # cmd is "python -m ipykernel_launcher -f file": what the fork needs comes after it.
            kernel = server.fork(cmd[3:], kwargs["cwd"], kwargs["env"])
            self.process = cast("subprocess.Popen[bytes]", kernel)
            self.pid = self.pgid = kernel.pid
            return self.connection_info

    class Manager(AsyncKernelManager):
        async def _async_pre_start_kernel(self, **kwargs: Any) -> tuple[list[str], dict[str, Any]]:
            self.provisioner = Provisioner(kernel_id="", kernel_spec=self.kernel_spec, parent=self)
            return await super()._async_pre_start_kernel(**kwargs)

    return Manager
