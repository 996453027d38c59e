"""Where the arbiter overrules the rules of a sentence: claims it does not believe, numbers and places they passed over, what it tells."""

from collections.abc import Sequence
from dataclasses import replace

from app.domain.document import Span
from app.domain.findings import Entity
from app.domain.vocabulary import EntityKind, Metric, PlaceLevel, Subject
from app.extract.attacks.arbiter.verdicts import Verdicts
from app.extract.attacks.claims import made
from app.extract.attacks.draft import Draft
from app.extract.attacks.lexicon import Weapon
from app.extract.attacks.numbers import Number, numbers
from app.extract.attacks.reading import Claim, Reading
from app.extract.attacks.reasons import reason_against
from app.extract.attacks.scenes import TOLL, Scene, Tells
from app.extract.attacks.things import thing_of, weapon_before
from app.extract.context import Context

#: chances at which the arbiter overrules the rules, set on pages neither had seen (docs/decisions/0019)
REFUSED = 0.1  # a claim below is no current total of the page's news
READ = 0.85  # a number above, passed over by the rules, is a claim
NOT_STRUCK, STRUCK = 0.1, 0.95  # a struck place below is left out, another above is added
UNTOLD = 0.04  # a sentence below tells of no attack
OF_THE_NEWS = 0.3  # one sentence of an attack is above, or it is of another day
KIND_FROM = 0.2  # weapons of sentences below do not tell the kind

_NO_OPINION = 0.5  # neither refused nor sure
_JUDGED = frozenset({Metric.KILLED, Metric.INJURED, Metric.LAUNCHED, Metric.DOWNED, Metric.LOST, Metric.HIT})


def heard(claims: Sequence[Claim], verdicts: Verdicts) -> list[Claim]:
    """The claims with the arbiter's chance that they are totals of the page's news, of whatever metric: that the rules tell better."""
    return [replace(c, chance=_chance_of(c, verdicts)) for c in claims]


def _chance_of(claim: Claim, verdicts: Verdicts) -> float | None:
    single = claim.low == 1 and claim.metric in (Metric.HIT, Metric.LAUNCHED)  # "a missile hit": not what it learnt
    if claim.metric not in _JUDGED or not claim.low or claim.part or claim.older or claim.added or single:
        return None
    chances = verdicts.number(claim.span)
    return None if chances is None else sum(chances.values())


def refused(claim: Claim) -> bool:
    """Is the arbiter sure that it is no current total of the page's news?"""
    return claim.chance is not None and claim.chance < REFUSED


def passed_over(
    reading: Reading, told: Sequence[Claim], blocked: Sequence[Span], last: Weapon | None, verdicts: Verdicts
) -> list[Claim]:
    """Claims for numbers that the rules left unread, where the arbiter is sure of the metric."""
    if not (reading.triggers or reading.weapons):
        return []
    out: list[Claim] = []
    taken = [*blocked, *(c.span for c in told)]
    for n in numbers(reading.text):
        number = replace(n, span=n.span.shift(reading.offset))
        if not number.low or any(number.span.overlaps(span) for span in taken):
            continue
        metric = _sure(verdicts, number.span)
        if metric is None or any(c.metric is metric and c.low == number.low for c in told):
            continue
        if reason_against(reading, number):
            continue  # asked last: it is the dearest
        claim = _claim(reading, number, metric, last)
        if claim is not None:
            out.append(claim)
    return out


def _sure(verdicts: Verdicts, span: Span) -> Metric | None:
    chances = verdicts.number(span)
    if chances is None:
        return None
    best = max(chances, key=lambda m: chances[m])
    return best if chances[best] > READ else None


def _claim(reading: Reading, number: Number, metric: Metric, last: Weapon | None) -> Claim | None:
    if metric in TOLL:
        return made(reading, number, metric, "arbiter", Subject.PERSON, None, None)
    thing = thing_of(reading, number)
    weapon = thing if isinstance(thing, Weapon) else weapon_before(reading, number) or next(iter(reading.weapons), last)
    return made(reading, number, metric, "arbiter", weapon.subject, weapon.model, None) if weapon else None


def weighed(scene: Scene) -> Tells:
    """What the sentence tells; nothing, where the arbiter is sure of it. "Nobody was hurt" stays: it learnt no zeros."""
    zeros = bool(scene.claims) and not any(c.low for c in scene.claims)
    return Tells.NOTHING if scene.chance is not None and scene.chance < UNTOLD and not zeros else scene.tells


def struck(ctx: Context, scene: Scene, verdicts: Verdicts) -> list[tuple[Span, Entity]]:
    """The struck places of the sentence without those the arbiter refuses; where the rules found none, those it is sure of."""
    if scene.places:
        return [(at, e) for at, e in scene.places if _chance(verdicts, at) >= NOT_STRUCK]
    origins = {e.key for _, e in scene.origins}
    named = [(m, e) for m, e in ctx.index.within(scene.span) if _is_place(e) and not m.metonym and e.key not in origins]
    return [(m.at.span, e) for m, e in named if _chance(verdicts, m.at.span) > STRUCK]


def _is_place(entity: Entity) -> bool:
    return entity.kind is EntityKind.PLACE and entity.place is not None and entity.place.level is not PlaceLevel.COUNTRY


def _chance(verdicts: Verdicts, at: Span) -> float:
    chance = verdicts.place(at)
    return _NO_OPINION if chance is None else chance


def of_the_news(found: list[Draft]) -> list[Draft]:
    """Without the attacks of which the arbiter holds no sentence to be the page's news."""
    chances = [(d, [s.chance for s in d.scenes if s.chance is not None]) for d in found]
    return [d for d, known in chances if not known or max(known) >= OF_THE_NEWS]
