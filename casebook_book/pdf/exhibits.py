"""An exhibit in print: caption, badge and sources, the still picture or the table, notes, twin.

A long table is cut, never silently: rows that the book links to are kept, a line says how many
there are and where all of them stand.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from casebook import figure, palette
from casebook_book.pdf import columns
from casebook_book.pdf.markup import array, string

#: A table of more rows is cut to this many.
ROWS = 40

#: One under a picture is cut to so few, if it has more than twice as many.
TWIN_ROWS = 12

# Millimetres that a picture can have.
_WIDE, _HIGH = columns.UPRIGHT, 135.0


@dataclass(frozen=True)
class Places:
    """Where the links of an exhibit lead: docnames of two pages."""

    provenance: str
    audit: str


def exhibit(
    data: dict[str, Any],
    *,
    label: str,
    caption: str,
    keys: list[str],
    page: str,
    picture: str | None,
    places: Places,
    linked: Collection[str],
) -> tuple[str, list[str], list[str]]:
    """Typst source of an exhibit, the anchors in it, and the anchors that it leads to.

    Parameters
    ----------
    data
        what :mod:`casebook_book.outputs` keeps of a figure.
    label, caption, keys
        ``Exhibit 4``, the caption as Typst markup, and the exhibit's own anchors.
    page
        docname of its page.
    picture
        the SVG of the still, or None for a table.
    linked
        every anchor that something in the book leads to.
    """
    doubts = [f"{places.audit}#{figure.anchor('finding', d)}" for d in data["doubts"]]
    abouts = data["doubts"].values()
    badge = f"{places.provenance}#{data['kind']}"
    table, anchors, turned = _table(data, page, linked, twin=picture is not None)
    parts = [
        f"label: {string(label)}",
        f"caption: [{caption}]",
        f"keys: {array(map(string, keys))}",
        f"kind: {string(data['kind'])}",
        f"badge: {string(badge)}",
        f"sources: {string(data['cited'])}",
        f"notes: {string(' '.join(data['notes']))}",
        f"doubts: {array(array(map(string, d)) for d in zip(doubts, abouts, strict=True))}",
    ]
    if picture is None:
        made = f"#exhibit({', '.join(parts)}, turned: {str(turned).lower()}, {table})\n\n"
        return made, anchors, [badge, *doubts]
    wide, high = _size(picture)
    legend = [
        array(map(string, (g["label"], g["shape"], palette.COLOURS[g["colour"]].light)))
        for g in data["legend"]
    ]
    drawn = (
        f"picture({string('figures/' + data['name'] + '.svg')}, {string(data['description'])}, "
        f"width: {wide:.1f}mm, height: {high:.1f}mm, legend: {array(legend)}, "
        f"rule: {string(data['rule'])})"
    )
    twin = f"twin: twin({string(data['description'])}, {table})"
    if turned:
        twin = f"twin: [], aside: twin({string(data['description'])}, {table})"
    return f"#exhibit({', '.join(parts)}, {twin}, {drawn})\n\n", anchors, [badge, *doubts]


def _table(
    data: dict[str, Any], page: str, linked: Collection[str], *, twin: bool
) -> tuple[str, list[str], bool]:
    table = data["table"]
    keys = [f"{page}#{a}" for a in data["anchors"]] or [""] * len(table["rows"])
    rows = list(zip(keys, table["rows"], strict=True))
    shown, cut = _kept(rows, table["total"], linked, twin=twin)
    said = f"{cut}; all are in downloads/data/{data['name']}.csv of the site." if cut else ""
    texts = [[columns.breakable(cell) for cell in row] for _, row in shown]
    plan = columns.layout(table["columns"], [row for _, row in shown])
    aligned = ("right" if number else "left" for number in table["numeric"])
    cells = (
        array([string(key), array(map(string, row))])
        for (key, _), row in zip(shown, texts, strict=True)
    )
    made = (
        f"rows({array(f'{w}mm' for w in plan.widths)}, {array(aligned)}, "
        f"{array(map(string, table['columns']))}, {array(cells)}, {string(said)})"
    )
    return made, [key for key, _ in shown if key], plan.turned


def _kept(
    rows: list[tuple[str, list[str]]], total: int, linked: Collection[str], *, twin: bool
) -> tuple[list[tuple[str, list[str]]], str]:
    """The rows to print, and how they are cut."""
    few = TWIN_ROWS if twin else ROWS
    if total <= (2 * TWIN_ROWS if twin else ROWS):
        return rows, ""
    used = [row for row in rows if row[0] in linked]
    if 2 * len(used) > total:
        return rows, ""
    if used:
        return used, f"The {len(used)} of {total:,} rows that the text leads to"
    return rows[:few], f"The first {few} of {total:,} rows"


def _size(svg: str) -> tuple[float, float]:
    """Width and height of a picture on paper, in millimetres, from those of the SVG."""
    box = re.search(r'viewBox="([-\d.\s]+)"', svg)
    if box is None:
        raise ValueError("the picture has no viewBox")
    _, _, wide, high = map(float, box[1].split())
    scale = min(_WIDE / wide, _HIGH / high)
    return wide * scale, high * scale
