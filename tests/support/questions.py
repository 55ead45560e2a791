"""Match issues that many tests begin with."""

from services.steps import suggesting
from tests.support.practice import add, run_import
from tests.support.xero import Xero


def ask(xero: Xero, connection_id: str, *names: tuple[str, str]) -> None:
    """Match issues: pairs of a name in the practice and another in Xero, that share a billing email."""
    for number, (ours, theirs) in enumerate(names):
        add(ours, f"c{number}@example.com")
        xero.create(theirs, f"c{number}@example.com")
    run_import(connection_id)
    suggest(connection_id)


def suggest(connection_id: str) -> None:
    """Work out candidates, as the worker does."""
    while suggesting.suggest(connection_id):
        pass
