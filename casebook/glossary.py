"""Dutch terms of government and of networks, with the English that this book uses for them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from functools import cache

import pandas as pd

from casebook import figure, published
from casebook.errors import DataError
from casebook.provenance import derive


@dataclass(frozen=True)
class Term:
    """One term: its ``key`` (lower case, underscores), both languages and what it means."""

    key: str
    dutch: str
    english: str
    definition: str


@cache
def _terms() -> dict[str, Term]:
    rows = published.exhibit("glossary")
    columns = ["term", "label_nl", "label_en", "definition_en"]
    return {row[0]: Term(*row) for row in rows[columns].itertuples(index=False, name=None)}


def term(name: str) -> Term:
    """The term that ``name`` stands for: its key, or the Dutch term itself.

    Raises :class:`~casebook.errors.DataError` for a term that the glossary lacks.
    """
    wanted = _key(name)
    for known in _terms().values():
        if wanted in (known.key, _key(known.dutch)):
            return known
    near = ", ".join(difflib.get_close_matches(wanted, _terms(), n=3, cutoff=0.4))
    raise DataError(
        "data/coded/glossary.csv",
        f"there is no term '{name}'",
        f"add it, or correct the name{f' (perhaps {near})' if near else ''}",
    )


def _key(text: str) -> str:
    return text.strip().lower().replace(" ", "_")


def exhibit() -> figure.Figure:
    """The glossary as a table whose rows can be linked to, in the order of the Dutch terms.

    The locator closes the meaning, in brackets.
    """
    rows = published.exhibit("glossary")
    shown = pd.DataFrame(
        {
            "Dutch": rows["label_nl"],
            "English": rows["label_en"],
            "meaning": rows["definition_en"] + " (" + rows["locator"] + ")",
            "why this English": rows["reason"],
            "id": rows["term"],
        }
    )
    keyed = figure.table(
        derive(shown, rows, kind="coded"),
        "glossary",
        "Dutch terms of government, participation and networks with the English of this book, "
        "their meaning and the reason for the choice.",
        anchors=("id", "term"),
    )
    # The keys have made the link targets; readers have no use for them.
    return replace(keyed, frame=keyed.frame.drop(columns="id"))
