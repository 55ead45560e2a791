"""Links counted by state as they change, and a short index of those whose Xero contact was merged."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MERGED = sa.text("cause = 'merged'")
ADD = "INSERT INTO link_tally (state, links) VALUES (new.state, 1) ON CONFLICT (state) DO UPDATE SET links = links + 1;"
TAKE = "UPDATE link_tally SET links = links - 1 WHERE state = old.state;"
TRIGGERS = {
    "link_tally_insert": f"AFTER INSERT ON link BEGIN {ADD} END",
    "link_tally_update": f"AFTER UPDATE OF state ON link WHEN old.state <> new.state BEGIN {TAKE} {ADD} END",
    "link_tally_delete": f"AFTER DELETE ON link BEGIN {TAKE} END",
}


def upgrade() -> None:
    op.create_table(
        "link_tally",
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("links", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_link_tally")),
    )
    op.execute("INSERT INTO link_tally (state, links) SELECT state, count(*) FROM link GROUP BY state")
    for name, what in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {what}")
    op.create_index("ix_link_merged", "link", ["contact_id", "connection_id", "state", "cause"], sqlite_where=MERGED)


def downgrade() -> None:
    op.drop_index("ix_link_merged", "link")
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    op.drop_table("link_tally")
