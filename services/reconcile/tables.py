"""The page docs/sync-rules.md, printed from the very tables the program decides by, so it cannot drift."""

from collections.abc import Iterable, Sequence

from services.reconcile.contact import Field
from services.reconcile.match import CANDIDATES_KEPT, Match
from services.reconcile.merge import RULES, Action, Likeness, Rule
from services.reconcile.plan import FILTERS, PLAN, Step
from services.reconcile.rules import BOOK_ONLY_RULES, TEXTS, XERO_RULES, FieldRule

MATCHES = {
    Match.OURS: "created in Xero for a contact of ours, which is in use and free",
    Match.OURS_IN_DOUBT: "created in Xero for a contact of ours that is archived, linked already, or in doubt",
    Match.FULL: "full match: name and billing email equal, the pair unique on both sides",
    Match.PARTIAL_NAME: "partial match: one contact has the name, not the billing email",
    Match.PARTIAL_EMAIL: "partial match: one contact has the billing email, not the name",
    Match.AMBIGUOUS: "ambiguous: more than one contact could be meant, or the one is linked already",
    Match.NONE: "no match: neither is equal to any contact's",
}
STEPS = {
    Step.LINK: "link",
    Step.CREATE: "create a practice contact and link",
    Step.HOLD: "hold for review",
    Step.ASK: "match issue",
    Step.SKIP: "skip",
}
ACTIONS = {
    Action.KEEP: "nothing to do",
    Action.SETTLE: "remember both wordings as agreed",
    Action.TO_XERO: "write to Xero",
    Action.TO_PRACTICE: "write to the practice",
    Action.ASK: "difference: a person decides",
    Action.HOLD: "hold until the direction is opened",
}
EQUALITY = {
    Field.NAME: ("more than white space; capitals count", "white space and capitals aside"),
    Field.EMAIL: ("more than white space and capitals", "white space and capitals aside"),
    Field.PHONE: (
        "what is dialled; spaces, brackets, a leading + or 00 do not count",
        "what is dialled, from home (020 …) or abroad (+44 20 …)",
    ),
    Field.ADDRESS: (
        "any part, by more than capitals, white space, commas and line breaks",
        "read as one text, capitals, white space, commas and line breaks aside",
    ),
}


def sync_rules_markdown() -> str:
    """The whole page as Markdown, ending in a newline."""
    sections = (_opening(), _matching(), _filters(), _equality(), _merging(), _rules())
    return "\n\n".join(sections) + "\n"


def _opening() -> str:
    return (
        "# How contacts are matched and kept in step\n\n"
        "This page is printed from the tables the program decides by; change them there, not here.\n"
        "Four fields are synced: " + ", ".join(field.label.lower() for field in Field) + "."
    )


def _matching() -> str:
    rows = [(MATCHES[rule.match], rule.policy, f"**{STEPS[rule.step]}**", rule.why) for rule in PLAN]
    return (
        "## A Xero contact without a link\n\n"
        "Names and billing emails are compared as keys: Unicode NFKC, without capitals, white space\n"
        "collapsed, invisible characters dropped. Two blanks are never equal. A practice contact whose\n"
        "link is syncing or stopped is never linked a second time by itself. Two Xero contacts with the\n"
        "same name and billing email (or with no email at all) are asked about rather than created\n"
        "twice. Two with one name and different emails are taken to be two people. A match issue\n"
        f"lists at most {CANDIDATES_KEPT} candidates.\n\n"
        "What we create in Xero bears a number that names the practice contact. Should nobody have heard of\n"
        "the creation, it is that contact when it is read, whatever the contact-type filter says.\n\n"
        + _table(("Matching found", "No-match policy", "Step", "Why"), rows)
    )


def _filters() -> str:
    rows = [
        (f"`{rule.type_filter}`", _yes(rule.customers), _yes(rule.suppliers), _yes(rule.neither), rule.why)
        for rule in FILTERS
    ]
    return (
        "## The contact-type filter\n\n"
        "The filter decides which new Xero contacts come in; others are skipped. A contact that is linked\n"
        "stays linked whatever its type becomes. Xero calls a contact customer or supplier only after its\n"
        "first invoice or bill, so a new contact is neither; the setting *include neither* lets those in\n"
        "under every filter.\n\n" + _table(("Filter", "Customers", "Suppliers", "Neither", "Lets in"), rows)
    )


def _equality() -> str:
    rows = [(field.label, *EQUALITY[field]) for field in Field]
    return "## When a value counts as changed, and when two agree\n\n" + _table(
        ("Field", "Changed means a change of", "Two sides agree when equal"), rows
    )


def _merging() -> str:
    first = [_merge_row(rule) for rule in RULES if not rule.has_base]
    later = [_merge_row(rule) for rule in RULES if rule.has_base]
    head = ("Practice", "Xero", "The two are", "Action", "Why")
    return (
        "## The two sides of a link, field by field\n\n"
        "The first row that fits decides. Each side is compared with its own wording of what was last\n"
        "agreed (the base). Where a direction is closed, the write is held: base and values stay as they\n"
        "are, and the change flows once the direction is opened.\n\n"
        "A policy per field may answer a difference: ask (as it stands), the practice wins, or Xero wins. What is\n"
        "overwritten is kept with the difference and can be restored. A policy never lets a blank name win, nor a\n"
        "value whose direction is closed. A second policy says whether a value that was cleared on one side is\n"
        "cleared on the other (as it stands) or kept there.\n\n"
        "### Never agreed before\n\n" + _table(head, first) + "\n\n"
        "### Agreed before\n\n"
        "A blank is a value here: clearing a phone on one side clears it on the other,\n"
        "unless the policy is to keep it.\n\n" + _table(head, later)
    )


def _merge_row(rule: Rule) -> tuple[str, ...]:
    return (
        rule.practice or "any",
        rule.xero or "any",
        _likeness(rule.likeness),
        f"**{ACTIONS[rule.action]}**",
        rule.why,
    )


def _likeness(likeness: Sequence[Likeness]) -> str:
    return " or ".join(likeness) or "any"


def _rules() -> str:
    labels = dict.fromkeys(label for label, _, _ in TEXTS)
    rows = [(label, _sentences(XERO_RULES, label), _sentences(BOOK_ONLY_RULES, label)) for label in labels]
    return (
        "## What a contact must satisfy\n\n"
        "Our book accepts from a form or a file only what can also be sent to Xero.\n\n"
        + _table(("Field", "In Xero and in our book", "In our book alone"), rows)
    )


def _sentences(rules: Iterable[FieldRule], label: str) -> str:
    return "; ".join(rule.sentence for rule in rules if rule.label == label)


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
