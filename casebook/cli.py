"""The command ``casebook``."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from casebook import checksums, inspect, readers, reconstruct, results, source_words
from casebook.errors import CasebookError, DataError
from casebook.own import command
from casebook.paths import data_dir


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns 0, or 1 after an error or when a check finds something stale.

    Commands that read a user's own files return 2 if they refuse one.
    """
    for stream in (sys.stdout, sys.stderr):
        # Names of any script must not break a console that cannot show them.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    parser = argparse.ArgumentParser(prog="casebook", description="Data of the casebook.")
    parser.set_defaults(refused=1)
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
    renew = commands.add_parser(
        "checksums", help="take the data as they are: renew their checksums in datapackage.json"
    )
    renew.set_defaults(run=_checksums)
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
        "inspect", help="say what an export is, what is understood of it and what is not used"
    )
    own.add_argument("file", nargs="+", type=Path, help="files, archives or a folder")
    own.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="MEANING=COLUMN,...",
        help="columns of a table by what they mean, such as author=Naam,time=Datum",
    )
    own.add_argument(
        "--timezone", default="Europe/Amsterdam", help="of times without one (%(default)s)"
    )
    own.add_argument(
        "--as",
        dest="kind",
        choices=("auto", "conversation", "network"),
        default="auto",
        help="what a table is that could be either (%(default)s)",
    )
    own.add_argument(
        "--out", type=Path, default=Path(), help="where to write rejects.csv (this folder)"
    )
    own.set_defaults(run=_inspect, refused=2)
    command.add(commands)
    args = parser.parse_args(argv)
    try:
        done: int = args.run(args)
        sys.stdout.flush()
        return done
    except BrokenPipeError:
        # Whoever reads the output, such as head, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except DataError as error:
        print(inspect.printable(str(error)), file=sys.stderr)
        return args.refused
    except CasebookError as error:
        print(error, file=sys.stderr)
        return 1


def _inspect(args: argparse.Namespace) -> int:
    export = readers.read(
        args.file, timezone=args.timezone, mapping=inspect.mapping(args.map), kind=args.kind
    )
    print(inspect.report(export))
    written = inspect.write_rejects(export.rejects, args.out)
    if written is not None:
        print(f"\nEvery row that was not used, with its reason, is in {written}.")
    return 0


def _results(args: argparse.Namespace) -> int:
    for case in args.case or reconstruct.cases():
        _wrote(results.write(case))
    return 0


def _checksums(_args: argparse.Namespace) -> int:
    changed = checksums.renew(data_dir())
    for name in changed:
        print(f"renewed {name}")
    if not changed:
        print("up to date")
    return 0


def _wrote(paths: Sequence[Path]) -> None:
    """Name the tables that were written and put their checksums into the data package."""
    for path in paths:
        print(f"wrote {path}", flush=True)
    checksums.renew(data_dir(), paths)


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
    _wrote(source_words.write(args.texts))
    return 0


def _reconstruct(args: argparse.Namespace) -> int:
    cases = args.case or reconstruct.cases()
    if not args.check:
        for case in cases:
            _wrote(reconstruct.write(case))
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
