"""What tests of screens share: signing in without typing, and reading what a screen says."""

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput

from services.clients import ClientFilter, list_clients

PASSWORD = "correct horse battery"
MAIN = str(Path(__file__).parents[2] / "pages" / "main.py")
SCREENS = {
    "contacts/overview.py": "Overview",
    "contacts/contacts.py": "Contacts",
    "contacts/contact.py": "Contact",
    "contacts/search.py": "Search",
    "xero/client_list.py": "Client List",
    "xero/match_issues.py": "Resolve Match Issues",
    "xero/clean_up.py": "Clean-up List",
    "xero/health.py": "Sync Health",
    "settings/connected_apps.py": "Connected Apps",
    "settings/xero.py": "Xero",
    "settings/notifications.py": "Notifications",
    "settings/practice.py": "Practice",
    "settings/users.py": "Users",
    "settings/activity.py": "Activity",
    "guide.py": "User guide",
}
FOR_ADMINS = (
    "settings/connected_apps.py", "settings/xero.py", "settings/notifications.py", "settings/practice.py",
    "settings/users.py",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Practice:
    """What the practice of the tests holds: ids of two contacts, and link id by name."""

    connection_id: str
    synced: str
    unlinked: str
    link_ids: dict[str, str]


def app() -> AppTest:
    """The app, before its first run."""
    return AppTest.from_file(MAIN, default_timeout=20)


def opened(username: str, page: str = "", **query: str) -> AppTest:
    """The app with somebody signed in, on a page."""
    screen = app()
    screen.session_state["authentication_status"] = True
    screen.session_state["username"] = username
    return visit(screen, page, **query) if page else screen.run()


def visit(screen: AppTest, page: str, **query: str) -> AppTest:
    """Go to another page, named by its file."""
    screen.switch_page(page)
    for name, value in query.items():
        screen.query_params[name] = value
    screen.run()
    return screen


def said(screen: AppTest) -> str:
    """All that is written on the screen, toasts included."""
    kinds = ("title", "header", "markdown", "caption", "text", "error", "warning", "info", "success", "toast")
    return "\n".join(str(element.value) for kind in kinds for element in screen.get(kind))


def labels(screen: AppTest) -> list[str]:
    """The labels of all buttons."""
    return [button.label for button in screen.button]


def press(screen: AppTest, label: str) -> AppTest:
    """Press the button with this label; of several the last, which is the one of an open dialog."""
    [*_, button] = [button for button in screen.button if button.label == label]
    button.click()
    screen.run()
    return screen


def fill(screen: AppTest, **values: str) -> None:
    """Type into the fields whose labels are given, with _ for a space."""
    for field in screen.text_input:
        typed = values.get(field.label.replace(" ", "_").replace("-", "_"))
        if typed is not None:
            field.set_value(typed)


def sign_in(username: str, password: str) -> AppTest:
    """Try to sign in with the form."""
    screen = app().run()
    fill(screen, Username=username, Password=password)
    return press(screen, "Sign in")


def compared(screen: AppTest) -> str:
    """What the comparison says, without its markup."""
    body = "".join(one.proto.body for one in screen.get("html"))
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body.replace("<wbr>", ""))).split())


def synced() -> list[str]:
    """The names in the Client List."""
    return [item.name for item in list_clients(ClientFilter()).rows]


def note_of(screen: AppTest) -> TextInput:
    """Where the note on the open issue is written."""
    [note] = [one for one in screen.text_input if one.label == "Note"]
    return note
