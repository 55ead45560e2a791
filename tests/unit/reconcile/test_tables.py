"""The generated page says what the tables say."""

from services.reconcile.merge import RULES
from services.reconcile.plan import FILTERS, PLAN
from services.reconcile.rules import BOOK_ONLY_RULES, XERO_RULES
from services.reconcile.tables import sync_rules_markdown


def test_every_rule_of_every_table_is_on_the_page() -> None:
    page = sync_rules_markdown()
    sentences = [rule.why for rule in (*RULES, *PLAN, *FILTERS)]
    sentences += [rule.sentence for rule in XERO_RULES + BOOK_ONLY_RULES]
    assert [sentence for sentence in sentences if sentence not in page] == []


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    blocks = [block for block in sync_rules_markdown().split("\n\n") if block.startswith("|")]
    assert blocks
    for block in blocks:
        assert len({line.count(" | ") for line in block.splitlines()}) == 1
