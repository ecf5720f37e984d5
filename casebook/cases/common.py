"""The parts that all case pages share: card, numbers, group map, reconstruction, statements."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

import networkx as nx
import pandas as pd

from casebook import (
    conversation,
    graph_report,
    measure_set,
    measures,
    networkview,
    published,
    reconstruct,
)
from casebook.minus import minus
from casebook.provenance import Provenance, combine, derive, mark, of, relabel
from casebook.tell import format_day

#: How wide a tie of the group map is drawn, by its strength as worded; "none" is not drawn.
_STRENGTHS = {"weak": 1, "strong": 3}


def card(case: str) -> pd.DataFrame:
    """The case in seven lines: ``what, about this case``."""
    cases = published.exhibit("cases")
    row = cases.set_index("slug").loc[case]
    start, end = row["period_start"], row["period_end"]
    printed = published.exhibit("twente_case_data").set_index("case")
    if printed.loc[[case], "period_as_published"].iloc[0][0].isdigit():
        since = f"{start.day} {start:%B}" if start.year == end.year else format_day(start)
        period = f"{since} to {format_day(end)}"
    else:  # printed in months: the days are ours
        period = f"{start:%B %Y} to {end:%B %Y}"
    collected = f"{row['collected_en']}, {period}"
    lines = {
        "Level": f"{row['level']} ({_LEVELS[row['level']]})",
        "Platform": row["platforms"],
        "Scope": _SCOPES.get(row["scope"], row["scope"]),
        "Domain": row["domain"],
        "Initiative": row["initiative"],
        "Collected": collected,
        "Network": row["method_network"],
    }
    frame = pd.DataFrame({"what": list(lines), "about this case": list(lines.values())})
    return mark(
        frame, Provenance("coded", tuple(f"twente2014 {p}" for p in _parts(row["locator"])))
    )


_SCOPES = {"both": "national and local"}
_LEVELS = {"micro": "an individual", "meso": "an organisation", "macro": "society"}


def _parts(locators: str) -> list[str]:
    return [part.strip() for part in locators.split(",")]


def numbers(rows: list[tuple[str, float | str, str]], facts: list[str]) -> pd.DataFrame:
    """What follows from published figures: ``what, value, how``, derived from the ledger ids."""
    frame = pd.DataFrame(rows, columns=["what", "value", "how"])
    frame["value"] = [v if isinstance(v, str) else _rounded(v) for v in frame["value"]]
    origins = [published.fact(name).provenance for name in facts]
    return mark(frame, combine(*origins, kind="derived"))


def days_between(first: str, last: str) -> int:
    """Days from the date of one fact to that of another, both included."""
    start, end = published.fact(first).value, published.fact(last).value
    assert isinstance(start, date) and isinstance(end, date)
    return (end - start).days + 1


def _rounded(value: float) -> str:
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.{max(1, 2 - math.floor(math.log10(abs(value))))}f}"


def coloured(case: str, colours: Mapping[str, str]) -> pd.DataFrame:
    """The coded groups with colours of ours, for a case whose groups have no printed ones.

    ``colours`` maps a group to a name of the palette; a printed colour stays.
    """
    groups = published.exhibit(f"{case}_groups")
    printed = groups["colour_nl"]
    return mark(
        groups.assign(colour_nl=printed.where(printed != "", groups["group"].map(colours))),
        of(groups),
    )


def group_map(
    case: str,
    *,
    members: bool = False,
    seed: int = 1,
    colours: Mapping[str, str] | None = None,
) -> networkview.NetworkView:
    """The published structure itself: groups as named nodes, ties as strong or weak as worded.

    With ``members``, the accounts that the text names stand around their group; ``colours`` as
    for :func:`coloured`.
    """
    groups = coloured(case, colours) if colours else published.exhibit(f"{case}_groups")
    ties = published.exhibit(f"{case}_ties")
    graph = nx.Graph()
    for row in groups.itertuples():
        graph.add_node(row.label_en, group=row.group, role="group")
    names = dict(zip(groups["group"], groups["label_en"], strict=True))
    for tie in ties.itertuples():
        if tie.strength in _STRENGTHS and not tie.within:
            graph.add_edge(
                names[tie.source],
                names[tie.target],
                weight=_STRENGTHS[tie.strength],
                title=f"{tie.strength} ({tie.locator})",
            )
    inputs = [groups, ties]
    if members:
        named = published.exhibit(f"{case}_members")
        inputs.append(named)
        for row in named.itertuples():
            graph.add_node(row.label_en, group=row.group, role=row.kind)
            graph.add_edge(
                row.label_en, names[row.group], weight=2, title=f"named in {row.locator}"
            )
    derive(graph, *inputs, kind="coded")
    return networkview.view(graph, groups, named=list(graph), seed=seed)


def groups(case: str) -> pd.DataFrame:
    """What the report says of each group: ``group, Dutch, who, tone, size, locator``."""
    said = published.exhibit(f"{case}_groups")
    columns = {
        "label_en": "group",
        "label_nl": "Dutch",
        "who_en": "who",
        "tone_en": "what they write",
        "size_en": "size as worded",
        "locator": "locator",
    }
    return relabel(said, columns)


def curve_table(curve: pd.DataFrame, tie: str) -> pd.DataFrame:
    """:func:`casebook.communities.threshold_curve` for a page; ``tie`` says what weight counts."""
    names = {
        "threshold": f"ties of at least this many {tie}",
        "nodes": "people with a tie",
        "ties": "ties",
        "components": "parts",
        "largest_component": "people in the largest part",
        "modularity": "modularity",
        "communities": "communities",
    }
    return relabel(curve, {name: said for name, said in names.items() if name in curve})


def targets(case: str) -> pd.DataFrame:
    """Published totals against those of the bundled reconstruction: all must be met."""
    met = reconstruct.targets(case)
    shown = met[["what", "published", "reconstructed", "ledger_id"]]
    return mark(shown.rename(columns={"ledger_id": "ledger id"}), of(met))


def measured(case: str) -> pd.DataFrame:
    """The kept measures of a reconstruction: ``measure, value, how to read it``.

    The same rows in the same order for every case; a measure without a value says why.
    """
    kept = published.exhibit(f"{case}_full_network").set_index("measure")
    rows = []
    for name, (label, reading) in measure_set.MEASURES.items():
        value, note = kept.loc[name, "value"], kept.loc[name, "note"]
        rows.append((label, "none" if pd.isna(value) else _measured(value), note or reading))
    frame = pd.DataFrame(rows, columns=["measure", "value", "how to read it"])
    return mark(frame, of(kept))


def _measured(value: float) -> str:
    text = f"{value:,.0f}" if value.is_integer() else f"{value:.3g}"
    return minus(text)


def joined(sentences: list[str]) -> str:
    """Sentences of a cell in one, with a semicolon where each but the last had its stop."""
    *before, last = sentences
    return "; ".join([*(sentence.removesuffix(".") for sentence in before), last])


def brokers(case: str) -> pd.DataFrame:
    """The accounts of highest betweenness: ``place, account, who, betweenness``."""
    kept = published.exhibit(f"{case}_full_network").set_index("measure")
    actors = conversation.load(case).actors.set_index("actor")
    top = kept[kept.index.str.startswith("betweenness_")]
    rows = [
        (place, row.note, _who(actors.loc[row.note], group_labels(case)), f"{row.value:,.0f}")
        for place, row in enumerate(top.itertuples(), 1)
    ]
    frame = pd.DataFrame(rows, columns=["place", "account", "who", "betweenness"])
    return mark(frame, of(kept))


def network_in_words(case: str) -> pd.DataFrame:
    """The generated report on the reconstructed network: ``aspect, finding, what it does not say``.

    From the kept measures; see :mod:`casebook.graph_report`.
    """
    kept = published.exhibit(f"{case}_full_network")
    values = dict(zip(kept["measure"], kept["value"].astype(float), strict=True))
    top = brokers(case)
    told = graph_report.report(values, list(zip(top["who"], top["betweenness"], strict=True)))
    return mark(told, of(kept))


def group_labels(case: str) -> dict[str, str]:
    """What a case's groups are called on the page, by their keys in the data."""
    said = published.exhibit(f"{case}_groups")
    return dict(zip(said["group"], said["label_en"], strict=True))


# Roles that are no word for who has them.
_ROLES = {"protest": "protest account", "humour": "joker"}


def _who(actor: pd.Series, labels: Mapping[str, str]) -> str:
    told = actor["label"] or _ROLES.get(actor["role"], actor["role"])
    if not actor["group"]:
        return str(told)
    group = labels.get(actor["group"], "a small group")
    return f"{told} ({group[0].lower() + group[1:]})"


#: What :func:`casebook.measures.bounds` calls its measures, in a reader's words.
_MEASURES = {
    "gini": "Gini coefficient",
    "top 1 %": "Share of the top 1 percent",
    "top 10 %": "Share of the top 10 percent",
}


def inequality(bounds: pd.DataFrame, counts: pd.Series, acts: str) -> pd.DataFrame:
    """Bounds beside what a reconstruction has: ``measure, lowest, highest, reconstruction``.

    ``counts`` are the ``acts`` (comments, messages) of each participant, those without any
    included.
    """
    names = {**_MEASURES, "largest": f"{acts.capitalize()} of the most active"}
    made = [
        counts.max(),
        measures.gini(counts),
        measures.top_share(counts, 0.01),
        measures.top_share(counts, 0.1),
    ]
    shown = bounds.assign(measure=bounds["measure"].map(names), reconstruction=made)
    return derive(shown.round(3), bounds, counts)


def verdicts(table: pd.DataFrame) -> pd.DataFrame:
    """:func:`casebook.results.verdicts` for a page, with both counts in one column."""
    shown = table.drop(columns=["holds in", "of"])
    counts = [
        "–" if pd.isna(of_) else f"{held} of {of_}"
        for held, of_ in zip(table["holds in"], table["of"], strict=True)
    ]
    shown.insert(3, "holds in", counts)
    return mark(shown, of(table))
