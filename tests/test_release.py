"""What ``make release`` puts together: on a small site of its own, and the clear refusals."""

from __future__ import annotations

import hashlib
import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from casebook.errors import CasebookError
from casebook_book import release
from casebook_book.editions import PLACE


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A folder as two builds leave it."""
    site = tmp_path / "_build" / "html"
    for name, text in {
        "index.html": f"<h1>Book</h1>{PLACE}",
        "chapters/behind/rerun.html": f"<h1>Run</h1>{PLACE}",
        "chapters/one.html": "<h1>One</h1>",
        ".buildinfo": "of Sphinx",
        "downloads/one.zip": "a bundle",
        "downloads/data/one_factsheet.pdf": "a sheet",
    }.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text, "utf-8")
    for name, text in {
        "_build/bookpdf/book.pdf": "%PDF of the book",
        "data/datapackage.json": "{}",
        "data/README.md": "# The data",
        "data/published/ledger.csv": "id\n",
        "requirements.txt": "-e .\npandas==3.1.1\n    # via x\nappnope==1.0 ; os_name == 'x'\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def files(folder: Path) -> dict[str, bytes]:
    found = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


def test_holds_everything_and_says_what_each_file_is(book: Path) -> None:
    made = release.release(book)
    manifest = json.loads((made / "manifest.json").read_text("utf-8"))
    assert manifest["packages"] == {"pandas": "3.1.1", "appnope": "1.0"}
    listed = {f["path"]: f for f in manifest["files"]}
    there = files(made)
    assert set(listed) == set(there) - {"manifest.json", "SHA256SUMS"}
    for name, file in listed.items():
        assert file["kind"]
        assert file["bytes"] == len(there[name])
        assert file["sha256"] == hashlib.sha256(there[name]).hexdigest()
    assert {n for n in there if not n.startswith("site/")} == {
        "gov-casebook.pdf",
        "gov-casebook-site.zip",
        "gov-casebook-data.zip",
        "factsheets/one.pdf",
        "manifest.json",
        "SHA256SUMS",
    }
    assert "site/.buildinfo" not in there


def test_checksums_are_in_the_form_that_sha256sum_reads(book: Path) -> None:
    made = release.release(book)
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=made, check=False
    )
    assert checked.returncode == 0
    assert len((made / "SHA256SUMS").read_text("utf-8").splitlines()) == len(files(made)) - 1


def test_the_same_site_gives_the_same_bytes(book: Path) -> None:
    first = files(release.release(book))
    for path in sorted(book.rglob("*"), reverse=True):
        path.touch()
    assert files(release.release(book)) == first


def test_the_zip_holds_the_pdf_once_and_offers_only_what_it_holds(book: Path) -> None:
    made = release.release(book)
    with zipfile.ZipFile(made / "gov-casebook-site.zip") as archive:
        names = archive.namelist()
        front = archive.read("gov-casebook-site/index.html").decode()
    assert names == sorted(names)
    assert [n for n in names if n.endswith("gov-casebook.pdf")] == [
        "gov-casebook-site/downloads/gov-casebook.pdf"
    ]
    assert "gov-casebook-site/downloads/one.zip" in names
    assert not [n for n in names if n.endswith("site.zip")]
    assert 'href="downloads/gov-casebook.pdf"' in front
    assert "gov-casebook-site.zip" not in front


def test_the_site_offers_both_from_every_depth(book: Path) -> None:
    site = release.release(book) / "site"
    for page, root in (("index.html", ""), ("chapters/behind/rerun.html", "../../")):
        text = (site / page).read_text("utf-8")
        assert PLACE not in text
        for name in (release.PDF, release.SITE_ZIP):
            assert f'href="{root}downloads/{name}"' in text
            assert (site / page).parent.joinpath(root, "downloads", name).is_file()
    assert (site / "chapters" / "one.html").read_text("utf-8") == "<h1>One</h1>"


def test_the_data_package_is_the_folder_of_data(book: Path) -> None:
    with zipfile.ZipFile(release.release(book) / "gov-casebook-data.zip") as archive:
        assert archive.namelist() == [
            "gov-casebook-data/README.md",
            "gov-casebook-data/datapackage.json",
            "gov-casebook-data/published/ledger.csv",
        ]


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ("_build/html/index.html", "_build/html/index.html is missing"),
        ("_build/bookpdf/book.pdf", "_build/bookpdf/book.pdf is missing"),
        ("_build/html/downloads/data/one_factsheet.pdf", "no factsheet"),
        ("data/datapackage.json", "data/datapackage.json is missing"),
    ],
)
def test_what_is_missing_is_named_and_the_last_release_kept(
    book: Path, gone: str, said: str
) -> None:
    before = files(release.release(book))
    (book / gone).unlink()
    with pytest.raises(CasebookError, match=said) as refused:
        release.release(book)
    assert "make" in str(refused.value)
    assert files(book / "_build" / "release") == before
    assert not (book / "_build" / "release-unfinished").exists()


def test_a_site_without_a_place_for_the_offer_is_refused(book: Path) -> None:
    for page in ("index.html", "chapters/behind/rerun.html"):
        (book / "_build" / "html" / page).write_text("<h1>Page</h1>", "utf-8")
    with pytest.raises(CasebookError, match="editions"):
        release.release(book)


def test_a_full_disk_is_said_and_leaves_the_last_release(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(release.release(book))

    def full(_self: Path, _text: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CasebookError, match=r"No space left on device.*make room"):
        release.release(book)
    assert files(book / "_build" / "release") == before
    assert not (book / "_build" / "release-unfinished").exists()


def test_commit_and_altered_files_are_noted(book: Path) -> None:
    def git(*words: str) -> None:
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", *identity, *words], cwd=book, check=True, capture_output=True)

    def manifest() -> dict[str, object]:
        made: dict[str, object] = json.loads(
            (release.release(book) / "manifest.json").read_text("utf-8")
        )
        return made

    assert manifest()["commit"] is None
    (book / ".gitignore").write_text("_build\n", "utf-8")
    git("init")
    git("add", ".")
    git("commit", "-m", "first")
    clean = manifest()
    assert isinstance(clean["commit"], str)
    assert len(clean["commit"]) == 40
    assert clean["dirty"] is False
    (book / "data" / "README.md").write_text("other", "utf-8")
    assert manifest()["dirty"] is True


@pytest.mark.site
def test_a_plain_build_has_the_places_and_no_link_to_what_is_not_there(site: Path) -> None:
    pages = {p: p.read_text("utf-8") for p in site.rglob("*.html")}
    assert len([page for page, text in pages.items() if PLACE in text]) >= 2
    for text in pages.values():
        assert f"downloads/{release.PDF}" not in text
        assert f"downloads/{release.SITE_ZIP}" not in text
