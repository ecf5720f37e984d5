"""A case of one's own in the book: its data, its chapter and its place in the contents.

What is kept is what may be passed on: pseudonyms, roles, times and ties, and no text. Taking the
case out again leaves the book as it was, to the byte.
"""

from __future__ import annotations

import re
import shutil
from importlib.resources import files
from pathlib import Path

import pandas as pd

from casebook import conversation, pseudonyms, readers
from casebook.errors import DataError
from casebook.own.prepare import Prepared, network_of_messages, network_of_tables, prepare
from casebook.own.request import Request
from casebook.paths import data_dir, note_use
from casebook.provenance import Provenance

_NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")
_CONTENTS = re.compile(r"(?m)^(\s*)- file: chapters/cases/\w+\n(?!\s*- file: chapters/cases/)")

#: Tables of a conversation, and of a network.
_MESSAGES, _TIES = ("messages", "actors"), ("edges", "nodes")


def add(name: str, book: Path, request: Request) -> list[Path]:
    """Add the case ``name`` to the book in the folder ``book``; returns what was written.

    Raises
    ------
    DataError
        if the name is taken or none, the folder holds no book, or the export cannot be read.
        Nothing is written then.
    """
    if not _NAME.fullmatch(name):
        raise DataError(
            "NAME", f"'{name}' is no name for a chapter", "use small letters, a-z, and _"
        )
    contents, chapter, data = _places(name, book)
    text = contents.read_text("utf-8")
    if chapter.exists() or data.exists() or f"chapters/cases/{name}\n" in text:
        raise DataError(str(chapter), "there is such a case already", "choose another name")
    place = _CONTENTS.search(text)
    if place is None:
        raise DataError(contents.name, "it lists no cases", "run this in the folder of the book")
    export = readers.read(request.files, timezone=request.timezone, mapping=request.mapping or None)
    prepared = prepare(export, request, pseudonyms.secret())
    tables = _tables(prepared)
    template = files("casebook").joinpath("templates/own_case.md").read_text("utf-8")
    made = template.replace("%NAME%", name).replace("%TITLE%", request.title)
    made = made.replace("%KIND%", prepared.kind)
    line = f"{place[1]}- file: chapters/cases/{name}\n"
    try:
        data.mkdir(parents=True)
        for table, frame in tables.items():
            frame.to_csv(
                data / f"{table}.csv.gz", index=False, compression={"method": "gzip", "mtime": 0}
            )
        chapter.write_text(made, "utf-8")
        contents.write_text(text[: place.end()] + line + text[place.end() :], "utf-8")
    except OSError as error:
        _undo(contents, text, chapter, data)
        raise DataError(
            str(book), f"it cannot be written ({error.strerror})", "check the folder and its rights"
        ) from None
    return [chapter, *sorted(data.iterdir())]


def remove(name: str, book: Path) -> None:
    """Take the case ``name`` out of the book again.

    Raises
    ------
    DataError
        if there is no such case of one's own; the cases of the report stay.
    """
    contents, chapter, data = _places(name, book)
    if not data.is_dir():
        own = sorted(p.name for p in data.parent.glob("*")) if data.parent.is_dir() else []
        known = f"use one of {', '.join(own)}" if own else "none was added"
        raise DataError(str(data), f"there is no case of your own called '{name}'", known)
    text = contents.read_text("utf-8")
    text = re.sub(rf"(?m)^\s*- file: chapters/cases/{name}\n", "", text)
    _undo(contents, text, chapter, data)


def load(name: str, kind: str = "auto") -> Prepared:
    """The case ``name`` as it was prepared when it was added, marked ``yours``.

    ``kind`` is one of :data:`casebook.own.request.KINDS`.

    Raises
    ------
    DataError
        if there is none.
    """
    folder = data_dir() / "yours" / name
    is_network = (folder / "edges.csv.gz").is_file()
    tables = _TIES if is_network else _MESSAGES
    for table in tables:
        if not (folder / f"{table}.csv.gz").is_file():
            raise DataError(str(folder), f"there is no case '{name}'", "add it: casebook new-case")
        note_use(f"yours/{name}/{table}.csv.gz")
    if is_network:
        edges, nodes = (
            pd.read_csv(folder / f"{table}.csv.gz", keep_default_na=False, dtype={"id": str})
            for table in _TIES
        )
        origin = Provenance("yours", note="Your own export, pseudonymised.")
        directed = bool(edges["directed"].any())
        return Prepared(None, network_of_tables(edges, nodes, directed, origin), "as given", ())
    conv = conversation.read(folder)
    return Prepared(conv, *network_of_messages(conv, kind), ())


def _tables(prepared: Prepared) -> dict[str, pd.DataFrame]:
    # Without texts there are no hashtags to tie any more, so that network is kept itself.
    if prepared.conversation is not None and prepared.kind != "hashtag":
        messages = prepared.conversation.messages.assign(text="")
        times = messages["time"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"messages": messages.assign(time=times), "actors": prepared.conversation.actors}
    network = prepared.network
    names = network.vs["name"]
    edges = pd.DataFrame(
        {
            "source": [names[edge.source] for edge in network.es],
            "target": [names[edge.target] for edge in network.es],
            "weight": network.es["weight"],
            "directed": network.is_directed(),
        }
    )
    nodes = pd.DataFrame({"id": names, "role": network.vs["role"], "label": network.vs["label"]})
    return {"edges": edges, "nodes": nodes}


def _places(name: str, book: Path) -> tuple[Path, Path, Path]:
    contents = book / "_toc.yml"
    if not contents.is_file():
        raise DataError(str(book), "there is no _toc.yml", "run this in the folder of the book")
    return contents, book / "chapters" / "cases" / f"{name}.md", book / "data" / "yours" / name


def _undo(contents: Path, text: str, chapter: Path, data: Path) -> None:
    contents.write_text(text, "utf-8")
    chapter.unlink(missing_ok=True)
    shutil.rmtree(data, ignore_errors=True)
    if data.parent.is_dir() and not any(data.parent.iterdir()):
        data.parent.rmdir()
