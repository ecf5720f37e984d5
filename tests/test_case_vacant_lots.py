"""The arithmetic of the vacant lots, worked by hand, and both networks side by side."""

from __future__ import annotations

import networkx as nx
import pandas as pd
import pytest

from casebook import conversation, measures, provenance
from casebook.cases import common, vacant_lots
from casebook.conversation import Conversation
from casebook.provenance import Provenance, mark


def test_rates_are_those_of_the_totals() -> None:
    table = vacant_lots.numbers().set_index("what")
    # 371 / 32 months, 371 / 282, a third of 371, the rest, 124 / 3, 247 / 279
    assert list(table["LinkedIn"]) == ["11.6", "1.32", "124", "247", "41.3", "0.885"]
    # 381 / 26 months, 381 / 55, three quarters of 381, the rest, 286 / 3, 95 / 52
    assert list(table["Twitter"]) == ["14.7", "6.93", "286", "95", "95.3", "1.83"]
    assert provenance.of(vacant_lots.numbers()).kind == "derived"


def test_what_the_totals_leave_for_the_silent_and_for_single_tweets() -> None:
    assert vacant_lots.silent() == 282 - 3 - 247
    # with 8 single tweets the other 44 would send 88 or more: 96, one too many
    assert vacant_lots.once() == 9
    assert 8 + 2 * (52 - 8) > 95 >= 9 + 2 * (52 - 9)


def test_how_many_may_be_in_both() -> None:
    assert vacant_lots.in_both() == (2, 54)
    assert vacant_lots.together() == (282 + 55 - 54, 282 + 55 - 2)


def test_rounding_hides_few_citizens() -> None:
    least = (61, 208, 10)  # the smallest counts that round to the printed percentages
    assert [round(100 * n / 282) for n in least] == [22, 74, 4]
    assert [round(100 * (n - 1) / 282) for n in least] == [21, 73, 3]
    assert vacant_lots.hidden_citizens() == 282 - sum(least)


def test_most_of_the_action_is_bounded_from_below() -> None:
    table = vacant_lots.first_year()
    # 124 would leave 247 to two years, one of them with 124 as well; 128 leaves 127 and 126
    assert list(table["in 2011"]) == ["125 or more", "186 or more", "128 or more", "191 or more"]
    # 20 September to 31 December: 103 days; 1 January 2012 to 31 October 2013: 670
    assert table["per day"].iloc[2] == f"{128 / 103:.2f} or more"
    assert table["per day later"].iloc[2] == f"{253 / 670:.2f} or less"
    assert table["times as many"].iloc[2] == f"{128 / 103 / (253 / 670):.1f} or more"
    assert table["per day"].iloc[0] == f"{125 / 299:.2f} or more"


def test_bounds_of_the_gini() -> None:
    table = vacant_lots.bounds().set_index("platform")
    even = [41, 41, 42, *[1] * 247, *[0] * 32]
    assert (len(even), sum(even)) == (282, 371)
    assert table.loc["LinkedIn", "lowest"] == round(measures.gini(pd.Series(even)), 2)
    assert table.loc["Twitter", "lowest"] == 0.71
    made = vacant_lots.inequality().set_index("platform")
    for platform in table.index:
        made_here = float(made.loc[platform, "reconstruction"])
        assert table.loc[platform, "lowest"] <= made_here <= table.loc[platform, "highest"]
    assert provenance.of(vacant_lots.bounds()).kind == "derived"
    assert provenance.of(vacant_lots.inequality()).kind == "reconstructed"


def test_targets_print_the_share_and_the_whole_number() -> None:
    table = vacant_lots.targets().set_index("ledger id")
    assert table.loc["vacant_lots.members_government", "published"] == "22%, so 62"
    assert table.loc["vacant_lots.linkedin_members", "published"] == "282"
    assert len(table) == 10


def test_the_standard_measures_stand_side_by_side() -> None:
    table = vacant_lots.measured()
    for platform, case in vacant_lots.NETWORKS.items():
        own = common.measured(case)
        assert list(table["measure"]) == list(own["measure"])
        assert list(table[platform]) == list(own["value"])
    readings = table.set_index("measure")["how to read it"]
    assert readings["Reciprocity"].endswith("LinkedIn: The ties have no direction.")
    assert "by design" in readings["Response rate"]


def test_both_reports_in_words_aspect_by_aspect() -> None:
    table = vacant_lots.in_words().set_index("aspect")
    assert "Response" not in table.index
    assert table.loc["Return", "LinkedIn"] == "–"
    assert table.loc["Size", "LinkedIn"].startswith("136 accounts sent 371 messages")
    assert table.loc["Size", "Twitter"].startswith("55 accounts sent 381 messages")
    assert table.loc["Brokers", "LinkedIn"].count("initiator") >= 1
    # What the page says of groups and chance.
    for platform in vacant_lots.NETWORKS:
        assert "no clearer than chance" in table.loc["Groups", platform]


def test_taking_the_centre_out() -> None:
    table = vacant_lots.pieces()
    left = table["without its centre"].str.rstrip("%").astype(int)
    whole = table["in one piece"].str.rstrip("%").astype(int)
    assert whole.min() > 90
    # The page says: by the same rule the contrast survives, at less than half its size.
    assert left[0] > left[1] > left[2]
    assert left[1] - left[2] < (left[0] - left[2]) / 2


def test_who_comments_on_whose_post() -> None:
    rows = [
        ("1", "ann", "post", ""),
        ("2", "bob", "comment", "1"),
        ("3", "ann", "comment", "1"),
        ("4", "bob", "post", ""),
        ("5", "ann", "comment", "4"),
        ("6", "cem", "comment", "4"),
    ]
    messages = pd.DataFrame(rows, columns=["message_id", "author", "kind", "parent_id"])
    messages["time"] = pd.Timestamp("2014-01-01T00:00Z")
    actors = pd.DataFrame({"actor": ["ann", "bob", "cem"], "role": "citizen"})
    checked = conversation.validate(messages, actors)
    yours = Provenance("yours")
    conv = Conversation(mark(checked[0], yours), mark(checked[1], yours), "test")
    graph = vacant_lots.answers(conv)
    assert nx.to_dict_of_dicts(graph) == {
        "ann": {"bob": {"weight": 2}},
        "bob": {"ann": {"weight": 2}, "cem": {"weight": 1}},
        "cem": {"bob": {"weight": 1}},
    }


def test_followings_are_counted_from_both_ends_of_a_tie() -> None:
    table = vacant_lots.followings().set_index("civil servant")
    assert list(table.index) == ["civil servant A", "civil servant B", "civil servant C"]
    assert (table["also tied to another"] <= table["accounts tied"]).all()
    # Who is tied to two officials is counted in both followings.
    assert table["also tied to another"].sum() >= 2
    tweets = conversation.load("vacant_lots_twitter")
    rows = tweets.messages[tweets.messages["target"] != ""]
    hub = {"p0001", "p0002", "p0003"}
    near = set(rows.loc[rows["target"] == "p0001", "author"])
    near |= set(rows.loc[rows["author"] == "p0001", "target"])
    assert table.loc["civil servant A", "accounts tied"] == len(near - hub)


@pytest.mark.parametrize("case", vacant_lots.NETWORKS.values())
def test_maps_and_groups_follow_the_coded_tables(case: str) -> None:
    view = common.group_map(case, members=True)
    assert set(view.groups["colour"]) == {"grey"}
    assert view.provenance.kind == "coded"
    looks = vacant_lots.looks(case)
    assert "grey" not in set(looks.loc[looks["group"] != "unknown", "colour_nl"])
    assert looks["colour_nl"].is_unique


def test_officials_are_tied_to_their_own_following_strongly() -> None:
    view = vacant_lots.hub_map()
    names = view.nodes["label"]
    ends = {
        (frozenset((names[e.source], names[e.target])), e.weight) for e in view.edges.itertuples()
    }
    strong = {
        (frozenset((f"Civil servant {a}", f"{n} following")), 3.0)
        for a, n in (("A", "First"), ("B", "Second"), ("C", "Third"))
    }
    assert strong < ends
    assert sum(weight == 1 for _, weight in ends) == len(ends) - 3 == 3
    assert view.provenance.kind == "coded"


def test_the_card_names_months_where_no_days_are_printed() -> None:
    card = common.card("vacant_lots").set_index("what")["about this case"]
    assert card["Collected"].endswith(", March 2011 to October 2013")
