"""API keys: hashed at rest, shown once, revocable."""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select, update

from app.domain.vocabulary import Scope
from app.models import ApiKey

RANK = {Scope.READ: 0, Scope.WRITE: 1, Scope.ADMIN: 2}


def digest(secret: str) -> str:
    """Keys are 256 random bits: one SHA-256 is enough, there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create(session: Session, *, scope: Scope, name: str, now: datetime) -> str:
    """The secret, to be shown once."""
    secret = "sk_" + secrets.token_urlsafe(32)
    session.add(ApiKey(name=name, prefix=secret[:10], hash=digest(secret), scope=scope.value, created_at=now))
    session.flush()
    return secret


def verify(session: Session, secret: str) -> ApiKey | None:
    """The living key behind a secret."""
    return session.exec(select(ApiKey).where(ApiKey.hash == digest(secret), col(ApiKey.revoked_at).is_(None))).first()


def used(session: Session, key_id: UUID, now: datetime) -> None:
    """Remember a use."""
    session.exec(update(ApiKey).where(col(ApiKey.id) == key_id).values(last_used_at=now))


def allows(key: ApiKey, scope: Scope) -> bool:
    """admin may write, write may read."""
    return RANK[Scope(key.scope)] >= RANK[scope]


def listed(session: Session) -> list[ApiKey]:
    return list(session.exec(select(ApiKey).order_by(col(ApiKey.created_at), col(ApiKey.id))))


def revoke(session: Session, prefix: str, now: datetime) -> int:
    """How many living keys with this prefix or id were revoked."""
    found = [k for k in listed(session) if k.revoked_at is None and (k.prefix == prefix or str(k.id) == prefix)]
    for key in found:
        key.revoked_at = now
        session.add(key)
    return len(found)
