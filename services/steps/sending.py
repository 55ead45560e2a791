"""What every write to Xero has in common: it is marked as sent before the call, and its state is true after it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from sqlmodel import Session

from models.base import now
from models.intent import DROPPED, OPEN_STATES, SENT, IntentRow
from models.link import LinkRow
from services.db import read, write
from services.errors import RateLimited, Rejected, SyncError, Unavailable, Uncertain, Unexplained
from services.gateways.store import Outcome, Record
from services.records.intents import postpone, settle, try_again
from services.records.leases import Lease

BEHIND = "Xero does not show the latest version of this contact yet."
PAUSE = 60.0
"""Seconds until a contact is looked at again of which Xero does not show the latest version yet."""
PATIENCE = timedelta(hours=1)
"""How long after it was last sent without an answer a write may have been carried out and not show."""
NO_RECORDS: Mapping[str, Record] = MappingProxyType({})


def still_open(session: Session, intents: Sequence[IntentRow]) -> list[IntentRow]:
    """The same intents as this transaction sees them, without those settled or taken back meanwhile.

    An intent whose link no longer exists, because linking was undone, is dropped.
    """
    rows = [row for intent in intents if (row := session.get(IntentRow, intent.id))]
    for row in rows:
        if row.state in OPEN_STATES and row.link_id and session.get(LinkRow, row.link_id) is None:
            settle(row, DROPPED, "The two contacts are no longer linked.")
    return [row for row in rows if row.state in OPEN_STATES]


def mark_sent(intents: Sequence[IntentRow], records: Mapping[str, Record] = NO_RECORDS) -> list[IntentRow]:
    """Note that these may be on the wire from the moment this transaction commits, and what was read just before.

    `records` holds by the intent's id what Xero said of the contact to be written, if there is one.
    """
    for intent in intents:
        intent.sent_at = intent.sent_at if intent.unanswered and not _was_cut_off(intent) else now()
        intent.state, intent.attempts, intent.not_before, intent.error = SENT, intent.attempts + 1, None, ""
        intent.unanswered += 1
        intent.read_at = records[intent.id].updated_at if intent.id in records else None
    return list(intents)


def without_late(intents: Sequence[IntentRow], links: Mapping[str, LinkRow], late: set[str]) -> list[IntentRow]:
    """These intents but those whose contact is one of `late`: what Xero shows of them is behind, so they have to wait.

    `links` are by the intent's id, `late` are Xero ids.
    """
    for intent in intents:
        if links[intent.id].xero_id in late:
            intent.sent_at = now() if _was_cut_off(intent) else intent.sent_at
            postpone(intent, intent.state, BEHIND, PAUSE)
    return [intent for intent in intents if links[intent.id].xero_id not in late]


def _was_cut_off(intent: IntentRow) -> bool:
    """Whether the worker died before it could note what became of the last sending."""
    return intent.state == SENT and not intent.error


def may_have_landed(intent: IntentRow, found: Record) -> bool:
    """Whether a write whose answer was lost may have reached Xero: its contact has changed there since it was sent."""
    return intent.state == SENT and intent.read_at is not None and intent.read_at != found.updated_at


def may_be_its_own(intent: IntentRow) -> bool:
    """Whether Xero may have refused to repeat a write because of what an earlier sending of it has done."""
    return bool(intent.unanswered and intent.sent_at is not None and now() - intent.sent_at < PATIENCE)


def call(send: Callable[[], list[Outcome]], intents: Sequence[IntentRow], lease: Lease) -> list[Outcome]:
    """Make the call. If it fails as a whole, the intents are to be sent later; after Uncertain they stay sent, since
    the write may have landed. After RateLimited they wait for nothing else: whoever may call Xero next sends them.
    After Rejected, whoever made the call has to divide it: it counts as no attempt. Raises: SyncError.
    """
    try:
        return send()
    except Rejected:
        with write() as session:
            lease.check(session)
            for intent in answered(session, intents):
                try_again(intent, Unexplained.MESSAGE, 0)
                intent.attempts -= 1
        raise
    except Uncertain as error:
        with write() as session:
            lease.check(session)
            for intent in still_open(session, intents):
                postpone(intent, SENT, str(error))
                intent.sent_at = now()
        raise
    except SyncError as error:
        pause = error.retry_after if isinstance(error, Unavailable) else None
        with write() as session:
            lease.check(session)
            for intent in answered(session, intents):
                try_again(intent, str(error), 0 if isinstance(error, RateLimited) else pause)
        raise


def leave(lease: Lease, intents: Sequence[IntentRow]) -> None:
    """Put off these, which Xero has refused together for no reason."""
    with write() as session:
        lease.check(session)
        for intent in still_open(session, intents):
            intent.attempts += 1
            try_again(intent, Unexplained.MESSAGE)


def any_told(outcomes: Iterable[Outcome]) -> bool:
    """Whether Xero has taken or refused any of what was sent, and not only left it for later."""
    return not all(isinstance(outcome, Unavailable) for outcome in outcomes)


def answered(session: Session, intents: Sequence[IntentRow]) -> list[IntentRow]:
    """Those of these that are `still_open`, after Xero has answered: this sending of them cannot land any more."""
    rows = still_open(session, intents)
    for intent in rows:
        intent.unanswered -= 1
    return rows


def links_of(intents: Sequence[IntentRow]) -> dict[str, LinkRow]:
    """The link of each intent that still has one, by the intent's id."""
    with read() as session:
        return {intent.id: link for intent in intents if (link := session.get(LinkRow, intent.link_id))}
