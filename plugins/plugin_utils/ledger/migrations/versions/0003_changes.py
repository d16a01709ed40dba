"""What a change of parts needs: when it was last whole, who was logged in since, and a person's decision.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _list(name: str) -> sa.Column[str]:
    """A JSON list; rows that are there already have an empty one."""
    return sa.Column(name, sa.Text, nullable=False, server_default="[]")


def upgrade() -> None:
    op.add_column("machine", _list("logins"))
    op.add_column("component", sa.Column("whole_at", sa.DateTime(timezone=True)))
    op.add_column("component", _list("logins"))
    op.add_column("component", sa.Column("returned", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("finding", sa.Column("last_whole_at", sa.DateTime(timezone=True)))
    op.add_column("finding", _list("logins"))
    op.add_column("finding", _list("stands_for"))
    op.add_column("finding", sa.Column("category", sa.Text))
    op.add_column("finding", sa.Column("repair_number", sa.Text))
