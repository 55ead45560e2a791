"""The user guide of docs/guide for a page of ours: its chapters, with links and pictures that lead to where they are.

The files are written for a reader of the repository, so that there is one guide and not two.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from services.routes import PICTURES

FOLDER = Path(__file__).parents[2] / "docs" / "guide"
ADDRESS = "/guide"
CONTENTS = "README"
TITLE = re.compile(r"\A# (.+)\n+")
PICTURE = re.compile(r"!\[([^\]]+)\]\(\.\./images/([^)]+)\)")
LINK = re.compile(r"(?<!!)\[([^\[\]]+)\]\(([^)#]+)\.md(#[^)]*)?\)")


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter as Markdown with HTML links in it, and at its end the one to the next chapter."""

    title: str
    body: str


@cache
def chapter(name: str) -> Chapter | None:
    """A chapter by the name of its file, the contents by a blank one; None where there is none of this name."""
    names = ["", *_names()]
    if name not in names:
        return None
    following = dict(pairwise(names)).get(name) if name else None
    onward = f"\n\n{_anchor(following, f'Next: {_title(following)}')}" if following else ""
    return Chapter(_title(name), _led(TITLE.sub("", _read(name))) + onward)


@cache
def _names() -> tuple[str, ...]:
    """The chapters in the order in which the contents name them."""
    return tuple(dict.fromkeys(found[2] for found in LINK.finditer(_read(""))))


def _title(name: str) -> str:
    found = TITLE.match(_read(name))
    return found[1] if found else name


def _read(name: str) -> str:
    return (FOLDER / f"{name or CONTENTS}.md").read_text("utf-8")


def _led(text: str) -> str:
    """The text with links that stay in this tab, and with pictures that open in full."""
    return PICTURE.sub(rf"[![\1]({PICTURES}/\2)]({PICTURES}/\2)", LINK.sub(_link, text))


def _link(found: re.Match[str]) -> str:
    """A link to a chapter; what is outside of the guide is named by its file, since nobody serves it."""
    words, name, heading = found[1], found[2], found[3] or ""
    if name not in _names():
        return f"`docs/{name.removeprefix('../')}.md`"
    return _anchor(f"{name}{heading}", words)


def _anchor(chapter: str, words: str) -> str:
    return f'<a href="{ADDRESS}?chapter={chapter}" target="_self">{words}</a>'
