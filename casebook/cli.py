"""The command ``casebook``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from casebook import reconstruct, results, source_words
from casebook.errors import CasebookError


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns 0, or 1 after an error or when a check finds something stale."""
    parser = argparse.ArgumentParser(prog="casebook", description="Data of the casebook.")
    commands = parser.add_subparsers(required=True)
    remake = commands.add_parser(
        "reconstruct", help="make the simulated conversations from their specs"
    )
    remake.add_argument("case", nargs="*", help="such as benno_l; without it, all cases")
    remake.add_argument(
        "--check", action="store_true", help="write nothing; say which files are stale"
    )
    remake.set_defaults(run=_reconstruct)
    compute = commands.add_parser(
        "results", help="compute what takes minutes and keep it beside the reconstructions"
    )
    compute.add_argument("case", nargs="*", help="such as benno_l; without it, all cases")
    compute.set_defaults(run=_results)
    still = commands.add_parser(
        "figures", help="take the still pictures of key figures from a built book into figures/"
    )
    still.add_argument("built", type=Path, help="the folder _figures of the built book")
    still.add_argument("kept", type=Path, help="the folder to write to")
    still.set_defaults(run=_figures)
    count = commands.add_parser("words", help="count the words of the source texts")
    count.add_argument(
        "texts", type=Path, help="the folder of the texts, which are not in the book"
    )
    count.set_defaults(run=_words)
    args = parser.parse_args(argv)
    try:
        return args.run(args)
    except CasebookError as error:
        print(error, file=sys.stderr)
        return 1


def _results(args: argparse.Namespace) -> int:
    for case in args.case or reconstruct.cases():
        for path in results.write(case):
            print(f"wrote {path}", flush=True)
    return 0


def _figures(args: argparse.Namespace) -> int:
    """Refresh the kept pictures: those that stand in ``kept`` already, by name."""
    for held in sorted(args.kept.glob("*.svg")):
        made = args.built / held.name
        if not made.is_file():
            print(f"{held} is no longer made. Remedy: delete it.", file=sys.stderr)
            return 1
        held.write_bytes(made.read_bytes())
        print(f"wrote {held}")
    return 0


def _words(args: argparse.Namespace) -> int:
    for path in source_words.write(args.texts):
        print(f"wrote {path}")
    return 0


def _reconstruct(args: argparse.Namespace) -> int:
    cases = args.case or reconstruct.cases()
    if not args.check:
        for case in cases:
            for path in reconstruct.write(case):
                print(f"wrote {path}")
        return 0
    stale = [file for case in cases for file in reconstruct.stale(case)]
    for file in stale:
        print(
            f"{file} is not what its spec.yml gives. Remedy: run 'casebook reconstruct'.",
            file=sys.stderr,
        )
    if not stale:
        print(f"up to date: {', '.join(cases)}")
    return 1 if stale else 0
