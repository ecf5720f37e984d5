"""The command ``casebook``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from casebook import reconstruct, results, source_words
from casebook.errors import CasebookError, DataError
from casebook.own.request import KINDS


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
    own = commands.add_parser(
        "factsheet", help="read an export of your own and write its factsheet, network and measures"
    )
    own.add_argument("files", nargs="+", type=Path, help="files, archives or folders of the export")
    own.add_argument("--title", required=True, help="what the factsheet is called")
    own.add_argument("--out", required=True, type=Path, help="a new folder for the results")
    own.add_argument("--roles", type=Path, help="CSV: name, role, public (see the book's page)")
    own.add_argument("--kind", choices=KINDS, default="auto", help="which network")
    own.add_argument("--threshold", type=int, default=1, help="draw ties from this weight on")
    own.add_argument("--from", dest="start", type=date.fromisoformat, help="first day, 2014-01-01")
    own.add_argument("--to", dest="end", type=date.fromisoformat, help="last day, included")
    own.add_argument("--timezone", default="Europe/Amsterdam", help="of times without a zone")
    own.add_argument("--language", choices=("nl", "en"), default="nl", help="of the messages")
    own.add_argument("--show-names", action="store_true", help="keep names: read the warning")
    own.add_argument(
        "--map", action="append", default=[], metavar="MEANING=COLUMN",
        help="such as author=Name, for a plain table",
    )  # fmt: skip
    own.set_defaults(run=_factsheet)
    case = commands.add_parser("new-case", help="add an export of your own to the book as a case")
    case.add_argument("name", help="of the chapter: small letters and _")
    case.add_argument("files", nargs="*", type=Path, help="files, archives or folders")
    case.add_argument("--title", help="of the chapter")
    case.add_argument("--roles", type=Path, help="CSV: name, role, public")
    case.add_argument("--kind", choices=KINDS, default="auto", help="which network")
    case.add_argument("--timezone", default="Europe/Amsterdam", help="of times without a zone")
    case.add_argument("--map", action="append", default=[], metavar="MEANING=COLUMN")
    case.add_argument("--remove", action="store_true", help="take the case out again")
    case.set_defaults(run=_new_case)
    args = parser.parse_args(argv)
    try:
        return args.run(args)
    except CasebookError as error:
        print(error, file=sys.stderr)
        return 2 if args.run in (_factsheet, _new_case) else 1


_NAMES = """--show-names: the results will hold names of people. What they wrote in public is still
personal data under the GDPR: you need a reason that the law knows, the people a way to object, and
the results must be kept and shared no further than that reason reaches. Without this option names
are replaced by pseudonyms."""


def _mapping(given: Sequence[str]) -> dict[str, str]:
    wrong = [part for part in given if "=" not in part]
    if wrong:
        raise DataError("--map", f"'{wrong[0]}' has no =", "write it as author=Name")
    return dict(part.split("=", 1) for part in given)


def _new_case(args: argparse.Namespace) -> int:
    from casebook.own import case
    from casebook.own.request import Request

    book = Path.cwd()
    if args.remove:
        case.remove(args.name, book)
        print(f"Removed the case {args.name}.")
        return 0
    if not args.files:
        raise DataError("FILE", "no export was named", "name the files of the export")
    request = Request(
        files=tuple(args.files),
        title=args.title or args.name.replace("_", " ").capitalize(),
        out=book,
        roles=args.roles,
        kind=args.kind,
        timezone=args.timezone,
        mapping=_mapping(args.map),
    )
    for path in case.add(args.name, book, request):
        print(f"wrote {path.relative_to(book)}")
    print("Build the book with 'make book'; take the case out with --remove.")
    return 0


def _factsheet(args: argparse.Namespace) -> int:
    from casebook.own.request import Request
    from casebook.own.write import factsheet_of

    if args.show_names:
        print(_NAMES, file=sys.stderr)
    request = Request(
        files=tuple(args.files),
        title=args.title,
        out=args.out,
        roles=args.roles,
        kind=args.kind,
        threshold=args.threshold,
        start=args.start,
        end=args.end,
        timezone=args.timezone,
        language=args.language,
        show_names=args.show_names,
        mapping=_mapping(args.map),
    )
    export = factsheet_of(request)
    print(f"{export.format}: {export.rows_used:,} of {export.rows_in:,} rows used.")
    for note in export.notes:
        print(f"Note: {note}")
    print(f"Written to {args.out}: open {args.out / 'factsheet.html'}")
    return 0


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
