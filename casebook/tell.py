"""Values computed in a chapter's code, told in its prose.

A cell calls ``tell(per_post=..., of=[...])``; the sentence prints it with the book's ``{fact}``
role as ``=per_post``. The value carries the provenance of what it was computed from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from casebook import paths, published
from casebook.errors import ProvenanceError
from casebook.minus import minus
from casebook.provenance import Provenance, combine, of

#: Mime type under which the book's extension finds told values.
MIME = "application/vnd.casebook.values+json"


def format_number(value: float | int | str) -> str:
    """A number as the prose prints it; text stays as it is.

    Whole numbers get thousands separators; others one decimal from 10 upwards, none from 1,000,
    two below 10.
    """
    if not isinstance(value, str):
        size = abs(value)
        digits = 0 if float(value).is_integer() or size >= 1000 else 1 if size >= 10 else 2
        value = f"{value:,.{digits}f}"
    return minus(value)


def format_day(when: date) -> str:
    """A day as prose has it, 1 January 2014, on any system (not all know a day without zero)."""
    return f"{when.day} {when:%B %Y}"


@dataclass(frozen=True)
class Told:
    """Named values with one provenance; shown as plain text in a notebook."""

    values: dict[str, str]
    provenance: Provenance
    how: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        listed = "\n".join(f"{name}: {text}" for name, text in self.values.items())
        origin = self.provenance
        return {
            MIME: {
                "values": self.values,
                "kind": origin.kind,
                "cited": origin.cited,
                "how": self.how,
                "inputs": paths.used(),
            },
            "text/plain": f"{listed}\n({origin.kind}: {self.how})",
        }


def tell(
    *, of_: Sequence[Any], how: str, as_printed: bool = False, **values: float | int | str
) -> Told:
    """Values for the prose, computed from ``of_`` in the way that ``how`` says.

    Parameters
    ----------
    of_
        what they were computed from: ledger ids, or tables and graphs with provenance.
    how
        one plain phrase, such as "comments divided by posts".
    as_printed
        the values stand so in the printed tables that they are taken from.
    values
        name to number or ready text; see :func:`format_number`.

    Raises
    ------
    ProvenanceError
        if ``of_`` is empty, or an input does not say where it comes from.
    """
    if not of_:
        raise ProvenanceError("tell() needs of_: what the values were computed from.")
    origins = [published.fact(i).provenance if isinstance(i, str) else of(i) for i in of_]
    texts = {name: format_number(value) for name, value in values.items()}
    kind = "published" if as_printed else "derived"
    return Told(texts, combine(*origins, kind=kind), how)
