"""Words and hashtags of a reader's own conversation: what sets each community apart.

Nothing is quoted. A word is told only if enough people use it, so that no one person can be
recognised by it; handles, addresses and what stands behind them are not counted at all.
"""

from __future__ import annotations

import re

import pandas as pd
from stop_words import get_stop_words

from casebook import words
from casebook.conversation import Conversation
from casebook.own.prepare import FEW, HASHTAG
from casebook.provenance import mark, of

_LANGUAGES = {"nl": ("dutch", "english"), "en": ("english",)}
_DROPPED = re.compile(r"https?://\S+|www\.\S+|@[\w.\-]+|#\w+|\brt\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")

#: Terms told for a community, communities told, and hashtags told.
_TERMS, _COMMUNITIES, _TAGS = 8, 6, 15

#: G2 from which a word counts: 0.001 with one degree of freedom.
_STRONG = 10.83


def hashtags(conv: Conversation) -> pd.DataFrame:
    """The hashtags most used: ``hashtag, messages, users``; at least :data:`FEW` users each."""
    own = conv.messages[conv.messages["kind"] != "retweet"]
    tags = own["text"].map(lambda text: sorted({t.casefold() for t in HASHTAG.findall(text)}))
    rows = own[["message_id", "author"]].assign(hashtag=tags).explode("hashtag")
    rows = rows.dropna(subset="hashtag")
    counted = rows.groupby("hashtag").agg(
        messages=("message_id", "nunique"), users=("author", "nunique")
    )
    counted = counted[counted["users"] >= FEW].reset_index()
    order = ["messages", "hashtag"]
    return counted.sort_values(order, ascending=[False, True], ignore_index=True).head(_TAGS)


def key_terms(conv: Conversation, partition: pd.Series, language: str) -> pd.DataFrame:
    """Words that communities use more than all others.

    Log-likelihood G2 (Dunning, 1993) with the log ratio as effect size (Hardie, 2014); words of
    fewer than :data:`FEW` users of the community are left out, stop words of the language too.

    Returns
    -------
    DataFrame
        ``community, members, term, users, g2, log_ratio``; empty if there are no texts.
    """
    stop = {word for name in _LANGUAGES[language] for word in get_stop_words(name)}
    own = conv.messages[(conv.messages["text"] != "") & (conv.messages["kind"] != "retweet")]
    group = own["author"].map(partition)
    said = own["text"].map(lambda text: _WORD.findall(_DROPPED.sub(" ", text.casefold())))
    rows = pd.DataFrame({"group": group, "author": own["author"], "term": said})
    rows = rows.dropna(subset="group").explode("term").dropna(subset="term")
    empty = pd.DataFrame(columns=["community", "members", "term", "users", "g2", "log_ratio"])
    if rows.empty or rows["group"].nunique() < 2:
        return empty
    rows["group"] = rows["group"].astype(int).astype(str)
    counts = rows.groupby(["group", "term"]).agg(
        count=("term", "size"), spread=("author", "nunique")
    )
    sizes = rows.groupby("group").size()
    counts = counts.reset_index()
    counts = mark(counts[~counts["term"].isin(stop)], of(conv.messages))
    members = partition.value_counts()
    parts = []
    for community in members.index[:_COMMUNITIES]:
        if str(community) not in set(counts["group"]) or members[community] < FEW:
            continue
        table = words.keyness(counts, str(community), sizes=sizes, min_spread=FEW)
        table = table[(table["g2"] >= _STRONG)].head(_TERMS)
        parts.append(
            pd.DataFrame(
                {
                    "community": int(community) + 1,
                    "members": int(members[community]),
                    "term": table["term"],
                    "users": table["spread"],
                    "g2": table["g2"].round(1),
                    "log_ratio": table["log_ratio"].round(2),
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else empty
