"""History and notes of a contact."""

from tests.simulator.support import CONTACTS, Api


def records(api: Api, contact_id: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = api.get(f"{CONTACTS}/{contact_id}/History").json()["HistoryRecords"]
    return found


def note(api: Api, contact_id: str, *details: str) -> int:
    body = {"HistoryRecords": [{"Details": text} for text in details]}
    path = f"{CONTACTS}/{contact_id}/History"
    return api.http.put(path, headers=api.headers, json=body).status_code


def test_a_note_answers_with_its_time_and_text(api: Api) -> None:
    """[SPEC]"""
    contact_id = api.create("Acme")["ContactID"]
    body = {"HistoryRecords": [{"Details": "Hello"}]}
    answer = api.http.put(f"{CONTACTS}/{contact_id}/History", headers=api.headers, json=body).json()
    (record,) = answer["HistoryRecords"]
    assert list(record) == ["DateUTCString", "DateUTC", "Details", "ValidationErrors"]
    assert (record["Details"], record["ValidationErrors"]) == ("Hello", [])


def test_history_has_the_keys_of_the_documented_example_and_the_newest_comes_first(api: Api) -> None:
    """[DOC]"""
    contact_id = api.create("Acme")["ContactID"]
    api.wait(2)
    api.post({"ContactID": contact_id, "FirstName": "Ann"})
    api.wait(2)
    note(api, contact_id, "Rang them")
    found = records(api, contact_id)
    assert list(found[0]) == ["Changes", "DateUTCString", "DateUTC", "User", "Details"]
    assert [record["Changes"] for record in found][-1] == "Created"
    assert found[0]["Details"] == "Rang them"
    assert "Received through the Xero API from" in found[-1]["Details"]


def test_what_a_person_does_is_entered_under_their_name(api: Api) -> None:
    """[DOC]"""
    contact_id = api.edit(create={"Name": "Acme"})["ContactID"]
    api.edit(id=contact_id, change={"Name": "Acme 2"})
    assert [(r["Changes"], r["User"]) for r in records(api, contact_id)] == [
        ("Updated", "Demo User"),
        ("Created", "Demo User"),
    ]


def test_a_note_has_at_most_450_characters(api: Api) -> None:
    """[3P]"""
    contact_id = api.create("Acme")["ContactID"]
    assert note(api, contact_id, "x" * 451) == 400
    assert note(api, contact_id, "fine", "") == 400
    assert all("fine" not in record["Details"] for record in records(api, contact_id))
    assert note(api, contact_id, "x" * 450) == 200


def test_a_note_does_not_change_the_contact(api: Api) -> None:
    """[?]"""
    created = api.create("Acme")
    api.wait(2)
    note(api, created["ContactID"], "Rang them")
    assert api.found(page=1)[0]["UpdatedDateUTC"] == created["UpdatedDateUTC"]


def test_the_history_of_an_unknown_contact_gets_a_404(api: Api) -> None:
    """[3P]"""
    unknown = "00000000-0000-0000-0000-000000000009"
    assert api.get(f"{CONTACTS}/{unknown}/history").status_code == 404
    assert note(api, unknown, "x") == 404
