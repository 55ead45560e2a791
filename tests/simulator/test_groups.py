"""Contact groups."""

from tests.simulator.support import CONTACTS, Api

GROUPS = "/api.xro/2.0/ContactGroups"


def group(api: Api, name: str, *contact_ids: str) -> str:
    group_id = str(api.control("POST", "groups", {"create": name}).json()["id"])
    for contact_id in contact_ids:
        assert api.control("POST", "groups", {"id": group_id, "add": contact_id}).status_code == 200
    return group_id


def test_groups_are_listed_without_their_contacts(api: Api) -> None:
    """[DOC]"""
    group_id = group(api, "VIP Customers", api.create("Acme")["ContactID"])
    listed = api.get(GROUPS).json()["ContactGroups"]
    assert listed == [{"ContactGroupID": group_id, "Name": "VIP Customers", "Status": "ACTIVE"}]


def test_one_group_comes_with_the_ids_and_names_of_its_contacts(api: Api) -> None:
    """[DOC]"""
    acme, bravo = api.create("Acme")["ContactID"], api.create("Bravo")["ContactID"]
    group_id = group(api, "VIP Customers", bravo, acme)
    (found,) = api.get(f"{GROUPS}/{group_id}").json()["ContactGroups"]
    assert found["Contacts"] == [{"ContactID": acme, "Name": "Acme"}, {"ContactID": bravo, "Name": "Bravo"}]
    assert api.get(f"{GROUPS}/{group_id[:-1]}x").status_code == 404


def test_a_contact_names_its_groups(api: Api) -> None:
    """[3P] the shape"""
    contact_id = api.create("Acme")["ContactID"]
    group_id = group(api, "VIP Customers", contact_id)
    shown = [{"ContactGroupID": group_id, "Name": "VIP Customers", "Status": "ACTIVE", "Contacts": []}]
    assert api.get(f"{CONTACTS}/{contact_id}").json()["Contacts"][0]["ContactGroups"] == shown
    api.control("POST", "groups", {"id": group_id, "remove": contact_id})
    assert api.found(page=1)[0]["ContactGroups"] == []


def test_joining_a_group_does_not_change_the_contact(api: Api) -> None:
    """[3P] webhooks do not cover groups either"""
    created = api.create("Acme")
    api.wait(2)
    group(api, "VIP Customers", created["ContactID"])
    assert api.found(page=1)[0]["UpdatedDateUTC"] == created["UpdatedDateUTC"]


def test_groups_need_the_contacts_scope(api: Api) -> None:
    """[SPEC]"""
    api.token = api.simulator.sign_in("accounting.settings.read")
    assert api.get(GROUPS).status_code == 401


def test_made_up_organisations_have_two_groups_with_members(api: Api) -> None:
    api.control("POST", "reset", {"contacts": 100})
    made = api.control("GET", "groups").json()["groups"]
    assert [one["name"] for one in made] == ["VIP Customers", "Preferred Suppliers"]
    assert all(one["members"] for one in made)
