"""The moment at which a target's last digest ended, so that the next begins there."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notice_target", sa.Column("digest_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("notice_target", "digest_until")
