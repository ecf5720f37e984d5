"""The page on words: the words that the report prints, and the key words of the texts we have."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import altair as alt
import pandas as pd

from casebook import palette, published, wordcloud, words
from casebook.errors import DataError
from casebook.provenance import Provenance, derive, mark

#: Key words that the tables show of one chapter or case.
SHOWN = 8

#: Key words of each side in the comparison of two chapters.
CONTRASTED = 9

#: A term of a case, a text of some hundreds of words, counts from this often.
LEAST_IN_CASE = 4

#: The two chapters that are compared, and their palette colours.
TWO: dict[str, str] = {"Tactics (chapter 6)": "blue", "Strategies (chapter 7)": "orange"}
_OF_CHAPTER = {"6": "Tactics (chapter 6)", "7": "Strategies (chapter 7)"}

_CHAPTERS = {
    "1": "1 Question and method",
    "2": "2 Technology",
    "3": "3 Opportunities",
    "4": "4 Limitations",
    "5": "5 Guidelines and cases",
    "6": "6 Tactics",
    "7": "7 Strategies",
    "8": "8 Conclusions",
}
_TEXTS = {
    "twente2014": "The report (Twente, 2014)",
    "emma2013": "EMMA study (2013)",
    "kansen2012": "Essay on opportunities and threats (2012)",
    "robblog2012": "Blog on the council's advice (2012)",
    "pm2012": "PM magazine (2012)",
}
_KINDS = {"wording": "wording of the sender", "word": "word", "account": "account, mentioned"}


def printed() -> pd.DataFrame:
    """The words that the report prints as typical of a case or of a group in it.

    Returns
    -------
    DataFrame
        ``case, whose, words, printed as, locator``, in the order of the report. Words are printed
        as such, as hashtags, mottoes, wordings of the sender or accounts that are mentioned, or
        only as subjects, in the authors' own words.
    """
    cases = published.exhibit("cases").sort_values("print_order")
    loose = published.exhibit("printed_words")
    told = published.exhibit("timmermans_words")
    members = published.exhibit("benno_l_members")
    minister = published.exhibit("timmermans_groups").set_index("group")["label_en"]
    benno = published.exhibit("benno_l_groups").set_index("group")["label_en"]
    media = members[members["kind"] == "media"]
    rows = pd.concat(
        [
            told.assign(case="timmermans", kind="word", group=told["group"].map(minister)),
            loose,
            pd.DataFrame(
                {
                    "case": "benno_l",
                    "kind": "account",
                    "group": media["group"].map(benno),
                    "word_nl": media["account_label"],
                    "word_en": media["label_en"],
                    "locator": media["locator"],
                }
            ),
        ],
        ignore_index=True,
    )
    order = {slug: n for n, slug in enumerate(cases["slug"])}
    rows = rows.sort_values("case", key=lambda c: c.map(order), kind="stable")
    rows["word"] = _bilingual(rows["word_nl"], rows["word_en"])
    whole = rows.groupby(["case", "group", "kind"], sort=False, as_index=False).agg(
        words=("word", ", ".join),
        locator=("locator", lambda places: ", ".join(dict.fromkeys(places))),
    )
    shown = pd.DataFrame(
        {
            "case": whole["case"].map(cases.set_index("slug")["title_en"]),
            "whose": whole["group"],
            "words": whole["words"],
            "printed as": whole["kind"].replace(_KINDS),
            "locator": whole["locator"],
        }
    )
    return mark(shown, Provenance("coded", ("twente2014 §5.2 to §5.10 and §6.2",)))


def by_chapter() -> tuple[pd.DataFrame, pd.Series]:
    """Counts of the report by chapter for :func:`casebook.words.keyness`, and the chapters' words.

    Places are sections; in chapter 8, which has none, the parts under its headings.
    """
    return _grouped(
        lambda rows: _report(rows).str.split(".").str[0].map(_CHAPTERS),
        {"8"},
        "twente2014 ch. 1 to 8",
    )


def by_case() -> tuple[pd.DataFrame, pd.Series]:
    """Counts of §5.3 to §5.10 by case; places are the four parts that each case has."""
    titles = published.exhibit("cases").sort_values("print_order")["title_en"]
    numbers = {f"5.{n}": title for n, title in enumerate(titles, start=3)}
    return _grouped(
        lambda rows: _report(rows).map(numbers), set(numbers), "twente2014 §5.3 to §5.10"
    )


def by_text() -> tuple[pd.DataFrame, pd.Series]:
    """Counts of all five texts, summaries included; places are sections."""
    return _grouped(lambda rows: rows["source"].map(_TEXTS), set(), *_TEXTS)


def key_words(
    grouped: tuple[pd.DataFrame, pd.Series], *, min_count: int = 5, min_spread: int = 2
) -> pd.DataFrame:
    """The key words of each group, with their measures.

    Parameters
    ----------
    grouped
        from one of the functions above.
    min_count, min_spread
        as in :func:`casebook.words.keyness`.

    Returns
    -------
    DataFrame
        ``group``, and the columns of :func:`casebook.words.keyness` for at most :data:`SHOWN`
        content words of each group.
    """
    counts, sizes = grouped
    found = []
    for group in sizes.index:
        table = words.keyness(
            counts, group, sizes=sizes, min_count=min_count, min_spread=min_spread
        )
        found.append(words.key_terms(table, SHOWN).assign(group=group))
    return derive(pd.concat(found, ignore_index=True), counts)


def told(found: pd.DataFrame, sizes: pd.Series, heading: str) -> pd.DataFrame:
    """Key words as a reader takes them in: ``<heading>, words, key words``, a row for each group.

    Each key word has its English in brackets, and behind it how often the group has it.
    """
    rows = []
    for group, size in sizes.items():
        own = found[found["group"] == group]
        both = _bilingual(own["term"], _english(own["term"]))
        listed = [f"{word} {count}" for word, count in zip(both, own["count"], strict=True)]
        rows.append((group, size, ", ".join(listed) or "none"))
    frame = pd.DataFrame(rows, columns=[heading, "words", "key words"])
    return derive(frame, found)


def measured(*tables: pd.DataFrame) -> pd.DataFrame:
    """All key words of some :func:`key_words` tables, with their measures for an expert's eye."""
    rows = pd.concat(tables, ignore_index=True)
    frame = pd.DataFrame(
        {
            "text": rows["group"],
            "word": rows["term"],
            "in English": _english(rows["term"]),
            "here": rows["count"],
            "elsewhere": rows["reference_count"],
            "places": rows["spread"],
            "G2": rows["g2"].round(1),
            "log ratio": rows["log_ratio"].round(2),
            "from": rows["low"].round(2),
            "to": rows["high"].round(2),
        }
    )
    return derive(frame, *tables)


def contrast() -> pd.DataFrame:
    """The key words of tactics against strategies and the other way round, by log ratio.

    Returns
    -------
    DataFrame
        ``word, more in, tactics, strategies, log ratio, from, to, G2``: the word with its
        English, the chapter that uses it more, how often each has it, the effect with its
        interval of 95%, and the test.
    """
    counts, sizes = by_chapter()
    one, other = (_CHAPTERS[number] for number in _OF_CHAPTER)
    table = words.keyness(counts, one, reference=[other], sizes=sizes)
    sure = table[(table["bic"] >= words.BIC_POSITIVE) & ~table["term"].isin(words.STOP_WORDS)]
    rows = pd.concat([sure.head(CONTRASTED), sure.tail(CONTRASTED)])
    rows = rows.sort_values(["log_ratio", "term"], ascending=[False, True])
    more = rows["g2"] > 0
    frame = pd.DataFrame(
        {
            "word": _bilingual(rows["term"], _english(rows["term"])),
            "more in": [list(TWO)[0 if m else 1] for m in more],
            "tactics": rows["count"],
            "strategies": rows["reference_count"],
            "log ratio": rows["log_ratio"],
            "from": rows["low"],
            "to": rows["high"],
            "G2": rows["g2"].abs(),
        }
    ).reset_index(drop=True)
    return derive(frame, counts)


def contrast_chart(rows: pd.DataFrame) -> alt.LayerChart:
    """A mark for each word of :func:`contrast` at its log ratio, with its interval.

    Words of either chapter stand on their own side, under its name; the axis counts in times.
    """
    names, reach = list(TWO), 8
    colours = alt.Scale(domain=names, range=[palette.COLOURS[name].light for name in TWO.values()])
    tone = alt.Color("more in", type="nominal", scale=colours, legend=None)
    shapes = alt.Scale(domain=names, range=["circle", "square"])
    # Whiskers beyond the edge only say that the other chapter lacks the word.
    limits = alt.Scale(domain=(-reach, reach), clamp=True)
    marks = alt.Axis(
        values=[-5, 0, 5],
        labelExpr="datum.value == 0 ? 'same' : pow(2, abs(datum.value)) + '×'",
    )

    def across(column: str) -> alt.X:
        return alt.X(column, type="quantitative", title="times as often", scale=limits, axis=marks)

    base = alt.Chart(rows).encode(y=alt.Y("word", type="nominal", title=None, sort=None))
    whisker = base.mark_rule(strokeWidth=2, opacity=0.8).encode(
        x=across("from"), x2=alt.X2("to"), color=tone
    )
    point = base.mark_point(filled=True, opacity=1, size=85).encode(
        x=across("log ratio"),
        color=tone,
        shape=alt.Shape("more in", type="nominal", scale=shapes, legend=None),
    )
    zero = alt.Chart(pd.DataFrame({"log ratio": [0]})).mark_rule(color=palette.MUTED.light)
    layers = [whisker, point, zero.encode(x=across("log ratio"))]
    for name, side, told in zip(names, (-1, 1), ("tactics →", "← strategies"), strict=True):
        # The name stands on the empty side of the middle one of its words, and points at it.
        own = rows[rows["more in"] == name]
        at = own.iloc[[len(own) // 2]].assign(place=reach / 2 * side, name=told)
        layers.append(
            alt.Chart(at)
            .mark_text(fontWeight="bold", fontSize=11)
            .encode(
                x=across("place"),
                y=alt.Y("word", type="nominal", title=None, sort=None),
                text=alt.Text("name", type="nominal"),
                color=tone,
            )
        )
    return alt.LayerChart(layer=layers).properties(height=alt.Step(24))


def cloud_words() -> pd.DataFrame:
    """The most frequent content words of the two chapters: ``group, term, weight, key``.

    ``weight`` is the number per 1,000 words of the chapter; ``key`` says whether the chapter uses
    the word more than the other does, with positive evidence.
    """
    counts, sizes = by_chapter()
    one, other = (_CHAPTERS[number] for number in _OF_CHAPTER)
    table = words.keyness(counts, one, reference=[other], sizes=sizes)
    sure = table[table["bic"] >= words.BIC_POSITIVE].set_index("term")["g2"]
    rows = []
    for sign, (group, label) in zip((1, -1), zip((one, other), TWO, strict=True), strict=True):
        own = counts[(counts["group"] == group) & ~counts["term"].isin(words.STOP_WORDS)]
        own = own.sort_values(["count", "term"], ascending=[False, True]).head(wordcloud.MOST[0])
        key = own["term"].map(sure).fillna(0) * sign > 0
        rows.append(
            pd.DataFrame(
                {
                    "group": label,
                    "term": own["term"],
                    "weight": 1000 * own["count"] / sizes[group],
                    "key": key,
                }
            )
        )
    return derive(pd.concat(rows, ignore_index=True), counts)


def cloud_table(drawn: pd.DataFrame) -> pd.DataFrame:
    """The words of the clouds as a table: ``chapter, word, in English, per 1,000 words, key``."""
    frame = pd.DataFrame(
        {
            "chapter": drawn["group"],
            "word": drawn["term"],
            "in English": _english(drawn["term"]),
            "per 1,000 words": drawn["weight"].round(2),
            "key word": drawn["key"],
        }
    )
    return derive(frame, drawn)


def _grouped(
    label: Callable[[pd.DataFrame], pd.Series], in_parts: set[str], *sources: str
) -> tuple[pd.DataFrame, pd.Series]:
    """Counts by the group that ``label`` gives each section of ``sources``, and the groups' words.

    A section is one place for a term, one of ``in_parts`` as many as it has parts with the term.
    """
    counts, sizes = published.exhibit("word_counts"), published.exhibit("word_sections")
    places = counts["parts"].where(counts["section"].isin(in_parts), 1)
    rows = counts.assign(group=label(counts), spread=places).dropna(subset="group")
    summed = rows.groupby(["group", "term"], as_index=False)[["count", "spread"]].sum()
    whole = sizes.assign(group=label(sizes)).dropna(subset="group")
    return mark(summed, Provenance("derived", sources)), whole.groupby("group", sort=False)[
        "words"
    ].sum()


def _report(rows: pd.DataFrame) -> pd.Series:
    """The section numbers of the report; missing elsewhere."""
    return rows["section"].where(rows["source"] == "twente2014")


def _bilingual(dutch: Iterable[str], english: Iterable[str]) -> list[str]:
    """``Dutch (English)``; once only where the two are the same."""
    return [
        en if nl.lower() == en.lower() else f"{nl} ({en})"
        for nl, en in zip(dutch, english, strict=True)
    ]


def _english(terms: Iterable[str]) -> list[str]:
    """Our translation of each word.

    Raises
    ------
    DataError
        if ``word_glosses`` lacks one: a word that is shown must be understood.
    """
    glosses = published.exhibit("word_glosses").set_index("term")["gloss_en"]
    for term in terms:
        if term not in glosses.index:
            raise DataError(
                "data/coded/word_glosses.csv", f"there is no row for '{term}'", "translate it"
            )
    return [str(glosses[term]) for term in terms]
