"""Drop columns that were written but never read, and rename how contacts resemble each other to `resemblance`."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

LONG_AGO = "1970-01-01 00:00:00.000000"


def upgrade() -> None:
    op.drop_column("intent", "batch_key")
    op.drop_column("inbox", "received_at")
    op.drop_column("authorisation", "created_by")
    op.drop_column("notice_target", "created_by")
    for table in ("suggestion", "issue"):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN difference TO resemblance")


def downgrade() -> None:
    for table in ("issue", "suggestion"):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN resemblance TO difference")
    op.add_column("notice_target", sa.Column("created_by", sa.String(), nullable=False, server_default=""))
    op.add_column("authorisation", sa.Column("created_by", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "inbox", sa.Column("received_at", sa.DateTime(timezone=True), nullable=False, server_default=LONG_AGO)
    )
    op.add_column("intent", sa.Column("batch_key", sa.String(), nullable=False, server_default=""))
