"""A rebuild gives what a clean build gives: after any edit, and after a build that was killed.

One small book is edited and rebuilt, step by step; after each step the same sources are built
from nothing beside it, and the two sites compared byte by byte.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from test_build import _JB, _made, _reword, book, build

from casebook import checksums

pytestmark = pytest.mark.site

_TINY = "chapters/tiny.md"


def _replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(place: Path) -> None:
        text = (place / name).read_text("utf-8")
        assert old in text
        (place / name).write_text(text.replace(old, new), "utf-8")

    return edit


def _add_a_page(place: Path) -> None:
    (place / "chapters" / "more.md").write_text("# More\n\n{doc}`tiny`, and a giraffe.\n", "utf-8")
    with (place / "_toc.yml").open("a", encoding="utf-8") as contents:
        contents.write("  - file: chapters/more\n")


def _remove_a_page(place: Path) -> None:
    (place / "chapters" / "more.md").unlink()
    _replace("_toc.yml", "  - file: chapters/more\n", "")(place)


def _remove_a_figure(place: Path) -> None:
    text = (place / _TINY).read_text("utf-8")
    text = re.sub(
        r"(?s)```{code-cell} ipython3\n---\nmystnb:\n  figure:\n    name: fig-rows.*", "", text
    )
    (place / _TINY).write_text(text.replace(" and {numref}`fig-rows`", ""), "utf-8")


def _edit_with_an_old_date(place: Path) -> None:
    _replace(_TINY, "okapi", "tapir")(place)
    os.utime(place / _TINY, (1e9, 1e9))


def _change_data(place: Path) -> None:
    _reword(place)
    checksums.renew(place / "data")


_EDITS: dict[str, Callable[[Path], None]] = {
    "prose with a new word": _replace(_TINY, "# Tiny\n", "# Tiny\n\nA zebra passes.\n"),
    "prose without that word": _replace(_TINY, "A zebra passes.", "An okapi passes."),
    "a page more": _add_a_page,
    "another title": _replace(_TINY, "# Tiny\n", "# Small\n"),
    "a figure less": _remove_a_figure,
    "an edit with an old date": _edit_with_an_old_date,
    "a page less": _remove_a_page,
    "another style": lambda place: (place / "assets/casebook.css").write_text("p {}\n", "utf-8"),
    "other data": _change_data,
}


def _clean(place: Path, at: Path) -> Path:
    """The sources of ``place`` once more, with nothing built but what takes seconds to make."""
    shutil.copytree(place, at, ignore=shutil.ignore_patterns("__pycache__"))
    for made in (at / "_build").iterdir():
        if not made.name.startswith("vega-"):
            shutil.rmtree(made) if made.is_dir() else made.unlink()
    return at


@dataclass(frozen=True)
class Edited:
    """The site of a rebuild, that of a clean build, and the pages that the rebuild wrote."""

    rebuilt: dict[str, bytes]
    clean: dict[str, bytes]
    written: set[str]


@pytest.fixture(scope="module")
def edited(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Edited]:
    """What each edit made."""
    folder = tmp_path_factory.mktemp("edited")
    place = book(root, folder / "book")
    code, said = build(place)
    assert code == 0, said[-3000:]
    sites = {}
    for number, (name, edit) in enumerate(_EDITS.items()):
        edit(place)
        clean = _clean(place, folder / str(number))
        with ThreadPoolExecutor(2) as pool:
            builds = list(pool.map(build, (place, clean)))
        for code, said in builds:
            assert code == 0, f"{name}: {said[-3000:]}"
        written = set(re.findall(r"writing output\.\.\. \[ *\d+%\] (\S+)", builds[0][1]))
        sites[name] = Edited(_made(place), _made(clean), written)
        shutil.rmtree(clean)
    return sites


@pytest.mark.parametrize("name", list(_EDITS))
def test_a_rebuild_gives_what_a_clean_build_gives(name: str, edited: dict[str, Edited]) -> None:
    rebuilt, clean = edited[name].rebuilt, edited[name].clean
    assert sorted(rebuilt) == sorted(clean)
    assert [file for file in clean if rebuilt[file] != clean[file]] == []


def test_only_pages_that_changed_or_show_what_changed_are_written(
    edited: dict[str, Edited],
) -> None:
    # Sphinx writes the page that lists a changed one in its contents as well.
    assert edited["an edit with an old date"].written == {"chapters/tiny", "index"}
    assert edited["another title"].written == {"chapters/tiny", "chapters/more", "index"}


def _kill_after(place: Path, seconds: float) -> None:
    """A build, and its whole process group ended without warning after some seconds."""
    run = subprocess.Popen(
        [sys.executable, "-c", _JB, "build", ".", "-W", "-n", "--keep-going"],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(place), "PYTHONHASHSEED": "0"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(seconds)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()


def test_a_killed_build_leaves_nothing_in_the_way(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = book(root, tmp_path_factory.mktemp("killed") / "book")
    # The kernel's server takes itself down when the build is gone, group or no group.
    started = time.monotonic()
    code, said = build(place)
    took = time.monotonic() - started
    assert code == 0, said[-3000:]
    wanted = _made(place)
    chance = random.Random(7)
    for attempt in range(4):
        if attempt % 2 == 0:
            # Once from nothing, once on top of what stands there.
            shutil.rmtree(place / "_build" / "html")
            (place / "_build" / "fingerprint").unlink()
        _kill_after(place, took * chance.uniform(0.2, 1.0))
        if attempt % 3 == 2:
            _kill_after(place, took * chance.uniform(0.2, 0.8))
        code, said = build(place)
        assert code == 0, said[-3000:]
        made = _made(place)
        assert sorted(made) == sorted(wanted)
        assert [file for file in wanted if made[file] != wanted[file]] == []
