"""The garbage collector's share of the time: less of it, since pages and long work wait while it runs."""

import gc

NEW_OBJECTS = 20_000
"""After this many new objects the garbage collector runs. Python's default of 700 would mean three runs a page."""


def settle() -> None:
    """For a process that has loaded everything: have the collector skip what is there by now, and run less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
