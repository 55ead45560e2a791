"""The page that a delta had reached when it was broken off, so that the next tick goes on there."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("connection", sa.Column("delta_page", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("connection", sa.Column("delta_began_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("connection", sa.Column("delta_newest_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("connection", "delta_newest_at")
    op.drop_column("connection", "delta_began_at")
    op.drop_column("connection", "delta_page")
