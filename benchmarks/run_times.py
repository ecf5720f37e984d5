"""How long each chapter took to execute, from the cache of the build that ran last.

    make times

Writes ``data/derived/run_times.csv`` with the date and the machine, for the page on the state of
the build. Run times are data and not part of a build, since no two builds would be the same.
"""

from __future__ import annotations

import csv
import os
import platform
import sys
from datetime import date
from pathlib import Path

from jupyter_cache import get_cache

REPO = Path(__file__).resolve().parent.parent
COLUMNS = ("chapter", "seconds", "measured", "machine")

#: The page that shows the times, which is left out.
SHOWS = "behind/status"


def run_times(cache: Path, root: Path) -> dict[str, float]:
    """Seconds by chapter, as its path below ``root`` without "chapters" and ending."""
    found = {}
    for record in get_cache(cache).list_cache_records():
        seconds = record.data.get("execution_seconds")
        path = Path(record.uri)
        if seconds is not None and path.is_relative_to(root) and path.is_file():
            name = path.relative_to(root).with_suffix("").as_posix().removeprefix("chapters/")
            found[name] = float(seconds)
    found.pop(SHOWS, None)
    return found


def machine() -> str:
    """The machine in a phrase: cores, system, Python."""
    cores = os.cpu_count() or 1
    said = f"{cores} core{'s' if cores > 1 else ''}"
    version = platform.python_version()
    return f"{said}, {platform.system()} on {platform.machine()}, Python {version}"


def main() -> int:
    """Write the table; an empty cache is refused."""
    found = run_times(REPO / "_build" / ".jupyter_cache", REPO)
    if not found:
        print("No run times in _build. Remedy: run 'make times'.", file=sys.stderr)
        return 1
    path = REPO / "data" / "derived" / "run_times.csv"
    today, where = date.today().isoformat(), machine()
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((name, f"{found[name]:.1f}", today, where) for name in sorted(found))
    print(f"wrote {path.relative_to(REPO)}: {len(found)} chapters, {sum(found.values()):.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
