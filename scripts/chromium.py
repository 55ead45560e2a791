"""The Chromium that `make browser` found or installed, and how it is started without a screen."""

import os
from pathlib import Path

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def executable() -> str:
    """Its path: from BROWSER_PATH, or as `scripts/browser.sh` noted it."""
    return os.environ.get("BROWSER_PATH") or Path(".browser/path").read_text("utf-8")
