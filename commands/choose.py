"""Which Xero organisation a command means."""

from services import connection
from services.connection import ConnectionItem
from services.errors import UsageError


def chosen_connection(named: str, ended: bool = False) -> ConnectionItem:
    """The connection with this id or name, or the only one when `named` is blank.

    With `ended` also a disconnected one, if it is named or there is no other.
    Raises: UsageError, which lists the names to choose from.
    """
    connections = connection.list_connections()
    if ended and (named or not connections):
        connections = connection.list_connections(include_disconnected=True)
    if not connections:
        raise UsageError("No Xero organisation is connected; run: python manage.py connect xero")
    if not named and len(connections) == 1:
        return connections[0]
    wanted = named.casefold()
    found = [item for item in connections if named == item.id or wanted == item.name.casefold()]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{item.name} ({item.id})" for item in connections)
    raise UsageError(f"Name one organisation with --connection: {names}")
