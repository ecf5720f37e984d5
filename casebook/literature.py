"""The literature as a network: which works carry which parts of the argument.

A citation ties a work to a section; everything here is counted on that two-mode table. Works
cited in one section are tied to each other (co-citation: Small 1973, here by section instead of
by citing paper), sections that cite the same work to each other, both by the projection of
:mod:`casebook.networks` (Breiger 1974). All of it is coded, since which labels are one work is
our reading.
"""

from __future__ import annotations

import altair as alt
import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from casebook import charts
from casebook.citations import CHAPTERS, TEXTS, citations, works
from casebook.errors import CasebookError
from casebook.networkview import NetworkView, view
from casebook.provenance import derive, mark, of
from casebook.ties import project

#: Authors of the two long texts, as their title pages name them, by surname.
OWN: dict[str, tuple[str, ...]] = {
    "twente2014": ("Van Dijk", "Van de Wijngaert", "Ten Tije"),
    "emma2013": ("Baetens", "Jütten", "Maessen", "Borra", "Rogers"),
}

_GROUPS = (
    ("report", "chapter of the report", "blue"),
    ("emma", "chapter of EMMA", "orange"),
    ("short", "short text", "purple"),
    ("shared", "work cited in several texts", "red"),
    ("work", "work cited in one text", "grey"),
)

_BODIES = (
    ("author", "work with authors", "blue"),
    ("body", "work of a body, or a rule", "orange"),
)

# Width over height of the ellipse of chapters, and works in a row of a fan outside it.
_WIDE, _FAN = 1.5, 10

#: First and last age of each band, in years at the time of citing.
_BANDS = ((0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 9), (10, 19), (20, 99))


def two_mode(by: str = "section") -> nx.Graph:
    """The bipartite network of works and the places that cite them.

    Works have ``bipartite=0`` and their key as name; places have ``bipartite=1`` and are sections
    (``twente2014 §3.2``) or, with ``by="chapter"``, keys of
    :data:`~casebook.citations.CHAPTERS`. All nodes have ``label``, ``group`` and ``role``; the
    ``weight`` of a tie is the number of times that the place cites the work.
    """
    if by not in ("section", "chapter"):
        raise CasebookError(f"Works are cited by section or chapter. Remedy: not by '{by}'.")
    cited, listed = citations(), works()
    graph: nx.Graph = nx.Graph()
    for work, texts in cited.groupby("work")["source"].agg(lambda s: list(s.unique())).items():
        graph.add_node(
            work,
            bipartite=0,
            group="shared" if len(texts) > 1 else "work",
            label=listed.at[work, "label"],
            role=f"cited in {' and '.join(TEXTS[text] for text in texts)}",
        )
    for place, source in cited.groupby(by, sort=False)["source"].first().items():
        group = {"twente2014": "report", "emma2013": "emma"}.get(source, "short")
        label = CHAPTERS.get(str(place), str(place))
        graph.add_node(place, bipartite=1, group=group, label=label, role="cites")
    for (work, place), times in cited.groupby(["work", by], sort=False)["times"].sum().items():
        graph.add_edge(work, place, weight=int(times))
    return derive(graph, cited, listed, kind="coded")


def two_mode_view(graph: nx.Graph) -> NetworkView:
    """The drawing of :func:`two_mode` by chapter.

    Named are the chapters, and the works that several texts or four chapters cite.
    """
    named = [
        node
        for node, data in graph.nodes(data=True)
        if data["bipartite"] == 1 or data["group"] == "shared" or graph.degree(node) >= 4
    ]
    return view(graph, _groups(_GROUPS, graph), named=named, positions=_places(graph))


def co_citation(least: int = 1) -> nx.Graph:
    """Works tied by the sections that cite both, however often; ``weight`` is their number.

    All works are nodes, those that stand alone in their section too; ties of fewer than ``least``
    sections are left out. Nodes have ``label``, ``group`` (``author`` or ``body``) and ``role``.
    """
    cited, listed = citations(), works()
    table, names, _ = _incidence(cited, "work", "section")
    sections = cited.groupby("work")["section"].nunique()
    graph: nx.Graph = nx.Graph()
    for work in names:
        graph.add_node(
            work,
            label=listed.at[work, "label"],
            group="author" if listed.at[work, "authors"] else "body",
            role=f"cited in {sections[work]} section{'s' if sections[work] > 1 else ''}",
        )
    for one, other, weight in zip(*project(table), strict=True):
        if weight >= least:
            graph.add_edge(names[one], names[other], weight=int(weight))
    return derive(graph, cited, listed, kind="coded")


def co_citation_view(graph: nx.Graph) -> NetworkView:
    """The drawing of :func:`co_citation`: every work with a tie is named, each island apart."""
    return view(graph, _groups(_BODIES, graph), named=list(graph), positions=_islands(graph))


def sections_by_shared_works(least: int = 1) -> pd.DataFrame:
    """Pairs of sections that cite the same works: ``one section, the other, shared, works``.

    Pairs of at least ``least`` shared works, most first; ``works`` are the labels.
    """
    cited, listed = citations(), works()
    table, names, keys = _incidence(cited, "section", "work")
    dense = table.toarray().astype(bool)
    rows = [
        {
            "one section": _section(names[a]),
            "the other": _section(names[b]),
            "shared": int(shared),
            "works": _listing(listed.loc[keys[dense[a] & dense[b]], "label"]),
        }
        for a, b, shared in zip(*project(table), strict=True)
        if shared >= least
    ]
    frame = pd.DataFrame(rows).sort_values("shared", ascending=False, kind="stable")
    return derive(frame.reset_index(drop=True), cited, listed, kind="coded")


def most_cited(least: int = 4) -> pd.DataFrame:
    """Works cited in at least ``least`` sections: ``work, sections, chapters, times, texts``."""
    cited, listed = citations(), works()
    reach = _reach(cited)
    reach = reach[reach["sections"] >= least]
    frame = pd.DataFrame(
        {
            "work": listed["label"].reindex(reach.index),
            "title, if printed": listed["title"].reindex(reach.index),
            "sections": reach["sections"],
            "chapters": reach["chapters"],
            "times": reach["times"],
            "cited in": reach["texts"],
        }
    )
    return derive(frame.reset_index(drop=True), cited, listed, kind="coded")


def what_carries() -> pd.DataFrame:
    """What each chapter leans on: ``chapter, works, times, most cited``, chapters in order.

    ``most cited`` has the three works cited most in the chapter, ties included, but none that it
    cites only once.
    """
    cited, listed = citations(), works()
    rows = []
    for chapter, name in CHAPTERS.items():
        inside = cited[cited["chapter"] == chapter]
        times = inside.groupby("work")["times"].sum()
        labels = listed["label"].reindex(times.index)
        order = pd.DataFrame({"times": times, "label": labels})
        order = order.sort_values(["times", "label"], ascending=[False, True])
        top = order[(order["times"] > 1) & (order["times"].rank(method="min", ascending=False) < 4)]
        shown = "; ".join(f"{row.label} ({row.times})" for row in top.itertuples())
        rows.append(
            {
                "chapter": name,
                "works": len(times),
                "times": int(times.sum()),
                "most cited (times)": shown or ("each once" if len(times) else "cites nothing"),
            }
        )
    return derive(pd.DataFrame(rows), cited, listed, kind="coded")


def ages() -> pd.DataFrame:
    """How old works are when the two long texts cite them: ``text, years old, works, share``.

    A row for each text and band of ages; ``share`` is the percentage of the text's works with a
    year. Ages count from the year of the citing text. Each work counts once for each text.
    """
    cited, listed = citations(), works()
    rows = []
    for source in OWN:
        age = _ages(cited, listed, source)
        for first, last in _BANDS:
            count = int(age.between(first, last).sum())
            rows.append(
                {
                    "text": TEXTS[source],
                    "years old": _band(first, last),
                    "works": count,
                    "share": 100 * count / len(age),
                }
            )
    return derive(pd.DataFrame(rows), cited, listed, kind="coded")


def ages_chart(table: pd.DataFrame) -> alt.LayerChart:
    """A line for each band of ages with a dot for each text."""
    return charts.dots(
        table,
        value="share",
        label="years old",
        group="text",
        axis="per cent of the works with a year",
        colours={TEXTS["twente2014"]: "blue", TEXTS["emma2013"]: "orange"},
        domain=(0, 40),
        ticks=(0, 10, 20, 30, 40),
    )


def median_ages() -> pd.Series:
    """Median age in years of the works that each of the two long texts cites, by source."""
    cited, listed = citations(), works()
    medians = pd.Series({s: _ages(cited, listed, s).median() for s in OWN}, name="median age")
    return derive(medians, cited, listed, kind="coded")


def self_citation() -> pd.DataFrame:
    """How much the two long texts cite their own authors, by surname, index ``source``.

    Columns ``works, own works, times, own times, share``: ``share`` is that of the own works in
    all works that the text cites, in per cent. Two people of one surname cannot be told apart.
    """
    cited, listed = citations(), works()
    rows = {}
    for source, surnames in OWN.items():
        inside = cited[cited["source"] == source]
        names = listed["authors"].str.split("; ")
        own = names.map(lambda held, s=surnames: any(n.split(",")[0] in s for n in held))
        mine = inside[inside["work"].map(own)]
        total, count = inside["work"].nunique(), mine["work"].nunique()
        rows[source] = {
            "works": total,
            "own works": count,
            "times": int(inside["times"].sum()),
            "own times": int(mine["times"].sum()),
            "share": 100 * count / total,
        }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("source")
    return derive(frame, cited, listed, kind="coded")


def languages() -> pd.DataFrame:
    """Works of each text by language, as far as printed titles tell.

    Index ``text``; ``Dutch, English, not told, all``.
    """
    cited, listed = citations(), works()
    names = {"nl": "Dutch", "en": "English", "": "not told"}
    pairs = cited.drop_duplicates(["source", "work"])
    told = pairs["work"].map(listed["language"]).map(names)
    table = pd.crosstab(pairs["source"], told).reindex(index=list(TEXTS), columns=names.values())
    frame = table.fillna(0).astype(int).assign(all=lambda t: t.sum(axis=1))
    frame = frame.rename(index=TEXTS).rename_axis(index="text", columns=None)
    return derive(frame, cited, listed, kind="coded")


def coverage() -> pd.DataFrame:
    """How widely works are cited: ``sections``, ``works``; a row for each number of sections."""
    cited = citations()
    counts = _reach(cited)["sections"].value_counts().sort_index()
    frame = counts.rename_axis("sections").rename("works").reset_index()
    return derive(frame, cited, kind="coded")


def overlap() -> pd.DataFrame:
    """Works that several texts cite: ``work, cited in, sections``, widest first."""
    cited, listed = citations(), works()
    reach = _reach(cited)
    texts = cited.groupby("work")["source"].nunique().reindex(reach.index)
    shared = reach[texts > 1]
    frame = pd.DataFrame(
        {
            "work": listed["label"].reindex(shared.index),
            "cited in": shared["texts"],
            "sections": shared["sections"],
        }
    )
    return derive(frame.reset_index(drop=True), cited, listed, kind="coded")


def decisions() -> pd.DataFrame:
    """What was taken as one work and what was kept apart: ``decision, work, spellings, why``."""
    listed = works()
    rows = listed[listed["decision"] != "plain"]
    frame = pd.DataFrame(
        {
            "decision": rows["decision"],
            "work": rows["label"],
            "spellings in the texts": rows["variants"],
            "why": rows["reason"],
        }
    )
    frame = frame.sort_values("decision", ascending=False, kind="stable")
    return derive(frame.reset_index(drop=True), listed, kind="coded")


def all_works() -> pd.DataFrame:
    """Every work for the reader: what the texts print of it, where it is cited, and its key."""
    listed = works()
    by = listed["authors"].where(listed["authors"] != "", listed["organisation"])
    frame = pd.DataFrame(
        {
            "work": listed["label"],
            "as far as printed": (by + ". " + listed["title"])
            .str.removeprefix(". ")
            .str.removesuffix(". ")
            .str.replace(".. ", ". "),
            "kind, if told": listed["type"],
            "cited in": listed["locator"],
            "key": listed.index,
        }
    )
    return derive(frame.reset_index(drop=True), listed, kind="coded")


def _incidence(
    cited: pd.DataFrame, rows: str, columns: str
) -> tuple[sparse.csr_array, pd.Index, pd.Index]:
    """The table of 0 and 1 behind a projection, with the sorted names of rows and columns."""
    pairs = cited.drop_duplicates([rows, columns])
    row, row_names = pd.factorize(pairs[rows], sort=True)
    column, column_names = pd.factorize(pairs[columns], sort=True)
    ones = np.ones(len(pairs), dtype=np.int32)
    shape = (len(row_names), len(column_names))
    table = sparse.csr_array((ones, (row, column)), shape=shape)
    return table, pd.Index(row_names), pd.Index(column_names)


def _reach(cited: pd.DataFrame) -> pd.DataFrame:
    """By work: ``sections, chapters, times, texts``, most widely cited first."""
    by = cited.groupby("work")
    frame = pd.DataFrame(
        {
            "sections": by["section"].nunique(),
            "chapters": by["chapter"].nunique(),
            "times": by["times"].sum(),
            "texts": by["source"].agg(lambda s: ", ".join(TEXTS[t] for t in s.unique())),
        }
    )
    order = ["sections", "chapters", "times"]
    return frame.sort_index().sort_values(order, ascending=False, kind="stable")


def _ages(cited: pd.DataFrame, listed: pd.DataFrame, source: str) -> pd.Series:
    """Years between each dated work of ``source`` and the source itself."""
    keys = cited.loc[cited["source"] == source, "work"].unique()
    return (int(source[-4:]) - listed.loc[keys, "year"].dropna()).astype(int)


def _band(first: int, last: int) -> str:
    if first == 0:
        return "same year"
    if first == last:
        return f"{first} year{'s' if first > 1 else ''}"
    return f"{first} or more" if last == 99 else f"{first} to {last}"


def _places(graph: nx.Graph) -> dict[str, tuple[float, float]]:
    """Chapters on an ellipse, the report's to the right; works of one chapter in a fan outside it.

    A work of several chapters stands at their centre, moved as little as keeps works apart.
    """
    right = [c for c in CHAPTERS if c in graph and graph.nodes[c]["group"] == "report"]
    left = [c for c in CHAPTERS if c in graph and c not in right]
    places: dict[str, np.ndarray] = {}
    for side, chapters in ((1, right), (-1, left)):
        for i, chapter in enumerate(chapters):
            angle = np.pi * ((i + 0.5) / len(chapters) - 0.5)
            places[chapter] = np.array([side * np.cos(angle) * _WIDE, np.sin(angle)])
    inner = []
    for chapter in (*right, *left):
        out = places[chapter] / np.linalg.norm(places[chapter])
        across = np.array([-out[1], out[0]])
        alone = sorted(work for work in graph[chapter] if graph.degree(work) == 1)
        for i, work in enumerate(alone):
            row, column = divmod(i, _FAN)
            width = min(_FAN, len(alone) - row * _FAN)
            shift = (column - (width - 1) / 2) * 0.055 * across
            places[work] = places[chapter] + (0.14 + 0.08 * row) * out + shift
    for work in sorted(n for n, d in graph.nodes(data=True) if d["bipartite"] == 0):
        if work not in places:
            places[work] = np.mean([places[chapter] for chapter in graph[work]], axis=0)
            inner.append(work)
    fixed = np.array([places[chapter] for chapter in (*right, *left)])
    spots = _apart(np.array([places[work] for work in inner]), 0.11, fixed)
    places.update(zip(inner, spots, strict=True))
    return {node: (float(x), float(y)) for node, (x, y) in places.items()}


def _apart(spots: np.ndarray, least: float, fixed: np.ndarray) -> np.ndarray:
    """Push points nearer than ``least`` apart, a little at a time; twice as far off ``fixed``."""
    turn = np.arange(len(spots)) * 2.4  # points on one spot start in different directions
    spots = spots + 1e-3 * np.column_stack([np.cos(turn), np.sin(turn)])
    for _ in range(300):
        gaps = spots[:, None] - np.concatenate([spots, fixed])[None]
        far = np.maximum(np.hypot(gaps[..., 0], gaps[..., 1]), 1e-9)
        far[:, len(spots) :] /= 2
        push = np.clip(least - far, 0, None) / far
        spots = spots + 0.2 * (gaps * push[..., None]).sum(axis=1)
    return spots


def _islands(graph: nx.Graph) -> dict[str, tuple[float, float]]:
    """Each connected part laid out by itself (Kamada & Kawai 1989): names need width.

    The largest takes the upper part of the drawing, the others stand in a row below it, and the
    pairs at its end as lines above each other.
    """
    tied = graph.subgraph(node for node, degree in graph.degree() if degree)
    parts = sorted((sorted(part) for part in nx.connected_components(tied)), key=_by_size)
    places: dict[str, tuple[float, float]] = {}
    left, line = 0.0, 0
    for part in parts:
        if len(part) == 2:
            spots = np.array([[left + 0.7, 4.5 + 0.75 * line], [left + 3.2, 4.5 + 0.75 * line]])
            line += 1
        elif part is parts[0]:
            spots = _in_box(tied, part, 10.0, 3.7)
        else:
            spots = _in_box(tied, part, 5.0, 1.6) + np.array([left, 4.5])
            left += 6.0
        places.update({n: (float(x), float(y)) for n, (x, y) in zip(part, spots, strict=True)})
    return places


def _in_box(graph: nx.Graph, part: list[str], wide: float, high: float) -> np.ndarray:
    """Places for the nodes of ``part``, in that order, filling a box from (0, 0)."""
    inside = nx.Graph()
    inside.add_nodes_from(part)
    inside.add_edges_from(sorted(graph.subgraph(part).edges))
    laid = nx.kamada_kawai_layout(inside, weight=None, scale=0.24 * len(part))
    spots = _apart(np.array([laid[node] for node in part]), 1.3, np.empty((0, 2)))
    if np.ptp(spots[:, 1]) > np.ptp(spots[:, 0]):
        spots = spots[:, ::-1]
    spots = (spots - spots.min(axis=0)) / np.ptp(spots, axis=0)
    boxed: np.ndarray = spots * [wide, high]
    return boxed


def _by_size(part: list[str]) -> tuple[int, str]:
    return -len(part), part[0]


def _section(key: str) -> str:
    source, locator = key.split(" ", 1)
    return f"{TEXTS[source]} {locator}".removeprefix("the ")


def _listing(labels: pd.Series) -> str:
    return "; ".join(sorted(labels))


def _groups(rows: tuple[tuple[str, str, str], ...], graph: nx.Graph) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["group", "label_en", "colour_nl"])
    return mark(frame, of(graph))
