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
        """What a search looks in: the keys of name and email, and the phone, on lines of their own."""
        return "\n".join((self.name_key, self.email_key, self.phone))
