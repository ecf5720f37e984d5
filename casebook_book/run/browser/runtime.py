"""Runs a chapter's cells inside a browser and holds what they give against the page.

The worker (``worker.js``) unpacks a chapter's bundle, imports this module and calls
:func:`begin` once and :func:`run` for each cell; both take and give JSON.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import math
import os
import sys
import traceback
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any

# How far two floats may lie apart and be called equal: other machines round the last digits.
_CLOSE = 1e-9

_FIGURE = "application/vnd.casebook.figure+json"
_TOLD = "application/vnd.casebook.values+json"

_names: dict[str, Any] = {}
_published: dict[str, dict[str, Any]] = {}
_layouts: set[tuple[int, tuple[tuple[int, int], ...]]] = set()


def begin(folder: str, published: str) -> None:
    """Make ready for a chapter.

    Parameters
    ----------
    folder
        the unpacked bundle, with ``data/``.
    published
        JSON: the figures of the page, as the cells gave them when the book was built.
    """
    # What the package remembers belongs to the data of another chapter.
    for module in [name for name in sys.modules if name.partition(".")[0] == "casebook"]:
        del sys.modules[module]
    os.chdir(folder)
    os.environ.update(CASEBOOK_DATA="data", CASEBOOK_LIVE="1", CASEBOOK_BUILDING="1")
    _names.clear()
    _names["__name__"] = "__main__"
    _published.clear()
    _layouts.clear()
    for figure in json.loads(published):
        _published[figure["name"]] = figure
        if figure["type"] == "network":
            content = figure["content"]
            _layouts.add(_drawing(len(content["nodes"]), content["edges"]))
    _stand_in()


def _stand_in() -> None:
    """Layouts as the page has them; and the one name of IPython that pyvis imports, unused."""
    import igraph

    igraph.place = _place
    display = ModuleType("IPython.display")
    display.IFrame = None  # type: ignore[attr-defined]
    sys.modules.update({"IPython": ModuleType("IPython"), "IPython.display": display})


def _drawing(count: int, ties: Iterable[Sequence[int]]) -> tuple[int, tuple[tuple[int, int], ...]]:
    """What is to be laid out, whichever way its ties are written."""
    return count, tuple(sorted((min(tie[:2]), max(tie[:2])) for tie in ties))


def _place(count: int, ties: list[tuple[int, int]]) -> list[list[float]]:
    """Positions for a drawing: the page's own follow later if it has the same network."""
    if _drawing(count, ties) in _layouts:
        return [[math.cos(i), math.sin(i)] for i in range(count)]
    import networkx as nx

    graph = nx.Graph(ties)
    graph.add_nodes_from(range(count))
    laid = nx.spring_layout(graph, seed=1, iterations=60, method="force")
    return [[float(laid[i][0]), float(laid[i][1])] for i in range(count)]


def run(source: str) -> str:
    """Run one cell.

    Returns
    -------
    JSON
        ``figure`` and ``told`` are what the cell shows, as payloads, or null; ``text`` what it
        prints or any other value; ``error`` null or its message; ``missing`` what a browser lacks
        of it, or null.
    """
    out = io.StringIO()
    result: dict[str, Any] = dict.fromkeys(("figure", "told", "error", "missing"))
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            _show(_execute(source), result, out)
    except Exception as error:
        result["missing"] = _missing(error)
        result["error"] = _message(error)
    result["text"] = out.getvalue()
    return json.dumps(result)


def _execute(source: str) -> Any:
    """The value of the last expression, as a notebook would show it."""
    tree = ast.parse(source, "cell")
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), _names)
    if not isinstance(last, ast.Expr) or source.rstrip().endswith(";"):
        return None
    return eval(compile(ast.Expression(last.value), "cell", "eval"), _names)


def _show(value: Any, result: dict[str, Any], out: io.StringIO) -> None:
    if value is None:
        return
    bundle = value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else {}
    if _FIGURE in bundle:
        payload = json.loads(json.dumps(bundle[_FIGURE]))
        _settle(payload)
        result["figure"] = payload
    elif _TOLD in bundle:
        result["told"] = bundle[_TOLD]
    else:
        print(value if isinstance(value, str) else repr(value), file=out)


def _settle(payload: dict[str, Any]) -> None:
    """Give a network the positions that its twin on the page has."""
    twin = _published.get(payload["name"])
    if payload["type"] != "network" or twin is None or twin["type"] != "network":
        return
    ours, theirs = payload["content"], twin["content"]
    same = [n[0] for n in ours["nodes"]] == [n[0] for n in theirs["nodes"]]
    if same and [e[:2] for e in ours["edges"]] == [e[:2] for e in theirs["edges"]]:
        for node, known in zip(ours["nodes"], theirs["nodes"], strict=True):
            node[3], node[4] = known[3], known[4]


def _missing(error: BaseException | None) -> str | None:
    """What a browser lacks, if that is why a cell failed."""
    import igraph

    return str(error) if isinstance(error, igraph.NotInBrowser) else None


def _message(error: BaseException) -> str:
    """The error and where in the cell it arose; not the package's own lines."""
    lines = [f.lineno for f in traceback.extract_tb(sys.exc_info()[2]) if f.filename == "cell"]
    where = f" (line {lines[-1]})" if lines else ""
    return f"{type(error).__name__}{where}: {error}"


def compare(made: str, page: str) -> str:
    """What differs between two payloads of the same place, as JSON: a list of plain phrases."""
    return json.dumps(_differences(json.loads(made), json.loads(page)))


def _differences(made: dict[str, Any], page: dict[str, Any]) -> list[str]:
    if "values" in page:
        return [
            f"the value {name} is {made.get('values', {}).get(name, 'not told')}, "
            f"on the page {text}"
            for name, text in page["values"].items()
            if made.get("values", {}).get(name) != text
        ]
    name = page["name"]
    if made.get("name") != name:
        return [f"the page has {name} here"]
    differ = []
    for part in ("columns", "rows"):
        if made["table"][part] != page["table"][part]:
            differ.append(f"the table of {name} has other {part}")
            break
    if made["kind"] != page["kind"] or made["description"] != page["description"]:
        differ.append(f"{name} says another origin or description")
    if not _alike(made["content"], page["content"]):
        differ.append(f"the drawing of {name} has other data")
    return differ


def _alike(a: Any, b: Any) -> bool:
    """Equal, floats up to the last digits."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_alike(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_alike, a, b))
    if isinstance(a, float) or isinstance(b, float):
        numbers = isinstance(a, int | float) and isinstance(b, int | float)
        return numbers and math.isclose(a, b, rel_tol=_CLOSE, abs_tol=_CLOSE)
    return bool(a == b)
