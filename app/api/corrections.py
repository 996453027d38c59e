"""Corrections by people: PATCH of quotes and attack reports, the record of all of them, and undoing one."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples, views
from app.api.bodies import Posted, json_body, request_body
from app.api.corrected import AttackReportWithCorrections, CorrectedValues, QuoteWithCorrections
from app.api.correcting import QuotePatch, ReportPatch
from app.api.deps import READ, Reader, RuntimeDep, Writer, no_unknown_parameters, writer_key
from app.api.idempotency import OnceAsWriter
from app.api.middleware import matches
from app.api.openapi import errors
from app.api.params import link_next, list_query, listing
from app.api.texts import Words
from app.core.clock import utcnow
from app.core.db import write_session
from app.core.errors import PreconditionFailed
from app.domain.vocabulary import Correctable, CorrectionState
from app.services import corrections as service
from app.services.runtime import Runtime
from app.store import corrections
from app.store.paging import ListQuery

router = APIRouter(prefix="/v1", tags=["corrections"])
_TAG = {"ETag": {"description": "Of the corrected finding.", "schema": {"type": "string"}}}
_MADE = {
    "Location": {"description": "The correction; absent when nothing was otherwise.", "schema": {"type": "string"}}
}
_DONE: dict[int | str, dict[str, Any]] = {200: {"headers": _TAG | _MADE}}
_REFUSALS = errors(400, 401, 403, 404, 409, 410, 412, 413, 415)
IfMatch = Annotated[
    str | None,
    Header(
        max_length=1000, description="The `ETag` you read: 412 when the finding changed since.", examples=['W/"0a1b"']
    ),
]
Owner = Annotated[str, Depends(writer_key)]


class Undone(BaseModel):
    """Who took it back, when and why."""

    by: str
    at: datetime
    reason: str


class Correction(BaseModel):
    """What one editor changed of one finding in one request. The members of `before` are those of `after`."""

    model_config = ConfigDict(json_schema_extra={"example": examples.CORRECTION})

    id: UUID
    article_id: UUID
    resource: Correctable
    resource_id: UUID = Field(description="Of the quote or attack report.")
    state: CorrectionState
    revision: int = Field(description="Of the article, when it was made.")
    by: str = Field(description="The prefix of the editor's key, or `cli`.")
    at: datetime
    reason: str
    before: CorrectedValues
    after: CorrectedValues
    undone: Undone | None


class CorrectionList(BaseModel):
    """One page of corrections."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [examples.CORRECTION], "next": None}})

    items: list[Correction]
    next: str | None
    total: int | None = None


@router.patch(
    "/quotes/{quote_id}",
    operation_id="correctQuote",
    summary="Correct or reject a quote",
    response_model=QuoteWithCorrections,
    openapi_extra=request_body(QuotePatch, {"reason": "it was his deputy", "speaker": "Maksym Horbal"}),
    responses=_REFUSALS | _DONE,
    dependencies=[Depends(no_unknown_parameters)],
)
async def correct_quote(
    runtime: RuntimeDep,
    once: OnceAsWriter,
    quote_id: str,
    posted: Annotated[Posted[QuotePatch], Depends(json_body(QuotePatch))],
    request: Request,
    if_match: IfMatch = None,
) -> Response:
    """Sets what you give and keeps what was read; `DELETE /v1/corrections/{id}` takes it back. What is so already is no
    correction. It is applied again after each extraction, as long as the quote is found. Needs scope `write`.
    """
    work = partial(_correct, runtime, Correctable.QUOTE, quote_id, posted.value, once.owner, if_match, _root(request))
    return await once(partial(run_sync, work), digest=posted.digest)


@router.patch(
    "/attack-reports/{report_id}",
    operation_id="correctAttackReport",
    summary="Correct or reject an attack report",
    response_model=AttackReportWithCorrections,
    openapi_extra=request_body(
        ReportPatch,
        {"reason": "eleven, says the text", "figures": [{"id": examples.DOWNED, "low": 11, "high": 11}]},
    ),
    responses=_REFUSALS | _DONE,
    dependencies=[Depends(no_unknown_parameters)],
)
async def correct_report(
    runtime: RuntimeDep,
    once: OnceAsWriter,
    report_id: str,
    posted: Annotated[Posted[ReportPatch], Depends(json_body(ReportPatch))],
    request: Request,
    if_match: IfMatch = None,
) -> Response:
    """Sets what you give and keeps what was read; `DELETE /v1/corrections/{id}` takes it back. Figures are named by their
    `id`. What is so already is no correction. It is applied again after each extraction, as long as the report is found.
    Needs scope `write`.
    """
    work = partial(
        _correct, runtime, Correctable.ATTACK_REPORT, report_id, posted.value, once.owner, if_match, _root(request)
    )
    return await once(partial(run_sync, work), digest=posted.digest)


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", ""))


def _correct(
    runtime: Runtime,
    resource: Correctable,
    finding_id: str,
    body: QuotePatch | ReportPatch,
    owner: str,
    if_match: str | None,
    root: str,
) -> Response:
    model = QuoteWithCorrections if resource is Correctable.QUOTE else AttackReportWithCorrections
    with write_session(runtime.engine) as session:
        row = service.opened(session, resource, finding_id)
        if if_match is not None and not matches(if_match, views.tag(views.finding(session, row))):
            raise PreconditionFailed
        by = service.editor(session, owner)
        made = service.correct(session, row, body.change, by=by, reason=body.reason, now=utcnow())
        found = views.finding(session, row)
        shown = model.model_validate(found).model_dump_json(exclude_unset=True)
    headers = {"Cache-Control": "no-store", "ETag": views.tag(found)}
    where = {"Location": f"{root}/v1/corrections/{made.id}"} if made else {}
    return Response(shown, 200, headers | where, "application/json")


@router.get(
    "/corrections",
    operation_id="listCorrections",
    summary="Corrections, the newest first",
    response_model=CorrectionList,
    response_model_exclude_unset=True,
    responses=errors(400, 401, 403),
    dependencies=READ,
)
def list_corrections(
    session: Reader,
    query: Annotated[ListQuery, Depends(list_query(corrections.CORRECTIONS))],
    request: Request,
    response: Response,
) -> dict[str, Any]:
    """Who changed what, when and why, with the values before and after; those that were undone as well, and those whose
    finding is no longer there (`orphaned`).
    """
    page = corrections.page(session, query)
    link_next(request, response, page)
    return listing(page, views.corrections(session, page.items))


@router.get(
    "/corrections/{correction_id}",
    operation_id="getCorrection",
    summary="One correction",
    response_model=Correction,
    response_model_exclude_unset=True,
    responses=errors(401, 403, 404, 410),
    dependencies=READ,
)
def get_correction(session: Reader, correction_id: str) -> dict[str, Any]:
    """The correction with the values before and after. 410 when the article of its finding was withdrawn."""
    return views.corrections(session, [corrections.get(session, correction_id)])[0]


@router.delete(
    "/corrections/{correction_id}",
    operation_id="undoCorrection",
    summary="Undo a correction",
    status_code=204,
    response_class=Response,
    responses=errors(401, 403, 404, 409, 410),
    dependencies=[Depends(no_unknown_parameters)],
)
def undo_correction(
    session: Writer,
    owner: Owner,
    correction_id: str,
    reason: Annotated[
        Words,
        Query(min_length=1, max_length=500, description="Why; it stays in the record.", examples=["it was right"]),
    ],
) -> Response:
    """The finding says again what it said without it; other corrections stay, and so does this one in the record, as
    `undone`. 409 when it was undone already. Needs scope `write`.
    """
    service.undo(session, correction_id, by=service.editor(session, owner), reason=reason, now=utcnow())
    return Response(status_code=204)
