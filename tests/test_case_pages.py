"""The pages of organisations: arithmetic on printed figures, coded groups, answers, one post."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest

from casebook import conversation, measures, networks, provenance, published, results
from casebook.cases import common, deventer, education_ministry, pages, rijkswaterstaat
from casebook.conversation import Conversation

CASES = {
    "rijkswaterstaat": rijkswaterstaat,
    "education_ministry": education_ministry,
    "deventer": deventer,
}
CHAPTERS = Path(__file__).parent.parent / "chapters" / "cases"
SOURCES = os.environ.get("CASEBOOK_SOURCES")


# Arithmetic


def test_rijkswaterstaat_by_hand() -> None:
    table = rijkswaterstaat.numbers()
    # 1957 / 70, (1957 - 709) / 69, 709 / 1957, 1957 / 18 rounded up, 70 * 491, 491 / (74260 / 75),
    # 709 * 708 / 2, 70 / 90
    assert list(table["value"]) == [
        "28.0", "18.1", "36.2", "less than 108.8", "34,370", "49.6", "250,986", "0.778", "64",
    ]  # fmt: skip
    assert provenance.of(table).kind == "derived"


def test_the_ministry_by_hand() -> None:
    table = education_ministry.numbers()
    # 106 / 75, 49 / 74, 57 / 106, 74 - 49, 74 - 24, 49 / 7, 57 * 56 / 2, 90 / 30, 3 / 30
    assert list(table["value"]) == [
        "1.41", "0.662", "53.8", "25", "50", "7", "1,596", "3", "10", "64",
    ]  # fmt: skip
    assert provenance.of(table).kind == "derived"


def test_quiet_posts_are_those_that_cannot_have_two_comments() -> None:
    # 49 comments give 24 of the other 74 posts two each, with one left over
    assert education_ministry.quiet_posts() == 50


def test_deventer_by_hand() -> None:
    table = deventer.numbers()
    # 67 / 90, 4, 67 * 4, 67 * 20, 66 * 5 + 20, 268 / 1, pairs among 4, 67 * 6
    assert list(table["value"]) == [
        "0.744", "64", "4", "268", "1,340", "350", "less than 268", "6", "402",
    ]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_reconstruction_lies_within_the_bounds(case: str) -> None:
    table = pages.post_inequality(CASES[case].inequality_bounds(), conversation.load(case))
    for low, high, made in table[["lowest", "highest", "reconstruction"]].to_numpy():
        assert low <= made <= high
    assert table["measure"].iloc[0] == "Comments on the fullest post"


def test_bounds_without_a_total_are_those_of_all_totals() -> None:
    bounds = deventer.inequality_bounds().set_index("measure")
    even, uneven = pd.Series([4] * 67), pd.Series([4] + [0] * 66)
    assert bounds.loc["gini", "lowest"] == measures.gini(even) == 0
    assert bounds.loc["gini", "highest"] == pytest.approx(measures.gini(uneven))
    for share in (0.01, 0.1):
        row = bounds.loc[f"top {100 * share:g} %"]
        assert row["lowest"] == pytest.approx(measures.top_share(even, share))
        assert row["highest"] == measures.top_share(uneven, share)


# Coded groups


@pytest.mark.parametrize("case", CASES)
def test_ties_run_between_coded_groups_and_say_why(case: str) -> None:
    groups, ties = published.exhibit(f"{case}_groups"), published.exhibit(f"{case}_ties")
    assert set(ties["source"]) | set(ties["target"]) <= set(groups["group"])
    assert (ties["within"] == (ties["source"] == ties["target"])).all()
    pairs = [frozenset(pair) for pair in zip(ties["source"], ties["target"], strict=True)]
    assert len(pairs) == len(set(pairs))
    assert ties["reason"].str.len().min() > 10


def test_the_ministry_has_as_many_groups_as_printed_and_no_tie() -> None:
    groups, ties = (published.exhibit(f"education_ministry_{t}") for t in ("groups", "ties"))
    small = groups["group"].str.startswith("small").sum()
    assert small == published.value("education_ministry.small_groups")
    assert len(groups) - small == published.value("education_ministry.larger_groups")
    assert set(ties["strength"]) == {"none"}
    assert len(ties) == 8 * 7 / 2
    assert len(common.group_map("education_ministry").edges) == 0
    assert len(common.group_map("education_ministry").nodes) == 8


def test_small_groups_told_alike_take_one_row() -> None:
    table = education_ministry.groups()
    assert list(table["group"]) == ["Teachers' grant", "Small groups A to G"]
    assert provenance.of(table).kind == "coded"


def test_the_map_of_rijkswaterstaat_has_one_strong_tie() -> None:
    view = common.group_map("rijkswaterstaat")
    strong = view.edges[view.edges["weight"] == 3]
    names = view.nodes["label"]
    assert len(strong) == 1
    ends = {names[strong["source"].iloc[0]], names[strong["target"].iloc[0]]}
    assert ends == {"Questions and answers", "Photographs"}
    assert len(view.edges) == 4


@pytest.mark.skipif(not SOURCES, reason="CASEBOOK_SOURCES is not set")
@pytest.mark.parametrize("case", CASES)
def test_dutch_labels_are_words_of_the_report(case: str) -> None:
    assert SOURCES
    text = (Path(SOURCES) / "twente-overheidsparticipatie.txt").read_text("utf-8")
    said = re.sub(r"[\s-]", "", text).casefold()
    groups = published.exhibit(f"{case}_groups")
    base = {"rood": "rodegroep", "paars": "paarsegroep", "donkerblauw": "donkerblauwegroep"}
    for label in [*groups["label_nl"], *groups["colour_nl"].replace("", pd.NA).dropna()]:
        wanted = base.get(label, re.sub(r"[\s-]", "", label).casefold())
        assert wanted in said, label


# Answers and one post


def _tiny() -> Conversation:
    """A page (p1) with two posts; p2 and p3 comment on the first, p3 also on the second; p4 posts.

    The page answers p2 after two hours and p4's post after four.
    """
    rows = [
        ("m1", "p1", "09:00", "post", "", ""),
        ("m2", "p1", "10:00", "post", "", ""),
        ("m3", "p2", "10:30", "comment", "m1", ""),
        ("m4", "p3", "11:00", "comment", "m1", ""),
        ("m5", "p3", "11:30", "comment", "m2", ""),
        ("m6", "p1", "12:30", "reply", "m3", "p2"),
        ("m7", "p4", "13:00", "post", "", "p1"),
        ("m8", "p1", "17:00", "comment", "m7", ""),
    ]
    messages = pd.DataFrame(
        rows, columns=["message_id", "author", "time", "kind", "parent_id", "target"]
    )
    messages["time"] = "2014-01-02T" + messages["time"] + "Z"
    actors = pd.DataFrame(
        {
            "actor": ["p1", "p2", "p3", "p4"],
            "role": ["government", "citizen", "citizen", "citizen"],
        }
    )
    tables = conversation.validate(messages, actors)
    origin = provenance.Provenance("yours")
    return Conversation(
        provenance.mark(tables[0], origin), provenance.mark(tables[1], origin), "tiny"
    )


def test_answers_by_hand() -> None:
    table = pages.answers(_tiny()).set_index("what")
    assert table.loc["Comments by citizens"].tolist() == [3, 1, 33.3, "2.0"]
    assert table.loc["Posts by citizens"].tolist() == [1, 1, 100.0, "4.0"]
    asked = measures.responsiveness(_tiny()).set_index("measure")["value"]
    assert asked["asked"] == 4
    assert asked["answered"] == 2
    assert asked["median_hours"] == 3


def test_a_page_without_posts_by_citizens_has_one_row() -> None:
    table = pages.answers(conversation.load("rijkswaterstaat"))
    assert list(table["what"]) == ["Comments by citizens"]


def test_comments_over_posts_and_people_leave_citizens_posts_out() -> None:
    assert pages.comments_by_post(_tiny()).to_dict() == {"m1": 3, "m2": 1}
    assert pages.citizens_comments(_tiny()).to_dict() == {"p2": 1, "p3": 2}


def test_without_the_fullest_post_by_hand() -> None:
    conv = _tiny()
    more = conv.messages.iloc[[4, 4]].assign(
        message_id=["m9", "m10"], author=["p2", "p4"], parent_id=["m2", "m1"]
    )
    messages = pd.concat([conv.messages, more], ignore_index=True)
    fuller = replace(conv, messages=provenance.derive(messages, conv.messages))
    table = pages.one_post(fuller).set_index("what")
    # all three comment on the first post; on the second only p2 and p3 do
    assert table.loc["People who comment"].tolist() == ["3", "2"]
    assert table.loc["Ties"].tolist() == ["3", "1"]
    assert table.iloc[3].tolist() == ["100.0", "100.0"]


def test_the_vote_makes_nearly_all_ties_of_rijkswaterstaat() -> None:
    table = pages.one_post(conversation.load("rijkswaterstaat")).set_index("what")
    with_it, without = (int(n.replace(",", "")) for n in table.loc["Ties"])
    assert without < 0.05 * with_it
    assert float(table.loc["Modularity", "without it"]) > 0.4
    assert float(table.loc["Modularity", "with it"]) < 0.05


def test_the_drawn_network_has_no_one_without_a_tie() -> None:
    graph = pages.tied(conversation.load("deventer"))
    assert min(degree for _, degree in graph.degree()) > 0
    assert isinstance(graph, nx.Graph)
    people = networks.commenters(conversation.load("deventer"))
    assert set(graph) < set(people.index[people["role"] == "citizen"])


# Pages


@pytest.mark.parametrize("case", CASES)
def test_a_page_has_the_bones_of_the_first_case(case: str) -> None:
    def headings(name: str) -> list[str]:
        found = re.findall(r"(?m)^## (.*)$", (CHAPTERS / f"{name}.md").read_text("utf-8"))
        # The sheet of the case stands in between, where there is one.
        return [heading for heading in found if heading != "On the wall"]

    first, here = headings("timmermans"), headings(case)
    assert here[2].endswith("as the report tells them")
    assert [*here[:2], *here[3:]] == [*first[:2], *first[3:]]


@pytest.mark.parametrize("case", CASES)
def test_every_exhibit_of_a_page_bears_its_name_and_is_spoken_of(case: str) -> None:
    text = (CHAPTERS / f"{case}.md").read_text("utf-8")
    names = re.findall(r"(?m)^    name: (\S+)$", text)
    assert len(names) >= 12
    for name in names:
        assert name.startswith(f"fig-{case.replace('_', '-')}-")
        assert f"{{numref}}`{name}`" in text


def test_what_the_pages_say_of_modularity_holds() -> None:
    kept = {case: results.kept(case) for case in CASES}
    above = {
        case: (k["modularity"] - k["modularity_null_mean"]) / k["modularity_null_sd"]
        for case, k in kept.items()
    }
    assert max(above.values()) < 3
    assert kept["education_ministry"]["stability_ari_min"] == 1
    assert kept["deventer"]["modularity"] > 5 * kept["education_ministry"]["modularity"]
    assert kept["rijkswaterstaat"]["stability_ari_mean"] > 0.9
