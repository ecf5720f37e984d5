"""The ``{nl}`` role: a Dutch term in English prose, marked as Dutch for screen readers.

``{nl}`wijkagent``` or ``{nl}`ambtenaren <ambtenaar>`` (what is shown, and the term it stands for).
The first use on a page leads to the glossary and shows the English on hover and focus.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import ReferenceRole

from casebook import figure, glossary
from casebook.errors import CasebookError


class dutch_term(nodes.Inline, nodes.TextElement):  # noqa: N801 (docutils names nodes so)
    """Dutch words; where ``tip`` is set they lead to ``anchor`` on the glossary's page."""


class TermRole(ReferenceRole):
    """Mark Dutch words and tie them to the glossary; an unknown term stops the build."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """One node; only the first of a term on a page bears the link."""
        try:
            term = glossary.term(self.target)
        except CasebookError as error:
            source, line = self.get_source_info()
            raise ExtensionError(f"{source}:{line}: {error}", modname="casebook") from None
        used: set[str] = self.env.temp_data.setdefault("casebook_terms", set())
        tip = "" if term.key in used else f"{term.english}: {term.definition}"
        used.add(term.key)
        node = dutch_term(
            self.title,
            self.title,
            tip=tip,
            page=self.config.casebook_glossary_page,
            anchor=figure.anchor("term", term.key),
        )
        return [node], []


def _visit_html(self: Any, node: dutch_term) -> None:
    if node["tip"]:
        target = f"{self.builder.get_relative_uri(self.docnames[0], node['page'])}#{node['anchor']}"
        attributes = {"href": target, "data-tip": node["tip"]}
        self.body.append(self.starttag(node, "a", "", CLASS="cb-term", **attributes))
    self.body.append('<i lang="nl">')


def _depart_html(self: Any, node: dutch_term) -> None:
    self.body.append("</i></a>" if node["tip"] else "</i>")


def _skip(_self: Any, _node: dutch_term) -> None:
    """Other builders print the words alone."""


def setup(app: Sphinx) -> None:
    """Register role and node."""
    plain = (_skip, _skip)
    app.add_node(dutch_term, html=(_visit_html, _depart_html), latex=plain, text=plain)
    app.add_role("nl", TermRole())
