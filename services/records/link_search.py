"""Which links hold a text: by an index of whatever three letters occur in a row, if few links hold it.

A text that occurs often is found sooner by reading a list in its order; so is one of fewer than three letters, of
which the index knows nothing. The index is SQLite's FTS5 with its trigram tokenizer, which ignores case in any script.
"""

from sqlalchemy import ColumnElement, column, literal_column, select, table, true
from sqlmodel import Session

from models.link import LinkRow
from services.records.listing import LONGEST_SOUGHT, among, found_by_key, sought_texts

FEW = 1_000
SHORTEST = 3
INDEX = table("link_search", column("rowid"))
MATCHED: ColumnElement[str] = literal_column("link_search")


def found_in_links(session: Session, search: str, *columns: str) -> ColumnElement[bool]:
    """The condition that any of these columns of links contains `search`; as `found_by_key`. A blank matches all."""
    if not search.strip():
        return true()
    said = found_by_key(search, *(getattr(LinkRow, name) for name in columns))
    texts = sought_texts(search)
    if any(len(text) < SHORTEST or "\0" in text for text in texts):
        return said
    sought = " OR ".join(map(_phrase, texts))
    numbers = select(INDEX.c.rowid).where(MATCHED.op("MATCH")(f"{{{' '.join(columns)}}} : ({sought})"))
    few = session.scalars(numbers.limit(FEW + 1)).all()
    return said if len(few) > FEW else among(LinkRow.number, few) & said


def _phrase(text: str) -> str:
    quoted = text[:LONGEST_SOUGHT].replace('"', '""')
    return f'"{quoted}"'
