"""Notifications from a terminal: choose who is told by email or webhook, and send a test."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from commands.output import CLI, Json, note, show, show_one
from services import notifications
from services.errors import UsageError
from services.notifications import TargetForm

app = typer.Typer(help="Who is told by email or webhook when the sync needs somebody.", no_args_is_help=True)
COLUMNS = ("id", "kind", "name", "address", "events", "digest_hour", "with_names")


class Event(StrEnum):
    """What a target can be told about."""

    SIGN_IN = "sign_in"
    BRAKE = "brake"
    FAILING = "failing"
    OVER = "over"
    DIGEST = "digest"


ALERTS = [Event.SIGN_IN, Event.BRAKE, Event.FAILING]
TargetId = Annotated[str, typer.Argument(help="Id of a target, from `notifications list`.")]
Name = Annotated[str, typer.Option(help="A name of your choice.")]
Events = Annotated[
    list[Event] | None,
    typer.Option(
        "--tell",
        help="What to tell; repeat it for several. Without it: sign_in, brake and failing. sign_in also says when no "
        "sync gets through.",
    ),
]
Hour = Annotated[
    int, typer.Option(min=0, max=23, help="Hour at which the digest is sent, in the practice's time zone.")
]
WithNames = Annotated[bool, typer.Option("--with-names", help="Let the digest name up to five contacts in each line.")]


@app.command("list")
def list_targets(as_json: Json = False) -> None:
    """List who is told what. A webhook's address is a secret: only its host is shown."""
    show(notifications.list_targets(), COLUMNS, as_json)
    if missing := notifications.missing_settings():
        note(f"To send emails, set {' and '.join(missing)}; see docs/settings.md.")


@app.command("add-email")
def add_email(
    address: Annotated[str, typer.Argument(help="The email address.")],
    name: Name = "",
    tell: Events = None,
    digest_hour: Hour = 8,
    with_names: WithNames = False,
    as_json: Json = False,
) -> None:
    """Notify somebody by email, from now on and of what is wrong already."""
    _add(TargetForm("email", name, address, tuple(tell or ALERTS), digest_hour, with_names), as_json)


@app.command("add-webhook")
def add_webhook(
    name: Name = "",
    tell: Events = None,
    digest_hour: Hour = 8,
    with_names: WithNames = False,
    as_json: Json = False,
) -> None:
    """Notify a webhook, such as Slack's. Its address is a secret and is read from standard input."""
    if sys.stdin.isatty():
        note("Paste the address of the webhook and press Enter:")
    address = sys.stdin.readline().strip()
    _add(TargetForm("webhook", name, address, tuple(tell or ALERTS), digest_hour, with_names), as_json)


@app.command("test")
def send_test(target_id: TargetId, as_json: Json = False) -> None:
    """Send a test now, and say whether it was accepted."""
    if problem := notifications.send_test(CLI, target_id):
        raise UsageError(f"The test did not arrive. {problem}")
    show_one({"id": target_id, "sent": True}, "The test was accepted.", as_json)


@app.command()
def remove(target_id: TargetId, as_json: Json = False) -> None:
    """Remove a target. Messages that still wait to be sent to it are dropped."""
    notifications.remove_target(CLI, target_id)
    show_one({"id": target_id, "removed": True}, "Removed.", as_json)


def _add(form: TargetForm, as_json: bool) -> None:
    target_id = notifications.add_target(CLI, form)
    sentence = f"Added {target_id}. To test it: python manage.py notifications test {target_id}"
    show_one({"id": target_id}, sentence, as_json)
