"""What a file is, what was understood of it, what was dropped and why: in plain words.

For the command ``casebook inspect``. What stands in a file is shown without characters that a
terminal or a spreadsheet would obey.
"""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from casebook.conversation import Conversation, roots
from casebook.errors import DataError
from casebook.readers.base import NOT_USED, Export

#: The file for rows that were not used.
REJECTS = "rejects.csv"

_WIDTH, _CELL, _LINES = 100, 28, 5
_WRAP = textwrap.TextWrapper(
    _WIDTH, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def mapping(given: Sequence[str]) -> dict[str, str]:
    """``["author=Name,time=When"]`` as columns by meaning.

    Raises
    ------
    DataError
        if a part is no ``meaning=column``, or a meaning is given twice.
    """
    found: dict[str, str] = {}
    for part in (one for text in given for one in re.split(r",(?=\w+=)", text)):
        meaning, sign, column = part.partition("=")
        if not sign or not meaning.strip() or not column.strip():
            remedy = "write --map author=COLUMN,time=COLUMN"
            raise DataError("--map", f"'{part}' does not name a column", remedy)
        if meaning.strip() in found:
            raise DataError("--map", f"'{meaning.strip()}' is given twice", "give it once")
        found[meaning.strip()] = column.strip()
    return found


def report(export: Export) -> str:
    """The whole account of an export, as lines of plain text."""
    files = len(export.files)
    parts = [
        f"{', '.join(export.files)}: {export.format}."
        if files <= 3
        else f"{files} files: {export.format}.",
        f"Rows: {export.rows_in:,} in = {export.rows_used:,} used "
        f"+ {export.rows_in - export.rows_used:,} not used.",
        _section("What was understood", _understood(export.understood)),
        _section("What is in it", _inside(export)),
        _section("Its first rows", _first(export)),
        _section("What can be made of it", can_be_made(export)),
        _section("What to know", list(export.notes)),
        _section("What was not used, and why", _reasons(export.rejects)),
    ]
    return printable("\n".join(part for part in parts if part))


def can_be_made(export: Export) -> list[str]:
    """Which networks and series the export allows, and which of the usual ones it does not."""
    if export.conversation is None:
        return ["a network of its ties, with its communities, brokers and measures"]
    conv = export.conversation
    yes, no = _networks(conv)
    messages = pd.concat([conv.messages, export.unattributed], ignore_index=True)
    timed = messages["time"].notna()
    if timed.any():
        yes.append(f"activity by day and hour: {int(timed.sum()):,} acts with a time")
    else:
        no.append("activity by day and hour, since no time is known")
    comments = messages[(messages["kind"] == "comment") & (messages["parent_id"] != "")]
    if len(comments):
        posts = comments["parent_id"].nunique()
        yes.append(f"comments by post: {len(comments):,} on {posts:,} posts")
    known = conv.messages[conv.messages["time"].notna()]
    answers = known[known["kind"].isin(["comment", "reply"])]
    both = answers["parent_id"].isin(known["message_id"])
    if both.any():
        yes.append(f"response times: {int(both.sum()):,} answers to messages with a time")
    else:
        no.append("response times, since no answer and what it answers both have a time")
    if (conv.messages["text"] != "").any():
        yes.append("words and hashtags by community")
    else:
        no.append("words and hashtags, since there are no texts")
    return [*yes, *(f"not: {one}" for one in no)]


def write_rejects(rejects: pd.DataFrame, folder: Path) -> Path | None:
    """``rejects.csv`` in ``folder``, whole or not at all; nothing if there are no rejects.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.

    Raises
    ------
    DataError
        if the folder cannot be written to.
    """
    if rejects.empty:
        return None
    whole = io.StringIO(newline="")
    writer = csv.writer(whole)
    writer.writerow(rejects.columns)
    for row in rejects.itertuples(index=False):
        writer.writerow([_inert(str(cell)) if isinstance(cell, str) else cell for cell in row])
    path = folder / REJECTS
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".{REJECTS}")
        try:
            # With a mark, or a spreadsheet does not know that it is UTF-8.
            with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as stream:
                stream.write(whole.getvalue())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        problem = f"it cannot be written ({error.strerror or error})"
        raise DataError(str(path), problem, "give a folder of your own with --out") from None
    return path


def printable(text: str) -> str:
    """Text without characters that steer a terminal or turn the direction of writing."""
    return "".join(
        char if char == "\n" or not unicodedata.category(char).startswith("C") else "\N{MIDDLE DOT}"
        for char in text
    )


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _section(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    told = [line if line.startswith("| ") else _WRAP.fill(f"- {line}") for line in lines]
    return "\n".join(["", title, *told])


def _understood(understood: pd.DataFrame) -> list[str]:
    used = understood[understood["how"] != NOT_USED]
    lines = [f"{row.column}: {row.meaning} ({row.how})" for row in used.itertuples()]
    rest = understood["column"][understood["how"] == NOT_USED]
    if len(rest):
        lines.append(f"not used: {', '.join(rest)}")
    return lines


def _inside(export: Export) -> list[str]:
    if export.network is not None:
        network = export.network
        way = "with" if network.directed else "without"
        loops = int((network.edges["source"] == network.edges["target"]).sum())
        lines = [f"{len(network.nodes):,} nodes and {len(network.edges):,} ties {way} direction"]
        if loops:
            lines.append(f"{loops:,} of the ties run from a node to itself")
        return lines
    if export.conversation is None:
        return []
    messages = export.conversation.messages
    stand_ins = messages["stand_in"] if "stand_in" in messages else pd.Series(False, messages.index)
    kinds = messages["kind"][~stand_ins].value_counts()
    lines = [f"{kind}: {count:,}" for kind, count in kinds.items()]
    if len(export.unattributed):
        lines.append(f"of nobody known: {len(export.unattributed):,}")
    lines.append(f"actors: {len(export.conversation.actors):,}")
    times = pd.concat([messages["time"], export.unattributed["time"]]).dropna()
    if len(times):
        lines.append(f"from {times.min():%Y-%m-%d %H:%M} to {times.max():%Y-%m-%d %H:%M} (UTC)")
    return lines


def _first(export: Export) -> list[str]:
    if export.network is not None:
        return _table(export.network.edges.head(_LINES))
    if export.conversation is None:
        return []
    columns = ["author", "time", "kind", "parent_id", "target", "text"]
    messages = export.conversation.messages
    if "stand_in" in messages:
        messages = messages[~messages["stand_in"]]
    return _table(messages[columns].head(_LINES))


def _table(table: pd.DataFrame) -> list[str]:
    rows = [list(table.columns), *table.astype("str").fillna("").to_numpy().tolist()]
    cells = [[_short(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in cells
    ]


def _short(cell: str) -> str:
    flat = " ".join(cell.replace("+00:00", "").split())
    return flat if len(flat) <= _CELL else flat[: _CELL - 1] + "…"


def _networks(conv: Conversation) -> tuple[list[str], list[str]]:
    yes, no = [], []
    messages = conv.messages
    kinds = messages.set_index("message_id")["kind"]
    root = roots(messages)
    owners = messages.set_index("message_id")["author"]
    talk = messages[messages["kind"].isin(["comment", "reply"]) & (root.map(kinds) == "post")]
    talk = talk[talk["author"] != root[talk.index].map(owners)]
    people = talk["author"].nunique()
    if people > 1:
        posts = root[talk.index].nunique()
        yes.append(f"a co-comment network: {people:,} people who commented on {posts:,} posts")
    else:
        no.append("a co-comment network, since no two known people commented on posts")
    words: Mapping[str, str] = {
        "reply": "who answers whom",
        "retweet": "who repeats whom",
        "mention": "who mentions whom",
        "follow": "who follows whom",
    }
    for kind, what in words.items():
        ties = messages[(messages["kind"] == kind) & (messages["target"] != "")]
        if len(ties):
            yes.append(f"a {kind} network, {what}: {len(ties):,} acts")
        else:
            no.append(f"a {kind} network, {what}")
    return yes, no


def _reasons(rejects: pd.DataFrame) -> list[str]:
    """Reasons with their numbers of rows, and the first row of each."""
    if rejects.empty:
        return []
    # Ids and counts within a reason differ from row to row.
    reason = rejects["problem"].str.replace(r"\d+", "…", regex=True)
    lines = []
    for _, group in sorted(rejects.groupby(reason, sort=False), key=lambda one: -len(one[1])):
        first = group.iloc[0]
        where = f"{first['file']}, row {first['row']}"
        where += f", column '{first['column']}'" if first["column"] else ""
        lines.append(
            f"{len(group):,}: {first['problem']} (first: {where}). Remedy: {first['remedy']}."
        )
    return lines
