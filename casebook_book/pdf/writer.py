"""A page's doctree as Typst source. A node that has no form here stops the PDF with its name."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from docutils import nodes

from casebook import figure
from casebook_book.pdf import exhibits
from casebook_book.pdf.fragments import Fragments
from casebook_book.pdf.markup import anchor, array, link, string, words


@dataclass
class Page:
    """What the writer needs to know of a page, and what it leaves behind.

    ``number`` gives the printed number of the figure with these ids, ``picture`` the SVG of a
    figure's still or None; ``docnames`` are all pages of the book, ``linked`` all anchors that
    something leads to. ``anchors`` and ``links`` gather those of this page.
    """

    docname: str
    level: int
    docnames: Collection[str]
    places: exhibits.Places
    number: Callable[[Sequence[str]], str]
    picture: Callable[[str], str | None]
    linked: Collection[str] = ()
    anchors: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


class Writer(nodes.NodeVisitor):
    """Walk a resolved doctree; :attr:`source` is the Typst made of it."""

    def __init__(self, document: nodes.document, page: Page) -> None:
        super().__init__(document)
        self._page = page
        self._out: list[str] = []
        self._depth = 0
        self._html = Fragments(self._place, self._own, self._still)

    @property
    def source(self) -> str:
        """The Typst source so far."""
        return "".join(self._out)

    # ------------------------------------------------------------------ places

    def _own(self, identifier: str) -> str:
        key = f"{self._page.docname}#{identifier}"
        self._page.anchors.append(key)
        return key

    def _place(self, href: str) -> str | None:
        """The anchor of an address as written in HTML on this page; None if it is no page's."""
        path, _, identifier = href.partition("#")
        docname = self._page.docname
        if path:
            joined = posixpath.join(posixpath.dirname(docname), path)
            docname = posixpath.normpath(joined).removesuffix(".html")
        return self._to(docname, identifier) if docname in self._page.docnames else None

    def _to(self, docname: str, identifier: str) -> str:
        key = f"{docname}#{identifier}"
        self._page.links.append(key)
        return key

    def _still(self, address: str) -> str:
        return posixpath.basename(address).removesuffix("-light.svg")

    def dispatch_visit(self, node: nodes.Node) -> Any:
        """Set the anchors of a node before it; figures and sections set their own."""
        own = (nodes.section, nodes.figure, nodes.document)
        if isinstance(node, nodes.Element) and not isinstance(node, own):
            self._out += [anchor(self._own(i)) for i in node.get("ids", [])]
        return super().dispatch_visit(node)

    def unknown_visit(self, node: nodes.Node) -> None:
        """Nothing is left out unseen."""
        raise ValueError(f"the PDF knows no way to set a node of the kind '{_name(node)}'")

    # ------------------------------------------------------------------ structure

    def visit_document(self, _node: nodes.Node) -> None:
        """The page itself adds nothing."""

    depart_document = visit_document

    def visit_section(self, _node: nodes.Element) -> None:
        """One heading deeper; anchors go into the heading."""
        self._depth += 1

    def depart_section(self, _node: nodes.Node) -> None:
        """Back up."""
        self._depth -= 1

    def visit_title(self, node: nodes.Element) -> None:
        """A heading, or the title of an admonition."""
        if isinstance(node.parent, nodes.admonition):
            self._out.append("#strong[")
            return
        keys = [self._own(i) for i in node.parent["ids"]]
        if self._depth == 1:
            keys.append(self._own(""))
        level = self._page.level + self._depth - 1
        kind = f"chapter({level}" if self._depth == 1 else f"part-of({self._depth}, {level}"
        self._out.append(f"#{kind}, {array(map(string, keys))})[")

    def depart_title(self, _node: nodes.Node) -> None:
        """End of a heading."""
        self._out.append("]\n\n")

    def visit_compound(self, node: nodes.Element) -> None:
        """Lists of pages are the contents' affair."""
        if "toctree-wrapper" in node["classes"]:
            raise nodes.SkipNode
        self.unknown_visit(node)

    def visit_container(self, node: nodes.Element) -> None:
        """Code that the site folds away is left out; outputs are what they hold."""
        if "cell_input" in node["classes"]:
            raise nodes.SkipNode

    def depart_container(self, _node: nodes.Node) -> None:
        """Nothing to close."""

    def visit_paragraph(self, _node: nodes.Node) -> None:
        """Paragraphs are set off by empty lines."""

    def depart_paragraph(self, _node: nodes.Node) -> None:
        """The empty line."""
        self._out.append("\n\n")

    def visit_comment(self, _node: nodes.Node) -> None:
        """For those who write; and what a site offers to download is no use in what was."""
        raise nodes.SkipNode

    visit_editions = visit_comment

    def visit_target(self, _node: nodes.Node) -> None:
        """Its anchor stands already."""

    depart_target = visit_target

    # ------------------------------------------------------------------ blocks

    def visit_bullet_list(self, node: nodes.Element) -> None:
        """A list, or a row of large numbers."""
        self._out.append("#kpis(" if "cb-kpis" in node["classes"] else "#list(")

    def visit_enumerated_list(self, _node: nodes.Node) -> None:
        """A numbered list."""
        self._out.append("#enum(")

    def depart_bullet_list(self, _node: nodes.Node) -> None:
        """End of a list."""
        self._out.append(")\n\n")

    depart_enumerated_list = depart_bullet_list

    def visit_list_item(self, _node: nodes.Node) -> None:
        """An item; the last line of its last paragraph is not a break."""
        self._out.append("[")

    def depart_list_item(self, _node: nodes.Node) -> None:
        """End of an item."""
        self._out[-1] = self._out[-1].rstrip("\n")
        self._out.append("], ")

    def visit_definition_list(self, _node: nodes.Node) -> None:
        """Terms with what they mean."""
        self._out.append("#terms(")

    depart_definition_list = depart_bullet_list

    def visit_definition_list_item(self, _node: nodes.Node) -> None:
        """A term and its meaning."""
        self._out.append("terms.item(")

    def depart_definition_list_item(self, _node: nodes.Node) -> None:
        """End of both."""
        self._out.append("), ")

    visit_term = visit_definition = visit_list_item

    depart_term = depart_definition = depart_list_item

    def visit_block_quote(self, _node: nodes.Node) -> None:
        """Set in from the margin."""
        self._out.append("#quote(block: true)[")

    def depart_block_quote(self, _node: nodes.Node) -> None:
        """Back to the margin."""
        self._out.append("]\n\n")

    def visit_admonition(self, _node: nodes.Node) -> None:
        """A box."""
        self._out.append("#boxed[")

    visit_note = visit_warning = visit_important = visit_tip = visit_admonition

    depart_admonition = depart_note = depart_warning = depart_important = depart_tip = (
        depart_block_quote
    )

    def visit_literal_block(self, node: nodes.Element) -> None:
        """Commands and code that the text is about."""
        self._out.append(f"#raw({string(node.astext())}, block: true)\n\n")
        raise nodes.SkipNode

    def visit_table(self, node: nodes.Element) -> None:
        """A table written in the text: cells are content."""
        heads: list[str] = []
        body: list[str] = []
        for row in node.findall(nodes.row):
            cells = [f"[{self._within(entry)}]" for entry in row.findall(nodes.entry)]
            (heads if isinstance(row.parent, nodes.thead) else body).extend(cells)
        count = node.next_node(nodes.tgroup)["cols"]
        self._out.append(f"#written({count}, ({', '.join(heads)},), ({', '.join(body)},))\n\n")
        raise nodes.SkipNode

    def _within(self, node: nodes.Element) -> str:
        """What the children of ``node`` come to."""
        held, self._out = self._out, []
        for child in node.children:
            child.walkabout(self)
        made, self._out = self.source.strip(), held
        return made

    # ------------------------------------------------------------------ figures

    def visit_figure(self, node: nodes.Element) -> None:
        """An exhibit; the book has no other figures."""
        held = [n for n in node.findall(nodes.raw) if n.get("casebook_exhibit")]
        caption = node.next_node(nodes.caption)
        if len(held) != 1 or caption is None:
            raise ValueError("the PDF sets only figures that hold one exhibit and a caption")
        data = held[0]["casebook_exhibit"]
        keys = [self._own(i) for i in [*node["ids"], f"x-{data['name']}"]]
        source, anchors, links = exhibits.exhibit(
            data,
            label=self._page.number(node["ids"]),
            caption=self._within(caption),
            keys=keys,
            page=self._page.docname,
            picture=self._page.picture(data["name"]),
            places=self._page.places,
            linked=self._page.linked,
        )
        self._page.anchors += anchors
        self._page.links += links
        self._out.append(source)
        raise nodes.SkipNode

    def visit_raw(self, node: nodes.Element) -> None:
        """HTML of the page; what is raw for other formats is not for print."""
        if node["format"] == "html":
            self._out.append(self._html.piece(node.astext()))
        raise nodes.SkipNode

    # ------------------------------------------------------------------ inline

    def visit_Text(self, node: nodes.Text) -> None:  # noqa: N802 (docutils names nodes so)
        """Words."""
        self._out.append(words(node.astext()))

    def depart_Text(self, _node: nodes.Node) -> None:  # noqa: N802
        """Nothing to close."""

    def visit_inline(self, _node: nodes.Node) -> None:
        """Only a hook for styles of the site."""

    depart_inline = visit_inline

    def visit_emphasis(self, _node: nodes.Node) -> None:
        """Stressed."""
        self._out.append("#emph[")

    def visit_strong(self, _node: nodes.Node) -> None:
        """Stressed more."""
        self._out.append("#strong[")

    def depart_emphasis(self, _node: nodes.Node) -> None:
        """End of it."""
        self._out.append("]")

    depart_strong = depart_reference = depart_emphasis

    def visit_literal(self, node: nodes.Element) -> None:
        """Code in a sentence; references to figures come as literals too."""
        if "xref" not in node["classes"]:
            self._out.append(f"#code({string(node.astext())})")
            raise nodes.SkipNode

    def depart_literal(self, _node: nodes.Node) -> None:
        """Nothing to close."""

    def visit_number_reference(self, node: nodes.Element) -> None:
        """A reference to an exhibit."""
        self.visit_reference(node)

    def visit_reference(self, node: nodes.Element) -> None:
        """A link: within the PDF with its page, where it leads to another chapter; or outside."""
        address = node.get("refuri", "")
        if address.startswith(("http://", "https://", "mailto:")):
            self._out.append(f"#link({string(address)})[")
            return
        if "refid" in node:
            key: str | None = self._to(self._page.docname, node["refid"])
        elif node.get("internal"):
            docname, _, identifier = address.partition("#")
            key = self._to(docname, identifier)
        else:
            key = self._place(address)
        if key is None:
            raise ValueError(f"the PDF has no place for the link to '{address}'")
        shown = self._within(node)
        far = not key.startswith(f"{self._page.docname}#")
        self._out.append(link(key, shown) + (f"#on-page({string(key)})" if far else ""))
        raise nodes.SkipNode

    def visit_fact_reference(self, node: nodes.Element) -> None:
        """A value, underlined by its kind, and the sign of a doubt after it."""
        key = self._to(node["page"] or self._page.docname, node["anchor"])
        self._out.append(f"#fact({string(node['kind'])}, {string(key)}, {string(node.astext())})")
        if node["doubt"]:
            finding = self._to(node["audit"], figure.anchor("finding", node["doubt"][0]))
            self._out.append(f"#doubt({string(finding)})")
        raise nodes.SkipNode

    def visit_dutch_term(self, node: nodes.Element) -> None:
        """Dutch words, marked as Dutch; the first of a page leads to the glossary."""
        shown = f"#nl({string(node.astext())})"
        self._out.append(
            link(self._to(node["page"], node["anchor"]), shown) if node["tip"] else shown
        )
        raise nodes.SkipNode


def _name(node: nodes.Node) -> str:
    return type(node).__name__
