"""Answers to match issues that link: Confirm Match, for one or for many of the safest kind, and Create New Contact."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from models.connection import ConnectionRow
from models.contact import ContactRow
from models.issue import IssueRow
from models.suggestion import SuggestionRow
from models.xero_contact import XeroContactRow
from services.access import Principal, Role, require
from services.db import read, write
from services.errors import MovedOn, UsageError
from services.issue_likely import Likely
from services.reconcile.contact import Field
from services.reconcile.match import Keys
from services.reconcile.normalise import agree
from services.reconcile.resemblance import letters, resemblance_between
from services.records.activity import command_of
from services.records.bulk import BATCH, Report, Skipped, each, tell
from services.records.intents import wake
from services.records.issues import to_answer, xero_name
from services.records.keys import (
    NOBODY_SEEN,
    idle_keys,
    must_be_who_was_seen,
    same_xero_contact,
    sharing,
    suggested_for_issue,
    taken,
)
from services.records.listing import among, chunks
from services.records.values import Versions, contact_of, must_be_as_seen
from services.steps.deciding import decide_at_once, is_asked
from services.steps.linking import add_link, create_and_link, must_be_new

NOTHING: Mapping[Field, str] = {}


@dataclass(frozen=True, slots=True)
class Pairing:
    """A match issue of the safest kind, and the one contact it means, both as of `versions`."""

    issue_id: str
    xero_name: str
    contact_id: str
    contact_name: str
    versions: Versions

    @property
    def names_differ(self) -> bool:
        """Whether the two names are spelt differently, so that one of them has to be chosen."""
        return not agree(Field.NAME, self.xero_name, self.contact_name)


@dataclass(frozen=True, slots=True)
class Pairings:
    """Which of many match issues can be confirmed together, and why the others cannot."""

    pairs: tuple[Pairing, ...]
    skipped: tuple[Skipped, ...]


def confirm(
    actor: Principal, issue_id: str, contact_id: str, keep: Mapping[Field, str] = NOTHING, seen: Versions | None = None
) -> str:
    """Confirm Match: link the issue's Xero contact with a practice contact. Fields that differ become differences.

    `keep` decides some of these at once: it maps a field to the side whose value stays, practice or xero. Returns the
    id of the command, by which all of it can be undone.
    Raises: MovedOn when either contact was linked, archived or answered meanwhile, or differs from `seen`; NotFound,
    Forbidden.
    """
    require(actor, Role.EDITOR)
    with write() as session:
        xero = to_answer(session, issue_id)
        must_be_as_seen(session.get(ContactRow, contact_id), xero, seen)
        linked = add_link(session, xero, contact_id, actor.username, origin="match")
        session.flush()
        decide_at_once(session, linked, keep)
        wake(session, xero.connection_id)
        return command_of(session)


def pairings(issue_ids: Sequence[str]) -> Pairings:
    """Which of these issues are of the safest kind: same billing email, the same name but for its spelling."""
    found: list[Pairing | Skipped] = []
    mailboxes = _Mailboxes()
    with read() as session:
        for start in range(0, len(issue_ids), BATCH):
            batch = issue_ids[start : start + BATCH]
            mailboxes.read(session, batch)
            found += [_pairing(session, issue_id, mailboxes) for issue_id in batch]
            tell(start + BATCH, len(issue_ids))
    pairs = tuple(one for one in found if isinstance(one, Pairing))
    return Pairings(pairs, tuple(one for one in found if isinstance(one, Skipped)))


def confirm_all(actor: Principal, shown: Sequence[Pairing], names: str = "") -> Report:
    """Confirm Match for issues of the safest kind, each with the contact a person was shown. Raises: Forbidden.

    `names` is the side whose name stays where the two are spelt differently, practice or xero; with "" each becomes a
    difference. An issue is skipped if its only safe match is another by now, if either contact has changed since it was
    shown, or if it is no longer of the safest kind.
    """
    require(actor, Role.EDITOR)
    pairs, mailboxes = {one.issue_id: one for one in shown}, _Mailboxes()

    def act(session: Session, issue_id: str) -> None:
        xero, pair = to_answer(session, issue_id), pairs[issue_id]
        contact = _only_safe_match(session, xero, mailboxes)
        if contact.id != pair.contact_id:
            raise MovedOn("Another contact of yours now fits better. Check it, then try again.")
        must_be_as_seen(contact, xero, pair.versions)
        linked = add_link(session, xero, contact.id, actor.username, origin="match")
        session.flush()
        if names and is_asked(session, linked.undo["link"], Field.NAME):
            decide_at_once(session, linked, {Field.NAME: names})
        wake(session, xero.connection_id)

    return each(list(pairs), act, xero_name, mailboxes.read)


def create_contact(
    actor: Principal, issue_ids: Sequence[str], shown: Sequence[Likely] = (), seen: Mapping[str, Keys] = NOBODY_SEEN
) -> Report:
    """Create New Contact: a practice contact from each issue's Xero contact, linked. Raises: Forbidden.

    An issue is skipped if a contact in use has the same name and billing email, unless the person was `shown` that the
    two are alike. It may have been created a moment ago: for another organisation, or for a twin in this one. It is
    skipped as well if its Xero contact is no longer who was `seen`, by the issue's id.
    """
    require(actor, Role.EDITOR)
    alike = {one.issue_id: one.contact_ids for one in shown}

    def act(session: Session, issue_id: str) -> None:
        xero = to_answer(session, issue_id)
        must_be_who_was_seen(xero, seen.get(issue_id))
        must_be_new(session, xero, alike.get(issue_id, ()))
        create_and_link(session, xero, actor.username)

    return each(issue_ids, act, xero_name, _at_hand)


def _at_hand(session: Session, issue_ids: Sequence[str]) -> Sequence[Any]:
    """What answering needs of these issues, read at once; the session keeps it for as long as the caller does."""
    best = suggested_for_issue() & (col(SuggestionRow.rank) == 1)
    query = sql_select(IssueRow, ConnectionRow, XeroContactRow, SuggestionRow).select_from(IssueRow)
    query = query.join(ConnectionRow, col(ConnectionRow.id) == col(IssueRow.connection_id))
    query = query.join(XeroContactRow, same_xero_contact(IssueRow)).outerjoin(SuggestionRow, best)
    return session.execute(query.where(among(IssueRow.id, issue_ids))).all()


class _Mailboxes:
    """Who has the billing emails of a batch of issues, on either side and by the letters of the name.

    A whole book may share one mailbox, so each is read once, and only names with the same letters are compared.
    """

    def read(self, session: Session, issue_ids: Sequence[str]) -> None:
        """Read what answering these issues needs, in place of what was read before."""
        self._at_hand = _at_hand(session, issue_ids)
        self._ours: defaultdict[tuple[str, str], list[ContactRow]] = defaultdict(list)
        self._theirs: defaultdict[tuple[str, str, str], list[XeroContactRow]] = defaultdict(list)
        emails: defaultdict[str, set[str]] = defaultdict(set)
        for _, connection, xero, _ in self._at_hand:
            emails[connection.id].add(xero.email_key)
        for row in _with_email(session, set[str]().union(*emails.values()) - {""}):
            self._ours[row.email_key, letters(row.name)].append(row)
        for connection_id, some in emails.items():
            for other in _idle(session, connection_id, some):
                self._theirs[connection_id, other.email_key, letters(other.name)].append(other)

    def fitting(self, xero: XeroContactRow) -> list[ContactRow]:
        """Contacts of ours that are safely this one; two at most, since two are too many already."""
        mine = self._ours[xero.email_key, letters(xero.name)]
        return list(islice((row for row in mine if _is_safe(row, xero)), 2))

    def has_rival(self, xero: XeroContactRow, contact: ContactRow) -> bool:
        """Whether a contact of ours is as safely another one of those in Xero that do not sync."""
        alike = self._theirs[xero.connection_id, xero.email_key, letters(xero.name)]
        return any(other is not xero and _is_safe(contact, other) for other in alike)


def _pairing(session: Session, issue_id: str, mailboxes: _Mailboxes) -> Pairing | Skipped:
    try:
        xero = to_answer(session, issue_id)
        contact = _only_safe_match(session, xero, mailboxes)
    except UsageError as error:
        return Skipped(xero_name(session, issue_id), str(error))
    return Pairing(issue_id, xero.name, contact.id, contact.name, (contact.rev, xero.rev))


def _only_safe_match(session: Session, xero: XeroContactRow, mailboxes: _Mailboxes) -> ContactRow:
    """The one practice contact that a Xero contact safely means, worked out from both sides as they are now.

    Only contacts with the same billing email can be of the safest kind, so only these are looked at.
    Raises: MovedOn, saying why, if there is none, if several fit, or if another contact may be meant.
    """
    fitting = mailboxes.fitting(xero)
    if not fitting:
        raise MovedOn("It is not among the safest to confirm together. Compare it on its own.")
    if len(fitting) > 1:
        raise MovedOn("Several contacts of yours fit it equally well.")
    [contact] = fitting
    keys = Keys(contact.id, contact.name_key, contact.email_key)
    if taken(session, xero.connection_id, [keys]):
        raise MovedOn(f"{contact.name} is linked with another contact in Xero already, or somebody stopped that link.")
    if mailboxes.has_rival(xero, contact):
        raise MovedOn("Several contacts in Xero could be the same contact of yours.")
    if _suggested(session, xero) not in ("", contact.id):
        raise MovedOn("Another contact of yours has a higher score. Compare it on its own.")
    return contact


def _is_safe(contact: ContactRow, xero: XeroContactRow) -> bool:
    return resemblance_between(contact_of(contact), contact_of(xero)).safe


def _with_email(session: Session, emails: Collection[str]) -> Sequence[ContactRow]:
    same = select(ContactRow).where(among(ContactRow.email_key, emails), col(ContactRow.archived_at).is_(None))
    return session.exec(same).all()


def _idle(session: Session, connection_id: str, emails: Collection[str]) -> list[XeroContactRow]:
    """The Xero contacts with one of these billing emails that do not sync."""
    found = sharing(session, idle_keys(connection_id), [Keys("", "", email) for email in emails])
    mine = select(XeroContactRow).where(col(XeroContactRow.connection_id) == connection_id)
    some = chunks(one.id for one in found)
    return [row for chunk in some for row in session.exec(mine.where(among(XeroContactRow.xero_id, chunk)))]


def _suggested(session: Session, xero: XeroContactRow) -> str:
    """The id of the candidate with the highest score; "" if none have been worked out."""
    key = {"connection_id": xero.connection_id, "xero_id": xero.xero_id, "rank": 1}
    row = session.get(SuggestionRow, key)
    return row.contact_id if row else ""
