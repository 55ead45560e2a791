"""What another set-up would lead to, before an admin saves it: who would come in, who would be taken in no more.

It is worked out from what Xero said last, with the very decisions that the sync makes; Xero is not asked. Contacts
that sync already are not among them: they keep syncing, whatever the filter says.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from models.xero_contact import XeroContactRow
from services.connection import Setup
from services.db import read
from services.imports import decisions_on
from services.reconcile.plan import Step
from services.records.keys import unlinked
from services.records.remembered import remembered

NAMES = 5
OUTCOMES = tuple(step.value for step in (Step.LINK, Step.CREATE, Step.HOLD, Step.ASK, Step.SKIP))


@dataclass(frozen=True, slots=True)
class Group:
    """The Xero contacts to which the same would happen: how many, and the first names."""

    outcome: str
    count: int
    names: tuple[str, ...]


@remembered
def preview_setup(connection_id: str, setup: Setup) -> tuple[Group, ...]:
    """What would happen under this set-up that does not happen under the one in force, in the order of OUTCOMES.

    `skip` are those about whom a person was to decide, and who would be taken in no more. Raises: NotFound.
    """
    now = decisions_on(connection_id)
    then = decisions_on(connection_id, (setup.type_filter, setup.include_neither, setup.no_match_policy))
    outcomes = {xero_id: one.step.value for xero_id, one in then.items()}
    outcomes |= dict.fromkeys(now.keys() - then.keys(), Step.SKIP.value)
    for xero_id, one in now.items():
        if outcomes[xero_id] == one.step.value:
            del outcomes[xero_id]
    return _groups(connection_id, outcomes)


def _groups(connection_id: str, outcomes: dict[str, str]) -> tuple[Group, ...]:
    counts = Counter(outcomes.values())
    names: dict[str, list[str]] = defaultdict(list)
    by_name = (
        select(col(XeroContactRow.xero_id), col(XeroContactRow.name))
        .where(*unlinked(connection_id))
        .order_by(col(XeroContactRow.name_key), col(XeroContactRow.xero_id))
    )
    with read() as session:
        for xero_id, name in session.execute(by_name):
            if len(mine := names[outcomes.get(xero_id, "")]) < NAMES:
                mine.append(name)
    return tuple(Group(one, counts[one], tuple(names[one])) for one in OUTCOMES if counts[one])
