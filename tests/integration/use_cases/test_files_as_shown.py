"""Importing a file does what was said when it was checked: of the values that change, and of those that go to Xero."""

import pytest

from services import links, policies
from services.access import SYSTEM
from services.contact_files import check_file, import_file
from services.errors import MovedOn
from services.policies import FieldPolicy, SyncPolicies
from services.reconcile.contact import Address, Field
from services.reconcile.policy import Blanks, Way
from tests.support.practice import add, contact, edit, run_import, synced, tick
from tests.support.xero import Xero

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(("field", "cell"), [("billing_email", "file@example.com"), ("primary_phone", "")])
def test_a_file_overwrites_no_value_that_was_not_shown(field: str, cell: str) -> None:
    ada, ben = add("Ada Archer", "ada@example.com", "02 9999 1111"), add("Ben Baker", "file@example.com")
    data = f"id,name,{field}\n{ada},Ada Archer,{cell}\n{ben},Ben Baker,{cell}\n".encode()
    shown = check_file(data)
    assert [one.name for one in shown.first] == ["Ada Archer"]
    edit(ada, phone="")
    edit(ben, email="newer@example.com", phone="02 8888 2222")
    with pytest.raises(MovedOn, match="Look at it again"):
        import_file(SYSTEM, data, seen=shown.digest)
    assert (contact(ben).email, contact(ben).phone) == ("newer@example.com", "02 8888 2222")
    assert import_file(SYSTEM, data, seen=check_file(data).digest).changed


def test_what_others_change_beside_the_values_of_a_file_does_not_stop_it() -> None:
    ada = add("Ada Archer", "ada@example.com")
    data = f"id,name,billing_email\n{ada},Ada Archer,new@example.com\n".encode()
    shown = check_file(data)
    edit(ada, phone="02 9999 1111")
    import_file(SYSTEM, data, seen=shown.digest)
    assert (contact(ada).email, contact(ada).phone) == ("new@example.com", "02 9999 1111")


def test_contacts_count_as_syncing_when_what_changes_goes_to_xero(xero: Xero, connection_id: str) -> None:
    names = ("Ada Archer", "Bert Bean", "Cara Cole")
    ids = [add(name, f"{name[:3].lower()}@example.com") for name in names]
    for name in names:
        xero.create(name, f"{name[:3].lower()}@example.com")
    run_import(connection_id)
    links.stop(SYSTEM, [one.link_id for one in synced() if one.contact_id == ids[2]])
    header = "id,name,billing_email,notes\n"
    one_email = f"{ids[0]},Ada Archer,new@example.com,\n{ids[1]},Bert Bean,ber@example.com,a note\n"
    stopped = f"{ids[2]},Cara Cole,new@example.com,\n"
    assert check_file((header + one_email + stopped).encode()).syncing == 1
    kept = policies.get_policies(connection_id)
    ways = {**kept.fields, Field.EMAIL: FieldPolicy(way=Way.TO_PRACTICE)}
    policies.save_policies(SYSTEM, connection_id, SyncPolicies(ways))
    assert check_file((header + one_email).encode()).syncing == 0


@pytest.mark.parametrize(
    ("columns", "cells"), [("street,city", ","), ("primary_phone", "(02) 9999-1111")], ids=["a blank", "other wording"]
)
def test_a_file_is_not_said_to_change_what_is_not_written_to_xero(
    xero: Xero, connection_id: str, columns: str, cells: str
) -> None:
    ours = add("Ada Archer", "ada@example.com", "02 9999 1111", Address("1 High St", "Perth"))
    xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    kept = SyncPolicies(policies.get_policies(connection_id).fields, Blanks.KEEP)
    policies.save_policies(SYSTEM, connection_id, kept)
    tick(connection_id, 2)
    xero.forget_calls()
    data = f"id,name,{columns}\n{ours},Ada Archer,{cells}\n".encode()
    assert check_file(data).syncing == 0
    import_file(SYSTEM, data)
    tick(connection_id, 2)
    assert xero.calls("POST") == []
