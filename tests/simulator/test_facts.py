"""The page of facts is made from these tests, so each test of the contract must name its source."""

import ast
from pathlib import Path

import pytest

from scripts.simulator_facts import facts_of, sentence_of, simulator_facts_markdown

pytestmark = pytest.mark.simulated("about the simulator itself")
HERE = Path(__file__).parent
CONTRACT = (
    "test_absent", "test_groups", "test_history", "test_idempotency", "test_limits", "test_reading",
    "test_recorded_shapes",
    "test_sign_in", "test_webhooks", "test_where", "test_writing",
)  # fmt: skip
OWN = {
    "test_made_up_organisations_have_two_groups_with_members",
    "test_an_app_that_cannot_be_reached_is_noted",
    "test_a_webhook_can_be_removed",
    "test_what_is_not_simulated_says_so",
    "test_a_webhook_needs_an_address_and_a_key",
    "test_what_the_app_sends_is_escaped_on_the_page",
}


@pytest.mark.parametrize("name", CONTRACT)
def test_every_test_of_the_contract_names_its_source(name: str) -> None:
    path = HERE / f"{name}.py"
    tests = [node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)]
    told = {fact.sentence for fact in facts_of(path)[1]}
    silent = [test for test in tests if test.startswith("test_") and test not in OWN and sentence_of(test) not in told]
    assert silent == []


def test_the_page_says_how_sure_and_what_is_missing() -> None:
    page = simulator_facts_markdown()
    assert "| Post without an id silently overwrites the contact of that name | `[3P]` the trap |" in page
    assert "## What is not simulated" in page
    assert "| `country_letters` |" in page
