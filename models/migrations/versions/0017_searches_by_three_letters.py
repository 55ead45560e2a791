"""Whatever three letters in a row occur in which link: a search of a long list need not read all of it."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TEXTS = "practice_text, xero_text"
INDEX = f"link_search USING fts5({TEXTS}, content='link', content_rowid='number', tokenize='trigram')"
NUMBER = "UPDATE link SET number = (SELECT coalesce(max(number), 0) + 1 FROM link) WHERE id = new.id;"
ADD = f"INSERT INTO link_search (rowid, {TEXTS}) SELECT number, {TEXTS} FROM link WHERE id = new.id;"
TAKE = (
    f"INSERT INTO link_search (link_search, rowid, {TEXTS}) "
    "VALUES ('delete', old.number, old.practice_text, old.xero_text);"
)
CHANGED = "old.practice_text <> new.practice_text OR old.xero_text <> new.xero_text"
TRIGGERS = {
    "link_search_insert": f"AFTER INSERT ON link BEGIN {NUMBER} {ADD} END",
    "link_search_update": f"AFTER UPDATE OF {TEXTS} ON link WHEN {CHANGED} BEGIN {TAKE} {ADD} END",
    "link_search_delete": f"AFTER DELETE ON link BEGIN {TAKE} END",
}


def upgrade() -> None:
    op.add_column("link", sa.Column("number", sa.Integer(), nullable=True))
    op.execute("UPDATE link SET number = rowid")
    op.create_index("uq_link_number", "link", ["number"], unique=True)
    op.execute(f"CREATE VIRTUAL TABLE {INDEX}")
    op.execute("INSERT INTO link_search (link_search) VALUES ('rebuild')")
    for name, what in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {what}")


def downgrade() -> None:
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    op.execute("DROP TABLE link_search")
    op.drop_index("uq_link_number", "link")
    op.drop_column("link", "number")
