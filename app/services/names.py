"""Names that clients ask for: known spellings of the gazetteer and the organisation tables, then those met in texts."""

from sqlmodel import Session

from app.extract.lookup import keys_of
from app.store import entities_read
from app.store.entities_read import Match

__all__ = ["keys_of", "resolve"]


def resolve(session: Session, name: str, *, limit: int = 10) -> list[Match]:
    """The entities a name may stand for, best first. A spelling that the tables know scores 1, as an equal one does."""
    known = [Match(entity, 1.0, name) for entity in entities_read.by_keys(session, keys_of(name))]
    met = entities_read.resolve(session, name, limit=limit)
    equal = [m for m in met if m.score == 1.0]
    first = {m.entity.id for m in equal}
    ranked = equal + [m for m in known if m.entity.id not in first]
    seen = {m.entity.id for m in ranked}
    return [*ranked, *(m for m in met if m.entity.id not in seen)][:limit]
