"""An index of the links that the sync has yet to compare, which are shown as waiting: it answers alone who they are."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

UNPLANNED = "practice_rev = 0"


def upgrade() -> None:
    _replace(["connection_id", "id", "state", "practice_rev"], f"state = 'syncing' AND {UNPLANNED}")


def downgrade() -> None:
    _replace(["connection_id"], UNPLANNED)


def _replace(columns: list[str], condition: str) -> None:
    op.drop_index("ix_link_unplanned", "link")
    op.create_index("ix_link_unplanned", "link", columns, sqlite_where=sa.text(condition))
