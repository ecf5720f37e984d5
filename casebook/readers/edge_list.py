"""Plain lists of ties: one tie a line, two ends and perhaps a weight.

With a header the ends are found by their names (``source, target``, ``from, to``, ``node_1,
node_2`` and the like), as Gephi's table of edges has them. Without one the file must have two or
three columns: names, or numbers, that occur on both sides, and a number. Lines that begin with
``#`` or ``%`` are comments, as in the collections SNAP and KONECT, which say there whether ties
have a direction; otherwise the names of the columns do. A second table may name the nodes: the
column that holds the names used by the ties is found by its values.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from casebook.errors import DataError
from casebook.readers import single
from casebook.readers.base import BY_NAME, BY_VALUES, Export, Options, Peek
from casebook.readers.columns import is_conversation
from casebook.readers.documents import is_json
from casebook.readers.sources import File, Source
from casebook.readers.text import header, lines, separator
from casebook.readers.ties import Network, Ties, number, text

NAME = "edge list"

_ONE_WAY = (
    ("source", "target"),
    ("from", "to"),
    ("from_id", "to_id"),
    ("fromnodeid", "tonodeid"),
    ("source_id", "target_id"),
    ("follower", "followee"),
    ("bron", "doel"),
    ("van", "naar"),
)
_NO_WAY = (
    ("node_1", "node_2"),
    ("node1", "node2"),
    ("node 1", "node 2"),
    ("vertex 1", "vertex 2"),
    ("id_1", "id_2"),
    ("id1", "id2"),
)
_WEIGHTS = ("weight", "edge weight", "gewicht")
_KINDS = ("kind", "relationship")
_WAYS = {"directed": True, "undirected": False}
_LABELS = ("label", "name", "naam", "screen_name")
_SEPARATORS = ("\t", ";", ",")
_COMMENTS = ("#", "%")
# How the two collections say in a comment whether ties have a direction.
_SAYS = {"# directed": True, "# undirected": False, "% asym": True, "% sym": False}
# Columns of messages, which are more than ties.
_SAID = {"text", "body", "message", "content", "created_at", "timestamp", "time", "date"}
# Lines by which the layout is judged.
_LOOK = 200


def recognises(peek: Peek) -> bool:
    """Whether there is a list of ties, by header or first lines, and at most one other table."""
    others = [file for file in peek.files if not _is(file)]
    said = any(is_conversation(header(file)) for file in others)
    return len(others) < len(peek.files) and len(others) <= 1 and not said


def read(source: Source, options: Options) -> Export:
    """The network of the list of ties; the other table, if there is one, describes its nodes.

    Raises
    ------
    DataError
        if there are several lists, quotes are not closed, no column of the other table names the
        ends of ties, or nothing is usable.
    """
    files = tuple(filter(_is, source.files))
    file = single.only(replace(source, files=files), NAME)
    others = [other for other in source.files if other is not file]
    found = layout(file.lines)
    if found is None:  # as recognised, so never
        raise DataError(file.name, "it is no list of ties", "give two ends on each line")
    network = parse(file, found, *others)
    return single.told(network, source, NAME, BY_NAME if found.header else BY_VALUES)


def _is(file: File) -> bool:
    markup = is_json(file) or file.text.lstrip("\ufeff \r\n").startswith("<")
    said = markup or is_conversation(header(file))
    return not said and layout(file.lines) is not None


@dataclass(frozen=True)
class Layout:
    """What stands where. Columns count from 0; -1 is a column that is not there."""

    separator: str | None
    header: bool
    source: int
    target: int
    weight: int
    kind: int
    type: int
    directed: bool | None


def layout(beginning: Iterable[str]) -> Layout | None:
    """How a list of ties is laid out, or None if the first lines are none."""
    look = list(islice(beginning, _LOOK))
    comments = [line.lstrip().casefold() for line in look if not _counts(line)]
    directed = next(
        (way for says, way in _SAYS.items() if any(one.startswith(says) for one in comments)), None
    )
    for sign in (*_SEPARATORS, None):
        try:
            rows = [cells for _, cells in split(look, sign)]
        except DataError:  # quotes that close after the beginning, or that are none
            continue
        named = _named(rows[0], sign, directed) if rows else None
        if named:
            return named
        wide = {len(cells) for cells in rows}
        if len(wide) == 1 and wide <= {2, 3} and _ties(rows):
            weight = 2 if wide == {3} else -1
            return Layout(sign, False, 0, 1, weight, -1, -1, directed)
    return None


def parse(file: File, found: Layout, nodes: File | None = None) -> Network:
    """The network in a list of ties laid out as ``found``; ``nodes`` is a table of its nodes.

    Raises
    ------
    DataError
        as :func:`read` does.
    """
    ties = Ties(file.name)
    rows = list(split(lines(file), found.separator, file.name))
    if found.header:
        columns, rows = rows[0][1], rows[1:]
        used = {found.source, found.target, found.weight, found.kind, found.type}
        ties.left_out.update(name for at, name in enumerate(columns) if at not in used and name)
    if nodes is not None:
        ends = {_cell(cells, at) for _, cells in rows for at in (found.source, found.target)}
        _describe(ties, nodes, ends)
    ties.file = file.name
    width = max(found.source, found.target, found.weight) + 1
    for row, cells in rows:
        if not found.header and len(cells) != width:
            ties.tied += 1
            problem = f"tie {ties.tied} has {len(cells)} values, not {width}"
            remedy = "put names that contain the separator in double quotes"
            ties.reject(row, "", " ".join(cells), problem, remedy)
            continue
        sort = _cell(cells, found.type)
        way = _WAYS.get(sort.casefold())
        kind = _cell(cells, found.kind) or (sort if way is None else "")
        ends_ = _cell(cells, found.source), _cell(cells, found.target)
        ties.tie(row, *ends_, _cell(cells, found.weight), kind, way)
    return ties.network(found.directed)


def split(
    beginning: Iterable[str], separator: str | None, file: str = ""
) -> Iterator[tuple[int, list[str]]]:
    """The cells of each row, with the line on which it begins; comments and blanks are skipped.

    Raises
    ------
    DataError
        if quotes are not closed, or a cell is endless.
    """
    if separator is None:
        for row, line in enumerate(beginning, start=1):
            if _counts(line):
                yield row, line.split()
        return
    counted = (line if _counts(line) else "\n" for line in beginning)
    reader, start = csv.reader(counted, delimiter=separator, strict=True), 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        problem = f"the quotes of a cell are not closed, or it is endless ({error})"
        raise DataError(file, problem, "export it again, whole", row=start) from None


def _counts(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith(_COMMENTS)


def _named(names: Sequence[str], sign: str | None, directed: bool | None) -> Layout | None:
    """The layout, if the names of the columns say it."""
    plain = [name.strip("\ufeff ").casefold() for name in names]
    if _SAID & set(plain):
        return None
    for pairs, way in ((_ONE_WAY, True), (_NO_WAY, None)):
        for source, target in pairs:
            if source in plain and target in plain:
                return Layout(
                    separator=sign,
                    header=True,
                    source=plain.index(source),
                    target=plain.index(target),
                    weight=_place(plain, _WEIGHTS),
                    kind=_place(plain, _KINDS),
                    type=_place(plain, ("type",)),
                    directed=way if directed is None else directed,
                )
    return None


def _place(plain: Sequence[str], names: Sequence[str]) -> int:
    return next((plain.index(name) for name in names if name in plain), -1)


def _ties(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows without header look like ties: ends of one sort, and a number if anything."""
    if any(not row[2].strip() or number(row[2]) is None for row in rows if len(row) > 2):
        return False
    sides = [{row[side].strip() for row in rows} for side in (0, 1)]
    whole = all(end.isascii() and end.isdigit() for side in sides for end in side)
    return whole or bool(sides[0] & sides[1])


def _cell(cells: Sequence[str], at: int) -> str:
    return text(cells[at]) if 0 <= at < len(cells) else ""


def _describe(ties: Ties, nodes: File, ends: set[str]) -> None:
    """Adds the nodes of the table under the names by which the ties know them."""
    table = [*split(lines(nodes), separator(nodes), nodes.name)]
    columns, rows = (table[0][1], table[1:]) if table else ([], [])
    hits = [len(ends & {_cell(cells, at) for _, cells in rows}) for at in range(len(columns))]
    if not hits or 2 * max(hits) < len(ends):
        problem = "no column of it holds the names that the ties use"
        remedy = "leave it out, or give the table of these nodes"
        raise DataError(nodes.name, problem, remedy)
    by = hits.index(max(hits))
    plain = [column.strip().casefold() for column in columns]
    label = next((at for at in (_place(plain, [one]) for one in _LABELS) if at not in (-1, by)), -1)
    ties.notes.append(
        f"Nodes are described by {nodes.name}: its column '{columns[by]}' is their id."
    )
    ties.file = nodes.name
    for row, cells in rows:
        attributes = {
            column: _cell(cells, at) for at, column in enumerate(columns) if at not in (by, label)
        }
        ties.node(row, _cell(cells, by), _cell(cells, label), attributes)
