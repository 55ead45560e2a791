"""Text that others wrote, on one line: no invisible character in it breaks the line or turns the reading direction."""

import unicodedata

UNSEEN = ("Cc", "Cf", "Zl", "Zp")
JOINERS = "\u200c\u200d"  # needed to write Persian, Hindi or some emoji; of no use after an ASCII letter


def one_line(value: object) -> str:
    """Foreign text without line breaks, control characters and marks that turn the reading direction."""
    known = str(value)
    if not known.isprintable():
        known = "".join(" " if _is_unseen(known, place) else letter for place, letter in enumerate(known))
    return " ".join(known.split())


def _is_unseen(known: str, place: int) -> bool:
    letter = known[place]
    joins = letter in JOINERS and place > 0 and not known[place - 1].isascii()
    return not joins and unicodedata.category(letter) in UNSEEN
