"""The `where` filter of a list: comparisons joined by AND, in the forms Xero documents.

Text is compared without regard to case or accents. A quote inside a value is written twice; anything
else that does not parse is answered with the QueryParseException of the real API.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from simulator.contact import Contact, fold

Predicate = Callable[[Contact], bool]
TOKEN = re.compile(
    r"""\s*(?:
        (?P<join>AND\b|&&)
      | (?P<guid>GUID\s*\(\s*"(?P<id>[0-9a-f-]{36})"\s*\))
      | (?P<call>[A-Za-z]+\.(?:Contains|StartsWith|EndsWith))\s*\(\s*"(?P<part>(?:[^"\\]|"")*)"\s*\)
      | (?P<op>==|!=|=)
      | "(?P<text>(?:[^"\\]|"")*)"
      | (?P<word>[A-Za-z]+)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
TEXTS = {
    "contactid": "id", "name": "name", "emailaddress": "email", "accountnumber": "account_number",
    "contactnumber": "number", "contactstatus": "status", "firstname": "first_name", "lastname": "last_name",
    "companynumber": "company_number",
}  # fmt: skip
FLAGS = {"iscustomer": "is_customer", "issupplier": "is_supplier"}
OPTIMISED = {"name", "emailaddress", "accountnumber", "contactid"}
CALLS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda value, part: part in value,
    "startswith": str.startswith,
    "endswith": str.endswith,
}


class BadWhere(Exception):
    """The filter does not parse, or names a field that cannot be filtered by."""


class Filter(NamedTuple):
    """A parsed filter. `fixed` holds what it asks text fields to equal, ready for an index."""

    accepts: Predicate
    optimised: bool
    fixed: dict[str, str]


class _Term(NamedTuple):
    accepts: Predicate
    optimised: bool
    fixed: tuple[str, str] | None = None


def parse(where: str) -> Filter:
    """Understand a filter. Raises: BadWhere."""
    tokens = list(_tokens(where))
    terms = [_term(group) for group in _groups(tokens)]
    return Filter(
        accepts=lambda contact: all(term.accepts(contact) for term in terms),
        optimised=all(term.optimised for term in terms),
        fixed=dict(term.fixed for term in terms if term.fixed),
    )


def _tokens(where: str) -> Iterator[re.Match[str]]:
    at, end = 0, len(where.rstrip())
    while at < end:
        token = TOKEN.match(where, at)
        if token is None:
            raise BadWhere(f"Syntax error (at index {at})")
        yield token
        at = token.end()


def _groups(tokens: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    group: list[re.Match[str]] = []
    for token in tokens:
        if token["join"]:
            yield group
            group = []
        else:
            group.append(token)
    yield group


def _term(group: list[re.Match[str]]) -> _Term:
    if len(group) == 1 and group[0]["call"]:
        return _call(group[0])
    if len(group) != 3 or not group[0]["word"] or not group[1]["op"]:
        raise BadWhere("Expression expected")
    field, equal, value = group[0]["word"].lower(), group[1]["op"] != "!=", group[2]
    if field in FLAGS:
        return _flag(FLAGS[field], equal, (value["word"] or "").lower())
    if field not in TEXTS:
        raise BadWhere(f"No property or field '{group[0]['word']}' exists in type 'Contact'")
    return _text(field, equal, value)


def _call(token: re.Match[str]) -> _Term:
    field, method = token["call"].lower().split(".")
    if field not in TEXTS:
        raise BadWhere(f"No property or field '{field}' exists in type 'Contact'")
    attribute, test, part = TEXTS[field], CALLS[method], fold(_unquoted(token["part"]))
    return _Term(lambda contact: test(fold(getattr(contact, attribute)), part), False)


def _flag(attribute: str, equal: bool, word: str) -> _Term:
    if word not in ("true", "false"):
        raise BadWhere("A boolean was expected")
    wanted = (word == "true") == equal
    return _Term(lambda contact: getattr(contact, attribute) is wanted, False)


def _text(field: str, equal: bool, value: re.Match[str]) -> _Term:
    if (value["word"] or "").lower() == "null":
        wanted = ""
    elif value["guid"] or value["text"] is not None:
        wanted = fold(value["id"] or _unquoted(value["text"] or ""))
    else:
        raise BadWhere("A value in double quotes was expected")
    attribute = TEXTS[field]
    return _Term(
        lambda contact: (fold(getattr(contact, attribute)) == wanted) is equal,
        equal and field in OPTIMISED,
        (attribute, wanted) if equal else None,
    )


def _unquoted(text: str) -> str:
    return text.replace('""', '"')
