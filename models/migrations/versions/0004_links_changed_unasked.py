"""Which links Xero's changes ended or overwrote unasked, for the brake to count over a day."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NOTED = sa.text("unasked_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("link", sa.Column("unasked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_link_unasked", "link", ["connection_id", "unasked_at", "id"], sqlite_where=NOTED)


def downgrade() -> None:
    op.drop_index("ix_link_unasked", "link")
    op.drop_column("link", "unasked_at")
