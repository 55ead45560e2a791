"""Handing a message to a webhook that takes what Slack's incoming webhooks take: Slack, Mattermost, Rocket.Chat …

An admin types the address, and must not be able to make the server call places that only the server can reach. Three
rules prevent that. Only https is used (http for this machine itself). Every IP address of the host name is a public
one, one of a private network (RFC 1918, RFC 4193) or this machine; link-local ones and the metadata services of clouds
are refused. And the connection goes to the very address that was checked, without following redirects.
"""

import http.client
import json
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from services.errors import Undelivered
from services.gateways import mail
from services.gateways.breaking_off import no_longer
from services.gateways.mail import Message, tls

TIMEOUT_SECONDS = 10.0
UNICAST = ip_network("2000::/3")
NAT64 = ip_network("64:ff9b::/96")
PRIVATE = tuple(ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
METADATA = frozenset({"192.0.0.192", "fd00:ec2::254", "fd20:ce::254"})  # of Oracle, AWS and Google
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Place:
    """A webhook's address, taken apart."""

    host: str
    port: int
    path: str
    encrypted: bool

    @property
    def named(self) -> str:
        """Host and, unless it is the usual one, port, as the Host header wants them (RFC 9110)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.encrypted else 80) else f"{host}:{self.port}"


def parse(url: str) -> Place | None:
    """The parts of an address that may be used; None for any other."""
    try:
        parts = urlsplit(url.strip())
        port, host = parts.port, parts.hostname or ""
        host.encode("idna")  # as the name is looked up: it refuses labels that are blank or too long
    except ValueError:
        return None
    secure = parts.scheme == "https"
    if not host or parts.username or not (secure or (parts.scheme == "http" and host in THIS_MACHINE)):
        return None
    path = _path(parts)
    if not (host.isascii() and path.isascii() and path.isprintable()) or " " in path:
        return None
    return Place(host, port or (443 if secure else 80), path, secure)


def post(url: str, message: Message) -> None:
    """Post one message. Raises: Undelivered."""
    place = parse(url)
    if place is None:
        raise Undelivered("The webhook's address may not be used.", for_good=True)
    body = json.dumps({"text": f"{harmless(message.subject)}\n{harmless(message.text)}", "mrkdwn": False})
    headers = {"Host": place.named, "Content-Type": "application/json; charset=utf-8", "Idempotency-Key": message.id}
    connection = http.client.HTTPConnection(place.host, place.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.sock = _connected(place)
        with no_longer(mail.LONGEST_SECONDS, lambda: connection.sock):
            connection.request("POST", place.path, body.encode(), headers)
            status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        raise Undelivered("The webhook does not answer, or its certificate is not trusted.") from None
    finally:
        connection.close()
    _judge(status)


def harmless(text: str) -> str:
    """A text that mentions nobody and makes no links: escaped as Slack wants it, and without the @ that others react
    to.
    """
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("@", "@\u2060")


def allowed(address: IPv4Address | IPv6Address) -> bool:
    """Whether a webhook may have this IP address."""
    plain = _meant(address)
    if str(plain) in METADATA:
        return False
    inside = any(plain.version == network.version and plain in network for network in PRIVATE)
    return bool(plain.is_loopback or inside or _is_public(plain))


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for by mapping, 6to4 or NAT64; any other address as it is."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    unicast = isinstance(address, IPv4Address) or address in UNICAST
    return unicast and address.is_global and not address.is_multicast


def _connected(place: Place) -> socket.socket:
    """A connection to an address that was checked. Raises: Undelivered, OSError."""
    found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not all(allowed(ip_address(one.partition("%")[0])) for one in addresses):
        raise Undelivered("The name in the webhook's address leads to a server that may not be used.", for_good=True)
    plain = _first_that_answers(addresses, place.port)
    return tls().wrap_socket(plain, server_hostname=place.host) if place.encrypted else plain


def _first_that_answers(addresses: list[str], port: int) -> socket.socket:
    problem = OSError("no address")
    for address in addresses[:4]:
        try:
            return socket.create_connection((address, port), TIMEOUT_SECONDS)
        except OSError as error:
            problem = error
    raise problem


def _judge(status: int) -> None:
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise Undelivered(f"The webhook answers with a redirect ({status}), which is not followed.", for_good=True)
    for_good = status < 500 and status not in LATER
    raise Undelivered(f"The webhook {'refused the message' if for_good else 'cannot take it now'} ({status}).",
                      for_good=for_good)  # fmt: skip


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
