"""One style sheet for the whole site: those of theme and extensions, cut down to what is used.

The theme's has rules for thousands of icons and for parts that no page of the book has; a
browser waits for it before it shows a word, and tries each rule on each element. Left out is a
selector that names a class or an id found on no page and in no script. Our own sheet stays whole.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tinycss2
from tinycss2 import ast

#: Below ``_static``, in the order in which they apply; theme.css does nothing but import the first.
_SHEETS = (
    "basic.css",
    "styles/theme.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "copybutton.css",
    "mystnb.*.css",
    "casebook.css",
)
_OURS = "casebook.css"
_MADE = "site.css"

#: The one sheet as a page links it, until its content is known.
HREF = f"_static/{_MADE}?v=0"

_STAMP = re.compile(rf"(?<=_static/{re.escape(_MADE)}\?v=)\w+")
_NAMED = re.compile(r"\b(?:class|id)=(?:\"([^\"]*)\"|([^\s>\"]+))")
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_URL = re.compile(r"url\((['\"]?)(?!data:|#|/)([^)'\"]+)\1\)")

#: Folders whose pages are none of the site's own.
_APART = {"_static", "downloads"}

#: Bootstrap puts these names together from parts.
_COMPOSED = re.compile(r"bs-")


def holds(name: str) -> bool:
    """Whether the sheet at ``name``, below ``_static``, is one of those put together."""
    return any(Path(name).match(pattern) for pattern in _SHEETS)


def write(out: Path) -> None:
    """Write the one sheet of the site in ``out`` and put its version into every page."""
    static = out / "_static"
    found = [p for p in sorted(out.rglob("*.html")) if not _APART & set(p.parts)]
    pages = {page: page.read_text("utf-8") for page in found}
    scripts = [p for p in sorted(static.rglob("*.js")) if p.stat().st_size < 200_000]
    known = names(pages.values(), (script.read_text("utf-8") for script in scripts))
    texts = [(sheet.name, moved(sheet, static)) for sheet in sources(static)]
    whole = "\n".join(t if name == _OURS else trim(t, known) for name, t in texts)
    _replace(static / _MADE, whole)
    version = hashlib.sha256(whole.encode("utf-8")).hexdigest()[:8]
    for page, text in pages.items():
        stamped = _STAMP.sub(version, text)
        if stamped != text:
            _replace(page, stamped)


def names(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """Every class and id of the ``pages``, and every word of the ``scripts`` that may be one."""
    found: set[str] = set()
    for page in pages:
        for quoted, bare in set(_NAMED.findall(page)):
            found.update((quoted or bare).split())
    for script in scripts:
        found.update(_WORD.findall(script))
    return found


def trim(sheet: str, known: set[str]) -> str:
    """The rules of ``sheet`` that can apply where just the classes and ids ``known`` exist."""
    rules = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
    return "".join(_kept(rules, known))


def _kept(rules: Iterable[Any], known: set[str]) -> Iterable[str]:
    for rule in rules:
        if isinstance(rule, ast.QualifiedRule):
            selectors = [s for s in _split(rule.prelude) if _applies(s, known)]
            if selectors:
                heads = ",".join(tinycss2.serialize(s).strip() for s in selectors)
                yield f"{heads}{{{tinycss2.serialize(rule.content).strip()}}}\n"
        elif rule.type == "error":
            raise ValueError(f"style sheet, line {rule.source_line}: {rule.message}")
        elif rule.lower_at_keyword in ("media", "supports"):
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if held := "".join(_kept(inner, known)):
                prelude = tinycss2.serialize(rule.prelude).strip()
                yield f"@{rule.at_keyword} {prelude}{{{held}}}\n"
        else:
            yield rule.serialize() + "\n"


def _split(prelude: list[Any]) -> list[list[Any]]:
    """The selectors of a list that commas divide."""
    out: list[list[Any]] = [[]]
    for token in prelude:
        if token == ",":
            out.append([])
        else:
            out[-1].append(token)
    return out


def _applies(selector: list[Any], known: set[str]) -> bool:
    """Whether all classes and ids of the selector are known, those in brackets left aside."""
    for i, token in enumerate(selector):
        if token.type == "hash":
            name = token.value
        elif token == "." and i + 1 < len(selector) and selector[i + 1].type == "ident":
            name = selector[i + 1].value
        else:
            continue
        if name not in known and not _COMPOSED.match(name):
            return False
    return True


def sources(static: Path) -> list[Path]:
    """The sheets that are put together, as they apply."""
    return [sheet for pattern in _SHEETS for sheet in sorted(static.glob(pattern))]


def moved(sheet: Path, static: Path) -> str:
    """The text of the sheet, its references as they read from ``static`` itself."""
    folder = sheet.parent.relative_to(static).as_posix()

    def from_there(found: re.Match[str]) -> str:
        return f"url({posixpath.normpath(posixpath.join(folder, found[2]))})"

    # An import within the whole would be too late; the one there is leads to a sheet that is in it.
    text = re.sub(r"@(?:import|charset)[^;]*;", "", sheet.read_text("utf-8"))
    return _URL.sub(from_there, text)


def _replace(path: Path, text: str) -> None:
    """Write all of the file or nothing, also if the build is killed."""
    partial = path.with_name(path.name + ".part")
    partial.write_text(text, "utf-8")
    partial.replace(path)
