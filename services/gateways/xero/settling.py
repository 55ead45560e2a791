"""Turning the answer to a write into one outcome per item.

Xero is asked to answer for each element separately. If it refuses a whole call nevertheless, the items are sent again
in halves, so that one bad item does not stop the others. A failure after some halves may have taken effect is
`Uncertain`: only a read can tell. If Xero cannot take a half now, or the reason of a refusal cannot be looked up now,
those items alone are `Unavailable`, to be sent again later; the others are settled.
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
    """Send all items and settle each; one outcome per item, in the order sent. `explain` finds out why one was refused.

    Raises: SyncError if the call failed as a whole.
    """
    if not items:
        return []
    try:
        answers = send(items)
    except Rejected as refused:
        return _apart(items, send, explain, refused)
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


def _apart(items: Sequence[Item], send: Send[Item], explain: Explain[Item], refused: Rejected) -> list[Outcome]:
    if len(items) == 1:
        return [_explained(items[0], refused, explain)]
    middle = len(items) // 2
    first, rest = settled(items[:middle], send, explain), items[middle:]
    try:
        return first + settled(rest, send, explain)
    except Unavailable as later:
        return [*first, *(later for _ in rest)]
    except SyncError:
        raise Uncertain("Some of the contacts may have been written before a call failed.") from None


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
