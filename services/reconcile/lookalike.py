"""A lookalike: a contact in Xero that one of ours may be, so that creating ours there might make a duplicate.

It shares the name or the billing email, or is the subject of a match issue for which ours is a likely candidate.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from services.errors import Problem
from services.reconcile.contact import NAMELESS, Field

LIKELY = 70.0
"""From this score on, a candidate of a match issue is not created in Xero beside the issue's contact without asking."""

KEPT = 10
"""Lookalikes that are kept of one contact; a mailbox shared by thousands of contacts must not fill the memory."""

ASKED, DEFERRED, IGNORED = "asked", "deferred", "ignored"
LINKED, ENDED, EXCLUDED, NEW = "linked", "ended", "excluded", "new"

WHERE = {
    ASKED: "waits in Resolve Match Issues",
    DEFERRED: "is deferred in Resolve Match Issues",
    IGNORED: "is ignored in Resolve Match Issues",
    LINKED: "is linked with {with_name}",
    ENDED: "was linked with {with_name}: see Previously Synced",
    EXCLUDED: "is excluded: let it in under Sync Health",
    NEW: "the next sync looks at",
}
"""Where the contact in Xero stands, and so where to answer first, as the end of "…, which"."""


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A contact in Xero, what speaks for its being ours, and its `standing`, a key of WHERE.

    `score` is 0 unless it has a match issue with ours as a likely candidate. `with_id` and `with_name` are those of
    the contact of ours that it is, or was, linked with.
    """

    xero_id: str
    name: str
    same_name: bool = False
    same_email: bool = False
    score: float = 0.0
    standing: str = NEW
    with_id: str = ""
    with_name: str = ""

    @property
    def where(self) -> str:
        """Where it stands, to follow "which"."""
        return WHERE[self.standing].format(with_name=self.with_name or NAMELESS)


def standing(*, syncs: bool, was_linked: bool, asked: str, inside: bool) -> str:
    """The standing of a Xero contact. `asked` is that of its unanswered match issue, "" without one; `inside` says
    whether it takes part.
    """
    if syncs or was_linked:
        return LINKED if syncs else ENDED
    return asked or (NEW if inside else EXCLUDED)


def asked(*, ignored: bool, deferred: bool) -> str:
    """The standing of a match issue that is not answered."""
    return IGNORED if ignored else DEFERRED if deferred else ASKED


def counts(one: Lookalike) -> bool:
    """Whether it is a reason not to create: an equal name always is, anything else only if it is not linked."""
    return one.same_name or (one.standing != LINKED and (one.same_email or one.score >= LIKELY))


def in_order(found: Iterable[Lookalike]) -> tuple[Lookalike, ...]:
    """Those that count, the one that stands most in the way first; at most `KEPT`."""
    kept = (one for one in found if counts(one))
    ordered = sorted(kept, key=lambda one: (not one.same_name, -one.score, not one.same_email, one.name))
    return tuple(ordered[:KEPT])


def problem(one: Lookalike) -> Problem:
    """Why a contact is not created beside it, as a broken rule."""
    if one.same_name:
        return Problem(Field.NAME.label, f"is that of a contact in Xero, which {one.where}")
    if one.same_email:
        return Problem(Field.EMAIL.label, f"is that of {one.name} in Xero, which {one.where}")
    return Problem("Contact", f"may be {one.name} in Xero, which {one.where}")


def sentence(one: Lookalike) -> str:
    """The same about a contact whose name has been said."""
    beginning = f"Xero has {one.name} already" if one.same_name else f"It may be {one.name} in Xero"
    return f"{beginning}, which {one.where}."
