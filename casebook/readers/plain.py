"""Any table of messages or of ties: what its columns mean is guessed, shown, and can be given.

Where the table has no column for it, the thread decides what a row is: a message with a parent is a
comment on it (a reply, if that is a comment itself), one with an addressee a reply, any other a
post. A text that begins with "RT @name" is a retweet of that account; other names after an @ are
mentions.
"""

from __future__ import annotations

import pandas as pd

from casebook.errors import DataError
from casebook.readers import columns, tables, tweets
from casebook.readers.base import Export, Options, Peek, of_network
from casebook.readers.drafts import Draft, Gathered, finish, times, with_cells
from casebook.readers.sources import Source
from casebook.readers.tables import Table
from casebook.readers.ties import Ties
from casebook.readers.workbooks import NO_RESULT

NAME = "table of messages or ties (CSV, XLSX, NDJSON, Parquet)"

# The ends of a tie have no direction where the header numbers them.
_NO_WAY = ("vertex1", "node1", "persoon1", "person1")


def recognises(peek: Peek) -> bool:
    """Whether each file is a table, or looks as if it were meant as one: reading tells more."""
    return all(len(tables.columns(file)) > 1 or tables.is_meant(file) for file in peek.files)


def read(source: Source, options: Options) -> Export:
    """The conversation, or the network, in one or several tables.

    Raises
    ------
    DataError
        if columns cannot be understood or tables do not go together.
    """
    whole = [tables.load(file) for file in source.files]
    found = [columns.find(table, options.mapping, options.kind) for table in whole]
    if len({one.network for one in found}) > 1:
        problem = "some of these tables hold messages and others ties"
        raise DataError(source.label, problem, "give tables of one sort at a time")
    form = whole[0].form if len({table.form for table in whole}) == 1 else "several forms"
    if found[0].network:
        return _ties(source, whole, found, form)
    gathered = Gathered(source, options)
    for table, one in zip(whole, found, strict=True):
        gathered.table(table)
        gathered.tell(one.lines)
        gathered.drafts.append(draft(table, one, gathered))
    _say_what_is_missing(gathered, found)
    return finish(gathered, f"table of messages ({form})")


def draft(
    table: Table, found: columns.Found, gathered: Gathered, *, mentions: bool = True
) -> Draft:
    """The rows by what their columns mean; with ``mentions``, also those in their texts."""
    names = {_SCHEMA.get(meaning, meaning): column for meaning, column in found.names.items()}
    rows = pd.DataFrame({name: table[column] for name, column in names.items()})
    read = None
    if {"time", "day"} <= names.keys():
        clock = table[names["time"]]
        whole = (table[names["day"]] + " " + clock).str.strip()
        table = with_cells(table, table.cells.assign(**{names["time"]: whole}))
    if "time" in names:
        read = times(table, names["time"], gathered.options)
        gathered.note(*read.notes)
    if "kind" in rows:
        rows["kind"] = _kinds(rows["kind"], names["kind"], gathered)
    else:
        rows["kind"] = pd.Series("", index=rows.index, dtype="str")
    if "target" in rows:
        rows["target"] = rows["target"].str.removeprefix("@")
    if "author" in rows:
        rows["author"] = rows["author"].str.removeprefix("@")
    named = _from_text(rows, gathered) if mentions and "text" in rows else []
    return Draft(table, rows, names, named, times=read)


#: Meanings that the schema of conversations calls otherwise.
_SCHEMA = {"id": "message_id", "parent": "parent_id"}


def _kinds(said: pd.Series, column: str, gathered: Gathered) -> pd.Series:
    """Kinds of the schema; what is unknown is left to the thread, and told."""
    kinds = said.map(lambda one: columns.KINDS.get(columns.plain(one), ""))
    odd = said[(kinds == "") & (said != "") & (said != NO_RESULT)]
    if len(odd):
        examples = ", ".join(f"'{one[:30]}'" for one in odd.unique()[:3])
        gathered.note(
            f"Kinds in '{column}' that are not known ({examples}) were left out; what such a row "
            f"is was told from the thread: {len(odd):,}."
        )
    return kinds.mask(said == NO_RESULT, NO_RESULT).astype("str")


def _from_text(rows: pd.DataFrame, gathered: Gathered) -> list[tuple[str, ...]]:
    """Retweets by their text; gives whom texts mention. Alters kind and target.

    An account is spelled as its owner does where that is known: @anna is Anna.
    """
    spelled = {name.casefold(): name for name in reversed(rows["author"].unique())}
    whom = tweets.retweeted(rows["text"]).map(lambda name: spelled.get(name.casefold(), name))
    again = (whom != "") & rows["kind"].isin(["", "tweet", "retweet"])
    if again.any():
        rows["kind"] = rows["kind"].mask(again, "retweet")
        rows["target"] = rows.get("target", pd.Series("", index=rows.index, dtype="str")).mask(
            again, whom
        )
        gathered.note(f"Texts that begin with 'RT @name' were taken as retweets: {again.sum():,}.")
    silent = again | rows["kind"].isin(["mention", "follow", "like", "retweet"])
    mentions = [
        () if skip else tuple(spelled.get(name.casefold(), name) for name in names)
        for skip, names in zip(silent, tweets.mentioned(rows["text"]), strict=True)
    ]
    count = sum(map(len, mentions))
    if count:
        gathered.note(f"Names after an @ in texts were taken as mentions: {count:,}.")
    return mentions


def _say_what_is_missing(gathered: Gathered, found: list[columns.Found]) -> None:
    names = {meaning for one in found for meaning in one.names}
    if "time" not in names:
        gathered.note("No column says when: nothing can be said of days, hours and response times.")
    if "parent" not in names:
        gathered.note(
            "No column says what a message answers: no network of who comments together and no "
            "response rate can be made."
        )


def _ties(source: Source, whole: list[Table], found: list[columns.Found], form: str) -> Export:
    ties = Ties(whole[0].name)
    for table, one in zip(whole, found, strict=True):
        ties.file = table.name
        ties.notes += table.notes
        blank = pd.Series("", index=table.cells.index, dtype="str")
        ends = [table[one.names[end]] for end in ("source", "target")]
        weight = table[one.names["weight"]] if "weight" in one.names else blank
        kind = table[one.names["kind"]] if "kind" in one.names else blank
        for row, *cells in zip(table.rows, *ends, weight, kind, strict=True):
            if NO_RESULT in cells:
                problem = "its formula has no result, or an error for one"
                remedy = "open the workbook, let it calculate, and save it"
                ties.reject(int(row), "", "(a formula)", problem, remedy)
            else:
                ties.tie(int(row), *cells)
        for _, line in table.rejects.table().iterrows():
            ties.reject(*line[["row", "column", "value", "problem", "remedy"]])
    way = all(columns.plain(one.names["source"]) not in _NO_WAY for one in found)
    lines = list(dict.fromkeys(line for one in found for line in one.lines))
    network = ties.network(way)
    return of_network(network, source, f"table of ties ({form})", lines)
