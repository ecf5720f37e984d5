"""The written report: words follow the numbers, and what has no number is left out."""

from __future__ import annotations

import pytest

from casebook import graph_report, measure_set, results

NONE = float("nan")
PLAIN = {
    "messages": 200, "actors": 50, "nodes": 40, "edges": 60, "self_loops": 0, "density": 0.05,
    "reciprocity": 0.2, "components": 3, "largest_component": 0.8, "communities": 4,
    "modularity": 0.6, "modularity_null_mean": 0.3, "modularity_null_sd": 0.02,
    "stability_ari_mean": 0.95, "stability_ari_min": 0.92, "gini_messages": 0.5,
    "top1_share": 0.1, "top10_share": 0.4, "assortativity_role": 0.1, "ei_index": 0.3,
    "response_rate": 0.25, "median_response_hours": 2.0,
}  # fmt: skip


def told(**changes: float) -> dict[str, str]:
    brokers = [("a newspaper", 90.0), ("citizen", 10.0)]
    frame = graph_report.report({**PLAIN, **changes}, brokers)
    return dict(zip(frame["aspect"], frame["finding"], strict=True))


def test_every_measure_of_the_set_may_be_given() -> None:
    assert set(PLAIN) == set(measure_set.MEASURES)
    assert len(told()) == 9


@pytest.mark.parametrize(
    ("aspect", "changes", "words"),
    [
        ("Size", {"density": 0.001}, "the network is sparse"),
        ("Size", {"density": 0.3}, "the network is dense"),
        ("Size", {}, "neither sparse nor dense"),
        ("Cohesion", {"components": 1}, "All accounts with a tie hang together"),
        ("Cohesion", {}, "into 3 parts; the largest holds 80%"),
        ("Groups", {}, "clearer than chance"),
        ("Groups", {"modularity_null_mean": 0.59}, "no clearer than chance"),
        ("Stability", {}, "nearly the same groups each time"),
        ("Stability", {"stability_ari_min": 0.5}, "mostly the same groups"),
        ("Stability", {"stability_ari_min": 0.1, "stability_ari_mean": 0.4}, "other groups"),
        ("Roles", {}, "leave the sender's role"),
        ("Roles", {"ei_index": -0.4}, "stay within a role"),
        ("Brokers", {}, "a newspaper; citizen"),
        ("Response", {}, "25% of the messages"),
        ("Response", {"median_response_hours": NONE}, "addressed to it."),
    ],
)
def test_words_follow_the_numbers(aspect: str, changes: dict[str, float], words: str) -> None:
    assert words in told(**changes)[aspect]


@pytest.mark.parametrize(
    ("aspect", "measure"),
    [
        ("Return", "reciprocity"),
        ("Groups", "modularity"),
        ("Stability", "stability_ari_mean"),
        ("Roles", "ei_index"),
        ("Response", "response_rate"),
        ("Participation", "gini_messages"),
        ("Cohesion", "components"),
    ],
)
def test_what_has_no_number_is_left_out(aspect: str, measure: str) -> None:
    assert aspect not in told(**{measure: NONE})


def test_without_ties_nobody_is_a_broker() -> None:
    assert "Brokers" not in set(graph_report.report(PLAIN, [])["aspect"])


def test_brokers_of_one_description_are_counted() -> None:
    alike = [("citizen", 9.0), ("a newspaper", 8.0), ("citizen", 7.0), ("ministry", 6.0)]
    told = graph_report.report(PLAIN, alike).set_index("aspect")["finding"]
    assert told["Brokers"].endswith("that of: citizen (2 accounts); a newspaper.")


def test_a_kept_case_can_be_reported_on() -> None:
    frame = graph_report.report(results.kept("benno_l"), [])
    assert "Return" in set(frame["aspect"])
