"""/v1/sources.opml: sources as a file that every feed reader reads and writes."""

from functools import partial
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.bodies import Posted, raw_body
from app.api.deps import READ, WRITE, Reader, RuntimeDep, cache_headers
from app.api.idempotency import OnceAsWriter, answer
from app.api.openapi import errors
from app.api.problems import blame
from app.core.clock import utcnow
from app.core.db import write_session
from app.ingest.opml import MAX_BYTES, read_opml, write_opml
from app.services import sources as service
from app.services.runtime import Runtime
from app.store import sources_read

router = APIRouter(prefix="/v1", tags=["sources"])
MEDIA_TYPE = "text/x-opml"
_TYPES = (MEDIA_TYPE, "application/xml", "text/xml")
_EXAMPLE = (
    '<opml version="2.0"><body><outline type="rss" text="Harbour News" '
    'xmlUrl="https://news.example/feed.xml"/></body></opml>'
)
_FILE: Any = {"content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": _EXAMPLE}}}
_BODY: Any = {"requestBody": {"required": True, "content": dict.fromkeys(_TYPES, _FILE["content"][MEDIA_TYPE])}}


class Refused(BaseModel):
    line: int = Field(description="Where it stands in the file.")
    reason: str


class Imported(BaseModel):
    """What became of the outlines of a file."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "added": 12,
                "known": 3,
                "refused": [{"line": 17, "reason": "Only http:// and https:// URLs with a host are fetched."}],
            }
        }
    )

    added: int
    known: int = Field(description="Sources already; they were left as they are.")
    refused: list[Refused]


@router.get(
    "/sources.opml",
    operation_id="exportSources",
    summary="All sources as OPML",
    response_class=Response,
    responses=errors(401, 403) | {200: _FILE},
    dependencies=READ,
)
def export_sources(session: Reader, response: Response) -> Response:
    """An OPML 2.0 file; kind, outlet, stance and the like stand in attributes of our own, which an import reads back."""
    text = write_opml(map(service.outline_of, sources_read.every(session)))
    return Response(text, headers=cache_headers(response), media_type=MEDIA_TYPE)


@router.post(
    "/sources.opml",
    operation_id="importSources",
    summary="Add the feeds of an OPML file",
    response_model=Imported,
    openapi_extra=_BODY,
    responses=errors(400, 401, 403, 409, 413, 415),
    dependencies=WRITE,
)
async def import_sources(
    runtime: RuntimeDep,
    once: OnceAsWriter,
    posted: Annotated[Posted[bytes], Depends(raw_body(_TYPES, MAX_BYTES))],
    enabled: Annotated[bool, Query(description="False adds them without polling them.")] = True,
) -> Response:
    """Each feed is added, known already, or refused with the reason. A document type declaration is refused, so that
    nothing can expand. Needs scope `write`.
    """
    produce = partial(run_sync, _import, runtime, posted.value, enabled)
    return await once(produce, digest=posted.digest)


def _import(runtime: Runtime, body: bytes, enabled: bool) -> Response:
    with blame("body"):
        outlines = read_opml(body)
    with write_session(runtime.engine) as session:
        done = service.import_outlines(session, runtime.settings, outlines, enabled=enabled, now=utcnow())
    runtime.wake()
    refused = [Refused(line=one.line, reason=one.reason) for one in done.refused]
    return answer(Imported(added=done.added, known=done.known, refused=refused), 200)
