"""What the rows of a file mean for the contact book as it stands: what they add or change, and the rules they break."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import inspect, select
from sqlmodel import Session

from models.contact import ContactRow
from services.contact_forms import ContactForm, check_change, check_form, form_of, others_of
from services.errors import Problem
from services.reconcile.contact import Address, Contact
from services.records.csv_files import Line, Sheet
from services.records.listing import among, chunks
from services.steps.rewriting import Rewrite, rewrite_of

COLUMNS = (
    "id", "name", "billing_email", "primary_phone", "street", "city", "region", "postal_code", "country",
    "kind", "contact_type", "registration", "notes",
)  # fmt: skip
NEEDED = {"id": 'The cells of "id" may be blank: such a row adds a contact.', "name": ""}
"""The columns that a file must have, each with the advice to give if it lacks it."""

NEW = dict.fromkeys(COLUMNS, "") | {"kind": "organisation", "contact_type": "Client"}
"""The values of a contact that the file adds, where the file says nothing."""

KINDS = {"person": True, "organisation": False}
NEVER_BLANK = ("kind", "contact_type")
LONGEST_ID = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file: the row of the contact it means, if that is here already, and what it would become."""

    number: int
    external_id: str
    known: Any
    form: ContactForm
    cleared: int

    @property
    def contact_id(self) -> str:
        """The id of the contact it means, the same whether the file uses our id or an earlier file's; blank for a new
        contact without an id.
        """
        return str(self.known.id) if self.known else self.external_id


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the rows of a file; those that break rules are rejected. `cleared` counts values.

    `digest` is of all that is added, and of all values that change, as they are and as they become.
    """

    added: list[Row]
    changed: list[Rewrite]
    archived: int
    unchanged: int
    rejected: int
    cleared: int
    problems: list[Problem]
    digest: str


def planned(session: Session, sheet: Sheet, clear: bool) -> Plan:
    """Sort the rows by what becomes of them. A blank cell clears its value with `clear`."""
    known = _known(session, [line.values["id"].strip() for line in sheet.lines])
    good: list[Row] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for line in sheet.lines:
        row, broken = _judged(line, known, seen, clear)
        problems += broken
        good += () if broken else (row,)
    added = [row for row in good if row.known is None]
    differing = [row for row in good if row.known is not None and form_of(row.known) != row.form]
    changing = [row for row in differing if row.known.archived_at is None]
    changed = [rewrite_of(row.known, row.form.contact, others_of(row.form)) for row in changing]
    return Plan(
        added,
        changed,
        archived=len(differing) - len(changed),
        unchanged=len(good) - len(added) - len(differing),
        rejected=len(sheet.lines) - len(good),
        cleared=sum(row.cleared for row in changing),
        problems=problems,
        digest=sha256(repr((added, changed)).encode()).hexdigest(),
    )


def cells(row: Any) -> dict[str, str]:
    """A contact as a row of a file, by column."""
    kind = "person" if row.is_person else "organisation"
    values = (
        row.external_id or row.id, row.name, row.email, row.phone, row.street, row.city, row.region,
        row.postal_code, row.country, kind, row.contact_type, row.registration, row.notes,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _judged(line: Line, known: dict[str, Any], seen: dict[str, int], clear: bool) -> tuple[Row, list[Problem]]:
    """A row and the rules it breaks. Values without a column stay as the contact book has them. So do values that
    differ only in outer white space, which came from Xero: an export that is imported again changes nothing.
    """
    told = {name: text.strip() for name, text in line.values.items()}
    stored = known.get(told["id"])
    before = cells(stored) if stored else NEW
    news = {name: text for name, text in told.items() if text != before[name].strip()}
    values = before | {name: text for name, text in news.items() if text or (clear and name not in NEVER_BLANK)}
    cleared = sum(bool(before[name]) and not values[name] for name in COLUMNS)
    row = Row(line.number, told["id"], stored, _form(values), cleared)
    return row, list(_broken(row, values, seen))


def _form(values: dict[str, str]) -> ContactForm:
    address = Address(values["street"], values["city"], values["region"], values["postal_code"], values["country"])
    contact = Contact(values["name"], values["billing_email"], values["primary_phone"], address)
    is_person = KINDS.get(values["kind"].lower(), False)
    return ContactForm(contact, values["contact_type"], is_person, values["notes"], values["registration"])


def _broken(row: Row, values: dict[str, str], seen: dict[str, int]) -> Iterator[Problem]:
    if len(row.external_id) > LONGEST_ID:
        yield Problem("id", f"must not be longer than {LONGEST_ID} characters", row.number)
    elif row.contact_id and (first := seen.setdefault(row.contact_id, row.number)) != row.number:
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
