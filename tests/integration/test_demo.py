"""`make demo` starts everything with one command, says what to do, and leaves nothing behind when stopped."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import urllib3

from scripts.processes import free_port

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90


class Demo:
    """The demo in a folder that looks like a fresh checkout."""

    def __init__(self, folder: Path) -> None:
        for entry in ROOT.iterdir():
            if entry.name not in ("data", ".git"):
                (folder / entry.name).symlink_to(entry)
        self.folder = folder
        self.ports = {"APP_PORT": str(free_port()), "SIMULATOR_PORT": str(free_port())}
        self.process: subprocess.Popen[str] | None = None

    def run(self, *options: str, **ports: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        return subprocess.run(
            self._command(*options), cwd=self.folder, env=self._environment(ports), text=True, capture_output=True,
            timeout=PATIENCE_SECONDS, check=False,
        )  # fmt: skip

    def start(self) -> str:
        """Start it; what it says once all is up."""
        self.process = subprocess.Popen(
            self._command(), cwd=self.folder, env=self._environment({}), text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert self.process.stdout is not None
        said = ""
        while "Logs are in" not in said:
            line = self.process.stdout.readline()
            assert line, said
            said += line
        return said

    def stop(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end; the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)

    def children(self) -> list[psutil.Process]:
        """What it started."""
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def answers(self, variable: str, path: str) -> bool:
        """Whether a server answers on one of its ports."""
        return urllib3.request("GET", f"http://localhost:{self.ports[variable]}{path}", timeout=10).status == 200

    def _command(self, *options: str) -> list[str]:
        return [sys.executable, "-m", "scripts.demo", *options]

    def _environment(self, ports: dict[str, str]) -> dict[str, str]:
        return {**os.environ, **self.ports, **ports}


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    folder = tmp_path / "checkout"
    folder.mkdir()
    demo = Demo(folder)
    yield demo
    if demo.process and demo.process.poll() is None:
        demo.stop(signal.SIGTERM)


@pytest.mark.timeout(300)
def test_the_demo_starts_again_with_its_data_and_stops_without_a_trace(demo: Demo) -> None:
    first = demo.start()
    password = re.search(r"Password +(\S+) +\(shown only this once\)", first)
    assert password
    assert demo.answers("APP_PORT", "/healthz")
    assert demo.answers("SIMULATOR_PORT", "/contacts")
    assert "is running in this folder" in demo.run("--reset").stderr
    children = demo.children()
    assert len(children) >= 2
    assert demo.stop(signal.SIGINT) == 0
    assert still_alive(children) == []

    second = demo.start()
    assert "as shown at the first start" in second
    assert password.group(1) not in second
    children = demo.children()
    assert demo.stop(signal.SIGTERM) == 0
    assert still_alive(children) == []
    kept = "".join(path.read_text("utf-8", errors="replace") for path in (demo.folder / "data/demo").iterdir())
    assert password.group(1) not in kept
    assert demo.run("--reset").returncode == 0
    assert not (demo.folder / "data/demo").exists()


@pytest.mark.parametrize("variable", ["APP_PORT", "SIMULATOR_PORT"])
def test_a_taken_port_is_named_and_nothing_is_started(demo: Demo, variable: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        answer = demo.run(**{variable: str(port)})
    assert answer.returncode == 1
    assert answer.stderr == f"Port {port} is taken; choose another one: make demo {variable}={port + 100}\n"
    assert not (demo.folder / "data/demo").exists()


def test_a_port_that_is_no_number_is_refused(demo: Demo) -> None:
    answer = demo.run(APP_PORT="eight")
    assert (answer.returncode, answer.stderr) == (1, "APP_PORT must be a port number, not eight.\n")


def test_a_setting_of_the_shell_that_is_wrong_is_named(demo: Demo) -> None:
    answer = demo.run(LOG_LEVEL="loud")
    assert answer.returncode == 1
    assert answer.stderr.startswith("The setting LOG_LEVEL is malformed")


def still_alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    deadline = time.monotonic() + 5
    while (alive := [process for process in processes if process.is_running()]) and time.monotonic() < deadline:
        time.sleep(0.1)
    return alive
