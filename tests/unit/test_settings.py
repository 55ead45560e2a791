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
    ("name", "value", "rule"),
    [
        ("APP_SECRET_KEY", "hunter2", "must have at least 32 characters"),
        ("PUBLIC_URL", "localhost:8501", "must be an address such as https://sync.example.com"),
        ("PUBLIC_URL", "https://sync.example.com?a=1", "must be an address such as https://sync.example.com"),
        ("XERO_API_URL", "ftp://api.xero.com", "must be an address such as https://sync.example.com"),
        ("XERO_CALLS_PER_DAY", "many", "must be a valid integer"),
        ("SYNC_EVERY_SECONDS", "1", "must be greater than or equal to 5"),
        ("SIGN_IN_DAYS", "0", "must be greater than or equal to 1"),
        ("SMTP_FROM", "Sync <a@b.example>", "must be an address alone, such as contact-sync@example.com"),
        ("LOG_LEVEL", "loud", "must be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("WORKER_IN_APP", "perhaps", "must be a valid boolean"),
    ],
)
def test_a_malformed_setting_is_named_with_its_rule_and_without_its_value(
    settings: pytest.MonkeyPatch, name: str, value: str, rule: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load(settings, **{name: value})
    assert f"The setting {name} is malformed: it {rule}. Set it in" in str(caught.value)
    assert value not in str(caught.value).replace(rule, "")


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


@pytest.mark.parametrize("held", [b"log_level = ERROR", b'log_level = "\xff"'])
def test_a_secrets_file_that_cannot_be_read_is_named(settings: pytest.MonkeyPatch, tmp_path: Path, held: bytes) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_bytes(held)
    settings.chdir(tmp_path)
    with pytest.raises(SettingsError, match=r"\.streamlit/secrets\.toml cannot be read"):
        load(settings)


def test_secrets_do_not_show_when_settings_are_printed(settings: pytest.MonkeyPatch) -> None:
    loaded = load(settings, XERO_CLIENT_SECRET="do-not-print-me")
    assert "do-not-print-me" not in repr(loaded)
