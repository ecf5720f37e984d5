"""One way to put a statement to the test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Test:
    """One way to test a statement: ``holds`` says of a view of a conversation whether it does."""

    __test__ = False  # for pytest: this is not a test case

    statement_id: str
    kind: str
    how: str
    holds: Callable[[Any], bool]


def between(value: float, low: float, high: float) -> bool:
    """Whether ``low <= value < high``."""
    return bool(low <= value < high)
