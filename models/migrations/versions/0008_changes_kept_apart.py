"""An index of the syncing links that keep a change on one side; all that may keep one are compared again."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEPT = sa.text("state = 'syncing' AND drift <> ''")
MAY_KEEP = "SELECT id FROM connection WHERE field_rules <> '{}' OR blank_policy <> 'travel'"


def upgrade() -> None:
    op.create_index("ix_link_kept", "link", ["name_key", "id", "drift", "state"], sqlite_where=KEPT)
    op.execute(
        f"UPDATE link SET practice_rev = 0 WHERE state = 'syncing' AND (NOT two_way OR connection_id IN ({MAY_KEEP}))"
    )


def downgrade() -> None:
    op.execute("UPDATE link SET drift = '' WHERE state = 'syncing'")
    op.drop_index("ix_link_kept", "link")
