"""What every reader of foreign files is given, and what it gives back.

A reader is a module with ``NAME``, ``recognises(peek)`` (cheap: it looks at names and beginnings
only) and ``read(source, options)``. What it gives is an :class:`Export`: a conversation or a
network, with an account of every row: rows in = rows used + rows rejected, always.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeAlias

import pandas as pd

from casebook.conversation import Conversation, validate
from casebook.errors import CasebookError
from casebook.provenance import Provenance, mark
from casebook.readers.acts import Acts
from casebook.readers.sources import Source
from casebook.readers.ties import Network

#: Columns of the tables that an export comes with.
REJECTS: tuple[str, ...] = ("file", "row", "column", "value", "problem", "remedy")
UNDERSTOOD: tuple[str, ...] = ("column", "meaning", "how")

#: How it is known what a column means.
BY_FORMAT = "by the format"
BY_NAME = "guessed from the name"
BY_VALUES = "guessed from the values"
GIVEN = "given"
NOT_USED = "not used"

#: Lines of what was understood: column, meaning, how.
Lines: TypeAlias = Sequence[tuple[str, str, str]]

#: What readers look at to recognise their format: names and beginnings of files.
Peek = Source


@dataclass(frozen=True)
class Options:
    """How to read what a file leaves open.

    ``timezone`` is that of times without one. ``mapping`` gives columns of a table by what they
    mean (``author``, ``time`` and so on). ``kind`` is ``"auto"``, ``"conversation"`` or
    ``"network"``, for tables that could be either.
    """

    timezone: str = "Europe/Amsterdam"
    mapping: Mapping[str, str] = field(default_factory=dict)
    kind: str = "auto"


@dataclass(frozen=True)
class Export:
    """What was read.

    ``kind`` is ``"conversation"`` or ``"network"``, and the field of that name is there.

    =================  =========================================================================
    ``format``         in plain words, such as "NodeXL workbook, two header rows"
    ``conversation``   messages and actors in the schema of :mod:`casebook.conversation`
    ``network``        ``edges`` (``source, target, weight, kind``), ``nodes`` (``id, label,
                       role, group`` and the file's own), ``directed``
    ``unattributed``   messages whose author the export does not tell, in the columns of
                       messages, ``author`` empty: good for counts by time and by post, for no
                       network
    ``rejects``        ``file, row, column, value, problem, remedy``: row as an editor shows it,
                       or the number of the entry
    ``rows_in``        rows of the files, headers not counted
    ``understood``     ``column, meaning, how``
    ``notes``          sentences: what was assumed, what cannot be made of it
    ``files``          SHA-256 by file
    =================  =========================================================================
    """

    format: str
    kind: str
    conversation: Conversation | None
    network: Network | None
    unattributed: pd.DataFrame
    rejects: pd.DataFrame
    rows_in: int
    rows_used: int
    understood: pd.DataFrame
    notes: tuple[str, ...]
    files: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rejected = len(self.rejects.drop_duplicates(["file", "row"]))
        if self.rows_in != self.rows_used + rejected:
            raise CasebookError(
                f"Rows were lost count of: {self.rows_in} in, {self.rows_used} used, {rejected} "
                "rejected. Remedy: this is a fault of the reader; please report it with the first "
                "rows of the file."
            )


class Reader(Protocol):
    """A module that reads one foreign format."""

    NAME: str

    def recognises(self, peek: Peek) -> bool:
        """Whether every file looks like this format; looks at names and beginnings only."""
        ...

    def read(self, source: Source, options: Options) -> Export:
        """The export, or a :class:`casebook.errors.DataError`."""
        ...


def of_conversation(
    messages: pd.DataFrame,
    actors: pd.DataFrame,
    source: Source,
    format_: str,
    *,
    rejects: pd.DataFrame,
    rows_in: int,
    rows_used: int | None = None,
    understood: Lines = (),
    notes: Sequence[str] = (),
    unattributed: pd.DataFrame | None = None,
) -> Export:
    """The export of a conversation, checked against the schema, with provenance ``yours``.

    Without ``rows_used``, rows that are not rejected count as used.
    """
    label = source.label
    valid = validate(messages, actors, file=label, actors_file=label)
    origin = Provenance("yours", note=f"Read from {label}: {format_}.")
    conversation = Conversation(mark(valid[0], origin), mark(valid[1], origin), source.case)
    loose = valid[0].iloc[:0] if unattributed is None else unattributed
    loose = mark(loose, origin)
    return _export(
        format_, conversation, None, loose, rejects, (rows_in, rows_used), understood, notes
    )


def of_acts(
    acts: Acts,
    source: Source,
    format_: str,
    understood: Lines = (),
    notes: Sequence[str] = (),
) -> Export:
    """The export of gathered acts."""
    messages = acts.messages()
    return of_conversation(
        messages,
        acts.actors(messages),
        source,
        format_,
        rejects=acts.rejects(),
        rows_in=acts.rows_in,
        understood=understood,
        notes=(*acts.notes, *notes),
    )


def of_network(
    network: Network,
    source: Source,
    format_: str,
    understood: Lines = (),
    notes: Sequence[str] = (),
) -> Export:
    """The export of a network, with provenance ``yours``."""
    origin = Provenance("yours", note=f"Read from {source.label}: {format_}.")
    marked = replace(network, edges=mark(network.edges, origin), nodes=mark(network.nodes, origin))
    loose = mark(pd.DataFrame(), origin)
    notes = (*network.notes, *notes)
    rows = network.rows_in, None
    return _export(format_, None, marked, loose, network.rejects, rows, understood, notes)


def _export(
    format_: str,
    conversation: Conversation | None,
    network: Network | None,
    unattributed: pd.DataFrame,
    rejects: pd.DataFrame,
    rows: tuple[int, int | None],
    understood: Lines,
    notes: Sequence[str],
) -> Export:
    rows_in, rows_used = rows
    if rows_used is None:
        rows_used = rows_in - len(rejects.drop_duplicates(["file", "row"]))
    return Export(
        format=format_,
        kind="network" if conversation is None else "conversation",
        conversation=conversation,
        network=network,
        unattributed=unattributed,
        rejects=rejects[list(REJECTS)].reset_index(drop=True),
        rows_in=rows_in,
        rows_used=rows_used,
        understood=pd.DataFrame(list(understood), columns=list(UNDERSTOOD), dtype="str"),
        notes=tuple(notes),
    )
