"""/v1/jobs: work in the background."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict

from app.api import examples, views
from app.api.deps import READ, WRITE, Reader, RuntimeDep
from app.api.idempotency import OnceAsWriter, answer
from app.api.openapi import errors
from app.api.params import link_next, list_query, listing
from app.core.clock import utcnow
from app.core.db import write_session
from app.domain.vocabulary import JobKind, JobState
from app.services.runtime import Runtime
from app.store import jobs as jobs_store
from app.store import jobs_read
from app.store.paging import ListQuery

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])
FIELDS = ["id", "kind", "url", "state", "attempts", "last_error", "article_id", "created_at", "updated_at"]


class Job(BaseModel):
    """A piece of work. `last_error` says in words why it did not succeed."""

    model_config = ConfigDict(json_schema_extra={"example": examples.JOB})

    id: UUID
    kind: JobKind
    url: str | None
    state: JobState
    attempts: int
    last_error: str | None
    article_id: UUID | None
    created_at: datetime
    updated_at: datetime


class JobList(BaseModel):
    """One page of jobs."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [examples.JOB], "next": None}})

    items: list[Job]
    next: str | None
    total: int | None = None


@router.get(
    "",
    operation_id="listJobs",
    summary="Jobs, the newest first",
    response_model=JobList,
    response_model_exclude_unset=True,
    responses=errors(400, 401, 403),
    dependencies=READ,
)
def list_jobs(
    session: Reader,
    query: Annotated[ListQuery, Depends(list_query(jobs_read.JOBS))],
    request: Request,
    response: Response,
) -> dict[str, Any]:
    """What was and will be fetched or extracted, with its state and last error."""
    page = jobs_read.page(session, query)
    link_next(request, response, page)
    return listing(page, [views.pick(row, FIELDS) for row in page.items])


@router.get(
    "/{job_id}",
    operation_id="getJob",
    summary="One job",
    response_model=Job,
    responses=errors(401, 403, 404),
    dependencies=READ,
)
def get_job(session: Reader, job_id: str) -> dict[str, Any]:
    """Its state, and the article when there is one."""
    return views.pick(jobs_read.get(session, job_id), FIELDS)


@router.post(
    "/{job_id}/retry",
    operation_id="retryJob",
    summary="Try a failed job again",
    status_code=202,
    response_model=Job,
    responses=errors(401, 403, 404, 409),
    dependencies=WRITE,
)
async def retry_job(runtime: RuntimeDep, once: OnceAsWriter, job_id: str) -> Response:
    """A failed or refused job starts from the beginning; any other is a conflict."""
    return await once(partial(run_sync, _retry, runtime, job_id))


def _retry(runtime: Runtime, job_id: str) -> Response:
    with write_session(runtime.engine) as session:
        row = jobs_store.retry(session, jobs_read.get(session, job_id), utcnow())
        job = Job.model_validate(views.pick(row, FIELDS))
    runtime.wake()
    return answer(job, 202)
