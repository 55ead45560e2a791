"""Conditions on the state of links, in exactly the words of the partial indexes that serve them.

SQLite uses a partial index only if the query contains its condition, so the values are written out and not bound.
"""

from functools import cache

from sqlalchemy import ColumnElement, exists, func, literal_column, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.link import BROKEN, SYNCING, LinkRow
from models.tally import LinkTallyRow
from models.xero_contact import XeroContactRow

_SYNCING: ColumnElement[str] = literal_column(f"'{SYNCING}'")
_BROKEN: ColumnElement[str] = literal_column(f"'{BROKEN}'")
_NOTHING: ColumnElement[str] = literal_column("''")
_NO_REV: ColumnElement[int] = literal_column("0")


def syncing(link: type[LinkRow] = LinkRow) -> ColumnElement[bool]:
    """The link syncs."""
    return col(link.state) == _SYNCING


def ended() -> ColumnElement[bool]:
    """The link was stopped or broke."""
    return col(LinkRow.state) != _SYNCING


@cache
def followed() -> ColumnElement[bool]:
    """The link broke, its contact syncs by another link, and its Xero contact is not in use: nothing is left to do.

    If the Xero contact is in use, something is left: it is never imported, so no other list leads to it. The condition
    is on ids, so that the list needs nothing but its index; it is built once.
    """
    broken, other = aliased(LinkRow), aliased(LinkRow)
    syncs = exists().where(
        col(other.contact_id) == col(broken.contact_id),
        col(other.connection_id) == col(broken.connection_id),
        syncing(other),
    )
    in_use = exists().where(
        col(XeroContactRow.connection_id) == col(broken.connection_id),
        col(XeroContactRow.xero_id) == col(broken.xero_id),
        col(XeroContactRow.status) == "active",
    )
    return col(LinkRow.id).in_(select(col(broken.id)).where(col(broken.state) == _BROKEN, syncs, ~in_use))


def is_linked(session: Session, connection_id: str, contact_id: str) -> bool:
    """Whether a practice contact syncs with some contact of an organisation."""
    mine = select(col(LinkRow.id)).where(
        col(LinkRow.connection_id) == connection_id,
        col(LinkRow.contact_id) == contact_id,
        col(LinkRow.state) == SYNCING,
    )
    return session.execute(mine).first() is not None


def count_syncing(session: Session) -> int:
    """How many links sync."""
    return links_by_state(session).get(SYNCING, 0)


def links_by_state(session: Session) -> dict[str, int]:
    """How many links there are in each state that occurs."""
    return dict(session.execute(select(col(LinkTallyRow.state), col(LinkTallyRow.links))).all())


@cache
def previous() -> ColumnElement[int]:
    """How many links ended and leave something to do, as a subquery. Those that leave nothing are few and are counted
    separately.
    """
    every = select(func.coalesce(func.sum(LinkTallyRow.links), 0)).where(col(LinkTallyRow.state) != SYNCING)
    done = select(func.count()).where(followed())
    return every.scalar_subquery() - done.scalar_subquery()


def count_previous(session: Session) -> int:
    """How many links ended and leave something to do."""
    return int(session.execute(select(previous())).scalar_one())


def kept_apart(link: type[LinkRow] = LinkRow) -> ColumnElement[bool]:
    """The link syncs, and a change of some field stays on its side because of how directions or blanks are set."""
    return syncing(link) & (col(link.drift) != _NOTHING)


def unplanned(link: type[LinkRow] = LinkRow) -> ColumnElement[bool]:
    """The link syncs, and waits for the sync to compare its sides, whether or not they have changed since."""
    return syncing(link) & (col(link.practice_rev) == _NO_REV)


def drifted() -> ColumnElement[bool]:
    """The link ended, and the sides have come to differ since."""
    return ended() & (col(LinkRow.drift) != _NOTHING)


def failing(link: type[LinkRow] = LinkRow) -> ColumnElement[bool]:
    """Xero refused the last write of a syncing link."""
    return syncing(link) & (col(link.error) > "")
