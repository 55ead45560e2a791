"""Webhooks: which addresses may be used, and that nothing in a message calls people or makes links."""

from ipaddress import ip_address

import pytest

from services.gateways.webhook import allowed, harmless, parse


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com/services/T0/B0/x", "https://chat.example.com:8443/hooks/x?y=1",
        "http://localhost:8065/hooks/x", "http://127.0.0.1/hooks/x", "http://[::1]:80/x", " https://example.com ",
    ],
)  # fmt: skip
def test_https_may_be_used_and_http_on_this_machine(url: str) -> None:
    assert parse(url) is not None


@pytest.mark.parametrize(
    "url",
    [
        "", "hooks.slack.com/x", "http://hooks.slack.com/x", "ftp://example.com/x", "file:///etc/passwd", "https:///x",
        "https://user:word@example.com/x", "https://example.com:99999/x", "https://example.com/a b",
        "https://example.com/\r\nHost: other", "http://127.0.0.2/x", "https://[::1", "http://localhost.example.com/x",
        "https://example..com/x", "https://.example.com/x", f"https://{'a' * 64}.example.com/x",
    ],
)  # fmt: skip
def test_other_addresses_may_not(url: str) -> None:
    assert parse(url) is None


@pytest.mark.parametrize(
    "address",
    [
        "93.184.215.14", "10.1.2.3", "172.31.0.1", "192.168.1.5", "127.0.0.1", "::1", "fd12::1", "2606:4700::1",
        "64:ff9b::5db8:d70e", "2002:5db8:d70e::1",
    ],
)  # fmt: skip
def test_public_private_and_own_addresses_are_allowed(address: str) -> None:
    assert allowed(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254", "169.254.0.1", "fe80::1", "100.100.100.200", "192.0.0.192", "0.0.0.0", "::",
        "fd00:ec2::254", "::ffff:169.254.169.254", "::ffff:0:0", "255.255.255.255", "240.0.0.1",
        "64:ff9b::a9fe:a9fe", "64:ff9b::c000:c0", "64:ff9b:1::a9fe:a9fe", "2002:a9fe:a9fe::1", "::a9fe:a9fe",
        "2001:0:a9fe:a9fe::1", "fec0::1", "ff02::1", "ff0e::1", "224.0.0.1", "239.255.255.250",
    ],
)  # fmt: skip
def test_link_local_metadata_and_multicast_addresses_are_not(address: str) -> None:
    assert not allowed(ip_address(address))


def test_nothing_in_a_message_calls_people_or_makes_links() -> None:
    made = harmless("<!channel> & <https://evil.example|Ada> @here")
    assert made == "&lt;!channel&gt; &amp; &lt;https://evil.example|Ada&gt; @\u2060here"
