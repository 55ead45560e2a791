"""Stopping links, and bringing ended ones back: Unsync, Re-match, Create New Contact."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.base import Json
from models.connection import ConnectionRow
from models.contact import ContactRow
from models.link import STOPPED, SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.access import Principal, Role, require
from services.db import next_revs, write
from services.errors import MovedOn, NotFound, UsageError
from services.gateways.store import Status
from services.reconcile.contact import NAMELESS
from services.reconcile.match import ELSEWHERE, Keys
from services.reconcile.plan import Step
from services.records.activity import command_of, record
from services.records.bulk import BATCH, Report, Skipped, each, in_turns
from services.records.connections import must_be_connected
from services.records.intents import wake, wake_all
from services.records.keys import NOBODY_SEEN, keys_of, must_be_who_was_seen, taken
from services.records.links import contact_name, links_at_hand, partner_of, stop_links, survivor_of, whole
from services.records.undoing import of_two_way
from services.records.values import Versions, must_be_as_seen, name_of
from services.steps.considering import Decision, decide
from services.steps.linking import add_link, create_and_link, must_be_new

NOTHING_SEEN: Mapping[str, str] = {}
Decisions = Mapping[tuple[str, str], Decision]
"""By the ids of the organisation and of the Xero contact."""


@dataclass(frozen=True, slots=True)
class RematchResult:
    """What Re-match found for one link; `message` says it in words, `command` is the id to undo it by."""

    link_id: str
    name: str
    linked: bool
    message: str
    command: str = ""


def stop(actor: Principal, link_ids: Sequence[str], seen: Mapping[str, str] = NOTHING_SEEN) -> Report:
    """Unsync: nothing is written to either side any more, and both stay as they are. Raises: Forbidden.

    `seen` maps a link to the practice contact that was shown; a link that has another one by now is skipped.
    """
    require(actor, Role.EDITOR)

    stopped, skipped = 0, []

    def act(session: Session, some: Sequence[str]) -> None:
        nonlocal stopped
        at_hand, fit = whole(session, some), []
        for link_id in some:
            try:
                fit.append(at_hand[_to_stop(session, link_id, seen)])
            except UsageError as error:
                skipped.append(Skipped(contact_name(session, link_id), str(error)))
        stop_links(session, actor.username, fit)
        stopped += len(fit)

    command = in_turns(list(dict.fromkeys(link_ids)), act)
    return Report(stopped, tuple(skipped), command)


def make_two_way(actor: Principal, link_ids: Sequence[str], seen: Mapping[str, str] = NOTHING_SEEN) -> Report:
    """Let the practice's changes travel to Xero too, also earlier ones. `seen` as for `stop`. Raises: Forbidden."""
    require(actor, Role.EDITOR)

    def act(session: Session, link_id: str) -> None:
        link = _as_seen(session, link_id, seen)
        if link.state != SYNCING or link.two_way:
            raise MovedOn("It is already two-way, or no longer syncing.")
        undo = of_two_way(session, link)
        link.two_way = True
        [session.get_one(ContactRow, link.contact_id).rev] = next_revs(session)  # what was kept here is a change now
        _record(session, actor, link, "link.two_way", f"Made {contact_name(session, link_id)} two-way", undo)
        wake_all(session)  # to its other organisations, too, the contact has changed

    return each(link_ids, act, contact_name, links_at_hand)


def rematch(actor: Principal, link_ids: Sequence[str]) -> tuple[RematchResult, ...]:
    """Match each ended link's Xero contact, by its current name and billing email, with the contact book.

    A full match is linked and syncs again; anything less is said, and left for a person. Raises: Forbidden.
    """
    require(actor, Role.EDITOR)
    results: list[RematchResult] = []

    def act(session: Session, some: Sequence[str]) -> None:
        at_hand = links_at_hand(session, some)
        decisions = _decisions(session, some)
        results.extend(_rematch_one(session, actor, link_id, decisions) for link_id in some)
        del at_hand

    in_turns(link_ids, act, BATCH)
    return tuple(results)


def link_to(actor: Principal, link_id: str, contact_id: str, xero_id: str = "", seen: Versions | None = None) -> str:
    """Link an ended link's Xero contact with the practice contact a person chose.

    `xero_id` is the Xero contact that the person was shown, `seen` the versions of both contacts that they saw.
    Returns the id of the command, by which it can be undone.
    Raises: MovedOn when either was linked, archived or merged meanwhile, or differs from `seen`; NotFound, Forbidden.
    """
    require(actor, Role.EDITOR)
    with write() as session:
        xero = _ended(session, link_id, xero_id)
        must_be_as_seen(session.get(ContactRow, contact_id), xero, seen)
        add_link(session, xero, contact_id, actor.username, origin="rematch")
        wake(session, xero.connection_id)
        return command_of(session)


def create_new_contact(actor: Principal, link_ids: Sequence[str], seen: Mapping[str, Keys] = NOBODY_SEEN) -> Report:
    """A new practice contact from each ended link's Xero contact, linked and syncing. Raises: Forbidden.

    `seen` maps a link to the Xero contact that was shown; one that was merged into another since or is no longer the
    same is skipped, and one that equals a contact in use other than the link's own.
    """
    require(actor, Role.EDITOR)

    def act(session: Session, link_id: str) -> None:
        who = seen.get(link_id)
        xero = _ended(session, link_id, who.id if who else "")
        must_be_who_was_seen(xero, who)
        must_be_new(session, xero, [_link(session, link_id).contact_id])
        create_and_link(session, xero, actor.username)

    return each(link_ids, act, contact_name, links_at_hand)


def _decisions(session: Session, link_ids: Sequence[str]) -> Decisions:
    """What matching finds for the Xero contacts of ended links, looked up for all at once."""
    about: dict[str, dict[str, Keys]] = defaultdict(dict)
    for link_id in link_ids:
        with suppress(UsageError):
            xero = _ended(session, link_id)
            if xero.status == Status.ACTIVE.value:
                about[xero.connection_id][xero.xero_id] = keys_of(xero)
    return {
        (connection_id, one.verdict.xero_id): one
        for connection_id, some in about.items()
        for one in decide(session, session.get_one(ConnectionRow, connection_id), some.values(), ended=some)
    }


def _rematch_one(session: Session, actor: Principal, link_id: str, decisions: Decisions) -> RematchResult:
    name = contact_name(session, link_id)
    try:
        with session.begin_nested():
            xero = _ended(session, link_id)
            contact_id = _full_match(session, xero, decisions)
            add_link(session, xero, contact_id, actor.username, origin="rematch")
            wake(session, xero.connection_id)
            name = name_of(session, contact_id)
    except UsageError as error:
        return RematchResult(link_id, name, False, str(error))
    return RematchResult(link_id, name, True, f"Linked with {name}; it syncs again.", command_of(session))


def _full_match(session: Session, xero: XeroContactRow, decisions: Decisions) -> str:
    """The id of the one practice contact with the same name and billing email, if nothing else may be meant and it is
    not linked elsewhere. Raises: MovedOn, NotFound, saying why there is none.
    """
    decision = decisions.get((xero.connection_id, xero.xero_id))
    if decision is None:
        raise MovedOn(f"{xero.name} is no longer active in Xero.")
    if decision.step is not Step.LINK:
        raise NotFound(f"No match was found. {decision.verdict.why}")
    [contact_id] = decision.verdict.contact_ids
    contact = session.get_one(ContactRow, contact_id)
    keys = Keys(contact.id, contact.name_key, contact.email_key)
    if (keys.name, keys.email) != (xero.name_key, xero.email_key):
        raise NotFound("No match was found. The contact it was created for has another name or billing email.")
    if taken(session, xero.connection_id, [keys], but_not=[xero.xero_id]):
        raise NotFound(f"No match was found. {ELSEWHERE}")
    return contact_id


def _ended(session: Session, link_id: str, seen: str = "") -> XeroContactRow:
    """The Xero contact with which an ended link may be resumed: its own or, if that was merged, the survivor.

    Raises: MovedOn if the link syncs already, or if the survivor is linked or stopped already or is not the one that
    was `seen`.
    """
    link = _link(session, link_id)
    if link.state == SYNCING:
        raise MovedOn("It has been linked again in the meantime.")
    must_be_connected(session.get_one(ConnectionRow, link.connection_id))
    xero = session.get_one(XeroContactRow, (link.connection_id, link.xero_id))
    survivor = survivor_of(session, xero)
    if survivor is not None and (other := partner_of(session, survivor)):
        name = other[1] or NAMELESS
        raise MovedOn(f"{xero.name} was merged into {survivor.name} in Xero, which is linked with {name} already.")
    if survivor is not None and seen not in ("", survivor.xero_id):
        raise MovedOn(f"{xero.name} was merged into {survivor.name} in Xero since it was shown. Check it again.")
    if survivor is not None:
        _must_not_be_stopped(session, survivor)
    return survivor or xero


def _must_not_be_stopped(session: Session, xero: XeroContactRow) -> None:
    """Refuse when linking by a merged contact would resume the survivor's own link, if a person stopped that one."""
    query = select(LinkRow).where(col(LinkRow.connection_id) == xero.connection_id)
    other = session.exec(query.where(col(LinkRow.xero_id) == xero.xero_id, col(LinkRow.state) == STOPPED)).first()
    if other is not None:
        with_name = name_of(session, other.contact_id) or NAMELESS
        raise MovedOn(
            f"It was merged in Xero into {xero.name}, which somebody stopped syncing. Re-match {with_name} instead."
        )


def _as_seen(session: Session, link_id: str, seen: Mapping[str, str]) -> LinkRow:
    link = _link(session, link_id)
    if link.contact_id != seen.get(link_id, link.contact_id):
        raise MovedOn("It has been linked with another contact since it was shown. Check it, then try again.")
    return link


def _to_stop(session: Session, link_id: str, seen: Mapping[str, str]) -> str:
    if _as_seen(session, link_id, seen).state != SYNCING:
        raise MovedOn("It is not syncing any more.")
    return link_id


def _link(session: Session, link_id: str) -> LinkRow:
    link = session.get(LinkRow, link_id)
    if link is None:
        raise NotFound("This link does not exist any more.")
    return link


def _record(
    session: Session, actor: Principal, link: LinkRow, action: str, summary: str, undo: Json | None = None
) -> None:
    record(
        session, actor.username, action, summary, undo=undo,
        connection_id=link.connection_id, contact_id=link.contact_id, xero_id=link.xero_id,
    )  # fmt: skip
