"""Names for the ear: each badge, table, download and fold says which exhibit it belongs to.

Numbers of exhibits are known only when all pages are read: until then a figure's HTML holds
:data:`HERE` in their place.
"""

from __future__ import annotations

import html
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx

#: Stands for "Exhibit 12" in the HTML of a figure until the number is known.
HERE = "\ue000exhibit\ue000"


def unseen(text: str) -> str:
    """``text`` for screen readers alone."""
    return f'<span class="cb-sr">{html.escape(text)}</span>'


def _name(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Fill in the exhibit's number in figures and in the folds of the code that makes them."""
    form = app.config.numfig_format["figure"]
    # The one page of a printed book holds figures of all pages, hence all numbers.
    numbers = {
        label: form % ".".join(map(str, number))
        for kinds in app.env.toc_fignumbers.values()
        for label, number in kinds.get("figure", {}).items()
    }
    for holder in doctree.findall(nodes.figure):
        number = numbers.get(next(iter(holder["ids"]), ""), "this exhibit")
        for raw in holder.findall(nodes.raw):
            if HERE in raw.astext():
                raw.children = [nodes.Text(raw.astext().replace(HERE, number))]
    for fold in doctree.findall(HideCodeCellNode):
        made = [
            numbers[label]
            for holder in fold.parent.findall(nodes.figure)
            for label in holder["ids"]
            if label in numbers
        ]
        fold["made"] = made[0] if made else "values in the text"


def _visit_fold(self: Any, node: HideCodeCellNode) -> None:
    # As myst-nb writes it, but for its label, which hid the words that are seen.
    of = unseen(f" for {node['made']}")
    prompts = "".join(
        f'<p class="{state} admonition-title">{html.escape(node[prompt])}{of}</p>\n'
        for state, prompt in (("collapsed", "prompt_show"), ("expanded", "prompt_hide"))
    )
    classes = " ".join(node["classes"])
    self.body.append(f'<details class="admonition hide {classes}">\n<summary>\n{prompts}</summary>')


def _depart_fold(self: Any, _node: HideCodeCellNode) -> None:
    self.body.append("</details>\n")


def setup(app: Sphinx) -> None:
    """Names are given when a page is written."""
    app.connect("doctree-resolved", _name)
    app.add_node(HideCodeCellNode, override=True, html=(_visit_fold, _depart_fold))
