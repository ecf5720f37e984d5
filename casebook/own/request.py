"""What is asked of an export, and who is who in it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from casebook.conversation import ROLES
from casebook.errors import DataError

#: Networks that can be asked for; ``auto`` takes the one that the messages suggest.
KINDS: tuple[str, ...] = (
    "auto",
    "co-comment",
    "mention",
    "reply",
    "retweet",
    "follow",
    "hashtag",
)

_TRUE = {"true", "yes", "ja", "waar", "1", "x", "public", "openbaar"}
_FALSE = {"false", "no", "nee", "onwaar", "0", ""}

#: Headings and roles in Dutch, as those who run such a page write them.
_COLUMNS = {"naam": "name", "rol": "role", "openbaar": "public"}
_DUTCH = {
    "overheid": "government",
    "politicus": "politician",
    "burger": "citizen",
    "inwoner": "citizen",
    "onbekend": "unknown",
}


@dataclass(frozen=True)
class Request:
    """One factsheet to make.

    ``threshold`` is the weight from which ties are drawn (measures are of all ties); ``start`` and
    ``end`` are local days, both included; ``mapping`` names columns of a plain table.
    """

    files: tuple[Path, ...]
    title: str
    out: Path
    roles: Path | None = None
    kind: str = "auto"
    threshold: int = 1
    start: date | None = None
    end: date | None = None
    timezone: str = "Europe/Amsterdam"
    language: str = "nl"
    show_names: bool = False
    mapping: dict[str, str] = field(default_factory=dict)
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.start and self.end and self.start > self.end:
            raise DataError(
                "--from, --to",
                f"{self.start} comes after {self.end}",
                "give the first day, then the last",
            )

    def options(self) -> dict[str, Any]:
        """The options as they are kept with the results; no path of the reader's machine."""
        return {
            "title": self.title,
            "roles": self.roles.name if self.roles else None,
            "kind": self.kind,
            "threshold": self.threshold,
            "from": self.start.isoformat() if self.start else None,
            "to": self.end.isoformat() if self.end else None,
            "timezone": self.timezone,
            "language": self.language,
            "show_names": self.show_names,
            "mapping": dict(self.mapping),
        }


def roles(path: Path) -> pd.DataFrame:
    """Who is who: ``name, role, public, label``, by name without a leading @, small letters.

    The file has the columns ``name`` and ``role`` (one of :data:`casebook.conversation.ROLES`) and,
    if wanted, ``public`` (whether the name may be shown: public bodies, media, politicians) and
    ``label``. Headings, roles and yes or no may be Dutch. Cells may be separated by commas or
    semicolons, and the text may be Windows-1252, since Dutch Excel saves a CSV so.

    Raises
    ------
    DataError
        if the file is not there or no such table, a role is unknown, or a name stands there twice.
    """
    text = _text(path)
    first = text.partition("\n")[0]
    sign = ";" if first.count(";") > first.count(",") else ","
    listed = list(csv.DictReader(io.StringIO(text), delimiter=sign))
    if not listed:
        raise DataError(path.name, "it has no line below its heading", "add a line an account")
    found = [_column(name) for name in listed[0] if name]
    for needed in ("name", "role"):
        if needed not in found:
            raise DataError(
                path.name,
                "the column is missing",
                "let the first line be name,role,public",
                row=1,
                column=needed,
            )
    rows: dict[str, tuple[str, bool, str]] = {}
    for number, raw in enumerate(listed, start=2):
        row = {_column(str(k)): str(v or "").strip() for k, v in raw.items() if k}
        name, role = row["name"].removeprefix("@").casefold(), row["role"].casefold()
        role = _DUTCH.get(role, role)
        public = row.get("public", "").casefold()
        if not name:
            raise DataError(path.name, "it is empty", "name the account", row=number, column="name")
        if name in rows:
            raise DataError(
                path.name, f"'{name}' stands there twice", "keep one", row=number, column="name"
            )
        if role not in ROLES:
            raise DataError(
                path.name, f"'{role}' is no role", f"use one of {', '.join(ROLES)}",
                row=number, column="role",
            )  # fmt: skip
        if public not in _TRUE | _FALSE:
            raise DataError(
                path.name, f"'{public}' is neither yes nor no", "write true or false",
                row=number, column="public",
            )  # fmt: skip
        rows[name] = role, public in _TRUE, row.get("label", "")
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["role", "public", "label"])
    return frame.rename_axis("name").reset_index()


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(
            path.name, f"it cannot be read ({error.strerror})", "name a CSV file"
        ) from None
    if b"\0" in raw:
        raise DataError(path.name, "it is no CSV file", "save it as CSV from the spreadsheet")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _column(name: str) -> str:
    plain = name.strip().casefold()
    return _COLUMNS.get(plain, plain)
