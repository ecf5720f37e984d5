"""Which column of an unknown table means what: named by the user, or guessed and shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from casebook.errors import DataError
from casebook.readers.base import BY_NAME, BY_VALUES, GIVEN, NOT_USED, Lines
from casebook.readers.rejects import shorten
from casebook.readers.tables import Table
from casebook.readers.values import looks_like_time

#: What a column can mean, in words.
MEANINGS: dict[str, str] = {
    "author": "who wrote it",
    "time": "when",
    "day": "on which day, where the clock stands apart",
    "text": "what was written",
    "id": "the message's own id",
    "parent": "the message that it answers",
    "target": "to whom it is addressed",
    "kind": "what sort of act it is",
    "weight": "how often the act took place, or how strong a tie is",
    "label": "the author's name in full",
    "source": "one end of a tie",
}

#: Names by which a meaning is known, in Dutch and English, the likeliest first; small letters and
#: digits only.
NAMES: dict[str, str] = {
    "author": "author auteur schrijver fromusername fromuser fromuserscreenname userscreenname "
    "screenname username gebruikersnaam userhandle handle afzender sender from van user gebruiker "
    "commentby commenter reageerder deelnemer poster plaatser geplaatstdoor postedby createdby "
    "authorusername authorname naamauteur auteursnaam postownername postowner "
    "accountname account fromname actor profiel profile naam name authorid auteurid fromid "
    "fromuserid userid gebruikerid",
    "time": "time tijd tijdstip datetime datumtijd datumentijd timestamp createdat createdtime "
    "creationtime createdtimestamp publishedat publishedtime publicatiedatum geplaatstop "
    "commentpublished postpublished postcreated published gepubliceerd created aangemaakt "
    "aangemaaktop verzonden verzondenop sentat sent postedat timeutc dateutc datetimeutc "
    "unixtimestamp datum date postdate dag day aangemaaktdatum",
    "day": "datum date dag day",
    "text": "text tekst body bericht berichttekst message messagetext fulltext content inhoud "
    "tweet tweettext commentmessage commenttext posttext reactie reactietekst opmerking caption "
    "comment post",
    "id": "messageid berichtid id idstr commentid reactieid tweetid statusid postid objectid "
    "itemid uuid guid uri berichtnr berichtnummer nr nummer volgnummer",
    "parent": "parentid parent inreplytoid inreplytostatusidstr inreplytostatusid "
    "inreplytotweetid inreplytostatus "
    "inreplyto inreactieop reactieop antwoordop replytoid replyto isreplyto repliedtopost "
    "bovenliggend bovenliggendid oorspronkelijkbericht parentpostid threadid draadid discussieid "
    "topicid conversationid postid berichtid",
    "target": "target doel tousername touser to aan naar recipient ontvanger geadresseerde "
    "inreplytousername isreplytoname inreplytoscreenname inreplytouser replieduser repliedtouser "
    "mentioned genoemd pagename paginanaam postby",
    "kind": "kind soort type messagetype berichttype soortbericht relationship",
    "weight": "weight gewicht",
    "label": "label fullname volledigenaam displayname weergavenaam realname authorfullname "
    "authordisplayname fromuserrealname authorname name naam",
}

# In a table of ties, counts of all sorts are weights.
_STRENGTHS = "weight gewicht edgeweight count aantal sterkte frequency value"

#: Names of the other end, beside those of ``source`` in the same place.
ENDS: dict[str, str] = {
    "source": "target", "bron": "doel", "from": "to", "van": "naar", "vertex1": "vertex2",
    "node1": "node2", "sourceid": "targetid", "fromid": "toid", "fromnodeid": "tonodeid",
    "persoon1": "persoon2", "person1": "person2", "follower": "followee", "volger": "gevolgde",
}  # fmt: skip

#: What cells of the column ``kind`` may say, in Dutch and English; small letters and digits only.
KINDS: dict[str, str] = {
    **dict.fromkeys(("post", "bericht", "status", "statusupdate", "submission", "topic"), "post"),
    **dict.fromkeys(("comment", "reactie", "opmerking", "commentaar"), "comment"),
    **dict.fromkeys(("reply", "replies", "repliesto", "repliedto", "antwoord"), "reply"),
    **dict.fromkeys(("tweet", "toot"), "tweet"),
    **dict.fromkeys(("retweet", "retweeted", "repost", "boost", "reblog"), "retweet"),
    **dict.fromkeys(("mention", "mentions", "mentioned", "vermelding", "genoemd"), "mention"),
    **dict.fromkeys(("share", "shared", "gedeeld", "delen"), "share"),
    **dict.fromkeys(("like", "likes", "liked", "favorite", "favourite", "vindikleuk"), "like"),
    **dict.fromkeys(("follow", "follows", "followed", "following", "volgt", "volgen"), "follow"),
}  # fmt: skip

# Rows that are looked at; the share of cells that must agree; the share that may come again.
_LOOK, _MOSTLY, _AGAIN = 500, 0.9, 0.2
_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?[AaPp][Mm])?"


@dataclass(frozen=True)
class Found:
    """``names``: meaning to column; ``lines``: column, meaning and how it is known."""

    names: Mapping[str, str]
    lines: Lines
    network: bool


def plain(name: str) -> str:
    """A name in small letters and digits only, without accents."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]", "", bare)


def is_conversation(columns: Sequence[str]) -> bool:
    """Whether these columns say who wrote something, and when or what or in answer to what."""
    names = _by_name(columns, {}, tuple(NAMES))
    told = {"time", "text", "parent"} & names.keys()
    return "author" in names and bool(told)


def is_network(columns: Sequence[str]) -> bool:
    """Whether these columns are the two ends of a tie, and no conversation."""
    return not is_conversation(columns) and bool(_ends(columns))


def find(table: Table, given: Mapping[str, str], kind: str) -> Found:
    """The columns of a table by meaning; the user's own word goes first.

    Parameters
    ----------
    kind
        ``"conversation"``, ``"network"``, or ``"auto"`` to decide by the columns.

    Raises
    ------
    DataError
        if a column that the user names is not there or a meaning unknown, or there is nobody who
        wrote (or no two ends): says what was looked for.
    """
    _allowed(table, given)
    network = kind == "network" or (
        kind == "auto"
        and "author" not in given
        and ("source" in given or (not given and is_network(table.columns)))
    )
    if network:
        return _network(table, given)
    names = _by_name(table.columns, given, tuple(NAMES))
    if "day" in names and "day" not in given and not _clocks(table, names):
        del names["day"]
    how = dict.fromkeys(names.values(), BY_NAME)
    if "parent" in names and "parent" not in given and "target" not in names:
        # "In answer to" may hold a name: then it tells to whom, and not what is answered.
        answered = table[names["parent"]][table[names["parent"]] != ""]
        people = set(table[names["author"]]) - {""} if "author" in names else set()
        if len(answered) and answered.isin(people).mean() >= _MOSTLY:
            names["target"] = names.pop("parent")
            how[names["target"]] = BY_VALUES
    names, guessed = _by_values(table, names, given)
    how |= dict.fromkeys(guessed.values(), BY_VALUES)
    how |= dict.fromkeys(given.values(), GIVEN)
    if "author" not in names or not names.keys() & {"time", "text", "parent", "target"}:
        raise _unknown(table, names)
    return Found(names, _lines(table, names, how), False)


def _allowed(table: Table, given: Mapping[str, str]) -> None:
    for meaning, column in given.items():
        if meaning not in MEANINGS:
            remedy = f"use one of {', '.join(MEANINGS)}"
            raise DataError("--map", f"a column cannot mean '{meaning}'", remedy)
        if column not in table.columns:
            problem = f"there is no column '{column}', which --map names for {meaning}"
            remedy = f"name one of these: {shorten(table.columns, 40)}"
            raise DataError(table.name, problem, remedy)


def _network(table: Table, given: Mapping[str, str]) -> Found:
    ends = _ends(table.columns)
    names = dict(zip(("source", "target"), ends, strict=False)) if ends else {}
    how = dict.fromkeys(names.values(), BY_NAME)
    names |= _by_name(table.columns, {**names, **given}, ("weight", "kind"), strengths=True)
    how |= dict.fromkeys(names.values(), BY_NAME)
    how |= dict.fromkeys(given.values(), GIVEN)
    if not {"source", "target"} <= names.keys():
        problem = (
            "no two columns are known as the ends of ties (looked for source and target, from and "
            f"to, bron and doel, and the like; found {shorten(table.columns, 40)})"
        )
        raise DataError(table.name, problem, "name them: --map source=COLUMN,target=COLUMN")
    return Found(names, _lines(table, names, how), True)


def _ends(columns: Sequence[str]) -> tuple[str, str] | None:
    by_name = {plain(name): name for name in reversed(columns)}
    for one, other in ENDS.items():
        if one in by_name and other in by_name:
            return by_name[one], by_name[other]
    return None


def _by_name(
    columns: Sequence[str],
    given: Mapping[str, str],
    meanings: Sequence[str],
    strengths: bool = False,
) -> dict[str, str]:
    """Columns whose name says what they mean; one column has one meaning."""
    found = dict(given)
    by_name = {plain(name): name for name in reversed(columns)}
    for meaning in meanings:
        if meaning in found:
            continue
        taken = set(found.values())
        for name in (_STRENGTHS if strengths and meaning == "weight" else NAMES[meaning]).split():
            if name in by_name and by_name[name] not in taken:
                found[meaning] = by_name[name]
                break
    return found


def _by_values(
    table: Table, named: Mapping[str, str], given: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """All columns by meaning, and those whose cells say what they mean where no name did."""
    names, found = dict(named), dict[str, str]()
    own = names.get("id", "")
    if own and "id" not in given and "parent" not in names:
        # What comes again and again in a table of comments is the post that they are on.
        cells = table[own][table[own] != ""]
        if len(cells) > 1 and cells.duplicated().mean() > _AGAIN:
            found["parent"] = names.pop("id")
            own = ""
    taken = {*names.values(), *found.values()}
    free = [name for name in table.cells if name not in taken]
    look = table.cells.head(_LOOK)
    filled = {name: look[name][look[name] != ""] for name in free}
    filled = {name: cells for name, cells in filled.items() if len(cells)}
    if "time" not in names:
        # Figures alone may be anything: a count, an id.
        times = [
            name
            for name, cells in filled.items()
            if not cells.str.fullmatch(r"[\d.,]+").all() and _share(cells, looks_like_time)
        ]
        if len(times) == 1:
            found["time"] = times[0]
    words = {
        name: cells
        for name, cells in filled.items()
        if name not in found.values() and not cells.str.fullmatch(r"[\d.,\s-]*").all()
    }
    if "text" not in names:
        long = {name: float(cells.str.count(r"\s+").mean()) for name, cells in words.items()}
        best = max(long, key=lambda name: long[name], default=None)
        if best is not None and long[best] >= 3:
            found["text"] = best
    if "author" not in names:
        people = [
            name for name, cells in words.items() if name not in found.values() and _people(cells)
        ]
        if len(people) == 1:
            found["author"] = people[0]
    if "parent" in names and "id" not in names:
        # What answers name, each once, is what messages are known by, whatever it is called.
        answered = table[names["parent"]][table[names["parent"]] != ""]
        known = [
            name
            for name in filled
            if name not in found.values()
            and not table[name].duplicated().any()
            and len(answered) > 1
            and answered.isin(set(table[name])).mean() >= _MOSTLY
        ]
        if len(known) == 1:
            found["id"] = known[0]
    if own and "parent" not in names:
        ids = set(table[own]) - {""}
        inside = [
            name
            for name, cells in filled.items()
            if name not in found.values() and len(cells) > 1 and cells.isin(ids).mean() >= _MOSTLY
        ]
        if len(inside) == 1:
            found["parent"] = inside[0]
    return {**names, **found}, found


def _clocks(table: Table, names: Mapping[str, str]) -> bool:
    """Whether the column of times has hours and minutes only, so that the day is another one's."""
    if "time" not in names:
        return False
    cells = table[names["time"]][table[names["time"]] != ""]
    return len(cells) > 0 and bool(cells.str.fullmatch(_CLOCK).mean() >= _MOSTLY)


def _share(cells: pd.Series, test: object) -> bool:
    return bool(cells.map(test).mean() >= _MOSTLY)


def _people(cells: pd.Series) -> bool:
    """Names of people: some come again, none is long, none an address of a page."""
    short = cells.str.count(r"\s+").max() <= 4 and cells.str.len().max() <= 60
    again = 1 < cells.nunique() < len(cells)
    return bool(short and again and not cells.str.contains(r"://", regex=True).any())


def _lines(table: Table, names: Mapping[str, str], how: Mapping[str, str]) -> Lines:
    meaning = {column: MEANINGS[name] for name, column in names.items()}
    if "source" in names:
        meaning[names["target"]] = "the other end of a tie"
    return [
        (column, meaning.get(column, ""), how.get(column, NOT_USED)) for column in table.columns
    ]


def _unknown(table: Table, names: Mapping[str, str]) -> DataError:
    if "author" not in names:
        problem = "no column is known to say who wrote each message (looked for author, auteur, "
        problem += "afzender, from, user, naam and the like"
        remedy = "name it, and others if need be: --map author=COLUMN,time=COLUMN,text=COLUMN"
    else:
        problem = "no column is known to say when, what or in answer to what (looked for time, "
        problem += "datum, text, bericht, parent, in reply to, to, aan and the like"
        remedy = "name one: --map time=COLUMN or text=COLUMN or parent=COLUMN or target=COLUMN"
    return DataError(table.name, f"{problem}; found {shorten(table.columns, 40)})", remedy)
