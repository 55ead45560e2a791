"""The where filter."""

import pytest

from tests.simulator.support import Api


@pytest.fixture
def people(api: Api) -> Api:
    api.create("[TEST] Recording", EmailAddress="one@post.example", AccountNumber="A1", ContactNumber="N1")
    api.create('The "Red" Inn', EmailAddress="two@post.example")
    api.create("Café Zoë", EmailAddress="two@post.example")
    return api


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ('Name=="[test] recording"', ["[TEST] Recording"]),
        ('name = "[TEST] RECORDING"', ["[TEST] Recording"]),
        ('Name=="cafe zoe"', ["Café Zoë"]),
        ('EmailAddress=="TWO@post.example"', ['The "Red" Inn', "Café Zoë"]),
        ('EmailAddress=="two@post.example" AND Name=="Café Zoë"', ["Café Zoë"]),
        ('EmailAddress=="two@post.example"&&Name=="Café Zoë"', ["Café Zoë"]),
        ('AccountNumber=="A1"', ["[TEST] Recording"]),
        ('ContactNumber=="n1"', ["[TEST] Recording"]),
        ('ContactNumber=="none"', []),
        ('ContactStatus=="ACTIVE" and Name.Contains("zo")', ["Café Zoë"]),
        ('Name.StartsWith("the")', ['The "Red" Inn']),
        ('AccountNumber!=null AND Name.EndsWith("ing")', ["[TEST] Recording"]),
        ('Name=="The ""Red"" Inn"', ['The "Red" Inn']),
        ("IsCustomer==false AND IsSupplier==False", ["[TEST] Recording", 'The "Red" Inn', "Café Zoë"]),
    ],
)
def test_a_filter_that_xero_documents_is_understood(people: Api, where: str, names: list[str]) -> None:
    """[WIRE] case; [3P] doubled quotes; [DOC] the rest"""
    assert people.names(where=where, page=1) == names


def test_a_filter_by_id_takes_a_guid(people: Api) -> None:
    """[DOC]"""
    contact_id = people.get(page=1).json()["Contacts"][1]["ContactID"]
    assert people.names(where=f'ContactID==Guid("{contact_id}")') == ['The "Red" Inn']


@pytest.mark.parametrize(
    "where",
    [
        'Name=="The "Red" Inn"',
        'Name=="The \\"Red\\" Inn"',
        "Name==",
        "Name",
        'Mood=="fine"',
        "Name==Acme",
        'Name=="a" OR Name=="b"',
        'Name=="a" AND',
        "IsCustomer==maybe",
        'Name=="unended',
        "😀",
    ],
)
def test_a_filter_that_does_not_parse_is_refused(people: Api, where: str) -> None:
    """[3P] ErrorNumber 16"""
    response = people.get(where=where)
    assert response.status_code == 400
    assert (response.json()["ErrorNumber"], response.json()["Type"]) == (16, "QueryParseException")
