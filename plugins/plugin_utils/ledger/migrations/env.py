"""Alembic's entry point. ``database.py`` gives the connection, in the transaction that holds the lock."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
