"""What a page may load and run, as a Content-Security-Policy: one constant that all pages bear.

A page's scripts, styles, pictures and fonts come from the site itself, and from nowhere else;
nothing written inside a page runs, so that a name in the data which looks like code stays a name.
The one exception is :data:`FIRST`, known by its SHA-256. ``'self'`` covers the folder of the site
over ``file://`` as well.

A page that needs more says so from an ``html-page-context`` handler, by :func:`allow`; a page
that Sphinx does not write puts :func:`meta` first into its head, after the character set.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

#: Sets light or dark before the first paint, or the page would flash; hence not a file.
FIRST = (
    '{let mode=null;try{mode=localStorage.getItem("mode")}catch{}'
    'if(mode!=="light"&&mode!=="dark")mode="auto";'
    "Object.assign(document.documentElement.dataset,{mode,theme:"
    'mode==="auto"?matchMedia("(prefers-color-scheme: dark)").matches?"dark":"light":mode})}'
)

#: Where :func:`allow` keeps what a page needs besides.
_MORE = "casebook_policy"


def hashed(text: str) -> str:
    """The source expression that lets an inline script or style with just this text through."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


#: Directive: sources. Pictures as ``data:`` are the theme's, in its style sheet.
POLICY: Mapping[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "script-src": ("'self'", hashed(FIRST)),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:"),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "form-action": ("'self'",),
    "base-uri": ("'none'",),
    "object-src": ("'none'",),
}


def content(more: Mapping[str, tuple[str, ...]] | None = None) -> str:
    """The policy in one line, with the sources of ``more`` added to its directives."""
    extra = dict(more or {})
    told = {name: (*own, *extra.pop(name, ())) for name, own in POLICY.items()} | extra
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in told.items())


def meta(more: Mapping[str, tuple[str, ...]] | None = None) -> str:
    """The element that puts the policy on a page."""
    return f'<meta http-equiv="Content-Security-Policy" content="{content(more)}" />'


def allow(context: dict[str, Any], directive: str, *sources: str) -> None:
    """Let the page of this ``html-page-context`` load from, or do, ``sources`` as well.

    ``allow(context, "script-src", "'wasm-unsafe-eval'")``
    """
    held = context.setdefault(_MORE, {})
    held[directive] = (*held.get(directive, ()), *sources)


def allowed(context: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """What was allowed to a page by :func:`allow`."""
    more: Mapping[str, tuple[str, ...]] = context.get(_MORE, {})
    return more
