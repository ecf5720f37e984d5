"""The same spec with other sizes, where sizes are assumed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from casebook.reconstruct.spec import Spec


def sized(plan: Spec) -> list[str]:
    """The keys of the assumptions that the spec marks as sizes (``size: true``)."""
    return [entry["key"] for entry in plan.assumptions if entry.get("size")]


def scaled(plan: Spec, factor: float) -> Spec:
    """The spec with every assumed size ``factor`` times as large, in whole numbers of one or more.

    All else stays: shares, chances, and what a ledger id gives.
    """
    given = {key: _times(plan.given[key], factor) for key in sized(plan)}
    return replace(plan, given={**plan.given, **given})


def _times(size: Any, factor: float) -> Any:
    if isinstance(size, dict):
        return {key: _times(part, factor) for key, part in size.items()}
    return size if isinstance(size, str) else max(1, round(size * factor))
