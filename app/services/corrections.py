"""Corrections by people: what an editor says of a finding, checked against what is stored, applied, and told to the outbox."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from app.core.errors import Conflict, Unprocessable
from app.core.ids import parse_id
from app.domain import corrections as words
from app.domain.vocabulary import ChangeKind, Correctable, CorrectionState, EntityKind, ResourceKind
from app.extract.lookup import keys_of
from app.models import ApiKey, Article, AttackReport, Correction, Entity, Quote
from app.store import attacks_read, changes, corrections, entities_read, places, quotes_read, rows, search
from app.store.json import fold_name
from app.store.persistence import is_found
from app.store.save_findings import count, lock, recount

Finding = Quote | AttackReport
Json = dict[str, Any]
MOST_IN_FORCE = 100  # corrections of one finding: each is applied anew at every extraction
_MODELS: dict[Correctable, type[Quote] | type[AttackReport]] = {
    Correctable.QUOTE: Quote,
    Correctable.ATTACK_REPORT: AttackReport,
}
_GET: dict[Correctable, Callable[[Session, str], Finding]] = {
    Correctable.QUOTE: quotes_read.get,
    Correctable.ATTACK_REPORT: attacks_read.get,
}
_PLACES = (EntityKind.PLACE, EntityKind.FACILITY)


def opened(session: Session, resource: Correctable, finding_id: str) -> Finding:
    """The finding as it stands, and nobody else changes it until the end of the transaction. NotFound, Gone."""
    model = _MODELS[resource]
    owner = session.exec(select(model.article_id).where(model.id == parse_id(finding_id))).first()
    if owner is not None:
        lock(session, owner)
    return _GET[resource](session, finding_id)


def correct(session: Session, row: Finding, change: Json, *, by: str, reason: str, now: datetime) -> Correction | None:
    """Applies what `change` says otherwise than the finding does; None when it says nothing new.

    Unprocessable for what cannot be, Conflict when too many corrections are in force already.
    """
    before = words.with_figure_ids(row.document)
    _check_figures(before, change)
    full = words.completed(before, _resolved(session, change))
    _refuse((("body", *where), text) for where, text in words.faults(full))
    told = words.narrowed(before, full)
    if not told:
        return None
    if len(corrections.in_force(session, row.id)) >= MOST_IN_FORCE:
        raise Conflict(f"{MOST_IN_FORCE} corrections of it are in force; undo one first.")
    made = Correction(
        article_id=row.article_id,
        resource=_resource(row).value,
        resource_id=row.id,
        number=corrections.next_number(session, row.id),
        revision=row.revision,
        by=by,
        at=now,
        reason=reason,
        before=words.stated(before, told),
        after=told,
    )
    session.add(made)
    session.flush()
    _settle(session, row, now)
    return made


def undo(session: Session, correction_id: str, *, by: str, reason: str, now: datetime) -> Correction:
    """Takes one correction away; the others stay. NotFound, Withdrawn, Conflict when it is undone already."""
    wanted = parse_id(correction_id)
    owner = session.exec(select(Correction.article_id).where(Correction.id == wanted)).first()
    if owner is not None:
        lock(session, owner)
    one = corrections.get(session, correction_id)
    if one.state == CorrectionState.UNDONE:
        raise Conflict("It was undone already.")
    corrections.undone(session, one, by=by, reason=reason, now=now)
    row = session.get(_MODELS[Correctable(one.resource)], one.resource_id)
    if isinstance(row, Quote | AttackReport) and is_found(row):
        _settle(session, row, now)
    return one


def _resource(row: Finding) -> Correctable:
    return Correctable.QUOTE if isinstance(row, Quote) else Correctable.ATTACK_REPORT


def _settle(session: Session, row: Finding, now: datetime) -> None:
    """The row, the counts, the search index and the outbox after what is in force changed."""
    article = session.get(Article, row.article_id)
    assert article is not None
    made = corrections.standing(session, row.article_id).get(row.id, [])
    pristine = rows.pristine_of(row)
    refs = [*words.refs_of(pristine), *(ref for one in made for ref in words.refs_of(one.after))]
    ids = entities_read.ids_by_key(session, {ref["entity"] for ref in refs})
    speakers = {row.speaker_id} if isinstance(row, Quote) else set()
    rows.settle(session, row, pristine, made, article=article, ids=ids)
    session.flush()
    count(session, article)
    if isinstance(row, Quote):
        speakers.add(row.speaker_id)
        recount(session, {one for one in speakers if one is not None})
    search.refresh_article(session, article.id)
    changes.record(session, ChangeKind.CORRECTED, ResourceKind(_resource(row).value), row.id, now)


# --- what an editor wrote, as what is stored


def _resolved(session: Session, change: Json) -> Json:
    """Ids and names of entities as references."""
    full = dict(change)
    for name in words.REFS:
        if name in change:
            full[name] = _actor(session, change[name], ("body", name))
    if change.get("medium") is not None:
        full["medium"] = {"name": change["medium"]}
    if "places" in change:
        full["places"] = [
            {**_place(session, one["place"], ("body", "places", number, "place")), "role": one["role"]}
            for number, one in enumerate(change["places"])
        ]
    if "figures" in change:
        full["figures"] = [_figure(session, one, number) for number, one in enumerate(change["figures"])]
    return full


def _figure(session: Session, figure: Json, number: int) -> Json:
    full = dict(figure)
    if "claimant" in figure:
        full["claimant"] = _actor(session, figure["claimant"], ("body", "figures", number, "claimant"))
    if figure.get("place") is not None:
        full["place"] = _place(session, figure["place"], ("body", "figures", number, "place"))
    return full


Where = tuple[str | int, ...]


def _actor(session: Session, given: Any, where: Where) -> Json | None:
    """An id or a name of an entity; {"name": …} is somebody who is none ("officials")."""
    if given is None:
        return None
    if isinstance(given, dict):
        return {"entity": None, "name": given["name"]}
    found = _entity(session, given, where)
    return {"entity": found.key, "name": found.name}


def _place(session: Session, given: Any, where: Where) -> Json:
    if isinstance(given, dict):
        return {"entity": None, "name": given["name"]}
    found = _entity(session, given, where, kinds=_PLACES)
    return {"entity": found.key, "name": found.name}


def _entity(session: Session, given: str, where: Where, kinds: Iterable[EntityKind] = tuple(EntityKind)) -> Entity:
    """The one entity that is meant. Unprocessable when there is none, or more than one."""
    session.info.setdefault("keys_of", keys_of)
    meant = entities_read.by_ids(session, set(places.entity_ids(session, given)))
    found = [one for one in meant if one.kind in list(kinds)]
    if len(found) > 1:
        found = [one for one in found if fold_name(one.name) == fold_name(given)] or found
    if len(found) != 1:
        told = "several entities have this name; give the id of one" if found else "no entity has this id or name"
        _refuse([(where, told)])
    return found[0]


def _check_figures(document: Json, change: Json) -> None:
    known = {figure["id"] for figure in document.get("figures", ())}
    given = change.get("figures", ())
    unknown = [number for number, one in enumerate(given) if one["id"] not in known]
    _refuse((("body", "figures", number, "id"), "the report has no such figure") for number in unknown)


def _refuse(faults: Iterable[tuple[Where, str]]) -> None:
    """Unprocessable when there is any."""
    errors = [{"loc": list(where), "msg": told, "type": "value_error"} for where, told in faults]
    if errors:
        raise Unprocessable("Some values of the body are not acceptable.", errors=errors)


def editor(session: Session, key_id: str) -> str:
    """How a key is named in a correction: by its prefix."""
    return session.get_one(ApiKey, UUID(key_id)).prefix
