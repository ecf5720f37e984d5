"""Run a chapter in the reader's own browser: the page for it, and what that page loads.

The setting ``casebook_pyodide`` names a folder with the pinned Pyodide distribution, from the
book's folder on (``make pyodide`` fills it). Where it is unset or the folder is not there, the
book has no Run button, and the build and every page that would tell of it say so.
"""

from __future__ import annotations

import html
import json
import re
import shutil
from importlib import metadata
from pathlib import Path
from typing import Any

from jupyter_cache import get_cache
from myst_nb.core.read import read_myst_markdown_notebook
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from casebook import figure, tell
from casebook.errors import CasebookError
from casebook_book import bundles, policy
from casebook_book.outputs import store
from casebook_book.run import distribution

_LOG = logging.getLogger(__name__)

#: The one page that runs chapters.
PAGE = "run"

# What that page may do beyond the others: Python is WebAssembly, and its worker starts from a blob,
# so that the policy binds the reader's code too. Whatever a cell asks for, the browser refuses
# every other host.
_ALLOWED = {"script-src": ("'wasm-unsafe-eval'",), "worker-src": ("'self'", "blob:")}

_BROWSER = Path(__file__).parent / "browser"

# What Pyodide brings itself, or a browser lacks: see browser/ for what stands in.
_NOT_PURE = {
    "gov-casebook",
    "numpy",
    "pandas",
    "scipy",
    "igraph",
    "typst",
    "vl-convert-python",
    "font-source-sans-pro",
    "jsonschema",
    "python-dateutil",
    "tzdata",
    "ipython",
}

# Parts of packages that no cell needs.
_UNUSED = re.compile(r"(^|/)(tests?|__pycache__|templates)/|\.(so|pyd|md|png|txt|toml)$")


def setup(app: Sphinx) -> None:
    """Look for the distribution, offer the page, write what it loads."""
    app.add_config_value("casebook_pyodide", "", "html")
    app.connect("config-inited", _look, priority=3)
    app.connect("html-collect-pages", _pages)
    app.connect("html-page-context", _offer)
    # After the bundles, which the page unpacks.
    app.connect("build-finished", _write, priority=600)


def folder(app: Sphinx) -> Path | None:
    """The checked distribution, or None where the build has none."""
    held: Path | None = getattr(app, "casebook_pyodide_folder", None)
    return held


def _look(app: Sphinx, config: Config) -> None:
    """Check the distribution; pages with and without a button are not mixed."""
    given = Path(app.srcdir) / config.casebook_pyodide if config.casebook_pyodide else None
    found = given if given is not None and given.is_dir() else None
    if found is None:
        where = f"{given} is not there" if given else "casebook_pyodide is not set"
        _LOG.info("No Run button: %s. Remedy, if you want one: make pyodide.", where)
    else:
        try:
            distribution.check(found)
        except CasebookError as error:
            raise ExtensionError(str(error), modname="casebook") from None
    app.casebook_pyodide_folder = found  # type: ignore[attr-defined]
    marker = Path(app.outdir).parent / "run-button"
    marker.parent.mkdir(parents=True, exist_ok=True)
    before = marker.read_text("utf-8") if marker.is_file() else "no"
    if before != ("yes" if found else "no"):
        shutil.rmtree(app.outdir, ignore_errors=True)
        marker.write_text("yes" if found else "no", "utf-8")


def _offer(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    if "body" not in context:
        return
    said = "" if folder(app) else "<b>This copy of the book was built without it.</b> "
    context["body"] = context["body"].replace("<!--casebook-run-->", said)
    if pagename == PAGE:
        app.add_css_file("run/run.css")
        app.add_js_file("run/page.js", loading_method="defer")
        for directive, sources in _ALLOWED.items():
            policy.allow(context, directive, *sources)
    elif folder(app) and pagename in bundles.chapters(app.env):
        root, name = "../" * pagename.count("/"), bundles.bundle_name(pagename)
        size = sum(file["bytes"] for file in distribution.pinned()["files"].values())
        context["body"] += (
            '<aside class="cb-bundle" aria-label="Run this chapter in the browser">'
            f'<a class="cb-button" href="{root}{PAGE}.html?chapter={html.escape(name)}">'
            "Run this chapter in the browser</a>"
            "<p>Computes the tables, charts and networks again on your own machine, with code "
            f"that you can change. Loads {size / 1e6:.0f} MB from this site the first time; "
            "nothing leaves your machine.</p></aside>"
        )


def _pages(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    if not folder(app):
        return []
    listed = {
        bundles.bundle_name(d): {"title": app.env.titles[d].astext(), "page": f"{d}.html"}
        for d in bundles.chapters(app.env)
    }
    links = "".join(
        f'<li><a href="{PAGE}.html?chapter={name}">{html.escape(about["title"])}</a></li>'
        for name, about in listed.items()
    )
    held = json.dumps(listed, sort_keys=True).replace("<", "\\u003c")
    body = (_BROWSER / "page.html").read_text("utf-8")
    body = body.replace("<!--links-->", links).replace("<!--chapters-->", held)
    return [(PAGE, {"title": "Run a chapter", "body": body}, "page.html")]


def _write(app: Sphinx, exception: Exception | None) -> None:
    source = folder(app)
    if exception is not None or app.builder.format != "html" or source is None:
        return
    static = Path(app.outdir) / "_static"
    _copy(source, static / "pyodide")
    run = static / "run"
    run.mkdir(parents=True, exist_ok=True)
    for name in ("page.js", "worker.js", "run.css"):
        shutil.copy(_BROWSER / name, run / name)
    (run / "packages.zip").write_bytes(bundles.zipped(packages()))
    for docname in bundles.chapters(app.env):
        held = json.dumps(chapter(app.env, docname), ensure_ascii=False, sort_keys=True)
        (run / f"{bundles.bundle_name(docname)}.json").write_text(held, "utf-8")


def _copy(source: Path, target: Path) -> None:
    """The pinned files and the list of them; files that stand there already stay."""
    target.mkdir(parents=True, exist_ok=True)
    for name in distribution.pinned()["files"]:
        if name != distribution.LOCK and not (target / name).is_file():
            shutil.copy(source / name, target / name)
    (target / distribution.OWN_LOCK).write_text(distribution.lock(source), "utf-8")


def packages() -> dict[str, bytes]:
    """The pure packages that the chapters need, as installed here, and what stands in for others.

    Returns
    -------
    dict
        path below site-packages to content.
    """
    found: dict[str, bytes] = {}
    # The jsonschema of the distribution, older than the site's, builds on attrs.
    waiting, seen = ["gov-casebook", "attrs"], set()
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in seen:
            continue
        seen.add(name)
        held = metadata.distribution(name)
        if name not in _NOT_PURE:
            for file in held.files or []:
                path = Path(str(held.locate_file(file)))
                inside = not str(file).startswith("..")
                if inside and not _UNUSED.search(str(file)) and path.is_file():
                    found[str(file)] = path.read_bytes()
        elif name != "gov-casebook":
            continue
        for line in held.requires or []:
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                waiting.append(needed.name)
    for path in sorted(_BROWSER.rglob("*.py")):
        found[str(path.relative_to(_BROWSER))] = path.read_bytes()
    return found


def chapter(env: BuildEnvironment, docname: str) -> dict[str, Any]:
    """What the page shows of a chapter before anything runs.

    Returns
    -------
    dict
        ``title``, ``page`` and ``items``: headings (``heading``, ``level``) and cells (``source``,
        ``caption`` or empty, ``published``: the figure or told values on the page, or null).
    """
    notebook = read_myst_markdown_notebook(Path(env.doc2path(docname)).read_text("utf-8"))
    executed = _executed(env, docname, notebook)
    told, numbers = store(env, "casebook_told").get(docname, {}), bundles.numbers(env, docname)
    items: list[dict[str, Any]] = []
    for cell, done in zip(notebook.cells, executed.cells, strict=True):
        if cell.cell_type == "markdown":
            for marks, text in re.findall(r"(?m)^(#{2,4}) (.+)$", cell.source):
                heading = _bare(bundles.plain_text(text, told, numbers))
                items.append({"heading": heading, "level": len(marks)})
            continue
        named = cell.metadata.get("mystnb", {}).get("figure", {})
        caption = ""
        if named:
            text = _bare(bundles.plain_text(named["caption"], told, numbers))
            caption = f"{numbers.get(named['name'], 'Exhibit')}. {text}"
        items.append(
            {"source": cell.source, "caption": caption, "published": _published(done.outputs)}
        )
    return {"title": env.titles[docname].astext(), "page": f"{docname}.html", "items": items}


def _bare(markdown: str) -> str:
    """Without the marks of emphasis and code."""
    return re.sub(r"[*`]", "", markdown)


def _executed(env: BuildEnvironment, docname: str, notebook: Any) -> Any:
    """The notebook with its outputs, from the cache that the page was built from."""
    cache = get_cache(env.mystnb_config.execution_cache_path)  # type: ignore[attr-defined]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    held = cache.get_cache_bundle(cache.match_cache_notebook(notebook).pk).nb
    done = iter([cell for cell in held.cells if cell.cell_type == "code"])
    if len(cells) != sum(cell.cell_type == "code" for cell in held.cells):
        raise ExtensionError(
            f"{docname}: the cached notebook has other cells. "
            "Remedy: delete _build/.jupyter_cache.",
            modname="casebook",
        )
    copy = notebook.copy()
    copy.cells = [next(done) if c.cell_type == "code" else c for c in notebook.cells]
    return copy


def _published(outputs: list[Any]) -> dict[str, Any] | None:
    """The payload of a cell's output, without still pictures and files."""
    for output in outputs:
        data = output.get("data", {})
        for mime in (figure.MIME, tell.MIME):
            if mime in data:
                left_out = ("pictures", "files", "inputs")
                return {key: value for key, value in data[mime].items() if key not in left_out}
    return None
