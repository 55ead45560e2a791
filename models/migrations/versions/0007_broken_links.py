"""A short index of broken links, in place of the one of merged links, to find those whose contacts sync again."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BROKEN = sa.text("state = 'broken'")
MERGED = sa.text("cause = 'merged'")


def upgrade() -> None:
    op.create_index(
        "ix_link_broken", "link", ["contact_id", "connection_id", "xero_id", "id", "state"], sqlite_where=BROKEN
    )
    op.drop_index("ix_link_merged", "link")


def downgrade() -> None:
    op.create_index("ix_link_merged", "link", ["contact_id", "connection_id", "state", "cause"], sqlite_where=MERGED)
    op.drop_index("ix_link_broken", "link")
