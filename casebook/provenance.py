"""Where a table, network or figure comes from, carried along with the object itself.

Five kinds, strongest first:

* ``published``: printed in a source, with locator;
* ``derived``: computed from published values;
* ``coded``: our classification of the text, with locator;
* ``yours``: a reader's own data;
* ``reconstructed``: simulated by us under stated assumptions.

What is built from several bears the weakest of them. DataFrames and Series carry their
:class:`Provenance` in ``attrs["provenance"]``, graphs in ``graph["provenance"]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import networkx as nx
import pandas as pd

from casebook.errors import ProvenanceError
from casebook.locators import merged

#: The kinds, strongest first.
KINDS: tuple[str, ...] = ("published", "derived", "coded", "yours", "reconstructed")

T = TypeVar("T", pd.DataFrame, pd.Series, nx.Graph, nx.DiGraph)


@dataclass(frozen=True)
class Provenance:
    """One statement of origin.

    ``kind`` is one of :data:`KINDS`; ``sources`` are ``"key locator"`` strings such as
    ``"twente2014 §5.3"`` in the order they were first used; ``note`` is one plain sentence.
    """

    kind: str
    sources: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ProvenanceError(
                f"Unknown provenance kind {self.kind!r}. Remedy: use one of {', '.join(KINDS)}."
            )

    @property
    def cited(self) -> str:
        """The sources in one line, each once: ``twente2014 §5.2, §5.3; emma2013 §4.1``."""
        places: dict[str, list[str]] = {}
        for source in self.sources:
            key, _, locator = source.partition(" ")
            places.setdefault(key, []).append(locator)
        return "; ".join(f"{key} {merged(found)}".strip() for key, found in places.items())


def weakest(*kinds: str) -> str:
    """The kind that something built from all of ``kinds`` bears."""
    return max(kinds, key=KINDS.index)


def combine(*origins: Provenance, kind: str = "published", note: str = "") -> Provenance:
    """The provenance of something of ``kind`` made from ``origins``: the weakest of them all."""
    sources = tuple(dict.fromkeys(s for origin in origins for s in origin.sources))
    return Provenance(weakest(kind, *(o.kind for o in origins)), sources, note)


def mark(obj: T, origin: Provenance) -> T:
    """Write ``origin`` on ``obj`` and return it (frames as a shallow copy, graphs themselves)."""
    if isinstance(obj, nx.Graph):
        obj.graph["provenance"] = origin
        return obj
    marked = obj.copy(deep=False)
    marked.attrs = {**obj.attrs, "provenance": origin}
    return marked


def of(obj: Any) -> Provenance:
    """The provenance that ``obj`` carries.

    Raises
    ------
    ProvenanceError
        if it carries none: pandas drops attributes in some operations, and a table that has
        lost its origin must not be shown. The remedy is :func:`derive`.
    """
    if isinstance(obj, Provenance):
        return obj
    held = obj.graph if isinstance(obj, nx.Graph) else getattr(obj, "attrs", {})
    origin = held.get("provenance")
    if not isinstance(origin, Provenance):
        raise ProvenanceError(
            f"This {type(obj).__name__} does not say where it comes from. "
            "Remedy: provenance.derive(it, the_tables_it_was_made_from)."
        )
    return origin


def derive(obj: T, *inputs: Any, kind: str = "derived", note: str = "") -> T:
    """Mark ``obj`` as made from ``inputs`` by computation: never stronger than any of them."""
    if not inputs:
        raise ProvenanceError("derive() needs the tables or graphs it was made from.")
    return mark(obj, combine(*(of(i) for i in inputs), kind=kind, note=note))


def relabel(table: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """The columns that readers see, in the order and under the names of ``names``, same origin."""
    return mark(table[list(names)].rename(columns=names), of(table))
