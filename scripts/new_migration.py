"""Write the next migration: what `models/` has that a freshly migrated database lacks."""

import sys
import tempfile
from pathlib import Path

from alembic import command

from services.db import Database
from services.migrate import SCRIPTS, alembic_config, upgrade


def main() -> None:
    """`python -m scripts.new_migration "what changes"`; read what it wrote before you use it."""
    if len(sys.argv) != 2:
        sys.exit('Say what changes: python -m scripts.new_migration "what changes"')
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'empty.db'}"
        upgrade(url)
        database = Database(url)
        command.revision(alembic_config(database), sys.argv[1], autogenerate=True, rev_id=_next_number())
        database.close()


def _next_number() -> str:
    return f"{len(list((SCRIPTS / 'versions').glob('*.py'))) + 1:04}"


if __name__ == "__main__":
    main()
