"""The report's chapter 4 as tables, charts and one network: what stands in government's way.

All of it is arranged from our coding of the text (resources ``limitations``, ``limitation_*`` and
``transparency_trust``), whose rows have their section and a reason.
"""

from __future__ import annotations

import altair as alt
import networkx as nx
import pandas as pd

from casebook import charts, palette, published
from casebook.networkview import NetworkView, view
from casebook.provenance import derive, mark, of

#: The coded sides and parts, as readers see them, in the order of the drawing.
_SIDES = {"platform": "platform", "users": "users", "government": "government"}
_PARTS = {"cause": "in the way", "act": "asked to act"}

# The strategies' printed names are too long to stand beside a node.
_SHORT = {
    "1": "Information",
    "3": "Citizens' reports",
    "4": "Dialogue",
    "5": "Co-creation",
    "6": "Service channel",
}
_SHORT_CASES = {
    "benno_l": "Benno L.",
    "earthquakes": "Earthquakes",
    "vacant_lots": "Vacant lots",
}


def overview() -> pd.DataFrame:
    """The seven limitations: ``limitation, what stands in the way, section, Dutch``."""
    coded = published.exhibit("limitations")
    frame = pd.DataFrame(
        {
            "limitation": coded["label_en"],
            "what stands in the way": coded["obstacle_en"],
            "section": coded["locator"],
            "Dutch": coded["label_nl"],
        }
    )
    return mark(frame, of(coded))


def sides() -> pd.DataFrame:
    """What the text puts down to whom: ``limitation, side, part, what``.

    ``part`` is ``in the way`` or ``asked to act``. Rows stand in the order of the sections.
    """
    coded = published.exhibit("limitation_sides")
    frame = pd.DataFrame(
        {
            "limitation": coded["limitation"].map(_labels()),
            "side": coded["side"].map(_SIDES),
            "part": coded["part"].map(_PARTS),
            "what": coded["what_en"],
        }
    )
    return mark(frame, of(coded))


def sides_chart(said: pd.DataFrame) -> alt.LayerChart:
    """A mark for each row of :func:`sides`: a line a limitation, a column a side."""
    columns, parts = list(_SIDES.values()), list(_PARTS.values())
    # A column of one part has its marks below its head, one of both has them side by side.
    both = said.groupby("side")["part"].transform("nunique") > 1
    said = said.assign(place=said["part"].where(both, "alone"))
    colours = [palette.COLOURS[colour].light for colour in ("blue", "orange")]
    grid = alt.Axis(grid=True, domain=False, ticks=False, labelPadding=8)
    heads = alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False)
    points = (
        alt.Chart(said)
        .mark_point(filled=True, opacity=1, size=150)
        .encode(
            x=alt.X("side", type="nominal", title=None, sort=columns, axis=heads),
            xOffset=alt.XOffset(
                "place", type="nominal", scale=alt.Scale(domain=[parts[0], "alone", parts[1]])
            ),
            y=alt.Y(
                "limitation",
                type="nominal",
                title=None,
                sort=list(dict.fromkeys(said["limitation"])),
                axis=grid,
            ),
            color=alt.Color(
                "part",
                type="nominal",
                scale=alt.Scale(domain=parts, range=colours),
                legend=alt.Legend(orient="bottom", title=None),
            ),
            shape=alt.Shape(
                "part", type="nominal", scale=alt.Scale(domain=parts, range=["circle", "diamond"])
            ),
        )
    )
    return alt.LayerChart(layer=[points]).properties(height=alt.Step(30))


def sources() -> pd.DataFrame:
    """What is cited for each limitation: ``limitation, work, cited for, kind, with data``.

    ``with data`` says whether the report tells of data behind the work.
    """
    coded = published.exhibit("limitation_sources")
    frame = pd.DataFrame(
        {
            "limitation": coded["limitation"].map(_labels()),
            "work": coded["work"],
            "cited for": coded["cited_for_en"],
            "kind": coded["kind"],
            "with data": coded["with_data"],
        }
    )
    return mark(frame, of(coded))


def basis(cited: pd.DataFrame) -> pd.DataFrame:
    """:func:`sources` counted: ``limitation, works, with data``, in the order of the sections."""
    counted = cited.groupby("limitation", sort=False)["with data"].agg(["size", "sum"])
    counted = counted.astype(int).reset_index()
    counted.columns = pd.Index(["limitation", "works", "with data"])
    return derive(counted, cited, kind="coded")


def basis_chart(counts: pd.DataFrame) -> alt.LayerChart:
    """A bar of works for each limitation, with those told with data inside."""
    words = [
        f"{data or 'none'} of {works}"
        for works, data in zip(counts["works"], counts["with data"], strict=True)
    ]
    return charts.part_bars(
        counts.assign(text=words),
        value="works",
        part="with data",
        label="limitation",
        text="text",
        axis="works cited",
        names=("works cited", "told with data"),
    )


def transparency() -> pd.DataFrame:
    """The experiment of §4.6 on trust: ``knows of the subject`` and a column for each trust."""
    coded = published.exhibit("transparency_trust")
    columns = coded["trust"] + " trust beforehand"
    cells = coded.assign(column=columns).pivot(
        index="knowledge", columns="column", values="effect_en"
    )
    frame = cells.loc[["little", "much"], list(dict.fromkeys(columns))]
    frame = frame.rename_axis(index="knows of the subject", columns=None).reset_index()
    return mark(frame, of(coded))


def links_graph() -> nx.Graph:
    """Limitations tied to the strategies and cases that their text touches.

    Nodes carry ``group`` (``limitation, strategy, case``), ``label`` and ``role``; a tie's
    ``title`` says how the one bears on the other, and whether the text itself names it.
    """
    coded, labels = published.exhibit("limitation_links"), _labels()
    strategies = published.exhibit("twente_summary_strategies")
    printed = dict(zip(strategies["print_order"].astype(str), strategies["label_en"], strict=True))
    cases = published.exhibit("cases").set_index("slug")["title_en"].to_dict()
    graph: nx.Graph[str] = nx.Graph()
    names = ["limitation", "target_kind", "target", "how_en", "named", "locator"]
    for key, kind, target, how, named, where in coded[names].itertuples(index=False, name=None):
        title = printed[target] if kind == "strategy" else cases[target]
        short = _SHORT.get(target, title) if kind == "strategy" else _SHORT_CASES[target]
        graph.add_node(key, group="limitation", label=labels[key], role=f"limitation, {where}")
        graph.add_node(f"{kind} {target}", group=kind, label=short, role=f"{kind}: {title}")
        said = "" if named else " (our reading)"
        graph.add_edge(key, f"{kind} {target}", weight=1, title=f"{how}, {where}{said}")
    return derive(graph, coded, strategies, kind="coded")


def links_view(graph: nx.Graph) -> NetworkView:
    """The drawing of :func:`links_graph`: cases, limitations, strategies, each in its column."""
    groups = pd.DataFrame(
        [
            ("case", "case", "grey"),
            ("limitation", "limitation", "red"),
            ("strategy", "strategy", "blue"),
        ],
        columns=["group", "label_en", "colour_nl"],
    )
    order = list(_labels())
    place = {"case": 0.0, "limitation": 5.0, "strategy": 10.0}
    positions: dict[str, tuple[float, float]] = {}
    for group, across in place.items():
        nodes = sorted(node for node, kind in graph.nodes(data="group") if kind == group)
        nodes.sort(key=lambda node: order.index(node) if node in order else 0)
        step = len(order) / len(nodes)
        # in a full column names would stand on the node below, so that it goes in two lanes
        lane = 0.9 if group == "limitation" else 0.0
        positions |= {
            node: (across + lane * (0.5 - i % 2) * 2, step * (i + 0.5))
            for i, node in enumerate(nodes)
        }
    return view(graph, mark(groups, of(graph)), named=list(graph), positions=positions)


def touched() -> pd.DataFrame:
    """All seven strategies: ``strategy, limitations, number``, those that nothing touches too."""
    links, labels = published.exhibit("limitation_links"), _labels()
    strategies = published.exhibit("twente_summary_strategies")
    on = links[links["target_kind"] == "strategy"]
    each = on["limitation"].map(labels).groupby(on["target"]).agg(list)
    held = [each.get(str(number), []) for number in strategies["print_order"]]
    frame = pd.DataFrame(
        {
            "strategy": strategies["label_en"],
            "limitations": ["; ".join(names) or "none" for names in held],
            "number": [len(names) for names in held],
        }
    )
    return derive(frame, links, strategies, kind="coded")


def asked() -> pd.DataFrame:
    """The parts of research question 3: ``asked, treated in, what is found``."""
    coded = published.exhibit("limitation_questions")
    printed = published.exhibit("twente_vragen_1_5")
    texts = printed[printed["question"] == 3].set_index("sub")["text_en"]
    frame = pd.DataFrame(
        {
            "asked": coded["sub"].map(texts),
            "treated in": coded["treated_in"].replace("", "nowhere"),
            "what is found": coded["how_en"],
        }
    )
    return derive(frame, coded, printed, kind="coded")


def _labels() -> dict[str, str]:
    rows = published.exhibit("limitations")
    return dict(zip(rows["limitation"], rows["label_en"], strict=True))
