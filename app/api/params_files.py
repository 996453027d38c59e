"""Query models of exports and feeds: the filters (and the order) of the list, and what a file needs besides."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, create_model

from app.api.params import filter_fields, given_filters
from app.store.filters import Resource
from app.store.paging import DEFAULT_LIMIT, MAX_LIMIT, ListQuery


class ExportModel(BaseModel):
    """What every export takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int | None = Field(
        None, ge=1, le=1_000_000, description="Rows at most; else all, up to the server's limit.", examples=[1000]
    )
    cursor: str | None = Field(
        None,
        description="Go on from here: the `cursor` of the `Link` header, `next` of a list, or the id of the last row.",
    )


@dataclass(frozen=True, slots=True)
class ExportQuery:
    """One validated request for an export. `limit` None: all."""

    query: ListQuery
    limit: int | None = None
    view: str | None = None


def export_model(resource: Resource, views: tuple[str, ...]) -> type[BaseModel]:
    """The filters and order of the list; `view` where there are views."""
    fields = filter_fields(resource)
    if views:
        words = ", ".join(f"`{name}`" for name in views)
        about = f"Another table: {words}. docs/exports.md has the columns and what they hold."
        fields["view"] = (Literal[views] | None, Field(None, description=about, examples=[views[0]]))
    made: type[BaseModel] = create_model(f"{resource.name.title()}ExportQuery", __base__=ExportModel, **fields)
    return made


def exported(resource: Resource, query: Any) -> ExportQuery:
    """A validated model as the query of an export."""
    asked = ListQuery(resource.name, given_filters(resource, query), query.sort, cursor=query.cursor)
    return ExportQuery(asked, query.limit, getattr(query, "view", None))


def export_query(resource: Resource, views: tuple[str, ...]) -> Callable[..., ExportQuery]:
    """A dependency that reads the parameters of an export."""
    model = export_model(resource, views)

    def read(query: Any) -> ExportQuery:
        return exported(resource, query)

    read.__annotations__["query"] = Annotated[model, Query()]
    return read


class FeedModel(BaseModel):
    """What every feed takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="Items in the feed.")


def feed_query(resource: Resource, sort: str) -> Callable[..., ListQuery]:
    """A dependency that reads the filters of a feed; its order is always `sort`."""
    fields = {name: one for name, one in filter_fields(resource).items() if name != "sort"}
    model: type[BaseModel] = create_model(f"{resource.name.title()}FeedQuery", __base__=FeedModel, **fields)

    def read(query: Any) -> ListQuery:
        return ListQuery(resource.name, given_filters(resource, query), sort, query.limit)

    read.__annotations__["query"] = Annotated[model, Query()]
    return read
