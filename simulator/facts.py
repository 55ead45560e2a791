"""How we know what Xero does, and what of Xero the simulator leaves out: data for docs/simulator-facts.md."""

SOURCES = {
    "WIRE": "a third party's recording of the real API against a demo company, September 2026",
    "SPEC": "Xero's OpenAPI files, version 16.1.0",
    "DOC": "Xero's own documentation",
    "SDK": "read in Xero's client libraries, or seen when running them",
    "3P": "a statement or measurement of a third party",
    "?": "not established; the simulator does the stricter thing",
}
NOT_SIMULATED = (
    "Everything but contacts, contact groups (reading), a contact's history and the organisation; a call to the rest "
    "answers 501 and says so.",
    "Writing contact groups (use the control request `groups`), attachments, CIS settings, branding themes, balances.",
    "XML: every answer is JSON, whatever `Accept` says.",
    "Tracking categories, payment terms, line amount types, website and discount of a contact: they are accepted and "
    "forgotten. Tax types, currency and account codes are kept, but not checked against the organisation's own.",
    "The words of most refusals. Only the messages for a taken name, an archived contact and an invalid email are "
    "Xero's.",
    "More than one app and one user; bulk connections depend on no plan; scopes are not limited to those of an app.",
    "The certificate that a webhook's address needs, and port 443: plain http will do here.",
    "`where` on fields other than names, emails, numbers, status, roles and `UpdatedDateUTC`; a null that a method is "
    "called on is no error here.",
    "Egress, prices, tiers beyond the limit of calls a day, and the 412 of bad headers.",
)
