"""The community officer's page: its arithmetic, its tests of statements, what is kept of them."""

from __future__ import annotations

import csv
import html
from dataclasses import replace

import pandas as pd
import pytest

from casebook import (
    conversation,
    factsheet,
    figure,
    networks,
    networkview,
    provenance,
    published,
    reconstruct,
    results,
    statements,
)
from casebook.cases import common, community_officer
from casebook.conversation import Conversation
from casebook.paths import data_dir

NAMING, FOLLOWING = community_officer.NETWORKS.values()


@pytest.fixture(scope="module")
def naming() -> Conversation:
    return conversation.load(NAMING)


@pytest.fixture(scope="module")
def following() -> Conversation:
    return conversation.load(FOLLOWING)


def outcome(conv: Conversation) -> dict[str, bool]:
    """By statement, in the order of its tests: ``small_1``, ``small_2`` and so on."""
    found: dict[str, bool] = {}
    for test, held in zip(statements.tests(conv.case), statements.holds(conv), strict=True):
        name = test.statement_id.removeprefix(f"{conv.case}_")
        place = sum(key.rsplit("_", 1)[0] == name for key in found) + 1
        found[f"{name}_{place}"] = bool(held)
    return found


def regrouped(conv: Conversation, groups: pd.Series) -> Conversation:
    return replace(conv, actors=conv.actors.assign(group=groups.to_numpy()))


def changed(conv: Conversation, rows: pd.Series, **values: object) -> Conversation:
    messages = conv.messages.copy()
    for column, value in values.items():
        messages.loc[rows, column] = value
    return replace(conv, messages=messages)


# Arithmetic


def test_dates_by_hand() -> None:
    table = community_officer.numbers().set_index("what")["value"]
    # 1249 days from 1 August 2010 to 1 January 2014, 1339 to 31 March and that day
    assert list(table) == ["90", "3.42", "3.67", "5", "4", "4.44"]
    assert community_officer.years() == pytest.approx((1249 / 365.25, 1339 / 365.25))
    assert published.value("community_officer.years_tweeting") > community_officer.years()[1]
    assert provenance.of(community_officer.numbers()).kind == "derived"


def test_no_size_is_printed_and_each_has_a_half_and_a_double() -> None:
    table = community_officer.sizes()
    assert set(table["printed"]) == {"not printed"}
    assert table["assumed"].tolist() == [76, 150, 237]
    assert table["halved"].tolist() == [38, 75, 119]  # 12 + 40 + 48 + 11 + 8
    assert table["doubled"].tolist() == [152, 300, 474]
    assert provenance.of(table).kind == "reconstructed"


# Tables


def test_group_maps_have_the_ties_as_worded() -> None:
    view = common.group_map(NAMING, colours=community_officer.NAMING_COLOURS)
    names = dict(enumerate(view.nodes["label"]))
    strong = view.edges[view.edges["weight"] == 3]
    assert all("The officer" in {names[e.source], names[e.target]} for e in strong.itertuples())
    assert (len(view.edges), len(strong)) == (6, 3)
    colours = view.groups.set_index("group")["colour"]
    assert colours.to_dict() == {
        "officer": "orange", "pink": "pink", "green": "green", "blue": "blue",
    }  # fmt: skip
    view = common.group_map(FOLLOWING, colours=community_officer.COLOURS)
    assert len(view.edges) == 8
    assert "grey" not in set(view.groups["colour"])


def test_measures_of_both_stand_side_by_side() -> None:
    table = community_officer.measured().set_index("measure")
    assert table.loc["Messages", ["naming", "following"]].tolist() == ["150", "0"]
    assert "by design" in table.loc["Response rate", "how to read it"]
    words = community_officer.in_words().set_index("aspect")
    assert "Response" not in words.index
    assert words.loc["Participation", "following"] == "–"
    assert words.loc["Size", "following"].startswith("238 accounts have a tie")
    assert "no clearer than chance" in words.loc["Groups", "naming"]


def test_the_middle_is_first_or_on_no_path_at_all() -> None:
    table = community_officer.middle().set_index("network")
    assert (table["tied to him"] == "100%").all()
    assert (table["place, directions disregarded"] == "1").all()
    assert table["place, along the ties"].to_dict() == {
        "naming": "none", "following": "1",
    }  # fmt: skip


def test_without_the_officer_by_hand(naming: Conversation) -> None:
    table = community_officer.without().set_index("network")
    hub = community_officer.officer(naming)
    ties = naming.messages[(naming.messages["target"] != "") & (naming.messages["target"] != hub)]
    tied = set(ties["author"]) | set(ties["target"])
    assert table.loc["naming, without him", "without a tie"] == 76 - len(tied)
    assert table.loc["naming, with him", "without a tie"] == 0
    alone, citizens = community_officer.alone()
    group = naming.actors.set_index("actor")["group"]
    left = group.drop([hub, *tied])
    assert (alone, citizens) == (len(left), (left == "blue").sum())
    assert table.loc["following, without him", "in one piece"] == "100%"


def test_found_communities_count_everyone_once(naming: Conversation) -> None:
    table = community_officer.found()
    sizes = table.drop(columns="community").sum()
    assert sizes.to_dict() == {"The officer": 1, "Local politics": 14, "Police": 18, "Citizens": 44}
    assert sizes.sum() == len(naming.actors)


# Statements


@pytest.mark.parametrize("case", [NAMING, FOLLOWING])
def test_tests_speak_of_coded_statements_of_their_case(case: str) -> None:
    coded = published.exhibit("statements").set_index("statement_id")
    tests = statements.tests(case)
    for test in tests:
        assert coded.loc[test.statement_id, "case"] == case
        assert coded.loc[test.statement_id, "testable"] == "assumption"
        assert test.kind in ("built in", "emergent")
    assert len({(test.statement_id, test.how) for test in tests}) == len(tests)
    wanted = coded[(coded["case"] == case) & (coded["testable"] != "no")].index
    assert {test.statement_id for test in tests} == set(wanted)


def test_bundled_networks_show_the_clusters(naming: Conversation, following: Conversation) -> None:
    assert outcome(naming)["clusters_1"]
    assert outcome(following)["clusters_1"]
    assert not outcome(naming)["connector_3"]  # along the ties


def test_naming_tests_fail_where_they_should(naming: Conversation) -> None:
    messages, group = naming.messages, naming.actors.set_index("actor")["group"]
    whole = outcome(naming)
    mixed = group.copy()
    mixed.iloc[1:] = group.iloc[1:].sample(frac=1, random_state=1).to_numpy()
    scattered = outcome(regrouped(naming, mixed))
    assert whole["hardly_tied_1"] and not scattered["hardly_tied_1"]
    assert not scattered["clusters_1"]

    one = group.index[-1]
    elsewhere = (messages["author"] == one) & (messages["target"] == "p0001")
    assert not outcome(changed(naming, elsewhere, target=group.index[1]))["connector_1"]
    others = (messages["target"] == "p0001") & messages["author"].ne(group.index[1])
    assert not outcome(changed(naming, others, target=group.index[1]))["connector_2"]

    retweets = (messages["kind"] == "retweet") & (messages["target"] == "p0001")
    police = retweets & messages["author"].map(group).eq("green")
    assert whole["three_publics_1"]
    assert not outcome(changed(naming, police, kind="reply"))["three_publics_1"]
    replies = messages["kind"].isin(["tweet", "reply"])
    many = outcome(changed(naming, replies, kind="retweet", target="p0001", parent_id=""))
    assert not many["few_retweets_1"] and not many["few_retweets_2"]

    # A ring through everyone else: of one piece without the officer.
    company = messages.index[(messages["kind"] == "mention") & (messages["target"] != "p0001")]
    ring = group.index[1:]
    rows = pd.DataFrame(
        {
            "message_id": [f"r{n}" for n in range(len(ring))],
            "author": ring,
            "target": [*ring[1:], ring[0]],
            "kind": "mention",
            "parent_id": "",
            "text": "",
            "weight": 1.0,
            "time": messages["time"].iloc[0],
        }
    )
    ringed = pd.concat([messages.drop(company), rows], ignore_index=True)
    tied = replace(naming, messages=provenance.derive(ringed, messages))
    assert not outcome(tied)["hardly_tied_2"]
    loose = replace(naming, messages=messages.drop(company[5:]))
    assert outcome(loose)["hardly_tied_2"]


def test_following_tests_fail_where_they_should(following: Conversation) -> None:
    group = following.actors.set_index("actor")["group"]
    mixed = group.copy()
    mixed.iloc[1:] = group.iloc[1:].sample(frac=1, random_state=1).to_numpy()
    scattered = outcome(regrouped(following, mixed))
    for statement in ("clusters_1", "clusters_2", "local_1"):
        assert not scattered[statement], statement
    swapped = outcome(regrouped(following, group.replace({"bulbs": "care", "care": "bulbs"})))
    assert not swapped["care_1"]
    swapped = outcome(regrouped(following, group.replace({"police": "care", "care": "police"})))
    assert not swapped["forces_1"]
    swapped = outcome(
        regrouped(following, group.replace({"bulbs": "national", "national": "bulbs"}))
    )
    assert not swapped["few_national_1"]
    assert not swapped["few_national_2"]

    messages = following.messages
    own = messages["author"] == "p0001"
    some = own & messages["target"].map(group).eq("national")
    back = messages["target"].eq("p0001")
    fewer = replace(following, messages=messages[~some & ~back])
    assert not outcome(fewer)["middle_1"]
    among = ~own & ~back
    across = among & messages["author"].map(group).isin(["bulbs", "community"]).ne(
        messages["target"].map(group).isin(["bulbs", "community"])
    )
    assert outcome(replace(following, messages=messages[~across]))["middle_2"]


# Kept


@pytest.mark.parametrize("case", [NAMING, FOLLOWING])
def test_kept_outcomes_are_those_of_the_code_at_every_size(case: str) -> None:
    held = published.exhibit(f"{case}_outcomes").set_index(["test", "seed"])["holds"]
    for row in results.outcomes(case, [1, 100]).itertuples():
        assert held[row.test, row.seed] == (row.holds == "true")
    kept = published.exhibit(f"{case}_sizes").set_index(["factor", "test", "seed"])["holds"]
    assert len(kept) == 2 * len(statements.tests(case)) * len(results.RECONSTRUCTIONS)
    for row in results.by_size(case, [50]).itertuples():
        assert kept[row.factor, row.test, row.seed] == (row.holds == "true")


def test_results_of_a_case_write_its_sizes(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    folder = tmp_path / "reconstructed" / NAMING
    folder.mkdir(parents=True)
    spec = data_dir() / "reconstructed" / NAMING / "spec.yml"
    monkeypatch.setattr(results, "RECONSTRUCTIONS", range(1, 3))
    monkeypatch.setattr(results, "full_network", lambda case: pd.DataFrame({"measure": []}))
    monkeypatch.setattr(results, "data_dir", lambda: tmp_path)
    assert spec.is_file()
    written = results.write(NAMING)
    assert [path.name for path in written] == ["full_network.csv", "outcomes.csv", "sizes.csv"]
    rows = list(csv.DictReader(written[2].open()))
    assert {row["factor"] for row in rows} == {"0.5", "2.0"}


def test_verdicts_have_three_sizes_and_blanks_for_what_cannot_be_tested() -> None:
    table = community_officer.verdicts()
    tested = table["worth"] != "not tested"
    columns = ["holds in", "at half the size", "at double", "of"]
    assert table.loc[tested, columns].notna().all().all()
    assert table.loc[~tested, columns].isna().all().all()
    both = len(statements.tests(NAMING)) + len(statements.tests(FOLLOWING))
    assert tested.sum() == both
    kept = published.exhibit(f"{FOLLOWING}_sizes")
    first = kept[(kept["factor"] == 0.5) & (kept["test"] == 0)]["holds"].sum()
    row = table[(table["network"] == "following")].iloc[0]
    assert row["at half the size"] == first
    shown = community_officer.shown(table)
    assert (shown.loc[~tested, "holds in"] == "").all()
    half, whole, double, of = (table.loc[0, c] for c in (*columns[1:2], columns[0], *columns[2:]))
    assert shown.loc[0, "holds in"] == f"{half}, {whole}, {double} of {of}"
    assert provenance.of(shown).kind == "reconstructed"
    assert reconstruct.sized(reconstruct.spec(FOLLOWING)) == ["people"]


def test_the_factsheet_says_that_the_size_is_simulated_too() -> None:
    graph = networks.mentions(conversation.load(NAMING))
    groups = common.coloured(NAMING, community_officer.NAMING_COLOURS)
    network = figure.network(networkview.view(graph, groups), "officer_test", "A star of tweets.")
    sheet = factsheet.sheet(NAMING, network)
    page = html.unescape(str(sheet.files["html"]))
    assert factsheet.UNMEASURED in page
    assert factsheet.SIMULATED not in page
