"""The community officer: no size is printed, so two networks of assumed sizes, and what they bear.

One network is made of the tweets that name the officer, the other of the accounts that the officer
follows. Both were collected around one account, so each is looked at with that account and without.
"""

from __future__ import annotations

from datetime import date

import igraph as ig
import numpy as np
import pandas as pd

from casebook import (
    communities,
    conversation,
    graph_report,
    measure_set,
    measures,
    published,
    reconstruct,
    results,
    statements,
)
from casebook.cases import common
from casebook.conversation import Conversation
from casebook.provenance import Provenance, combine, derive, mark, of

#: The reconstructions of the two networks.
NETWORKS = {"naming": "community_officer", "following": "community_officer_following"}

#: Random networks that modularity is compared with.
DRAWS = 20

#: Colours of the groups of the following network; the report prints none for it.
COLOURS = {
    "officer": "orange",
    "bulbs": "red",
    "community": "purple",
    "police": "green",
    "care": "lightblue",
    "national": "pink",
}

#: The same for the officer among the clusters, which have printed colours.
NAMING_COLOURS = {"officer": "orange"}

_STARTED = "community_officer.account_started"
_FACTS = [
    _STARTED,
    "community_officer.years_tweeting",
    "collection.start",
    "collection.end",
    "community_officer.figure_6_2",
    "community_officer.figure_6_3_tweets",
    "community_officer.figure_6_3_business",
    "community_officer.figure_6_3_personal",
    "community_officer.figure_6_6",
    "community_officer.figure_6_9",
]
_SHOWN = [name for name in _FACTS if "figure" in name and not name.endswith("tweets")]
_RATE = measure_set.MEASURES["response_rate"][0]
_NO_ANSWERS = "none by design: the officer's own tweets are not among those that name the officer"


def days() -> int:
    """Days of the collection, first and last included."""
    return common.days_between("collection.start", "collection.end")


def years() -> tuple[float, float]:
    """Years of tweeting when the collection began and when it ended, at most.

    At most, since the account was opened in a month of which no day is printed.
    """
    opened = published.fact(_STARTED).value
    first, last = (published.fact(f"collection.{end}").value for end in ("start", "end"))
    assert isinstance(opened, date) and isinstance(first, date) and isinstance(last, date)
    return (first - opened).days / 365.25, ((last - opened).days + 1) / 365.25


def numbers() -> pd.DataFrame:
    """What little follows from the dates that are printed: ``what, value, how``."""
    shown = {published.fact(name).value for name in _SHOWN}
    before, after = years()
    rows: list[tuple[str, float | str, str]] = [
        ("Days of the collection", days(), "last day − first day, both counted"),
        (
            "Years of tweeting when the collection began, at most",
            before,
            "first day − first of the month in which the account began",
        ),
        (
            "Years of tweeting when it ended, at most",
            after,
            "last day − first of that month; “four years” in §5.2 is more",
        ),
        ("Tweets of the officer reproduced as pictures", len(_SHOWN), "dates in the captions"),
        ("Days that these are from", len(shown), "different dates among them"),
        (
            "Share of the days of the collection with a tweet that we know of, in percent",
            100 * len(shown) / days(),
            "these days ÷ days of the collection",
        ),
    ]
    return common.numbers(rows, _FACTS)


def sizes() -> pd.DataFrame:
    """Sizes of both reconstructions: ``network, what, printed, assumed, halved, doubled``.

    None is printed. What is counted rather than stated by an assumption has no halved or doubled.
    """
    rows = []
    for network, case in NETWORKS.items():
        plan = reconstruct.spec(case)
        less, more = (reconstruct.scaled(plan, factor) for factor in results.FACTORS)
        for key in reconstruct.sized(plan):
            three = [_sum(p[key]) for p in (plan, less, more)]
            rows.append((network, _SIZES[network, key], "not printed", *three))
    columns = ["network", "what", "printed", "assumed", "halved", "doubled"]
    return _together(pd.DataFrame(rows, columns=columns))


_SIZES = {
    ("naming", "people"): "People who name the officer",
    ("naming", "tweets"): "Tweets that name the officer",
    ("following", "people"): "Accounts that the officer follows",
}


def _sum(size: int | dict[str, int]) -> int:
    return sum(size.values()) if isinstance(size, dict) else size


# Both networks side by side ---------------------------------------------------------------------


def groups() -> pd.DataFrame:
    """What the report says of the groups of both networks, with the network in front."""
    parts = [
        common.groups(case).drop(columns="what they write").assign(network=network)
        for network, case in NETWORKS.items()
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[["network", *frame.columns.drop("network")]]
    return mark(frame, combine(*(of(published.exhibit(f"{c}_groups")) for c in NETWORKS.values())))


def measured() -> pd.DataFrame:
    """The standard measures of both: ``measure, naming, following, how to read it``."""
    both = {network: common.measured(case) for network, case in NETWORKS.items()}
    rows = []
    for place, (label, reading) in enumerate(measure_set.MEASURES.values()):
        values = [table["value"].iloc[place] for table in both.values()]
        notes = [
            f"{network}: {table['how to read it'].iloc[place]}"
            for network, table in both.items()
            if table["value"].iloc[place] == "none"
        ]
        if label == _RATE:
            notes = [_NO_ANSWERS]
        rows.append((label, *values, common.joined([reading, *notes])))
    return _together(pd.DataFrame(rows, columns=["measure", *NETWORKS, "how to read it"]))


def in_words() -> pd.DataFrame:
    """The written reports on both: ``aspect, naming, following, what it does not say``.

    Without responses, since the officer's own tweets are in neither.
    """
    reports = {}
    for network, case in NETWORKS.items():
        between = common.brokers(case)
        told = graph_report.report(results.kept(case), [(str(w), 0.0) for w in between["who"]])
        reports[network] = told.set_index("aspect")
    naming, following = reports.values()
    rows = [
        (
            aspect,
            row["finding"],
            following["finding"].get(aspect, "–"),
            row["what it does not say"],
        )
        for aspect, row in naming.drop("Response").iterrows()
    ]
    return _together(pd.DataFrame(rows, columns=["aspect", *NETWORKS, "what it does not say"]))


# The account in the middle ----------------------------------------------------------------------


def parts(case: str) -> tuple[ig.Graph, ig.Graph]:
    """A network of this case as it was collected, and without the officer (isolates kept)."""
    conv = conversation.load(case)
    whole = measure_set.network_of(conv)
    left = whole.copy()
    left.delete_vertices([whole.vs["name"].index(officer(conv))])
    return whole, left


def officer(conv: Conversation) -> str:
    """The officer among the actors."""
    return str(conv.actors.set_index("label")["actor"]["community officer"])


def middle() -> pd.DataFrame:
    """The officer's place: ``network, tied to him``, and two places by betweenness.

    One with the direction of the ties disregarded, one along it; ``none`` where no shortest path
    runs over the officer.
    """
    rows = []
    for network, case in NETWORKS.items():
        hub = officer(conversation.load(case))
        whole, _ = parts(case)
        tied = set(whole.neighbors(whole.vs["name"].index(hub)))
        rows.append(
            {
                "network": network,
                "tied to him": f"{len(tied) / (whole.vcount() - 1):.0%}",
                "place, directions disregarded": _place(whole.as_undirected(), hub),
                "place, along the ties": _place(whole, hub),
            }
        )
    return _together(pd.DataFrame(rows))


def _place(network: ig.Graph, hub: str) -> str:
    between = measures.betweenness(network)
    own = between[hub]
    return str(1 + int((between > own).sum())) if own else "none"


def without() -> pd.DataFrame:
    """Both networks with the officer and without: pieces, modularity and chance.

    Columns ``network`` (``naming, with him`` and so on), ``accounts, in one piece, without a tie,
    modularity, by chance``.
    """
    rows = []
    for network, case in NETWORKS.items():
        for label, graph in zip(("with", "without"), parts(case), strict=True):
            tied = graph.copy()
            tied.delete_vertices(tied.vs.select(_degree=0))
            found = communities.detect(tied, seed=0)
            null = communities.null_model_ties(tied, draws=DRAWS, seed=1)
            pieces = graph.connected_components("weak").sizes()
            rows.append(
                {
                    "network": f"{network}, {label} him",
                    "accounts": graph.vcount(),
                    "in one piece": f"{max(pieces) / graph.vcount():.0%}",
                    "without a tie": graph.vcount() - tied.vcount(),
                    "modularity": f"{communities.modularity(tied, found):.2f}",
                    "by chance": f"{null.mean():.2f} ± {null.std():.2f}",
                }
            )
    return _together(pd.DataFrame(rows))


def alone() -> tuple[int, int]:
    """Accounts whose only tie is the one to the officer, and how many of them are citizens."""
    _, left = parts(NETWORKS["naming"])
    groups = [vertex["group"] for vertex in left.vs if not vertex.degree()]
    return len(groups), groups.count("blue")


def found() -> pd.DataFrame:
    """Who is in the communities that Leiden finds among those who name the officer.

    ``community`` (the largest first), and accounts of each group as the coded table calls it.
    """
    case = NETWORKS["naming"]
    conv = conversation.load(case)
    community = communities.detect(parts(case)[0], seed=0)
    group = conv.actors.set_index("actor")["group"][community.index]
    labels = published.exhibit(f"{case}_groups").set_index("group")["label_en"]
    table = pd.crosstab(community.to_numpy(), group.map(labels).to_numpy())[list(labels)]
    table.insert(0, "community", np.arange(1, len(table) + 1))
    return _together(table.reset_index(drop=True).rename_axis(columns=None))


# Statements -------------------------------------------------------------------------------------


def verdicts() -> pd.DataFrame:
    """The report's statements on both networks, at the assumed sizes and at half and double.

    ``network, statement, tested as, worth, holds in, at half the size, at double, locator``.
    """
    tables = []
    for network, case in NETWORKS.items():
        table = results.verdicts(case)
        held = published.exhibit(f"{case}_sizes").groupby(["factor", "test"])["holds"].sum()
        numbers_of = {
            factor: [int(held[factor, n]) for n in range(len(statements.tests(case)))]
            for factor in results.FACTORS
        }
        # Untested statements stand last and have no counts.
        empty = [pd.NA] * int(table["of"].isna().sum())
        for factor, column in zip(results.FACTORS, _AT, strict=True):
            table[column] = pd.array([*numbers_of[factor], *empty], dtype="Int64")
        tables.append(table.assign(network=network))
    frame = pd.concat(tables, ignore_index=True)
    columns = ["network", "statement", "tested as", "worth", "holds in", *_AT, "of", "locator"]
    origin = combine(*(of(results.verdicts(case)) for case in NETWORKS.values()))
    return mark(frame[columns], origin)


_AT = ("at half the size", "at double")


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """:func:`verdicts` for a page, with the three counts in one cell; empty if not tested.

    The order is half, assumed and double size.
    """
    less, more = _AT
    counts = [
        "" if pd.isna(of_) else f"{a}, {b}, {c} of {of_}"
        for a, b, c, of_ in zip(
            table[less], table["holds in"], table[more], table["of"], strict=True
        )
    ]
    columns = ["statement", "network", "tested as", "worth", "holds in", "locator"]
    return derive(table.assign(**{"holds in": counts})[columns], table)


def _together(frame: pd.DataFrame) -> pd.DataFrame:
    origins: list[Provenance] = [reconstruct.spec(case).provenance for case in NETWORKS.values()]
    return mark(frame, combine(*origins))
