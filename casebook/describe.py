"""Descriptions of pictures that tell what the data say, with the numbers taken from the data."""

from __future__ import annotations

import numpy as np
import pandas as pd


def lorenz(curve: pd.DataFrame) -> str:
    """What a Lorenz curve tells: the part of the lower half, and that of the top tenth.

    ``curve`` is that of :func:`casebook.measures.lorenz`, its two columns named "share of" those
    who share and "share of" what is shared.
    """
    sharers, shared = (str(column).removeprefix("share of ") for column in curve.columns)
    x, y = (curve[column].to_numpy(dtype=float) for column in curve.columns)
    half, tenth = np.interp([0.5, 0.9], x, y)
    return (
        f"The half of the {sharers} with fewest {shared} has {half:.0%} of all {shared}, "
        f"the tenth with most has {1 - tenth:.0%}."
    )


def thresholds(curve: pd.DataFrame, who: str, at: int) -> str:
    """How many of ``who`` keep a tie as the threshold rises to ``at``.

    ``curve`` has ``threshold, nodes``, a row for each threshold from the lowest upwards.
    """
    left = curve.set_index("threshold")["nodes"]
    first, last = left.index[0], left.index[-1]
    return (
        f"Of {left[first]:,} {who} with a tie of weight {first} or more, {left[at]:,} "
        f"({left[at] / left[first]:.0%}) are left at {at} and {left[last]:,} at {last}."
    )
