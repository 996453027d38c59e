"""A draft -> the attack report: figures, places, date, claimant, kind, damage, flags and the reasons of what is missing."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.findings import AttackReport, Damage, Figure, Ref
from app.domain.vocabulary import (
    AttackKind,
    DatePrecision,
    Metric,
    NullReason,
    Subject,
)
from app.extract.attacks.actors import parties_in
from app.extract.attacks.arbiter.overrule import KIND_FROM
from app.extract.attacks.claimants import claimant_of
from app.extract.attacks.direction import ref
from app.extract.attacks.draft import Draft
from app.extract.attacks.figures import figures_of
from app.extract.attacks.flags import flags_of
from app.extract.attacks.lexicon import AIRSTRIKE, ARTILLERY, is_of_many_arms
from app.extract.attacks.part_of_day import part_of_day
from app.extract.attacks.parties import OPPONENTS
from app.extract.attacks.places import links
from app.extract.attacks.reading import Claim
from app.extract.attacks.reconcile import reconciled
from app.extract.attacks.scenes import WAVE, Scene, Tells
from app.extract.attacks.trust import doubts_of, trusted
from app.extract.context import Context
from app.extract.dates import DateHit
from app.extract.zones import local_day

_DAMAGE = re.compile(
    r"\b(?:(?:high-rise|residential|apartment|private|administrative|office|power|energy|critical|port|railway|gas|oil|multi-storey|five-storey|nine-story|industrial|civilian) )*"
    r"(?:buildings?|houses?|homes?|apartments?|blocks?|schools?|hospitals?|kindergartens?|infrastructure|substations?|plants?|refiner(?:y|ies)|depots?|warehouses?|cars?|vehicles?|ports?|facilit(?:y|ies)|stations?|shops?|granar(?:y|ies)|grain stores?|factor(?:y|ies)|power lines?|pipelines?)\b",
    re.IGNORECASE,
)
_HARM = re.compile(r"\b(?:damag|destroy|fire|burn|ablaze|ruin|hit|struck|blaze|shatter|collaps)\w*", re.IGNORECASE)
_MISSILES = frozenset({Subject.MISSILE, Subject.CRUISE_MISSILE, Subject.BALLISTIC_MISSILE})


@dataclass(frozen=True)
class When:
    """The day of impact with the words it was read from."""

    start: date | None
    end: date | None
    hit: DateHit | None


def report(ctx: Context, draft: Draft, page_day: When) -> AttackReport:
    scenes = draft.scenes
    kept = reconciled(scenes)
    ranked = _ranked(scenes, kept)
    target = _target(ctx, draft)
    attacker = ref(ctx, draft.attacker)
    places = links(ctx, scenes, target.name if target else None, attacker.name if attacker else None)
    claimant = claimant_of(ctx, [s.span for s in ranked], armed=frozenset(s.span for s in scenes if s.has_wave))
    when = when_of(ctx, draft) or _by_week(scenes) or page_day
    figures = figures_of(ctx, kept, places, scenes, claimant)
    facts = {"attacker": attacker, "target": target, "date": when.end, "claimant": claimant, "places": places}
    figures = trusted(figures, doubts_of(facts))
    return AttackReport(
        attacker=attacker,
        target=target,
        kind=_kind(scenes),
        occurred_from=when.start,
        occurred_to=when.end,
        date_precision=when.hit.precision if when.hit else DatePrecision.DAY if when.end else DatePrecision.UNKNOWN,
        part_of_day=part_of_day(scenes),
        date_span=ctx.cut(when.hit.span.start, when.hit.span.end) if when.hit else None,
        historical=False,
        places=places,
        claimant=claimant,
        figures=figures,
        damage=_damage(ctx, scenes),
        evidence=tuple(ctx.cut(s.span.start, s.span.end) for s in scenes),
        flags=flags_of(ctx, figures, scenes, claimant),
        nulls=_nulls(ctx, facts, scenes),
        confidence=_confidence(facts, figures, doubtful=any(s.two_sided and s.claims for s in scenes)),
    )


def _ranked(scenes: list[Scene], kept: list[tuple[Claim, bool]]) -> list[Scene]:
    """The sentences that carry the main figures first."""
    main: Counter[int] = Counter()
    for claim, current in kept:
        if current and claim.is_total and claim.low:
            newer = any(not c and o.metric is claim.metric for o, c in kept)
            main[claim.sentence] += (
                3 if claim.metric in WAVE and (claim.low > 4 or claim.metric is not Metric.LAUNCHED) else 1 + newer
            )

    def weight(scene: Scene) -> tuple[int, int]:
        return (
            main[scene.reading.number] * 10 - 15 * scene.headline - scene.reading.number // 5,
            -scene.reading.number,
        )

    return sorted(scenes, key=weight, reverse=True)


def _target(ctx: Context, draft: Draft) -> Ref | None:
    own = draft.attacker.name if draft.attacker else None
    name = Counter(s.target_name for s in draft.scenes if s.target_name and s.target_name != own).most_common(1)
    if not name and draft.targets:
        name = [(OPPONENTS[own], 1)] if own in OPPONENTS else []  # a town by law its own, held by the other
    if not name:
        return None
    entity = next((e for e in ctx.index.entities if e.name == name[0][0]), None)
    at = next((span for s in draft.scenes for n, span in s.countries if n == name[0][0]), None)
    mention = ctx.cut(at.start, at.end) if at else (entity.mentions[0].at if entity else None)
    return Ref(entity.key if entity else None, name[0][0], mention)


def when_of(ctx: Context, draft: Draft) -> When | None:
    """The day told in the heaviest sentence that has one; "overnight" beside a weekday of reporting is that weekday."""
    published = ctx.document.published_at
    limit = local_day(published, ctx.zone) if published else None
    ranked = sorted(draft.scenes, key=lambda s: (-_own_claims(s) + 2 * s.headline, s.reading.number))
    struck = [s for s in ranked if s.tells is Tells.STRIKE and s.day]
    lead = ranked[0] if ranked else None
    for scene in [*(struck if lead and not lead.night else ()), *ranked]:
        usable = [
            h
            for h in scene.hits
            if h.precision is DatePrecision.DAY
            and h.end
            and (limit is None or limit - timedelta(days=10) <= h.end <= limit + timedelta(days=1))
        ]
        if usable:
            told = [h for h in usable if not scene.is_of_report(h)] or [h for h in usable if h.rule != "iso"] or usable
            hit = ([h for h in told if h.rule != "relative"] or [h for h in usable if h.rule != "relative"] or told)[0]
            return When(hit.start, hit.end, hit)
    return None


def _own_claims(scene: Scene) -> int:
    """Numbers that are not told on top of others ("another drone on Wednesday evening")."""
    return sum(not (c.part or c.added) for c in scene.claims)


def _by_week(scenes: list[Scene]) -> When | None:
    """The week or month, where the page knows no day."""
    hit = next((s.coarse for s in scenes if s.coarse), None)
    return When(hit.start, hit.end, hit) if hit else None


def _kind(scenes: list[Scene]) -> AttackKind:
    scenes = [s for s in scenes if s.chance is None or s.chance >= KIND_FROM] or scenes
    counted = {c.subject for s in scenes for c in s.claims if c.metric in WAVE}
    if counted == {Subject.AIRCRAFT} and not any(
        w.subject is Subject.NAVAL_DRONE for s in scenes for w in s.reading.weapons
    ):
        return AttackKind.OTHER  # manned aircraft brought down
    told = [s for s in scenes if s.claims or s.tells is not Tells.HARM] or scenes
    seen = {w.subject for s in told for w in s.used} or {w.subject for s in scenes for w in s.reading.weapons}
    text = " ".join(s.text for s in scenes)
    if Subject.NAVAL_DRONE in seen and not seen & _MISSILES and Subject.DRONE not in counted:
        return AttackKind.NAVAL
    if not counted and any(is_of_many_arms(s.text) for s in scenes if s.told_as_done):
        return AttackKind.MIXED
    if Subject.DRONE in seen:
        return AttackKind.MIXED if seen & _MISSILES or Subject.GUIDED_BOMB in seen else AttackKind.DRONE
    if seen & _MISSILES:
        return AttackKind.MISSILE
    if Subject.GUIDED_BOMB in seen or AIRSTRIKE.search(text):
        return AttackKind.AIRSTRIKE
    if ARTILLERY.search(text) or seen & {Subject.ROCKET, Subject.ARTILLERY}:
        return AttackKind.ARTILLERY
    return AttackKind.OTHER


def _damage(ctx: Context, scenes: list[Scene]) -> tuple[Damage, ...]:
    found: dict[str, Damage] = {}
    for scene in scenes:
        if not _HARM.search(scene.text):
            continue
        for match in _DAMAGE.finditer(scene.text):
            at = ctx.cut(scene.span.start + match.start(), scene.span.start + match.end())
            found.setdefault(match.group().lower(), Damage(match.group().lower(), at))
    return tuple(found.values())


def _nulls(ctx: Context, facts: Mapping[str, object], scenes: list[Scene]) -> dict[str, NullReason]:
    """A reason for each of attacker, target, date, claimant, places that is null or empty."""
    parties = _parties(ctx, scenes)
    other = facts["attacker"] or facts["target"]
    open_ = len(parties - {other.name if isinstance(other, Ref) else None}) > 1
    side = NullReason.AMBIGUOUS if open_ else NullReason.NOT_NAMED
    reasons = {
        "attacker": side,
        "target": side,
        "claimant": NullReason.NOT_NAMED,
        "date": NullReason.NO_DATE_IN_TEXT if ctx.document.published_at else NullReason.NO_PUBLICATION_DATE,
        "places": NullReason.NO_PLACE_IN_TEXT,
    }
    return {key: reasons[key] for key, value in facts.items() if not value}


def _parties(ctx: Context, scenes: list[Scene]) -> set[str]:
    """Who is named in the report's paragraphs: where it is two, which of them attacked is open, not unsaid."""
    told = [p.of(ctx.text) for p in ctx.paragraphs if any(p.overlaps(s.span) for s in scenes)]
    return {name for text in told for name in parties_in(text)}


#: share of right figures by the rule that read them, where it is clearly under the others (docs/extraction.md)
#: metrics that a plain "six drones" shows least surely on pages at first sight
_UNSURE = frozenset({Metric.HIT})
_WEAK = frozenset({"nearest", "relative_clause", "victims"})


def _confidence(facts: Mapping[str, object], figures: tuple[Figure, ...], *, doubtful: bool) -> float:
    """How sure the report is, 0 to 1: calibrated on the development pages, see the reliability table of docs/extraction.md."""
    judged = [f for f in figures if f.low]
    sure = 0.97 if judged else 0.85
    sure -= 0.08 * any(f.rule == "count_noun" and f.metric in _UNSURE for f in judged)
    sure -= 0.2 * any(f.rule in _WEAK for f in judged) + 0.25 * doubtful
    sure -= 0.12 * (not facts["attacker"]) + 0.12 * (not facts["target"])
    sure -= 0.03 * (not facts["claimant"]) + 0.02 * (not facts["date"])
    return round(max(sure, 0.3), 2)
