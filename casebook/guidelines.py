"""The report's §5.1 as tables and one chart: what civil servants may do on social media.

The lists and rules are printed (``twente_opsomming_5_1``, ``twente_citaat_5_2``,
``twente_citaten_5_1``); what the running text says is coded (``guideline_*``).
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from casebook import palette, published
from casebook.provenance import derive, mark, of, relabel

#: Responses from the freest to the most closed, each with its colour and shape.
_RESPONSES = {
    "answer": ("green", "circle"),
    "consult": ("lightblue", "triangle-up"),
    "pass on": ("orange", "square"),
    "stay out": ("red", "cross"),
}


def bodies() -> pd.DataFrame:
    """Whose guidelines were read: ``whose, how they were read, Dutch``."""
    coded = published.exhibit("guideline_bodies")
    names = {"label_en": "whose", "how_en": "how they were read", "label_nl": "Dutch"}
    return relabel(coded, names)


def functions() -> pd.DataFrame:
    """What civil servants are for: ``function, what it asks, where the message goes, Dutch``."""
    coded = published.exhibit("guideline_functions")
    names = {
        "label_en": "function",
        "what_en": "what it asks",
        "direction_en": "where the message goes",
        "label_nl": "Dutch",
    }
    return relabel(coded, names)


def situations() -> pd.DataFrame:
    """What to do when: ``situation, response, what is prescribed``, the freest first."""
    coded = published.exhibit("guideline_situations")
    names = {
        "situation_en": "situation",
        "response": "response",
        "what_en": "what is prescribed",
    }
    return relabel(coded, names)


def situations_chart(rows: pd.DataFrame) -> alt.LayerChart:
    """A line for each situation, with a mark in the column of its response."""
    columns = list(_RESPONSES)
    colours = [palette.COLOURS[colour].light for colour, _ in _RESPONSES.values()]
    shapes = [shape for _, shape in _RESPONSES.values()]
    heads = alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False)
    points = (
        alt.Chart(rows)
        .mark_point(filled=True, opacity=1, size=170)
        .encode(
            x=alt.X("response", type="nominal", title=None, sort=columns, axis=heads),
            y=alt.Y(
                "situation",
                type="nominal",
                title=None,
                sort=None,
                axis=alt.Axis(grid=True, domain=False, ticks=False, labelPadding=8),
            ),
            color=alt.Color(
                "response",
                type="nominal",
                scale=alt.Scale(domain=columns, range=colours),
                legend=None,
            ),
            shape=alt.Shape(
                "response",
                type="nominal",
                scale=alt.Scale(domain=columns, range=shapes),
                legend=None,
            ),
        )
    )
    return alt.LayerChart(layer=[points]).properties(height=alt.Step(26))


def restrictions() -> pd.DataFrame:
    """The nine restrictions: ``restriction, what it says, protects, on the police list``.

    ``restriction`` has the Dutch term in brackets, and says so where it is printed for the police
    alone. ``protects`` and the match with the police list are coded.
    """
    printed = published.exhibit("twente_opsomming_5_1")
    stakes = published.exhibit("guideline_stakes")
    police, said = _police(), printed["label_en"] + " (" + printed["label_nl"] + ")"
    matched = police.groupby("restriction")["label_en"].agg("; ".join)
    stake = stakes.set_index("restriction")["stake"]
    frame = pd.DataFrame(
        {
            "restriction": said.where(printed["holds_for"] == "all", said + ", police only"),
            "what it says": printed["restriction_en"],
            "protects": printed["print_order"].map(stake),
            "on the police list": printed["print_order"].map(matched).fillna("nothing"),
        }
    )
    return derive(frame, printed, stakes, police, kind="coded")


def unmatched() -> list[str]:
    """The items of the police list that none of the nine restrictions says."""
    police = _police()
    return list(police.loc[police["restriction"].isna(), "label_en"])


def quoted() -> pd.DataFrame:
    """The two municipal rules that §5.1 quotes, told: ``whose, what it says, document, year``.

    The year is text, since it is a name and nothing to compute with.
    """
    printed = published.exhibit("twente_citaten_5_1")
    frame = pd.DataFrame(
        {
            "whose": printed["body"],
            "what it says": printed["gist_en"],
            "document": printed["label_nl"],
            "year": printed["year"].astype(str),
        }
    )
    return mark(frame, of(printed))


def _police() -> pd.DataFrame:
    """The police list with, for each item, the restriction that says the same (or missing)."""
    printed, coded = published.exhibit("twente_citaat_5_2"), published.exhibit("guideline_police")
    same = coded.set_index("item")["restriction"]
    frame = printed.assign(restriction=printed["print_order"].map(same))
    return derive(frame, printed, coded, kind="coded")
