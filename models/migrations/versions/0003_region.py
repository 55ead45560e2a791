"""The region in whose way the practice writes dates, times and numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("installation", sa.Column("locale", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("installation", "locale")
