"""Where notifications arrive in tests: a real mail server, over TLS if need be, and a real receiver of webhooks."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scripts.processes import free_port

USER, PASSWORD = "postman", "smtp-secret-7f3a"


@dataclass
class PostOffice:
    """The mailbox of a mail server. `answer` is its answer to a message, `refuse` the addresses it does not know."""

    port: int
    answer: str = "250 OK"
    refuse: frozenset[str] = frozenset()
    mails: list[EmailMessage] = field(default_factory=list)
    sign_ins: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  the name that aiosmtpd asks for
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuse:
            return "550 no such box"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            mail = message_from_bytes(bytes(envelope.content or b""), policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
        return self.answer

    def check(self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.sign_ins.append(given.login.decode())
        return AuthResult(success=given.password.decode() == PASSWORD, handled=False)

    def texts(self) -> list[str]:
        """Subjects of all mails, oldest first."""
        return [str(mail["Subject"]) for mail in self.mails]


@contextmanager
def mail_server(context: ssl.SSLContext | None = None, *, implicit: bool = False) -> Iterator[PostOffice]:
    """A mail server on a free port; with a context it insists on STARTTLS, or on TLS from the start, and a sign-in."""
    office = PostOffice(free_port())
    secured: dict[str, Any] = {}
    if context:
        secured = {"authenticator": office.check, "auth_required": not implicit, "auth_require_tls": not implicit}
        secured |= {"ssl_context": context} if implicit else {"tls_context": context, "require_starttls": True}
    controller = Controller(office, hostname="127.0.0.1", port=office.port, **secured)
    controller.start()
    yield office
    controller.stop()


@dataclass
class Receiver:
    """The receiver of a webhook. `status` is what it answers, `posts` what came: path, headers and body."""

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    posts: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)

    def texts(self) -> list[str]:
        """First lines of all messages, oldest first."""
        return [str(body["text"]).splitlines()[0] for _, _, body in self.posts]


@contextmanager
def receiver(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver of webhooks on a free port of this machine."""
    box = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            box.posts.append((self.path, dict(self.headers), body))
            self.send_response(box.status)
            for name, value in box.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    box.url = f"{'https' if context else 'http'}://localhost:{server.server_port}/services/T0/B0/hook-secret-9c1d"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield box
    server.shutdown()
    server.server_close()


def certificate(folder: Path) -> Path:
    """A self-signed certificate for localhost with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=2))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(made.public_bytes(pem) + secret)
    return file
