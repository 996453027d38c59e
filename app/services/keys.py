"""Checking and making API keys."""

from datetime import timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from app.core.clock import utcnow
from app.core.db import write_session
from app.core.errors import Forbidden, Unauthorized
from app.domain.vocabulary import Scope
from app.models import ApiKey
from app.store import keys


def verify(session: Session, secret: str, scope: Scope) -> ApiKey:
    """The key behind a secret. Raises Unauthorized for an unknown or revoked one, Forbidden when its scope is too small."""
    key = keys.verify(session, secret)
    if key is None:
        raise Unauthorized("The key is unknown or revoked.")
    if not keys.allows(key, scope):
        raise Forbidden(f"This operation needs a key of scope {scope.value}.")
    return key


def remember_use(engine: Engine, key: ApiKey) -> None:
    """Note the use, at most once a minute: reads stay reads."""
    now = utcnow()
    if key.last_used_at is None or now - key.last_used_at > timedelta(minutes=1):
        with write_session(engine) as session:
            keys.used(session, key.id, now)
