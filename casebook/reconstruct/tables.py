"""The tables of a conversation, made from arrays of row numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from casebook.reconstruct.spec import Spec

NONE = -1  # no actor, no message, in arrays of row numbers
NEVER = np.iinfo(np.int64).max  # no time


def actors_table(plan: Spec, groups: np.ndarray, roles: np.ndarray) -> pd.DataFrame:
    """The actors' table: the accounts that the spec names, then citizens."""
    accounts = plan.accounts
    size = len(accounts) + len(groups)
    return pd.DataFrame(
        {
            "actor": [f"p{i + 1:04d}" for i in range(size)],
            "role": [a["role"] for a in accounts] + list(roles),
            "label": [a["label"] for a in accounts] + [""] * len(groups),
            "group": [a["group"] for a in accounts] + list(groups),
        },
        dtype="str",
    )


def messages_table(
    actors: pd.DataFrame,
    kinds: tuple[str, ...],
    kind: np.ndarray,
    author: np.ndarray,
    target: np.ndarray,
    parent: np.ndarray,
    time: np.ndarray,
) -> pd.DataFrame:
    """The messages' table from row numbers, in order of time; what has no time comes last.

    ``kind`` are row numbers of ``kinds``, in an order that puts parents first.
    """
    order = np.lexsort((target, author, parent, kind, time))
    row = np.empty(len(order), dtype=np.int64)
    row[order] = np.arange(len(order))
    width = len(str(len(order)))
    # The last entry of both lists is what the row number -1 finds.
    ids = np.array([f"m{i + 1:0{width}d}" for i in range(len(order))] + [""], dtype=object)
    names = np.array([*actors["actor"], ""], dtype=object)
    above = np.where(parent == NONE, NONE, row[parent])[order]
    seconds = pd.Series(time[order])
    timed = seconds < NEVER
    times = pd.to_datetime(seconds.where(timed), unit="s", utc=True).dt.as_unit("us")
    return pd.DataFrame(
        {
            "message_id": pd.array(ids[:-1], dtype="str"),
            "author": pd.array(names[author[order]], dtype="str"),
            "time": times,
            "kind": pd.array(np.array(kinds, dtype=object)[kind[order]], dtype="str"),
            "parent_id": pd.array(ids[above], dtype="str"),
            "target": pd.array(names[target[order]], dtype="str"),
            "text": pd.array([""] * len(order), dtype="str"),
            "weight": 1.0,
        }
    )
