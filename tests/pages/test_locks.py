"""Wrong passwords lock an account, whoever tries them and however many at once."""

from datetime import timedelta

import bcrypt
import pytest
import time_machine

from models.base import now
from services import sign_in as sign_in_service
from services import users
from services.access import SYSTEM
from services.records import locks
from services.settings import get_settings
from tests.pages.support import PASSWORD, said, sign_in


def test_wrong_passwords_lock_the_account_for_every_session_until_the_lock_expires(people: None) -> None:
    for _ in range(get_settings().lock_after_failures):
        screen = sign_in("ada", "wrong")
    assert "locked until" in said(screen)
    assert "locked until" in said(sign_in("ada", PASSWORD))
    with time_machine.travel(now() + timedelta(minutes=get_settings().lock_minutes, seconds=1)):
        assert sign_in("ada", PASSWORD).title[0].value == "Overview"


def test_an_expired_lock_counts_from_nought(people: None) -> None:
    for _ in range(get_settings().lock_after_failures):
        sign_in("ada", "wrong")
    with time_machine.travel(now() + timedelta(minutes=get_settings().lock_minutes, seconds=1)):
        assert "locked" not in said(sign_in("ada", "wrong"))
        assert sign_in("ada", PASSWORD).title[0].value == "Overview"


def test_a_right_password_forgets_the_failures_before_it(people: None) -> None:
    for _ in range(2):
        for _ in range(get_settings().lock_after_failures - 1):
            sign_in("ada", "wrong")
        assert sign_in("ada", PASSWORD).title[0].value == "Overview"


def test_a_right_password_that_was_being_compared_as_the_account_was_locked_does_not_lead_in(
    people: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who tries many passwords at once has no more tries than who does it one after the other."""
    matches = bcrypt.checkpw

    def as_others_fail(password: bytes, hashed: bytes) -> bool:
        locks.count("ada", get_settings().lock_after_failures)
        return matches(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", as_others_fail)
    screen = sign_in("ada", PASSWORD)
    assert "locked until" in said(screen)
    assert not screen.title
    assert sign_in_service.locked_until("ada") is not None


def test_an_admin_unlocks_an_account(people: None) -> None:
    for _ in range(get_settings().lock_after_failures):
        sign_in("vera", "wrong")
    users.unlock(SYSTEM, "vera")
    assert sign_in("vera", PASSWORD).title
