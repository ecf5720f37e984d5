"""A server of static pages that compresses, as the hosts do on which the book is put."""

from __future__ import annotations

import functools
import gzip
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO

_PACKABLE = {".html", ".css", ".js", ".json", ".svg", ".xml", ".txt", ".csv"}


@functools.lru_cache(maxsize=512)
def _packed(path: Path, _changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), 6, mtime=0)


class Packed(SimpleHTTPRequestHandler):
    """Serves a folder, text compressed with gzip, everything to be kept for ten minutes."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> io.BytesIO | BinaryIO | None:  # type: ignore[override]
        """Answer with the compressed file where that helps."""
        path = Path(self.translate_path(self.path))
        if path.suffix not in _PACKABLE or not path.is_file():
            return super().send_head()
        body = _packed(path, path.stat().st_mtime_ns)
        self.send_response(HTTPStatus.OK)
        kind = self.guess_type(str(path))
        charset = "; charset=utf-8" if kind.startswith("text/") else ""
        self.send_header("Content-Type", kind + charset)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def end_headers(self) -> None:
        """Let the browser keep what it got, as on a host."""
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The address, with a closing slash, of the ``site`` on this machine."""
    handler = functools.partial(Packed, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()
