"""What the readers of an account's own archive share: acts gathered one by one, then tables.

An act needs an id of its own, an author and a time with zone, else it is rejected with its place.
Whom a message mentions becomes a row of its own below it, as the schema of
:mod:`casebook.conversation` asks. A message acted upon that the archive does not hold leaves
``parent_id`` empty and stands in the column ``answers``; a like of such a message has nothing to
hold on to and is rejected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd

from casebook.errors import DataError
from casebook.readers.ties import text

_REJECTS = ["file", "row", "column", "value", "problem", "remedy"]
_SHOWN = 60
_ZONED = re.compile(r"(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*?)\s*([Zz]|[+-]\d{2}:?\d{2})")
_TWITTER = re.compile(r"\w{3} (\w{3}) (\d{2}) (\d{2}:\d{2}:\d{2}) ([+-]\d{4}) (\d{4})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NO_TIME = ("like", "follow")


@dataclass(frozen=True)
class _Act:
    file: str
    row: int
    id: str
    author: str
    time: datetime | None
    kind: str
    parent: str
    target: str
    text: str
    mentioned: tuple[str, ...]


class Acts:
    """Gathers the acts of one archive."""

    def __init__(self) -> None:
        self.rows_in = 0
        self.notes: list[str] = []
        self.labels: dict[str, str] = {}
        self._acts: dict[str, _Act] = {}
        self._rejects: list[tuple[str, int, str, str, str, str]] = []

    def __len__(self) -> int:
        return len(self._acts)

    def reject(
        self, file: str, row: int, column: str, value: object, problem: str, remedy: str
    ) -> None:
        """One entry of the archive that is not used, and why."""
        self.rows_in += 1
        self._turned_down(file, row, column, value, problem, remedy)

    def act(
        self,
        file: str,
        row: int,
        kind: str,
        *,
        id_: object,
        author: object,
        time: object = None,
        parent: object = "",
        target: object = "",
        said: object = "",
        mentioned: Iterable[object] = (),
    ) -> None:
        """One entry. ``parent`` is the id of the message acted upon, in the archive or not."""
        name, by, whom = text(id_), text(author), text(target)
        when = moment(time)
        if not name:
            self.reject(file, row, "id", "", "it has no id", "export the archive again")
        elif name in self._acts:
            remedy = "nothing to do if the archive came in overlapping parts"
            self.reject(file, row, "id", name, "this id stands there twice", remedy)
        elif not by:
            remedy = "give the whole archive, which says whose it is"
            self.reject(file, row, "author", "", "it does not say who acted", remedy)
        elif when is None and not (kind in _NO_TIME and time is None):
            remedy = "write ISO 8601 with zone, as 2014-03-01T20:15:00Z"
            self.reject(file, row, "time", time, "its time cannot be read", remedy)
        elif kind == "follow" and not whom:
            remedy = "name the account followed"
            self.reject(file, row, "target", "", "a follow of nobody", remedy)
        else:
            self.rows_in += 1
            others = dict.fromkeys(text(one) for one in mentioned)
            whole = tuple(one for one in others if one and one != whom)
            self._acts[name] = _Act(
                file, row, name, by, when, kind, text(parent), whom, text(said), whole
            )

    def rejects(self) -> pd.DataFrame:
        """``file, row, column, value, problem, remedy``; final after :meth:`messages`."""
        return pd.DataFrame(self._rejects, columns=_REJECTS)

    def needed(self, file: str) -> None:
        """Refuses an archive of which nothing could be used.

        Raises
        ------
        DataError
            with the first reason.
        """
        if self._acts:
            return
        problem = "there is no message in it that can be used"
        if self._rejects:
            name, row, _, _, why, _ = self._rejects[0]
            problem += f"; the first, in {name}, row {row}: {why}"
        raise DataError(file, problem, "export it again, or give another file")

    def messages(self) -> pd.DataFrame:
        """The messages, in the schema of conversations, with the column ``answers`` besides."""
        self._drop_loose_likes()
        circles = self._in_circles()
        if circles:
            self.notes.append(
                "Messages that answer each other in a circle, their parents left empty: "
                f"{len(circles):,}."
            )
        rows: list[dict[str, object]] = []
        used = set(self._acts)
        outside = 0
        for act in self._acts.values():
            known = act.parent in self._acts and act.id not in circles
            outside += bool(act.parent) and not known
            target = act.target
            if known and not target and act.kind in ("reply", "retweet"):
                target = self._acts[act.parent].author
            row: dict[str, object] = {
                "message_id": act.id,
                "author": act.author,
                "time": act.time,
                "kind": act.kind,
                "parent_id": act.parent if known else "",
                "target": target,
                "text": act.text,
                "weight": 1.0,
                "answers": "" if known else act.parent,
            }
            rows.append(row)
            for number, one in enumerate(act.mentioned, start=1):
                if one == target:
                    continue
                own = f"{act.id}/mention/{number}"
                while own in used:
                    own += "+"
                used.add(own)
                mention = {"message_id": own, "kind": "mention", "parent_id": act.id}
                rows.append({**row, **mention, "target": one, "text": "", "answers": ""})
        if outside:
            self.notes.append(
                "Messages that answer or repeat one that is not in the archive (its id stands in "
                f"the column 'answers'): {outside:,}."
            )
        return _table(rows)

    def actors(self, messages: pd.DataFrame) -> pd.DataFrame:
        """Everyone who acts or is acted upon: ``actor, role, label, group``."""
        seen = pd.unique(pd.concat([messages["author"], messages["target"]]))
        names = [name for name in seen if name]
        table = {"actor": names, "label": [self.labels.get(name) or name for name in names]}
        return pd.DataFrame(table, dtype="str").assign(role="unknown", group="")[
            ["actor", "role", "label", "group"]
        ]

    def _turned_down(
        self, file: str, row: int, column: str, value: object, problem: str, remedy: str
    ) -> None:
        shown = text(value)
        shown = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
        self._rejects.append((file, row, column, shown, problem, remedy))

    def _drop_loose_likes(self) -> None:
        likes = [act for act in self._acts.values() if act.kind == "like"]
        for act in [like for like in likes if like.parent not in self._acts]:
            problem = "the liked message is not in the archive"
            remedy = "nothing to do: without it nobody knows whom the like was for"
            self._turned_down(act.file, act.row, "parent_id", act.parent, problem, remedy)
            del self._acts[act.id]

    def _in_circles(self) -> set[str]:
        """Messages that are, through their parents, an answer to themselves."""
        safe: set[str] = set()
        circles: set[str] = set()
        for start in self._acts:
            path: dict[str, None] = {}
            at = start
            while at in self._acts and at not in safe and at not in path:
                path[at] = None
                at = self._acts[at].parent
            if at in path:
                ids = list(path)
                circles.update(ids[ids.index(at) :])
            safe.update(path)
        return circles


def moment(value: object) -> datetime | None:
    """A time as archives write it, in UTC: ISO 8601 with zone, or as Twitter did."""
    said = text(value)
    found = _TWITTER.fullmatch(said)
    if found and found[1] in _MONTHS:
        said = f"{found[5]}-{_MONTHS.index(found[1]) + 1:02}-{found[2]}T{found[3]}{found[4]}"
    zoned = _ZONED.fullmatch(said)
    if zoned is None:
        return None
    try:
        return datetime.fromisoformat(zoned[1] + zoned[2].upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _table(rows: list[dict[str, object]]) -> pd.DataFrame:
    columns = ["message_id", "author", "kind", "parent_id", "target", "text", "answers"]
    table = pd.DataFrame(
        {name: pd.array([row[name] for row in rows], dtype="str") for name in columns}
    )
    times = [row["time"] for row in rows]
    table.insert(2, "time", pd.Series(pd.to_datetime(times, utc=True), dtype="datetime64[us, UTC]"))
    table.insert(7, "weight", 1.0)
    return table
