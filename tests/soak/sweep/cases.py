"""One case of the sweep: an accident at a call, a death at a boundary, or both; then recovery, and the judges."""

from dataclasses import dataclass, field
from typing import Any

from models.connection import CONNECTED, SIGN_IN_NEEDED
from services.reconcile.contact import Field
from tests.soak.sweep.faults import BY_NAME, NOTHING, SIGN_IN, Fault
from tests.soak.sweep.scenario import RENAMED
from tests.soak.sweep.stage import Hand, Life, Stage
from tests.support.books import Books, canonical, unlike
from tests.support.crashing import BEFORE_COMMIT, Boundaries, Died
from tests.support.oracles import (
    AT_REST,
    Written,
    judge,
    lost_links,
    lost_updates,
    miscounted,
    overwritten,
    touched_though_stopped,
)

TOKEN = "POST /connect/token"
NEW_VALUES = {Field.PHONE: "555 4321", Field.EMAIL: "amber.xero@example.com"}
OLD_VALUES = {Field.PHONE: "555 000", Field.EMAIL: "amber@example.com"}
EDITED = "Amber"
RIVAL = "rival@example.com"


@dataclass(frozen=True, slots=True)
class Case:
    """What goes wrong. A `late` one recovers when Xero has forgotten the idempotency keys."""

    fault: str = ""
    call: int | None = None
    kill_at: int | None = None
    late: bool = False

    def __str__(self) -> str:
        parts = [f"{self.fault} at call {self.call}" if self.fault else "", self._kill, "late" if self.late else ""]
        return ", ".join(part for part in parts if part) or "nothing goes wrong"

    @property
    def _kill(self) -> str:
        return "" if self.kill_at is None else f"killed at boundary {self.kill_at}"


@dataclass(slots=True)
class Result:
    """What the judges say of a case; if it lived, the boundaries it passed, and those that a death may follow it at."""

    case: Case
    complaints: list[str]
    died: bool = False
    later: list[int] = field(default_factory=list)


class Sweeper:
    """Runs cases on a stage, each against the end of the run in which nothing goes wrong."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        stage.restore()
        life = stage.live(Boundaries())
        self.dry: Life = life
        self.expected = stage.books()
        self.complaints = self._always(life, self.expected, stage.scenario.written)

    def run(self, case: Case) -> Result:
        """One case from the beginning to its verdict."""
        self.stage.restore()
        fault = BY_NAME.get(case.fault, Fault(""))
        self._arm(fault, case.call or 0)
        life = self.stage.live(self._boundaries(fault, case), case.late and case.kill_at is None)
        died = isinstance(life, Died)
        later = [] if died or case.call is None else _later(life, case.call)
        complaints = [] if died or not case.fault else self._shown(fault, case.call or 0, life)
        if died:
            if case.late:
                self.stage.forget_keys()
            self.stage.state.faults.rules.clear()
            life = self.stage.live(Boundaries())
        self.stage.wait_for_late_calls()
        complaints += self._verdict(fault, case, life)
        return Result(case, complaints, died, later)

    def _arm(self, fault: Fault, call: int) -> None:
        if not fault.rule:
            return
        rule: dict[str, Any] = fault.rule | {"path": "", "skip": call}
        if fault.lasting:
            before = [what for what, _ in self.dry.calls[:call] if what != TOKEN]
            rule |= {"path": "^/api.xro/", "skip": len(before), "times": 1000}
        self.stage.state.faults.add(rule)

    def _boundaries(self, fault: Fault, case: Case) -> Boundaries:
        act = _Act(Hand(self.stage.url), fault, self.stage.scenario.theirs[EDITED])
        meddle = act if fault.rival or fault.edits else None
        return Boundaries(case.kill_at, case.call, meddle, fault.lost_connects, fault.impatient)

    def _shown(self, fault: Fault, call: int, life: Life) -> list[str]:
        """What the connection has to say in the turns in which the fault holds.

        A read that only explains a refusal concerns one contact, which waits; the connection has nothing to tell.
        """
        explaining = not fault.lasting and self.dry.calls[call - 1][0].startswith("PUT")
        if fault.shows == NOTHING or explaining or self.dry.calls[call][0] == TOKEN:
            return []
        wanted = SIGN_IN_NEEDED if fault.shows == SIGN_IN else CONNECTED
        told = any(error and state == wanted for state, error in life.left[:2])
        return [] if told else [f"the connection tells {life.left[:2]}"]

    def _verdict(self, fault: Fault, case: Case, life: Life) -> list[str]:
        found, written = self.stage.books(), list(self.stage.scenario.written)
        if fault.edits and not self._is_residual(fault, case):
            written.append(self._edit(fault.edits))
        without = frozenset({fault.rival, EDITED if fault.edits else ""} - {""})
        if fault.rival == RENAMED:
            without |= {"Cedar"}
        return [
            *self._always(life, found, written),
            *([] if fault.rival else miscounted(self.expected, found)),
            *unlike(canonical(self.expected, without), canonical(found, without)),
            *(self._refusal_is_shown(found, fault.rival) if fault.rival else []),
        ]

    def _always(self, life: Life, found: Books, written: list[Written]) -> list[str]:
        """What holds at the end of every case."""
        return [
            *([] if life.quiet else [f"no rest after {life.turns} turns: {'; '.join(life.unrest[:4])}"]),
            *judge(AT_REST, found),
            *lost_links(self.stage.before, found),
            *lost_updates(written, found),
            *overwritten(written, found),
            *touched_though_stopped(self.stage.before, found),
        ]

    def _edit(self, field_: Field) -> Written:
        return Written("xero", self.stage.scenario.theirs[EDITED], field_, NEW_VALUES[field_], OLD_VALUES[field_])

    def _is_residual(self, fault: Fault, case: Case) -> bool:
        """Whether a field is edited in the one round trip in which this is overwritten, as the docs say."""
        calls = [what for what, passed in self.dry.calls if passed <= self.dry.ends[0]]
        return fault.edits is Field.EMAIL and case.call is not None and case.call == len(calls) - 1

    def _refusal_is_shown(self, found: Books, name: str) -> list[str]:
        """The refused contact fails visibly, unless the rival was seen first and the question asked at once.

        A rival who came when ours had the name already was refused by Xero in its turn.
        """
        if all(element.get("EmailAddress") != RIVAL for element in found.xero):
            return []
        links = [link for link in found.syncing if link["error"]]
        held = [row for row in found.tables["intent"] if row["state"] == "held"]
        issues = [row for row in found.tables["issue"] if row["state"] == "open"]
        asked = {found.remote[row["xero_id"]]["Name"] for row in issues if row["xero_id"] in found.remote}
        return [] if links or len(held) > 1 or name in asked else [f"nobody is told that {name} was refused"]


def _later(life: Life, call: int) -> list[int]:
    """The boundaries after a call, up to the quiet turn. A death just before a commit is one just after the last."""
    start, end = life.calls[call][1], life.ends[-2] if len(life.ends) > 1 else life.ends[-1]
    return [number for number in range(start, end) if life.passed[number] != BEFORE_COMMIT]


@dataclass(frozen=True, slots=True)
class _Act:
    """What a person does in Xero just before a call."""

    hand: Hand
    fault: Fault
    edited_id: str

    def __call__(self) -> None:
        if self.fault.rival:
            self.hand.ask("POST", "contacts", create={"Name": self.fault.rival, "EmailAddress": RIVAL})
        elif self.fault.edits is Field.EMAIL:
            self._change(EmailAddress=NEW_VALUES[Field.EMAIL])
        elif self.fault.edits is Field.PHONE:
            self._change(Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": NEW_VALUES[Field.PHONE]}])

    def _change(self, **values: Any) -> None:
        self.hand.ask("POST", "contacts", id=self.edited_id, change=values)
