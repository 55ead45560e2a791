"""Sign-ins that a person ended before they expired, so that neither another tab nor a copied cookie stays signed in."""

from datetime import datetime

from sqlmodel import Field

from models.base import Table


class EndedSignInRow(Table, table=True):
    """`id` is the sign-in's, as its cookie has it; by `until` every cookie of it has expired."""

    __tablename__ = "ended_sign_in"

    id: str = Field(primary_key=True)
    until: datetime
