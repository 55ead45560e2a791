"""One simulator for these tests, begun again for each of them; with --live, a real demo company instead."""

from collections.abc import Iterator

import httpx
import pytest

from simulator.server import Running, running
from tests.simulator.live import Account, LiveApi, check_environment
from tests.simulator.support import Api, client

SIMULATED = "simulated(reason): about the simulator itself, or beyond what may be done to the real Xero"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--live", action="store_true", help="hold the contract against a real Xero demo company")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", SIMULATED)
    if is_live(config):
        check_environment()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not is_live(config):
        return
    for item in items:
        if marker := item.get_closest_marker("simulated"):
            item.add_marker(pytest.mark.skip(reason=marker.args[0]))


def is_live(config: pytest.Config) -> bool:
    return bool(config.getoption("--live", default=False))


@pytest.fixture(scope="session")
def served() -> Iterator[Running]:
    with running(contacts=0) as simulator:
        yield simulator


@pytest.fixture(scope="session")
def http(served: Running) -> Iterator[httpx.Client]:
    with client(served) as http:
        yield http


@pytest.fixture(scope="session")
def account() -> Account:
    return Account()


@pytest.fixture
def pretended(served: Running, http: httpx.Client) -> Api:
    served.state.reset(contacts=0, seed=7, tenants=1, per_minute=60, per_day=1000, latency=0.0)
    return Api(served, http)


@pytest.fixture
def live(account: Account) -> Iterator[Api]:
    api = LiveApi(account)
    yield api
    api.tidy()


@pytest.fixture
def api(request: pytest.FixtureRequest) -> Api:
    """An empty organisation, and an app that may read and write it."""
    found: Api = request.getfixturevalue("live" if is_live(request.config) else "pretended")
    return found
