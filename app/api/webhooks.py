"""/v1/webhooks: changes posted to you, signed as Standard Webhooks says."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.bodies import Patch, Posted, json_body, request_body
from app.api.deps import ADMIN, Reader, RuntimeDep, Writer, private
from app.api.idempotency import LOCATION, OnceAsAdmin, answer
from app.api.openapi import errors
from app.api.params import link_next, list_query, listing
from app.api.problems import blame
from app.api.texts import WebAddress, Words
from app.api.views import pick
from app.core.clock import utcnow
from app.core.db import write_session
from app.domain.vocabulary import ChangeKind, DeliveryState, ResourceKind
from app.models import Webhook as Row
from app.services import articles
from app.services import webhooks as sending
from app.services.runtime import Runtime
from app.store import webhooks
from app.store.paging import ListQuery

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], dependencies=[*ADMIN, Depends(private)])
Kinds = Annotated[list[ChangeKind], Field(min_length=1, max_length=20)]
Resources = Annotated[list[ResourceKind], Field(min_length=1, max_length=20)]
_KINDS = Field(None, description="Only these kinds of change; null: all.")
_RESOURCES = Field(None, description="Only changes of these resources; null: all.")


class WebhookIn(BaseModel):
    """Where to post changes, and which."""

    model_config = ConfigDict(extra="forbid")

    url: WebAddress = Field(description="Called by POST. Private addresses are refused.")
    description: Words | None = Field(None, max_length=500)
    kinds: Kinds | None = _KINDS
    resources: Resources | None = _RESOURCES
    since: int | None = Field(
        None, strict=True, ge=0, le=2_147_483_647, description="Begin after this `seq`; null: with the next change."
    )


class WebhookPatch(Patch):
    """What to change; what is left out stays."""

    never_null = ("url", "enabled")

    url: WebAddress | None = Field(None, description="Where to post from now on.")
    description: Words | None = Field(None, max_length=500)
    kinds: Kinds | None = _KINDS
    resources: Resources | None = _RESOURCES
    enabled: bool | None = Field(None, strict=True, description="`true` goes on where it stopped, nothing is lost.")


class Webhook(BaseModel):
    """A subscription to changes."""

    model_config = ConfigDict(json_schema_extra={"example": examples.WEBHOOK})

    id: UUID
    url: str
    description: str | None
    kinds: list[ChangeKind] | None
    resources: list[ResourceKind] | None
    enabled: bool
    disabled_reason: str | None = Field(description="Why the server switched it off; `PATCH {enabled: true}` resumes.")
    failure_count: int = Field(description="Deliveries in a row that failed for good.")
    last_seq: int = Field(description="The last change that became a delivery.")
    old_secret_until: datetime | None = Field(description="Until then the secret before signs as well.")
    created_at: datetime
    updated_at: datetime


class WebhookWithSecret(Webhook):
    """With the secret, which is shown only now."""

    model_config = ConfigDict(json_schema_extra={"example": examples.WEBHOOK | {"secret": examples.WEBHOOK_SECRET}})

    secret: str = Field(description="Verify `webhook-signature` with it (Standard Webhooks, `v1`).")


class WebhookList(BaseModel):
    """One page of webhooks."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [examples.WEBHOOK], "next": None}})

    items: list[Webhook]
    next: str | None
    total: int | None = None


class Delivery(BaseModel):
    """One message and how its last attempt went. What the receiver answered is not kept, only its status."""

    model_config = ConfigDict(json_schema_extra={"example": examples.DELIVERY})

    id: UUID = Field(description="`webhook-id` is `msg_` and this.")
    type: str = Field(description="`article.created` …, or `webhook.test`.")
    seq: int | None
    job_id: UUID | None = Field(
        description="The job that sends it; `POST /v1/jobs/{id}/retry` sends a failed one again."
    )
    state: DeliveryState
    attempts: int
    response_status: int | None
    error: str | None
    duration_ms: int | None
    created_at: datetime
    updated_at: datetime


class DeliveryList(BaseModel):
    """One page of deliveries."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [examples.DELIVERY], "next": None}})

    items: list[Delivery]
    next: str | None
    total: int | None = None


_FIELDS, _DELIVERY = tuple(Webhook.model_fields), tuple(Delivery.model_fields)


@router.get(
    "",
    operation_id="listWebhooks",
    summary="Webhooks, the newest first",
    response_model=WebhookList,
    response_model_exclude_unset=True,
    responses=errors(400, 401, 403),
)
def list_webhooks(
    session: Reader,
    query: Annotated[ListQuery, Depends(list_query(webhooks.WEBHOOKS))],
    request: Request,
    response: Response,
) -> dict[str, Any]:
    """All subscriptions, without their secrets. Needs scope `admin`."""
    page = webhooks.page(session, query)
    link_next(request, response, page)
    return listing(page, [pick(row, _FIELDS) for row in page.items])


@router.post(
    "",
    operation_id="createWebhook",
    summary="Have changes posted to a URL",
    status_code=201,
    response_model=WebhookWithSecret,
    openapi_extra=request_body(WebhookIn, {"url": "https://receiver.example/sitrep", "kinds": ["created", "revised"]}),
    responses=errors(400, 401, 403, 409, 413, 415) | {201: {"headers": LOCATION}},
)
async def create_webhook(
    runtime: RuntimeDep,
    once: OnceAsAdmin,
    posted: Annotated[Posted[WebhookIn], Depends(json_body(WebhookIn))],
    request: Request,
) -> Response:
    """Every change is one POST of `{type, timestamp, data}` where `data` is the change, signed with the secret that
    this answer shows once. Anything but 2xx is tried again with growing pauses. Needs scope `admin`.
    """
    produce = partial(run_sync, _create, runtime, posted.value, request.scope.get("root_path", ""))
    return await once(produce, digest=posted.digest)


def _create(runtime: Runtime, body: WebhookIn, root: str) -> Response:
    with blame("body", "url"):
        articles.check_address(runtime, body.url)
    with write_session(runtime.engine) as session:
        row = webhooks.create(session, now=utcnow(), **body.model_dump(mode="json"))
        return answer(_with_secret(row), 201, f"{root}/v1/webhooks/{row.id}")


def _with_secret(row: Row) -> WebhookWithSecret:
    return WebhookWithSecret.model_validate(pick(row, (*_FIELDS, "secret")))


@router.get(
    "/{webhook_id}",
    operation_id="getWebhook",
    summary="One webhook",
    response_model=Webhook,
    responses=errors(401, 403, 404),
)
def get_webhook(session: Reader, webhook_id: str) -> dict[str, Any]:
    """Its state, and why it was switched off when it was. Needs scope `admin`."""
    return pick(webhooks.get(session, webhook_id), _FIELDS)


@router.patch(
    "/{webhook_id}",
    operation_id="updateWebhook",
    summary="Change a webhook, or switch it on again",
    response_model=Webhook,
    openapi_extra=request_body(WebhookPatch, {"enabled": True}),
    responses=errors(400, 401, 403, 404, 413, 415),
)
def update_webhook(
    session: Writer,
    runtime: RuntimeDep,
    webhook_id: str,
    posted: Annotated[Posted[WebhookPatch], Depends(json_body(WebhookPatch))],
) -> dict[str, Any]:
    """Switched on again it sends again what failed since the last success, and goes on with the change after
    `last_seq`: nothing is lost. Needs scope `admin`.
    """
    if posted.value.url is not None:
        with blame("body", "url"):
            articles.check_address(runtime, posted.value.url)
    values = posted.value.model_dump(mode="json", exclude_unset=True)
    return pick(webhooks.change(session, webhooks.get(session, webhook_id), values, utcnow()), _FIELDS)


@router.delete(
    "/{webhook_id}",
    operation_id="deleteWebhook",
    summary="Stop telling a URL",
    status_code=204,
    responses=errors(401, 403, 404),
)
def delete_webhook(session: Writer, webhook_id: str) -> None:
    """The webhook, its waiting deliveries and its log are gone. Needs scope `admin`."""
    webhooks.remove(session, webhooks.get(session, webhook_id))


@router.post(
    "/{webhook_id}/secret",
    operation_id="rotateWebhookSecret",
    summary="A new secret",
    response_model=WebhookWithSecret,
    responses=errors(401, 403, 404, 409),
)
async def rotate_webhook_secret(runtime: RuntimeDep, once: OnceAsAdmin, webhook_id: str) -> Response:
    """Shown once. For 24 hours messages carry two signatures, by the new and by the old secret. Needs scope `admin`."""
    return await once(partial(run_sync, _rotate, runtime, webhook_id))


def _rotate(runtime: Runtime, webhook_id: str) -> Response:
    with write_session(runtime.engine) as session:
        return answer(_with_secret(webhooks.rotate(session, webhooks.get(session, webhook_id), utcnow())), 200)


@router.post(
    "/{webhook_id}/test",
    operation_id="testWebhook",
    summary="Send a test message",
    status_code=202,
    response_model=Delivery,
    responses=errors(401, 403, 404, 409),
)
async def test_webhook(runtime: RuntimeDep, once: OnceAsAdmin, webhook_id: str) -> Response:
    """A signed `webhook.test`, also to one that is switched off; watch it in the deliveries. Needs scope `admin`."""
    return await once(partial(run_sync, _test, runtime, webhook_id))


def _test(runtime: Runtime, webhook_id: str) -> Response:
    with write_session(runtime.engine) as session:
        row = webhooks.get(session, webhook_id)
        made = webhooks.deliver(session, row, type_=sending.TEST, data={"webhook_id": str(row.id)}, now=utcnow())
        shown = Delivery.model_validate(pick(made, _DELIVERY))
    runtime.wake()
    return answer(shown, 202)


@router.get(
    "/{webhook_id}/deliveries",
    operation_id="listWebhookDeliveries",
    summary="What was sent, the newest first",
    response_model=DeliveryList,
    response_model_exclude_unset=True,
    responses=errors(400, 401, 403, 404),
)
def list_webhook_deliveries(
    session: Reader,
    webhook_id: str,
    query: Annotated[ListQuery, Depends(list_query(webhooks.DELIVERIES))],
    request: Request,
    response: Response,
) -> dict[str, Any]:
    """Every message with its attempts and the receiver's last status, for 30 days. Needs scope `admin`."""
    page = webhooks.deliveries(session, webhooks.get(session, webhook_id), query)
    link_next(request, response, page)
    return listing(page, [pick(row, _DELIVERY) for row in page.items])
