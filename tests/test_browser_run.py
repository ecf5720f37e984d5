"""Every chapter, run in Chromium, gives what its page shows; the page around it works by keyboard.

Python starts once for all chapters: they run one after another in the same worker.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

#: The cells that a browser cannot run (community detection), and those that build on them:
#: counted from 1. All others must give what the page shows.
KEPT: dict[str, set[int]] = {
    "community_officer": {13, 14, 16, 17},
    "network_methods": {4, 5, 6, 8},
    "rijkswaterstaat": {9, 10, 11},
    "timmermans": {11, 14},
    "vacant_lots": {12},
    "your_own_page": {2, 3},
}

# Starts the worker as the page does, or hands it the next chapter; gives what each cell gave.
_RUN = """async ([name, base]) => {
  const chapter = await (await fetch(base + "_static/run/" + name + ".json")).json();
  const cells = chapter.items.filter((item) => item.source !== undefined);
  const script = "import " + JSON.stringify(base + "_static/run/worker.js");
  const blob = new Blob([script], { type: "text/javascript" });
  window.worker ||= new Worker(URL.createObjectURL(blob), { type: "module" });
  const answer = (message) => new Promise((done, failed) => {
    window.worker.onmessage = ({ data }) => {
      if (data.kind === "failed") failed(new Error(data.text));
      else if (data.kind !== "stage") done(data);
    };
    window.worker.onerror = () => failed(new Error("the worker could not start"));
    window.worker.postMessage(message);
  });
  const published = cells.map((cell) => cell.published).filter((held) => held && held.table);
  await answer({ kind: "start", base, chapter: name, published });
  const given = [];
  for (const [i, cell] of cells.entries()) {
    const { source, published } = cell;
    const { result } = await answer({ kind: "run", cell: i + 1, source, published });
    const { missing, error, text, differ = [] } = result;
    const shown = Boolean(result.figure || result.told);
    given.push({ missing, error, text, differ, shows: Boolean(published), shown });
  }
  return given;
}"""


@pytest.fixture(scope="module")
def outside() -> list[str]:
    """Addresses on other hosts that a page or its worker asked for."""
    return []


@pytest.fixture(scope="module")
def context(browser: Any, server: str, outside: list[str]) -> Iterator[Any]:
    """A browser context that notes every request to another host."""
    opened = browser.new_context(viewport={"width": 1200, "height": 900}, reduced_motion="reduce")

    def note(request: Any) -> None:
        if not request.url.startswith((server, "data:", "blob:", "about:")):
            outside.append(request.url)

    opened.on("request", note)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def runner(context: Any, server: str) -> Any:
    """The page in whose worker all chapters run."""
    page = context.new_page()
    page.set_default_timeout(300_000)
    page.goto(server + "run.html")
    return page


def test_chapter_gives_what_its_page_shows(
    bundle_name: str, runner: Any, server: str, outside: list[str], site: Path
) -> None:
    given = runner.evaluate(_RUN, [bundle_name, server])
    missing = {i for i, cell in enumerate(given, 1) if cell["missing"]}
    # A name that such a cell would have made is missing in later ones.
    follows = {
        i
        for i, cell in enumerate(given, 1)
        if missing and i > min(missing) and "NameError" in (cell["error"] or "")
    }
    assert missing | follows == KEPT.get(bundle_name, set())
    wrong = [
        f"cell {i}: {cell['error'] or cell['differ'] or 'shows nothing'}"
        for i, cell in enumerate(given, 1)
        if i not in missing | follows
        and (cell["error"] or cell["differ"] or cell["shows"] != cell["shown"])
    ]
    assert not wrong
    assert not outside


_DONE = "document.querySelector('#cb-run-status').dataset.state === 'done'"

_AXE = """async () => (await axe.run(document, { resultTypes: ["violations"], preload: false }))
  .violations.map((found) => found.id + ": " + found.nodes[0].html.slice(0, 160))"""


@pytest.fixture(scope="module")
def opened(context: Any, server: str) -> Any:
    """The run page of a chapter with tables, charts and a network, after its first run."""
    page = context.new_page()
    page.set_default_timeout(300_000)
    page.goto(f"{server}run.html?chapter=technology")
    page.wait_for_function(_DONE)
    return page


def _agreement(page: Any) -> str:
    text: str = page.locator("#cb-run-agree").inner_text()
    return text


def _rewrite(page: Any, number: int, source: str) -> None:
    """Put other code in a cell and run it, by keyboard alone."""
    fold = page.locator(f"section[aria-label='Cell {number}'] summary").first
    if page.locator(f"section[aria-label='Cell {number}'] details.cb-run-code[open]").count() == 0:
        fold.press("Enter")
    fold.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(source)
    page.keyboard.press("Control+Enter")
    page.wait_for_function(_DONE)


def test_the_page_says_that_all_is_equal(opened: Any, site: Path) -> None:
    chapter = json.loads((site / "_static/run/technology.json").read_text("utf-8"))
    shown = [item["published"] for item in chapter["items"] if item.get("published")]
    values = sum(len(held.get("values", {})) for held in shown)
    tables = sum(held.get("type") == "table" for held in shown)
    said = _agreement(opened)
    assert said.startswith("Computed here and equal to the chapter's page: ")
    assert f"{values} values" in said
    assert f"{tables} tables" in said


@pytest.mark.parametrize("mark", [".cb-of-chart .cb-live svg", ".cb-of-network[data-ready]"])
def test_charts_and_networks_are_drawn(opened: Any, mark: str) -> None:
    opened.locator(mark.split(" ")[0].split("[")[0]).first.scroll_into_view_if_needed()
    opened.locator(mark).first.wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_the_page_is_accessible(opened: Any, width: int, theme: str) -> None:
    opened.set_viewport_size({"width": width, "height": 900})
    opened.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    opened.wait_for_timeout(100)
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    opened.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    assert opened.evaluate(_AXE) == []


def test_a_changed_cell_is_told_and_can_be_reset(opened: Any) -> None:
    cell = opened.locator(".cb-run-cell", has=opened.locator(".cb-run-told")).first
    number = int(cell.get_attribute("aria-label").removeprefix("Cell "))
    source = cell.locator("textarea").input_value()
    _rewrite(opened, number, source + "\n" + 'tell(of_=["trust.population"], how="x", y=1)')
    assert f"Not as on the chapter's page: cell {number}." in _agreement(opened)
    cell.get_by_role("button", name=f"Reset cell {number}").click()
    assert cell.locator("textarea").input_value() == source
    cell.get_by_role("button", name=f"Run cell {number}").click()
    opened.wait_for_function(_DONE)
    assert "Not as on" not in _agreement(opened)


def test_a_mistake_is_shown_beneath_its_cell(opened: Any) -> None:
    _rewrite(opened, 1, "nonsense")
    cell = opened.locator("section[aria-label='Cell 1']")
    assert "NameError (line 1)" in cell.locator(".cb-run-error").inner_text()
    assert "Stopped with an error: cell 1." in _agreement(opened)
    opened.get_by_role("button", name="Reset all cells").click()
    assert "nonsense" not in cell.locator("textarea").input_value()


def test_a_cell_reaches_no_other_host(opened: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(1)
        url = f"http://127.0.0.1:{other.getsockname()[1]}/"
        _rewrite(opened, 2, f'from pyodide.http import open_url\nopen_url("{url}")')
        cell = opened.locator("section[aria-label='Cell 2']")
        assert cell.locator(".cb-run-error").count() == 1
        with pytest.raises(TimeoutError):
            other.accept()


def test_a_file_explains_itself(browser: Any, site: Path) -> None:
    page = browser.new_page()
    page.goto(f"{(site / 'run.html').as_uri()}?chapter=technology")
    assert "python -m http.server" in page.locator("#cb-run-file").inner_text()
    assert not page.locator("#cb-run-bar").is_visible()
    page.close()


def test_each_chapter_offers_the_button(soups: dict[Path, Any], site: Path) -> None:
    offered = {
        link["href"].partition("chapter=")[2]
        for page, soup in soups.items()
        if page.name != "run.html"
        for link in soup.select("aside.cb-bundle a.cb-button[href*='run.html?chapter=']")
    }
    assert offered == {path.stem for path in (site / "downloads").glob("*.zip")}
