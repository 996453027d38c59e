"""/v1/{resource}.rss and .feed.json: what is new in a list, for feed readers."""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response

from app.api import addresses
from app.api.deps import READ, Reader, SettingsDep
from app.api.exporting import EXPORTED
from app.api.openapi import errors
from app.api.params_files import feed_query
from app.export.feed_items import item_of
from app.export.feeds import FEEDS, Feed
from app.store.paging import ListQuery

router = APIRouter(prefix="/v1", tags=["exports"], dependencies=READ)
_NEWEST = {  # the order that is the newest first, and the time it goes by
    "articles": ("-published_at", "sort_at"),
    "entities": ("-first_seen", "first_seen"),
    "quotes": ("-published_at", "reported_at"),
    "attack-reports": ("-published_at", "reported_at"),
}
_ABOUT = {
    "articles": "newest articles, with their lead paragraph",
    "entities": "entities that were named for the first time",
    "quotes": "quotes of the newest articles, with who said them",
    "attack-reports": "attack reports of the newest articles, with the sentence they rest on and their figures",
}


def _route(name: str, format: str) -> Callable[..., Response]:
    chosen = FEEDS[format]

    def feed(request: Request, response: Response, session: Reader, settings: SettingsDep, query: Any) -> Response:
        made = chosen.write(_feed(request, session, name, query, addresses.base(request, settings)))
        headers = {one: response.headers[one] for one in ("cache-control", "vary") if one in response.headers}
        return Response(made, headers=headers, media_type=chosen.media_type)

    feed.__annotations__["query"] = Annotated[ListQuery, Depends(feed_query(EXPORTED[name].resource, _NEWEST[name][0]))]
    return feed


def _feed(request: Request, session: Reader, name: str, query: ListQuery, base: str) -> Feed:
    rows = EXPORTED[name].page(session, query).items
    shown = EXPORTED[name].view(session, rows)
    given = [(one, value) for one, value in request.query_params.multi_items() if one != "limit"]
    words = ", ".join(f"{one} {value}" for one, value in given)
    return Feed(
        title=f"Sitrep: {name.replace('-', ' ')}" + (f" ({words})" if words else ""),
        description=f"The {_ABOUT[name]}.",
        home=_address(f"{base}/v1/{name}", given),
        own=_address(base + request.scope["path"], request.query_params.multi_items()),
        items=[
            item_of(name, item, getattr(row, _NEWEST[name][1]), base) for item, row in zip(shown, rows, strict=True)
        ],
    )


def _address(path: str, given: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(given)}" if given else path


def _document(format: str) -> dict[int | str, dict[str, Any]]:
    kind = "object" if format == "feed.json" else "string"
    return {200: {"description": "The feed.", "content": {FEEDS[format].media_type: {"schema": {"type": kind}}}}}


for _name in EXPORTED:
    for _format, _words in (("rss", "RSS"), ("feed.json", "JSON Feed")):
        router.add_api_route(
            f"/{_name}.{_format}",
            _route(_name, _format),
            methods=["GET"],
            operation_id=f"follow{_name.title().replace('-', '')}{'Rss' if _format == 'rss' else 'Json'}",
            summary=f"{_name.replace('-', ' ').capitalize()} as {_words}",
            description=f"The {_ABOUT[_name]}, by the filters of the list, the newest first. Ids of items stay; ask again "
            "with `If-None-Match`.",
            response_class=Response,
            responses=errors(401, 403) | _document(_format),
        )
