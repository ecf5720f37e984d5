"""The page on the reconstructions: all of them side by side, and what they are worth.

Everything here follows from the specs in ``data/reconstructed`` and the results kept beside them,
however many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import altair as alt
import pandas as pd

from casebook import coding, conversation, palette, published, reconstruct, results
from casebook.provenance import derive, mark, of
from casebook.reconstruct.spec import Spec
from casebook.reconstruct.totals import compare

#: What the outcome of a test can be worth, the surest first (:mod:`casebook.statements`).
WORTH = ("arithmetic", "built in", "emergent")

#: In how many of a case's reconstructions a test holds, with the colour of its bar.
HELD: dict[str, str] = {"all": "blue", "some": "orange", "none": "grey"}

#: Kinds that a spec asks for by an assumption: the key of the assumption, and the kind.
_VARIANTS = {"topic_comments": "counted", "named_in_all": "naming"}


@dataclass(frozen=True)
class _Bundled:
    """What is needed of a bundled conversation, so that it is read once and let go."""

    accounts: int
    acts: int
    targets: pd.DataFrame


# What there is ------------------------------------------------------------------------------------


def name(case: str) -> str:
    """A reconstruction by its case and, where a case has more than one, what it is of."""
    names = coding.units("case")
    known = [slug for slug in names.index if case == slug or case.startswith(f"{slug}_")]
    if not known:
        return case.replace("_", " ").capitalize()
    slug = max(known, key=len)
    rest = case.removeprefix(slug).strip("_").replace("_", " ")
    platforms = published.exhibit("cases").set_index("slug").loc[slug, "platforms"]
    spelled = {p.strip().lower(): p.strip() for p in platforms.replace(";", ",").split(",")}
    return f"{names[slug]}, {spelled.get(rest, rest)}" if rest else str(names[slug])


def cases() -> list[str]:
    """The reconstructions in the order of the report's cases, others last."""
    order = list(coding.units("case").index)

    def place(case: str) -> tuple[int, str]:
        at = [n for n, slug in enumerate(order) if case == slug or case.startswith(f"{slug}_")]
        return (max(at) if at else len(order), case)

    return sorted(reconstruct.cases(), key=place)


def overview() -> pd.DataFrame:
    """One row a reconstruction, and what it rests on.

    Returns
    -------
    DataFrame
        ``reconstruction, model, accounts, acts, totals, assumptions``; totals are the published
        ones, acts are messages, likes, mentions and follows.
    """
    labels = published.exhibit("reconstruction_kinds").set_index("kind")["label_en"]
    rows, inputs = [], [of(published.exhibit("reconstruction_kinds"))]
    for case in cases():
        plan, made = reconstruct.spec(case), _bundled(case)
        rows.append(
            {
                "reconstruction": name(case),
                "model": labels.get(kind(plan), plan.kind),
                "accounts": made.accounts,
                "acts": made.acts,
                "totals": len(plan.totals),
                "assumptions": len(plan.assumptions),
            }
        )
        inputs.append(plan.provenance)
    return derive(pd.DataFrame(rows), *inputs)


def seeds() -> pd.DataFrame:
    """The seed of each bundled conversation, and why it is that: ``reconstruction, seed, why``."""
    stated = assumptions()
    rows = stated[stated["assumption"] == "seed"].drop(columns="assumption")
    shown = rows.set_axis(["reconstruction", "seed", "why"], axis=1).reset_index(drop=True)
    return mark(shown, of(stated))


def kind(plan: Spec) -> str:
    """The kind of a spec as the table ``reconstruction_kinds`` has it."""
    return next((of_ for key, of_ in _VARIANTS.items() if key in plan.given), plan.kind)


def kinds() -> pd.DataFrame:
    """How each kind in use works.

    Returns
    -------
    DataFrame
        ``a model of, who, what happens, what is not in it, used for``.
    """
    told = published.exhibit("reconstruction_kinds")
    used: dict[str, list[str]] = {}
    for case in cases():
        used.setdefault(kind(reconstruct.spec(case)), []).append(name(case))
    rows = told[told["kind"].isin(list(used))]
    shown = pd.DataFrame(
        {
            "a model of": rows["label_en"],
            "who": rows["people_en"],
            "what happens": rows["steps_en"],
            "what is not in it": rows["left_out_en"],
            "used for": ["; ".join(used[k]) for k in rows["kind"]],
        }
    )
    return derive(shown.reset_index(drop=True), told, kind="coded")


def targets() -> pd.DataFrame:
    """Published totals against those of every bundled conversation.

    Returns
    -------
    DataFrame
        ``reconstruction, what, published, reconstructed, ledger id``.
    """
    tables = {case: _bundled(case).targets for case in cases()}
    columns = ["what", "published", "reconstructed", "ledger_id"]
    shown = _stacked({case: table[columns] for case, table in tables.items() if len(table)})
    return derive(shown.rename(columns={"ledger_id": "ledger id"}), *tables.values())


def assumptions() -> pd.DataFrame:
    """Every assumption of every reconstruction: ``reconstruction, assumption, value, reason``."""
    tables = {case: reconstruct.assumptions(case) for case in cases()}
    shown = _stacked(tables).rename(columns={"key": "assumption"})
    return derive(shown, *tables.values())


# What it is worth ---------------------------------------------------------------------------------


def verdicts() -> pd.DataFrame:
    """All tests of statements, from the kept outcomes.

    Returns
    -------
    DataFrame
        ``reconstruction``, the columns of :func:`casebook.results.verdicts`, and ``held``: one of
        :data:`HELD`, or empty where a statement is not tested.
    """
    tables = {case: results.verdicts(case) for case in cases() if _kept(case, "outcomes")}
    rows = _stacked(tables)
    rows["held"] = [
        "" if pd.isna(of_) else "all" if n == of_ else "some" if n else "none"
        for n, of_ in zip(rows["holds in"], rows["of"], strict=True)
    ]
    return derive(rows, *tables.values())


def worth(table: pd.DataFrame) -> pd.DataFrame:
    """How the tests of :func:`verdicts` came out: ``worth, held in, tests``, all nine rows."""
    pairs = pd.MultiIndex.from_product([WORTH, list(HELD)], names=["worth", "held in"])
    tested = table[table["held"] != ""]
    counts = tested.groupby(["worth", "held"]).size().rename_axis(["worth", "held in"])
    return derive(counts.reindex(pairs, fill_value=0).rename("tests").reset_index(), table)


def worth_chart(rows: pd.DataFrame) -> alt.LayerChart:
    """A bar for each worth, in pieces for all, some and none, with their numbers."""
    rows = rows.assign(order=rows["held in"].map(list(HELD).index))
    rows["upto"] = rows.groupby("worth")["tests"].cumsum()
    rows["middle"] = rows["upto"] - rows["tests"] / 2
    rows["text"] = rows["tests"].map(lambda n: str(n) if n else "")
    y = alt.Y("worth", type="nominal", title=None, sort=list(WORTH))
    axis = "tests, by where they hold"
    tones = [palette.COLOURS[colour].light for colour in HELD.values()]
    bars = (
        alt.Chart(rows)
        .mark_bar(size=24, stroke=palette.PAPER.light, strokeWidth=1)
        .encode(
            x=alt.X("tests", type="quantitative", title=axis, axis=alt.Axis(tickCount=5)),
            y=y,
            color=alt.Color(
                "held in",
                type="nominal",
                scale=alt.Scale(domain=list(HELD), range=tones),
                legend=alt.Legend(orient="top", title="hold in"),
            ),
            order=alt.Order("order", type="quantitative"),
        )
    )
    words = (
        alt.Chart(rows)
        .mark_text(color=palette.PAPER.light, fontWeight="bold")
        .encode(
            x=alt.X("middle", type="quantitative", title=axis),
            y=y,
            text=alt.Text("text", type="nominal"),
        )
    )
    return (bars + words).properties(height=alt.Step(36))


def excluded(table: pd.DataFrame) -> pd.DataFrame:
    """Readings of a statement that arithmetic alone rules out, whatever is assumed.

    Returns
    -------
    DataFrame
        ``reconstruction, statement, ruled out, another reading`` (each other test of the statement
        with its outcome), ``locator``.
    """
    rows = []
    for row in table[(table["worth"] == "arithmetic") & (table["held"] == "none")].itertuples():
        same = table[(table["statement"] == row.statement) & (table.index != row.Index)]
        same = same[same["reconstruction"] == row.reconstruction]
        others = [
            f"{how}: holds in {n} of {of_}"
            for how, n, of_ in same[["tested as", "holds in", "of"]].itertuples(index=False)
        ]
        ruled_out = table.at[row.Index, "tested as"]
        rows.append(
            (
                row.reconstruction,
                row.statement,
                ruled_out,
                "; ".join(others) or "none tested",
                row.locator,
            )
        )
    columns = ["reconstruction", "statement", "ruled out", "another reading", "locator"]
    return derive(pd.DataFrame(rows, columns=columns), table)


def hanging(table: pd.DataFrame) -> pd.DataFrame:
    """Tests that hang on chance: they hold in some reconstructions, the most even splits first."""
    rows = table[table["held"] == "some"]
    even = (rows["holds in"] / rows["of"] - 0.5).abs().astype(float)
    rows = rows.loc[even.sort_values(kind="stable").index]
    counts = [f"{n} of {of_}" for n, of_ in zip(rows["holds in"], rows["of"], strict=True)]
    shown = rows[["reconstruction", "statement", "tested as", "worth"]].assign(
        **{"holds in": counts, "locator": rows["locator"]}
    )
    return mark(shown.reset_index(drop=True), of(table))


def untested(table: pd.DataFrame) -> pd.DataFrame:
    """Statements that no reconstruction can test: ``reconstruction, statement, why, locator``."""
    rows = table[table["worth"] == "not tested"].rename(columns={"tested as": "why"})
    columns = ["reconstruction", "statement", "why", "locator"]
    return derive(rows[columns].reset_index(drop=True), table)


def sizes(table: pd.DataFrame) -> pd.DataFrame:
    """Tests whose outcome changes when assumed sizes are halved or doubled.

    Parameters
    ----------
    table
        from :func:`verdicts`.

    Returns
    -------
    DataFrame
        ``reconstruction, statement, tested as, half, as assumed, double``, the last three in
        numbers of reconstructions; only cases whose results are kept at other sizes, and tests
        that move by a tenth of the reconstructions or more.
    """
    rows, inputs = [], [table]
    for case in cases():
        if not _kept(case, "sizes"):
            continue
        other = published.exhibit(f"{case}_sizes")
        inputs.append(other)
        counts = other.groupby(["test", "factor"])["holds"].sum().unstack("factor").astype(int)
        tested = table[(table["reconstruction"] == name(case)) & (table["held"] != "")]
        for number, row in enumerate(tested.to_dict("records")):
            half, double = (int(counts.at[number, factor]) for factor in results.FACTORS)
            held = [half, int(row["holds in"]), double]
            if max(held) - min(held) >= 0.1 * row["of"]:
                rows.append((row["reconstruction"], row["statement"], row["tested as"], *held))
    columns = ["reconstruction", "statement", "tested as", "half", "as assumed", "double"]
    return derive(pd.DataFrame(rows, columns=columns), *inputs)


# Small parts --------------------------------------------------------------------------------------


@cache
def _bundled(case: str) -> _Bundled:
    made = conversation.load(case)
    table = compare(reconstruct.spec(case), made)
    return _Bundled(len(made.actors), len(made.messages), table)


def _kept(case: str, result: str) -> bool:
    return f"{case}_{result}" in published.resources().index


def _stacked(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    named = [
        pd.concat([pd.Series(name(case), index=t.index, name="reconstruction"), t], axis=1)
        for case, t in tables.items()
    ]
    return pd.concat(named, ignore_index=True)
