"""What all tables share: named constraints, checked enums, JSON columns, keys."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Column
from sqlmodel import Field, SQLModel

from app.core.ids import new_id

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """A named CHECK that holds an enum column to its vocabulary."""
    listed = ", ".join(f"'{v.value}'" for v in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def json_column(default: Any = None) -> Any:
    """A JSON column for parts of a finding that are shown but never filtered by."""
    return (
        Field(default_factory=default, sa_column=Column(JSON, nullable=True))
        if default
        else Field(default=None, sa_column=Column(JSON, nullable=True))
    )


def key() -> Any:
    """A UUIDv7 primary key."""
    return Field(default_factory=new_id, primary_key=True)


def link(target: str, *, nullable: bool = False, cascade: bool = True) -> Any:
    """An indexed foreign key."""
    if nullable:
        return Field(default=None, foreign_key=target, index=True, ondelete="SET NULL")
    return Field(foreign_key=target, index=True, ondelete="CASCADE" if cascade else "RESTRICT")


Id = UUID
