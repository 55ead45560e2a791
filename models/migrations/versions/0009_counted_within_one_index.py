"""Columns by which pages count within one index: whether a Xero contact has a link, and how a match issue's contact
differs from its best candidate.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UNLINKED = sa.text("linked IS 0 AND merged_into IS NULL")
UNMERGED = sa.text("merged_into IS NULL")
KIND = ["connection_id", "status", "is_customer", "is_supplier", "let_in"]
COVERING = [*KIND, "name", "merged_into", "linked"]
LINKED = "link.connection_id = xero_contact.connection_id AND link.xero_id = xero_contact.xero_id"
NOW = "UPDATE xero_contact SET linked = 1 WHERE connection_id = new.connection_id AND xero_id = new.xero_id;"
NO_MORE = "UPDATE xero_contact SET linked = 0 WHERE connection_id = old.connection_id AND xero_id = old.xero_id;"
DIFFERENCE = """
    coalesce((
        SELECT difference FROM suggestion
        WHERE suggestion.connection_id = issue.connection_id AND suggestion.xero_id = issue.xero_id AND rank = 1
    ), '')
"""
BEST = (
    f"UPDATE issue SET difference = {DIFFERENCE} WHERE connection_id = {{0}}.connection_id AND xero_id = {{0}}.xero_id;"
)
TRIGGERS = {
    "xero_contact_linked": f"AFTER INSERT ON link BEGIN {NOW} END",
    "xero_contact_relinked": f"AFTER UPDATE OF connection_id, xero_id ON link BEGIN {NO_MORE} {NOW} END",
    "xero_contact_unlinked": f"AFTER DELETE ON link BEGIN {NO_MORE} END",
    "issue_best_insert": f"AFTER INSERT ON suggestion WHEN new.rank = 1 BEGIN {BEST.format('new')} END",
    "issue_best_update": f"AFTER UPDATE ON suggestion BEGIN {BEST.format('old')} {BEST.format('new')} END",
    "issue_best_delete": f"AFTER DELETE ON suggestion WHEN old.rank = 1 BEGIN {BEST.format('old')} END",
    "issue_insert": f"AFTER INSERT ON issue BEGIN {BEST.format('new')} END",
}


def upgrade() -> None:
    op.add_column("xero_contact", sa.Column("linked", sa.Boolean(), nullable=False, server_default="0"))
    op.execute(f"UPDATE xero_contact SET linked = 1 WHERE EXISTS (SELECT 1 FROM link WHERE {LINKED})")
    op.add_column("issue", sa.Column("difference", sa.String(), nullable=False, server_default=""))
    op.execute(f"UPDATE issue SET difference = {DIFFERENCE}")
    for name, what in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {what}")
    op.drop_index("ix_xero_contact_kind", "xero_contact")
    op.create_index("ix_xero_contact_unlinked", "xero_contact", COVERING, sqlite_where=UNLINKED)
    op.drop_index("ix_issue_state", "issue")
    op.create_index("ix_issue_reason", "issue", ["connection_id", "state", "deferred_until", "reason", "difference"])
    op.drop_index("ix_suggestion_difference", "suggestion")


def downgrade() -> None:
    op.create_index("ix_suggestion_difference", "suggestion", ["connection_id", "difference"])
    op.drop_index("ix_issue_reason", "issue")
    op.create_index("ix_issue_state", "issue", ["connection_id", "state"])
    op.drop_index("ix_xero_contact_unlinked", "xero_contact")
    op.create_index("ix_xero_contact_kind", "xero_contact", [*KIND, "xero_id"], sqlite_where=UNMERGED)
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    op.drop_column("xero_contact", "linked")
    op.drop_column("issue", "difference")
