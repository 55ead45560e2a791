"""Text as it is compared by likeness: in Latin letters without accents, word by word."""

import re
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import OSA

from services.reconcile.normalise import key

WORD = re.compile(r"[a-z0-9]+")
APOSTROPHES = re.compile(r"['’‘`´ʼ]")
SHORTEST_ALIKE = 4
SHORTEST_LOOSELY_ALIKE = 7


def folded(text: str) -> str:
    """Lower case in Latin letters: Łódź → lodz, Müller → muller, O’Brien → obrien. White space is left as it is."""
    if text.isascii():
        return text.lower().replace("'", "").replace("`", "")
    return APOSTROPHES.sub("", anyascii(APOSTROPHES.sub("", key(text))).lower())


def words(text: str) -> list[str]:
    """The words and numbers of a text, folded."""
    return WORD.findall(folded(text))


def solid(text: str) -> str:
    """A code such as a postal code or a tax number: letters and digits only, folded."""
    return "".join(words(text))


def slips(a: str, b: str) -> int | None:
    """How many slips of the pen lie between two words: 1, or 2 in long ones; None when they are further apart.

    A slip is a letter wrong, missing or too many, or two neighbours swapped (Damerau).
    """
    shorter, longer = len(a), len(b)
    if shorter > longer:
        shorter, longer = longer, shorter
    most = 2 if longer >= SHORTEST_LOOSELY_ALIKE else 1
    if longer - shorter > most or shorter < SHORTEST_ALIKE - 1 or longer < SHORTEST_ALIKE:
        return None
    distance = OSA.distance(a, b, score_cutoff=most)
    return distance if distance <= most else None


@lru_cache(maxsize=50_000)
def skeleton(word: str) -> str:
    """A rough sound: the first letter and the consonants after it, doubled ones once, soft ones as hard ones."""
    hard = word.replace("ph", "f").replace("ck", "k").translate(_HARD)
    kept = [hard[:1]]
    for letter in hard[1:]:
        if letter not in "aeiouyhw" and letter != kept[-1]:
            kept.append(letter)
    return "".join(kept)


_HARD = str.maketrans({"z": "s", "c": "k", "q": "k", "v": "f", "d": "t", "j": "g"})
