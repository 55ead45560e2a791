"""The practice contact that a difference is about, since its link may have another one by now. Open match issues about
Xero contacts that are not in use are closed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NOW_LINKED = "UPDATE difference SET contact_id = (SELECT contact_id FROM link WHERE link.id = difference.link_id)"
THEN = "CASE WHEN difference.winner <> '' THEN difference.closed_at ELSE difference.created_at END"
LINKED_THEN = f"""
    UPDATE difference SET contact_id = coalesce((
        SELECT activity.contact_id FROM activity JOIN link ON link.id = difference.link_id
        WHERE activity.xero_id = link.xero_id AND activity.connection_id = link.connection_id
        AND activity.action IN ('link.match', 'link.rematch', 'link.create_practice', 'link.create_xero')
        AND activity.contact_id IS NOT NULL AND activity.at <= {THEN}
        AND activity.id NOT IN (SELECT undoes FROM activity WHERE undoes IS NOT NULL)
        ORDER BY activity.id DESC LIMIT 1
    ), contact_id)
    WHERE state <> 'open' AND {THEN} < (SELECT linked_at FROM link WHERE link.id = difference.link_id)
"""
"""For differences from before the present link was made: the log says which contact the Xero contact had then."""

NOBODY_LEFT = """
    UPDATE issue SET state = 'resolved', resolved_at = strftime('%Y-%m-%d %H:%M:%f000', 'now')
    WHERE state = 'open' AND EXISTS (
        SELECT 1 FROM xero_contact AS x
        WHERE x.connection_id = issue.connection_id AND x.xero_id = issue.xero_id AND x.status <> 'active'
    )
"""


def upgrade() -> None:
    op.add_column("difference", sa.Column("contact_id", sa.String(), nullable=False, server_default=""))
    op.execute(NOW_LINKED)
    op.execute(LINKED_THEN)
    op.create_index(op.f("ix_difference_contact_id"), "difference", ["contact_id"], unique=False)
    op.execute(NOBODY_LEFT)


def downgrade() -> None:
    op.drop_index(op.f("ix_difference_contact_id"), "difference")
    op.drop_column("difference", "contact_id")
