"""The findings as the page shows them: all, by kind, the tests, and single ones for prose."""

from __future__ import annotations

import re

import altair as alt
import pandas as pd

from casebook import palette, published
from casebook.audit.findings import findings
from casebook.audit.rules import DOUBTS, ROUNDING, VERDICTS
from casebook.errors import CasebookError
from casebook.locators import ENGLISH
from casebook.provenance import Provenance, derive, mark, of

#: The texts by the key of the bibliography, as the page calls them.
TEXTS: dict[str, str] = {
    "twente2014": "Twente report",
    "emma2013": "EMMA study",
    "pm2012": "PM article",
    "kansen2012": "Essay",
    "robblog2012": "Rob blog",
}

#: Colour and shape of a verdict.
_LOOKS: dict[str, tuple[str, str]] = {
    "follows": ("green", "circle"),
    "follows within rounding": ("lightblue", "diamond"),
    "does not follow": ("red", "triangle-up"),
    "contradicts": ("purple", "square"),
    "cannot be checked": ("grey", "cross"),
}

#: Marks in a row.
_WIDE = 36


#: Columns of both lists by which a reader chooses.
CHOICES: tuple[str, ...] = ("text", "kind", "verdict")


def doubted() -> pd.DataFrame:
    """What does not follow, or contradicts another place, a row each: figures first, then words.

    ``claim, text, kind, verdict, where, printed, what follows, reading, in this book, id``.
    """
    found = findings()
    rows = found[found["verdict"].isin(DOUBTS)]
    order = list(published.exhibit("audit_rules")["rule"])
    rows = rows.sort_values("rule", key=lambda rule: rule.map(order.index), kind="stable")
    return derive(_shown(rows), found)


def rest() -> pd.DataFrame:
    """What holds or cannot be checked, as :func:`doubted`."""
    found = findings()
    rows = found[~found["verdict"].isin(DOUBTS)]
    return derive(_shown(rows), found)


def _shown(rows: pd.DataFrame) -> pd.DataFrame:
    off = rows["off"].where(rows["off"] == "", ": " + rows["off"])
    shown = pd.DataFrame(
        {
            "claim": _spelled(rows["about"]),
            "text": rows["source"].map(TEXTS),
            "kind": rows["kind"],
            "verdict": rows["verdict"],
            "where": _places(rows),
            "printed": _printed(rows),
            "what follows": rows["follows"] + off,
            "reading": rows["reading"],
            "in this book": rows["treatment"],
            "id": rows["finding"],
        }
    )
    return shown.reset_index(drop=True)


def counts() -> pd.DataFrame:
    """How the checks came out: ``kind``, a column for each verdict, ``checks``; all kinds last."""
    found = findings()
    table = pd.crosstab(found["kind"], found["verdict"])
    kinds = [kind for kind in published.exhibit("audit_rules")["label_en"] if kind in table.index]
    table = table.reindex(index=kinds, columns=list(VERDICTS), fill_value=0)
    table["checks"] = table.sum(axis=1)
    table.loc["all"] = table.sum()
    table = table.rename(columns={ROUNDING: "within rounding"})
    wide = table.rename_axis(index="kind", columns=None).reset_index()
    return derive(wide, found)


def marks() -> pd.DataFrame:
    """One row a check, as it is drawn: ``text, verdict, claim, column, row``; row 0 is a heading.

    The checks of a text fill rows of :data:`_WIDE`, verdict by verdict.
    """
    found = findings()
    verdict = pd.Categorical(found["verdict"], VERDICTS, ordered=True)
    drawn = pd.DataFrame(
        {
            "text": found["source"].map(TEXTS),
            "verdict": verdict,
            "claim": found["about"],
            "id": found["finding"],
        }
    )
    drawn["place"] = drawn["text"].map({text: i for i, text in enumerate(TEXTS.values())})
    drawn = drawn.sort_values(["place", "verdict"], kind="stable", ignore_index=True)
    within = drawn.groupby("place").cumcount()
    drawn["column"] = within % _WIDE
    drawn["row"] = within // _WIDE + 1
    drawn["verdict"] = drawn["verdict"].astype(str)
    return derive(drawn.drop(columns="place"), found)


def marks_told(drawn: pd.DataFrame) -> str:
    """What :func:`marks` show, in two sentences."""
    n = drawn["verdict"].value_counts()
    bad = drawn.loc[drawn["verdict"].isin(DOUBTS), "text"].value_counts()
    return (
        f"Of {len(drawn)} checks {n.drop([*DOUBTS, 'cannot be checked']).sum()} hold, exactly or "
        f"within rounding, {bad.sum()} do not follow or contradict another place, and "
        f"{n['cannot be checked']} cannot be made. Most doubts, {bad.iloc[0]}, are about the "
        f"{bad.index[0]}."
    )


def marks_chart(drawn: pd.DataFrame) -> alt.LayerChart:
    """A mark for each check, in a block for each text; colour and shape tell the verdict."""
    texts = [text for text in TEXTS.values() if text in set(drawn["text"])]
    height = drawn.groupby("text")["row"].max() + 2
    top = height.reindex(texts).cumsum().shift(fill_value=0)
    placed = drawn.assign(y=drawn["text"].map(top) + drawn["row"])
    total = drawn["text"].value_counts()
    heads = pd.DataFrame(
        {"column": -0.4, "y": top.to_numpy(), "words": [f"{t}: {total[t]} checks" for t in texts]}
    )
    numbers = drawn["verdict"].value_counts()
    told = {v: f"{v}: {numbers.get(v, 0)}" for v in VERDICTS}
    placed["verdict"] = placed["verdict"].map(told)
    looks = [_LOOKS[v] for v in VERDICTS]
    colours = alt.Scale(
        domain=list(told.values()), range=[palette.COLOURS[c].light for c, _ in looks]
    )
    shapes = alt.Scale(domain=list(told.values()), range=[shape for _, shape in looks])
    legend = alt.Legend(orient="top", title=None, columns=1, labelLimit=300)
    last = float((top + height).iloc[-1])
    x = alt.X(
        "column",
        type="quantitative",
        axis=None,
        scale=alt.Scale(domain=(-0.7, _WIDE - 0.3), nice=False),
    )
    y = alt.Y(
        "y",
        type="quantitative",
        axis=None,
        scale=alt.Scale(domain=(last - 1, -0.8), nice=False, zero=False),
    )
    points = (
        alt.Chart(placed[["column", "y", "verdict"]])
        .mark_point(filled=True, opacity=1, size=55, aria=False)
        .encode(
            x=x,
            y=y,
            color=alt.Color("verdict", type="nominal", scale=colours, legend=legend),
            shape=alt.Shape("verdict", type="nominal", scale=shapes, legend=legend),
        )
    )
    words = (
        alt.Chart(heads)
        .mark_text(align="left", fontWeight="bold", color=palette.INK.light)
        .encode(x=x, y=y, text=alt.Text("words", type="nominal"))
    )
    return alt.LayerChart(layer=[words, points]).properties(height=12 * last)


def tests() -> pd.DataFrame:
    """Every test result: ``test, place, printed, recomputed, verdict``."""
    found = findings()
    rows = found[found["rule"] == "p_value"]
    shown = pd.DataFrame(
        {
            "test": _spelled(rows["about"]),
            "place": _places(rows),
            "printed": _printed(rows),
            "recomputed": rows["follows"],
            "verdict": rows["verdict"],
        }
    )
    origin = Provenance(of(found).kind, tuple(dict.fromkeys(rows["source"])), of(found).note)
    return mark(shown.reset_index(drop=True), origin)


def _spelled(claims: pd.Series) -> pd.Series:
    """With what Tabel 4 calls by letters said in words the first time."""
    printed = published.exhibit("emma_tabel_4")
    for letters, label in zip(printed["label_nl"], printed["label_en"], strict=True):
        if label.startswith(f"{letters} ("):
            claims = claims.str.replace(rf"\b{re.escape(letters)}\b(?! \()", label, n=1, regex=True)
    return claims


def rules() -> pd.DataFrame:
    """What is checked: ``rule, what it asks, checks``; rules that nothing needed are left out."""
    found = findings()
    asked = published.exhibit("audit_rules")
    used = found["rule"].value_counts()
    shown = pd.DataFrame(
        {
            "rule": asked["label_en"],
            "what it asks": asked["asks_en"],
            "checks": [int(used.get(rule, 0)) for rule in asked["rule"]],
        }
    )
    return derive(shown[shown["checks"] > 0].reset_index(drop=True), found, asked)


def one(finding: str) -> pd.Series:
    """The row of :func:`casebook.audit.findings.findings` that is called ``finding``.

    Raises
    ------
    CasebookError
        if there is none.
    """
    found = findings().set_index("finding")
    if finding not in found.index:
        raise CasebookError(f"No finding '{finding}'. Remedy: see data/coded/audit.csv.")
    return found.loc[finding]


def _printed(rows: pd.DataFrame) -> pd.Series:
    """The claim as printed; formulas came out of the PDF with dollar signs around them."""
    return rows["printed"].str.replace("$", "", regex=False)


def _places(rows: pd.DataFrame) -> pd.Series:
    """Where the claim stands and what it is held against, in one line."""
    other = rows["against"].where(rows["against"] == "", ", against " + rows["against"])
    for key, text in TEXTS.items():
        other = other.str.replace(f"{key} ", f"{text} ", regex=False)
    places = (rows["locator"] + other).str.replace(r"§(\d+)(?![\d.])", r"ch. \1", regex=True)
    for dutch, english in ENGLISH.items():
        places = places.str.replace(rf"(?<!\w){dutch}", english, regex=True)
    return places
