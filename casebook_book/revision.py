"""Which revision a build is: the commit it was made from, and the versions it was made with.

``{revision}`commit``` and ``{revision}`date``` print what git says of the book's folder; outside a
repository they print "unknown". The directive ``packages`` makes a table of packages, one a line as
``name: what it is for``, with the versions that are installed and, where it differs, the pinned
one. Nothing here depends on the machine, the folder or the Python: the same commit with the same
packages gives the same page.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from docutils import nodes
from packaging.utils import canonicalize_name
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole

from casebook_book import lock
from casebook_book.outputs import store

UNKNOWN = "unknown"

#: Under this name a page's metadata keep the revision that the page tells.
TOLD = "casebook_revision"


@dataclass(frozen=True)
class Revision:
    """``commit`` in twelve characters and its ``date`` (ISO 8601), or "unknown".

    ``altered`` where tracked files differ from the commit.
    """

    commit: str = UNKNOWN
    date: str = UNKNOWN
    altered: bool = False

    def text(self, part: str) -> str:
        """What the role prints for ``commit`` or ``date``."""
        if part == "date":
            return self.date
        return f"{self.commit}, with changes that are in no commit" if self.altered else self.commit


def revision(root: Path) -> Revision:
    """The revision in the folder ``root``; a folder inside another's repository has none."""
    top = _git(root, "rev-parse", "--show-toplevel")
    if top is None or Path(top).resolve() != root.resolve():
        return Revision()
    said = _git(root, "log", "-1", "--abbrev=12", "--format=%h %cs")
    if said is None:
        return Revision()
    commit, _, date = said.partition(" ")
    return Revision(commit, date, altered=_git(root, "diff", "--quiet", "HEAD") is None)


def _git(root: Path, *arguments: str) -> str | None:
    """What git says, or None where it fails or is not there."""
    try:
        run = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return run.stdout.strip()


class RevisionRole(SphinxRole):
    """Print the commit or its date."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """One piece of text; an unknown part stops the build."""
        part = self.text.strip()
        if part not in ("commit", "date"):
            source, line = self.get_source_info()
            raise ExtensionError(
                f"{source}:{line}: a revision has no '{part}'. Remedy: commit or date.",
                modname="casebook",
            )
        env = self.env
        found = revision(Path(env.srcdir))
        text = found.text(part)
        env.metadata[env.docname][TOLD] = found
        # A bundle's notebook prints it too; no cell can tell a value under such a name.
        store(env, "casebook_told").setdefault(env.docname, {})[f"revision {part}"] = text
        return [nodes.inline(text=text)], []


class PackagesDirective(SphinxDirective):
    """A table of packages with their versions."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """One table, a row a line of the content."""
        root = Path(self.env.srcdir)
        self.env.note_dependency(str(root / lock.LOCK))
        pinned = lock.pins(root)
        rows: list[tuple[str, ...]] = [("Package", "Version", "What it is for")]
        for line in self.content:
            name, _, purpose = line.partition(":")
            rows.append((name, _installed(name, pinned), purpose.strip()))
        return [_table(rows)]


def _installed(name: str, pinned: dict[str, list[str]]) -> str:
    try:
        found = version(name)
    except PackageNotFoundError:
        raise ExtensionError(
            f"The directive packages names {name}, which is not installed. Remedy: take the line "
            "out, or add the package to requirements.in.",
            modname="casebook",
        ) from None
    pin = pinned.get(canonicalize_name(name), ["nothing"])
    return found if found in pin else f"{found} (pinned: {' or '.join(pin)})"


def _table(rows: list[tuple[str, ...]]) -> nodes.table:
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in rows[0]), cols=len(rows[0]))
    head, body = nodes.thead(), nodes.tbody()
    for number, row in enumerate(rows):
        cells = [nodes.entry("", nodes.paragraph(text=cell)) for cell in row]
        (body if number else head).append(nodes.row("", *cells))
    group += [head, body]
    return nodes.table("", group)


def _outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], _changed: set[str], removed: set[str]
) -> list[str]:
    """Pages that tell another revision than this one."""
    told = {
        docname: meta[TOLD]
        for docname, meta in env.metadata.items()
        if TOLD in meta and docname not in added | removed
    }
    now = revision(Path(app.srcdir)) if told else None
    return [docname for docname, held in told.items() if held != now]


def setup(app: Sphinx) -> None:
    """Register role and directive; keep what they print up to date."""
    app.add_role("revision", RevisionRole())
    app.add_directive("packages", PackagesDirective)
    app.connect("env-get-outdated", _outdated)
