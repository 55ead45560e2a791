"""docs/simulator-facts.md from the simulator's tests: each fact, and how sure we are that it holds for Xero."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from simulator.facts import NOT_SIMULATED, SOURCES
from simulator.quirks import MEANINGS

TESTS = Path(__file__).parent.parent / "tests" / "simulator"
NAMES = {
    "xero": "Xero", "xeros": "Xero’s", "html": "HTML", "api": "API", "jwt": "JWT", "dotnet": ".NET", "apps": "app’s",
}  # fmt: skip
TAG = re.compile(r"\[(" + "|".join(map(re.escape, SOURCES)) + r")\]")


class Fact(NamedTuple):
    """A fact as a sentence, the tags of its sources, and a remark."""

    sentence: str
    tags: tuple[str, ...]
    remark: str


def simulator_facts_markdown() -> str:
    """The page."""
    sections = [(title, facts) for title, facts in _sections() if facts]
    return "\n".join([*_head(sections), *_body(sections), *_switches(), *_missing()])


def facts_of(path: Path) -> tuple[str, list[Fact]]:
    """What a module of tests is about, and those of its tests that name a source, in their order."""
    tree = ast.parse(path.read_text("utf-8"))
    tests = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))
    facts = [_fact(test.name, ast.get_docstring(test) or "") for test in tests]
    return (ast.get_docstring(tree) or "").splitlines()[0].rstrip("."), [fact for fact in facts if fact.tags]


def _fact(name: str, docstring: str) -> Fact:
    return Fact(sentence_of(name), tuple(dict.fromkeys(TAG.findall(docstring))), " ".join(docstring.split()))


def sentence_of(test: str) -> str:
    """The name of a test as a sentence."""
    words = test.removeprefix("test_").split("_")
    said = " ".join(NAMES.get(word, word) for word in words)
    return said[0].upper() + said[1:]


def _sections() -> Iterator[tuple[str, list[Fact]]]:
    for path in sorted(TESTS.glob("test_*.py")):
        yield facts_of(path)


def _head(sections: list[tuple[str, list[Fact]]]) -> list[str]:
    every = [fact for _, facts in sections for fact in facts]
    rows = [
        f"| `[{tag}]` | {meaning} | {sum(tag in fact.tags for fact in every)} |" for tag, meaning in SOURCES.items()
    ]
    return [
        "# How sure each fact of the simulator is",
        "",
        "The [simulator](simulator.md) does what each line says; a test checks it. The source says how we know that",
        "Xero does the same. Words after a tag say more about the source, or which part of the line it covers.",
        "",
        "| source | meaning | facts |",
        "|---|---|---|",
        *rows,
        "",
    ]


def _body(sections: list[tuple[str, list[Fact]]]) -> Iterator[str]:
    for title, facts in sections:
        yield from (f"## {title}", "", "| fact | source |", "|---|---|")
        yield from (f"| {fact.sentence} | {_marked(fact.remark)} |" for fact in facts)
        yield ""


def _marked(remark: str) -> str:
    return TAG.sub(lambda tag: f"`{tag[0]}`", remark.replace("|", "\\|"))


def _switches() -> list[str]:
    rows = [f"| `{name}` | {TAG.sub(lambda tag: f'`{tag[0]}`', meaning)} |" for name, meaning in MEANINGS.items()]
    return [
        "## Quirks",
        "",
        "Not established, or different between organisations. Off by default. [How to use them](simulator.md#quirks).",
        "",
        "| quirk | when it is on |",
        "|---|---|",
        *rows,
        "",
    ]


def _missing() -> list[str]:
    return ["## What is not simulated", "", *(f"- {what}" for what in NOT_SIMULATED), ""]
