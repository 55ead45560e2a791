"""Notifications from a terminal: adding, testing, listing and removing those who are told."""

import io

import pytest

from services.settings import get_settings
from tests.integration.cli.conftest import Run
from tests.support.post_office import mail_server, receiver


def test_an_address_is_added_tested_and_removed(run: Run, settings: pytest.MonkeyPatch) -> None:
    assert "SMTP_HOST" in run("notifications", "list").err
    with mail_server() as office:
        for name, value in {
            "HOST": "127.0.0.1",
            "PORT": str(office.port),
            "SECURITY": "none",
            "FROM": "a@b.example",
        }.items():
            settings.setenv(f"SMTP_{name}", value)
        get_settings.cache_clear()
        target = run("notifications", "add-email", "ada@example.com", "--tell", "digest", "--json").data["id"]
        [listed] = run("notifications", "list", "--json").data
        assert (listed["address"], listed["events"]) == ("ada@example.com", ["digest"])
        assert run("notifications", "test", target).code == 0
        assert office.texts() == ["Test of notifications"]
        office.answer = "550 no"
        refused = run("notifications", "test", target)
    assert (refused.code, refused.out, "did not arrive" in refused.err) == (1, "", True)
    assert run("notifications", "remove", target).code == 0
    assert run("notifications", "list", "--json").data == []
    assert run("notifications", "remove", target).code == 1


def test_a_webhook_s_address_is_read_from_standard_input_and_never_shown(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver() as box:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{box.url}\n"))
        target = run("notifications", "add-webhook", "--name", "Team", "--json").data["id"]
        assert run("notifications", "test", target).code == 0
        listed = run("notifications", "list")
    assert "sign_in" in listed.out
    assert box.url not in listed.out


def test_what_makes_no_sense_is_refused_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "one email address" in run("notifications", "add-email", "nobody").err
    monkeypatch.setattr("sys.stdin", io.StringIO("ftp://example.com/x\n"))
    assert run("notifications", "add-webhook").code == 1
