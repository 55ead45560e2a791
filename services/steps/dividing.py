"""Finding the contact because of which Xero refuses a whole call, so that one bad contact does not stop the others.

What was refused together is sent again in halves. Each half is looked at anew before it is sent, since people may have
edited, stopped or restored its contacts since the call before.

Refusals without any reason may have nothing to do with the contacts, and would then cost a call for each of them and
more. So while none is accepted and none is refused for a reason, only the first half is divided further, and of each
second half no more than two contacts. A call of 50 that is refused to the last takes 13 calls. Chance decides which
come first then, so that none waits for ever behind others that are refused each time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import sample
from typing import Generic, TypeVar

from services.errors import Gone, Rejected, Unavailable, Unexplained

Item = TypeVar("Item")
FEW = 2


@dataclass(frozen=True, slots=True)
class Divided(Generic[Item]):
    """How to send a part of what was refused together. Both are given several items, or one.

    `send` looks at them, sends them in one call and settles them; it returns whether Xero has taken or refused any of
    them by itself, or none was to be sent any more. It raises Rejected if several were refused together. `leave` puts
    off those that are not divided further.
    """

    send: Callable[[Sequence[Item]], bool]
    leave: Callable[[Sequence[Item]], None]

    def begin(self, items: Sequence[Item], first: Callable[[], bool]) -> bool:
        """Send all items by `first`, and in halves if that is refused. Returns whether that was needed. Raises:
        Unavailable, if several items are all left for later; the SyncError of `send`.
        """
        divided = False
        try:
            told = first()
        except Rejected as refused:
            told, divided = self._in_halves(items, refused), True
        if not told and len(items) > 1:
            raise Unavailable(Unexplained.MESSAGE)
        return divided

    def _in_halves(self, items: Sequence[Item], refused: Rejected) -> bool:
        mixed = sample(items, len(items)) if _for_no_reason(refused) else items
        middle = len(mixed) // 2
        first, rest = mixed[:middle], mixed[middle:]
        told = self._send(first)
        return self._send(rest, told or len(rest) <= FEW) or told

    def _send(self, items: Sequence[Item], divisible: bool = True) -> bool:
        try:
            return self.send(items)
        except Rejected as refused:
            if divisible or not _for_no_reason(refused):
                return self._in_halves(items, refused)
            self.leave(items)
            return False


def _for_no_reason(refused: Rejected) -> bool:
    return isinstance(refused, Unexplained | Gone)
