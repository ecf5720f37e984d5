"""Ties from messages, on any dataframe library, for conversations too large for one pandas table.

Functions take a frame of :mod:`narwhals`'s libraries (pandas, Polars eager or lazy, DuckDB, and,
past one machine, PySpark) with the columns of :mod:`casebook.conversation` that they use, as
:func:`casebook.conversation.validate` leaves them; where that has ``""``, a null does as well.
Rows of results are in no particular order where it is not named. What Polars gives back has
names and ids as ``Categorical``: its text would take several times the time and memory.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import igraph as ig
import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame, IntoFrameT
from scipy import sparse

from casebook.errors import CasebookError, DataError

#: Kinds of messages that tie their author to a target.
DIRECTED_KINDS: tuple[str, ...] = ("retweet", "mention", "reply", "follow")

#: Persons on a post above which it ties nobody (:func:`co_comment_ties`).
LARGEST = 1000

_Frame: TypeAlias = Any  # nw.DataFrame or nw.LazyFrame: the same methods, no common type

# Pairs that a run of the projection may come to before they are summed: some 300 MB.
_RUN = 20_000_000


@dataclass(frozen=True)
class CoComment:
    """Ties by posts commented on together, and the posts that were too large to make any.

    ``ties``: ``source, target`` (categories over the same sorted commenters, ``source`` before
    ``target``), ``weight`` (int, number of posts shared), in that order. ``left_out``: ``post,
    persons`` (how many distinct ones commented), the largest first.
    """

    ties: pd.DataFrame
    left_out: pd.DataFrame


def mention_ties(
    messages: IntoFrameT, kinds: Sequence[str] = ("retweet", "mention", "reply")
) -> IntoFrameT:
    """Who addresses whom, and how often: a tie runs from the author of a message to its target.

    Parameters
    ----------
    messages
        with ``author, kind, target, weight``.
    kinds
        which messages count.

    Returns
    -------
    frame of the same library, lazy if that is
        ``source, target, weight``, and of the weight the part of each kind, under its own name.
        Who addresses himself gets no tie for that: see :func:`self_ties`.

    Raises
    ------
    CasebookError
        if a kind is none of :data:`DIRECTED_KINDS`, or a column is missing.
    """
    addressed = _addressed(messages, kinds)
    others = addressed.filter(nw.col("author") != nw.col("target"))
    parts = [
        nw.when(nw.col("kind") == kind).then(nw.col("weight")).otherwise(0.0).alias(kind)
        for kind in kinds
    ]
    sums = others.with_columns(*parts).group_by("author", "target")
    ties = sums.agg(nw.col("weight", *kinds).sum()).rename({"author": "source"})
    return nw.to_native(ties)


def self_ties(
    messages: IntoFrameT, kinds: Sequence[str] = ("retweet", "mention", "reply")
) -> IntoFrameT:
    """Who addresses himself, and how often: ``source, weight``. Else as :func:`mention_ties`."""
    addressed = _addressed(messages, kinds)
    own = addressed.filter(nw.col("author") == nw.col("target"))
    sums = own.group_by("author").agg(nw.col("weight").sum())
    return nw.to_native(sums.rename({"author": "source"}))


def mention_graph(ties: IntoFrame) -> ig.Graph:
    """The directed network of the ties that :func:`mention_ties` gives.

    Returns
    -------
    igraph.Graph
        vertices (all who have a tie) in sorted order with ``name``; edges in sorted order with
        ``weight`` and the weight of each kind.
    """
    table = _collected(nw.from_native(ties))
    (source, target), names = _coded(table["source"], table["target"])
    order = np.argsort(source * len(names) + target)
    graph = ig.Graph(len(names), directed=True)
    # Given to the constructor, the same ties take twice the time.
    graph.add_edges(np.column_stack([source[order], target[order]]))
    graph.vs["name"] = names.tolist()
    for column in table.columns:
        if column not in ("source", "target"):
            graph.es[column] = table[column].to_numpy()[order].tolist()
    return graph


def comment_pairs(messages: IntoFrameT) -> IntoFrameT:
    """Who commented on which post: one row per comment.

    A comment is a ``comment`` row or a ``reply`` somewhere below a ``post``; what people write
    under their own posts does not count (as in :func:`casebook.networks.commenters`). Threads
    are followed down from the posts, one join a level, as deep as they go. Each level is
    computed when this is called, on a lazy library too, to see whether there is a next one.

    Parameters
    ----------
    messages
        with ``message_id, author, kind, parent_id, weight``.

    Returns
    -------
    frame of the same library, lazy if that is
        ``author, post`` (its ``message_id``), ``weight``.

    Raises
    ------
    CasebookError
        if a column is missing.
    """
    columns = ("message_id", "author", "kind", "parent_id", "weight")
    rows = _with(messages, *columns)
    acts = _held(rows.filter(_given("parent_id")))
    posts = rows.filter(nw.col("kind") == "post", ~_given("parent_id"))
    posts = posts.select("message_id", post="message_id", owner="author")
    above = _held(_compact(posts, "post", "owner"))
    levels: list[_Frame] = []
    while not levels or _any(above):
        acts = _held(acts.join(above, how="left", left_on="parent_id", right_on="message_id"))
        below = acts.filter(~nw.col("post").is_null())
        levels.append(below.select("author", "kind", "weight", "post", "owner"))
        above = below.select("message_id", "post", "owner")
        # Found once, an act is never looked at again: even ids that stand twice make no circle.
        acts = acts.filter(nw.col("post").is_null()).select(*columns)
    comments = nw.concat(levels).filter(nw.col("kind").is_in(["comment", "reply"]))
    others = _compact(comments, "author").filter(nw.col("author") != nw.col("owner"))
    return nw.to_native(others.select("author", "post", "weight"))


def co_comment_ties(pairs: IntoFrame, *, largest: int = LARGEST, threshold: int = 1) -> CoComment:
    """Who commented on the same posts, posts with too many commenters left out.

    A post with n commenters makes n(n-1)/2 ties. With 100,000 of them these are five thousand
    million, more than memory holds, and all they say is that someone was there. So a post on
    which more than ``largest`` distinct persons commented ties nobody; it stands in
    ``left_out``. The default lets one post make 499,500 ties at most. The projection itself is
    made on one machine, whatever library ``pairs`` come in.

    Parameters
    ----------
    pairs
        ``author, post``, as :func:`comment_pairs` gives them; how often does not matter.
    largest
        most persons on a post that ties them.
    threshold
        least number of shared posts for a tie; weaker ones are dropped as they are made, so that
        they take no memory.
    """
    table, persons, posts = incidence(pairs)
    sizes = np.bincount(table.indices, minlength=len(posts))
    tying = sizes <= largest
    ties = tie_table(persons, *project(table[:, tying], threshold=threshold))
    left_out = pd.DataFrame({"post": posts[~tying], "persons": sizes[~tying]})
    left_out = left_out.sort_values("persons", ascending=False, kind="stable", ignore_index=True)
    return CoComment(ties, left_out)


def incidence(pairs: IntoFrame) -> tuple[sparse.csr_array, pd.Index, pd.Index]:
    """The two-mode table of ``pairs`` (``author, post``): sorted persons x sorted posts.

    1 where the person is paired with the post, however often; with it the names of rows and
    columns.
    """
    table = _collected(_with(pairs, "author", "post").unique())
    (person,), persons = _coded(table["author"])
    (post,), posts = _coded(table["post"])
    ones = np.ones(len(table), dtype=np.int32)
    shape = (len(persons), len(posts))
    # 32 bits do for any number of persons, and halve what the projection takes.
    at = (person.astype(np.int32), post.astype(np.int32))
    return sparse.csr_array((ones, at), shape=shape), persons, posts


def project(
    table: sparse.csr_array, *, threshold: int = 1
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One-mode projection of a persons x posts table of 0 and 1, ``B @ B.T`` (Breiger 1974).

    Made by runs of rows, on all cores: besides the result it takes some 300 MB a core.

    Returns
    -------
    row numbers ``source < target`` and their number of shared columns, sorted; only those with
    at least ``threshold``.
    """
    table = sparse.csr_array(table)
    # Who shares so many columns has so many.
    able = np.flatnonzero(np.diff(table.indptr) >= threshold).astype(np.int32)
    table = table[able]
    pairs = np.cumsum(table @ np.bincount(table.indices, minlength=table.shape[1]))
    total = int(pairs[-1]) if len(pairs) else 0
    cuts = np.searchsorted(pairs, np.arange(_RUN, total, _RUN))
    runs = list(pairwise(np.unique([0, *cuts, len(able)]).tolist()))
    if sys.platform == "emscripten":  # a browser has no threads
        parts = [_run(table, able, run, threshold) for run in runs]
    else:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            parts = list(pool.map(lambda run: _run(table, able, run, threshold), runs))
    # One column after the other, so that no more than one of them is there twice.
    weight, target, source = (
        np.concatenate([np.array([], np.int32), *(part.pop() for part in parts)]) for _ in range(3)
    )
    return source, target, weight


def tie_table(
    names: pd.Index, source: np.ndarray, target: np.ndarray, weight: np.ndarray
) -> pd.DataFrame:
    """What :func:`project` gives as ``source, target`` (categories over ``names``), ``weight``."""
    category = pd.CategoricalDtype(names)
    return pd.DataFrame(
        {
            "source": pd.Categorical.from_codes(source, dtype=category),
            "target": pd.Categorical.from_codes(target, dtype=category),
            "weight": weight,
        },
        copy=False,
    )


def _run(
    table: sparse.csr_array, numbers: np.ndarray, run: tuple[int, int], threshold: int
) -> list[np.ndarray]:
    """``source, target, weight`` of the ties from a run of rows to later ones, by ``numbers``."""
    first, end = run
    # Targets x sources: with few columns the sums stay in the processor's cache, and turning the
    # result round sorts it.
    shared = table[first:] @ table[first:end].T
    target = np.repeat(np.arange(shared.shape[0], dtype=np.int32), np.diff(shared.indptr))
    shared.data[(shared.indices >= target) | (shared.data < threshold)] = 0
    shared.eliminate_zeros()
    by_source = shared.tocsc()
    source = np.repeat(numbers[first:end], np.diff(by_source.indptr))
    return [source, numbers[first:][by_source.indices], by_source.data]


def _addressed(messages: IntoFrame, kinds: Sequence[str]) -> _Frame:
    """Messages of the kinds that have a target: ``author, kind, target, weight``."""
    wrong = sorted(set(kinds) - set(DIRECTED_KINDS))
    if wrong:
        raise CasebookError(
            f"Messages of kind {', '.join(wrong)} have no target. "
            f"Remedy: use some of {', '.join(DIRECTED_KINDS)}."
        )
    rows = _with(messages, "author", "kind", "target", "weight")
    rows = rows.filter(nw.col("kind").is_in(list(kinds)), _given("target"))
    return _compact(rows, "author", "target")


def _with(frame: IntoFrame, *columns: str) -> _Frame:
    """The columns of the frame that are asked for; a weight that is not there counts once."""
    given = nw.from_native(frame)
    found = given.collect_schema().names()
    for column in columns:
        if column not in found:
            raise DataError(
                "messages",
                f"the column is missing (found: {', '.join(found)})",
                "add it, or give a column that holds it this name",
                column=column,
            )
    rows: _Frame = given.select(*columns)
    if "weight" in columns:
        rows = rows.with_columns(nw.col("weight").cast(nw.Float64).fill_null(1.0))
    return rows


def _given(column: str) -> nw.Expr:
    return ~nw.col(column).is_null() & (nw.col(column) != "")


def _compact(frame: _Frame, *columns: str) -> _Frame:
    """Names and ids as numbers where the library does so lastingly and for all columns alike."""
    if not frame.implementation.is_polars():
        return frame
    return frame.with_columns(nw.col(*columns).cast(nw.Categorical))


def _held(frame: _Frame) -> _Frame:
    """A lazy frame computed once, where each of the next steps would compute it again."""
    if isinstance(frame, nw.DataFrame):
        return frame
    if frame.implementation.is_polars():
        return _collected(frame).lazy()
    if frame.implementation.is_duckdb():
        return nw.from_native(frame.to_native().materialize())
    if frame.implementation.is_pyspark():
        return nw.from_native(frame.to_native().localCheckpoint())
    return frame


def _any(frame: _Frame) -> bool:
    return len(_collected(frame.head(1))) > 0


def _collected(frame: _Frame) -> nw.DataFrame:
    if isinstance(frame, nw.DataFrame):
        return frame
    return frame.collect(**({"engine": "streaming"} if frame.implementation.is_polars() else {}))


def _coded(*columns: nw.Series) -> tuple[list[np.ndarray], pd.Index]:
    """Columns of text as row numbers in their sorted distinct values, and these."""
    if not columns[0].implementation.is_polars():
        codes, names = pd.factorize(pd.concat([c.to_pandas() for c in columns]), sort=True)
        return np.split(codes, len(columns)), pd.Index(names)
    given = [column.cast(nw.Categorical).to_native() for column in columns]
    polars = nw.get_native_namespace(columns[0])
    distinct = polars.concat(given).unique()
    text = distinct.cast(polars.String)
    order = text.arg_sort()
    numbers = distinct.gather(order).to_physical().to_numpy()
    rank = np.zeros(int(numbers.max(initial=0)) + 1, dtype=np.int64)
    rank[numbers] = np.arange(len(numbers))
    names = pd.Index(text.gather(order).to_list(), dtype="str")
    return [rank[codes.to_physical().to_numpy()] for codes in given], names
