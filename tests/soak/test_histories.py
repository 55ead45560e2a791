"""Random histories of both sides: whatever people and accidents do, the judges find nothing wrong in the end.

`make test` runs a few; `make soak` runs SOAK_HISTORIES (100,000), beginning with the seed SOAK_FROM, so that several
evenings or machines can share them. A history is made from its seed: SOAK_SEED=… with `make soak` runs that one alone,
and prints its steps if it fails. It is exactly the same only with the same PYTHONHASHSEED, which decides the order of
sets; `make soak` sets it.
"""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.soak.machine import UNHURRIED, by_seed, machine_in
from tests.soak.world import World, world_in
from tests.support.counting import count

HISTORIES = int(os.environ.get("SOAK_HISTORIES", "100000"))
FIRST = int(os.environ.get("SOAK_FROM", "0"))
SEED = os.environ.get("SOAK_SEED")
CHUNK = 250
OVER_HTTP = 100
"""Of so many histories of the soak, one runs over HTTP."""
LONG_PEACE = 100
FEW = range(4)
FEW_OVER_HTTP = range(2)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[World]:
    """A world without a web server."""
    with pytest.MonkeyPatch.context() as patch, world_in(tmp_path_factory.mktemp("soak"), migrated_file, patch) as here:
        yield here


@pytest.fixture
def world_over_http(tmp_path: Path, migrated_file: Path, settings: pytest.MonkeyPatch) -> Iterator[World]:
    """A world whose Xero is behind a real web server, with sign-in and limits."""
    with world_in(tmp_path, migrated_file, settings, http=True) as here:
        yield here


def chunks(histories: int, size: int) -> list[range]:
    """The seeds of a soak, in parts that workers share."""
    if SEED is not None:
        return [range(int(SEED), int(SEED) + 1)]
    seeds = range(FIRST, FIRST + histories)
    return [seeds[start : start + size] for start in range(0, histories, size)]


def live(world: World, seeds: Sequence[int], record: pytest.FixtureRequest, what: str) -> None:
    """Run these histories, the first with many ticks at its end, and count what they contained."""
    counts: Counter[str] = Counter()
    wrong = []
    for seed in seeds:
        machine = machine_in(world, counts, LONG_PEACE if seed == seeds[0] else 1)
        try:
            by_seed(machine)(seed)
        except Exception as found:
            steps = "\n    ".join(machine.last.told)
            wrong.append(f"SOAK_SEED={seed}: {type(found).__name__}: {found}\n    {steps}")
    count(record, what, counts)
    assert not wrong, "\n".join([f"{len(wrong)} of {len(seeds)} histories went wrong.", *wrong[:3]])


def test_a_few_histories_break_no_promise(world: World, request: pytest.FixtureRequest) -> None:
    live(world, FEW, request, "histories")


def test_a_few_histories_over_http_break_no_promise(world_over_http: World, request: pytest.FixtureRequest) -> None:
    live(world_over_http, FEW_OVER_HTTP, request, "histories over HTTP")


def test_a_history_is_its_seed(world: World) -> None:
    ends = []
    for _ in range(2):
        told = by_seed(machine_in(world, Counter()))(7).told
        ends.append((told, world.fingerprint()))
    assert ends[0] == ends[1]


@pytest.mark.soak
@pytest.mark.parametrize("seeds", chunks(HISTORIES, CHUNK), ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}")
def test_no_history_breaks_a_promise(world: World, seeds: range, request: pytest.FixtureRequest) -> None:
    live(world, seeds, request, "histories")


@pytest.mark.soak
@pytest.mark.parametrize("seeds", chunks(HISTORIES // OVER_HTTP, CHUNK // 5), ids=lambda s: f"{s.start}-{s.stop - 1}")
def test_no_history_over_http_breaks_a_promise(
    world_over_http: World, seeds: range, request: pytest.FixtureRequest
) -> None:
    live(world_over_http, seeds, request, "histories over HTTP")


@pytest.mark.soak
def test_hypothesis_finds_no_short_history_that_breaks_a_promise(world: World) -> None:
    """If the above find a broken promise, this shortens the history."""
    thorough = settings(UNHURRIED, max_examples=500, phases=(Phase.generate, Phase.target, Phase.shrink))
    run_state_machine_as_test(machine_in(world, Counter()), settings=thorough)
