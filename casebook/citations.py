"""What the five texts cite: the coded tables of works and of in-text citations.

The report's bibliography is not among our sources, so a work is known by what the running text
prints of it: mostly author and year. ``data/coded/works.csv`` says which spellings were taken as
one work, and why; ``data/coded/citations.csv`` says where each stands.
"""

from __future__ import annotations

import pandas as pd

from casebook import published
from casebook.errors import DataError
from casebook.provenance import derive

#: Chapters of the texts, in their order; a short text is one chapter. Chapters that cite nothing
#: are here too.
CHAPTERS: dict[str, str] = {
    "twente2014 1": "Report 1: question",
    "twente2014 2": "Report 2: technology",
    "twente2014 3": "Report 3: opportunities",
    "twente2014 4": "Report 4: limitations",
    "twente2014 5": "Report 5: guidelines and cases",
    "twente2014 6": "Report 6: tactics",
    "twente2014 7": "Report 7: strategies",
    "twente2014 8": "Report 8: conclusions",
    "emma2013 3": "EMMA 3: a new society",
    "emma2013 4": "EMMA 4: survey and networks",
    "emma2013 5": "EMMA 5: views from practice",
    "emma2013 6": "EMMA 6: conclusion",
    "kansen2012": "Essay on the civil service",
    "robblog2012": "Blog on the Rob's advice",
    "pm2012": "PM on top officials",
}

#: The texts by name, largest first.
TEXTS: dict[str, str] = {
    "twente2014": "the report",
    "emma2013": "EMMA",
    "kansen2012": "essay",
    "robblog2012": "blog",
    "pm2012": "PM",
}

_FILE = "data/coded/citations.csv"


def works() -> pd.DataFrame:
    """One row for each work cited, indexed by its key, in the order of the labels.

    Columns ``label, authors, organisation, year, title, type, language, variants, decision,
    reason, locator``. ``authors`` are separated by semicolons; ``year`` is missing where no text
    prints one, and text is empty where the texts do not tell.
    """
    rows = published.exhibit("works")
    return derive(rows.set_index("work"), rows, kind="coded")


def citations() -> pd.DataFrame:
    """One row for each form in which a section cites a work, in the order of the texts.

    Columns ``source, locator, section, chapter, as_written, work, times``: ``section`` is source
    and locator in one, ``chapter`` a key of :data:`CHAPTERS`, ``times`` the number of places in
    the section.

    Raises
    ------
    DataError
        if a citation is of a work that is not listed, or stands in no known chapter.
    """
    rows = published.exhibit("citations")
    known = set(published.exhibit("works")["work"])
    number = rows["locator"].str.extract(r"^§(\d+)")[0].fillna("")
    chapters = (rows["source"] + " " + number).where(
        rows["source"].isin(["twente2014", "emma2013"]), rows["source"]
    )
    for place, (work, chapter) in enumerate(zip(rows["work"], chapters, strict=True)):
        if work not in known:
            raise DataError(
                _FILE,
                f"the work '{work}' is not in works.csv",
                "add it there, or correct the key",
                row=place + 2,
                column="work",
            )
        if chapter not in CHAPTERS:
            raise DataError(
                _FILE,
                f"'{rows['locator'].iloc[place]}' is in no known chapter of its source",
                "write a section such as §3.2",
                row=place + 2,
                column="locator",
            )
    frame = rows[["source", "locator"]].assign(
        section=rows["source"] + " " + rows["locator"],
        chapter=chapters,
        as_written=rows["as_written"],
        work=rows["work"],
        times=rows["times"],
    )
    return derive(frame, rows, kind="coded")


def bibliography() -> str:
    """The works as BibTeX entries, in the order of their keys: what stands in references.bib."""
    listed = works().sort_index()
    return "\n\n".join(_entry(str(key), row) for key, row in listed.iterrows()) + "\n"


def _entry(key: str, row: pd.Series) -> str:
    names = _names(row["authors"]) or (f"{{{row['organisation']}}}" if row["organisation"] else "")
    known = {
        "author": names,
        "title": row["title"],
        "year": "" if pd.isna(row["year"]) else str(row["year"]),
        "note": _note(row),
    }
    lines = [
        f"  {field:<6} = {{{text.replace('&', chr(92) + '&')}}}"
        for field, text in known.items()
        if text
    ]
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}"


def _names(authors: str) -> str:
    """Authors as BibTeX reads them: a bare surname of several words is braced."""
    names = [name for name in authors.split("; ") if name]
    written = [
        "others" if name == "et al." else f"{{{name}}}" if " " in name and "," not in name else name
        for name in names
    ]
    return " and ".join(written)


def _note(row: pd.Series) -> str:
    note = f"Cited in {row['locator']}"
    report_only = row["locator"].startswith("twente2014") and ";" not in row["locator"]
    return f"{note}; bibliography not in our source" if report_only else note
