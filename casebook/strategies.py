"""The report's chapter 7 as tables, two charts and one network: seven strategies and their goals.

All of it is arranged from the printed record (:mod:`casebook.published`); what only the running
text says of a strategy comes from the coded tables ``strategy_ties``, ``strategy_profiles`` and
``strategy_evidence``.
"""

from __future__ import annotations

import altair as alt
import networkx as nx
import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression

from casebook import palette, published
from casebook.errors import DataError
from casebook.networkview import NetworkView, view
from casebook.provenance import derive, mark, of

#: Places in the drawing (right, down): the goals on top, each above its strategies; long names
#: stand away from the edges.
_PLACES = {
    "Transparency": (0.0, 0.0),
    "Participation": (2.2, 0.0),
    "Communication": (4.2, 0.0),
    "persuasion": (0.95, 1.0),
    "information": (1.05, 2.5),
    "citizen_reports": (1.2, 4.1),
    "dialogue": (2.6, 2.15),
    "co_creation": (2.4, 3.35),
    "internal_use": (3.65, 1.2),
    "service_channel": (3.9, 4.1),
}

#: Goal to colour.
_GOALS = {"Transparency": "blue", "Participation": "orange", "Communication": "green"}

#: Channel to colour and shape.
_CHANNELS = {
    "Twitter": ("blue", "circle"),
    "Facebook": ("orange", "square"),
    "YouTube": ("red", "triangle-up"),
    "LinkedIn": ("green", "diamond"),
    "Hyves": ("grey", "triangle-down"),
    "Google+": ("purple", "triangle-right"),
    "Pinterest": ("pink", "cross"),
    "Other": ("grey", "triangle-left"),
}

# Points on the share axis that two names beside each other need to be read apart.
_NAME_ROOM = 5.0

_KINDS = {
    "giving information": "blue",
    "receiving information": "green",
    "participation": "orange",
    "voices of government": "purple",
}
_SHAPES = ["circle", "square", "triangle-up", "diamond"]

_ASPECTS = {
    "goal": "Goal",
    "means": "Means",
    "audience": "Audience",
    "example": "Example",
    "obstacle": "In the way",
    "condition": "What it takes",
}

_BOX_ROWS = {
    "activity": "activity",
    "pattern": "traffic pattern",
    "indicator": "indicator",
    "result": "result",
}

_COMPARED = {
    "better": "Better",
    "worse": "Worse",
    "different": "Different",
    "mixed": "Better and worse",
}


def overview_graph() -> nx.DiGraph:
    """Strategies, the goal that §7.1 gives each, and what its own section says it touches.

    Nodes are goals and strategy keys, with ``group`` (``goal``, or the strategy's own goal in
    lower case), ``label`` and ``role``; a tie runs from a strategy to its goal (``weight`` 3) or
    to another goal or strategy that it touches (``weight`` 1), with its words in ``title``.
    """
    ties, names = published.exhibit("strategy_ties"), _names()
    graph: nx.DiGraph[str] = nx.DiGraph()
    for goal in _GOALS:
        graph.add_node(goal, group="goal", label=goal, role="goal")
    belongs = ties[ties["kind"] == "belongs"].set_index("source")["target"]
    for strategy, goal in belongs.items():
        label = names[str(strategy)]
        graph.add_node(
            str(strategy), group=goal.lower(), label=label, role=f"strategy for {goal.lower()}"
        )
    columns = (ties[c] for c in ("source", "target", "kind", "as_told_en", "locator"))
    for source, target, kind, told, locator in zip(*columns, strict=True):
        title = f"{names[source]} and {names.get(target, target)}: {told} ({locator})"
        graph.add_edge(source, target, weight=3 if kind == "belongs" else 1, title=title)
    return derive(graph, ties, kind="coded")


def overview_view(graph: nx.DiGraph) -> NetworkView:
    """The drawing of :func:`overview_graph`: places given, every node named."""
    rows = [("goal", "goal", "grey")]
    rows += [(g.lower(), f"strategy for {g.lower()}", colour) for g, colour in _GOALS.items()]
    groups = pd.DataFrame(rows, columns=["group", "label_en", "colour_nl"])
    return view(graph, mark(groups, of(graph)), named=list(graph), positions=_PLACES)


def channels() -> pd.DataFrame:
    """Tabel 7-1 as printed, with the change: ``channel, 2011, 2012, 2013, change``.

    Shares of municipalities in per cent, in the printed order; missing where a dash is printed.
    ``change`` is that from 2011 to 2013 in percentage points, missing where either share is.
    """
    printed = published.exhibit("twente_tabel_7_1")
    wide = printed.pivot(index="label_en", columns="year", values="share")
    wide = wide.loc[printed["label_en"].unique()]
    frame = pd.DataFrame({str(year): wide[year] for year in sorted(wide)}, index=wide.index)
    frame["change"] = frame["2013"] - frame["2011"]
    frame = frame.rename_axis("channel").reset_index()
    return derive(frame, printed, note="Shares as printed; the change is ours.")


def channels_chart(table: pd.DataFrame) -> alt.LayerChart:
    """A line for each channel, broken at a gap, with its name and last share beside it."""
    rows = table.melt("channel", ["2011", "2012", "2013"], var_name="year", value_name="share")
    rows = rows.assign(year=rows["year"].astype(int))
    known = rows.dropna(subset="share")
    # Where two coincide, the one drawn first is larger, so that both are seen.
    above = known.groupby(["year", "share"], sort=False).cumcount(ascending=False)
    known = known.assign(size=80 * (1 + above))
    last = known.sort_values("year", kind="stable").groupby("channel", sort=False).tail(1)
    last = last.assign(
        text=[f"{c} {s:.0f}%" for c, s in zip(last.channel, last.share, strict=True)]
    )
    now = last["year"] == rows["year"].max()
    first = known[known["year"] == rows["year"].min()]
    first = first.assign(text=first["share"].map("{:.0f}%".format))
    x = alt.X(
        "year",
        type="quantitative",
        title=None,
        scale=alt.Scale(domain=(2010.5, 2014.3), nice=False),
        axis=alt.Axis(values=[2011, 2012, 2013], format="d", grid=False),
    )
    share = alt.Y(
        "share",
        type="quantitative",
        title="per cent of municipalities",
        scale=alt.Scale(domain=(0, 100)),
        axis=alt.Axis(tickCount=5),
    )
    names = list(_CHANNELS)
    tones = [palette.COLOURS[colour].light for colour, _ in _CHANNELS.values()]
    look = {
        "x": x,
        "y": share,
        "color": alt.Color(
            "channel",
            type="nominal",
            legend=None,
            scale=alt.Scale(domain=names, range=tones),
        ),
    }
    shapes = alt.Scale(domain=names, range=[shape for _, shape in _CHANNELS.values()])
    layers = [
        alt.Chart(rows).mark_line(strokeWidth=2).encode(**look),
        alt.Chart(known)
        .mark_point(filled=True, opacity=1)
        .encode(
            **look,
            shape=alt.Shape("channel", type="nominal", legend=None, scale=shapes),
            size=alt.Size("size", type="quantitative", scale=None, legend=None),
        ),
        _words(_apart(last[now]), x, dx=9, align="left"),
        _words(last[~now].assign(place=lambda ended: ended["share"] + 5), x, dx=0, align="center"),
        _words(_apart(first), x, dx=-9, align="right"),
    ]
    return alt.LayerChart(layer=layers).properties(height=420)


def _words(rows: pd.DataFrame, x: alt.X, *, dx: int, align: str) -> alt.Chart:
    return (
        alt.Chart(rows)
        .mark_text(dx=dx, align=align, color=palette.INK.light)  # type: ignore[arg-type]
        .encode(x=x, y=alt.Y("place", type="quantitative"), text=alt.Text("text", type="nominal"))
    )


def _apart(rows: pd.DataFrame) -> pd.DataFrame:
    """``rows`` with a ``place`` for each: as near ``share`` as the room between names allows."""
    ranked = rows.sort_values(["share", "channel"], kind="stable")
    steps = _NAME_ROOM * np.arange(len(ranked))
    # Places a step or more apart are rising ones once the steps are taken off (Kruskal 1964).
    return ranked.assign(place=isotonic_regression(ranked["share"] - steps).x + steps)


def channels_each(table: pd.DataFrame) -> pd.Series:
    """Channels that a municipality used on average, at least, by year.

    The mean of a count is the sum of the shares, whoever combines which; a gap counts as nothing,
    and so does every channel after the first under "other".
    """
    years = [column for column in table if column.isdigit()]
    return derive(table[years].sum() / 100, table)


def at_least_both(table: pd.DataFrame, one: str, other: str, year: str) -> float:
    """The least share, in per cent, that can have used two channels in ``year``.

    Two shares of one whole overlap by at least their sum less 100 (Boole's and Fréchet's bound).

    Raises
    ------
    DataError
        if the share of either channel is not printed for ``year``.
    """
    shares = table.set_index("channel")[year].reindex([one, other])
    if shares.isna().any():
        raise DataError(
            "data/published/twente_tabel_7_1.csv",
            f"there is no share of '{shares.index[shares.isna()][0]}' for {year}",
            f"use one of {', '.join(table['channel'])} in a year with a share",
            column="share",
        )
    return max(0.0, float(shares.sum()) - 100)


def applications() -> pd.DataFrame:
    """Tabel 7-2 with what each use is for: ``application, Dutch, score, kind``, as ranked there.

    ``kind`` is coded: giving or receiving information, participation, voices of government.
    """
    printed, coded = published.exhibit("twente_tabel_7_2"), published.exhibit("application_kinds")
    both = printed.merge(coded, on="print_order", validate="one_to_one")
    frame = both[["label_en", "label_nl", "score", "kind"]].rename(
        columns={"label_en": "application", "label_nl": "Dutch"}
    )
    return derive(frame, printed, coded, note="Scores as printed; the kinds are ours.")


def applications_chart(table: pd.DataFrame) -> alt.LayerChart:
    """A dot for each application, coloured by kind, with its score beside it."""
    # Four kinds beside each other would not fit on a phone.
    legend = alt.Legend(orient="top", title=None, columns=1)
    tones = [palette.COLOURS[colour].light for colour in _KINDS.values()]
    names = list(_KINDS)
    base = alt.Chart(table).encode(
        x=alt.X(
            "score",
            type="quantitative",
            title="score (from 1 to 10)",
            scale=alt.Scale(domain=(1, 10)),
            axis=alt.Axis(values=[1, 4, 7, 10], format="~f"),
        ),
        y=alt.Y("application", type="nominal", title=None, sort=list(table["application"])),
    )
    points = base.mark_point(filled=True, opacity=1, size=130).encode(
        color=alt.Color(
            "kind", type="nominal", scale=alt.Scale(domain=names, range=tones), legend=legend
        ),
        shape=alt.Shape(
            "kind", type="nominal", scale=alt.Scale(domain=names, range=_SHAPES), legend=legend
        ),
    )
    words = base.mark_text(align="left", dx=9, color=palette.INK.light).encode(
        text=alt.Text("score", type="quantitative", format=".1f")
    )
    return (points + words).properties(height=alt.Step(26))


def profile(strategy: str) -> pd.DataFrame:
    """One strategy in six lines: ``aspect, as the report tells it, where``.

    Raises
    ------
    DataError
        if ``strategy`` is not one of the seven keys of the table ``strategies``.
    """
    coded = published.exhibit("strategy_profiles")
    rows = coded[coded["strategy"] == strategy]
    if rows.empty:
        raise DataError(
            "data/coded/strategy_profiles.csv",
            f"there is no strategy '{strategy}'",
            f"use one of {', '.join(coded['strategy'].unique())}",
            column="strategy",
        )
    frame = pd.DataFrame(
        {
            "aspect": rows["aspect"].map(_ASPECTS),
            "as the report tells it": rows["text_en"],
            "where": rows["locator"],
        }
    )
    return mark(frame.reset_index(drop=True), of(coded))


def debate() -> pd.DataFrame:
    """Kader 7-4 beside social media: ``factor, earlier discussions, social media, by comparison``.

    The last two columns are coded from §7.5.
    """
    printed, coded = published.exhibit("twente_kader_7_4"), published.exhibit("debate_comparison")
    both = printed.merge(coded, on="print_order", validate="one_to_one")
    frame = pd.DataFrame(
        {
            "factor": both["label_en"],
            "earlier discussions": both["result_en"],
            "social media": both["social_media_en"],
            "by comparison": both["compared"].map(_COMPARED),
        }
    )
    return derive(frame, printed, coded, kind="coded")


def indicators() -> pd.DataFrame:
    """Kader 7-8, a column for each goal: ``row, Transparency, Participation, Communication``.

    One line for each activity, traffic pattern, indicator and result; cells of a shorter list are
    empty. What stands side by side in a line is not related.
    """
    box = published.exhibit("twente_kader_7_8")
    rows = [*_BOX_ROWS]
    wide = box.assign(place=box["row"].map(rows.index)).pivot(
        index=["place", "print_order"], columns="goal_en", values="label_en"
    )
    wide = wide.sort_index().fillna("").reset_index()
    frame = pd.DataFrame({"row": [_BOX_ROWS[rows[place]] for place in wide["place"]]})
    for goal in _GOALS:
        frame[goal] = wide[goal]
    return mark(frame, of(box))


def evidence() -> pd.DataFrame:
    """What is known of each strategy: ``strategy, known, from whom, not known``.

    The section stands behind the strategy's name.
    """
    coded = published.exhibit("strategy_evidence")
    frame = pd.DataFrame(
        {
            "strategy": coded["strategy"].map(_names()) + " (" + coded["locator"] + ")",
            "known": coded["known_en"],
            "from whom": coded["by_en"],
            "not known": coded["unknown_en"],
        }
    )
    return mark(frame, of(coded))


def _names() -> dict[str, str]:
    """Strategy key to the English name that the whole book uses."""
    named = published.exhibit("strategies")
    return dict(zip(named["strategy"], named["label_en"], strict=True))
