"""What a list can be filtered by: each filter is a name, a type, a description, an example and its SQL."""

import keyword
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, Select, func
from sqlmodel import Session

from app.store import places
from app.store.paging import Key

Values = Mapping[str, Any]
Where = Callable[[Session, Values], ColumnElement[bool]]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Words = Annotated[str, Field(min_length=1, max_length=256)]
Sequence = Annotated[int, Field(ge=0, le=2_147_483_647)]
Count = Annotated[int, Field(ge=0, le=2_000_000_000)]
Share = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True)
class Filter:
    """One parameter. `where` gets all given values, since some work together (`metric`, `min`, `max`)."""

    name: str
    type: Any
    description: str
    example: Any
    where: Where
    required: bool = False
    needs: str | None = None  # another filter, without which it means nothing

    @property
    def field(self) -> str:
        """Its name as an attribute: `from` is a keyword."""
        return self.name + "_" if keyword.iskeyword(self.name) else self.name


@dataclass(frozen=True, slots=True)
class Resource:
    """A list: its filters, its orders (the first is the default), its extras, and what narrows it unless asked."""

    name: str
    filters: tuple[Filter, ...]
    sorts: Mapping[str, tuple[Key, ...]]
    includes: tuple[str, ...] = ()
    defaults: Mapping[str, Where] = field(default_factory=dict)

    def apply(self, session: Session, statement: Select[Any], values: Values) -> Select[Any]:
        """`statement` narrowed by the given filters, and by the defaults of those not given."""
        clauses = [f.where(session, values) for f in self.filters if f.name in values]
        clauses += [where(session, values) for name, where in self.defaults.items() if name not in values]
        return statement.where(*clauses)

    def order(self, sort: str | None) -> tuple[Key, ...]:
        return self.sorts[sort] if sort else next(iter(self.sorts.values()))


def contains(column: Any, value: str) -> ColumnElement[bool]:
    """Case-insensitive; `%` and `_` mean themselves."""
    found: ColumnElement[bool] = func.lower(column).contains(value.lower(), autoescape=True)
    return found


def equals(name: str, column: Any) -> Where:
    return lambda _session, values: column == values[name]


def at_least(name: str, column: Any) -> Where:
    return lambda _session, values: column >= values[name]


def is_entity(name: str, column: Any, bare: Any = None) -> Where:
    """An id or a name; `bare` is the column with the name of an actor that is no entity."""
    return lambda session, values: places.is_entity(session, column, values[name], name=bare)


def both_ways(name: str, column: Any, parse: Callable[[Any], Any], id_column: Any) -> dict[str, tuple[Key, ...]]:
    """`-name` and `name`, made total by the id."""
    return {
        "-" + name: (Key(column, True, parse), Key(id_column, True, UUID)),
        name: (Key(column, False, parse), Key(id_column, False, UUID)),
    }
