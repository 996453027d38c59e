"""Answers under a client's Idempotency-Key, for 24 hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult
from sqlmodel import Session, col, delete, select

from app.core.db import insert_ignoring
from app.core.errors import Conflict, Unprocessable
from app.core.ids import new_id
from app.models import IdempotencyKey

KEPT = timedelta(hours=24)
ABANDONED = timedelta(minutes=5)  # longer than any request may take: its process died


@dataclass(frozen=True, slots=True)
class Answer:
    """A response to give again."""

    status: int
    headers: dict[str, str]
    body: str


def claim(session: Session, *, owner: str, value: str, request_hash: str, now: datetime) -> Answer | None:
    """None when the key is ours now; the answer when it was used before.

    Raises Unprocessable when it was used with another body, Conflict while the first request is still running.
    """
    old = (col(IdempotencyKey.created_at) < now - KEPT) | (
        (col(IdempotencyKey.status).is_(None)) & (col(IdempotencyKey.created_at) < now - ABANDONED)
    )
    session.execute(delete(IdempotencyKey).where(old))
    values = {"id": new_id(), "owner": owner, "value": value, "request_hash": request_hash, "created_at": now}
    made = session.execute(insert_ignoring(session, IdempotencyKey).values(**values).on_conflict_do_nothing())
    if cast(CursorResult[Any], made).rowcount:
        return None
    row = _get(session, owner, value)
    if row.request_hash != request_hash:
        words = "This Idempotency-Key was used with another request."
        fault = {"loc": ["header", "idempotency-key"], "msg": words, "type": "idempotency_key_reused"}
        raise Unprocessable(words, errors=[fault])
    if row.status is None:
        raise Conflict("The first request with this Idempotency-Key is still running.")
    return Answer(row.status, dict(row.headers or {}), row.body or "")


def finish(session: Session, *, owner: str, value: str, answer: Answer) -> None:
    """Keep the answer for the rest of the 24 hours."""
    row = _get(session, owner, value)
    row.status, row.headers, row.body = answer.status, dict(answer.headers), answer.body
    session.add(row)


def release(session: Session, *, owner: str, value: str) -> None:
    """The request failed: the key may be used again."""
    session.execute(
        delete(IdempotencyKey).where(col(IdempotencyKey.owner) == owner, col(IdempotencyKey.value) == value)
    )


def _get(session: Session, owner: str, value: str) -> IdempotencyKey:
    query = select(IdempotencyKey).where(IdempotencyKey.owner == owner, IdempotencyKey.value == value)
    return session.exec(query).one()
