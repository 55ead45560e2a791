"""How an organisation's fields are kept in step, as an admin sets it: differences, directions and blanks."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import col, update

from models.base import Json
from models.connection import ConnectionRow
from models.link import SYNCING, LinkRow
from services.access import Principal, Role, require
from services.db import read, write
from services.errors import MovedOn
from services.reconcile.contact import Field
from services.reconcile.policy import Blanks, Way, Wins
from services.records.activity import record
from services.records.connections import row_of
from services.records.intents import wake

CHANGED = "Somebody else has changed this in the meantime. It now shows what they saved: choose and save again."


@dataclass(frozen=True, slots=True)
class FieldPolicy:
    """One field: who wins a difference, and which way changes travel."""

    wins: Wins = Wins.ASK
    way: Way = Way.BOTH


@dataclass(frozen=True, slots=True)
class SyncPolicies:
    """The policies of one organisation."""

    fields: Mapping[Field, FieldPolicy]
    blanks: Blanks = Blanks.TRAVEL


def get_policies(connection_id: str) -> SyncPolicies:
    """The policies of an organisation. Raises: NotFound."""
    with read() as session:
        return _policies(row_of(session, connection_id))


def save_policies(
    actor: Principal, connection_id: str, policies: SyncPolicies, seen: SyncPolicies | None = None
) -> None:
    """Save policies, which decide from now on. Every link is compared again, so that what was held back can go.

    Raises: Forbidden, NotFound; MovedOn when they are no longer those `seen`.
    """
    require(actor, Role.ADMIN)
    with write() as session:
        row = row_of(session, connection_id)
        if seen is not None and seen != _policies(row):
            raise MovedOn(CHANGED)
        kept, before, after = _policies(row), _stored(row.field_rules, row.blank_policy), _to_store(policies)
        row.field_rules, row.blank_policy = after["field_rules"], after["blank_policy"]
        if kept == _policies(row):
            return  # also if a default is only spelt out now
        record(
            session, actor.username, "connection.policies", f"Changed how fields of {row.name} are kept in step",
            connection_id=row.id, before=before, after=after,
        )  # fmt: skip
        mine = (col(LinkRow.connection_id) == row.id, col(LinkRow.state) == SYNCING)
        session.execute(update(LinkRow).where(*mine).values(practice_rev=0))
        wake(session, row.id)


def _policies(row: ConnectionRow) -> SyncPolicies:
    return SyncPolicies({field: _field_policy(row, field) for field in Field}, Blanks(row.blank_policy))


def _field_policy(row: ConnectionRow, field: Field) -> FieldPolicy:
    stored = row.field_rules.get(field.value, {})
    return FieldPolicy(Wins(stored.get("wins", Wins.ASK)), Way(stored.get("way", Way.BOTH)))


def _to_store(policies: SyncPolicies) -> Json:
    fields = {field.value: {"wins": one.wins.value, "way": one.way.value} for field, one in policies.fields.items()}
    return _stored(fields, policies.blanks.value)


def _stored(field_rules: Json, blank_policy: str) -> Json:
    return {"field_rules": field_rules, "blank_policy": blank_policy}
