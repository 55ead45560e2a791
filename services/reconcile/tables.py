"""The page docs/sync-rules.md, made from the tables the program decides by, so that it cannot drift."""

from collections.abc import Iterable, Sequence

from services.reconcile.contact import Field
from services.reconcile.match import Match
from services.reconcile.merge import RULES, Action, Likeness, Rule
from services.reconcile.plan import FILTERS, PLAN, Step
from services.reconcile.rules import BOOK_ONLY_RULES, TEXTS, XERO_RULES, FieldRule

MATCHES = {
    Match.OURS: "created in Xero for a practice contact that is in use and not linked",
    Match.OURS_IN_DOUBT: "created in Xero for a practice contact that is archived or linked, or others fit as well",
    Match.SURVIVOR: "a linked contact was merged into it, and it is no full match for the practice contact of that one",
    Match.FULL: "full match: name and billing email are equal, and no other contact on either side has both",
    Match.PARTIAL_NAME: "partial match: one contact has the same name, but not the same billing email",
    Match.PARTIAL_EMAIL: "partial match: one contact has the same billing email, but not the same name",
    Match.AMBIGUOUS: "ambiguous: several contacts fit, or the one that fits is linked already",
    Match.NONE: "no match: no contact has this name or billing email",
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
    Action.SETTLE: "store both values as agreed",
    Action.TO_XERO: "write to Xero",
    Action.TO_PRACTICE: "write to the practice",
    Action.ASK: "difference: a person decides",
    Action.HOLD: "hold until the direction is opened",
}
EQUALITY = {
    Field.NAME: ("white space", "white space and capitals"),
    Field.EMAIL: ("white space and capitals", "white space and capitals"),
    Field.PHONE: (
        "spaces, brackets and the like; a leading + or 00",
        "the same, and whether it is written for callers at home (020 …) or abroad (+44 20 …)",
    ),
    Field.ADDRESS: (
        "capitals, white space, commas and line breaks",
        "the same, and which part of the address holds what",
    ),
}


def sync_rules_markdown() -> str:
    """The whole page as Markdown, ending in a newline."""
    sections = (_opening(), _matching(), _filters(), _equality(), _merging(), _rules())
    return "\n\n".join(sections) + "\n"


def _opening() -> str:
    return (
        "# How contacts are matched and kept in step\n\n"
        "This page is made from the tables the program decides by.\n"
        "Four fields are synced: " + ", ".join(field.label.lower() for field in Field) + "."
    )


def _matching() -> str:
    policies: dict[tuple[str, ...], list[str]] = {}
    for rule in PLAN:
        policies.setdefault((MATCHES[rule.match], STEPS[rule.step], rule.why), []).append(rule.policy)
    rows = [(match, " or ".join(ways), f"**{step}**", why) for (match, step, why), ways in policies.items()]
    return (
        "## A Xero contact without a link\n\n"
        "- Capitals, white space and invisible characters do not count when names and billing emails are compared.\n"
        "  Two blanks are never equal.\n"
        "- A practice contact whose link is syncing or stopped is never linked a second time automatically.\n"
        "- Several Xero contacts with the same name and the same billing email, or with the same name and no email,\n"
        "  might be one contact. A person is asked before any of them is created here.\n"
        "- Xero contacts with the same name and different emails are taken to be different people.\n"
        "- Every contact that the program creates in Xero gets a marker, a number that names the practice contact. If\n"
        "  the answer to the creation was lost, the marker says which contact it is, whatever the contact-type filter\n"
        "  says.\n\n" + _table(("What matching finds", "No-match policy", "Step", "Why"), rows)
    )


def _filters() -> str:
    rows = [
        (f"`{rule.type_filter}`", _yes(rule.customers), _yes(rule.suppliers), _yes(rule.neither), rule.why)
        for rule in FILTERS
    ]
    return (
        "## The contact-type filter\n\n"
        "The filter decides which new Xero contacts are imported; others are skipped. A linked contact stays linked,\n"
        "whatever its type becomes. Xero calls a contact a customer or a supplier only once it has an invoice or a\n"
        "bill, so a new contact is neither. The option *include neither* lets those in under every filter.\n\n"
        + _table(("Filter", "Customers", "Suppliers", "Neither", "Lets in"), rows)
    )


def _equality() -> str:
    rows = [(field.label, *EQUALITY[field]) for field in Field]
    return "## What counts as equal\n\nSome ways of writing a value differently do not count.\n\n" + _table(
        ("Field", "Not a change on one side", "Not a difference between the sides"), rows
    )


def _merging() -> str:
    first = [_merge_row(rule) for rule in RULES if not rule.has_base]
    later = [_merge_row(rule) for rule in RULES if rule.has_base]
    head = ("Practice", "Xero", "The two are", "Action", "Why")
    return (
        "## The two sides of a link, field by field\n\n"
        "The first row that fits decides. Each side is compared with the base, the value last agreed on, as that side\n"
        "writes it.\n\n"
        "An admin may set policies:\n\n"
        "- *Directions*, for each field: changes travel both ways (the default) or one way. A change that may not\n"
        "  travel is held: base and values stay as they are, and it travels once its direction is opened.\n"
        "- *Differences*, for each field: ask (the default), the practice wins, or Xero wins. The value that is\n"
        "  overwritten is kept and can be restored. A blank name never wins, nor a value that may not travel.\n"
        "- *Blanks*, for all fields: a value cleared on one side is cleared on the other (the default) or kept.\n\n"
        "### Never agreed before\n\n" + _table(head, first) + "\n\n"
        "### Agreed before\n\n"
        "A blank counts as a value here: a phone cleared on one side is cleared on the other, unless the policy keeps\n"
        "it.\n\n" + _table(head, later)
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
        "## Which values are accepted\n\n"
        "Forms and imported files accept only what can also be sent to Xero.\n\n"
        + _table(("Field", "In Xero and in the practice", "Only in the practice"), rows)
    )


def _sentences(rules: Iterable[FieldRule], label: str) -> str:
    return "; ".join(rule.sentence for rule in rules if rule.label == label)


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
