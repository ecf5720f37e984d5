"""Rules for civil servants who speak in public, as an essay, a blog and others read them.

The lists and rules are printed (``kansen_advantages``, ``kansen_rules``, ``robblog_advice``);
what the running texts say is coded (``kansen_sides``, ``kansen_criteria``, ``robblog_demands``,
``rules_wordings``, ``rules_readings``).
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from casebook import palette, published
from casebook.provenance import derive, mark, of, relabel

#: The texts compared, the oldest first as far as they are dated, and what the page calls them.
TEXTS = {
    "kansen2012": "essay",
    "pm2012": "PM",
    "robblog2012": "blog",
    "twente2014": "report",
}

#: How a text reads a rule, freest first: colour and shape.
_STANCES = {
    "room": ("green", "circle"),
    "weighing": ("lightblue", "triangle-up"),
    "limit": ("red", "square"),
    "named only": ("grey", "cross"),
}

_NONE = "none in the essay"


def sides() -> pd.DataFrame:
    """Opportunities and threats of the essay: ``side, what it is, what the essay says, Dutch``."""
    coded = published.exhibit("kansen_sides")
    names = {
        "side": "side",
        "label_en": "what it is",
        "what_en": "what the essay says",
        "label_nl": "Dutch",
    }
    return relabel(coded, names)


def advantages() -> pd.DataFrame:
    """The seven advantages, with what the essay has to show: ``advantage, example, Dutch``."""
    listed, examples = published.exhibit("kansen_advantages"), published.exhibit("kansen_examples")
    example = examples.set_index("advantage")["example_en"]
    frame = pd.DataFrame(
        {
            "advantage": listed["label_en"],
            "example in the essay": listed["print_order"].map(example).replace("", _NONE),
            "Dutch": listed["label_nl"],
        }
    )
    return derive(frame, listed, examples, kind="coded")


def without_example() -> list[str]:
    """The advantages for which the essay shows nothing."""
    rows = advantages()
    return list(rows.loc[rows["example in the essay"] == _NONE, "advantage"])


def four_rules() -> pd.DataFrame:
    """The four rules of 2010, told: ``rule, what it asks, what it rests on, Dutch``."""
    printed = published.exhibit("kansen_rules")
    names = {
        "label_en": "rule",
        "asks_en": "what it asks",
        "ground_en": "what it rests on",
        "label_nl": "Dutch",
    }
    return relabel(printed, names)


def criteria() -> pd.DataFrame:
    """When speech harms: ``criterion, less risky, more risky, Dutch``; "not said" where silent."""
    coded = published.exhibit("kansen_criteria")
    frame = pd.DataFrame(
        {
            "criterion": coded["label_en"],
            "less risky": coded["less_en"].replace("", "not said"),
            "more risky": coded["more_en"],
            "Dutch": coded["label_nl"],
        }
    )
    return mark(frame, of(coded))


def wordings() -> pd.DataFrame:
    """One norm in five places: ``whose, keep quiet, what is protected, Dutch, where``."""
    coded = published.exhibit("rules_wordings")
    frame = pd.DataFrame(
        {
            "whose wording": coded["whose_en"],
            "keep quiet": coded["threshold_en"],
            "what is protected": coded["protects_en"],
            "Dutch": coded["label_nl"],
            "where": coded["source"].map(TEXTS) + ", " + coded["locator"],
        }
    )
    return mark(frame, of(coded))


def readings() -> pd.DataFrame:
    """Every rule in every text: ``rule, text, read as, reading, where, reason``."""
    coded = published.exhibit("rules_readings")
    frame = pd.DataFrame(
        {
            "rule": coded["rule_en"],
            "text": coded["source"].map(TEXTS),
            "read as": coded["stance"],
            "reading": coded["reading_en"],
            "where": coded["locator"],
            "reason": coded["reason"],
        }
    )
    return mark(frame, of(coded))


def readings_table() -> pd.DataFrame:
    """The readings side by side: ``rule`` and a column for each text."""
    rows = readings()
    frame = rows.pivot(index="rule", columns="text", values="reading")
    frame = frame.loc[list(dict.fromkeys(rows["rule"])), list(TEXTS.values())].reset_index()
    frame.columns.name = None
    return mark(frame, of(rows))


def readings_chart(rows: pd.DataFrame) -> alt.LayerChart:
    """A column for each text, a row for each rule, a mark for how the one reads the other.

    Where a text is silent there is no mark.
    """
    stances = list(_STANCES)
    colours = [palette.COLOURS[colour].light for colour, _ in _STANCES.values()]
    legend = alt.Legend(orient="top", title=None, columns=2)
    points = (
        alt.Chart(rows)
        .transform_filter(alt.FieldOneOfPredicate(field="read as", oneOf=stances))
        .mark_point(filled=True, opacity=1, size=170)
        .encode(
            x=alt.X(
                "text",
                type="nominal",
                title=None,
                scale=alt.Scale(domain=list(TEXTS.values())),
                axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False),
            ),
            y=alt.Y(
                "rule",
                type="nominal",
                title=None,
                sort=None,
                axis=alt.Axis(grid=True, domain=False, ticks=False, labelPadding=8),
            ),
            color=alt.Color(
                "read as",
                type="nominal",
                scale=alt.Scale(domain=stances, range=colours),
                legend=legend,
            ),
            shape=alt.Shape(
                "read as",
                type="nominal",
                scale=alt.Scale(domain=stances, range=[s for _, s in _STANCES.values()]),
                legend=legend,
            ),
        )
    )
    return alt.LayerChart(layer=[points]).properties(height=alt.Step(30))


def demands() -> pd.DataFrame:
    """The advice where it asks for something: ``advice, what a civil servant would do, …``.

    The further columns are ``rule it meets`` and ``according to``: the blog itself, or us.
    """
    advice, coded = published.exhibit("robblog_advice"), published.exhibit("robblog_demands")
    keys = ["list", "print_order"]
    rules = published.exhibit("rules_readings").set_index("rule")["rule_en"]
    names = rules[~rules.index.duplicated()]
    joined = coded.merge(advice, on=keys, how="left", validate="one_to_one")
    frame = pd.DataFrame(
        {
            "what the council advises": joined["gist_en"],
            "what a civil servant would do": joined["asks_en"],
            "rule it meets": joined["rule"].map(names).fillna("none"),
            "according to": joined["said_by"].map({"blog": "the blog", "ours": "us"}),
        }
    )
    return derive(frame, advice, coded, kind="coded")
