"""Which practice contact, if any, a Xero contact is: by equal name and billing email, never by guessing.

One that was created in Xero for a contact of ours is that contact, whatever either is called by now.
Everything is a lookup in a dictionary, so the work grows with the number of contacts, not of pairs.
Names of people and shared mailboxes repeat, so only a pair that is unique on both sides links itself.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter

CANDIDATES_KEPT = 10
"""Candidates a verdict lists; a mailbox shared by thousands of contacts must not fill the memory."""

Pair = tuple[str, str]

NOBODY: list[str] = []
NONE_OF_OURS: Mapping[str, str] = {}
NO_MERGERS: Mapping[str, Sequence[str]] = {}
ONLY_NAME = "The name is equal, the billing email is not."
ELSEWHERE = "The practice contact with this name and billing email is linked with another Xero contact."
ONLY_EMAIL = "The billing email is equal, the name is not."
SURVIVES = "A contact that was linked with a practice contact was merged into it in Xero."


@dataclass(frozen=True, slots=True)
class Keys:
    """What one contact is matched by. Both keys come from `normalise.key`; "" never equals anything."""

    id: str
    name: str
    email: str


class Match(StrEnum):
    """What matching found."""

    OURS = "ours"
    OURS_IN_DOUBT = "ours_in_doubt"
    SURVIVOR = "survivor"
    FULL = "full"
    PARTIAL_NAME = "partial_name"
    PARTIAL_EMAIL = "partial_email"
    AMBIGUOUS = "ambiguous"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What matching found for one Xero contact, and why, as a sentence.

    `contact_ids` are the practice contacts that it may be: first the one it was created for and those that were linked
    with what was merged into it, then those of the same name, then those of the same billing email, each in the order
    of ids; at most `CANDIDATES_KEPT`.
    """

    xero_id: str
    match: Match
    contact_ids: tuple[str, ...]
    why: str


class Index:
    """The practice's contacts, ready to be looked up: groups of ids by key, in the order of ids."""

    __slots__ = ("by_email", "by_name", "by_pair", "ids", "taken")

    def __init__(self, practice: Iterable[Keys], taken: Collection[str] = frozenset()) -> None:
        """`taken` are the ids that have a link on this connection, syncing or stopped.

        They are listed as candidates, but never link themselves a second time.
        """
        self.taken = frozenset(taken)
        self.ids: set[str] = set()
        self.by_name: dict[str, list[str]] = {}
        self.by_email: dict[str, list[str]] = {}
        self.by_pair: dict[Pair, list[str]] = {}
        for keys in sorted(practice, key=attrgetter("id")):
            self.ids.add(keys.id)
            if keys.name:
                self.by_name.setdefault(keys.name, []).append(keys.id)
            if keys.email:
                self.by_email.setdefault(keys.email, []).append(keys.id)
            if keys.name and keys.email:
                self.by_pair.setdefault((keys.name, keys.email), []).append(keys.id)


def classify(
    xero: Sequence[Keys],
    index: Index,
    created_for: Mapping[str, str] = NONE_OF_OURS,
    merged: Mapping[str, Sequence[str]] = NO_MERGERS,
) -> list[Verdict]:
    """A verdict for each Xero contact, in the order given.

    Pass, together with the contacts in question, all others in Xero that do not sync and share a key with one of these:
    whether a pair is unique on the Xero side is judged among those given. Ids must be distinct. `created_for` maps the
    id of each Xero contact that was created for a contact of ours, in use or not, to the id of ours; `merged` maps one
    that others were merged into to the ids of our contacts that were linked with these.
    """
    pairs = [(keys.name, keys.email) for keys in xero]
    having, bearing = Counter(pairs), Counter(created_for.values())
    return [
        _ours(keys, index, pair, ours, bearing[ours] - 1)
        if (ours := created_for.get(keys.id))
        else _survivor(keys, index, pair, merged.get(keys.id, NOBODY))
        or _verdict(keys, index, pair, having[pair] - 1, bearing)
        for keys, pair in zip(xero, pairs, strict=True)
    ]


def _verdict(keys: Keys, index: Index, pair: Pair, twins: int, created: Collection[str] = ()) -> Verdict:
    """The verdict on a contact without our marker. `twins` is how many others have the same name and email; `created`
    are the practice contacts that other Xero contacts were created for.
    """
    if full := index.by_pair.get(pair):
        return _full(keys, full, _obstacle(full, index, twins, created))
    return _partial(keys, index) or _none(keys, twins)


def _ours(keys: Keys, index: Index, pair: Pair, ours: str, twins: int) -> Verdict:
    """The verdict on what was created in Xero for a contact of ours; if there is doubt, ours is the first candidate."""
    if not (why := _doubt(ours, index, pair, twins)):
        return Verdict(keys.id, Match.OURS, (ours,), "It was created in Xero for this contact, as its marker says.")
    others = [one for one in _verdict(keys, index, pair, 0).contact_ids if one != ours]
    return Verdict(keys.id, Match.OURS_IN_DOUBT, (ours, *others)[:CANDIDATES_KEPT], why)


def _doubt(ours: str, index: Index, pair: Pair, twins: int) -> str:
    """What keeps a contact from being linked with the one it was created for; "" if nothing does."""
    if ours not in index.ids:
        return "The practice contact for which it was created in Xero is archived."
    if ours in index.taken:
        return "The practice contact for which it was created in Xero is linked with another Xero contact."
    if ours not in index.by_pair.get(pair, [ours]):
        return "It was created in Xero for one practice contact, and has the name and billing email of another."
    return "Several Xero contacts were created for the same practice contact." if twins else ""


def _survivor(keys: Keys, index: Index, pair: Pair, merged: Sequence[str]) -> Verdict | None:
    """The verdict on what others that were linked here were merged into, unless it is a full match for one of ours that
    these were linked with.
    """
    if not merged or not set(merged).isdisjoint(index.by_pair.get(pair, NOBODY)):
        return None
    others = _verdict(keys, index, pair, 0).contact_ids
    return Verdict(keys.id, Match.SURVIVOR, tuple(dict.fromkeys([*merged, *others]))[:CANDIDATES_KEPT], SURVIVES)


def _full(keys: Keys, full: list[str], why: str) -> Verdict:
    """The verdict when both keys are equal; `why` says what keeps it from linking itself."""
    listed = tuple(full[:CANDIDATES_KEPT])
    if why:
        return Verdict(keys.id, Match.AMBIGUOUS, listed, why)
    return Verdict(keys.id, Match.FULL, listed, "Name and billing email are equal, and no other contact has both.")


def _obstacle(full: list[str], index: Index, twins: int, created: Collection[str]) -> str:
    """What keeps a full match from linking itself; "" if nothing does."""
    if len(full) > 1:
        return "Several practice contacts have this name and billing email."
    if full[0] in index.taken:
        return ELSEWHERE
    if full[0] in created:
        return "Another Xero contact was created for the practice contact with this name and billing email."
    return "Several Xero contacts have this name and billing email." if twins else ""


def _partial(keys: Keys, index: Index) -> Verdict | None:
    """The verdict when one key is equal; blanks are in no group, so they find nothing."""
    named = index.by_name.get(keys.name, NOBODY)
    mailed = index.by_email.get(keys.email, NOBODY)
    count = len(named) + len(mailed)
    if not count:
        return None
    listed = (*named[:CANDIDATES_KEPT], *mailed[:CANDIDATES_KEPT])[:CANDIDATES_KEPT]
    if count > 1:
        why = f"{count} practice contacts have either this name or this billing email."
        return Verdict(keys.id, Match.AMBIGUOUS, listed, why)
    match, why = (Match.PARTIAL_NAME, ONLY_NAME) if named else (Match.PARTIAL_EMAIL, ONLY_EMAIL)
    if listed[0] in index.taken:
        why = f"{why} The practice contact is linked with another Xero contact."
    return Verdict(keys.id, match, listed, why)


def _none(keys: Keys, twins: int) -> Verdict:
    """No match; two Xero contacts that cannot be told apart are asked about rather than created twice."""
    if twins and keys.name:
        why = "Several Xero contacts have this name and billing email; creating each would make duplicates."
        return Verdict(keys.id, Match.AMBIGUOUS, (), why)
    return Verdict(keys.id, Match.NONE, (), "No practice contact has this name or this billing email.")
