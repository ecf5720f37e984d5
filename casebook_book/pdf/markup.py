"""Pieces of Typst source. Text always goes in as a string, so that no character of it is markup."""

from __future__ import annotations

import re
from collections.abc import Iterable


def string(text: str) -> str:
    """``text`` as a Typst string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def words(text: str) -> str:
    """``text`` as content, runs of white space as one space."""
    return "#" + string(re.sub(r"\s+", " ", text)) if text else ""


def array(items: Iterable[str]) -> str:
    """Typst expressions as an array."""
    return "(" + "".join(f"{item}, " for item in items) + ")"


def anchor(key: str) -> str:
    """A place that links lead to."""
    return f"#anchor({string(key)})"


def link(key: str, content: str) -> str:
    """``content`` (markup) as a link to the anchor ``key`` of the same PDF."""
    return f"#link(label({string(key)}))[{content}]"
