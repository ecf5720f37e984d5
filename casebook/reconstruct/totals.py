"""The published totals: room for them, and counting whether they are met."""

from __future__ import annotations

from typing import Any

import pandas as pd

from casebook import conversation
from casebook.conversation import Conversation
from casebook.errors import CasebookError
from casebook.provenance import mark
from casebook.reconstruct.spec import Spec, spec, target


def targets(case: str) -> pd.DataFrame:
    """The published totals against those of the bundled conversation.

    Returns
    -------
    DataFrame
        ``what, ledger_id, published, reconstructed, met``.
    """
    return compare(spec(case), conversation.load(case))


def compare(plan: Spec, made: Conversation) -> pd.DataFrame:
    """The totals of a spec against those of ``made``; columns as in :func:`targets`."""
    reached = [_count(plan, total, made) for total in plan.totals]
    table = pd.DataFrame(
        {
            "what": [t["what"] for t in plan.totals],
            "ledger_id": [t["id"] for t in plan.totals],
            "published": [target(t) for t in plan.totals],
            "reconstructed": reached,
        }
    )
    table["met"] = table["published"] == table["reconstructed"]
    return mark(table, plan.provenance)


def _count(plan: Spec, total: dict[str, Any], made: Conversation) -> int:
    """Count what a total of the spec counts, by kind, by whom and below whose messages.

    That is messages, their authors, the messages below the one that has most, or all actors,
    silent ones too; ``role`` may list several roles.
    """
    labels = {a["key"]: a["label"] for a in plan.accounts}
    actors = made.actors
    whole = actors["actor"]
    rows = made.messages[made.messages["kind"].isin(total["kinds"])]
    if "role" in total:
        roles = total["role"] if isinstance(total["role"], list) else [total["role"]]
        whole = actors.loc[actors["role"].isin(roles), "actor"]
        rows = rows[rows["author"].isin(whole)]
    if "group" in total:
        whole = actors.loc[actors["group"] == total["group"], "actor"]
        rows = rows[rows["author"].isin(whole)]
    if total["count"] == "actors":
        return len(whole)
    for part, column in (("account", "author"), ("target", "target")):
        if part in total:
            who = actors.loc[actors["label"] == labels[total[part]], "actor"]
            rows = rows[rows[column].isin(who)]
    if "below" in total:
        who = actors.loc[actors["label"] == labels[total["below"]], "actor"]
        begun = made.messages.loc[made.messages["author"].isin(who), "message_id"]
        rows = rows[conversation.roots(made.messages)[rows.index].isin(begun)]
    if total["count"] == "largest":
        return int(conversation.roots(made.messages)[rows.index].value_counts().max())
    return int(rows["author"].nunique()) if total["count"] == "authors" else len(rows)


def room(plan: Spec, what: str, needed: int, available: int, keys: str) -> None:
    """Refuse assumptions that leave no room for a total."""
    if not 0 <= needed <= available:
        raise CasebookError(
            f"{plan.case}: {what}: {needed:,} are needed and there is room for {available:,}. "
            f"Remedy: change {keys} in {plan.file}."
        )
