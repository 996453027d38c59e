"""Names that clients ask for: known spellings of the gazetteer and the organisation tables, then those met in texts."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlmodel import Session

from app.core.db import read_session
from app.extract.attacks.lexicon import models
from app.extract.lookup import keys_of
from app.store import entities_read
from app.store.entities_read import Match


@contextmanager
def informed_session(engine: Engine, *, budget_s: float | None = None) -> Iterator[Session]:
    """A read session whose filters know what the extractor's tables know: spellings of names, models of weapons."""
    with read_session(engine, budget_s=budget_s) as session:
        session.info["keys_of"] = keys_of
        session.info["models"] = known_models()
        yield session


@functools.cache
def known_models() -> frozenset[str]:
    """Names of weapon models, in lower case."""
    return frozenset(one["name"].lower() for one in models())


def resolve(session: Session, name: str, *, limit: int = 10) -> list[Match]:
    """The entities a name may stand for, best first. A spelling that the tables know scores 1, as an equal one does."""
    known = [Match(entity, 1.0, name) for entity in entities_read.by_keys(session, keys_of(name))]
    met = entities_read.resolve(session, name, limit=limit)
    equal = [m for m in met if m.score == 1.0]
    first = {m.entity.id for m in equal}
    ranked = equal + [m for m in known if m.entity.id not in first]
    seen = {m.entity.id for m in ranked}
    return [*ranked, *(m for m in met if m.entity.id not in seen)][:limit]
