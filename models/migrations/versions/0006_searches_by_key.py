"""An index in which contacts are searched by key; what links copy from both sides for searches becomes keys as well."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEYS = "name_key || char(10) || email_key || char(10) || phone"
PRACTICE = f"SELECT {KEYS} FROM contact WHERE contact.id = link.contact_id"
MINE = "xero_contact.connection_id = link.connection_id AND xero_contact.xero_id = link.xero_id"
XERO = f"SELECT {KEYS} FROM xero_contact WHERE {MINE}"


SEARCHED = ["name_key", "id", "archived_at", "name", "email", "phone"]


def upgrade() -> None:
    op.drop_index("ix_contact_searched", "contact")
    op.create_index("ix_contact_keys", "contact", ["name_key", "id", "archived_at", "email_key", "phone"])
    for column, text in (("practice_text", PRACTICE), ("xero_text", XERO)):
        op.execute(f"UPDATE link SET {column} = ({text}) WHERE {column} <> ({text})")


def downgrade() -> None:
    op.drop_index("ix_contact_keys", "contact")
    op.create_index("ix_contact_searched", "contact", SEARCHED)
