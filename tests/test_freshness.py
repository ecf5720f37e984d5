"""What changed is made again: results after data or code, pages after styles."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from casebook_book import freshness


@pytest.fixture
def app(tmp_path: Path) -> SimpleNamespace:
    """A book with data and styles, built once."""
    for name in ("data", "assets", "_build/html", "_build/.doctrees", "_build/.jupyter_cache"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "data/a.csv").write_text("x\n1\n")
    (tmp_path / "assets/a.css").write_text("p {}")
    build = tmp_path / "_build"
    app = SimpleNamespace(
        srcdir=tmp_path, outdir=build / "html", doctreedir=build / ".doctrees", root=tmp_path
    )
    _start(app)
    for name in ("html/index.html", ".doctrees/environment.pickle", ".jupyter_cache/one"):
        (build / name).parent.mkdir(exist_ok=True)
        (build / name).write_text("kept")
    return app


def _start(app: SimpleNamespace) -> None:
    freshness._drop_stale(app, {"nb_execution_cache_path": ""})


def _kept(app: SimpleNamespace) -> dict[str, bool]:
    build = app.root / "_build"
    return {
        "results": (build / ".jupyter_cache/one").exists(),
        "reading": (build / ".doctrees/environment.pickle").exists(),
        "pages": (build / "html/index.html").exists(),
    }


def test_nothing_changed_keeps_all(app: SimpleNamespace) -> None:
    _start(app)
    assert _kept(app) == {"results": True, "reading": True, "pages": True}


def test_changed_data_drop_results_and_reading(app: SimpleNamespace) -> None:
    (app.root / "data/a.csv").write_text("x\n2\n")
    _start(app)
    assert _kept(app) == {"results": False, "reading": False, "pages": True}


def test_a_renamed_file_counts_as_a_change(app: SimpleNamespace) -> None:
    (app.root / "data/a.csv").rename(app.root / "data/b.csv")
    _start(app)
    assert not _kept(app)["results"]


def test_changed_styles_drop_pages_alone(app: SimpleNamespace) -> None:
    (app.root / "assets/a.css").write_text("p { margin: 0 }")
    _start(app)
    assert _kept(app) == {"results": True, "reading": True, "pages": False}


def test_another_builder_that_sees_changed_styles_first_keeps_no_page(
    app: SimpleNamespace,
) -> None:
    (app.root / "assets/a.css").write_text("p { margin: 0 }")
    _start(SimpleNamespace(**{**vars(app), "outdir": app.root / "_build" / "bookpdf"}))
    assert _kept(app)["pages"]
    _start(app)
    assert not _kept(app)["pages"]


def test_a_removed_page_leaves_nothing_behind(app: SimpleNamespace) -> None:
    assert freshness._drop_removed(app, None, set(), set(), {"chapters/gone"}) == []
    assert _kept(app) == {"results": True, "reading": True, "pages": False}


def test_added_and_changed_pages_keep_the_others(app: SimpleNamespace) -> None:
    freshness._drop_removed(app, None, {"new"}, {"changed"}, set())
    assert _kept(app)["pages"]
