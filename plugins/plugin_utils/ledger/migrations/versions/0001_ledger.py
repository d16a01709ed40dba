"""The first ledger: register, machines, runs, findings, and the history that may only grow.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def _optional(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text) for name in names]


def upgrade() -> None:
    _register()
    _machines()
    _runs_and_findings()
    _history()


def _register() -> None:
    op.create_table(
        "asset",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("asset_number", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        *_optional(
            "finance_card", "class_standard", "class_code", "brand", "model", "serial", "specification"
        ),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("unit", sa.Text),
        sa.Column("original_value", sa.Numeric(14, 2)),
        sa.Column("booked_on", sa.Date),
        sa.Column("purchased_on", sa.Date),
        sa.Column("warranty_until", sa.Date),
        *_optional("supplier", "room", "seat", "custodian", "department", "funding_source"),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("asset.id"), index=True),
        sa.Column("notes", sa.Text),
    )
    op.create_table(
        "book_import",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False, index=True),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("mapping", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
    )


def _machines() -> None:
    op.create_table(
        "machine",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("host", sa.Text, nullable=False, index=True),
        *_optional("room", "seat"),
        sa.Column("simulated", sa.Boolean, nullable=False),
        sa.Column("asset_id", sa.Integer, sa.ForeignKey("asset.id"), index=True),
        sa.Column("first_seen_at", _TIME, nullable=False),
        sa.Column("last_seen_at", _TIME, nullable=False),
        sa.Column("last_status", sa.Text, nullable=False),
        sa.Column("last_status_at", _TIME, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("unknown", sa.Text, nullable=False),
        sa.Column("raw", sa.Text, nullable=False),
        sa.Column("features", sa.Text, nullable=False),
        sa.Column("weak_identity", sa.Boolean, nullable=False),
        sa.Column("ambiguous_with", sa.Text, nullable=False),
    )
    op.create_table(
        "machine_key",
        sa.Column("machine_id", sa.Integer, sa.ForeignKey("machine.id"), primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
        sa.Index("machine_key_value", "value", "kind"),
    )
    op.create_table(
        "evidence",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
    )
    op.create_table(
        "observation",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("machine_id", sa.Integer, sa.ForeignKey("machine.id"), nullable=False, index=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("inventory", sa.Text, nullable=False),
        sa.Column("evidence_digest", sa.Text, sa.ForeignKey("evidence.digest"), index=True),
        sa.Column("first_seen_at", _TIME, nullable=False),
        sa.Column("last_seen_at", _TIME, nullable=False),
        sa.Column("times_seen", sa.Integer, nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
    )
    op.create_index(
        "observation_current",
        "observation",
        ["machine_id"],
        unique=True,
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "component",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("machine_id", sa.Integer, sa.ForeignKey("machine.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        *_optional("slot", "manufacturer", "model", "serial"),
        sa.Column("size_bytes", sa.BigInteger),
        sa.Column("attributes", sa.Text, nullable=False),
        sa.Column("first_seen_at", _TIME, nullable=False),
        sa.Column("last_seen_at", _TIME, nullable=False),
        sa.Column("removed_at", _TIME),
        sa.UniqueConstraint("machine_id", "kind", "key"),
    )


def _runs_and_findings() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("started_at", _TIME, nullable=False, index=True),
        sa.Column("finished_at", _TIME),
        sa.Column("playbook", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        *[
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("hosts", "observed", "unreachable", "failed")
        ],
    )
    op.create_table(
        "sighting",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run_id", sa.Text, sa.ForeignKey("run.id"), nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        *_optional("room", "seat"),
        sa.Column("machine_id", sa.Integer, sa.ForeignKey("machine.id"), index=True),
        sa.Column("message", sa.Text, nullable=False),
        sa.UniqueConstraint("run_id", "host"),
        sa.Index("sighting_host", "host", "at"),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("advice", sa.Text, nullable=False),
        *_optional("room", "seat"),
        sa.Column("asset_numbers", sa.Text, nullable=False),
        sa.Column("hosts", sa.Text, nullable=False),
        sa.Column("differences", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False, index=True),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("last_seen_at", _TIME, nullable=False),
        sa.Column("closed_at", _TIME),
        *_optional("closed_by", "closed_reason"),
    )


def _history() -> None:
    op.create_table(
        "event",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", _TIME, nullable=False),
        *[sa.Column(name, sa.Text, nullable=False) for name in ("actor", "reason", "action", "subject")],
        *_optional("before", "after"),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Index("event_subject", "subject", "number"),
    )
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


_APPEND_ONLY = {
    "sqlite": [
        *[
            f"CREATE TRIGGER event_refuses_{change} BEFORE {change.upper()} ON event "
            "BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END"
            for change in ("update", "delete")
        ],
        # REPLACE removes the old row without the trigger above, unless the connection asks for it.
        "CREATE TRIGGER event_refuses_replace BEFORE INSERT ON event "
        "WHEN EXISTS (SELECT 1 FROM event WHERE number = NEW.number) "
        "BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION event_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the history is append-only'; END $$",
        "CREATE TRIGGER event_refuses_change BEFORE UPDATE OR DELETE ON event "
        "FOR EACH ROW EXECUTE FUNCTION event_refuses()",
        "CREATE TRIGGER event_refuses_truncate BEFORE TRUNCATE ON event "
        "FOR EACH STATEMENT EXECUTE FUNCTION event_refuses()",
    ],
}
