"""Users from a terminal; also the way back in for an admin who lost the password."""

import secrets
import sys
from typing import Annotated

import typer

from commands.output import CLI, Json, show, show_one
from services import users
from services.access import Role

app = typer.Typer(help="Who may sign in.", no_args_is_help=True)

Username = Annotated[str, typer.Argument(help="The name they sign in with.")]
FromStdin = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password from standard input instead of generating one."),
]


@app.command()
def add(
    username: Username,
    name: Annotated[str, typer.Option(help="Their full name.")] = "",
    email: Annotated[str, typer.Option(help="Their email address.")] = "",
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.VIEWER,
    password_stdin: FromStdin = False,
    as_json: Json = False,
) -> None:
    """Add a user. Prints a new password, unless you gave one."""
    password = _password(password_stdin)
    users.add_user(CLI, username, name, email, password, role)
    _show_password(username, password, password_stdin, as_json)


@app.command("list")
def list_users(as_json: Json = False) -> None:
    """List all users, also disabled ones."""
    show(users.list_users(), ("username", "name", "email", "role", "disabled", "locked_until"), as_json)


@app.command("password")
def set_password(username: Username, password_stdin: FromStdin = False, as_json: Json = False) -> None:
    """Give a user a new password. Prints it, unless you gave it. They are signed out everywhere."""
    password = _password(password_stdin)
    users.set_password(CLI, username, password)
    _show_password(username, password, password_stdin, as_json)


@app.command("role")
def set_role(username: Username, role: Role, as_json: Json = False) -> None:
    """Change what a user may do."""
    users.set_role(CLI, username, role)
    show_one({"username": username, "role": role}, f"{username} is now {role}.", as_json)


@app.command()
def disable(username: Username, as_json: Json = False) -> None:
    """Disable a user. They are signed out at once."""
    users.disable(CLI, username)
    show_one({"username": username, "disabled": True}, f"{username} is disabled.", as_json)


@app.command()
def enable(username: Username, as_json: Json = False) -> None:
    """Let a disabled or locked user in again."""
    users.enable(CLI, username)
    show_one({"username": username, "disabled": False}, f"{username} is enabled.", as_json)


def _password(from_stdin: bool) -> str:
    return sys.stdin.readline().rstrip("\r\n") if from_stdin else secrets.token_urlsafe(12)


def _show_password(username: str, password: str, was_given: bool, as_json: bool) -> None:
    if was_given:
        show_one({"username": username}, f"{username} has the password you gave.", as_json)
    else:
        show_one({"username": username, "password": password}, password, as_json)
