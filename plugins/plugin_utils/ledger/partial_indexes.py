"""Indexes on a part of a table, as the migrations make them.

Not in ``models.py``: to name a dialect makes SQLAlchemy load all of its drivers (25 ms in every errand), and only
who compares the models with a database needs these.
"""

from __future__ import annotations

from sqlalchemy import Index

from .models import ObservationRow

OBSERVATION_CURRENT = Index(
    "observation_current",
    ObservationRow.machine_id,
    unique=True,
    sqlite_where=ObservationRow.current,
    postgresql_where=ObservationRow.current,
)
