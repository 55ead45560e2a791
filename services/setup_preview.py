"""What would happen if more contacts took part: by another set-up, before it is saved, or if some are let in by hand.

It is worked out from what Xero said last, by the same rules as the sync's; Xero is not asked. Contacts that sync
already are left out: they keep syncing, whatever the filter says.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from models.connection import CONNECTED, ConnectionRow
from models.xero_contact import XeroContactRow
from services.connection import Setup
from services.db import read
from services.imports import decisions_on
from services.reconcile.outcome import Effect
from services.reconcile.plan import Step
from services.records.keys import unlinked
from services.records.listing import among, chunks
from services.records.remembered import remembered
from services.steps.considering import consider_these
from services.steps.first_links import counted, link_effects

NAMES = 5
OUTCOMES = tuple(step.value for step in (Step.LINK, Step.CREATE, Step.HOLD, Step.ASK, Step.SKIP))


@dataclass(frozen=True, slots=True)
class Group:
    """Xero contacts to which the same would happen: how many, and the names of the first."""

    outcome: str
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetupPreview:
    """What would become of contacts; `effects` counts the fields that linking touches."""

    groups: tuple[Group, ...]
    effects: Mapping[Effect, int]


@remembered
def preview_setup(connection_id: str, setup: Setup) -> SetupPreview:
    """What would happen under this set-up that does not happen under the one in force, in the order of OUTCOMES.

    `skip` are those that wait for a person's decision now and would no longer take part. Raises: NotFound.
    """
    now = decisions_on(connection_id)
    then = decisions_on(connection_id, (setup.type_filter, setup.include_neither, setup.no_match_policy))
    outcomes = {xero_id: one.step.value for xero_id, one in then.items()}
    outcomes |= dict.fromkeys(now.keys() - then.keys(), Step.SKIP.value)
    for xero_id, one in now.items():
        if outcomes[xero_id] == one.step.value:
            del outcomes[xero_id]
    with read() as session:
        connection = session.get_one(ConnectionRow, connection_id)
        effects = counted(link_effects(session, connection, [then[one] for one in outcomes if one in then]))
        return SetupPreview(_groups(session, connection_id, outcomes), effects)


@remembered
def preview_let_in(keys: tuple[str, ...]) -> SetupPreview:
    """What the next sync would do with contacts that take no part now, if they were let in; `keys` are as in
    `excluded`.

    `skip` are those that cannot be let in: archived in Xero, linked by now, or of an organisation that does not sync.
    """
    outcomes: dict[str, str] = {}
    effects: Counter[Effect] = Counter()
    by_connection: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        connection_id, _, xero_id = key.partition(":")
        by_connection[connection_id].append(xero_id)
    named: list[tuple[str, str, str]] = []
    with read() as session:
        for connection_id, xero_ids in by_connection.items():
            named += _names(session, connection_id, xero_ids)
            connection = session.get(ConnectionRow, connection_id)
            if connection is not None and connection.state == CONNECTED:
                decisions = consider_these(session, connection, xero_ids)
                outcomes |= {one.verdict.xero_id: one.step.value for one in decisions}
                effects += counted(link_effects(session, connection, decisions))
    every = {xero_id: outcomes.get(xero_id, Step.SKIP.value) for _, _, xero_id in named}
    return SetupPreview(_grouped(every, ((xero_id, name) for _, name, xero_id in sorted(named))), effects)


def _names(session: Session, connection_id: str, xero_ids: Sequence[str]) -> list[tuple[str, str, str]]:
    """The sort key, name and id of each Xero contact."""
    query = select(col(XeroContactRow.name_key), col(XeroContactRow.name), col(XeroContactRow.xero_id))
    mine = query.where(col(XeroContactRow.connection_id) == connection_id)
    found = (mine.where(among(XeroContactRow.xero_id, chunk)) for chunk in chunks(xero_ids))
    return [(row[0], row[1], row[2]) for one in found for row in session.execute(one)]


def _groups(session: Session, connection_id: str, outcomes: dict[str, str]) -> tuple[Group, ...]:
    by_name = (
        select(col(XeroContactRow.xero_id), col(XeroContactRow.name))
        .where(*unlinked(connection_id))
        .order_by(col(XeroContactRow.name_key), col(XeroContactRow.xero_id))
    )
    return _grouped(outcomes, ((row[0], row[1]) for row in session.execute(by_name)))


def _grouped(outcomes: Mapping[str, str], by_name: Iterable[tuple[str, str]]) -> tuple[Group, ...]:
    counts = Counter(outcomes.values())
    names: dict[str, list[str]] = defaultdict(list)
    for xero_id, name in by_name:
        if len(mine := names[outcomes.get(xero_id, "")]) < NAMES:
            mine.append(name)
    return tuple(Group(one, counts[one], tuple(names[one])) for one in OUTCOMES if counts[one])
