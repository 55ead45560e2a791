"""Sign-ins that their person ended before their time, so that neither a tab nor a copied cookie goes on."""

from datetime import datetime

from sqlmodel import Field

from models.base import Table


class EndedSignInRow(Table, table=True):
    """`id` is that of the sign-in, as its cookie has it; no cookie of it lasts longer than `until`."""

    __tablename__ = "ended_sign_in"

    id: str = Field(primary_key=True)
    until: datetime
