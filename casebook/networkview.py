"""A network as a picture: what is drawn of it, where each node stands, and in which forms.

Measures always come from the full graph; a view draws at most :data:`MAX_NODES` nodes and
:data:`MAX_EDGES` ties, by the rule that its ``rule`` states. Positions are computed here once
with a fixed seed, so the interactive network, the still picture and the GEXF file agree.
"""

from __future__ import annotations

import html
import io
import json
import math
import random
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from itertools import product
from typing import Any

import igraph as ig
import networkx as nx
import numpy as np
import pandas as pd
from pyvis.network import Network

from casebook import labels, palette
from casebook.provenance import Provenance, combine, mark, of
from casebook.randomness import igraph_random

MAX_NODES = 1500
MAX_EDGES = 5000

# vis-network stops fitting at zoom 1, so small coordinates would leave the canvas empty.
_SPREAD = 3000

# Up to this number of nodes, names keep clear of every mark and tie.
_FEW = 40

# Above this number of nodes, springs give a ball of wool; UMAP keeps neighbourhoods apart.
_MANY = 900

# Height over width of a drawing at the most, so that it fits a screen.
_HEIGHT = 0.6

#: Options for vis-network: computed positions, no physics, nothing that slows a large drawing.
OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {
        "hover": True,
        "hideEdgesOnDrag": True,
        "hideEdgesOnZoom": True,
        "zoomView": False,
        "tooltipDelay": 120,
        "multiselect": False,
    },
    "edges": {"smooth": False, "selectionWidth": 2, "hoverWidth": 0},
    "nodes": {"borderWidth": 1, "font": {"size": 0}},
}


@dataclass(frozen=True)
class NetworkView:
    """The drawn part of a graph.

    ``nodes``: ``id, label, role, group, x, y, size, strength, named``; ``edges``: ``source,
    target, weight, title`` (``source`` and ``target`` are positions in ``nodes``); ``groups``:
    ``group, label, colour, shape, members``; ``curve``: ``threshold, nodes, ties`` of the full
    network, or None; ``rule`` says what was drawn.
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame
    groups: pd.DataFrame
    curve: pd.DataFrame | None
    start: int
    directed: bool
    rule: str
    provenance: Provenance

    def pyvis(self) -> Network:
        """The drawing as a pyvis network: drag, zoom and restyle it as you like.

        Edges are set as a list: pyvis checks each added edge against all others, which is
        quadratic for undirected networks.
        """
        net = Network(height="600px", width="100%", directed=self.directed, cdn_resources="local")
        looks = self.groups.set_index("group")
        for node in self.nodes.itertuples():
            tone = palette.COLOURS[looks.colour[node.group]]
            net.add_node(
                node.id,
                label=node.label if node.named else " ",
                title=node.label,
                x=float(node.x),
                y=float(node.y),
                size=float(node.size),
                color=tone.light,
                shape=looks["shape"][node.group],
                physics=False,
            )
        ids = self.nodes["id"].to_numpy()
        net.edges = [
            {"from": ids[e.source], "to": ids[e.target], "value": float(e.weight), "title": e.title}
            for e in self.edges.itertuples()
        ]
        net.options = OPTIONS
        return net

    def payload(self, mark_text: str) -> dict[str, Any]:
        """The drawing as compact JSON for the page's script, derived from the pyvis network."""
        drawn = self.pyvis()
        group_of = dict(zip(self.groups["group"], range(len(self.groups)), strict=True))
        nodes = [
            [
                node["id"],
                node["title"],
                group_of[row.group],
                round(node["x"]),
                round(node["y"]),
                round(node["size"], 1),
                row.role,
                int(row.named),
            ]
            for node, row in zip(drawn.nodes, self.nodes.itertuples(), strict=True)
        ]
        edges = [
            [e.source, e.target, round(e.weight, 3), *([e.title] if e.title else [])]
            for e in self.edges.itertuples()
        ]
        curve = pd.DataFrame() if self.curve is None else self.curve[["threshold", "nodes", "ties"]]
        return {
            "nodes": nodes,
            "edges": edges,
            "groups": self.groups.to_dict("records"),
            "curve": [list(map(int, row)) for row in curve.to_numpy()],
            "start": self.start,
            "directed": self.directed,
            "rule": self.rule,
            "mark": mark_text,
            "options": drawn.options,
        }

    def table(self) -> pd.DataFrame:
        """The drawn nodes, strongest first: ``node, role, group, ties, strength``."""
        ends = np.concatenate([self.edges["source"], self.edges["target"]])
        ties = np.bincount(ends.astype(int), minlength=len(self.nodes))
        labels = self.groups.set_index("group")["label"]
        frame = pd.DataFrame(
            {
                "node": self.nodes["label"],
                "role": self.nodes["role"],
                "group": self.nodes["group"].map(labels),
                "ties drawn": ties,
                "strength": self.nodes["strength"],
            }
        )
        frame = frame.sort_values(["strength", "node"], ascending=[False, True], kind="stable")
        return mark(frame.reset_index(drop=True), self.provenance)

    @cached_property
    def _box(self) -> tuple[float, float, float, float]:
        # Room for the largest mark, and for a name beneath it.
        pad = 0.04 * _SPREAD + self.nodes["size"].max()
        xs, ys = self.nodes["x"], self.nodes["y"]
        left, top = xs.min() - pad, ys.min() - pad
        return left, top, xs.max() + pad - left, ys.max() + pad + 0.04 * _SPREAD - top

    def to_svg(self, theme: str, mark_text: str, description: str, *, names: bool = True) -> str:
        """A still picture in the ``light`` or ``dark`` theme, with the mark inside it."""
        index = ("light", "dark").index(theme)
        left, top, wide, high = self._box
        scale = 1000 / wide
        height = round(high * scale)
        xs = ((self.nodes["x"] - left) * scale).round(1).to_numpy()
        ys = ((self.nodes["y"] - top) * scale).round(1).to_numpy()
        ink, muted = palette.INK[index], palette.MUTED[index]
        few = len(self.edges) <= 60
        faint = 0.75 if few else 0.4 if len(self.edges) <= 400 else 0.16
        out = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 {height + 30}" '
            f'font-family="system-ui,Arial,sans-serif" role="img">'
            f"<title>{html.escape(description)}</title>",
            f'<g fill="none" stroke="{muted}" stroke-opacity="{faint}">',
        ]
        for width, ties in self._by_width(few):
            # Whole units, relative moves, one node's ties together: thousands of lines pack better.
            ties = ties.sort_values(["source", "target"])
            path = "".join(
                f"M{xs[s]:.0f} {ys[s]:.0f}l{xs[t] - xs[s]:.0f} {ys[t] - ys[s]:.0f}"
                for s, t in zip(ties["source"], ties["target"], strict=True)
            )
            out.append(f'<path stroke-width="{width:g}" d="{path}"/>')
        out.append("</g>")
        paper = palette.PAPER[index]
        # What has a name lies on top.
        for named, row in product((False, True), self.groups.itertuples()):
            among = (self.nodes["group"] == row.group) & (self.nodes["named"] == named)
            members = np.flatnonzero(among.to_numpy())
            if not len(members):
                continue
            tone = palette.COLOURS[row.colour][index]
            out.append(f'<g fill="{tone}" stroke="{paper}" stroke-width="0.7">')
            radii = self.nodes["size"].to_numpy() * scale
            out += [mark_of(row.shape, xs[i], ys[i], max(radii[i], 2.2)) for i in members]
            out.append("</g>")
        if names and self._labels:
            out += _written(list(self._labels.values()), ink, paper)
        if mark_text:
            red = palette.COLOURS["red"][index]
            out.append(
                f'<text x="992" y="{height + 22}" text-anchor="end" font-size="17" '
                f'font-weight="700" fill="{red}">{html.escape(mark_text)}</text>'
            )
        return "\n".join([*out, "</svg>", ""])

    @cached_property
    def _labels(self) -> dict[int, labels.Label]:
        """Where the names of the named nodes go in a picture 1,000 wide, by position."""
        left, top, wide, high = self._box
        scale = 1000 / wide
        named = np.flatnonzero(self.nodes["named"].to_numpy())
        marks = (self.nodes[["x", "y", "size"]].to_numpy() - [left, top, 0]) * scale
        ties = marks[self.edges[["source", "target"]].to_numpy(int), :2].reshape(-1, 4)
        order = sorted(named, key=lambda i: (-marks[i, 2], i))
        names = {int(i): str(self.nodes["label"].iloc[i]) for i in order}
        if len(marks) > _FEW:  # marks and ties lie everywhere: only the named marks are kept clear
            marks[~np.isin(np.arange(len(marks)), named)] = np.nan
            ties = ties[:0]
        return labels.place(marks, ties, names, (3, 3, 997, high * scale + 8))

    def _by_width(self, few: bool) -> list[tuple[float, pd.DataFrame]]:
        if not len(self.edges):
            return []
        weight = self.edges["weight"]
        if few:
            width = (1.2 + 4 * (weight - 1) / max(weight.max() - 1, 1)).round(1)
        else:
            width = pd.Series(0.9, index=self.edges.index)
        return [(float(w), ties) for w, ties in self.edges.groupby(width)]

    def to_gexf(self, mark_text: str) -> str:
        """The drawing as GEXF 1.2 for Gephi, with positions, colours and the mark."""
        graph: nx.Graph = nx.DiGraph() if self.directed else nx.Graph()
        looks = self.groups.set_index("group")
        for node in self.nodes.itertuples():
            red, green, blue = bytes.fromhex(palette.COLOURS[looks.colour[node.group]].light[1:])
            graph.add_node(
                node.id,
                label=node.label,
                role=node.role,
                group=node.group,
                provenance=mark_text or self.provenance.kind,
                viz={
                    "position": {"x": float(node.x), "y": float(-node.y), "z": 0.0},
                    "size": float(node.size),
                    "color": {"r": red, "g": green, "b": blue, "a": 1.0},
                },
            )
        ids = self.nodes["id"].to_numpy()
        for edge in self.edges.itertuples():
            graph.add_edge(ids[edge.source], ids[edge.target], weight=float(edge.weight))
        out = io.BytesIO()
        nx.write_gexf(graph, out)
        # networkx stamps the day it was written: the same network must give the same file.
        return re.sub(r' lastmodifieddate="[^"]*"', "", out.getvalue().decode("utf-8")) + "\n"

    def to_html(self) -> str:
        """A self-contained interactive network for a notebook: needs no other host, no files."""
        drawn = self.pyvis()
        vis = files("pyvis").joinpath("templates/lib/vis-9.1.2/vis-network.min.js")
        options = {**OPTIONS, "nodes": {"borderWidth": 1}}
        options["interaction"] = {**OPTIONS["interaction"], "zoomView": True}
        # No name may close the script or open a comment in it.
        data = json.dumps({"nodes": drawn.nodes, "edges": drawn.edges}).replace("<", "\\u003c")
        said = html.escape(
            f"{'RECONSTRUCTION: simulated, not evidence. ' if self._simulated else ''}{self.rule}"
        )
        page = (
            "<!doctype html><meta charset=utf-8><body style='margin:0;font:13px system-ui'>"
            f"<div id=n style='height:540px'></div><div>{said}</div>"
            f"<script>{vis.read_text('utf-8')}</script><script>const d={data};"
            f"new vis.Network(document.getElementById('n'),d,{json.dumps(options)});</script>"
        )
        return (
            '<iframe title="Interactive network" style="width:100%;height:600px;border:0" '
            f'srcdoc="{html.escape(page)}"></iframe>'
        )

    @property
    def _simulated(self) -> bool:
        return self.provenance.kind == "reconstructed"


def view(
    graph: nx.Graph,
    groups: pd.DataFrame,
    *,
    named: Collection[str] = (),
    curve: pd.DataFrame | None = None,
    start: int = 1,
    seed: int = 1,
    positions: dict[str, tuple[float, float]] | None = None,
    marks: float = 1.0,
) -> NetworkView:
    """Draw ``graph``.

    Parameters
    ----------
    graph
        nodes may have ``group``, ``role`` and ``label``; ties ``weight`` (default 1) and
        ``title``. Must carry provenance. Nodes without a tie are not drawn, unless the graph
        has no ties at all.
    groups
        ``group, label_en, colour_nl``: what each group is called and its colour, the Dutch word
        that the report prints or a palette name; the order gives the shapes.
    named
        ids of the nodes whose label is always written beside them.
    curve
        ``threshold, nodes, ties`` of the full network, for a threshold slider.
    start
        the slider's first position; ties below it are hidden at first.
    seed
        of the layout: Fruchterman & Reingold (1991), for large networks UMAP (McInnes et al.
        2018), both by igraph.
    positions
        node to (x, y) where places are given by the text; then nothing is laid out.
    marks
        size of the marks as a multiple of the usual one, for names that stand close together.

    Raises
    ------
    ProvenanceError
        if graph or groups do not say where they come from.
    """
    origin = combine(of(graph), of(groups))
    edges = _edges(graph)
    total, tied = len(edges), len(set(edges["source"]) | set(edges["target"]))
    order = ["weight", "source", "target"]
    edges = edges.sort_values(order, ascending=[False, True, True], kind="stable")
    edges = _keep_nodes(_keep_edges(edges))
    kept = sorted(set(edges["source"]) | set(edges["target"])) if total else sorted(graph)
    nodes = _nodes(graph, kept, groups, set(named))
    nodes["size"] *= marks
    place = {node: i for i, node in enumerate(kept)}
    edges = edges.assign(source=edges["source"].map(place), target=edges["target"].map(place))
    edges = edges.reset_index(drop=True)
    xy = (
        np.array([positions[node] for node in kept], dtype=float)
        if positions
        else _layout(edges, len(kept), seed)
    )
    nodes["x"], nodes["y"] = _spread(xy)
    nodes, edges = _named_last(nodes, edges)
    return NetworkView(
        nodes=nodes,
        edges=edges,
        groups=_looks(groups, nodes),
        curve=curve,
        start=start,
        directed=graph.is_directed(),
        rule=_rule(tied, len(kept), len(edges), total),
        provenance=origin,
    )


def _named_last(nodes: pd.DataFrame, edges: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """In another order: what is drawn last lies on top, and a name needs its mark."""
    order = np.argsort(nodes["named"].to_numpy(bool), kind="stable")
    rank = np.argsort(order)
    ends = {end: rank[edges[end].to_numpy(int)] for end in ("source", "target")}
    return nodes.iloc[order].reset_index(drop=True), edges.assign(**ends)


def _edges(graph: nx.Graph) -> pd.DataFrame:
    rows = [
        (str(s), str(t), float(d.get("weight", 1)), str(d.get("title", "")))
        for s, t, d in graph.edges(data=True)
        if s != t
    ]
    frame = pd.DataFrame(rows, columns=["source", "target", "weight", "title"])
    if not graph.is_directed():
        low = frame[["source", "target"]].min(axis=1)
        frame["target"] = frame[["source", "target"]].max(axis=1)
        frame["source"] = low
    return frame


def _keep_edges(edges: pd.DataFrame) -> pd.DataFrame:
    """At most :data:`MAX_EDGES`: each node's heaviest tie first, so that no node falls out."""
    if len(edges) <= MAX_EDGES:
        return edges
    edges = edges.reset_index(drop=True)  # they are sorted, heaviest first
    ends = pd.concat([edges["source"], edges["target"]]).sort_index(kind="stable")
    first = ends.index[~ends.duplicated()]
    own = edges.index.isin(first)
    kept = pd.concat([edges[own], edges[~own]]).head(MAX_EDGES).index
    return edges[edges.index.isin(kept)]


def _keep_nodes(edges: pd.DataFrame) -> pd.DataFrame:
    """Ties among the :data:`MAX_NODES` nodes of most strength within ``edges``."""
    ends = pd.concat([edges["source"], edges["target"]])
    strength = pd.concat([edges["weight"], edges["weight"]]).groupby(ends.to_numpy()).sum()
    ranked = strength.sort_index().sort_values(ascending=False, kind="stable")
    kept = set(ranked.head(MAX_NODES).index)
    return edges[edges["source"].isin(kept) & edges["target"].isin(kept)]


def _nodes(graph: nx.Graph, kept: list[str], groups: pd.DataFrame, named: set[str]) -> pd.DataFrame:
    strength = dict(graph.degree(kept, weight="weight"))
    known = list(groups["group"])
    rows = []
    for node in kept:
        held = graph.nodes[node]
        group = held.get("group", known[0])
        rows.append(
            {
                "id": node,
                "label": str(held.get("label") or node),
                "role": str(held.get("role", "")),
                "group": group if group in known else known[-1],
                "strength": float(strength[node]),
                "named": node in named,
            }
        )
    frame = pd.DataFrame(rows)
    largest = max(frame["strength"].max(), 1.0)
    base, span = (26.0, 68.0) if len(frame) > 60 else (90.0, 80.0)
    frame["size"] = base + span * np.sqrt(frame["strength"] / largest)
    return frame


def _looks(groups: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    counts = nodes["group"].value_counts()
    return pd.DataFrame(
        {
            "group": list(groups["group"]),
            "label": list(groups["label_en"]),
            "colour": [palette.name_of(c) for c in groups["colour_nl"]],
            "shape": [palette.SHAPES[i % len(palette.SHAPES)] for i in range(len(groups))],
            "members": [int(counts.get(g, 0)) for g in groups["group"]],
        }
    )


def _layout(edges: pd.DataFrame, count: int, seed: int) -> np.ndarray:
    graph = ig.Graph(n=count, edges=edges[["source", "target"]].to_numpy().tolist())
    start = random.Random(seed)
    with igraph_random(start):
        if count > _MANY:
            laid = graph.layout_umap(min_dist=0.3, epochs=500)
        else:
            laid = graph.layout_fruchterman_reingold(
                weights=np.sqrt(edges["weight"]).tolist() if len(edges) else None,
                niter=300,
                seed=[[start.uniform(-1, 1), start.uniform(-1, 1)] for _ in range(count)],
            )
    return np.array(laid.coords)


def _spread(xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates as whole numbers, wide rather than high, far outliers drawn in."""
    if len(xy) == 1:
        return np.zeros(1), np.zeros(1)
    centred = xy - np.median(xy, axis=0)
    if np.ptp(centred[:, 1]) > np.ptp(centred[:, 0]):
        centred = centred[:, ::-1]
    reach = np.quantile(np.hypot(centred[:, 0], centred[:, 1]), 0.97)
    length = np.maximum(np.hypot(centred[:, 0], centred[:, 1]), 1e-9)
    shrink = np.where(length > reach, (reach + 0.25 * (length - reach)) / length, 1.0)
    drawn = centred * shrink[:, None]
    wide, high = np.maximum(np.ptp(drawn, axis=0), 1e-9)
    drawn = (drawn - drawn.min(axis=0)) / wide
    tall = min(1.0, _HEIGHT * wide / high)
    xs, ys = drawn[:, 0], drawn[:, 1] * tall
    return ((2 * xs - 1) * _SPREAD).round(), ((2 * ys - ys.max()) * _SPREAD).round()


def _rule(tied: int, nodes: int, edges: int, total: int) -> str:
    """What is drawn of the ``total`` ties and of the ``tied`` nodes that have one."""
    if total == 0:
        return f"This network has no ties: its {nodes:,} nodes are drawn."
    if edges == total:
        return f"All {edges:,} ties of this network are drawn, with the {nodes:,} nodes they join."
    whom = f"the {nodes:,} strongest of {tied:,} nodes" if nodes < tied else f"{nodes:,} nodes"
    return (
        f"Drawn: {whom} and {edges:,} of {total:,} ties (each node's heaviest, then the "
        "heaviest of all). Measures come from the full network."
    )


def _written(names: list[labels.Label], ink: str, paper: str) -> list[str]:
    """The SVG elements of names, with the lines that tie those further off to their marks."""
    ties = "".join("M{:.0f} {:.0f}L{:.0f} {:.0f}".format(*n.tie) for n in names if n.tie)
    out = (
        [f'<path fill="none" d="{ties}" stroke="{ink}" stroke-dasharray="1.5 2.5"/>']
        if ties
        else []
    )
    out.append(
        f'<g fill="{ink}" stroke="{paper}" stroke-width="4" paint-order="stroke" '
        f'stroke-linejoin="round" font-size="{labels.SIZE}">'
    )
    for name in names:
        left, top, right, _ = name.box
        x = {"start": left + 3, "middle": (left + right) / 2, "end": right - 3}[name.anchor]
        for i, line in enumerate(name.lines):
            y = top + 0.85 * labels.SIZE + 1 + i * labels.SIZE
            said = html.escape(line)
            out.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{name.anchor}">{said}</text>')
    return [*out, "</g>"]


_CORNERS: dict[str, list[tuple[float, float]]] = {
    "square": [(-1, -1), (1, -1), (1, 1), (-1, 1)],
    "triangle": [(0, -1.3), (1.15, 0.9), (-1.15, 0.9)],
    "triangleDown": [(0, 1.3), (1.15, -0.9), (-1.15, -0.9)],
    "diamond": [(0, -1.35), (1.15, 0), (0, 1.35), (-1.15, 0)],
    "hexagon": [(-0.6, -1), (0.6, -1), (1.15, 0), (0.6, 1), (-0.6, 1), (-1.15, 0)],
    "star": [
        (radius * math.sin(math.pi * i / 5), -radius * math.cos(math.pi * i / 5))
        for i, radius in enumerate((1.45, 0.65) * 5)
    ],
}


def mark_of(shape: str, x: float, y: float, r: float) -> str:
    """The SVG element of a shape of :data:`casebook.palette.SHAPES` around a point."""
    if shape == "dot":
        return f'<circle cx="{x:g}" cy="{y:g}" r="{r:.1f}"/>'
    points = " ".join(
        f"{x + dx * r * 0.9:.1f},{y + dy * r * 0.9:.1f}" for dx, dy in _CORNERS[shape]
    )
    return f'<polygon points="{points}"/>'
