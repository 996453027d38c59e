"""POST /v1/articles and POST /v1/extract: texts come in."""

from functools import partial
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict

from app.api import examples, views
from app.api.articles import ArticleWithText, findings_of
from app.api.bodies import Posted, json_body, request_body
from app.api.deps import READ, WRITE, RuntimeDep, SettingsDep
from app.api.findings import AttackReport, Extraction, FoundEntity, Quote
from app.api.idempotency import LOCATION, IdempotencyKey, OnceAsWriter, answer
from app.api.jobs import FIELDS as JOB_FIELDS
from app.api.jobs import Job
from app.api.openapi import errors
from app.api.problems import blame
from app.api.texts import ArticleIn, ExtractIn, check_size
from app.core.clock import utcnow
from app.core.db import read_session
from app.extract.serialize import to_json
from app.services import articles as service
from app.services.runtime import Runtime
from app.store import articles_read, jobs_read

router = APIRouter(prefix="/v1")
_FINDINGS = frozenset(("entities", "quotes", "attack_reports"))
_FULL = examples.ARTICLE | {"text": examples.TEXT}
_STORED: Any = {
    "article": _FULL,
    "entities": [examples.FOUND_ENTITY | {"id": examples.IDS["odesa"]}],
    "quotes": [examples.QUOTE],
    "attack_reports": [examples.REPORT],
}
_POSTED = {"text": examples.TEXT, "url": examples.URL, "published_at": "2025-03-03"}


class StoredArticle(BaseModel):
    """What was stored, with everything found in it."""

    model_config = ConfigDict(json_schema_extra={"example": _STORED})

    article: ArticleWithText
    entities: list[FoundEntity]
    quotes: list[Quote]
    attack_reports: list[AttackReport]


@router.post(
    "/articles",
    tags=["articles"],
    operation_id="createArticle",
    summary="Add a briefing: a text, a page or a URL",
    status_code=201,
    response_model=StoredArticle,
    openapi_extra=request_body(ArticleIn, _POSTED),
    responses=errors(400, 401, 403, 409, 410, 413, 415)
    | {
        200: {"model": StoredArticle, "description": "The same text is there already; nothing was changed."},
        201: {"headers": LOCATION, "description": "A new article, or a new revision of a known URL."},
        202: {"model": Job, "headers": LOCATION, "description": "It will be fetched, or read; `Location` is the job."},
    },
    dependencies=WRITE,
)
async def create_article(
    runtime: RuntimeDep,
    settings: SettingsDep,
    once: OnceAsWriter,
    posted: Annotated[Posted[ArticleIn], Depends(json_body(ArticleIn, large=True))],
    request: Request,
) -> Response:
    """Send exactly one of `text`, `html` and `url`. A text is extracted and stored before the answer; the same URL
    with another text makes a new revision. A lone `url` is fetched in the background; so is a text of more than 5,000
    words read that takes longer than a request may. Needs scope `write`.
    """
    check_size(settings, posted.value)
    produce = partial(_create, runtime, posted.value, request.scope.get("root_path", ""))
    return await once(produce, digest=posted.digest)


async def _create(runtime: Runtime, body: ArticleIn, root: str) -> Response:
    with blame("body", body.content):
        done = await service.submit(runtime, body.posted)
    if done.job_id is not None:
        job = await run_sync(_job, runtime, str(done.job_id))
        return answer(job, 202, f"{root}/v1/jobs/{done.job_id}")
    stored = await run_sync(_stored, runtime, str(done.article_id))
    return answer(stored, done.status, f"{root}/v1/articles/{done.article_id}")


def _job(runtime: Runtime, job_id: str) -> Job:
    with read_session(runtime.engine) as session:
        return Job.model_validate(views.pick(jobs_read.get(session, job_id), JOB_FIELDS))


def _stored(runtime: Runtime, article_id: str) -> StoredArticle:
    with read_session(runtime.engine) as session:
        row = articles_read.get(session, article_id)
        article = views.articles(session, [row])[0] | {"text": articles_read.revision(session, row).text}
        return StoredArticle.model_validate({"article": article} | findings_of(session, row, _FINDINGS))


@router.post(
    "/extract",
    tags=["extraction"],
    operation_id="extractText",
    summary="Extract without storing",
    response_model=Extraction,
    openapi_extra=request_body(ExtractIn, {"text": examples.TEXT, "published_at": "2025-03-03"}),
    responses=errors(400, 401, 403, 413, 415),
    dependencies=READ,
)
async def extract_text(
    runtime: RuntimeDep,
    settings: SettingsDep,
    posted: Annotated[Posted[ExtractIn], Depends(json_body(ExtractIn, large=True))],
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> dict[str, Any]:
    """Entities, quotes and attack reports of a text or a page. The same input and extractor version give the same
    answer; nothing is kept, not even the answer to an `Idempotency-Key`: sent again it is read again, to the same end.
    """
    check_size(settings, posted.value)
    body = posted.value
    page = body.posted.page(utcnow())
    with blame("body", body.content):
        document, findings = await runtime.extraction.read_and_extract(
            page, title=body.title, published_at=body.published_at, url=body.url
        )
    response.headers["Cache-Control"] = "no-store"
    return to_json(document, findings)
