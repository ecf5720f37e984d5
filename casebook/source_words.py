"""From the source texts to counts: how often each word stands in each section.

The texts are not redistributed, so the book keeps counts only. Counts of rare words could help to
piece a text together again, and a count of a name could point at a person. So a word is kept only
if it stands at least :data:`LEAST` times in all the texts together and is no personal name; and
nothing is counted by stretches shorter than a section. ``casebook words`` writes the two tables
that are kept; a test makes them again where the texts are at hand.

A word is counted in small letters, as it stands: *gemeente* and *gemeenten* are two words. One
that is broken at the end of a line is put together again; numbers, web addresses and names of
accounts are left out, hashtags are kept.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from casebook.errors import DataError
from casebook.paths import data_dir

#: The file of each source, by its key in the bibliography.
FILES: dict[str, str] = {
    "twente2014": "twente-overheidsparticipatie.txt",
    "emma2013": "emma-uitzondering-op-de-regel.txt",
    "kansen2012": "kansen-en-bedreigingen.txt",
    "robblog2012": "rob-blog-vergroot-ruimte.txt",
    "pm2012": "pm-topambtenaren.txt",
}

#: A word is kept if all texts together have it at least this often.
LEAST = 3

_CAPITALISED = """
aanwijzingen amerikaanse amsterdam belastingdienst benno binnenlandse burgernet bzk case cbs
cisco daarna daarnaast defensie denk deventenaren deventer deventeraren dg dm duo emma ergo
europese ez facebookgebruikers facebooknetwerk facebookpagina facebookpagina's financiën flickr
frans google groningen haag handelsblad hiernaast hieronder hyves ict-toepassingen instagram
justitie kamer landbouw linkedin linkedingroep linkedinpagina's lisse lnv microsoft nam
nederland nederlanders nederlandse newcom nrc nss ocw oftewel ondertussen pinterest
regeringsbeleid rijksoverheid rijkswaterstaat rmo rob rws sg sg's sns sns-pagina's timmermans
train twente twitterberichten twitternetwerk universiteit vs vws whatsapp wob wrr youtube
"""
#: Words that never stand in small letters and yet are kept: bodies, media, platforms, places, the
#: minister, the name of a case, and words that happen to begin sentences only. All others of that
#: kind are left out, since a word that is always written with a capital may be a person's name.
NAMES: frozenset[str] = frozenset(_CAPITALISED.split())


class Section(NamedTuple):
    """A section of a text: its number (or a word for it), and its parts where it has headings."""

    section: str
    parts: tuple[str, ...]


# Where the running text of a source starts and ends: before it stand titles and contents, after
# it the bibliography, or what readers wrote below an article.
_BOUNDS: dict[str, tuple[str, str]] = {
    "twente2014": ("SAMENVATTING", ""),
    "emma2013": ("MANAGEMENTSAMENVATTING", "7. BIBLIOGRAFIE"),
    "kansen2012": ("", ""),
    "robblog2012": ("'Vergroot ruimte", "Ik help je graag"),
    "pm2012": ("Topambtenaren twitteren", "Geef een reactie"),
}
# Headings, with the section's number or a word for it; lines of a contents have a tab in them.
_HEADINGS: dict[str, str] = {
    "twente2014": r"^\s*(SAMENVATTING\b|SUMMARY\b|\d(?:\.\d{1,2})? (?=[A-Z]{2}))",
    "emma2013": (
        r"^(MANAGEMENTSAMENVATTING|INHOUDSOPGAVE|\d(?:\. (?=[A-Z ]{5})|\.\d (?=[A-Z])))(?!.*\t)"
    ),
}
_SUMMARY = {"SAMENVATTING": "summary", "MANAGEMENTSAMENVATTING": "summary"}
_NOT_COUNTED = {"SUMMARY", "INHOUDSOPGAVE"}
# Headings without a number, which cut a section into parts.
_CASE_PART = r"^\s*(?:Introductie|Analyse|Rol van de overheid|Conclusies?): "
_PART_HEADINGS = {f"5.{n}": _CASE_PART for n in range(3, 11)} | {"8": r"(?<=\n) ?(?=[A-ZË ?]{9,}$)"}

_ADDRESS = re.compile(
    r"https?://\S+|www\.\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:nl|com|org)\b\S*", re.IGNORECASE
)
_BROKEN = re.compile(r"([^\W\d_]+)- *\n\s*(?!(?:en|of|als)\b)([^\W\d_]+)")
# U+FFFD stands for a letter that the extraction lost; a word with one is found whole and dropped.
_WORD = re.compile(r"[@#]?[\w\ufffd]+(?:['-][\w\ufffd]+)*")
_LETTERS = re.compile(r"#\w*[^\W\d_]\w*|[^\W\d_]+(?:['-][^\W\d_]+)*")


def sections(text: str, key: str) -> list[Section]:
    """The sections of a source text, in order.

    The report and the EMMA study are split by their numbered sections; what stands between the
    title of a chapter and its first section counts with that section. Parts are those of the
    report's cases (§5.3 to §5.10) and of its chapter 8. The three short texts are one section,
    ``text`` (in ``kansen2012`` columns are interleaved, so that sections cannot be told apart).
    Left out: the English summary, contents, bibliography and what readers wrote below an article.

    Raises
    ------
    DataError
        if a mark by which the text is cut is not in it.
    """
    first, last = (_place(text, mark, key) if mark else None for mark in _BOUNDS[key])
    text = text[first:last]
    if key not in _HEADINGS:
        return [Section("text", (text,))]
    found = list(re.finditer(_HEADINGS[key], text, re.MULTILINE))
    numbers = [here[1].strip(" .") for here in found]
    cut: list[Section] = []
    opening = ""
    for here, after, number in zip(found, [*found[1:], None], numbers, strict=True):
        if number in _NOT_COUNTED:
            continue
        body = text[here.end() : after.start() if after else None]
        body = opening + re.sub(r"^ ?HOOFDSTUK \d", "", body, flags=re.MULTILINE)
        opening = body if f"{number}.1" in numbers else ""
        if not opening:
            heading = _PART_HEADINGS.get(number, "") if key == "twente2014" else ""
            cut.append(Section(_SUMMARY.get(number, number), _parts(body, heading)))
    return cut


def count_terms(text: str) -> Counter[str]:
    """How often each word stands in ``text``, in small letters.

    A word is two letters or more, with hyphens and apostrophes inside it, or a hashtag. A hyphen
    at the end of a line is taken out, unless the text has the word with its hyphen elsewhere, or
    *en*, *of* or *als* follows (then only half a compound stands there).
    """
    return Counter(word.lower() for word in words(text))


def words(text: str) -> list[str]:
    """The words that :func:`count_terms` counts, in order and in the letters of the text."""
    text = _ADDRESS.sub(" ", text.replace("’", "'").replace("‘", " ").replace("`", "'"))
    unbroken = text.lower()

    def join(match: re.Match[str]) -> str:
        left, right = match.groups()
        hyphen = left[-1].isupper() or re.search(rf"\b{left}-{right}".lower(), unbroken)
        return f"{left}-{right}" if hyphen else left + right

    found = _WORD.findall(_BROKEN.sub(join, text))
    return [word for word in found if _LETTERS.fullmatch(word) and len(word) > 1]


def read(folder: Path, key: str) -> str:
    """The text of a source in ``folder``.

    Raises
    ------
    DataError
        if its file is not there.
    """
    path = folder / FILES[key]
    if not path.is_file():
        raise DataError(str(path), "the file is not here", "name the folder of the source texts")
    return path.read_text(encoding="utf-8")


def tables(folder: Path) -> dict[str, pd.DataFrame]:
    """The two tables that the book keeps, counted from the texts in ``folder``.

    Returns
    -------
    dict
        ``word_counts``: ``source, section, term, count, parts``, sections in the order of the text
        and terms in that of the alphabet; ``parts`` is in how many parts of the section the term
        stands. ``word_sections``: ``source, section, words, kept, parts``, one row for each
        section, with its number of words, those kept, and its parts.
    """
    cut = [(key, s) for key in FILES for s in sections(read(folder, key), key)]
    counted = [(key, s.section, [count_terms(part) for part in s.parts]) for key, s in cut]
    total: Counter[str] = Counter()
    for _, _, parts in counted:
        for part in parts:
            total.update(part)
    written = {word for _, s in cut for part in s.parts for word in words(part)}
    kept = {t for t, n in total.items() if n >= LEAST and (t in written or t in NAMES)}
    rows: list[tuple[str, str, str, int, int]] = []
    sizes: list[tuple[str, str, int, int, int]] = []
    for key, section, parts in counted:
        counts = sum(parts, Counter[str]())
        here = sorted(counts.keys() & kept)
        rows += [(key, section, t, counts[t], sum(t in part for part in parts)) for t in here]
        size = sum(counts[t] for t in here)
        sizes.append((key, section, counts.total(), size, len(parts)))
    return {
        "word_counts": pd.DataFrame(rows, columns=["source", "section", "term", "count", "parts"]),
        "word_sections": pd.DataFrame(
            sizes, columns=["source", "section", "words", "kept", "parts"]
        ),
    }


def write(folder: Path) -> list[Path]:
    """Count the texts in ``folder`` and write the two tables below ``data/``; returns the paths."""
    target = data_dir() / "derived"
    target.mkdir(exist_ok=True)
    made = tables(folder)
    for name, table in made.items():
        text = table.to_csv(index=False, lineterminator="\n")
        (target / f"{name}.csv").write_bytes(text.encode())
    return [target / f"{name}.csv" for name in made]


def _parts(body: str, heading: str) -> tuple[str, ...]:
    """``body`` cut at its unnumbered headings; what stands above the first goes with the first."""
    found = list(re.finditer(heading, body, re.MULTILINE)) if heading else []
    if not found:
        return (body,)
    ends = [here.start() for here in found[1:]] + [len(body)]
    parts = [body[here.end() : end] for here, end in zip(found, ends, strict=True)]
    return (body[: found[0].start()] + parts[0], *parts[1:])


def _place(text: str, mark: str, key: str) -> int:
    at = text.find(mark)
    if at < 0:
        raise DataError(FILES[key], f"'{mark}' is not in the text", "use the text as extracted")
    return at
