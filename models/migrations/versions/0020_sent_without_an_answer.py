"""How often a write was sent without any answer, and since when."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("intent", sa.Column("unanswered", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("intent", sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE intent SET unanswered = 1, sent_at = created_at WHERE state = 'sent'")


def downgrade() -> None:
    op.drop_column("intent", "sent_at")
    op.drop_column("intent", "unanswered")
