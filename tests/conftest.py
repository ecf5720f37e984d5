"""What the tests of the built book share: the site, a server for it, a browser."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from browsing import THEME, WIDE, Open, Watch
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"

# Chromium must neither ask for updates nor look anything up: the tests watch every request.
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def _html(site: Path) -> list[Path]:
    return sorted(p for p in site.rglob("*.html") if not {"_static", "downloads"} & set(p.parts))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each page that was built, or has a network, or bundle, whatever there are."""
    for fixture, mark in (("page_name", ""), ("network_page", "cb-of-network")):
        if fixture in metafunc.fixturenames:
            found = [p for p in _html(SITE) if mark in p.read_text("utf-8")]
            names = [p.relative_to(SITE).as_posix() for p in found]
            metafunc.parametrize(fixture, names or ["index.html"])
    if "bundle_name" in metafunc.fixturenames:
        bundles = sorted(p.stem for p in (SITE / "downloads").glob("*.zip"))
        metafunc.parametrize("bundle_name", bundles or ["none"])


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the book."""
    return ROOT


@pytest.fixture(scope="session")
def exports() -> Path:
    """The folder of real exports, which are not the book's to give away."""
    folder = os.environ.get("CASEBOOK_EXPORTS")
    if not folder:
        pytest.skip("CASEBOOK_EXPORTS does not name the folder of real exports")
    return Path(folder)


@pytest.fixture(scope="session")
def site() -> Path:
    """The built book."""
    if not (SITE / "index.html").is_file():
        pytest.fail("The book is not built: run 'make book' first.", pytrace=False)
    return SITE


@pytest.fixture(scope="session")
def pages(site: Path) -> list[Path]:
    """All pages of the built book."""
    return _html(site)


@pytest.fixture(scope="session")
def soups(pages: list[Path]) -> dict[Path, BeautifulSoup]:
    """All pages, parsed; tests must not alter them."""
    return {page: BeautifulSoup(page.read_text("utf-8"), "html.parser") for page in pages}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def server(site: Path) -> Iterator[str]:
    """The address, with a closing slash, at which the built book is served."""
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{served.server_port}/"
        served.shutdown()


def _wait_for(
    page: Any, expression: str, *, arg: Any = None, timeout: float = 30_000, polling: float = 20
) -> None:
    """Wait until the expression holds. Playwright's own way evaluates text within the page, which
    the site's policy bars; asked from outside, the page answers."""
    end = time.monotonic() + timeout / 1000
    while not page.evaluate(expression, arg):
        if time.monotonic() > end:
            pytest.fail(f"Not so after {timeout:.0f} ms: {expression}")
        page.wait_for_timeout(polling)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all tests: ``$CHROMIUM``, or the one on the path."""
    from playwright.sync_api import Page, sync_playwright

    Page.wait_for_function = _wait_for  # type: ignore[method-assign]
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.fail("No Chromium found: run tests/install-browser, or set CHROMIUM.", pytrace=False)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=list(_QUIET))
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def contexts(browser: Any) -> Iterator[Callable[..., Any]]:
    """A browser context for each combination of settings, kept for all pages."""
    held: dict[Any, Any] = {}

    def context(size: tuple[int, int], theme: str, chosen: bool = True, **settings: Any) -> Any:
        key = (size, theme, chosen, *sorted(settings.items()))
        if key not in held:
            width, height = size
            held[key] = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=theme,
                reduced_motion="reduce",
                **settings,
            )
            if chosen:
                held[key].add_init_script(THEME.format(theme))
        return held[key]

    yield context
    for each in held.values():
        each.close()


@pytest.fixture
def open_page(contexts: Callable[..., Any], server: str) -> Iterator[Open]:
    """Open a page of the book, watched; all are closed after the test."""
    opened = []

    def open_(
        name: str,
        size: tuple[int, int] = WIDE,
        theme: str = "light",
        home: str = server,
        **settings: Any,
    ) -> Any:
        page = contexts(size, theme, **settings).new_page()
        opened.append(page)
        page.watch = Watch(page, home)
        page.goto(home + name)
        return page

    yield open_
    for page in opened:
        page.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
