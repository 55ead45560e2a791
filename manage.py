"""The program from a terminal: `python manage.py --help` lists what it can do."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from commands import clean_up, clients, connect, contacts, issues, notify, practice, previous, set_up, sync, users
from commands.output import CLI, MISUSED, Json, note, one_sentence_on_failure, show_one
from services import backup, migrate
from services.errors import SettingsError
from services.settings import get_settings

app = typer.Typer(help="Contact Sync for Xero.", no_args_is_help=True, add_completion=False, rich_markup_mode=None)
app.add_typer(users.app, name="user")
app.add_typer(connect.app, name="connect")
app.add_typer(contacts.app, name="contacts")
app.command("clean-up")(clean_up.clean_up)
app.add_typer(clients.app, name="clients")
app.add_typer(issues.app, name="issues")
app.add_typer(previous.app, name="previous")
app.add_typer(notify.app, name="notifications")
app.command("preview")(sync.preview)
app.command("set-up")(set_up.set_up)
app.command("sync")(sync.sync)
app.command("brake")(sync.brake)
app.command("practice")(practice.practice)
app.command("schedule")(practice.schedule)


@app.callback()
def check_database(context: typer.Context) -> None:
    """Contact Sync for Xero, from a terminal."""
    if context.invoked_subcommand == "migrate" or "--help" in sys.argv:
        return
    if not migrate.is_current(get_settings().database_url):
        raise SettingsError("The database is not up to date; run: python manage.py migrate")


@app.command("migrate")
def migrate_(as_json: Json = False) -> None:
    """Create the database, or bring it up to date. Run it after every update of the program."""
    migrate.upgrade(get_settings().database_url)
    show_one({"migrated": True}, "The database is up to date.", as_json)


@app.command("backup")
def backup_(
    file: Annotated[Path, typer.Argument(help="The file to write. It must not exist yet.")], as_json: Json = False
) -> None:
    """Write a consistent copy of the database. The app may be running."""
    size = backup.write_backup(CLI, file)
    show_one({"file": str(file), "bytes": size}, f"Wrote {file} ({size:,} bytes).", as_json)


def main() -> None:
    """Run a command. Exit code 0: it worked; 1: it failed; 2: it was typed wrongly."""
    with one_sentence_on_failure():
        try:
            sys.exit(app(prog_name="manage.py", standalone_mode=False))
        except typer.Abort:
            note("Stopped.")
            sys.exit(130)
        except typer.TyperException as error:
            note(error.format_message())
            sys.exit(MISUSED)


if __name__ == "__main__":
    main()
