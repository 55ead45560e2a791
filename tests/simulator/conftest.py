"""One simulator for these tests, begun again for each of them."""

from collections.abc import Iterator

import httpx
import pytest

from simulator.server import Running, running
from tests.simulator.support import Api, client


@pytest.fixture(scope="session")
def served() -> Iterator[Running]:
    with running(contacts=0) as simulator:
        yield simulator


@pytest.fixture(scope="session")
def http(served: Running) -> Iterator[httpx.Client]:
    with client(served) as http:
        yield http


@pytest.fixture
def api(served: Running, http: httpx.Client) -> Api:
    """An empty organisation, and an app that may read and write it."""
    served.state.reset(contacts=0, seed=7, tenants=1, per_minute=60, per_day=1000, latency=0.0)
    return Api(served, http)
