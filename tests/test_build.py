"""A build that should fail does, says why in one place, and leaves nothing that looks finished.

Each case is a small copy of the book with one chapter and one thing wrong. The builds run side
by side, so that the whole takes a minute or two.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from casebook import checksums

pytestmark = pytest.mark.site

_JB = "from jupyter_book.cli.main import main; main()"

_PARTS = ("casebook", "casebook_book", "assets", "data", "_config.yml", "pyproject.toml")
_FILES = ("README.md", "LICENSE", "CITATION.cff", "references.bib")

_CHAPTER = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

# Tiny

There were {fact}`timmermans.comments` comments and {fact}`=nodes` nodes: see {numref}`fig-tiny`,
{numref}`fig-bars` and {numref}`fig-rows`.

```{code-cell} ipython3
import networkx as nx
import pandas as pd
from casebook import charts, figure, networkview, provenance, published
from casebook.tell import tell

groups = published.exhibit("timmermans_groups")
graph = provenance.mark(nx.path_graph(["p0001", "p0002", "p0003"]),
                        provenance.Provenance("reconstructed", ("twente2014 §5.3",)))
tell(of_=[graph], how="nodes", nodes=len(graph))
```

```{code-cell} ipython3
---
mystnb:
  figure:
    name: fig-tiny
    caption: "Three simulated accounts."
---
figure.network(networkview.view(graph, groups), "tiny_network", "One account is tied to both.")
```

```{code-cell} ipython3
---
mystnb:
  figure:
    name: fig-bars
    caption: "Two bars."
---
rows = pd.DataFrame({"what": ["first", "second"], "count": [3, 4], "text": ["3", "4"]})
rows = provenance.derive(rows, groups)
figure.chart(charts.bars(rows, value="count", label="what", text="text", axis="Count"), rows,
             "tiny_chart", "The second is longer.")
```

```{code-cell} ipython3
---
mystnb:
  figure:
    name: fig-rows
    caption: "The rows."
---
figure.table(rows, "tiny_table", "First and second.")
```
"""


def book(root: Path, place: Path) -> Path:
    """A copy of the book at ``place`` with one chapter."""
    place.mkdir(parents=True)
    for part in _PARTS:
        source = root / part
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, place / part, ignore=ignored)
        else:
            shutil.copy(source, place / part)
    for name in _FILES:
        shutil.copy(root / name, place / name)
    (place / "index.md").write_text("# A small book\n\n{doc}`chapters/tiny`\n", "utf-8")
    (place / "chapters").mkdir()
    (place / "chapters" / "tiny.md").write_text(_CHAPTER, "utf-8")
    (place / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n  - file: chapters/tiny\n", "utf-8"
    )
    (place / "_build").mkdir()
    for made in (root / "_build").glob("vega-*.js"):  # takes seconds to make
        shutil.copy(made, place / "_build")
    return place


def build(place: Path, seed: str = "0") -> tuple[int, str]:
    """Build it as ``make book`` does; exit code and all that was said."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CASEBOOK_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    run = subprocess.run(
        [sys.executable, "-c", _JB, "build", ".", "-W", "-n", "--keep-going"],
        cwd=place,
        env={**kept, "PYTHONPATH": str(place), "PYTHONHASHSEED": seed, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return run.returncode, re.sub(r"\x1b\[[\d;]*m", "", run.stdout)


# ---------------------------------------------------------------------------- what goes wrong


def _in(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(place: Path) -> None:
        path = place / name
        text = path.read_text("utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        path.write_text(text.replace(old, new, 1), "utf-8")

    return edit


def _cell(code: str) -> Callable[[Path], None]:
    """One more cell at the end of the chapter."""

    def edit(place: Path) -> None:
        with (place / "chapters" / "tiny.md").open("a", encoding="utf-8") as chapter:
            chapter.write(f"\n```{{code-cell}} ipython3\n{code}\n```\n")

    return edit


def _ledger(change: Callable[[list[str]], list[str]]) -> Callable[[Path], None]:
    def edit(place: Path) -> None:
        path = place / "data" / "published" / "ledger.csv"
        lines = path.read_text("utf-8").splitlines()
        path.write_text("\n".join(change(lines)) + "\n", "utf-8")

    return edit


def _lose_a_message(place: Path) -> None:
    path = place / "data" / "reconstructed" / "timmermans" / "messages.csv.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True)
    header = lines[0].split(",")
    last = max(i for i, x in enumerate(lines) if x.split(",")[header.index("kind")] == "comment")
    del lines[last]
    path.write_bytes(gzip.compress("".join(lines).encode(), mtime=0))


def _folder(name: str) -> Callable[[Path], None]:
    def edit(place: Path) -> None:
        (place / name).unlink()
        (place / name).mkdir()

    return edit


def _reword(place: Path) -> None:
    """Another wording of a printed figure, which breaks no rule."""
    ledger = place / "data" / "published" / "ledger.csv"
    rows = ledger.read_text("utf-8").splitlines(keepends=True)
    at = next(i for i, row in enumerate(rows) if row.startswith("timmermans.comments,"))
    column = rows[0].split(",").index("as_published")
    cells = rows[at].split(",")
    rows[at] = rows[at].replace(cells[column].strip('"'), "in other words", 1)
    ledger.write_text("".join(rows), "utf-8")


def _torn(name: str) -> Callable[[Path], None]:
    def edit(place: Path) -> None:
        content = (place / name).read_bytes()
        (place / name).write_bytes(content[: len(content) // 2])

    return edit


def _full_disk(place: Path) -> None:
    """As if the disk ran full while the bundles are written."""
    module = place / "casebook_book" / "bundles.py"
    wanted = "freshness.write_whole(made, zipped(files))"
    text = module.read_text("utf-8")
    assert wanted in text
    full = "raise OSError(28, 'No space left on device', str(made))"
    module.write_text(text.replace(wanted, full), "utf-8")


_UNMARKED = """import dataclasses
made = figure.network(networkview.view(graph, groups), "tiny_unmarked", "It says nothing.")
bare = {theme: svg.replace(figure.MARK, "") for theme, svg in made.pictures.items()}
dataclasses.replace(made, pictures=bare)"""

_CHAPTER_FILE = "chapters/tiny.md"

#: Name: what is changed, and what the message must name.
_WRONG: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "a cell that raises": (_cell("1 / 0"), (_CHAPTER_FILE, "ZeroDivisionError")),
    "an unknown fact": (
        _in(_CHAPTER_FILE, "timmermans.comments", "timmermans.nothing"),
        (_CHAPTER_FILE, "timmermans.nothing"),
    ),
    "an unknown told value": (
        _in(_CHAPTER_FILE, "`=nodes`", "`=knots`"),
        (_CHAPTER_FILE, "knots", "nodes", "Remedy"),
    ),
    "a ledger id twice": (
        _ledger(lambda lines: [*lines, lines[1]]),
        ("data/published/ledger.csv, row", "'id'", "Remedy"),
    ),
    "a missing column": (
        _ledger(lambda lines: [lines[0].replace("qualifier", "quality"), *lines[1:]]),
        ("data/published/ledger.csv", "qualifier", "Remedy"),
    ),
    "a value of another type": (
        _in("data/published/ledger.csv", ",11835,", ",several,"),
        ("data/published/ledger.csv, row", "column 'value'", "several", "Remedy"),
    ),
    "a reconstruction that misses its total": (
        _lose_a_message,
        ("data/reconstructed/timmermans/messages.csv.gz", "timmermans.", "Remedy"),
    ),
    "a table changed without its checksum": (
        _reword,
        ("data/published/ledger.csv", "checksum", "casebook checksums", "Remedy"),
    ),
    "a table that is no text": (
        lambda place: (place / "data/coded/cases.csv").write_bytes(b"\xff\xfe"),
        ("data/coded/cases.csv", "UTF-8", "Remedy"),
    ),
    "a folder in the place of a table": (
        _folder("data/coded/cases.csv"),
        ("data/coded/cases.csv", "Remedy"),
    ),
    "a torn table": (
        _torn("data/reconstructed/timmermans/messages.csv.gz"),
        ("messages.csv.gz", "unpacked", "Remedy"),
    ),
    "a torn data package": (
        _torn("data/datapackage.json"),
        ("data/datapackage.json", "not JSON", "Remedy"),
    ),
    "a chapter that is no text": (
        lambda place: (place / _CHAPTER_FILE).write_bytes(_CHAPTER.encode() + b"\xff"),
        (f"{_CHAPTER_FILE}, row", "UTF-8", "Remedy"),
    ),
    "a full disk": (_full_disk, ("No space left on device", "free some space", "Remedy")),
    "a reconstruction without its mark": (
        _cell(f"{_UNMARKED}"),
        ("tiny_unmarked", "RECONSTRUCTION", "Remedy"),
    ),
    "an output without provenance": (
        _cell('pd.DataFrame({"a": [1]})'),
        ("chapters/tiny", "without provenance", "Remedy"),
    ),
    "a printed number": (_cell("print(3)"), ("chapters/tiny", "prints text", "Remedy")),
    "a value told twice": (
        _cell('tell(of_=[graph], how="nodes", nodes=3)'),
        ("chapters/tiny", "two cells tell", "nodes", "Remedy"),
    ),
    "a figure without a caption": (
        _cell('figure.table(rows, "tiny_bare", "First and second.")'),
        ("chapters/tiny", "tiny_bare", "caption", "Remedy"),
    ),
    "a figure nobody mentions": (
        _in(_CHAPTER_FILE, "and {numref}`fig-rows`", "and no more"),
        ("chapters/tiny", "tiny_table", "referred to", "Remedy"),
    ),
    "a reference to nothing": (
        _in(_CHAPTER_FILE, "# Tiny\n", "# Tiny\n\n{doc}`nowhere`, {numref}`fig-lost`, {odd}`x`\n"),
        (_CHAPTER_FILE, "nowhere", "fig-lost", "odd"),
    ),
}


@dataclass(frozen=True)
class Twins:
    """One tree built in two folders, the first built again after a change of data and of code."""

    first: dict[str, bytes]
    second: dict[str, bytes]
    after_data: str
    after_code: str


def _made(place: Path) -> dict[str, bytes]:
    out = place / "_build" / "html"
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def _page(place: Path) -> str:
    return (place / "_build" / "html" / "chapters" / "tiny.html").read_text("utf-8")


def _rebuild(root: Path, places: Path) -> Twins:
    first, second = book(root, places / "here"), book(root, places / "far" / "away" / "there")
    with ThreadPoolExecutor(2) as pool:
        for code, said in pool.map(build, (first, second), ("1", "2")):
            assert code == 0, said[-3000:]
    made = _made(first), _made(second)
    _reword(first)
    checksums.renew(first / "data")
    code, said = build(first)
    assert code == 0, said[-3000:]
    after_data = _page(first)
    _in(
        "casebook/tell.py",
        'value = f"{value:,.{digits}f}"',
        'value = f"{value:,.{digits}f} told anew"',
    )(first)
    code, said = build(first)
    assert code == 0, said[-3000:]
    return Twins(*made, after_data, _page(first))


@pytest.fixture(scope="module")
def started(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Future[tuple[Path, int, str]]]]:
    """Every wrong book, being built on two cores; ask for one by name."""
    places = tmp_path_factory.mktemp("wrong")

    def one(name: str) -> tuple[Path, int, str]:
        place = book(root, places / name.replace(" ", "-"))
        # Something finished stands there from before.
        (place / "_build" / "html").mkdir()
        (place / "_build" / "html" / "index.html").write_text("old", "utf-8")
        _WRONG[name][0](place)
        return place, *build(place)

    with ThreadPoolExecutor(2) as pool:
        held = {name: pool.submit(one, name) for name in _WRONG}
        yield held.__getitem__
        for waiting in held.values():
            waiting.cancel()


@pytest.fixture(scope="module")
def twins(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Twins:
    """See :class:`Twins`."""
    return _rebuild(root, tmp_path_factory.mktemp("twins"))


@pytest.mark.parametrize("name", list(_WRONG))
def test_build_fails(name: str, started: Callable[[str], Future[tuple[Path, int, str]]]) -> None:
    place, code, said = started(name).result()
    assert code != 0, said[-3000:]
    missing = [part for part in _WRONG[name][1] if part not in said]
    assert not missing, f"nothing about {missing} in:\n{said[-3000:]}"
    assert not (place / "_build" / "html").exists()


def test_a_failed_build_fails_again(
    started: Callable[[str], Future[tuple[Path, int, str]]],
) -> None:
    # Most of what Sphinx warns of it says once, when it reads the page.
    place, _, _ = started("a reference to nothing").result()
    _in(_CHAPTER_FILE, "{doc}`nowhere`, {numref}`fig-lost`, ", "")(place)
    build(place)
    code, said = build(place)
    assert code != 0 and "odd" in said, said[-3000:]
    assert not (place / "_build" / "html").exists()


def test_two_builds_give_the_same_bytes(twins: Twins) -> None:
    assert sorted(twins.first) == sorted(twins.second)
    kinds = {Path(name).suffix for name in twins.first}
    assert {".html", ".zip", ".csv", ".svg", ".gexf", ".js", ".css"} <= kinds
    differ = [name for name, held in twins.first.items() if held != twins.second[name]]
    assert differ == []


def test_a_change_of_data_is_served(twins: Twins) -> None:
    assert "in other words" not in twins.first["chapters/tiny.html"].decode()
    assert "in other words" in twins.after_data


def test_a_change_of_code_is_served(twins: Twins) -> None:
    assert "told anew" not in twins.after_data
    assert "told anew" in twins.after_code
