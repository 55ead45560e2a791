"""Commands run as `python manage.py` runs them, in this process for speed, on a database of their own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

import manage
from services.db import Database


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run one command; every failure must be one line on stderr, with nothing on stdout."""

    def run_command(*arguments: str) -> Answer:
        capfdbinary.readouterr()
        monkeypatch.setattr("sys.argv", ["manage.py", *arguments])
        with pytest.raises(SystemExit) as exit_:
            manage.main()
        out, err = (stream.decode() for stream in capfdbinary.readouterr())
        code = exit_.value.code
        assert "Traceback" not in err
        return Answer(code if isinstance(code, int) else int(code is not None), out, err)

    return run_command
