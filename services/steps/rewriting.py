"""Rewrite: change many practice contacts at once, with everything that a single edit does.

Nobody else can write while this does, so as much as possible is worked out before it: what each contact becomes, its
match keys and its entry in the activity log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlmodel import Session

from models.base import Json, now
from models.contact import ContactRow
from models.copies import CONTACT_WATCHED, copy_contacts
from services.db import next_revs
from services.reconcile.contact import Contact, Field, values_to_json
from services.records.activity import record_all
from services.records.drift import note_contacts
from services.records.listing import chunks
from services.records.values import columns_of, contact_of


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What one contact becomes: the columns that change, and what each field that changes says before and after.

    `before` and `after` are as the log keeps them: the synced fields by their names, all others by their columns.
    """

    contact_id: str
    name: str
    columns: Mapping[str, Any]
    before: Json
    after: Json


def rewrite_of(row: Any, after: Contact, others: dict[str, Any]) -> Rewrite:
    """What a contact becomes, given its row, its synced fields and its other columns."""
    before = contact_of(row)
    fields = [field for field in Field if before.get(field) != after.get(field)]
    new_others = {name: value for name, value in others.items() if getattr(row, name) != value}
    columns = {name: value for name, value in columns_of(after).items() if getattr(row, name) != value} | new_others
    old, new = (values_to_json({field: one.get(field) for field in fields}) for one in (before, after))
    old_others = {name: getattr(row, name) for name in new_others}
    return Rewrite(row.id, before.name, columns, old | old_others, new | new_others)


def rewrite_all(session: Session, actor: str, how: str, rewrites: Sequence[Rewrite]) -> None:
    """Change contacts. Each gets an entry in the log whose summary ends with `how`, such as "by importing a file"."""
    if not rewrites:
        return
    revs, at = next_revs(session, len(rewrites)), now()
    rows = [
        {"id": one.contact_id, "rev": rev, "updated_at": at, **one.columns}
        for one, rev in zip(rewrites, revs, strict=True)
    ]
    session.execute(update(ContactRow), sorted(rows, key=sorted))  # those with the same columns in one statement
    for chunk in chunks(one.contact_id for one in rewrites if not one.columns.keys().isdisjoint(CONTACT_WATCHED)):
        copy_contacts(session, chunk)
    note_contacts(session, [one.contact_id for one in rewrites])
    entries = [
        {"contact_id": one.contact_id, "summary": f"Changed {one.name} {how}", "before": one.before, "after": one.after}
        for one in rewrites
    ]
    record_all(session, actor, "contact.edited", entries)
