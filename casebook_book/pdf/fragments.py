"""HTML that pages hold as it is (badges, cards), as Typst source; an unknown tag stops the PDF.

The pieces come one by one: a link may open in one and close in another, with text of the page
in between.
"""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

from casebook_book.pdf.markup import anchor, link, string, words

# Tags that only set off what they hold.
_PLAIN = ("div", "section")

_WRAPPED = {"em": "#emph[", "i": "#emph[", "strong": "#strong[", "b": "#strong[", "code": "#code["}


class Fragments(HTMLParser):
    """Turns HTML into Typst, piece by piece.

    ``place`` makes the anchor of an address as written on the page, or None for one that the PDF
    does not hold; ``own`` makes the anchor of an id; ``picture`` takes the name of a still.
    """

    def __init__(
        self,
        place: Callable[[str], str | None],
        own: Callable[[str], str],
        picture: Callable[[str], str],
    ) -> None:
        super().__init__(convert_charrefs=True)
        self._place, self._own, self._picture = place, own, picture
        self._out: list[str] = []
        # What closes each open tag.
        self._open: list[tuple[str, str]] = []

    def piece(self, source: str) -> str:
        """The Typst source of one piece."""
        self.feed(source)
        made, self._out = "".join(self._out), []
        return made

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open what a tag stands for."""
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        if "id" in given:
            self._out.append(anchor(self._own(given["id"])))
        if tag == "img":
            if "cb-on-dark" not in classes:
                name = self._picture(given["src"])
                self._out.append(f"#thumb({string(name)})")
            return
        if tag == "br":
            self._out.append("#linebreak()")
            return
        opened, closed = self._sides(tag, classes, given)
        self._out.append(opened)
        self._open.append((tag, closed))

    def _sides(self, tag: str, classes: list[str], given: dict[str, str]) -> tuple[str, str]:
        """What opens a tag and what closes it."""
        if tag == "a":
            return self._link(classes, given.get("href", ""))
        if tag == "ul":
            cards = any(c.startswith("cb-") for c in classes)
            return ("#cards(" if cards else "#list("), ")\n\n"
        if tag == "li":
            return "[", "], "
        if tag == "p":
            return ("#meta[" if "cb-meta" in classes else "#par["), "]\n"
        if tag == "span":
            return ("#card-title[" if "cb-card-title" in classes else "#box-free["), "]"
        if tag in _PLAIN:
            return "", ""
        if tag in _WRAPPED:
            return _WRAPPED[tag], "]"
        raise ValueError(f"the PDF knows no way to set the HTML tag <{tag}>")

    def _link(self, classes: list[str], href: str) -> tuple[str, str]:
        if href.startswith(("http://", "https://", "mailto:")):
            return f"#link({string(href)})[", "]"
        key = self._place(href)
        if key is None:
            return "#box-free[", "]"
        before, after = link(key, "\0").split("\0")
        kind = [c.removeprefix("cb-") for c in classes if c != "cb-badge"]
        if "cb-badge" in classes and kind:
            return f"#badge-of({string(kind[0])})[{before}", f"{after}]"
        return before, after

    def handle_endtag(self, tag: str) -> None:
        """Close it again."""
        opened, closed = self._open.pop()
        if opened != tag:
            raise ValueError(f"the HTML tag </{tag}> closes <{opened}>")
        self._out.append(closed)

    def handle_data(self, data: str) -> None:
        """Text; white space between the items of a list is none."""
        inside = self._open and self._open[-1][0] == "ul"
        if not inside and (data.strip() or self._open):
            self._out.append(words(data))
