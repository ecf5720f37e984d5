"""Charts: marked where they must be, described, in one palette that turns with the theme."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import altair as alt
import pandas as pd
import pytest
import vl_convert as vlc

from casebook import charts, palette

ROWS = pd.DataFrame(
    {"what": ["a", "b", "c"], "n": [2.0, 9.0, 4.0], "m": [1, 2, 3], "said": ["2", "9", "4"]}
)
TALL = pd.DataFrame({"what": ["a", "a", "b"], "n": [1.0, 2.0, 3.0], "kind": ["x", "y", "x"]})

FORMS: dict[str, Callable[[], alt.TopLevelMixin]] = {
    "bars": lambda: charts.bars(ROWS, value="n", label="what", text="said", axis="N"),
    "part_bars": lambda: charts.part_bars(
        ROWS, value="n", part="m", label="what", text="said", axis="N", names=("all", "some")
    ),
    "dots": lambda: charts.dots(
        TALL,
        value="n",
        label="what",
        group="kind",
        axis="N",
        colours={"x": "blue", "y": "red"},
        domain=(0, 4),
    ),
    "ranges": lambda: charts.ranges(
        ROWS.assign(high=ROWS["n"] + 1),
        value="n",
        limits=("m", "high"),
        label="what",
        text="said",
        axis="N",
        domain=(0, 12),
        rule=5,
        rule_text="five",
    ),
    "lines": lambda: charts.lines(ROWS, x="m", y="n", titles=("M", "N"), rule=2, rule_text="two"),
}


def tones(text: str) -> set[str]:
    """All colours named in a specification or picture."""
    return set(re.findall(r"#[0-9a-f]{6}\b", text))


LIGHT = {tone.light for tone in charts.TONES}
DARK = {tone.dark for tone in charts.TONES}


@pytest.mark.parametrize("form", FORMS)
def test_every_form(form: str) -> None:
    spec = charts.finish(FORMS[form](), "A description.", "")
    assert spec["description"] == "A description."
    assert spec["width"] == "container"
    assert isinstance(spec["height"], (int, float))
    assert "title" not in spec
    assert "url" not in json.dumps(spec["datasets"])
    assert tones(json.dumps(spec)) <= LIGHT
    dark = charts.static(spec, "dark")
    assert tones(json.dumps(dark)) <= DARK
    light, night = (vlc.vegalite_to_svg(charts.static(spec, t)) for t in ("light", "dark"))
    assert light.startswith("<svg") and light != night
    assert tones(light) <= LIGHT and tones(night) <= DARK


@pytest.mark.parametrize("form", FORMS)
def test_the_mark_stands_in_the_picture(form: str) -> None:
    spec = charts.finish(FORMS[form](), "A description.", "MARKED AS SUCH")
    assert spec["title"]["text"] == "MARKED AS SUCH"
    for theme in ("light", "dark"):
        assert "MARKED AS SUCH" in vlc.vegalite_to_svg(charts.static(spec, theme))


def test_static_leaves_the_specification_alone() -> None:
    spec = charts.finish(FORMS["bars"](), "A description.", "")
    before = json.dumps(spec)
    assert charts.static(spec, "dark")["width"] != "container"
    assert json.dumps(spec) == before


def test_the_same_chart_gives_the_same_picture() -> None:
    one, other = (
        vlc.vegalite_to_svg(charts.static(charts.finish(FORMS["dots"](), "D", ""), "light"))
        for _ in range(2)
    )
    assert one == other


def labels(svg: str) -> list[str]:
    """The rows' names from top to bottom."""
    return [name for name in re.findall(r">([^<>]+)</text>", svg) if name in set("abc")]


@pytest.mark.parametrize(("sort", "order"), [(True, ["b", "c", "a"]), (False, ["a", "b", "c"])])
def test_bars_stand_in_order(sort: bool, order: list[str]) -> None:
    drawn = charts.bars(ROWS, value="n", label="what", text="said", axis="N", sort=sort)
    svg = vlc.vegalite_to_svg(charts.static(charts.finish(drawn, "D", ""), "light"))
    assert labels(svg) == order


def test_bars_have_a_step_for_each_row() -> None:
    low, high = (
        charts.finish(charts.bars(rows, value="n", label="what", text="said", axis="N"), "D", "")[
            "height"
        ]
        for rows in (ROWS.head(1), ROWS)
    )
    assert high == 3 * low


def test_turn_replaces_whole_tones_only() -> None:
    ink = palette.INK
    spec = {"color": ink.light, "text": f"of {ink.light} and more"}
    assert charts.turn(spec) == {"color": ink.dark, "text": spec["text"]}
