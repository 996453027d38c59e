"""/v1/attack-reports: one attack as one article tells it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict

from app.api import examples, views
from app.api.corrected import AttackReportWithCorrections
from app.api.deps import READ, Reader
from app.api.findings import AttackReport
from app.api.openapi import errors
from app.api.params import link_feeds, link_next, list_query, listing
from app.store import attacks_read
from app.store.paging import ListQuery

router = APIRouter(prefix="/v1/attack-reports", tags=["attack reports"], dependencies=READ)


class AttackReportList(BaseModel):
    """One page of attack reports."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [examples.REPORT], "next": None}})

    items: list[AttackReport]
    next: str | None
    total: int | None = None


@router.get(
    "",
    operation_id="listAttackReports",
    summary="Attack reports, the latest first",
    response_model=AttackReportList,
    response_model_exclude_unset=True,
    responses=errors(400, 401, 403),
)
def list_attack_reports(
    session: Reader,
    query: Annotated[ListQuery, Depends(list_query(attacks_read.ATTACK_REPORTS))],
    request: Request,
    response: Response,
) -> dict[str, Any]:
    """One attack as one article tells it: who, whom, when, where, with which weapons and what came of it. The same
    attack told by two articles gives two reports. Reports of withdrawn articles are not listed.
    """
    page = attacks_read.page(session, query)
    link_next(request, response, page)
    link_feeds(request, response)
    return listing(page, views.findings(session, page.items))


@router.get(
    "/{report_id}",
    operation_id="getAttackReport",
    summary="One attack report",
    response_model=AttackReportWithCorrections,
    response_model_exclude_unset=True,
    responses=errors(401, 403, 404, 410),
)
def get_attack_report(session: Reader, report_id: str, response: Response) -> dict[str, Any]:
    """The report with its figures, places and evidence. 410 when its article was withdrawn, or no longer
    has it, or when an editor rejected it. `If-Match` with its `ETag` guards a correction.
    """
    shown = views.finding(session, attacks_read.get(session, report_id))
    response.headers["ETag"] = views.tag(shown)
    return shown
