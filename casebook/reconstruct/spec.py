"""A case's ``spec.yml``: reading it, and what it states as tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd
import yaml

from casebook import published
from casebook.errors import DataError
from casebook.paths import data_dir, data_file
from casebook.provenance import Provenance, mark

#: The kinds of conversation that a spec may ask for.
KINDS = ("co_comment", "mention", "thread", "follow")

#: Lists of a spec, and what their entries must state.
_PARTS: dict[str, tuple[str, ...]] = {
    "groups": (),
    "accounts": ("key", "label", "role", "group", "locator"),
    "totals": ("what", "id", "count", "kinds"),
    "told": ("statement", "locator"),
    "assumptions": ("key", "value", "reason"),
}


@dataclass(frozen=True)
class Spec:
    """One case's ``spec.yml``; ``given`` maps the key of each assumption to its value."""

    case: str
    kind: str
    sources: tuple[str, ...]
    period: dict[str, str]
    groups: tuple[str, ...]
    accounts: tuple[dict[str, str], ...]
    totals: tuple[dict[str, Any], ...]
    told: tuple[dict[str, str], ...]
    assumptions: tuple[dict[str, Any], ...]
    given: dict[str, Any]
    file: str

    def __getitem__(self, key: str) -> Any:
        """The value of an assumption.

        Raises
        ------
        DataError
            if the spec does not state it.
        """
        if key not in self.given:
            raise DataError(
                self.file,
                f"the assumption '{key}' is missing",
                "add it with a value and a reason",
                column="assumptions",
            )
        return self.given[key]

    def total(self, what: str) -> int:
        """The published figure that the spec lists under ``what``."""
        for total in self.totals:
            if total["what"] == what:
                return target(total)
        raise DataError(
            self.file,
            f"the total '{what}' is missing",
            "add it with its ledger id",
            column="totals",
        )

    @property
    def provenance(self) -> Provenance:
        """What everything made from this spec is marked with."""
        return Provenance(
            "reconstructed",
            self.sources,
            "Simulated from published totals, where there are any, and the assumptions stated in "
            f"reconstructed/{self.case}/spec.yml.",
        )


def cases() -> list[str]:
    """The cases that have a spec, sorted."""
    return sorted(p.parent.name for p in data_dir().glob("reconstructed/*/spec.yml"))


def spec(case: str) -> Spec:
    """The spec of a case.

    Raises
    ------
    DataError
        if there is none, or if it lacks a part or a reason, or states an assumption twice.
    """
    name = f"reconstructed/{case}/spec.yml"
    path = data_file(name)
    if not path.is_file():
        raise DataError(name, f"there is no case '{case}'", f"use one of: {', '.join(cases())}")
    return parse(path.read_text("utf-8"), case, name)


@cache
def parse(text: str, case: str, file: str = "spec.yml") -> Spec:
    """A spec from YAML text; errors as in :func:`spec`. To vary one, ``dataclasses.replace`` it."""
    try:
        raw = yaml.safe_load(text) or {}
    except yaml.MarkedYAMLError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else None
        raise DataError(file, f"not YAML: {error.problem}", "correct the line", row=row) from None
    missing = [part for part in ("kind", "sources", "period", *_PARTS) if part not in raw]
    if missing:
        raise DataError(file, f"it has no {', '.join(missing)}", "add it; see the bundled specs")
    if raw["kind"] not in KINDS:
        raise DataError(
            file, f"'{raw['kind']}' is unknown", f"use one of {', '.join(KINDS)}", column="kind"
        )
    for part, needed in _PARTS.items():
        for entry in raw[part]:
            lacking = [key for key in needed if entry.get(key) is None]
            if lacking:
                named = repr(next(iter(entry.values())))
                raise DataError(file, f"{named} has no {', '.join(lacking)}", "add it", column=part)
    keys = [entry["key"] for entry in raw["assumptions"]]
    for key in keys:
        if keys.count(key) > 1:
            raise DataError(file, f"'{key}' stands there twice", "keep one", column="assumptions")
    lists = {part: tuple(raw[part]) for part in _PARTS}
    given = {entry["key"]: entry["value"] for entry in raw["assumptions"]}
    sources = tuple(raw["sources"])
    return Spec(case, raw["kind"], sources, raw["period"], **lists, given=given, file=file)


def assumptions(case: str) -> pd.DataFrame:
    """Every number that is ours and not the report's: ``key, value`` (as text), ``reason``."""
    plan = spec(case)
    rows = [
        {"key": a["key"], "value": _in_words(a["value"]), "reason": a["reason"]}
        for a in plan.assumptions
    ]
    return mark(pd.DataFrame(rows), plan.provenance)


def told(case: str) -> pd.DataFrame:
    """What the report says of the conversation, in our words: ``statement, locator``."""
    plan = spec(case)
    rows = pd.DataFrame(plan.told)[["statement", "locator"]]
    return mark(rows, Provenance("coded", plan.sources, "Statements in our own words."))


def target(total: dict[str, Any]) -> int:
    """The number that a total of a spec asks for.

    Where the printed figure is a share (a fraction or a percentage) ``of`` names the ledger id of
    what it is a share of; then it is the nearest whole number, as the share is a rounded one.
    """
    if "of" not in total:
        return amount(total["id"])
    share = published.fact(total["id"])
    assert isinstance(share.value, float | int)
    whole = published.value(total["of"])
    return round(share.value * whole / (100 if share.unit == "percent" else 1))


def amount(id_or_number: str | int) -> int:
    """A number of a spec: stated itself, or by the ledger id of the printed figure."""
    if isinstance(id_or_number, str):
        return int(published.value(id_or_number))
    return id_or_number


def _in_words(value: Any) -> str:
    if value in ([], {}):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_in_words, value))
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, str) and "." in value:  # a printed figure, by its id in the ledger
        return f"{amount(value):,} ({value})"
    if not isinstance(value, dict):
        return str(value) or "none"
    nested = any(isinstance(part, dict) for part in value.values())
    parts = [f"{key or 'no group'}: {_in_words(part)}" for key, part in value.items()]
    return ("; " if nested else ", ").join(parts)
