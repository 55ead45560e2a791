"""What a person does to connect: press a button on Xero's consent page and come back."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import urllib3
from sqlmodel import col, select, update

from models.base import now
from models.connection import ConnectionRow
from services import connection
from services.access import Principal, Role
from services.connection import ConsentItem
from services.db import read, write
from services.settings import get_settings
from tests.integration.xero.conftest import ADMIN

OTHER_ADMIN = Principal("bob", "Bob", Role.ADMIN)
Reply = dict[str, str]


def consent_page(url: str, decision: str = "allow", tenant: str = "") -> Reply:
    """Press a button on Xero's consent page; what the browser brings back."""
    fields = {"decision": decision, "tenant": tenant}
    answer = urllib3.PoolManager().request("POST", url, fields=fields, redirect=False)
    assert answer.status == 302
    where = urlsplit(answer.headers["Location"])
    assert f"{where.scheme}://{where.netloc}{where.path}" == get_settings().callback_url
    return {name: values[0] for name, values in parse_qs(where.query).items()}


def finish(reply: Reply) -> ConsentItem:
    return connection.finish(*(reply.get(name, "") for name in ("state", "code", "error")))


def go_through(tenant: str = "", actor: Principal = ADMIN) -> ConsentItem:
    return finish(consent_page(connection.begin(actor).url, tenant=tenant))


def rows(table: type[Any]) -> list[Any]:
    with read() as session:
        return list(session.scalars(select(table)))


def started(connection_id: str, state: str) -> None:
    values = {"state": state, "started_at": now(), "error": "Xero ended the sign-in."}
    with write() as session:
        session.execute(update(ConnectionRow).where(col(ConnectionRow.id) == connection_id).values(**values))
