"""Turning the answer to a write into one outcome per item.

Xero is asked to answer for each element separately, and usually does. If it refuses a whole call nevertheless, nothing
of it took effect, and whoever sent it decides what to send again: by then the items may no longer be as they were read.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from models.base import Json
from services.errors import Invalid, Rejected, SyncError, Unavailable, Uncertain
from services.gateways.store import Outcome
from services.gateways.xero.errors import first_messages
from services.gateways.xero.mapping import elements, record_of, text

Item = TypeVar("Item")
Send = Callable[[Sequence[Item]], list[Json]]
Explain = Callable[[Item, Rejected], Outcome]

NO_ID = "00000000-0000-0000-0000-000000000000"


def settled(items: Sequence[Item], send: Send[Item], explain: Explain[Item]) -> list[Outcome]:
    """Send all items in one call; one outcome per item, in the order sent. `explain` finds out why one was refused.

    Raises: SyncError if the call failed as a whole; Rejected if Xero refused several items together.
    """
    if not items:
        return []
    try:
        answers = send(items)
    except Rejected as refused:
        if len(items) > 1:
            raise
        return [_explained(items[0], refused, explain)]
    return [_outcome(item, answer, explain) for item, answer in zip(items, answers, strict=True)]


def answers_to(sent: Sequence[str], answer: Json, name: str) -> list[Json]:
    """The element for each contact, in the order sent. `sent` tells the contacts apart; an element has it as `name`.

    Raises: Uncertain if Xero answered for other contacts.
    """
    found = elements(answer, "Contacts")
    if len(found) != len(sent):
        raise Uncertain("Xero answered for more or fewer contacts than were sent.")
    if all(_belongs(text(element, name), one, element) for one, element in zip(sent, found, strict=True)):
        return found
    raise Uncertain("Xero answered for different contacts than were sent.")


def _outcome(item: Item, answer: Json, explain: Explain[Item]) -> Outcome:
    if _refused(answer):
        why = first_messages(answer) or "Xero refused the values without saying why."
        return _explained(item, Invalid(why), explain)
    record = record_of(answer)
    if record is None:
        raise Uncertain("Xero's answer names no contact.")
    return record


def _explained(item: Item, refused: Rejected, explain: Explain[Item]) -> Outcome:
    try:
        return explain(item, refused)
    except SyncError:
        return Unavailable("Xero refused it, and could not be asked why. The sync tries again.")


def _belongs(told: str, sent: str, answer: Json) -> bool:
    """Whether an element is about the contact that was sent. One that was refused need not tell."""
    return told == sent or (_refused(answer) and told in ("", NO_ID))


def _refused(answer: Json) -> bool:
    return answer.get("HasValidationErrors") is True or answer.get("StatusAttributeString") == "ERROR"
