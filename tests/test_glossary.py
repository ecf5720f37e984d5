"""The glossary: one English for each Dutch term, and the role that marks terms in prose."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from casebook import glossary, published
from casebook.errors import DataError

REPO = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _book_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_DATA", str(REPO / "data"))


# The table --------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["term", "label_nl", "label_en"])
def test_one_name_for_each_thing(column: str) -> None:
    names = published.exhibit("glossary")[column].str.casefold()
    assert sorted(names[names.duplicated()]) == []


def test_terms_stand_in_the_order_of_their_keys() -> None:
    keys = list(published.exhibit("glossary")["term"])
    assert keys == sorted(keys)
    assert all(re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", key) for key in keys)


def test_every_row_is_finished() -> None:
    rows = published.exhibit("glossary")
    assert not (rows == "").any(axis=None)
    assert not rows.isna().any(axis=None)
    for column in ("definition_en", "reason"):
        open_ended = rows[~rows[column].str.endswith((".", "?"))]
        assert list(open_ended["term"]) == []


def test_no_english_is_the_dutch_of_another_term() -> None:
    rows = published.exhibit("glossary")
    dutch = dict(zip(rows["label_nl"].str.casefold(), rows["term"], strict=True))
    english = zip(rows["label_en"].str.casefold(), rows["term"], strict=True)
    assert [key for name, key in english if dutch.get(name, key) != key] == []


def test_the_exhibit_links_to_every_term() -> None:
    rows = published.exhibit("glossary")
    shown = glossary.exhibit()
    assert shown.content["anchors"][0] == f"term-{rows['term'][0].replace('_', '-')}"
    assert len(set(shown.content["anchors"])) == len(rows)
    assert list(shown.frame.columns) == ["Dutch", "English", "meaning", "why this English"]
    assert shown.payload()["kind"] == "coded"
    officer = shown.frame.set_index("Dutch").loc["wijkagent"]
    assert officer["English"] == "community officer"
    assert re.search(r"\(.*§.*\)$", officer["meaning"])


SOURCES = os.environ.get("CASEBOOK_SOURCES")
PRINTED = {  # terms that the sources print in another form only
    "gewone ambtenaar": "‘gewone’ ambtenaar",
    "nuancerend bericht": "nuancerende berichten",
    "oekaze-Kok": "oekaze van Kok",
    "rijksambtenaar": "rijksambtenaren",
    "tutoyeren": "tutoyeert",
    "Wet openbaarheid van bestuur": "Wet van Openbaar Bestuur",
    "woordenwolk": "woordwolken",
}


@pytest.mark.skipif(not SOURCES, reason="CASEBOOK_SOURCES is not set")
def test_every_term_stands_in_a_source() -> None:
    def squeeze(text: str) -> str:
        return re.sub(r"[\s\u00ad-]", "", text).casefold()

    text = squeeze(" ".join(p.read_text("utf-8") for p in Path(str(SOURCES)).glob("*.txt")))
    # Without its last letter a noun or verb is found in most of its forms.
    terms = list(published.exhibit("glossary")["label_nl"])
    stems = {t: squeeze(PRINTED.get(t, t[:-1] if len(t) > 6 else t)) for t in terms}
    assert [term for term, stem in stems.items() if stem not in text] == []
    assert set(PRINTED) <= set(terms)


# Looking up -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("wijkagent", "wijkagent"),
        ("Raad voor het openbaar bestuur", "raad_voor_het_openbaar_bestuur"),
        ("ministeriële verantwoordelijkheid", "ministeriele_verantwoordelijkheid"),
        ("ministeriele_verantwoordelijkheid", "ministeriele_verantwoordelijkheid"),
        ("  Archiefwet ", "archiefwet"),
    ],
)
def test_a_term_is_found_by_key_and_by_name(name: str, key: str) -> None:
    assert glossary.term(name).key == key


def test_a_term_has_both_languages() -> None:
    term = glossary.term("ambtenaar")
    assert (term.dutch, term.english) == ("ambtenaar", "civil servant")
    assert term.definition.startswith("Whoever is employed")


def test_an_unknown_term_is_refused_with_a_suggestion() -> None:
    with pytest.raises(DataError, match=r"glossary\.csv.*'wijkagenda'.*perhaps wijkagent"):
        glossary.term("wijkagenda")


def test_a_term_like_none_is_refused_without_a_suggestion() -> None:
    with pytest.raises(DataError) as refused:
        glossary.term("xqzxqz")
    assert "perhaps" not in str(refused.value)


# The role ---------------------------------------------------------------------------------------

_CONF = """
extensions = ["casebook_book.terms"]

def setup(app):
    app.add_config_value("casebook_glossary_page", "behind/glossary", "env")
"""


def _build(folder: Path, pages: dict[str, str], builder: str = "html") -> Path:
    source = folder / "source"
    for name, text in {"conf.py": _CONF, "behind/glossary.rst": "Terms\n=====\n", **pages}.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, "utf-8")
    out = folder / "out"
    app = Sphinx(
        str(source), str(source), str(out), str(folder / "trees"), builder, status=None,
        warning=None,
    )  # fmt: skip
    app.build()
    return out


_INDEX = "Title\n=====\n\nA :nl:`wijkagent`, then :nl:`wijkagenten <wijkagent>`, a :nl:`loket`.\n"


def test_the_first_use_on_a_page_links_and_the_second_does_not(tmp_path: Path) -> None:
    out = _build(tmp_path, {"index.rst": _INDEX, "cases/one.rst": _INDEX})
    for name, path in (("index", ""), ("cases/one", "../")):
        page = (out / f"{name}.html").read_text("utf-8")
        links = re.findall(r'<a class="cb-term"[^>]*>(.*?)</a>', page)
        assert links == ['<i lang="nl">wijkagent</i>', '<i lang="nl">loket</i>']
        assert f'href="{path}behind/glossary.html#term-wijkagent"' in page
        assert 'data-tip="community officer: ' in page
        assert page.count('<i lang="nl">wijkagenten</i>') == 1


def test_other_formats_keep_the_words_alone(tmp_path: Path) -> None:
    out = _build(tmp_path, {"index.rst": _INDEX}, "text")
    text = (out / "index.txt").read_text("utf-8")
    assert "A wijkagent, then wijkagenten, a loket." in text


def test_an_unknown_term_stops_the_build(tmp_path: Path) -> None:
    page = "Title\n=====\n\nText.\n\nA :nl:`wijkagenda` here.\n"
    with pytest.raises(ExtensionError, match=r"index\.rst:6: .*'wijkagenda'.*wijkagent"):
        _build(tmp_path, {"index.rst": page})
