"""Each bundle, unzipped elsewhere and run in a fresh environment, gives its page again."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from casebook import figure, tell

pytestmark = pytest.mark.bundle

#: What would mean that a reader without this book's tools sees markup.
_MYST = re.compile(
    r"\{[a-z:]+\}`|^(?:`{3,}|:{3,})\{|^:[\w-]+:|^\([\w-]+\)=$|\{[.#][\w-]+\}|\{code-cell\}",
    re.MULTILINE,
)


def _outside() -> dict[str, str]:
    """The environment without a trace of this one."""
    ours = ("CASEBOOK_", "PYTHON", "VIRTUAL_ENV", "JUPYTER")
    return {k: v for k, v in os.environ.items() if not k.startswith(ours)}


def _run(*command: str | Path, folder: Path) -> None:
    run = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=_outside(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, f"{command}\n{run.stdout[-1500:]}\n{run.stderr[-3000:]}"


@pytest.fixture(scope="module")
def unzipped(site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Name to folder of every bundle, outside of the book."""
    folder = tmp_path_factory.mktemp("bundles")
    for path in sorted((site / "downloads").glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder / path.stem)
    return {each.name: each for each in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def environment(unzipped: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment with one bundle's requirements, which all share."""
    place = tmp_path_factory.mktemp("environment") / "env"
    bundle = next(iter(unzipped.values()))
    programs = place / ("Scripts" if os.name == "nt" else "bin")
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv:
        _run(uv, "venv", "-q", "--python", sys.executable, place, folder=bundle)
        install = [
            uv,
            "pip",
            "install",
            "-q",
            "--compile-bytecode",
            "--python",
            programs / "python",
        ]
    else:
        _run(sys.executable, "-m", "venv", place, folder=bundle)
        install = [programs / "pip", "install", "-q"]
    _run(*install, "-r", "requirements.txt", folder=bundle)
    return programs


@pytest.fixture(scope="module")
def executed(
    unzipped: dict[str, Path], environment: Path
) -> Iterator[Callable[[str], Future[dict[str, Any]]]]:
    """Every bundle's notebook, being executed on two cores; ask for one by name."""

    def one(name: str) -> dict[str, Any]:
        folder = unzipped[name]
        _run(environment / "jupyter", "execute", f"{name}.ipynb", "--inplace", folder=folder)
        return dict(json.loads((folder / f"{name}.ipynb").read_text("utf-8")))

    with ThreadPoolExecutor(2) as pool:
        held = {name: pool.submit(one, name) for name in unzipped}
        yield held.__getitem__
        for waiting in held.values():
            waiting.cancel()


def _outputs(notebook: dict[str, Any], mime: str) -> list[Any]:
    outputs = [out for cell in notebook["cells"] for out in cell.get("outputs", [])]
    return [out["data"][mime] for out in outputs if mime in out.get("data", {})]


def _page(site: Path, name: str) -> BeautifulSoup:
    link = f'downloads/{name}.zip"'
    found = [p for p in site.rglob("*.html") if link in p.read_text("utf-8")]
    assert len(found) == 1, f"{len(found)} pages offer {name}.zip"
    return BeautifulSoup(found[0].read_text("utf-8"), "html.parser")


def test_bundles_share_requirements_and_package(unzipped: dict[str, Path]) -> None:
    assert unzipped
    pins = {(folder / "requirements.txt").read_text("utf-8") for folder in unzipped.values()}
    assert len(pins) == 1
    lines = pins.pop().splitlines()
    assert all(re.fullmatch(r"[\w.-]+==[\w.+!-]+", line) for line in lines[1:]), lines
    wheels = {w.name: w.read_bytes() for f in unzipped.values() for w in f.glob("*.whl")}
    assert [f"./{name}" for name in wheels] == lines[:1]
    for folder in unzipped.values():
        assert [w.read_bytes() for w in folder.glob("*.whl")] == list(wheels.values())


def test_notebooks_hold_no_markup_of_the_book(bundle_name: str, unzipped: dict[str, Path]) -> None:
    text = (unzipped[bundle_name] / f"{bundle_name}.ipynb").read_text("utf-8")
    for cell in json.loads(text)["cells"]:
        if cell["cell_type"] == "markdown":
            kept = _MYST.search("".join(cell["source"]))
            assert kept is None, f"{kept}: {cell['source']}"


def test_bundles_hold_the_data_they_list(bundle_name: str, unzipped: dict[str, Path]) -> None:
    data = unzipped[bundle_name] / "data"
    listed = json.loads((data / "datapackage.json").read_text("utf-8"))["resources"]
    for resource in listed:
        assert (data / resource["path"]).is_file(), resource["path"]


def test_bundle_gives_the_page_again(
    bundle_name: str, executed: Callable[[str], Future[dict[str, Any]]], site: Path
) -> None:
    notebook = executed(bundle_name).result()
    page = _page(site, bundle_name)
    told = {k: v for out in _outputs(notebook, tell.MIME) for k, v in out["values"].items()}
    said = {
        (str(link["href"]).removeprefix("#value-"), link.text)
        for link in page.select('a.cb-fact[href^="#value-"]')
    }
    assert said <= set(told.items()), said - set(told.items())
    made = {payload["name"]: payload for payload in _outputs(notebook, figure.MIME)}
    shown = {str(tag["id"]).removeprefix("x-") for tag in page.select(".cb-figure")}
    assert set(made) == shown
    for name, payload in made.items():
        for ending, text in payload["files"].items():
            published = site / "downloads" / "data" / f"{name}.{ending}"
            assert figure.as_bytes(ending, text) == published.read_bytes(), f"{name}.{ending}"
        for theme, picture in payload["pictures"].items():
            assert picture == (site / "_figures" / f"{name}-{theme}.svg").read_text("utf-8"), name
    kinds = {o["output_type"] for c in notebook["cells"] for o in c.get("outputs", [])}
    assert kinds <= {"display_data", "execute_result"}, "something was printed or warned of"
