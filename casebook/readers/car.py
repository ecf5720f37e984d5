"""Repositories of the AT protocol (``.car``), the file that Bluesky gives an account holder.

The file is a row of blocks, each with the address of its content. The first address leads to the
commit, which says whose it is and where the tree of records begins; the tree's keys say what each
record is (``app.bsky.feed.post/3k...``). Blocks are CBOR, of which the protocol allows a small
part, read here; signatures and addresses are not checked. After the specifications of CAR 1,
DAG-CBOR and the repository of the AT protocol, version 3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from casebook.errors import DataError

#: Values within values: a record, the deepest of which are posts, has less than ten.
MAX_DEPTH = 64

_START = b"\xa2eroots"


class _BrokenError(ValueError):
    """What is wrong in the bytes."""


def is_car(head: bytes) -> bool:
    """Whether a file begins as a repository does."""
    return head[1:8] == _START


def records(content: bytes, file: str) -> Iterator[tuple[str, Any]]:
    """The records of a repository in the order of their keys, each with its ``at://`` address.

    A record whose block is missing, or is none, comes as None.

    Raises
    ------
    DataError
        if the file is cut off or no such repository.
    """
    try:
        root, blocks = _blocks(content)
        commit = _value(blocks[root])
        who, tree = str(commit["did"]), commit["data"]
        keys = list(_keys(tree, blocks))
    except (_BrokenError, LookupError, TypeError) as error:
        problem = f"it is no whole repository of the AT protocol ({error})"
        raise DataError(file, problem, "export it again from the settings of Bluesky") from None
    for key, address in keys:
        try:
            yield f"at://{who}/{key}", _value(blocks[address])
        except (_BrokenError, KeyError, TypeError):
            yield f"at://{who}/{key}", None


def _blocks(content: bytes) -> tuple[bytes, dict[bytes, bytes]]:
    """The address of the commit, and all blocks by their addresses."""
    length, at = _varint(content, 0)
    header = _value(content[at : at + length])
    root = header["roots"][0]
    at += length
    blocks: dict[bytes, bytes] = {}
    while at < len(content):
        length, start = _varint(content, at)
        at = start + length
        if at > len(content):
            raise _BrokenError("it is cut off")
        address = _address(content, start)
        blocks[content[start:address]] = content[address:at]
    return root, blocks


def _address(content: bytes, at: int) -> int:
    """Where the address of a block ends: version, codec, kind and length of the hash, the hash."""
    for _ in range(3):
        _, at = _varint(content, at)
    length, at = _varint(content, at)
    return at + length


def _keys(tree: bytes, blocks: dict[bytes, bytes]) -> Iterator[tuple[str, bytes]]:
    """Keys and addresses of the records in the tree, in order."""
    waiting: list[bytes | tuple[str, bytes]] = [tree]
    seen: set[bytes] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, tuple):
            yield one
            continue
        if one in seen:
            raise _BrokenError("its tree is a circle")
        seen.add(one)
        node = _value(blocks[one])
        found: list[bytes | tuple[str, bytes]] = [node["l"]] if node["l"] else []
        key = b""
        for entry in node["e"]:
            key = key[: entry["p"]] + entry["k"]
            found.append((key.decode("utf-8", "replace"), entry["v"]))
            if entry["t"]:
                found.append(entry["t"])
        waiting += reversed(found)


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(content) and shift < 63:
        byte = content[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at
    raise _BrokenError("it is cut off")


def _value(block: bytes) -> Any:
    value, at = _item(block, 0, 0)
    if at != len(block):
        raise _BrokenError("a block is longer than its content")
    return value


def _item(block: bytes, at: int, depth: int) -> tuple[Any, int]:
    """The value that begins at a place, and where the next begins."""
    if at >= len(block) or depth > MAX_DEPTH:
        raise _BrokenError("a block is cut off or nested too deep")
    major, info = block[at] >> 5, block[at] & 31
    at += 1
    if major == 7:
        return _simple(block, at, info)
    size, at = _size(block, at, info)
    if major in (2, 3):
        part = block[at : at + size]
        if len(part) < size:
            raise _BrokenError("a block is cut off")
        return part if major == 2 else part.decode("utf-8", "replace"), at + size
    if major == 4:
        values = []
        for _ in range(size):
            value, at = _item(block, at, depth + 1)
            values.append(value)
        return values, at
    if major == 5:
        named = {}
        for _ in range(size):
            key, at = _item(block, at, depth + 1)
            value, at = _item(block, at, depth + 1)
            named[str(key)] = value
        return named, at
    if major == 6:
        value, at = _item(block, at, depth + 1)
        if size != 42 or not isinstance(value, bytes):
            raise _BrokenError("a block holds a value of a kind that is not allowed")
        return value[1:], at
    return (size if major == 0 else -1 - size), at


def _size(block: bytes, at: int, info: int) -> tuple[int, int]:
    if info < 24:
        return info, at
    width = {24: 1, 25: 2, 26: 4, 27: 8}.get(info, 0)
    part = block[at : at + width]
    if not width or len(part) < width:
        raise _BrokenError("a block is cut off")
    return int.from_bytes(part, "big"), at + width


def _simple(block: bytes, at: int, info: int) -> tuple[Any, int]:
    if info in (20, 21, 22):
        return {20: False, 21: True, 22: None}[info], at
    if info == 27 and len(block) >= at + 8:
        return struct.unpack(">d", block[at : at + 8])[0], at + 8
    raise _BrokenError("a block holds a value of a kind that is not allowed")
