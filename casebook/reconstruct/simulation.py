"""From a spec and a seed to a conversation, or to a statistic of many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from casebook.conversation import Conversation
from casebook.errors import CasebookError, DataError
from casebook.provenance import mark
from casebook.reconstruct.co_comment import co_comment
from casebook.reconstruct.follow import follow
from casebook.reconstruct.mention import mention
from casebook.reconstruct.spec import Spec, spec
from casebook.reconstruct.thread import thread
from casebook.reconstruct.totals import compare

Statistic = Callable[[Conversation], Mapping[str, Any]]

#: What makes a conversation of each of :data:`casebook.reconstruct.spec.KINDS`.
ENGINES = {"co_comment": co_comment, "mention": mention, "thread": thread, "follow": follow}


def simulate(case: str | Spec, seed: int | None = None) -> Conversation:
    """A conversation that meets the totals of ``case``, marked ``reconstructed``.

    Parameters
    ----------
    case
        name of a case, or a spec (of your own).
    seed
        of the random numbers; without it the one that the spec states, which gives the bundled
        conversation.

    Returns
    -------
    Conversation
        ``messages`` and ``actors`` in the schema of :mod:`casebook.conversation`. A comment that
        answers another commenter has that commenter as ``target``. Likes have no time.

    Raises
    ------
    CasebookError
        if a total is not met, or the assumptions leave no room for it: names the case, the total,
        the figures and what to change.
    DataError
        if the spec lacks an assumption or part of one.
    """
    plan = case if isinstance(case, Spec) else spec(case)
    rng = np.random.Generator(np.random.PCG64(plan["seed"] if seed is None else seed))
    try:
        messages, actors = ENGINES[plan.kind](plan, rng)
    except KeyError as error:
        raise DataError(
            plan.file,
            f"an assumption has no value for '{error.args[0]}'",
            "add it; see the bundled specs",
            column="assumptions",
        ) from error
    made = Conversation(mark(messages, plan.provenance), mark(actors, plan.provenance), plan.case)
    for row in compare(plan, made).itertuples():
        if not row.met:
            raise CasebookError(
                f"{plan.case}: the total '{row.what}' ({row.ledger_id}) is {row.reconstructed:,}, "
                f"published is {row.published:,}. Remedy: change the assumptions in {plan.file} "
                "that fix this number."
            )
    return made


def ensemble(case: str | Spec, statistic: Statistic, seeds: Iterable[int]) -> pd.DataFrame:
    """``statistic`` of a conversation for each of many seeds.

    Returns
    -------
    DataFrame
        ``seed`` and one column per key of what ``statistic`` returns, marked ``reconstructed``.
    """
    plan = case if isinstance(case, Spec) else spec(case)
    rows = [{"seed": seed, **statistic(simulate(plan, seed))} for seed in seeds]
    return mark(pd.DataFrame(rows), plan.provenance)
