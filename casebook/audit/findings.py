"""The findings: every check of the table ``audit``, carried out on the printed record."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from casebook import published
from casebook.audit import rules, values
from casebook.audit.rules import Outcome
from casebook.audit.values import FILE
from casebook.errors import DataError
from casebook.paths import data_dir
from casebook.provenance import derive


def findings() -> pd.DataFrame:
    """Every check with its result, one row each.

    Returns
    -------
    DataFrame
        ``finding`` (id), ``rule``, ``kind`` (the rule's name for readers), ``source``, ``locator``,
        ``against`` (where the other side stands), ``about`` (what is claimed), ``printed``,
        ``follows`` (what follows from the other figures), ``off`` (how far the print is from it),
        ``verdict`` (one of :data:`casebook.audit.rules.VERDICTS`), ``reading`` (how to take it) and
        ``treatment`` (how this book prints it).

    Raises
    ------
    DataError
        if a check names a value that is not there, or has inputs its rule does not take.
    """
    coded = published.exhibit("audit")
    kinds = published.exhibit("audit_rules").set_index("rule")["label_en"]
    outcomes = [_outcome(row) for row in coded.to_dict("records")]
    frame = pd.DataFrame(
        {
            "finding": coded["finding"],
            "rule": coded["rule"],
            "kind": coded["rule"].map(kinds),
            "source": coded["source"],
            "locator": coded["locator"],
            "against": coded["against"],
            "about": coded["about_en"],
            "printed": coded["printed"],
            "follows": [outcome.follows for outcome in outcomes],
            "off": [outcome.off for outcome in outcomes],
            "verdict": [outcome.verdict for outcome in outcomes],
            "reading": coded["reason"],
            "treatment": coded["treatment_en"],
        }
    )
    note = "Checks and readings are ours; what follows is computed from the printed figures."
    return derive(frame, coded, kind="coded", note=note)


def doubts() -> dict[str, list[tuple[str, str]]]:
    """Printed values that a finding doubts: reference to ``(finding, verdict)`` of each.

    A ledger id or a cell counts if it is what is claimed; where the claim is in words, or two
    prints of one quantity disagree, all that are named count.
    """
    return _doubts(str(data_dir()))


@lru_cache(maxsize=4)
def _doubts(_root: str) -> dict[str, list[tuple[str, str]]]:
    coded = published.exhibit("audit").set_index("finding")
    found: dict[str, list[tuple[str, str]]] = {}
    for finding, verdict in findings()[["finding", "verdict"]].itertuples(index=False):
        if verdict not in rules.DOUBTS:
            continue
        row = coded.loc[finding]
        named = [name for name in _references(row["claim"]) if not values.is_literal(name)]
        if not named or row["rule"] in ("same", *rules.READ):
            named += [n for n in _references(row["inputs"]) if not values.is_literal(n)]
        for reference in dict.fromkeys(named):
            found.setdefault(reference, []).append((finding, verdict))
    return found


@lru_cache(maxsize=4)
def _abouts(_root: str) -> dict[str, str]:
    found = findings()
    said = "“" + found["about"] + "”: " + found["verdict"]
    return dict(zip(found["finding"], said, strict=True))


def abouts() -> dict[str, str]:
    """What each finding is about, and how it came out, by its id."""
    return _abouts(str(data_dir()))


def doubted_tables() -> list[tuple[str, str, list[str]]]:
    """Printed tables with a doubted cell: ``(source and locator, path, findings)`` of each."""
    tables = published.resources()
    found: dict[str, list[str]] = {}
    for reference, about in doubts().items():
        if "[" in reference:
            found.setdefault(reference.partition("[")[0], []).extend(f for f, _ in about)
    return [
        (f"{row.source} {row.locator}", row.path, list(dict.fromkeys(found[str(row.Index)])))
        for row in tables.loc[list(found)].itertuples()
    ]


def _outcome(row: dict[str, str]) -> Outcome:
    rule, finding = row["rule"], row["finding"]
    try:
        inputs = [value for name in _references(row["inputs"]) for value in values.read(name)]
        if rule in rules.READ:
            for name in _references(row["claim"]):
                values.read(name)
            return Outcome(row["verdict"], "")
        if rule == "exceeds":
            return rules.exceeds(inputs)
        return rules.RULES[rule](values.one(row["claim"]), inputs)
    except DataError as error:
        raise DataError(FILE, f"finding '{finding}': {error.problem}", error.remedy) from error


def _references(text: str) -> list[str]:
    return [part for part in (p.strip() for p in text.split(";")) if part]
