"""What PM magazine found of top officials on Twitter in April 2012, as tables and charts.

Followers and posts are printed (``pm_officials``); who does what, and the reasons they give, are
coded (``pm_uses``, ``pm_reasons``). Counts stand in the ledger.
"""

from __future__ import annotations

import math
from datetime import date

import altair as alt
import pandas as pd

from casebook import charts, palette, published
from casebook.provenance import derive

#: What the officials do, freest first: colour and shape.
_USES = {"sends": ("blue", "circle"), "follows": ("orange", "square"), "none": ("grey", "diamond")}

#: Marks in a column of the drawing of all top officials: columns of five are easy to count.
_DEEP = 5


def accounts() -> pd.DataFrame:
    """The top officials by what they do on Twitter: ``what they do, officials, how exact``.

    Half of those with an account at the very least send nothing, so that the number of senders is
    an upper bound and that of followers a lower one.
    """
    total, held = (_count(f"top_officials.{name}") for name in ("total", "with_account"))
    followers = math.ceil(held * published.value("top_officials.only_follow"))
    frame = pd.DataFrame(
        [
            ("send tweets", held - followers, "at most"),
            ("have an account and only follow", followers, "at least"),
            ("have no account", total - held, "exactly"),
        ],
        columns=["what they do", "officials", "how exact"],
    )
    facts = [f"top_officials.{name}" for name in ("total", "with_account", "only_follow")]
    return derive(frame, *(published.fact(id).provenance for id in facts))


def accounts_chart(counted: pd.DataFrame) -> alt.LayerChart:
    """A mark for each top official, in three kinds; the legend tells the counts."""
    numbers = counted["officials"].astype(str)
    kinds = list(counted["what they do"] + ": " + counted["how exact"] + " " + numbers)
    marks = [_USES[use] for use in ("sends", "follows", "none")]
    units = pd.DataFrame(
        {"kind": [k for k, n in zip(kinds, counted["officials"], strict=True) for _ in range(n)]}
    )
    units["column"] = units.index // _DEEP
    units["row"] = units.index % _DEEP
    domain = alt.Scale(domain=kinds, range=[palette.COLOURS[c].light for c, _ in marks])
    shapes = alt.Scale(domain=kinds, range=[shape for _, shape in marks])
    legend = alt.Legend(orient="top", title=None, columns=1, labelLimit=320)
    points = (
        alt.Chart(units)
        .mark_point(filled=True, opacity=1, size=190)
        .encode(
            x=alt.X("column", type="ordinal", axis=None),
            y=alt.Y("row", type="ordinal", axis=None),
            color=alt.Color("kind", type="nominal", scale=domain, legend=legend),
            shape=alt.Shape("kind", type="nominal", scale=shapes, legend=legend),
        )
    )
    return alt.LayerChart(layer=[points]).properties(height=170)


def followers() -> pd.DataFrame:
    """Followers as printed: ``official, post, followers, as published, counted in``.

    Those with a printed number, most first. One account was counted twice: PM dates its count,
    the essay ``kansen2012`` does not. The municipal secretary stands there by function.
    """
    named = published.exhibit("pm_officials")
    known = named[named["followers"].notna()]
    rows = [
        (_short(name), post, fact, "PM, April 2012")
        for name, post, fact in zip(
            known["name"], known["post_en"], known["followers_fact"], strict=True
        )
    ]
    rows += [
        ("Buijink", "Secretary-general", "essay.buijink_followers", "essay, undated"),
        (
            "Amsterdam",
            "Municipal secretary",
            "municipal_secretaries.amsterdam_followers",
            "PM, April 2012",
        ),
    ]
    facts = [published.fact(fact) for _, _, fact, _ in rows]
    frame = pd.DataFrame(
        {
            "official": [official for official, _, _, _ in rows],
            "post": [post for _, post, _, _ in rows],
            "followers": [int(published.value(fact)) for _, _, fact, _ in rows],
            "as published": [fact.text for fact in facts],
            "counted in": [counted for _, _, _, counted in rows],
        }
    )
    frame = frame.sort_values("followers", ascending=False, kind="stable", ignore_index=True)
    return derive(frame, named, *(fact.provenance for fact in facts), kind="published")


def followers_chart(rows: pd.DataFrame) -> alt.LayerChart:
    """A dot for each count on a scale of powers of ten, with the printed figure above it."""
    order = list(dict.fromkeys(rows["official"]))
    kinds = {"PM, April 2012": ("blue", "circle"), "essay, undated": ("orange", "square")}
    scale = alt.Scale(type="log", domain=[0.7, 20000], nice=False)
    base = alt.Chart(rows).encode(
        x=alt.X(
            "followers",
            type="quantitative",
            title="followers, in steps of ten times",
            scale=scale,
            axis=alt.Axis(values=[1, 10, 100, 1000], format=",", domain=False, grid=False),
        ),
        y=alt.Y("official", type="nominal", title=None, sort=order),
    )
    points = base.mark_point(filled=True, opacity=1, size=130).encode(
        color=alt.Color(
            "counted in",
            type="nominal",
            scale=alt.Scale(
                domain=list(kinds), range=[palette.COLOURS[c].light for c, _ in kinds.values()]
            ),
            legend=alt.Legend(orient="top", title=None),
        ),
        shape=alt.Shape(
            "counted in",
            type="nominal",
            scale=alt.Scale(domain=list(kinds), range=[s for _, s in kinds.values()]),
        ),
    )
    # The two counts of one account lie side by side: one has its words to the left.
    dated = rows["counted in"] == "PM, April 2012"
    words = base.encode(text=alt.Text("as published", type="nominal"))
    right, left = (words.properties(data=rows[part]) for part in (dated, ~dated))
    layers = [
        points,
        right.mark_text(align="left", dx=10, color=palette.INK.light),
        left.mark_text(align="right", dx=-10, color=palette.INK.light),
    ]
    return alt.LayerChart(layer=layers).properties(height=alt.Step(34))


def pace() -> pd.DataFrame:
    """Tweets a day of the two most active: ``who, tweets, days, a day``.

    Days run from the opening of the account to the day of the article; that of the municipal
    secretary, of which only the month is printed, from its first day, so that the figure is a
    lower bound twice over (its tweets are "more than" as well).
    """
    told = [
        ("Buijink", "top_officials.buijink_tweets", "top_officials.buijink_start"),
        (
            "Amsterdam",
            "municipal_secretaries.amsterdam_tweets",
            "municipal_secretaries.amsterdam_start",
        ),
    ]
    facts = [published.fact(id) for _, *ids in told for id in ids]
    end = _day("top_officials.published")
    frame = pd.DataFrame(
        {
            "who": [who for who, _, _ in told],
            "tweets": [_count(tweets) for _, tweets, _ in told],
            "days": [(end - _day(start)).days for _, _, start in told],
        }
    )
    frame["a day"] = frame["tweets"] / frame["days"]
    ends = published.fact("top_officials.published")
    return derive(frame, *(fact.provenance for fact in (*facts, ends)))


def reasons() -> pd.DataFrame:
    """Every reason: ``side, theme, who, what they do, what is said, Dutch, where``."""
    said, uses = published.exhibit("pm_reasons"), published.exhibit("pm_uses")
    use = said["who"].map(uses.set_index("name")["use"]).fillna("not said")
    frame = pd.DataFrame(
        {
            "side": said["side_en"],
            "theme": said["theme_en"],
            "who": said["who"],
            "what they do": use,
            "what is said": said["gist_en"],
            "Dutch": said["label_nl"],
            "where": said["locator"],
        }
    )
    return derive(frame, said, uses, kind="coded")


def reasons_chart(rows: pd.DataFrame) -> alt.LayerChart:
    """A column for each official, a row for each theme, a mark where somebody gave that reason.

    Senders stand first, then those who only follow, then those who stay away.
    """
    places = ["sends", "follows", "stays away", "not said"]
    ranked = rows.assign(_place=rows["what they do"].map(places.index))
    people = list(dict.fromkeys(ranked.sort_values("_place", kind="stable")["who"]))
    short = {who: _short(who) for who in people}
    themes = rows[["side", "theme"]].drop_duplicates()
    cells = themes.merge(pd.DataFrame({"who": people}), how="cross")
    given = set(zip(rows["theme"], rows["who"], strict=True))
    cells["given"] = [
        "says so" if pair in given else "does not"
        for pair in zip(cells["theme"], cells["who"], strict=True)
    ]
    cells["person"] = cells["who"].map(short)
    return charts.grid(
        cells,
        x="person",
        y="theme",
        heading="side",
        mark="given",
        marks={"says so": ("circle", "blue", True)},
    )


def tiers() -> pd.DataFrame:
    """Three tiers of administration: ``who, on Twitter, of, per cent, share as published``.

    Municipal secretaries have two rows, since the box has two counts. How many they are together
    is not printed: those on Twitter and the about 350 others are added up.
    """
    municipal, provincial = "municipal_secretaries", "provincial_secretaries"
    without = _count(f"{municipal}.without")
    heading, text = _count(f"{municipal}.in_heading"), _count(f"{municipal}.in_text")
    rows = [
        ("Top officials of the ministries", _count("top_officials.with_account"),
         _count("top_officials.total"), "none"),
        ("Municipal secretaries, heading of the box", heading, heading + without, "none"),
        ("Municipal secretaries, text of the box", text, text + without,
         published.fact(f"{municipal}.share").text),
        ("Provincial secretaries", _count(f"{provincial}.on_twitter"),
         _count(f"{provincial}.total"), published.fact(f"{provincial}.share").text),
    ]  # fmt: skip
    columns = ["who", "on Twitter", "of", "share as published"]
    frame = pd.DataFrame(rows, columns=columns)
    frame.insert(3, "per cent", (100 * frame["on Twitter"] / frame["of"]).round(1))
    facts = [
        "top_officials.with_account",
        "top_officials.total",
        *(f"{municipal}.{name}" for name in ("in_heading", "in_text", "without", "share")),
        *(f"{provincial}.{name}" for name in ("on_twitter", "total", "share")),
    ]
    return derive(frame, *(published.fact(id).provenance for id in facts))


def rules() -> pd.DataFrame:
    """The four rules and who among the officials says something like them: ``rule, …, Dutch``."""
    named, echoes = published.exhibit("pm_rules"), published.exhibit("pm_rule_echoes")
    frame = pd.DataFrame(
        {
            "rule": named["label_en"],
            "what officials say that comes down to it": named["print_order"].map(
                echoes.set_index("rule")["echo_en"]
            ),
            "Dutch": named["label_nl"],
        }
    )
    return derive(frame, named, echoes, kind="coded")


def uses() -> pd.DataFrame:
    """The named officials of the count: ``official, post, what they do``."""
    named, coded = published.exhibit("pm_officials"), published.exhibit("pm_uses")
    counted = named[named["among_total"]]
    frame = pd.DataFrame(
        {
            "official": counted["name"],
            "post": counted["post_en"] + ", " + counted["body_en"],
            "what they do": counted["name"].map(coded.set_index("name")["use"]),
        }
    ).reset_index(drop=True)
    return derive(frame, named, coded, kind="coded")


def _count(id: str) -> int:
    return int(published.value(id))


def _day(id: str) -> date:
    value = published.fact(id).value
    assert isinstance(value, date)
    return value


def _short(who: str) -> str:
    """A surname, its prefix with a capital as Dutch has it, or two words for who is not named."""
    if "not named" in who:
        return "one, not named" if who.startswith("a ") else "several"
    surname = who.partition(" ")[2]
    return surname[0].upper() + surname[1:]
