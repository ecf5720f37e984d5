"""What the report says of its conversations, put to the test on reconstructions of them.

A statement can be tested in more than one way; each :class:`Test` says how, and what the outcome
is worth:

* ``arithmetic``: follows from published figures alone, the same for every seed;
* ``built in``: put in by an assumption of the case's spec. That it holds shows that it can be
  had together with the figures, not that it was so;
* ``emergent``: nobody put it in; it comes out, or not, of everything else.

Wording and locators of the statements are those of the coded table ``statements``.

Each case has a module of its own here, with ``VIEW`` (how its tests see a conversation) and
``TESTS``.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from types import ModuleType

import pandas as pd

from casebook import provenance, published, reconstruct
from casebook.conversation import Conversation
from casebook.errors import CasebookError
from casebook.statements.test import Test

__all__ = ["Test", "evaluate", "holds", "tests"]


def tests(case: str) -> tuple[Test, ...]:
    """The tests of a case's statements.

    Raises
    ------
    CasebookError
        if there are none.
    """
    tested: tuple[Test, ...] = _module(case).TESTS
    return tested


def holds(conv: Conversation) -> pd.Series:
    """Outcome of each of the case's tests on one conversation, in the order of :func:`tests`."""
    wanted = tests(conv.case)
    view = _module(conv.case).VIEW(conv)
    return pd.Series([bool(test.holds(view)) for test in wanted], name="holds")


def evaluate(case: str, seeds: Iterable[int]) -> pd.DataFrame:
    """In how many of many reconstructions the report's statements hold.

    Returns
    -------
    DataFrame
        one row per test: ``statement_id, statement, locator, kind, how, holds_in, of``, the last
        two in numbers of seeds; marked ``reconstructed``.
    """
    outcomes = reconstruct.ensemble(case, lambda conv: holds(conv).to_dict(), seeds)
    wording = published.exhibit("statements").set_index("statement_id")
    rows = [
        {
            "statement_id": test.statement_id,
            "statement": wording["text_en"][test.statement_id],
            "locator": wording["locator"][test.statement_id],
            "kind": test.kind,
            "how": test.how,
            "holds_in": int(outcomes[column].sum()),
            "of": len(outcomes),
        }
        for column, test in enumerate(tests(case))
    ]
    return provenance.derive(pd.DataFrame(rows), outcomes)


def _module(case: str) -> ModuleType:
    known = reconstruct.cases()
    if case not in known:
        raise CasebookError(
            f"No statements are tested for '{case}'. Remedy: use one of {', '.join(known)}."
        )
    return importlib.import_module(f"casebook.statements.{case}")
