"""Deliberate bugs in what the engine reads from Xero: the cursor, the mirror, the life of links, matching."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from models.base import now
from models.connection import ConnectionRow
from models.link import SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services import sync
from services.db import write
from services.gateways.store import Status
from services.gateways.xero.store import XeroStore
from services.records import inbox, keys
from services.records.leases import Lease
from services.steps import life, matching, mirror, pull

Patch = pytest.MonkeyPatch


def echo(patch: Patch) -> None:
    """Whatever Xero sends counts as a change, even if it is the same as before."""
    patch.setattr(mirror, "_stored", lambda row: {})


def older_is_news(patch: Patch) -> None:
    """A record is taken for news although Xero has told us a later version already."""
    patch.setattr(mirror, "_is_behind", lambda item, row: False)


def no_overlap(patch: Patch) -> None:
    patch.setattr(pull, "OVERLAP", timedelta(0))


def place_first(patch: Patch) -> None:
    """A page counts as read before it has arrived."""
    keep = pull._keep_place
    patch.setattr(pull, "_keep_place", lambda name, lease, number, *times: keep(name, lease, number + 1, *times))


def cursor_first(patch: Patch) -> None:
    """The cursor moves before the pages have arrived, and the place in the delta is forgotten."""
    patch.setattr(pull, "_keep_place", lambda *_: None)
    read_delta = pull._read_delta

    def read(connection_id: str, store: Any, lease: Lease, *rest: Any) -> int:
        asked = store.page

        def page(number: int, since: Any) -> Any:
            found = asked(number, since)
            with write() as session:
                session.get_one(ConnectionRow, connection_id).cursor = found.answered_at
            return found

        store.page = page
        return read_delta(connection_id, store, lease, *rest)

    patch.setattr(pull, "_read_delta", read)


def uncapped_cursor(patch: Patch) -> None:
    """The cursor moves to the greatest time seen, although earlier pages may be older."""

    def newest(page: Any, before: Any, _answered_at: Any) -> Any:
        return max([*(one.updated_at for one in page.records), *([before] if before else [])], default=None)

    patch.setattr(pull, "_newest", newest)
    patch.setattr(pull, "_cursor", lambda seen, began_at: seen or began_at)


def own_clock(patch: Patch) -> None:
    """The cursor is the time of our clock."""
    patch.setattr(pull, "_cursor", lambda seen, began_at: now())


def no_brake(patch: Patch) -> None:
    patch.setattr(sync, "allows", lambda connection_id, coming, lease, released: True)


def base_forgotten(patch: Patch) -> None:
    """A restored contact starts without a base."""
    resume = life.resume

    def bare(session: Any, link: LinkRow, actor: str) -> bool:
        done = resume(session, link, actor)
        link.base = {} if done else link.base
        return done

    patch.setattr(life, "resume", bare)


def stopped_are_imported(patch: Patch) -> None:
    """A stopped link does not keep its Xero contact from being imported again."""

    real = keys.unlinked

    def unlinked(connection_id: str) -> tuple[Any, ...]:
        mine, active, _, ignored = real(connection_id)
        syncing = select(LinkRow.xero_id).where(col(LinkRow.connection_id) == connection_id)
        kept = col(XeroContactRow.xero_id).not_in(syncing.where(col(LinkRow.state) == SYNCING))
        return mine, active, kept, ignored

    patch.setattr(matching, "unlinked", unlinked)
    patch.setattr(keys, "unlinked", unlinked)


def links_never_end(patch: Patch) -> None:
    patch.setattr(sync, "end_links", lambda ids, lease: None)


def archived_are_not_read(patch: Patch) -> None:
    """The delta leaves archived contacts out."""
    page = XeroStore.page

    def active(self: XeroStore, *given: Any) -> Any:
        found = page(self, *given)
        return replace(found, records=tuple(one for one in found.records if one.status is Status.ACTIVE))

    patch.setattr(XeroStore, "page", active)


def events_are_dropped(patch: Patch) -> None:
    """What a webhook named is removed from the inbox without being read."""
    patch.setattr(inbox, "waiting", lambda session, connection_id: {})
