"""What admins do to a connection while people work and the engine runs, and which contacts are left out or let in."""

from functools import partial

from models.base import now
from models.connection import CONNECTED, SIGN_IN_NEEDED, ConnectionRow
from services import brake, connection, excluded, issue_queue, issues
from services.connection import POLICIES, TYPE_FILTERS, Setup
from services.db import write
from services.excluded import ExcludedFilter
from services.issue_queue import UNTIL
from services.issues import IssueFilter
from services.reconcile.contact import Field
from services.steps import drifting
from services.steps.connections import connecting
from simulator import edits
from tests.soak.chosen import Chosen
from tests.soak.ledger import SOMEBODY
from tests.support.xero import consent


class SettingUp(Chosen):
    """Those actions."""

    def set_up(self, pick: int, _field: Field) -> None:
        """An admin chooses which Xero contacts take part, and what happens to those without a match."""
        chosen = Setup(TYPE_FILTERS[pick % 3], pick // 3 % 2 == 0, "", POLICIES[pick // 7 % 2])
        connection.save_setup(SOMEBODY, self.world.connection_id, chosen)

    def change_type_in_xero(self, pick: int, _field: Field) -> None:
        """An invoice makes a Xero contact a customer or a supplier, which does not count as a change of the contact."""
        roles = {"IsCustomer": pick // 3 % 2 == 0, "IsSupplier": pick // 5 % 2 == 0}
        if found := self._one_of(self._theirs(), pick):
            self._change_in_xero(partial(edits.change, self._xero, found, roles, self._ms))

    def let_in(self, pick: int, _field: Field) -> None:
        """A contact that takes no part is let in."""
        if row := self._one_of(excluded.list_excluded(ExcludedFilter()).rows, pick):
            excluded.let_in(SOMEBODY, [row.key])

    def defer(self, pick: int, _field: Field) -> None:
        """A match issue is deferred."""
        if issue := self._one_of(issues.list_issues(IssueFilter()).rows, pick):
            issue_queue.defer(SOMEBODY, [issue.issue_id], list(UNTIL)[pick % 3])

    def release_brake(self, _pick: int, _field: Field) -> None:
        """An admin releases what the brake holds back."""
        brake.release(SOMEBODY, self.world.connection_id, brake.get_brake(self.world.connection_id))

    def lets_go(self) -> bool:
        """Release the brake wherever it is on. Returns whether it was."""
        on = [one for one in self.world.connections if brake.get_brake(one) is not None]
        for connection_id in on:
            brake.release(SOMEBODY, connection_id)
        return bool(on)

    def lose_access(self, _pick: int, _field: Field) -> None:
        """Xero asks for a new sign-in: no tick runs until somebody connects again."""
        with write() as session:
            session.get_one(ConnectionRow, self.world.connection_id).state = SIGN_IN_NEEDED

    def disconnect(self, _pick: int, _field: Field) -> None:
        """An admin disconnects the organisation: nothing syncs any more."""
        self.ledger.stopped.update(row["id"] for row in self._syncing())
        with write() as session:
            row = session.get_one(ConnectionRow, self.world.connection_id)
            connecting.end(session, row, SOMEBODY.username, told=True)
        drifting.note_all(self.world.connection_id)

    def connect_again(self, _pick: int, _field: Field) -> None:
        """An admin signs in at Xero again; over HTTP, through its consent page."""
        if self.world.http is not None:
            consent()
            return
        with write() as session:
            row = session.get_one(ConnectionRow, self.world.connection_id)
            row.state, row.error, row.next_tick_at = CONNECTED, "", now()

    def disconnect_and_connect(self, pick: int, what: Field) -> None:
        """An admin disconnects, and connects again at once."""
        self.disconnect(pick, what)
        self.connect_again(pick, what)
