"""The page on methods: each of them tried on a network that everybody in the field knows.

The Southern Women (Davis, Gardner and Gardner, 1941) are who attended which of fourteen events. An
event stands for a post and attending for commenting, so that the very functions that measure a
Facebook page measure them.
"""

from __future__ import annotations

from functools import cache

import altair as alt
import networkx as nx
import pandas as pd

from casebook import (
    communities,
    conversation,
    measure_set,
    measures,
    networks,
    palette,
    published,
)
from casebook.conversation import Conversation
from casebook.minus import minus
from casebook.networkview import NetworkView, view
from casebook.provenance import Provenance, derive, mark, of

#: Seeds of repeated detections, random networks, draws of labels, and weights that are tried.
DETECTIONS = range(50)
NULL_DRAWS = 200
LABEL_DRAWS = 999
THRESHOLDS = range(1, 8)

#: Weights above which too few women are left to speak of groups.
TOLD = range(1, 6)

_HOST = "the events"

#: Cliques as they are drawn and called.
_CLIQUES = {
    "first": ("first clique", "blue"),
    "second": ("second clique", "orange"),
    "both": ("both cliques", "purple"),
    "event": ("event", "grey"),
}

#: Fields of an entry that hold the container and the pages, by BibTeX type.
_CONTAINER = {
    "article": "journal",
    "book": "publisher",
    "incollection": "booktitle",
    "inproceedings": "booktitle",
    "misc": "howpublished",
}


# The example --------------------------------------------------------------------------------------


@cache
def southern_women() -> Conversation:
    """Attendance as a conversation: events are posts, each attendance is a comment on one.

    Actors are the women, with the clique as ``group``, and one account that holds the events.
    She whom the authors saw in both cliques (:func:`both`) is grouped with the first, as most
    later studies have her (Freeman, 2003). There are no times.
    """
    attended, seen = published.exhibit("davis_southern_women"), _cliques()
    events = sorted(attended["event"].unique(), key=lambda event: int(event[1:]))
    posts = pd.DataFrame({"message_id": events, "author": _HOST, "kind": "post"})
    comments = pd.DataFrame(
        {
            "message_id": [f"{w} at {e}" for w, e in attended[["woman", "event"]].to_numpy()],
            "author": attended["woman"],
            "kind": "comment",
            "parent_id": attended["event"],
        }
    )
    messages = pd.concat([posts, comments], ignore_index=True).fillna({"parent_id": ""})
    actors = pd.DataFrame(
        {
            "actor": seen["woman"],
            "role": "citizen",
            "group": seen["clique"].replace("both", "first"),
        }
    )
    host = pd.DataFrame([{"actor": _HOST, "role": "unknown"}])
    messages, actors = conversation.validate(
        messages.assign(time=""), pd.concat([actors, host], ignore_index=True).fillna("")
    )
    return Conversation(derive(messages, attended), derive(actors, seen), "southern_women")


def both() -> str:
    """The woman whom the authors of the study saw in both cliques."""
    seen = _cliques()
    return str(seen.loc[seen["clique"] == "both", "woman"].iloc[0])


def overlap(weight: int = 1) -> nx.Graph:
    """The projection on the women: ties of at least ``weight`` shared events, no isolates."""
    graph = networks.co_comment(southern_women(), threshold=weight)
    graph.remove_nodes_from([node for node, ties in list(graph.degree()) if not ties])
    return graph


# What is drawn ------------------------------------------------------------------------------------


def two_mode_view() -> NetworkView:
    """Women and events: the first clique to the left, the second to the right, events between.

    Each column is set in two, so that marks and names have room.
    """
    seen = _cliques()
    given = networks.two_mode(southern_women())
    graph = nx.relabel_nodes(given, lambda node: node.removeprefix("post:"))
    events = sorted((n for n in graph if n not in set(seen["woman"])), key=lambda e: int(e[1:]))
    left = list(seen.loc[seen["clique"] != "second", "woman"])
    right = list(seen.loc[seen["clique"] == "second", "woman"])
    places = {
        node: (x + 0.24 * (row % 2), (row + 0.5) / len(column))
        for x, column in ((0.0, left), (0.88, events), (1.76, right))
        for row, node in enumerate(column)
    }
    for node in events:
        graph.nodes[node].update(group="event", label=node, role="event")
    _dress(graph)
    derive(graph, given, seen)
    return view(graph, _looks(graph), named=list(graph), positions=places)


def overlap_view(start: int) -> NetworkView:
    """The projection with a slider, ``start`` its first position; all women are named."""
    seen, graph = _cliques(), overlap()
    _dress(graph)
    derive(graph, graph, seen)
    ties = pd.Series([weight for _, _, weight in graph.edges(data="weight")])
    curve = pd.DataFrame(
        [(t, len(overlap(t)), int((ties >= t).sum())) for t in THRESHOLDS],
        columns=["threshold", "nodes", "ties"],
    )
    looks = _looks(graph)
    looks = looks[looks["group"] != "event"].reset_index(drop=True)
    drawn = mark(looks, of(graph))
    return view(graph, drawn, named=list(graph), curve=curve, start=start, seed=4)


def chance_chart(drawn: pd.Series, observed: float) -> tuple[alt.LayerChart, pd.DataFrame]:
    """Modularity of random networks as bars, that of the women as a line; with the bars' table.

    Returns
    -------
    tuple
        the chart, and its table: ``modularity, random networks``, in steps of 0.005.
    """
    step = 0.005
    bins = (drawn / step).astype(int)
    counts = bins.value_counts().sort_index()
    table = pd.DataFrame(
        {"modularity": (counts.index * step).astype(float).round(3), "random networks": counts}
    ).reset_index(drop=True)
    table = derive(table, drawn)
    rows = table.assign(to=table["modularity"] + step, ground=0)
    bars = (
        alt.Chart(rows)
        .mark_bar(color=palette.COLOURS["grey"].light)
        .encode(
            x=alt.X(
                "modularity",
                type="quantitative",
                title="modularity",
                scale=alt.Scale(domain=(0, round(observed * 1.15, 2))),
                axis=alt.Axis(grid=False, tickCount=6, format=".2f"),
            ),
            x2=alt.X2("to"),
            y2=alt.Y2("ground"),
            y=alt.Y(
                "random networks",
                type="quantitative",
                title="random networks",
                axis=alt.Axis(tickCount=4),
            ),
        )
    )
    at = alt.Chart(pd.DataFrame({"modularity": [observed], "text": ["the women"]}))
    x = alt.X("modularity", type="quantitative")
    tone = palette.COLOURS["blue"].light
    line = at.mark_rule(color=tone, strokeWidth=3).encode(x=x)
    words = at.mark_text(align="right", dx=-7, color=tone, fontWeight="bold").encode(
        x=x, y=alt.value(12), text="text:N"
    )
    return (bars + line + words).properties(height=200), table


# What is measured ---------------------------------------------------------------------------------


@cache
def chance() -> pd.Series:
    """Modularity of :data:`NULL_DRAWS` random projections in which everyone is as active."""
    return communities.null_model(southern_women(), draws=NULL_DRAWS, seed=1)


def by_threshold() -> pd.DataFrame:
    """What a threshold does to the picture, one row each.

    Returns
    -------
    DataFrame
        ``shared events`` (at least); ``women, ties, modularity``; ``E-I index`` of the cliques;
        ``agreement`` of the communities found with the cliques, an adjusted Rand index;
        ``most between``, who has the highest betweenness, or how many share it.
    """
    women = southern_women()
    cliques = women.actors.set_index("actor")["group"]
    edges = networks.co_comment_edges(women)
    curve = communities.threshold_curve(edges, networks.commenters(women), TOLD, seed=0)
    found = []
    for weight in TOLD:
        graph = overlap(weight)
        parts = communities.detect(graph, seed=0)
        found.append(
            (
                round(measures.ei_index(graph, "group"), 2),
                round(communities.agreement(parts, cliques[parts.index]), 2),
                _foremost(measures.betweenness(graph)),
            )
        )
    shown = curve[["threshold", "nodes", "ties", "modularity"]].round(2)
    names = ["shared events", "women", "ties", "modularity"]
    rest = ["E-I index", "agreement", "most between"]
    shown = pd.concat([shown.set_axis(names, axis=1), pd.DataFrame(found, columns=rest)], axis=1)
    return derive(shown, edges, women.actors)


def brokers() -> pd.DataFrame:
    """Who stands between whom, in three networks of the same women.

    Returns
    -------
    DataFrame
        the five highest of each network: ``place``, then ``women and events``, ``shared an event``
        and ``shared three``, each with name and betweenness. Events are left out of the first.
    """
    women = southern_women()
    two_mode = measures.betweenness(networks.two_mode(women))
    columns = {
        "women and events": two_mode[~two_mode.index.str.startswith("post:")],
        "shared an event": measures.betweenness(overlap()),
        "shared three": measures.betweenness(overlap(3)),
    }
    table = pd.DataFrame({"place": range(1, 6)})
    for name, values in columns.items():
        top = values.sort_values(ascending=False, kind="stable").head(5)
        table[name] = [f"{_first(who)} {value:.1f}" for who, value in top.items()]
    return derive(table, women.messages)


@cache
def measured() -> measure_set.MeasureSet:
    """The set of every case page, measured on the projection of the women.

    Posts are left out, as nobody wrote the events; the role is the clique.
    """
    women = southern_women()
    comments = women.messages[women.messages["kind"] == "comment"]
    network = networks.to_igraph(overlap())
    network.vs["role"] = network.vs["group"]
    attendance = Conversation(mark(comments, of(women.messages)), women.actors, women.case)
    return measure_set.measure(attendance, network, chance(), seeds=DETECTIONS)


def label_test(weight: int = 1) -> measures.PermutationResult:
    """The E-I index of the cliques against cliques dealt out at random."""
    return measures.permutation_test(
        "ei_index", overlap(weight), "group", seed=1, draws=LABEL_DRAWS
    )


def methods() -> pd.DataFrame:
    """All measures and methods of the book: ``measure, what it says, Southern Women``.

    The last is the value for the projection from one shared event upwards, empty where guest
    lists have none.
    """
    listed = published.exhibit("network_methods")
    known, here = measure_set.MEASURES, _values()
    says = [
        told or known[method][1]
        for method, told in zip(listed["method"], listed["says_en"], strict=True)
    ]
    shown = pd.DataFrame(
        {
            "measure": _labels(listed),
            "what it says": says,
            "Southern Women": [here.get(method, "") for method in listed["method"]],
        }
    )
    return derive(shown, listed, published.exhibit("davis_southern_women"))


def formulas() -> pd.DataFrame:
    """The same with ``measure, formula, after`` (author and year), ``in the code``."""
    listed = published.exhibit("network_methods")
    labels = works()["label"]
    shown = pd.DataFrame(
        {
            "measure": _labels(listed),
            "formula": listed["formula"],
            "after": [
                "; ".join(labels[work] for work in named.split("; ") if work)
                for named in listed["works"]
            ],
            "in the code": listed["function"],
        }
    )
    return derive(shown, listed)


def _labels(listed: pd.DataFrame) -> list[str]:
    return [
        label or measure_set.MEASURES[method][0]
        for method, label in zip(listed["method"], listed["label_en"], strict=True)
    ]


def _values() -> dict[str, str]:
    """The worked example's value of each method that has one."""
    values = measured().values
    found = {name: _short(value) for name, value in values.items() if value is not None}
    women = southern_women()
    graph = overlap()
    counts = networks.commenters(women)["comments"]
    extremes = measures.bounds(int(counts.sum()), len(counts)).set_index("measure").loc["gini"]
    lorenz = measures.lorenz(counts)
    half = lorenz.loc[(lorenz["participants"] - 0.5).abs().idxmin()]
    test = label_test()
    least = communities.stability(overlap(), seeds=DETECTIONS).node_stability.min()
    events = int((women.messages["kind"] == "post").sum())
    return found | {
        "two_mode": f"{len(counts)} women, {events} events, {int(counts.sum())} attendances",
        "projection": f"{graph.number_of_edges()} ties",
        "threshold_curve": "see the table by threshold",
        "null_model": f"{NULL_DRAWS} networks",
        "node_stability": f"lowest: {_short(least)}",
        "betweenness": "see the table of brokers",
        "centralisation": _short(measures.centralisation(graph)),
        "permutation_test": f"p = {test.p:.3f}, {test.draws} draws",
        "lorenz": f"the least active {100 * half['participants']:.0f}% have "
        f"{100 * half['acts']:.0f}% of the attendances",
        "bounds": f"Gini from {extremes['lowest']:.2f} to {extremes['highest']:.2f}",
    }


# Literature ---------------------------------------------------------------------------------------


def works() -> pd.DataFrame:
    """The works on methods by BibTeX key, with ``label``: author and year as prose has them."""
    table = published.exhibit("method_works").set_index("work")
    labels = [
        f"{_surnames(authors)} ({year})"
        for authors, year in zip(table["authors"], table["year"], strict=True)
    ]
    return mark(table.assign(label=labels), Provenance("coded", ("the works themselves",)))


def literature() -> pd.DataFrame:
    """The works as a reading list: ``work, title, in, what for``."""
    table = works()
    places = [
        f"{row.container} {row.volume}".strip()
        + f", {row.pages.replace('--', '–')}" * bool(row.pages)
        for row in table.itertuples()
    ]
    shown = pd.DataFrame(
        {
            "work": list(table["label"]),
            "title": list(table["title"]),
            "in": places,
            "what for": list(table["reason"]),
        }
    )
    return mark(shown, of(table))


def bibliography() -> str:
    """The works as BibTeX entries, in the order of their keys: what stands in references.bib."""
    return "\n\n".join(_entry(str(key), row) for key, row in works().sort_index().iterrows()) + "\n"


def _entry(key: str, row: pd.Series) -> str:
    fields = {
        "author": row["authors"].replace("; ", " and "),
        "title": row["title"],
        _CONTAINER[row["type"]]: row["container"],
        "volume": row["volume"],
        "pages": row["pages"],
        "year": str(row["year"]),
    }
    lines = [f"  {field:<12} = {{{text}}}" for field, text in fields.items() if text]
    return f"@{row['type']}{{{key},\n" + ",\n".join(lines) + "\n}"


def _surnames(authors: str) -> str:
    names = [author.split(",")[0] for author in authors.split("; ")]
    if len(names) > 3:
        return f"{names[0]} et al."
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


# Small parts --------------------------------------------------------------------------------------


def _cliques() -> pd.DataFrame:
    return published.exhibit("davis_southern_women_cliques").sort_values("number")


def _dress(graph: nx.Graph) -> None:
    """Women get the clique and position the authors gave them, and go by their first names."""
    for row in _cliques().itertuples():
        role = f"{_CLIQUES[row.clique][0]}, {row.position}"
        graph.nodes[row.woman].update(group=row.clique, label=_first(row.woman), role=role)


def _looks(graph: nx.Graph) -> pd.DataFrame:
    rows = [(key, label, colour) for key, (label, colour) in _CLIQUES.items()]
    return mark(pd.DataFrame(rows, columns=["group", "label_en", "colour_nl"]), of(graph))


def _first(name: str) -> str:
    return name.split()[0]


def _foremost(values: pd.Series) -> str:
    top = values[values > values.max() - 1e-9]
    return _first(str(top.index[0])) if len(top) == 1 else f"{len(top)} women alike"


def _short(value: float) -> str:
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:.3g}"
    return minus(text)
