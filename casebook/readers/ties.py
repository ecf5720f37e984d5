"""What the readers of network files share: nodes and ties gathered one by one, then tables.

The rules are the same whatever the format. A node needs an id of its own and a tie two ends and a
positive weight, else the element is rejected with its place. A tie may run to a node that the file
does not list: the node is added. Ties of a node to itself stay. Ties between the same two nodes,
of the same kind, are summed. What is drawing (place, size, colour) is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
import pandas as pd

from casebook.conversation import ROLES
from casebook.errors import DataError

#: How many attributes of nodes are kept; a file with more is no description of actors.
MAX_ATTRIBUTES = 200

#: Node attributes that say how a node was drawn, not what it is.
DRAWING = frozenset(
    {"x", "y", "z", "r", "g", "b", "a", "color", "colour", "size", "fill", "shape", "opacity"}
    | {"visible", "visibility", "labelvisible", "fixed", "style", "width", "height", "cx", "cy"}
)

_REJECTS = ["file", "row", "column", "value", "problem", "remedy"]
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
_SHOWN = 60
# What neither XML nor a cell may hold; tabs and ends of lines stay.
_CONTROL = dict.fromkeys(
    [*(n for n in range(32) if n not in (9, 10, 13)), 127, 0xFFFE, 0xFFFF], "\ufffd"
)


@dataclass(frozen=True)
class Network:
    """One network as read.

    ``edges``: ``source, target, weight, kind``; ``nodes``: ``id, label, role, group`` and the
    file's own attributes as text; ``rejects``: ``file, row, column, value, problem, remedy``.
    ``rows_in`` counts the file's nodes and ties, used or not.
    """

    edges: pd.DataFrame
    nodes: pd.DataFrame
    directed: bool
    rejects: pd.DataFrame
    rows_in: int
    notes: tuple[str, ...]


class Ties:
    """Gathers the nodes and ties of one network.

    ``file`` is where they now come from, and ``place``, if set, tells the place in it where the
    row of an element, which must be its own, is not what an editor shows. ``left_out`` takes the
    names of what the file says of ties and a network has no place for.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.listed = 0
        self.tied = 0
        self.rows_in = 0
        self.place = ""
        self.left_out: set[str] = set()
        self.notes: list[str] = []
        self._nodes: dict[str, dict[str, str]] = {}
        self._rejects: list[tuple[str, int, str, str, str, str]] = []
        self._ends: tuple[list[str], list[str]] = [], []
        self._weights: list[float] = []
        self._kinds: list[str] = []
        self._directed: list[bool | None] = []
        self._roles: Counter[str] = Counter()
        self._dropped: set[str] = set()

    def __contains__(self, node: str) -> bool:
        return node in self._nodes

    def reject(self, row: int, column: str, value: object, problem: str, remedy: str) -> None:
        """One element of the file that is not used, and why."""
        self.rows_in += 1
        shown = text(value)
        if len(shown) > _SHOWN:
            shown = shown[:_SHOWN] + "…"
        self._rejects.append((self.file, row, column, shown, problem + self.place, remedy))

    def node(
        self, row: int, id_: object, label: object = "", attributes: Mapping[str, object] = {}
    ) -> None:
        """One node as listed: ``row`` is its place, ``attributes`` are by name."""
        self.listed += 1
        name = text(id_)
        if not name:
            self.reject(row, "id", "", f"node {self.listed} has no id", "give every node an id")
        elif name in self._nodes:
            remedy = "give every node an id of its own"
            self.reject(row, "id", name, f"node {self.listed}: this id stands there twice", remedy)
        else:
            self.rows_in += 1
            self._nodes[name] = self._described(name, text(label), attributes)

    def tie(
        self,
        row: int,
        source: object,
        target: object,
        weight: object = None,
        kind: object = "",
        directed: bool | None = None,
        both: bool = False,
    ) -> None:
        """One tie; without ``weight`` it counts 1, without ``directed`` it is as the file says.

        ``both`` makes it a pair of directed ties, one each way.
        """
        self.row_of_ties(row, source, [(target, weight)], kind, directed, both)

    def row_of_ties(
        self,
        row: int,
        source: object,
        ends: Sequence[tuple[object, object]],
        kind: object = "",
        directed: bool | None = None,
        both: bool = False,
    ) -> None:
        """One row that ties ``source`` to any number of (target, weight): all of them or none."""
        self.tied += 1
        origin, added = text(source), []
        for end, weight in ends:
            target, amount = text(end), number(weight)
            for name, column in ((origin, "source"), (target, "target")):
                if not name:
                    problem = f"tie {self.tied} has no {column}"
                    self.reject(row, column, "", problem, "name both ends of every tie")
                    return
            if amount is None or not amount > 0:
                what = "not a number" if amount is None else "not above 0"
                remedy = "give ties weights above 0, or leave the weight out"
                problem = f"tie {self.tied}: its weight is {what}"
                self.reject(row, "weight", weight, problem, remedy)
                return
            added.append((origin, target, amount))
            if both and origin != target:
                added.append((target, origin, amount))
        self.rows_in += 1
        for one, other, amount in added:
            self._ends[0].append(one)
            self._ends[1].append(other)
            self._weights.append(amount)
            self._kinds.append(text(kind))
            self._directed.append(True if both else directed)

    def isolate(self, id_: str, attributes: Mapping[str, object] = {}) -> None:
        """A node that the file implies without a line of its own."""
        if id_ not in self._nodes:
            self._nodes[id_] = self._described(id_, "", attributes)

    def network(self, directed: bool | None) -> Network:
        """The tables; ``directed`` holds for the ties that do not say so themselves.

        Where the file does not say it either (None), they have no direction, and a note says so.

        Raises
        ------
        DataError
            if not one node or tie was usable.
        """
        notes = list(self.notes)
        self._add_unlisted(notes)
        if not self._nodes:
            problem = "no node or tie in it can be used"
            if self._rejects:
                _, row, _, _, why, _ = self._rejects[0]
                problem += f"; the first one, in row {row}: {why}"
            raise DataError(self.file, problem, "export the network again, with its nodes and ties")
        if directed is None and None in self._directed:
            notes.append("It does not say whether ties have a direction: read as having none.")
        edges, way = self._edges(bool(directed), notes)
        if self._roles:
            unknown = few(self._roles)
            notes.append(
                f"Roles that this book does not know ({unknown}) became 'unknown': "
                f"{self._roles.total():,}."
            )
        rejects = pd.DataFrame(self._rejects, columns=_REJECTS)
        return Network(edges, self._table(notes), way, rejects, self.rows_in, tuple(notes))

    def _described(self, name: str, label: str, attributes: Mapping[str, object]) -> dict[str, str]:
        row = {"label": label, "role": "unknown", "group": ""}
        for key, value in attributes.items():
            named, said = text(key), text(value)
            plain = named.casefold()
            if not said:
                continue
            if plain in ("label", "name") and row["label"] in ("", said):
                row["label"] = said
            elif plain == "role":
                row["role"] = said.casefold() if said.casefold() in ROLES else "unknown"
                if said.casefold() not in ROLES:
                    self._roles[said] += 1
            elif plain == "group":
                row["group"] = said
            elif plain in DRAWING:
                self._dropped.add(named)
            elif named:
                taken = plain in ("id", "label")
                row[f"{named} (attribute)" if taken else named] = said
        row["label"] = row["label"] or name
        return row

    def _add_unlisted(self, notes: list[str]) -> None:
        unlisted = dict.fromkeys(end for ends in self._ends for end in ends)
        for known in self._nodes.keys() & unlisted.keys():
            del unlisted[known]
        if self._nodes and unlisted:
            example = next(iter(unlisted))[:_SHOWN]
            notes.append(
                "Nodes that the file does not list, added because ties name them: "
                f"{len(unlisted):,} (the first is '{example}')."
            )
        for node in unlisted:
            self.isolate(node)

    def _edges(self, default: bool, notes: list[str]) -> tuple[pd.DataFrame, bool]:
        flags = [default if flag is None else flag for flag in self._directed]
        directed = any(flags) if flags else default
        table = pd.DataFrame(
            {
                "source": np.array(self._ends[0], dtype=object),
                "target": np.array(self._ends[1], dtype=object),
                "weight": np.array(self._weights, dtype=float),
                "kind": np.array(self._kinds, dtype=object),
            }
        )
        loops = int((table["source"] == table["target"]).sum())
        if loops:
            notes.append(f"Ties from a node to itself, kept: {loops:,}.")
        order = pd.Index(list(self._nodes))
        one, other = order.get_indexer(table["source"]), order.get_indexer(table["target"])
        if not directed:
            one, other = np.minimum(one, other), np.maximum(one, other)
        kinds, names = pd.factorize(table["kind"])
        keys = pd.DataFrame({"one": one, "other": other, "kind": kinds})
        if directed and not all(flags):
            both = ~np.array(flags) & (one != other)
            notes.append(
                "Ties without direction among others that have one, each made two, one each way: "
                f"{int((~np.array(flags)).sum()):,}."
            )
            keys["weight"] = table["weight"]
            back = keys[both].rename(columns={"one": "other", "other": "one"})
            keys = pd.concat([keys, back], ignore_index=True)
        else:
            keys["weight"] = table["weight"]
        again = int(keys.duplicated(["one", "other", "kind"]).sum())
        if again:
            notes.append(
                "Ties that stand there again, between the same two nodes and of the same kind, "
                f"their weights summed: {again:,}."
            )
            grouped = keys.groupby(["one", "other", "kind"], sort=False, as_index=False)
            keys = grouped["weight"].sum()
        edges = pd.DataFrame(
            {
                "source": order[keys["one"]].astype("str"),
                "target": order[keys["other"]].astype("str"),
                "weight": keys["weight"].to_numpy(dtype=float),
                "kind": pd.Index(names)[keys["kind"]].astype("str"),
            }
        )
        return edges, directed

    def _table(self, notes: list[str]) -> pd.DataFrame:
        extras = dict.fromkeys(key for row in self._nodes.values() for key in row)
        for key in ("label", "role", "group"):
            extras.pop(key, None)
        kept = list(extras)[:MAX_ATTRIBUTES]
        if len(extras) > MAX_ATTRIBUTES:
            notes.append(
                f"Attributes of nodes: {len(extras):,}; the first {MAX_ATTRIBUTES} were kept."
            )
        if self._dropped:
            named = few(self._dropped)
            notes.append(f"Attributes that say how nodes were drawn were left out: {named}.")
        if self.left_out:
            notes.append(f"Attributes of ties were left out: {few(self.left_out)}.")
        columns = {"id": list(self._nodes)}
        for key in ("label", "role", "group", *kept):
            columns[key] = [row.get(key, "") for row in self._nodes.values()]
        return pd.DataFrame(columns, dtype="str")


def few(names: Iterable[str]) -> str:
    """Names for a note: sorted, no endless list of them and no endless one."""
    listed = sorted(names)
    more = f" and {len(listed) - 10:,} more" if len(listed) > 10 else ""
    return ", ".join(name[:_SHOWN] for name in listed[:10]) + more


def text(value: object) -> str:
    """A cell as plain text that any file can hold: trimmed, no halves of characters, no controls.

    Nothing, and what is no single value (a list, an object), is empty.
    """
    if isinstance(value, str):
        said = value
    elif value is None or isinstance(value, list | dict):
        return ""
    elif isinstance(value, bool):
        return str(value).lower()
    elif isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    else:
        said = str(value)
    if said.isascii() and said.isprintable():
        return said.strip()
    return said.encode("utf-8", "replace").decode("utf-8").translate(_CONTROL).strip()


def number(value: object) -> float | None:
    """A weight as written, also with a decimal comma; 1 where there is none, None if it is none."""
    if value is None or value == "":
        return 1.0
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        try:
            amount = float(value)
        except OverflowError:
            return None
    else:
        said = str(value).strip()
        if not said:
            return 1.0
        if not _NUMBER.fullmatch(said):
            return None
        amount = float(said.replace(",", "."))
    return amount if isfinite(amount) else None
