"""What a change expects to replace. Changes that are open already expect blanks, and so are planned again.

Revision 0002, on top of 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("intent", sa.Column("expected", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("intent", "expected")
