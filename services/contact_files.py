"""The contact book as a file: check one, import it, export the list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, inspect, select
from sqlmodel import Session, col

from models.contact import ContactRow
from services.access import Principal, Role, require
from services.contact_forms import ContactForm, check_change, check_form, form_of, others_of
from services.contacts import ContactFilter, contacts_query
from services.db import read, write
from services.errors import BadInput, Problem
from services.gateways.contact_book import add_all
from services.reconcile.contact import Address, Contact
from services.records.activity import record
from services.records.csv_files import Line, Sheet, from_csv, to_csv
from services.records.intents import wake_all
from services.records.listing import among, chunks
from services.steps.rewriting import Rewrite, rewrite_all, rewrite_of

COLUMNS = (
    "id", "name", "billing_email", "primary_phone", "street", "city", "region", "postal_code", "country",
    "kind", "contact_type", "registration", "notes",
)  # fmt: skip
NEEDED = ("id", "name")
NEW = dict.fromkeys(COLUMNS, "") | {"kind": "organisation", "contact_type": "Client"}
"""What a contact is that the file adds, where the file says nothing."""

KINDS = {"person": True, "organisation": False}
NEVER_BLANK = ("kind", "contact_type")
LONGEST_ID = 100


@dataclass(frozen=True, slots=True)
class FileReport:
    """What importing a file would do, in rows, and every rule it breaks.

    `archived` contacts would change if they were not, and stay as they are. `cleared` counts values of changed
    contacts for which the file has a blank cell; what it has no column for (`left_alone`) stays as it is.
    """

    rows: int
    new: int
    changed: int
    archived: int
    unchanged: int
    cleared: int
    columns: tuple[str, ...]
    left_alone: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What importing a file did, in rows; `archived` contacts stayed as they are, `cleared` counts values."""

    added: int
    changed: int
    archived: int
    unchanged: int
    rejected: int
    cleared: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the file: the row of the contact it means, if that is here already, and what it would become."""

    number: int
    external_id: str
    known: Any
    form: ContactForm
    cleared: int

    @property
    def whom(self) -> str:
        """The contact it means, by whichever of its ids the file says so."""
        return str(self.known.id) if self.known else self.external_id


@dataclass(frozen=True, slots=True)
class _Plan:
    """What becomes of the rows of a file; those that break rules are rejected."""

    added: list[_Row]
    changed: list[_Row]
    archived: int
    unchanged: int
    rejected: int
    problems: list[Problem]

    @property
    def cleared(self) -> int:
        return sum(row.cleared for row in self.changed)


def check_file(data: bytes) -> FileReport:
    """Look through a file without writing anything. Raises: BadInput when it has no readable table."""
    sheet = from_csv(data, COLUMNS, NEEDED)
    with read() as session:
        plan = _plan(session, sheet)
    return FileReport(
        rows=len(sheet.lines),
        new=len(plan.added),
        changed=len(plan.changed),
        archived=plan.archived,
        unchanged=plan.unchanged,
        cleared=plan.cleared,
        columns=sheet.columns,
        left_alone=tuple(name for name in COLUMNS if name not in sheet.columns),
        problems=tuple(plan.problems),
    )


def import_file(actor: Principal, data: bytes, skip_bad: bool = False) -> ImportReport:
    """Bring a file into the contact book: all of it or nothing, or with `skip_bad` the rows that break no rule.

    A row whose id is known changes that contact, in the columns that the file has, unless it is archived; others add
    one. Contacts not in the file stay. Raises: BadInput with every problem, Forbidden.
    """
    require(actor, Role.EDITOR)
    sheet = from_csv(data, COLUMNS, NEEDED)
    with read() as session:
        seen, (plan, rewrites) = _moment(session), _prepared(session, sheet)
    with write() as session:  # in which nobody else can write, so it does no more than it must
        if _moment(session) != seen:
            plan, rewrites = _prepared(session, sheet)
        if plan.problems and not skip_bad:
            raise BadInput(plan.problems)
        _add(session, plan.added)
        rewrite_all(session, actor.username, "by importing a file", rewrites)
        counts = f"{len(plan.added)} added, {len(plan.changed)} changed, {plan.rejected} rejected"
        record(session, actor.username, "contact.imported", f"Imported a file: {counts}")
        wake_all(session)
    return ImportReport(
        added=len(plan.added),
        changed=len(plan.changed),
        archived=plan.archived,
        unchanged=plan.unchanged,
        rejected=plan.rejected,
        cleared=plan.cleared,
        problems=tuple(plan.problems),
    )


def export_csv(f: ContactFilter) -> bytes:
    """The contacts that match a filter, in the columns that `import_file` reads."""
    with read() as session:
        return to_csv(COLUMNS, (list(_cells(row[0]).values()) for row in session.execute(contacts_query(f))))


def _plan(session: Session, sheet: Sheet) -> _Plan:
    """Sort the rows by what becomes of them in the contact book as it stands."""
    known = _known(session, [line.values["id"].strip() for line in sheet.lines])
    good: list[_Row] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for line in sheet.lines:
        row, broken = _judged(line, known, seen)
        problems += broken
        good += () if broken else (row,)
    added = [row for row in good if row.known is None]
    differing = [row for row in good if row.known is not None and form_of(row.known) != row.form]
    changed = [row for row in differing if row.known.archived_at is None]
    archived, unchanged = len(differing) - len(changed), len(good) - len(added) - len(differing)
    return _Plan(added, changed, archived, unchanged, len(sheet.lines) - len(good), problems)


def _moment(session: Session) -> tuple[int, int]:
    """Something that is different once any contact was added, changed or deleted."""
    query = select(func.coalesce(func.max(col(ContactRow.rev)), 0), func.count()).select_from(ContactRow)
    newest, contacts = session.execute(query).one()
    return newest, contacts


def _prepared(session: Session, sheet: Sheet) -> tuple[_Plan, list[Rewrite]]:
    """What becomes of the rows, and what that makes of the contacts that change."""
    plan = _plan(session, sheet)
    return plan, [rewrite_of(row.known, row.form.contact, others_of(row.form)) for row in plan.changed]


def _judged(line: Line, known: dict[str, Any], seen: dict[str, int]) -> tuple[_Row, list[Problem]]:
    """A row and the rules it breaks. What the file has no column for is as the contact book has it."""
    told = {name: text.strip() for name, text in line.values.items()}
    stored = known.get(told["id"])
    before = _cells(stored) if stored else NEW
    values = before | {name: text for name, text in told.items() if text or name not in NEVER_BLANK}
    cleared = sum(bool(before[name]) and not values[name] for name in COLUMNS)
    row = _Row(line.number, told["id"], stored, _form(values), cleared)
    return row, list(_broken(row, values, seen))


def _form(values: dict[str, str]) -> ContactForm:
    address = Address(values["street"], values["city"], values["region"], values["postal_code"], values["country"])
    contact = Contact(values["name"], values["billing_email"], values["primary_phone"], address)
    is_person = KINDS.get(values["kind"].lower(), False)
    return ContactForm(contact, values["contact_type"], is_person, values["notes"], values["registration"])


def _broken(row: _Row, values: dict[str, str], seen: dict[str, int]) -> Iterator[Problem]:
    if not 0 < len(row.external_id) <= LONGEST_ID:
        yield Problem("id", f"must have 1 to {LONGEST_ID} characters", row.number)
    elif (first := seen.setdefault(row.whom, row.number)) != row.number:
        yield Problem("id", f"means the same contact as in row {first}", row.number)
    if values["kind"].lower() not in KINDS:
        yield Problem("kind", "must be person or organisation", row.number)
    for problem in check_change(form_of(row.known), row.form) if row.known else check_form(row.form):
        yield Problem(problem.field, problem.rule, row.number)


def _known(session: Session, ids: Sequence[str]) -> dict[str, Any]:
    """The contacts that the rows' ids mean: their id from an earlier file, or our own id from an export."""
    found: dict[str, Any] = {}
    columns = select(*inspect(ContactRow).columns)
    for chunk in chunks(ids):
        found |= {row.id: row for row in session.execute(columns.where(among(ContactRow.id, chunk)))}
        found |= {row.external_id: row for row in session.execute(columns.where(among(ContactRow.external_id, chunk)))}
    return found


def _add(session: Session, rows: Sequence[_Row]) -> None:
    others = ({"external_id": row.external_id, **others_of(row.form)} for row in rows)
    add_all(session, [(row.form.contact, columns) for row, columns in zip(rows, others, strict=True)])


def _cells(row: Any) -> dict[str, str]:
    kind = "person" if row.is_person else "organisation"
    cells = (
        row.external_id or row.id, row.name, row.email, row.phone, row.street, row.city, row.region,
        row.postal_code, row.country, kind, row.contact_type, row.registration, row.notes,
    )  # fmt: skip
    return dict(zip(COLUMNS, cells, strict=True))
