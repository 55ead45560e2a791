"""The contact book as a file: check one, import it, export the list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.base import now
from models.contact import ContactRow
from services.access import Principal, Role, require
from services.contact_forms import ContactForm, check_form, form_of, others_of, stripped
from services.contacts import ContactFilter, contacts_query
from services.db import next_revs, read, write
from services.errors import BadInput, Problem
from services.gateways.contact_book import add_all
from services.reconcile.contact import Address, Contact, Field, values_to_json
from services.records.activity import record
from services.records.csv_files import from_csv, to_csv
from services.records.intents import wake_all
from services.records.listing import chunks
from services.records.values import contact_of, put

COLUMNS = (
    "id", "name", "billing_email", "primary_phone", "street", "city", "region", "postal_code", "country",
    "kind", "contact_type", "registration", "notes",
)  # fmt: skip
NEEDED = ("id", "name")
KINDS = {"person": True, "organisation": False, "": False}
LONGEST_ID = 100


@dataclass(frozen=True, slots=True)
class FileReport:
    """What importing a file would do, in rows, and every rule it breaks."""

    rows: int
    new: int
    changed: int
    unchanged: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What importing a file did, in rows."""

    added: int
    changed: int
    unchanged: int
    rejected: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    external_id: str
    form: ContactForm


def check_file(data: bytes) -> FileReport:
    """Look through a file without writing anything. Raises: BadInput when it has no readable table."""
    rows, problems, count = _parse(data)
    with read() as session:
        known = _known(session, rows)
    new = sum(row.external_id not in known for row in rows)
    changed = sum(row.external_id in known and _differs(known[row.external_id], row) for row in rows)
    return FileReport(count, new, changed, len(rows) - new - changed, tuple(problems))


def import_file(actor: Principal, data: bytes, skip_bad: bool = False) -> ImportReport:
    """Bring a file into the contact book: all of it or nothing, or with `skip_bad` the rows that break no rule.

    A row whose id is known changes that contact; others add one. Contacts not in the file stay.
    Raises: BadInput with every problem, Forbidden.
    """
    require(actor, Role.EDITOR)
    rows, problems, count = _parse(data)
    if problems and not skip_bad:
        raise BadInput(problems)
    with write() as session:
        known = _known(session, rows)
        added = [row for row in rows if row.external_id not in known]
        changed = [row for row in rows if row.external_id in known and _differs(known[row.external_id], row)]
        _write(session, actor, added, changed, known)
        summary = f"Imported a file: {len(added)} added, {len(changed)} changed, {count - len(rows)} rejected"
        record(session, actor.username, "contact.imported", summary)
        wake_all(session)
    unchanged = len(rows) - len(added) - len(changed)
    return ImportReport(len(added), len(changed), unchanged, count - len(rows), tuple(problems))


def export_csv(f: ContactFilter) -> bytes:
    """The contacts that match a filter, in the columns that `import_file` reads."""
    with read() as session:
        return to_csv(COLUMNS, (_cells(row[0]) for row in session.execute(contacts_query(f))))


def _parse(data: bytes) -> tuple[list[_Row], list[Problem], int]:
    """The rows that break no rule, the problems of the others, and how many rows there are."""
    cells = from_csv(data, COLUMNS, NEEDED)
    good: list[_Row] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for number, values in enumerate(cells, 1):
        row = _Row(number, values["id"].strip(), _form(values))
        broken = list(_broken(row, values, seen))
        seen.setdefault(row.external_id, number)
        problems += broken
        if not broken:
            good.append(row)
    return good, problems, len(cells)


def _form(values: dict[str, str]) -> ContactForm:
    address = Address(values["street"], values["city"], values["region"], values["postal_code"], values["country"])
    contact = Contact(values["name"], values["billing_email"], values["primary_phone"], address)
    is_person = KINDS.get(values["kind"].strip().lower(), False)
    kind = values["contact_type"] or "Client"
    return stripped(ContactForm(contact, kind, is_person, values["notes"], values["registration"]))


def _broken(row: _Row, values: dict[str, str], seen: dict[str, int]) -> Iterator[Problem]:
    if not 0 < len(row.external_id) <= LONGEST_ID:
        yield Problem("id", f"must have 1 to {LONGEST_ID} characters", row.number)
    elif row.external_id in seen:
        yield Problem("id", f"is the same as in row {seen[row.external_id]}", row.number)
    if values["kind"].strip().lower() not in KINDS:
        yield Problem("kind", "must be person or organisation", row.number)
    for problem in check_form(row.form):
        yield Problem(problem.field, problem.rule, row.number)


def _known(session: Session, rows: Sequence[_Row]) -> dict[str, ContactRow]:
    """The contacts that the rows' ids mean: their id from an earlier file, or our own id from an export."""
    ids = [row.external_id for row in rows]
    found: dict[str, ContactRow] = {}
    for chunk in chunks(ids):
        found.update({row.id: row for row in session.exec(select(ContactRow).where(col(ContactRow.id).in_(chunk)))})
        by_external = select(ContactRow).where(col(ContactRow.external_id).in_(chunk))
        found.update({row.external_id: row for row in session.exec(by_external) if row.external_id})
    return found


def _differs(known: ContactRow, row: _Row) -> bool:
    return form_of(known) != row.form


def _write(
    session: Session, actor: Principal, added: Sequence[_Row], changed: Sequence[_Row], known: dict[str, ContactRow]
) -> None:
    add_all(session, [(row.form.contact, {"external_id": row.external_id, **others_of(row.form)}) for row in added])
    revs = next_revs(session, len(changed)) if changed else ()
    for row, rev in zip(changed, revs, strict=True):
        stored = known[row.external_id]
        _tell(session, actor, stored, row.form.contact)
        put(stored, row.form.contact)
        for column, value in others_of(row.form).items():
            setattr(stored, column, value)
        stored.rev, stored.updated_at = rev, now()


def _tell(session: Session, actor: Principal, stored: ContactRow, after: Contact) -> None:
    """Note which synced fields of a contact a file changes, so that its timeline is complete."""
    before = contact_of(stored)
    fields = [field for field in Field if before.get(field) != after.get(field)]
    if fields:
        record(
            session, actor.username, "contact.edited", f"Changed {before.name} by importing a file",
            contact_id=stored.id, before=values_to_json({field: before.get(field) for field in fields}),
            after=values_to_json({field: after.get(field) for field in fields}),
        )  # fmt: skip


def _cells(row: ContactRow) -> tuple[str, ...]:
    kind = "person" if row.is_person else "organisation"
    return (
        row.external_id or row.id, row.name, row.email, row.phone, row.street, row.city, row.region,
        row.postal_code, row.country, kind, row.contact_type, row.registration, row.notes,
    )  # fmt: skip
