"""Conversations: who wrote what, when, in answer to whom.

Reconstructions and readers' own data share one schema, two tables.

``messages``, one row per act:

=============  =========  ==================================================================
column         dtype      meaning
=============  =========  ==================================================================
``message_id`` str        unique
``author``     str        the acting actor
``time``       datetime   UTC; ``NaT`` where the platform gives none (likes, follows)
``kind``       str        one of :data:`KINDS`
``parent_id``  str        the message acted upon, ``""`` if none; always a known message
``target``     str        the actor addressed, ``""`` if none
``text``       str        ``""`` where not kept; always ``""`` in a reconstruction
``weight``     float      how often the act took place (1 unless rows are aggregates)
=============  =========  ==================================================================

``actors``, one row per actor: ``actor`` (unique), ``role`` (one of :data:`ROLES`), ``label``,
``group``. Columns beyond these are kept as they are.

What the kinds ask for:

* ``post``: ``target`` is whose page it stands on, if not its author's own;
* ``comment``, ``like``: ``parent_id`` is the post (or the tweet); a comment on a comment is a
  ``reply`` whose parent is that comment;
* ``retweet``: ``target`` is the retweeted actor, ``parent_id`` the retweeted message if known;
* ``reply``: ``parent_id`` is the answered message if known, ``target`` its author;
* ``follow``: ``target`` is the followed actor;
* ``mention``: ``target`` is the mentioned actor. A tweet that mentions several actors is one
  ``tweet`` row plus one ``mention`` row per mentioned actor with ``parent_id`` = the tweet, so
  that counting ``tweet`` rows counts tweets. The one whom a reply answers is its ``target`` and
  gets no ``mention`` row of its own.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from casebook import checksums
from casebook.errors import DataError
from casebook.paths import data_dir, note_use
from casebook.provenance import Provenance, mark

#: What an act can be.
KINDS: tuple[str, ...] = (
    "post",
    "comment",
    "like",
    "share",
    "tweet",
    "retweet",
    "reply",
    "mention",
    "follow",
)

#: In what capacity an actor takes part.
ROLES: tuple[str, ...] = (
    "government",
    "media",
    "politician",
    "professional",
    "citizen",
    "protest",
    "humour",
    "unknown",
)

#: Columns in their order; the value stands for a column that is not there, None for a required one.
MESSAGE_COLUMNS: dict[str, str | float | None] = {
    "message_id": None,
    "author": None,
    "time": None,
    "kind": None,
    "parent_id": "",
    "target": "",
    "text": "",
    "weight": 1.0,
}
ACTOR_COLUMNS: dict[str, str | float | None] = {
    "actor": None,
    "role": "unknown",
    "label": "",
    "group": "",
}

# A date alone, or a time without zone, would be read as UTC and shift Dutch evenings by a day.
_UTC_TIME = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})"


@dataclass(frozen=True)
class Conversation:
    """The messages and actors of one case, as the module's schema describes them."""

    messages: pd.DataFrame
    actors: pd.DataFrame
    case: str


def load(case: str) -> Conversation:
    """The bundled reconstruction of ``case``, marked ``reconstructed``.

    Raises
    ------
    DataError
        if there is none, or if it breaks the contract.
    """
    folder = data_dir() / "reconstructed" / case
    if not folder.is_dir():
        known = sorted(p.name for p in folder.parent.glob("*") if p.is_dir())
        raise DataError(
            str(folder), f"no reconstruction of '{case}'", f"use one of: {', '.join(known)}"
        )
    origin = Provenance(
        "reconstructed",
        note="Simulated from published totals, where there are any, and the assumptions stated in "
        f"reconstructed/{case}/spec.yml.",
    )
    names = [_name(folder, table) for table in ("messages", "actors")]
    for name in names:
        note_use(f"reconstructed/{case}/{name}")
        checksums.tell_if_changed(data_dir(), f"reconstructed/{case}/{name}")
    return _read(folder / names[0], folder / names[1], origin, case)


def read(source: str | Path | tuple[str | Path, str | Path]) -> Conversation:
    """A reader's own conversation, marked ``yours``.

    Parameters
    ----------
    source
        a folder with ``messages.csv`` and ``actors.csv`` (either may be gzipped, ``.csv.gz``),
        or the two paths. UTF-8, comma-separated. The case is named after the folder.

    Raises
    ------
    DataError
        if a file is missing, is no such table, or breaks the contract.
    """
    if isinstance(source, tuple):
        messages, actors = Path(source[0]), Path(source[1])
    else:
        folder = Path(source)
        messages, actors = folder / _name(folder, "messages"), folder / _name(folder, "actors")
    case = messages.resolve().parent.name
    origin = Provenance("yours", note=f"Read from {messages.name} and {actors.name}.")
    return _read(messages, actors, origin, case)


def validate(
    messages: pd.DataFrame,
    actors: pd.DataFrame,
    *,
    file: str = "messages.csv",
    actors_file: str = "actors.csv",
    reconstructed: bool = False,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables brought to the schema, or a refusal that names the place.

    Optional columns that are missing are filled; empty targets of replies and retweets are
    filled with the author of the parent; actors seen in the messages only are added to
    ``actors`` with role ``unknown``. Columns are put in schema order, others kept behind.

    Parameters
    ----------
    messages, actors
        as the module describes them; times as ISO 8601 text with zone, or zoned datetimes.
    file, actors_file
        what errors call the two tables.
    reconstructed
        hold the tables to the house rule for simulations: actors are ``p0001`` and the like,
        all text is empty.

    Raises
    ------
    DataError
        on a missing required column, an empty or double id, an unknown kind, role or parent, a
        comment, like, mention or follow of nothing, a circle of parents, a time that is not ISO
        8601 with zone, a weight that is not a positive number.
    """
    origins = messages.attrs, actors.attrs
    messages = _columns(messages, MESSAGE_COLUMNS, file)
    actors = _columns(actors, ACTOR_COLUMNS, actors_file)

    _unique(messages, "message_id", file)
    _unique(actors, "actor", actors_file)
    _refuse(messages["author"] == "", messages, "author", file, "it is empty", "name the author")
    _among(messages, "kind", KINDS, file)
    _among(actors, "role", ROLES, actors_file)
    messages["time"] = _times(messages, file)
    messages["weight"] = _weights(messages, file)
    _links(messages, file)

    answers = messages["kind"].isin(["reply", "retweet"]) & (messages["target"] == "")
    authors = messages.set_index("message_id")["author"]
    replied = messages.loc[answers, "parent_id"].map(authors).fillna("")
    messages.loc[answers, "target"] = replied
    seen = pd.unique(pd.concat([messages["author"], messages["target"]]))
    new = sorted(set(seen) - set(actors["actor"]) - {""})
    if new:
        added = _columns(pd.DataFrame({"actor": new}), ACTOR_COLUMNS, actors_file)
        actors = pd.concat([actors, added], ignore_index=True)
    if reconstructed:
        _refuse(
            ~actors["actor"].str.fullmatch(r"p\d{4,}"),
            actors,
            "actor",
            actors_file,
            "a reconstruction never bears a name",
            "call actors p0001, p0002 and so on",
        )
        _refuse(
            messages["text"] != "",
            messages,
            "text",
            file,
            "a reconstruction never invents text",
            "leave the text empty",
        )
    messages.attrs, actors.attrs = dict(origins[0]), dict(origins[1])
    return messages, actors


def roots(messages: pd.DataFrame) -> pd.Series:
    """For each row of valid ``messages`` the ``message_id`` at the top of its thread.

    A message without parent is its own root. The Series has the index of ``messages``.
    """
    ids = messages["message_id"].to_numpy()
    top = _root_rows(_parent_rows(messages))
    return pd.Series(ids[top], index=messages.index, name="root", dtype="str")


def _parent_rows(messages: pd.DataFrame) -> np.ndarray:
    """Row number of each row's parent, -1 for none."""
    return pd.Index(messages["message_id"]).get_indexer(pd.Index(messages["parent_id"]))


def _root_rows(above: np.ndarray) -> np.ndarray:
    """Row numbers of the thread roots; a row that is in, or below, a circle gets -1."""
    top = np.where(above < 0, np.arange(len(above)), above)
    # Each round doubles the height climbed, so this many rounds climb any thread there can be.
    for _ in range(len(above).bit_length()):
        top = top[top]
    return np.where(above[top] < 0, top, -1)


def _name(folder: Path, table: str) -> str:
    return f"{table}.csv.gz" if (folder / f"{table}.csv.gz").is_file() else f"{table}.csv"


def _read(messages: Path, actors: Path, origin: Provenance, case: str) -> Conversation:
    tables = validate(
        _csv(messages),
        _csv(actors),
        file=messages.name,
        actors_file=actors.name,
        reconstructed=origin.kind == "reconstructed",
    )
    return Conversation(mark(tables[0], origin), mark(tables[1], origin), case)


def _csv(path: Path) -> pd.DataFrame:
    try:
        # Every cell as written: an account may be called "NA" or "007".
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    except FileNotFoundError:
        raise DataError(path.name, "there is no such file", f"put it at {path}") from None
    except UnicodeDecodeError as error:
        raise DataError(
            path.name, f"it is not UTF-8 ({error.reason})", "save it as UTF-8"
        ) from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(
            path.name, f"it cannot be unpacked ({error})", "pack it again, or take it back"
        ) from None
    except OSError as error:
        raise DataError(
            path.name,
            f"it cannot be read ({error.strerror})",
            "give this user the right to read it",
        ) from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(
            path.name,
            f"it is not a table ({error})",
            "save it as comma-separated text with a header",
        ) from None


def _columns(
    table: pd.DataFrame, columns: dict[str, str | float | None], file: str
) -> pd.DataFrame:
    """A copy with all columns of the schema, in its order, text columns as text."""
    table = table.reset_index(drop=True)
    for column, default in columns.items():
        if column not in table.columns:
            if default is None:
                raise DataError(
                    file,
                    f"the column is missing (found: {', '.join(map(str, table.columns))})",
                    "add it; columns are separated by commas",
                    row=1,
                    column=column,
                )
            table[column] = default
        if column not in ("time", "weight"):
            table[column] = table[column].astype("str").fillna("")
    others = [c for c in table.columns if c not in columns]
    return table[[*columns, *others]]


def _refuse(
    bad: pd.Series, table: pd.DataFrame, column: str, file: str, problem: str, remedy: str
) -> None:
    """Raise for the first row that is bad; ``{}`` in the problem is that row's value."""
    if bad.any():
        at = int(bad.to_numpy().argmax())
        value = table[column].iloc[at]
        raise DataError(file, problem.format(repr(value)), remedy, row=at + 2, column=column)


def _unique(table: pd.DataFrame, column: str, file: str) -> None:
    _refuse(table[column] == "", table, column, file, "it is empty", "give every row its own id")
    twice = table[column].duplicated()
    _refuse(twice, table, column, file, "{} stands there twice", "give every row its own id")


def _among(table: pd.DataFrame, column: str, allowed: Sequence[str], file: str) -> None:
    bad = ~table[column].isin(allowed)
    _refuse(bad, table, column, file, "{} is unknown", f"use one of {', '.join(allowed)}")


def _times(messages: pd.DataFrame, file: str) -> pd.Series:
    given = messages["time"]
    remedy = "write ISO 8601 with zone, as 2014-03-01T20:15:00Z"
    if isinstance(given.dtype, pd.DatetimeTZDtype):
        return given.dt.tz_convert("UTC")
    text = given.astype("str").fillna("")
    shaped = (text == "") | text.str.fullmatch(_UTC_TIME)
    _refuse(~shaped, messages, "time", file, "{} is not a time with zone", remedy)
    times = pd.to_datetime(text, format="ISO8601", utc=True, errors="coerce")
    _refuse(times.isna() & (text != ""), messages, "time", file, "{} does not exist", remedy)
    return times


def _weights(messages: pd.DataFrame, file: str) -> pd.Series:
    given = messages["weight"]
    if not pd.api.types.is_numeric_dtype(given):
        given = given.replace("", "1")
    weights = pd.to_numeric(given, errors="coerce").astype(float)
    bad = ~(np.isfinite(weights) & (weights > 0))
    _refuse(bad, messages, "weight", file, "{} is not a positive number", "leave it out or write 1")
    return weights


def _links(messages: pd.DataFrame, file: str) -> None:
    parent, target, kind = messages["parent_id"], messages["target"], messages["kind"]
    above = _parent_rows(messages)
    unknown = (parent != "") & (above < 0)
    remedy = "add that message, or leave the cell empty and name the target"
    _refuse(unknown, messages, "parent_id", file, "{} is not a message here", remedy)
    orphan = kind.isin(["comment", "like"]) & (parent == "")
    remedy = "give the message_id of the post"
    _refuse(orphan, messages, "parent_id", file, "a comment or like of nothing", remedy)
    lost = kind.isin(["mention", "follow"]) & (target == "")
    remedy = "name the actor mentioned or followed"
    _refuse(lost, messages, "target", file, "a mention or follow of nobody", remedy)
    circle = pd.Series(_root_rows(above) < 0, index=messages.index)
    remedy = "a message comes after its parent: correct the parent_id"
    _refuse(circle, messages, "parent_id", file, "{} leads back to itself", remedy)
