"""What people do on both sides, one method each. `pick` chooses the contact; if there is none, nothing happens."""

import json
from dataclasses import replace
from datetime import time
from functools import partial

from services import (
    archive,
    brake,
    clients,
    contacts,
    create_one,
    decided,
    differences,
    issue_answers,
    issue_detail,
    issue_queue,
    issues,
    links,
    policies,
    practice_settings,
    previous,
)
from services.contacts import ContactFilter
from services.issues import IssueFilter
from services.policies import SyncPolicies
from services.practice_settings import Schedule
from services.previous import PreviousFilter
from services.reconcile.contact import Address, Field, value_from_json
from services.reconcile.policy import Blanks, Way, Wins
from simulator import edits
from tests.soak.ledger import PRACTICE, SOMEBODY, XERO, token
from tests.soak.regretting import Regretting

HOURS = ((None, None), (time(8), time(18)), (time(20), time(6)))
OTHER = {PRACTICE: XERO, XERO: PRACTICE}
KINDS = ("both", "both", "practice", "xero", "same name", "same email", "twins")


class People(Regretting):
    """Everybody who edits contacts."""

    def add(self, pick: int, _field: Field) -> None:
        """A new contact on one side, or on both with more or less the same values."""
        kind = KINDS[pick % len(KINDS)]
        name, email = self._fresh(Field.NAME), self._fresh(Field.EMAIL)
        if kind != "xero":
            self._add(str(name), str(email))
        if kind == "practice":
            return
        theirs = self._fresh(Field.NAME) if kind == "same email" else name
        self._add_in_xero(str(theirs), str(self._fresh(Field.EMAIL) if kind == "same name" else email))
        if kind == "twins":
            self._add_in_xero(str(self._fresh(Field.NAME)), str(email))

    def edit(self, pick: int, what: Field) -> None:
        """A person changes one field in the practice; now and then to a name that is taken."""
        if row := self._one_of(self._ours(), pick):
            self._edit(row["id"], what, self._fresh(what))

    def edit_both(self, pick: int, what: Field) -> None:
        """Both halves of a pair that syncs are edited."""
        if row := self._one_of(self._syncing(), pick):
            self._edit(row["contact_id"], what, self._fresh(what))
            if (found := self._xero.get(row["xero_id"])).is_active:
                self._edit_in_xero(found, what, self._fresh(what))

    def clear(self, pick: int, what: Field) -> None:
        """A person empties a field in the practice."""
        if what is not Field.NAME and (row := self._one_of(self._ours(), pick)):
            self._edit(row["id"], what, Address() if what is Field.ADDRESS else "")

    def edit_in_xero(self, pick: int, what: Field) -> None:
        """A person changes one field in Xero."""
        if contact := self._one_of(self._theirs(), pick):
            self._edit_in_xero(contact, what, self._fresh(what))

    def clear_in_xero(self, pick: int, what: Field) -> None:
        """A person empties a field in Xero."""
        if what is not Field.NAME and (contact := self._one_of(self._theirs(), pick)):
            self._edit_in_xero(contact, what, Address() if what is Field.ADDRESS else "")

    def take_a_name(self, pick: int, _field: Field) -> None:
        """A person gives a practice contact the name of another contact in Xero."""
        row, other = self._one_of(self._ours(), pick), self._one_of(self._theirs(), pick // 7)
        if row and other and (XERO, other.id) not in self._places(PRACTICE, row["id"]):
            self._edit(row["id"], Field.NAME, other.name)

    def archive(self, pick: int, _field: Field) -> None:
        """A person archives in the practice."""
        if row := self._one_of(self._ours(), pick):
            self._archived(row["id"], archive.archive_contact)

    def restore(self, pick: int, _field: Field) -> None:
        """A person brings an archived contact back in the practice."""
        if row := self._one_of(contacts.list_contacts(ContactFilter(archived=True)).rows, pick):
            archive.restore_contact(SOMEBODY, row.id)

    def archive_in_both(self, pick: int, _field: Field) -> None:
        """A person archives in the practice and asks for the same in Xero."""
        if row := self._one_of(self._ours(), pick):
            self._archived(row["id"], partial(archive.archive_contact, in_xero=True))

    def archive_in_xero(self, pick: int, _field: Field) -> None:
        """A person archives in Xero."""
        if found := self._one_of(self._theirs(), pick):
            self._change_in_xero(lambda: edits.archive(self._xero, found, self._ms))

    def restore_in_xero(self, pick: int, _field: Field) -> None:
        """A person brings an archived contact back in Xero."""
        archived = [c for c in self._all_theirs() if c.status == "ARCHIVED" and not c.merged_into]
        if found := self._one_of(archived, pick):
            self._change_in_xero(lambda: edits.restore(self._xero, found, self._ms))

    def erase_in_xero(self, pick: int, _field: Field) -> None:
        """A contact is erased in Xero on request."""
        if found := self._one_of(self._theirs(), pick):
            self._change_in_xero(lambda: edits.erase(self._xero, found, self._ms))

    def merge_in_xero(self, pick: int, _field: Field) -> None:
        """A person merges two contacts in Xero; the loser keeps its values, but they are no longer seen."""
        loser, survivor = self._one_of(self._theirs(), pick), self._one_of(self._theirs(), pick // 7)
        if loser and survivor:
            self._change_in_xero(lambda: edits.merge(self._xero, loser, survivor, self._ms))

    def create(self, pick: int, _field: Field) -> None:
        """Create Contact for one that does not sync, even if it may be in Xero already."""
        syncing = {row["contact_id"] for row in self._syncing()}
        if row := self._one_of([row for row in self._ours() if row["id"] not in syncing], pick):
            place = self.world.connection_id
            self.ledger.asked.add(create_one.create_in_xero(SOMEBODY, row["id"], place, anyway=True))

    def stop(self, pick: int, _field: Field) -> None:
        """Unsync one."""
        if row := self._one_of(self._syncing(), pick):
            self.ledger.stopped.add(row["id"])
            links.stop(SOMEBODY, [row["id"]])

    def rematch(self, pick: int, _field: Field) -> None:
        """Re-match one that ended, or link it with any contact."""
        if row := self._one_of(previous.list_previous(PreviousFilter()).rows, pick):
            other = self._one_of(self._ours(), pick // 7)
            self.touched.add(row.contact_id)
            if pick % 3 and other:
                links.link_to(SOMEBODY, row.link_id, other["id"])
            else:
                links.rematch(SOMEBODY, [row.link_id])

    def create_new(self, pick: int, _field: Field) -> None:
        """Create New Contact from one that ended, or from a match issue."""
        if pick % 2 and (row := self._one_of(previous.list_previous(PreviousFilter()).rows, pick)):
            links.create_new_contact(SOMEBODY, [row.link_id])
        elif issue := self._one_of(issues.list_issues(IssueFilter()).rows, pick):
            issue_answers.create_contact(SOMEBODY, [issue.issue_id])

    def make_two_way(self, pick: int, _field: Field) -> None:
        """Let changes travel both ways on a link that takes them from Xero only."""
        if row := self._one_of(self.world.rows("SELECT * FROM link WHERE NOT two_way ORDER BY id"), pick):
            links.make_two_way(SOMEBODY, [row["id"]])

    def confirm(self, pick: int, _field: Field) -> None:
        """Confirm Match of an issue with its candidate, or ignore it and ask again later."""
        issue = self._one_of(issues.list_issues(IssueFilter(state="ignored" if pick % 5 == 0 else "open")).rows, pick)
        if issue is None:
            return
        found = issue_detail.get_issue(issue.issue_id).candidates
        if issue.state == "ignored":
            issue_queue.unignore(SOMEBODY, [issue.issue_id])
        elif pick % 4 == 0 or not found:
            issue_queue.ignore(SOMEBODY, [issue.issue_id])
        else:
            issue_answers.confirm(SOMEBODY, issue.issue_id, found[pick % len(found)].contact_id)

    def choose(self, pick: int, field: Field) -> None:
        """Let one side win a difference, having seen both."""
        self.look_at_differences(pick, field)
        self.choose_on_that_page(pick, field)

    def look_at_differences(self, _pick: int, _field: Field) -> None:
        """Somebody opens Differences and keeps looking at the page as it is now."""
        rows = differences.list_differences(size=1000).rows
        self.page = [(row.difference_id, row.field, self._values_of(row.difference_id)) for row in rows]

    def choose_on_that_page(self, pick: int, _field: Field) -> None:
        """Let one side win a difference on the page that was opened last, whatever has changed since."""
        if row := self._one_of(self.page, pick):
            difference_id, field, stored = row
            winner = (PRACTICE, XERO)[pick // 7 % 2]
            if differences.choose(SOMEBODY, [difference_id], winner).done:
                self._chose(field, stored, winner)
                if (taken := self._values_of(difference_id)) != stored:
                    self.ledger.unseen.append(f"a choice between {stored} was taken for one between {taken}")

    def restore_decided(self, pick: int, _field: Field) -> None:
        """Bring back the value that lost a difference."""
        if row := self._one_of(decided.list_decided(size=1000).rows, pick):
            values = json.loads(self._values_of(row.difference_id))
            if decided.restore(SOMEBODY, [row.difference_id]).done:
                won, lost = (value_from_json(row.field, values[side]) for side in (row.winner, OTHER[row.winner]))
                self.ledger.seen.add(token(row.field, won))
                self._wrote(PRACTICE, row.contact_id, {row.field: lost})

    def set_policy(self, pick: int, what: Field) -> None:
        """An admin lets one side win the differences of a field, or lets people be asked."""
        stored = policies.get_policies(self.world.connection_id)
        fields = {**stored.fields, what: replace(stored.fields[what], wins=list(Wins)[pick % 3])}
        self._save(replace(stored, fields=fields))

    def set_direction(self, pick: int, what: Field) -> None:
        """An admin lets a field travel one way only, or both; or lets the other side keep what is cleared on one."""
        stored = policies.get_policies(self.world.connection_id)
        fields = {**stored.fields, what: replace(stored.fields[what], way=list(Way)[pick % 3])}
        self._save(replace(stored, fields=fields, blanks=list(Blanks)[pick // 7 % 2]))

    def open_all_directions(self) -> bool:
        """Everything may travel again, everywhere. Returns whether anything was held back."""
        held_back = False
        for connection_id in self.world.connections:
            stored = policies.get_policies(connection_id)
            fields = {field: replace(one, way=Way.BOTH) for field, one in stored.fields.items()}
            opened = replace(stored, fields=fields, blanks=Blanks.TRAVEL)
            if opened != stored:
                policies.save_policies(SOMEBODY, connection_id, opened)
                held_back = True
        return held_back

    def open_all_hours(self) -> None:
        """Automatic changes may go to Xero at any time, everywhere."""
        for connection_id in self.world.connections:
            practice_settings.save_schedule(SOMEBODY, connection_id, Schedule(0))

    def set_hours(self, pick: int, _field: Field) -> None:
        """An admin sets when automatic changes may go to Xero: by day, by night, or always."""
        opens, closes = HOURS[pick % len(HOURS)]
        practice_settings.save_schedule(SOMEBODY, self.world.connection_id, Schedule(0, opens, closes))

    def _save(self, changed: SyncPolicies) -> None:
        policies.save_policies(SOMEBODY, self.world.connection_id, changed)

    def retry(self, pick: int, _field: Field) -> None:
        """Try again what Xero refused."""
        if row := self._one_of(self.world.rows("SELECT * FROM link WHERE error != '' ORDER BY id"), pick):
            clients.retry(SOMEBODY, [row["id"]])

    def release_the_brake(self, _pick: int, _field: Field) -> None:
        """An admin lets a mass change through."""
        brake.release(SOMEBODY, self.world.connection_id)
