"""Webhooks and their deliveries: made from the outbox in one transaction with the jobs that send them."""

import json
import secrets
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from app.core.db import dialect_of
from app.core.errors import NotFound
from app.core.ids import parse_id
from app.domain.vocabulary import DeliveryState, JobKind
from app.models import Change, Delivery, Webhook
from app.store import changes, jobs
from app.store.filters import Filter, Resource, equals
from app.store.paging import Key, ListQuery, Page, fetch_page

BATCH, MOST_PENDING, KEPT = 100, 1000, timedelta(days=30)
OVERLAP = timedelta(hours=24)
WEBHOOKS = Resource(
    name="webhooks",
    filters=(
        Filter("enabled", bool, "Only those that are, or are not.", True, equals("enabled", col(Webhook.enabled))),
    ),
    sorts={"-created_at": (Key(col(Webhook.id), True, UUID),), "created_at": (Key(col(Webhook.id), False, UUID),)},
)
DELIVERIES = Resource(
    name="deliveries",
    filters=(Filter("state", DeliveryState, "How it went.", "failed", equals("state", col(Delivery.state))),),
    sorts={"-created_at": (Key(col(Delivery.id), True, UUID),), "created_at": (Key(col(Delivery.id), False, UUID),)},
)


def new_secret() -> str:
    """As Standard Webhooks writes it: `whsec_` and 32 random bytes in base64."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


def create(session: Session, *, now: datetime, since: int | None, **values: Any) -> Webhook:
    """A webhook that hears of changes after `since`, else of those from now on."""
    start = changes.latest(session) if since is None else since
    row = Webhook(secret=new_secret(), last_seq=start, created_at=now, updated_at=now, **values)
    session.add(row)
    session.flush()
    return row


def get(session: Session, webhook_id: str) -> Webhook:
    """NotFound."""
    row = session.get(Webhook, parse_id(webhook_id))
    if row is None:
        raise NotFound("There is no such webhook.")
    return row


def page(session: Session, query: ListQuery) -> Page[Webhook]:
    return fetch_page(
        session, WEBHOOKS.apply(session, select(Webhook), query.values), WEBHOOKS.order(query.sort), query
    )


def deliveries(session: Session, webhook: Webhook, query: ListQuery) -> Page[Delivery]:
    own = select(Delivery).where(col(Delivery.webhook_id) == webhook.id)
    return fetch_page(session, DELIVERIES.apply(session, own, query.values), DELIVERIES.order(query.sort), query)


def change(session: Session, row: Webhook, values: Mapping[str, Any], now: datetime) -> Webhook:
    """Switched on again it goes on where it stopped, and sends again what failed since the last success."""
    if values.get("enabled") and not row.enabled:
        _again(session, row, now)
    for name, value in values.items():
        setattr(row, name, value)
    if values.get("enabled"):
        row.disabled_reason, row.failure_count = None, 0
    row.updated_at = now
    session.add(row)
    session.flush()
    return row


def rotate(session: Session, row: Webhook, now: datetime) -> Webhook:
    """A new secret; the old one signs as well for 24 hours."""
    row.old_secret, row.old_secret_until, row.secret, row.updated_at = row.secret, now + OVERLAP, new_secret(), now
    session.add(row)
    session.flush()
    return row


def remove(session: Session, row: Webhook) -> None:
    session.execute(delete(Delivery).where(col(Delivery.webhook_id) == row.id))
    session.delete(row)


def deliver(session: Session, row: Webhook, *, type_: str, data: Mapping[str, Any], now: datetime) -> Delivery:
    """A delivery and the job that sends it. The body has the members that Standard Webhooks recommends."""
    body = json.dumps({"type": type_, "timestamp": _utc(now), "data": dict(data)}, separators=(",", ":"))
    made = Delivery(webhook_id=row.id, type=type_, seq=data.get("seq"), body=body, created_at=now, updated_at=now)
    session.add(made)
    session.flush()
    _enqueue(session, made, row.url, now)
    return made


def _enqueue(session: Session, made: Delivery, url: str, now: datetime) -> None:
    payload = {"delivery_id": str(made.id)}
    job = jobs.enqueue(session, JobKind.WEBHOOK, url=url, payload=payload, dedupe_key=f"webhook:{made.id}", now=now)
    made.job_id = job.id
    session.add(made)
    session.flush()


def _again(session: Session, row: Webhook, now: datetime) -> None:
    """What failed since the last success is sent again."""
    own = col(Delivery.webhook_id) == row.id
    done = (
        select(col(Delivery.id))
        .where(own, col(Delivery.state) == DeliveryState.DELIVERED.value)
        .order_by(col(Delivery.id).desc())
        .limit(1)
    )
    failed = select(Delivery).where(own, col(Delivery.state) == DeliveryState.FAILED.value).order_by(col(Delivery.id))
    newest = session.execute(done).scalar()
    if newest is not None:
        failed = failed.where(col(Delivery.id) > newest)
    for one in session.execute(failed).scalars().all():
        one.state = DeliveryState.PENDING.value
        _enqueue(session, one, row.url, now)


def fan_out(session: Session, now: datetime) -> int:
    """Turn new changes into deliveries, at most BATCH a webhook; a webhook with a long queue waits. How many were made."""
    newest = changes.latest(session)
    waiting = select(Webhook).where(col(Webhook.enabled), col(Webhook.last_seq) < newest).order_by(col(Webhook.id))
    if dialect_of(session) == "postgresql":
        waiting = waiting.with_for_update(skip_locked=True)  # another process is at it
    made = 0
    for row in session.execute(waiting).scalars().all():
        if _pending(session, row) < MOST_PENDING:
            made += _fan_out(session, row, now)
    return made


def _fan_out(session: Session, row: Webhook, now: datetime) -> int:
    found = changes.after(session, row.last_seq, limit=BATCH)
    wanted = [one for one in found if _wants(row, one)]
    for one in wanted:
        deliver(session, row, type_=f"{one.resource}.{one.kind}", data=_data(one), now=now)
    row.last_seq = found[-1].seq or row.last_seq
    session.add(row)
    return len(wanted)


def prune(session: Session, now: datetime) -> None:
    """Deliveries that ended are kept for 30 days."""
    old = (col(Delivery.created_at) < now - KEPT, col(Delivery.state) != DeliveryState.PENDING.value)
    session.execute(delete(Delivery).where(*old))


def _pending(session: Session, row: Webhook) -> int:
    own = (col(Delivery.webhook_id) == row.id, col(Delivery.state) == DeliveryState.PENDING.value)
    return int(session.execute(select(func.count()).select_from(Delivery).where(*own)).scalar_one())


def _wants(row: Webhook, one: Change) -> bool:
    return (not row.kinds or one.kind in row.kinds) and (not row.resources or one.resource in row.resources)


def _data(one: Change) -> dict[str, Any]:
    return {"seq": one.seq, "kind": one.kind, "resource": one.resource, "id": str(one.resource_id), "at": _utc(one.at)}


def _utc(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
