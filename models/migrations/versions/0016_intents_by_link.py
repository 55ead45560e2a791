"""An index by which the writes of one link are found without looking through all writes there ever were."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_intent_link", "intent", ["link_id"])


def downgrade() -> None:
    op.drop_index("ix_intent_link", "intent")
