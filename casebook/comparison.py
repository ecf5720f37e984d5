"""The eight cases side by side: what is printed of each, what follows from it, and the gaps.

Nothing is filled in. A figure that the report does not print is a gap; where another figure limits
it, the limit is given (:class:`casebook.interval.Interval`) and marked as one. Comments, tweets
and messages on LinkedIn are never added up: a row says what it counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import altair as alt
import numpy as np
import pandas as pd

from casebook import coding, measures, palette, published
from casebook.interval import Interval, exactly, of
from casebook.provenance import combine, derive, mark

#: Not printed, and not applicable: a collection of tweets has no messages that open it.
_GAP, _NONE = None, ""

Id = str | None


@dataclass(frozen=True)
class Line:
    """What one case prints about one platform: ids of the ledger, ``None`` for a gap.

    The empty string means that there is nothing to print. ``counted`` names the reactions, which
    are what the public sent, or in a collection by search term all messages.
    """

    case: str
    platform: Literal["Facebook", "Twitter", "LinkedIn"]
    counted: str
    openings: Id
    reactions: Id
    likes: Id
    people: Id
    following: Id
    largest: Id

    @property
    def key(self) -> str:
        """Case and platform, which tell the lines apart."""
        return f"{self.case} {self.platform}"


#: In the order of §5.3 to §5.10. The members of a group on LinkedIn need not have written, so they
#: are its following and not its participants.
LINES = (
    Line(
        "timmermans",
        "Facebook",
        "comments",
        "timmermans.posts",
        "timmermans.comments",
        "timmermans.likes",
        "timmermans.participants",
        "timmermans.page_likes",
        _GAP,
    ),
    Line("community_officer", "Twitter", "mentions", _GAP, _GAP, _NONE, _GAP, _GAP, _GAP),
    Line(
        "deventer",
        "Facebook",
        "comments",
        "deventer.posts",
        _GAP,
        _GAP,
        _GAP,
        "deventer.page_likes_intro",
        "deventer.largest_post_comments",
    ),
    Line(
        "rijkswaterstaat",
        "Facebook",
        "comments",
        "rijkswaterstaat.posts",
        "rijkswaterstaat.comments",
        _GAP,
        _GAP,
        "rijkswaterstaat.page_likes",
        "rijkswaterstaat.largest_post_comments",
    ),
    Line(
        "education_ministry",
        "Facebook",
        "comments",
        "education_ministry.posts",
        "education_ministry.comments",
        _GAP,
        _GAP,
        "education_ministry.fans_intro",
        "education_ministry.largest_post_comments",
    ),
    Line(
        "earthquakes",
        "Twitter",
        "tweets",
        _NONE,
        "earthquakes.messages",
        _NONE,
        "earthquakes.participants",
        _NONE,
        _GAP,
    ),
    Line(
        "vacant_lots",
        "LinkedIn",
        "messages",
        _NONE,
        "vacant_lots.linkedin_messages",
        _NONE,
        _GAP,
        "vacant_lots.linkedin_members",
        _GAP,
    ),
    Line(
        "vacant_lots",
        "Twitter",
        "tweets",
        _NONE,
        "vacant_lots.tweets",
        _NONE,
        "vacant_lots.tweeters",
        _NONE,
        _GAP,
    ),
    Line(
        "benno_l",
        "Twitter",
        "tweets",
        _NONE,
        "benno_l.tweets",
        _NONE,
        "benno_l.participants",
        _NONE,
        _GAP,
    ),
)

_MISSING = "not printed"
_EVEN = "if even"
_NOTHING = "–"

#: What the people and the followings are counted as.
_PEOPLE = {"timmermans": "commented or liked"}
_FOLLOWING = {"education_ministry": "of fans", "vacant_lots": "members"}


def selection() -> pd.DataFrame:
    """Why each case was chosen, in the order of the cases: ``case, level, chosen as, ...``.

    The last columns are its places in §5.2 and among the sections §5.3 to §5.10.
    """
    chosen, cases = published.exhibit("case_selection"), published.exhibit("cases")
    rows = chosen.sort_values("place_chapter", kind="stable")
    level = cases.set_index("slug")["level"]
    frame = pd.DataFrame(
        {
            "case": rows["case"].map(coding.units("case")),
            "level": rows["case"].map(level),
            "chosen as": rows["chosen_as_en"],
            "place in §5.2": rows["place_selection"],
            "told in": "§5." + (rows["place_chapter"] + 2).astype(str),
        }
    )
    return derive(frame.reset_index(drop=True), chosen, cases, kind="coded")


def network_kinds() -> pd.DataFrame:
    """What a node and a tie are in each kind of network, and what it cannot show."""
    rows = published.exhibit("network_kinds")
    names = {
        "label_en": "network",
        "label_nl": "Dutch",
        "cases_en": "cases",
        "node_en": "a node is",
        "tie_en": "a tie means",
        "hides_en": "it cannot show",
    }
    return derive(rows[list(names)].rename(columns=names), rows, kind="coded")


# What is printed --------------------------------------------------------------------------------


def printed() -> pd.DataFrame:
    """The published figures with their qualifiers, a row for each case and platform.

    Columns ``case, days, counted, people, following, largest message``; gaps read ``not printed``,
    what does not apply a dash.
    """
    rows = [
        {
            "case": _label(line),
            "days": days(line).text,
            "counted": _counted(line),
            "people": _cell(line.people, _PEOPLE.get(line.case, "tweeted")),
            "following": _cell(line.following, _FOLLOWING.get(line.case, "page likes")),
            "largest message": _cell(line.largest, line.counted),
        }
        for line in LINES
    ]
    # Days are counted from printed dates, so that the table as a whole is derived.
    return _derived(pd.DataFrame(rows), _ids())


def days(line: Line) -> Interval:
    """Days that the figures of a line were gathered on, first and last included.

    For the vacant lots the last month is printed without a day, and for LinkedIn "three years" as
    well: the interval covers all readings.
    """
    if line.case == "benno_l":
        return exactly(_span(_date("benno_l.collection_start"), _date("benno_l.collection_end")))
    if line.case != "vacant_lots":
        return exactly(_span(_date("collection.start"), _date("collection.end")))
    if line.platform == "Twitter":
        first, month = _date("vacant_lots.tweets_started"), _date("vacant_lots.tweets_until")
        return Interval(_span(first, month), _span(first, _month_end(month)))
    first, month = _date("vacant_lots.group_started"), _date("vacant_lots.collection_end")
    years = int(published.value("vacant_lots.linkedin_years"))
    longest = first.replace(year=first.year + years) - timedelta(days=1)
    return Interval(_span(first, month), _span(first, max(longest, _month_end(month))))


def states() -> pd.DataFrame:
    """Whether each figure of each case is known: ``case, figure, state``.

    ``state`` is ``printed``, ``limited`` (another figure limits it) or ``not printed``; what there
    is nothing of has no row.
    """
    rows = []
    for line in LINES:
        wrote = line.people if line.platform != "Facebook" else _GAP
        share = _share(line)
        known = {
            "own posts": _state(line.openings),
            line.counted: _state(line.reactions, reactions(line)),
            "likes": _state(line.likes, likes(line)),
            "writers": _state(wrote, writers(line)),
            "following": _state(line.following),
            "largest message": _state(line.largest),
            "government's share": "printed"
            if share and share.kind == "exact"
            else _state(_GAP, share),
        }
        rows += [(_label(line), figure, state) for figure, state in known.items() if state]
    frame = pd.DataFrame(rows, columns=["case", "figure", "state"])
    return _derived(frame, _ids(), kind="coded")


def gaps() -> pd.DataFrame:
    """The figures of each case by what is known of them: ``case, printed, limited, not printed``.

    The table of :func:`states` for readers.
    """
    long = states()
    wide = long.groupby(["case", "state"], sort=False)["figure"].agg(", ".join).unstack()
    columns = ["printed", "limited", _MISSING]
    return derive(wide[columns].fillna(_NOTHING).reset_index().rename_axis(columns=None), long)


# What follows -----------------------------------------------------------------------------------


def reactions(line: Line) -> Interval | None:
    """Comments, tweets or messages; ``None`` where nothing limits them.

    If the fullest of a page's posts drew four comments, no post drew more: together the posts
    drew from four to four for each.
    """
    if line.reactions:
        return of(line.reactions)
    if line.largest and line.openings:
        largest = of(line.largest)
        return Interval(largest.low, (largest * of(line.openings)).high)
    return None


def likes(line: Line) -> Interval | None:
    """Likes of a page's posts, at most the posts times the likes of the one liked most."""
    if line.likes:
        return of(line.likes)
    most = f"{line.case}.largest_post_likes"
    if most not in published.ledger().index:
        return None
    return Interval(of(most).low, (of(most) * of(line.openings or "")).high)


def writers(line: Line) -> Interval | None:
    """How many people wrote: members of a group at most, commenters and likers at most."""
    if line.people and line.platform == "Twitter":
        return of(line.people)
    limit = line.people or (line.following if line.platform == "LinkedIn" else None)
    return Interval(0, of(limit).high) if limit else None


def per_day() -> pd.DataFrame:
    """Reactions or messages a day, for :func:`limits_chart`; ``None`` where not known."""

    def rate(line: Line) -> Interval | None:
        known = reactions(line)
        return known / days(line) if known else None

    return _limits(rate, lambda line, known: f"{known.text} {line.counted}")


def government_share() -> pd.DataFrame:
    """Government's part of the messages in per cent, for :func:`limits_chart`.

    On a page these are its own posts among posts and comments, which is a lower limit, since its
    own answers count as comments; in the vacant lots the part of the named civil servants.
    """
    return _limits(_share, lambda _, known: f"{known.text}%")


def concentration() -> pd.DataFrame:
    """Part of all reactions that the largest post drew or the largest senders sent, in per cent.

    For :func:`limits_chart`; ``if even`` is what an even spread would give, where that is known.
    """

    def share(line: Line) -> Interval | None:
        if line.key == "vacant_lots Twitter":
            return of("vacant_lots.officials_tweet_share") * _HUNDRED
        if line.key == "vacant_lots LinkedIn":
            return of("vacant_lots.officials_message_share") * _HUNDRED
        total = reactions(line)
        if line.largest and total:
            part = of(line.largest) / total * _HUNDRED
            return part if part.high < 100 else _at_least(part.low)
        if line.openings and total:
            # The largest of whole counts is no smaller than their mean, rounded up.
            return _at_least(100 * np.ceil(total.low / of(line.openings).high) / total.high)
        return None

    def text(line: Line, known: Interval) -> str:
        if line.case == "vacant_lots":
            return f"{_SENDERS[line.key]}: {known.text}%"
        posts = of(line.openings or "").text
        return f"one post of {posts}: {known.text}%"

    rows = _limits(share, text)
    even = {line.key: 100 / of(line.openings).low for line in LINES if line.openings}
    few, all_ = published.value("vacant_lots.tweeting_officials"), of("vacant_lots.tweeters").low
    even["vacant_lots Twitter"] = 100 * few / all_
    spread = [even.get(line.key, np.nan) for line in LINES]
    return derive(rows.assign(**{_EVEN: spread}), rows)


_SENDERS = {
    "vacant_lots Twitter": "three civil servants",
    "vacant_lots LinkedIn": "a few civil servants",
}


def rates() -> pd.DataFrame:
    """Averages with their limits as text: per post, per writer, per thousand of the following."""
    rows = []
    for line in LINES:
        posts = of(line.openings) if line.openings else None
        following = of(line.following) if line.following else None
        drawn, liked, wrote = reactions(line), likes(line), writers(line)
        thousands = following / exactly(1000) if following else None
        rows.append(
            {
                "case": _label(line),
                "comments a post": _ratio(drawn, posts, line.openings != _NONE),
                "likes a post": _ratio(liked, posts, line.likes != _NONE),
                "messages a writer": _ratio(drawn, wrote, True),
                "per thousand fans": _ratio(drawn, thousands, line.openings != _NONE),
            }
        )
    return _derived(pd.DataFrame(rows), _ids())


def without_largest(case: str) -> Interval:
    """Comments a post of a page, but for the post that drew most of them."""
    line = next(line for line in LINES if line.case == case)
    assert line.openings and line.reactions and line.largest
    rest = of(line.reactions) - of(line.largest)
    return rest / (of(line.openings) - exactly(1))


def silent_posts(case: str) -> int:
    """Posts of a page that had no comment at all, at least.

    The comments outside the largest post can fall on as many others as there are comments.
    """
    line = next(line for line in LINES if line.case == case)
    others = published.value(line.openings or "") - 1
    rest = published.value(line.reactions or "") - published.value(line.largest or "")
    return max(0, int(others - rest))


def weekdays() -> int:
    """Days from Monday to Friday in the three months of most cases."""
    return len(pd.bdate_range(_date("collection.start"), _date("collection.end")))


def inequality() -> pd.DataFrame:
    """How uneven the counts must be at least, and may be at most, by arithmetic alone.

    Columns ``case, counts, known, lowest Gini, highest Gini``: Gini coefficients of comments over
    a page's posts, or of tweets over those who sent them (see :func:`casebook.measures.bounds`).
    """
    rows = []
    for line in LINES:
        if not line.reactions or line.platform == "LinkedIn":
            continue
        total, page = int(published.value(line.reactions)), bool(line.openings)
        among = int(published.value(line.openings or line.people or ""))
        largest = int(published.value(line.largest)) if line.largest else None
        known = "total" + (" and largest" if largest else "")
        if line.key == "vacant_lots Twitter":
            few = int(published.value("vacant_lots.tweeting_officials"))
            share = published.value("vacant_lots.officials_tweet_share")
            low, high = gini_limits(total, among, top=few, top_total=round(share * total))
            known = "total and part of three senders"
        else:
            table = measures.bounds(total, among, largest=largest, minimum=0 if page else 1)
            low, high = table.set_index("measure").loc["gini", ["lowest", "highest"]]
        rows.append(
            {
                "case": _label(line),
                "counts": f"{line.counted} over {'posts' if page else 'senders'}",
                "known": known,
                "lowest Gini": round(float(low), 2),
                "highest Gini": round(float(high), 2),
            }
        )
    return _derived(pd.DataFrame(rows), [*_ids(), *_OFFICIALS])


def gini_limits(total: int, participants: int, *, top: int, top_total: int) -> tuple[float, float]:
    """Lowest and highest Gini of whole counts of 1 and more if the ``top`` sent ``top_total``.

    Lowest with both parts as even as can be. For the highest, let the smallest of the top have m:
    then the top are m each but for one who has the rest of theirs, the others are as uneven as
    counts up to m can be, and this majorises every other set of counts with that m. All m are
    tried.
    """
    others, rest = participants - top, total - top_total
    even = np.r_[_even(rest, others), _even(top_total, top)]
    most = 0.0
    for m in range(-(-rest // others), top_total // top + 1):
        head = np.r_[top_total - (top - 1) * m, np.full(top - 1, m)]
        tail = np.ones(others, dtype=int)
        spare = rest - others
        for place in range(others):
            given = min(m - 1, spare)
            tail[place] += given
            spare -= given
        most = max(most, measures.gini(pd.Series(np.r_[head, tail])))
    return measures.gini(pd.Series(even)), most


def ties_of_one_post(case: str) -> int:
    """Ties that the largest post alone may give a co-comment network, at most.

    All who commented on it are tied to each other; they are as many as its comments if nobody
    commented twice.
    """
    n = int(published.value(f"{case}.largest_post_comments"))
    return n * (n - 1) // 2


# Drawing ----------------------------------------------------------------------------------------

_COLOURS = {"Facebook": "blue", "Twitter": "orange", "LinkedIn": "purple"}
_POINTS = {
    "exact": "circle",
    "about": "circle",
    "at least": "triangle-right",
    "at most": "triangle-left",
}


def limits_chart(
    rows: pd.DataFrame,
    *,
    axis: str,
    domain: tuple[float, float],
    ticks: list[float],
    log: bool = True,
) -> alt.LayerChart:
    """Figures and limits on one scale, a line for each row, the words at the mark.

    A dot is a figure, a triangle a limit that points to where the figure may lie (dashed), a thick
    bar a range; a row without either reads "not printed". Names stand above their lines and not
    beside them, so that the lines keep their length on a phone. A column ``if even`` adds a small
    upright mark. ``rows`` as from :func:`per_day`.
    """
    order = list(rows["case"])
    kind = rows["kind"]
    at = rows["lowest"].where(kind != "at most", rows["highest"])
    place = np.log(at / domain[0]) / np.log(domain[1] / domain[0]) if log else at / domain[1]
    drawn = rows.assign(
        at=at,
        start=rows["lowest"].where(kind != "at most", domain[0]),
        end=rows["highest"].where(kind != "at least", domain[1]),
        left=domain[0],
        right=domain[1],
    )

    def x(field: str) -> alt.X:
        scale = alt.Scale(type="log" if log else "linear", domain=list(domain), nice=False)
        marks = alt.Axis(values=ticks, grid=False, format="~f" if domain[0] < 1 else ",~f")
        return alt.X(field, type="quantitative", title=axis, scale=scale, axis=marks)

    def base(part: pd.DataFrame) -> alt.Chart:
        y = alt.Y("case", type="nominal", axis=None, sort=None, scale=alt.Scale(domain=order))
        return alt.Chart(part).encode(y=y)

    tone = alt.Color(
        "platform",
        type="nominal",
        scale=alt.Scale(
            domain=list(_COLOURS), range=[palette.COLOURS[c].light for c in _COLOURS.values()]
        ),
        legend=alt.Legend(orient="top", title=None, symbolType="square"),
    )
    shape = alt.Shape(
        "kind",
        type="nominal",
        scale=alt.Scale(domain=list(_POINTS), range=list(_POINTS.values())),
        legend=None,
    )
    points = drawn[drawn["kind"].isin(list(_POINTS))]
    layers = [
        base(drawn).mark_rule(color=palette.RULE.light).encode(x=x("left"), x2=alt.X2("right")),
        base(drawn[kind.isin(["at least", "at most"])])
        .mark_rule(strokeDash=[3, 4], strokeWidth=2)
        .encode(x=x("start"), x2=alt.X2("end"), color=tone),
        base(drawn[kind == "between"])
        .mark_rule(strokeWidth=7)
        .encode(x=x("start"), x2=alt.X2("end"), color=tone),
        base(points)
        .mark_point(filled=True, opacity=1, size=110)
        .encode(x=x("at"), color=tone, shape=shape),
    ]
    if _EVEN in drawn:
        layers.append(
            base(drawn.dropna(subset=[_EVEN]))
            .mark_tick(color=palette.MUTED.light, thickness=2, size=10)
            .encode(x=x(_EVEN))
        )
    layers.append(
        base(drawn)
        .mark_text(align="left", dy=-15, fontWeight="bold", color=palette.INK.light)
        .encode(x=x("left"), text=alt.Text("case", type="nominal"))
    )
    # Words of marks in the right half run to the left.
    sides: list[tuple[Literal["left", "right"], int, pd.Series]] = [
        ("left", -4, place <= 0.5),
        ("right", 4, place > 0.5),
    ]
    for side, dx, there in sides:
        layers.append(
            base(drawn[there])
            .mark_text(align=side, dy=16, dx=dx, color=palette.INK.light)
            .encode(x=x("at"), text=alt.Text("as a figure", type="nominal"))
        )
    layers.append(
        base(drawn[kind == _MISSING])
        .mark_text(align="left", dy=16, color=palette.MUTED.light)
        .encode(x=x("left"), text=alt.Text("as a figure", type="nominal"))
    )
    return alt.LayerChart(layer=layers).properties(height=alt.Step(56))


# Helpers ----------------------------------------------------------------------------------------

_HUNDRED = exactly(100)
_OFFICIALS = ["vacant_lots.officials_tweet_share", "vacant_lots.officials_message_share"]


def _names() -> pd.Series:
    return coding.units("case")


def _label(line: Line) -> str:
    two = sum(other.case == line.case for other in LINES) > 1
    return f"{_names()[line.case]}, {line.platform}" if two else str(_names()[line.case])


def _ids() -> list[str]:
    fields = ("openings", "reactions", "likes", "people", "following", "largest")
    listed = [getattr(line, field) for line in LINES for field in fields]
    return [*filter(None, listed), "collection.start", "collection.end"]


def _derived(frame: pd.DataFrame, ids: list[str], kind: str = "derived") -> pd.DataFrame:
    # In the order of the sections, what is no section last.
    facts = sorted((published.fact(i) for i in ids), key=lambda fact: _section(fact.locator))
    return mark(frame, combine(*(fact.provenance for fact in facts), kind=kind))


def _section(locator: str) -> list[float]:
    numbered = locator.removeprefix("§")
    return [float(part) for part in numbered.split(".")] if numbered != locator else [np.inf]


def _counted(line: Line) -> str:
    """A page's own posts, the reactions or messages, and the likes, where they are printed."""
    known = [(line.openings, "posts"), (line.reactions, line.counted), (line.likes, "likes")]
    return ", ".join(_cell(id, noun) for id, noun in known if id) or _MISSING


def _cell(id: Id, noun: str = "") -> str:
    if id is _GAP:
        return _MISSING
    return f"{published.fact(id).text} {noun}".strip() if id else _NOTHING


def _state(id: Id, limit: Interval | None = None) -> str:
    if id == _NONE:
        return ""
    return "printed" if id else "limited" if limit else _MISSING


def _share(line: Line) -> Interval | None:
    if line.case == "benno_l":
        return of("benno_l.government_tweets") / of("benno_l.tweets") * _HUNDRED
    if line.case == "vacant_lots":
        name = "message" if line.platform == "LinkedIn" else "tweet"
        known = of(f"vacant_lots.officials_{name}_share") * _HUNDRED
        return Interval(known.low, np.inf, about=True)
    posts, comments = (of(line.openings) if line.openings else None), reactions(line)
    return _at_least((posts / (posts + comments) * _HUNDRED).low) if posts and comments else None


def _at_least(value: float) -> Interval:
    return Interval(float(value), np.inf)


def _ratio(above: Interval | None, below: Interval | None, applies: bool) -> str:
    if not applies:
        return _NOTHING
    return (above / below).text if above and below else _MISSING


def _limits(
    known_of: Callable[[Line], Interval | None], text: Callable[[Line, Interval], str]
) -> pd.DataFrame:
    """Columns ``case, platform, as a figure, lowest, highest, kind``, a row for each line.

    ``lowest`` and ``highest`` are missing where nothing limits the figure on that side.
    """
    rows = []
    for line in LINES:
        known = known_of(line)
        kind = known.kind if known else _MISSING
        rows.append(
            {
                "case": _label(line),
                "platform": line.platform,
                "as a figure": text(line, known) if known else _MISSING,
                "lowest": known.low if known and kind != "at most" else np.nan,
                "highest": known.high if known and kind != "at least" else np.nan,
                "kind": kind,
            }
        )
    return _derived(pd.DataFrame(rows), [*_ids(), *_OFFICIALS])


def _even(total: int, among: int) -> np.ndarray:
    share, left = divmod(total, among)
    return np.r_[np.full(among - left, share), np.full(left, share + 1)]


def _date(id: str) -> date:
    found = published.fact(id).value
    assert isinstance(found, date)
    return found


def _span(first: date, last: date) -> int:
    return (last - first).days + 1


def _month_end(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
