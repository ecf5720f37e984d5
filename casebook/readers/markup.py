"""XML read piece by piece: nothing is fetched or expanded, no piece and no nesting is endless.

The pieces come from ``defusedxml``, which refuses entities of a file's own making and anything
outside the file. A document type may be named (older files do); it is never looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, BinaryIO, NamedTuple

from casebook.errors import DataError
from casebook.readers.sources import File

#: Elements within elements: yEd, the deepest that is known, has about ten.
MAX_DEPTH = 100
#: Bytes that one tag with its attributes, or one piece of text, may have.
MAX_PIECE = 16 * 2**20

_CHUNK = 2**16


class Piece(NamedTuple):
    """The start or the end of an element.

    ``name`` is in lower case and without namespace, as are the names of ``attributes``; ``text``
    is the element's own text, known at its end; ``row`` is the line of the file.
    """

    start: bool
    name: str
    attributes: dict[str, str]
    text: str
    row: int
    depth: int


def begins(file: File, root: str) -> bool:
    """Whether a file is XML whose first element, of any namespace, is ``root``."""
    return re.search(rf"<(?:[\w.-]+:)?{root}[\s>/]", file.text, re.IGNORECASE) is not None


def pieces(stream: BinaryIO, file: str) -> Iterator[Piece]:
    """All elements of a file, in order; nothing of it is kept.

    Raises
    ------
    DataError
        if it is no well-formed XML, defines entities, is nested too deep or has a piece too long.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    pad = _Pad(file)
    parser = DefusedXMLParser(target=pad, forbid_dtd=False)
    pad.expat = parser.parser
    waiting = 0
    try:
        while chunk := stream.read(_CHUNK):
            parser.feed(chunk)
            waiting = 0 if pad.pieces else waiting + len(chunk)
            if waiting > MAX_PIECE:
                raise _too_long(file, pad.expat.CurrentLineNumber)
            yield from pad.taken()
        parser.close()
        yield from pad.taken()
    except ParseError as error:
        row, column = error.position
        problem = f"it is not complete XML at character {column + 1} ({str(error).split(':')[0]})"
        raise DataError(file, problem, "export it again and copy it whole", row=row) from None
    except DefusedXmlException:
        raise DataError(
            file,
            "it defines entities, or asks for another file, which can be used to harm the reader",
            "export the network again with the program that made it, or take the entities out",
            row=pad.expat.CurrentLineNumber,
        ) from None
    except (LookupError, ValueError) as error:
        remedy = "save it as UTF-8"
        raise DataError(file, f"its encoding cannot be read ({error})", remedy) from None


class _Pad:
    """Takes what the parser calls out."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.expat: Any = None
        self.pieces: list[Piece] = []
        self._texts: list[list[str]] = []
        self._length = 0

    def taken(self) -> list[Piece]:
        pieces, self.pieces = self.pieces, []
        return pieces

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        row = self.expat.CurrentLineNumber
        if len(self._texts) >= MAX_DEPTH:
            raise DataError(
                self.file,
                f"more than {MAX_DEPTH} elements stand within each other",
                "export the network again with the program that made it",
                row=row,
            )
        self._texts.append([])
        self._length = 0
        named = {_local(key): value for key, value in attributes.items()}
        self.pieces.append(Piece(True, _local(tag), named, "", row, len(self._texts)))

    def data(self, text: str) -> None:
        self._length += len(text)
        if self._length > MAX_PIECE:
            raise _too_long(self.file, self.expat.CurrentLineNumber)
        self._texts[-1].append(text)

    def end(self, tag: str) -> None:
        row = self.expat.CurrentLineNumber
        depth = len(self._texts)
        said = "".join(self._texts.pop())
        self.pieces.append(Piece(False, _local(tag), {}, said, row, depth))

    def close(self) -> None:
        """Nothing is kept, so nothing is handed over."""


@lru_cache(maxsize=4096)
def _local(name: str) -> str:
    return name.rpartition("}")[2].lower()


def _too_long(file: str, row: int) -> DataError:
    remedy = "export the network again with the program that made it"
    problem = f"one piece of it is longer than {MAX_PIECE // 2**20} MB"
    return DataError(file, problem, remedy, row=row)
