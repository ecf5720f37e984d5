"""Simulated conversations that meet a case's published totals exactly.

The messages of 2014 were never published. For a case there is a ``spec.yml`` in
``data/reconstructed/<case>/`` with the published ``totals`` by ledger id, what the report has
``told`` of groups and ties, and every further number as an ``assumption`` with its reason. This
module makes from it a conversation in the schema of :mod:`casebook.conversation`; nothing about a
case is written in code. Actors are ``p0001`` and role labels, there is no text.

Two kinds of conversation are known: ``co_comment`` (a page with posts, comments and likes) and
``mention`` (tweets, retweets, replies, mentions). Randomness is uniform numbers of numpy's PCG64
only, turned into other laws by inverse distribution functions, so that other versions of numpy
make the same conversation.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from scipy.special import ndtri

from casebook import conversation, published
from casebook.conversation import Conversation
from casebook.errors import CasebookError, DataError
from casebook.paths import data_dir, data_file
from casebook.provenance import Provenance, mark

Statistic = Callable[[Conversation], Mapping[str, Any]]

_HOUR = 3600
#: Lists of a spec, and what their entries must state.
_PARTS: dict[str, tuple[str, ...]] = {
    "groups": (),
    "accounts": ("key", "label", "role", "group", "locator"),
    "totals": ("what", "id", "count", "kinds"),
    "told": ("statement", "locator"),
    "assumptions": ("key", "value", "reason"),
}

_NONE = -1  # no actor, no message, in arrays of row numbers
_NEVER = np.iinfo(np.int64).max  # no time


@dataclass(frozen=True)
class Spec:
    """One case's ``spec.yml``; ``given`` maps the key of each assumption to its value."""

    case: str
    kind: str
    sources: tuple[str, ...]
    period: dict[str, str]
    groups: tuple[str, ...]
    accounts: tuple[dict[str, str], ...]
    totals: tuple[dict[str, Any], ...]
    told: tuple[dict[str, str], ...]
    assumptions: tuple[dict[str, Any], ...]
    given: dict[str, Any]
    file: str

    def __getitem__(self, key: str) -> Any:
        """The value of an assumption.

        Raises
        ------
        DataError
            if the spec does not state it.
        """
        if key not in self.given:
            raise DataError(
                self.file,
                f"the assumption '{key}' is missing",
                "add it with a value and a reason",
                column="assumptions",
            )
        return self.given[key]

    def total(self, what: str) -> int:
        """The published figure that the spec lists under ``what``."""
        for total in self.totals:
            if total["what"] == what:
                return _figure(total["id"])
        raise DataError(
            self.file,
            f"the total '{what}' is missing",
            "add it with its ledger id",
            column="totals",
        )

    @property
    def provenance(self) -> Provenance:
        """What everything made from this spec is marked with."""
        return Provenance(
            "reconstructed",
            self.sources,
            "Simulated from published totals and the assumptions stated in "
            f"reconstructed/{self.case}/spec.yml.",
        )


# ---------------------------------------------------------------------------------------------
# What a reader asks for


def cases() -> list[str]:
    """The cases that have a spec, sorted."""
    return sorted(p.parent.name for p in data_dir().glob("reconstructed/*/spec.yml"))


def spec(case: str) -> Spec:
    """The spec of a case.

    Raises
    ------
    DataError
        if there is none, or if it lacks a part or a reason, or states an assumption twice.
    """
    name = f"reconstructed/{case}/spec.yml"
    path = data_file(name)
    if not path.is_file():
        raise DataError(name, f"there is no case '{case}'", f"use one of: {', '.join(cases())}")
    return parse(path.read_text("utf-8"), case, name)


@cache
def parse(text: str, case: str, file: str = "spec.yml") -> Spec:
    """A spec from YAML text; errors as in :func:`spec`. To vary one, ``dataclasses.replace`` it."""
    try:
        raw = yaml.safe_load(text) or {}
    except yaml.MarkedYAMLError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else None
        raise DataError(file, f"not YAML: {error.problem}", "correct the line", row=row) from None
    missing = [part for part in ("kind", "sources", "period", *_PARTS) if part not in raw]
    if missing:
        raise DataError(file, f"it has no {', '.join(missing)}", "add it; see the bundled specs")
    if raw["kind"] not in _ENGINES:
        raise DataError(
            file, f"'{raw['kind']}' is unknown", f"use one of {', '.join(_ENGINES)}", column="kind"
        )
    for part, needed in _PARTS.items():
        for entry in raw[part]:
            lacking = [key for key in needed if entry.get(key) is None]
            if lacking:
                named = repr(next(iter(entry.values())))
                raise DataError(file, f"{named} has no {', '.join(lacking)}", "add it", column=part)
    keys = [entry["key"] for entry in raw["assumptions"]]
    for key in keys:
        if keys.count(key) > 1:
            raise DataError(file, f"'{key}' stands there twice", "keep one", column="assumptions")
    lists = {part: tuple(raw[part]) for part in _PARTS}
    given = {entry["key"]: entry["value"] for entry in raw["assumptions"]}
    sources = tuple(raw["sources"])
    return Spec(case, raw["kind"], sources, raw["period"], **lists, given=given, file=file)


def simulate(case: str | Spec, seed: int | None = None) -> Conversation:
    """A conversation that meets the totals of ``case``, marked ``reconstructed``.

    Parameters
    ----------
    case
        name of a case, or a spec (of your own).
    seed
        of the random numbers; without it the one that the spec states, which gives the bundled
        conversation.

    Returns
    -------
    Conversation
        ``messages`` and ``actors`` in the schema of :mod:`casebook.conversation`. A comment that
        answers another commenter has that commenter as ``target``. Likes have no time.

    Raises
    ------
    CasebookError
        if a total is not met, or the assumptions leave no room for it: names the case, the total,
        the figures and what to change.
    DataError
        if the spec lacks an assumption or part of one.
    """
    plan = case if isinstance(case, Spec) else spec(case)
    rng = np.random.Generator(np.random.PCG64(plan["seed"] if seed is None else seed))
    try:
        messages, actors = _ENGINES[plan.kind](plan, rng)
    except KeyError as error:
        raise DataError(
            plan.file,
            f"an assumption has no value for '{error.args[0]}'",
            "add it; see the bundled specs",
            column="assumptions",
        ) from error
    made = Conversation(mark(messages, plan.provenance), mark(actors, plan.provenance), plan.case)
    for row in _compare(plan, made).itertuples():
        if not row.met:
            raise CasebookError(
                f"{plan.case}: the total '{row.what}' ({row.ledger_id}) is {row.reconstructed:,}, "
                f"published is {row.published:,}. Remedy: change the assumptions in {plan.file} "
                "that fix this number."
            )
    return made


def targets(case: str) -> pd.DataFrame:
    """The published totals against those of the bundled conversation.

    Returns
    -------
    DataFrame
        ``what, ledger_id, published, reconstructed, met``.
    """
    return _compare(spec(case), conversation.load(case))


def assumptions(case: str) -> pd.DataFrame:
    """Every number that is ours and not the report's: ``key, value`` (as text), ``reason``."""
    plan = spec(case)
    rows = [
        {"key": a["key"], "value": _in_words(a["value"]), "reason": a["reason"]}
        for a in plan.assumptions
    ]
    return mark(pd.DataFrame(rows), plan.provenance)


def told(case: str) -> pd.DataFrame:
    """What the report says of the conversation, in our words: ``statement, locator``."""
    plan = spec(case)
    rows = pd.DataFrame(plan.told)[["statement", "locator"]]
    return mark(rows, Provenance("coded", plan.sources, "Statements in our own words."))


def ensemble(case: str | Spec, statistic: Statistic, seeds: Iterable[int]) -> pd.DataFrame:
    """``statistic`` of a conversation for each of many seeds.

    Returns
    -------
    DataFrame
        ``seed`` and one column per key of what ``statistic`` returns, marked ``reconstructed``.
    """
    plan = case if isinstance(case, Spec) else spec(case)
    rows = [{"seed": seed, **statistic(simulate(plan, seed))} for seed in seeds]
    return mark(pd.DataFrame(rows), plan.provenance)


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


# ---------------------------------------------------------------------------------------------
# Totals


def _figure(id_or_number: str | int) -> int:
    if isinstance(id_or_number, str):
        return int(published.value(id_or_number))
    return id_or_number


def _compare(plan: Spec, made: Conversation) -> pd.DataFrame:
    reached = [_count(plan, total, made) for total in plan.totals]
    table = pd.DataFrame(
        {
            "what": [t["what"] for t in plan.totals],
            "ledger_id": [t["id"] for t in plan.totals],
            "published": [_figure(t["id"]) for t in plan.totals],
            "reconstructed": reached,
        }
    )
    table["met"] = table["published"] == table["reconstructed"]
    return mark(table, plan.provenance)


def _count(plan: Spec, total: dict[str, Any], made: Conversation) -> int:
    """Count what a total of the spec counts: messages or their authors, by kind and by whom."""
    labels = {a["key"]: a["label"] for a in plan.accounts}
    actors = made.actors
    rows = made.messages[made.messages["kind"].isin(total["kinds"])]
    if "role" in total:
        rows = rows[rows["author"].isin(actors.loc[actors["role"] == total["role"], "actor"])]
    for part, column in (("account", "author"), ("target", "target")):
        if part in total:
            who = actors.loc[actors["label"] == labels[total[part]], "actor"]
            rows = rows[rows[column].isin(who)]
    return int(rows["author"].nunique()) if total["count"] == "authors" else len(rows)


def _room(plan: Spec, what: str, needed: int, available: int, keys: str) -> None:
    """Refuse assumptions that leave no room for a total."""
    if not 0 <= needed <= available:
        raise CasebookError(
            f"{plan.case}: {what}: {needed:,} are needed and there is room for {available:,}. "
            f"Remedy: change {keys} in {plan.file}."
        )


def _in_words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if not isinstance(value, dict):
        return str(value)
    nested = any(isinstance(part, dict) for part in value.values())
    parts = [f"{key}: {_in_words(part)}" for key, part in value.items()]
    return ("; " if nested else ", ").join(parts)


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode("utf-8")


def _plain(content: bytes) -> bytes:
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


# ---------------------------------------------------------------------------------------------
# Chance


def _pick(rng: np.random.Generator, weights: np.ndarray, size: int) -> np.ndarray:
    """``size`` row numbers, each with chance in proportion to its weight."""
    return _invert(np.cumsum(weights), rng.random(size))


def _invert(cumulated: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    at = np.searchsorted(cumulated, uniform * cumulated[-1], side="right")
    return np.minimum(at, len(cumulated) - 1)


def _race(
    rng: np.random.Generator, weights: np.ndarray, size: int, certain: np.ndarray | None = None
) -> np.ndarray:
    """``size`` different row numbers, drawn one after the other in proportion to their weights.

    Each row gets an exponential time of arrival with its weight as rate; the first ``size`` win
    (Efraimidis & Spirakis 2006). Rows that are ``certain`` win anyhow.
    """
    arrival = np.full(len(weights), np.inf)
    np.divide(-np.log1p(-rng.random(len(weights))), weights, out=arrival, where=weights > 0)
    if certain is not None:
        arrival[certain] = -1
    if size == 0:
        return np.empty(0, dtype=np.int64)
    return np.sort(np.argpartition(arrival, size - 1)[:size])


def _spread(rng: np.random.Generator, size: int, sigma: float) -> np.ndarray:
    """Weights of a lognormal law with median 1."""
    return np.exp(sigma * _normal(rng, size))


def _normal(rng: np.random.Generator, size: int) -> np.ndarray:
    # 1 - u is never 0, whose normal score is infinite.
    return -ndtri(1 - rng.random(size))


def _quota(total: int, shares: Mapping[str, float]) -> dict[str, int]:
    """``total`` divided by shares, in whole numbers, by largest remainders."""
    # fsum, as sum() of floats rounds differently from Python 3.12 on.
    whole = math.fsum(shares.values())
    exact = {key: total * share / whole for key, share in shares.items()}
    parts = {key: int(value) for key, value in exact.items()}
    by_remainder = sorted(exact, key=lambda key: (parts[key] - exact[key], key))
    for key in by_remainder[: total - sum(parts.values())]:
        parts[key] += 1
    return parts


def _by(values: Mapping[str, float], keys: np.ndarray) -> np.ndarray:
    """The value of each key."""
    names, code = np.unique(keys, return_inverse=True)
    return np.array([values[name] for name in names], dtype=float)[code]


def _dealt(rng: np.random.Generator, total: int, shares: Mapping[str, float]) -> np.ndarray:
    """``total`` keys, in quotas by ``shares``, in random order."""
    keys = np.repeat(list(shares), list(_quota(total, shares).values()))
    return keys[np.argsort(rng.random(total), kind="stable")]


class _Clock:
    """The hours of a case's period, in seconds UTC, with their local hour and day."""

    def __init__(self, plan: Spec, first_hour: int = 0) -> None:
        zone = plan.period["timezone"]
        first, last = (published.fact(plan.period[end]).value for end in ("start", "end"))
        start = pd.Timestamp(first, tz=zone) + pd.Timedelta(hours=first_hour)
        end = pd.Timestamp(last, tz=zone) + pd.DateOffset(days=1)
        self.begins = np.arange(int(start.timestamp()), int(end.timestamp()), _HOUR)
        local = pd.to_datetime(self.begins, unit="s", utc=True).tz_convert(zone)
        self.hour = local.hour.to_numpy()
        dates = local.normalize()
        self.day = ((dates - dates[0]) / pd.Timedelta(days=1)).to_numpy().round().astype(int)

    def at(self, rng: np.random.Generator, weights: np.ndarray, size: int) -> np.ndarray:
        """``size`` seconds, with a weight for each hour of the period."""
        hours = _pick(rng, weights, size)
        return self.begins[hours] + (rng.random(size) * _HOUR).astype(np.int64)

    def after(
        self,
        rng: np.random.Generator,
        starts: np.ndarray,
        follows: np.ndarray,
        decay: Mapping[str, float],
        by_hour: np.ndarray,
    ) -> np.ndarray:
        """For each of ``follows``, row numbers of ``starts``, a later second.

        The chance of an hour is ``(1 + lag / hours) ** -exponent`` times the weight of the local
        hour, up to the horizon and the end of the period.
        """
        lag = np.arange(int(decay["horizon"]))
        first = (starts - self.begins[0]) // _HOUR
        hours = first[:, None] + lag
        inside = hours < len(self.begins)
        hours = np.minimum(hours, len(self.begins) - 1)
        chance = by_hour[self.hour[hours]] * (1 + lag / decay["hours"]) ** -decay["exponent"]
        chance = np.where(inside, chance, 0)
        left = 1 - ((starts - self.begins[0]) % _HOUR) / _HOUR
        chance[:, 0] = np.maximum(chance[:, 0] * left, np.finfo(float).tiny)
        cumulated = np.cumsum(chance, axis=1)
        # One search for all: row i of the table occupies the numbers from i to i + 1.
        flat = (cumulated / cumulated[:, -1:] + np.arange(len(starts))[:, None]).ravel()
        at = np.searchsorted(flat, follows + rng.random(len(follows)), side="right")
        begin = self.begins[hours.ravel()[np.minimum(at, len(flat) - 1)]]
        earliest = np.maximum(begin, starts[follows] + 1)
        latest = np.maximum(begin + _HOUR, earliest + 1)
        return earliest + (rng.random(len(follows)) * (latest - earliest)).astype(np.int64)


# ---------------------------------------------------------------------------------------------
# Tables


def _actors(plan: Spec, groups: np.ndarray, roles: np.ndarray) -> pd.DataFrame:
    """The actors' table: the accounts that the spec names, then citizens."""
    accounts = plan.accounts
    size = len(accounts) + len(groups)
    return pd.DataFrame(
        {
            "actor": [f"p{i + 1:04d}" for i in range(size)],
            "role": [a["role"] for a in accounts] + list(roles),
            "label": [a["label"] for a in accounts] + [""] * len(groups),
            "group": [a["group"] for a in accounts] + list(groups),
        },
        dtype="str",
    )


def _messages(
    actors: pd.DataFrame,
    kinds: tuple[str, ...],
    kind: np.ndarray,
    author: np.ndarray,
    target: np.ndarray,
    parent: np.ndarray,
    time: np.ndarray,
) -> pd.DataFrame:
    """The messages' table from row numbers, in order of time; what has no time comes last.

    ``kind`` are row numbers of ``kinds``, in an order that puts parents first.
    """
    order = np.lexsort((target, author, parent, kind, time))
    row = np.empty(len(order), dtype=np.int64)
    row[order] = np.arange(len(order))
    width = len(str(len(order)))
    # The last entry of both lists is what the row number -1 finds.
    ids = np.array([f"m{i + 1:0{width}d}" for i in range(len(order))] + [""], dtype=object)
    names = np.array([*actors["actor"], ""], dtype=object)
    above = np.where(parent == _NONE, _NONE, row[parent])[order]
    seconds = pd.Series(time[order])
    timed = seconds < _NEVER
    times = pd.to_datetime(seconds.where(timed), unit="s", utc=True).dt.as_unit("us")
    return pd.DataFrame(
        {
            "message_id": pd.array(ids[:-1], dtype="str"),
            "author": pd.array(names[author[order]], dtype="str"),
            "time": times,
            "kind": pd.array(np.array(kinds, dtype=object)[kind[order]], dtype="str"),
            "parent_id": pd.array(ids[above], dtype="str"),
            "target": pd.array(names[target[order]], dtype="str"),
            "text": pd.array([""] * len(order), dtype="str"),
            "weight": 1.0,
        }
    )


# ---------------------------------------------------------------------------------------------
# A page: posts, comments, likes


def _co_comment(plan: Spec, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The page's owner posts on subjects; groups comment on subjects to their appetite.

    Actors are numbered with the owner first, then the commenters, then those who only like.
    """
    posts, comments, likes = (plan.total(what) for what in ("posts", "comments", "likes"))
    owner, own, commenters = 0, plan["owner_comments"], plan["commenters"]
    citizens = plan.total("participants") - (own > 0)
    _room(plan, "people who only like", citizens - commenters, citizens, "commenters")
    group = np.concatenate(
        [
            [plan.accounts[owner]["group"]],
            _dealt(rng, commenters, plan["commenter_groups"]),
            _dealt(rng, citizens - commenters, plan["liker_groups"]),
        ]
    )
    speakers, public = np.arange(1, 1 + commenters), np.arange(1, 1 + citizens)

    clock = _Clock(plan)
    posted = _post_times(plan, rng, clock, posts)
    topic = _dealt(rng, posts, plan["topics"])
    common = plan["shared_appeal"]
    talk = _normal(rng, posts)
    liking = common * talk + np.sqrt(1 - common**2) * _normal(rng, posts)

    first = round(plan["distinct_pairs"] * (comments - own))
    _room(plan, "first comments", first - commenters, commenters * (posts - 1), "distinct_pairs")
    who, where = _pairs(
        rng,
        first,
        _spread(rng, commenters, plan["comment_activity"]),
        np.exp(plan["comment_appeal"] * talk),
        _taste(plan["appetite"], group[speakers], topic),
        certain=np.arange(commenters),
    )
    again = _pick(rng, _by(plan["repeats"], group[speakers][who]), comments - own - first)
    places = _race(rng, np.bincount(where, minlength=posts), own)
    author = np.concatenate([speakers[who], speakers[who[again]], np.full(own, owner)])
    post = np.concatenate([where, where[again], places])
    hours = np.array(plan["public_hours"], dtype=float)
    commented = clock.after(rng, posted, post, plan["decay"], hours)
    answered = _answers(plan, rng, author, group, post, commented)

    silent = citizens - commenters
    _room(plan, "likes", likes - silent, citizens * posts - silent, "the totals")
    liker, liked = _pairs(
        rng,
        likes,
        _spread(rng, citizens, plan["like_activity"]),
        np.exp(plan["like_appeal"] * liking),
        _taste(plan["like_appetite"], group[public], topic),
        certain=np.arange(commenters, citizens),
    )

    actors = _actors(plan, group[public], np.repeat("citizen", citizens))
    nobody = np.full(posts, _NONE)
    messages = _messages(
        actors,
        ("post", "comment", "like"),
        kind=np.repeat([0, 1, 2], [posts, comments, likes]),
        author=np.concatenate([np.full(posts, owner), author, public[liker]]),
        target=np.concatenate([nobody, answered, np.full(likes, _NONE)]),
        parent=np.concatenate([nobody, post, liked]),
        time=np.concatenate([posted, commented, np.full(likes, _NEVER)]),
    )
    return messages, actors


def _post_times(plan: Spec, rng: np.random.Generator, clock: _Clock, posts: int) -> np.ndarray:
    """One post on each active day, second posts on some, in order of time."""
    days, active = clock.day[-1] + 1, plan["active_days"]
    _room(plan, "days with a post", active, min(days, posts), "active_days")
    _room(plan, "days with a second post", posts - active, active, "active_days")
    chosen = _race(rng, np.ones(days), active)
    twice = chosen[_race(rng, np.ones(active), posts - active)]
    by_hour = np.array(plan["post_hours"], dtype=float)[clock.hour]
    times = [clock.at(rng, by_hour * (clock.day == day), 1) for day in [*chosen, *twice]]
    return np.sort(np.concatenate(times))


def _pairs(
    rng: np.random.Generator,
    size: int,
    activity: np.ndarray,
    appeal: np.ndarray,
    taste: np.ndarray,
    certain: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """``size`` different pairs of person and post, at least one for each person in ``certain``."""
    weights = activity[:, None] * appeal * taste
    cumulated = np.cumsum(weights[certain], axis=1)
    level = rng.random(len(certain)) * cumulated[:, -1]
    cells = certain * len(appeal) + (cumulated <= level[:, None]).sum(axis=1)
    return np.divmod(_race(rng, weights.ravel(), size, cells), len(appeal))


def _taste(appetite: Mapping[str, Mapping[str, float]], group: Any, topic: Any) -> np.ndarray:
    """Persons x posts: the appetite of the person's group for the post's subject."""
    rows = {name: _by(tastes, topic) for name, tastes in appetite.items()}
    return np.stack([rows[name] for name in group])


def _answers(
    plan: Spec,
    rng: np.random.Generator,
    author: np.ndarray,
    group: np.ndarray,
    post: np.ndarray,
    time: np.ndarray,
) -> np.ndarray:
    """For each comment the earlier commenter under the same post whom it answers, or nobody."""
    names, code = np.unique(group[author], return_inverse=True)
    near = _earlier(post * len(names) + code, time, rng.random(len(author)))
    far = _earlier(post, time, rng.random(len(author)))
    before = np.where(rng.random(len(author)) < plan["answers_own_group"], near, far)
    # The page's own account is in no group; its comments are few and are left as remarks.
    chance = _by({"": 0, **plan["answers"]}, group[author])
    answers = (rng.random(len(author)) < chance) & (before != _NONE)
    answered = np.where(answers, author[before], _NONE)
    return np.where(answered == author, _NONE, answered)


def _earlier(block: np.ndarray, time: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """For each row a row before it in time within its block, or none."""
    order = np.lexsort((time, block))
    starts = np.concatenate([[True], np.diff(block[order]) != 0])
    place = np.arange(len(order))
    start = np.maximum.accumulate(np.where(starts, place, 0))
    chosen = order[start + (uniform[order] * (place - start)).astype(np.int64)]
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.where(place > start, chosen, _NONE)
    return found


# ---------------------------------------------------------------------------------------------
# Tweets

_TWEET, _RETWEET, _REPLY, _MENTION = range(4)


def _mention(plan: Spec, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Groups around accounts: citizens retweet, answer and mention mostly within their group."""
    made = _Tweets(plan, rng)
    made.audience_of_accounts()
    made.retweets_by_accounts()
    made.ties_of_the_public()
    made.follow_in_time()
    tweets, named = made.mentions()
    actors = _actors(plan, made.group[made.public], made.roles())
    messages = _messages(
        actors,
        ("tweet", "retweet", "reply", "mention"),
        kind=np.concatenate([made.kind, np.full(len(tweets), _MENTION)]),
        author=np.concatenate([made.author, made.author[tweets]]),
        target=np.concatenate([made.target(), named]),
        parent=np.concatenate([made.parent, tweets]),
        time=np.concatenate([made.time, made.time[tweets]]),
    )
    return messages, actors


class _Tweets:
    """Tweets, retweets and replies in the making: one slot for each, filled step by step.

    Actors are numbered with the accounts that the spec names first, then the citizens
    (``public``). A slot has an ``author``, a ``kind``, a ``time`` and, where it follows another
    slot, a ``parent``. ``kin`` is the name under which the spec speaks of an actor's group: the
    small groups together are ``small``, those without group ``none``.
    """

    def __init__(self, plan: Spec, rng: np.random.Generator) -> None:
        self.plan, self.rng = plan, rng
        self.at = {account["key"]: row for row, account in enumerate(plan.accounts)}
        sent = np.array([_figure(plan["account_tweets"][key]) for key in self.at])
        citizens = plan.total("participants") - len(sent)
        further = plan.total("tweets") - int(sent.sum()) - citizens
        _room(plan, "further tweets", further, plan.total("tweets"), "account_tweets")
        self.public = np.arange(len(sent), len(sent) + citizens)

        self.small = {f"small_{i:02d}": n for i, n in enumerate(plan["small_groups"], start=1)}
        self.names = [*plan.groups, *self.small]
        shares = self.by_group(plan["group_shares"])
        shares[""] = shares.pop("none")
        named = [account["group"] for account in plan.accounts]
        self.group = np.concatenate([named, _dealt(rng, citizens, shares)])
        known, code = np.unique(self.group, return_inverse=True)
        self.kin = np.array(["small" if n in self.small else n or "none" for n in known])[code]
        self.popularity = np.zeros(len(self.group))
        self.popularity[self.public] = _spread(rng, citizens, plan["popularity"])

        again = np.sort(_pick(rng, _spread(rng, citizens, plan["activity"]), further))
        accounts = np.repeat(np.arange(len(sent)), sent)
        self.author = np.concatenate([accounts, self.public, self.public[again]])
        self.first = len(accounts) + np.arange(citizens)

        self.clock = _Clock(plan, plan["first_hour"])
        self.hours = np.array(plan["public_hours"], dtype=float)
        days = np.array(plan["days"], dtype=float)
        volume = days[self.clock.day] * self.hours[self.clock.hour]
        self.time = self.clock.at(rng, volume, len(self.author))

        kin = self.kin[self.author]
        retweets = _by({name: part["retweet"] for name, part in plan["kinds"].items()}, kin)
        replies = _by({name: part["reply"] for name, part in plan["kinds"].items()}, kin)
        level = rng.random(len(self.author))
        self.kind = np.where(level < retweets + replies, _REPLY, _TWEET)
        self.kind[level < retweets] = _RETWEET
        for row, key in enumerate(self.at):
            slots = np.flatnonzero(self.author == row)
            passed_on = sum(plan["account_retweets"].get(key, {}).values())
            _room(plan, f"retweets by {key}", passed_on, len(slots), "account_retweets")
            self.kind[slots] = _TWEET
            self.kind[slots[:passed_on]] = _RETWEET
        self.parent = np.full(len(self.author), _NONE)

    def by_group(self, shares: Mapping[str, float]) -> dict[str, float]:
        """Shares with that of the small groups divided over them by size."""
        single = {name: share for name, share in shares.items() if name != "small"}
        part = shares.get("small", 0) / sum(self.small.values())
        return single | {name: size * part for name, size in self.small.items()}

    def slots(self, actors: Any, kind: int = _TWEET) -> np.ndarray:
        """The slots of one kind by any of ``actors``."""
        return np.flatnonzero((self.kind == kind) & np.isin(self.author, actors))

    def audience_of_accounts(self) -> None:
        """Citizens who retweet the accounts whose number of retweets is stated.

        Each such citizen does so once, in the first slot; who tweets more is drawn more often.
        """
        tweets_by = np.bincount(self.author, minlength=len(self.group))[self.public]
        free = np.ones(len(self.public), dtype=bool)
        for key, figure in self.plan["account_retweeted"].items():
            done = sum(by.get(key, 0) for by in self.plan["account_retweets"].values())
            quota = _quota(_figure(figure) - done, self.plan["government_audience"])
            tweets = self.slots(self.at[key])
            for kin, count in quota.items():
                able = np.flatnonzero(free & (self.kin[self.public] == kin))
                _room(self.plan, f"retweets of {key} by {kin}", count, len(able), "group_shares")
                who = able[_race(self.rng, tweets_by[able], count)]
                free[who] = False
                self.kind[self.first[who]] = _RETWEET
                self.parent[self.first[who]] = tweets[_pick(self.rng, np.ones(len(tweets)), count)]

    def retweets_by_accounts(self) -> None:
        """The accounts' own retweets: of other accounts, or of their group's media or citizens."""
        role = np.array([account["role"] for account in self.plan.accounts])
        for key, wanted in self.plan["account_retweets"].items():
            own = self.group == self.group[self.at[key]]
            pools = {name: np.array([row]) for name, row in self.at.items()}
            pools["media"] = np.flatnonzero((role == "media") & own[: len(role)])
            pools["citizens"] = self.public[own[self.public]]
            parents = []
            for of, count in wanted.items():
                tweets = self.slots(pools[of])
                _room(self.plan, f"tweets of {of} for {key}", count, len(tweets), "account_tweets")
                known = self.popularity[self.author[tweets]]
                parents.append(tweets[_race(self.rng, np.where(known > 0, known, 1), count)])
            self.parent[self.slots(self.at[key], _RETWEET)] = np.concatenate(parents)

    def ties_of_the_public(self) -> None:
        """Parents of all other retweets and replies: earlier tweets of someone else.

        Nobody retweets or answers the same tweet twice. What finds none after some draws becomes a
        tweet of its own.
        """
        tweets = self.slots(np.arange(len(self.group)))
        pool = self.author[tweets]
        open_ = np.flatnonzero((self.kind != _TWEET) & (self.parent == _NONE))
        for _ in range(20):
            if not len(open_):
                return
            drawn = self.draw(self.author[open_], pool, self.plan["retweet_pull"])
            self.parent[open_] = tweets[drawn]
            settled = np.setdiff1d(np.flatnonzero(self.parent != _NONE), open_)
            # Of two that are alike, the settled one comes first and stays.
            rows = np.concatenate([settled, open_])
            _, once = np.unique(
                self.author[rows] * len(self.author) + self.parent[rows], return_index=True
            )
            alike = np.setdiff1d(rows, rows[once])
            himself = open_[self.author[self.parent[open_]] == self.author[open_]]
            open_ = np.union1d(alike, himself)
            self.parent[open_] = _NONE
        self.kind[open_] = _TWEET

    def draw(self, senders: np.ndarray, owners: np.ndarray, pulls: Mapping[str, float]) -> Any:
        """For each sender a row number of ``owners``, the owners of messages or actors themselves.

        First the group is drawn, then the row. An account takes its pull of the ties to its group,
        shared by its rows; the rest goes to citizens in proportion to their popularity.
        """
        aimed = np.empty(len(senders), dtype=np.int64)
        for name in self.names:
            here = np.flatnonzero(self.group[senders] == name)
            leak = dict(self.plan["leak"]["small" if name in self.small else name])
            own = leak.pop("own", 0)
            shares = self.by_group(leak)
            shares[name] = shares.get(name, 0) + own
            weights = np.array([shares.get(n, 0) for n in self.names], dtype=float)
            aimed[here] = _pick(self.rng, weights, len(here))
        drawn = np.empty(len(senders), dtype=np.int64)
        for code, name in enumerate(self.names):
            here = np.flatnonzero(aimed == code)
            pool = np.flatnonzero(self.group[owners] == name)
            pull = {k: share for k, share in pulls.items() if self.group[self.at[k]] == name}
            weights = self.popularity[owners[pool]]
            weights = weights * (1 - math.fsum(pull.values())) / weights.sum()
            for key, share in pull.items():
                rows = owners[pool] == self.at[key]
                weights[rows] = share / max(rows.sum(), 1)
            drawn[here] = pool[_pick(self.rng, weights, len(here))]
        return drawn

    def follow_in_time(self) -> None:
        """Retweets and replies come after what they follow."""
        follows = np.flatnonzero(self.parent != _NONE)
        followed, row = np.unique(self.parent[follows], return_inverse=True)
        starts = self.time[followed]
        self.time[follows] = self.clock.after(self.rng, starts, row, self.plan["decay"], self.hours)

    def target(self) -> np.ndarray:
        """The author of the parent."""
        return np.where(self.parent == _NONE, _NONE, self.author[self.parent])

    def mentions(self) -> tuple[np.ndarray, np.ndarray]:
        """Tweets and whom they mention, one row per mention.

        Who would mention the same account twice in a tweet, or himself, mentions one less.
        """
        tweets = self.slots(self.public[self.kin[self.public] != "none"])
        level = self.rng.random(len(tweets))
        share = self.plan["mentioning"]
        one, two = tweets[level < share["one"] + share["two"]], tweets[level < share["two"]]
        rows = np.concatenate([one, two])
        everyone = np.arange(len(self.group))
        named = self.draw(self.author[rows], everyone, self.plan["mention_pull"])
        for key, wanted in self.plan["account_mentions"].items():
            own = self.slots(self.at[key])
            for of, count in wanted.items():
                _room(self.plan, f"tweets of {key}", count, len(own), "account_mentions")
                rows = np.concatenate([rows, own[:count]])
                named = np.concatenate([named, np.full(count, self.at[of])])
        pairs = np.unique(np.column_stack([rows, named])[named != self.author[rows]], axis=0)
        return pairs[:, 0], pairs[:, 1]

    def roles(self) -> np.ndarray:
        """Roles of the citizens: all citizen but for a few jokers in one small group."""
        roles = np.repeat(np.array("citizen", dtype=object), len(self.public))
        jokers = self.plan["jokers"]
        roles[np.flatnonzero(self.group[self.public] == jokers["group"])[: jokers["count"]]] = (
            "humour"
        )
        return roles


_ENGINES = {"co_comment": _co_comment, "mention": _mention}
