"""The judges of what people are told: the questions they are asked, what is said to fail, and the log."""

from services.reconcile.plan import lets_in
from tests.support.books import Books


def told_otherwise(books: Books) -> list[str]:
    """What people are told that is not true."""
    return [
        *_forgotten(books),
        *_told_wrongly(books),
        *_archived_although_kept(books),
        *_failing_although_answered(books),
    ]


def _forgotten(books: Books) -> list[str]:
    """Every active Xero contact that takes part is linked, was linked, or is a question to a person; others are not."""
    connection, linked = books.tables["connection"][0], {row["xero_id"] for row in books.tables["link"]}
    kinds = lets_in(connection["type_filter"], bool(connection["include_neither"]))
    issues = {row["xero_id"]: row["state"] for row in books.tables["issue"]}
    complaints = []
    for row in books.tables["xero_contact"]:
        inside = row["let_in"] or (bool(row["is_customer"]), bool(row["is_supplier"])) in kinds
        state = issues.get(row["xero_id"], "resolved")
        if row["status"] == "active" and inside and row["xero_id"] not in linked and state == "resolved":
            complaints.append(f"{row['name']} is in Xero and was forgotten")
        if row["status"] != "active" and state == "open":
            complaints.append(f"{row['name']} is asked about and not in use in Xero")
    return complaints


def _told_wrongly(books: Books) -> list[str]:
    """Every write to Xero that was done is in the log once."""
    done = sum(row["kind"] == "update" and row["state"] == "done" for row in books.tables["intent"])
    told = sum(row["action"] == "xero.updated" for row in books.tables["activity"])
    return [] if done == told else [f"{done} changes were made in Xero and {told} told"]


def _archived_although_kept(books: Books) -> list[str]:
    """What a person chose to keep in Xero is archived there only if a person asks for it later."""
    kept: set[str] = set()
    complaints = []
    for row in books.tables["activity"]:
        if row["action"] == "link.kept":
            kept.add(row["xero_id"])
        elif row["action"] == "xero.archive_asked":
            kept.discard(row["xero_id"])
        elif row["action"] == "xero.archived" and row["xero_id"] in kept:
            complaints.append(f"{row['xero_id']} was kept in Xero and archived there")
    return complaints


def _failing_although_answered(books: Books) -> list[str]:
    """A refused creation no longer fails once its contact syncs or is archived; a link fails only if refused."""
    syncing = {link["contact_id"] for link in books.tables["link"] if link["state"] == "syncing"}
    answered = syncing | {row["id"] for row in books.tables["contact"] if row["archived_at"]}
    held = [row for row in books.tables["intent"] if (row["kind"], row["state"]) == ("create", "held")]
    refused = {row["link_id"] for row in books.tables["intent"] if row["state"] == "held"}
    failing = [row["id"] for row in books.tables["link"] if row["error"] and row["id"] not in refused]
    return [
        *(f"creation {row['id']} goes on failing" for row in held if row["contact_id"] in answered),
        *(f"link {link_id} fails and nothing of it was refused" for link_id in failing),
    ]
