"""Failures on request: rules that make the next matching calls fail in a chosen way."""

import re
from dataclasses import asdict, dataclass, field
from typing import Any

ACTIONS = ("status", "drop", "delay", "truncate")
EFFECTS = ("before", "after")


class BadRule(Exception):
    """A rule that cannot be understood; the text says what is wrong."""


@dataclass(slots=True)
class Rule:
    """Which calls fail, how often and how.

    `effect` says whether the call fails before it has taken effect, or after. `skip` lets that many
    matching calls pass first. `seconds` is for "delay"; `status`, `headers` and `body` are for "status".
    """

    action: str
    path: str = ""
    method: str = ""
    tenant: str = ""
    times: int = 1
    skip: int = 0
    effect: str = "before"
    seconds: float = 0.0
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""

    def matches(self, method: str, path: str, tenant: str) -> bool:
        """Whether the rule is about this call; a blank criterion fits all calls."""
        return (
            self.method.upper() in ("", method.upper())
            and self.tenant in ("", tenant)
            and re.search(self.path, path, re.IGNORECASE) is not None
        )


class Faults:
    """The rules in force, in the order they were given; the first that matches applies."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def add(self, raw: dict[str, Any]) -> None:
        """Put a rule in force. Raises: BadRule."""
        try:
            rule = Rule(**raw)
            re.compile(rule.path)
        except (TypeError, re.error) as error:
            raise BadRule(str(error)) from None
        if rule.action not in ACTIONS or rule.effect not in EFFECTS:
            raise BadRule(f"action is one of {', '.join(ACTIONS)}; effect is one of {', '.join(EFFECTS)}")
        self.rules.append(rule)

    def next(self, method: str, path: str, tenant: str) -> Rule | None:
        """The rule that applies to this call, counted as used."""
        for rule in self.rules:
            if not rule.matches(method, path, tenant):
                continue
            if rule.skip:
                rule.skip -= 1
                continue
            rule.times -= 1
            self.rules = [kept for kept in self.rules if kept.times > 0]
            return rule
        return None

    def listed(self) -> list[dict[str, Any]]:
        """The rules in force and how often each will still apply."""
        return [asdict(rule) for rule in self.rules]
