"""/v1/articles/{id}/citation: a revision, or words of it, to cite for good."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field

from app.api import addresses, examples, views
from app.api.deps import READ, Reader, SettingsDep
from app.api.findings import ArticleRef
from app.api.openapi import errors
from app.core.errors import Unprocessable
from app.domain.fragment import text_fragment
from app.export.citations import Cited, bibtex, csl
from app.models import Article, Revision
from app.store import articles_read, attacks_read, quotes_read

router = APIRouter(prefix="/v1/articles", tags=["articles"], dependencies=READ)
_CONTEXT = 80
_MOST = 10_000_000
_CSL_TYPE, _BIBTEX_TYPE = "application/vnd.citationstyles.csl+json", "application/x-bibtex"
_AT = examples.span("11 drones were shot down")
_LINK = f"https://sitrep.example/v1/articles/{examples.IDS['article']}/citation?revision=1&start={_AT['start']}&end={_AT['end']}"
_ITEM: dict[str, Any] = {
    "id": f"sitrep-{examples.IDS['article']}-r1-{_AT['start']}-{_AT['end']}",
    "type": "article-newspaper",
    "title": examples.TITLE,
    "container-title": "news.example",
    "issued": {"date-parts": [[2025, 3, 3]]},
    "accessed": {"date-parts": [[2025, 3, 3]]},
    "URL": examples.URL,
    "archive": "Sitrep",
    "archive_location": _LINK,
    "version": "revision 1",
    "language": "en",
    "note": f"Revision 1, characters {_AT['start']}-{_AT['end']}; SHA-256 of the text {examples.ARTICLE['content_hash']}",
}
_CITATION = {
    "article": examples.ARTICLE_REF,
    "revision": 1,
    "content_hash": examples.ARTICLE["content_hash"],
    "permalink": _LINK,
    "source_link": examples.URL + "#:~:text=11%20drones%20were%20shot%20down",
    **_AT,
    "before": examples.TEXT[_AT["start"] - _CONTEXT : _AT["start"]],
    "after": examples.TEXT[_AT["end"] : _AT["end"] + _CONTEXT],
    "csl": _ITEM,
}


class CslDate(BaseModel):
    date_parts: list[list[int]] = Field(alias="date-parts", description="Year, month, day.")


class CslName(BaseModel):
    literal: str


class CslItem(BaseModel):
    """An item of CSL-JSON (citationstyles.org), as Zotero, pandoc and citation processors read it."""

    model_config = ConfigDict(json_schema_extra={"example": _ITEM})

    id: str
    type: Literal["article-newspaper", "document"]
    title: str | None = None
    author: list[CslName] | None = None
    container_title: str | None = Field(None, alias="container-title")
    issued: CslDate | None = None
    accessed: CslDate
    URL: str = Field(description="Where it was published; else the permalink.")
    archive: Literal["Sitrep"]
    archive_location: str = Field(description="The permalink.")
    version: str
    language: str | None = None
    note: str


class Citation(BaseModel):
    """What makes a claim checkable: the exact words, where they stand, and a hash of the text they stand in."""

    model_config = ConfigDict(json_schema_extra={"example": _CITATION})

    article: ArticleRef
    revision: int
    content_hash: str = Field(description="SHA-256 of the revision's clean text in UTF-8.")
    permalink: str = Field(
        description="This answer again, whatever becomes of the article: revision and span are in it."
    )
    source_link: str | None = Field(
        description="The publisher's page, with a text fragment that marks the words there."
    )
    start: int | None = Field(description="Code points of the revision's text; null where all of it is cited.")
    end: int | None
    text: str | None = Field(
        description="The words. Null where all is cited, or where this server does not serve them."
    )
    before: str | None = Field(description="The 80 code points before them.")
    after: str | None = Field(description="The 80 code points after them.")
    csl: CslItem


@router.get(
    "/{article_id}/citation",
    operation_id="getArticleCitation",
    summary="Cite an article, or words of it",
    response_model=Citation,
    response_model_exclude_unset=True,
    responses=errors(401, 403, 404, 410)
    | {
        200: {
            "content": {
                _CSL_TYPE: {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/CslItem"}}},
                _BIBTEX_TYPE: {"schema": {"type": "string"}},
            }
        }
    },
)
def get_citation(
    request: Request,
    response: Response,
    session: Reader,
    settings: SettingsDep,
    article_id: str,
    start: Annotated[
        int | None, Query(ge=0, le=_MOST, description="The first code point of the words; with `end`.", examples=[0])
    ] = None,
    end: Annotated[
        int | None, Query(ge=1, le=_MOST, description="The code point after the last; with `start`.", examples=[20])
    ] = None,
    revision: Annotated[
        int | None, Query(ge=1, le=1_000_000, description="Else the current one.", examples=[1])
    ] = None,
    format: Annotated[
        Literal["json", "csl", "bibtex"],
        Query(description="`csl`: a CSL-JSON file to import; `bibtex`: a BibTeX entry."),
    ] = "json",
) -> Any:
    """A permalink of the revision and the words, the hash of its text, and a CSL-JSON item. Revisions never change, so a
    citation stays true after the article was edited. 422 for a span that is not in the text; 410 once it is withdrawn.
    """
    row = articles_read.get(session, article_id)
    then = articles_read.revision(session, row, revision)
    span = _span(start, end, len(then.text))
    cited = _cited(session, row, then, span, addresses.base(request, settings))
    if format != "json":
        return _file(cited, format, response.headers)
    shown = settings.public_text or (span is not None and _is_excerpt(session, row, then, span))
    return _citation(row, then, cited, span if shown else None, context=settings.public_text)


def _span(start: int | None, end: int | None, length: int) -> tuple[int, int] | None:
    """Unprocessable unless both are given, in order and inside the text; None when neither is."""
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise _refused("end" if end is None else "start", "`start` and `end` go together", "missing")
    if start >= end:
        raise _refused("end", "`end` is not after `start`", "empty_range")
    if end > length:
        raise _refused("end", f"The text has {length} code points", "out_of_range")
    return start, end


def _refused(name: str, message: str, kind: str) -> Unprocessable:
    fault = {"loc": ["query", name], "msg": message, "type": kind}
    return Unprocessable("Some parameters are not acceptable.", errors=[fault])


def _cited(session: Reader, row: Article, then: Revision, span: tuple[int, int] | None, base: str) -> Cited:
    source = articles_read.sources_of(session, [row]).get(row.source_id) if row.source_id else None
    start, end = span or (None, None)
    at = {"revision": then.number} | ({"start": start, "end": end} if span else {})
    return Cited(
        article_id=str(row.id),
        revision=then.number,
        content_hash=then.content_hash,
        title=row.title if then.number == row.revision else then.title,
        byline=row.byline,
        outlet=(source.outlet or source.name) if source else None,
        language=row.language,
        url=row.url,
        permalink=f"{base}/v1/articles/{row.id}/citation?{urlencode(at)}",
        published_at=row.published_at,
        read_at=then.fetched_at,
        start=start,
        end=end,
    )


def _is_excerpt(session: Reader, row: Article, then: Revision, span: tuple[int, int]) -> bool:
    """The words lie inside what carries a finding of that revision."""
    if then.number == row.revision:
        rows = (quotes_read.of_article(session, row), attacks_read.of_article(session, row))
        found = [one for part in rows for one in views.findings(session, part)]
    else:
        kept = views.findings_then(session, row, then.number, frozenset(("quotes", "attack_reports")))
        found = kept["quotes"] + kept["attack_reports"]
    return any(one["start"] <= span[0] and span[1] <= one["end"] for one in views.excerpts(found))


def _file(cited: Cited, format: str, headers: Mapping[str, str]) -> Response:
    """`headers`: what a route's dependencies set, which a response of its own would lose."""
    suffix = "bib" if format == "bibtex" else "json"
    headers = {**headers, "Content-Disposition": f'inline; filename="{cited.key}.{suffix}"'}
    if format == "bibtex":
        return PlainTextResponse(bibtex(cited), media_type=_BIBTEX_TYPE, headers=headers)
    return JSONResponse([csl(cited)], media_type=_CSL_TYPE, headers=headers)


def _citation(row: Article, then: Revision, cited: Cited, shown: tuple[int, int] | None, *, context: bool) -> Any:
    """`shown`: the words that may be; `context`: what stands beside them, too."""
    start, end = shown or (0, 0)
    whole = (then.text, start, end) if context else (then.text[start:end], 0, end - start)
    fragment = text_fragment(*whole) if shown else None
    return {
        "article": views.article_ref(row),
        "revision": then.number,
        "content_hash": then.content_hash,
        "permalink": cited.permalink,
        "source_link": row.url.partition("#")[0] + fragment if row.url and fragment else row.url,
        "start": cited.start,
        "end": cited.end,
        "text": then.text[start:end] if shown else None,
        "before": then.text[max(0, start - _CONTEXT) : start] if shown and context else None,
        "after": then.text[end : end + _CONTEXT] if shown and context else None,
        "csl": csl(cited),
    }
