"""How long a write whose answer was lost is waited for."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from models.intent import SENT, IntentRow
from models.link import LinkRow
from services.steps.sending import mark_sent, may_be_its_own, without_late

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("behind", [True, False])
def test_a_sending_that_was_cut_off_is_waited_for_from_then_on_whatever_xero_shows_meanwhile(behind: bool) -> None:
    intent = IntentRow(
        id="intent", kind="update", connection_id="connection", contact_id="contact", link_id="link", body={}
    )
    link = LinkRow(id="link", connection_id="connection", xero_id="theirs", contact_id="contact")
    with time_machine.travel(AT, tick=False) as clock:
        mark_sent([intent])
        intent.state, intent.error = SENT, "No answer."
        clock.shift(timedelta(minutes=50))
        mark_sent([intent])  # the worker dies during this one
        clock.shift(timedelta(minutes=5))
        without_late([intent], {"intent": link}, {"theirs"} if behind else set())
        mark_sent([intent])
        clock.shift(timedelta(minutes=50))
        assert may_be_its_own(intent)
