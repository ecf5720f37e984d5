"""The book's figures against the stock way: what a reader fetches, from where, and waits for.

    python benchmarks/stock.py                         # three pages
    python benchmarks/stock.py chapters/tactics.html

Beside each page of the built site a twin is made in which only the figures differ: each network
goes through pyvis's ``from_nx`` and ``write_html``, each chart through Altair's ``to_html``, all
with their defaults, each in a frame of its own, from the same nodes, ties and specifications. The
stock twins ask other hosts for libraries; here npm's copies of them are served in their place
without delay, which flatters them. Both twins are scrolled through until every figure is drawn
and every network has come to rest, or for two minutes; seconds are the best of the runs, since
what else the machine does only adds. Ratios are stock over ours.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import gzip
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import altair as alt
import networkx as nx
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Request, Route, sync_playwright
from pyvis.network import Network
from serving import served

REPO = Path(__file__).parent.parent
SITE = REPO / "_build/html"
PAGES = (
    "chapters/cases/deventer.html",
    "chapters/cases/timmermans.html",
    "chapters/cases/benno_l.html",
)

#: What the stock twins ask other hosts for, and npm's copy of it.
LIBRARIES = {
    "vis-network.min.css": "vis-network/dist/dist/vis-network.min.css",
    "vis-network.min.js": "vis-network/dist/vis-network.min.js",
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "vega@6": "vega/build/vega.min.js",
    "vega-lite@6.4.1": "vega-lite/build/vega-lite.min.js",
    "vega-embed@7": "vega-embed/build/vega-embed.min.js",
}
PACKAGES = (
    "vega@6",
    "vega-lite@6.4.1",
    "vega-embed@7",
    "bootstrap@5.0.0-beta3",
    "vis-network@9.1.2",
)

_PATIENCE = 120_000

# Brings every figure into view, one after the other, until all stand; milliseconds since the
# page was asked for, and how long the reader could do nothing meanwhile.
_DRAW = """async (patience) => {
  let blocked = 0;
  const watch = new PerformanceObserver((list) => {
    for (const task of list.getEntries()) blocked += Math.max(task.duration - 50, 0);
  });
  watch.observe({ type: "longtask", buffered: true });
  const rest = () => new Promise((next) => setTimeout(next, 10));
  const stands = (figure) => {
    if (!figure.matches("iframe"))
      return figure.dataset.ready || figure.querySelector(".cb-drawn .cb-live svg");
    const inside = figure.contentWindow;
    if (figure.dataset.kind === "chart")
      return inside.document.querySelector(".vega-embed canvas, .vega-embed svg");
    try { return inside.eval("network").physics.stabilized; } catch { return false; }
  };
  const figures = [...document.querySelectorAll(".cb-of-chart, .cb-of-network, iframe.stock")];
  for (const figure of figures) {
    figure.scrollIntoView({ block: "center", behavior: "instant" });
    while (!stands(figure) && performance.now() < patience) await rest();
  }
  await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  return [performance.now(), blocked, figures.length, figures.filter((f) => !stands(f)).length];
}"""


@functools.cache
def libraries() -> Path:
    """The folder of npm's copies, fetched once into the folder of builds."""
    home = REPO / "_build" / "stock-libraries"
    if not (home / "node_modules/vega").is_dir():
        home.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--prefix", home, *PACKAGES], check=True)
    return home / "node_modules"


def stock_network(data: dict[str, Any], path: Path) -> None:
    """The same nodes and ties as plain pyvis draws them."""
    graph = nx.DiGraph() if data["directed"] else nx.Graph()
    for i, node in enumerate(data["nodes"]):
        group = data["groups"][node[2]]["label"]
        graph.add_node(i, label=node[1], title=f"{node[1]} · {group}", group=group)
    graph.add_weighted_edges_from((s, t, w) for s, t, w, *_ in data["edges"])
    drawn = Network(directed=data["directed"])
    drawn.from_nx(graph)
    with contextlib.chdir(path.parent):  # where it puts its own files
        drawn.write_html(path.name)


def twin(page: Path, folder: Path) -> Path:
    """The page with stock figures, in ``folder`` beside the site's own files."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    # A stock page has no policy: its frames run scripts that stand inside them.
    for tag in soup.select("meta[http-equiv]"):
        tag.decompose()
    home = folder / page.relative_to(SITE)
    home.parent.mkdir(parents=True, exist_ok=True)
    for figure in soup.select(".cb-of-chart, .cb-of-network"):
        block, picture = figure.select_one(".cb-data"), figure.select_one(".cb-picture")
        assert block is not None and picture is not None
        data = json.loads(block.text)
        kind = "chart" if "spec" in data else "network"
        path = home.with_name(f"stock-{figure['id']}.html")
        if kind == "chart":
            path.write_text(alt.Chart.from_dict(data["spec"]).to_html(), "utf-8")
        else:
            stock_network(data, path)
        frame = soup.new_tag("iframe", src=path.name, width="100%", height="600")
        frame["class"], frame["data-kind"] = "stock", kind
        picture.replace_with(frame)
        block.decompose()
        figure["class"] = [c for c in figure["class"] if not c.startswith("cb-of-")]
    home.write_text(str(soup), "utf-8")
    return home


def measured(browser: Browser, home: str, folder: Path, name: str) -> dict[str, float]:
    """What opening one page of ``folder``, served at ``home``, and drawing all of it takes."""
    copies = libraries()
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    asked: dict[str, Path] = {}

    def note(request: Request) -> None:
        url = urlsplit(request.url)
        if request.url.startswith(home):
            asked[request.url] = folder / url.path.lstrip("/")
        elif url.scheme.startswith("http"):
            asked[request.url] = copies / LIBRARIES[url.path.rsplit("/", 1)[-1]]

    def elsewhere(route: Route) -> None:
        held = copies / LIBRARIES[urlsplit(route.request.url).path.rsplit("/", 1)[-1]]
        kind = "text/css" if held.suffix == ".css" else "text/javascript"
        route.fulfill(path=held, content_type=kind)

    page.on("request", note)
    page.route(lambda url: not url.startswith((home, "data:", "blob:")), elsewhere)
    page.goto(home + name, wait_until="domcontentloaded")
    drawn, blocked, figures, left = page.evaluate(_DRAW, _PATIENCE)
    context.close()
    # pyvis asks for files that nobody has; those weigh nothing.
    bodies = [path.read_bytes() for path in asked.values() if path.is_file()]
    return {
        "figures": figures,
        "unfinished": left,
        "requests": len(asked),
        "outside": sum(not url.startswith(home) for url in asked),
        "raw kB": sum(map(len, bodies)) / 1000,
        "gzip kB": sum(len(gzip.compress(body, 6)) for body in bodies) / 1000,
        "drawn s": drawn / 1000,
        "blocked s": blocked / 1000,
    }


def best(runs: list[dict[str, float]]) -> dict[str, float]:
    """The least of each measure: other work on the machine only adds."""
    return {name: min(run[name] for run in runs) for name in runs[0]}


def main() -> None:
    """Two lines for each page and their ratios, stock over ours."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("pages", nargs="*", default=PAGES)
    parser.add_argument("--runs", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary) / "stock"
        shutil.copytree(SITE, folder, ignore=shutil.ignore_patterns("downloads", "*.map"))
        for page in asked.pages:
            twin(SITE / page, folder)
        found = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        with served(SITE) as ours, served(folder) as stock:
            for page in asked.pages:
                rows = {}
                for kind, home, root in (("ours", ours, SITE), ("stock", stock, folder)):
                    runs = [measured(browser, home, root, page) for _ in range(asked.runs)]
                    rows[kind] = best(runs)
                names = list(rows["ours"])
                print(f"{page}\n{'':6}" + "".join(f"{name:>12}" for name in names))
                for kind, row in rows.items():
                    print(f"{kind:6}" + "".join(f"{row[name]:12,.1f}" for name in names))
                over = [
                    f"{rows['stock'][n] / rows['ours'][n]:12,.1f}"
                    if rows["ours"][n]
                    else f"{'-':>12}"
                    for n in names
                ]
                print(f"{'ratio':6}" + "".join(over), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
