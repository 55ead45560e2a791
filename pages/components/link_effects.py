"""What linking writes and asks about, in one sentence."""

from collections.abc import Mapping

from pages.components import text
from services.reconcile.outcome import Effect

NOTHING = "Linking writes nothing: both sides have the same values."


def sentence(totals: Mapping[Effect, int]) -> str:
    """How many fields are filled or overwritten on which side, asked about, and kept apart."""
    parts = (
        _written(totals, Effect.FILLS_XERO, Effect.FILLS_PRACTICE, "blank", "filled"),
        _written(totals, Effect.OVERWRITES_XERO, Effect.OVERWRITES_PRACTICE, "field", "overwritten"),
        _asked(totals.get(Effect.ASKS, 0)),
        _kept(totals.get(Effect.KEPT, 0)),
    )
    said = "; ".join(part for part in parts if part)
    return f"{said}." if said else NOTHING


def _written(totals: Mapping[Effect, int], in_xero: Effect, here: Effect, noun: str, done: str) -> str:
    there, ours = totals.get(in_xero, 0), totals.get(here, 0)
    if there:
        also = f", {text.figure(ours)} here" if ours else ""
        return f"**{text.count(there, noun)} {_is(there)} {done} in Xero**{also}"
    return f"**{text.count(ours, noun)} {_is(ours)} {done} here**" if ours else ""


def _asked(fields: int) -> str:
    return (
        f"**{text.count(fields, 'field')}** {'differs' if fields == 1 else 'differ'}, and you choose" if fields else ""
    )


def _kept(fields: int) -> str:
    whose = "the direction of the field or of the contact"
    return f"**{text.count(fields, 'field')} {_is(fields)} kept apart**, as {whose} says" if fields else ""


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
