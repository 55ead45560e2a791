"""How commands answer: data on stdout, as a table or as JSON; a failure as one sentence on stderr."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table

from services import access
from services.errors import BadInput, ContactSyncError, UsageError
from services.logs import type_of
from services.records.bulk import Report
from services.records.listing import Listing
from services.settings import get_settings

CLI = access.CLI
FAILED, MISUSED = 1, 2
ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Page = Annotated[int, typer.Option(min=1, help="Page to show, counted from 1.")]
Size = Annotated[int, typer.Option(min=1, max=10_000, help="Rows per page.")]
Search = Annotated[str, typer.Option(help="Only rows that contain this text.")]
Organisation = Annotated[
    str,
    typer.Option("--connection", help="Name or id of the Xero organisation. Needed if there are several."),
]


def show(rows: Sequence[Any], columns: Sequence[str], as_json: bool) -> None:
    """Print rows in full as a JSON list, or the named attributes of each as a table."""
    if as_json:
        _print_json(rows)
        return
    table = Table(*(column.replace("_", " ").upper() for column in columns), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(_cell(getattr(row, column)) for column in columns))
    _console().print(table)


def show_page(listing: Listing[Any], columns: Sequence[str], as_json: bool) -> None:
    """Print one page of rows, and on stderr (in JSON: as `total`) how many there are in all."""
    if as_json:
        _print_json({"total": listing.total, "rows": listing.rows})
        return
    show(listing.rows, columns, as_json=False)
    if listing.total > len(listing.rows):
        note(f"Showing {len(listing.rows)} of {listing.total}; see --page and --size.")


def show_one(data: Any, sentence: str, as_json: bool) -> None:
    """Print what was done: a sentence, or the data behind it as JSON."""
    if as_json:
        _print_json(data)
    else:
        _console().print(_cell(sentence), soft_wrap=True)


def show_report(report: Report, verb: str, as_json: bool) -> None:
    """Print how many were done. Raises UsageError when some were skipped, so that scripts notice."""
    show_one(report, f"{verb} {report.done}.", as_json)
    if report.skipped:
        reasons = "; ".join(f"{skipped.name}: {skipped.reason}" for skipped in report.skipped[:5])
        raise UsageError(f"{len(report.skipped)} skipped: {reasons}")


def note(sentence: str) -> None:
    """Print something that is not data, on stderr."""
    print(sentence, file=sys.stderr, flush=True)


@contextmanager
def one_sentence_on_failure() -> Iterator[None]:
    """Turn a failure into one sentence on stderr and an exit code; LOG_LEVEL=DEBUG keeps the traceback."""
    try:
        yield
    except BadInput as error:
        more = len(error.problems) - 10
        note(_one_line(str(error) + (f"; and {more} more" if more > 0 else "")))
        raise SystemExit(FAILED) from None
    except ContactSyncError as error:
        note(_one_line(str(error)))
        raise SystemExit(FAILED) from None
    except Exception as error:
        if _debugging():
            raise
        note(f"Something unexpected happened: {type_of(error)}; LOG_LEVEL=DEBUG shows where.")
        raise SystemExit(FAILED) from None


def _debugging() -> bool:
    try:
        return get_settings().log_level == "DEBUG"
    except ContactSyncError:
        return False


def _print_json(data: Any) -> None:
    sys.stdout.write(ANYTHING.dump_json(data, indent=2).decode() + "\n")


def _console() -> Console:
    width = None if sys.stdout.isatty() else 10_000
    return Console(width=width, markup=False, highlight=False, emoji=False)


def _cell(value: Any) -> str:
    """A value as one printable line: names come from outside and must not steer the terminal."""
    plain = ANYTHING.dump_python(value, mode="json")
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    return _one_line("" if plain is None else str(plain))


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()
