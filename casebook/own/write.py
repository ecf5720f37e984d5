"""All files of a factsheet, written together or not at all."""

from __future__ import annotations

import json
import platform
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd

from casebook import __version__, factsheet, figure, pseudonyms, readers
from casebook.errors import DataError
from casebook.own import sheet, terms
from casebook.own.analysis import DRAWS, SEEDS, Analysis, analyse
from casebook.own.notebook import notebook
from casebook.own.prepare import Prepared, prepare
from casebook.own.request import Request
from casebook.readers.base import Export

#: What a folder of results holds; another file in it is the reader's, and never touched.
NAMES: tuple[str, ...] = (
    "factsheet.html",
    "factsheet.pdf",
    "network.gexf",
    "nodes.csv",
    "edges.csv",
    "measures.json",
    "notebook.ipynb",
    "rejects.csv",
)

#: Ties from which measuring takes minutes.
_MANY = 10_000

_LIBRARIES = ("igraph", "networkx", "numpy", "pandas", "scipy")


def factsheet_of(request: Request, say: Callable[[str], None] = lambda _: None) -> Export:
    """Read, measure and write; returns what was read, for the account on the screen.

    ``say`` takes a sentence for whoever waits, where it will take minutes.

    Raises
    ------
    DataError
        if the export cannot be read or measured, or the folder holds other files. Nothing is
        written then.
    """
    _free(request.out)
    export = readers.read(request.files, timezone=request.timezone, mapping=request.mapping or None)
    key = None if request.show_names else pseudonyms.secret()
    prepared = prepare(export, request, key)
    network = prepared.network
    if network.ecount() > _MANY:
        size = f"{network.vcount():,} nodes and {network.ecount():,} ties"
        say(f"Measuring {size}; this takes minutes.")
    analysis = analyse(prepared, timezone=request.timezone, seed=request.seed)
    _place(request.out, _files(export, prepared, analysis, request))
    return export


def _files(
    export: Export, prepared: Prepared, analysis: Analysis, request: Request
) -> dict[str, bytes]:
    conv = prepared.conversation
    empty = pd.DataFrame(columns=["community", "members", "term", "users", "g2", "log_ratio"])
    said = terms.key_terms(conv, analysis.partition, request.language) if conv else empty
    tags = terms.hashtags(conv) if conv else pd.DataFrame()
    picture = sheet.drawn(
        prepared, analysis.partition, threshold=request.threshold, seed=request.seed
    )
    content = sheet.content(export, prepared, analysis, request, said, picture)
    more = sheet.more(export, prepared, analysis, said, tags)
    nodes, edges = _tables(prepared, analysis)
    texts = {
        "factsheet.html": factsheet.page(content, more),
        "network.gexf": _gexf(prepared, nodes, edges),
        "nodes.csv": figure.to_csv(nodes),
        "edges.csv": figure.to_csv(edges),
        "measures.json": json.dumps(_measures(export, prepared, analysis, request), indent=2)
        + "\n",
        "notebook.ipynb": notebook(request),
    }
    if len(export.rejects):
        # Values of rejected rows may be names or texts, so they stay out of what is passed on.
        texts["rejects.csv"] = figure.to_csv(export.rejects.drop(columns="value"))
    made = {name: text.encode("utf-8") for name, text in texts.items()}
    made["factsheet.pdf"] = factsheet.typeset(content)
    return made


def _tables(prepared: Prepared, analysis: Analysis) -> tuple[pd.DataFrame, pd.DataFrame]:
    network = prepared.network
    names = [str(name) for name in network.vs["name"]] if network.vcount() else []
    has = network.vs.attributes()
    nodes = pd.DataFrame(
        {
            "id": names,
            "role": network.vs["role"] if "role" in has else "unknown",
            "label": network.vs["label"] if "label" in has else "",
            "community": [int(analysis.partition.get(n, -1)) + 1 for n in network.vs["name"]]
            if names
            else [],
            "degree": network.degree(loops=False) if names else [],
        }
    )
    weights = network.es["weight"] if "weight" in network.es.attributes() else 1.0
    edges = pd.DataFrame(
        {
            "source": [names[edge.source] for edge in network.es],
            "target": [names[edge.target] for edge in network.es],
            "weight": weights,
        }
    )
    return nodes, edges


def _gexf(prepared: Prepared, nodes: pd.DataFrame, edges: pd.DataFrame) -> str:
    graph: nx.Graph = nx.DiGraph() if prepared.network.is_directed() else nx.Graph()
    for row in nodes.itertuples(index=False):
        graph.add_node(row.id, label=row.label or row.id, role=row.role, community=row.community)
    graph.add_weighted_edges_from(edges.itertuples(index=False, name=None))
    text = "\n".join(nx.generate_gexf(graph, version="1.2draft"))
    # networkx writes the day on which it runs; the same input is to give the same bytes.
    head, _, rest = text.partition("<meta")
    return head + rest.partition("</meta>")[2].lstrip("\n") + "\n"


def _measures(
    export: Export, prepared: Prepared, analysis: Analysis, request: Request
) -> dict[str, Any]:
    made = analysis.measures
    top = [{"id": str(name), "value": float(v)} for name, v in made.betweenness_top.items()]
    return {
        **{name: _plain(value) for name, value in made.values.items()},
        "betweenness_top": top,
        "notes": made.notes,
        "network": prepared.kind,
        "directed": prepared.network.is_directed(),
        "assumed": [*export.notes, *prepared.notes],
        "provenance": {
            "kind": "yours",
            "format": export.format,
            "files": [{"name": n, "sha256": digest} for n, digest in sorted(export.files.items())],
            "rows": {"in": export.rows_in, "used": export.rows_used},
            "options": request.options(),
            "versions": {
                "casebook": __version__,
                "python": platform.python_version(),
                **{name: version(name) for name in _LIBRARIES},
            },
            "seed": request.seed,
            "community_runs": SEEDS,
            "random_networks": DRAWS,
        },
    }


def _plain(value: float | None) -> float | int | None:
    """Counts as whole numbers."""
    return int(value) if value is not None and float(value).is_integer() else value


def _free(out: Path) -> None:
    """Refuse to write where something else stands."""
    if out.is_file():
        raise DataError(str(out), "it is a file", "name a folder for the results")
    if out.is_dir():
        others = sorted(p.name for p in out.iterdir() if p.name not in NAMES)
        if others:
            raise DataError(
                str(out), f"it holds other files ({', '.join(others[:3])})", "name a new folder"
            )


def _place(out: Path, files: dict[str, bytes]) -> None:
    """Write beside the folder, then put the whole in its place, so that half is never seen."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise DataError(
            str(out), f"it cannot be written ({error.strerror})", "name another folder"
        ) from None
    try:
        for name, content in files.items():
            (made / name).write_bytes(content)
        made.chmod(0o755)
        if out.exists():
            old = made.with_name(made.name + "-old")
            out.replace(old)
            made.replace(out)
            shutil.rmtree(old)
        else:
            made.replace(out)
    except OSError as error:
        raise DataError(
            str(out),
            f"it cannot be written ({error.strerror})",
            "free some space or name another folder",
        ) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)
