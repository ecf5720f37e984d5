"""Charts: a few plain forms in Altair, and what every chart of the book shares.

Each function takes a DataFrame and returns an Altair chart without size or theme; both are
added by :func:`finish`, so that all charts look alike and turn with the page.
"""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import altair as alt
import pandas as pd

from casebook import palette

# vl-convert carries Liberation Sans, so static pictures measure text alike on every machine.
_STATIC_FONT = "Liberation Sans"
_FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
_STATIC_WIDTH = 680


def bars(
    frame: pd.DataFrame,
    *,
    value: str,
    label: str,
    text: str,
    axis: str,
    colour: str = "blue",
    sort: bool = True,
) -> alt.LayerChart:
    """Horizontal bars, one a row of ``frame``, with the column ``text`` written at their ends.

    ``label`` names the rows' column, ``axis`` titles the values; ``sort`` puts the longest first.
    """
    ranked = frame.sort_values(value, ascending=False, kind="stable") if sort else frame
    order = list(ranked[label])
    base = alt.Chart(frame).encode(
        x=_length(frame, value, label, text, axis),
        y=alt.Y(label, type="nominal", title=None, sort=order),
    )
    bar = base.mark_bar(color=palette.COLOURS[colour].light, size=16)
    words = base.mark_text(align="left", dx=5, color=palette.INK.light).encode(
        text=alt.Text(text, type="nominal")
    )
    return (bar + words).properties(height=alt.Step(28))


def part_bars(
    frame: pd.DataFrame,
    *,
    value: str,
    part: str,
    label: str,
    text: str,
    axis: str,
    names: tuple[str, str],
    colour: str = "blue",
) -> alt.LayerChart:
    """Horizontal bars in the order of the rows, each with a narrower one inside for its ``part``.

    A missing ``part`` leaves its bar empty; ``names`` are those of whole and part in the legend.
    """
    rows = frame.assign(_whole=names[0], _part=names[1])
    base = alt.Chart(rows).encode(y=alt.Y(label, type="nominal", title=None, sort=None))
    tone = palette.COLOURS[colour].light
    legend = alt.Legend(orient="top", title=None, symbolType="square")
    shade = alt.Scale(domain=list(names), range=[0.3, 1])
    width = _length(rows, value, label, text, axis)
    whole = base.mark_bar(color=tone, size=18).encode(
        x=width, opacity=alt.Opacity("_whole", type="ordinal", scale=shade, legend=legend)
    )
    inner = base.mark_bar(color=tone, size=8).encode(
        x=alt.X(part, type="quantitative", title=axis), opacity=alt.Opacity("_part", type="ordinal")
    )
    words = base.mark_text(align="left", dx=5, color=palette.INK.light).encode(
        x=alt.X(value, type="quantitative", title=axis), text=alt.Text(text, type="nominal")
    )
    return (whole + inner + words).properties(height=alt.Step(28))


def dots(
    frame: pd.DataFrame,
    *,
    value: str,
    label: str,
    group: str,
    axis: str,
    colours: dict[str, str],
    domain: tuple[float, float],
    ticks: tuple[float, ...] | None = None,
) -> alt.LayerChart:
    """A dot for each group on a line for each ``label``; shape as well as colour tells groups.

    ``colours`` maps group to palette name, in the order of the legend; ``domain`` bounds the axis
    and ``ticks`` are its marks. Where groups coincide, the later lies within the earlier.
    """
    order = list(dict.fromkeys(frame[label]))
    names = list(colours)
    points = frame.assign(_place=frame[group].map(names.index)).sort_values("_place", kind="stable")
    above = points.groupby([label, value], sort=False).cumcount(ascending=False)
    points = points.assign(_size=130 * (1 + 1.6 * above)).drop(columns="_place")
    base = alt.Chart(points).encode(y=alt.Y(label, type="nominal", title=None, sort=order))
    marks = alt.Axis() if ticks is None else alt.Axis(values=list(ticks), format=",~f")
    line = base.mark_line(color=palette.RULE.light, strokeWidth=2).encode(
        x=alt.X(value, type="quantitative", title=axis, scale=alt.Scale(domain=domain), axis=marks),
        detail=alt.Detail(label, type="nominal"),
    )
    point = base.mark_point(filled=True, opacity=1).encode(
        x=alt.X(value, type="quantitative", title=axis),
        color=_by_group(group, colours),
        shape=alt.Shape(
            group, type="nominal", scale=alt.Scale(domain=names, range=_POINTS[: len(names)])
        ),
        size=alt.Size("_size", type="quantitative", scale=None, legend=None),
    )
    return (line + point).properties(height=alt.Step(30))


def ranges(
    frame: pd.DataFrame,
    *,
    value: str,
    limits: tuple[str, str],
    label: str,
    text: str,
    axis: str,
    domain: tuple[float, float],
    rule: float,
    rule_text: str,
    colour: str = "blue",
) -> alt.LayerChart:
    """A dot with its ``limits`` on a line for each row, the column ``text`` at the right edge.

    Rows keep their order; ``rule`` is a value for all, drawn as a broken line with ``rule_text``.
    """
    tone, low, high = palette.COLOURS[colour].light, *limits
    scale = alt.Scale(domain=domain, nice=False)
    marks = alt.Axis(grid=False, tickCount=5)

    def across(field: str) -> alt.X:
        return alt.X(field, type="quantitative", title=axis, scale=scale, axis=marks)

    names = alt.Axis(domain=False, ticks=False)
    base = alt.Chart(frame).encode(
        y=alt.Y(label, type="nominal", title=None, sort=None, axis=names)
    )
    point = base.mark_point(filled=True, size=110, opacity=1, color=tone).encode(x=across(value))
    span = base.mark_rule(strokeWidth=2, color=tone).encode(x=across(low), x2=high)
    words = base.mark_text(align="right", color=palette.INK.light).encode(
        x=alt.value("width"), text=alt.Text(text, type="nominal")
    )
    every = alt.Chart(pd.DataFrame({value: [rule], "text": [rule_text]})).encode(x=across(value))
    line = every.mark_rule(color=palette.MUTED.light, strokeDash=[4, 3])
    said = every.mark_text(align="left", dx=5, color=palette.MUTED.light).encode(
        y=alt.value(-6), text="text:N"
    )
    return alt.LayerChart(layer=[point, line, span, point, words, said]).properties(
        height=alt.Step(26)
    )


def lines(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    titles: tuple[str, str],
    colour: str = "blue",
    rule: float | None = None,
    rule_text: str = "",
    points: bool = True,
) -> alt.LayerChart:
    """A line, with a point at each row or none; ``rule`` a vertical mark with ``rule_text``."""
    base = alt.Chart(frame).encode(
        x=alt.X(
            x,
            type="quantitative",
            title=titles[0],
            axis=alt.Axis(grid=False, tickMinStep=1 if frame[x].dtype.kind == "i" else 0.1),
        ),
        y=alt.Y(y, type="quantitative", title=titles[1], axis=alt.Axis(tickCount=4)),
    )
    tone = palette.COLOURS[colour].light
    layers: list[alt.Chart] = [base.mark_line(color=tone)]
    if points:
        layers.append(base.mark_point(color=tone, filled=True, size=60))
    if rule is not None:
        at = alt.Chart(pd.DataFrame({x: [rule], "text": [rule_text]}))
        layers.append(
            at.mark_rule(color=palette.MUTED.light, strokeDash=[4, 3]).encode(
                x=alt.X(x, type="quantitative")
            )
        )
        layers.append(
            at.mark_text(align="left", dx=5, color=palette.MUTED.light, baseline="top").encode(
                x=alt.X(x, type="quantitative"), y=alt.value(2), text="text:N"
            )
        )
    return alt.LayerChart(layer=layers).properties(height=220)


def days(
    frame: pd.DataFrame,
    *,
    date: str,
    value: str,
    usual: str,
    axis: str,
    events: pd.DataFrame,
    colour: str = "blue",
) -> alt.LayerChart:
    """A bar for each day, what is usual as a broken line, and events as triangles above.

    ``events`` has ``date``, ``strong`` (filled and labelled, or hollow) and ``text``.
    """
    day = alt.X(
        date,
        type="temporal",
        timeUnit="yearmonthdate",
        title=None,
        axis=alt.Axis(grid=False, format="%-d %b", tickCount=6, labelOverlap=True),
    )
    # Room above the highest bar for the triangles and their words, without grid lines.
    most = float(frame[value].max())
    unit = 10 ** math.floor(math.log10(max(most, 1)))
    step = next(n * unit for n in (0.2, 0.5, 1, 2, 5) if most <= 5 * n * unit)
    ticks = [step * n for n in range(6) if step * n <= most]
    height = alt.Y(
        value,
        type="quantitative",
        title=axis,
        scale=alt.Scale(domain=(0, most * 1.2), nice=False),
        axis=alt.Axis(values=ticks, domain=False),
    )
    base = alt.Chart(frame).encode(x=day)
    bar = base.mark_bar(color=palette.COLOURS[colour].light).encode(y=height)
    line = base.mark_line(
        color=palette.MUTED.light, strokeDash=[4, 3], strokeWidth=1.5, interpolate="step"
    ).encode(y=alt.Y(usual, type="quantitative", title=axis))
    layers: list[alt.Chart] = [bar, line]
    place = alt.X("date", type="temporal", timeUnit="yearmonthdate", bandPosition=0.5, title=None)
    tone = palette.COLOURS["red"].light
    for strong in (False, True):
        marks = alt.Chart(events[events["strong"] == strong]).encode(x=place)
        point = marks.mark_point(
            filled=strong, size=90, shape="triangle-down", opacity=1, strokeWidth=1.4, color=tone
        )
        layers.append(point.encode(y=alt.value(20)))
        if strong:
            layers.append(
                marks.mark_text(color=tone, baseline="bottom").encode(
                    y=alt.value(12), text=alt.Text("text", type="nominal")
                )
            )
    return alt.LayerChart(layer=layers).properties(height=240)


def grid(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    heading: str,
    mark: str,
    marks: dict[str, tuple[str, str, bool]],
) -> alt.LayerChart:
    """A mark for each pair of ``x`` and ``y``; rows stand under their ``heading``, in bold.

    ``marks`` maps a value of ``mark`` to shape, palette colour and whether it is filled; what is
    not in it gets a small dot. Rows and columns keep the order of ``frame``.
    """
    columns = list(dict.fromkeys(frame[x]))
    order: list[str] = []
    for title, part in frame.groupby(heading, sort=False):
        order += [str(title), *dict.fromkeys(part[y])]
    titles = list(dict.fromkeys(frame[heading]))
    empty = pd.DataFrame({x: columns[0], y: titles, mark: _HEADING})
    cells = pd.concat([empty, frame[[x, y, mark]]], ignore_index=True)
    bold = alt.ExprRef(f"indexof({json.dumps(titles)}, datum.value) >= 0 ? 'bold' : 'normal'")
    base = alt.Chart(cells).encode(
        x=alt.X(
            x,
            type="nominal",
            title=None,
            sort=columns,
            axis=alt.Axis(orient="top", labelAngle=-90, domain=False, ticks=False, labelLimit=230),
        ),
        y=alt.Y(
            y,
            type="nominal",
            title=None,
            sort=order,
            axis=alt.Axis(
                domain=False, ticks=False, grid=True, labelFontWeight=bold, labelLimit=260
            ),
        ),
    )
    known = [*marks, _HEADING]
    dot = base.transform_filter(~alt.FieldOneOfPredicate(field=mark, oneOf=known))
    layers = [
        base.mark_point(opacity=0),
        dot.mark_point(filled=True, size=8, opacity=1, color=palette.MUTED.light, shape="circle"),
    ]
    for name, (shape, colour, filled) in marks.items():
        tone = palette.COLOURS[colour].light
        layers.append(
            base.transform_filter(alt.FieldEqualPredicate(field=mark, equal=name)).mark_point(
                filled=filled, size=110, opacity=1, color=tone, shape=shape, strokeWidth=1.6
            )
        )
    return alt.LayerChart(layer=layers).properties(height=alt.Step(21))


#: Stands in the column of marks of the rows that only carry a heading.
_HEADING = "heading"


def shades(
    frame: pd.DataFrame, *, x: str, y: str, value: str, orders: tuple[list[str], list[str]]
) -> alt.LayerChart:
    """Squares shaded by ``value`` (0 to 1), which is written in them too; no legend is needed.

    ``orders`` are the columns' and the rows' names in the order wanted.
    """
    base = alt.Chart(frame).encode(
        x=alt.X(
            x,
            type="nominal",
            title=None,
            sort=orders[0],
            axis=alt.Axis(labelAngle=-90, domain=False, ticks=False, labelLimit=230),
        ),
        y=alt.Y(
            y, type="nominal", title=None, sort=orders[1],
            axis=alt.Axis(domain=False, ticks=False, labelLimit=215),
        ),
    )  # fmt: skip
    square = base.mark_rect(color=palette.COLOURS["blue"].light).encode(
        opacity=alt.Opacity(
            value, type="quantitative", legend=None, scale=alt.Scale(domain=[0, 1], range=[0, 0.6])
        )
    )
    words = base.mark_text(color=palette.INK.light).encode(
        text=alt.Text(value, type="quantitative", format=".2f")
    )
    return (square + words).properties(height=alt.Step(30))


# What a chart has on a narrow phone, and a letter of its words takes, in pixels.
_PHONE_WIDTH = 340
_LETTER_WIDTH = 6.5


def _length(frame: pd.DataFrame, value: str, label: str, text: str, axis: str) -> alt.X:
    """The x of bars, with room to the right for the words at their ends."""
    plot = _PHONE_WIDTH - 12 - _LETTER_WIDTH * frame[label].str.len().max()
    room = 1 - (_LETTER_WIDTH * frame[text].str.len() + 8) / max(plot, 120)
    most = float((frame[value] / room.clip(lower=0.3)).max())
    scale = alt.Scale(domain=(0, most), nice=False)
    marks = alt.Axis(grid=False, tickCount=5, domain=False)
    return alt.X(value, type="quantitative", title=axis, axis=marks, scale=scale)


_POINTS = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]


def _by_group(group: str, colours: dict[str, str]) -> alt.Color:
    scale = alt.Scale(
        domain=list(colours), range=[palette.COLOURS[c].light for c in colours.values()]
    )
    legend = alt.Legend(orient="top", title=None)
    return alt.Color(group, type="nominal", scale=scale, legend=legend)


def finish(drawn: alt.TopLevelMixin, description: str, mark: str) -> dict[str, Any]:
    """The Vega-Lite specification of a chart: full width, described, marked where ``mark`` says.

    Data stay inline, since a page opened from a folder may not fetch.
    """
    spec: dict[str, Any] = json.loads(drawn.to_json())
    spec.pop("config", None)
    spec["width"] = "container"
    if isinstance(spec.get("height"), dict):
        spec["height"] = _height(spec)
    spec["description"] = description
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    # Fitting leaves the last label of an axis out of account.
    spec["padding"] = {"left": 5, "top": 5, "right": 11, "bottom": 5}
    spec["config"] = _config(_FONT)
    if mark:
        spec["title"] = {
            "text": mark,
            "anchor": "end",
            "fontSize": 10,
            "fontWeight": "bold",
            "color": palette.COLOURS["red"].light,
            "offset": 6,
        }
    return spec


def _height(spec: dict[str, Any]) -> float:
    """The height of a chart with a step for each row: Vega-Lite wants a number beside ``fit-x``."""
    first = spec["layer"][0] if "layer" in spec else spec
    rows = spec["datasets"][(first.get("data") or spec["data"])["name"]]
    field = first["encoding"]["y"]["field"]
    return float(spec["height"]["step"] * len({row[field] for row in rows}))


def static(spec: dict[str, Any], theme: str) -> dict[str, Any]:
    """``spec`` for a still picture in the ``light`` or ``dark`` theme, at a fixed width."""
    still = copy.deepcopy(spec)
    still["width"] = _STATIC_WIDTH
    still["config"] = _config(_STATIC_FONT)
    return turn(still) if theme == "dark" else still


def turn(spec: dict[str, Any]) -> dict[str, Any]:
    """``spec`` with every palette tone replaced by its tone for dark pages."""
    text = json.dumps(spec)
    for tone in TONES:
        text = text.replace(f'"{tone.light}"', f'"{tone.dark}"')
    turned: dict[str, Any] = json.loads(text)
    return turned


#: All tones a chart may use; the page's script turns them with the theme in the same way.
TONES: tuple[palette.Tone, ...] = (
    *palette.COLOURS.values(),
    palette.INK,
    palette.MUTED,
    palette.RULE,
    palette.PAPER,
)


def _config(font: str) -> dict[str, Any]:
    return {
        "background": "transparent",
        "font": font,
        "view": {"stroke": None},
        "axis": {
            "labelColor": palette.INK.light,
            "titleColor": palette.MUTED.light,
            "gridColor": palette.RULE.light,
            "domainColor": palette.RULE.light,
            "tickColor": palette.RULE.light,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelLimit": 240,
            # Numbers that touch read as one; those without room are left out.
            "labelSeparation": 6,
        },
        "legend": {
            "labelColor": palette.INK.light,
            "labelFontSize": 12,
            "titleColor": palette.MUTED.light,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "symbolSize": 110,
            "labelOffset": 2,
            "columnPadding": 7,
        },
        "text": {"fontSize": 12},
    }
