"""An app's webhook address, as real as can be: it checks signatures, and may be told to misbehave."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "a webhook key"


class Receiver(ThreadingHTTPServer):
    """Keeps what it was sent; `status`, `answer` and `cookie` make it answer otherwise than it should."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies: list[bytes] = []
        self.statuses: list[int] = []
        self.status = 0
        self.answer = b""
        self.cookie = ""

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/webhooks/xero?app=1"

    @property
    def batches(self) -> list[dict[str, Any]]:
        """The batches that it took, without those of an intent to receive."""
        parsed = (json.loads(body) for body, status in zip(self.bodies, self.statuses, strict=False) if status == 200)
        return [batch for batch in parsed if batch["events"]]

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        """The batches, as soon as there are so many."""
        deadline = time.monotonic() + 5
        while len(self.batches) < count:
            assert time.monotonic() < deadline, f"{len(self.batches)} instead of {count} batches came"
            time.sleep(0.01)
        return self.batches


class Handler(BaseHTTPRequestHandler):
    """Answers 200 to what is signed rightly, else 401."""

    server: Receiver

    def do_POST(self) -> None:
        """Take one body."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        right = hmac.compare_digest(signed(body), self.headers.get("x-xero-signature", ""))
        status = self.server.status or (200 if right else 401)
        self.server.bodies.append(body)
        self.server.statuses.append(status)
        self.send_response(status)
        if self.server.cookie:
            self.send_header("Set-Cookie", self.server.cookie)
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_arguments: Any) -> None:
        """Nothing is printed."""


def signed(body: bytes) -> str:
    """The signature that Xero's documentation describes."""
    return base64.b64encode(hmac.new(KEY.encode(), body, hashlib.sha256).digest()).decode()


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver for the length of the block."""
    with Receiver() as receiver:
        thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            receiver.shutdown()
            thread.join()
