"""This book's own tables: messages as its schema has them, and the actors beside them."""

from __future__ import annotations

import pandas as pd

from casebook.conversation import ROLES
from casebook.readers import columns, plain, tables
from casebook.readers.base import BY_FORMAT, Export, Options, Peek
from casebook.readers.drafts import Gathered, finish
from casebook.readers.sources import File, Source
from casebook.readers.tables import Table

NAME = "messages and actors as this book keeps them"

_MESSAGES, _ACTORS = {"message_id", "author", "time", "kind"}, {"actor", "role"}
_MEANINGS = {
    "actor": "an actor",
    "role": "in what capacity the actor takes part",
    "label": "the actor's name in full",
    "group": "the actor's group",
}


def recognises(peek: Peek) -> bool:
    """Whether the files are one table of messages and one of actors."""
    return (
        len(peek.files) == 2 and any(map(_messages, peek.files)) and any(map(_actors, peek.files))
    )


def _messages(file: File) -> bool:
    return set(tables.columns(file)) >= _MESSAGES


def _actors(file: File) -> bool:
    return set(tables.columns(file)) >= _ACTORS


def read(source: Source, options: Options) -> Export:
    """The conversation, with the roles that the table of actors gives."""
    gathered = Gathered(source, options)
    for file in source.files:
        table = tables.load(file)
        gathered.table(table)
        if _messages(file):
            found = columns.find(table, {}, "conversation")
            gathered.tell([(c, m, BY_FORMAT if m else how) for c, m, how in found.lines])
            gathered.drafts.append(plain.draft(table, found, gathered, mentions=False))
        else:
            gathered.by_format(table, _MEANINGS)
            _add_actors(table, gathered)
    return finish(gathered, NAME)


def _add_actors(whole: Table, gathered: Gathered) -> None:
    remedy = "give every actor one row"
    table = gathered.turn_down(whole, whole["actor"] == "", "actor", "it names nobody", remedy)
    twice = table["actor"].duplicated()
    table = gathered.turn_down(table, twice, "actor", "this actor stands there twice", remedy)
    unknown = ~table["role"].isin(["", *ROLES])
    remedy = f"use one of {', '.join(ROLES)}"
    table = gathered.turn_down(table, unknown, "role", "this role is unknown", remedy)
    gathered.rows_besides += len(table.cells)
    for field, name in ((gathered.accounts, "label"), (gathered.groups, "group")):
        field.update(_by_actor(table, name))
    gathered.roles.update(_by_actor(table, "role"))


def _by_actor(table: Table, name: str) -> dict[str, str]:
    said: pd.Series = table[name]
    return dict(zip(table["actor"], said, strict=True))
