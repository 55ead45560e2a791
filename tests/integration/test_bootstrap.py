"""`scripts/bootstrap.sh` makes .venv once, and anew where what is there would not run the program."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "bootstrap.sh"
OTHER_PYTHON = '#!/bin/sh\nif [ "$1" = --version ]; then echo "Python 3.99.0"; fi\n[ "$1" != -m ]\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that needs no package, so that nothing is fetched; white space in its path does no harm."""
    folder = tmp_path / "a project"
    (folder / "scripts").mkdir(parents=True)
    shutil.copy(SCRIPT, folder / "scripts")
    for name in ("requirements.txt", "requirements-dev.txt"):
        (folder / name).write_text("# nothing\n", "utf-8")
    return folder


def bootstrap(project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [str(project / "scripts" / "bootstrap.sh")]
    settings = os.environ | {"PIP_NO_INDEX": "1"} | environment
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=False)


def test_the_environment_is_made_once_and_anew_when_an_upgrade_has_put_another_python_in_its_place(
    project: Path,
) -> None:
    assert "Making .venv" in bootstrap(project).stderr
    assert bootstrap(project).stderr == ""
    python = project / ".venv" / "bin" / "python"
    python.unlink()
    python.write_text(OTHER_PYTHON, "utf-8")
    python.chmod(0o755)
    assert "Making .venv" in bootstrap(project).stderr
    assert bootstrap(project).stderr == ""


def test_a_python_that_was_named_and_does_not_do_is_not_silently_replaced(project: Path) -> None:
    refused = bootstrap(project, PYTHON="/nowhere/python3")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "PYTHON names /nowhere/python3" in refused.stderr
    assert not (project / ".venv").exists()
