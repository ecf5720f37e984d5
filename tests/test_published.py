"""The printed record: values, display, and an error for every way to spoil a table."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from casebook import provenance, published
from casebook.errors import DataError

REPO = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(REPO / "data"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the data that a test may spoil."""
    data = tmp_path / "data"
    shutil.copytree(REPO / "data", data, ignore=shutil.ignore_patterns("reconstructed", "events"))
    shutil.copy(REPO / "references.bib", tmp_path)
    package = json.loads((data / "datapackage.json").read_text("utf-8"))
    package["resources"] = [r for r in package["resources"] if (data / r["path"]).is_file()]
    (data / "datapackage.json").write_text(json.dumps(package), "utf-8")
    return data


def _edit(path: Path, change: Callable[[list[list[str]]], None]) -> None:
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(rows)


def _set(row: int, column: str, text: str) -> Callable[[list[list[str]]], None]:
    """Change one cell; ``row`` counts as an editor shows it, the header being row 1."""

    def change(rows: list[list[str]]) -> None:
        rows[row - 1][rows[0].index(column)] = text

    return change


def _fact(value: float | date, qualifier: str = "exact", unit: str = "people", said: str = "x"):
    row = ["a.b", "technology", "Something", value, qualifier, unit, said, "twente2014", "§2.3"]
    return published.Fact(*row, None, None, "")


# Facts ------------------------------------------------------------------------------------------


def test_the_anchor_figures_are_as_printed() -> None:
    printed = {
        "timmermans.posts": 75,
        "timmermans.comments": 11835,
        "timmermans.likes": 74260,
        "timmermans.participants": 4277,
        "timmermans.page_likes": 37523,
        "benno_l.tweets": 9533,
        "benno_l.participants": 4171,
        "benno_l.government_tweets": 43,
        "benno_l.officer_tweets": 28,
        "benno_l.officer_followers": 850,
        "benno_l.prosecution_retweeted": 22,
        "benno_l.municipality_retweets": 2,
        "facebook.users": 8_900_000,
        "facebook.daily_users": 6_100_000,
    }
    assert {id: published.value(id) for id in printed} == printed


def test_whole_numbers_stay_whole() -> None:
    assert isinstance(published.value("timmermans.posts"), int)
    assert published.value("timmermans.message_length.high") == 0.5


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (_fact(11835), "11,835"),
        (_fact(75), "75"),
        (_fact(8_900_000), "8.9 million"),
        (_fact(2_000_000), "2 million"),
        (_fact(1_234_567), "1,234,567"),
        (_fact(80, unit="percent"), "80%"),
        (_fact(20.6, unit="percent"), "20.6%"),
        (_fact(600_000_000, "at_least", "euro", "meer dan 600 miljoen euro"), None),
        (_fact(18000, "at_least", said="Ruim 18.000"), "more than 18,000"),
        (_fact(5, "at_least", "weight", "weight 5 or more"), "at least 5"),
        (_fact(2, "at_least", "people", "ten minste 2"), "at least 2"),
        (_fact(60, "at_most", "percent", "Bijna 60 %"), "almost 60%"),
        (_fact(10, "at_most", "years", "minder dan tien jaar"), "less than 10"),
        (_fact(10, "at_most", "years", "Binnen tien jaar tijd"), "within 10"),
        (_fact(140, "at_most", "count", "140"), "at most 140"),
        (_fact(400, "approx"), "about 400"),
        (_fact(10, "order"), "tens"),
        (_fact(100, "order"), "hundreds"),
        (_fact(10_000, "order"), "tens of thousands"),
        (_fact(1_000_000, "order"), "millions"),
        (_fact(2014, unit="year"), "2014"),
        (_fact(1950, unit="decade"), "1950s"),
        (_fact(date(2014, 2, 15), unit="date"), "15 February 2014"),
        (_fact(date(2014, 7, 1), unit="month"), "July 2014"),
        (_fact(0.7, "at_least", "fraction", "ruim zeven op de tien"), "more than 7 in 10"),
        (_fact(0.333333, unit="fraction"), "a third"),
    ],
)
def test_display(fact: published.Fact, text: str | None) -> None:
    assert fact.text == (text or "more than €600 million")


def test_a_fact_carries_its_dates() -> None:
    fact = published.fact("benno_l.tweets")
    assert (fact.period_start, fact.period_end) == (date(2014, 2, 15), date(2014, 2, 21))
    assert published.fact("timmermans.page_started").value == date(2012, 12, 4)
    assert published.fact("timmermans.page_likes").period_start is None


def test_an_unknown_fact_suggests_near_ones() -> None:
    with pytest.raises(DataError, match=r"no figure 'timmermans\.coments'.*timmermans\.comments"):
        published.fact("timmermans.coments")


def test_a_date_is_not_a_number() -> None:
    with pytest.raises(DataError, match="is a date"):
        published.value("timmermans.page_started")


# Tables -----------------------------------------------------------------------------------------


def test_the_ledger_is_marked_and_safe_to_change() -> None:
    ledger = published.ledger()
    assert provenance.of(ledger).kind == "published"
    ledger.loc["timmermans.posts", "value"] = 0
    assert published.ledger().loc["timmermans.posts", "value"] == 75


def test_an_exhibit_is_typed_and_marked() -> None:
    table = published.exhibit("twente_kader_2_3")
    assert provenance.of(table) == provenance.Provenance(
        "published", ("twente2014 Kader 2-3",), "Traditional mass media and social media compared."
    )
    assert table["mass_media"].dtype == "int64"
    assert table["repeated"].tolist() == [False] * 8 + [True] * 2
    table["mass_media"] = 0
    assert published.exhibit("twente_kader_2_3")["mass_media"].sum() > 0


def test_absent_cells() -> None:
    users = published.exhibit("twente_kader_2_4").set_index("platform")
    assert users["daily_users"].isna().sum() == 5
    assert users.loc["YouTube", "daily_users_fact"] == ""


def test_a_coded_table_says_so() -> None:
    assert provenance.of(published.exhibit("cases")).kind == "coded"


def test_the_register_names_all_its_sources() -> None:
    assert "emma2013" in provenance.of(published.exhibit("exhibits")).sources


def test_an_unknown_table_suggests_near_ones() -> None:
    with pytest.raises(DataError, match="twente_kader_2_3"):
        published.exhibit("kader_2_3")


def test_resources_lists_every_table() -> None:
    listed = published.resources()
    assert listed.loc["timmermans_groups", "provenance"] == "coded"
    assert listed.loc["ledger", "path"] == "published/ledger.csv"


def test_lost_lists_what_is_image_only() -> None:
    assert len(published.lost()) > 20
    assert published.lost("technology")["label"].tolist() == [
        "Figuur 2-1",
        "Kader 2-5",
        "Kader 2-6",
        "Kader 2-7",
    ]
    assert published.lost("summary").empty
    assert provenance.of(published.lost()).kind == "coded"


def test_incomplete_tells_what_is_left() -> None:
    rows = published.incomplete("companions/civil_servants_online").set_index("exhibit")
    assert rows.index.tolist() == ["Figuur 1", "Grafiek 11", "Grafiek 12", "Figuur 2", "Figuur 3"]
    assert rows.loc["Figuur 1", "what survives"].startswith("lost: ")
    assert rows.loc["Figuur 2", "what survives"].startswith("in part: ")
    assert published.incomplete("companions/rules_of_conduct").empty


# Checks -----------------------------------------------------------------------------------------


def test_the_data_pass(copy: Path) -> None:
    published.check(copy)
    published.check()


def _line_of(path: Path, id: str) -> int:
    return [r[0] for r in csv.reader(path.open(encoding="utf-8"))].index(id) + 1


@pytest.mark.parametrize(
    ("id", "column", "text", "says"),
    [
        ("timmermans.posts", "id", "timmermans.comments", "is there twice"),
        ("timmermans.posts", "id", "Timmermans Posts", "not in the right form"),
        ("timmermans.posts", "value", "seventy-five", "not in the right form"),
        ("timmermans.posts", "value", "11.835,0", "not in the right form"),
        ("timmermans.posts", "value", "2014-02-15", "does not go with the unit 'posts'"),
        ("timmermans.page_started", "value", "2012", "does not go with the unit 'date'"),
        ("timmermans.page_started", "value", "2012-13-01", "does not go with the unit 'date'"),
        ("timmermans.comments_per_post", "value", "12", "not an order of magnitude"),
        ("timmermans.posts", "qualifier", "roughly", "not one of the allowed"),
        ("timmermans.posts", "unit", "messages per day", "not one of the allowed"),
        ("timmermans.posts", "chapter", "nowhere", "not one of the allowed"),
        ("timmermans.posts", "source", "newspaper", "not one of the allowed"),
        ("timmermans.posts", "as_published", "", "the cell is empty"),
        ("timmermans.posts", "period_start", "1 January 2014", "not a date"),
        ("timmermans.posts", "period_end", "2013-12-31", "ends before it starts"),
    ],
)
def test_a_spoilt_ledger_is_refused(copy: Path, id: str, column: str, text: str, says: str) -> None:
    path = copy / "published/ledger.csv"
    row = _line_of(path, id)
    _edit(path, _set(row, column, text))
    with pytest.raises(DataError, match=says) as caught:
        published.check(copy)
    assert caught.value.file == "data/published/ledger.csv"
    assert caught.value.row == row
    assert caught.value.column == column
    assert caught.value.remedy


def test_the_second_of_two_equal_rows_is_named(copy: Path) -> None:
    path = copy / "coded/benno_l_ties.csv"
    _edit(path, lambda rows: rows.append(list(rows[1])))
    with pytest.raises(DataError, match="a second row for 'blue, blue'") as caught:
        published.check(copy)
    assert caught.value.row == len(path.read_text("utf-8").splitlines())


@pytest.mark.parametrize(
    ("text", "says"), [("0", "too small"), ("4", "too large"), ("2.5", "not a whole number")]
)
def test_scores_keep_to_their_range(copy: Path, text: str, says: str) -> None:
    _edit(copy / "published/twente_kader_2_3.csv", _set(3, "social_media", text))
    with pytest.raises(
        DataError, match=f"twente_kader_2_3.csv, row 3, column 'social_media'.*{says}"
    ):
        published.check(copy)


def test_true_and_false_are_lower_case(copy: Path) -> None:
    _edit(copy / "coded/timmermans_ties.csv", _set(2, "within", "True"))
    with pytest.raises(DataError, match=r"row 2, column 'within'.*not true or false"):
        published.check(copy)


def _drop_unit(rows: list[list[str]]) -> None:
    for row in rows:
        del row[5]


def test_a_missing_column_is_named(copy: Path) -> None:
    _edit(copy / "published/ledger.csv", _drop_unit)
    with pytest.raises(DataError, match="row 1, column 'unit': the column is missing"):
        published.check(copy)


def test_an_unknown_column_is_named(copy: Path) -> None:
    _edit(copy / "published/ledger.csv", lambda rows: [row.append("remark") for row in rows])
    with pytest.raises(DataError, match="row 1, column 'remark': unknown column"):
        published.check(copy)


def test_a_stray_comma_is_found(copy: Path) -> None:
    _edit(copy / "published/ledger.csv", lambda rows: rows[4].append(""))
    with pytest.raises(DataError, match="row 5: 13 cells under 12 columns"):
        published.check(copy)


def test_another_encoding_is_refused(copy: Path) -> None:
    path = copy / "coded/timmermans_words.csv"
    path.write_bytes(path.read_text("utf-8").encode("latin-1"))
    with pytest.raises(DataError, match="not UTF-8"):
        published.check(copy)


def test_a_source_outside_the_bibliography_is_refused(copy: Path) -> None:
    bib = copy.parent / "references.bib"
    bib.write_text(bib.read_text("utf-8").replace("{twente2014factsheet,", "{factsheet,"), "utf-8")
    with pytest.raises(DataError, match=r"'twente2014factsheet' is not in references\.bib"):
        published.check(copy)


def test_a_bundle_without_bibliography_passes(copy: Path) -> None:
    (copy.parent / "references.bib").unlink()
    published.check(copy)


def test_a_listed_table_must_be_there(copy: Path) -> None:
    (copy / "coded/cases.csv").unlink()
    with pytest.raises(DataError, match=r"cases\.csv: the file is not here"):
        published.check(copy)


def test_a_bundle_says_what_it_lacks(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (copy / "coded/cases.csv").unlink()
    monkeypatch.setenv("CASEBOOK_DATA", str(copy))
    with pytest.raises(DataError, match="bundle carries only the tables of that chapter"):
        published.exhibit("cases")


def test_a_trimmed_package_passes(copy: Path) -> None:
    path = copy / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    package["resources"] = [r for r in package["resources"] if r["name"] == "ledger"]
    path.write_text(json.dumps(package), "utf-8")
    shutil.rmtree(copy / "coded")
    published.check(copy)


def test_a_table_without_origin_is_refused(copy: Path) -> None:
    path = copy / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    del package["resources"][0]["provenance"]
    path.write_text(json.dumps(package), "utf-8")
    with pytest.raises(DataError, match="does not say where it comes from"):
        published.check(copy)


def test_a_compressed_table_is_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = pd.DataFrame({"time": ["2014-02-15T09:30:00Z", ""], "weight": ["1.5", "2"]})
    table.to_csv(tmp_path / "m.csv.gz", index=False)
    fields = [{"name": "time", "type": "datetime"}, {"name": "weight", "type": "number"}]
    resource = {
        "name": "m",
        "path": "m.csv.gz",
        "title": "Messages",
        "provenance": "reconstructed",
        "source": "twente2014",
        "locator": "§5.3",
        "schema": {"fields": fields},
    }
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [resource]}), "utf-8")
    monkeypatch.setenv("CASEBOOK_DATA", str(tmp_path))
    read = published.exhibit("m")
    assert read["time"].iloc[0] == pd.Timestamp("2014-02-15 09:30", tz="UTC")
    assert read["time"].isna().tolist() == [False, True]
    assert read["weight"].tolist() == [1.5, 2.0]
    assert provenance.of(read).kind == "reconstructed"
