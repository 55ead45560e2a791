"""What people do to many contacts with a file, what they archive later in Xero, and what they take back."""

import csv
import io
import json
from typing import Any

from services import archive, contact_files, undo
from services.reconcile.contact import Address, Field, Value, values_from_json
from services.records.undoing import IMPORT
from tests.soak.ledger import PRACTICE, SOMEBODY, token
from tests.soak.setting_up import SettingUp
from tests.support.practice import contact

COLUMNS = {
    Field.NAME: (), Field.EMAIL: ("billing_email",), Field.PHONE: ("primary_phone",), Field.ADDRESS: ("street", "city"),
}  # fmt: skip
Values = dict[str, dict[Field, Value]]
"""What contacts say, by their ids."""


class Regretting(SettingUp):
    """Those actions."""

    def import_file(self, pick: int, what: Field) -> None:
        """A file changes one field of one or two contacts; one file in three adds a contact as well."""
        ids = sorted({row["id"] for one in (pick, pick // 7) if (row := self._one_of(self._ours(), one))})
        seen = {contact_id: contact(contact_id) for contact_id in ids}
        changed = {contact_id: seen[contact_id].with_values({what: self._fresh(what)}) for contact_id in ids}
        names = [str(self._fresh(Field.NAME))] if pick % 3 == 0 else []
        lines = [(contact_id, one.name, *_cells(what, one.get(what))) for contact_id, one in changed.items()]
        lines += [("", name, *_cells(what, self._fresh(what))) for name in names]
        contact_files.import_file(SOMEBODY, _file(("id", "name", *COLUMNS[what]), lines), clear=False)
        for contact_id, one in changed.items():
            self.ledger.seen.add(token(what, seen[contact_id].get(what)))
            self._wrote(PRACTICE, contact_id, {what: one.get(what)})
        for name in names:
            [row] = self.world.rows("SELECT id FROM contact WHERE name = ?", name)
            self.ledger.added += 1
            self._wrote(PRACTICE, row["id"], {one: contact(row["id"]).get(one) for one in {Field.NAME, what}})

    def archive_offered(self, pick: int, _field: Field) -> None:
        """Archive in Xero too what was archived here before."""
        query = "SELECT id FROM link WHERE state = 'broken' AND cause = 'archived_in_practice' ORDER BY id"
        if row := self._one_of(self.world.rows(query), pick):
            archive.archive_in_xero(SOMEBODY, [row["id"]])

    def undo(self, pick: int, _field: Field) -> None:
        """Undo what can be undone: an Unsync, a link, an Ignore, a file, or a choice whose values are on the screen."""
        query = "SELECT * FROM activity WHERE undo != '{}' ORDER BY id DESC LIMIT 5"
        row, before = self._one_of(self.world.rows(query), pick), self._all_values()
        if row is None or not undo.undo(SOMEBODY, [row["id"]]).done:
            return
        noted = json.loads(row["undo"])
        if noted["kind"] == IMPORT:
            self._file_taken_back(before)
        else:
            self._saw(values_from_json(json.loads(row[side])) for side in ("before", "after"))
        if noted.get("created"):
            self.ledger.unmade.append(row["xero_id"])

    def _file_taken_back(self, before: Values) -> None:
        """Note what the file said as seen; what contacts said before it is written again."""
        after = self._all_values()
        for contact_id, values in before.items():
            now = after.get(contact_id)
            if now is None:
                self.ledger.unmade.append(contact_id)
                self._saw([values])
            elif back := {field: value for field, value in now.items() if value != values[field]}:
                self._saw([{field: values[field] for field in back}])
                agreed = {field for field in back if self._was_agreed(PRACTICE, contact_id, field, back[field])}
                self._wrote(PRACTICE, contact_id, {field: back[field] for field in back.keys() - agreed})

    def _saw(self, all_values: Any) -> None:
        for values in all_values:
            self.ledger.seen.update(token(field, value) for field, value in values.items())

    def _all_values(self) -> Values:
        ids = [row["id"] for row in self.world.rows("SELECT id FROM contact ORDER BY id")]
        said = {contact_id: contact(contact_id) for contact_id in ids}
        return {contact_id: {field: one.get(field) for field in Field} for contact_id, one in said.items()}


def _cells(what: Field, value: Value) -> tuple[str, ...]:
    if what is Field.NAME:
        return ()
    return (value.street, value.city) if isinstance(value, Address) else (str(value),)


def _file(header: tuple[str, ...], lines: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *lines])
    return text.getvalue().encode()
