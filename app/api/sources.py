"""/v1/sources: feeds, sitemaps and pages that are polled."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples, views
from app.api.bodies import Patch, Posted, json_body, request_body
from app.api.deps import READ, WRITE, Reader, RuntimeDep, Writer
from app.api.idempotency import LOCATION, OnceAsWriter, answer
from app.api.jobs import FIELDS as JOB_FIELDS
from app.api.jobs import Job
from app.api.openapi import errors
from app.api.params import link_next, list_query, listing
from app.api.problems import blame
from app.api.texts import WebAddress, Words
from app.core.clock import utcnow
from app.core.db import write_session
from app.domain.vocabulary import SourceKind
from app.ingest.catalogue import catalogue
from app.ingest.urls import url_key
from app.services import sources as service
from app.services.runtime import Runtime
from app.store import sources as sources_store
from app.store import sources_read
from app.store.paging import ListQuery

router = APIRouter(prefix="/v1/sources", tags=["sources"])
FIELDS = list(examples.SOURCE)
_CATALOGUE = ("key", "name", "kind", "url", "outlet", "language", "country", "stance")

Label = Annotated[Words, Field(max_length=200)]
Language = Annotated[str, Field(pattern="^[a-z]{2}$", description="ISO 639-1 code.", examples=["en"])]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$", description="ISO 3166-1 code.", examples=["UA"])]
Interval = Annotated[int, Field(strict=True, ge=1, le=service.MAX_INTERVAL_S, examples=[900])]
_INTERVAL = Field(
    None, description="Seconds between polls. Null: as the source's own rhythm has it, from 5 minutes to a day."
)


class Source(BaseModel):
    """What is polled, and its health: `last_error`, `failure_count`, `lag_s`, `next_poll_at`, `paused_reason`."""

    model_config = ConfigDict(json_schema_extra={"example": examples.SOURCE})

    id: UUID
    kind: SourceKind
    url: str
    name: str
    outlet: str | None
    stance: str | None
    language: str | None
    country: str | None
    enabled: bool
    paused_reason: str | None = Field(description="Why it is no longer polled; setting `enabled` resumes it.")
    poll_interval_s: int
    poll_interval_fixed: bool = Field(description="The interval was given; else it follows the source's own rhythm.")
    last_polled_at: datetime | None
    next_poll_at: datetime
    last_error: str | None
    failure_count: int = Field(description="Failed polls in a row; the wait doubles with each.")
    lag_s: int | None = Field(description="Seconds from publication to first sight of the latest new items.")
    created_at: datetime


class SourceList(BaseModel):
    """One page of sources."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [examples.SOURCE], "next": None}})

    items: list[Source]
    next: str | None
    total: int | None = None


class SourceIn(BaseModel):
    """A source to poll. Of a feed in the catalogue, what is not given is taken from there."""

    model_config = ConfigDict(extra="forbid")

    url: WebAddress
    kind: SourceKind | None = Field(None, description="`feed` unless the catalogue knows better.")
    name: Label | None = Field(None, description="The URL, if it has none.")
    outlet: Label | None = None
    stance: Label | None = Field(None, description="Any word of yours; the catalogue's own are listed there.")
    language: Language | None = None
    country: Country | None = None
    enabled: bool = Field(True, strict=True, description="False: it is kept, but not polled.")
    poll_interval_s: Interval | None = _INTERVAL


class SourcePatch(Patch):
    """What to change; what is left out stays. Null clears what may be empty."""

    never_null = ("kind", "name", "enabled")

    kind: SourceKind | None = None
    name: Label | None = None
    outlet: Label | None = None
    stance: Label | None = None
    language: Language | None = None
    country: Country | None = None
    enabled: bool | None = Field(None, strict=True, description="True also takes a pause away and polls at once.")
    poll_interval_s: Interval | None = _INTERVAL


class CatalogueEntry(BaseModel):
    """An outlet that ships with Sitrep. It is not polled until it is added."""

    key: str
    name: str
    kind: SourceKind
    url: str
    outlet: str
    language: str
    country: str
    stance: str
    source_id: UUID | None = Field(description="The source, when it was added.")


class CatalogueList(BaseModel):
    """The whole catalogue."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [examples.CATALOGUE_ENTRY], "next": None}})

    items: list[CatalogueEntry]
    next: None = None


@router.get(
    "",
    operation_id="listSources",
    summary="Sources, by name",
    response_model=SourceList,
    response_model_exclude_unset=True,
    responses=errors(400, 401, 403),
    dependencies=READ,
)
def list_sources(
    session: Reader,
    query: Annotated[ListQuery, Depends(list_query(sources_read.SOURCES))],
    request: Request,
    response: Response,
) -> dict[str, Any]:
    """What is polled, with its health. A fresh installation has none and calls nobody."""
    page = sources_read.page(session, query)
    link_next(request, response, page)
    return listing(page, [views.pick(row, FIELDS) for row in page.items])


@router.get(
    "/catalogue",
    operation_id="listCatalogue",
    summary="Outlets that ship with Sitrep",
    response_model=CatalogueList,
    responses=errors(401, 403),
    dependencies=READ,
)
def list_catalogue(session: Reader) -> dict[str, Any]:
    """Well-known outlets on this war with their feeds. `POST /v1/sources` with the `url` of one adds it."""
    keys = {entry.key: url_key(entry.url) for entry in catalogue()}
    known = sources_read.by_url_key(session, list(keys.values()))
    items = [views.pick(entry, _CATALOGUE) | {"source_id": known.get(keys[entry.key])} for entry in catalogue()]
    return {"items": items, "next": None}


@router.post(
    "",
    operation_id="createSource",
    summary="Add a source",
    status_code=201,
    response_model=Source,
    openapi_extra=request_body(SourceIn, {"url": examples.SOURCE["url"], "name": examples.SOURCE["name"]}),
    responses=errors(400, 401, 403, 409, 413, 415)
    | {
        200: {"model": Source, "description": "Its URL is a source already; nothing was changed."},
        201: {"headers": LOCATION},
    },
    dependencies=WRITE,
)
async def create_source(
    runtime: RuntimeDep,
    once: OnceAsWriter,
    posted: Annotated[Posted[SourceIn], Depends(json_body(SourceIn))],
    request: Request,
) -> Response:
    """It is polled at once, then in its own rhythm or at the interval given. Needs scope `write`."""
    produce = partial(run_sync, _create, runtime, posted.value, request.scope.get("root_path", ""))
    return await once(produce, digest=posted.digest)


def _create(runtime: Runtime, body: SourceIn, root: str) -> Response:
    with blame("body", "url"), write_session(runtime.engine) as session:
        row, new = service.add(session, runtime.settings, now=utcnow(), **body.model_dump())
        shown = Source.model_validate(views.pick(row, FIELDS))
    runtime.wake()
    return answer(shown, 201 if new else 200, f"{root}/v1/sources/{shown.id}")


@router.get(
    "/{source_id}",
    operation_id="getSource",
    summary="One source",
    response_model=Source,
    responses=errors(401, 403, 404),
    dependencies=READ,
)
def get_source(session: Reader, source_id: str) -> dict[str, Any]:
    """The source with its health."""
    return views.pick(sources_read.get(session, source_id), FIELDS)


@router.patch(
    "/{source_id}",
    operation_id="changeSource",
    summary="Change a source",
    response_model=Source,
    openapi_extra=request_body(SourcePatch, {"enabled": True, "poll_interval_s": 900}),
    responses=errors(400, 401, 403, 404, 413, 415),
    dependencies=WRITE,
)
def change_source(
    session: Writer,
    runtime: RuntimeDep,
    source_id: str,
    posted: Annotated[Posted[SourcePatch], Depends(json_body(SourcePatch))],
) -> dict[str, Any]:
    """Changes the fields given. The URL of a source is what it is; add another one instead. Needs scope `write`."""
    values = posted.value.model_dump(exclude_unset=True)
    known, usual = sources_read.get(session, source_id), runtime.settings.poll_interval_s
    row = sources_store.change(session, known, values, default_interval_s=usual, now=utcnow())
    runtime.wake()
    return views.pick(row, FIELDS)


@router.delete(
    "/{source_id}",
    operation_id="removeSource",
    summary="Remove a source",
    status_code=204,
    response_class=Response,
    responses=errors(401, 403, 404),
    dependencies=WRITE,
)
def remove_source(session: Writer, source_id: str) -> Response:
    """It is polled no more; its articles stay. Needs scope `write`."""
    sources_store.remove(session, sources_read.get(session, source_id))
    return Response(status_code=204)


@router.post(
    "/{source_id}/poll",
    operation_id="pollSource",
    summary="Poll a source now",
    status_code=202,
    response_model=Job,
    responses=errors(401, 403, 404, 409) | {202: {"headers": LOCATION}},
    dependencies=WRITE,
)
async def poll_source(
    runtime: RuntimeDep,
    once: OnceAsWriter,
    source_id: str,
    request: Request,
) -> Response:
    """Makes the job, or gives the one that waits already; also for a disabled or paused source. Needs scope `write`."""
    produce = partial(run_sync, _poll, runtime, source_id, request.scope.get("root_path", ""))
    return await once(produce)


def _poll(runtime: Runtime, source_id: str, root: str) -> Response:
    with write_session(runtime.engine) as session:
        row = service.poll_now(session, sources_read.get(session, source_id), now=utcnow())
        job = Job.model_validate(views.pick(row, JOB_FIELDS))
    runtime.wake()
    return answer(job, 202, f"{root}/v1/jobs/{job.id}")
