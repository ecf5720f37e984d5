"""Words that set one text apart from others: keyness by log-likelihood, with an effect size.

:func:`keyness` works on any table of how often each group uses each term: sections of a text, or
communities of users.

A list by frequency says what a text is about; keyness says what it is about *more than another*.
It needs two numbers: the test (G2) tells whether a difference is more than the chance spread of
words, the log ratio how large it is (Rayson and Garside, 2000; Hardie, 2014). The test takes words
for drawn one by one. They come in runs, so G2 is too sure of itself, and a term must also stand in
several places before it counts.

* Dunning (1993), Accurate methods for the statistics of surprise and coincidence. Computational
  Linguistics 19(1).
* Rayson and Garside (2000), Comparing corpora using frequency profiling. Workshop on Comparing
  Corpora, ACL.
* Wilson (2013), Embracing Bayes factors for key item analysis in corpus linguistics.
* Hardie (2014), Log Ratio: an informal introduction. ESRC Centre for Corpus Approaches to Social
  Science, Lancaster.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.special import xlogy

from casebook.errors import DataError
from casebook.provenance import derive

#: What stands in for no occurrence at all in a log ratio (Hardie, 2014).
NONE_COUNTED = 0.5

#: Evidence from which a word counts as key: Wilson's (2013) "positive evidence".
BIC_POSITIVE = 2.0

_STOP_WORDS = """
aan al alles als altijd andere ben bij daar dan dat de der deze die dit doch doen door dus een eens
en er ge geen geweest haar had heb hebben heeft hem het hier hij hoe hun iemand iets ik in is ja je
kan kon kunnen maar me meer men met mij mijn moet na naar niet niets nog nu of om omdat onder ons
ook op over reeds te tegen toch toen tot u uit uw van veel voor want waren was wat werd wezen wie
wil worden wordt zal ze zelf zich zij zijn zo zonder zou
"""
#: Dutch function words, for lists by frequency only: the list of the Snowball project.
STOP_WORDS: frozenset[str] = frozenset(_STOP_WORDS.split())


def g2(a: pd.Series, b: pd.Series, size_a: int, size_b: int) -> pd.Series:
    """Log-likelihood ratio of each word in two texts, all four cells of the table (Dunning, 1993).

    Parameters
    ----------
    a, b
        how often each word stands in the one and in the other text.
    size_a, size_b
        how many words the texts have.

    Returns
    -------
    Series
        0 or more, distributed as chi-squared with one degree of freedom if words were drawn at
        random. Rayson and Garside (2000) leave out the two cells of all other words, which gives
        a slightly smaller value.
    """
    other_a, other_b, size = size_a - a, size_b - b, size_a + size_b
    cells = xlogy(a, a) + xlogy(b, b) + xlogy(other_a, other_a) + xlogy(other_b, other_b)
    rows = xlogy(a + b, a + b) + xlogy(other_a + other_b, other_a + other_b)
    columns = xlogy(size_a, size_a) + xlogy(size_b, size_b)
    # Rounding can leave a trifle below nothing where the two texts agree.
    return (2 * (cells - rows - columns + xlogy(size, size))).clip(lower=0)


def keyness(
    counts: pd.DataFrame,
    target: str,
    *,
    reference: Iterable[str] | None = None,
    sizes: pd.Series | None = None,
    min_count: int = 5,
    min_spread: int = 2,
) -> pd.DataFrame:
    """The terms that ``target`` uses more, or less, than other groups.

    Parameters
    ----------
    counts
        ``group, term, count, spread``, one row for each pair: how often the group uses the term,
        and in how many places (sections of a text, users of a community).
    target
        one of the groups.
    reference
        the groups to compare it with; all others if None.
    sizes
        words of each group, by group, if ``counts`` leaves some words out; else the sum of counts.
    min_count, min_spread
        how often, and in how many places, a term must stand on the side that uses it more. The
        second keeps out what one section or one user repeats, which the test knows nothing of.

    Returns
    -------
    DataFrame
        one row for each term tested, strongest first: ``term``; ``count, reference_count``;
        ``rate, reference_rate`` per 1,000 words; ``spread``, places on the side that uses it more;
        ``g2`` (:func:`g2`), negative where the target uses the term less; ``log_ratio``, the
        logarithm to base 2 of rate by reference rate (1 is twice as often), with 0.5 in place of
        no occurrence, and ``low, high``, its interval of 95% (delta method); and ``bic``, G2 less
        the logarithm of all words compared (Wilson, 2013).

    Raises
    ------
    DataError
        if a column or a group is missing, or the target is compared with itself.
    """
    for column in ("group", "term", "count", "spread"):
        if column not in counts:
            raise DataError("counts", "the column is missing", "add it", column=column)
    known = set(counts["group"])
    others = sorted(known - {target}) if reference is None else list(reference)
    for group in [target, *others]:
        if group not in known:
            raise DataError(
                "counts", f"there is no group '{group}'", f"use one of {', '.join(sorted(known))}"
            )
    if target in others or not others:
        raise DataError("counts", f"nothing to compare '{target}' with", "name other groups")
    size = counts.groupby("group")["count"].sum() if sizes is None else sizes
    inside = counts[counts["group"] == target].set_index("term")[["count", "spread"]]
    outside = counts[counts["group"].isin(others)].groupby("term")[["count", "spread"]].sum()
    terms = sorted({*inside.index, *outside.index})
    inside, outside = (side.reindex(terms, fill_value=0) for side in (inside, outside))
    n, m = int(size[target]), int(size[others].sum())
    a, b = inside["count"], outside["count"]
    rate, other_rate = 1000 * a / n, 1000 * b / m
    more = rate >= other_rate
    strength = g2(a, b, n, m)
    some_a, some_b = a.clip(lower=NONE_COUNTED), b.clip(lower=NONE_COUNTED)
    ratio = np.log2(some_a / n) - np.log2(some_b / m)
    error = 1.96 * np.sqrt(1 / some_a - 1 / n + 1 / some_b - 1 / m) / np.log(2)
    made = pd.DataFrame(
        {
            "count": a,
            "reference_count": b,
            "rate": rate,
            "reference_rate": other_rate,
            "spread": inside["spread"].where(more, outside["spread"]),
            "g2": strength.where(more, -strength),
            "log_ratio": ratio,
            "low": ratio - error,
            "high": ratio + error,
            "bic": strength - np.log(n + m),
        }
    )
    often = a.where(more, b) >= min_count
    made = made[often & (made["spread"] >= min_spread)]
    made = made.rename_axis("term").reset_index()
    made = made.sort_values(["g2", "term"], ascending=[False, True], ignore_index=True)
    return derive(made, counts)


def key_terms(table: pd.DataFrame, top: int) -> pd.DataFrame:
    """The ``top`` content words of a :func:`keyness` table that the target uses more.

    Left out are function words, and words without positive evidence.
    """
    more = (table["g2"] > 0) & (table["bic"] >= BIC_POSITIVE)
    found = table[more & ~table["term"].isin(STOP_WORDS)].head(top)
    return derive(found.reset_index(drop=True), table)
