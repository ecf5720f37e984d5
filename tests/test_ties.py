"""Ties are the same whatever library holds the messages, and those of a count by hand."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import igraph as ig
import narwhals as nw
import networkx as nx
import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse

from casebook import communities, conversation, measures, networks, provenance, ties
from casebook.conversation import Conversation
from casebook.errors import CasebookError, DataError

#: What makes a frame of each library from a table in pandas.
LIBRARIES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda table: table,
    "polars": pl.from_pandas,
    "polars, lazy": lambda table: pl.from_pandas(table).lazy(),
    "duckdb": lambda table: duckdb.connect().from_arrow(pl.from_pandas(table).to_arrow()),
}

#: How often each kind of message comes in a made-up conversation, of a hundred.
OFTEN = {"post": 5, "comment": 35, "reply": 22, "tweet": 8, "retweet": 8, "mention": 9, "like": 5}
OFTEN |= {"follow": 6, "share": 2}

#: Who takes part; some of these names sort or read otherwise than they look.
NAMES = ("ann", "Ann", "bob", "Zoë", "zoe", "NA", "007", "7", "gov", "page", "Łukasz", "x y")


def rows(frame: Any) -> list[tuple]:
    """What a frame holds, in sorted order, lazy or not."""
    held = nw.from_native(frame)
    if isinstance(held, nw.LazyFrame):
        held = held.collect()
    return sorted(held.iter_rows())


def talk(seed: int) -> Conversation:
    """A made-up conversation with threads below posts and below tweets."""
    draw = np.random.default_rng(seed)
    made: list[dict[str, Any]] = []
    for number in range(200):
        kind = str(draw.choice([*OFTEN], p=np.array([*OFTEN.values()]) / 100))
        kind = {0: "post", 1: "tweet"}.get(number, kind)
        parents = {
            "comment": ("post", "tweet"),
            "like": ("post", "tweet"),
            "reply": ("comment", "reply", "post", "tweet", "retweet"),
            "retweet": ("tweet",),
            "mention": ("tweet",),
        }.get(kind, ())
        above = [row["message_id"] for row in made if row["kind"] in parents]
        aimed = kind in ("mention", "follow")
        made.append(
            {
                "message_id": f"m{number}",
                "author": str(draw.choice(NAMES)),
                "time": "",
                "kind": kind,
                "parent_id": str(draw.choice(above)) if above else "",
                "target": str(draw.choice(NAMES)) if aimed else "",
                "weight": int(draw.integers(1, 4)),
            }
        )
    messages, actors = conversation.validate(pd.DataFrame(made), pd.DataFrame({"actor": []}))
    yours = provenance.Provenance("yours")
    return Conversation(provenance.mark(messages, yours), provenance.mark(actors, yours), "test")


def counted(conv: Conversation, kinds: tuple[str, ...]) -> list[tuple]:
    """Mention ties, counted one message at a time."""
    sums: dict[tuple[str, str], Counter[str]] = {}
    for row in conv.messages.itertuples():
        if row.kind in kinds and row.target not in ("", row.author):
            sums.setdefault((row.author, row.target), Counter())[row.kind] += row.weight
    return sorted(
        (*pair, sum(parts.values()), *(parts[kind] for kind in kinds))
        for pair, parts in sums.items()
    )


@pytest.fixture(params=range(3))
def conv(request: pytest.FixtureRequest) -> Conversation:
    return talk(request.param)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("kinds", [("retweet", "mention", "reply"), ("follow",), ("reply",)])
def test_mention_ties_are_those_counted_by_hand(conv, library, kinds) -> None:
    made = ties.mention_ties(LIBRARIES[library](conv.messages), kinds)
    assert nw.from_native(made).collect_schema().names() == ["source", "target", "weight", *kinds]
    assert rows(made) == counted(conv, kinds)


@pytest.mark.parametrize("library", LIBRARIES)
def test_mention_ties_are_those_of_the_book(conv, library) -> None:
    messages = LIBRARIES[library](conv.messages)
    graph = networks.mentions(conv)
    made = ties.mention_graph(ties.mention_ties(messages))
    tied = networks.to_igraph(graph)
    tied.delete_vertices([v.index for v in tied.vs if not v.degree()])
    assert made.vs["name"] == tied.vs["name"]
    assert made.get_edgelist() == tied.get_edgelist()
    for attribute in ("weight", "retweet", "mention", "reply"):
        assert made.es[attribute] == tied.es[attribute]
    assert len(rows(ties.self_ties(messages))) == graph.graph["self_loops"] > 0


@pytest.mark.parametrize("library", LIBRARIES)
def test_comments_are_those_of_the_book(conv, library) -> None:
    pairs = ties.comment_pairs(LIBRARIES[library](conv.messages))
    people = networks.commenters(conv)
    weights: Counter[str] = Counter()
    for author, _, weight in rows(pairs):
        weights[author] += weight
    assert weights == people["comments"].to_dict()
    made = ties.co_comment_ties(pairs)
    assert made.ties["weight"].max() > 1
    pd.testing.assert_frame_equal(made.ties, networks.co_comment_edges(conv), check_flags=False)
    assert made.left_out.empty


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_was_lazy_stays_lazy(conv, library) -> None:
    messages = LIBRARIES[library](conv.messages)
    for made in (ties.mention_ties(messages), ties.self_ties(messages)):
        assert type(made) is type(messages)
    assert type(ties.comment_pairs(messages)) is type(messages)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_thread_is_followed_as_deep_as_it_goes(library) -> None:
    deep = 40
    chain = [("p0", "page", "post", "", 1.0), ("c1", "ann", "comment", "p0", 1.0)]
    chain += [(f"c{n}", "bob", "reply", f"c{n - 1}", 1.0) for n in range(2, deep)]
    chain += [("last", "cem", "reply", f"c{deep - 1}", 1.0), ("t", "ann", "tweet", "", 1.0)]
    chain += [("lost", "dee", "reply", "t", 1.0), ("own", "page", "reply", "last", 1.0)]
    columns = ["message_id", "author", "kind", "parent_id", "weight"]
    messages = LIBRARIES[library](pd.DataFrame(chain[::-1], columns=columns))
    found = Counter(author for author, _, _ in rows(ties.comment_pairs(messages)))
    assert found == {"ann": 1, "bob": deep - 2, "cem": 1}


def test_an_id_that_stands_twice_leads_round_no_circle() -> None:
    columns = ["message_id", "author", "kind", "parent_id", "weight"]
    twice = [("1", "page", "post", "", 1.0), ("1", "ann", "comment", "1", 1.0)]
    found = ties.comment_pairs(pd.DataFrame(twice, columns=columns))
    assert rows(found) == [("ann", "1", 1.0)]


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_null_is_as_good_as_an_empty_cell(conv, library) -> None:
    holes = conv.messages.drop(columns="time").replace({"parent_id": "", "target": ""}, None)
    holes["weight"] = holes["weight"].where(holes["weight"] != 1)
    assert holes.isna().any().sum() == 3
    full, holed = LIBRARIES[library](conv.messages), LIBRARIES[library](holes)
    assert rows(ties.mention_ties(holed)) == rows(ties.mention_ties(full))
    assert rows(ties.comment_pairs(holed)) == rows(ties.comment_pairs(full))


@pytest.mark.parametrize("library", LIBRARIES)
def test_no_messages_make_no_ties(conv, library) -> None:
    none = LIBRARIES[library](conv.messages[:0])
    assert rows(ties.mention_ties(none)) == rows(ties.self_ties(none)) == []
    graph = ties.mention_graph(ties.mention_ties(none))
    assert (graph.vcount(), graph.ecount(), graph.is_directed()) == (0, 0, True)
    pairs = ties.comment_pairs(none)
    assert rows(pairs) == []
    made = ties.co_comment_ties(pairs)
    assert made.ties.columns.tolist() == ["source", "target", "weight"]
    assert made.ties.empty
    assert made.left_out.empty


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    ("make", "column"),
    [
        (ties.mention_ties, "target"),
        (ties.self_ties, "weight"),
        (ties.comment_pairs, "parent_id"),
        (ties.co_comment_ties, "post"),
    ],
)
def test_a_missing_column_is_named(conv, library, make, column) -> None:
    messages = LIBRARIES[library](conv.messages.drop(columns=column, errors="ignore"))
    with pytest.raises(DataError, match=f"column '{column}': the column is missing .found: ") as e:
        make(messages)
    assert e.value.column == column


def test_kinds_without_a_target_are_refused(conv) -> None:
    with pytest.raises(CasebookError, match="kind like have no target"):
        ties.mention_ties(conv.messages, ("like",))


def commented(sizes: dict[str, list[int]]) -> pd.DataFrame:
    """Pairs from the numbers of those who commented, by post."""
    made = [(f"p{n:06}", post) for post, persons in sizes.items() for n in persons]
    return pd.DataFrame(made, columns=["author", "post"])


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_post_with_too_many_commenters_ties_nobody_and_is_listed(library) -> None:
    sizes = {"crowd": [*range(9)] * 2, "mob": [*range(7)], "few": [0, 1, 2], "pair": [1, 2, 2]}
    made = ties.co_comment_ties(LIBRARIES[library](commented(sizes)), largest=3)
    assert made.left_out.values.tolist() == [["crowd", 9], ["mob", 7]]
    assert rows(made.ties.astype({"source": "str", "target": "str"})) == [
        ("p000000", "p000001", 1),
        ("p000000", "p000002", 1),
        ("p000001", "p000002", 2),
    ]
    # All who commented are still there, as nodes.
    assert len(made.ties["source"].cat.categories) == 9
    assert networks.to_igraph(made.ties).vcount() == 9


def test_one_post_with_a_hundred_thousand_commenters_is_tamed() -> None:
    sizes = {"viral": range(100_000), "large": range(1_000), "small": range(999, 1_003)}
    made = ties.co_comment_ties(pl.from_pandas(commented({k: [*v] for k, v in sizes.items()})))
    assert made.left_out.values.tolist() == [["viral", 100_000]]
    assert len(made.ties) == 499_500 + 6


def test_ties_under_the_threshold_are_left_out() -> None:
    pairs = ties.comment_pairs(talk(1).messages)
    every = ties.co_comment_ties(pairs).ties
    strong = ties.co_comment_ties(pairs, threshold=2).ties
    assert 0 < len(strong) < len(every)
    pd.testing.assert_frame_equal(strong, every[every["weight"] >= 2].reset_index(drop=True))


@pytest.mark.parametrize("threshold", [1, 2, 3])
@pytest.mark.parametrize("run", [1, 7, 50, 20_000_000])
def test_the_projection_is_the_product_however_it_is_cut(run, threshold, monkeypatch) -> None:
    monkeypatch.setattr(ties, "_RUN", run)
    dense = np.random.default_rng(run).random((25, 12)) < 0.2
    dense[3], dense[20] = False, True
    table = sparse.csr_array(dense.astype(np.int32))
    source, target, weight = ties.project(table, threshold=threshold)
    expected = [
        (a, b, shared)
        for a, b in combinations(range(25), 2)
        if (shared := int((dense[a] & dense[b]).sum())) >= threshold
    ]
    assert expected
    assert list(zip(source.tolist(), target.tolist(), weight.tolist(), strict=True)) == expected


# Past one machine


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A Spark of one thread that listens on this machine only."""
    if shutil.which("java") is None:
        pytest.fail("No Java found: run tests/install-browser.", pytrace=False)
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "512m",
        "spark.local.dir": str(folder),
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master("local[1]").appName("ties")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
def test_spark_makes_the_same_ties(spark: Any, tmp_path: Path) -> None:
    conv = talk(1)
    pl.from_pandas(conv.messages).write_parquet(tmp_path / "messages.parquet")
    messages = spark.read.parquet(str(tmp_path / "messages.parquet"))
    kinds = ("retweet", "mention", "reply")
    made = ties.mention_ties(messages, kinds)
    assert type(made) is type(messages)
    assert rows(made) == counted(conv, kinds)
    assert rows(ties.self_ties(messages)) == rows(ties.self_ties(conv.messages))
    pairs = ties.comment_pairs(messages)
    assert rows(pairs) == rows(ties.comment_pairs(conv.messages))
    edges = networks.co_comment_edges(conv)
    pd.testing.assert_frame_equal(ties.co_comment_ties(pairs).ties, edges, check_flags=False)


# Measures on such ties, against two other libraries


@pytest.fixture(scope="module")
def crowd() -> tuple[ig.Graph, nx.DiGraph]:
    """The mention network of 1,500 made-up messages among 120 persons, and its twin."""
    draw = np.random.default_rng(6)
    person = (120 * draw.random((1500, 2)) ** 2).astype(int)
    table = pl.DataFrame(
        {
            "author": [f"p{n:03}" for n in person[:, 0]],
            "target": [f"p{n:03}" for n in person[:, 1]],
            "kind": draw.choice(["retweet", "mention", "reply"], 1500),
            "weight": draw.integers(1, 4, 1500),
        }
    )
    graph = ties.mention_graph(ties.mention_ties(table))
    graph.vs["group"] = [int(name[1:]) % 3 for name in graph.vs["name"]]
    twin = nx.DiGraph()
    for vertex in graph.vs:
        twin.add_node(vertex["name"], group=vertex["group"])
    for edge in graph.es:
        twin.add_edge(*(graph.vs[end]["name"] for end in edge.tuple), weight=edge["weight"])
    return graph, twin


def test_measures_agree_with_igraph_and_networkx(crowd: tuple[ig.Graph, nx.DiGraph]) -> None:
    graph, twin = crowd
    exactly = {"abs": 1e-9, "rel": 0}

    between = measures.betweenness(graph).to_dict()
    assert between == pytest.approx(nx.betweenness_centrality(twin, normalized=False), **exactly)
    assert list(between.values()) == pytest.approx(graph.betweenness(), **exactly)

    reciprocity = measures.summary(graph).set_index("measure").loc["reciprocity", "value"]
    assert reciprocity == pytest.approx(nx.overall_reciprocity(twin), **exactly)
    assert reciprocity == pytest.approx(graph.reciprocity(), **exactly)

    mixed = measures.assortativity(graph, "group", weighted=False)
    assert mixed == pytest.approx(nx.attribute_assortativity_coefficient(twin, "group"), **exactly)
    assert mixed == pytest.approx(graph.assortativity_nominal("group"), **exactly)

    found = communities.detect(graph, seed=0)
    both = nx.Graph()
    for a, b, weight in twin.edges(data="weight"):
        both.add_edge(a, b, weight=weight + both.get_edge_data(a, b, {"weight": 0})["weight"])
    parts = [set(members.index) for _, members in found.groupby(found)]
    modularity = communities.modularity(graph, found)
    assert modularity == pytest.approx(nx.community.modularity(both, parts), **exactly)
    undirected = graph.as_undirected(combine_edges="sum")
    theirs = undirected.modularity(found.loc[undirected.vs["name"]].tolist(), weights="weight")
    assert modularity == pytest.approx(theirs, **exactly)
