"""The report's chapter 2 as tables and one network: what social media are and who owns them.

All of it is arranged from the printed record (:mod:`casebook.published`); what the report only
says in words about owners comes from the coded table ``providers``.
"""

from __future__ import annotations

import altair as alt
import networkx as nx
import pandas as pd

from casebook import charts, palette, published
from casebook.networkview import NetworkView, view
from casebook.provenance import Provenance, combine, derive, mark, of

_MASS, _SOCIAL = "mass media", "social media"

#: The ledger's attitude groups, from most to least taken with social media.
_ATTITUDES = {
    "convinced": "Active on several platforms, which are part of daily life",
    "committed": "Use them more than average, less open to what is new",
    "hesitant": "Neutral, but doubt the part they will play; limited use",
    "sceptical": "No trust; hardly any use or none",
}

#: Question, who was asked about, ledger row.
_TRUST = (
    ("trust", "everyone", "trust.population"),
    ("trust", "aged 15 to 19", "trust.age_15_19"),
    ("trust", "aged 20 to 39", "trust.age_20_39"),
    ("worry", "everyone", "privacy.worried"),
    ("worry", "the young", "privacy.worried_young"),
    ("worry", "over 40", "privacy.worried_over_40"),
    ("think data are sold", "everyone", "privacy.think_data_sold"),
)

# Who pushed whom off the market is told in words only; the coded table says just "displaced".
_DISPLACED = {
    "MySpace": ("Facebook", " in the United States"),
    "Hyves": ("Facebook", " in the Netherlands"),
}

#: The coded relation as a group of the drawing, and as words before the company's name.
_RELATIONS = {
    "own": ("own", "brought out by"),
    "smaller company": ("own", "brought out by"),
    "bought": ("bought", "bought by"),
    "displaced": ("displaced", "pushed off the market by"),
}

# The report writes the two as one wherever it lists the large companies.
_PRINTED_COMPANY = {"Yahoo": "Yahoo/Microsoft"}

#: Places in the drawing (right, down): the companies in the two inner columns, whose names are
#: long, and their platforms in the outer ones.
_PLACES = {
    "company: Facebook": (1.5, 2.0),
    "MySpace": (0.0, 0.0),
    "Instagram": (0.0, 1.0),
    "Facebook": (0.0, 2.0),
    "WhatsApp": (0.0, 3.0),
    "Hyves": (0.0, 4.0),
    "company: Google": (3.1, 0.5),
    "YouTube": (4.6, 0.0),
    "Google+": (4.6, 1.0),
    "company: Yahoo/Microsoft": (3.1, 2.0),
    "Flickr": (4.6, 2.0),
    "company: Twitter": (3.1, 3.0),
    "Twitter": (4.6, 3.0),
    "company: LinkedIn": (3.1, 4.0),
    "LinkedIn": (4.6, 4.0),
}


def matrix() -> pd.DataFrame:
    """Figuur 2-2: a row for each focus, a column for each richness, in a cell kind and examples.

    The first row says what is exchanged at each richness.
    """
    printed = published.exhibit("twente_figuur_2_2")
    columns = printed["richness"] + " richness"
    examples = printed.groupby(["focus", columns, "kind_en"], sort=False)["example_en"]
    cells = examples.agg(", ".join).reset_index(level="kind_en")
    texts = (cells["kind_en"] + ": " + cells["example_en"]).unstack(sort=False)
    content = printed.groupby(columns, sort=False)["content_en"].first()
    frame = pd.concat([content.to_frame("content").T, texts])
    frame = frame.rename_axis(index="focus", columns=None).reset_index()
    return mark(frame, of(printed))


def media_comparison() -> pd.DataFrame:
    """Kader 2-3 without the two rows printed twice: ``feature, Dutch, mass media, social media``.

    Scores run from 1 (low, little) to 3 (high, much).
    """
    printed = published.exhibit("twente_kader_2_3")
    rows = printed[~printed["repeated"]]
    frame = pd.DataFrame(
        {
            "feature": rows["label_en"],
            "Dutch": rows["label_nl"],
            _MASS: rows["mass_media"],
            _SOCIAL: rows["social_media"],
        }
    )
    return mark(frame.reset_index(drop=True), of(printed))


def media_chart(comparison: pd.DataFrame) -> alt.LayerChart:
    """A dot for each of the two kinds of media on a line for each feature."""
    rows = comparison.melt("feature", [_MASS, _SOCIAL], var_name="media", value_name="score")
    return charts.dots(
        rows,
        value="score",
        label="feature",
        group="media",
        axis="score (1 low, 3 high)",
        colours={_MASS: "orange", _SOCIAL: "blue"},
        domain=(0.8, 3.2),
        ticks=(1, 2, 3),
    )


def phases() -> pd.DataFrame:
    """The advertising model: ``phase, aim, what the provider does, named with it``."""
    coded = published.exhibit("business_phases")
    frame = pd.DataFrame(
        {
            "phase": coded["phase"],
            "aim": coded["label_en"] + " (" + coded["label_nl"] + ")",
            "what the provider does": coded["what_en"],
            "named with it": coded["examples"],
        }
    )
    return mark(frame, of(coded))


def platforms() -> pd.DataFrame:
    """What survives of Kader 2-4: ``platform, users, daily users, daily share``.

    People in the Netherlands in 2014, in the printed order; ``daily share`` is the percentage of
    users who are daily users. Both are missing where no daily use is printed.
    """
    printed = published.exhibit("twente_kader_2_4")
    frame = pd.DataFrame(
        {
            "platform": printed["platform"],
            "users": printed["users"],
            "daily users": printed["daily_users"],
            "daily share": (100 * printed["daily_users"] / printed["users"]).astype("Float64"),
        }
    )
    return derive(frame, printed, note="Users and daily users as printed; the share is ours.")


def platforms_chart(use: pd.DataFrame) -> alt.LayerChart:
    """Users as bars, with the daily users as a darker bar inside where they are printed."""
    millions = pd.DataFrame(
        {
            "platform": use["platform"],
            "users": use["users"] / 1e6,
            "daily": use["daily users"].astype("Float64") / 1e6,
            "text": [f"{users / 1e6:g} million" for users in use["users"]],
        }
    )
    return charts.part_bars(
        millions,
        value="users",
        part="daily",
        label="platform",
        text="text",
        axis="users in the Netherlands, millions",
        names=("users", "daily users"),
    )


def attitudes() -> pd.DataFrame:
    """The four groups of users: ``attitude, people, share, who``; ``share`` is derived, in %."""
    ids = [f"attitudes.{name}" for name in _ATTITUDES]
    people = [int(published.value(id)) for id in ids]
    frame = pd.DataFrame(
        {
            "attitude": list(_ATTITUDES),
            "people": people,
            "share": [100 * n / sum(people) for n in people],
            "who": list(_ATTITUDES.values()),
        }
    )
    return mark(frame, _origin(ids, "derived", "People as printed; shares of the four groups."))


def attitudes_chart(groups: pd.DataFrame) -> alt.LayerChart:
    """A bar for each attitude with people and share written at its end."""
    rows = pd.DataFrame(
        {
            "attitude": groups["attitude"],
            "millions": groups["people"] / 1e6,
            "text": [
                f"{people / 1e6:g} million, {share:.0f}%"
                for people, share in zip(groups["people"], groups["share"], strict=True)
            ],
        }
    )
    return charts.bars(
        rows,
        value="millions",
        label="attitude",
        text="text",
        axis="people in the Netherlands, millions",
        sort=False,
    )


def trust() -> pd.DataFrame:
    """Trust and worry as printed: ``question, who, percent, as published``.

    ``percent`` is the bare number, for drawing; ``as published`` keeps "about" and "more than".
    """
    facts = [published.fact(id) for _, _, id in _TRUST]
    frame = pd.DataFrame(
        {
            "question": [question for question, _, _ in _TRUST],
            "who": [who for _, who, _ in _TRUST],
            "percent": [float(published.value(id)) for _, _, id in _TRUST],
            "as published": [fact.text for fact in facts],
        }
    )
    return mark(frame, _origin([id for _, _, id in _TRUST], "published"))


def trust_chart(answers: pd.DataFrame) -> alt.LayerChart:
    """A dot for each answer on a line for each group of people, with the printed words at it."""
    colours = {"trust": "blue", "worry": "red", "think data are sold": "purple"}
    dots = charts.dots(
        answers,
        value="percent",
        label="who",
        group="question",
        axis="per cent",
        colours=colours,
        domain=(0, 100),
        ticks=(0, 25, 50, 75, 100),
    )
    # On a phone the two answers of everyone about worries are too close for words side by side.
    below = answers["question"] == "think data are sold"
    words = [
        alt.Chart(rows)
        .mark_text(dy=dy, color=palette.INK.light)
        .encode(
            x=alt.X("percent", type="quantitative", title="per cent"),
            y=alt.Y("who", type="nominal", title=None, sort=None),
            text=alt.Text("as published", type="nominal"),
        )
        for rows, dy in ((answers[~below], -14), (answers[below], 16))
    ]
    return (dots + words[0] + words[1]).properties(height=alt.Step(46))


def providers_graph() -> nx.DiGraph:
    """Companies and the platforms that they brought out, bought or pushed off the market.

    Nodes carry ``group`` (``company, own, bought, displaced``), ``label`` and ``role``; a tie runs
    from company to platform, its ``title`` says what was done. A platform that the text ties to no
    single company (Friendster, Ello, Wikipedia) is left out.
    """
    listed = published.exhibit("providers")
    platforms = set(listed["platform"])
    graph: nx.DiGraph[str] = nx.DiGraph()
    columns = (listed["platform"], listed["company"], listed["relation"])
    for platform, owner_named, relation in zip(*columns, strict=True):
        company, where = _DISPLACED.get(platform, (owner_named, ""))
        if not company:
            continue
        group, done = _RELATIONS[relation]
        printed = _PRINTED_COMPANY.get(company, company)
        owner = f"company: {printed}"
        label = f"{printed} (company)" if printed in platforms else printed
        role = f"{done} {company}{where}"
        graph.add_node(owner, group="company", label=label)
        graph.add_node(platform, group=group, label=platform, role=role)
        graph.add_edge(owner, platform, weight=1, title=f"{platform}: {role}")
    return derive(graph, listed, kind="coded")


def providers_view(graph: nx.DiGraph) -> NetworkView:
    """The drawing of :func:`providers_graph`: places given, every node named."""
    groups = pd.DataFrame(
        [
            ("company", "company", "blue"),
            ("own", "its own platform", "orange"),
            ("bought", "bought platform", "purple"),
            ("displaced", "pushed off the market", "grey"),
        ],
        columns=["group", "label_en", "colour_nl"],
    )
    return view(graph, mark(groups, of(graph)), named=list(graph), positions=_PLACES)


def _origin(ids: list[str], kind: str, note: str = "") -> Provenance:
    return combine(*(published.fact(id).provenance for id in ids), kind=kind, note=note)
