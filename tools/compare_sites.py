"""What changed between two builds of the book, page by page: before and after an update.

    python tools/compare_sites.py _build/before _build/html

Pages are compared by what a reader gets: the told values and printed figures, the tables, the
words. Pictures and downloads are compared by their bytes; what else differs is counted.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Tag

#: Differences of one kind that are shown for a page; the others are counted.
SHOWN = 5

#: What a page is compared by, in the order in which differences are shown.
ASPECTS = ("values", "tables", "words")


@dataclass(frozen=True)
class Page:
    """What a reader gets of a page, in order: the lines of each aspect."""

    values: list[str]
    tables: list[str]
    words: list[str]


def read_page(path: Path) -> Page:
    """The article of a page: the theme around it is no content of ours."""
    soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    article = soup.find("article") or soup.body or soup
    values = [f"{_flat(v)} ({v.get('data-tip')})" for v in article.select("a.cb-fact")]
    tables = []
    for table in article.find_all("table"):
        tables += [" | ".join(_flat(cell) for cell in row(["th", "td"])) for row in table("tr")]
    for left_out in article.select("table, script, style"):
        left_out.decompose()
    words = [_flat(part) for part in article.find_all(["h1", "h2", "h3", "p", "li", "figcaption"])]
    return Page(values, tables, [line for line in words if line])


def _flat(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def compare(before: Path, after: Path) -> list[str]:
    """The report, line by line."""
    old, new = _files(before), _files(after)
    lines = [f"gone: {name}" for name in sorted(old.keys() - new.keys())]
    lines += [f"new: {name}" for name in sorted(new.keys() - old.keys())]
    other: Counter[str] = Counter()
    for name in sorted(old.keys() & new.keys()):
        if _digest(old[name]) == _digest(new[name]):
            continue
        if name.endswith(".html"):
            told = list(_page_differences(read_page(old[name]), read_page(new[name])))
            if told:
                lines += [f"page {name}", *told]
            else:
                other["pages whose content is the same and whose markup is not"] += 1
        elif name.startswith(("_figures/", "downloads/data/")):
            lines.append(f"file {name}: {_sizes(old[name], new[name])}")
        else:
            folder = name.rpartition("/")[0] or "the top folder"
            other[f"other files that differ, in {folder}"] += 1
    lines += [f"{count} {what}" for what, count in sorted(other.items())]
    common = old.keys() & new.keys()
    pages = sum(name.endswith(".html") for name in common)
    lines.append(f"{pages} pages and {len(common) - pages} other files were compared.")
    return lines


def _page_differences(old: Page, new: Page) -> Iterator[str]:
    for aspect in ASPECTS:
        ours, theirs = getattr(old, aspect), getattr(new, aspect)
        if ours == theirs:
            continue
        diff = list(difflib.unified_diff(ours, theirs, n=0, lineterm=""))[2:]
        changed = [line for line in diff if not line.startswith("@@")]
        yield f"  {aspect}: {len(changed)} lines differ"
        yield from (f"    {line[0]} {line[1:][:160]}" for line in changed[: 2 * SHOWN])
        if len(changed) > 2 * SHOWN:
            yield f"    and {len(changed) - 2 * SHOWN} more"


def _files(site: Path) -> dict[str, Path]:
    return {p.relative_to(site).as_posix(): p for p in site.rglob("*") if p.is_file()}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _sizes(old: Path, new: Path) -> str:
    return f"other bytes, {old.stat().st_size:,} before and {new.stat().st_size:,} after"


def main() -> int:
    """Print the report."""
    parser = argparse.ArgumentParser(description="Compare two builds of the book.")
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    sites = parser.parse_args()
    for site in (sites.before, sites.after):
        if not (site / "index.html").is_file():
            print(f"{site} holds no index.html. Remedy: build the book first.", file=sys.stderr)
            return 1
    print("\n".join(compare(sites.before, sites.after)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
