"""The where filter."""

import pytest

from tests.simulator.support import Api


@pytest.fixture
def people(api: Api) -> Api:
    api.create("[TEST] Recording", EmailAddress="one@post.example", AccountNumber="A1", ContactNumber=api.number("N1"))
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
        ('ContactNumber=="none"', []),
        ('ContactStatus=="ACTIVE" and Name.Contains("zo")', ["Café Zoë"]),
        ('Name.StartsWith("the")', ['The "Red" Inn']),
        ('AccountNumber!=null AND Name.EndsWith("ing")', ["[TEST] Recording"]),
        ('Name=="The ""Red"" Inn"', ['The "Red" Inn']),
        ("IsCustomer==false AND IsSupplier==False", ["[TEST] Recording", 'The "Red" Inn', "Café Zoë"]),
        ('Name=="Café Zoë" OR AccountNumber=="A1"', ["[TEST] Recording", "Café Zoë"]),
        ('Name=="Café Zoë" || AccountNumber=="A1"', ["[TEST] Recording", "Café Zoë"]),
        ('(Name=="Café Zoë" OR Name=="none") AND EmailAddress!=null', ["Café Zoë"]),
        ('AccountNumber=="A1" OR Name=="Café Zoë" AND EmailAddress=="none"', ["[TEST] Recording"]),
        ('Name.ToLower()=="café zoë" OR Name.ToLower().Contains("red")', ['The "Red" Inn', "Café Zoë"]),
        (
            'Name.Contains("e") AND UpdatedDateUTC>=DateTime(2015, 01, 01)',
            ["[TEST] Recording", 'The "Red" Inn', "Café Zoë"],
        ),
        ("UpdatedDateUTC<DateTime(2015, 1, 1, 12, 30, 0)", []),
    ],
)
def test_a_filter_that_xero_documents_is_understood(people: Api, where: str, names: list[str]) -> None:
    """[WIRE] in any letter case; [3P] doubled quotes and OR; [DOC] the rest"""
    assert people.names(where=where, page=1) == names


def test_a_filter_by_number_ignores_letter_case(people: Api) -> None:
    """[DOC]"""
    assert people.names(where=f'ContactNumber=="{people.number("n1")}"') == ["[TEST] Recording"]


def test_a_filter_by_id_takes_a_guid(people: Api) -> None:
    """[DOC]"""
    contact_id = people.found(page=1)[1]["ContactID"]
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
        'Name=="a" OR',
        '(Name=="a"',
        'Name=="a")',
        'Name>"a"',
        "UpdatedDateUTC>=DateTime(2015, 13, 1)",
        'UpdatedDateUTC=="2015-01-01"',
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


def test_a_filter_by_a_field_that_the_summary_leaves_out_is_refused(people: Api) -> None:
    """[DOC] the wording of the refusal is made up"""
    assert people.get(where="IsCustomer==true", summaryOnly="true").status_code == 400
    assert people.get(where='Name=="x"', summaryOnly="true").status_code == 200
