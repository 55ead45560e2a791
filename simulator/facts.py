"""How we know what Xero does, and what the simulator leaves out: data for docs/simulator-facts.md."""

SOURCES = {
    "WIRE": "a third party's recording of the real API with a demo company, September 2026",
    "SPEC": "Xero's OpenAPI files, version 16.1.0",
    "DOC": "Xero's own documentation",
    "SDK": "read in Xero's client libraries, or seen when running them",
    "3P": "stated or measured by a third party",
    "?": "not established; the simulator does the stricter thing",
}
NOT_SIMULATED = (
    "Everything except contacts, contact groups (reading), a contact's history and the organisation. Other calls get a "
    "501 that says so.",
    "Writing contact groups (use the control request `groups`), attachments, CIS settings, branding themes, balances.",
    "XML: every answer is JSON, whatever `Accept` says.",
    "Tracking categories, payment terms, line amount types, website and discount of a contact: they are accepted but "
    "not stored. Tax types, currency and account codes are stored, but not checked against the organisation's own.",
    "The wording of most refusals. Only the messages for a taken name, an archived contact and an invalid email are "
    "Xero's.",
    "More than one app and one user. Bulk connections need no plan, and an app may ask for any scope.",
    "The certificate and the port 443 that a webhook's address needs: plain http is accepted.",
    "`where` on fields other than names, emails, numbers, status, roles and `UpdatedDateUTC`. Calling a method on a "
    "null is not an error.",
    "Egress, prices, and tiers apart from the limit of calls a day; the 412 for bad headers.",
)
