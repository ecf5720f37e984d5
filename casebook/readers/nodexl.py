"""NodeXL workbooks: sheets are found by name, columns by theirs, with one header row or two.

Where edges have a time or a text (networks imported from Twitter) the workbook is a conversation:
a tweet that mentions three accounts stands there as three edges, and is put together again. Else it
is a network. Groups (older templates: clusters) come along. Edges and vertices that the workbook
itself says to skip, and vertices in no edge, are left out, as NodeXL does: the counts agree with
those in its sheet of overall metrics.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from casebook.errors import DataError
from casebook.readers import drafts, tweets, workbooks
from casebook.readers.base import BY_FORMAT, NOT_USED, Export, Options, Peek, of_network
from casebook.readers.drafts import Draft, Gathered, finish, times
from casebook.readers.rejects import Rejects
from casebook.readers.sources import File, Source
from casebook.readers.tables import Table
from casebook.readers.ties import Ties
from casebook.readers.workbooks import NO_RESULT

NAME = "NodeXL workbook"

_ENDS = ("Vertex 1", "Vertex 2")
_GROUPS = (("Group Vertices", "Group"), ("Cluster Vertices", "Cluster"))
# What cells of Visibility say: without a word, a vertex is there only if it is in an edge.
_SKIP, _SHOW = ("skip", "skip (0)", "0"), ("show", "show (4)", "4", "hide", "hide (2)", "2")
_TIMES = ("Tweet Date (UTC)", "Relationship Date (UTC)", "Date (UTC)")
_TEXTS = ("Tweet", "Text", "Message", "Comment")
_IDS = ("Imported ID", "Unified Twitter ID")
_PARENT = "In-Reply-To Tweet ID"
_COUNTS = ("Favorite Count", "Retweet Count")

_MEANINGS = {
    "Vertex 1": "one end of a tie; in a tweet, who wrote it",
    "Vertex 2": "the other end of a tie; in a tweet, whom it addresses",
    "Edge Weight": "how strong a tie is",
    "Relationship": "the sort of a tie",
    "Visibility": "whether the workbook leaves the tie out",
    **dict.fromkeys(_TIMES, "when"),
    **dict.fromkeys(_TEXTS, "what was written"),
    **dict.fromkeys(_IDS, "the tweet's own id"),
    _PARENT: "the tweet that it answers",
    **dict.fromkeys(_COUNTS, "a count, kept as it is"),
}
# What the importers of NodeXL write under Relationship, in small letters.
_KINDS = {
    "tweet": "tweet",
    "replies to": "reply",
    "reply": "reply",
    "mentions": "mention",
    "mention": "mention",
    "retweet": "retweet",
    "mentionsinretweet": "repeated",
    "mentions in retweet": "repeated",
    "quote": "mention",
    "mentionsinquote": "mention",
    "mentions in quote": "mention",
    "mentionsinquotereply": "mention",
    "followed": "follow",
    "follows": "follow",
    "friend": "follow",
}

# How a vertex is drawn, what NodeXL computed of it, and whom it stands for.
_DRAWN = set(
    ",".join(
        (
            "color,shape,size,radius,opacity,image file,image id,image,visibility,tooltip",
            "label fill color,primary label fill color,label position,secondary label,layout order",
            "x,y,locked?,polar r,polar angle,id,dynamic filter,add your own columns here",
            "what to show,custom menu item text,custom menu item action",
        )
    ).split(",")
)
_LABELS = ("Label", "Primary Label")


def recognises(peek: Peek) -> bool:
    """Whether each file is a workbook with the sheets Edges and Vertices."""
    return all({"Edges", "Vertices"} <= set(file.sheets) for file in peek.files)


def read(source: Source, options: Options) -> Export:
    """The network, or the conversation, in one or several workbooks.

    Raises
    ------
    DataError
        if a workbook has no edges and no vertices, as an empty template, or is broken.
    """
    headers = set()
    edges: list[Table] = []
    vertices: list[Table] = []
    groups: dict[str, str] = {}
    notes: list[str] = []
    for file in source.files:
        edge, header = _sheet(file, "Edges", _ENDS[0])
        vertex, _ = _sheet(file, "Vertices", "Vertex")
        if edge is None and vertex is None:
            problem = "it is a NodeXL workbook without edges and vertices: an empty template"
            remedy = "fill it in NodeXL, save it, and give that file"
            raise DataError(file.name, problem, remedy)
        headers.add(header)
        edges += [edge] if edge is not None else []
        vertices += [vertex] if vertex is not None else []
        groups |= _groups(file, notes)
    how = "two header rows" if headers == {2} else "one header row"
    told = [table for table in edges if _is_told(table)]
    format_ = f"NodeXL workbook, {how if len(headers) == 1 else 'header rows of both sorts'}"
    if told and len(told) == len(edges) and options.kind != "network":
        return _conversation(source, options, edges, vertices, groups, notes, format_)
    return _network(source, edges, vertices, groups, notes, format_)


def _left_out(edges: list[Table], vertices: list[Table]) -> list[str]:
    """What the workbook says to skip, in a sentence."""
    sorts = (("edges", edges), ("vertices", vertices))
    skipped = {what: sum(int(_skipped(one).sum()) for one in listed) for what, listed in sorts}
    if not any(skipped.values()):
        return []
    told = ", ".join(f"{what} {count:,}" for what, count in skipped.items() if count)
    return [
        f"Left out since the workbook itself says to skip them: {told}, and what hangs on them."
    ]


def _is_told(table: Table) -> bool:
    """Whether edges are tweets: they say what they are, and when or in what words."""
    sorts = table["Relationship"][table["Relationship"] != ""].str.casefold()
    said = any((table[name] != "").any() for name in (*_TIMES, *_TEXTS))
    return said and len(sorts) > 0 and bool(sorts.isin(_KINDS).mean() > 0.9)


def _sheet(file: File, sheet: str, first: str) -> tuple[Table | None, int]:
    """A worksheet from its header on, which is found by its first name; and the header's rows.

    None if nothing stands below the header. Notes beside the table, after an empty column, are no
    part of it.
    """
    rows = workbooks.read(file, sheet)
    above: list[list[str]] = []
    for _, cells in rows:
        if cells[0].strip() == first:
            header = [cell.strip() for cell in cells]
            break
        above.append(cells)
        if len(above) > 20:
            break
    else:
        header = []
    if not header or len(above) > 20:
        problem = f"its sheet '{sheet}' has no header with '{first}'"
        raise DataError(file.name, problem, "open it in NodeXL and save it again")
    width = header.index("") if "" in header else len(header)
    listed = [(number, [*cells, *[""] * width][:width]) for number, cells in rows]
    listed = [(number, cells) for number, cells in listed if cells[0].strip() or any(cells[1:])]
    # Rows that only say how an edge would be drawn, as templates have them, are no edges.
    ends = 2 if sheet == "Edges" else 1
    # Titles of groups of columns leave the first one without; a remark above stands in it.
    banded = any(not cells[0].strip() for cells in above)
    listed = [(number, cells) for number, cells in listed if any(cells[:ends])]
    if not listed:
        return None, 1 + banded
    columns: dict[str, list[str]] = {}
    for at, name in enumerate(header[:width]):
        if name in columns:
            problem = "two columns have this name"
            raise DataError(f"{file.name}, sheet {sheet}", problem, "rename one", column=name)
        columns[name] = [cells[at].strip() for _, cells in listed]
    frame = pd.DataFrame({name: pd.array(cells, dtype="str") for name, cells in columns.items()})
    numbers = pd.Series([number for number, _ in listed]).to_numpy()
    table = Table(
        f"{file.name}, sheet {sheet}", "workbook", frame, numbers, tuple(columns), Rejects()
    )
    return table, 1 + banded


def _groups(file: File, notes: list[str]) -> dict[str, str]:
    for sheet, name in _GROUPS:
        if sheet not in file.sheets:
            continue
        table, _ = _sheet(file, sheet, name)
        if table is None or "Vertex" not in table.columns:
            continue
        named = table.cells[(table["Vertex"] != "") & (table[name] != "")]
        notes.append(f"Groups were taken from the sheet '{sheet}': {named[name].nunique():,}.")
        return dict(zip(named["Vertex"], named[name], strict=True))
    return {}


def _skipped(table: Table) -> pd.Series:
    return table["Visibility"].str.casefold().isin(_SKIP)


def _lines(tables_: Sequence[Table], used: Sequence[str]) -> list[tuple[str, str, str]]:
    lines = []
    for table in tables_:
        for name in table.columns:
            known = name in used
            meaning = _MEANINGS.get(name, "") if known else ""
            lines.append((name, meaning, BY_FORMAT if known else NOT_USED))
    return list(dict.fromkeys(lines))


# Network ----------------------------------------------------------------------------------------


def _network(
    source: Source,
    edges: list[Table],
    vertices: list[Table],
    groups: dict[str, str],
    notes: list[str],
    format_: str,
) -> Export:
    ties = Ties((edges or vertices)[0].name)
    ties.notes += notes
    skipped = {name for table in vertices for name in table["Vertex"][_skipped(table)]}
    tied: set[str] = set()
    for table in edges:
        kept = ~_skipped(table)
        for end, other in (_ENDS, _ENDS[::-1]):
            tied |= set(table[end][kept & ~table[other].isin(skipped)])
    for table in vertices:
        ties.file = table.name
        _add_vertices(ties, table, groups, tied)
    for table in edges:
        ties.file = table.name
        _add_edges(ties, table, skipped)
    ties.notes += _left_out(edges, vertices)
    used = ("Vertex 1", "Vertex 2", "Edge Weight", "Relationship", "Visibility")
    lines = [("Vertex", "a node's own name", BY_FORMAT)] if vertices else []
    return of_network(
        ties.network(_directed(source, ties)), source, format_, [*lines, *_lines(edges, used)]
    )


def _add_vertices(ties: Ties, table: Table, groups: dict[str, str], tied: set[str]) -> None:
    kept = [name for name in table.columns if name.casefold() not in _DRAWN and name != "Vertex"]
    kept = [name for name in kept if name not in _LABELS and (table[name] != "").any()]
    label = next((name for name in _LABELS if name in table.cells), "")
    records = table.cells[kept].to_dict("records")
    skip = _skipped(table)
    always = table["Visibility"].str.casefold().isin(_SHOW)
    rows = zip(table.rows, table["Vertex"], table[label], records, skip, always, strict=True)
    for row, name, said, record, gone, shown in rows:
        if gone:
            ties.reject(int(row), "Vertex", name, *_SKIP_VERTEX)
        elif name not in tied and not shown:
            ties.reject(int(row), "Vertex", name, *_ALONE)
        elif NO_RESULT in (name, said):
            ties.reject(int(row), "Vertex", "(a formula)", *_FORMULA)
        else:
            attributes = {
                key: value for key, value in record.items() if value not in ("", NO_RESULT)
            }
            ties.node(int(row), name, said, {**attributes, "group": groups.get(name, "")})


_SKIP_VERTEX = (
    "the workbook says to skip this vertex",
    "empty its cell Visibility to have it counted",
)
_ALONE = (
    "it is in no edge, and the workbook does not say to show it all the same",
    "write Show in its cell Visibility to have it counted",
)
_SKIP_EDGE = (
    "the workbook says to skip this edge, or a vertex at its end",
    "empty the cell Visibility to have it counted",
)
_FORMULA = (
    "its formula has no result, or an error for one",
    "open the workbook, let it calculate, and save it",
)


def _add_edges(ties: Ties, table: Table, skipped: set[str]) -> None:
    skip = _skipped(table)
    one, other = table["Vertex 1"], table["Vertex 2"]
    weight, kind = table["Edge Weight"], table["Relationship"]
    rows = zip(table.rows, one, other, weight, kind, skip, strict=True)
    for row, start, end, strength, sort, gone in rows:
        ends = (start, end)
        if gone or not skipped.isdisjoint(ends):
            ties.reject(int(row), "Visibility", " - ".join(ends), *_SKIP_EDGE)
        elif NO_RESULT in (*ends, strength, sort):
            ties.reject(int(row), "Vertex 1", "(a formula)", *_FORMULA)
        else:
            ties.tie(int(row), start, end, strength, sort)


def _directed(source: Source, ties: Ties) -> bool:
    """What the hidden sheet Misc says; the oldest templates do not say it."""
    said = set()
    for file in source.files:
        if "Misc" not in file.sheets:
            continue
        for _, cells in workbooks.read(file, "Misc"):
            at = cells.index("Graph Directedness") + 1 if "Graph Directedness" in cells else 0
            if at and at < len(cells) and cells[at]:
                said.add(cells[at].casefold() == "directed")
    if len(said) == 1:
        return said.pop()
    ties.notes.append(
        "The workbook does not say whether ties have a direction: read as from Vertex 1 to "
        "Vertex 2."
        if not said
        else "Some workbooks have ties with a direction and some without: all were read with one."
    )
    return True


# Conversation -----------------------------------------------------------------------------------


def _conversation(
    source: Source,
    options: Options,
    edges: list[Table],
    vertices: list[Table],
    groups: dict[str, str],
    notes: list[str],
    format_: str,
) -> Export:
    gathered = Gathered(source, options, handles=True)
    gathered.note(*notes, *_left_out(edges, vertices))
    gathered.groups |= {name.casefold(): group for name, group in groups.items()}
    skipped: set[str] = set()
    for table in vertices:
        gathered.table(table)
        skipped |= set(table["Vertex"][_skipped(table)])
        kept = gathered.turn_down(table, _skipped(table), "Vertex", *_SKIP_VERTEX)
        kept = gathered.turn_down(kept, kept["Vertex"] == NO_RESULT, "Vertex", *_FORMULA)
        gathered.rows_besides += len(kept.cells)
        label = next((name for name in ("Name", *_LABELS) if (kept[name] != "").any()), "")
        handles = kept["Vertex"].str.casefold()
        said = kept[label].where(kept[label] != "", kept["Vertex"])
        gathered.accounts |= dict(zip(handles, said, strict=True))
    used = [*_ENDS, "Relationship", *_TIMES, *_TEXTS, *_IDS, _PARENT, "Visibility", *_COUNTS]
    lines = [("Vertex", "an account", BY_FORMAT)] if vertices else []
    gathered.tell([*lines, *_lines(edges, used)])
    for table in edges:
        gathered.table(table)
        out = _skipped(table) | table["Vertex 1"].isin(skipped) | table["Vertex 2"].isin(skipped)
        kept = gathered.turn_down(table, out, "Visibility", *_SKIP_EDGE)
        gathered.drafts.append(_draft(kept, gathered))
    return finish(gathered, f"{format_}, imported from Twitter")


def _draft(table: Table, gathered: Gathered) -> Draft:
    """Each edge as one row: the tweet, or a mention in it; rows that repeat one are turned down."""
    when = next(name for name in (*_TIMES, _TIMES[0]) if name in table.cells or name == _TIMES[0])
    text = next((name for name in _TEXTS if (table[name] != "").any()), "")
    own = next((name for name in _IDS if (table[name] != "").any()), "")
    tweet = table[own].str.removeprefix("'")
    if not own:
        # NodeXL writes a tweet's author, time and text on each of its edges.
        key = table["Vertex 1"] + "\n" + table[when] + "\n" + table[text]
        tweet = ("tweet " + pd.Series(pd.factorize(key)[0] + 1).astype("str")).astype("str")
        gathered.note("There are no tweet ids: edges of one author, time and text are one tweet.")
    sort = table["Relationship"].str.casefold().map(_KINDS)
    kinds = sort.where(table["Vertex 1"] != table["Vertex 2"], "tweet").astype("str")
    target = table["Vertex 2"].where(kinds != "tweet", "")
    whom = tweets.retweeted(table[text])
    again = (whom != "") & (kinds != "follow")
    kinds = kinds.mask(again, "repeated")
    kinds = kinds.mask(again & (whom.str.casefold() == target.str.casefold()), "retweet")
    # The edge that stands for the tweet itself: its reply, retweet or loop; else its first one.
    worth = kinds.map({"reply": 0, "retweet": 0, "tweet": 1, "mention": 2, "repeated": 3})
    order = worth.fillna(4).sort_values(kind="stable").index
    itself = ~tweet.loc[order].duplicated().reindex(tweet.index) & (kinds != "follow")
    only = itself & (kinds == "mention")
    kinds = kinds.mask(itself & (kinds == "repeated"), "retweet")
    target = target.where(~itself | (kinds != "retweet") | (whom == ""), whom)
    repeats = ~itself & kinds.isin(["repeated", "tweet", "retweet"])
    twice = ~itself & pd.DataFrame([tweet, target]).T.duplicated()
    kinds = kinds.mask(~itself & (kinds == "reply"), "mention").mask(only, "tweet")
    rows = pd.DataFrame(
        {
            "author": table["Vertex 1"],
            "target": target.mask(only, ""),
            "kind": kinds,
            "text": table[text].where(itself, ""),
            "message_id": tweet.where(itself, tweet + "/" + table["Vertex 2"]),
            "parent_id": table[_PARENT].str.removeprefix("'").where(itself, tweet),
        }
    )
    follows = kinds == "follow"
    rows["message_id"] = rows["message_id"].mask(
        follows, "follow " + table["Vertex 1"] + " " + table["Vertex 2"]
    )
    rows["parent_id"] = rows["parent_id"].mask(follows, "")
    mentions = [(name,) if one else () for name, one in zip(table["Vertex 2"], only, strict=True)]
    bad = repeats | twice
    remedy = "nothing to do: the edge that stands for the tweet is used"
    kept = gathered.turn_down(
        table, bad, "Relationship", "it repeats, or is repeated in, another edge's tweet", remedy
    )
    said = kept[when].mask(follows[~bad].reset_index(drop=True), "")
    spare = kept[_TIMES[1]].where(rows["kind"][~bad].reset_index(drop=True) != "follow", "")
    cells = kept.cells.assign(**{when: said.where(said != "", spare)})
    kept = drafts.with_cells(kept, cells)
    names = {
        "author": "Vertex 1", "target": "Vertex 2", "kind": "Relationship", "text": text or "Tweet",
        "message_id": own or "Tweet", "parent_id": _PARENT, "time": when,
    }  # fmt: skip
    read = times(kept, when, gathered.options, "UTC")
    gathered.note(*(note for note in read.notes if "without a zone" not in note))
    return Draft(
        kept,
        rows[~bad].reset_index(drop=True),
        names,
        [names_ for names_, out in zip(mentions, bad, strict=True) if not out],
        drafts.counts(kept, _COUNTS),
        read,
    )
