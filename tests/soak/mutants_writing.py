"""Deliberate bugs in what the engine decides and writes: merge, links, push, settle, fence, quota."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import col, select

from models.contact import ContactRow
from models.intent import SENT, IntentRow
from models.link import LinkRow
from models.xero_contact import XeroContactRow
from services.gateways.xero import store as xero_store
from services.gateways.xero.store import XeroStore
from services.reconcile import merge
from services.reconcile.contact import Agreed, Field
from services.reconcile.merge import Action
from services.reconcile.normalise import is_blank
from services.reconcile.plan import LinkPlan
from services.records import quota
from services.records.leases import Lease
from services.records.values import contact_of
from services.steps import creating, deciding, foreseeing, linking, lost_answers, planning, settle, updates

Patch = pytest.MonkeyPatch


def no_merge(patch: Patch) -> None:
    """Xero wins whatever both sides changed."""
    plan_link = planning.plan_link

    def plan(*given: Any) -> LinkPlan:
        steps = plan_link(*given).steps
        return LinkPlan(tuple(replace(s, action=Action.TO_PRACTICE) if s.action is Action.ASK else s for s in steps))

    patch.setattr(planning, "plan_link", plan)


def base_is_the_reply(patch: Patch) -> None:
    """After a write, whatever Xero answers becomes the base."""

    def agreed(_values: Any, reply: Any) -> dict[Field, Agreed]:
        return {field: Agreed(reply.get(field), reply.get(field)) for field in Field}

    patch.setattr(settle, "_agreed", agreed)


def no_read_back(patch: Patch) -> None:
    """A change is sent again without reading what Xero holds now."""
    patch.setattr(updates, "_untouched", lambda *given: True)
    patch.setattr(updates, "_follows", lambda *given: True)
    no_doubt(patch)


def no_doubt(patch: Patch) -> None:
    """If Xero says the old value after an answer was lost, the change cannot have landed."""
    patch.setattr(updates, "_in_doubt", lambda *given: {})


def late_is_believed(patch: Patch) -> None:
    """What Xero shows of a change that was given up is somebody's edit there."""
    patch.setattr(lost_answers, "_shown_late", lambda *given: {})


def no_fence(patch: Patch) -> None:
    patch.setattr(Lease, "check", lambda self, session: None)


def one_key_for_all(patch: Patch) -> None:
    """An idempotency key is reused for another body."""
    patch.setattr(xero_store, "_key", lambda key, body: "the one key")


def wrong_pairing(patch: Patch) -> None:
    """The outcomes of a batch go to the wrong intents."""
    call = creating.call
    patch.setattr(creating, "call", lambda *given: list(reversed(call(*given))))


def all_fields_sent(patch: Patch) -> None:
    """A change also sends all other fields, as they were when we read them."""
    update = XeroStore.update

    def with_all(self: XeroStore, changes: Any) -> Any:
        whole = [replace(one, values={**_all(one.current), **one.values}) for one in changes]
        return update(self, whole)

    patch.setattr(XeroStore, "update", with_all)


def _all(record: Any) -> dict[Field, Any]:
    return {field: record.contact.get(field) for field in Field}


def stopped_are_planned(patch: Patch) -> None:
    """Stopped links are compared and synced like others."""

    def changed(session: Any, connection_id: str, _since: int) -> list[str]:
        return list(session.exec(select(LinkRow.id).where(col(LinkRow.connection_id) == connection_id)))

    def plan(session: Any, link_id: str) -> None:
        link = session.get_one(LinkRow, link_id)
        xero = session.get_one(XeroContactRow, (link.connection_id, link.xero_id))
        planning.plan_pair(session, link, session.get_one(ContactRow, link.contact_id), xero)

    patch.setattr(foreseeing, "changed_links", changed)
    patch.setattr(planning, "plan_one", plan)


def blank_is_no_change(patch: Patch) -> None:
    """An emptied field counts as unchanged."""
    state = merge._state

    def lenient(field: Field, before: Any, present: Any) -> Any:
        return merge.State.UNCHANGED if before is not None and is_blank(present) else state(field, before, present)

    patch.setattr(merge, "_state", lenient)


def settled_twice(patch: Patch) -> None:
    """An outcome is settled a second time, as if it had just arrived."""
    settle_update = updates.settle_update

    def twice(session: Any, intent: IntentRow, *given: Any) -> None:
        settle_update(session, intent, *given)
        intent.state = SENT
        settle_update(session, intent, *given)

    patch.setattr(updates, "settle_update", twice)


def taken_is_linked(patch: Patch) -> None:
    """A contact is linked without checking whether it syncs with another."""
    patch.setattr(linking, "_free", lambda session, xero, contact_id: session.get_one(ContactRow, contact_id))


def choices_stay_here(patch: Patch) -> None:
    """After a choice both sides count as agreed, and nothing travels."""
    plan_fields = deciding.plan_fields

    def agree(session: Any, link_id: str, fields: Any, **decided: Any) -> None:
        link = session.get_one(LinkRow, link_id)
        ours = contact_of(session.get_one(ContactRow, link.contact_id))
        theirs = contact_of(session.get_one(XeroContactRow, (link.connection_id, link.xero_id)))
        planning.remember_agreed(link, {field: Agreed(ours.get(field), theirs.get(field)) for field in Field})
        plan_fields(session, link_id, fields, **decided)

    patch.setattr(deciding, "plan_fields", agree)


def counted_after(patch: Patch) -> None:
    """A call is counted only when it is over."""

    @contextmanager
    def call(self: quota.Budget) -> Iterator[None]:
        yield
        quota.release(quota.reserve(self.connection_id, self.for_person))

    patch.setattr(quota.Budget, "call", call)
