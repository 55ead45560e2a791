"""The order in which test files run: those with a browser are spread among the others.

A browser takes a whole core, while the other tests mostly wait. One after the other, the browser tests would slow each
other down, and at the end keep one worker busy while the others have nothing left to do.
"""

from collections.abc import Iterable
from itertools import groupby

import pytest


def spread_browsers(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The tests with the files of browser tests at equal distances. The tests of a file stay together."""
    files = [list(tests) for _, tests in groupby(items, key=lambda item: item.path)]
    heavy = [tests for tests in files if tests[0].get_closest_marker("browser")]
    light = [tests for tests in files if tests not in heavy]
    step = len(light) // (len(heavy) + 1)
    for place, tests in enumerate(heavy):
        light.insert(place * (step + 1), tests)
    return [item for tests in light for item in tests]
