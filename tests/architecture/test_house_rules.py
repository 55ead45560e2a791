"""The house rules that a machine can hold: what a newcomer may rely on in every file."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = ("pages", "commands", "services", "models", "simulator", "scripts", "benchmarks", "tests")
LONGEST_FUNCTION = 50
LONGEST_FILE = 300
IMPLIED = {"python-multipart", "httptools", "uvloop"}  # by which Starlette reads forms and uvicorn answers quickly


def modules() -> list[Path]:
    found = [path for folder in CODE for path in sorted((ROOT / folder).rglob("*.py"))]
    return found + sorted(ROOT.glob("*.py"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def written_by_hand(path: Path) -> bool:
    return "versions" not in path.parts


def test_every_module_opens_by_saying_why_it_exists() -> None:
    silent = [str(path) for path in modules() if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert silent == []


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path}:{function.lineno} {function.name}"
        for path in modules()
        if written_by_hand(path)
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_no_file_of_the_program_is_longer_than_one_reads_in_one_go() -> None:
    long = [
        f"{path}: {lines}"
        for path in modules()
        if written_by_hand(path) and (lines := len(path.read_text("utf-8").splitlines())) > LONGEST_FILE
    ]
    assert long == []


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    assert [str(path) for path in modules() if marks.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_exactly_to_what_is_tested(name: str) -> None:
    for package, pinned in requirements(name).items():
        assert pinned == version(package), package


def test_the_requirements_are_what_the_program_imports() -> None:
    program = imported_by("pages", "commands", "services", "models", "simulator", "app.py", "manage.py")
    assert program | IMPLIED == set(requirements("requirements.txt"))


def test_the_requirements_for_work_on_the_code_are_used() -> None:
    named = {*requirements("requirements.txt"), *requirements("requirements-dev.txt")}
    assert imported_by("tests", "scripts", "benchmarks") <= named


def requirements(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    pins = (line.partition("==") for line in lines if line and not line.startswith(("#", "-r")))
    return {canonical(package): pinned.partition(";")[0] for package, _, pinned in pins}


def canonical(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def imported_by(*places: str) -> set[str]:
    """The packages, as the package index names them, that the code in these folders and files imports."""
    known = packages_distributions()
    ours = {*CODE, "app", "manage"}
    names = {
        name
        for path in modules()
        if path.relative_to(ROOT).parts[0] in places
        for name in imported_names(path)
        if name not in sys.stdlib_module_names and name not in ours
    }
    return {canonical(known[name][0]) for name in names if name in known}


def imported_names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
