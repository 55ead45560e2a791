"""The suggestion: a practice contact that may be the one a Xero contact means, worked out ahead of any page."""

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Json, Table, json_field


class SuggestionRow(Table, table=True):
    """The candidate at `rank`, counted from 1, for a Xero contact without a partner. `score` is 0 to 100.

    `parts` holds what the score is made of: {"parts": [[about, label, points], …]}. `resemblance` is a key of
    `services.reconcile.resemblance`: how the two resemble each other. An issue copies that of its best candidate.
    """

    __tablename__ = "suggestion"
    __table_args__ = (Index("ix_suggestion_contact", "contact_id"),)

    connection_id: str = Field(primary_key=True, foreign_key="connection.id")
    xero_id: str = Field(primary_key=True)
    rank: int = Field(primary_key=True)
    contact_id: str = Field(foreign_key="contact.id")
    score: float
    resemblance: str = ""
    parts: Json = json_field()
