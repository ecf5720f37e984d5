"""The commands ``casebook factsheet`` and ``casebook new-case``."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any

from casebook import inspect
from casebook.errors import DataError
from casebook.own import case
from casebook.own.request import KINDS, Request
from casebook.own.write import factsheet_of

_NAMES = """--show-names: the results will hold names of people. What they wrote in public is still
personal data under the GDPR: you need a reason that the law knows, the people a way to object, and
the results must be kept and shared no further than that reason reaches. Without this option names
are replaced by pseudonyms."""


def add(commands: Any) -> None:
    """Add both to the subparsers ``commands``."""
    sheet = commands.add_parser(
        "factsheet", help="read an export of your own and write its factsheet, network and measures"
    )
    sheet.add_argument("files", nargs="+", type=Path, help="files, archives or folders")
    sheet.add_argument("--title", required=True, help="what the factsheet is called")
    sheet.add_argument("--out", required=True, type=Path, help="a new folder for the results")
    sheet.add_argument("--threshold", type=_weight, default=1, help="draw ties from this weight on")
    sheet.add_argument("--from", dest="start", type=_day, help="first day, as 2014-01-01")
    sheet.add_argument("--to", dest="end", type=_day, help="last day, included")
    sheet.add_argument("--language", choices=("nl", "en"), default="nl", help="of the messages")
    sheet.add_argument("--show-names", action="store_true", help="keep names: read the warning")
    sheet.set_defaults(run=_factsheet, refused=2)
    chapter = commands.add_parser(
        "new-case", help="add an export of your own to the book as a case, or take it out again"
    )
    chapter.add_argument("name", help="of the chapter: small letters and _")
    chapter.add_argument("files", nargs="*", type=Path, help="files, archives or folders")
    chapter.add_argument("--title", help="of the chapter")
    chapter.add_argument("--remove", action="store_true", help="take the case out again")
    chapter.set_defaults(run=_new_case, refused=2)
    for each in (sheet, chapter):
        each.add_argument("--roles", type=Path, help="CSV of who is who: name, role, public")
        each.add_argument("--kind", choices=KINDS, default="auto", help="which network")
        each.add_argument("--timezone", default="Europe/Amsterdam", help="of times without one")
        each.add_argument(
            "--map", action="append", default=[], metavar="MEANING=COLUMN,...",
            help="columns of a table by what they mean, such as author=Naam",
        )  # fmt: skip


def _weight(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no weight; write a whole number from 1 on")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no day; write it as 2014-01-31") from None


def _request(args: argparse.Namespace, **rest: Any) -> Request:
    return Request(
        files=tuple(args.files),
        roles=args.roles,
        kind=args.kind,
        timezone=args.timezone,
        mapping=inspect.mapping(args.map),
        **rest,
    )


def _factsheet(args: argparse.Namespace) -> int:
    if args.show_names:
        print(_NAMES, file=sys.stderr)
    request = _request(
        args,
        title=args.title,
        out=args.out,
        threshold=args.threshold,
        start=args.start,
        end=args.end,
        language=args.language,
        show_names=args.show_names,
    )
    export = factsheet_of(request, lambda said: print(said, file=sys.stderr, flush=True))
    print(f"{export.format}: {export.rows_used:,} of {export.rows_in:,} rows used.")
    for note in export.notes:
        print(f"Note: {note}")
    print(f"Written to {args.out}: open {args.out / 'factsheet.html'}")
    return 0


def _new_case(args: argparse.Namespace) -> int:
    book = Path.cwd()
    if args.remove:
        case.remove(args.name, book)
        print(f"Removed the case {args.name}.")
        return 0
    if not args.files:
        raise DataError("FILE", "no export was named", "name the files of the export")
    title = args.title or args.name.replace("_", " ").capitalize()
    for path in case.add(args.name, book, _request(args, title=title, out=book)):
        print(f"wrote {path.relative_to(book)}")
    print("Build the book with 'make book'; take the case out with --remove.")
    return 0
