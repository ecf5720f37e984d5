"""The bundled files of a case: made from its spec, written, and checked for being stale."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd

from casebook.paths import data_dir
from casebook.reconstruct.simulation import simulate


def files(case: str) -> dict[str, bytes]:
    """The bundled files as they follow from the spec, by name.

    UTF-8, LF; the gzip header bears no time and no name.
    """
    made = simulate(case)
    times = made.messages["time"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    messages = _csv(made.messages.assign(time=times, weight=1))
    return {
        "messages.csv.gz": gzip.compress(messages, compresslevel=9, mtime=0),
        "actors.csv": _csv(made.actors),
    }


def write(case: str) -> list[Path]:
    """Write the bundled files of a case; returns their paths."""
    folder = data_dir() / "reconstructed" / case
    made = files(case)
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in made]


def stale(case: str) -> list[str]:
    """Names of bundled files that are missing or differ from what their spec gives.

    What is compared is the text: another release of the compression library may pack the same
    text into other bytes.
    """
    folder = data_dir() / "reconstructed" / case
    return [
        f"reconstructed/{case}/{name}"
        for name, content in files(case).items()
        if not (folder / name).is_file() or _plain((folder / name).read_bytes()) != _plain(content)
    ]


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode("utf-8")


def _plain(content: bytes) -> bytes:
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
