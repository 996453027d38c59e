"""/v1/changes: the outbox, in order and resumable."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.deps import READ, Reader
from app.api.openapi import errors
from app.api.params import link_next, list_query, listing
from app.domain.vocabulary import ChangeKind, ResourceKind
from app.models import Change as Row
from app.store import changes
from app.store.paging import ListQuery

router = APIRouter(prefix="/v1/changes", tags=["changes"])


class Change(BaseModel):
    """One change of one resource."""

    model_config = ConfigDict(json_schema_extra={"example": examples.CHANGE})

    seq: int = Field(description="1, 2, 3 … in the order of commit, without a hole.")
    kind: ChangeKind
    resource: ResourceKind
    id: UUID = Field(description="Of the resource.")
    at: datetime


class ChangeList(BaseModel):
    """One page of changes."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [examples.CHANGE], "next": None}})

    items: list[Change]
    next: str | None
    total: int | None = None


@router.get(
    "",
    operation_id="listChanges",
    summary="Changes, the oldest first",
    response_model=ChangeList,
    response_model_exclude_unset=True,
    responses=errors(400, 401, 403),
    dependencies=READ,
)
def list_changes(
    session: Reader,
    query: Annotated[ListQuery, Depends(list_query(changes.CHANGES))],
    request: Request,
    response: Response,
) -> dict[str, Any]:
    """Every change exactly once. Keep the last `seq` and ask again with `since`: nothing is skipped, nothing comes
    twice, whoever writes meanwhile.
    """
    page = changes.page(session, query)
    link_next(request, response, page)
    return listing(page, [change_json(row) for row in page.items])


def change_json(row: Row) -> dict[str, Any]:
    """The shape `change`, also for streams and webhooks."""
    return {"seq": row.seq, "kind": row.kind, "resource": row.resource, "id": row.resource_id, "at": row.at}
