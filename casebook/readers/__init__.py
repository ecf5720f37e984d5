"""Readers of foreign files, one module for each format, found by content and not by name.

:func:`read` gives an :class:`~casebook.readers.base.Export`. Which formats there are stands in
:data:`ORDER`, from the most particular to the most general.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import cast

from casebook.errors import DataError
from casebook.readers.base import Export, Options, Reader
from casebook.readers.containers import open_source
from casebook.readers.sources import Source

#: Modules of this package, in the order in which they are asked.
ORDER: tuple[str, ...] = (
    "x_archive",
    "mastodon",
    "gexf",
    "graphml",
    "pajek",
    "gdf",
    "bluesky",
    "graph_json",
    "edge_list",
)


def readers() -> list[Reader]:
    """All readers, from the most particular to the most general."""
    return [cast(Reader, import_module(f"casebook.readers.{name}")) for name in ORDER]


def read(
    paths: str | Path | Sequence[str | Path],
    *,
    timezone: str = "Europe/Amsterdam",
    mapping: Mapping[str, str] | None = None,
    kind: str = "auto",
) -> Export:
    """What the given files hold: a conversation or a network, with an account of every row.

    Parameters
    ----------
    paths
        files, archives or folders that belong together; several of one format are put together.
    timezone
        of times that come without one.
    mapping
        columns of a table by what they mean, such as ``{"author": "Naam"}``; it makes any table be
        read as a plain one.
    kind
        ``"conversation"`` or ``"network"`` for tables that could be either; ``"auto"`` decides.

    Raises
    ------
    DataError
        if a file is missing, broken or of no known format, or files are of several formats.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    source = open_source([Path(path) for path in given])
    options = Options(timezone, dict(mapping or {}), kind)
    reader, used, notes = _choose(source)
    export = reader.read(used, options)
    return replace(export, notes=(*export.notes, *notes), files=used.sha256())


def _choose(source: Source) -> tuple[Reader, Source, tuple[str, ...]]:
    """The reader that knows all files or, in a folder or archive, the one that knows some."""
    known = readers()
    for reader in known:
        if reader.recognises(source):
            return reader, source, ()
    found: dict[str, Reader] = {}
    for file in source.files:
        alone = Source((file,), source.given)
        first = next((reader for reader in known if reader.recognises(alone)), None)
        if first is not None:
            found[file.name] = first
    names = {reader.NAME for reader in found.values()}
    if len(names) == 1 and not source.given:
        kept = tuple(file for file in source.files if file.name in found)
        left = [file.name for file in source.files if file.name not in found]
        note = f"Files that were left aside, since nothing is recognised in them: {_few(left)}."
        return next(iter(found.values())), Source(kept, False), (note,)
    if len(names) > 1:
        told = _few([f"{name} is {reader.NAME}" for name, reader in found.items()])
        remedy = "give files of one format at a time"
        raise DataError(source.label, f"it holds files of several formats ({told})", remedy)
    unknown = next(file.name for file in source.files if file.name not in found)
    raise DataError(
        unknown,
        "nothing is recognised in it",
        f"give one of these: {', '.join(dict.fromkeys(reader.NAME for reader in known))}",
    )


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return f"{shown} and {len(names) - 5:,} more" if len(names) > 5 else shown
