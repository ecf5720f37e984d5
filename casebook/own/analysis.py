"""The measures of a reader's own conversation or network, under the names that the cases have.

Each has a value, or none and a reason. Null models and seeds are those of the eight cases, so that
the numbers can be laid side by side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from casebook import communities, measure_set, measures
from casebook.conversation import Conversation
from casebook.measure_set import MeasureSet
from casebook.own.prepare import FEW, Prepared
from casebook.provenance import Provenance, mark, of

#: Runs of the community detection, and random networks to compare with.
SEEDS, DRAWS = 50, 20

#: What needs messages, and is missing where a network was given.
_OF_MESSAGES = (
    "messages",
    "actors",
    "gini_messages",
    "top1_share",
    "top10_share",
    "response_rate",
    "median_response_hours",
)


@dataclass(frozen=True)
class Analysis:
    """``measures``; ``partition`` (account to community, 0 the largest); ``hours`` (local hour,
    messages; None without times); ``waiting`` (hours to the first answer with those still
    unanswered counted in; None if nothing can be said); ``origin``, of all of it.
    """

    measures: MeasureSet
    partition: pd.Series
    hours: pd.DataFrame | None
    waiting: pd.DataFrame | None
    origin: Provenance


def analyse(prepared: Prepared, *, timezone: str, seed: int) -> Analysis:
    """All measures of what was prepared."""
    network, conv = prepared.network, prepared.conversation
    null = _null(prepared, seed)
    conv = _sent(conv) if conv is not None else None
    seeds = range(seed, seed + SEEDS)
    made = measure_set.measure(conv or _silent(network["provenance"]), network, null, seeds=seeds)
    if prepared.nameless is not None:
        # Sent by somebody, whoever it was: a message all the same.
        sent = (made.values["messages"] or 0) + len(prepared.nameless)
        made = MeasureSet(made.values | {"messages": sent}, made.notes, made.betweenness_top)
    if conv is None:
        values = made.values | dict.fromkeys(_OF_MESSAGES)
        notes = made.notes | dict.fromkeys(_OF_MESSAGES, "The export is a network, not messages.")
        made = MeasureSet(values, notes, made.betweenness_top)
    if network.ecount():
        partition = communities.detect(network, seed=seed)
    else:
        partition = pd.Series(dtype=int, name="community")
    hours = _hours(conv, prepared.nameless, timezone) if conv is not None else None
    waiting = _waiting(conv) if conv is not None else None
    return Analysis(made, partition, hours, waiting, network["provenance"])


def _null(prepared: Prepared, seed: int) -> pd.Series:
    if not prepared.network.ecount():
        return pd.Series([], dtype=float)
    if prepared.kind == "co-comment" and prepared.conversation is not None:
        return communities.null_model(prepared.conversation, draws=DRAWS, seed=seed)
    return communities.null_model_ties(prepared.network, draws=DRAWS, seed=seed)


def _sent(conv: Conversation) -> Conversation:
    """Without posts that only stand in for those an export lacks: nobody counts as their sender."""
    if "stand_in" not in conv.messages:
        return conv
    real = ~conv.messages["stand_in"].fillna(False).astype(bool)
    rows = mark(conv.messages[real].reset_index(drop=True), of(conv.messages))
    return Conversation(rows, conv.actors, conv.case)


def _silent(origin: Provenance) -> Conversation:
    columns = ["message_id", "author", "kind", "parent_id", "target", "text"]
    messages = pd.DataFrame({name: pd.Series(dtype="str") for name in columns})
    messages["time"] = pd.Series(dtype="datetime64[us, UTC]")
    messages["weight"] = pd.Series(dtype=float)
    actors = pd.DataFrame({n: pd.Series(dtype="str") for n in ("actor", "role", "label", "group")})
    return Conversation(mark(messages, origin), mark(actors, origin), "network")


def _hours(conv: Conversation, nameless: pd.Series | None, timezone: str) -> pd.DataFrame | None:
    rows = conv.messages[~conv.messages["kind"].isin(measure_set.SILENT)]
    times = pd.concat([rows["time"], *([nameless] if nameless is not None else [])]).dropna()
    if times.empty:
        return None
    counted = times.dt.tz_convert(timezone).dt.hour.value_counts().reindex(range(24), fill_value=0)
    return pd.DataFrame({"hour": range(24), "messages": counted.to_numpy()})


def _waiting(conv: Conversation) -> pd.DataFrame | None:
    """Share of citizens' questions still unanswered after some hours, with 95% limits.

    Kaplan and Meier (1958): a question without an answer counts as waiting until the last message
    that was collected, not as one that never gets any. ``hours, unanswered, low, high``.
    """
    asked = questions(conv)
    if asked is None or len(asked) < FEW or asked["answered"].sum() < FEW:
        return None
    sample = stats.CensoredData(
        uncensored=asked.loc[asked["answered"], "hours"].to_numpy(),
        right=asked.loc[~asked["answered"], "hours"].to_numpy(),
    )
    survival = stats.ecdf(sample).sf
    with np.errstate(divide="ignore", invalid="ignore"):
        limits = survival.confidence_interval()
    at = np.array([1, 4, 12, 24, 48, 24 * 7], dtype=float)
    at = at[at <= asked["hours"].max()]
    return pd.DataFrame(
        {
            "hours": at,
            "unanswered": survival.evaluate(at),
            "low": limits.low.evaluate(at),
            "high": limits.high.evaluate(at),
        }
    )


def questions(conv: Conversation) -> pd.DataFrame | None:
    """Citizens' messages to government and how long each waited: ``hours, answered``.

    A question is what :func:`casebook.measures.questions` counts; ``hours`` runs to the first
    answer, or to the last message collected. None without times or roles.
    """
    table = measures.questions(conv)
    if table["asked"].isna().all():
        return None
    end = table["answered"].where(table["is_answered"], conv.messages["time"].max())
    hours = (end - table["asked"]).dt.total_seconds() / 3600
    waited = pd.DataFrame({"hours": hours, "answered": table["is_answered"]})
    return waited[waited["hours"] >= 0].dropna()
