"""EMMA's civil servants on LinkedIn and Twitter: who was found, what they tweet, who is drawn.

Profiles, tweets and follower lists are not in the source, and its networks were pictures. What is
printed are two tables, the numbers of the collection, and the accounts and hashtags that the text
names for the parts of its two Twitter networks. Not one tie between two accounts is among them:
the networks here tie a name to the part of the picture it was placed in, and to what it stands for.

Methods: score interval for a share (:func:`casebook.shares.wilson`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import altair as alt
import networkx as nx
import numpy as np
import pandas as pd

from casebook import charts, published
from casebook.networkview import NetworkView, view
from casebook.provenance import Provenance, combine, derive, mark, of, relabel
from casebook.shares import wilson

_ACCOUNTS, _TWEETS = "online_twitter.accounts", "online_twitter.tweets"

#: Kinds of account by the three heads of :func:`kinds`.
_KINDS = {
    "communication": "communication",
    "top official": "other officials and bodies",
    "other official": "other officials and bodies",
    "organisation": "other officials and bodies",
    "politician": "politicians",
    "journalist": "press",
    "medium": "press",
}

#: The made-up network of :func:`toy`: civil servants, organisations, and ties of each civil
#: servant to colleagues and to organisations.
TOY = {"servants": 24, "organisations": 96, "colleagues": 8, "follows": 8}


# How the accounts were found --------------------------------------------------------------------


def funnel() -> pd.DataFrame:
    """The collection in four steps: ``step, accounts, of the step before, keeps, not printed``.

    ``of the step before`` is in per cent, missing for the first two: profiles are reached from the
    start group and are no part of it.
    """
    ids = ("accepted", "profiles", "civil_servants")
    facts = [*(f"online_linkedin.{id}" for id in ids), _ACCOUNTS]
    numbers = [int(published.value(id)) for id in facts]
    parts = [None, None, *(100 * b / a for a, b in pairwise(numbers[1:]))]
    frame = pd.DataFrame(
        {
            "step": [
                "who accepted",
                "their connections",
                "in central government",
                "found on Twitter",
            ],
            "accounts": numbers,
            "of the step before": pd.array(parts, dtype="Float64"),
            "keeps": [
                "whoever accepts such an invitation",
                "whom they know: those with many connections most easily",
                "who names central government as present employer",
                "whose account could be matched to the profile",
            ],
            "not printed": [
                "how many were asked, and in which ministries",
                "how many connections each of the start group has",
                "who leaves the employer out, or out of date",
                "how accounts were matched, and how many were missed",
            ],
        }
    )
    return mark(frame, combine(_facts(facts), kind="coded", note="Numbers as printed."))


def funnel_chart(rows: pd.DataFrame) -> alt.LayerChart:
    """A bar for each step, with its number and its share of the step before."""
    parts = rows["of the step before"].map(lambda part: f" ({part:.0f}%)", na_action="ignore")
    texts = rows["accounts"].map("{:,}".format) + parts.fillna("")
    return charts.bars(
        rows.assign(text=texts.astype(str)),
        value="accounts",
        label="step",
        text="text",
        axis="accounts",
        sort=False,
    )


def ministries() -> pd.DataFrame:
    """Tabel 5 by share: ``ministry, LinkedIn, Twitter, share, low, high, part of all, Dutch``.

    ``share`` is Twitter of LinkedIn with its 95% limits, ``part of all`` that of the column on
    Twitter; per cent.
    """
    printed = published.exhibit("emma_tabel_5")
    pairs = list(zip(printed["twitter"].astype(int), printed["linkedin"].astype(int), strict=True))
    limits = [wilson(part, whole) for part, whole in pairs]
    frame = pd.DataFrame(
        {
            "ministry": printed["label_en"],
            "LinkedIn": printed["linkedin"],
            "Twitter": printed["twitter"],
            "share": [100 * part / whole for part, whole in pairs],
            "low": [100 * low for low, _ in limits],
            "high": [100 * high for _, high in limits],
            "part of all": 100 * printed["twitter"] / printed["twitter"].sum(),
            "Dutch": printed["label_nl"],
        }
    ).sort_values("share", ascending=False, kind="stable", ignore_index=True)
    return derive(frame, printed, note="Numbers as printed; shares and limits are ours.")


def ministries_chart(rows: pd.DataFrame) -> alt.LayerChart:
    """A dot and its limits for each ministry, and the share of all as a broken line."""
    every = 100 * rows["Twitter"].sum() / rows["LinkedIn"].sum()
    texts = [
        f"{part} of {whole:,}"
        for part, whole in zip(rows["Twitter"], rows["LinkedIn"], strict=True)
    ]
    return charts.ranges(
        rows.assign(text=texts),
        value="share",
        limits=("low", "high"),
        label="ministry",
        text="text",
        axis="per cent found on Twitter",
        domain=(0, 60),
        rule=every,
        rule_text="all together",
    )


def overlap(one: float, other: float) -> tuple[float, float]:
    """The least and the most of those in ``one`` who can be in ``other`` too, all per cent.

    Both are shares of the same people, who are asked about the two apart.
    """
    return 100 * max(one + other - 100, 0) / one, 100 * min(one, other) / one


def lead() -> pd.DataFrame:
    """Where EZ stands by everything that is printed: ``yardstick, EZ, place, first``."""
    rows = ministries().set_index("ministry")
    wald = published.exhibit("emma_tabel_4").set_index("label_en")["wald"]
    named = published.exhibit("online_accounts")
    homes = published.exhibit("online_homes").set_index("home")["label_en"]
    ministerial = named[~named["home"].isin(["politics", "press", ""])]
    went = {
        label: float(published.value(f"going_public.organisation_{key}"))
        for label, key in (("EZ (Economic Affairs)", "eli"), ("VWS (Health)", "vws"))
    }
    measures = [
        ("civil servants found on LinkedIn (Tabel 5)", rows["LinkedIn"], "{:,.0f}"),
        ("civil servants found on Twitter (Tabel 5)", rows["Twitter"], "{:,.0f}"),
        ("share of those on LinkedIn found on Twitter (Tabel 5)", rows["share"], "{:.1f}%"),
        ("share that went public (§4.1, two printed)", pd.Series(went), "{:g}%"),
        (
            "how surely its share differs (Wald, Tabel 4)",
            wald.rename({"EL&I (Economic Affairs)": "EZ (Economic Affairs)"}),
            "{:.1f}",
        ),
        (
            "accounts of a ministry or agency named in §4.4",
            ministerial["home"].map(homes).value_counts(),
            "{:.0f}",
        ),
    ]
    frame = pd.DataFrame(
        [_place(by, values.astype(float), text) for by, values, text in measures],
        columns=["yardstick", "EZ", "place", "first"],
    )
    sources = [published.exhibit(name) for name in ("emma_tabel_4", "emma_tabel_5")]
    facts = _facts([f"going_public.organisation_{key}" for key in ("eli", "vws")])
    note = "The last row counts the names that we coded."
    return derive(frame, *sources, facts, named, kind="coded", note=note)


def _place(by: str, values: pd.Series, text: str) -> tuple[str, str, str, str]:
    ours = values["EZ (Economic Affairs)"]
    place, first = int((values > ours).sum()) + 1, values.idxmax()
    return (
        by,
        text.format(ours),
        f"{place} of {len(values)}",
        f"{first}: {text.format(values.max())}",
    )


# What they tweet --------------------------------------------------------------------------------


def tweets() -> pd.DataFrame:
    """Tabel 6: ``tweets, number, printed, recomputed, sample, times the sample``; per cent.

    The last row is ours: mentions that do not stand at the beginning, which are what is left of
    all tweets with a mention if every tweet that begins with @ has one.
    """
    printed = published.exhibit("emma_tabel_6")
    frame = pd.DataFrame(
        {
            "tweets": printed["label_en"],
            "number": printed["tweets"].astype(int),
            "printed": printed["share"].astype(float),
            "sample": printed["share_sample"].astype(float),
        },
    ).set_index(printed["property"])
    rest = frame.loc["mention"].drop("tweets") - frame.loc["start"].drop("tweets")
    frame.loc["further on"] = {**rest, "tweets": "with a mention further on", "printed": math.nan}
    frame = frame.astype({"number": int}).reset_index(drop=True)
    frame.insert(3, "recomputed", 100 * frame["number"] / int(published.value(_TWEETS)))
    frame["times the sample"] = frame["recomputed"] / frame["sample"]
    note = "Numbers, printed shares and sample as printed; the rest is ours."
    return derive(frame, printed, _facts([_TWEETS]), note=note)


def tweets_chart(rows: pd.DataFrame) -> alt.LayerChart:
    """A mark for the civil servants and one for the sample, on a line for each property."""
    names = {"recomputed": "civil servants", "sample": "the sample"}
    long = rows.rename(columns=names).melt("tweets", list(names.values()), "whose", "share")
    return charts.dots(
        long,
        value="share",
        label="tweets",
        group="whose",
        axis="per cent of tweets",
        colours={"civil servants": "blue", "the sample": "orange"},
        domain=(0, 70),
        ticks=(0, 20, 40, 60),
    )


# Who is in the network --------------------------------------------------------------------------


def subnetworks() -> pd.DataFrame:
    """The four sub-networks: ``sub-network, colour, who is in it, what else is said, Dutch``."""
    coded = published.exhibit("online_subnetworks")
    coded["colour_nl"] = coded["colour_nl"].map(_COLOURS)
    return relabel(
        coded,
        {
            "label_en": "sub-network",
            "colour_nl": "colour",
            "who_en": "who is in it",
            "as_worded_en": "what else is said",
            "label_nl": "Dutch",
        },
    )


def kinds() -> pd.DataFrame:
    """Named accounts by ``sub-network``: ``communication, other officials, politicians, press``.

    With ``all`` as the last column; accounts that no sub-network is told of stand in the last row.
    """
    accounts = published.exhibit("online_accounts")
    names = published.exhibit("online_subnetworks").set_index("subnetwork")["label_en"]
    rows = accounts["subnetwork"].map(names).fillna(_UNPLACED)
    counts = pd.crosstab(rows, accounts["kind"].map(_KINDS))
    counts = counts.reindex(index=[*names, _UNPLACED], columns=list(dict.fromkeys(_KINDS.values())))
    counts["all"] = counts.sum(axis=1)
    frame = counts.rename_axis("sub-network").reset_index().rename_axis(columns=None)
    return derive(frame, accounts, kind="coded")


def accounts() -> pd.DataFrame:
    """Every named account: ``account, kind, speaks from, sub-network``."""
    coded = published.exhibit("online_accounts")
    names = published.exhibit("online_subnetworks").set_index("subnetwork")["label_en"]
    homes = published.exhibit("online_homes").set_index("home")["label_en"]
    frame = pd.DataFrame(
        {
            "account": coded["label_en"],
            "kind": coded["kind"],
            "speaks from": coded["home"].map(homes).fillna("abroad"),
            "sub-network": coded["subnetwork"].map(names).fillna(_UNPLACED),
        }
    )
    return derive(frame, coded, kind="coded")


def actors() -> nx.Graph:
    """Named accounts between their sub-network and where they speak from.

    Nodes ``network: …``, ``account: …`` and ``home: …`` carry ``group``, ``label`` and ``role``.
    Accounts that stand by function are one node for each sub-network, home and kind. The
    ``weight`` of a tie is the number of accounts, its ``title`` lists them; it says that the text
    places or names them there, and no tie is one of following.
    """
    networks, homes, named = (
        published.exhibit(f"online_{name}") for name in ("subnetworks", "homes", "accounts")
    )
    graph: nx.Graph[str] = nx.Graph()
    where: dict[str, str] = {}
    for row in networks.itertuples():
        node = f"network: {row.subnetwork}"
        graph.add_node(node, group=row.subnetwork, label=row.label_en, role="sub-network")
    for row in homes.itertuples():
        graph.add_node(f"home: {row.home}", group="home", label=row.label_en, role="home")
    by_name = named["kind"].isin(_BY_NAME) & ~named["account_label"].str.contains("(", regex=False)
    keys = named["account_label"].where(by_name, named["kind"])
    for (key, network, home), part in named.groupby([keys, "subnetwork", "home"], sort=False):
        node, row = f"account: {key}, {home}, {network}", part.iloc[0]
        one = len(part) == 1
        # The home that stands beside a function has its own mark.
        label = (
            row["label_en"].partition(",")[0] if one else _PLURALS[row["kind"]].format(len(part))
        )
        graph.add_node(node, group=network or "none", label=label, role=row["kind"])
        where[node] = home
        title = "; ".join(part["label_en"])
        for end in [f"network: {network}"] * bool(network) + [f"home: {home}"] * bool(home):
            graph.add_edge(node, end, weight=len(part), title=f"{title} ({row['locator']})")
    alike = Counter(held["label"] for _, held in graph.nodes(data=True))
    told = dict(zip(homes["home"], homes["label_en"], strict=True))
    for node, home in where.items():
        held = graph.nodes[node]
        if alike[held["label"]] > 1 and home:
            held["label"] += f", {told[home].partition(' (')[0]}"
    return derive(graph, networks, homes, named, kind="coded")


def actors_view(graph: nx.Graph) -> NetworkView:
    """The drawing of :func:`actors` in columns: sub-networks, accounts, where they speak from."""
    networks = published.exhibit("online_subnetworks")
    rows = [
        (row.subnetwork, f"{row.label_en} ({_COLOURS[row.colour_nl]})", row.colour_nl)
        for row in networks.itertuples()
    ]
    rows += [("none", _UNPLACED, "orange"), ("home", "where they speak from", "grey")]
    groups = pd.DataFrame(rows, columns=["group", "label_en", "colour_nl"])
    groups = derive(groups, networks, kind="coded")
    return view(graph, groups, named=list(graph), positions=_columns(graph), marks=0.6)


def _columns(graph: nx.Graph) -> dict[str, tuple[float, float]]:
    """Accounts in three sub-columns, in the order of both ends; their ends at their mean height."""
    order = {node: place for place, node in enumerate(graph)}
    middle = [node for node in graph if node.startswith("account: ")]

    def network(node: str) -> int:
        # Without a sub-network an account stands by the first others of its home.
        own = [end for end in graph[node] if end.startswith("network: ")]
        near = own or [end for home in graph[node] for other in graph[home] for end in graph[other]]
        return min(order[end] for end in near)

    middle.sort(key=lambda node: (network(node), max(order[e] for e in graph[node]), order[node]))
    places = {node: (3.0 + 1.65 * ((i + 1) % 3), float(i)) for i, node in enumerate(middle)}
    for x, side, kind in ((0.0, 1, "network: "), (9.0, -1, "home: ")):
        column = {
            node: float(np.mean([places[end][1] for end in graph[node]]))
            for node in graph
            if node.startswith(kind)
        }
        last = -math.inf
        for node, height in sorted(column.items(), key=lambda item: item[1]):
            last = max(height, last + 3.0)
            # Long names stand further in, so that none is cut at the edge.
            places[node] = (x + side * 0.045 * len(graph.nodes[node]["label"]), last)
    return {node: (x, 0.2 * y) for node, (x, y) in places.items()}


#: Kinds that bear a name in the drawing, unless that name is a function with a number.
_BY_NAME = ("top official", "politician", "medium", "organisation")
_PLURALS = {
    "communication": "{} in communication",
    "other official": "{} other officials",
    "journalist": "{} journalists",
}
_UNPLACED = "no sub-network told"
_COLOURS = {
    "groen": "green",
    "blauw": "blue",
    "lichtgroen": "light green",
    "rood": "red",
    "geel": "yellow",
    "oranje": "orange",
}


# What a filter leaves ---------------------------------------------------------------------------


def drawn() -> pd.DataFrame:
    """What it takes to be drawn: ``who, ties that count, at the least, of the civil servants``.

    ``at the least`` has the two printed readings of the filter, ``of the civil servants`` the
    second as a share of all that were collected, where ties to others do not count.
    """
    first = int(published.value("online_network.filter_again"))
    second = int(published.value("online_network.filter")) + 1
    all_ = int(published.value(_ACCOUNTS))
    needed = f"{first} or {second}"
    frame = pd.DataFrame(
        [
            (
                "one of the civil servants",
                "with anyone: all whom they follow and all who follow them were collected",
                needed,
                "none needed",
            ),
            (
                "anyone else",
                "only with these civil servants: nobody else's lists were collected",
                needed,
                f"{100 * first / all_:.1f}% or {100 * second / all_:.1f}%",
            ),
        ],
        columns=["who", "ties that count", "at the least", "of the civil servants"],
    )
    ids = ["online_network.filter", "online_network.filter_again", _ACCOUNTS]
    return mark(frame, combine(_facts(ids), kind="derived"))


def unseen(follows: int) -> int:
    """The fewest organisations that may hide, if each civil servant follows ``follows`` of them.

    Each then stays one tie below the filter; more of them can hide as well, fewer cannot.
    """
    most = int(published.value("online_network.filter_again")) - 1
    return math.ceil(int(published.value(_ACCOUNTS)) * follows / most)


def toy(seed: int = 1) -> nx.DiGraph:
    """A made-up follow network of :data:`TOY`, in which each tie knows the filter it passes.

    Civil servants have ties to colleagues (a random regular graph, each tie followed one way) and
    follow organisations drawn at random. The ``weight`` of a tie is the smaller number of ties of
    its two ends: a filter that asks for so many still draws it, the next one does not.
    """
    rng = np.random.default_rng(seed)
    names = [f"civil servant {i + 1}" for i in range(TOY["servants"])]
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(names, group="servant")
    mutual = nx.random_regular_graph(TOY["colleagues"], TOY["servants"], seed=seed)
    graph.add_edges_from((names[min(tie)], names[max(tie)]) for tie in mutual.edges())
    for name in names:
        for i in sorted(rng.choice(TOY["organisations"], TOY["follows"], replace=False)):
            graph.add_node(f"organisation {i + 1}", group="organisation")
            graph.add_edge(name, f"organisation {i + 1}")
    for node, held in graph.nodes(data=True):
        held.update(label=node, role=_TOY_ROLES[held["group"]])
    for one, other, held in graph.edges(data=True):
        held["weight"] = min(graph.degree(one), graph.degree(other))
    note = "A made-up network that shows what a filter does; not that of the study."
    return mark(graph, Provenance("reconstructed", ("emma2013 §4.4, note 6",), note))


_TOY_ROLES = {"servant": "civil servant", "organisation": "organisation"}


def toy_steps(graph: nx.DiGraph) -> pd.DataFrame:
    """What a filter leaves of :func:`toy`: ``threshold, nodes, ties, organisations, outward``.

    ``outward`` is the share of ties that run to organisations, in per cent. The last row is the
    first without an organisation.
    """
    rows = []
    for least in range(1, max(nx.get_edge_attributes(graph, "weight").values()) + 1):
        ties = [(a, b) for a, b, weight in graph.edges(data="weight") if weight >= least]
        ends = {node for tie in ties for node in tie}
        outside = {node for node in ends if graph.nodes[node]["group"] == "organisation"}
        outward = sum(a in outside or b in outside for a, b in ties)
        rows.append((least, len(ends), len(ties), len(outside), 100 * outward / len(ties)))
        if not outside:
            break
    columns = ["threshold", "nodes", "ties", "organisations", "outward"]
    return derive(pd.DataFrame(rows, columns=columns), graph, kind="reconstructed")


def toy_view(graph: nx.DiGraph) -> NetworkView:
    """The drawing of :func:`toy` with the filter as its slider."""
    groups = pd.DataFrame(
        [("servant", "civil servants", "blue"), ("organisation", "organisations", "orange")],
        columns=["group", "label_en", "colour_nl"],
    )
    return view(graph, mark(groups, of(graph)), curve=toy_steps(graph), seed=2)


# Hashtags ---------------------------------------------------------------------------------------


def hashtags() -> nx.Graph:
    """The printed hashtags by cluster, and what the study puts behind a cluster.

    Nodes ``cluster: …``, ``ground: …`` and the terms themselves carry ``group``, ``label`` and
    ``role`` (what a term means in English).
    """
    clusters, grounds = (published.exhibit(f"online_{name}") for name in ("clusters", "grounds"))
    terms = published.exhibit("emma_figuur_3")
    graph: nx.Graph[str] = nx.Graph()
    for row in clusters.itertuples():
        graph.add_node(
            f"cluster: {row.cluster}", group=row.cluster, label=row.label_en, role="cluster"
        )
    for row in terms.itertuples():
        graph.add_node(row.term, group=row.cluster, label=row.term, role=row.label_en)
        title = f"{row.label_en}: printed as a {row.printed_as} (§4.4)"
        graph.add_edge(row.term, f"cluster: {row.cluster}", weight=1, title=title)
    for row in grounds.itertuples():
        node = f"ground: {row.ground}"
        graph.add_node(node, group="ground", label=row.label_en, role="explanation")
        graph.add_edge(node, f"cluster: {row.cluster}", weight=2, title=row.as_worded_en)
    return derive(graph, clusters, grounds, terms, kind="coded")


def hashtags_view(graph: nx.Graph) -> NetworkView:
    """The drawing of :func:`hashtags`, all names written."""
    clusters = published.exhibit("online_clusters")
    rows = [
        (row.cluster, f"{row.label_en} ({_COLOURS[row.colour_nl]})", row.colour_nl)
        for row in clusters.itertuples()
    ]
    rows.append(("ground", "who stands behind it, by the study", "grey"))
    groups = pd.DataFrame(rows, columns=["group", "label_en", "colour_nl"])
    groups = derive(groups, clusters, kind="coded")
    return view(graph, groups, named=list(graph), positions=_rings(graph), marks=0.7)


#: Where clusters and explanations are drawn; the text has the yellow one at the top left.
_SPOTS = {
    "cluster: yellow": (2.0, 1.3),
    "cluster: red": (5.5, 1.3),
    "cluster: orange": (9.4, 1.3),
    "cluster: blue": (1.7, 5.0),
    "cluster: green": (6.4, 5.0),
    "ground: ez": (4.0, 3.1),
    "ground: communication": (0.8, 3.2),
    "ground: type": (8.4, 3.3),
}


def _rings(graph: nx.Graph) -> dict[str, tuple[float, float]]:
    """Clusters at their spots, the terms of each around it."""
    places = dict(_SPOTS)
    for node, (x, y) in _SPOTS.items():
        ring = [term for term in graph[node] if term not in _SPOTS]
        for i, term in enumerate(ring):
            # From the bottom round, and never beside the name of the cluster.
            angle = math.pi / 2 + 2 * math.pi * (i + 0.5 * (len(ring) % 4 == 0)) / len(ring)
            places[term] = (x + 1.6 * math.cos(angle), y + 1.2 * math.sin(angle))
    return places


def _facts(ids: Sequence[str]) -> Provenance:
    return combine(*(published.fact(id).provenance for id in ids))
