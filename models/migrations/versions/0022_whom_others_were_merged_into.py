"""An index of the Xero contacts that were merged, by what they were merged into."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_xero_contact_merged", "xero_contact", ["merged_into"], sqlite_where=sa.text("merged_into IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_xero_contact_merged", "xero_contact")
