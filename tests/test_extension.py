"""Parts of the Sphinx extension on their own; what they do together is tested on built books."""

from __future__ import annotations

import io
import re
import time
import zipfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest
from sphinx.errors import ExtensionError

from casebook import figure, published
from casebook.provenance import KINDS
from casebook_book import bundles, exhibits, freshness, outputs

# ---------------------------------------------------------------------------- plain text

TOLD = {"mean": "157.8"}
NUMBERS = {"fig-map": "Exhibit 4"}


@pytest.mark.parametrize(
    ("myst", "plain"),
    [
        ("About {fact}`=mean` a post.", "About 157.8 a post."),
        ("See {numref}`fig-map`.", "See Exhibit 4."),
        ("See {doc}`the ledger <../behind/ledger>`.", "See the ledger."),
        ("See {doc}`ledger` and {ref}`kinds`.", "See ledger and kinds."),
        ("{cite:t}`twente2014` says", "twente2014 says"),
        ("A [link](other.md#part) and [another](https://example.org/x).",
         "A link and [another](https://example.org/x)."),
        ("(target-name)=\n## Heading", "## Heading"),
        (":::{note} Mind this\n:class: wide\nText.\n:::", "**Mind this**\nText."),
        ("```{admonition} Title\nText.\n```", "**Title**\nText."),
        (":::{note}\nText.\n:::", "Text."),
        ("{.cb-kpis}\n- one", "- one"),
        ("[words]{.small} and `code`{#id}.", "[words] and `code`."),
        ("A `{code}` span and $x_{1}$ stay.", "A `{code}` span and $x_{1}$ stay."),
        ("**bold** and *not*", "**bold** and *not*"),
    ],
)  # fmt: skip
def test_plain_text(myst: str, plain: str) -> None:
    assert bundles.plain_text(myst, TOLD, NUMBERS) == plain


def test_plain_text_fills_in_published_figures() -> None:
    text = bundles.plain_text("{fact}`timmermans.comments` comments", {}, {})
    assert text == f"{published.fact('timmermans.comments').text} comments"


def test_plain_text_refuses_what_was_not_told() -> None:
    with pytest.raises(KeyError):
        bundles.plain_text("{fact}`=median`", TOLD, NUMBERS)


# ---------------------------------------------------------------------------- bundles


def test_zip_depends_on_names_and_content_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"b.txt": b"two" * 100, "a/c.txt": b"one"}
    made = bundles.zipped(files)
    monkeypatch.setattr(time, "time", lambda: 2e9)
    assert bundles.zipped(dict(reversed(files.items()))) == made
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.namelist() == ["a/c.txt", "b.txt"]
        assert archive.read("b.txt") == files["b.txt"]
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o644}
        assert archive.testzip() is None


def test_requirements_are_all_that_is_needed_and_pinned() -> None:
    first, *lines = bundles.requirements("gov_casebook-1.whl").splitlines()
    assert first == "./gov_casebook-1.whl"
    pins = dict(line.split("==") for line in lines)
    assert list(pins) == sorted(pins)
    for direct in ("pandas", "networkx", "igraph", "altair", "pyvis", "nbclient", "ipykernel"):
        assert pins[direct] == version(direct)
    for indirect in ("python-dateutil", "jinja2", "pyzmq", "narwhals"):
        assert indirect in pins
    for unneeded in ("gov-casebook", "sphinx", "jupyter-book", "pytest", "playwright"):
        assert unneeded not in pins


def test_a_bundle_is_named_after_its_file() -> None:
    assert bundles.bundle_name("chapters/cases/benno_l") == "benno_l"
    assert bundles.bundle_name("index") == "index"


# ---------------------------------------------------------------------------- facts and badges


def test_anchors_are_valid_unique_and_stable() -> None:
    assert figure.anchor("fact", "timmermans.comments_per_post") == (
        "fact-timmermans-comments-per-post"
    )
    anchors = [figure.anchor("fact", name) for name in published.ledger().index]
    assert len(set(anchors)) == len(anchors)
    assert all(re.fullmatch(r"fact-[a-z0-9-]+", anchor) for anchor in anchors)


@pytest.mark.parametrize("kind", KINDS)
def test_badges_say_their_kind_in_words_and_link_to_it(kind: str) -> None:
    badge = outputs.badge(kind, "where.html")
    assert f'href="where.html#{kind}"' in badge
    assert (
        re.sub(r"<span aria-hidden.*?</span>|<[^>]+>", "", badge).strip() == f"Provenance: {kind}"
    )
    assert "cb-sources" not in badge


def test_badges_escape_their_sources() -> None:
    badge = outputs.badge("coded", "where.html", "<b>&; two")
    assert '<span class="cb-sources">&lt;b&gt;&amp;; two</span>' in badge


# ---------------------------------------------------------------------------- payloads


def payload(**changes: Any) -> dict[str, Any]:
    """What a marked reconstruction hands to the page."""
    picture = f"<svg>{figure.MARK}</svg>"
    held = {
        "name": "some",
        "kind": "reconstructed",
        "type": "network",
        "mark": figure.MARK,
        "content": {"mark": figure.MARK},
        "pictures": {"light": picture, "dark": picture},
    }
    return {**held, **changes}


def test_a_marked_reconstruction_may_be_shown() -> None:
    outputs._check_payload(payload())
    outputs._check_payload(payload(kind="coded", pictures={"light": "<svg/>", "dark": "<svg/>"}))
    outputs._check_payload(payload(type="table", pictures={}, content={}))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_unmarked_picture_of_a_reconstruction_is_refused(theme: str) -> None:
    pictures = {**payload()["pictures"], theme: "<svg></svg>"}
    with pytest.raises(ExtensionError, match=r"Figure some .*Remedy"):
        outputs._check_payload(payload(pictures=pictures))


def test_an_unmarked_drawing_of_a_reconstruction_is_refused() -> None:
    with pytest.raises(ExtensionError, match=r"Figure some .*Remedy"):
        outputs._check_payload(payload(content={"mark": ""}))
    chart = payload(type="chart", content={"spec": {"title": {"text": "Some other title"}}})
    with pytest.raises(ExtensionError, match=r"Figure some .*Remedy"):
        outputs._check_payload(chart)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ExtensionError, match="unknown provenance kind 'guessed'"):
        outputs._check_payload(payload(kind="guessed"))


def test_data_cannot_close_its_script() -> None:
    held = outputs._inert('{"name":"</script><!--"}')
    assert "<" not in held and held.replace("\\u003c", "<") == '{"name":"</script><!--"}'


# ---------------------------------------------------------------------------- freshness


def test_fingerprint_sees_every_change_of_data(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    held = tmp_path / "a" / "x.csv"
    held.write_text("1\n")
    seen = {freshness.fingerprint(tmp_path)}
    assert freshness.fingerprint(tmp_path) in seen
    held.write_text("2\n")
    seen.add(freshness.fingerprint(tmp_path))
    held.rename(tmp_path / "a" / "y.csv")
    seen.add(freshness.fingerprint(tmp_path))
    (tmp_path / "z").write_text("")
    seen.add(freshness.fingerprint(tmp_path))
    assert len(seen) == 4


def test_fingerprint_sees_versions_of_what_the_lock_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements.txt").write_text("pandas==1\nnot-for-this-system==1\n", "utf-8")
    installed = {"pandas": "1", "pytest": "1"}

    def version(name: str) -> str:
        if name not in installed:
            raise PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(freshness, "version", version)
    before = freshness.fingerprint(tmp_path / "data")
    installed["pytest"] = "2"
    assert freshness.fingerprint(tmp_path / "data") == before
    installed["pandas"] = "2"
    assert freshness.fingerprint(tmp_path / "data") != before


# ---------------------------------------------------------------------------- names for the ear


def test_unseen_words_are_escaped() -> None:
    assert exhibits.unseen("of <b>") == '<span class="cb-sr">of &lt;b&gt;</span>'
