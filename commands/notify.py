"""Notifications from a terminal: who is told by email or webhook, and whether a message arrives."""

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
    """What can be told."""

    SIGN_IN = "sign_in"
    BRAKE = "brake"
    FAILING = "failing"
    OVER = "over"
    DIGEST = "digest"


ALERTS = [Event.SIGN_IN, Event.BRAKE, Event.FAILING]
TargetId = Annotated[str, typer.Argument(help="Id of a target, from `notifications list`.")]
Name = Annotated[str, typer.Option(help="What you call it.")]
Events = Annotated[
    list[Event] | None,
    typer.Option(
        "--tell",
        help="What to tell; name it again for more. At first: sign_in, which also says when no sync gets through, "
        "brake and failing.",
    ),
]
Hour = Annotated[int, typer.Option(min=0, max=23, help="When the digest is sent, on the practice's clock.")]
WithNames = Annotated[bool, typer.Option("--with-names", help="Let the digest name up to five contacts a line.")]


@app.command("list")
def list_targets(as_json: Json = False) -> None:
    """List who is told what; of a webhook's address, which is a secret, only its host is shown."""
    show(notifications.list_targets(), COLUMNS, as_json)
    if missing := notifications.missing_settings():
        note(f"Email needs the setting {' and '.join(missing)}; see docs/settings.md.")


@app.command("add-email")
def add_email(
    address: Annotated[str, typer.Argument(help="The email address.")],
    name: Name = "",
    tell: Events = None,
    digest_hour: Hour = 8,
    with_names: WithNames = False,
    as_json: Json = False,
) -> None:
    """Tell somebody by email from now on, also of what is wrong already."""
    _add(TargetForm("email", name, address, tuple(tell or ALERTS), digest_hour, with_names), as_json)


@app.command("add-webhook")
def add_webhook(
    name: Name = "",
    tell: Events = None,
    digest_hour: Hour = 8,
    with_names: WithNames = False,
    as_json: Json = False,
) -> None:
    """Tell a webhook, such as Slack's; its address, which is a secret, is read from standard input."""
    if sys.stdin.isatty():
        note("Paste the address of the webhook and press Enter:")
    address = sys.stdin.readline().strip()
    _add(TargetForm("webhook", name, address, tuple(tell or ALERTS), digest_hour, with_names), as_json)


@app.command("test")
def send_test(target_id: TargetId, as_json: Json = False) -> None:
    """Send a test now, and say whether it was taken."""
    if problem := notifications.send_test(CLI, target_id):
        raise UsageError(f"The test did not arrive. {problem}")
    show_one({"id": target_id, "sent": True}, "The test was handed over.", as_json)


@app.command()
def remove(target_id: TargetId, as_json: Json = False) -> None:
    """Remove a target; messages that still wait to be sent to it are dropped."""
    notifications.remove_target(CLI, target_id)
    show_one({"id": target_id, "removed": True}, "Removed.", as_json)


def _add(form: TargetForm, as_json: bool) -> None:
    target_id = notifications.add_target(CLI, form)
    sentence = f"Added {target_id}. To see whether it arrives: python manage.py notifications test {target_id}"
    show_one({"id": target_id}, sentence, as_json)
