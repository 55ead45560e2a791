"""The intent: a write to Xero that we have decided to send, stored before it is sent."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from models.base import Json, Table, json_field, new_id, now

CREATE = "create"
UPDATE = "update"
ARCHIVE = "archive"

NEW = "new"
SENT = "sent"
LATER = "later"
HELD = "held"
DONE = "done"
DROPPED = "dropped"
OPEN_STATES = (NEW, SENT)


class IntentRow(Table, table=True):
    """`kind` and `state` are each one of the constants above. `body` holds the values to write by field. It is frozen
    once `state` is sent, which means that they may be on the wire.

    `expected` holds the values that a change replaces, as Xero stated them when it was planned; a field that is not
    in it was blank. `read_at` is when Xero had last changed the contact, as read just before the change was sent: if it
    names another time once a lost answer is looked into, the change may have landed. `attempts` counts how often it was
    sent, `unanswered` how many of these had no answer, the last of them at `sent_at`: they may have landed, or land
    yet. `why` says per field what made us write it. In a creation, `why["archive"]` names who archived the contact
    meanwhile and wants the new one archived in Xero as well; in an archiving, `why["unwanted"]` says that the contact
    came back meanwhile.
    The state `later` means a person's wish that waits until the open intent of its contact is settled.

    At most one open intent per practice contact and connection.
    """

    __tablename__ = "intent"
    __table_args__ = (
        Index(
            "uq_intent_open",
            "connection_id",
            "contact_id",
            unique=True,
            sqlite_where=text("state IN ('new', 'sent')"),
        ),
        Index("ix_intent_state", "connection_id", "state"),
        Index("ix_intent_contact", "contact_id", "connection_id", "state"),
        Index("ix_intent_link", "link_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    connection_id: str = Field(foreign_key="connection.id")
    contact_id: str = Field(foreign_key="contact.id")
    link_id: str | None = None
    kind: str
    body: Json = json_field()
    expected: Json = json_field()
    read_at: datetime | None = None
    why: Json = json_field()
    state: str = NEW
    attempts: int = 0
    unanswered: int = 0
    sent_at: datetime | None = None
    not_before: datetime | None = None
    error: str = ""
    actor: str = ""
    created_at: datetime = Field(default_factory=now)
    settled_at: datetime | None = None
