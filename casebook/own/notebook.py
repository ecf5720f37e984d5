"""A notebook to go on from: it reads what was written beside it, and nothing else."""

from __future__ import annotations

import nbformat

from casebook.own.request import Request

_READ = """import json
import networkx as nx
import pandas as pd

measures = json.load(open("measures.json", encoding="utf-8"))
nodes = pd.read_csv("nodes.csv", keep_default_na=False)
edges = pd.read_csv("edges.csv", keep_default_na=False)
graph = nx.from_pandas_edgelist(edges, edge_attr="weight",
                                create_using=nx.DiGraph if measures["directed"] else nx.Graph)
graph.add_nodes_from((row.id, row._asdict()) for row in nodes.itertuples(index=False))
len(nodes), len(edges)"""

_CHECK = """simple = graph.copy()
simple.remove_edges_from(list(nx.selfloop_edges(simple)))
simple.remove_nodes_from(list(nx.isolates(simple)))
ours = {"nodes": simple.number_of_nodes(), "edges": simple.number_of_edges(),
        "density": nx.density(simple) if len(simple) else None}
pd.DataFrame({"by networkx": ours, "in measures.json": {name: measures[name] for name in ours}})"""

_TOP = """pd.DataFrame(measures["betweenness_top"])"""

_WEIGHT = """curve = [(w, *[f(edges[edges["weight"] >= w]) for f in
          (len, lambda kept: pd.concat([kept["source"], kept["target"]]).nunique())])
         for w in sorted(edges["weight"].unique())[:10]]
pd.DataFrame(curve, columns=["ties of at least", "ties", "accounts"])"""

_GROUPS = """sizes = nodes[nodes["community"] > 0].groupby("community").size()
sizes.sort_values(ascending=False).head(10).rename("accounts").to_frame()"""


def notebook(request: Request) -> str:
    """The notebook as JSON text; the same request gives the same bytes."""
    cells = [
        (
            "md",
            f"# {request.title}\n\nThe network and the measures of the factsheet, to go on from. "
            "Names are pseudonyms unless they are public. Needs pandas and networkx.",
        ),
        ("py", _READ),
        (
            "md",
            "The numbers of the factsheet, counted again by another library. Accounts without a "
            "tie and ties of an account with itself are left out, as there.",
        ),
        ("py", _CHECK),
        (
            "md",
            "Who lies between others. A high value is a place in the network, no merit and no "
            "proof of influence.",
        ),
        ("py", _TOP),
        ("md", "What is left of the network if weak ties go. A finding that hangs on one threshold "
               "is a finding about the threshold."),
        ("py", _WEIGHT),
        ("md", "The communities by size. Compare modularity with that of random networks in "
               "measures.json before you believe in them."),
        ("py", _GROUPS),
    ]  # fmt: skip
    made = nbformat.v4.new_notebook()
    made.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for number, (kind, source) in enumerate(cells):
        cell = (
            nbformat.v4.new_markdown_cell(source)
            if kind == "md"
            else nbformat.v4.new_code_cell(source)
        )
        cell["id"] = f"cell-{number}"
        made.cells.append(cell)
    return nbformat.writes(made) + "\n"
