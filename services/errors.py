"""Every error the program raises on purpose; the type says who must act and how much is affected.

ContactSyncError
├─ UsageError            the person who asked; the message is written for them
│  ├─ BadInput           a form or file breaks rules → each problem names row, field and rule
│  ├─ Forbidden          their role does not allow it
│  ├─ NotFound           what they asked about is not there (any more)
│  └─ MovedOn            it changed since they looked; look again
├─ SettingsError         whoever deploys it; the message names the setting
├─ Undelivered           one notification; it is sent again later, unless it was refused for good
└─ SyncError             the sync itself
   ├─ Rejected           this contact; a person decides        (NameTaken, Gone, Invalid)
   ├─ Stale              this contact; plan it again at once
   ├─ Uncertain          this write may have landed; read back before sending again
   ├─ Unavailable        this side; later (.retry_after)       (RateLimited: minute | day | concurrent)
   ├─ SignInNeeded       this connection; an admin reconnects
   └─ NotAllowed         this connection; a scope, plan or role is missing

Messages never hold a token, a header or a query string. Those of UsageError and Rejected are written for the
person concerned and may name a contact, so they are shown but not logged; all others are safe to log.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LIMIT_USED_UP = "limit of calls is used up."
FREED = "The sync goes on as calls become free, each 24 hours after it was made."
KEPT = (
    "Nine tenths of the day's calls to Xero are used. The last tenth is kept for what people ask for, such as Sync "
    f"now. {FREED}"
)
LIMITED = (LIMIT_USED_UP, KEPT)
"""How the message of RateLimited ends."""


class ContactSyncError(Exception):
    """The root: catch this at an entry point to show a sentence instead of a traceback."""


class UsageError(ContactSyncError):
    """What a person asked for cannot be done; the message tells them why and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule. `row` is as a spreadsheet numbers it, the header being row 1; None for a form."""

    field: str
    rule: str
    row: int | None = None

    def __str__(self) -> str:
        place = f"Row {self.row}, {self.field}" if self.row is not None else self.field
        return f"{place}: {self.rule}"


class BadInput(UsageError):
    """Input that breaks rules; nothing of it was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems[:10]))


class Forbidden(UsageError):
    """The person's role does not allow this."""


class NotFound(UsageError):
    """The record asked about does not exist."""


class MovedOn(UsageError):
    """The record changed since the person looked; acting now would act on something else."""


class SettingsError(ContactSyncError):
    """A setting is missing or malformed; the message names it."""


class Undelivered(ContactSyncError):
    """A notification could not be handed over. `for_good`: it was refused, so that sending it again is useless."""

    def __init__(self, message: str, *, for_good: bool = False) -> None:
        self.for_good = for_good
        super().__init__(message)


class SyncError(ContactSyncError):
    """Something went wrong between the two sides."""


class Rejected(SyncError):
    """The other side refuses this contact; only a person can decide what now."""


class NameTaken(Rejected):
    """Another active Xero contact has this name: `holder` is its record, None if it is not known."""

    MESSAGE = "Another active Xero contact has this name."

    def __init__(self, holder: object = None) -> None:
        self.holder = holder
        super().__init__(self.MESSAGE)


class Gone(Rejected):
    """The contact is archived, merged or deleted on the other side."""


class Invalid(Rejected):
    """The other side's rules refuse a value."""


class Unexplained(Invalid):
    """A call was refused, and not in the other side's own words: something on the way may have refused it."""

    MESSAGE = "Xero, or something on the way to it, refused it without saying why. The sync tries again."

    def __init__(self) -> None:
        super().__init__(self.MESSAGE)


class Stale(SyncError):
    """The other side changed since we planned; plan again."""


class Uncertain(SyncError):
    """The request may or may not have taken effect; read back before sending again."""


class Unavailable(SyncError):
    """The other side cannot answer now; nothing took effect."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class RateLimited(Unavailable):
    """A limit is used up. `limit` is minute, day or concurrent; `retry_after` is seconds.

    With `kept` it is the sync's own share of the day; what Xero allows beyond is kept for people.
    """

    def __init__(self, limit: str, retry_after: float | None = None, *, kept: bool = False) -> None:
        self.limit = limit
        super().__init__(KEPT if kept else f"Xero's {limit} {LIMIT_USED_UP}", retry_after)


class SignInNeeded(SyncError):
    """The authorisation ended; an admin has to connect again."""


class NotAllowed(SyncError):
    """The authorisation does not cover this: a scope, a role or the organisation is missing."""
