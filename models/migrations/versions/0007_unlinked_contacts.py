"""Xero contacts know whether they have a link, so that those without are counted alone; the list of match issues
counts its reasons within one index.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UNLINKED = sa.text("linked IS 0 AND merged_into IS NULL")
UNMERGED = sa.text("merged_into IS NULL")
KIND = ["connection_id", "status", "is_customer", "is_supplier", "let_in"]
MINE = "link.connection_id = xero_contact.connection_id AND link.xero_id = xero_contact.xero_id"
NOW = "UPDATE xero_contact SET linked = 1 WHERE connection_id = new.connection_id AND xero_id = new.xero_id;"
NO_MORE = "UPDATE xero_contact SET linked = 0 WHERE connection_id = old.connection_id AND xero_id = old.xero_id;"
TRIGGERS = {
    "xero_contact_linked": f"AFTER INSERT ON link BEGIN {NOW} END",
    "xero_contact_relinked": f"AFTER UPDATE OF connection_id, xero_id ON link BEGIN {NO_MORE} {NOW} END",
    "xero_contact_unlinked": f"AFTER DELETE ON link BEGIN {NO_MORE} END",
}


def upgrade() -> None:
    op.add_column("xero_contact", sa.Column("linked", sa.Boolean(), nullable=False, server_default="0"))
    op.execute(f"UPDATE xero_contact SET linked = 1 WHERE EXISTS (SELECT 1 FROM link WHERE {MINE})")
    for name, what in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {what}")
    op.drop_index("ix_xero_contact_kind", "xero_contact")
    op.create_index("ix_xero_contact_unlinked", "xero_contact", KIND, sqlite_where=UNLINKED)
    op.drop_index("ix_issue_state", "issue")
    op.create_index("ix_issue_reason", "issue", ["connection_id", "state", "deferred_until", "reason", "xero_id"])


def downgrade() -> None:
    op.drop_index("ix_issue_reason", "issue")
    op.create_index("ix_issue_state", "issue", ["connection_id", "state"])
    op.drop_index("ix_xero_contact_unlinked", "xero_contact")
    op.create_index("ix_xero_contact_kind", "xero_contact", [*KIND, "xero_id"], sqlite_where=UNMERGED)
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    op.drop_column("xero_contact", "linked")
