"""Simulated conversations that meet a case's published totals exactly.

The messages of 2014 were never published. For a case there is a ``spec.yml`` in
``data/reconstructed/<case>/`` with the published ``totals`` by ledger id, what the report has
``told`` of groups and ties, and every further number as an ``assumption`` with its reason. This
package makes from it a conversation in the schema of :mod:`casebook.conversation`; nothing about a
case is written in code. Actors are ``p0001`` and role labels, there is no text.

Kinds of conversation are ``co_comment`` (a page with posts, comments and likes), ``thread`` (a
group in which anyone may begin a thread), ``mention`` (tweets, retweets, replies, mentions) and
``follow`` (who follows whom). Randomness is uniform numbers of numpy's PCG64 only, turned into
other laws by inverse distribution functions, so that other versions of numpy make the same
conversation.
"""

from casebook.reconstruct.bundled import files, stale, write
from casebook.reconstruct.simulation import Statistic, ensemble, simulate
from casebook.reconstruct.sizes import scaled, sized
from casebook.reconstruct.spec import Spec, assumptions, cases, parse, spec, told
from casebook.reconstruct.totals import targets

__all__ = [
    "Spec",
    "Statistic",
    "assumptions",
    "cases",
    "ensemble",
    "files",
    "parse",
    "scaled",
    "simulate",
    "sized",
    "spec",
    "stale",
    "targets",
    "told",
    "write",
]
