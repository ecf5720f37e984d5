"""Under each chapter: a zip that re-runs it anywhere (notebook, its data, the package, pins)."""

from __future__ import annotations

import hashlib
import html
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import distribution
from pathlib import Path, PurePosixPath
from typing import Any, cast

import nbformat
from myst_nb.core.read import read_myst_markdown_notebook
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from casebook import published
from casebook_book import freshness
from casebook_book.outputs import store

_LOG = logging.getLogger(__name__)

#: What a bundle installs besides the package: enough for ``jupyter execute`` and any front end.
_RUNNERS = ("nbclient", "ipykernel", "jupyter-client")

# Zip entries bear this date, so that the same content gives the same bytes.
_DATE = (2014, 3, 31, 0, 0, 0)

_README = """{title}

A chapter of "Government Participation in Social Media: an executable edition".

To run it again, in this folder and with Python 3.11 or newer:

    python -m venv env
    env/bin/pip install -r requirements.txt        (Windows: env\\Scripts\\pip)
    env/bin/jupyter execute {name}.ipynb --inplace

or install JupyterLab in the same environment and open {name}.ipynb in it. The numbers are those
of the page. To use your own data, change the files in data/ or point the code elsewhere.

Code: MIT. Text and charts: CC BY 4.0. Data: CC0. Reconstructed data are simulated under stated
assumptions; they are not evidence and must be marked as reconstructions wherever they are shown.
"""


def setup(app: Sphinx) -> None:
    """Offer on the page, write when the build has succeeded."""
    app.connect("html-page-context", _offer)
    app.connect("build-finished", _write)


def chapters(env: BuildEnvironment) -> list[str]:
    """The pages that compute something."""
    return sorted(d for d, meta in env.metadata.items() if "kernelspec" in meta)


def bundle_name(docname: str) -> str:
    """The file name, without ending, of a chapter's bundle and notebook."""
    return PurePosixPath(docname).name


def _offer(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    if pagename not in chapters(app.env) or "body" not in context:
        return
    root, name = "../" * pagename.count("/"), bundle_name(pagename)
    context["body"] += (
        '<aside class="cb-bundle" aria-label="Run this chapter yourself">'
        f'<a class="cb-button" href="{root}downloads/{html.escape(name)}.zip" download>'
        "Download this chapter to run it</a>"
        "<p>A zip with the notebook, the data it uses, the package and pinned requirements. "
        f"Unzip, <code>pip install -r requirements.txt</code>, "
        f"<code>jupyter execute {html.escape(name)}.ipynb</code>.</p></aside>"
    )


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    docnames = chapters(app.env)
    names = [bundle_name(docname) for docname in docnames]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise ExtensionError(
            f"Two chapters are named {twice[0]}, so their bundles would overwrite each other. "
            "Remedy: rename one of the files.",
            modname="casebook",
        )
    root, out = Path(app.srcdir), Path(app.outdir) / "downloads"
    held = out.parent.parent / "bundles"
    held.mkdir(exist_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    wheel = _wheel(root, out.parent.parent)
    pins = requirements(wheel.name)
    kept = set()
    for docname, name in zip(docnames, names, strict=True):
        # Its folder names the state of data and package that the wheel was made from.
        state = _state(app.env, docname, wheel.parent.name, pins)
        made = held / f"{name}-{state}.zip"
        if not made.exists():
            _LOG.info("Bundling %s", name)
            files = {
                f"{name}.ipynb": notebook(app.env, docname).encode(),
                "requirements.txt": pins.encode(),
                "README.txt": _README.format(
                    title=app.env.titles[docname].astext(), name=name
                ).encode(),
                "LICENSE": (root / "LICENSE").read_bytes(),
                wheel.name: wheel.read_bytes(),
                **_data(root / "data", store(app.env, "casebook_inputs").get(docname, set())),
            }
            freshness.write_whole(made, zipped(files))
        shutil.copyfile(made, out / f"{name}.zip")
        kept.add(made)
    for old in set(held.iterdir()) - kept:
        old.unlink()


def _state(env: BuildEnvironment, docname: str, wheel: str, pins: str) -> str:
    """What a chapter's bundle is made from, in short: the same state gives the same bundle."""
    inputs = store(env, "casebook_inputs").get(docname, set())
    told = store(env, "casebook_told").get(docname, {})
    text = Path(env.doc2path(docname)).read_text("utf-8")
    title = env.titles[docname].astext()
    held = [wheel, pins, text, title, sorted(inputs), told, numbers(env, docname)]
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()[:16]


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of ``files`` that depends on their names and content alone."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return held.getvalue()


def _data(data: Path, used: set[str]) -> dict[str, bytes]:
    """The used files below ``data/``, with a data package that lists just those."""
    package = json.loads((data / "datapackage.json").read_text("utf-8"))
    package["resources"] = [r for r in package["resources"] if r["path"] in used]
    kept = {f"data/{name}": (data / name).read_bytes() for name in sorted(used)}
    listed = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    return {**kept, "data/datapackage.json": listed.encode()}


def _wheel(root: Path, build: Path) -> Path:
    """The package as a wheel, made once per state of the tree."""
    beside = ("pyproject.toml", "README.md", "LICENSE")
    state = hashlib.sha256(freshness.fingerprint(root / "data").encode())
    for part in beside:
        state.update((root / part).read_bytes())
    folder = build / "wheel" / state.hexdigest()[:16]
    held = sorted(folder.glob("*.whl"))
    if held:
        return held[0]
    shutil.rmtree(folder.parent, ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        copy, made = Path(name) / "tree", Path(name) / "made"
        made.mkdir()
        for part in ("casebook", "casebook_book"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(root / part, copy / part, ignore=ignored)
        for part in beside:
            shutil.copy(root / part, copy / part)
        code = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
        subprocess.run(
            [sys.executable, "-c", code, str(made)],
            cwd=copy,
            check=True,
            capture_output=True,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1396224000"},
        )
        wheel = next(made.glob("*.whl"))
        folder.mkdir(parents=True)
        freshness.write_whole(folder / wheel.name, wheel.read_bytes())
    return folder / wheel.name


def requirements(wheel: str) -> str:
    """Pins of all that the package and the notebook runner need, as installed here."""
    pins: dict[str, str] = {}
    waiting = ["gov-casebook", *_RUNNERS]
    seen: set[str] = set()
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in seen:
            continue
        seen.add(name)
        found = distribution(name)
        if name != "gov-casebook":
            pins[name] = found.version
        for line in found.requires or []:
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                waiting.append(needed.name)
    listed = "\n".join(f"{name}=={version}" for name, version in sorted(pins.items()))
    return f"./{wheel}\n{listed}\n"


def notebook(env: BuildEnvironment, docname: str) -> str:
    """The chapter as an ``.ipynb``: roles turned into plain text and values, captions as text."""
    source = Path(env.doc2path(docname)).read_text("utf-8")
    read = read_myst_markdown_notebook(source)
    told = store(env, "casebook_told").get(docname, {})
    cells = []
    for cell in read.cells:
        if cell.cell_type == "markdown":
            text = plain_text(cell.source, told, numbers(env, docname))
            if text:
                cells.append(nbformat.v4.new_markdown_cell(text))
            continue
        cells.append(nbformat.v4.new_code_cell(cell.source))
        caption = cell.metadata.get("mystnb", {}).get("figure", {})
        if caption:
            number = numbers(env, docname).get(caption["name"], "Exhibit")
            text = plain_text(caption["caption"], told, numbers(env, docname))
            cells.append(nbformat.v4.new_markdown_cell(f"**{number}.** {text}"))
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    for i, cell in enumerate(made.cells):
        cell["id"] = f"cell-{i}"
    return nbformat.writes(made) + "\n"


def numbers(env: BuildEnvironment, docname: str) -> dict[str, str]:
    """Label to ``Exhibit 4`` for every figure of the page."""
    labels = cast(StandardDomain, env.get_domain("std")).anonlabels
    targets = env.toc_fignumbers.get(docname, {}).get("figure", {})
    form = env.config.numfig_format["figure"]
    return {
        label: form % ".".join(map(str, targets[target]))
        for label, (page, target) in labels.items()
        if page == docname and target in targets
    }


def plain_text(text: str, told: dict[str, str], numbers: dict[str, str]) -> str:
    """MyST text as plain Markdown: facts and figure numbers filled in, other marks taken off."""

    def role(match: re.Match[str]) -> str:
        name, content = match.group(1), match.group(2)
        if name == "fact":
            return told[content[1:]] if content[0] == "=" else published.fact(content).text
        if name == "revision":
            return told[f"revision {content}"]
        if name == "numref":
            return numbers.get(content, content)
        titled = re.fullmatch(r"(.*?)\s*<[^>]*>", content, re.DOTALL)
        shown = titled.group(1) if titled else content
        return f"*{shown}*" if name == "nl" else shown

    text = re.sub(r"\{([a-z:]+)\}`([^`]+)`", role, text)
    text = re.sub(r"\[([^\]]+)\]\((?!https?:)[^)]*\)", r"\1", text)
    text = re.sub(r"(?m)^\([\w-]+\)=\n?", "", text)
    text = re.sub(r"(?m)^\{[.#][^}\n]*\}\n|(?<=[\]`*])\{[.#][^}\n]*\}", "", text)
    text = re.sub(r"(?m)^(:{3,}|`{3,})\{[\w-]+\}[ ]*(.*)$", r"**\2**", text)
    text = re.sub(r"(?m)^(:{3,}|`{3,})\s*$", "", text)
    text = re.sub(r"(?m)^:[\w-]+:.*\n?", "", text)
    return text.replace("****", "").strip()
