"""Idempotency-Key: the first answer to a key is given again for six minutes, errors included."""

import hashlib
from dataclasses import dataclass

from simulator.clock import Clock

KEPT_SECONDS = 6 * 60
MAX_KEY = 128


class BadKey(Exception):
    """The key is too long, or was used for another request; the text is Xero's message."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A remembered answer."""

    fingerprint: str
    at: float
    status: int
    media_type: str
    body: bytes


class Answers:
    """Remembered answers by key; keys belong to the app, not to one organisation."""

    def __init__(self, clock: Clock) -> None:
        self.revision = 0
        self._clock = clock
        self._answers: dict[str, Answer] = {}

    def find(self, key: str, fingerprint: str) -> Answer | None:
        """The answer already given to this request. Raises: BadKey."""
        if len(key) > MAX_KEY:
            raise BadKey(f"The idempotency key must be at most {MAX_KEY} characters.")
        self._forget_expired()
        answer = self._answers.get(key)
        if answer and answer.fingerprint != fingerprint:
            raise BadKey(f"The idempotency key {key} is used with a different request.")
        return answer

    def remember(self, key: str, fingerprint: str, status: int, media_type: str, body: bytes) -> None:
        """Keep the first answer to a key."""
        self._answers[key] = Answer(fingerprint, self._clock.time(), status, media_type, body)
        self.revision += 1

    def dump(self) -> list[list[str | float]]:
        """What a state file keeps."""
        return [[key, a.fingerprint, a.at, a.status, a.media_type, a.body.decode()] for key, a in self._answers.items()]

    def load(self, stored: list[list[str | float]]) -> None:
        """The inverse of `dump`."""
        for key, fingerprint, at, status, media_type, body in stored:
            self._answers[str(key)] = Answer(
                str(fingerprint), float(at), int(status), str(media_type), str(body).encode()
            )
        self.revision += 1

    def _forget_expired(self) -> None:
        oldest = self._clock.time() - KEPT_SECONDS
        self._answers = {key: answer for key, answer in self._answers.items() if answer.at >= oldest}


def fingerprint(method: str, url: str, tenant: str, body: bytes) -> str:
    """What makes two requests the same."""
    return hashlib.sha256("\0".join((method, url, tenant)).encode() + b"\0" + body).hexdigest()
