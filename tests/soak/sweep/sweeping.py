"""The sweep itself: which cases there are, several processes to run them, and what they counted."""

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing.util import Finalize

from tests.soak.sweep.cases import Case, Result, Sweeper
from tests.soak.sweep.faults import FAULTS
from tests.soak.sweep.stage import staged

PROCESSES = 2
MODES = (False, True)


@dataclass(slots=True)
class Report:
    """What was swept."""

    kills: int = 0
    calls: int = 0
    faults: int = 0
    singles: int = 0
    pairs: int = 0
    seconds: float = 0.0
    complaints: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kills} kill points, {self.calls} calls × {self.faults} faults ({self.singles:,} runs), "
            f"{self.pairs:,} pairs: {len(self.complaints)} failures, {self.seconds:.0f} s"
        )

    def take(self, results: Sequence[Result]) -> None:
        """Note what the judges said."""
        self.complaints += [f"{r.case}: {'; '.join(r.complaints)}" for r in results if r.complaints]


def kills(sweeper: Sweeper) -> list[Case]:
    """A death at every boundary of the day, each recovered from at once and late."""
    return [Case(kill_at=number, late=late) for number in range(sweeper.dry.ends[0]) for late in MODES]


def failures(sweeper: Sweeper) -> list[Case]:
    """Every fault at every call, each recovered from at once and late."""
    return [
        Case(fault.name, call, late=late) for fault in FAULTS for call in range(calls_of(sweeper)) for late in MODES
    ]


def calls_of(sweeper: Sweeper) -> int:
    """How many calls the day makes."""
    return sum(passed <= sweeper.dry.ends[0] for _, passed in sweeper.dry.calls)


def pairs(failed: Sequence[Result], wanted: str) -> list[Case]:
    """A fault and, at each later boundary, a death; every second one recovered from late.

    `wanted` is "all", or how many of all, evenly spread.
    """
    cases = [
        Case(result.case.fault, result.case.call, number, late=bool(number % 2))
        for result in failed
        for number in result.later
    ]
    return cases if wanted == "all" else spread(cases, int(wanted))


def spread(cases: Sequence[Case], count: int) -> list[Case]:
    """At most `count` cases, evenly spread."""
    return [cases[at * len(cases) // count] for at in range(min(count, len(cases)))]


def sweep(wanted_pairs: str) -> Report:
    """Everything: singles, then pairs. `wanted_pairs` as in `pairs`."""
    begun, report = time.monotonic(), Report(faults=len(FAULTS))
    with staged() as stage:
        sweeper = Sweeper(stage)
        report.complaints += sweeper.complaints
        deaths, accidents = kills(sweeper), failures(sweeper)
        report.kills, report.calls = sweeper.dry.ends[0], calls_of(sweeper)
    with _pool() as pool:
        report.take(list(pool.map(_run, deaths, chunksize=8)))
        failed = list(pool.map(_run, accidents, chunksize=8))
        report.take(failed)
        both = pairs([result for result in failed if not result.case.late], wanted_pairs)
        report.take(list(pool.map(_run, both, chunksize=8)))
    report.singles, report.pairs, report.seconds = len(deaths) + len(accidents), len(both), time.monotonic() - begun
    return report


@contextmanager
def _pool() -> Iterator[ProcessPoolExecutor]:
    """Processes with a stage each. They are spawned, because a simulator's thread would not survive a fork."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=_take_stage) as pool:
        yield pool


_sweepers: list[Sweeper] = []


def _take_stage() -> None:
    stack = ExitStack()
    _sweepers.append(Sweeper(stack.enter_context(staged())))
    Finalize(None, stack.close, exitpriority=10)


def _run(case: Case) -> Result:
    return attempt(_sweepers[0], case)


def attempt(sweeper: Sweeper, case: Case) -> Result:
    """Run a case; a child that fails or hangs is a complaint like any other."""
    try:
        return sweeper.run(case)
    except (RuntimeError, TimeoutError) as error:
        return Result(case, [str(error)[-2000:]])
