"""The Clean-up List from a terminal: possible duplicates within one side, best tidied up before the first import."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from commands.choose import chosen_connection
from commands.output import Json, Organisation, Page, Size, show_one, show_page
from services import duplicates
from services.duplicates import XERO
from services.errors import UsageError

Reason = Literal["", "email", "name", "phone", "registration"]


def clean_up(
    side: Annotated[
        Literal["practice", "xero"], typer.Argument(help="Whose contacts to look through: practice or xero.")
    ] = "practice",
    connection: Organisation = "",
    reason: Annotated[Reason, typer.Option(help="Only duplicates that share this.")] = "",
    csv: Annotated[Path | None, typer.Option(help="Write all of them to this file. It must not exist yet.")] = None,
    page: Page = 1,
    size: Size = 100,
    as_json: Json = False,
) -> None:
    """List possible duplicates within one side, one page of groups at a time."""
    organisation = chosen_connection(connection).id if side == XERO else ""
    if csv is None:
        show_page(duplicates.list_duplicates(side, organisation, reason, page, size), ("words", "names"), as_json)
        return
    content = duplicates.export_csv(side, organisation, reason)
    try:
        with csv.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise UsageError(f"{csv} cannot be written: {error.strerror}.") from None
    show_one({"file": str(csv), "bytes": len(content)}, f"Wrote {csv} ({len(content):,} bytes).", as_json)
