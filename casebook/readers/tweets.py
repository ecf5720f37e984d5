"""What the text of a tweet says: whom it repeats, and whom it mentions."""

from __future__ import annotations

import re

import pandas as pd

_RETWEET = re.compile(r"\s*RT @(\w{1,30})\b", re.IGNORECASE)
# No part of an address (name@host), and no second @.
_MENTION = re.compile(r"(?<![\w@./])@(\w{1,30})(?![\w@]|\.\w)")


def retweeted(text: pd.Series) -> pd.Series:
    """Whom each text repeats ("RT @name: ..."), without the @; empty if nobody."""
    return text.str.extract(_RETWEET, expand=False).fillna("").astype("str")


def mentioned(text: pd.Series) -> list[tuple[str, ...]]:
    """The names after an @ in each text, without it, in order."""
    return [tuple(dict.fromkeys(_MENTION.findall(one))) for one in text]


def listed(names: pd.Series) -> list[tuple[str, ...]]:
    """Names in a cell with commas, semicolons or bars in between."""
    return [
        tuple(dict.fromkeys(name for name in re.split(r"[\s,;|]+", one) if name)) for one in names
    ]
