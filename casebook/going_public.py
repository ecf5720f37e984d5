"""EMMA's survey of civil servants who go public: its tables, its tests, and what they can bear.

The respondents' answers are not in the source, which names a wiki without an address. What is
printed are two tables of Wald statistics, four chi-square tests and a handful of shares; everything
here is computed from these, and where a number of respondents is not printed no interval is given.

Methods: Cramér's V (1946), p-values for several tests (Holm, 1979); for limits of shares see
:mod:`casebook.shares`.
"""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd
from scipy import stats

from casebook import charts, palette, published
from casebook.errors import CasebookError
from casebook.provenance import Provenance, combine, derive, mark, of
from casebook.shares import decimals, whole_numbers, wilson

_RESPONDENTS, _YES = "going_public_survey.respondents", "going_public.yes"
_LEVEL = 0.05

#: The two tables of Wald statistics: the word for what they compare, and the column with keys.
_WALD = {"emma_tabel_3": "function", "emma_tabel_4": "organisation"}

#: Dimensions of the printed shares: palette name and shape, in the order of the chart.
_DIMENSIONS = {
    "all": ("grey", "circle"),
    "income": ("orange", "square"),
    "education": ("purple", "diamond"),
    "management": ("red", "cross"),
    "function": ("blue", "triangle-up"),
    "organisation": ("green", "triangle-down"),
}

#: What the text says of a group: palette name and shape.
_DIRECTIONS = {
    "more": ("blue", "triangle-up"),
    "less": ("red", "triangle-down"),
    "equally": ("grey", "circle"),
    "not told": ("purple", "diamond"),
}
_WORDED = {
    "above": "more",
    "below": "less",
    "average": "equally",
    "no relation": "equally",
    "undecided": "not told",
    "not told": "not told",
}


# Methods ----------------------------------------------------------------------------------------


def holm(p: pd.Series) -> pd.Series:
    """p-values adjusted for being one of several (Holm, 1979), in the order of ``p``."""
    ordered = p.sort_values(kind="stable")
    steps = ordered * np.arange(len(ordered), 0, -1)
    return steps.cummax().clip(upper=1.0).reindex(p.index)


def wald_against_rest(successes: int, n: int, all_successes: int, everyone: int) -> float:
    """The Wald statistic of a logistic regression on one group against all others.

    The squared difference of log odds over the sum of the reciprocals of the four cells.
    """
    cells = [
        successes,
        n - successes,
        all_successes - successes,
        everyone - n - all_successes + successes,
    ]
    if min(cells) <= 0:
        raise CasebookError(
            f"A cell of {cells} is empty. Remedy: the log odds need people in all four."
        )
    a, b, c, d = cells
    return math.log(a * d / (b * c)) ** 2 / sum(1 / cell for cell in cells)


def fitting_tables(
    percent: float, percent_rest: float, successes: int, everyone: int
) -> pd.DataFrame:
    """All two-by-two tables with a given total whose two shares round to the printed ones.

    Parameters
    ----------
    percent, percent_rest
        printed share of successes in a group and in all others, in whole per cent.
    successes, everyone
        both totals of the table.

    Returns
    -------
    DataFrame
        ``group`` (its size), ``yes`` (its successes) and ``chi2`` (Pearson, uncorrected), one row
        for each table; empty if none fits.
    """
    sizes, parts = np.meshgrid(np.arange(1, everyone), np.arange(successes + 1), indexing="ij")
    rest, rest_parts = everyone - sizes, successes - parts
    possible = (parts <= sizes) & (rest_parts <= rest)
    near = _rounds_to(parts / sizes, percent) & _rounds_to(rest_parts / rest, percent_rest)
    size, yes = (values[possible & near].astype(float) for values in (sizes, parts))
    # Four products of totals are 0 only if there is no success at all, or nothing else.
    odd = yes * (everyone - size - successes + yes) - (size - yes) * (successes - yes)
    margins = size * (everyone - size) * successes * (everyone - successes)
    return pd.DataFrame(
        {"group": size.astype(int), "yes": yes.astype(int), "chi2": odd**2 * everyone / margins}
    )


def _rounds_to(shares: np.ndarray, percent: float) -> np.ndarray:
    half = 0.5 * 10 ** -decimals(percent)
    return np.asarray(np.abs(100 * shares - percent) <= half + 1e-9)


# The survey -------------------------------------------------------------------------------------


def definition() -> pd.DataFrame:
    """The conditions of going public: ``condition, in the survey, Dutch``."""
    names = {"element": "condition", "label_en": "in the survey", "label_nl": "Dutch"}
    return published.exhibit("emma_definition")[list(names)].rename(columns=names)


def contacts() -> pd.DataFrame:
    """Tabel 1: ``activity`` and a column for each group; per cent of internet users."""
    printed = published.exhibit("emma_tabel_1")
    wide = printed.pivot(
        index=["print_order", "label_en"], columns="group_en", values="share"
    ).reset_index()
    wide = wide.rename(columns={"label_en": "activity"}).rename_axis(columns=None)
    return mark(wide[["activity", *printed["group_en"].unique()]], of(printed))


def media() -> pd.DataFrame:
    """Tabel 2: ``medium, use, low, high, use for work, of its users``; per cent.

    ``low`` and ``high`` are the limits of ``use``; ``of its users`` divides the two printed
    shares.
    """
    printed = published.exhibit("emma_tabel_2")
    wide = printed.pivot(
        index=["print_order", "medium", "respondents"], columns="measure", values="share"
    ).reset_index()
    limits = [
        _limits(float(share), int(n))
        for share, n in zip(wide["use"], wide["respondents"], strict=True)
    ]
    frame = pd.DataFrame(
        {
            "medium": wide["medium"],
            "use": wide["use"],
            "low": [low for low, _ in limits],
            "high": [high for _, high in limits],
            "use for work": wide["use_for_work"],
            "of its users": 100 * wide["use_for_work"] / wide["use"],
        }
    )
    return derive(frame, printed, note="Both shares as printed; limits and division are ours.")


def media_chart(table: pd.DataFrame) -> alt.LayerChart:
    """Users as bars, with those who use the medium for their work as a darker bar inside."""
    rows = table.assign(
        text=[
            f"{use}%, for work {work}%"
            for use, work in zip(table["use"], table["use for work"], strict=True)
        ]
    )
    return charts.part_bars(
        rows,
        value="use",
        part="use for work",
        label="medium",
        text="text",
        axis="per cent of civil servants, 2011",
        names=("users", "users for their work"),
    )


def chi_square() -> pd.DataFrame:
    """The chi-square tests: ``with, chi-square, df, p, Cramér's V at least, §4.1 says``.

    ``p`` is recomputed. V needs the smaller number of classes less one, which is 1 here since
    going public has two answers, and the number of respondents. That is not printed for any of
    the tests; with fewer than all of the survey V would be larger, hence "at least".
    """
    coded = published.exhibit("going_public_tests")
    chi2, df = (
        [float(published.value(id)) for id in coded[f"{name}_fact"]] for name in ("chi2", "df")
    )
    everyone = published.value(_RESPONDENTS)
    frame = pd.DataFrame(
        {
            "with": coded["label_en"],
            "chi-square": chi2,
            "df": [int(value) for value in df],
            "p": [_p_text(value) for value in stats.chi2.sf(chi2, df)],
            "Cramér's V, at least": [round(math.sqrt(value / everyone), 3) for value in chi2],
            "§4.1 says": coded["verdict"],
        }
    )
    ids = [*coded["chi2_fact"], *coded["df_fact"], _RESPONDENTS]
    origin = combine(of(coded), _facts(ids), kind="coded", note="Test statistics as printed.")
    return mark(frame, origin)


def wald() -> pd.DataFrame:
    """Tabel 3 and 4: ``by, group, printed, N, Wald, p, p after Holm, goes public, share``.

    ``p`` is recomputed from Wald and its degrees of freedom, ``p after Holm`` takes each table as
    one family. ``goes public`` is the direction that the text gives in words, ``share`` the
    printed percentage, mostly missing. By table, the largest Wald statistic first.
    """
    coded = published.exhibit("going_public_groups")
    parts = []
    for name, by in _WALD.items():
        table = published.exhibit(name)
        p = pd.Series(stats.chi2.sf(table["wald"], table["df"]))
        said = coded[coded["dimension"] == by].set_index("key").loc[table[by]]
        part = pd.DataFrame(
            {
                "by": by,
                "group": table["label_en"],
                "printed": table["label_nl"],
                "N": table["respondents"],
                "Wald": table["wald"],
                "p": p,
                "p after Holm": holm(p),
                "goes public": [_WORDED[direction] for direction in said["direction"]],
                "share": pd.array(
                    [published.value(id) if id else None for id in said["fact"]], dtype="Float64"
                ),
            }
        )
        parts.append(part.sort_values("Wald", ascending=False, kind="stable"))
    frame = pd.concat(parts, ignore_index=True)
    tables = [published.exhibit(name) for name in _WALD]
    note = "Wald and N as printed, p computed from them; directions as worded in §4.1."
    return derive(frame, *tables, coded, kind="coded", note=note)


def wald_table(rows: pd.DataFrame) -> pd.DataFrame:
    """:func:`wald` for a page: no p is so small that it is nothing."""
    told = {name: rows[name].map(_p_text) for name in ("p", "p after Holm")}
    return mark(rows.assign(**told), of(rows))


def wald_chart(rows: pd.DataFrame) -> alt.LayerChart:
    """A mark for each group at its Wald statistic, with the line beyond which p is below 0.05."""
    headings = [f"by {by}" for by in _WALD.values()]
    order = [
        text
        for by, heading in zip(_WALD.values(), headings, strict=True)
        for text in (heading, *rows.loc[rows["by"] == by, "group"])
    ]
    # A first layer with every name sets the height; headings stand in it without a mark.
    names = alt.Chart(pd.DataFrame({"group": order, "Wald": 0.0})).mark_point(opacity=0)
    bold = alt.ExprRef(f"indexof({headings}, datum.value) >= 0 ? 'bold' : 'normal'")
    x = alt.X(
        "Wald",
        type="quantitative",
        title="Wald, square-root axis",
        scale=alt.Scale(type="sqrt", domain=(0, 50), nice=False),
        axis=alt.Axis(values=[0, 1, 4, 10, 20, 40], grid=False),
    )
    y = alt.Y(
        "group",
        type="nominal",
        title=None,
        sort=order,
        axis=alt.Axis(labelFontWeight=bold, domain=False, ticks=False, labelLimit=190),
    )
    limit = float(stats.chi2.isf(_LEVEL, 1))
    line = alt.Chart(pd.DataFrame({"Wald": [limit], "text": [f"p = {_LEVEL}"]})).encode(x=x)
    rule = line.mark_rule(color=palette.MUTED.light, strokeDash=[4, 3])
    words = line.mark_text(align="left", dx=5, color=palette.MUTED.light).encode(
        y=alt.value(11), text="text:N"
    )
    stem = (
        alt.Chart(rows[["group", "Wald"]])
        .mark_rule(color=palette.RULE.light, strokeWidth=2)
        .encode(x=x, x2=alt.datum(0), y=y)
    )
    points = (
        alt.Chart(rows[["group", "Wald", "goes public"]])
        .mark_point(filled=True, size=110, opacity=1)
        .encode(x=x, y=y, **_looks("goes public", _DIRECTIONS))
    )
    return alt.LayerChart(layer=[names.encode(x=x, y=y), stem, rule, words, points]).properties(
        height=alt.Step(22)
    )


def shares() -> pd.DataFrame:
    """Every printed share of people who went public: ``by, group, share, N, people, low, high``.

    Per cent. ``people`` is the one whole number that gives the printed share of ``N``, ``low`` and
    ``high`` are its 95% limits; all three are missing where no N is printed.
    """
    coded = published.exhibit("going_public_groups")
    tables = {by: published.exhibit(name).set_index(by) for name, by in _WALD.items()}
    printed = coded[(coded["fact"] != "") & (coded["dimension"] != "frequency")]
    everyone = int(published.value(_RESPONDENTS))
    rows: list[tuple[str, str, float, int | None]] = [
        ("all", "All respondents", float(published.value("going_public.share")), everyone)
    ]
    columns = [printed[c] for c in ("dimension", "key", "label_en", "fact")]
    for by, key, label, id in zip(*columns, strict=True):
        n = int(tables[by].loc[key, "respondents"]) if by in tables else None
        rows.append((by, label, float(published.value(id)), n))
    frame = pd.DataFrame(rows, columns=["by", "group", "share", "N"])
    found = [_interval(share, n) for _, _, share, n in rows]
    # Of all respondents the number itself is printed, so that nothing is left to rounding.
    yes = int(published.value(_YES))
    low, high = wilson(yes, everyone)
    found[0] = yes, 100 * low, 100 * high
    frame["N"] = frame["N"].astype("Int64")
    frame["people"] = pd.array([people for people, _, _ in found], dtype="Int64")
    for place, name in enumerate(("low", "high"), start=1):
        frame[name] = pd.array([row[place] for row in found], dtype="Float64")
    order = {by: place for place, by in enumerate(_DIMENSIONS)}
    frame = frame.sort_values("by", key=lambda by: by.map(order), kind="stable", ignore_index=True)
    origin = _facts([*printed["fact"], "going_public.share", _YES, _RESPONDENTS])
    note = "Shares and N as printed; people and limits are ours."
    sources = (of(coded), origin, *(of(published.exhibit(name)) for name in _WALD))
    return mark(frame, combine(*sources, kind="coded", note=note))


def shares_chart(rows: pd.DataFrame) -> alt.LayerChart:
    """A forest plot: a mark for each share, its limits where there are any, and the average."""
    marks = rows.assign(text=[f"{share:g}%" for share in rows["share"]])
    right = marks["high"].fillna(marks["share"]).astype(float)
    marks = marks.assign(right=right)
    most = float(rows.loc[rows["by"] == "all", "share"].iloc[0])
    x = alt.X(
        "share",
        type="quantitative",
        title="per cent who went public",
        scale=alt.Scale(domain=(0, 58), nice=False),
        axis=alt.Axis(values=[0, 10, 20, 30, 40, 50], grid=False),
    )
    y = alt.Y(
        "group",
        type="nominal",
        title=None,
        sort=list(marks["group"]),
        axis=alt.Axis(domain=False, ticks=False, labelLimit=190),
    )
    known = marks[marks["low"].notna()]
    look = _looks("by", _DIMENSIONS)
    rule = alt.Chart(pd.DataFrame({"share": [most]})).mark_rule(
        color=palette.MUTED.light, strokeDash=[4, 3]
    )
    limits = (
        alt.Chart(known)
        .mark_rule(strokeWidth=2)
        .encode(
            x=alt.X("low", type="quantitative", title="per cent who went public"),
            x2="high",
            y=y,
            color=look["color"],
        )
    )
    points = [
        alt.Chart(part)
        .mark_point(filled=filled, size=110, opacity=1, strokeWidth=1.6)
        .encode(x=x, y=y, **look)
        for part, filled in ((marks[marks["low"].isna()], False), (known, True))
    ]
    words = (
        alt.Chart(marks)
        .mark_text(align="left", dx=9, color=palette.INK.light)
        .encode(
            x=alt.X("right", type="quantitative", title="per cent who went public"),
            y=y,
            text=alt.Text("text", type="nominal"),
        )
    )
    every = alt.Chart(marks).mark_point(opacity=0).encode(x=x, y=y)
    return alt.LayerChart(layer=[every, rule.encode(x=x), limits, *points, words]).properties(
        height=alt.Step(26)
    )


def reference() -> pd.DataFrame:
    """Printed Wald statistics beside those of the group against all others.

    Only where the share is printed too: ``group, N, people, Wald as printed, Wald against all
    others``.
    """
    known, printed = shares(), wald()
    rows = known[known["by"].isin(list(_WALD.values()))].merge(printed[["group", "Wald"]])
    everyone, yes = int(published.value(_RESPONDENTS)), int(published.value(_YES))
    frame = pd.DataFrame(
        {
            "group": rows["group"],
            "N": rows["N"],
            "people": rows["people"],
            "Wald as printed": rows["Wald"],
            "Wald against all others": [
                round(wald_against_rest(int(people), int(n), yes, everyone), 3)
                for people, n in zip(rows["people"], rows["N"], strict=True)
            ],
        }
    )
    return derive(frame, known, printed, note="People from share and N; the last column is ours.")


def reasons() -> pd.DataFrame:
    """Explanations of the expert sessions: ``domain, explanation, effect, what was said``."""
    coded = published.exhibit("going_public_reasons")
    pulls = {"back": "holds back", "forward": "draws out", "both": "either way"}
    frame = pd.DataFrame(
        {
            "domain": coded["domain"] + " (" + coded["locator"] + ")",
            "explanation": coded["label_en"],
            "effect": coded["pull"].map(pulls),
            "what was said": coded["what_en"],
        }
    )
    return mark(frame, of(coded))


def tensions() -> pd.DataFrame:
    """The paradoxes of the conclusion: ``tension, domain, for openness, against``."""
    names = {
        "label_en": "tension",
        "domain": "domain",
        "pull_en": "for openness",
        "brake_en": "against it",
    }
    return published.exhibit("going_public_tensions")[list(names)].rename(columns=names)


def pictures() -> pd.DataFrame:
    """Exhibits that did not survive whole: ``exhibit, title, what survives, Dutch title``."""
    return published.incomplete("companions/going_public")


def _limits(percent: float, n: int) -> tuple[float, float]:
    """95% limits in per cent, of the smallest and largest number that ``percent`` may stand for."""
    numbers = whole_numbers(percent, n)
    return 100 * wilson(numbers[0], n)[0], 100 * wilson(numbers[-1], n)[1]


def _interval(percent: float, n: int | None) -> tuple[int | None, float | None, float | None]:
    """People and 95% limits, or three times None where ``n`` is not printed."""
    if n is None:
        return None, None, None
    numbers = whole_numbers(percent, n)
    low, high = _limits(percent, n)
    return (numbers[0] if len(numbers) == 1 else None), low, high


def _p_text(p: float) -> str:
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}" if p < 0.01 else f"{p:.3f}"


def _looks(field: str, looks: dict[str, tuple[str, str]]) -> dict[str, alt.Color | alt.Shape]:
    """Colour and shape of ``field``, in one legend above the chart."""
    names = list(looks)
    legend = alt.Legend(orient="top", title=None, columns=2)
    tones = [palette.COLOURS[colour].light for colour, _ in looks.values()]
    shapes = [shape for _, shape in looks.values()]
    return {
        "color": alt.Color(
            field, type="nominal", scale=alt.Scale(domain=names, range=tones), legend=legend
        ),
        "shape": alt.Shape(
            field, type="nominal", scale=alt.Scale(domain=names, range=shapes), legend=legend
        ),
    }


def _facts(ids: list[str]) -> Provenance:
    return combine(*(published.fact(id).provenance for id in ids))
