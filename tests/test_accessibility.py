"""The statement on accessibility names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

from casebook import accessibility, published


def test_every_test_that_is_named_exists(root: Path) -> None:
    listed = published.exhibit("access_checks")
    automatic = listed[listed["how"] == "automatic"]
    assert len(automatic) > 10
    for named in automatic["locator"]:
        file, _, test = named.partition("::")
        text = (root / file).read_text("utf-8")
        assert not test or f"def {test}(" in text, named


def test_every_test_of_access_is_named(root: Path) -> None:
    text = (root / "tests" / "test_browser_access.py").read_text("utf-8")
    named = " ".join(published.exhibit("access_checks")["locator"])
    beside = {
        "test_focus_can_be_seen_in_both_themes",
        "test_terms_are_explained_to_screen_readers",
        "test_what_is_under_the_pointer_in_a_network_can_be_dismissed",
        "test_headings_skip_no_level",
    }
    there = re.findall(r"def (test_\w+)", text)
    assert [test for test in there if test not in named and test not in beside] == []


def test_tests_are_told_in_words() -> None:
    told = set(accessibility.checks()["test"])
    assert "every stop of the keyboard (tests/test_browser_access.py)" in told
    assert "tests/test_factsheet.py" in told


def test_criteria_are_counted_once() -> None:
    listed = accessibility.checks()
    named = re.findall(r"\b\d\.\d\.\d+\b", " ".join(listed["criteria"]))
    assert accessibility.checked(listed).startswith(f"{len(set(named))} success criteria")


def test_what_is_left_has_all_parts_of_the_model() -> None:
    rows = accessibility.left()
    assert {"cause", "consequence", "instead", "to be done", "when"} <= set(rows.columns)
    assert not (rows == "").any(axis=None)
