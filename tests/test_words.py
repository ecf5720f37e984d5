"""Words: counted from the texts, compared, printed as typical, and drawn as a cloud."""

from __future__ import annotations

import csv
import hashlib
import importlib
import itertools
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency, power_divergence

from casebook import cli, figure, published, source_words, wordcloud, words, words_page
from casebook.errors import DataError
from casebook.provenance import Provenance, mark, of

REPO = Path(__file__).parent.parent
SOURCES = os.environ.get("CASEBOOK_SOURCES")
needs_sources = pytest.mark.skipif(not SOURCES, reason="CASEBOOK_SOURCES is not set")


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(REPO / "data"))


# From text to counts ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("De burger en de Burger", {"de": 2, "burger": 2, "en": 1}),
        ("foto’s en foto's", {"foto's": 2, "en": 1}),
        ("Oekraïne, ‘top’!", {"oekraïne": 1, "top": 1}),
        ("3.500 likes op 4G", {"likes": 1, "op": 1}),
        ("@wijkagent volgt #blt020 en #beving", {"volgt": 1, "#blt020": 1, "en": 1, "#beving": 1}),
        ("zie www.iets.nl/a of https://x.org/y of iets.nl", {"zie": 1, "of": 2}),
        ("commerci\ufffdle media", {"media": 1}),
        ("ontwik-\nkeling", {"ontwikkeling": 1}),
        ("co-creatie en co- \n creatie", {"co-creatie": 2, "en": 1}),
        ("PVV-\nstemmen", {"pvv-stemmen": 1}),
        ("telefoon- \nen mailverkeer", {"telefoon": 1, "en": 1, "mailverkeer": 1}),
        ("hij is a b", {"hij": 1, "is": 1}),
    ],
)
def test_words_are_counted_as_documented(text: str, counts: dict[str, int]) -> None:
    assert source_words.count_terms(text) == counts


REPORT = """titel
 SAMENVATTING
kort
 SUMMARY
English words
 HOOFDSTUK 5

5 CASUSSEN
opening
5.1 RICHTLIJNEN
regels
5.3 CASE: EEN PAGINA
 Introductie: begin
een
 Analyse: vol
twee
 Rol van de overheid: stil
drie
 Conclusies: klaar
vier
 HOOFDSTUK 8

8 CONCLUSIES
PARTICIPATIE OF NIET?
vijf
TRANSPARANTIE
zes
"""


def test_the_report_is_cut_at_its_headings() -> None:
    cut = {s.section: s.parts for s in source_words.sections(REPORT, "twente2014")}
    assert list(cut) == ["summary", "5.1", "5.3", "8"]
    assert "opening" in cut["5.1"][0] and "regels" in cut["5.1"][0]
    assert [p.split()[-1] for p in cut["5.3"]] == ["een", "twee", "drie", "vier"]
    assert "PAGINA" in cut["5.3"][0] and "Analyse" not in cut["5.3"][1]
    assert [p.split()[-1] for p in cut["8"]] == ["vijf", "zes"]
    text = " ".join(p for parts in cut.values() for p in parts)
    assert "English" not in text and "HOOFDSTUK" not in text and "titel" not in text


def test_comments_below_an_article_are_not_counted() -> None:
    text = "kop\n'Vergroot ruimte van iets\nadvies\nIk help je graag\nReactie van iemand"
    (section,) = source_words.sections(text, "robblog2012")
    assert "advies" in section.parts[0] and "Reactie" not in section.parts[0]


def test_a_text_without_its_marks_is_refused() -> None:
    with pytest.raises(DataError, match="SAMENVATTING"):
        source_words.sections("iets anders", "twente2014")


def test_a_missing_text_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["words", str(tmp_path)]) == 1
    assert source_words.FILES["twente2014"] in capsys.readouterr().err


@needs_sources
def test_the_kept_counts_are_made_again_byte_for_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "datapackage.json").write_text("{}")
    monkeypatch.setenv("CASEBOOK_DATA", str(tmp_path))
    assert cli.main(["words", str(SOURCES)]) == 0
    for path in (tmp_path / "derived").iterdir():
        assert path.read_bytes() == (REPO / "data/derived" / path.name).read_bytes(), path.name


# What is kept -----------------------------------------------------------------------------------


def _kept() -> tuple[pd.DataFrame, pd.DataFrame]:
    return published.exhibit("word_counts"), published.exhibit("word_sections")


def test_kept_counts_add_up() -> None:
    counts, sections = _kept()
    summed = counts.groupby(["source", "section"])["count"].sum()
    kept = sections.set_index(["source", "section"])
    assert summed.reindex(kept.index).tolist() == kept["kept"].tolist()
    assert (kept["kept"] < kept["words"]).all()
    most = counts.merge(sections, on=["source", "section"])
    assert (most["parts_x"] <= np.minimum(most["parts_y"], most["count"])).all()


def test_what_is_rare_or_short_is_not_kept() -> None:
    counts, sections = _kept()
    assert counts.groupby("term")["count"].sum().min() >= source_words.LEAST
    # Counts of a few sentences would give these away.
    assert sections["words"].min() >= 200
    assert set(sections["source"]) == set(source_words.FILES)


# First names and surnames of persons whom the texts name and the book gives by function only;
# hashed, so that they do not stand here either.
PERSONS = {
    "424b85f4a60d423b",
    "42a74205892d4689",
    "53cf09db5b9065d4",
    "abbf199851d90e2f",
    "211b7840cef72dd1",
    "a83262ff65f5d2ee",
    "b6444a9072d425af",
}


def test_no_private_person_is_counted() -> None:
    kept = set(itertools.chain.from_iterable(re.findall(r"\w+", t) for t in _kept()[0]["term"]))
    assert not {w for w in kept if hashlib.sha256(w.encode()).hexdigest()[:16] in PERSONS}
    assert not {t for t in kept if t.startswith("@")}


@needs_sources
def test_words_always_written_with_a_capital_are_kept_by_list_only() -> None:
    texts = [source_words.read(Path(str(SOURCES)), key) for key in source_words.FILES]
    small = {w for text in texts for w in source_words.words(text) if w == w.lower()}
    assert set(_kept()[0]["term"]) - small <= source_words.NAMES
    assert set(_kept()[0]["term"]) >= source_words.NAMES


def test_stop_words_are_those_of_a_kept_library() -> None:
    # Sphinx, which builds the book, carries the list of the Snowball project.
    assert set(importlib.import_module("sphinx.search.nl").dutch_stopwords) == words.STOP_WORDS


# Keyness ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "value"),
    [
        ((110, 2442, 111, 29114), 270.72),
        ((29, 13, 123, 31612), 263.90),
        ((31, 23, 139, 31584), 256.84),
        ((10, 0, 3, 31764), 167.23),
    ],
)
def test_g2_gives_the_values_that_dunning_printed(
    table: tuple[int, int, int, int], value: float
) -> None:
    # Dunning (1993), table 1: counts of pairs of words, with their log-likelihood ratio.
    ours = words.g2(
        pd.Series([table[0]]), pd.Series([table[2]]), sum(table[:2]), sum(table[2:])
    ).iloc[0]
    assert ours == pytest.approx(value, abs=0.006)
    scipys = chi2_contingency(
        np.array(table).reshape(2, 2), correction=False, lambda_="log-likelihood"
    )
    assert ours == pytest.approx(scipys.statistic)


def test_the_two_cells_of_rayson_and_garside_give_slightly_less() -> None:
    a, b, n, m = 81, 9, 5456, 7972
    expected = np.array([n, m]) * (a + b) / (n + m)
    two = power_divergence([a, b], expected, lambda_="log-likelihood").statistic
    four = words.g2(pd.Series([a]), pd.Series([b]), n, m).iloc[0]
    assert 0.98 * four < two < four


def _toy() -> pd.DataFrame:
    rows = [
        ("x", "both", 30, 3),
        ("y", "both", 30, 3),
        ("x", "own", 20, 3),
        ("x", "once", 20, 1),
        ("y", "other", 20, 2),
        ("x", "few", 4, 2),
        ("z", "own", 50, 2),
        ("x", "de", 26, 3),
        ("y", "rest", 50, 2),
    ]
    frame = pd.DataFrame(rows, columns=["group", "term", "count", "spread"])
    return mark(frame, Provenance("yours", ("test",)))


def test_keyness_is_signed_spread_and_sized() -> None:
    table = words.keyness(_toy(), "x", reference=["y"]).set_index("term")
    # "once" stands in one place and "few" too seldom.
    assert list(table.index) == ["de", "own", "both", "other", "rest"]
    assert table.loc["own", "log_ratio"] == pytest.approx(np.log2(20 / 0.5))
    assert table.loc["both", "g2"] == table.loc["both", "log_ratio"] == 0
    assert table.loc["other", "g2"] < 0 and table.loc["other", "log_ratio"] < 0
    assert table.loc["other", "spread"] == 2 and table.loc["own", "spread"] == 3
    assert (table["low"] < table["log_ratio"]).all() and (table["log_ratio"] < table["high"]).all()
    assert table.loc["own", "bic"] == pytest.approx(table.loc["own", "g2"] - np.log(200))
    assert of(table).kind == "yours"


def test_all_other_groups_are_the_reference_unless_told() -> None:
    table = words.keyness(_toy(), "x").set_index("term")
    assert table.loc["own", "reference_count"] == 50
    assert table.loc["own", "g2"] < 0


def test_sizes_count_words_that_the_table_leaves_out() -> None:
    sizes = pd.Series({"x": 200, "y": 100})
    table = words.keyness(_toy(), "x", reference=["y"], sizes=sizes).set_index("term")
    assert table.loc["both", "rate"] == 150 and table.loc["both", "reference_rate"] == 300
    assert table.loc["both", "log_ratio"] == pytest.approx(-1)


def test_the_interval_is_that_of_a_ratio_of_shares() -> None:
    row = words.keyness(_toy(), "x", reference=["y"]).set_index("term").loc["both"]
    error = np.sqrt(1 / 30 - 1 / 100 + 1 / 30 - 1 / 100)
    assert 2 ** row["high"] == pytest.approx(np.exp(1.96 * error))


def test_key_terms_have_evidence_and_are_no_function_words() -> None:
    table = words.keyness(_toy(), "x", reference=["y"])
    assert list(words.key_terms(table, 5)["term"]) == ["own"]


@pytest.mark.parametrize(
    ("change", "call", "said"),
    [
        (lambda f: f.drop(columns="spread"), {"target": "x"}, "column 'spread'"),
        (lambda f: f, {"target": "q"}, "no group 'q'"),
        (lambda f: f, {"target": "x", "reference": ["x"]}, "compare 'x'"),
        (lambda f: f[f["group"] == "x"], {"target": "x"}, "compare 'x'"),
    ],
)
def test_a_comparison_that_cannot_be_made_is_refused(
    change: Callable[[pd.DataFrame], pd.DataFrame], call: dict[str, Any], said: str
) -> None:
    with pytest.raises(DataError, match=said):
        words.keyness(change(_toy()), **call)


# Words that the report prints --------------------------------------------------------------------


def _printed_rows() -> list[dict[str, str]]:
    with (REPO / "data/coded/printed_words.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_printed_words_repeat_no_other_table() -> None:
    told = set(published.exhibit("timmermans_words")["word_nl"])
    assert not told & {row["word_nl"] for row in _printed_rows()}
    cases = set(published.exhibit("cases")["slug"])
    assert {row["case"] for row in _printed_rows()} == cases - {"benno_l"}


def test_every_case_has_printed_words() -> None:
    shown = words_page.printed()
    assert shown["case"].nunique() == 8
    assert shown["case"].iloc[0].endswith("Timmermans")
    assert shown["case"].iloc[-1].endswith("Benno L.")
    assert of(shown).kind == "coded"
    first = shown.iloc[0]
    assert (first["whose"], first["printed as"]) == ("Fans", "word")
    assert first["words"].startswith("goed gedaan (well done), ")


@needs_sources
def test_printed_words_stand_in_the_section_named() -> None:
    text = source_words.read(Path(str(SOURCES)), "twente2014")
    cut = {
        f"§{s.section}": re.sub(r"\s+", " ", " ".join(s.parts)).replace("’", "'").casefold()
        for s in source_words.sections(text, "twente2014")
    }
    missing = [
        row["word_nl"]
        for row in _printed_rows()
        if row["word_nl"].casefold() not in cut[row["locator"]]
    ]
    assert missing == []


# The page ---------------------------------------------------------------------------------------


def test_groups_keep_all_words_of_their_sections() -> None:
    counts, sizes = words_page.by_chapter()
    _, sections = _kept()
    report = sections[(sections["source"] == "twente2014") & (sections["section"] != "summary")]
    assert sizes.sum() == report["words"].sum()
    assert len(sizes) == 8 and list(sizes.index) == sorted(sizes.index)
    assert counts[counts["group"] == "8 Conclusions"]["spread"].max() > 1
    assert counts[counts["group"] == "7 Strategies"]["spread"].max() == 9
    assert words_page.by_case()[0]["spread"].max() == 4
    assert len(words_page.by_case()[1]) == 8


def test_key_words_bear_out_the_page() -> None:
    counts, sizes = words_page.by_chapter()
    found = words_page.key_words((counts, sizes))
    by = found.groupby("group")["term"].agg(list)
    assert "4 Limitations" not in by.index
    assert "eisen" in by["8 Conclusions"]
    assert by["6 Tactics"][0] == "berichten" and by["7 Strategies"][0] == "doelen"
    he = counts[counts["term"] == "hij"].set_index("group")["count"]
    assert he["6 Tactics"] > 30 and "7 Strategies" not in he.index
    cases = words_page.key_words(words_page.by_case(), min_count=words_page.LEAST_IN_CASE)
    told = cases.groupby("group")["term"].agg(set)
    assert {"praktische", "vragen"} <= told["The Facebook page of Rijkswaterstaat"]
    assert "overheid" in told["Tweets about earthquakes in Groningen"]
    assert "burgers" not in told["Messages about vacant lots in Amsterdam"]
    assert "bereikt" in told["Tweets by citizens about Benno L."]
    assert len(told) == 8


def test_tables_for_readers_are_whole() -> None:
    grouped = words_page.by_chapter()
    found = words_page.key_words(grouped)
    shown = words_page.told(found, grouped[1], "chapter").set_index("chapter")
    assert len(shown) == 8
    assert shown.loc["4 Limitations", "key words"] == "none"
    assert shown.loc["7 Strategies", "key words"].startswith("doelen (goals) 28, ")
    assert "media 111" in shown.loc["3 Opportunities", "key words"]
    assert of(shown).kind == "derived"
    assert of(shown).sources == ("twente2014 ch. 1 to 8",)
    long = words_page.measured(found)
    assert len(long) == len(found)
    assert (long["from"] < long["log ratio"]).all()


def test_a_word_without_english_is_refused() -> None:
    with pytest.raises(DataError, match="fiets"):
        words_page._english(["overheid", "fiets"])


def test_every_gloss_is_shown_somewhere() -> None:
    shown = {
        term
        for grouped, least in (
            (words_page.by_chapter(), {}),
            (words_page.by_case(), {"min_count": words_page.LEAST_IN_CASE}),
            (words_page.by_text(), {"min_spread": 1}),
        )
        for term in words_page.key_words(grouped, **least)["term"]
    }
    shown |= set(words_page.cloud_words()["term"])
    shown |= {word.split(" (")[0].lower() for word in words_page.contrast()["word"]}
    assert set(published.exhibit("word_glosses")["term"]) == shown


def test_the_contrast_is_ranked_and_drawn() -> None:
    rows = words_page.contrast()
    assert len(rows) == 2 * words_page.CONTRASTED
    assert rows["log ratio"].is_monotonic_decreasing
    assert ((rows["log ratio"] > 0) == (rows["more in"] == "Tactics (chapter 6)")).all()
    lean = rows[rows["word"].isin(["media", "sociale (social)", "overheid (government)"])]
    assert (2 ** -lean["log ratio"]).between(2, 3.5).all() and len(lean) == 3
    shown = figure.chart(words_page.contrast_chart(rows), rows, "x", "A finding.")
    assert ">wijkagent (community officer)<" in shown.pictures["light"]


# The cloud --------------------------------------------------------------------------------------

CLOUD = ["berichten", "burgers", "media", "gemeente", "persoonlijke", "we", "rijkswaterstaat"]


def _boxes(
    places: list[tuple[float, float]], letters: list[int]
) -> list[tuple[float, float, float, float]]:
    return [
        (x, y, wordcloud.text_width(word, size), float(size))
        for word, size, (x, y) in zip(CLOUD, letters, places, strict=False)
    ]


def test_words_of_a_cloud_do_not_touch_and_stay_inside() -> None:
    letters = wordcloud.sizes([15, 7, 6, 5, 4, 4, 3])
    box = wordcloud.Box(10, 20, 320, 170)
    places = wordcloud.place(CLOUD, letters, box)
    assert len(places) == len(CLOUD)
    for (x, y, w, h), (u, v, p, q) in itertools.combinations(_boxes(places, letters), 2):
        assert abs(x - u) >= (w + p) / 2 or abs(y - v) >= (h + q) / 2
    for x, y, w, h in _boxes(places, letters):
        assert x - w / 2 >= 10 and x + w / 2 <= 330
        assert y - h / 2 >= 20 and y + h / 2 <= 190
    assert places[0] == pytest.approx((170, 105), abs=1)


def test_a_cloud_holds_the_first_words_that_fit() -> None:
    # The second is too long; the third would fit, but stands after it.
    places = wordcloud.place(["we", "x" * 60, "ik"], [20, 20, 20], wordcloud.Box(0, 0, 200, 200))
    assert len(places) == 1


def test_letters_come_in_few_sizes_by_area() -> None:
    assert wordcloud.sizes([100, 25, 0.1]) == [31, 20, 13]
    assert set(wordcloud.sizes(list(range(1, 50)))) <= set(wordcloud.SIZES)


def test_letters_are_as_wide_as_helvetica() -> None:
    # 5 letters of 556 and the space that other fonts need
    assert wordcloud.text_width("banen", 10) == pytest.approx(10 * 5 * 0.556 * 1.12)


def test_both_clouds_are_drawn_whole_wide_and_narrow() -> None:
    drawn = words_page.cloud_words()
    chart = wordcloud.clouds(drawn, words_page.TWO)
    (rows,) = chart.to_dict()["datasets"].values()
    # All words and two headings on a wide page; enough on a narrow one.
    assert len(rows) == len(drawn) + 2
    assert sum(row["narrow_x"] is not None for row in rows) >= 2 * 11
    bold = {row["text"] for row in rows if row["weight"] == "bold"}
    assert {"berichten", "doelen"} <= bold and "burgers" not in bold
    assert chart.to_dict() == wordcloud.clouds(drawn, words_page.TWO).to_dict()
    table = words_page.cloud_table(drawn)
    shown = figure.chart(chart, table, "x", "A finding.")
    assert len(shown.frame) == len(drawn)
    assert ">burgers<" in shown.pictures["dark"]
