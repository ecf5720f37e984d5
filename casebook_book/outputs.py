"""What cells put on a page: figures with badge, twin and downloads; told values; nothing else.

An output without provenance (a bare chart, a printed number) stops the build, as does a figure
without caption, number or mention in the text.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from casebook import figure, tell
from casebook.audit import findings
from casebook.provenance import KINDS
from casebook_book.exhibits import HERE, unseen

_MIMES = (figure.MIME, tell.MIME)

#: What a reader sees beside each kind; the shape says it without colour.
_SIGNS = {"published": "■", "derived": "▲", "coded": "●", "yours": "◆", "reconstructed": "◇"}

_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')

#: A table with more rows fills its frame, so a browser need not lay it out to know its height.
_LONG = 60
#: A column with a cell of more letters holds prose, which a narrow screen must leave some room.
_PROSE = 70


class FigureRenderer(MimeRenderPlugin):
    """myst-nb's hook: the package's payloads as page content."""

    mime_priority_overrides: ClassVar[Sequence[tuple[str, str, int | None]]] = [
        ("*", mime, 1) for mime in _MIMES
    ]

    @staticmethod
    def handle_mime(
        renderer: NbElementRenderer, data: MimeData, inline: int
    ) -> list[nodes.Element] | None:
        """Nodes for one of our payloads; None leaves other kinds to myst-nb."""
        env = renderer.renderer.sphinx_env
        if inline or env is None or data.mime_type not in _MIMES:
            return None
        payload: dict[str, Any] = data.content
        _note_inputs(env, payload["inputs"])
        if data.mime_type == tell.MIME:
            _note_told(env, payload["values"])
            anchors = "".join(f'<span id="value-{name}"></span>' for name in payload["values"])
            return [nodes.raw("", f'<div class="cb-told">{anchors}</div>', format="html")]
        _check_payload(payload)
        _note_files(env, payload)
        raw = nodes.raw("", _figure_html(payload, env), format="html")
        raw["casebook_figure"] = payload["name"]
        raw["casebook_exhibit"] = _exhibit(payload)
        return [raw]


def badge(kind: str, href: str, cited: str = "") -> str:
    """The badge of one provenance kind, linked to what it means, with its sources."""
    said = f'<span class="cb-sources">{html.escape(cited)}</span>' if cited else ""
    return (
        f'<a class="cb-badge cb-{kind}" href="{href}#{kind}">'
        f'<span aria-hidden="true">{_SIGNS[kind]}</span> {unseen("Provenance: ")}{kind}</a>{said}'
    )


def _check_payload(payload: dict[str, Any]) -> None:
    """The last look before the page: a reconstruction bears its mark inside every picture."""
    name, kind = payload["name"], payload["kind"]
    if kind not in KINDS:
        raise ExtensionError(
            f"Figure {name}: unknown provenance kind {kind!r}.", modname="casebook"
        )
    # The still pictures, and the data from which the page's script draws the live one.
    drawn = [*payload["pictures"].values(), json.dumps(payload["content"])]
    simulated = kind == "reconstructed" and payload["type"] != "table"
    if simulated and not all(figure.MARK in picture for picture in drawn):
        raise ExtensionError(
            f"Figure {name} comes from a reconstruction but its picture does not say so. "
            f"Remedy: write {figure.MARK!r} inside the picture.",
            modname="casebook",
        )


def _root(env: BuildEnvironment) -> str:
    return "../" * env.docname.count("/")


def _figure_html(payload: dict[str, Any], env: BuildEnvironment) -> str:
    root, name, kind = _root(env), payload["name"], payload["kind"]
    provenance = f"{root}{env.config.casebook_provenance_page}.html"
    description = html.escape(payload["description"], quote=True)
    choose = " ".join(map(str, payload["content"].get("choose", [])))
    choosing = f' data-choose="{choose}"' if choose else ""
    out = [f'<div class="cb-figure cb-of-{payload["type"]} cb-is-{kind}" id="x-{name}"{choosing}>']
    out.append(f'<div class="cb-head">{badge(kind, provenance, payload["cited"])}</div>')
    if payload["type"] == "table":
        out.append(_table(payload, description, ""))
    else:
        still = "".join(
            f'<img class="cb-still cb-on-{theme}" src="{root}_figures/{file}" alt="" '
            f'{_size(payload["pictures"][theme])} loading="lazy">'
            for theme, file in _picture_files(payload).items()
        )
        script = json.dumps(
            payload["content"], separators=(",", ":"), ensure_ascii=False, sort_keys=True
        )
        out.append(
            f'<div class="cb-picture"><div class="cb-stills" role="img" '
            f'aria-label="{description}">{still}</div></div>'
            f'<script type="application/json" class="cb-data">{_inert(script)}</script>'
            f'<details class="cb-twin"><summary>Description and table'
            f"{unseen(f' of {HERE}')}</summary>"
            f"<p>{description}</p>{_table(payload, 'What is drawn', ' of what is drawn')}</details>"
        )
    links = "".join(
        f'<a href="{root}downloads/data/{name}.{ending}" download>{ending.upper()}'
        f"{unseen(f' of {HERE}')}</a>"
        for ending in payload["files"]
    )
    note = html.escape(" ".join(filter(None, [_cut(payload["table"]), *_notes(payload)])))
    doubts = _doubts(payload, f"{root}{env.config.casebook_audit_page}.html")
    out.append(f'<p class="cb-links">{links}<span>{note}</span>{doubts}</p></div>')
    return "".join(out)


def _size(picture: str) -> str:
    """Width and height of an SVG as attributes, so that its place is kept before it is there."""
    box = _BOX.search(picture)
    return f'width="{float(box[1]):.0f}" height="{float(box[2]):.0f}"' if box else ""


def _exhibit(payload: dict[str, Any]) -> dict[str, Any]:
    """What other builders and rooms need of a figure; its pictures are in the store."""
    content = payload["content"]
    kept = {key: payload[key] for key in ("name", "type", "description", "kind", "cited", "table")}
    return {
        **kept,
        "notes": _notes(payload),
        "anchors": content.get("anchors", []),
        "doubts": _findings(payload),
        "legend": [
            {key: group[key] for key in ("label", "shape", "colour")}
            for group in content.get("groups", [])
            if group["members"]
        ],
        "rule": content.get("rule", ""),
        "endings": tuple(payload["files"]),
        "rows": _keyed_rows(payload),
    }


def _notes(payload: dict[str, Any]) -> list[str]:
    return [note for note in (payload["table"]["note"], payload["note"]) if note]


def _cut(table: dict[str, Any]) -> str:
    shown, total = len(table["rows"]), table["total"]
    return f"The first {shown} of {total:,} rows; the CSV has them all." if shown < total else ""


def _findings(payload: dict[str, Any]) -> dict[str, str]:
    """What the audit finds of the printed tables that the figure was made from, by its id."""
    used = set(payload["inputs"])
    found = [
        finding
        for source, path, about in findings.doubted_tables()
        if source in payload["sources"] and path in used
        for finding in about
    ]
    about = findings.abouts()
    return {finding: about[finding] for finding in found}


def _doubts(payload: dict[str, Any], page: str) -> str:
    links = "; ".join(
        f'<a href="{page}#{figure.anchor("finding", finding)}">{html.escape(about)}</a>'
        for finding, about in _findings(payload).items()
    )
    return f"<span>In the audit: {links}</span>" if links else ""


def _inert(script: str) -> str:
    """JSON that cannot close its script element or open a comment."""
    return script.replace("<", "\\u003c")


def _table(payload: dict[str, Any], description: str, what: str) -> str:
    """The table in a box of its own, which says whose it is; the table says what it tells."""
    table = payload["table"]
    numeric = table["numeric"]
    # The search index strips tags: without a space two cells would be one word to it.
    longest = [
        max((len(row[at]) for row in table["rows"]), default=0) for at in range(len(numeric))
    ]
    heads = " ".join(
        f'<th scope="col"{" class=cb-num" if number else " class=cb-prose" * (most > _PROSE)}>'
        f"{html.escape(column)}</th>"
        for column, number, most in zip(table["columns"], numeric, longest, strict=True)
    )
    keyed = _keyed_rows(payload)
    rows = []
    for i, row in enumerate(table["rows"]):
        cells = " ".join(
            f"<td{' class=cb-num' if number else ''}{' lang=nl' if dutch and cell else ''}>"
            f"{html.escape(cell)}</td>"
            for cell, number, dutch in zip(row, numeric, table["dutch"], strict=True)
        )
        anchor = ""
        if keyed:
            name, anchor = html.escape(keyed[i][0]), f' id="{keyed[i][1]}"'
            # Its sign comes from the style sheet, so that the cell's text stays that of the CSV.
            link = f'<a class="cb-row" href="#{keyed[i][1]}" aria-label="Link to {name}"></a></td>'
            cells = cells.replace("</td>", link, 1)
        rows.append(f"<tr{anchor}>{cells} </tr>")
    long = " cb-long" if len(rows) > _LONG else ""
    return (
        f'<div class="cb-scroll{long}" role="region" tabindex="0" '
        f'aria-label="Table{what}, {HERE}">'
        f'<table class="cb-table" aria-label="{description}"><thead><tr>{heads} </tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _keyed_rows(payload: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Name and anchor of each row that can be linked to; the name is the cell it was made from."""
    anchors = payload["content"].get("anchors")
    if not anchors:
        return ()
    pairs = []
    for anchor, row in zip(anchors, payload["table"]["rows"], strict=True):
        word = anchor.partition("-")[0]
        pairs.append((next((c for c in row if figure.anchor(word, c) == anchor), row[0]), anchor))
    return tuple(pairs)


def _picture_files(payload: dict[str, Any]) -> dict[str, str]:
    return {theme: f"{payload['name']}-{theme}.svg" for theme in payload["pictures"]}


def store(env: BuildEnvironment, name: str) -> dict[str, Any]:
    """A mapping by docname kept in the environment, so that unread pages keep theirs."""
    if not hasattr(env, name):
        setattr(env, name, {})
    held: dict[str, Any] = getattr(env, name)
    return held


def _note_inputs(env: BuildEnvironment, inputs: Sequence[str]) -> None:
    """Remember which data files the current page uses, for its bundle."""
    store(env, "casebook_inputs").setdefault(env.docname, set()).update(inputs)


def _note_told(env: BuildEnvironment, values: dict[str, str]) -> None:
    """Remember the values that a cell told; a name told twice would change sentences unseen."""
    told = store(env, "casebook_told").setdefault(env.docname, {})
    twice = sorted(set(told) & set(values))
    if twice:
        raise ExtensionError(
            f"{env.docname}: two cells tell a value named {', '.join(twice)}. "
            "Remedy: give one of them another name.",
            modname="casebook",
        )
    told.update(values)


def _note_files(env: BuildEnvironment, payload: dict[str, Any]) -> None:
    """Remember the files of a figure; they are written when the build has succeeded."""
    stored, name = store(env, "casebook_files"), payload["name"]
    for docname, figures in stored.items():
        if name in figures and docname != env.docname:
            raise ExtensionError(
                f"Two figures are named {name}: in {docname} and {env.docname}. "
                "Remedy: rename one; the name is that of its files.",
                modname="casebook",
            )
    files = {
        f"_figures/{file}": payload["pictures"][theme].encode("utf-8")
        for theme, file in _picture_files(payload).items()
    }
    files |= {
        f"downloads/data/{name}.{end}": figure.as_bytes(end, text)
        for end, text in payload["files"].items()
    }
    stored.setdefault(env.docname, {})[name] = files


#: What is kept by page: the files of its figures, the data it used, the values it told.
_STORES = ("casebook_files", "casebook_inputs", "casebook_told")


def _purge(_app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    for name in _STORES:
        store(env, name).pop(docname, None)


def _merge(
    _app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment
) -> None:
    for name in _STORES:
        theirs = store(other, name)
        store(env, name).update({d: theirs[d] for d in docnames if d in theirs})


def _check_page(app: Sphinx, doctree: nodes.document) -> None:
    """Refuse outputs without provenance and figures nobody captions or mentions."""
    page = app.env.docname
    for bundle in doctree.findall(nodes.container):
        if bundle.get("nb_element") == "mime_bundle":
            kinds = [child.get("mime_type") for child in bundle.children]
            if not set(kinds) & set(_MIMES):
                raise ExtensionError(
                    f"{page}: a cell shows an output without provenance ({', '.join(kinds)}). "
                    "Remedy: wrap it in figure.table, figure.chart or figure.network.",
                    modname="casebook",
                )
    for block in doctree.findall(nodes.literal_block):
        if "stream" in block["classes"]:
            raise ExtensionError(
                f"{page}: a cell prints text. Remedy: tell(...) the value and use {{fact}}.",
                modname="casebook",
            )
    mentioned = {
        ref["reftarget"]
        for ref in doctree.findall(addnodes.pending_xref)
        if ref.get("reftype") in ("numref", "ref")
    }
    for raw in doctree.findall(nodes.raw):
        name = raw.get("casebook_figure")
        if name is not None:
            _check_caption(page, name, raw, mentioned)


def _check_caption(page: str, name: str, raw: nodes.Node, mentioned: set[str]) -> None:
    holder = raw.parent
    while holder is not None and not isinstance(holder, nodes.figure):
        holder = holder.parent
    if holder is None or not any(isinstance(c, nodes.caption) for c in holder.children):
        problem = "has no caption"
    elif not mentioned & set(holder["names"]):
        problem = "is nowhere referred to in the text"
    else:
        return
    raise ExtensionError(
        f"{page}: figure {name} {problem}. Remedy: give its cell mystnb.figure with name and "
        "caption, and a sentence with {numref}.",
        modname="casebook",
    )


def _write_files(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    for figures in store(app.env, "casebook_files").values():
        for files in figures.values():
            for name, content in files.items():
                path = Path(app.outdir) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)


def setup(app: Sphinx) -> None:
    """Connect the checks and the writing of files."""
    app.connect("doctree-read", _check_page)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("build-finished", _write_files)
