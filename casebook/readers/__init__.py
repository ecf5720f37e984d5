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
from casebook.readers.columns import is_conversation
from casebook.readers.containers import open_source
from casebook.readers.rejects import shorten
from casebook.readers.sources import File, Source
from casebook.readers.tables import columns as columns_of

#: Modules of this package, in the order in which they are asked.
ORDER: tuple[str, ...] = (
    "x_archive",
    "mastodon",
    "own_tables",
    "nodexl",
    "gexf",
    "graphml",
    "pajek",
    "gdf",
    "bluesky",
    "facepager",
    "tcat",
    "mention_list",
    "crowdtangle",
    "api_tweets",
    "fourcat",
    "graph_json",
    "edge_list",
)
#: The last resort: any table.
PLAIN = "plain"


def readers() -> list[Reader]:
    """All readers, from the most particular to the most general."""
    return [_reader(name) for name in (*ORDER, PLAIN)]


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
    reader, used, notes = _choose(source, options)
    export = reader.read(used, options)
    return replace(export, notes=(*export.notes, *notes), files=used.sha256())


def _reader(name: str) -> Reader:
    return cast(Reader, import_module(f"casebook.readers.{name}"))


def _choose(source: Source, options: Options) -> tuple[Reader, Source, tuple[str, ...]]:
    """The reader that knows all files or, in a folder or archive, the one that knows some."""
    plain = _reader(PLAIN)
    no_ties = options.kind == "conversation"
    asked = [name for name in ORDER if not (no_ties and name == "edge_list")]
    particular = [] if options.mapping else [_reader(name) for name in asked]
    for reader in particular:
        if reader.recognises(source):
            return reader, source, ()
    found: dict[str, Reader] = {}
    for file in source.files:
        alone = Source((file,), source.given)
        first = next((reader for reader in particular if reader.recognises(alone)), None)
        if first is not None:
            found[file.name] = first
    names = {reader.NAME for reader in found.values()}
    if len(names) > 1:
        told = shorten([f"{name}: {reader.NAME}" for name, reader in found.items()])
        remedy = "give files of one format at a time"
        raise DataError(source.label, f"it holds files of several formats ({told})", remedy)
    left = [file for file in source.files if file.name not in found]
    if found and not source.given:
        return next(iter(found.values())), *_without(source, left)
    if not found and not source.given:
        # A folder of tables may hold others besides, such as one of roles.
        left = [file for file in source.files if not is_conversation(columns_of(file))]
        if 0 < len(left) < len(source.files):
            return plain, *_without(source, left)
    if not found and plain.recognises(source):
        return plain, source, ()
    unknown = next((file for file in left if file.name not in found), source.files[0])
    if options.mapping:
        problem = "it is no table, so that no columns of it can be named"
        raise DataError(unknown.name, problem, "leave --map out")
    formats = ", ".join(dict.fromkeys(reader.NAME for reader in readers()))
    raise DataError(unknown.name, "nothing is recognised in it", f"give one of these: {formats}")


def _without(source: Source, left: Sequence[File]) -> tuple[Source, tuple[str, ...]]:
    """The other files, and what to say of those left aside."""
    kept = tuple(file for file in source.files if file not in left)
    names = shorten([file.name for file in left])
    return Source(kept, False), (f"Files that are of no use here were left aside: {names}.",)
