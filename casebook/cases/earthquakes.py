"""The tweets about earthquakes: arithmetic on the published figures, and messages by day."""

from __future__ import annotations

import pandas as pd

from casebook import activity, measures, published, reconstruct
from casebook.cases.common import days_between
from casebook.cases.common import numbers as _numbers
from casebook.conversation import Conversation
from casebook.provenance import Provenance, combine, derive, mark
from casebook.statements.earthquakes import WINDOW, Quakes, respond

_FACTS = [
    "earthquakes.messages",
    "earthquakes.participants",
    "earthquakes.politicians",
    "earthquakes.municipalities",
    "collection.start",
    "collection.end",
]

#: The report prints no colours for this case; these are ours.
COLOURS = {
    "media": "blue",
    "protest": "red",
    "critical": "orange",
    "government": "purple",
    "jokers": "green",
}

#: First days of spring, by the month and by the sun (the equinox of 2014, in the Netherlands).
_SPRING = {"from 20 March": "2014-03-20", "from 1 March": "2014-03-01"}


def _origin() -> Provenance:
    """Where the reconstruction comes from; its messages alone do not name their sources."""
    return reconstruct.spec("earthquakes").provenance


def days() -> int:
    """Days of the collection, first and last included."""
    return days_between("collection.start", "collection.end")


def sent_once() -> int:
    """Participants who sent exactly one message, at least: all others sent two or more."""
    messages, people = (int(published.value(i)) for i in _FACTS[:2])
    return max(0, 2 * people - messages)


def public_messages() -> int:
    """Messages by government, at least: one by each politician and municipality that spoke."""
    return sum(int(published.value(i)) for i in _FACTS[2:4])


def numbers() -> pd.DataFrame:
    """Rates and shares: ``what, value, how``."""
    messages, people = (published.value(i) for i in _FACTS[:2])
    rows: list[tuple[str, float | str, str]] = [
        ("Messages per participant, on average", messages / people, "messages ÷ participants"),
        ("Messages per day, on average", messages / days(), "messages ÷ days of the collection"),
        (
            "Participants who sent exactly one message, at least",
            sent_once(),
            "2 × participants − messages: if all others sent two",
        ),
        (
            "Messages by government, at least",
            public_messages(),
            "one by the politician and by each municipality",
        ),
        (
            "Accounts of government among the participants, in percent",
            100 * public_messages() / people,
            "the politician and the municipalities ÷ participants, if the text names them all",
        ),
    ]
    return _numbers(rows, _FACTS)


def inequality_bounds() -> pd.DataFrame:
    """How unequal the messages may be over those who sent one: ``measure, lowest, highest``."""
    messages, people = (int(published.value(i)) for i in _FACTS[:2])
    table = measures.bounds(messages, people)
    origins = [published.fact(i).provenance for i in _FACTS[:2]]
    return mark(table, combine(*origins, kind="derived"))


# When the ground moved ---------------------------------------------------------------------------


def quakes() -> pd.DataFrame:
    """The catalogue in local time: ``date, local time, place, magnitude, in spring``."""
    listed = published.exhibit("knmi_groningen_2014q1")
    local = listed["time"].dt.tz_convert(activity.ZONE)
    spring = pd.Series("no", index=listed.index)
    for words, first in sorted(_SPRING.items(), key=lambda item: item[1]):
        spring[local >= pd.Timestamp(first, tz=activity.ZONE)] = words
    frame = pd.DataFrame(
        {
            "date": [f"{t.day} {t:%B}" for t in local],
            "local time": local.dt.strftime("%H:%M"),
            "place": listed["place"],
            "magnitude": listed["magnitude"].map("{:.1f}".format),
            "in spring": spring,
        }
    )
    return derive(frame, listed)


def seasons() -> dict[str, int]:
    """How many earthquakes fit the two datings of the report.

    ``all``; ``feb_march`` (§5.2); ``spring_month, spring_sun`` (§5.8, by the month and by the sun);
    ``larger``, those of the reconstruction's threshold and more, and ``larger_spring_month``.
    """
    listed = published.exhibit("knmi_groningen_2014q1")
    spring = quakes()["in spring"]
    months = listed["time"].dt.tz_convert(activity.ZONE).dt.month
    larger = listed["magnitude"] >= threshold()
    return {
        "all": len(listed),
        "feb_march": int(months.isin([2, 3]).sum()),
        "spring_month": int((spring != "no").sum()),
        "spring_sun": int((spring == "from 20 March").sum()),
        "larger": int(larger.sum()),
        "larger_spring_month": int((larger & (spring != "no")).sum()),
    }


def threshold() -> float:
    """The magnitude from which the reconstruction calls an earthquake larger."""
    return float(reconstruct.spec("earthquakes")["peaks"]["least"])


def by_day(conv: Conversation) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Messages by day for a chart, and the events above it.

    The first: ``date, messages, usual`` (for a weekday without an earthquake) and ``earthquake``
    (place and magnitude). The second: ``date, strong, text`` as
    :func:`casebook.charts.days` wants them.
    """
    counted = respond(Quakes(conv).days, larger=True).days
    listed = published.exhibit("knmi_groningen_2014q1")
    local = listed["time"].dt.tz_convert(activity.ZONE).dt.tz_localize(None).dt.normalize()
    words = listed["place"] + " " + listed["magnitude"].map("{:.1f}".format)
    at = words.groupby(local).agg(", ".join)
    frame = pd.DataFrame(
        {
            "date": counted["date"],
            "messages": counted["messages"].astype(int),
            "usual": counted["expected"].round(1),
            "earthquake": counted["date"].map(at).fillna(""),
        }
    )
    events = pd.DataFrame(
        {
            "date": local,
            "strong": listed["magnitude"] >= threshold(),
            "text": listed["magnitude"].map("{:.1f}".format),
        }
    )
    return derive(frame, conv.messages, _origin()), events


def windows(conv: Conversation) -> pd.DataFrame:
    """The days from each earthquake against the usual and placebo dates, larger ones first.

    ``earthquake, put in`` (a peak), ``messages, usual, ratio, p``; a last row for the larger ones
    together and one for the others, with means.
    """
    counted = Quakes(conv).days
    listed = published.exhibit("knmi_groningen_2014q1").set_index("place")
    parts = []
    for larger, word in ((True, "yes"), (False, "no")):
        found = respond(counted, larger=larger)
        rows = found.table
        names = [
            f"{row.event} {listed.loc[row.event, 'magnitude']:.1f}, {row.date.day} {row.date:%b}"
            for row in rows.itertuples()
        ]
        means = rows[["observed", "expected"]].mean()
        parts.append(
            pd.DataFrame(
                {
                    "earthquake": [*names, "The larger ones, mean" if larger else "Others, mean"],
                    "put in": word,
                    "messages": [*rows["observed"], means["observed"]],
                    "usual": [*rows["expected"], means["expected"]],
                    "ratio": [*rows["ratio"], means["observed"] / means["expected"]],
                    "p": [*rows["p"], found.p],
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    frame[["messages", "usual"]] = frame[["messages", "usual"]].round().astype(int)
    # As text, which keeps 1.0 and 0.020 as long as the others.
    frame["ratio"] = frame["ratio"].map("{:.1f}".format)
    frame["p"] = frame["p"].map("{:.3f}".format)
    return derive(frame, conv.messages, _origin())


def borrowed(conv: Conversation) -> pd.Series:
    """The smaller earthquake that most seems to draw messages, with a window one day longer.

    ``event, ratio, p, note`` as in :class:`casebook.activity.Response`.
    """
    table = respond(Quakes(conv).days, larger=False, window=WINDOW + 1).table
    return derive(table.sort_values("ratio", kind="stable").iloc[-1], conv.messages)


def burst(conv: Conversation) -> pd.Series:
    """The busiest day clear of earthquakes, and the tweet that most of it follows.

    ``date, messages``; ``followers``, the retweets and replies of that tweet on that day; ``who``
    sent it.
    """
    view = Quakes(conv)
    counted = respond(view.days, larger=True).days
    clear = counted[counted["clear"]]
    day = clear.loc[clear["messages"].idxmax()]
    local = view.sent["time"].dt.tz_convert(activity.ZONE).dt.tz_localize(None).dt.normalize()
    rows = view.sent[(local == day["date"]) & (view.sent["parent_id"] != "")]
    parent = rows["parent_id"].value_counts().sort_index().idxmax()
    sender = view.sent.set_index("message_id").loc[parent]
    made = pd.Series(
        {
            "date": day["date"],
            "messages": int(day["messages"]),
            "followers": int((rows["parent_id"] == parent).sum()),
            "who": sender["author_label"] or sender["author_role"],
        }
    )
    return derive(made, conv.messages)


# Who is addressed --------------------------------------------------------------------------------


def addressed(conv: Conversation) -> pd.DataFrame:
    """Messages to and by each account of government and of a politician.

    ``account, sent, retweets and replies received, mentions received, messages to others``.
    """
    view = Quakes(conv)
    actors = conv.actors[conv.actors["role"].isin(["government", "politician"])]
    rows = [
        {
            "account": actor.label,
            "sent": int((view.sent["author"] == actor.actor).sum()),
            "retweets and replies received": int(
                ((view.ties["target"] == actor.actor) & (view.ties["kind"] != "mention")).sum()
            ),
            "mentions received": int(
                ((view.ties["target"] == actor.actor) & (view.ties["kind"] == "mention")).sum()
            ),
            "messages to others": int((view.ties["author"] == actor.actor).sum()),
        }
        for actor in actors.itertuples()
    ]
    return derive(pd.DataFrame(rows), conv.messages, _origin())
