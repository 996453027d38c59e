"""/v1/search: articles, quotes and entities by their words."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from app.api import examples
from app.api.deps import READ, Reader, SettingsDep
from app.api.openapi import errors
from app.api.params import link_next, list_query, listing
from app.domain.vocabulary import SearchKind
from app.models import SearchEntry
from app.store import search, snippets
from app.store.paging import ListQuery

router = APIRouter(prefix="/v1/search", tags=["search"], dependencies=READ)
_FOUND: dict[str, Any] = {
    "kind": "article",
    "id": examples.IDS["article"],
    "title": examples.TITLE,
    "score": 0.8,
    "snippet": {"text": examples.TITLE, "highlights": [[9, 15], [25, 30]]},
}


class Snippet(BaseModel):
    """A part of the text. `highlights` are half-open ranges of the code points of `text`."""

    text: str
    highlights: list[Annotated[list[int], Field(min_length=2, max_length=2)]]


class Found(BaseModel):
    """An article, quote or entity that has the words. `GET /v1/{articles|quotes|entities}/{id}` has the whole."""

    model_config = ConfigDict(json_schema_extra={"example": _FOUND})

    kind: SearchKind
    id: UUID
    title: str | None = Field(description="An article's headline, a quote's speaker, an entity's name.")
    score: float = Field(ge=0, le=1, description="1 the title itself, 0.8 all words in the title, 0.5 elsewhere.")
    snippet: Snippet


class FoundList(BaseModel):
    """One page of what was found."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [_FOUND], "next": None}})

    items: list[Found]
    next: str | None
    total: int | None = None


@router.get(
    "",
    operation_id="search",
    summary="Articles, quotes and entities by their words",
    response_model=FoundList,
    response_model_exclude_unset=True,
    responses=errors(400, 401, 403),
)
def find(
    session: Reader,
    settings: SettingsDep,
    query: Annotated[ListQuery, Depends(list_query(search.SEARCH))],
    request: Request,
    response: Response,
) -> dict[str, Any]:
    """Words, `"phrases"`, `-not`, `prefix*`: at most ten of them. Any text is a query; one without a word to look for
    finds nothing. Withdrawn articles and what they say are not found.
    """
    page = search.page(session, query)
    link_next(request, response, page)
    return listing(page, found(session, page.items, query.values["q"], whole=settings.public_text))


def found(session: Session, entries: Any, text: str, *, whole: bool) -> list[dict[str, Any]]:
    """Entries as JSON. `whole` false: no words of an article's text are shown."""
    terms = search.terms_of(text)
    known = search.texts(session, entries)
    return [_one(entry, known[entry.kind, entry.resource_id], terms, whole) for entry in entries]


def _one(entry: SearchEntry, text: tuple[str, str], terms: Any, whole: bool) -> dict[str, Any]:
    title, body = text
    shown = (body, title) if whole or entry.kind != SearchKind.ARTICLE else (title,)
    snippet = snippets.cut(shown, terms)
    return {
        "kind": entry.kind,
        "id": entry.resource_id,
        "title": title or None,
        "score": search.score_of(entry, terms),
        "snippet": {"text": snippet.text, "highlights": snippet.highlights},
    }
