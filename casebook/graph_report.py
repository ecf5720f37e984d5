"""A written report on a conversation's network, generated from its measures.

In the spirit of the reports that NodeXL writes, but with what each number says and does not say.
Thresholds for words such as "sparse" are ours; they are named here, and the number stands beside
every word.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from casebook.minus import minus

#: Below this density a network is called sparse, above the second dense.
SPARSE, DENSE = 0.01, 0.1

#: Adjusted Rand index from which runs nearly agree, and from which they mostly do. The second is
#: Steinley's (2004) bound for moderate recovery.
STABLE, MODERATE = 0.9, 0.65

#: Standard deviations above chance from which communities are called clearer than chance.
CLEAR = 3


def report(values: Mapping[str, float], brokers: Sequence[tuple[str, float]]) -> pd.DataFrame:
    """Sentences on one network: ``aspect, finding, what it does not say``.

    Parameters
    ----------
    values
        by the names of :data:`casebook.measure_set.MEASURES`; NaN where a measure has none. An
        aspect whose measures have none is left out.
    brokers
        who (in words) and betweenness, the highest first.
    """
    v = {name: float(value) for name, value in values.items()}
    rows = [_size(v), _cohesion(v), _returned(v), _groups(v), _runs(v), _participation(v)]
    rows += [_between(brokers), _roles(v), _answers(v)]
    columns = ["aspect", "finding", "what it does not say"]
    return pd.DataFrame([row for row in rows if row], columns=columns)


Row = tuple[str, str, str] | None


def _size(v: dict[str, float]) -> Row:
    density = v["density"]
    word = (
        "sparse" if density < SPARSE else "dense" if density > DENSE else "neither sparse nor dense"
    )
    # Follows are no messages.
    spoken = v["messages"] > 0
    sent = f"{_n(v['actors'])} accounts sent {_n(v['messages'])} messages. " if spoken else ""
    return (
        "Size",
        f"{sent}{_n(v['nodes'])} accounts have a tie; there are {_n(v['edges'])} ties, "
        f"{_percent(density)} of those possible: the network is {word}.",
        "Density falls as networks grow, so it cannot be compared between cases of other sizes.",
    )


def _cohesion(v: dict[str, float]) -> Row:
    parts, largest = v["components"], v["largest_component"]
    if math.isnan(parts):
        return None
    if parts == 1:
        told = "All accounts with a tie hang together in one component."
    else:
        told = (
            f"It falls into {_n(parts)} parts; the largest holds {_percent(largest)} of the "
            "accounts."
        )
    return (
        "Cohesion",
        told,
        "That two people are connected does not mean that either has read the other.",
    )


def _returned(v: dict[str, float]) -> Row:
    if math.isnan(v["reciprocity"]):
        return None
    return (
        "Return",
        f"{_percent(v['reciprocity'])} of the ties are returned.",
        "An answer by another road (telephone, a meeting, another platform) is not seen.",
    )


def _groups(v: dict[str, float]) -> Row:
    if math.isnan(v["modularity"]):
        return None
    above = (v["modularity"] - v["modularity_null_mean"]) / max(v["modularity_null_sd"], 1e-9)
    clear = "clearer than" if above >= CLEAR else "no clearer than"
    return (
        "Groups",
        f"Leiden finds {_n(v['communities'])} communities with a modularity of "
        f"{v['modularity']:.2f}. Random networks in which everyone is as active reach "
        f"{v['modularity_null_mean']:.2f} on average: the groups are {clear} chance.",
        "A community is where ties are dense. Whether its members have anything else in common, "
        "the network does not tell.",
    )


def _runs(v: dict[str, float]) -> Row:
    mean, worst = v["stability_ari_mean"], v["stability_ari_min"]
    if math.isnan(mean):
        return None
    word = (
        "nearly the same groups each time"
        if worst >= STABLE
        else "mostly the same groups"
        if mean >= MODERATE
        else "other groups from run to run"
    )
    return (
        "Stability",
        f"Repeated with other seeds the method finds {word}: agreement {mean:.2f} on average, "
        f"{worst:.2f} at worst, where 1 means identical.",
        "Stable is not the same as true: a method can repeat the same mistake.",
    )


def _participation(v: dict[str, float]) -> Row:
    if math.isnan(v["gini_messages"]):
        return None
    return (
        "Participation",
        f"The most active tenth of the senders sent {_percent(v['top10_share'])} of the messages, "
        f"the top hundredth {_percent(v['top1_share'])}; the Gini coefficient is "
        f"{v['gini_messages']:.2f}.",
        "Those who only read are not counted, and they are nearly always the most.",
    )


def _between(brokers: Sequence[tuple[str, float]]) -> Row:
    if not brokers:
        return None
    shared = Counter(who for who, _ in brokers[:3])
    named = "; ".join(f"{who} ({n} accounts)" if n > 1 else who for who, n in shared.items())
    return (
        "Brokers",
        f"The highest betweenness is that of: {named}.",
        "A place between groups is an opportunity; whether it was used, only messages could show.",
    )


def _roles(v: dict[str, float]) -> Row:
    if math.isnan(v["ei_index"]):
        return None
    kind = "leave the sender's role" if v["ei_index"] > 0 else "stay within a role"
    return (
        "Roles",
        f"Most ties {kind}: the E-I index is {signed(v['ei_index'])}, assortativity "
        f"{signed(v['assortativity_role'])}.",
        "Where one role is far the largest, most ties stay in it by size alone; assortativity "
        "takes that into account.",
    )


def _answers(v: dict[str, float]) -> Row:
    if math.isnan(v["response_rate"]):
        return None
    rate = _percent(v["response_rate"])
    told = f"Government answered {rate} of the messages that citizens addressed to it"
    hours = v["median_response_hours"]
    told += "." if math.isnan(hours) else f", half of them within {_hours(hours)}."
    return (
        "Response",
        told,
        "Answers that no platform ties to the question are missed, so the rate is a lower bound.",
    )


def signed(value: float, digits: int = 2) -> str:
    """A number that may be negative, with a real minus sign; what rounds to nothing has none."""
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if not float(text) else minus(text)


def _hours(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "an hour" if text == "1" else f"{text} hours"


def _n(value: float) -> str:
    return f"{value:,.0f}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%" if share >= 0.1 else f"{100 * share:.2g}%"
