"""Runs migrations on the connection that app.core.migrate hands over."""

from sqlmodel import SQLModel

import app.models  # noqa: F401 - fills the metadata
from alembic import context
from app.core.migrate import is_modelled

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
    include_name=is_modelled,
    user_module_prefix="sqlmodel.sql.sqltypes.",
)
with context.begin_transaction():
    context.run_migrations()
