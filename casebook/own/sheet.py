"""The factsheet and the written report of a reader's own export: one sheet of A3, and a page."""

from __future__ import annotations

import html
import math
import textwrap
from typing import Any

import networkx as nx
import pandas as pd

from casebook import figure, graph_report, palette
from casebook.measure_set import MEASURES
from casebook.networkview import NetworkView, view
from casebook.own.analysis import Analysis
from casebook.own.prepare import FEW, TIES, Prepared
from casebook.own.request import Request
from casebook.provenance import mark
from casebook.readers.base import Export

#: Roles as the sheet calls them, each with its colour, in the order of the legend.
_ROLES: dict[str, tuple[str, str]] = {
    "government": ("government", "blue"),
    "media": ("media", "purple"),
    "politician": ("politicians", "red"),
    "professional": ("professionals", "orange"),
    "citizen": ("citizens", "green"),
    "protest": ("protest", "pink"),
    "humour": ("humour", "lightblue"),
    "unknown": ("of unknown role", "grey"),
}

_LABELS = {
    "a": "What this is",
    "b": "What was collected",
    "c": "In numbers",
    "d": "The network",
    "e": "Who takes part, and what they say",
    "f": "How to read it",
}

#: Communities that have a colour of their own where there are no roles.
_LARGEST = 6

#: Measures on the sheet, as far as they have a value.
_SHOWN = ("messages", "actors", "edges", "modularity", "top10_share", "response_rate")

#: The same of a network, where nobody sends anything.
_SHOWN_OF_TIES = ("nodes", "edges", "density", "components", "communities", "modularity")

#: Below this two decimals do not tell a number from nought.
_SMALL = 0.01

#: Assumptions on the sheet of paper, and the length of each; the page has all of them.
_ASSUMED, _LONG = 3, 200

#: The fewest accounts of which a tenth is somebody.
_TENTH = 10

_FOOTER = (
    "Made with the package of Government Participation in Social Media, an executable edition. "
    "Names are pseudonyms unless they are public; no message is quoted; roles, hours, words and "
    f"hashtags of fewer than {FEW} people or messages are not told."
)


def drawn(
    prepared: Prepared, partition: pd.Series, *, threshold: int = 1, seed: int = 1
) -> NetworkView | None:
    """The network as it is drawn: ties from the threshold on, coloured by role.

    Where no role is known the colours are the largest communities. None if there is no tie.
    """
    graph: nx.Graph = nx.DiGraph() if prepared.network.is_directed() else nx.Graph()
    weights = (
        prepared.network.es["weight"]
        if "weight" in prepared.network.es.attributes()
        else [1.0] * prepared.network.ecount()
    )
    names = prepared.network.vs["name"] if prepared.network.vcount() else []
    attributes = prepared.network.vs.attributes()
    by_role = _has_roles(prepared)
    for place, name in enumerate(names):
        role = prepared.network.vs[place]["role"] if "role" in attributes else "unknown"
        group = role if by_role else str(min(int(partition.get(name, _LARGEST)), _LARGEST))
        label = prepared.network.vs[place]["label"] if "label" in attributes else ""
        graph.add_node(str(name), role=role, group=group, label=label or str(name))
    for edge, weight in zip(prepared.network.es, weights, strict=True):
        if weight >= threshold:
            graph.add_edge(str(names[edge.source]), str(names[edge.target]), weight=weight)
    sizes = partition.value_counts()
    communities = [
        (str(i), f"community {i + 1} ({sizes.get(i, 0):,})", colour)
        for i, colour in enumerate(list(palette.COLOURS)[:_LARGEST])
    ]
    if not graph.number_of_edges():
        return None
    looks = pd.DataFrame(
        [(role, label, colour) for role, (label, colour) in _ROLES.items()]
        if by_role
        else [*communities, (str(_LARGEST), "smaller communities", "grey")],
        columns=["group", "label_en", "colour_nl"],
    )
    public = [n for n in graph if graph.nodes[n]["role"] in ("government", "media")][:12]
    origin = prepared.network["provenance"]
    return view(mark(graph, origin), mark(looks, origin), named=public, seed=seed)


def content(
    export: Export,
    prepared: Prepared,
    analysis: Analysis,
    request: Request,
    terms: pd.DataFrame,
    picture: NetworkView | None,
) -> dict[str, Any]:
    """What the sheet says, in the form that :mod:`casebook.factsheet` sets."""
    values = analysis.measures.values
    told = report(analysis)
    period = _period(prepared, request.timezone)
    tied = prepared.network.ecount() > 0
    return {
        "case": "own",
        "title": request.title,
        "description": f"Factsheet of {request.title}.",
        "author": "Made with casebook",
        "keywords": ["social media", prepared.kind],
        "kicker": f"{export.format}{period}",
        "parts": {
            "a": _part("a", [
                "Measured as eight cases of Dutch government in social media were in a study of "
                "2014, by the University of Twente.",
                f"In this network {TIES[prepared.kind]}." if tied else "",
            ]),
            "b": _part("b", [
                f"{export.rows_used:,} of {export.rows_in:,} rows of the export were used"
                + ("." if export.rows_used == export.rows_in else "; rejects.csv tells why not."),
                *prepared.notes[:2],
            ]),
            "c": _part("c", []),
            "d": _part("d", [f"{row.finding}" for row in told.itertuples()
                             if row.aspect in ("Cohesion", "Groups")]
                       or ["Nothing in the export ties one account to another.", *_busy(analysis)]),
            "e": _part("e", [*_people(prepared), *_said(terms)]),
            "f": _part("f", [
                *[str(row[3]) for row in told.itertuples() if row.aspect in ("Groups", "Response",
                                                                        "Participation")][:3],
            ] if tied else [
                "Where an export does not say who wrote or to whom, it tells when and how much, "
                "and no more. That no tie is seen does not mean that there was none."
            ]),
        },
        "numbers": [
            {"value": _number(name, value), "label": MEASURES[name][0], "fact": ""}
            for name in (_SHOWN if prepared.conversation is not None else _SHOWN_OF_TIES)
            if (value := values[name]) is not None
            and not (name == "top10_share" and (values["actors"] or 0) < _TENTH)
            and not (name == "edges" and not tied)
        ],
        "pictures": [_picture(picture, prepared, request.threshold)] if picture else [],
        "mark": "",
        "assumed": [
            textwrap.shorten(note, _LONG, placeholder="…")
            for note in (*export.notes, *prepared.notes[2:])[:_ASSUMED]
        ],
        "footer": _FOOTER,
    }  # fmt: skip


def _picture(picture: NetworkView, prepared: Prepared, threshold: int) -> dict[str, Any]:
    by = "role" if _has_roles(prepared) else "community"
    shape = f"A network, {len(picture.nodes):,} of its nodes drawn, coloured by {by}."
    return {
        "svg": picture.to_svg("light", "", shape),
        "alt": shape,
        "caption": picture.rule
        if threshold <= 1
        else f"Only ties of weight {threshold} or more, by --threshold; the measures are of all "
        f"ties. {picture.rule}",
        "legend": [
            {"label": g.label, "shape": g.shape, "colour": palette.COLOURS[g.colour].light}
            for g in picture.groups.itertuples()
            if g.members
        ],
    }


def more(
    export: Export, prepared: Prepared, analysis: Analysis, terms: pd.DataFrame, tags: pd.DataFrame
) -> str:
    """The rest of the page: the written report, all measures, hours, words, what was assumed."""
    top = analysis.measures.betweenness_top
    brokers = pd.DataFrame({"account": top.index, "betweenness": top.round(1).to_numpy()})
    parts = [
        ("The written report", report(analysis)),
        ("All measures", measures(analysis)),
        ("Accounts with the highest betweenness", brokers),
        ("Messages by hour of the day, local time", hours(analysis)),
        ("Waiting for an answer: share of citizens' questions still unanswered", _waits(analysis)),
        ("Hashtags", tags),
        ("Words that set communities apart (G2, log ratio)", terms),
        ("What was understood of the file", export.understood),
    ]
    shown = [(title, frame) for title, frame in parts if frame is not None and len(frame)]
    told = "".join(_table(title, frame) for title, frame in shown)
    said = [*export.notes, *prepared.notes]
    listed = "".join(f"<li>{html.escape(note)}</li>" for note in said)
    assumed = f"<section><h2>What was assumed</h2><ol class=notes>{listed}</ol></section>"
    return told + (assumed if said else "")


def _part(letter: str, text: list[str]) -> dict[str, Any]:
    return {"label": _LABELS[letter], "text": [sentence for sentence in text if sentence]}


def measures(analysis: Analysis) -> pd.DataFrame:
    """All measures: ``measure, value, what it is, or why there is none``."""
    values, notes = analysis.measures.values, analysis.measures.notes
    frame = pd.DataFrame(
        [
            (label, "" if values[n] is None else figure.cell(values[n]), notes.get(n, hint))
            for n, (label, hint) in MEASURES.items()
        ],
        columns=["measure", "value", "what it is, or why there is none"],
    )
    return mark(frame, analysis.origin)


def report(analysis: Analysis) -> pd.DataFrame:
    """The written report: ``aspect, finding, what it does not say``."""
    values = {n: math.nan if v is None else v for n, v in analysis.measures.values.items()}
    if math.isnan(values["density"]):
        empty = pd.DataFrame(columns=["aspect", "finding", "what it does not say"])
        return mark(empty, analysis.origin)
    top = analysis.measures.betweenness_top
    brokers = [(str(name), float(v)) for name, v in top.items()]
    return mark(graph_report.report(values, brokers), analysis.origin)


def _period(prepared: Prepared, timezone: str) -> str:
    """The first and the last local day, messages of nobody known among them."""
    if prepared.conversation is None:
        return ""
    loose = [] if prepared.nameless is None else [prepared.nameless]
    times = pd.concat([prepared.conversation.messages["time"], *loose]).dropna()
    days = times.dt.tz_convert(timezone)
    return f" · {days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}" if len(days) else ""


def _busy(analysis: Analysis) -> list[str]:
    """In which hour of the day most is sent, where there is no network to look at."""
    if analysis.hours is None or analysis.hours["messages"].max() < FEW:
        return []
    most = analysis.hours.loc[analysis.hours["messages"].idxmax()]
    return [
        f"Most messages were sent from {most['hour']:02d}:00 to {(most['hour'] + 1) % 24:02d}:00: "
        f"{most['messages']:,} of {analysis.hours['messages'].sum():,}."
    ]


def _has_roles(prepared: Prepared) -> bool:
    has = "role" in prepared.network.vs.attributes()
    return has and bool(set(prepared.network.vs["role"]) - {"unknown"})


def _people(prepared: Prepared) -> list[str]:
    if not prepared.network.vcount():
        return ["The export does not tell who took part with whom."]
    counted = pd.Series(prepared.network.vs["role"]).value_counts()
    if not _has_roles(prepared):
        return ["No roles were given, so nothing is said of government and citizens."]
    told = [
        f"{n:,} {_ROLES[role][0]}"
        if n >= FEW or role in ("government", "media")
        else f"fewer than {FEW} {_ROLES[role][0]}"
        for role, n in counted.items()
    ]
    return [f"In the network: {', '.join(told)}."]


def _said(terms: pd.DataFrame) -> list[str]:
    return [
        f"Community {number}, {members:,} accounts, says more than others: "
        f"{', '.join(part['term'].head(5))}."
        for (number, members), part in list(terms.groupby(["community", "members"], sort=False))[:3]
    ]


def hours(analysis: Analysis) -> pd.DataFrame | None:
    """Messages by local hour, small numbers left out: ``hour, messages``; None without times."""
    if analysis.hours is None:
        return None
    shown = analysis.hours.copy()
    few = (shown["messages"] > 0) & (shown["messages"] < FEW)
    shown["messages"] = shown["messages"].map("{:,.0f}".format).mask(few, f"under {FEW}")
    shown["hour"] = shown["hour"].map("{:02d}:00".format)
    return mark(shown, analysis.origin)


def _waits(analysis: Analysis) -> pd.DataFrame | None:
    if analysis.waiting is None:
        return None
    share = analysis.waiting.copy()
    for column in ("unanswered", "low", "high"):
        share[column] = share[column].map("{:.0%}".format)
    share["hours"] = share["hours"].map("{:.0f}".format)
    return share.rename(
        columns={"hours": "after so many hours", "low": "at least", "high": "at most"}
    )


def _number(name: str, value: float) -> str:
    if name.endswith(("_share", "_rate")):
        return f"{value:.0%}"
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= _SMALL else f"{value:.1g}"


def _table(title: str, frame: pd.DataFrame) -> str:
    numeric = [pd.api.types.is_numeric_dtype(frame[c]) for c in frame]
    heads = "".join(
        f'<th scope="col"{" class=n" if n else ""}>{html.escape(str(c))}</th>'
        for c, n in zip(frame, numeric, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td{' class=n' if n else ''}>{html.escape(figure.cell(c))}</td>"
            for c, n in zip(row, numeric, strict=True)
        )
        + "</tr>"
        for row in frame.itertuples(index=False)
    )
    return (
        f'<section><h2>{html.escape(title)}</h2><div class="wide" tabindex="0" role="region" '
        f'aria-label="{html.escape(title, quote=True)}"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></section>"
    )
