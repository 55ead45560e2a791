"""The Chromium that `make browser` found or installed, and how it is started where nobody looks at it."""

import os
from pathlib import Path

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def executable() -> str:
    """Where it is: as BROWSER_PATH says, or as `scripts/browser.sh` noted."""
    return os.environ.get("BROWSER_PATH") or Path(".browser/path").read_text("utf-8")
