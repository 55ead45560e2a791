"""CSV as spreadsheets read and write it, without letting a cell become a formula."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from services.errors import BadInput, Problem

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
QUOTE = "'"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file: its number, counted from 1 below the header, and its cells by column."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as a table: the columns it has, in its order, and its rows without blank ones."""

    columns: tuple[str, ...]
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
    return QUOTE + text if _is_like_a_formula(text) else text


def plain(text: str) -> str:
    """The inverse of `cell`, so that our own export can be imported again."""
    return text[1:] if text.startswith(QUOTE) and _is_like_a_formula(text) else text


def _is_like_a_formula(text: str) -> bool:
    """Whether it starts like one, behind whatever quotes: a value's own gets another, so that `plain` leaves it."""
    return text.lstrip(QUOTE).startswith(FORMULA_STARTS)


def from_csv(data: bytes, columns: Sequence[str], needed: Sequence[str]) -> Sheet:
    """A file as a table. Columns may stand in any order, and optional ones be missing.

    Raises: BadInput when the text is not UTF-8 or UTF-16, or columns are unknown, doubled or missing.
    """
    reader = csv.reader(io.StringIO(_decode(data), newline=""), strict=False)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        _check_header(header, columns, needed)
        lines = (_line(header, cells, number) for number, cells in enumerate(reader, 1) if any(cells))
        return Sheet(tuple(header), tuple(lines))
    except csv.Error as error:
        raise BadInput([Problem("File", f"is not readable as CSV: {error}", reader.line_num)]) from None


def _decode(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise BadInput([Problem("File", "must be saved as UTF-8 (in Excel: CSV UTF-8)")]) from None


def _check_header(header: Sequence[str], columns: Sequence[str], needed: Sequence[str]) -> None:
    problems = [Problem(f"Column {name}", "is not known") for name in header if name not in columns]
    problems += [Problem(f"Column {name}", "is missing") for name in needed if name not in header]
    problems += [Problem(f"Column {name}", "is there twice") for name in set(header) if header.count(name) > 1]
    if problems:
        expected = Problem("Columns", f"can be {', '.join(columns)}; needed: {', '.join(needed)}")
        raise BadInput([*problems, expected])


def _line(header: Sequence[str], cells: Sequence[str], number: int) -> Line:
    """A row by column; spreadsheets leave out blank cells at its end."""
    if len(cells) > len(header):
        raise BadInput([Problem("Columns", f"there are {len(cells)} cells for {len(header)} columns", number)])
    return Line(number, dict(zip_longest(header, map(plain, cells), fillvalue="")))
