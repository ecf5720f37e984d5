"""From rows that a reader has laid out to a conversation, every row accounted for.

A reader brings each file's rows into the columns of a :class:`Draft`. What is common to all tables
is done here: ids that stand there twice or clash between files, parents that are not in the file,
circles, kinds that the thread decides, mentions, and messages of nobody known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import igraph as ig
import numpy as np
import pandas as pd

from casebook.conversation import KINDS
from casebook.errors import DataError
from casebook.readers import values
from casebook.readers.base import BY_FORMAT, NOT_USED, Export, Lines, Options, of_conversation
from casebook.readers.rejects import Rejects
from casebook.readers.sources import Source
from casebook.readers.tables import Table
from casebook.readers.workbooks import NO_RESULT

#: Who wrote a message that others answer but that is not in the files.
STAND_IN = "(author not in the file)"

#: Columns of text that a draft may have; others it has are kept as they are.
TEXTS = ("message_id", "author", "time", "kind", "parent_id", "target", "text", "weight", "label")

_NOTHING_TO_DO = "nothing to do"
_GROUPED = r"\d{1,3}(?:[.,\s'\u00a0\u202f]\d{3})+"
_ROUNDED = r"\d[.,]\d+[eE]\+\d+"


@dataclass(frozen=True)
class Draft:
    """The rows of one table, laid out but not yet judged.

    ``rows`` has any of :data:`TEXTS` as text, empty where unknown. An empty ``kind`` is decided by
    the thread. ``names`` says which column of the file each comes from.
    ``mentions`` are the actors that each row mentions. ``extras`` are columns that are kept.
    """

    table: Table
    rows: pd.DataFrame
    names: Mapping[str, str]
    mentions: Sequence[Sequence[str]] = ()
    extras: pd.DataFrame | None = None
    times: values.Times | None = None


@dataclass
class Gathered:
    """What the readers of tables hand over: drafts, what was turned down, what is to be told.

    ``accounts``, ``groups`` and ``roles`` are labels, groups and roles of actors that the files
    list by themselves; ``rows_besides`` counts rows used otherwise than as messages.
    ``nameless`` keeps messages whose author the export does not tell, for counts. ``handles``
    says that authors are account names: ``@`` and capitals make no difference.
    """

    source: Source
    options: Options
    drafts: list[Draft] = field(default_factory=list)
    rejects: Rejects = field(default_factory=Rejects)
    understood: dict[tuple[str, str, str], None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    rows_in: int = 0
    accounts: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    rows_besides: int = 0
    nameless: bool = False
    handles: bool = False

    def table(self, table: Table) -> None:
        """Counts in the rows of a table."""
        self.rows_in += len(table.cells) + table.rejects.rows
        self.rejects.extend([table.rejects])
        self.note(*table.notes)

    def turn_down(
        self, table: Table, bad: pd.Series, column: str, problem: str, remedy: str
    ) -> Table:
        """The table without the bad rows, which are rejected for what stands in ``column``."""
        shown = zip(table.rows[bad.to_numpy()], table[column][bad], strict=True)
        for row, value in shown:
            self.rejects.add(table.name, int(row), column, value, problem, remedy)
        kept = ~bad.to_numpy()
        return replace(table, cells=table.cells[kept].reset_index(drop=True), rows=table.rows[kept])

    def note(self, *said: str) -> None:
        """Sentences to tell, each once."""
        self.notes.update(dict.fromkeys(said))

    def tell(self, lines: Lines) -> None:
        """What columns mean, each once."""
        self.understood.update(dict.fromkeys(lines))

    def by_format(self, table: Table, meanings: Mapping[str, str]) -> None:
        """What columns mean in a known format; those without a meaning are not used."""
        self.tell(
            [
                (name, meanings.get(name, ""), BY_FORMAT if name in meanings else NOT_USED)
                for name in table.columns
            ]
        )


def times(table: Table, column: str, options: Options, local: str = "") -> values.Times:
    """The times in a column of a table; ``local`` is the zone of the format, if it has one."""
    return values.times(
        table[column].where(table[column] != NO_RESULT, ""),
        table.rows,
        local or options.timezone,
        file=table.name,
        column=column,
    )


def with_cells(table: Table, cells: pd.DataFrame) -> Table:
    """The same rows with other cells."""
    return replace(table, cells=cells)


def first_of(table: Table, columns: Sequence[str]) -> str:
    """The first of these columns in which anything stands; empty if there is none."""
    return next((name for name in columns if (table[name] != "").any()), "")


def counts(table: Table, columns: Sequence[str]) -> pd.DataFrame:
    """Columns of counts as numbers, under their own names; those that are not there left out.

    Counts are whole: 1,234 and 1.234 are a thousand and more.
    """
    found = {}
    for column in columns:
        if column in table.cells:
            said = table[column]
            plain = said.str.replace(r"[.,\s'\u00a0\u202f]", "", regex=True)
            whole = said.str.fullmatch(_GROUPED)
            found[column] = pd.to_numeric(said.mask(whole, plain), errors="coerce").astype(float)
    return pd.DataFrame(found, index=table.cells.index)


def finish(
    gathered: Gathered, format_: str, *, clustered: Mapping[str, str] | None = None
) -> Export:
    """The export.

    Parameters
    ----------
    clustered
        the groups of actors, where the files have any.

    Raises
    ------
    DataError
        if ids were rounded by a spreadsheet, or no row could be used.
    """
    rows = pd.concat([_laid_out(draft) for draft in gathered.drafts], ignore_index=True)
    rows = _judged(rows, gathered)
    if gathered.handles:
        rows = _by_handle(rows)
    rows = _ids(rows, gathered)
    nobody = rows["author"] == ""
    loose, rows = rows[nobody].reset_index(drop=True), rows[~nobody].reset_index(drop=True)
    below = loose["parent_id"] != ""
    loose["kind"] = loose["kind"].mask(
        loose["kind"] == "", below.map({True: "comment", False: "post"})
    )
    rows = _threads(rows, gathered)
    used = len(rows) + len(loose)
    silent = int((rows["time"].isna() & ~rows["kind"].isin(["like", "follow"])).sum())
    if 0 < silent < used:
        gathered.note(f"Messages without a time, which no series over time counts: {silent:,}.")
    if not used:
        problem = f"no row of it can be used{gathered.rejects.first()}"
        raise DataError(gathered.source.label, problem, "see what 'casebook inspect' says of it")
    named = rows[rows["label"] != ""].drop_duplicates("author")
    labels = {**dict(zip(named["author"], named["label"], strict=True)), **gathered.accounts}
    whole = pd.concat([_stand_ins(rows, gathered), rows, _mentions(rows)], ignore_index=True)
    return of_conversation(
        _columns(whole),
        _actors(whole, labels, gathered),
        gathered.source,
        format_,
        rejects=gathered.rejects.table(),
        rows_in=gathered.rows_in,
        rows_used=used + gathered.rows_besides,
        understood=list(gathered.understood),
        notes=list(gathered.notes),
        unattributed=_columns(loose),
    )


def _laid_out(draft: Draft) -> pd.DataFrame:
    """The rows of a draft with all columns, where they stand, and their times."""
    table = draft.table
    index = table.cells.index
    laid = pd.DataFrame({"file": table.name, "row": table.rows}, index=index)
    for name in TEXTS:
        if name in draft.rows:
            laid[name] = draft.rows[name].astype("str").str.strip()
        else:
            laid[name] = pd.Series("", index=index, dtype="str")
        laid[f"{name} column"] = draft.names.get(name, name)
    said = draft.times or values.times(
        pd.Series("", index=index, dtype="str"), table.rows, "UTC", file=table.name, column="time"
    )
    laid["said"], laid["time"] = laid["time"], said.utc
    laid["time problem"] = said.problems
    weights, _ = values.numbers(laid["weight"])
    laid["weight said"], laid["weight"] = laid["weight"], weights.where(laid["weight"] != "", 1.0)
    laid["mentions"] = (
        [tuple(names) for names in draft.mentions] if len(draft.mentions) else [()] * len(laid)
    )
    if draft.extras is not None:
        laid = laid.join(draft.extras.add_prefix("extra "))
    return laid


def _turn_down(
    rows: pd.DataFrame,
    bad: pd.Series,
    gathered: Gathered,
    column: str,
    value: str,
    problem: str | pd.Series,
    remedy: str,
) -> pd.DataFrame:
    """The rows without the bad ones, which go to the rejects."""
    if not bad.any():
        return rows
    turned = rows[bad]
    name = f"{column} column"
    places = zip(
        turned["file"],
        turned["row"],
        turned[name] if name in turned else [column] * len(turned),
        turned[value],
        problem[bad] if isinstance(problem, pd.Series) else [problem] * len(turned),
        strict=True,
    )
    for file, row, named, said, why in places:
        shown = "(a formula)" if said == NO_RESULT else str(said)
        gathered.rejects.add(file, int(row), named, shown, why, remedy)
    return rows[~bad].reset_index(drop=True)


def _judged(rows: pd.DataFrame, gathered: Gathered) -> pd.DataFrame:
    """The rows that can be used as they stand."""
    for name in ("message_id", "author", "parent_id", "target", "kind", "text", "weight said"):
        problem = "its formula has no result, or an error for one"
        remedy = "open the workbook, let it calculate, and save it"
        bad = rows[name] == NO_RESULT
        rows = _turn_down(rows, bad, gathered, name.removesuffix(" said"), name, problem, remedy)
    for name in ("message_id", "parent_id"):
        rounded = rows[name].str.fullmatch(_ROUNDED)
        if rounded.any():
            first = rows[rounded].iloc[0]
            raise DataError(
                first["file"],
                f"a spreadsheet has rounded the ids ('{first[name]}'): they no longer tell one "
                "message from another",
                "export again, and do not save the file from a spreadsheet (or read ids as text)",
                row=int(first["row"]),
                column=first[f"{name} column"],
            )
    remedy = "write it as 2014-03-01 20:15, with a zone if it has one"
    bad = rows["time problem"] != ""
    rows = _turn_down(rows, bad, gathered, "time", "said", rows["time problem"], remedy)
    bad = ~(np.isfinite(rows["weight"]) & (rows["weight"] > 0))
    problem = "its weight is not a number above 0"
    remedy = "give a number above 0, or leave the cell empty for 1"
    rows = _turn_down(rows, bad, gathered, "weight", "weight said", problem, remedy)
    unknown = ~rows["kind"].isin(["", *KINDS])
    problem, remedy = "this kind is unknown", f"use one of {', '.join(KINDS)}"
    rows = _turn_down(rows, unknown, gathered, "kind", "kind", problem, remedy)
    bad = rows["kind"].isin(["follow", "mention"]) & (rows["target"] == "")
    problem, remedy = "it does not say who is followed or mentioned", "name that actor"
    rows = _turn_down(rows, bad, gathered, "target", "target", problem, remedy)
    if not gathered.nameless:
        bad = rows["author"] == ""
        problem, remedy = "it does not say who wrote it", "fill in who wrote it"
        rows = _turn_down(rows, bad, gathered, "author", "author", problem, remedy)
    return rows


def _by_handle(rows: pd.DataFrame) -> pd.DataFrame:
    """Account names without @ and in small letters; a label keeps the first spelling."""
    spelled = rows["author"].str.removeprefix("@")
    return rows.assign(
        author=spelled.str.casefold(),
        label=rows["label"].where(rows["label"] != "", spelled),
        target=rows["target"].str.removeprefix("@").str.casefold(),
        mentions=[
            tuple(dict.fromkeys(name.removeprefix("@").casefold() for name in names))
            for names in rows["mentions"]
        ],
    )


def _ids(rows: pd.DataFrame, gathered: Gathered) -> pd.DataFrame:
    """Every row with an id of its own, kept apart between files where they clash."""
    nameless = rows["message_id"] == ""
    several = rows["file"].nunique() > 1
    place = "row " + rows["row"].astype("str")
    own = rows["file"] + ", " + place if several else place
    rows["message_id"] = rows["message_id"].where(~nameless, own)
    rows["parent_id"] = rows["parent_id"].where(rows["parent_id"] != rows["message_id"], "")
    if several:
        rows = _kept_apart(rows, gathered)
    bad = rows["message_id"].duplicated()
    problem = "a message with this id stands above, or in another file"
    remedy = f"{_NOTHING_TO_DO} if it is the same message; else give it an id of its own"
    return _turn_down(rows, bad, gathered, "message_id", "message_id", problem, remedy)


def _kept_apart(rows: pd.DataFrame, gathered: Gathered) -> pd.DataFrame:
    """Ids with their file before them, in files that use the same ids for other messages."""
    same = ["message_id", "author", "time"]
    firsts = rows.drop_duplicates(same).drop_duplicates(["message_id", "file"])
    clashing = firsts[firsts["message_id"].duplicated(keep=False)]
    files = sorted(set(clashing["file"]))
    if files:
        inside = rows["file"].isin(files)
        for name in ("message_id", "parent_id"):
            filled = inside & (rows[name] != "")
            rows[name] = rows[name].where(~filled, rows["file"] + "/" + rows[name])
        gathered.note(
            "The same ids stand for different messages in several files; the file's name was put "
            f"before the ids of: {', '.join(files)}."
        )
    return rows


def _threads(rows: pd.DataFrame, gathered: Gathered) -> pd.DataFrame:
    """Parents that are there, and kinds as the thread has them."""
    known = pd.Index(rows["message_id"])
    rows["answers"] = pd.Series("", index=rows.index, dtype="str")
    above = known.get_indexer(rows["parent_id"])
    child = np.flatnonzero(above >= 0)
    graph = ig.Graph(len(rows), np.column_stack([child, above[child]]), directed=True)
    strong = graph.connected_components("strong")
    sizes = np.array(strong.sizes(), dtype=int)
    circular = pd.Series(sizes[np.array(strong.membership, dtype=int)] > 1, index=rows.index)
    if circular.any():
        gathered.note(
            "Messages that answer each other in a circle; what they answer was left out: "
            f"{int(circular.sum()):,}."
        )
        rows["answers"] = rows["answers"].where(~circular, rows["parent_id"])
        rows["parent_id"] = rows["parent_id"].where(~circular, "")
    given = rows["kind"]
    free = given == ""
    answering = rows["parent_id"] != ""
    kinds = given.mask(free & answering, "comment")
    kinds = kinds.mask(free & ~answering & (rows["target"] != ""), "reply")
    kinds = kinds.mask(free & ~answering & (rows["target"] == ""), "post")
    of = pd.Series(kinds.to_numpy()[above], index=rows.index).where(above >= 0, "")
    kinds = kinds.mask((kinds == "comment") & of.isin(["comment", "reply"]), "reply")
    lost = kinds.isin(["comment", "like"]) & ~answering
    kinds = kinds.mask(lost & (kinds == "comment"), "reply")
    orphans = int((lost & (given == "comment")).sum())
    if orphans:
        gathered.note(
            "Comments that do not say on what; they count as messages, but tie nobody to a post: "
            f"{orphans:,}."
        )
    rows["kind"] = kinds
    bad = lost & (kinds == "like")
    problem, remedy = "it does not say what is liked", "give the id of the liked message"
    rows = _turn_down(rows, bad, gathered, "parent_id", "parent_id", problem, remedy)
    missing = (rows["parent_id"] != "") & ~_among(rows["parent_id"], rows["message_id"])
    free_of_post = missing & ~rows["kind"].isin(["comment", "like"])
    if free_of_post.any():
        gathered.note(
            "Messages that answer one that is not in the file (its id is kept in the column "
            f"'answers'): {int(free_of_post.sum()):,}."
        )
        rows["answers"] = rows["answers"].where(~free_of_post, rows["parent_id"])
        rows["parent_id"] = rows["parent_id"].where(~free_of_post, "")
    return rows


def _among(names: pd.Series, known: pd.Series) -> pd.Series:
    """Which names are known; ``isin`` is slow where both are many."""
    found = pd.Index(known.drop_duplicates()).get_indexer(names) >= 0
    return pd.Series(found, index=names.index)


def _stand_ins(rows: pd.DataFrame, gathered: Gathered) -> pd.DataFrame:
    """A row for each post that comments or likes name but the files do not hold."""
    missing = rows[(rows["parent_id"] != "") & ~_among(rows["parent_id"], rows["message_id"])]
    posts = missing.sort_values("target", ascending=False, kind="stable")
    posts = posts.drop_duplicates("parent_id").sort_index()
    if posts.empty:
        return rows.iloc[:0]
    gathered.note(
        f"Posts that comments name but that are not in the file: {len(posts):,}. Each got an empty "
        "row of its own (column 'stand_in'), so that who commented together can be seen; they "
        "are no messages of the file."
    )
    stands = rows.iloc[:0].reindex(range(len(posts)))
    texts = [name for name in stands if isinstance(stands[name].dtype, pd.StringDtype)]
    stands[texts] = ""
    author = posts["target"].where(posts["target"] != "", STAND_IN).to_numpy()
    return stands.assign(
        message_id=posts["parent_id"].to_numpy(),
        author=author,
        kind="post",
        weight=1.0,
        mentions=[()] * len(posts),
        stand_in=True,
    )


def _mentions(rows: pd.DataFrame) -> pd.DataFrame:
    """A row below each message for each actor that it mentions."""
    exploded = rows[rows["mentions"].map(len) > 0].explode("mentions")
    named = exploded["mentions"].astype("str")
    exploded = exploded[(named != exploded["target"]) & (named != "")]
    if exploded.empty:
        return rows.iloc[:0]
    number = exploded.groupby("message_id").cumcount() + 1
    ids = exploded["message_id"] + "/mention/" + number.astype("str")
    taken = pd.concat([rows["message_id"], rows["parent_id"]]).drop_duplicates()
    while (again := _among(ids, taken)).any():
        ids = ids.where(~again, ids + "+")
    extras = [name for name in rows if name.startswith("extra ")]
    return exploded.drop(columns=extras).assign(
        parent_id=exploded["message_id"],
        message_id=ids,
        target=exploded["mentions"].astype("str"),
        kind="mention",
        text="",
        answers="",
    )


def _columns(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns of the schema, what the file counted, and what is to be known besides."""
    names = ["message_id", "author", "time", "kind", "parent_id", "target", "text", "weight"]
    table = rows[names].copy()
    for extra in (name for name in rows if name.startswith("extra ")):
        table[extra.removeprefix("extra ")] = rows[extra]
    if "answers" in rows and (rows["answers"].fillna("") != "").any():
        table["answers"] = rows["answers"].fillna("")
    if "stand_in" in rows:
        table["stand_in"] = rows["stand_in"].eq(True)
    return table


def _actors(rows: pd.DataFrame, labels: Mapping[str, str], gathered: Gathered) -> pd.DataFrame:
    seen = dict.fromkeys(pd.unique(pd.concat([rows["author"], rows["target"]])))
    names = [name for name in {**seen, **dict.fromkeys(gathered.accounts)} if name]
    return pd.DataFrame(
        {
            "actor": names,
            "role": [gathered.roles.get(name) or "unknown" for name in names],
            "label": [labels.get(name) or name for name in names],
            "group": [gathered.groups.get(name, "") for name in names],
        },
        dtype="str",
    )
