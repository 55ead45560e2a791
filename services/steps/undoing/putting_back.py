"""Putting back what the import of a file did: all its contacts at once, which takes about as long as the import."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.activity import ActivityRow
from models.base import Json
from models.contact import ContactRow
from models.intent import IntentRow
from models.link import LinkRow
from services.errors import MovedOn
from services.reconcile.contact import Agreed, Field, value_to_json, values_from_json
from services.records.bulk import Report, Skipped
from services.records.intents import wake_all
from services.records.listing import among, chunks
from services.records.undoing import unstamped
from services.records.values import NO_LONGER_THERE, contact_of
from services.steps.rewriting import Rewrite, rewrite_all, rewrite_of
from services.steps.undoing.giving_back import ask_where_agreed
from services.steps.undoing.removing import remove

ARCHIVED, CHANGED = "It has been archived since.", "It has been changed since, here or from Xero."
IN_XERO = "The file added it, and it has been linked or sent to Xero since. It stays."


def put_back(session: Session, actor: str, noted: Json) -> Report:
    """Give the contacts that a file changed the values they had, and remove those that it added.

    Those that have moved on since are left as they are. Raises: MovedOn when all have.
    """
    rewrites: list[Rewrite] = []
    unwanted, skipped = _added(session, noted)
    for row, entry in _changed(session, noted["command"]):
        if why := _moved_on(row, entry.after):
            skipped.append(Skipped(row.name if row else NO_LONGER_THERE, why))
        else:
            rewrites.append(_reversed(row, entry.before))
    if not rewrites and not unwanted:
        raise MovedOn(
            "Nothing can be undone: every contact that the file added or changed has since been changed, archived, "
            "linked or sent to Xero."
        )
    ask_where_agreed(session, {one.contact_id: _exchanged(one) for one in rewrites})
    rewrite_all(session, actor, "by undoing the import of a file", rewrites)
    remove(session, unwanted)
    wake_all(session)
    return Report(len(rewrites) + len(unwanted), tuple(skipped))


def _exchanged(rewrite: Rewrite) -> dict[Field, Agreed]:
    """The synced fields that are put back, each with its value now and the one that comes back."""
    now, then = values_from_json(rewrite.before), values_from_json(rewrite.after)
    return {field: Agreed(now[field], value) for field, value in then.items()}


def _changed(session: Session, command: str) -> list[tuple[Any, Any]]:
    """The contacts that a command changed, as they are now (None if deleted), each with its entry in the log."""
    columns = col(ActivityRow.contact_id), col(ActivityRow.before), col(ActivityRow.after)
    mine = col(ActivityRow.command) == command, col(ActivityRow.action) == "contact.edited"
    entries = session.execute(select(*columns).where(*mine).order_by(col(ActivityRow.id))).all()
    rows = _rows(session, [entry.contact_id for entry in entries])
    return [(rows.get(entry.contact_id), entry) for entry in entries]


def _rows(session: Session, ids: Collection[str]) -> dict[str, Any]:
    whole = select(*inspect(ContactRow).columns)
    found = (row for chunk in chunks(ids) for row in session.execute(whole.where(among(ContactRow.id, chunk))))
    return {row.id: row for row in found}


def _moved_on(row: Any, after: Mapping[str, Any]) -> str:
    """Why a contact cannot be put back; blank if its changed fields still have the values of the file."""
    if row is None:
        return "It has been deleted since."
    if row.archived_at is not None:
        return ARCHIVED
    contact, fields = contact_of(row), set(Field)
    said = {
        name: value_to_json(contact.get(Field(name))) if name in fields else getattr(row, name)
        for name in after
    }  # fmt: skip
    return "" if said == after else CHANGED


def _reversed(row: Any, before: Mapping[str, Any]) -> Rewrite:
    others = {name: value for name, value in before.items() if name not in set(Field)}
    return rewrite_of(row, contact_of(row).with_values(values_from_json(before)), others)


def _added(session: Session, noted: Json) -> tuple[list[str], list[Skipped]]:
    """The contacts that a file added and nobody has touched since; and the others, each with what has happened to it.

    Any edit gives a contact another change number (`rev`) and an entry in the log; whatever else became of it shows in
    the log, in a link or in an intent. A change by another file that was undone does not count.
    """
    columns = *(col(ContactRow.id), col(ContactRow.name), col(ContactRow.rev)), col(ContactRow.archived_at)
    mine = col(ContactRow.created_at) == unstamped(noted.get("added_at", ""))
    rows = session.execute(select(*columns).where(mine).order_by(col(ContactRow.rev))).all()
    ids = [row.id for row in rows]
    told, given_back = _told(session, ids)
    known = told | _in_xero(session, ids)
    unwanted: list[str] = []
    skipped: list[Skipped] = []
    for row in rows:
        as_added = noted["first_rev"] <= row.rev <= noted["last_rev"]
        if not as_added and row.id not in given_back - told:
            skipped.append(Skipped(row.name, CHANGED if row.archived_at is None else ARCHIVED))
        elif row.id in known:
            skipped.append(Skipped(row.name, IN_XERO))
        else:
            unwanted.append(row.id)
    return unwanted, skipped


def _in_xero(session: Session, ids: Collection[str]) -> set[str]:
    """Those that were ever linked, or were ever to be written to Xero."""
    owners: tuple[Any, ...] = (col(LinkRow.contact_id), col(IntentRow.contact_id))
    found = (session.scalars(select(one).where(among(one, chunk))) for one in owners for chunk in chunks(ids))
    return {contact_id for part in found for contact_id in part}


def _told(session: Session, ids: Collection[str]) -> tuple[set[str], set[str]]:
    """Two sets of contacts that the log has entries of: those with an entry that counts, and those with an edit by an
    undone file or by its undoing, which does not.
    """
    undoing, file = aliased(ActivityRow), aliased(ActivityRow)
    pairs = select(col(file.command), col(undoing.command)).join(undoing, col(undoing.undoes) == col(file.id))
    undone = session.execute(pairs.where(col(file.action) == "contact.imported"))
    commands = {command for pair in undone for command in pair}
    columns = select(col(ActivityRow.contact_id), col(ActivityRow.action), col(ActivityRow.command))
    rows = (
        one for chunk in chunks(ids) for one in session.execute(columns.where(among(ActivityRow.contact_id, chunk)))
    )
    told: tuple[set[str], set[str]] = (set(), set())
    for contact_id, action, command in rows:
        told[action == "contact.edited" and command in commands].add(contact_id)
    return told
