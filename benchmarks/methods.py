"""What the methods cost on the two bundled reconstructions, against plain networkx.

    python benchmarks/methods.py

Each runs in a process of its own, so that peak memory is its own too. Seconds depend on the
machine; the ratios, measured in one run, are what to compare.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable

import networkx as nx

from casebook import communities, conversation, measures, networks


def _page() -> conversation.Conversation:
    return conversation.load("timmermans")


def _tweets() -> nx.DiGraph:
    return networks.mentions(conversation.load("benno_l"))


def _strong() -> nx.Graph:
    return networks.co_comment(_page(), threshold=2)


def _project_networkx(two_mode: nx.Graph) -> None:
    people = [n for n, mode in two_mode.nodes(data="bipartite") if mode == 0]
    nx.bipartite.weighted_projected_graph(two_mode, people)


PAIRS: list[tuple[str, Callable, Callable, Callable, Callable]] = [
    (
        "co-comment projection",
        _page,
        networks.co_comment_edges,
        lambda: networks.two_mode(_page()),
        _project_networkx,
    ),
    (
        "communities, ties of two and more",
        _strong,
        lambda g: communities.detect(g, seed=0),
        _strong,
        lambda g: nx.community.louvain_communities(g, weight="weight", seed=0),
    ),
    (
        "betweenness, exact",
        _tweets,
        measures.betweenness,
        _tweets,
        lambda g: nx.betweenness_centrality(g, normalized=False),
    ),
]


def _measure(make: Callable, run: Callable, out: multiprocessing.Queue) -> None:
    given = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    run(given)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    out.put((seconds, (after - before) / 1024, after / 1024))


def measure(make: Callable, run: Callable) -> tuple[float, float, float]:
    """Seconds, MiB added at the peak, and MiB at the peak of ``run(make())``."""
    context = multiprocessing.get_context("fork")
    out = context.Queue()
    process = context.Process(target=_measure, args=(make, run, out))
    process.start()
    result = out.get()
    process.join()
    return result


def main() -> None:
    """Print one line per method."""
    print(f"{'':36}{'here':>10}{'networkx':>10}{'ratio':>8}{'peak here':>12}{'networkx':>10}")
    for name, make, ours, make_theirs, theirs in PAIRS:
        a, b = measure(make, ours), measure(make_theirs, theirs)
        print(f"{name:36}{a[0]:9.2f}s{b[0]:9.2f}s{b[0] / a[0]:8.1f}{a[2]:8.0f} MiB{b[2]:6.0f} MiB")


if __name__ == "__main__":
    main()
