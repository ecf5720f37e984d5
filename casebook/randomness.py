"""Randomness that is stated: igraph's one generator, lent a seeded one for a while."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import igraph as ig


@contextmanager
def igraph_random(generator: random.Random) -> Iterator[None]:
    """igraph draws from one generator for the whole process: lend it ours, then the usual one."""
    ig.set_random_number_generator(generator)
    try:
        yield
    finally:
        ig.set_random_number_generator(random)
