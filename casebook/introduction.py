"""The report's summary and chapter 1 as tables: questions, literature, cases, and what survives."""

from __future__ import annotations

import altair as alt
import pandas as pd

from casebook import charts, published
from casebook.provenance import Provenance, derive, mark, of


def questions() -> pd.DataFrame:
    """The five research questions: ``question, asks, parts, answered in``.

    ``parts`` counts the sub-questions printed with each.
    """
    printed = published.exhibit("twente_vragen_1_5")
    main = printed[(printed["sub"] == 0) & (printed["question"] > 0)]
    parts = printed[printed["sub"] > 0].groupby("question").size()
    frame = pd.DataFrame(
        {
            "question": main["question"],
            "asks": main["text_en"],
            "parts": main["question"].map(parts),
            "answered in": main["answered_in"],
        }
    )
    return derive(frame.reset_index(drop=True), printed)


def funnel() -> pd.DataFrame:
    """The search for literature: ``step, Dutch, publications, as published, why``.

    ``publications`` is missing where no number is printed; ``as published`` keeps "about".
    """
    printed = published.exhibit("twente_literature_funnel")
    frame = pd.DataFrame(
        {
            "step": printed["label_en"],
            "Dutch": printed["label_nl"],
            "publications": printed["publications"],
            "as published": [
                published.fact(id).text if id else "not printed" for id in printed["fact"]
            ],
            "why": printed["reason_en"],
        }
    )
    return mark(frame, of(printed))


def funnel_chart(steps: pd.DataFrame) -> alt.LayerChart:
    """A bar for each step of the search, with the printed words at its end."""
    rows = steps[["step", "as published"]].assign(number=steps["publications"].fillna(0))
    return charts.bars(
        rows, value="number", label="step", text="as published", axis="publications", sort=False
    )


def search() -> pd.DataFrame:
    """How many terms and places the search used: ``part, number, which``."""
    names = {
        "base_term": "base terms",
        "combined_with": "combined with",
        "narrowed_by": "narrowed by",
        "search_system": "search systems",
        "groups_searched": "networks searched for discussion groups",
    }
    printed = published.exhibit("twente_literature_search")
    listed = printed.groupby("kind", sort=False)["label_en"]
    frame = pd.DataFrame({"number": listed.size(), "which": listed.agg(", ".join)})
    frame = frame.rename(index=names).rename_axis("part").reset_index()
    return derive(frame, printed)


def cases() -> pd.DataFrame:
    """The eight cases in the printed order: ``case, kind, collected, period``.

    ``kind`` names level, scope and platforms.
    """
    coded, data = published.exhibit("cases"), published.exhibit("twente_case_data")
    items = data.groupby("case")["item_en"].agg("; ".join)
    scope = coded["scope"].replace("both", "national and local")
    frame = pd.DataFrame(
        {
            "case": coded["title_en"],
            "kind": coded["level"] + ", " + scope + ", " + coded["platforms"],
            "collected": coded["slug"].map(items),
            "period": coded["slug"].map(data.groupby("case").apply(_period)),
        }
    )
    return derive(frame, coded, data, kind="coded")


def _period(rows: pd.DataFrame) -> str:
    """When a case's data were collected, to the day only where the source prints days."""
    start, end = rows["period_start"].iloc[0], rows["period_end"].iloc[0]
    if not rows["period_as_published"].iloc[0][0].isdigit():
        return f"{start:%B %Y} to {end:%B %Y}"
    return f"{start.day} {start:%B} to {end.day} {end:%B %Y}"


def survival() -> pd.DataFrame:
    """The report's own exhibits by kind: ``kind, in full, in part, lost, all``, most first."""
    register = published.exhibit("exhibits")
    own = register[register["source"] == "twente2014"]
    counts = pd.crosstab(own["kind"], own["recoverable"])
    frame = counts.rename(columns={"full": "in full", "partial": "in part", "image-only": "lost"})
    frame = frame[["in full", "in part", "lost"]].assign(all=counts.sum(axis=1))
    frame = frame.sort_values(["all", "kind"], ascending=[False, True]).reset_index()
    frame.columns.name = None
    return mark(frame, Provenance("coded", ("twente2014",), "Counted in the register of exhibits."))


def lists() -> pd.DataFrame:
    """The summary's phases, forms of participation and strategies: ``list, place, item, Dutch``."""
    parts = {
        "phase": "twente_summary_phases",
        "form": "twente_summary_participation",
        "strategy": "twente_summary_strategies",
    }
    tables = {name: published.exhibit(resource) for name, resource in parts.items()}
    frame = pd.concat(
        [
            pd.DataFrame(
                {
                    "list": name,
                    "place": rows["print_order"],
                    "item": rows["label_en"],
                    "Dutch": rows["label_nl"],
                }
            )
            for name, rows in tables.items()
        ],
        ignore_index=True,
    )
    return derive(frame, *tables.values(), kind="published")
