"""The minus sign of numbers that are read, not computed with."""

from __future__ import annotations

import re

_HYPHEN = re.compile(r"^-(?=\d)")


def minus(number: str) -> str:
    """``number`` with a minus sign for the hyphen before it; other text stays as it is."""
    return _HYPHEN.sub("\N{MINUS SIGN}", number)
