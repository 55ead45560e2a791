"""The app under `uvicorn`, printing how long each run of a page took, for `benchmarks.pages`.

A line is "run <milliseconds on the clock> <milliseconds of processor>". BENCHMARK_CORE is the core it runs on.
"""

import os
import time
from typing import Any

from streamlit.runtime.scriptrunner import script_runner

from app import app

__all__ = ["app"]

if "BENCHMARK_CORE" in os.environ:
    os.sched_setaffinity(0, {int(os.environ["BENCHMARK_CORE"])})

_run = script_runner.ScriptRunner._run_script


def _timed(runner: Any, rerun_data: Any) -> None:
    began, busy = time.perf_counter(), time.thread_time()
    try:
        _run(runner, rerun_data)
    finally:
        clock, spent = time.perf_counter() - began, time.thread_time() - busy
        print(f"run {clock * 1000:.1f} {spent * 1000:.1f}", flush=True)


script_runner.ScriptRunner._run_script = _timed  # type: ignore[method-assign]
