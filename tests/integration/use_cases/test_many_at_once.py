"""Acts on very many rows: as quick as a few statements are, and for each row what it would be for that row alone."""

import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlmodel import col

from benchmarks.book import fill
from models.base import now
from models.intent import DROPPED, NEW, SENT, IntentRow
from models.lease import LeaseRow
from models.link import LinkRow
from services import links, previous, undo
from services.access import SYSTEM
from services.activity import ActivityFilter, list_activity
from services.db import Database, read, write
from services.jobs import watched
from services.records.bulk import SET, Report, Skipped


def link_ids() -> list[str]:
    with read() as session:
        return list(session.scalars(select(col(LinkRow.id)).order_by(col(LinkRow.contact_id))))


def intent(connection_id: str, link_id: str, state: str) -> str:
    """A write for a link that is in this state. Returns its id."""
    with write() as session:
        link = session.get_one(LinkRow, link_id)
        row = IntentRow(
            connection_id=connection_id, contact_id=link.contact_id, link_id=link_id, kind="update", state=state
        )
        session.add(row)
        return row.id


def state_of(intent_id: str) -> str:
    with read() as session:
        return session.get_one(IntentRow, intent_id).state


def reasons(report: Report) -> set[str]:
    return {one.reason for one in report.skipped}


def leases() -> list[str]:
    with read() as session:
        return list(session.scalars(select(col(LeaseRow.name))))


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are written with during the block; one for many rows counts once."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(database.writer, "before_cursor_execute", note)
    yield seen
    event.remove(database.writer, "before_cursor_execute", note)


def statements(database: Database, ids: Sequence[str]) -> int:
    """How many statements it takes to unsync links."""
    with counted(database) as seen:
        assert links.stop(SYSTEM, ids).done == len(ids)
    return len(seen)


def test_unsync_takes_as_many_statements_for_many_links_as_for_few(database: Database) -> None:
    fill(links=200)
    ids = link_ids()
    assert statements(database, ids[:5]) == statements(database, ids[5:])


def test_among_many_each_that_is_not_unsynced_is_named_with_its_reason(database: Database) -> None:
    fill(links=4, ended=1)
    *fit, relinked, stopped = link_ids()
    names = {item.link_id: item.contact_name for item in previous.previous_items([stopped])}
    report = links.stop(SYSTEM, [*fit, "nowhere", stopped, relinked, fit[0]], {relinked: "another contact"})
    assert report.done == 3
    assert [one.reason for one in report.skipped] == [
        "This link does not exist any more.",
        "It is not syncing any more.",
        "It has been linked with another contact since it was shown. Check it, then try again.",
    ]
    assert report.skipped[1] == Skipped(names[stopped], "It is not syncing any more.")
    entries = list_activity(ActivityFilter()).rows
    assert [(one.action, one.undo, one.command) for one in entries] == [("link.stopped", "can", report.command)] * 3
    assert undo.undo_command(SYSTEM, report.command).done == 3


def test_what_waits_to_be_written_is_dropped_for_all_and_what_is_on_the_wire_is_kept(database: Database) -> None:
    connection_id = fill(links=4)
    first, second, third, other = link_ids()
    waiting = [intent(connection_id, first, NEW), intent(connection_id, second, NEW)]
    sent, of_another = intent(connection_id, third, SENT), intent(connection_id, other, NEW)
    links.stop(SYSTEM, [first, second, third])
    assert [state_of(one) for one in (*waiting, sent, of_another)] == [DROPPED, DROPPED, SENT, NEW]


def test_what_is_still_going_on_is_neither_offered_to_be_undone_nor_undone(database: Database) -> None:
    fill(links=SET + 1)
    meanwhile: list[tuple[list[int], set[str]]] = []

    def press_undo(done: int, total: int) -> None:
        if done < total:
            newest = list_activity(ActivityFilter()).rows[0]
            meanwhile.append((undo.undoable(newest.command), reasons(undo.undo(SYSTEM, [newest.id]))))

    with watched(press_undo):
        report = links.stop(SYSTEM, link_ids())
    assert meanwhile == [([], {undo.GOING_ON})]
    assert undo.undo_command(SYSTEM, report.command).done == SET + 1
    assert leases() == []


def test_what_broke_off_in_the_middle_can_be_undone(database: Database) -> None:
    fill(links=SET + 1)

    def break_off(done: int, _total: int) -> None:
        raise OSError("broke off")

    with watched(break_off), pytest.raises(OSError, match="broke off"):
        links.stop(SYSTEM, link_ids())
    assert undo.undo_command(SYSTEM, list_activity(ActivityFilter()).rows[0].command).done == SET


def test_what_a_process_was_doing_that_died_can_be_undone(database: Database) -> None:
    fill(links=1)
    command = links.stop(SYSTEM, link_ids()).command
    with subprocess.Popen(["true"]) as process:
        process.wait()
    owner = f"{socket.gethostname()}:{process.pid}:its-lease"
    with write() as session:
        session.add(LeaseRow(name=f"command:{command}", owner=owner, until=now() + timedelta(minutes=1)))
    assert undo.undo_command(SYSTEM, command).done == 1
