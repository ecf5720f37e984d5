"""The picture that stands beside a link to a page: its title, its part, its first drawing.

Made with Typst from what the page shows, so the same page gives the same bytes. The drawing bears
its kind of provenance; one made from a reconstruction says so in large letters.
"""

from __future__ import annotations

import hashlib
import io
import json
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import font_source_sans_pro
import typst
from PIL import Image
from sphinx.application import Sphinx

from casebook import figure
from casebook_book import citation, pages
from casebook_book.outputs import store

WIDTH, HEIGHT = 1200, 630

#: Bytes of a picture at most; fewer colours are tried until it is met.
LIMIT = 60_000
_COLOURS = (64, 32, 16)


def setup(app: Sphinx) -> None:
    """Draw when the build has succeeded, and all figures are known."""
    app.connect("build-finished", _write)


def file_name(docname: str) -> str:
    """The picture of a page, below the root of the site."""
    return f"_social/{docname.replace('/', '-')}.png"


def alt(app: Sphinx, docname: str) -> str:
    """What the picture shows, in words."""
    drawn = _drawn(pages.of(app.env, docname))
    said = f"The title “{pages.title(app, docname)}”"
    return f"{said}. {drawn.description}" if drawn else f"{said} in large letters."


def _drawn(page: pages.Page) -> pages.Exhibit | None:
    """The first network of the page, or its first chart."""
    for wanted in ("network", "chart"):
        for exhibit in page.exhibits:
            if exhibit.type == wanted:
                return exhibit
    return None


def _content(app: Sphinx, docname: str) -> dict[str, str]:
    drawn, picture = _drawn(pages.of(app.env, docname)), ""
    if drawn is not None:
        kept = store(app.env, "casebook_files")[docname][drawn.name]
        picture = kept[f"_figures/{drawn.name}-light.svg"].decode()
    return {
        "title": pages.title(app, docname),
        "part": pages.part(app, docname),
        "picture": picture,
        "kind": drawn.kind if drawn is not None else "",
        "mark": figure.MARK if drawn is not None and drawn.kind == "reconstructed" else "",
        "book": citation.read(Path(app.srcdir)).title,
    }


def draw(content: dict[str, str]) -> bytes:
    """The picture as PNG of at most ``LIMIT`` bytes.

    ``content`` has ``title, part, picture`` (SVG, or empty), ``kind, mark`` and ``book``.
    """
    template = files("casebook_book").joinpath("card.typ").read_bytes()
    drawn = typst.compile(
        template,
        format="png",
        ppi=72,
        sys_inputs={"data": json.dumps(content)},
        font_paths=[font_source_sans_pro.font_directory],
        ignore_system_fonts=True,
    )
    assert isinstance(drawn, bytes)
    picture = Image.open(io.BytesIO(drawn)).convert("RGB")
    for colours in _COLOURS:
        held = io.BytesIO()
        # This method keeps rare hues, which are those of groups; others turn red into brown.
        cut = picture.quantize(
            colours, Image.Quantize.MAXCOVERAGE, kmeans=4, dither=Image.Dither.NONE
        )
        cut.save(held, "PNG", optimize=True)
        if held.tell() <= LIMIT:
            break
    return held.getvalue()


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    kept = Path(app.outdir).parent / "social"
    kept.mkdir(parents=True, exist_ok=True)
    out = Path(app.outdir) / "_social"
    out.mkdir(exist_ok=True)
    wanted = {file_name(d): _content(app, d) for d in pages.listed(app)}
    with ThreadPoolExecutor() as pool:
        made = dict(zip(wanted, pool.map(lambda c: _kept(kept, c), wanted.values()), strict=True))
    for name, held in made.items():
        (Path(app.outdir) / name).write_bytes(held.read_bytes())
    for old in {*kept.glob("*.png")} - {*made.values()}:
        old.unlink()


def _kept(folder: Path, content: dict[str, Any]) -> Path:
    """The picture in ``folder``, drawn unless the very same was drawn before."""
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode())
    digest.update(files("casebook_book").joinpath("card.typ").read_bytes())
    digest.update(f"{version('typst')} {version('pillow')} {LIMIT}".encode())
    path = folder / f"{digest.hexdigest()[:32]}.png"
    if not path.exists():
        partial = path.with_suffix(".part")
        partial.write_bytes(draw(content))
        partial.replace(path)
    return path
