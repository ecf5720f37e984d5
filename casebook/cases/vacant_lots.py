"""The vacant lots: one case on two platforms, with arithmetic and measures side by side."""

from __future__ import annotations

import math
from datetime import date, timedelta
from fractions import Fraction

import igraph as ig
import networkx as nx
import numpy as np
import pandas as pd

from casebook import (
    comparison,
    conversation,
    graph_report,
    measure_set,
    measures,
    networks,
    networkview,
    published,
    reconstruct,
    results,
)
from casebook.cases import common
from casebook.conversation import Conversation
from casebook.provenance import Provenance, combine, derive, mark, of
from casebook.reconstruct import Spec

#: The reconstructions of the two networks, by platform.
NETWORKS = {"LinkedIn": "vacant_lots_linkedin", "Twitter": "vacant_lots_twitter"}

#: How "a few civil servants" of the LinkedIn group is read: those whom §6.1 introduces.
FEW = 3

_FACTS = [
    "vacant_lots.linkedin_messages",
    "vacant_lots.linkedin_members",
    "vacant_lots.officials_message_share",
    "vacant_lots.tweets",
    "vacant_lots.tweeters",
    "vacant_lots.officials_tweet_share",
    "vacant_lots.tweeting_officials",
    "vacant_lots.group_started",
    "vacant_lots.tweets_started",
    "vacant_lots.collection_end",
]

_RATE = measure_set.MEASURES["response_rate"][0]
_NO_ANSWERS = "here by design, since no civil servant is made to answer anybody"

#: Colours of the pictures; the report prints none for this case.
_COLOURS = {
    "officials": "blue",
    "initiator": "red",
    "government": "lightblue",
    "professional": "green",
    "unknown": "grey",
    "first": "blue",
    "second": "orange",
    "third": "purple",
}


def shared(platform: str) -> tuple[int, int]:
    """Messages of the officials and of the others, in the nearest whole number.

    The report prints the officials' share in words: a third, three quarters.
    """
    total, _, share = _figures(platform)
    officials = round(Fraction(share).limit_denominator(12) * total)
    return officials, total - officials


def numbers() -> pd.DataFrame:
    """Both platforms by arithmetic: ``what, LinkedIn, Twitter, how``."""
    rows: list[tuple[str, str, str, str]] = []

    def row(what: str, linkedin: float, twitter: float, how: str) -> None:
        rows.append((what, _short(linkedin), _short(twitter), how))

    (posts, members, _), (tweets, senders, _) = map(_figures, NETWORKS)
    (few, rest), (three, others) = map(shared, NETWORKS)
    months = [_months(platform) for platform in NETWORKS]
    row("Messages per month", posts / months[0], tweets / months[1], "messages ÷ months")
    row(
        "Messages per member, per sender",
        posts / members,
        tweets / senders,
        "messages ÷ members of the group; tweets ÷ those who sent one",
    )
    row("Messages by civil servants, about", few, three, "the printed share of the messages")
    row("Messages by all others, about", rest, others, "what is left")
    row(
        "Messages by a civil servant, on average",
        few / FEW,
        three / FEW,
        "on LinkedIn if a few is three, those introduced in §6.1; on Twitter three are printed",
    )
    row(
        "Messages by each of the others, on average",
        rest / (members - FEW),
        others / (senders - FEW),
        "on LinkedIn over all members, as it is not printed how many wrote",
    )
    frame = pd.DataFrame(rows, columns=["what", *NETWORKS, "how"])
    return _derived(frame)


def silent() -> int:
    """Members who never wrote, at least: the others wrote fewer messages than they are."""
    members, rest = _figures("LinkedIn")[1], shared("LinkedIn")[1]
    return members - FEW - rest


def once() -> int:
    """Accounts besides the officials that sent exactly one tweet, at least.

    Had fewer sent one, the others with two or more would make more tweets than there are.
    """
    senders, others = _figures("Twitter")[1] - FEW, shared("Twitter")[1]
    return max(0, 2 * senders - others)


def hidden_citizens() -> int:
    """Members who may be neither government, nor of the field, nor unknown, at most.

    The three printed percentages add up to a hundred; only their rounding leaves anyone over.
    """
    members = _figures("LinkedIn")[1]
    ids = ("members_government", "members_professional", "members_unknown")
    least = [
        math.ceil(Fraction(2 * int(published.value(f"vacant_lots.{i}")) - 1, 200) * members)
        for i in ids
    ]
    return members - sum(least)


def in_both() -> tuple[int, int]:
    """How many may be in both networks: two officials at least; at most all tweeters but one.

    Of the three largest tweeters two take part on LinkedIn, so one does not.
    """
    two = int(published.value("vacant_lots.top_tweeters_linkedin"))
    outside = int(published.value("vacant_lots.top_tweeters")) - two
    return two, _figures("Twitter")[1] - outside


def together() -> tuple[int, int]:
    """How many different people and organisations both networks have, at least and at most."""
    both = _figures("LinkedIn")[1] + _figures("Twitter")[1]
    least, most = in_both()
    return both - most, both - least


def first_year() -> pd.DataFrame:
    """What "most of the action in 2011" asks of the figures, read in two ways.

    Columns ``platform, if most means``, then bounds: messages in the first year, on a day of it, on
    a later day, and how many times as many on a day of the first year as on a later one.
    """
    rows = []
    year = int(published.value("vacant_lots.peak_year"))
    for platform in NETWORKS:
        total = _figures(platform)[0]
        first, last = _period(platform)
        early = (date(year, 12, 31) - first).days + 1
        late = (last - date(year, 12, 31)).days
        years = last.year - first.year + 1
        # The smallest number that leaves each of the other years below it.
        most_of_all = -(-(total + years - 1) // years)
        for reading, least in (
            ("more than any other year", most_of_all),
            ("more than half", total // 2 + 1),
        ):
            most = total - least
            rows.append(
                {
                    "platform": platform,
                    "if most means": reading,
                    f"in {year}": f"{least} or more",
                    "per day": f"{least / early:.2f} or more",
                    "per day later": f"{most / late:.2f} or less",
                    "times as many": f"{(least / early) / (most / late):.1f} or more",
                }
            )
    return _derived(pd.DataFrame(rows))


def bounds() -> pd.DataFrame:
    """Limits of the Gini coefficient of the messages, by arithmetic.

    Columns ``platform, messages over, lowest, highest``. On LinkedIn over all members, silent
    ones included, with a few read as :data:`FEW`.
    """
    _, members, _ = _figures("LinkedIn")
    officials, others = shared("LinkedIn")
    even, uneven = np.zeros(members), np.zeros(members)
    even[:FEW] = officials // FEW
    even[: officials % FEW] += 1
    even[FEW : FEW + others] = 1
    uneven[: FEW + 1] = [officials - FEW + 1, *[1] * (FEW - 1), others]
    low, high = (measures.gini(pd.Series(counts)) for counts in (even, uneven))
    tweets, senders, _ = _figures("Twitter")
    limits = comparison.gini_limits(tweets, senders, top=FEW, top_total=shared("Twitter")[0])
    rows = [("LinkedIn", "members", low, high), ("Twitter", "senders", *limits)]
    frame = pd.DataFrame(rows, columns=["platform", "messages over", "lowest", "highest"])
    return _derived(frame.round(2))


def inequality() -> pd.DataFrame:
    """:func:`bounds` with what the reconstructions have, as text with two decimals."""
    limits = bounds()
    talks = [conversation.load(case) for case in NETWORKS.values()]
    made = limits.assign(reconstruction=[measures.gini(messages_by(conv)) for conv in talks])
    for column in ("lowest", "highest", "reconstruction"):
        made[column] = made[column].map("{:.2f}".format)
    return derive(made, limits, *(conv.messages for conv in talks))


def messages_by(conv: Conversation) -> pd.Series:
    """Messages of each actor, silent ones with none; mentions are parts of messages."""
    sent = conv.messages[conv.messages["kind"] != "mention"]["author"].value_counts()
    return derive(sent.reindex(conv.actors["actor"], fill_value=0), conv.messages, conv.actors)


# Both networks side by side ---------------------------------------------------------------------


def targets() -> pd.DataFrame:
    """Published figures against both reconstructions.

    Columns ``what, published, reconstructed, ledger id``; to a share the whole number nearest to it
    is added.
    """
    rows = []
    for platform, case in NETWORKS.items():
        for row in reconstruct.targets(case).itertuples():
            printed = published.fact(row.ledger_id).text
            rows.append(
                {
                    "what": f"{platform}: {row.what}",
                    "published": printed
                    if printed == f"{row.published:,}"
                    else f"{printed}, so {row.published:,}",
                    "reconstructed": row.reconstructed,
                    "ledger id": row.ledger_id,
                }
            )
    return _together(pd.DataFrame(rows))


def measured() -> pd.DataFrame:
    """The standard measures of both: ``measure, LinkedIn, Twitter, how to read it``."""
    both = [common.measured(case) for case in NETWORKS.values()]
    readings = []
    for place, (label, reading) in enumerate(measure_set.MEASURES.values()):
        notes = [
            f"{platform}: {table['how to read it'].iloc[place]}"
            for platform, table in zip(NETWORKS, both, strict=True)
            if table["value"].iloc[place] == "none"
        ]
        readings.append((label, *(table["value"].iloc[place] for table in both), reading, notes))
    rows = [
        (label, a, b, common.joined([reading, *notes])) for label, a, b, reading, notes in readings
    ]
    # What nobody is made to do is not found either.
    rows = [
        (*row[:3], common.joined([row[3], _NO_ANSWERS])) if row[0] == _RATE else row for row in rows
    ]
    return _together(pd.DataFrame(rows, columns=["measure", *NETWORKS, "how to read it"]))


def in_words() -> pd.DataFrame:
    """The written reports on both: ``aspect, LinkedIn, Twitter, what it does not say``.

    Without responses: no official is made to answer anybody, so that there is nothing to report.
    """
    reports = {}
    for platform, case in NETWORKS.items():
        between = common.brokers(case)
        who = list(zip(between["who"], between["betweenness"], strict=True))
        told = graph_report.report(results.kept(case), [(str(w), 0.0) for w, _ in who])
        reports[platform] = told.set_index("aspect")
    order = max(reports.values(), key=len).index
    rows = []
    for aspect in order.drop("Response"):
        known = [told for told in reports.values() if aspect in told.index]
        said = [
            told.loc[aspect, "finding"] if aspect in told.index else "–"
            for told in reports.values()
        ]
        rows.append((aspect, *said, known[0].loc[aspect, "what it does not say"]))
    columns = ["aspect", *NETWORKS, "what it does not say"]
    return _together(pd.DataFrame(rows, columns=columns))


def groups() -> pd.DataFrame:
    """What the report says of the groups of both networks, the platform before their names."""
    parts = [common.groups(case) for case in NETWORKS.values()]
    told = [
        part.assign(group=platform + ": " + part["group"])
        for platform, part in zip(NETWORKS, parts, strict=True)
    ]
    return mark(pd.concat(told, ignore_index=True), combine(*map(of, parts)))


def hub_map() -> networkview.NetworkView:
    """Twitter as worded: each official strongly tied to a following, these weakly to each other."""
    case = NETWORKS["Twitter"]
    tables = [published.exhibit(f"{case}_{part}") for part in ("groups", "ties", "members")]
    told, ties, members = tables
    following = dict(zip(told["group"], told["label_en"], strict=True))
    official = dict(zip(members["group"], members["label_en"], strict=True))
    graph = nx.Graph()
    for group in told["group"]:
        graph.add_node(following[group], group=group, role="group")
        graph.add_node(official[group], group=group, role="government")
    for tie in ties.itertuples():
        # Within a following the tie is that of the official.
        near = official if tie.within else following
        graph.add_edge(
            near[tie.source],
            following[tie.target],
            weight=3 if tie.strength == "strong" else 1,
            title=f"{tie.strength} ({tie.locator})",
        )
    derive(graph, *tables, kind="coded")
    return networkview.view(graph, told, named=list(graph), seed=1)


def looks(case: str) -> pd.DataFrame:
    """The groups of a network with colours of ours, for a picture."""
    told = published.exhibit(f"{case}_groups")
    return derive(told.assign(colour_nl=told["group"].map(_COLOURS)), told, kind="coded")


# Of one piece? ----------------------------------------------------------------------------------


def pieces() -> pd.DataFrame:
    """How much hangs together, with and without the central accounts.

    Columns ``platform, tied if, accounts, in one piece, without its centre``, the last two in
    percent of the accounts with a tie (of the others, once the central ones are taken out).
    LinkedIn stands there twice: by shared threads, which tie all who take part, and by who
    comments on whose post, which ties two as a mention on Twitter does. Central are the officials
    and the initiator on LinkedIn, the officials on Twitter.
    """
    talk, tweets = (conversation.load(case) for case in NETWORKS.values())
    central = {"officials", "initiator"}
    drawn = [
        ("LinkedIn", "they took part in the same thread", measure_set.network_of(talk), "group"),
        ("LinkedIn", "one commented on the other's post", answers(talk), "group"),
        ("Twitter", "one retweeted, answered or named the other", networks.mentions(tweets), ""),
    ]
    rows = []
    for platform, rule, network, by in drawn:
        whole = networks.to_igraph(network).copy()
        whole.delete_vertices([v.index for v in whole.vs if not v.degree()])
        left = whole.copy()
        left.delete_vertices(
            [v.index for v in left.vs if (v["group"] in central if by else _official(v))]
        )
        rows.append(
            {
                "platform": platform,
                "tied if": rule,
                "accounts": whole.vcount(),
                "in one piece": _largest(whole),
                "without its centre": _largest(left),
            }
        )
    return derive(pd.DataFrame(rows), talk.messages, tweets.messages)


def _official(vertex: ig.Vertex) -> bool:
    return bool(vertex["role"] == "government")


def _largest(network: ig.Graph) -> str:
    return f"{max(network.connected_components('weak').sizes()) / network.vcount():.0%}"


def answers(conv: Conversation) -> nx.Graph:
    """Who commented on whose post, as an undirected network with roles and groups."""
    posts = conv.messages.set_index("message_id")["author"]
    comments = conv.messages[conv.messages["kind"] == "comment"]
    pairs = comments.assign(starter=comments["parent_id"].map(posts))
    graph = nx.Graph()
    for actor in conv.actors.itertuples():
        graph.add_node(actor.actor, role=actor.role, group=actor.group, label=actor.label)
    for (one, other), ties in pairs.groupby(["author", "starter"])["weight"].sum().items():
        if one != other:
            held = graph.get_edge_data(one, other, {"weight": 0})["weight"]
            graph.add_edge(one, other, weight=held + int(ties))
    return derive(graph, conv.messages, conv.actors)


def followings() -> pd.DataFrame:
    """How far the followings overlap in the reconstruction: ``civil servant, accounts tied, ...``.

    Of the accounts tied to each civil servant, how many are tied to another too.
    """
    conv = conversation.load(NETWORKS["Twitter"])
    graph = networks.mentions(conv).to_undirected()
    hubs = [n for n, held in graph.nodes(data=True) if held["role"] == "government"]
    near = {hub: set(graph[hub]) - set(hubs) for hub in hubs}
    rows = []
    for hub, own in near.items():
        elsewhere = own & set().union(*(near[other] for other in hubs if other != hub))
        rows.append(
            {
                "civil servant": graph.nodes[hub]["label"],
                "accounts tied": len(own),
                "also tied to another": len(elsewhere),
                "in percent": round(100 * len(elsewhere) / len(own)),
            }
        )
    return derive(pd.DataFrame(rows), conv.messages)


# Helpers ----------------------------------------------------------------------------------------


def _figures(platform: str) -> tuple[int, int, float]:
    """Messages, people, and the officials' share of the messages."""
    ids = _FACTS[:3] if platform == "LinkedIn" else _FACTS[3:6]
    total, people, share = (published.value(i) for i in ids)
    return int(total), int(people), float(share)


def _period(platform: str) -> tuple[date, date]:
    """First and last day; the last month is printed without a day."""
    start = "group_started" if platform == "LinkedIn" else "tweets_started"
    first, month = (published.fact(f"vacant_lots.{i}").value for i in (start, "collection_end"))
    assert isinstance(first, date) and isinstance(month, date)
    return first, (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _months(platform: str) -> int:
    first, last = _period(platform)
    return 12 * (last.year - first.year) + last.month - first.month + 1


def _short(value: float) -> str:
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:.{max(1, 2 - math.floor(math.log10(value)))}f}"


def _derived(frame: pd.DataFrame) -> pd.DataFrame:
    return mark(frame, combine(*(published.fact(i).provenance for i in _FACTS), kind="derived"))


def _together(frame: pd.DataFrame) -> pd.DataFrame:
    plans: list[Spec] = [reconstruct.spec(case) for case in NETWORKS.values()]
    origins: list[Provenance] = [plan.provenance for plan in plans]
    return mark(frame, combine(*origins))
