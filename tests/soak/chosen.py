"""What people do in histories that are written by hand: actions on a particular contact."""

import json
from functools import partial

from services import archive, create_one, links
from services.reconcile.contact import Address, Contact, Field, values_from_json
from simulator import edits
from simulator.contact import Contact as XeroContact
from tests.soak.ledger import SOMEBODY, Hands, token, xero_values
from tests.support.practice import contact, edit


class Chosen(Hands):
    """Those actions, and questions that a history asks about the present state."""

    def edit_stopped_in_xero(self, pick: int, what: Field) -> None:
        """The Xero half of a pair that was stopped is edited."""
        query = "SELECT * FROM link WHERE state = 'stopped' AND connection_id = ? ORDER BY id"
        if row := self._one_of(self.world.rows(query, self.world.connection_id), pick):
            self._edit_in_xero(self._xero.get(row["xero_id"]), what, self._fresh(what))

    def stop_of(self, pick: int, _field: Field) -> None:
        """Unsync this practice contact."""
        if row := self._one_of(self._ours(), pick):
            for link in self.world.rows("SELECT id FROM link WHERE contact_id = ? AND state = 'syncing'", row["id"]):
                self.ledger.stopped.add(link["id"])
                links.stop(SOMEBODY, [link["id"]])

    def link_stopped_to(self, pick: int, _field: Field) -> None:
        """Link this practice contact with the Xero contact of another one that was stopped."""
        if row := self._one_of(self._ours(), pick):
            query = "SELECT id FROM link WHERE contact_id != ? AND state = 'stopped' ORDER BY id"
            if ended := self._one_of(self.world.rows(query, row["id"]), 0):
                links.link_to(SOMEBODY, ended["id"], row["id"])

    def create_newest(self, _pick: int, _field: Field) -> None:
        """Create Contact for the contact that was added last."""
        place = self.world.connection_id
        self.ledger.asked.add(create_one.create_in_xero(SOMEBODY, self._newest(), place, anyway=True))

    def edit_newest(self, _pick: int, what: Field) -> None:
        """The contact that was added last is edited in the practice."""
        self._edit(self._newest(), what, self._fresh(what))

    def archive_newest(self, _pick: int, _field: Field) -> None:
        """The last added contact is archived in the practice."""
        self._archived(self._newest(), archive.archive_contact)

    def edit_newest_in_xero(self, _pick: int, what: Field) -> None:
        """The Xero half of the contact that was added last is edited."""
        for half in self._halves(self._newest()):
            self._edit_in_xero(half, what, self._fresh(what))

    def edit_half(self, pick: int, what: Field) -> None:
        """The Xero half of this practice contact is edited."""
        for half in self._halves_of(pick):
            self._edit_in_xero(half, what, self._fresh(what))

    def clear_half(self, pick: int, what: Field) -> None:
        """One field of the Xero half of this practice contact is emptied."""
        for half in self._halves_of(pick):
            if what is not Field.NAME:
                self._edit_in_xero(half, what, Address() if what is Field.ADDRESS else "")

    def put_back(self, pick: int, what: Field) -> None:
        """What a change to this contact replaced in Xero is put back there before anybody looked into its lost answer.

        Where the change has not landed there is nothing to put back.
        """
        for half in self._halves_of(pick):
            query = "SELECT body, expected FROM intent i JOIN link l ON l.id = i.link_id WHERE i.state = 'sent'"
            for row in self.world.rows(f"{query} AND i.kind = 'update' AND l.xero_id = ?", half.id):
                sent, before = (values_from_json(json.loads(row[one])) for one in ("body", "expected"))
                if what in sent and token(what, sent[what]) == token(what, xero_values(half).get(what)):
                    self._edit_in_xero(half, what, before.get(what) or Contact("").get(what))

    def take_back(self, pick: int, what: Field) -> None:
        """What was edited here is set back to what it was, while its change may be on the wire.

        This is no new value: where somebody in Xero has written another one meanwhile, that one stays.
        """
        if row := self._one_of(self._ours(), pick):
            query = "SELECT expected FROM intent WHERE state = 'sent' AND kind = 'update' AND contact_id = ?"
            for sent in self.world.rows(query, row["id"]):
                before = values_from_json(json.loads(sent["expected"]))
                if what in before:
                    self.ledger.seen.add(token(what, contact(row["id"]).get(what)))
                    edit(row["id"], **{what.value: before[what]})

    def archive_half(self, pick: int, _field: Field) -> None:
        """The Xero half of this practice contact is archived."""
        for half in self._halves_of(pick):
            self._change_in_xero(partial(edits.archive, self._xero, half, self._ms))

    def _halves_of(self, pick: int) -> list[XeroContact]:
        row = self._one_of(self._ours(), pick)
        return self._halves(row["id"]) if row else []

    def _halves(self, contact_id: str) -> list[XeroContact]:
        """The Xero contact that is linked with a practice contact, or was created for it, even if we do not know."""
        linked = {row["x"] for row in self.world.rows("SELECT xero_id x FROM link WHERE contact_id = ?", contact_id)}
        return [one for one in self._theirs() if one.id in linked or contact_id in one.number]

    def _newest(self) -> str:
        return str(self.world.rows("SELECT id FROM contact ORDER BY rev DESC LIMIT 1")[0]["id"])

    def link_to_a_taken_one(self, pick: int, _field: Field) -> None:
        """Link one that ended with a contact that syncs with another."""
        ended = self._one_of(self.world.rows("SELECT * FROM link WHERE state != 'syncing' ORDER BY id"), pick)
        taken = self._one_of(self.world.rows("SELECT * FROM link WHERE state = 'syncing' ORDER BY id"), pick)
        if ended and taken:
            links.link_to(SOMEBODY, ended["id"], taken["contact_id"])

    def keep_in_xero(self, _pick: int, _field: Field) -> None:
        """Keep in Xero the contact that was archived here last."""
        query = "SELECT id FROM link WHERE state = 'broken' AND cause = 'archived_in_practice' ORDER BY ended_at DESC"
        if row := self._one_of(self.world.rows(query), 0):
            self.ledger.stopped.add(row["id"])
            archive.keep_in_xero(SOMEBODY, [row["id"]])

    def xero_pick_of(self, pick: int) -> int:
        """The `pick` of the Xero contact that is linked with the practice contact that `pick` picks."""
        row = self._one_of(self._ours(), pick)
        [link] = self.world.rows("SELECT xero_id FROM link WHERE contact_id = ?", row["id"])
        return [one.id for one in self._theirs()].index(link["xero_id"])

    def syncing(self) -> int:
        """How many links sync."""
        return int(self.world.rows("SELECT count(*) n FROM link WHERE state = 'syncing'")[0]["n"])
