"""The contact book as a file: check one, import it, export the list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.connection import ConnectionRow
from models.contact import ContactRow
from models.installation import InstallationRow
from models.link import LinkRow
from services import locales
from services.access import Principal, Role, require
from services.contact_forms import others_of
from services.contact_rows import COLUMNS, NEEDED, Plan, Row, cells, planned
from services.contacts import ContactFilter, contacts_query
from services.db import read, write
from services.errors import BadInput, MovedOn, Problem
from services.gateways.contact_book import add_all
from services.reconcile.contact import values_from_json
from services.reconcile.normalise import is_blank, same
from services.reconcile.policy import Blanks, Policies, policies
from services.records.activity import command_of, record
from services.records.csv_files import from_csv, to_csv
from services.records.intents import wake_all
from services.records.link_state import syncing
from services.records.listing import among, chunks
from services.records.log_words import field_label, field_value
from services.records.undoing import of_import
from services.steps.rewriting import Rewrite, rewrite_all

__all__ = ["COLUMNS", "FileReport", "ImportReport", "NewValue", "check_file", "export_csv", "import_file"]

SHOWN = 200
"""How many of the values that a file changes are listed one by one."""


@dataclass(frozen=True, slots=True)
class NewValue:
    """One value that a file changes, in words."""

    name: str
    field: str
    now: str
    becomes: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """What importing a file would do, counted in rows, and every rule it breaks.

    `archived` counts rows for archived contacts, which would change but stay as they are. `cleared` counts values of
    changed contacts for which the file has a blank cell. `left_alone` are the columns that the file lacks, whose values
    stay; `unused` its columns that a contact does not have. `syncing` counts changed contacts with something to write
    to Xero. `first` are some of the `values` that change. `digest` differs once importing it would do something else.
    """

    rows: int
    new: int
    changed: int
    archived: int
    unchanged: int
    cleared: int
    syncing: int
    values: int
    first: tuple[NewValue, ...]
    columns: tuple[str, ...]
    left_alone: tuple[str, ...]
    unused: tuple[str, ...]
    problems: tuple[Problem, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What importing a file did, in rows; `archived` contacts stayed as they are, `cleared` counts values.

    `command` names it, to undo it.
    """

    added: int
    changed: int
    archived: int
    unchanged: int
    rejected: int
    cleared: int
    problems: tuple[Problem, ...]
    command: str = ""


def check_file(data: bytes, clear: bool = True) -> FileReport:
    """Look through a file without writing anything. Raises: UsageError when it has no readable table."""
    sheet = from_csv(data, COLUMNS, NEEDED)
    with read() as session:
        plan = planned(session, sheet, clear)
        to_xero = _to_xero(session, plan.changed)
    return FileReport(
        rows=len(sheet.lines),
        new=len(plan.added),
        changed=len(plan.changed),
        archived=plan.archived,
        unchanged=plan.unchanged,
        cleared=plan.cleared,
        syncing=to_xero,
        values=sum(len(one.after) for one in plan.changed),
        first=tuple(islice(_new_values(plan.changed), SHOWN)),
        columns=sheet.columns,
        left_alone=tuple(name for name in COLUMNS if name not in sheet.columns),
        unused=sheet.unused,
        problems=tuple(plan.problems),
        digest=plan.digest,
    )


def import_file(
    actor: Principal, data: bytes, skip_bad: bool = False, clear: bool = True, seen: str = ""
) -> ImportReport:
    """Bring a file into the contact book: all of it or nothing, or with `skip_bad` the rows that break no rule.

    A row with a known id changes that contact, in the columns that the file has, unless the contact is archived. A row
    with another id, or none, adds a contact. Contacts not in the file stay. A blank cell clears its value with `clear`
    and leaves it alone without; `seen` is the digest of the report that a person saw.
    Raises: UsageError when it has no readable table, BadInput with every problem, MovedOn when it would do something
    else by now than was `seen`, Forbidden.
    """
    require(actor, Role.EDITOR)
    sheet = from_csv(data, COLUMNS, NEEDED)
    with read() as session:
        moment, plan = _moment(session), planned(session, sheet, clear)
    with write() as session:  # nobody else can write meanwhile, so it does no more than it must
        if _moment(session) != moment:
            plan = planned(session, sheet, clear)
        if plan.problems and not skip_bad:
            raise BadInput(plan.problems)
        if seen and plan.digest != seen:
            raise MovedOn("Contacts have changed: the file would now do something else. Look at it again, then import.")
        _carry_out(session, actor, plan)
        command = command_of(session)
    return ImportReport(
        added=len(plan.added),
        changed=len(plan.changed),
        archived=plan.archived,
        unchanged=plan.unchanged,
        rejected=plan.rejected,
        cleared=plan.cleared,
        problems=tuple(plan.problems),
        command=command,
    )


def export_csv(f: ContactFilter) -> bytes:
    """The contacts that match a filter, in the columns that `import_file` reads."""
    with read() as session:
        return to_csv(COLUMNS, (list(cells(row[0]).values()) for row in session.execute(contacts_query(f))))


def _moment(session: Session) -> tuple[int, int]:
    """A value that differs once any contact was added, changed or deleted."""
    query = select(func.coalesce(func.max(col(ContactRow.rev)), 0), func.count()).select_from(ContactRow)
    newest, contacts = session.execute(query).one()
    return newest, contacts


def _carry_out(session: Session, actor: Principal, plan: Plan) -> None:
    added = _add(session, plan.added)
    rewrite_all(session, actor.username, "by importing a file", plan.changed)
    number = partial(locales.number, locale=session.get_one(InstallationRow, 1).locale)
    left_out = plan.rejected + plan.archived
    counts = f"{number(len(plan.added))} added, {number(len(plan.changed))} changed, {number(left_out)} left out"
    way_back = of_import(command_of(session), added) if plan.added or plan.changed else None
    record(session, actor.username, "contact.imported", f"Imported a file: {counts}", undo=way_back)
    wake_all(session)


def _add(session: Session, rows: Sequence[Row]) -> list[ContactRow]:
    """Add contacts. Returns the first and the last of them."""
    others = ({"external_id": row.external_id or None, **others_of(row.form)} for row in rows)
    ids = add_all(session, [(row.form.contact, columns) for row, columns in zip(rows, others, strict=True)])
    return [session.get_one(ContactRow, one) for one in dict.fromkeys([*ids[:1], *ids[-1:]])]


def _new_values(changed: Sequence[Rewrite]) -> Iterator[NewValue]:
    for one in changed:
        for field, value in one.after.items():
            yield NewValue(
                one.name, field_label(field), field_value(field, one.before[field]), field_value(field, value)
            )


def _to_xero(session: Session, changed: Sequence[Rewrite]) -> int:
    """How many of the changed contacts have a change to write to Xero: in a field and on a link that let it travel."""
    rewrites = {one.contact_id: one for one in changed}
    ways = {
        one.id: policies(one.field_rules, one.blank_policy)
        for one in session.scalars(select(ConnectionRow))
    }  # fmt: skip
    query = select(col(LinkRow.contact_id), col(LinkRow.connection_id)).where(syncing(), col(LinkRow.two_way))
    links = (
        row for chunk in chunks(rewrites) for row in session.execute(query.where(among(LinkRow.contact_id, chunk)))
    )
    return len({contact for contact, connection in links if _travels(rewrites[contact], ways[connection])})


def _travels(one: Rewrite, ways: Policies) -> bool:
    """Whether any synced field changes by more than its wording, and has a policy by which that goes to Xero."""
    before, after = values_from_json(one.before), values_from_json(one.after)
    return any(
        ways[field].practice_to_xero
        and not same(field, before[field], value)
        and (not is_blank(value) or ways[field].blanks is Blanks.TRAVEL)
        for field, value in after.items()
    )
