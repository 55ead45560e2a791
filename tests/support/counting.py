"""What long tests counted, printed at the end of a run, because what several workers print is not shown.

A test stores it as a property named `counted`: any value, shown beside the test's name. Or it calls `count` and `tell`,
which combine what many tests say about one thing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import pytest

COUNTED = "counted"


def count(request: pytest.FixtureRequest, what: str, counts: Mapping[str, int]) -> None:
    """Add these to what other tests counted under the same name."""
    request.node.user_properties.append((COUNTED, {"of": what, "counts": dict(counts)}))


def tell(request: pytest.FixtureRequest, what: str, line: str) -> None:
    """Show this line below `what`, together with those of other tests."""
    request.node.user_properties.append((COUNTED, {"of": what, "line": line}))


def summary(reports: Iterable[pytest.TestReport]) -> list[str]:
    """The lines for the end of a run."""
    single: list[str] = []
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    lines: dict[str, list[str]] = defaultdict(list)
    for report in reports:
        for value in (value for name, value in report.user_properties if name == COUNTED):
            if not isinstance(value, dict) or "of" not in value:
                single.append(f"{report.nodeid.rpartition('::')[2]}: {value}")
            elif "counts" in value:
                sums[value["of"]].update(value["counts"])
            else:
                lines[value["of"]].append(value["line"])
    summed = [f"{what}: {', '.join(f'{n:,} {name}' for name, n in c.items())}" for what, c in sums.items()]
    return single + summed + [line for what, found in lines.items() for line in (f"{what}: {len(found)}", *found)]
