"""USB attempts: what was plugged in where and when, who was logged in, and whether it was refused.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("machine_id", sa.Integer, sa.ForeignKey("machine.id"), nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("room", sa.Text),
        sa.Column("seat", sa.Text),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("vendor_id", sa.Text),
        sa.Column("product_id", sa.Text),
        sa.Column("serial", sa.Text),
        sa.Column("name", sa.Text),
        sa.Column("kind", sa.Text),
        sa.Column("port", sa.Text),
        sa.Column("users", sa.Text, nullable=False),
        sa.Column("users_from", sa.Text, nullable=False),
        sa.Column("sources", sa.Text, nullable=False),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.UniqueConstraint("machine_id", "digest"),
    )
    op.create_index("attempt_machine", "attempt", ["machine_id", "at"])
    op.create_index("attempt_at", "attempt", ["at"])
