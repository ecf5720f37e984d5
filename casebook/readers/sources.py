"""Files to read, wherever they stand, and what can be seen of them at a glance."""

from __future__ import annotations

import codecs
import hashlib
import io
import json
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import BinaryIO, cast

from casebook.errors import DataError

#: Bytes of a file that are looked at to recognise it: enough for any header.
HEAD = 64 * 1024

#: The most bytes of a packed file that are unpacked to be read back and forth.
SPOOL = 2**30

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SHEET = re.compile(r'<(?:\w+:)?sheet\b[^>]*?\bname="([^"]*)"')
_MEMORY = 2**24
_NO_ZIP = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError),
    *(ValueError, NotImplementedError, RuntimeError, KeyError),
)


@dataclass(eq=False)
class File:
    """One file to read: on disk or in an archive.

    ``name`` is what errors and rejects call it, ``path`` the file on disk that holds it, ``opener``
    gives its bytes. ``opened`` tells whether a reader used it.
    """

    name: str
    path: Path
    opener: Callable[[], BinaryIO]
    opened: bool = field(default=False, init=False)
    # What readers of tables saw of it at a glance, kept since each of them asks again.
    columns: tuple[str, ...] | None = field(default=None, init=False)
    formulas: bool | None = field(default=None, init=False)
    # Its encoding, which only the whole file tells, and how many characters are none of it.
    reading: tuple[str, int] | None = field(default=None, init=False)

    def open(self) -> BinaryIO:
        """The bytes from the first on, as a stream; close it.

        Reading may raise :class:`casebook.errors.DataError` where an archive is not whole.
        """
        self.opened = True
        return self.opener()

    def open_seekable(self) -> BinaryIO:
        """The same, in which one can go back and forth."""
        stream = self.open()
        if stream.seekable():
            return stream
        whole = tempfile.SpooledTemporaryFile(_MEMORY)  # noqa: SIM115 (the caller closes it)
        with stream:
            while chunk := stream.read(2**20):
                whole.write(chunk)
                if whole.tell() > SPOOL:
                    whole.close()
                    problem = f"it unpacks to more than {SPOOL // 2**20:,} MB"
                    raise DataError(self.name, problem, "unpack it yourself and give the file")
        whole.seek(0)
        return cast(BinaryIO, whole)

    @cached_property
    def head(self) -> bytes:
        """Its first :data:`HEAD` bytes."""
        with self.opener() as stream:
            return stream.read(HEAD)

    @cached_property
    def encoding(self) -> str | None:
        """The encoding by its mark or, without one, by the look of its beginning; None if no text.

        ``utf-8`` stands for any encoding that extends ASCII: which one it is, only the whole file
        tells.
        """
        for sign, name in _MARKS:
            if self.head.startswith(sign):
                return name
        # A few NUL bytes are in some exports of databases; a file of another kind is full of them.
        if self.head.count(0) <= len(self.head) / 1000:
            return "utf-8"
        for place, name in ((0, "utf-16-be"), (1, "utf-16-le")):
            half, other = self.head[place::2], self.head[1 - place :: 2]
            if half.count(0) > 0.4 * len(half) and not other.count(0):
                return name
        return None

    @cached_property
    def text(self) -> str:
        """Its beginning as text, empty if it is none."""
        return "" if self.encoding is None else self.head.decode(self.encoding, "replace")

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The whole lines of its beginning."""
        found = re.split(r"\r\n|\r|\n", self.text)
        return tuple(found[:-1] if len(self.head) == HEAD else found)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Names in its first JSON object, as far as they stand in the beginning; else empty."""
        return _keys(self.text)

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Names of the parts of a workbook or another file that is a zip inside; else empty."""
        if not self.head.startswith(b"PK"):
            return ()
        opened = self.opened
        try:
            with self.open_seekable() as stream, zipfile.ZipFile(stream) as archive:
                return tuple(archive.namelist())
        except _NO_ZIP:
            return ()
        finally:
            self.opened = opened

    @cached_property
    def sheets(self) -> tuple[str, ...]:
        """Names of the sheets, if it is a workbook; else empty."""
        if "xl/workbook.xml" not in self.members:
            return ()
        opened = self.opened
        try:
            with self.open_seekable() as stream, zipfile.ZipFile(stream) as archive:
                listing = archive.open("xl/workbook.xml").read(2**22).decode("utf-8", "replace")
        except _NO_ZIP:
            return ()
        finally:
            self.opened = opened
        return tuple(map(unescape, _SHEET.findall(listing)))


@dataclass(frozen=True)
class Source:
    """The files that were given, or that stand in the given folder or archive.

    ``given`` tells whether each file was named by the user, not found in a folder or an archive.
    """

    files: tuple[File, ...]
    given: bool = True

    @property
    def label(self) -> str:
        """What errors and notes call it."""
        first, others = self.files[0].name, len(self.files) - 1
        return f"{first} and {others:,} more" if others else first

    @property
    def case(self) -> str:
        """A name for the conversation: that of the first file, without its endings."""
        return Path(self.files[0].name).name.split(".")[0] or "yours"

    def sha256(self) -> Mapping[str, str]:
        """Checksums of the files on disk from which something was read, by name."""
        paths = dict.fromkeys(file.path for file in self.files if file.opened)
        sums: dict[str, str] = {}
        for path in paths:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            name = path.name if path.name not in sums else path.as_posix()
            sums[name] = digest
        return sums


def in_memory(name: str, content: bytes) -> File:
    """A file that is in memory."""
    return File(name, Path(name), lambda: io.BytesIO(content))


def _keys(text: str) -> tuple[str, ...]:
    """Names in the first object of a JSON text that may be cut off."""
    start = re.match(r"\ufeff?\s*\[?\s*(?=\{)", text)
    if not start:
        return ()
    found: dict[str, None] = {}
    depth, at = 0, start.end()
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"(\s*:)?|[{}\[\]]', text[at:]):
        said = token[0]
        if said in "{[":
            depth += 1
        elif said in "}]":
            depth -= 1
            if depth == 0:
                break
        elif token[1] and depth == 1:
            try:
                found[json.loads(said[: said.rindex('"') + 1])] = None
            except ValueError:
                break
    return tuple(found)
