"""Settings: what is missing or malformed is named, never shown."""

from pathlib import Path

import pytest

from services.errors import SettingsError
from services.settings import Settings, get_settings


def load(settings: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        settings.setenv(name, value)
    get_settings.cache_clear()
    return get_settings()


def test_a_missing_secret_key_is_named(settings: pytest.MonkeyPatch) -> None:
    settings.delenv("APP_SECRET_KEY")
    with pytest.raises(SettingsError, match="APP_SECRET_KEY is missing"):
        load(settings)


def test_a_secret_that_is_too_short_is_refused_without_being_repeated(settings: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        load(settings, APP_SECRET_KEY="hunter2")
    assert "APP_SECRET_KEY" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "localhost:8501"),
        ("XERO_API_URL", "ftp://api.xero.com"),
        ("XERO_CALLS_PER_DAY", "many"),
        ("SYNC_EVERY_SECONDS", "1"),
        ("SIGN_IN_DAYS", "0"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_malformed_setting_is_named_and_its_value_is_not(settings: pytest.MonkeyPatch, name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(settings, **{name: value})
    assert f"The setting {name} is malformed" in str(caught.value)


def test_all_faulty_settings_are_named_at_once(settings: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"LOCK_MINUTES.*LOG_LEVEL"):
        load(settings, LOCK_MINUTES="none", LOG_LEVEL="loud")


def test_addresses_lose_their_trailing_slash(settings: pytest.MonkeyPatch) -> None:
    loaded = load(settings, PUBLIC_URL="https://sync.example.com/")
    assert loaded.callback_url == "https://sync.example.com/oauth/callback"


def test_the_environment_wins_over_the_secrets_file(settings: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text('log_level = "ERROR"\nsign_in_days = 3\n', "utf-8")
    settings.chdir(tmp_path)
    loaded = load(settings, LOG_LEVEL="WARNING")
    assert (loaded.log_level, loaded.sign_in_days) == ("WARNING", 3)


def test_secrets_do_not_show_when_settings_are_printed(settings: pytest.MonkeyPatch) -> None:
    loaded = load(settings, XERO_CLIENT_SECRET="do-not-print-me")
    assert "do-not-print-me" not in repr(loaded)


@pytest.mark.parametrize(("client_id", "secret", "configured"), [("", "", False), ("id", "", False), ("id", "s", True)])
def test_xero_is_configured_once_both_credentials_are_there(
    settings: pytest.MonkeyPatch, client_id: str, secret: str, configured: bool
) -> None:
    loaded = load(settings, XERO_CLIENT_ID=client_id, XERO_CLIENT_SECRET=secret)
    assert loaded.xero_configured is configured
