"""One A3 sheet a case, with the report's own six parts (§5.2, a to f), as PDF and as HTML.

The PDF is set with Typst and tagged for screen readers (PDF/UA-1). What it says comes from the
coded tables ``factsheets`` and ``factsheet_numbers``; the picture is that of the case's network.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from importlib.resources import files
from typing import Any

import pandas as pd

from casebook import figure, palette, paths, published, reconstruct
from casebook.errors import DataError
from casebook.networkview import mark_of
from casebook.provenance import Provenance, combine, derive, of
from casebook.tell import format_day

#: What the sheet says of its picture where the network is a reconstruction.
SIMULATED = (
    "This network is simulated. The messages of 2014 were never published; the picture meets the "
    "totals that were, and rests on assumptions that the case's page lists."
)

#: The same where no total was published that it could meet.
UNMEASURED = (
    "This network is simulated, its size too. No total was published for this case; the picture "
    "rests on what the report tells and on assumptions that the case's page lists."
)

_FOOTER = (
    "After Van Dijk, Van de Wijngaert and Ten Tije, Overheidsparticipatie in sociale media "
    "(University of Twente, 2014). Large figures as printed there. Text and charts CC BY 4.0."
)
_FACT = re.compile(r"\{([a-z0-9_.]+)\}")


def sheet(case: str, *networks: figure.Figure) -> figure.Figure:
    """The factsheet of a case as an exhibit: the sheet as a picture, with PDF and HTML to keep.

    Parameters
    ----------
    case
        as in the table ``cases``.
    networks
        the exhibits of its network or networks (:func:`casebook.figure.network`), at most two.

    Raises
    ------
    DataError
        if a part of the sheet has no text, or a text names an unknown figure.
    """
    content = _content(case, networks)
    frame = _frame(case, content, networks)
    made = figure.table(frame, f"{case}_factsheet", content["description"])
    if paths.live():
        return made
    return figure.with_files(made, pdf=typeset(content), html=page(content))


def _content(case: str, networks: tuple[figure.Figure, ...]) -> dict[str, Any]:
    row = published.exhibit("cases").set_index("slug").loc[case]
    told = published.exhibit("factsheets")
    own = told[told["case"] == case]
    labels = published.exhibit("twente_factsheet_parts").set_index("letter")["label_en"]
    parts = {
        str(letter): {
            "label": label,
            "text": [_filled(t) for t in own.loc[own["part"] == letter, "text_en"]],
        }
        for letter, label in labels.items()
    }
    empty = [letter for letter, part in parts.items() if not part["text"] and letter != "c"]
    if empty:
        raise DataError(
            "data/coded/factsheets.csv",
            f"the factsheet of '{case}' has no text for part {', '.join(empty)}",
            "add a row for it",
            column="part",
        )
    figures = published.exhibit("factsheet_numbers")
    simulated = any(n.provenance.kind == "reconstructed" for n in networks)
    period = f"{format_day(row['period_start'])} to {format_day(row['period_end'])}"
    return {
        "case": case,
        "title": row["title_en"],
        "description": f"Factsheet of the case: {row['one_line_en']}.",
        "author": "Government Participation in Social Media, an executable edition",
        "keywords": ["government", "social media", str(row["platforms"]), str(row["domain"])],
        "kicker": f"{row['platforms']} · {row['domain']} · {period}",
        "parts": parts,
        "numbers": [
            {"value": published.fact(r.fact).text, "label": r.label_en, "fact": r.fact}
            for r in figures[figures["case"] == case].itertuples()
        ],
        "pictures": [_picture(network) for network in networks],
        "mark": _mark(case) if simulated else "",
        "footer": _FOOTER,
    }


def _picture(network: figure.Figure) -> dict[str, Any]:
    view = network.view
    assert view is not None
    legend = [
        {"label": g.label, "shape": g.shape, "colour": palette.COLOURS[g.colour].light}
        for g in view.groups.itertuples()
        if g.members
    ]
    return {
        "svg": network.pictures.get("light", ""),
        "alt": network.description,
        "caption": view.rule,
        "legend": legend,
    }


def _mark(case: str) -> str:
    known = case in reconstruct.cases()
    return UNMEASURED if known and not reconstruct.spec(case).totals else SIMULATED


def _filled(text: str) -> str:
    """``text`` with the names of figures in braces replaced by what the ledger prints."""
    return _FACT.sub(lambda m: published.fact(m[1]).text, text)


def _frame(case: str, content: dict[str, Any], networks: tuple[figure.Figure, ...]) -> pd.DataFrame:
    """What the sheet says, part by part: ``part, what it says, where``."""
    told = published.exhibit("factsheets")
    own = told[told["case"] == case]
    rows = []
    for letter, part in content["parts"].items():
        where = "; ".join(dict.fromkeys(own.loc[own["part"] == letter, "locator"]))
        said = " ".join(part["text"])
        if letter == "c":
            counted = "; ".join(f"{n['label']}: {n['value']}" for n in content["numbers"])
            said = f"{counted}. {said}".strip(". ") + "."
            counts = [published.fact(n["fact"]).locator for n in content["numbers"]]
            where = "; ".join(dict.fromkeys([*filter(None, [where]), *counts]))
        rows.append((f"{letter}. {part['label']}", said, where))
    frame = pd.DataFrame(rows, columns=["part", "what it says", "where"])
    places = tuple(f"twente2014 {locator}" for locator in own["locator"])
    facts = [published.fact(n["fact"]).provenance for n in content["numbers"]]
    drawn = [n.provenance for n in networks]
    origin = combine(Provenance(of(told).kind, places), *facts, *drawn, kind="coded")
    return derive(frame, origin)


def typeset(content: dict[str, Any]) -> bytes:
    """The sheet as PDF, one A3; the same content gives the same bytes."""
    # Imported here: no other part of the package sets a sheet, and a browser cannot.
    import font_source_sans_pro
    import typst

    template = files("casebook").joinpath("templates/factsheet.typ").read_bytes()
    return typst.compile(
        template,
        format="pdf",
        sys_inputs={"data": json.dumps(content)},
        font_paths=[font_source_sans_pro.font_directory],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        # The day of the report's data, so that the same content gives the same bytes.
        timestamp=1396224000,
    )


def page(content: dict[str, Any], more: str = "") -> str:
    """The sheet as a page by itself, without anything from elsewhere; ``more`` is HTML below it."""
    parts = "".join(_section(letter, part, content) for letter, part in content["parts"].items())
    mark = f'<p class="mark">{html.escape(content["mark"])}</p>' if content["mark"] else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(content['title'])}</title><style>{_STYLE}</style></head><body>"
        f"<header><h1>{html.escape(content['title'])}</h1>"
        f"<p>{html.escape(content['kicker'])}</p></header><main>{parts}{mark}{more}</main>"
        f"<footer>{html.escape(content['footer'])}</footer></body></html>\n"
    )


def _section(letter: str, part: dict[str, Any], content: dict[str, Any]) -> str:
    said = "".join(f"<p>{html.escape(text)}</p>" for text in part["text"])
    if letter == "c":
        figures = "".join(
            f"<div><dd>{html.escape(n['value'])}</dd><dt>{html.escape(n['label'])}</dt></div>"
            for n in content["numbers"]
        )
        said = f"<dl>{figures}</dl>{said}"
    if letter == "d":
        for picture in content["pictures"]:
            legend = "".join(
                f'<li><svg viewBox="0 0 9 9" fill="{g["colour"]}" aria-hidden="true">'
                f"{mark_of(g['shape'], 4.5, 4.5, 3.4)}</svg>{html.escape(g['label'])}</li>"
                for g in picture["legend"]
            )
            said += (
                f"<figure>{picture['svg']}<figcaption>"
                f"{html.escape(picture['caption'])}</figcaption></figure><ul>{legend}</ul>"
            )
    return f'<section class="part-{letter}"><h2>{html.escape(part["label"])}</h2>{said}</section>'


_STYLE = """
body{font:17px/1.5 system-ui,"Segoe UI",Roboto,Arial,sans-serif;color:#1c2430;background:#fff;
max-width:78rem;margin:0 auto;padding:1.2rem}
header{border-bottom:2px solid #1c2430}h1{font-size:2.2rem;line-height:1.15;margin:0 0 .2rem}
header p,dt,footer{color:#56606d}header p{margin:.2rem 0 .6rem}
h2{font-size:1.2rem;color:#2360a5;margin:1.2rem 0 .3rem}p{margin:.3rem 0}
dl{display:flex;flex-wrap:wrap;gap:.6rem 1.6rem;margin:.4rem 0}dd{font-size:1.9rem;font-weight:700;
line-height:1.1;margin:0}dl div{display:flex;flex-direction:column}figure{margin:.6rem 0}
figure svg{width:100%;height:auto}ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;
gap:.3rem 1.2rem}li svg{display:inline-block;width:.9rem;height:.9rem;margin-right:.4rem;
vertical-align:-.1rem}.mark{border:2px dashed #c24a1d;color:#a23a12;padding:.5rem .8rem}
.part-f{background:#eef3f9;padding:.2rem 1rem 1rem;border-radius:6px}
footer{margin-top:1.5rem;font-size:.85rem}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.95rem;margin:.4rem 0}
caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{text-align:left;vertical-align:top;padding:.25rem .9rem .25rem 0}
tr>*{border-bottom:1px solid #d5dae1}
td.n,th.n{text-align:right}
"""

# The page loads nothing and runs nothing, whatever stands in an export's names: all that applies
# is the style above, known by its hash.
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode("utf-8")).digest()).decode("ascii")
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
