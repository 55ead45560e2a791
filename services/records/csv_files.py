"""CSV as spreadsheets read and write it, without letting a cell become a formula."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from services.errors import BadInput, Problem, UsageError

SEPARATORS = (",", ";", "\t")
"""What separates cells: commas, semicolons (which spreadsheets write where a comma is the decimal sign), or tabs."""

HEADER_ROW = 1
MOST_OF_HEADER = 200
FORMULA = r"(?=['\"]*[=+\-@\t\r])"
"""What starts like a formula, behind any number of quotes. A value's own quotes count, so that `plain` keeps them."""
START = r"(?<![^;\t\r\n])"
"""Where a cell starts, also for spreadsheets that split our rows at another separator than the comma."""
QUOTE = "'"
TO_QUOTE, QUOTED = re.compile(START + FORMULA), re.compile(START + QUOTE + FORMULA)
EXPORT = "An export of the contacts has every column."


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file: its number as a spreadsheet shows it, the header being row 1, and its cells by column."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as a table: its known columns in the file's order, its unknown ones, and its rows except blank ones."""

    columns: tuple[str, ...]
    unused: tuple[str, ...]
    lines: tuple[Line, ...]


def to_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read accents; cells that look like formulas are quoted."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def cell(value: object) -> str:
    """A value as text that no spreadsheet runs: see OWASP on CSV injection."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    return TO_QUOTE.sub(QUOTE, text)


def plain(text: str) -> str:
    """The inverse of `cell`, so that our own export can be imported again."""
    return QUOTED.sub("", text)


def from_csv(data: bytes, columns: Sequence[str], needed: Mapping[str, str]) -> Sheet:
    """A file as a table. Columns may stand in any order, optional ones may be missing, and unknown ones are not used.

    `needed` maps each column that has to be there to the advice to give when it is missing.

    Raises: UsageError when columns are missing or doubled, BadInput when the text is not UTF-8 or UTF-16, or no CSV.
    """
    text = _decode(data)
    reader = csv.reader(_lines(text), delimiter=_separator(text, columns))
    try:
        header = _names(next(reader, []))
        _check_header(header, columns, needed)
        numbered = enumerate(reader, HEADER_ROW + 1)
        lines = tuple(_line(header, columns, cells, number) for number, cells in numbered if any(cells))
    except csv.Error as error:
        raise BadInput([Problem("File", f"is not readable as CSV: {error}", reader.line_num)]) from None
    unused = (name for name in header if name and name not in columns)
    return Sheet(tuple(name for name in header if name in columns), tuple(dict.fromkeys(unused)), lines)


def _decode(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise BadInput([Problem("File", "must be saved as UTF-8 (in Excel: CSV UTF-8)")]) from None


def _lines(text: str) -> io.StringIO:
    return io.StringIO(text, newline="")


def _separator(text: str, columns: Sequence[str]) -> str:
    """The separator by which the first row has most of the columns: unlike cells, column names cannot mislead."""
    return max(SEPARATORS, key=lambda mark: len(set(columns) & set(_header(text, mark))))


def _header(text: str, separator: str) -> list[str]:
    try:
        return _names(next(csv.reader(_lines(text), delimiter=separator), []))
    except csv.Error:
        return []


def _names(cells: Sequence[str]) -> list[str]:
    return [name.strip().lower() for name in cells]


def _check_header(header: Sequence[str], columns: Sequence[str], needed: Mapping[str, str]) -> None:
    missing = {f'no column "{name}"': hint for name, hint in needed.items() if name not in header}
    doubled = [f'the column "{name}" twice' for name in columns if header.count(name) > 1]
    if missing or doubled:
        hints = " ".join(["", *filter(None, missing.values()), EXPORT]) if missing else ""
        there = ", ".join(name for name in header if name)
        it_has = f" The columns it has: {there[:MOST_OF_HEADER]}." if missing and there else ""
        raise UsageError(f"The file has {' and '.join([*missing, *doubled])}.{it_has}{hints}")


def _line(header: Sequence[str], columns: Sequence[str], cells: Sequence[str], number: int) -> Line:
    """A row by column. Spreadsheets leave out blank cells at its end, or add some beyond the last column.

    Raises: BadInput if a cell beyond the last column is not blank.
    """
    if any(cells[len(header) :]):
        raise BadInput([Problem("Columns", f"there are {len(cells)} cells for {len(header)} columns", number)])
    told = zip_longest(header, map(plain, cells[: len(header)]), fillvalue="")
    return Line(number, {name: text for name, text in told if name in columns})
