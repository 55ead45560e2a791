"""An index of the links that have drifted since they ended: few of many, and a list asks for them alone."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

DRIFTED = sa.text("state <> 'syncing' AND drift <> ''")


def upgrade() -> None:
    op.create_index(
        "ix_link_drifted", "link", ["name_key", "id", "connection_id", "drift", "state"], sqlite_where=DRIFTED
    )


def downgrade() -> None:
    op.drop_index("ix_link_drifted", "link")
