"""How soon a network responds once a reader on a phone reaches it.

    python benchmarks/reach.py                  # every network of the book
    python benchmarks/reach.py --slowed 1       # on this machine's own processor

A phone's window, slow 4G (150 ms there and back, 1.6 Mbit/s) and a processor four times slower,
as Chromium emulates them, with an empty cache. The reader spends five seconds on the top of the
page and then jumps straight to the network, the worst case: who scrolls there finds it drawn
before. "Responds" is when nodes, heaviest ties and controls are on the screen and take input;
"whole" when the last ties are too. Milliseconds from the jump, the best of the runs, since what
else the machine does only adds. "Work" is what the page's thread itself has to do until then, in
the processor's time, times the slowing: on a busy machine the figure to go by. Leaves with 1 if
one needs longer than a second by both.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from bs4 import BeautifulSoup
from playwright.sync_api import Browser, sync_playwright
from serving import served

SITE = Path(__file__).parent.parent / "_build/html"
BAR = 1000

_PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
_SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 750e3 / 8,
}

_JUMP = """async (id) => {
  const figure = document.getElementById(id), start = performance.now();
  figure.scrollIntoView({ block: "center", behavior: "instant" });
  const until = async (mark) => {
    while (!figure.dataset[mark] && performance.now() - start < 30000)
      await new Promise((next) => setTimeout(next, 2));
    return performance.now() - start;
  };
  return until("%s");
}"""


def networks() -> list[tuple[str, str, int, int]]:
    """Page, figure, nodes and ties of every network, the largest first."""
    found = []
    for path in sorted((SITE / "chapters").rglob("*.html")):
        soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for figure in soup.select(".cb-of-network"):
            block = figure.select_one(".cb-data")
            assert block is not None
            data = json.loads(block.text)
            page = path.relative_to(SITE).as_posix()
            found.append((page, str(figure["id"]), len(data["nodes"]), len(data["edges"])))
    return sorted(found, key=lambda row: -row[2] - row[3])


def jump(browser: Browser, address: str, figure: str, slowed: float) -> tuple[float, float, float]:
    """Milliseconds until the figure responds, of work until then, and until it is whole."""
    context = browser.new_context(**_PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", _SLOW_4G)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked() -> float:
        told = session.send("Performance.getMetrics")["metrics"]
        return next(1000 * float(m["value"]) for m in told if m["name"] == "TaskDuration")

    page.goto(address)
    page.wait_for_timeout(5000)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    before = worked()
    responds: float = page.evaluate(_JUMP % "responds", figure)
    work = worked() - before
    whole: float = page.evaluate(_JUMP % "ready", figure)
    context.close()
    return responds, work, responds + whole


def main() -> None:
    """One line a network, the largest first."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--slowed", type=float, default=4)
    parser.add_argument("--most", type=int, help="only so many, the largest")
    asked = parser.parse_args()
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    slow = 0
    print(f"processor slowed {asked.slowed:g} times, slow 4G, best of {asked.runs}")
    print("responds ms  work ms  whole ms  nodes   ties  network")
    with sync_playwright() as playwright, served(SITE) as home:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for page, figure, nodes, ties in networks()[: asked.most]:
            address, runs = home + page, range(asked.runs)
            jumps = [jump(browser, address, figure, asked.slowed) for _ in runs]
            responds, whole = (min(took[i] for took in jumps) for i in (0, 2))
            # Slowing takes processor time itself, so work is counted without it.
            work = asked.slowed * min(jump(browser, address, figure, 1)[1] for _ in runs)
            slow += min(responds, work) > BAR
            times = f"{responds:11.0f}  {work:7.0f}  {whole:8.0f}"
            print(f"{times}  {nodes:5}  {ties:5}  {figure}", flush=True)
        browser.close()
    if slow:
        sys.exit(f"{slow} networks take longer than {BAR} ms to respond.")


if __name__ == "__main__":
    main()
