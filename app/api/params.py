"""Query models of lists, built from the filters of `store/filters.py`: what is documented is what is applied."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, create_model

from app.core.errors import Unprocessable
from app.export.feeds import FEEDS
from app.store import when
from app.store.filters import Resource
from app.store.paging import DEFAULT_LIMIT, MAX_LIMIT, ListQuery, Page

_NOT_IN_FEEDS = ("cursor", "limit", "sort", "include")


class ListModel(BaseModel):
    """What every list takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="Items in one answer.")
    cursor: str | None = Field(None, description="`next` of the answer before; the filters must be the same.")


def list_query(resource: Resource) -> Callable[..., ListQuery]:
    """A dependency that reads `resource`'s parameters."""
    model = query_model(resource)

    def read(query: Any) -> ListQuery:
        return to_query(resource, query)

    read.__annotations__["query"] = Annotated[model, Query()]
    return read


def to_query(resource: Resource, query: Any) -> ListQuery:
    """A validated query model as the frozen query of the store. Unprocessable when a range is empty."""
    include = frozenset((getattr(query, "include", None) or "").split(",")) - {""}
    return ListQuery(resource.name, given_filters(resource, query), query.sort, query.limit, query.cursor, include)


def given_filters(resource: Resource, query: Any) -> dict[str, Any]:
    """The filters that were given. Unprocessable for an empty range, and for one without the other that it needs."""
    given = {f.name: value for f in resource.filters if (value := getattr(query, f.field)) is not None}
    alone = [f for f in resource.filters if f.name in given and f.needs and f.needs not in given]
    if alone:
        faults = [{"loc": ["query", f.needs], "msg": f"`{f.name}` needs it", "type": "missing"} for f in alone]
        raise Unprocessable("Some parameters are not acceptable.", errors=faults)
    _check_range(given, "from", "to")
    _check_range(given, "min", "max")
    return given


def filter_fields(resource: Resource) -> dict[str, Any]:
    """What lists, exports and feeds of a resource share: its filters and its order."""
    fields: dict[str, Any] = {
        f.field: (
            f.type if f.required else f.type | None,
            Field(... if f.required else None, alias=f.name, description=f.description, examples=[f.example]),
        )
        for f in resource.filters
    }
    names = tuple(resource.sorts)
    words = ", ".join(f"`{name}`" for name in names)
    fields["sort"] = (Literal[names], Field(names[0], description=f"The order: {words}; `-` is descending."))
    return fields


def query_model(resource: Resource) -> type[BaseModel]:
    """The parameters of a list."""
    fields, extras = filter_fields(resource), ("total", *resource.includes)
    fields["include"] = (str | None, Field(None, **_choice(extras)))
    made: type[BaseModel] = create_model(f"{resource.name.title()}Query", __base__=ListModel, **fields)
    return made


def include_of(names: tuple[str, ...]) -> Any:
    """`include` of a single resource."""
    return Query(**_choice(names))


def _choice(names: tuple[str, ...]) -> dict[str, Any]:
    """A comma-separated choice of extras."""
    one = "(" + "|".join(map(re.escape, names)) + ")"
    words = ", ".join(f"`{name}`" for name in names)
    return {
        "pattern": f"^{one}(,{one})*$",
        "description": f"Extras to add, comma-separated: {words}. They cost time, so they are not there unasked.",
        "examples": [names[0]],
    }


def _check_range(given: Mapping[str, Any], low: str, high: str) -> None:
    if low not in given or high not in given:
        return
    first, last = given[low], given[high]
    if (when.lower(first) > when.upper(last)) if isinstance(first, str) else first > last:
        fault = {"loc": ["query", low], "msg": f"`{low}` is after `{high}`", "type": "empty_range"}
        raise Unprocessable("Some parameters are not acceptable.", errors=[fault])


def link_next(request: Request, response: Response, page: Page[Any]) -> None:
    """`Link: <…>; rel="next"` with the request's own parameters."""
    if page.next is None:
        return
    params = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    query = urlencode([*params, ("cursor", page.next)])
    path = request.scope.get("root_path", "") + request.scope["path"]
    response.headers["Link"] = f'<{path}?{query}>; rel="next"'


def link_feeds(request: Request, response: Response) -> None:
    """`Link: <…>; rel="alternate"` to the feeds of a list, with its filters: feed readers find them."""
    given = [one for one in request.query_params.multi_items() if one[0] not in _NOT_IN_FEEDS]
    path = request.scope.get("root_path", "") + request.scope["path"]
    query = f"?{urlencode(given)}" if given else ""
    for name, one in FEEDS.items():
        response.headers.append("Link", f'<{path}.{name}{query}>; rel="alternate"; type="{one.media_type}"')


def listing(page: Page[Any], items: list[dict[str, Any]]) -> dict[str, Any]:
    """The body of a list; `total` only when it was asked for."""
    body: dict[str, Any] = {"items": items, "next": page.next}
    return body if page.total is None else body | {"total": page.total}
