"""Sending webhooks: signed as Standard Webhooks says, through the one network door, each attempt written down."""

import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from anyio.to_thread import run_sync
from sqlalchemy import Engine
from sqlmodel import Session
from standardwebhooks import Webhook as Signer

from app.core.clock import utcnow
from app.core.db import read_session, write_session
from app.core.errors import Conflict, FetchGone, FetchStatus, SitrepError
from app.domain.vocabulary import DeliveryState
from app.ingest.fetch import Fetcher
from app.models import Delivery, Webhook
from app.store import webhooks

TEST = "webhook.test"


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: no row is held while the network is waited for."""

    id: UUID
    url: str
    body: str
    secrets: tuple[str, ...]


def headers(message: Message, now: datetime) -> dict[str, str]:
    """The id is the same at every attempt: a receiver uses it to drop what comes twice. One signature a living secret."""
    name = f"msg_{message.id}"
    signatures = [Signer(secret).sign(name, now, message.body) for secret in message.secrets]
    return {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


async def send(engine: Engine, fetcher: Fetcher, delivery_id: UUID, *, last: bool, disable_after: int) -> None:
    """One attempt. Raises what went wrong, for the job to be tried again; after the `last` attempt the delivery failed."""
    start, status, error = time.monotonic(), None, None
    try:
        message = await run_sync(_message, engine, delivery_id)
        if message is None:
            return  # the webhook was deleted, or the delivery arrived before the process died
        status = await fetcher.post(message.url, body=message.body.encode(), headers=headers(message, utcnow()))
        _check(status)
    except SitrepError as failure:
        error = failure
    outcome = _Outcome(status, error, int((time.monotonic() - start) * 1000), last, disable_after)
    await run_sync(_record, engine, delivery_id, outcome)
    if error is not None:
        raise error


def _check(status: int) -> None:
    if status == 410:
        raise FetchGone("The receiver answered 410: it wants no more of this.")
    if not 200 <= status < 300:
        raise FetchStatus(f"The receiver answered {status}.")


def _message(engine: Engine, delivery_id: UUID) -> Message | None:
    with read_session(engine) as session:
        delivery = session.get(Delivery, delivery_id)
        if delivery is None or delivery.state == DeliveryState.DELIVERED:
            return None
        row = session.get(Webhook, delivery.webhook_id)
        if row is None:
            return None
        if not row.enabled and delivery.type != TEST:
            raise Conflict("The webhook is switched off.")
        living = row.old_secret if row.old_secret_until and row.old_secret_until > utcnow() else None
        return Message(delivery.id, row.url, delivery.body, tuple(s for s in (row.secret, living) if s))


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: int | None
    error: SitrepError | None
    took_ms: int
    last: bool
    disable_after: int

    @property
    def state(self) -> DeliveryState:
        if self.error is None:
            return DeliveryState.DELIVERED
        return DeliveryState.FAILED if self.last or not self.error.retryable else DeliveryState.PENDING


def _record(engine: Engine, delivery_id: UUID, outcome: _Outcome) -> None:
    with write_session(engine) as session:
        delivery = session.get(Delivery, delivery_id)
        if delivery is None:
            return
        delivery.attempts += 1
        delivery.state, delivery.response_status = outcome.state.value, outcome.status
        delivery.error = str(outcome.error) if outcome.error else None
        delivery.duration_ms, delivery.updated_at = outcome.took_ms, utcnow()
        session.add(delivery)
        row = session.get(Webhook, delivery.webhook_id)
        if row is not None and outcome.state is not DeliveryState.PENDING and (row.enabled or not outcome.error):
            _judge(session, row, outcome)


def _judge(session: Session, row: Webhook, outcome: _Outcome) -> None:
    """Deliveries that failed in a row, or a 410, switch the webhook off and say why."""
    row.failure_count = 0 if outcome.error is None else row.failure_count + 1
    gone = outcome.status == 410
    if row.enabled and (gone or row.failure_count >= outcome.disable_after):
        row.enabled = False
        row.disabled_reason = (
            str(outcome.error) if gone else f"{row.failure_count} deliveries in a row failed; the last: {outcome.error}"
        )
    session.add(row)


def fan_out(engine: Engine) -> int:
    """New changes become deliveries and jobs; old deliveries go. How many were made."""
    with write_session(engine) as session:
        webhooks.prune(session, utcnow())
        return webhooks.fan_out(session, utcnow())
