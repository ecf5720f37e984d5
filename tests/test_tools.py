"""The tools of whoever keeps the book: what changed between two sites, and the preview."""

from __future__ import annotations

import importlib.util
import os
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

_PAGE = """<html><head><title>t</title></head><body><nav>theme</nav><article><h1>One</h1>
<p>There are <a class="cb-fact" data-tip="published: 5">5</a> of them.</p>
<table><tr><th>a</th></tr><tr><td>1</td></tr></table></article></body></html>"""


def _tool(root: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, root / "tools" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _site(folder: Path, **files: str) -> Path:
    for name, text in {"index.html": _PAGE, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def compare_sites(root: Path) -> ModuleType:
    """The tool that compares two sites."""
    return _tool(root, "compare_sites")


@pytest.fixture(scope="module")
def preview(root: Path) -> ModuleType:
    """The tool that shows the book while it is written."""
    return _tool(root, "preview")


# ---------------------------------------------------------------------------- two sites


def test_equal_sites_have_no_difference(compare_sites: ModuleType, tmp_path: Path) -> None:
    one, two = _site(tmp_path / "one"), _site(tmp_path / "two")
    assert compare_sites.compare(one, two) == ["1 pages and 0 other files were compared."]


def test_what_a_reader_sees_is_told_apart(compare_sites: ModuleType, tmp_path: Path) -> None:
    one, two = _site(tmp_path / "one"), _site(tmp_path / "two")
    page = _PAGE.replace("published: 5", "published: 6").replace("<td>1", "<td>2")
    (two / "index.html").write_text(page)
    said = compare_sites.compare(one, two)
    assert said[:-1] == [
        "page index.html",
        "  values: 2 lines differ",
        "    - 5 (published: 5)",
        "    + 5 (published: 6)",
        "  tables: 2 lines differ",
        "    - 1",
        "    + 2",
    ]


def test_markup_alone_is_only_counted(compare_sites: ModuleType, tmp_path: Path) -> None:
    one, two = _site(tmp_path / "one"), _site(tmp_path / "two")
    (two / "index.html").write_text(_PAGE.replace("theme", "other theme"))
    assert "1 pages whose content is the same and whose markup is not" in compare_sites.compare(
        one, two
    )


def test_files_that_come_go_or_change_are_named(compare_sites: ModuleType, tmp_path: Path) -> None:
    one = _site(tmp_path / "one", **{"_figures/a.svg": "1", "gone.txt": "", "_static/x.js": "1"})
    two = _site(tmp_path / "two", **{"_figures/a.svg": "22", "came.txt": "", "_static/x.js": "2"})
    assert compare_sites.compare(one, two)[:-1] == [
        "gone: gone.txt",
        "new: came.txt",
        "file _figures/a.svg: other bytes, 1 before and 2 after",
        "1 other files that differ, in _static",
    ]


def test_what_is_no_site_is_refused(
    compare_sites: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["compare_sites.py", str(tmp_path), str(tmp_path)])
    assert compare_sites.main() == 1
    assert "Remedy" in capsys.readouterr().err


# ---------------------------------------------------------------------------- preview


@pytest.fixture
def shown(preview: ModuleType, tmp_path: Path) -> Path:
    """A built site, shown."""
    _site(tmp_path / "html", **{"_static/a.css": "old"})
    preview.show(tmp_path / "html", tmp_path / "preview")
    return tmp_path / "preview"


@pytest.fixture
def address(preview: ModuleType, shown: Path) -> Iterator[str]:
    """Where the shown site is served."""
    server = preview.serve(shown)
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def _get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=5) as answer:
        text: str = answer.read().decode()
        return text


def test_pages_are_sent_with_the_script_and_files_hold_none(shown: Path, address: str) -> None:
    assert _get(address).count('<script src="/_preview.js" defer>') == 1
    assert "reload" in _get(f"{address}_preview.js")
    assert _get(f"{address}_static/a.css") == "old"
    assert "_preview" not in (shown / "index.html").read_text()


def test_the_number_of_the_build_is_told(preview: ModuleType, address: str) -> None:
    before = _get(f"{address}_preview-build")
    preview.Handler.builds += 1
    assert int(_get(f"{address}_preview-build")) == int(before) + 1


def test_only_this_machine_is_served(preview: ModuleType, shown: Path) -> None:
    with preview.serve(shown) as server:
        assert server.server_address[0] == "127.0.0.1"
        server.shutdown()


def test_a_new_build_replaces_what_is_shown(preview: ModuleType, shown: Path) -> None:
    built = shown.with_name("html")
    (built / "_static/a.css").unlink()
    preview.show(built, shown)
    assert not (shown / "_static/a.css").exists()
    assert sorted(p.name for p in shown.parent.iterdir()) == ["html", "preview"]


def test_a_style_is_shown_at_once_and_not_built(preview: ModuleType, shown: Path) -> None:
    (shown.parent / "a.css").write_text("new")
    preview.restyle({shown.parent / "a.css"}, shown)
    assert (shown / "_static/a.css").read_text() == "new"
    assert (shown.with_name("html") / "_static/a.css").read_text() == "old"


def test_a_change_is_seen_and_the_build_is_not_watched(preview: ModuleType, tmp_path: Path) -> None:
    for name in ("chapters/a.md", "casebook/__pycache__/a.pyc", "_build/html/index.html"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("")
    seen = preview.state(tmp_path)
    assert [path.name for path in seen] == ["a.md"]
    os.utime(tmp_path / "chapters/a.md", ns=(1, 1))
    assert preview.state(tmp_path) != seen


def test_a_build_that_fails_says_so_and_changes_nothing(
    preview: ModuleType,
    shown: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    jb = shown.parent / "jb"
    jb.write_text("#!/bin/sh\necho a cell failed\nexit 1\n")
    jb.chmod(0o755)
    monkeypatch.setattr(preview.sys, "executable", str(jb.with_name("python")))
    assert not preview.build()
    said = capsys.readouterr().out
    assert "a cell failed" in said and "older" in said
    assert (shown / "index.html").is_file()
