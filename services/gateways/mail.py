"""Handing a message to the mail server (RFC 5321), over TLS, with errors that name no one and hold no secret."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import certifi

from services.errors import Undelivered
from services.gateways.breaking_off import no_longer
from services.settings import get_settings

TIMEOUT_SECONDS = 10.0
LONGEST_SECONDS = 60.0
"""The longest that handing over one message may take, however slowly the server answers: other messages wait for it."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message. `id` and `created_at` stay the same at every attempt, so that a receiver can recognise repetitions."""

    id: str
    subject: str
    text: str
    created_at: datetime


def send_mail(address: str, message: Message) -> None:
    """Hand one message to the mail server; it is accepted when this returns.

    Raises: Undelivered; it may have arrived nevertheless if the connection broke at the very end.
    """
    if not get_settings().mail_configured:
        raise Undelivered("Email is not set up on this server: SMTP_HOST and SMTP_FROM are missing.")
    server = _unconnected()
    try:
        with no_longer(LONGEST_SECONDS, lambda: server.sock):
            _connect(server)
            try:
                server.send_message(_mail(address, message))
            finally:
                with suppress(OSError):  # once the message is accepted, it does not matter if closing fails
                    server.quit()
    except smtplib.SMTPException as error:
        raise _refused(error) from None
    except ssl.SSLError:
        raise Undelivered("The mail server's certificate or encryption is not trusted.") from None
    except OSError:
        raise Undelivered("The mail server does not answer.") from None


def tls() -> ssl.SSLContext:
    """How encrypted connections are checked: against the system's authorities, and the usual public ones."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _unconnected() -> smtplib.SMTP:
    if get_settings().smtp_security == "ssl":
        return smtplib.SMTP_SSL(timeout=TIMEOUT_SECONDS, context=tls())
    return smtplib.SMTP(timeout=TIMEOUT_SECONDS)


def _connect(server: smtplib.SMTP) -> None:
    """Connect to the mail server, encrypted and signed in as the settings say; the caller closes the connection."""
    settings = get_settings()
    server._host = settings.smtp_host  # type: ignore[attr-defined]  # the name that the certificate must have
    try:
        server.connect(settings.smtp_host, settings.smtp_port)
        if settings.smtp_security == "starttls":
            server.starttls(context=tls())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
    except Exception:
        server.close()
        raise


def _mail(address: str, message: Message) -> EmailMessage:
    """The message as plain text. Auto-Submitted keeps absence notes from answering it (RFC 3834)."""
    sender = get_settings().smtp_from
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, address, message.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    return mail


def _refused(error: smtplib.SMTPException) -> Undelivered:
    """The sentence for an error of smtplib; its own text is not used, since it repeats addresses and the server's
    words.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        for_good = all(code >= 500 for code in codes)
        return Undelivered(f"The mail server refused the address ({codes[0]}).", for_good=for_good)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Undelivered(f"The mail server refused SMTP_USER with SMTP_PASSWORD ({error.smtp_code}).")
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        return Undelivered(f"The mail server refused the message ({error.smtp_code}).", for_good=error.smtp_code >= 500)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Undelivered("The mail server does not offer what SMTP_SECURITY or SMTP_USER needs.")
    return Undelivered("The mail server broke off the connection.")
