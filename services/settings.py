"""Typed settings, from the environment or `.streamlit/secrets.toml`. A bad one stops the start and is named.

The descriptions here are the source of `docs/settings.md`.
"""

import re
from functools import lru_cache
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from services.errors import SettingsError

SECRETS_FILE = Path(".streamlit/secrets.toml")


def _like(pattern: str, rule: str) -> AfterValidator:
    """A validator that refuses a text that `pattern` does not match; `rule` says so to whoever deploys."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(rule)
        return text

    return AfterValidator(check)


Url = Annotated[str, _like(r"https?://[^\s/?#]+(/[^\s?#]*)?", "must be an address such as https://sync.example.com")]
Sender = Annotated[
    str, _like(r"([^@\s<>,;]+@[^@\s<>,;]+)?", "must be an address alone, such as contact-sync@example.com")
]


class Settings(BaseSettings):
    """All settings. In the environment the names are in capitals."""

    model_config = SettingsConfigDict(extra="ignore", toml_file=SECRETS_FILE)

    app_secret_key: SecretStr = Field(
        description="At least 32 characters. Encrypts Xero tokens and signs the sign-in cookie. If you change it, "
        "everyone is signed out, Xero has to be connected again, and webhooks of notifications have to be entered "
        "again. "
        'Make one with `python3 -c "import secrets; print(secrets.token_urlsafe(48))"`.'
    )
    database_url: str = Field(
        default="sqlite:///data/app.db", description="Where the data is stored: a SQLite file on a local disk."
    )
    public_url: Url = Field(
        default="http://localhost:8501",
        description="The address people open in their browser. In your Xero app, register exactly "
        "`PUBLIC_URL/oauth/callback` as redirect URI. With https the sign-in cookie is marked Secure.",
    )
    xero_client_id: str = Field(default="", description="Client id of your app at developer.xero.com.")
    xero_client_secret: SecretStr = Field(default=SecretStr(""), description="Client secret of the same app.")
    xero_api_url: Url = Field(default="https://api.xero.com", description="Address of Xero's API.")
    xero_identity_url: Url = Field(
        default="https://identity.xero.com", description="Address at which Xero issues tokens."
    )
    xero_login_url: Url = Field(default="https://login.xero.com", description="Address of Xero's consent page.")
    xero_app_url: Url = Field(
        default="https://go.xero.com",
        description="Address of Xero's own screens, for links that open a contact in Xero.",
    )
    xero_webhook_key: SecretStr = Field(
        default=SecretStr(""),
        description="Signing key of your Xero app's webhook, which delivers to `PUBLIC_URL/webhooks/xero`. Blank: "
        "changes in Xero are found only by the regular syncs.",
    )
    xero_calls_per_day: int = Field(
        default=1000,
        ge=50,
        description="Xero's limit of calls a day for each organisation: 1000 on Starter, 5000 on Core and above.",
    )
    xero_calls_per_minute: int = Field(
        default=60, ge=1, description="Xero's limit of calls a minute for each organisation."
    )
    xero_calls_at_once: int = Field(default=5, ge=1, description="Xero's limit of calls at once for each organisation.")
    sync_every_seconds: int = Field(
        default=300,
        ge=5,
        description="Seconds between two syncs of an organisation. Each costs at least one call.",
    )
    full_comparison_hours: int = Field(
        default=24,
        ge=1,
        description="Hours between two full comparisons. Each reads all contacts of an organisation once more, one "
        "page a sync, to find what was missed. It costs one call for every 1,000 contacts.",
    )
    smtp_host: str = Field(default="", description="Mail server for notifications. Blank: none are sent by email.")
    smtp_port: int = Field(
        default=587, ge=1, le=65535, description="Port of the mail server: usually 587, or 465 for `ssl`."
    )
    smtp_security: Literal["starttls", "ssl", "none"] = Field(
        default="starttls",
        description="How the connection to the mail server is encrypted: `starttls`; `ssl`, from the start; or `none`, "
        "only for a mail server on this machine. The certificate is checked. For one from a private authority, set "
        "`SSL_CERT_FILE` to that authority's certificate.",
    )
    smtp_user: str = Field(default="", description="User name at the mail server. Blank: no sign-in.")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Password at the mail server.")
    smtp_from: Sender = Field(default="", description="Sender of all emails, such as `contact-sync@example.com`.")
    worker_in_app: bool = Field(
        default=True,
        description="Whether the web app also runs the sync. Set it to false if `python -m services.worker` runs it.",
    )
    sign_in_days: int = Field(default=7, ge=1, le=90, description="Days a sign-in lasts.")
    lock_after_failures: int = Field(default=5, ge=1, description="Wrong passwords in a row before an account locks.")
    lock_minutes: int = Field(default=15, ge=1, description="Minutes an account stays locked.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="How much is logged: `DEBUG`, `INFO`, `WARNING` or `ERROR`."
    )

    @field_validator("app_secret_key")
    @classmethod
    def _long_enough(cls, key: SecretStr) -> SecretStr:
        if len(key.get_secret_value()) < 32:
            raise ValueError("must have at least 32 characters")
        return key

    @field_validator("public_url", "xero_api_url", "xero_identity_url", "xero_login_url", "xero_app_url")
    @classmethod
    def _no_trailing_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @property
    def callback_url(self) -> str:
        """The redirect URI to register with Xero."""
        return f"{self.public_url}/oauth/callback"

    @property
    def mail_configured(self) -> bool:
        """Whether there is a mail server to send by, and an address to send from."""
        return bool(self.smtp_host and self.smtp_from)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over `.streamlit/secrets.toml`; a `[section]` there is ignored."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


@lru_cache
def get_settings() -> Settings:
    """The settings of this process.

    Raises: SettingsError naming each setting that is missing or malformed and its rule, never its value.
    """
    try:
        return Settings()  # type: ignore[call-arg]  # values come from the sources above
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None
    except (OSError, TOMLDecodeError, UnicodeDecodeError) as error:
        fault = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(f"The settings in {SECRETS_FILE} cannot be read: {fault}.") from None


def _sentence(error: ValidationError) -> str:
    parts = []
    for problem in error.errors(include_input=False, include_url=False):
        name = str(problem["loc"][0]).upper()
        rule = problem["msg"].removeprefix("Value error, ").replace("Input should", "must").partition(", unable")[0]
        fault = "is missing" if problem["type"] == "missing" else f"is malformed: it {rule}"
        parts.append(f"The setting {name} {fault}.")
    return " ".join(parts) + " Set it in the environment or in .streamlit/secrets.toml; see docs/settings.md."
