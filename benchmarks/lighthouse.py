"""What Lighthouse makes of the built pages on a phone: four scores a page, and what lowers them.

    python benchmarks/lighthouse.py                    # every page, once
    python benchmarks/lighthouse.py --runs 3 index.html chapters/behind/audit.html

Needs Node and Chromium; Lighthouse itself is fetched with npm on the first run. The pages are
served from this machine, compressed as any host of static pages does, and judged with the mobile
preset: a processor four times slower and slow 4G, both simulated from an unthrottled load. The
table has the best of the runs in performance, which other work on the machine can only lower.
Leaves with 1 if a score is below 95.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from serving import served

REPO = Path(__file__).parent.parent
VERSION = "12.8.2"
BAR = 95

_CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
_TIMES = {
    "first-contentful-paint": "text s",
    "largest-contentful-paint": "largest s",
    "total-blocking-time": "blocked ms",
    "cumulative-layout-shift": "shift",
}
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def installed() -> Path:
    """The script of Lighthouse, fetched once into the folder of builds."""
    home = REPO / "_build" / f"lighthouse-{VERSION}"
    script = home / "node_modules/lighthouse/cli/index.js"
    if not script.is_file():
        home.mkdir(parents=True, exist_ok=True)
        package = f"lighthouse@{VERSION}"
        subprocess.run(
            ["npm", "install", "--silent", "--no-save", "--prefix", home, package], check=True
        )
    return script


@contextmanager
def chromium() -> Iterator[int]:
    """The port of one Chromium without a window."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        sys.exit("No Chromium found: run tests/install-browser, or set CHROMIUM.")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [found, *_FLAGS, "--remote-debugging-port=0", f"--user-data-dir={profile}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            told = Path(profile) / "DevToolsActivePort"
            while not (told.is_file() and told.read_text().strip()):
                time.sleep(0.1)
            yield int(told.read_text().split()[0])
        finally:
            process.terminate()
            process.wait()


def judge(script: Path, port: int, address: str) -> dict[str, Any]:
    """Lighthouse's report on one page."""
    command = ["node", script, address, f"--port={port}", "--output=json", "--quiet"]
    command.append(f"--only-categories={','.join(_CATEGORIES)}")
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    report: dict[str, Any] = json.loads(done.stdout)
    if "runtimeError" in report:
        sys.exit(f"{address}: {report['runtimeError']['message']}")
    return report


def scores(report: dict[str, Any]) -> list[float]:
    """The four scores, then the times and the shift."""
    judged = [100 * (report["categories"][c]["score"] or 0) for c in _CATEGORIES]
    took = [report["audits"][name]["numericValue"] for name in _TIMES]
    return [*judged, took[0] / 1000, took[1] / 1000, took[2], took[3]]


def failures(report: dict[str, Any]) -> list[str]:
    """Audits that count in a score and are not passed, heaviest first."""
    found: dict[str, float] = {}
    for name in _CATEGORIES:
        for ref in report["categories"][name]["auditRefs"]:
            score = report["audits"][ref["id"]]["score"]
            if ref["weight"] and score is not None and score < 0.9:
                found[ref["id"]] = ref["weight"] * (1 - score)
    return sorted(found, key=lambda audit: -found[audit])


def main() -> None:
    """One line per page, the worst last."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("pages", nargs="*", help="pages below the site; all if none is named")
    parser.add_argument("--site", type=Path, default=REPO / "_build/html")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the whole reports")
    asked = parser.parse_args()
    kept = {"_static", "downloads"}
    every = sorted(p.relative_to(asked.site) for p in asked.site.rglob("*.html"))
    pages = asked.pages or [p.as_posix() for p in every if not kept & set(p.parts)]
    heads = [*_CATEGORIES, *_TIMES.values()]
    print(f"Lighthouse {VERSION}, mobile, best of {asked.runs}")
    print("  ".join(heads) + "  page", flush=True)
    low = 0
    script = installed()
    with served(asked.site) as home, chromium() as port:
        for page in pages:
            reports = [judge(script, port, home + page) for _ in range(asked.runs)]
            report = max(reports, key=scores)
            told = scores(report)
            low += min(told[:4]) < BAR
            digits = [0, 0, 0, 0, 1, 1, 0, 3]
            cells = [f"{v:{len(h)}.{d}f}" for v, h, d in zip(told, heads, digits, strict=True)]
            print("  ".join(cells) + f"  {page}  {' '.join(failures(report))}", flush=True)
            if asked.keep:
                asked.keep.mkdir(parents=True, exist_ok=True)
                name = page.replace("/", "_").removesuffix(".html")
                (asked.keep / f"{name}.json").write_text(json.dumps(report), "utf-8")
    if low:
        sys.exit(f"{low} of {len(pages)} pages have a score below {BAR}.")


if __name__ == "__main__":
    main()
