"""The columns of the four synced fields, shared by both sides' tables, with their match keys."""

from sqlmodel import Field, SQLModel


class ContactColumns(SQLModel):
    """Four synced fields, plus `name_key` and `email_key`: the normalised forms that matching joins on."""

    name: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    name_key: str = Field(default="", index=True)
    email_key: str = Field(default="", index=True)

    def searched(self) -> str:
        """What a search looks in: name, email and phone on lines of their own, without regard to case."""
        return "\n".join((self.name, self.email, self.phone)).casefold()
