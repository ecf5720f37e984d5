"""The ledger and the list of tables as a reader sees them."""

from __future__ import annotations

import pandas as pd

from casebook import figure, paths, published
from casebook.audit import findings
from casebook.provenance import Provenance, mark


def exhibit(rows: pd.DataFrame) -> figure.Figure:
    """The ledger (see :func:`casebook.published.ledger`) as a table whose rows can be linked to."""
    doubts = findings.doubts()
    shown = pd.DataFrame(
        {
            "figure": rows["subject"],
            "value": [published.fact(i).text for i in rows.index],
            "as published": rows["as_published"],
            "unit": rows["unit"],
            "qualifier": rows["qualifier"],
            "source": rows["source"],
            "locator": rows["locator"],
            "note": rows["note"],
            "audit": ["; ".join(f"{v}: {f}" for f, v in doubts.get(i, [])) for i in rows.index],
            "id": rows.index,
        }
    )
    shown = mark(shown.reset_index(drop=True), rows.attrs["provenance"])
    return figure.table(
        shown,
        "ledger",
        "All figures that the sources print in prose, with value, wording, source and locator.",
        anchors=("id", "fact"),
    )


def tables() -> pd.DataFrame:
    """All tabular resources but the ledger: ``table, kind, source, locator, file, name``."""
    listed = published.resources().drop(index="ledger", errors="ignore")
    for path in listed["path"]:
        paths.note_use(path)  # a bundle that lists the files has them all
    frame = pd.DataFrame(
        {
            "table": listed["title"],
            "kind": listed["provenance"],
            "source": listed["source"],
            "locator": listed["locator"],
            "file": "data/" + listed["path"],
            "name": listed.index,
        }
    )
    return mark(
        frame.reset_index(drop=True), Provenance("coded", (), "Our list of the data files.")
    )
