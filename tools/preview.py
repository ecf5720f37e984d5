"""The book while you write: built again after each change; pages reload by themselves.

    make preview

Serves a copy of the last build that succeeded, to this machine only. The script that reloads a
page is put in as the page is sent, so that no file of the site holds it, and comes from the same
server, so that the pages' own security policy lets it run. A build that fails says so here and
leaves the last good pages in place. Warnings are shown and fail nothing, other than in
``make book``.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
BUILT, SHOWN = REPO / "_build" / "html", REPO / "_build" / "preview"
PORT = 8000

#: What the site is made of. After a change of code or data every chapter is executed again.
WATCHED = (
    "index.md", "_config.yml", "_toc.yml", "chapters", "assets",
    "casebook", "casebook_book", "data",
)  # fmt: skip

_SCRIPT = """let shown = null;
setInterval(async () => {
  try {
    const now = await (await fetch("/_preview-build")).text();
    if (shown !== null && now !== shown) location.reload();
    shown = now;
  } catch { /* the server is gone or busy: ask again */ }
}, 500);
"""


def state(root: Path) -> dict[Path, int]:
    """The time of the last change of every file that the site is made of."""
    found = {}
    for name in WATCHED:
        for path in ((root / name), *(root / name).rglob("*")):
            try:
                if path.is_file() and "__pycache__" not in path.parts:
                    found[path] = path.stat().st_mtime_ns
            except FileNotFoundError:  # a passing file of an editor
                continue
    return found


def build() -> bool:
    """Build what changed, and show it if that succeeded."""
    started = time.monotonic()
    jb = Path(sys.executable).with_name("jb")
    run = subprocess.run(
        [jb, "build", "."],
        cwd=REPO,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    took = f"{time.monotonic() - started:.0f} s"
    if run.returncode or not (BUILT / "index.html").is_file():
        print(f"{run.stdout[-3000:]}\nFailed after {took}: the pages shown are older.", flush=True)
        return False
    show(BUILT, SHOWN)
    warnings = [line for line in run.stdout.splitlines() if "WARNING" in line]
    print("\n".join([*warnings, f"Built in {took}."]), flush=True)
    return True


def show(built: Path, shown: Path) -> None:
    """Make ``shown`` what ``built`` is, by links to the same files."""
    fresh, old = shown.with_suffix(".new"), shown.with_suffix(".old")
    for left in (fresh, old):
        shutil.rmtree(left, ignore_errors=True)
    shutil.copytree(built, fresh, copy_function=os.link)
    if shown.exists():
        shown.rename(old)
    fresh.rename(shown)
    shutil.rmtree(old, ignore_errors=True)


def restyle(changed: set[Path], shown: Path) -> None:
    """Show changed styles and scripts at once; the next build takes them up."""
    for path in changed:
        target = shown / "_static" / path.name
        target.unlink(missing_ok=True)  # a link to the built file, which stays as it is
        shutil.copy(path, target)


class Handler(http.server.SimpleHTTPRequestHandler):
    """The shown site, with the reloading script on its pages."""

    builds = 0

    def do_GET(self) -> None:
        """A page with the script, the script, the number of the build, or a file."""
        asked = self.path.partition("?")[0]
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if asked == "/_preview-build":
            self._send(str(Handler.builds), "text/plain")
        elif asked == "/_preview.js":
            self._send(_SCRIPT, "text/javascript")
        elif path.suffix == ".html" and path.is_file():
            script = '<script src="/_preview.js" defer></script></head>'
            self._send(path.read_text("utf-8").replace("</head>", script, 1), "text/html")
        else:
            super().do_GET()

    def _send(self, text: str, kind: str) -> None:
        body = text.encode("utf-8")
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        """Nothing is kept by the browser: what is shown is what was built last."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing of single requests."""


def serve(site: Path) -> http.server.ThreadingHTTPServer:
    """A server for ``site``, on the usual port or, if that is taken, on a free one."""
    handler = functools.partial(Handler, directory=str(site))
    for port in (PORT, 0):
        try:
            server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
            break
        except OSError:
            continue
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main() -> int:
    """Build once, then serve, watch and build again until interrupted."""
    seen = state(REPO)
    print("Building; the first time takes a minute or two.", flush=True)
    if not build():
        return 1
    server = serve(SHOWN)
    print(f"http://127.0.0.1:{server.server_port}/ (stop with Ctrl-C)", flush=True)
    try:
        while True:
            time.sleep(0.5)
            now = state(REPO)
            changed = {path for path in seen | now if seen.get(path) != now.get(path)}
            seen = now
            styles = {path for path in changed if REPO / "assets" in path.parents}
            if changed and changed == styles & now.keys():
                restyle(styles, SHOWN)
            elif changed and not build():
                continue
            Handler.builds += bool(changed)
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
