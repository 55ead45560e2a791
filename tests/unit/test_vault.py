"""Sealed texts open only with the key that sealed them, and cookies have a key of their own."""

import pytest

from services import vault
from services.errors import SettingsError
from services.settings import get_settings


def with_key(settings: pytest.MonkeyPatch, key: str) -> None:
    settings.setenv("APP_SECRET_KEY", key)
    get_settings.cache_clear()


def test_a_sealed_text_opens_as_it_was() -> None:
    assert vault.open_sealed(vault.seal("a token – and more")) == "a token – and more"


def test_a_sealed_text_shows_nothing_and_is_never_the_same_twice() -> None:
    first, second = vault.seal("token"), vault.seal("token")
    assert "token" not in first
    assert first != second


def test_another_key_is_told_by_the_name_of_the_setting(settings: pytest.MonkeyPatch) -> None:
    sealed = vault.seal("token")
    with_key(settings, "another key that is long enough for us")
    with pytest.raises(SettingsError, match="APP_SECRET_KEY is not the one that encrypted"):
        vault.open_sealed(sealed)


@pytest.mark.parametrize("damaged", ["", "nonsense", "gAAAA", "ümlaut"])
def test_a_damaged_text_is_refused_with_the_same_sentence(damaged: str) -> None:
    with pytest.raises(SettingsError):
        vault.open_sealed(damaged)


def test_the_cookie_key_is_long_lasting_and_not_the_secret_itself(settings: pytest.MonkeyPatch) -> None:
    key = vault.cookie_key()
    assert key == vault.cookie_key()
    assert len(key) >= 48
    assert get_settings().app_secret_key.get_secret_value() not in key
    with_key(settings, "another key that is long enough for us")
    assert vault.cookie_key() != key
