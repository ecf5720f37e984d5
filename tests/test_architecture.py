"""The rooms of ARCHITECTURE.md are those of the code, and data flow one way through them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import grimp
import networkx as nx
import pytest
import yaml

#: Of what draws pages nothing may be known to the analysis.
PAGE_MAKERS = {"docutils", "jupyter_book", "myst_nb", "myst_parser", "sphinx"}


@pytest.fixture(scope="module")
def rooms(root: Path) -> dict[str, list[str]]:
    """Room to its modules, the highest first, as the document has them."""
    text = (root / "ARCHITECTURE.md").read_text("utf-8")
    table = text.partition("| Room |")[2].partition("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in table]
    return {
        room: [
            name if name == "casebook_book" else f"casebook.{name}"
            for name in re.findall(r"`(\w+)`", modules)
        ]
        for room, _, modules in cells
    }


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """All imports, those inside functions and for types included."""
    return grimp.build_graph(
        "casebook", "casebook_book", include_external_packages=True, cache_dir=None
    )


def test_every_module_stands_in_one_room(
    rooms: dict[str, list[str]], graph: grimp.ImportGraph
) -> None:
    assert list(rooms) == ["page", "chapter", "figure", "analysis", "data", "ground"]
    named = [name for modules in rooms.values() for name in modules]
    there = {*graph.find_children("casebook"), "casebook_book"}
    problems = [f"{name} stands in no room" for name in sorted(there - set(named))]
    problems += [f"there is no {name}" for name in sorted(set(named) - there)]
    problems += [
        f"{name} stands twice" for name in sorted({n for n in named if named.count(n) > 1})
    ]
    assert not problems, f"ARCHITECTURE.md, table of rooms: {'; '.join(problems)}"
    in_order = {room: sorted(modules) for room, modules in rooms.items() if room != "page"}
    assert {room: rooms[room] for room in in_order} == in_order


def test_no_import_points_back(rooms: dict[str, list[str]], graph: grimp.ImportGraph) -> None:
    layers = [grimp.Layer(*modules, independent=False) for modules in rooms.values()]
    found = graph.find_illegal_dependencies_for_layers(layers)
    chains = [
        " -> ".join((*sorted(r.heads), *r.middle, *sorted(r.tails)))
        for d in found
        for r in d.routes
    ]
    assert not chains, "a lower room imports from a higher one: " + "; ".join(sorted(chains))


def test_nothing_imports_in_a_circle(graph: grimp.ImportGraph) -> None:
    ours = {m for m in graph.modules if m.partition(".")[0] in ("casebook", "casebook_book")}
    imports = nx.DiGraph(
        (module, imported)
        for module in ours
        for imported in graph.find_modules_directly_imported_by(module) & ours
    )
    assert [sorted(c) for c in nx.strongly_connected_components(imports) if len(c) > 1] == []


def test_the_analysis_knows_nothing_of_pages(graph: grimp.ImportGraph) -> None:
    analysis = {"casebook", *graph.find_descendants("casebook")}
    asked = {
        f"{module} imports {external}"
        for external in graph.modules
        if external in PAGE_MAKERS or external == "casebook_book"
        for module in graph.find_modules_that_directly_import(external) & analysis
    }
    assert asked == set()


def test_the_extension_names_no_chapter_and_no_case(root: Path) -> None:
    contents = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    names = {c["file"] for part in contents["parts"] for c in part["chapters"]}
    with (root / "data/coded/cases.csv").open(encoding="utf-8", newline="") as handle:
        names |= {row["slug"] for row in csv.DictReader(handle)}
    found = {
        f"{path.name}: {name}"
        for path in (root / "casebook_book").glob("*.*")
        for name in names
        if re.search(rf"\b{name}\b", path.read_text("utf-8"))
    }
    assert found == set()
