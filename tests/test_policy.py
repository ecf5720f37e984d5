"""The policy, the heads that bear it and the one style sheet, apart from any browser."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from casebook_book import heads, policy, sheets

Soups = dict[Path, BeautifulSoup]

_PAGE = """<html><head>
    <meta charset="utf-8" />
    <title>T</title>
  <script data-cfasync="false">document.documentElement.dataset.mode = "";</script>
  <!-- only without scripts -->
  <noscript>
    <style>.pst-js-only { display: none !important; }</style>
  </noscript>
  <link href="../_static/styles/theme.css?digest=1" rel="stylesheet" />
<link href="../_static/styles/pydata-sphinx-theme.css?digest=1" rel="stylesheet" />
    <link rel="stylesheet" type="text/css" href="../_static/casebook.css?v=2" />
    <link rel="stylesheet" type="text/css" href="../_static/print.css?v=2" media="print" />
    <link rel="stylesheet" type="text/css" href="../_static/other.css?v=2" />
  <script src="../_static/scripts/fontawesome.js?digest=1"></script>
  <link rel="preload" as="script" href="../_static/scripts/bootstrap.js?digest=1" />
    <script src="../_static/doctools.js?v=1"></script>
    <script defer="defer" src="../_static/casebook.js?v=2"></script>
    <script type="module" src="../_static/run.js"></script>
    <script>DOCUMENTATION_OPTIONS.pagename = 'a';</script>
  </head><body><script type="application/json">{"a": "\\u003cscript>"}</script></body></html>
"""


def test_a_head_is_mended() -> None:
    soup = BeautifulSoup(heads.mend(_PAGE, policy.meta()), "html.parser")
    first, second = soup.head.find_all(True)[:2]
    assert first["charset"] == "utf-8" and second["http-equiv"] == "Content-Security-Policy"
    sheet, *others = [link["href"] for link in soup.select("link[rel=stylesheet]")]
    assert sheet == "../_static/site.css?v=0"
    assert others == ["../_static/print.css?v=2", "../_static/other.css?v=2"]
    scripts = [s for s in soup.select("script[src]") if s.get("type") != "module"]
    assert [s["src"] for s in scripts] == [
        "../_static/doctools.js?v=1",
        "../_static/casebook.js?v=2",
    ]
    assert all(s.has_attr("defer") for s in scripts)
    inside = [s.string for s in soup.select("script:not([src])")]
    assert inside == [policy.FIRST, '{"a": "\\u003cscript>"}']
    assert not soup.select("style, noscript, link[rel=preload]")


def test_a_script_inside_a_page_is_refused() -> None:
    page = _PAGE.replace("<body>", "<body><script>alert(1)</script>")
    with pytest.raises(ValueError, match=r"'alert\(1\)'. Remedy"):
        heads.mend(page, policy.meta())


def test_a_page_can_be_allowed_more() -> None:
    context: dict[str, Any] = {}
    policy.allow(context, "script-src", "'wasm-unsafe-eval'")
    policy.allow(context, "worker-src", "'self'")
    told = policy.content(policy.allowed(context))
    assert "script-src 'self' 'sha256-" in told and " 'wasm-unsafe-eval';" in told
    assert told.endswith("; worker-src 'self'")
    assert "wasm" not in policy.content()


def test_the_hash_is_that_of_the_script() -> None:
    digest = base64.b64encode(hashlib.sha256(policy.FIRST.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy.content()


# ---------------------------------------------------------------------------- the style sheet

_SHEET = """
@font-face{font-family:F;src:url(a.woff2)}
.used,.gone{color:red} .gone .used{color:blue}
#here>a:not(.gone){color:green} [class*="gone"]{color:grey}
@media (min-width:1px){.gone{color:red}.bs-tooltip-auto{color:red}}
@media print{.gone{color:red}}
"""


def test_only_what_can_apply_is_kept() -> None:
    kept = sheets.trim(_SHEET, {"used", "here"})
    assert ".used{color:red}" in kept and "#here>a:not(.gone){color:green}" in kept
    assert '[class*="gone"]{color:grey}' in kept and "@font-face" in kept
    assert "@media (min-width:1px){.bs-tooltip-auto{color:red}" in kept
    assert "print" not in kept and ".gone .used" not in kept and ".gone{" not in kept


def test_names_come_from_pages_and_scripts() -> None:
    page = '<p class="a b-c" id="d"><i class=e>'
    assert {"a", "b-c", "d", "e", "show"} <= sheets.names([page], ['n.classList.add("show")'])


def test_a_broken_sheet_is_refused() -> None:
    with pytest.raises(ValueError, match="line 1"):
        sheets.trim("a{} b", set())


# ---------------------------------------------------------------------------- the built book


@pytest.mark.site
def test_every_page_bears_the_policy_and_keeps_it(site: Path, soups: Soups) -> None:
    for page, soup in soups.items():
        name = page.relative_to(site).as_posix()
        first, second = soup.head.find_all(True)[:2]
        assert first.get("charset") and second.get("http-equiv") == "Content-Security-Policy", name
        told = second["content"]
        for directive, sources in policy.POLICY.items():
            assert f"{directive} {' '.join(sources)}" in told, (name, directive)
        assert "unsafe-inline" not in told and "'unsafe-eval'" not in told, name
        for script in soup.select("script:not([src])"):
            assert "json" in script.get("type", "") or script.string == policy.FIRST, name
        assert not soup.select("style"), name
        for tag in soup.find_all(True):
            barred = [a for a in tag.attrs if a == "style" or a.startswith("on")]
            assert not barred, (name, tag.name, barred)
            links = [str(tag.get(a, "")) for a in ("href", "src", "action", "formaction")]
            assert not [u for u in links if u.strip().lower().startswith("javascript:")], name


@pytest.mark.site
def test_pages_link_the_sheet_as_it_is(site: Path, pages: list[Path]) -> None:
    made = (site / "_static" / "site.css").read_bytes()
    version = hashlib.sha256(made).hexdigest()[:8]
    for page in pages:
        assert set(re.findall(r"site\.css\?v=(\w+)", page.read_text("utf-8"))) == {version}, page
    for name in re.findall(rb"url\(([^)'\"]+)\)", made):
        assert name.startswith((b"data:", b"#")) or (site / "_static" / name.decode()).is_file()


@pytest.mark.site
def test_factsheets_bear_a_policy_and_run_nothing(site: Path) -> None:
    sheets_ = sorted((site / "downloads" / "data").glob("*_factsheet.html"))
    assert sheets_
    for path in sheets_:
        soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        told = soup.select_one("meta[http-equiv=Content-Security-Policy]")["content"]
        assert told.startswith("default-src 'none'; ") and "script-src" not in told, path
        assert policy.hashed(soup.style.string) in told, path
        assert not soup.select("script, [style], img, link, iframe"), path
