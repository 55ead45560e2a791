"""Names of people and organisations: which words matter, and which different words mean one name."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise

from cleanco.termdata import terms_by_country
from nicknames import NickNamer

from services.reconcile.normalise import key
from services.reconcile.scoring.tokens import Overlap, overlap
from services.reconcile.scoring.weights import Frequencies
from services.reconcile.scoring.wording import WORD, folded, skeleton, slips, words

TRADING_AS = re.compile(
    r"\b(?:t/as?|trading as|trading name|d[./]?b[./]?a\b\.?|doing business as|a\.?k\.?a\b\.?|also known as"
    r"|formerly(?: known as)?|as trustees? for|atf)(?![a-z0-9])[:\s]*"
)
TITLES = frozenset(
    ["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "rev", "esq", "jr", "sr"]
)
FILLERS = frozenset(["and", "the", "of"])
COUNTRIES = """
    Australia|Austria|Belgium|Canada|Denmark|Finland|France|Germany|Hong Kong|India|Ireland|Italy|Luxemborg|Malaysia
    |Netherlands|New Zealand|Norway|Poland|Portugal|Singapore|Spain|Sweden|Switzerland|United Kingdom
    |United States of America
"""
"""The countries whose company forms are known, as cleanco spells them; the forms of all would swallow surnames."""

MORE_FORMS = "proprietary|company|pty|co|inc|corp|corporation|pte|bv|nv|sa|srl|sarl|spa|oy|ab|as|aps|kg|kk|cc|ltda"
LONGEST_FORM = 4
LOOKED_UP = 4
MOST_BITS, LEAST_BITS = 30.0, -5.0
OTHER_WRITING = 0.5
COSTS = {"form": 1.0, "other": 0.0}
"""Bits taken away because two names are written differently, by the kind of difference; else OTHER_WRITING."""
NICKNAME_COST = 3.0
INITIAL_COST = 6.0

LABELS = {
    "equal": "same name",
    "form": "name differs only by company suffix",
    "accents": "name differs only by punctuation or accents",
    "order": "same name in another order",
    "spaces": "name differs only by spaces",
    "trading": "same trading name",
    "nickname": "same name with a nickname",
    "initial": "same name with an initial",
    "letter": "name differs by one letter",
    "similar": "similar name",
    "trading_similar": "similar trading name",
    "part": "name in part the same",
    "part_other": "name in part another",
    "other": "different name",
}
"""How two names differ, from the slightest difference to the greatest, in words."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name's key, its words that matter, in order, and its other name if it trades under one."""

    text: str
    main: tuple[str, ...]
    also: tuple[str, ...] = ()
    form: str = ""

    @property
    def all(self) -> tuple[tuple[str, ...], ...]:
        """The one or two names."""
        return (self.main, self.also) if self.also else (self.main,)


def parse(text: str) -> Name:
    """The names in a text: without company form, title, "&" and "and"; nothing is dropped if all would be."""
    plain = folded(text)
    parts = [part for part in TRADING_AS.split(plain, maxsplit=1) if part.strip()] if len(plain) > 6 else [plain]
    main, form = _core(parts[0]) if parts else ((), "")
    also, _ = _core(parts[1]) if len(parts) > 1 else ((), "")
    return Name(key(text), main or also, also if main else (), form)


def compare(a: Name, b: Name, frequencies: Frequencies) -> tuple[float, str] | None:
    """Bits for and against, and a key of `LABELS`; None when one has no name."""
    if not a.main or not b.main:
        return None
    if a.text == b.text:
        return min(MOST_BITS, sum(map(frequencies.of("n"), a.main))), "equal"
    best, used, bits = None, (a.main, b.main), frequencies.of("n")
    for left in a.all:
        for right in b.all:
            found = overlap(left, right, bits, kin)
            if best is None or found.bits > best.bits:
                best, used = found, (left, right)
    assert best is not None
    kind = _kind(a, b, best, used)
    return max(LEAST_BITS, min(MOST_BITS, best.bits) - COSTS.get(kind, OTHER_WRITING)), kind


def kin(x: str, y: str) -> float | None:
    """What it costs, in bits, to take two words for one name: a nickname or an initial; None if they are neither."""
    if x[0] == y[0] and (len(x) == 1 or len(y) == 1):
        return INITIAL_COST
    if x in _namesakes(y) or y in _namesakes(x):
        return NICKNAME_COST
    return None


def keys(name: Name) -> Iterator[str]:
    """What to look a name up by: its words, neighbours together, and each word's sound with a neighbour's initial."""
    for core in name.all:
        yield from (f"n:{word}" for word in core)
        if len(core) == 1:
            yield f"s:{skeleton(core[0])} "
        for one, other in _neighbours(core):
            yield f"p:{min(one, other)} {max(one, other)}"
            yield f"s:{skeleton(one)} {other[0]}"
            yield f"s:{skeleton(other)} {one[0]}"


def _neighbours(core: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Words side by side, and the first with the last, since middle names are often left out or shortened."""
    yield from pairwise(core[:LOOKED_UP])
    if len(core) > 2:
        yield core[0], core[-1]


def _kind(a: Name, b: Name, found: Overlap, used: tuple[tuple[str, ...], tuple[str, ...]]) -> str:
    if used != (a.main, b.main) or (a.also != b.also and found.exact):
        return "trading" if found.exact else "trading_similar"
    if found.exact:
        return _same_but_for(a, b)
    if found.bits <= 0:
        return "other"
    if found.left_a and found.left_b:
        return "part_other"
    return "part" if found.left_a or found.left_b else _alike(found)


def _same_but_for(a: Name, b: Name) -> str:
    if a.main != b.main:
        return "order"
    return "form" if a.form != b.form else "accents"


def _alike(found: Overlap) -> str:
    if len(found.alike) > 1:
        return "similar"
    [(x, y)] = found.alike
    if x == y:
        return "spaces"
    if len(x) == 1 or len(y) == 1:
        return "initial"
    if x in _namesakes(y) or y in _namesakes(x):
        return "nickname"
    return "letter" if slips(x, y) == 1 else "similar"


def _core(text: str) -> tuple[tuple[str, ...], str]:
    """The words that matter and the company form, which stands at the end, seldom at the beginning."""
    every = WORD.findall(text)
    kept = list(every)
    while kept and (size := _form_at_end(kept)):
        del kept[-size:]
    form = " ".join(every[len(kept) :])
    core = [word for word in kept if word not in FILLERS and (word not in TITLES or len(kept) == 1)]
    return tuple(core or every), form if core else ""


def _form_at_end(found: list[str]) -> int:
    """How many words at the end are a company form; "g m b h" counts as one, as it is written with dots."""
    forms, endings = _forms()
    if found[-1] not in endings:
        return 0
    for size in range(min(LONGEST_FORM, len(found) - 1), 0, -1):
        if "".join(found[-size:]) in forms:
            return size
    return 0


@cache
def _forms() -> tuple[frozenset[str], frozenset[str]]:
    """Company forms, their words run together; and the words they may end with, single letters among them."""
    usual: Iterable[Iterable[str]] = (terms_by_country[country.strip()] for country in COUNTRIES.split("|"))
    terms = [found for term in chain(MORE_FORMS.split("|"), *usual) if len("".join(found := words(term))) > 1]
    endings = frozenset(end for term in terms for end in (term[-1], term[-1][-1]))
    return frozenset("".join(term) for term in terms), endings


@cache
def _namer() -> NickNamer:
    return NickNamer()


@cache
def _namesakes(name: str) -> frozenset[str]:
    """Nicknames of a name, the names it is short for, and their other nicknames."""
    namer = _namer()
    full = namer.canonicals_of(name)
    return frozenset(namer.nicknames_of(name) | full).union(*map(namer.nicknames_of, full))
