"""How far matching has got, apart from planning: a changed set-up means matching all again, but not planning."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("connection", sa.Column("matched_rev", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE connection SET matched_rev = planned_rev")


def downgrade() -> None:
    op.execute("UPDATE connection SET planned_rev = 0 WHERE matched_rev = 0")
    op.drop_column("connection", "matched_rev")
