"""Small batches, and a brake that stops early.

So a history of ten contacts also covers what happens between two batches, and while the brake is on.
"""

from types import ModuleType

from services.gateways.xero import store
from services.reconcile import brake as rules
from services.steps import brake, drifting, life, matching, planning, pull, push, updates

Sizes = tuple[tuple[ModuleType, str, int], ...]
BATCHES: Sizes = (
    (store, "PAGE_SIZE", 3),
    (store, "IDS_A_CALL", 2),
    (pull, "IDS_A_CALL", 2),
    (pull, "BATCH", 2),
    (life, "BATCH", 2),
    (drifting, "BATCH", 2),
    (matching, "BATCH", 2),
    (planning, "BATCH", 2),
    (push, "WRITES_A_CALL", 2),
    (push, "AT_ONCE", 3),
    (updates, "WRITES_A_CALL", 2),
)
QUICK: Sizes = ((rules, "ALWAYS_ALLOWED", 1), (brake, "ALWAYS_ALLOWED", 1))
USUAL: Sizes = tuple((module, name, getattr(module, name)) for module, name, _ in BATCHES + QUICK)


def use(small: bool = False, quick: bool = False) -> None:
    """Work in small batches, or let the brake stop as few as two contacts; or as usual."""
    for module, name, size in USUAL + (BATCHES if small else ()) + (QUICK if quick else ()):
        setattr(module, name, size)
