"""Places in a text, each told once: ``§5.2, §5.3, §5.4`` and ``§5.3`` make ``§5.2 to §5.4``."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Where one place ends and the next begins; "chapters 3 and 5 to 7" is one.
_BETWEEN = re.compile(r",\s*|\s+and\s+(?=§|Tabel|Figuur|Kader|Grafiek|chapter|Summary)")
_SECTION = re.compile(r"§(\d+)(?:\.(\d+))?(?: to §(\d+)\.(\d+))?")
_CHAPTERS = re.compile(r"(?:chapters?|ch\.) (\d+(?:(?:, | and | to )\d+)*)")

#: What the texts call their summaries, for readers of English.
ENGLISH = {
    "Managementsamenvatting": "management summary",
    "Samenvatting": "Dutch summary",
    "Summary": "English summary",
}

# A chapter has fewer sections.
_MOST = 99


def merged(locators: Iterable[str]) -> str:
    """The places in one line: chapters, sections in order, then the others as they came.

    What lies within another place is not told again. A locator that is empty stands for the whole
    text, and then nothing else is told.
    """
    chapters: set[int] = set()
    sections: set[tuple[int, int]] = set()
    others: list[str] = []
    for locator in locators:
        if not locator:
            return ""
        for place in filter(None, _BETWEEN.split(locator)):
            if found := _SECTION.fullmatch(place):
                sections.update(_sections(*(int(n) if n else None for n in found.groups())))
            elif found := _CHAPTERS.fullmatch(place):
                chapters.update(_numbers(found[1]))
            else:
                others.append(ENGLISH.get(place, place))
    told = [_chapters(chapters)] if chapters else []
    whole = chapters | {chapter for chapter, section in sections if section == 0}
    told += _runs(sorted(p for p in sections if p[0] not in (whole if p[1] else chapters)))
    for place in dict.fromkeys(others):
        within = re.compile(rf"(?<![\w-]){re.escape(place)}(?![\w-])")
        if not any(within.search(other) for other in others if other != place):
            told.append(place)
    return ", ".join(told)


def _sections(
    chapter: int | None, section: int | None, last: int | None, end: int | None
) -> set[tuple[int, int]]:
    assert chapter is not None
    if section is None or last is None or end is None:
        return {(chapter, section or 0)}  # §6 alone is the whole of it
    # How many sections the chapters between have is not known here, and does not matter.
    span = range(chapter, last + 1)
    return {
        (c, s)
        for c in span
        for s in range(section if c == chapter else 1, (end if c == last else _MOST) + 1)
    }


def _numbers(said: str) -> set[int]:
    found: set[int] = set()
    for part in re.split(r", | and ", said):
        first, _, last = part.partition(" to ")
        found.update(range(int(first), int(last or first) + 1))
    return found


def _chapters(numbers: set[int]) -> str:
    runs = _consecutive([(0, n) for n in sorted(numbers)])
    parts = [
        f"{a} to {b}" if b - a > 1 else f"{a} and {b}" if b > a else str(a)
        for (_, a), (_, b) in runs
    ]
    *before, last = parts
    said = f"{', '.join(before)} and {last}" if before else last
    return f"{'chapters' if len(numbers) > 1 else 'chapter'} {said}"


def _runs(places: list[tuple[int, int]]) -> list[str]:
    told = []
    for first, last in _consecutive(places):
        names = [
            f"§{chapter}.{section}" if section else f"§{chapter}"
            for chapter, section in (first, last)
        ]
        if first == last:
            told.append(names[0])
        else:
            neighbours = first[0] == last[0] and last[1] - first[1] == 1
            told.append((", " if neighbours else " to ").join(names))
    return told


def _consecutive(places: list[tuple[int, int]]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    runs: list[tuple[tuple[int, int], tuple[int, int]]] = []
    for place in places:
        follows = runs and (
            place == (runs[-1][1][0], runs[-1][1][1] + 1)
            or (runs[-1][1][1] == _MOST and place == (runs[-1][1][0] + 1, 1))
        )
        if follows:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs
