"""The strategies by what a practitioner starts from: a goal, an audience, a medium."""

from __future__ import annotations

import pandas as pd

from casebook import coding, published
from casebook.provenance import derive

#: Dimensions of the coding that a reader chooses by, and those that are shown beside them.
CHOICES: tuple[str, ...] = ("goal", "audience", "medium")
_SHOWN: tuple[str, ...] = (*CHOICES, "rung", "case")


def strategies() -> pd.DataFrame:
    """The seven strategies, a row each, several values of a cell separated by "; ".

    Columns ``strategy, goal, audience, medium`` (to choose by), ``rung``, ``what it takes``,
    ``the report warns``, ``shown by`` (cases with the reason) and ``where``.
    """
    coded = coding.cells("strategy", _SHOWN)
    held = coded[coded["settled"]]
    profiles = published.exhibit("strategy_profiles")
    told = profiles.set_index(["strategy", "aspect"])["text_en"]
    names = coding.units("strategy")
    listed = published.exhibit("strategies").set_index("strategy")
    rows = []
    for key, name in names.items():
        own = held[held["unit"] == key]
        values = {d: "; ".join(own.loc[own["dimension"] == d, "code_en"]) for d in _SHOWN}
        cases = own[own["dimension"] == "case"]
        rows.append(
            {
                "strategy": name,
                **{d: values[d] for d in CHOICES},
                "rung of the ladder": values["rung"],
                "what it takes": told[key, "condition"],
                "the report warns": told[key, "obstacle"],
                "shown by": "; ".join(
                    f"{case} ({reason[0].lower()}{reason[1:]})"
                    for case, reason in zip(cases["code_en"], cases["reason"], strict=True)
                ),
                "where": listed["locator"][key],
            }
        )
    return derive(pd.DataFrame(rows), coded, profiles, kind="coded")


def coverage() -> pd.DataFrame:
    """How many strategies the report connects with each goal, audience and medium.

    Columns ``choice, value, strategies`` (number) and ``which``; a value with none is kept.
    """
    coded = coding.cells("strategy", CHOICES)
    rows = []
    for (dimension, value), part in coded.groupby(["dimension_en", "code_en"], sort=False):
        held = part[part["settled"]]
        rows.append((dimension, value, len(held), "; ".join(held["unit_en"])))
    frame = pd.DataFrame(rows, columns=["choice", "value", "strategies", "which"])
    return derive(frame, coded, kind="coded")
