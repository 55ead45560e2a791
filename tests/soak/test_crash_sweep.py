"""The whole crash sweep: SIGKILL at every boundary, every fault at every call, and pairs of the two.

SWEEP_PAIRS says how many pairs, evenly spread, or "all", which takes some hours on two processors.
"""

import os
from collections.abc import Callable

import pytest

from tests.soak.sweep.sweeping import sweep


@pytest.mark.soak
@pytest.mark.timeout(4 * 3600)
def test_no_death_and_no_fault_at_any_point_doubles_or_loses_anything(
    record_property: Callable[[str, object], None],
) -> None:
    report = sweep(os.environ.get("SWEEP_PAIRS", "2000"))
    record_property("counted", str(report))
    assert report.complaints == [], f"{report}\n" + "\n".join(report.complaints[:40])
