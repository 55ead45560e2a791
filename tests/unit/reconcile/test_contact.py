"""The one shape of a contact, and the words for its fields."""

import pytest

from services.reconcile.contact import Field, within_a_sentence


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ([Field.PHONE], "primary phone"),
        ([Field.PHONE, Field.ADDRESS], "primary phone and billing address"),
        ([Field.NAME, Field.PHONE, Field.ADDRESS], "contact name, primary phone and billing address"),
    ],
)
def test_fields_are_listed_as_in_a_sentence(fields: list[Field], words: str) -> None:
    assert within_a_sentence(fields) == words
