"""What changed is made again: results after data or code, pages after styles."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn

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
    assert _kept(app) == {"results": False, "reading": False, "pages": False}


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


def test_a_kill_between_dropping_and_remembering_drops_again(
    app: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    (app.root / "data/a.csv").write_text("x\n2\n")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(freshness, "write_whole", killed)
        with pytest.raises(KeyboardInterrupt):
            _start(app)
    (app.root / "_build/.jupyter_cache").mkdir()
    (app.root / "_build/.jupyter_cache/one").write_text("stale")
    _start(app)
    assert not _kept(app)["results"]


def test_an_unfinished_build_is_not_built_upon(app: SimpleNamespace) -> None:
    config = {"nb_execution_cache_path": ""}
    freshness._drop_unfinished(app, config)
    assert _kept(app)["pages"] and _kept(app)["reading"]
    # Killed here: nothing took the mark away.
    freshness._drop_unfinished(app, config)
    assert not _kept(app)["pages"] and not _kept(app)["reading"]


def test_a_finished_build_is_built_upon(app: SimpleNamespace) -> None:
    config = {"nb_execution_cache_path": ""}
    freshness._drop_unfinished(app, config)
    freshness._finished(app, None)
    freshness._drop_unfinished(app, config)
    assert _kept(app)["pages"] and _kept(app)["reading"]


def test_results_that_are_torn_are_dropped_and_whole_ones_kept(tmp_path: Path) -> None:
    cache = get_cache(tmp_path)
    for code in ("1", "2", "3"):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
        bundle = CacheBundleIn(notebook, f"{code}.md", data={"execution_seconds": 1})
        cache.cache_notebook_bundle(bundle, check_validity=False)
    torn, gone, _ = sorted(tmp_path.rglob("*.ipynb"))
    torn.write_text(torn.read_text("utf-8")[:50], "utf-8")
    gone.unlink()
    freshness._keep_whole_results(tmp_path)
    assert len(get_cache(tmp_path).list_cache_records()) == 1


def test_results_of_a_torn_database_are_all_dropped(tmp_path: Path) -> None:
    get_cache(tmp_path).list_cache_records()
    database = next(tmp_path.glob("*.db"))
    database.write_bytes(b"torn" * 500)
    freshness._keep_whole_results(tmp_path)
    assert not database.exists()


def _env(**changes: object) -> SimpleNamespace:
    """As much of an environment as the comparison of pages looks at."""
    domain = SimpleNamespace(get_objects=lambda: [("a", "b")], labels={"fig-a": "one"})
    held = {
        "titles": {},
        "tocs": {},
        "toctree_includes": {"index": ["one"]},
        "toc_fignumbers": {"one": {"figure": {"fig-a": [1]}}},
        "toc_secnumbers": {},
        "metadata": {"one": {"wordcount": {"words": 9}, "kernelspec": {"name": "python3"}}},
        "images": {},
        "dlfiles": {},
        "casebook_files": {},
        "casebook_pages": {"one": SimpleNamespace(forms={"gemeente"})},
    }
    return SimpleNamespace(domains={"std": domain}, **{**held, **changes})


@pytest.mark.parametrize(
    ("told", "same"),
    [
        ({"metadata": {"one": {"wordcount": {"words": 10}, "kernelspec": {"name": "python3"}}}}, 1),
        ({"metadata": {"one": {"wordcount": {"words": 9}}}}, 0),
        ({"toc_fignumbers": {"one": {"figure": {"fig-a": [2]}}}}, 0),
        ({"toctree_includes": {"index": ["one", "two"]}}, 0),
        ({"casebook_pages": {"one": SimpleNamespace(forms={"gemeente", "gemeenten"})}}, 0),
    ],
)
def test_what_pages_show_of_one_another(told: dict[str, object], same: bool) -> None:
    assert (freshness._shared(_env()) == freshness._shared(_env(**told))) == same
