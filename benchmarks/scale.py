"""What messages by the million cost on the way to networks, against reading them and plain scripts.

    python benchmarks/scale.py [MESSAGES...]     default: 10000 100000 1000000 10000000

The messages are made up (seeded): half of them tweets, retweets, mentions and replies, half posts
and what stands below them; activity and popularity have long tails, four acts in five stay within
one of forty groups, and one post has 100,000 comments (a tenth of all messages, where that is
less). Texts are of a hundred characters or so, as reading takes its time for them too. Each step
runs in a process of its own, so that peak memory is its own; libraries are imported before the
clock starts. Of three runs the fastest counts; plain scripts and communities run once. Seconds
depend on the machine; the ratios, measured in one run, are what to compare. All keep the rule of
casebook.ties for large posts, plain scripts too. A plain script that goes over the limits of time
or memory is stopped, and the table says so.
"""

from __future__ import annotations

import functools
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb
import igraph as ig
import networkx as nx
import numpy as np
import pandas as pd
import polars as pl

from casebook import communities, conversation, networks, ties

#: Where plain scripts are stopped: seconds, bytes.
SECONDS, MEMORY = 300, 12 * 2**30

GROUPS = 40

#: How often each kind of message comes, of a hundred.
KINDS = {
    "tweet": 20,
    "retweet": 15,
    "mention": 10,
    "reply": 15,
    "post": 2,
    "comment": 33,
    "like": 5,
}


def make(path: Path, size: int) -> int:
    """Write ``size`` made-up messages to Parquet."""
    draw = np.random.default_rng(2014)
    number = {kind: size * share // 100 for kind, share in KINDS.items()}
    persons = size // 10
    big = min(100_000, size // 10)

    def who(count: int, flat: float = 20) -> np.ndarray:
        """Persons by rank, the chance of each falling as 1 / (rank + flat)."""
        chances = np.cumsum(1 / (np.arange(persons) + flat))
        return np.searchsorted(chances, draw.random(count) * chances[-1])

    def near(actors: np.ndarray, others: np.ndarray) -> np.ndarray:
        """Four in five of the actors replaced by one of the group they turn to."""
        moved = np.minimum(actors - actors % GROUPS + others % GROUPS, persons - 1)
        return np.where(draw.random(len(actors)) < 0.8, moved, actors)

    # Rows stand in this order at first, so that their numbers say what they are.
    tweets = np.arange(number["tweet"])
    posts = len(tweets) + np.arange(number["post"])
    comments = posts[-1] + 1 + np.arange(number["comment"])
    wrote = who(len(comments) + comments[0])
    drawing = np.cumsum(draw.lognormal(sigma=1.5, size=len(posts)))

    def below(count: int) -> np.ndarray:
        return posts[np.searchsorted(drawing, draw.random(count) * drawing[-1])]

    post = np.concatenate([np.full(big, posts[0]), below(len(comments) - big)])
    wrote[comments] = near(wrote[comments], wrote[post])
    wrote[comments[:big]] = draw.integers(0, persons, big)
    talked = draw.choice(comments[big:], number["reply"] * 2 // 3)
    answered = draw.choice(tweets, number["reply"] - len(talked))
    shared = (len(tweets) * draw.random(number["retweet"]) ** 3).astype(int)
    named = who(number["mention"], 5)
    parts = [
        ("tweet", wrote[tweets], None, None),
        ("post", wrote[posts], None, None),
        ("comment", wrote[comments], post, None),
        ("reply", near(who(len(talked)), wrote[talked]), talked, None),
        ("reply", near(who(len(answered)), wrote[answered]), answered, wrote[answered]),
        ("retweet", near(who(len(shared)), wrote[shared]), shared, wrote[shared]),
        ("mention", near(who(len(named)), named), draw.choice(tweets, len(named)), named),
        ("like", who(number["like"]), below(number["like"]), None),
    ]
    table = pl.concat(
        pl.DataFrame({"author": author}).with_columns(
            kind=pl.lit(kind),
            parent=pl.lit(None, pl.Int64) if parent is None else pl.Series(parent),
            target=pl.lit(None, pl.Int64) if target is None else pl.Series(target),
        )
        for kind, author, parent, target in parts
    ).with_row_index("number")
    table = table[draw.permutation(len(table))]
    texts = [_phrases(draw).gather(draw.integers(0, 50_000, len(table))) for _ in range(4)]

    def message(column: str) -> pl.Expr:
        return (
            (pl.col(column).cast(pl.Int64) * 7919 + 430_000_000_000_000_000)
            .cast(pl.String)
            .fill_null("")
        )

    def account(column: str) -> pl.Expr:
        return ("account_" + (pl.col(column) * 104_729 % 10**9).cast(pl.String)).fill_null("")

    silent = pl.col("kind").is_in(["mention", "like"])
    table.select(
        message_id=message("number"),
        author=account("author"),
        time=pl.datetime(2014, 1, 1, time_zone="UTC")
        + pl.duration(seconds=pl.int_range(len(table)) * 7_776_000 // len(table)),
        kind="kind",
        parent_id=message("parent"),
        target=account("target"),
        text=pl.when(silent).then(pl.lit("")).otherwise(pl.concat_str(texts, separator=" ")),
        weight=1.0,
    ).write_parquet(path)
    return len(table)


def _phrases(draw: np.random.Generator) -> pl.Series:
    letters = np.array(list("etaonirsdhlgvkmubpwjczf"))
    words = ["".join(draw.choice(letters, length)) for length in draw.integers(2, 12, 20_000)]
    chances = 1 / np.arange(1, len(words) + 1)
    drawn = draw.choice(words, (50_000, 4), p=chances / chances.sum())
    return pl.Series([" ".join(phrase) for phrase in drawn])


def read_polars(path: Path) -> int:
    return pl.read_parquet(path).height


def read_pandas(path: Path) -> int:
    return len(pd.read_parquet(path))


def mentions(path: Path) -> int:
    return ties.mention_graph(ties.mention_ties(pl.scan_parquet(path))).ecount()


def mentions_duckdb(path: Path) -> int:
    database = duckdb.connect()
    database.execute("SET enable_progress_bar = false")
    return ties.mention_graph(ties.mention_ties(database.read_parquet(str(path)))).ecount()


def mentions_plain(path: Path) -> int:
    messages = pd.read_parquet(path)
    messages = messages[messages["kind"].isin(["retweet", "mention", "reply"])]
    messages = messages[(messages["target"] != "") & (messages["target"] != messages["author"])]
    sums = messages.groupby(["author", "target"], as_index=False)["weight"].sum()
    graph = nx.from_pandas_edgelist(sums, "author", "target", "weight", create_using=nx.DiGraph)
    return graph.number_of_edges()


def co_comments(path: Path, threshold: int = 1) -> int:
    pairs = ties.comment_pairs(pl.scan_parquet(path))
    return len(ties.co_comment_ties(pairs, threshold=threshold).ties)


def co_comments_strong(path: Path) -> int:
    return co_comments(path, 2)


def co_comments_plain(path: Path) -> int:
    messages = pd.read_parquet(path)
    messages["root"] = messages["message_id"]
    parent = messages.set_index("message_id")["parent_id"].replace("", None)
    while (above := messages["root"].map(parent)).notna().any():
        messages["root"] = above.fillna(messages["root"])
    posts = messages[messages["kind"] == "post"].set_index("message_id")["author"]
    rows = messages[messages["kind"].isin(["comment", "reply"])]
    rows = rows[rows["root"].isin(posts.index) & (rows["root"].map(posts) != rows["author"])]
    pairs = rows[["author", "root"]].drop_duplicates()
    pairs = pairs[pairs.groupby("root")["author"].transform("size") <= ties.LARGEST]
    graph = nx.Graph()
    graph.add_edges_from(pairs.itertuples(index=False))
    projected = nx.bipartite.weighted_projected_graph(graph, pairs["author"].unique())
    return projected.number_of_edges()


#: Name, step, whether it is a plain script.
STEPS: list[tuple[str, Callable[[Path], int], bool]] = [
    ("reading, Polars", read_polars, False),
    ("reading, pandas", read_pandas, False),
    ("mention graph", mentions, False),
    ("mention graph, DuckDB", mentions_duckdb, False),
    ("mention graph, plain", mentions_plain, True),
    ("co-comment", co_comments, False),
    ("co-comment, ties of 2 and more", co_comments_strong, False),
    ("co-comment, plain", co_comments_plain, True),
]


def mention_network(path: Path) -> ig.Graph:
    """A million ties of the mention network, or all if it has fewer, drawn at random."""
    graph = ties.mention_graph(ties.mention_ties(pl.scan_parquet(path)))
    drawn = np.random.default_rng(1).permutation(graph.ecount())[:1_000_000]
    return graph.subgraph_edges(drawn.tolist())


def page_network(_: Path) -> ig.Graph:
    """The co-comment network of the bundled page, 1.1 million ties."""
    return networks.to_igraph(networks.co_comment_edges(conversation.load("timmermans")))


def fifty_seeds(graph: ig.Graph) -> int:
    communities.stability(graph, seeds=range(50))
    return graph.ecount()


def _path(path: Path) -> Path:
    return path


def _measure(prepare: Callable, run: Callable, path: Path, plain: bool, out: Connection) -> None:
    if plain:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    given = prepare(path)
    started = time.perf_counter()
    try:
        made = run(given)
    except MemoryError:
        out.send(None)
        return
    seconds = time.perf_counter() - started
    out.send((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, made))


def measure(
    prepare: Callable, run: Callable, path: Path, *, plain: bool = False
) -> tuple[float, float, int] | str:
    """Seconds, MiB at the peak and what ``run(prepare(path))`` made; or why it was stopped."""
    # Not forked: threads of Polars do not survive that.
    context = multiprocessing.get_context("spawn")
    result, out = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(prepare, run, path, plain, out))
    process.start()
    out.close()
    if not result.poll(SECONDS if plain else None):
        process.terminate()
        return f"stopped after {SECONDS} s"
    made = result.recv()  # of a process that broke there is nothing: then this raises
    process.join()
    return made or f"stopped at {MEMORY / 2**30:.0f} GiB"


def compare(path: Path) -> None:
    """Print one line per step."""
    # By turns, so that a busy minute of the machine does not fall on one step alone.
    turns = [
        {name: measure(_path, step, path, plain=plain) for name, step, plain in STEPS if not plain}
        for _ in range(3)
    ]
    turns.append(
        {name: measure(_path, step, path, plain=True) for name, step, plain in STEPS if plain}
    )
    reading: list[float] = []
    for name, step, _ in STEPS:
        runs = [turn[name] for turn in turns if name in turn]
        done = [run for run in runs if not isinstance(run, str)]
        if not done:
            print(f"{name:32}{runs[0]}")
            continue
        seconds, peak, made = min(done)
        if step in (read_polars, read_pandas):
            reading.append(seconds)
        ratios = "".join(f"{seconds / one:9.2f}" for one in reading)
        print(f"{name:32}{seconds:8.2f} s{peak:7.0f} MiB{made:13,}{ratios}", flush=True)


def main() -> None:
    """Print a table for each number of messages, then what communities cost."""
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 100_000, 1_000_000, 10_000_000]
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / f"{size}.parquet"
            measure(_path, functools.partial(make, size=size), path)
            print(f"\n{size:,} messages, {path.stat().st_size / 2**20:.0f} MiB")
            print(f"{'':32}{'':10}{'peak':>11}{'made':>13}   times reading (Polars, pandas)")
            compare(path)
        print("\nLeiden with 50 seeds, and how far they agree")
        for name, prepare in [("mention", mention_network), ("co-comment", page_network)]:
            seconds, peak, made = measure(prepare, fifty_seeds, path)
            print(f"{name:32}{seconds:8.2f} s{peak:7.0f} MiB{made:13,}", flush=True)


if __name__ == "__main__":
    main()
