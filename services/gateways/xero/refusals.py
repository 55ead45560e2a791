"""Why Xero refused a contact: found out by looking, since the wording of its messages is not documented."""

from collections.abc import Sequence
from typing import Protocol

from services.errors import Gone, Invalid, NameTaken, Rejected, Unavailable, Unexplained
from services.gateways.store import Change, Draft, Outcome, Record, Status
from services.reconcile.contact import Field
from services.reconcile.normalise import key


class Lookup(Protocol):
    """The reads by which the reasons for a refusal are told apart."""

    def by_ids(self, ids: list[str]) -> list[Record]:
        """As in the store contract."""

    def by_number(self, number: str) -> list[Record]:
        """As in the store contract."""

    def named(self, name: str) -> list[Record]:
        """Active contacts of this name."""


class Refusals:
    """Sorts refusals into `NameTaken`, `Gone` and what Xero itself said."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    def of_draft(self, draft: Draft, refused: Rejected) -> Outcome:
        """What became of a draft: if its name is in Xero, it is taken; if its number is, it was created earlier."""
        holders = self._lookup.named(draft.contact.name)
        ours = [record for record in holders if draft.number and record.number == draft.number]
        if ours:
            return ours[0]
        if holders:
            return NameTaken(holders[0])
        earlier = self._lookup.by_number(draft.number) if draft.number else []
        return earlier[0] if earlier else _if_about_it(refused)

    def of_change(self, change: Change, refused: Rejected) -> Outcome:
        """What became of a change: an archived or missing contact is gone; a new name that another one has is taken."""
        gone = self._gone(change.id)
        if gone:
            return gone
        name = change.values.get(Field.NAME)
        holders = self._lookup.named(name) if isinstance(name, str) else []
        others = [record for record in holders if record.id.lower() != change.id.lower()]
        return NameTaken(others[0]) if others else _if_about_it(refused)

    def of_archive(self, contact_id: str, refused: Rejected) -> Outcome:
        """An archived or missing contact is gone."""
        return self._gone(contact_id) or _if_about_it(refused)

    def _gone(self, contact_id: str) -> Gone | None:
        found = self._lookup.by_ids([contact_id])
        if not found:
            return Gone("The contact is not in Xero any more.")
        if found[0].merged_into:
            return Gone("The contact was merged into another one in Xero.")
        if found[0].status is not Status.ACTIVE:
            return Gone("The contact is archived in Xero.")
        return None


def _if_about_it(refused: Rejected) -> Outcome:
    """The refusal itself. If it need not be about the contact, it is to be tried again instead: a "not found", since
    the contact is there or is a new one, and a refusal that is not in Xero's own words.
    """
    if isinstance(refused, Gone):
        return Unavailable("Xero answered that it found nothing. The sync tries again.")
    if isinstance(refused, Unexplained):
        return Unavailable(str(refused))
    return refused


def handed_on(changes: Sequence[Change], outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes of one call's changes, in which a refused name counts as `NameTaken` also if another change of the
    call has freed it: it was taken when Xero refused it, although no contact has it when we look.
    """
    pairs = list(zip(changes, outcomes, strict=True))
    free = {
        key(change.current.contact.name)
        for change, outcome in pairs
        if isinstance(outcome, Record) and change.current and Field.NAME in change.values
    } - {""}
    return [
        NameTaken() if isinstance(outcome, Invalid) and key(str(change.values.get(Field.NAME, ""))) in free else outcome
        for change, outcome in pairs
    ]
