"""Write the pages of docs/ that are made from the code; `--check` says which of them are out of date."""

import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import typer.main
from pydantic import SecretStr
from pydantic.fields import FieldInfo

import manage
from scripts.simulator_facts import simulator_facts_markdown
from services.reconcile.tables import sync_rules_markdown
from services.settings import Settings

DOCS = Path(__file__).parent.parent / "docs"
MADE = "<!-- Made by `make docs` from {source}; change that, not this page. -->\n\n"


def pages() -> dict[str, str]:
    """File name → text of every generated page."""
    return {
        "commands.md": MADE.format(source="commands/") + commands_markdown(),
        "settings.md": MADE.format(source="services/settings.py") + settings_markdown(),
        "simulator-facts.md": MADE.format(source="tests/simulator/") + simulator_facts_markdown(),
        "sync-rules.md": MADE.format(source="services/reconcile/") + sync_rules_markdown(),
    }


def settings_markdown() -> str:
    """One row for each setting: name, default, meaning."""
    rows = [
        f"| `{name.upper()}` | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(
        [
            "# Settings",
            "",
            "Set them in the environment, or in lower case in `.streamlit/secrets.toml`. The environment wins.",
            "If one is missing or malformed, the app does not start and says which.",
            "",
            "| setting | default | meaning |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def commands_markdown() -> str:
    """One section for each command, with its arguments and options."""
    head = [
        "# Commands",
        "",
        "Much of what the screens do, for scripts and for people who like terminals.",
        "",
        "- `python` is the one in `.venv`, which `make venv` makes. Activate it (`. .venv/bin/activate`), or write",
        "  `.venv/bin/python`.",
        "- Run commands with the same [settings](settings.md) as the app.",
        "- Data goes to standard output, as JSON with `--json`.",
        "- A failure is one sentence on standard error. The exit code is 1, or 2 if the command was typed wrongly.",
        "",
    ]
    return "\n".join([*head, *_commands(typer.main.get_command(manage.app), "python manage.py")])


def main() -> None:
    """Write the pages, or with `--check` compare them and fail when one differs."""
    stale = {name: text for name, text in pages().items() if _read(DOCS / name) != text}
    if "--check" in sys.argv[1:]:
        sys.exit(f"Out of date: {', '.join(stale)}. Run `make docs`." if stale else 0)
    for name, text in stale.items():
        (DOCS / name).write_text(text, "utf-8")
        print(f"Wrote docs/{name}")


def _default(field: FieldInfo) -> str:
    default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    if field.is_required():
        return "required"
    return "" if default == "" else f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _commands(command: Any, name: str) -> Iterator[str]:
    if hasattr(command, "commands"):
        for child_name, child in command.commands.items():
            yield from _commands(child, f"{name} {child_name}")
        return
    arguments = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
    options = [parameter for parameter in command.params if parameter.param_type_name == "option"]
    usage = " ".join([name, *(_argument(argument) for argument in arguments)])
    yield from (f"## `{usage}`", "", command.help, "")
    rows = [f"- `{argument.name.upper()}`: {argument.help}" for argument in arguments if argument.help]
    rows += [f"- {_option(option)}" for option in options if option.name != "help"]
    yield from (*rows, "")


def _argument(argument: Any) -> str:
    return f"{argument.name.upper()}{'…' if argument.nargs == -1 else ''}"


def _option(option: Any) -> str:
    values = " | ".join(_choices(option.type_descriptor.annotation))
    default = f" (default `{option.default}`)" if option.default not in (None, "", False) else ""
    return f"`{option.opts[0]}{' ' + values if values else ''}`: {option.help}{default}"


def _choices(annotation: Any) -> Iterator[str]:
    """The values an option may have: those of an enumeration or a Literal, even if None is allowed too."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        yield from (str(choice) for choice in annotation)
    for argument in get_args(annotation):
        yield from [argument] if isinstance(argument, str) and argument else _choices(argument)


def _read(file: Path) -> str:
    return file.read_text("utf-8") if file.exists() else ""


if __name__ == "__main__":
    main()
