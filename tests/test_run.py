"""What runs chapters in a browser, without a browser: the distribution, and igraph's stand-in."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import random
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import igraph
import networkx as nx
import numpy as np
import pytest
from sphinx.errors import ExtensionError

from casebook.errors import CasebookError
from casebook_book import run
from casebook_book.run import distribution, packages

BROWSER = Path(distribution.__file__).parent / "browser"


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"browser_{name}", BROWSER / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


stand_in = _load("igraph")
runtime = _load("runtime")


def _pair(seed: int, directed: bool) -> tuple[Any, Any]:
    """The same random graph in both, with weights and a loop."""
    generator = random.Random(seed)
    ties = [(generator.randrange(40), generator.randrange(40)) for _ in range(60)]
    ties = list(dict.fromkeys(tie if directed else (min(tie), max(tie)) for tie in ties))
    made = []
    for library in (igraph, stand_in):
        graph = library.Graph(45, ties, directed=directed)
        graph.vs["name"] = [f"v{i}" for i in range(45)]
        graph.es["weight"] = [1 + i % 4 for i in range(len(ties))]
        made.append(graph)
    return made[0], made[1]


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_stand_in_counts_as_igraph_does(seed: int, directed: bool) -> None:
    real, ours = _pair(seed, directed)
    for graph in (real, ours):
        graph.delete_vertices(graph.vs.select(_degree=0))
    assert ours.vs["name"] == real.vs["name"]
    assert ours.get_edgelist() == real.get_edgelist()
    assert ours.es["weight"] == real.es["weight"]
    assert ours.is_loop() == real.is_loop()
    for mode in ("all", "in", "out"):
        assert ours.degree(mode=mode) == real.degree(mode=mode)
        assert ours.degree(mode=mode, loops=False) == real.degree(mode=mode, loops=False)
        near = [[set(n) for n in g.neighborhood([0, 3], order=2, mode=mode)] for g in (ours, real)]
        assert near[0] == near[1]
    for mode in ("weak", "strong"):
        parts = [{frozenset(part) for part in g.connected_components(mode)} for g in (ours, real)]
        assert parts[0] == parts[1]
        assert ours.is_connected(mode) == real.is_connected(mode)
    weak = [list(g.connected_components("weak").sizes()) for g in (ours, real)]
    assert weak[0] == weak[1]
    assert set(ours.neighbors(0)) == set(real.neighbors(0))
    np.testing.assert_allclose(ours.density(), real.density())
    np.testing.assert_allclose(ours.betweenness(), real.betweenness(weights=None), rtol=1e-12)
    if directed:
        np.testing.assert_allclose(ours.reciprocity(), real.reciprocity())


@pytest.mark.parametrize("seed", range(3))
def test_stand_in_folds_and_rates_partitions_as_igraph_does(seed: int) -> None:
    real, ours = _pair(seed, directed=True)
    folded = [
        g.as_undirected(mode="collapse", combine_edges={"weight": "sum"}) for g in (real, ours)
    ]
    weights = [dict(zip(g.get_edgelist(), g.es["weight"], strict=True)) for g in folded]
    assert weights[0] == weights[1]
    for graph in folded:
        graph.simplify(multiple=False)
    parts = [i % 3 for i in range(45)]
    for resolution in (0.5, 1.0):
        values = [g.modularity(parts, weights="weight", resolution=resolution) for g in folded]
        np.testing.assert_allclose(values[1], values[0])


def test_stand_in_betweenness_of_a_known_network() -> None:
    graph = nx.davis_southern_women_graph()
    order = {node: i for i, node in enumerate(graph)}
    made = stand_in.Graph(len(order), [(order[a], order[b]) for a, b in graph.edges])
    known = nx.betweenness_centrality(graph, normalized=False)
    np.testing.assert_allclose(made.betweenness(), [known[node] for node in order])


@pytest.mark.parametrize("part", ["community_leiden", "rewire"])
def test_stand_in_refuses_what_it_cannot_promise(part: str) -> None:
    with pytest.raises(stand_in.NotInBrowser):
        getattr(stand_in.Graph(3, [(0, 1)]), part)()


def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small distribution with a lock of its own, as ``pinned`` gives it."""
    content = {"core.wasm": b"core", "numbers-1.0.whl": b"numbers"}
    listed = {"file_name": "numbers-1.0.whl", "sha256": hashlib.sha256(b"numbers").hexdigest()}
    lock = {"info": {"version": "1"}, "packages": {"numbers": {**listed, "name": "numbers"}}}
    content[distribution.LOCK] = json.dumps(lock).encode()
    files = {
        name: {"sha256": hashlib.sha256(held).hexdigest(), "bytes": len(held), "from": "a==1"}
        for name, held in content.items()
    }
    files["numbers-1.0.whl"]["package"] = "numbers"
    known = {"pyodide": "1", "python": "3", "platform": "p", "files": files}
    monkeypatch.setattr(distribution, "pinned", lambda: known)
    for name, held in content.items():
        (tmp_path / name).write_bytes(held)
    return tmp_path


def test_a_whole_distribution_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _folder(tmp_path, monkeypatch)
    distribution.check(folder)
    assert list(json.loads(distribution.lock(folder))["packages"]) == ["numbers"]


def test_an_altered_file_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _folder(tmp_path, monkeypatch)
    (folder / "core.wasm").write_bytes(b"another core")
    with pytest.raises(CasebookError, match=r"core\.wasm is not the pinned file.*Remedy"):
        distribution.check(folder)


def test_a_missing_file_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _folder(tmp_path, monkeypatch)
    (folder / "numbers-1.0.whl").unlink()
    with pytest.raises(CasebookError, match=r"numbers-1\.0\.whl is missing.*make pyodide"):
        distribution.check(folder)


def test_a_pin_that_pyodide_does_not_know_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _folder(tmp_path, monkeypatch)
    (folder / "numbers-1.0.whl").write_bytes(b"others")
    entry = distribution.pinned()["files"]["numbers-1.0.whl"]
    entry["sha256"] = hashlib.sha256(b"others").hexdigest()
    with pytest.raises(CasebookError, match="another SHA-256 than Pyodide's own lock"):
        distribution.check(folder)


def test_a_fetched_file_that_differs_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _folder(tmp_path, monkeypatch)
    (folder / "core.wasm").unlink()

    def download(_requirement: str, to: Path) -> Path:
        (to / "a.whl").write_bytes(b"not the core")
        return to / "a.whl"

    monkeypatch.setattr(distribution, "_download", download)
    with pytest.raises(CasebookError, match=r"core\.wasm from a==1 is not the pinned file"):
        list(distribution.fetch(folder))
    assert not (folder / "core.wasm").exists()


def test_pandas_in_the_browser_is_that_of_the_site() -> None:
    import pandas as pd

    assert distribution.pinned()["files"].keys() >= {"pyodide.asm.wasm", distribution.LOCK}
    wheels = [name for name in distribution.pinned()["files"] if name.startswith("pandas-")]
    assert wheels[0].startswith(f"pandas-{pd.__version__}-")


def test_packages_for_the_browser_are_pure() -> None:
    found = packages()
    assert {"altair/__init__.py", "networkx/__init__.py", "igraph.py", "runtime.py"} <= found.keys()
    assert not [name for name in found if name.endswith((".so", ".pyd"))]


def test_differences_are_named_and_last_digits_forgiven() -> None:
    page = {
        "name": "a_chart",
        "kind": "derived",
        "description": "It rises.",
        "table": {"columns": ["x"], "rows": [["1"]]},
        "content": {"spec": {"data": [0.1 + 0.2, 1]}},
    }
    same = json.loads(json.dumps(page))
    same["content"]["spec"]["data"][0] = 0.3
    assert json.loads(runtime.compare(json.dumps(same), json.dumps(page))) == []
    same["table"]["rows"] = [["2"]]
    same["content"]["spec"]["data"][1] = 2
    said = json.loads(runtime.compare(json.dumps(same), json.dumps(page)))
    assert [phrase.split(" ")[1] for phrase in said] == ["table", "drawing"]
    told = {"values": {"share": "40%"}}
    other = json.dumps({"values": {"share": "41%"}})
    assert "share is 41%, on the page 40%" in runtime.compare(other, json.dumps(told))


def _app(tmp_path: Path, given: str) -> Any:
    app = SimpleNamespace(srcdir=tmp_path, outdir=tmp_path / "_build" / "html")
    app.config = SimpleNamespace(casebook_pyodide=given)
    return app


@pytest.mark.parametrize(
    ("given", "said"), [("", "casebook_pyodide is not set"), ("pyodide", "is not there")]
)
def test_a_build_without_the_distribution_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, said: str
) -> None:
    lines: list[str] = []
    monkeypatch.setattr(run._LOG, "info", lambda text, *more: lines.append(text % more))
    app = _app(tmp_path, given)
    run._look(app, app.config)
    assert said in lines[0]
    assert "make pyodide" in lines[0]
    assert run.folder(app) is None
    context = {"body": "<p><!--casebook-run-->Each chapter</p>"}
    run._offer(app, "chapters/behind/rerun", "page.html", context, None)
    said = "<b>This copy of the book was built without it.</b> "
    assert context["body"] == f"<p>{said}Each chapter</p>"


def test_a_build_with_an_altered_distribution_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyodide").mkdir()
    held = _folder(tmp_path / "pyodide", monkeypatch)
    (held / "core.wasm").write_bytes(b"another core")
    app = _app(tmp_path, "pyodide")
    with pytest.raises(ExtensionError, match=r"core\.wasm is not the pinned file"):
        run._look(app, app.config)


def test_pages_without_a_button_do_not_stay_when_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyodide").mkdir()
    _folder(tmp_path / "pyodide", monkeypatch)
    app = _app(tmp_path, "pyodide")
    app.outdir.mkdir(parents=True)
    run._look(app, app.config)
    assert not app.outdir.exists()
    app.outdir.mkdir()
    run._look(app, app.config)
    assert app.outdir.exists()
