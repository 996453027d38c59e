"""/v1/articles: briefings and their revisions."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples, views
from app.api.deps import ADMIN, READ, Reader, SettingsDep, Writer
from app.api.findings import AttackReport, Flag, FoundEntity, PastQuote, PastReport, Quote, Span
from app.api.openapi import errors
from app.api.params import include_of, link_feeds, link_next, list_query, listing
from app.core.ids import parse_id
from app.models import Article as ArticleRow
from app.services import articles as service
from app.store import articles_read, attacks_read, quotes_read
from app.store.paging import ListQuery

router = APIRouter(prefix="/v1/articles", tags=["articles"])
_EXTRAS = articles_read.ARTICLES.includes


class SourceRef(BaseModel):
    id: UUID
    name: str


class Counts(BaseModel):
    entities: int
    quotes: int
    attack_reports: int


class Article(BaseModel):
    """One briefing. Findings are there only when `include` asks for them."""

    model_config = ConfigDict(json_schema_extra={"example": examples.ARTICLE})

    id: UUID
    url: str | None
    title: str | None
    byline: str | None
    source: SourceRef | None
    published_at: datetime | None
    published_at_rule: str | None = Field(description="Where the time was found: `given`, `json_ld`, `meta`, …")
    modified_at: datetime | None
    fetched_at: datetime
    content_changed_at: datetime
    language: str | None
    word_count: int
    live: bool
    revision: int
    content_hash: str = Field(description="SHA-256 of the stored clean text.")
    summary: str | None = Field(description="The lead paragraph.")
    counts: Counts
    duplicate_of: UUID | None
    flags: list[Flag]
    entities: list[FoundEntity] | None = None
    quotes: list[Quote] | None = None
    attack_reports: list[AttackReport] | None = None


class TitleChange(BaseModel):
    at: datetime
    before: str | None
    after: str | None


class ArticleWithText(Article):
    """One briefing with its clean text; every offset of a finding counts its code points."""

    model_config = ConfigDict(json_schema_extra={"example": examples.ARTICLE | {"text": examples.TEXT}})

    text: str | None = Field(description="Null where the server serves excerpts only.")
    title_changes: list[TitleChange] = Field(
        [], description="Headlines that changed while the text did not, oldest first."
    )
    markup_changed_at: datetime | None = Field(None, description="The page's bytes changed, its text did not.")
    quotes: list[PastQuote] | None = None  # type: ignore[assignment]
    attack_reports: list[PastReport] | None = None  # type: ignore[assignment]
    excerpts: list[Span] | None = Field(None, description="Where whole texts are not served: what carries findings.")


class ArticleList(BaseModel):
    """One page of articles."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [examples.ARTICLE], "next": None}})

    items: list[Article]
    next: str | None
    total: int | None = None


@router.get(
    "",
    operation_id="listArticles",
    summary="Articles, the latest first",
    response_model=ArticleList,
    response_model_exclude_unset=True,
    responses=errors(400, 401, 403),
    dependencies=READ,
)
def list_articles(
    session: Reader,
    query: Annotated[ListQuery, Depends(list_query(articles_read.ARTICLES))],
    request: Request,
    response: Response,
) -> dict[str, Any]:
    """Briefings without their texts. Withdrawn articles are not listed, nor are duplicates unless asked for."""
    page = articles_read.page(session, query)
    link_next(request, response, page)
    link_feeds(request, response)
    items = views.articles(session, page.items)
    for item, row in zip(items, page.items, strict=True):
        item |= findings_of(session, row, query.include)
    return listing(page, items)


def findings_of(session: Reader, row: ArticleRow, wanted: frozenset[str]) -> dict[str, Any]:
    """The findings of an article that `include` names."""
    found: dict[str, Any] = {}
    if "entities" in wanted:
        found["entities"] = views.found_entities(session, row)
    if "quotes" in wanted:
        found["quotes"] = views.findings(session, quotes_read.of_article(session, row))
    if "attack_reports" in wanted:
        found["attack_reports"] = views.findings(session, attacks_read.of_article(session, row))
    return found


@router.get(
    "/{article_id}",
    operation_id="getArticle",
    summary="One article with its text",
    response_model=ArticleWithText,
    response_model_exclude_unset=True,
    responses=errors(401, 403, 404, 410),
    dependencies=READ,
)
def get_article(
    session: Reader,
    settings: SettingsDep,
    article_id: str,
    include: Annotated[str | None, include_of(_EXTRAS)] = None,
    revision: Annotated[
        int | None,
        Query(ge=1, le=1_000_000, description="The text of this revision; else the current one.", examples=[1]),
    ] = None,
) -> dict[str, Any]:
    """The article, its clean text and, if asked for, its findings: those of `revision` where one is named, with spans
    into that text. 410 with the reason when it was withdrawn.
    """
    row = articles_read.get(session, article_id)
    found = (
        partial(findings_of, session, row)
        if revision in (None, row.revision)
        else partial(views.findings_then, session, row, revision)
    )
    then = articles_read.revision(session, row, revision)
    body = views.articles(session, [row])[0] | found(frozenset((include or "").split(",")))
    body |= views.edits(session, row) | views.as_of(row, then)
    if settings.public_text:
        return body | {"text": then.text}
    every = found(frozenset(("quotes", "attack_reports")))
    return body | {"text": None, "excerpts": views.excerpts(every["quotes"] + every["attack_reports"])}


@router.delete(
    "/{article_id}",
    operation_id="withdrawArticle",
    summary="Withdraw an article",
    status_code=204,
    response_class=Response,
    responses=errors(401, 403, 404, 410),
    dependencies=ADMIN,
)
def withdraw_article(
    session: Writer,
    article_id: str,
    reason: Annotated[
        str, Query(min_length=1, max_length=500, description="Shown to whoever asks for it.", examples=["retracted"])
    ],
) -> Response:
    """Takes the article and its findings out of every list; fetched again it stays withdrawn. Needs scope `admin`."""
    service.withdraw(session, parse_id(article_id), reason)
    return Response(status_code=204)
