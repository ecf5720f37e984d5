"""The ``{fact}`` role: a number in prose that comes from the ledger or from the page's code.

``{fact}`topic.measure``` prints a ledger value with its qualifier and links to its row;
``{fact}`=per_post``` prints a value that a cell of the same page told (see ``casebook.tell``)
and links to that cell. A printed value that the audit doubts is followed by a sign that links to
the finding.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxRole

from casebook import figure, published, tell
from casebook.audit import findings
from casebook.errors import CasebookError


class fact_reference(nodes.Inline, nodes.TextElement):  # noqa: N801 (docutils names nodes so)
    """A value with ``kind``, ``tip``, ``page`` (docname, empty for this page) and ``anchor``.

    ``doubt`` is the finding of the audit that doubts it and its verdict, or None.
    """


#: What follows a doubted value; a screen reader hears the verdict instead.
DOUBT = "≠"


class FactRole(SphinxRole):
    """Replace a fact's id by its value."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """One node for one value; an unknown name stops the build."""
        name = self.text.strip()
        node = self._told(name[1:]) if name.startswith("=") else self._printed(name)
        return [node], []

    def _printed(self, name: str) -> nodes.Node:
        try:
            fact = published.fact(name)
        except CasebookError as error:
            raise self._error(str(error)) from None
        tip = f"published: “{fact.as_published}” ({fact.source} {fact.locator})"
        return self._node(
            fact.text,
            "published",
            tip,
            self.config.casebook_ledger_page,
            figure.anchor("fact", name),
            findings.doubts().get(name, [None])[0],
        )

    def _told(self, name: str) -> nodes.Node:
        told = told_values(self.inliner.document.get("nb_renderer"))
        if name not in told:
            known = ", ".join(sorted(told)) or "none"
            raise self._error(
                f"no cell of this page tells a value named '{name}' (told: {known}). "
                "Remedy: tell(...) it in a cell, or correct the name."
            )
        value = told[name]
        origin = f" ({value['cited']})" if value["cited"] else ""
        tip = f"{value['kind']}: {value['how']}{origin}"
        return self._node(value["text"], value["kind"], tip, "", f"value-{name}")

    def _node(
        self,
        text: str,
        kind: str,
        tip: str,
        page: str,
        anchor: str,
        doubt: tuple[str, str] | None = None,
    ) -> nodes.Node:
        return fact_reference(
            text,
            text,
            kind=kind,
            tip=tip,
            page=page,
            anchor=anchor,
            doubt=doubt,
            audit=self.config.casebook_audit_page,
        )

    def _error(self, problem: str) -> ExtensionError:
        source, line = self.get_source_info()
        return ExtensionError(f"{source}:{line}: {problem}", modname="casebook")


def told_values(nb_renderer: Any) -> dict[str, dict[str, Any]]:
    """Name to ``text, kind, how, sources`` of all values that the page's notebook told."""
    if nb_renderer is None:
        return {}
    told: dict[str, dict[str, Any]] = {}
    for cell in nb_renderer.renderer.nb_client.notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {}).get(tell.MIME)
            for name, text in (data or {"values": {}})["values"].items():
                told[name] = {"text": text, **{k: data[k] for k in ("kind", "how", "cited")}}
    return told


def _visit_html(self: Any, node: fact_reference) -> None:
    target = "#" + node["anchor"]
    if node["page"]:
        target = self.builder.get_relative_uri(self.docnames[0], node["page"]) + target
    # The accessible name starts with the visible text, then says where it comes from.
    attributes = {
        "href": target,
        "data-tip": node["tip"],
        "aria-label": f"{node.astext()}, {node['tip']}",
    }
    self.body.append(self.starttag(node, "a", "", CLASS=f"cb-fact cb-{node['kind']}", **attributes))


def _depart_html(self: Any, node: fact_reference) -> None:
    self.body.append("</a>")
    if node["doubt"]:
        finding, verdict = node["doubt"]
        page = self.builder.get_relative_uri(self.docnames[0], node["audit"])
        attributes = {
            "href": f"{page}#{figure.anchor('finding', finding)}",
            "data-tip": f"audit: {verdict}",
            "aria-label": f"audit of {node.astext()}: {verdict}",
        }
        self.body.append(self.starttag(node, "a", "", CLASS="cb-doubt", **attributes))
        self.body.append(f"{DOUBT}</a>")


def _skip(_self: Any, _node: fact_reference) -> None:
    """Other builders print the text alone."""


def setup(app: Sphinx) -> None:
    """Register role and node."""
    plain = (_skip, _skip)
    app.add_node(fact_reference, html=(_visit_html, _depart_html), latex=plain, text=plain)
    app.add_role("fact", FactRole())
