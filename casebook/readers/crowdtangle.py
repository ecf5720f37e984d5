"""CrowdTangle: the posts of pages, groups or accounts, with their counts; comments it never had."""

from __future__ import annotations

import pandas as pd

from casebook.readers import drafts, tables
from casebook.readers.base import Export, Options, Peek
from casebook.readers.drafts import Draft, Gathered, finish, times
from casebook.readers.sources import Source
from casebook.readers.tables import Table

NAME = "CrowdTangle export"

_WHOSE = ("Page Name", "Group Name", "Account")
_COUNTS = (
    "Total Interactions", "Likes", "Comments", "Shares", "Love", "Wow", "Haha", "Sad", "Angry",
    "Care", "Post Views", "Total Views", "Views", "Likes at Posting", "Followers at Posting",
)  # fmt: skip
_MEANINGS = {
    **dict.fromkeys(_WHOSE, "whose post it is, by name"),
    "User Name": "whose post it is",
    "Facebook Id": "whose post it is, where there is no user name",
    "Post Created": "when",
    "URL": "the post's own address",
    "Message": "what was written",
    "Description": "what was written (Instagram)",
    **dict.fromkeys(_COUNTS, "a count, kept as it is"),
}


def recognises(peek: Peek) -> bool:
    """Whether each file is a table with CrowdTangle's columns."""
    return all(_is(set(tables.columns(file))) for file in peek.files)


def _is(columns: set[str]) -> bool:
    return {"Post Created", "Total Interactions"} <= columns and not columns.isdisjoint(_WHOSE)


def read(source: Source, options: Options) -> Export:
    """The posts."""
    gathered = Gathered(source, options, nameless=True)
    for file in source.files:
        table = tables.load(file, _MEANINGS)
        gathered.table(table)
        gathered.by_format(table, _MEANINGS)
        gathered.drafts.append(_draft(table, gathered))
    gathered.note(
        "CrowdTangle gave posts and counts only, never comments or who wrote them: what can be "
        "made is the activity of the page and what its posts called forth, no network of people."
    )
    return finish(gathered, NAME)


def _draft(table: Table, gathered: Gathered) -> Draft:
    whose = drafts.first_of(table, _WHOSE)
    author = table["User Name"].where(table["User Name"] != "", table["Facebook Id"])
    author = author.where(author != "", table[whose])
    rows = pd.DataFrame(
        {
            "message_id": table["URL"],
            "author": author,
            "label": table[whose],
            "text": table["Message"].where(table["Message"] != "", table["Description"]),
        }
    )
    if whose == "Group Name":
        rows = rows.assign(author="", label="", target=table[whose])
        gathered.note("Posts in groups: CrowdTangle did not say who wrote them.")
    rows["kind"] = "post"
    names = {"message_id": "URL", "author": "User Name", "time": "Post Created"}
    read_ = times(table, "Post Created", gathered.options)
    gathered.note(*read_.notes)
    return Draft(table, rows, names, extras=drafts.counts(table, _COUNTS), times=read_)
