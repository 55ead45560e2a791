"""Candidates worth a person's look, best first, each with reasons they can check.

The score only orders suggestions and never links anything: measured on noisy copies, similar names alone
are wrong too often. Points are plain numbers in `POINTS`, so a ranking can be explained by adding up.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nsmallest

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import token_sort_ratio

from services.reconcile.contact import Contact
from services.reconcile.normalise import key, phone_digits

CUTOFF = 25.0
"""Least score worth showing: one strong reason, or two weak ones."""

POINTS = {"name": 50.0, "email": 50.0, "phone": 30.0, "domain": 15.0, "postcode": 15.0}
"""What each reason is worth; together at most 100."""

SIMILAR_FROM = 70.0
"""Names less alike than this (per cent) do not count; points grow from there on."""

SUBSCRIBER_DIGITS = 9
"""Two phones with these last digits in common are one phone, written with and without a country code."""

_SUFFIXES = """
    ab ag as bv co company corp corporation gmbh inc incorporated limited llc llp lp ltd nv oy plc
    proprietary pte pty sa sarl sas spa srl the trust
"""
_FREE_MAIL = """
    aol.com bigpond.com btinternet.com fastmail.com gmail.com gmx.com gmx.de googlemail.com
    hotmail.co.uk hotmail.com icloud.com live.co.uk live.com mac.com mail.com me.com msn.com
    optusnet.com.au outlook.com pm.me proton.me protonmail.com sky.com talktalk.net virginmedia.com
    web.de xtra.co.nz yahoo.co.nz yahoo.co.uk yahoo.com yahoo.com.au ymail.com
"""
SUFFIXES = frozenset(_SUFFIXES.split())
FREE_MAIL = frozenset(_FREE_MAIL.split())
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its score, 0 to 100, and the reasons for it, strongest first."""

    contact_id: str
    score: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Traits:
    name: str
    core: str
    email: str
    phone: str
    domain: str
    postcode: str


def rank(xero: Contact, practice: Iterable[tuple[str, Contact]], limit: int = 5) -> list[Ranked]:
    """The best candidates for a Xero contact among (id, contact) pairs, best first, equals by id."""
    wanted = _traits(xero)
    scored = (_score(contact_id, wanted, _traits(contact)) for contact_id, contact in practice)
    worthy = (ranked for ranked in scored if ranked.score >= CUTOFF)
    return nsmallest(limit, worthy, key=lambda ranked: (-ranked.score, ranked.contact_id))


def _score(contact_id: str, a: _Traits, b: _Traits) -> Ranked:
    reasons = sorted(_reasons(a, b), reverse=True, key=lambda reason: reason[0])
    score = min(100.0, sum(points for points, _ in reasons))
    return Ranked(contact_id, round(score, 1), tuple(why for _, why in reasons))


def _reasons(a: _Traits, b: _Traits) -> Iterator[tuple[float, str]]:
    """Points and words for everything the two have in common; blanks have nothing in common."""
    if a.email and a.email == b.email:
        yield POINTS["email"], "same billing email"
    elif a.domain and a.domain == b.domain:
        yield POINTS["domain"], "same email domain"
    if _same_phone(a.phone, b.phone):
        yield POINTS["phone"], "same phone"
    if a.postcode and a.postcode == b.postcode:
        yield POINTS["postcode"], "same postal code"
    if name := _name_reason(a, b):
        yield name


def _name_reason(a: _Traits, b: _Traits) -> tuple[float, str] | None:
    if not a.core or not b.core:
        return None
    if a.name == b.name:
        return POINTS["name"], "same name"
    alike = token_sort_ratio(a.core, b.core, score_cutoff=SIMILAR_FROM)
    if not alike:
        return None
    points = POINTS["name"] * (0.5 + 0.5 * (alike - SIMILAR_FROM) / (100 - SIMILAR_FROM)) - 1
    if alike == 100:
        return points, "same name but for word order, punctuation or company form"
    one_letter = OSA.distance(a.core, b.core, score_cutoff=1) == 1
    return points, "name differs by one letter" if one_letter else f"similar name ({alike:.0f} %)"


def _same_phone(a: str, b: str) -> bool:
    if not a or not b:
        return False
    long_enough = min(len(a), len(b)) >= SUBSCRIBER_DIGITS
    return a == b or (long_enough and a[-SUBSCRIBER_DIGITS:] == b[-SUBSCRIBER_DIGITS:])


def _traits(contact: Contact) -> _Traits:
    name, email = key(contact.name), key(contact.email)
    domain = email.rpartition("@")[2] if "@" in email else ""
    return _Traits(
        name=name,
        core=_core(name),
        email=email,
        phone=phone_digits(contact.phone),
        domain="" if domain in FREE_MAIL else domain,
        postcode=key(contact.address.postal_code).replace(" ", ""),
    )


def _core(name: str) -> str:
    """A name without punctuation and company forms, unless nothing else is left."""
    words = WORD.findall(name)
    return " ".join([word for word in words if word not in SUFFIXES] or words)
