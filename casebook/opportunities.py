"""The report's chapter 3 as tables, two diagrams and one network: what government can gain.

All seven boxes and figures of that chapter were pictures. What its running text keeps of them
stands in coded tables (:mod:`casebook.published`); nothing here goes beyond these.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import networkx as nx
import pandas as pd

from casebook import palette, published
from casebook.networkview import NetworkView, view
from casebook.provenance import Provenance, derive, mark, of, relabel

#: Pairs of views, as groups of the network: key, name, colour.
_PAIRS = {
    1: ("pair_1", "decide through representatives", "blue"),
    2: ("pair_2", "form opinions", "green"),
    3: ("pair_3", "decide directly", "red"),
}

#: Coded tie between a way of taking part and a phase: words, shape, colour.
_TIES = {
    "text": ("in the text", "circle", "blue"),
    "ours": ("our reading", "square", "purple"),
    "hardly": ("hardly or not at all", "cross", "red"),
}

#: How near a rung is, in the drawing: words, colour.
_REACH = {
    "easier": ("easier", "blue"),
    "not_said": ("not said", "grey"),
    "harder": ("harder", "red"),
}

# The drawing of the ladder: its rails, where words begin, and the whole width.
_RAILS, _WORDS, _WIDTH = (0.3, 2.1), 2.7, 12.0


def relations() -> pd.DataFrame:
    """Meijer's three relations: ``relation, social media serve as, in the Netherlands, Dutch``."""
    return relabel(
        published.exhibit("twente_relations"),
        {
            "label_en": "relation",
            "use_en": "social media serve as",
            "seen_en": "in the Netherlands",
            "label_nl": "Dutch",
        },
    )


def views() -> pd.DataFrame:
    """Six views of democracy, pair by pair: ``view, goal, means, held by, Dutch``."""
    return relabel(
        published.exhibit("democracy_views"),
        {
            "label_en": "view",
            "goal_en": "goal",
            "means_en": "means",
            "held_by_en": "held by",
            "label_nl": "Dutch",
        },
    )


def purposes_graph() -> nx.Graph:
    """Views of democracy, what they want from social media, and the relation that this makes.

    Nodes ``view: …``, ``purpose: …`` and ``relation: …`` carry ``kind`` (``view, purpose,
    relation``), ``group``, ``label``, ``role`` (the Dutch words) and ``place``, their order within
    their kind. Views are tied to purposes and purposes to relations; a purpose that goes with
    none of the relations has no tie of the second sort.
    """
    listed = published.exhibit("democracy_views")
    wanted = published.exhibit("democracy_purposes")
    ties = published.exhibit("democracy_uses")
    kinds = published.exhibit("twente_relations")
    graph: nx.Graph[str] = nx.Graph()
    for row in listed.itertuples():
        _add(graph, "view", row.view, row, group=_PAIRS[row.pair][0])
    for row in wanted.itertuples():
        _add(graph, "purpose", row.purpose, row, group="purpose")
    for row in kinds.itertuples():
        _add(graph, "relation", row.print_order, row, group="relation", label=row.short_en)
    for row in ties.itertuples():
        graph.add_edge(f"view: {row.view}", f"purpose: {row.purpose}", weight=1, title=row.reason)
    for row in wanted.dropna(subset="relation").itertuples():
        ends = f"purpose: {row.purpose}", f"relation: {row.relation}"
        graph.add_edge(*ends, weight=1, title=row.reason)
    return derive(graph, listed, wanted, ties, kinds, kind="coded")


def _add(graph: nx.Graph, kind: str, key: object, row: Any, *, group: str, label: str = "") -> None:
    graph.add_node(
        f"{kind}: {key}",
        kind=kind,
        group=group,
        label=label or row.label_en,
        role=row.label_nl,
        place=int(row.print_order),
    )


def purposes_view(graph: nx.Graph) -> NetworkView:
    """The drawing of :func:`purposes_graph`: views, purposes and relations in three columns."""
    groups = pd.DataFrame(
        [
            *_PAIRS.values(),
            ("purpose", "what social media are for", "grey"),
            ("relation", "relation of government and citizens", "orange"),
        ],
        columns=["group", "label_en", "colour_nl"],
    )
    # Three relations stand beside six views and six purposes, each in the middle of two rows.
    columns = {"view": (0.0, 1.0, 0.0), "purpose": (4.2, 1.0, 0.0), "relation": (8.4, 2.0, -0.5)}
    places = {}
    for node, held in graph.nodes(data=True):
        right, step, shift = columns[held["kind"]]
        places[node] = (right, step * held["place"] + shift)
    return view(graph, mark(groups, of(graph)), named=list(graph), positions=places)


def phases() -> pd.DataFrame:
    """Ways of taking part by phase: ``way of taking part``, then a column for each phase.

    A cell says how firm the tie is (in the text, our reading, hardly or not at all), or nothing.
    """
    listed = published.exhibit("policy_phases")
    ties = published.exhibit("phase_forms")
    names = listed.sort_values("print_order").set_index("phase")["label_en"]
    cells = ties.assign(
        phase=ties["phase"].map(names), tie=ties["tie"].map({k: v[0] for k, v in _TIES.items()})
    )
    wide = cells.pivot(index=["print_order", "label_en"], columns="phase", values="tie")
    frame = wide[list(names)].fillna("").reset_index("label_en").rename_axis(columns=None)
    frame = frame.rename(columns={"label_en": "way of taking part"}).reset_index(drop=True)
    return derive(frame, listed, ties, kind="coded")


def phases_chart(matrix: pd.DataFrame) -> alt.Chart:
    """A mark where a way of taking part meets a phase; shape and colour say how firm the tie is."""
    way = "way of taking part"
    order = [name for name in matrix.columns if name != way]
    rows = matrix.melt(way, order, var_name="phase", value_name="tie")
    words, shapes, colours = zip(*_TIES.values(), strict=True)
    tones = [palette.COLOURS[name].light for name in colours]
    # Two columns, as three do not fit a phone.
    legend = alt.Legend(orient="top", title=None, columns=2, rowPadding=5)
    grid = alt.Axis(grid=True, domain=False, ticks=False)
    above = alt.Axis(grid=True, domain=False, ticks=False, orient="top", labelAngle=-65)
    return (
        alt.Chart(rows[rows["tie"] != ""])
        .mark_point(filled=True, size=190, opacity=1)
        .encode(
            x=alt.X("phase", type="nominal", title=None, scale=alt.Scale(domain=order), axis=above),
            y=alt.Y(way, type="nominal", title=None, sort=list(matrix[way]), axis=grid),
            color=alt.Color(
                "tie",
                type="nominal",
                scale=alt.Scale(domain=list(words), range=tones),
                legend=legend,
            ),
            shape=alt.Shape(
                "tie", type="nominal", scale=alt.Scale(domain=list(words), range=list(shapes))
            ),
        )
        .properties(height=alt.Step(38))
    )


def ladder() -> pd.DataFrame:
    """The rungs from the top: ``rung, how social media serve it, within reach, Dutch``.

    ``rung`` is its name; the lowest stands last, as on a ladder.
    """
    coded = published.exhibit("participation_ladder").sort_values("print_order", ascending=False)
    coded["within_reach"] = coded["within_reach"].map({k: v[0] for k, v in _REACH.items()})
    return relabel(
        coded.reset_index(drop=True),
        {
            "label_en": "rung",
            "served_en": "how social media serve it",
            "within_reach": "within reach",
            "label_nl": "Dutch",
        },
    )


def ladder_chart(rungs: pd.DataFrame) -> alt.LayerChart:
    """A ladder: every rung with its name, and beneath that how social media serve it."""
    width = alt.Scale(domain=(0, _WIDTH), nice=False)
    rows = rungs.assign(left=_RAILS[0], right=_RAILS[1], words=_WORDS)
    height = alt.Y("rung", type="nominal", sort=None, axis=None)
    names, colours = zip(*_REACH.values(), strict=True)
    tones = [palette.COLOURS[name].light for name in colours]

    def across(field: str) -> alt.X:
        return alt.X(field, type="quantitative", scale=width, axis=None)

    rung = (
        alt.Chart(rows)
        .mark_rule(strokeWidth=7, strokeCap="butt")
        .encode(
            x=across("left"),
            x2=alt.X2("right"),
            y=height,
            color=alt.Color(
                "within reach",
                type="nominal",
                scale=alt.Scale(domain=list(names), range=tones),
                legend=alt.Legend(
                    orient="top",
                    title=None,
                    symbolType="stroke",
                    symbolSize=500,
                    symbolStrokeWidth=5,
                ),
            ),
            # Colour is not all that tells the rungs apart.
            strokeDash=alt.StrokeDash(
                "within reach",
                type="nominal",
                scale=alt.Scale(domain=list(names), range=[[1, 0], [3, 3], [12, 4]]),
            ),
        )
    )
    rails = (
        alt.Chart(pd.DataFrame({"rail": list(_RAILS)}))
        .mark_rule(strokeWidth=5, color=palette.MUTED.light)
        .encode(x=across("rail"))
    )
    base = alt.Chart(rows).encode(x=across("words"), y=height)
    name = base.mark_text(align="left", dy=-8, fontWeight="bold", color=palette.INK.light).encode(
        text=alt.Text("rung", type="nominal")
    )
    served = base.mark_text(align="left", dy=9, color=palette.MUTED.light).encode(
        text=alt.Text("how social media serve it", type="nominal")
    )
    return (rung + rails + name + served).properties(height=alt.Step(54))


def roles() -> pd.DataFrame:
    """Five roles from distance to initiative: ``role, what government does, examples, Dutch``."""
    return relabel(
        published.exhibit("government_roles"),
        {
            "label_en": "role",
            "does_en": "what government does",
            "example_en": "examples",
            "label_nl": "Dutch",
        },
    )


def advantages() -> pd.DataFrame:
    """Seven advantages as a channel of information: ``advantage, what it means, Dutch``."""
    names = {"label_en": "advantage", "means_en": "what it means", "label_nl": "Dutch"}
    return relabel(published.exhibit("channel_advantages"), names)


def sourcing() -> pd.DataFrame:
    """Four uses for citizen sourcing: ``use, what citizens do, where, Dutch``."""
    return relabel(
        published.exhibit("citizen_sourcing"),
        {
            "label_en": "use",
            "does_en": "what citizens do",
            "where_en": "where",
            "label_nl": "Dutch",
        },
    )


def discussions() -> pd.DataFrame:
    """Five possibilities for discussion: ``possibility, on social media, before, Dutch``."""
    return relabel(
        published.exhibit("discussion_possibilities"),
        {
            "label_en": "possibility",
            "now_en": "on social media",
            "before_en": "before",
            "label_nl": "Dutch",
        },
    )


def services() -> pd.DataFrame:
    """Four steps of services: ``step, starts from, a citizen is, school of thought, Dutch``."""
    return relabel(
        published.exhibit("service_evolution"),
        {
            "label_en": "step",
            "does_en": "starts from",
            "citizen_en": "a citizen is",
            "perspective_en": "school of thought",
            "label_nl": "Dutch",
        },
    )


def survivors() -> pd.DataFrame:
    """The chapter's exhibits that survive in part: ``exhibit, title, what survives, Dutch title``.

    From the register ``exhibits``.
    """
    register = published.exhibit("exhibits")
    ours = (register["page"] == "opportunities") & (register["recoverable"] == "partial")
    rows = register[ours].reset_index(drop=True)
    frame = relabel(
        rows,
        {
            "label": "exhibit",
            "title_en": "title",
            "survives_en": "what survives",
            "title_nl": "Dutch title",
        },
    )
    sources = tuple(rows["source"].unique())
    return mark(frame, Provenance("coded", sources, "From the register of exhibits."))
