"""/v1/quotes."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict

from app.api import examples, views
from app.api.corrected import QuoteWithCorrections
from app.api.deps import READ, Reader
from app.api.findings import Quote
from app.api.openapi import errors
from app.api.params import link_feeds, link_next, list_query, listing
from app.store import quotes_read
from app.store.paging import ListQuery

router = APIRouter(prefix="/v1/quotes", tags=["quotes"], dependencies=READ)


class QuoteList(BaseModel):
    """One page of quotes."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [examples.QUOTE], "next": None}})

    items: list[Quote]
    next: str | None
    total: int | None = None


@router.get(
    "",
    operation_id="listQuotes",
    summary="Quotes, the latest said first",
    response_model=QuoteList,
    response_model_exclude_unset=True,
    responses=errors(400, 401, 403),
)
def list_quotes(
    session: Reader,
    query: Annotated[ListQuery, Depends(list_query(quotes_read.QUOTES))],
    request: Request,
    response: Response,
) -> dict[str, Any]:
    """Who said what: the words, the speaker, the cue, the medium. Quotes of withdrawn articles are not listed."""
    page = quotes_read.page(session, query)
    link_next(request, response, page)
    link_feeds(request, response)
    return listing(page, views.findings(session, page.items))


@router.get(
    "/{quote_id}",
    operation_id="getQuote",
    summary="One quote",
    response_model=QuoteWithCorrections,
    response_model_exclude_unset=True,
    responses=errors(401, 403, 404, 410),
)
def get_quote(session: Reader, quote_id: str, response: Response) -> dict[str, Any]:
    """The quote with its spans. 410 when its article was withdrawn, or no longer
    has it, or when an editor rejected it. `If-Match` with its `ETag` guards a correction.
    """
    shown = views.finding(session, quotes_read.get(session, quote_id))
    response.headers["ETag"] = views.tag(shown)
    return shown
