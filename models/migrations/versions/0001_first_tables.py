"""The first tables, the change counter at zero and the one row of this installation.

There is no way down from here: to begin again, begin with a new file.
"""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("xero_id", sa.String(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("undo", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("undoes", name=op.f("uq_activity_undoes")),
    )
    op.create_index("ix_activity_action_at", "activity", ["action", "at", "actor"], unique=False)
    op.create_index(op.f("ix_activity_actor"), "activity", ["actor"], unique=False)
    op.create_index(op.f("ix_activity_at"), "activity", ["at"], unique=False)
    op.create_index(op.f("ix_activity_command"), "activity", ["command"], unique=False)
    op.create_index(op.f("ix_activity_contact_id"), "activity", ["contact_id"], unique=False)
    op.create_index(op.f("ix_activity_xero_id"), "activity", ["xero_id"], unique=False)
    op.create_table(
        "authorisation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("xero_user", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorisation")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("sealed_verifier", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("authorisation_id", sa.String(), nullable=True),
        sa.Column("connection_id", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("tenants", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_consent_state_hash")),
    )
    op.create_table(
        "contact",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("postal_code", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("is_person", sa.Boolean(), nullable=False),
        sa.Column("contact_type", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("registration", sa.String(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("external_id", name=op.f("uq_contact_external_id")),
    )
    op.create_index(
        "ix_contact_active",
        "contact",
        ["contact_type", "archived_at"],
        unique=False,
        sqlite_where=sa.text("archived_at IS NULL"),
    )
    op.create_index(op.f("ix_contact_contact_type"), "contact", ["contact_type"], unique=False)
    op.create_index(op.f("ix_contact_email_key"), "contact", ["email_key"], unique=False)
    op.create_index(op.f("ix_contact_name_key"), "contact", ["name_key"], unique=False)
    op.create_index(op.f("ix_contact_registration"), "contact", ["registration"], unique=False)
    op.create_index(op.f("ix_contact_rev"), "contact", ["rev"], unique=False)
    op.create_index(
        "ix_contact_searched", "contact", ["name_key", "id", "archived_at", "name", "email", "phone"], unique=False
    )
    counter = op.create_table(
        "counter",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    installation = op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("marker", sa.String(), nullable=False),
        sa.Column("setup_code_hash", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("webhook_sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "match_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("keys", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_entry")),
    )
    op.create_index("ix_match_entry_rev", "match_entry", ["scope", "rev"], unique=False)
    op.create_index("uq_match_entry_owner", "match_entry", ["scope", "owner"], unique=True)
    op.create_table(
        "match_key",
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("side", "key", "entry", name=op.f("pk_match_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notice_target",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("with_names", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_target")),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("page", "owner", "name", name=op.f("uq_saved_view_page_owner_name")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("username", name=op.f("uq_user_username")),
    )
    op.create_table(
        "connection",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("authorisation_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_code", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("type_filter", sa.String(), nullable=False),
        sa.Column("include_neither", sa.Boolean(), nullable=False),
        sa.Column("default_contact_type", sa.String(), nullable=False),
        sa.Column("no_match_policy", sa.String(), nullable=False),
        sa.Column("field_rules", sa.JSON(), nullable=False),
        sa.Column("blank_policy", sa.String(), nullable=False),
        sa.Column("sync_every_seconds", sa.Integer(), nullable=False),
        sa.Column("push_hours", sa.JSON(), nullable=False),
        sa.Column("connected_by", sa.String(), nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cursor", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_rev", sa.Integer(), nullable=False),
        sa.Column("next_tick_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_delta_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("full_page", sa.Integer(), nullable=False),
        sa.Column("full_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("full_done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_sync_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("calls_left_today", sa.Integer(), nullable=True),
        sa.Column("closed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_limit", sa.String(), nullable=False),
        sa.Column("braked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("brake_reason", sa.String(), nullable=False),
        sa.Column("brake", sa.JSON(), nullable=False),
        sa.Column("brake_released", sa.Boolean(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authorisation_id"], ["authorisation.id"], name=op.f("fk_connection_authorisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection")),
        sa.UniqueConstraint("tenant_id", name=op.f("uq_connection_tenant_id")),
    )
    op.create_table(
        "alert",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("round_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["connection_id"], ["connection.id"], name=op.f("fk_alert_connection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    op.create_index(op.f("ix_alert_ended_at"), "alert", ["ended_at"], unique=False)
    op.create_index(
        "uq_alert_open",
        "alert",
        ["connection_id", "kind"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "api_call",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("under_way_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["connection_id"], ["connection.id"], name=op.f("fk_api_call_connection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_call")),
    )
    op.create_index("ix_api_call_connection_at", "api_call", ["connection_id", "at"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("xero_id", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["connection_id"], ["connection.id"], name=op.f("fk_inbox_connection_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_connection_id"), "inbox", ["connection_id"], unique=False)
    op.create_table(
        "intent",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("link_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("batch_key", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["connection_id"], ["connection.id"], name=op.f("fk_intent_connection_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_intent_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intent")),
    )
    op.create_index("ix_intent_contact", "intent", ["contact_id", "connection_id", "state"], unique=False)
    op.create_index("ix_intent_state", "intent", ["connection_id", "state"], unique=False)
    op.create_index(
        "uq_intent_open",
        "intent",
        ["connection_id", "contact_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('new', 'sent')"),
        postgresql_where=sa.text("state IN ('new', 'sent')"),
    )
    op.create_table(
        "issue",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("xero_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deferred_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["connection_id"], ["connection.id"], name=op.f("fk_issue_connection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
    )
    op.create_index(
        "ix_issue_name", "issue", ["state", "name_key", "id", "connection_id", "reason", "deferred_until"], unique=False
    )
    op.create_index("ix_issue_state", "issue", ["connection_id", "state"], unique=False)
    op.create_index(
        "ix_issue_time",
        "issue",
        ["state", "created_at", "id", "connection_id", "reason", "deferred_until"],
        unique=False,
    )
    op.create_index("uq_issue_xero_contact", "issue", ["connection_id", "xero_id"], unique=True)
    op.create_table(
        "job",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["connection_id"], ["connection.id"], name=op.f("fk_job_connection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_connection_kind", "job", ["connection_id", "kind"], unique=False)
    op.create_index("ix_job_state", "job", ["state"], unique=False)
    op.create_table(
        "link",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("xero_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("two_way", sa.Boolean(), nullable=False),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.Column("practice_rev", sa.Integer(), nullable=False),
        sa.Column("xero_rev", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drift", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("contact_type", sa.String(), nullable=False),
        sa.Column("is_person", sa.Boolean(), nullable=False),
        sa.Column("is_customer", sa.Boolean(), nullable=False),
        sa.Column("is_supplier", sa.Boolean(), nullable=False),
        sa.Column("practice_text", sa.String(), nullable=False),
        sa.Column("xero_text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["connection_id"], ["connection.id"], name=op.f("fk_link_connection_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_link_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
    )
    op.create_index("ix_link_contact", "link", ["contact_id", "state"], unique=False)
    op.create_index(
        "ix_link_ended_name",
        "link",
        ["name_key", "id", "drift", "connection_id", "state"],
        unique=False,
        sqlite_where=sa.text("state <> 'syncing'"),
    )
    op.create_index(
        "ix_link_ended_searched",
        "link",
        ["name_key", "id", "practice_text", "xero_text", "state"],
        unique=False,
        sqlite_where=sa.text("state <> 'syncing'"),
    )
    op.create_index(
        "ix_link_ended_time",
        "link",
        ["ended_at", "id", "drift", "connection_id", "state"],
        unique=False,
        sqlite_where=sa.text("state <> 'syncing'"),
    )
    op.create_index("ix_link_state", "link", ["connection_id", "state"], unique=False)
    op.create_index(
        "ix_link_syncing_email",
        "link",
        ["email_key", "id", "state"],
        unique=False,
        sqlite_where=sa.text("state = 'syncing'"),
    )
    op.create_index(
        "ix_link_syncing_error",
        "link",
        ["error", "id", "state"],
        unique=False,
        sqlite_where=sa.text("state = 'syncing'"),
    )
    op.create_index(
        "ix_link_syncing_name",
        "link",
        [
            "name_key",
            "id",
            "contact_type",
            "is_person",
            "is_customer",
            "is_supplier",
            "error",
            "connection_id",
            "state",
        ],
        unique=False,
        sqlite_where=sa.text("state = 'syncing'"),
    )
    op.create_index(
        "ix_link_syncing_searched",
        "link",
        ["name_key", "id", "practice_text", "state"],
        unique=False,
        sqlite_where=sa.text("state = 'syncing'"),
    )
    op.create_index(
        "ix_link_syncing_synced",
        "link",
        ["synced_at", "id", "state"],
        unique=False,
        sqlite_where=sa.text("state = 'syncing'"),
    )
    op.create_index(
        "ix_link_syncing_type",
        "link",
        ["contact_type", "name_key", "id", "state"],
        unique=False,
        sqlite_where=sa.text("state = 'syncing'"),
    )
    op.create_index(
        "ix_link_unplanned", "link", ["connection_id"], unique=False, sqlite_where=sa.text("practice_rev = 0")
    )
    op.create_index(
        "uq_link_syncing_contact",
        "link",
        ["connection_id", "contact_id"],
        unique=True,
        sqlite_where=sa.text("state = 'syncing'"),
        postgresql_where=sa.text("state = 'syncing'"),
    )
    op.create_index("uq_link_xero_contact", "link", ["connection_id", "xero_id"], unique=True)
    op.create_table(
        "suggestion",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("xero_id", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("difference", sa.String(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["connection_id"], ["connection.id"], name=op.f("fk_suggestion_connection_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_suggestion_contact_id")),
        sa.PrimaryKeyConstraint("connection_id", "xero_id", "rank", name=op.f("pk_suggestion")),
    )
    op.create_index("ix_suggestion_contact", "suggestion", ["contact_id"], unique=False)
    op.create_index("ix_suggestion_difference", "suggestion", ["connection_id", "difference"], unique=False)
    op.create_table(
        "xero_contact",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("postal_code", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("xero_id", sa.String(), nullable=False),
        sa.Column("is_person", sa.Boolean(), nullable=False),
        sa.Column("is_customer", sa.Boolean(), nullable=False),
        sa.Column("is_supplier", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("registration", sa.String(), nullable=False),
        sa.Column("merged_into", sa.String(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("let_in", sa.Boolean(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["connection_id"], ["connection.id"], name=op.f("fk_xero_contact_connection_id")),
        sa.PrimaryKeyConstraint("connection_id", "xero_id", name=op.f("pk_xero_contact")),
    )
    op.create_index(op.f("ix_xero_contact_email_key"), "xero_contact", ["email_key"], unique=False)
    op.create_index(
        "ix_xero_contact_kind",
        "xero_contact",
        ["connection_id", "status", "is_customer", "is_supplier", "let_in", "xero_id"],
        unique=False,
        sqlite_where=sa.text("merged_into IS NULL"),
    )
    op.create_index(op.f("ix_xero_contact_name_key"), "xero_contact", ["name_key"], unique=False)
    op.create_index(op.f("ix_xero_contact_number"), "xero_contact", ["number"], unique=False)
    op.create_index(op.f("ix_xero_contact_registration"), "xero_contact", ["registration"], unique=False)
    op.create_index(op.f("ix_xero_contact_rev"), "xero_contact", ["rev"], unique=False)
    op.create_table(
        "difference",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("link_id", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("winner", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name=op.f("fk_difference_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_difference")),
    )
    op.create_index(op.f("ix_difference_created_at"), "difference", ["created_at"], unique=False)
    op.create_index(op.f("ix_difference_state"), "difference", ["state"], unique=False)
    op.create_index(
        "uq_difference_open",
        "difference",
        ["link_id", "field"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("target_id", sa.String(), nullable=False),
        sa.Column("alert_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_notice_alert_id")),
        sa.ForeignKeyConstraint(["target_id"], ["notice_target.id"], name=op.f("fk_notice_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    op.create_index(op.f("ix_notice_alert_id"), "notice", ["alert_id"], unique=False)
    op.create_index("ix_notice_state", "notice", ["state", "not_before"], unique=False)
    op.create_index("ix_notice_target", "notice", ["target_id", "created_at"], unique=False)
    op.bulk_insert(counter, [{"name": "changes", "value": 0}])
    op.bulk_insert(
        installation,
        [
            {
                "id": 1,
                "marker": uuid4().hex[:8],
                "setup_code_hash": "",
                "time_zone": "UTC",
                "webhook_sequence": 0,
                "created_at": datetime.now(UTC),
            }
        ],
    )
