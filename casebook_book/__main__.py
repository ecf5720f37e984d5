"""Remake files that are kept with the sources and held by a test.

``python -m casebook_book zenodo`` writes ``.zenodo.json`` from ``CITATION.cff``;
``python -m casebook_book anchors`` adds the anchors of the built site to ``tests/anchors.txt``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from casebook_book import anchors, citation


def main() -> None:
    """Run in the folder of the book."""
    parser = argparse.ArgumentParser(prog="python -m casebook_book", description=__doc__)
    parser.add_argument("what", choices=("zenodo", "anchors"))
    if parser.parse_args().what == "zenodo":
        text = citation.as_json(citation.zenodo(citation.read(Path())))
        Path(".zenodo.json").write_text(text, "utf-8")
    else:
        anchors.keep(Path("_build/html"), Path("tests/anchors.txt"))


if __name__ == "__main__":
    main()
