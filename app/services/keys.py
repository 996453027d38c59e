"""Checking and making API keys."""

from sqlmodel import Session

from app.core.clock import utcnow
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


def remember_use(session: Session, key: ApiKey) -> None:
    keys.used(session, key, utcnow())
