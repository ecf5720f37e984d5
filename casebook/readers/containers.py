"""Files as they come: plain, gzipped, in a zip or a tar, or in a folder.

Nothing is unpacked to disk. What unpacks to more than any export does, a bomb, is refused while it
is read, and a half archive where it ends.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, cast

from casebook.errors import DataError
from casebook.readers.sources import File, Source

#: The most that one packed file may unpack to, in bytes.
LIMIT = 4 * 2**30
#: A packed file of :data:`SUSPECT` bytes or more may be as many times larger than its packing.
RATIO = 200
SUSPECT = 50 * 2**20
#: The most files in one archive.
MEMBERS = 100_000

_GZIP, _ZIP, _EMPTY_ZIP = b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06"
_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile)
#: A stream of unpacked bytes, and the archive to close after it.
_Opened: TypeAlias = tuple[BinaryIO, zipfile.ZipFile | tarfile.TarFile | None]
# What unzip programs and file managers leave behind.
_LITTER = ("__MACOSX/", ".", "Thumbs.db", "desktop.ini")


def open_source(paths: Sequence[Path]) -> Source:
    """The files of ``paths``, which may be files, archives or folders.

    Raises
    ------
    DataError
        if one is missing, empty, unreadable, half an archive, or would unpack to too much.
    """
    files: list[File] = []
    given = True
    for path in paths:
        if not path.exists():
            raise DataError(str(path), "there is no such file", "check its name and its folder")
        try:
            if path.is_dir():
                given = False
                for one in sorted(p for p in path.rglob("*") if p.is_file()):
                    name = one.relative_to(path).as_posix()
                    if not _litter(name) and one.stat().st_size:
                        files += _files(one, name)
            else:
                found = _files(path, path.name)
                given = given and len(found) == 1 and found[0].name == path.name
                files += found
        except OSError as error:
            problem = f"it cannot be read ({error.strerror or error})"
            remedy = "check the file, and whether you may read it"
            raise DataError(str(path), problem, remedy) from None
    if not files:
        raise DataError(str(paths[0]), "there is no file in it", "give the export itself")
    return Source(_told_apart(files), given)


def _told_apart(files: list[File]) -> tuple[File, ...]:
    """Files of the same name get their folder, or their number, before it."""
    names: dict[str, int] = {}
    for file in files:
        names[file.name] = names.get(file.name, 0) + 1
    for number, file in enumerate(files, start=1):
        if names[file.name] > 1:
            file.name = f"{number}: {file.path.parent.name}/{file.name}"
    return tuple(files)


def _litter(name: str) -> bool:
    return any(part.startswith(_LITTER) for part in (name, *name.split("/")))


def _files(path: Path, name: str) -> list[File]:
    with path.open("rb") as stream:
        head = stream.read(4)
    if not head:
        raise DataError(name, "the file is empty", "export it again")
    if head.startswith(_GZIP):
        return _gzipped(path, name)
    if head == _EMPTY_ZIP:
        raise DataError(name, "the archive is empty", "export it again")
    if head == _ZIP:
        return _zipped(path, name)
    return [File(name, path, lambda: path.open("rb"))]


def _gzipped(path: Path, name: str) -> list[File]:
    inner = name.removesuffix(".gz")
    opened = partial(_Guard.stream, partial(_of_gzip, path), path, name)
    with opened() as stream:
        head = stream.read(512)
    if not head:
        raise DataError(name, "the file in it is empty", "export it again")
    return _tarred(path, name) if head[257:262] == b"ustar" else [File(inner, path, opened)]


def _tarred(path: Path, name: str) -> list[File]:
    total, found = 0, []
    try:
        with tarfile.open(path, "r:gz") as archive:
            for count, info in enumerate(archive, start=1):
                total += info.size
                _bounded(total, path.stat().st_size, count, name)
                if info.isfile() and info.size and not _litter(info.name):
                    found.append(info.name)
    except _BROKEN:
        raise _half(name) from None
    return [_member(path, name, inner, partial(_of_tar, path, inner)) for inner in found]


def _zipped(path: Path, name: str) -> list[File]:
    try:
        with zipfile.ZipFile(path) as archive:
            listed = [info for info in archive.infolist() if not info.is_dir()]
    except (*_BROKEN, ValueError, NotImplementedError):
        raise _half(name) from None
    _bounded(sum(info.file_size for info in listed), path.stat().st_size, len(listed), name)
    if any(info.filename == "[Content_Types].xml" for info in listed):
        # A workbook: its own reader opens it.
        return [File(name, path, lambda: path.open("rb"))]
    if any(info.flag_bits & 1 for info in listed):
        raise DataError(name, "it is locked with a password", "unpack it and give the folder")
    return [
        _member(path, name, info.filename, partial(_of_zip, path, info))
        for info in listed
        if info.file_size and not _litter(info.filename)
    ]


def _member(path: Path, name: str, inner: str, opener: Callable[[], _Opened]) -> File:
    whole = f"{name}/{inner}"
    return File(whole, path, partial(_Guard.stream, opener, path, whole))


def _of_gzip(path: Path) -> _Opened:
    return cast(BinaryIO, gzip.open(path, "rb")), None


def _of_tar(path: Path, inner: str) -> _Opened:
    archive = tarfile.open(path, "r:gz")  # noqa: SIM115 (closed with the member)
    stream = archive.extractfile(inner)
    if stream is None:
        raise tarfile.TarError(inner)
    return cast(BinaryIO, stream), archive


def _of_zip(path: Path, info: zipfile.ZipInfo) -> _Opened:
    archive = zipfile.ZipFile(path)
    return cast(BinaryIO, archive.open(info)), archive


def _bounded(unpacked: int, packed: int, members: int, name: str) -> None:
    if members > MEMBERS:
        remedy = "unpack it and give what is meant"
        raise DataError(name, f"it holds more than {MEMBERS:,} files", remedy)
    if unpacked > LIMIT or (unpacked > SUSPECT and unpacked > RATIO * packed):
        problem = (
            f"it unpacks to {unpacked / 2**20:,.0f} MB or more from {packed / 2**20:,.2f} MB, "
            "which no export does"
        )
        remedy = "do not open it; if you know that it is sound, unpack it and give the folder"
        raise DataError(name, problem, remedy)


def _half(name: str) -> DataError:
    problem = "it begins as an archive but is not whole"
    return DataError(name, problem, "download or export it again")


class _Guard(io.RawIOBase):
    """Unpacked bytes that are counted, and whose failures are told plainly."""

    def __init__(self, opened: _Opened, packed: int, name: str) -> None:
        self._stream, self._archive = opened
        self._packed, self._name = packed, name
        self._total = 0

    @classmethod
    def stream(cls, opener: Callable[[], _Opened], path: Path, name: str) -> BinaryIO:
        try:
            guard = cls(opener(), path.stat().st_size, name)
        except (*_BROKEN, NotImplementedError, RuntimeError, KeyError):
            raise _half(name) from None
        return io.BufferedReader(guard, 2**16)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer)
        try:
            chunk = self._stream.read(len(view))
        except (*_BROKEN, OSError):
            raise _half(self._name) from None
        view[: len(chunk)] = chunk
        self._total += len(chunk)
        _bounded(self._total, self._packed, 1, self._name)
        return len(chunk)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            if self._archive is not None:
                self._archive.close()
        super().close()
