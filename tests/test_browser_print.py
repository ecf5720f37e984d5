"""Pages of the site on paper: what a browser prints of them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdf
import pytest

pytestmark = pytest.mark.browser

_PAGES = ("index.html", "chapters/choosing.html", "chapters/cases/timmermans.html")

# What is there to press or to navigate with.
_CONTROLS = (
    ".bd-sidebar-primary, .bd-sidebar-secondary, .bd-header-article, .prev-next-footer, "
    ".headerlink, .cb-bundle, .cb-choose, .cb-filter, .cb-net-controls, .cb-canvas, details.hide, "
    ".copybtn, .cb-links a, button:not(th button)"
)


@pytest.fixture(params=["light", "dark"])
def printing(request: pytest.FixtureRequest, browser: Any, site: Path) -> Any:
    """Opens a page in a theme and readies it for paper."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.add_init_script(
        f"localStorage.setItem('theme', '{request.param}');"
        f"localStorage.setItem('mode', '{request.param}')"
    )

    def printing(name: str) -> Any:
        page = context.new_page()
        page.goto((site / name).as_uri())
        page.wait_for_selector(f"html[data-theme={request.param}]")
        page.emulate_media(media="print")
        return page

    yield printing
    context.close()


@pytest.mark.parametrize("name", _PAGES)
def test_paper_is_light_and_has_nothing_to_press(name: str, printing: Any) -> None:
    page = printing(name)
    seen = page.evaluate(
        "(s) => [...document.querySelectorAll(s)].filter((e) => e.getClientRects().length)"
        ".map((e) => e.className)",
        _CONTROLS,
    )
    assert seen == []
    colours = page.evaluate(
        "() => [getComputedStyle(document.body).backgroundColor,"
        " getComputedStyle(document.querySelector('article p')).color]"
    )
    assert colours == ["rgb(255, 255, 255)", "rgb(28, 36, 48)"]


def test_a_case_prints_whole(printing: Any) -> None:
    page = printing("chapters/cases/timmermans.html")
    title = page.locator("article h1").first.inner_text().strip("#\n ")
    printed = pypdf.PdfReader(
        io.BytesIO(page.pdf(prefer_css_page_size=True, tagged=False, outline=False))
    )
    sizes = {tuple(round(float(x)) for x in sheet.mediabox[2:]) for sheet in printed.pages}
    assert {tuple(sorted(size)) for size in sizes} <= {(594, 842), (595, 842), (596, 842)}
    text = " ".join(" ".join(sheet.extract_text() for sheet in printed.pages).split())
    assert text.count(title) == 1
    # The twin of the curve is unfolded, that of the network of hundreds says where it is.
    assert "peopleinthelargestpart" in text.replace(" ", "")
    assert "Its table is on the site" in text
    assert "Show the code" not in text
    assert not page.locator("details.cb-twin[open]").count()


def test_a_table_of_many_columns_is_not_cut(printing: Any) -> None:
    page = printing("chapters/choosing.html")
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    turned = [sheet for sheet in printed.pages if sheet.mediabox.width > sheet.mediabox.height]
    assert turned
    words = " ".join(turned[0].extract_text().split())
    heads = page.locator(".cb-of-table").first.locator("th").all_text_contents()
    assert len(heads) == 9
    assert [head for head in heads if head.split()[0] not in words] == []
