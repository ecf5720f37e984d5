"""Scripts and styles of the whole site: one copy of each, served from the site itself."""

from __future__ import annotations

import shutil
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import vl_convert as vlc
from sphinx.application import Sphinx

from casebook_book import freshness, icons, sheets

#: Vega-Lite as the installed Altair writes it (major.minor).
_VEGA_LITE = "6.4"

_VIS = "templates/lib/vis-9.1.2/vis-network.min.js"

_ICON_SCRIPT = "scripts/fontawesome.js"


def setup(app: Sphinx) -> None:
    """Style sheet and loader on every page; the large libraries only where they are needed."""
    app.add_css_file("casebook.css")
    app.add_js_file("casebook.js", loading_method="defer")
    app.connect("builder-inited", _prepare)
    # After the theme, which writes its colours of code at the end.
    app.connect("build-finished", _write, priority=900)


def _prepare(app: Sphinx) -> None:
    app.config.html_static_path.append("assets")
    static = Path(app.outdir) / "_static"
    # Sphinx copies the theme's own files again and complains of altered ones.
    for name in (_ICON_SCRIPT, icons.FONT):
        (static / name).unlink(missing_ok=True)
    # myst-nb copies this one last; were it there before, the link to it would bear a checksum.
    for style in static.glob("mystnb.*.css"):
        style.unlink()


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    out, build = Path(app.outdir), Path(app.outdir).parent
    static = out / "_static"
    shutil.copy(_vega(build), static / "vega.js")
    (static / "vis-network.js").write_text(
        files("pyvis").joinpath(_VIS).read_text("utf-8"), "utf-8"
    )
    # The theme's icons come from its web font; its script of 1.5 MB draws them a second time.
    (static / _ICON_SCRIPT).write_text("", "utf-8")
    icons.trim(out)
    sheets.write(out)


def _vega(build: Path) -> Path:
    """Vega with Vega-Lite and Vega-Embed as one script; made once, as it takes seconds."""
    held = build / f"vega-{_VEGA_LITE}-{version('vl-convert-python')}.js"
    if not held.exists():
        # The bundle declares names that Sphinx's own scripts use, hence the function around it.
        script = vlc.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=_VEGA_LITE)
        freshness.write_whole(held, f"(function(){{{script}\n}})();\n".encode())
    return held
