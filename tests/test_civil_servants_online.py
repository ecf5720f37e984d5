"""EMMA's LinkedIn and Twitter networks: every cell and figure against the source."""

from __future__ import annotations

import re

import pytest
from test_data import LEDGER, NUMBER, _flat, _rows, _source, needs_sources

PAGE = "companions/civil_servants_online"
OURS = [row for row in LEDGER if row["chapter"] == PAGE]


# The data ---------------------------------------------------------------------------------------


def test_same_figures_have_same_values() -> None:
    same = re.compile(r"The same as ([a-z_0-9.]*[a-z_0-9])\.")
    values = {row["id"]: (row["value"], row["unit"]) for row in LEDGER}
    pairs = [(row["id"], other) for row in OURS for other in same.findall(row["note"])]
    assert len(pairs) > 10
    assert [pair for pair in pairs if values[pair[0]][0] != values[pair[1]][0]] == []


# Against the source text ------------------------------------------------------------------------

#: Sections of this page, by locator, and where the next chapter begins (None).
PARTS: list[tuple[str | None, str]] = [
    ("§4.2", "\n4.2 Tweet- en LinkedIn analyse\n"),
    ("§4.3", "\n4.3 LinkedInanalyse\n"),
    ("§4.4", "\n4.4 Twitteranalyse\n"),
    (None, "\n5. BESCHOUWINGEN UIT DE PRAKTIJK\n"),
]
#: A footnote, numbered by a superscript but for the first.
NOTE = re.compile(r"^(?:(4)|([⁵-⁹]|¹⁰)) (.+)$", re.MULTILINE)
#: A line of a table: label and cells with a tab between them.
ROW = re.compile(r"^[^\t\n]*(?:\t[^\t\n]*)+$", re.MULTILINE)
ALLOWED = {
    r"4\.[234] (?:Tweet|LinkedIn|Twitter)": "heading",
    r"hoofdstuk 3|(?:[Gg]rafiek|[Tt]abel|[Ff]iguur) \d+": "reference to a chapter, table or chart",
    r"(?:Borra et al\.|Hermens, and Rogers|and Westra 07-|Geel 12-|Möhring et al\.|and Engelen)"
    r" ?(?:19|20)\d\d(?:, \d{1,2})?": "citation",
    r"Al in 2002 wordt": "year of a work cited",
    r"Twitteractiviteit in 2012": "caption",
    r"[Aa]mbtenaar 2\.0|Society 3\.0|#(?:ambtenaar20|society30)": "name or hashtag",
    r"niet gericht op één departement|lijn tussen twee ministeries": "manner of speaking",
}


def _parts() -> dict[str, str]:
    """The sections and, by themselves, their notes; rows of tables left out."""
    text, starts = _source("emma2013"), []
    for _, heading in PARTS:
        starts.append(text.index(heading, starts[-1] if starts else 0))
    parts: dict[str, str] = {}
    for (name, _), start, end in zip(PARTS, starts, [*starts[1:], starts[-1]], strict=True):
        if name:
            section = ROW.sub("", text[start:end])
            for usual, raised, note in NOTE.findall(section):
                number = usual or raised.translate(str.maketrans("⁰¹⁵⁶⁷⁸⁹", "0156789"))
                parts[f"{name}, note {number}"] = _flat(note)
            parts[name] = _flat(NOTE.sub("", section))
    return parts


@needs_sources
def test_no_figure_was_missed() -> None:
    missed, idle = [], set(ALLOWED)
    parts = _parts()
    assert len(parts) == 10
    assert {row["locator"] for row in OURS} <= set(parts)
    for part, text in parts.items():
        spans: list[tuple[int, int]] = []
        for row in OURS:
            if row["locator"] != part:
                continue
            found = [m.span() for m in re.finditer(re.escape(row["as_published"]), text)]
            free = [s for s in found if not any(a < s[1] and s[0] < b for a, b in spans)]
            assert free, f"{row['id']}: no place left in {part} for {row['as_published']!r}"
            spans.append(free[0])
        allowed = [(pattern, m.span()) for pattern in ALLOWED for m in re.finditer(pattern, text)]
        for hit in NUMBER.finditer(text):
            if any(a <= hit.start() and hit.end() <= b for a, b in spans):
                continue
            reasons = {p for p, (a, b) in allowed if a <= hit.start() and hit.end() <= b}
            if not reasons:
                missed.append(f"{part}: ...{text[hit.start() - 40 : hit.end() + 20]}")
            idle -= reasons
    assert missed == []
    assert idle == set(), "allowances that no text needs"


@needs_sources
@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("emma_tabel_5", ("linkedin", "twitter")),
        ("emma_tabel_6", ("tweets", "share", "share_sample")),
    ],
)
def test_every_cell_is_that_of_the_source(table: str, columns: tuple[str, ...]) -> None:
    rows = [line.split("\t") for line in ROW.findall(_source("emma2013"))]

    def number(cell: str) -> float:
        # A full stop parts thousands, a comma decimals.
        return float(cell.strip().rstrip("%").replace(".", "").replace(",", "."))

    printed = {row[0].strip(): row[1:] for row in rows}
    for row in _rows(table):
        cells = [number(cell) for cell in printed[row["label_nl"]]]
        assert cells == [float(row[column]) for column in columns]
