"""The report's chapter 6 as tables, one network and two charts: who speaks, how, when, to whom.

What chapter 6 says of a case is coded by hand in the tables ``tactics_*``; nothing is added from
the chapters on the cases, so an empty place means only that chapter 6 is silent there.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import networkx as nx
import pandas as pd

from casebook import palette, published
from casebook.networkview import NetworkView, view
from casebook.provenance import derive, mark, of

#: Short names of the cases, in the printed order.
CASES = {
    "timmermans": "Minister Timmermans",
    "community_officer": "Community officer, Lisse",
    "deventer": "Deventer",
    "rijkswaterstaat": "Rijkswaterstaat",
    "education_ministry": "Ministry of Education",
    "earthquakes": "Earthquakes",
    "vacant_lots": "Vacant lots",
    "benno_l": "Benno L.",
}

#: Where patterns and types are described, and the column with their keys.
_TABLES = {
    "sender": ("tactics_sender_patterns", "pattern"),
    "message": ("tactics_message_types", "type"),
}

#: The places that list senders or types of message, as columns of :func:`lists`.
_PLACES = {
    "first": "ch. 6, list",
    "worked_out": "ch. 6, text",
    "chapter_8": "ch. 8",
    "samenvatting": "Dutch summary",
    "summary": "English summary",
}

#: Who wrote a reproduced message: words and palette name, in the order of the legend.
_WRITERS = {
    "senior": ("senior figure", "purple"),
    "department": ("department", "blue"),
    "ordinary": ("civil servant", "orange"),
    "resident": ("resident", "green"),
}

# Rows of the drawing: cases in the middle, ordered so that few ties cross.
_CASE_ROWS = (
    "timmermans",
    "benno_l",
    "education_ministry",
    "rijkswaterstaat",
    "deventer",
    "vacant_lots",
    "community_officer",
    "earthquakes",
)
_SENDER_ROWS = {
    "senior": 0.0,
    "combination": 1.3,
    "department": 3.0,
    "ordinary": 5.3,
    "absent": 7.0,
}
_TYPE_ROWS = {
    "nuancing": 0.0,
    "personal": 1.3,
    "webcare": 2.5,
    "neutral": 3.6,
    "appeals": 4.7,
    "humorous": 5.8,
    "none": 7.0,
}

# Marks of one case closer than this many days would have their words on top of each other.
_CLOSE = 9


def senders() -> pd.DataFrame:
    """The five patterns: ``pattern, what it brings, what it costs, cases``."""
    coded = published.exhibit("tactics_sender_patterns")
    frame = pd.DataFrame(
        {
            "pattern": coded["label_en"] + " (" + coded["label_nl"] + ")",
            "what it brings": coded["brings_en"],
            "what it costs": coded["costs_en"],
            "cases": coded["pattern"].map(_cases_of("sender")),
        }
    )
    return derive(frame, coded, _ties(), kind="coded")


def messages() -> pd.DataFrame:
    """The types of message: ``type, Dutch, what it does, cases, where``.

    A case that we read into a type, because the text names none, is introduced by "our reading".
    """
    coded = published.exhibit("tactics_message_types")
    frame = pd.DataFrame(
        {
            "type": coded["label_en"],
            "Dutch": coded["label_nl"],
            "what it does": coded["what_en"],
            "cases": coded["type"].map(_cases_of("message")),
            "where": coded["locator"],
        }
    )
    return derive(frame, coded, _ties(), kind="coded")


def lists(kind: str) -> pd.DataFrame:
    """How five places of the report list the same things.

    Parameters
    ----------
    kind
        ``"sender"`` or ``"message"``.

    Returns
    -------
    DataFrame
        a row for each pattern or type and a column for each place: its number in the list there,
        "with" what else shares that number, "apart" where it stands outside the list, or empty.
    """
    coded = published.exhibit("tactics_lists")
    names, word = _names(kind), _TABLES[kind][1]
    rows = coded[coded["kind"] == kind]
    frame = pd.DataFrame({word: list(names.values())})
    for place, column in _PLACES.items():
        there = rows[rows["place"] == place]
        frame[column] = [_standing(there, key, names) for key in names]
    return derive(frame, coded, kind="coded")


def _standing(there: pd.DataFrame, category: str, names: dict[str, str]) -> str:
    """The place of ``category`` in one list, in words."""
    own = there[there["category"] == category]
    if own.empty:
        return ""
    if own["print_order"].isna().any():
        return "apart"
    numbers = " and ".join(str(n) for n in own["print_order"])
    sharing = there["print_order"].isin(own["print_order"]) & (there["category"] != category)
    others = ", ".join(names[key] for key in there.loc[sharing, "category"])
    return f"{numbers}, with {others}" if others else numbers


def entries(kind: str, place: str) -> set[frozenset[str]]:
    """The numbered entries of one list, each as the short names that it takes together.

    ``kind`` is as in :func:`lists`; ``place`` a key of the table ``tactics_lists``, such as
    ``"first"`` or ``"chapter_8"``.
    """
    coded = published.exhibit("tactics_lists")
    rows = coded[(coded["kind"] == kind) & (coded["place"] == place)]
    named = rows["category"].map(_names(kind))
    return set(named.groupby(rows["print_order"]).agg(frozenset))


def graph() -> nx.Graph:
    """Cases between the senders and the types of message that chapter 6 names for them.

    Nodes carry ``group`` (``sender, case, message``), ``label`` and, as ``role``, what a pattern
    or type is; a tie's ``title`` says who or what it is in that case.
    """
    ties = _ties()
    drawn: nx.Graph[str] = nx.Graph()
    for slug, name in CASES.items():
        drawn.add_node(slug, group="case", label=name, role="case")
    for kind, (table, key) in _TABLES.items():
        rows = published.exhibit(table)
        for category, name, what in zip(rows[key], rows["short_en"], rows["what_en"], strict=True):
            drawn.add_node(f"{kind}: {category}", group=kind, label=name, role=what)
    columns = [ties[c] for c in ("kind", "category", "case", "basis", "what_en", "locator")]
    for kind, key, case, basis, what, locator in zip(*columns, strict=True):
        reading = "; our reading" if basis == "read" else ""
        title = f"{CASES[case]}: {what} ({locator}{reading})"
        drawn.add_edge(f"{kind}: {key}", case, weight=1, title=title)
    return derive(drawn, ties, kind="coded")


def graph_view(drawn: nx.Graph) -> NetworkView:
    """The drawing of :func:`graph`: senders left, cases in the middle, types right, all named."""
    groups = pd.DataFrame(
        [
            ("case", "case", "blue"),
            ("sender", "sender pattern", "purple"),
            ("message", "message type", "orange"),
        ],
        columns=["group", "label_en", "colour_nl"],
    )
    # Turn by turn left and right of the middle, so that no name touches the next mark.
    places = {case: (6.0 + 0.9 * (-1) ** row, float(row)) for row, case in enumerate(_CASE_ROWS)}
    places |= {f"sender: {key}": (0.0, row) for key, row in _SENDER_ROWS.items()}
    places |= {f"message: {key}": (12.0, row) for key, row in _TYPE_ROWS.items()}
    return view(drawn, mark(groups, of(drawn)), named=list(drawn), positions=places)


def who_sends_what() -> pd.DataFrame:
    """Cases by type of message and pattern of senders: ``type, pattern, cases, which``.

    One row for each of the combinations, also those with no case. A case with two patterns counts
    under both.
    """
    ties = _ties()
    sent = ties[ties["kind"] == "message"]
    by = ties[ties["kind"] == "sender"]
    pairs = sent.merge(by, on="case", suffixes=("_type", "_pattern"))
    rows: list[tuple[str, str, int, str]] = []
    for key, what in _names("message").items():
        for pattern, who in _names("sender").items():
            found = (pairs["category_type"] == key) & (pairs["category_pattern"] == pattern)
            cases = [name for slug, name in CASES.items() if slug in set(pairs.loc[found, "case"])]
            rows.append((what, who, len(cases), ", ".join(cases)))
    frame = pd.DataFrame(rows, columns=["type", "pattern", "cases", "which"])
    return derive(frame, ties, kind="coded")


def who_sends_what_chart(counts: pd.DataFrame) -> alt.LayerChart:
    """A cell for each type and pattern, the darker the more cases, with their number in it."""
    grid = alt.Chart(counts).encode(
        x=alt.X(
            "pattern",
            type="nominal",
            sort=None,
            title=None,
            axis=alt.Axis(orient="top", labelAngle=-30, ticks=False, domain=False),
        ),
        y=alt.Y(
            "type",
            type="nominal",
            sort=None,
            title=None,
            axis=alt.Axis(ticks=False, domain=False),
        ),
    )
    cells = grid.mark_rect(color=palette.COLOURS["blue"].light, stroke=palette.RULE.light).encode(
        # Words must stay legible on the darkest cell, in both themes.
        opacity=alt.Opacity(
            "cases", type="quantitative", scale=alt.Scale(range=[0, 0.45]), legend=None
        )
    )
    frames = grid.mark_rect(fillOpacity=0, stroke=palette.RULE.light)
    words = (
        grid.transform_filter("datum.cases > 0")
        .mark_text(color=palette.INK.light, fontSize=14)
        .encode(text=alt.Text("cases", type="quantitative"))
    )
    return (cells + frames + words).properties(height=alt.Step(32))


def practice(columns: dict[str, str]) -> pd.DataFrame:
    """What chapter 6 says of the eight cases on some dimensions, and where.

    Parameters
    ----------
    columns
        dimension of the table ``tactics_practice`` to the reader's column name.

    Returns
    -------
    DataFrame
        ``case``, the columns asked for and ``where``; empty where chapter 6 says nothing.
    """
    coded = published.exhibit("tactics_practice")
    rows = coded[coded["dimension"].isin(list(columns))]
    said = rows.pivot(index="case", columns="dimension", values="what_en")
    said = said.reindex(index=list(CASES), columns=list(columns)).fillna("")
    places = rows.groupby("case")["locator"].agg(_joined).reindex(list(CASES)).fillna("")
    frame = said.rename(columns=columns).rename(index=CASES).rename_axis(index="case", columns=None)
    frame = frame.reset_index().assign(where=places.to_list())
    return derive(frame, coded, kind="coded")


def examples() -> pd.DataFrame:
    """The reproduced messages by date: ``day, figure, case, message, written by, type``."""
    coded = published.exhibit("tactics_examples")
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime([str(published.fact(id).value) for id in coded["fact"]]),
            "figure": coded["label"],
            "case": coded["case"].map(CASES),
            "message": coded["label_en"],
            "written by": coded["sender"].map({key: words for key, (words, _) in _WRITERS.items()}),
            "type": coded["type"].map(_names("message")).fillna(""),
        }
    )
    frame = frame.sort_values("day", kind="stable").reset_index(drop=True)
    return derive(frame, coded, kind="coded", note="The dates are those of the captions.")


def examples_chart(dated: pd.DataFrame) -> alt.LayerChart:
    """A mark for each reproduced message on a line for its case, with the figure's number."""
    rows = dated.assign(number=dated["figure"].str.removeprefix("Figuur "))
    order = [name for name in CASES.values() if name in set(rows["case"])]
    same = rows.groupby(["case", "day"], sort=False)["number"].transform(", ".join)
    rows = rows.assign(words=same.where(~rows.duplicated(["case", "day"]), ""))
    near = rows.groupby("case")["day"].diff().dt.days.between(1, _CLOSE)
    # Where two messages all but coincide, the mark of the first lies on top.
    base = alt.Chart(rows.iloc[::-1]).encode(
        x=alt.X(
            "day",
            type="temporal",
            title=None,
            axis=alt.Axis(format="%-d %b", grid=False, tickCount=6),
            scale=alt.Scale(domain=["2014-01-13", "2014-03-20"]),
        ),
        y=alt.Y("case", type="nominal", title=None, sort=order),
    )
    names = [words for words, _ in _WRITERS.values()]
    tones = [palette.COLOURS[colour].light for _, colour in _WRITERS.values()]
    shapes = ["circle", "square", "triangle-up", "diamond"]
    paper = palette.PAPER.light
    marks = base.mark_point(filled=True, size=100, opacity=1, stroke=paper, strokeWidth=1.2).encode(
        color=alt.Color(
            "written by",
            type="nominal",
            scale=alt.Scale(domain=names, range=tones),
            legend=alt.Legend(orient="top", title=None, columns=2),
        ),
        shape=alt.Shape("written by", type="nominal", scale=alt.Scale(domain=names, range=shapes)),
    )
    words = [
        base.transform_filter(alt.FieldOneOfPredicate("message", list(part["message"])))
        .mark_text(dy=dy, color=palette.INK.light)
        .encode(text=alt.Text("words", type="nominal"))
        for part, dy in ((rows[~near], -13), (rows[near], 15))
    ]
    return (marks + words[0] + words[1]).properties(height=alt.Step(44))


def _ties() -> pd.DataFrame:
    return published.exhibit("tactics_ties")


def _names(kind: str) -> dict[str, str]:
    """Key to short name of the patterns of senders or the types of message, as printed."""
    table, key = _TABLES[kind]
    rows = published.exhibit(table)
    return dict(zip(rows[key], rows["short_en"], strict=True))


def _cases_of(kind: str) -> pd.Series:
    """The names of the cases of each pattern or type, by its key; a reading of ours says so."""
    ties = _ties()
    rows = ties[ties["kind"] == kind].copy()
    rows["place"] = rows["case"].map(list(CASES).index)
    rows["name"] = rows["case"].map(CASES)
    rows = rows.sort_values("place", kind="stable")
    said = rows.groupby(["category", "basis"])["name"].agg(", ".join).unstack(fill_value="")
    read = said.get("read", pd.Series("", index=said.index))
    joined = said["named"].where(read == "", "our reading: " + read)
    both = (said["named"] != "") & (read != "")
    return joined.mask(both, said["named"] + "; our reading: " + read)


def _joined(locators: Any) -> str:
    return ", ".join(sorted({place for cell in locators for place in cell.split(", ")}))
