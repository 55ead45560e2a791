"""Do the judges notice? Every deliberate bug has to be found: by the short history that aims at it, and by chance."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.soak import directed, directed_connections, directed_lists, directed_pages
from tests.soak.directed import Directed
from tests.soak.life import Life
from tests.soak.machine import by_seed, machine_in
from tests.soak.mutants import MUTANTS, Mutant
from tests.soak.world import World, world_in
from tests.support.counting import tell

PATIENCE = 100
"""How many random histories a mutant may survive before it counts as found only on purpose."""
WIDTH = 110
HISTORIES = [
    *directed.DIRECTED, *directed_connections.DIRECTED, *directed_lists.DIRECTED, *directed_pages.DIRECTED
]  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[World]:
    """One world for all histories of this file."""
    with pytest.MonkeyPatch.context() as patch, world_in(tmp_path_factory.mktemp("soak"), migrated_file, patch) as here:
        yield here


def verdict(world: World, history: Directed) -> str:
    """What was wrong with a history; blank if nothing was."""
    life = Life(world)
    try:
        history(life)
        life.end()
    except Exception as wrong:
        return in_short(wrong)
    finally:
        life.close()
    return ""


def in_short(wrong: Exception) -> str:
    return f"{type(wrong).__name__}: {wrong}".replace("\n", " ")[:WIDTH]


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.__name__)
def test_the_product_passes(world: World, history: Directed) -> None:
    assert verdict(world, history) == ""


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_killed(world: World, mutant: Mutant, request: pytest.FixtureRequest) -> None:
    with mutant.alive():
        found = verdict(world, mutant.history)
    assert found, f"{mutant.name} lives"
    tell(request, "mutants killed", f"  {mutant.name:42} {found}")


def test_there_are_enough_mutants() -> None:
    assert len({mutant.put for mutant in MUTANTS}) >= 15


@pytest.mark.soak
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_how_long_a_mutant_lives_among_random_histories(
    world: World, mutant: Mutant, request: pytest.FixtureRequest
) -> None:
    live = by_seed(machine_in(world, Counter()))
    for seed in range(PATIENCE):
        try:
            with mutant.alive():
                live(seed)
        except Exception as wrong:
            tell(request, "mutants among random histories", f"  {mutant.name:42} {seed + 1:4} {in_short(wrong)}")
            return
    tell(request, "mutants among random histories", f"  {mutant.name:42} more than {PATIENCE}, found on purpose")
