"""What a person does in the practice, in one line each."""

from sqlalchemy import update

from models.connection import ConnectionRow
from models.intent import IntentRow
from services import clients, contacts, imports, jobs, sync, worker
from services.access import SYSTEM
from services.clients import ClientFilter, ClientItem
from services.contacts import ContactForm
from services.db import write
from services.reconcile.contact import Address, Contact, Field, Value
from services.xero_client import XeroClient, xero_clients

NOWHERE = Address()


def add(name: str, email: str = "", phone: str = "", address: Address = NOWHERE) -> str:
    """Add a contact. Returns its id."""
    return contacts.add_contact(SYSTEM, ContactForm(Contact(name, email, phone, address), "Client", False))


def edit(contact_id: str, **values: Value) -> None:
    """Change some fields of a contact, named as in the contact value."""
    stored = contacts.get_contact(contact_id)
    contact = stored.contact.with_values({Field(name): value for name, value in values.items()})
    form = ContactForm(contact, stored.contact_type, stored.is_person, stored.notes)
    contacts.edit_contact(SYSTEM, contact_id, form, stored.rev)


def contact(contact_id: str) -> Contact:
    """A contact as the practice holds it now."""
    return contacts.get_contact(contact_id).contact


def run_import(connection_id: str) -> jobs.JobItem:
    """Import and match, as the worker does. Returns the job as it ended."""
    job_id = imports.start_import(SYSTEM, connection_id)
    worker.run_jobs()
    return jobs.get_job(job_id)


def synced() -> list[ClientItem]:
    """The Client List, by name."""
    return list(clients.list_clients(ClientFilter()).rows)


def xero_client(contact_id: str) -> XeroClient:
    """The Xero Client section of a contact that knows one connection."""
    return xero_clients(contact_id)[0]


def delta_is_due() -> None:
    """Make it time to ask Xero what changed."""
    with write() as session:
        session.execute(update(ConnectionRow).values(next_delta_at=None, next_tick_at=None))


def tick(connection_id: str, times: int = 1) -> None:
    """Tick so many times, each time with the delta."""
    for _ in range(times):
        delta_is_due()
        sync.tick(connection_id)


def full_comparison_is_due() -> None:
    """Make the last full comparison long past."""
    with write() as session:
        session.execute(update(ConnectionRow).values(full_done_at=None))


def retry_now() -> None:
    """End the pauses before retries."""
    with write() as session:
        session.execute(update(IntentRow).values(not_before=None))
        session.execute(update(ConnectionRow).values(closed_until=None))
