"""Turning the answer to a write into one outcome per item.

Xero is asked to answer for each element separately. If it refuses a whole call nevertheless, the items are sent again
in halves, so that one bad item does not stop the others. A failure after some halves may have taken effect is
`Uncertain`: only a read can tell. If Xero cannot take a half now, or the reason of a refusal cannot be found now,
those items alone are `Unavailable`, to be sent again later; the others are settled.

Refusals without any reason may have nothing to do with the items, and would then cost a call for each of them and more.
So while none is accepted and none is refused for a reason, only the first half is divided further, and of each second
half no more than two items. A call of 50 that is refused to the last takes 13 calls, and look-ups for three items.
Chance decides which items come first then, so that none waits for ever behind others that are refused each time.
"""

from collections.abc import Callable, Sequence
from functools import partial
from random import sample
from typing import TypeGuard, TypeVar

from models.base import Json
from services.errors import Gone, Invalid, Rejected, SyncError, Unavailable, Uncertain
from services.gateways.store import Outcome
from services.gateways.xero.errors import Unexplained, first_messages
from services.gateways.xero.mapping import elements, record_of, text
from services.gateways.xero.refusals import NO_REASON

Item = TypeVar("Item")
Send = Callable[[Sequence[Item]], list[Json]]
Explain = Callable[[Item, Rejected], Outcome]

FEW = 2
NO_ID = "00000000-0000-0000-0000-000000000000"


def settled(items: Sequence[Item], send: Send[Item], explain: Explain[Item]) -> list[Outcome]:
    """Send all items and settle each; one outcome per item, in the order sent. `explain` finds out why one was refused.

    Raises: SyncError if the call failed as a whole. It also did if there are several items and all are to be sent again
    later.
    """
    outcomes = _settled(items, send, explain) if items else []
    if len(outcomes) > 1 and _all_later(outcomes):
        raise outcomes[-1]
    return outcomes


def _settled(items: Sequence[Item], send: Send[Item], explain: Explain[Item]) -> list[Outcome]:
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
    places = range(len(items))
    mixed = sample(places, len(items)) if isinstance(refused, Unexplained | Gone) else places
    outcomes = _in_halves([items[place] for place in mixed], send, explain)
    in_place = dict(zip(mixed, outcomes, strict=True))
    return [in_place[place] for place in places]


def _in_halves(items: Sequence[Item], send: Send[Item], explain: Explain[Item]) -> list[Outcome]:
    middle = len(items) // 2
    first, rest = _settled(items[:middle], send, explain), items[middle:]
    if _all_later(first) and len(rest) > FEW:
        send = partial(_undivided, send)
    try:
        return first + _settled(rest, send, explain)
    except Unavailable as later:
        return [*first, *(later for _ in rest)]
    except SyncError:
        raise Uncertain("Some of the contacts may have been written before a call failed.") from None


def _undivided(send: Send[Item], items: Sequence[Item]) -> list[Json]:
    """Send items that are left for later if they are refused as a whole."""
    try:
        return send(items)
    except Rejected:
        raise Unavailable(NO_REASON) from None


def _all_later(outcomes: Sequence[Outcome]) -> TypeGuard[Sequence[Unavailable]]:
    return all(isinstance(outcome, Unavailable) for outcome in outcomes)


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
