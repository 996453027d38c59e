"""Claims -> reports: sentences that tell of an attack, grouped by direction and day, figures reconciled."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from app.domain.document import Span
from app.domain.findings import AttackReport, Damage, Figure, Flag, PlaceLink, Ref
from app.domain.vocabulary import (
    AttackKind,
    DatePrecision,
    EntityKind,
    FlagCode,
    Metric,
    NullReason,
    PartOfDay,
    PlaceLevel,
    PlaceRole,
    Qualifier,
    Subject,
)
from app.extract.attacks.claimants import claimant_of
from app.extract.attacks.claims import Claim, Reading, claims, read_sentence
from app.extract.attacks.direction import Actor, attacker_in, countries_of, ref
from app.extract.attacks.lexicon import AIRSTRIKE, ARTILLERY, ATTACK_NOUN, Weapon
from app.extract.attacks.scenes import Scene, is_background, is_count_of_days
from app.extract.context import Context
from app.extract.dates import DateHit, find_dates
from app.extract.gazetteer import gazetteer
from app.extract.parse import sentences

_DAMAGE = re.compile(
    r"\b(?:(?:high-rise|residential|apartment|private|administrative|office|power|energy|critical|port|railway|gas|oil|multi-storey|five-storey|nine-story|industrial|civilian) )*"
    r"(?:buildings?|houses?|homes?|apartments?|blocks?|schools?|hospitals?|kindergartens?|infrastructure|substations?|plants?|refiner(?:y|ies)|depots?|warehouses?|cars?|vehicles?|ports?|facilit(?:y|ies)|stations?|shops?|granar(?:y|ies)|grain stores?|factor(?:y|ies)|power lines?|pipelines?)\b",
    re.IGNORECASE,
)
_HARM = re.compile(r"\b(?:damag|destroy|fire|burn|ablaze|ruin|hit|struck|blaze|shatter|collaps)\w*", re.IGNORECASE)
_SEA = re.compile(
    r"\b(?:ships?|vessels?|tankers?|cargo|carrier|warships?|boats?|corvette|frigate|destroyer)\b", re.IGNORECASE
)
_WEAPON_METRICS = (Metric.LAUNCHED, Metric.DOWNED, Metric.LOST)


@dataclass
class Draft:
    """A report in the making: the scenes that tell of one attack."""

    attacker: Actor | None
    target: Actor | None
    day: date | None
    scenes: list[Scene] = field(default_factory=list)


def find_attacks(ctx: Context) -> tuple[AttackReport, ...]:
    """Every discrete attack of the page, in text order. Pure; an attack-free page gives none."""
    scenes = _scenes(ctx)
    told = [s for s in scenes if s.tells]
    if not told:
        return ()
    _spread_direction(ctx, told)
    drafts = _merged(_drafts(told))
    reports = [_report(ctx, d) for d in drafts]
    return tuple(sorted((r for r in reports if r is not None), key=lambda r: r.evidence[0].span.start))


# ---------------------------------------------------------------- reading
def _scenes(ctx: Context) -> list[Scene]:
    """Every sentence with its claims, direction and day."""
    found: list[Scene] = []
    last: Weapon | None = None
    hits = find_dates(ctx.text, published_at=ctx.document.published_at)
    at = 0
    for number, sent in enumerate(sentences(ctx.doc)):
        reading = read_sentence(sent, number)
        span = Span(sent.start_char, sent.start_char + len(sent.text.rstrip()))
        while at < len(hits) and hits[at].span.end <= span.start:
            at += 1
        own = [h for h in hits[at : at + 40] if span.contains(h.span)]
        blocked = [h.span for h in own if re.search(r"\d", h.text)] + [
            m.at.span
            for m, e in ctx.index.within(span)
            if e.kind is not EntityKind.PLACE and re.search(r"\d", m.at.text)
        ]
        claimed = claims(reading, blocked, last)
        last = reading.weapons[-1] if reading.weapons else last
        found.append(_scene(ctx, reading, span, claimed, own))
    return found


def _scene(ctx: Context, reading: Reading, span: Span, claimed: list[Claim], hits: list[DateHit]) -> Scene:
    text = span.of(ctx.text)
    attacker = attacker_in(text, span.start)
    countries = countries_of(ctx, span)
    scene = Scene(reading, span, text, claimed, hits, attacker, countries)
    scene.background = is_background(text, hits, ctx.document.published_at)
    scene.tells = not scene.background and _tells(scene)
    return scene


def _tells(scene: Scene) -> bool:
    """A sentence reports an attack: counted weapons, casualties of one, or a strike that has happened on a named place."""
    if is_count_of_days(scene.text):
        return False
    metrics = {c.metric for c in scene.claims if c.subject is not Subject.PERSON}
    if metrics & {Metric.LAUNCHED, Metric.DOWNED, Metric.LOST} or (Metric.HIT in metrics):
        return True
    strike = bool(ATTACK_NOUN.search(scene.text))
    people = any(c.metric in (Metric.KILLED, Metric.INJURED) for c in scene.claims)
    violent = strike or bool(scene.reading.weapons) or bool(ARTILLERY.search(scene.text))
    if people and violent:
        return True
    past = any(t.tag_ in ("VBD", "VBN") for t in scene.reading.sent)
    seen = scene.attacker or (scene.reading.weapons and scene.reading.triggers)
    return bool(violent and past and seen and (scene.countries or scene.reading.weapons) and scene.struck)


# ---------------------------------------------------------------- direction
def _spread_direction(ctx: Context, told: list[Scene]) -> None:
    """A sentence without a party takes it from the sentence before, else from the page's only attacker."""
    named = Counter(s.attacker.name for s in told if s.attacker)
    mentions = {e.name: e for e in ctx.index.entities}
    for scene in told:
        targets = [
            n
            for n, at in scene.countries
            if not (scene.attacker and (n == scene.attacker.name or _home(ctx, scene, at)))
        ]
        scene.target_name = targets[0] if targets else None
    previous: Scene | None = None
    for scene in told:
        if scene.attacker is None:
            rivals = [n for n in named if n != scene.target_name]
            if (
                previous
                and previous.attacker
                and (scene.target_name in (None, previous.target_name))
                and previous.attacker.name != scene.target_name
            ):
                scene.attacker = previous.attacker
            elif rivals:
                best = max(rivals, key=lambda n: named[n])
                scene.attacker = next(s.attacker for s in told if s.attacker and s.attacker.name == best)
        if scene.target_name is None:
            scene.target_name = _defender(ctx, scene)
        if scene.target_name is None:
            scene.target_name = _target_by_page(scene, told, mentions)
        previous = scene


def _home(ctx: Context, scene: Scene, place: Span) -> bool:
    """ "Houthi forces in Yemen fired …": where the attacker sits is not what it attacked."""
    if scene.attacker is None or place.start < scene.attacker.span.end:
        return False
    return bool(re.fullmatch(r" (?:\w+ ){0,2}in ", ctx.text[scene.attacker.span.end : place.start]))


def _defender(ctx: Context, scene: Scene) -> str | None:
    """Whose air defence shot things down is who was attacked: "the Romanian Air Force said it downed …"."""
    if not any(c.metric in (Metric.DOWNED, Metric.LOST) for c in scene.claims):
        return None
    for _mention, entity in ctx.index.within(scene.span):
        country = gazetteer().demonym(entity.name.split()[0]) if entity.kind is EntityKind.ORGANIZATION else None
        if country and not (scene.attacker and scene.attacker.name == country.name):
            return country.name
    return None


def _target_by_page(scene: Scene, told: list[Scene], mentions: dict) -> str | None:  # type: ignore[type-arg]
    attacker = scene.attacker.name if scene.attacker else None
    votes = Counter(
        s.target_name
        for s in told
        if s.target_name
        and s.target_name != attacker
        and ((s.attacker and attacker == s.attacker.name) or attacker is None)
    )
    if votes:
        return votes.most_common(1)[0][0]
    opponents = [
        e
        for e in mentions.values()
        if e.kind is EntityKind.PLACE and e.place and e.place.level is PlaceLevel.COUNTRY and e.name != attacker
    ]
    near = {"Russia": "Ukraine", "Ukraine": "Russia"}.get(attacker or "")
    if near and any(o.name == near for o in opponents):
        return near
    return None


# ---------------------------------------------------------------- grouping
def _drafts(told: list[Scene]) -> list[Draft]:
    """One draft a direction and day; a scene without a day joins the draft of its direction."""
    drafts: list[Draft] = []
    for scene in told:
        attacker = scene.attacker.name if scene.attacker else None
        home = next((d for d in reversed(drafts) if _fits(d, attacker, scene)), None)
        if home is None:
            home = Draft(scene.attacker, None, scene.day)
            drafts.append(home)
        home.scenes.append(scene)
        home.day = home.day or scene.day
        home.attacker = home.attacker or scene.attacker
    return drafts


def _merged(drafts: list[Draft]) -> list[Draft]:
    """Details without numbers of their own belong to the attack the page is about; without a party they are none."""
    main = max(drafts, key=lambda d: sum(len(s.claims) for s in d.scenes))
    kept = []
    for draft in drafts:
        if draft is main or any(s.claims for s in draft.scenes):
            kept.append(draft)
            continue
        own, lead = (d.attacker.name if d.attacker else None for d in (draft, main))
        targets = {s.target_name for s in draft.scenes if s.target_name} - {s.target_name for s in main.scenes}
        if own in (None, lead) and not targets and draft.day in (None, main.day):
            main.scenes += draft.scenes
        elif own is not None and targets != {own}:
            kept.append(draft)
    return kept


def _fits(draft: Draft, attacker: str | None, scene: Scene) -> bool:
    own = draft.attacker.name if draft.attacker else None
    same = own is None or attacker is None or own == attacker
    targets = {s.target_name for s in draft.scenes if s.target_name}
    return (
        same
        and (draft.day is None or scene.day is None or draft.day == scene.day)
        and (scene.target_name is None or not targets or scene.target_name in targets)
    )


# ---------------------------------------------------------------- reports
def _report(ctx: Context, draft: Draft) -> AttackReport | None:
    scenes = draft.scenes
    raw = [
        c
        for s in scenes
        for c in s.claims
        if c.metric
        in (*_WEAPON_METRICS, Metric.HIT, Metric.LEFT, Metric.KILLED, Metric.INJURED, Metric.MISSING, Metric.EVACUATED)
    ]
    kept = _reconciled(raw, scenes)
    claimant = claimant_of(ctx, [s.span for s in sorted(scenes, key=lambda s: -_weight(s))])
    places = _places(ctx, draft)
    target = _target(ctx, draft)
    hit, page_day = _date(ctx, draft)
    day = hit.end if hit else page_day
    figures = tuple(_figure(ctx, c, places, scenes) for c in kept)
    nulls = _nulls(draft.attacker, target, day, claimant, places, ctx)
    evidence = tuple(ctx.cut(s.span.start, s.span.end) for s in sorted(scenes, key=lambda s: s.span.start))
    return AttackReport(
        attacker=ref(ctx, draft.attacker),
        target=target,
        kind=_kind(scenes),
        occurred_from=(hit.start if hit else page_day),
        occurred_to=day,
        date_precision=DatePrecision.DAY if day else DatePrecision.UNKNOWN,
        part_of_day=_part(scenes),
        date_span=ctx.cut(hit.span.start, hit.span.end) if hit else None,
        historical=False,
        places=places,
        claimant=claimant,
        figures=figures,
        damage=_damage(ctx, scenes),
        evidence=evidence,
        flags=_flags(figures),
        nulls=nulls,
        confidence=round(
            0.5 + 0.1 * bool(figures) + 0.1 * bool(claimant) + 0.1 * bool(draft.attacker) + 0.1 * bool(day), 2
        ),
    )


def _weight(scene: Scene) -> int:
    """How much of the main figures a sentence carries."""
    headline = 15 * (not re.search(r"[.!?][”\"’]?$", scene.text))
    return (
        sum(3 if c.metric in _WEAPON_METRICS else 1 for c in scene.claims) * 10 - headline - scene.reading.number // 5
    )


def _reconciled(raw: list[Claim], scenes: list[Scene]) -> list[Claim]:
    """A figure told twice is one; smaller counts of the same things are parts; older tolls are superseded."""
    out: list[Claim] = []
    headlines = {s.reading.number for s in scenes if not re.search(r"[.!?][”\"’]?$", s.text)}
    regional = {s.reading.number for s in scenes if s.regional}
    for claim in raw:
        same = [
            c
            for c in out
            if (c.metric, c.low) == (claim.metric, claim.low)
            and (c.subject == claim.subject or c.metric in (Metric.KILLED, Metric.INJURED))
        ]
        if same:
            body = same[0].sentence in headlines and claim.sentence not in headlines
            kept = claim if body else same[0]
            out[out.index(same[0])] = replace(kept, model=same[0].model or claim.model)
            continue
        out.append(claim)
    return [_partial(c, out, regional) for c in out]


def _partial(claim: Claim, every: list[Claim], regional: set[int]) -> Claim:
    """A smaller number of the same kind from a sentence about one region is contained in the total."""
    rivals = [
        c
        for c in every
        if c is not claim
        and c.metric is claim.metric
        and (c.subject is claim.subject or c.subject is Subject.AIR_TARGET)
    ]
    if any(c.low > claim.low for c in rivals) and (
        claim.sentence in regional or claim.metric in (Metric.KILLED, Metric.INJURED)
    ):
        return replace(claim, is_total=False)
    if claim.qualifier in (Qualifier.AT_LEAST, Qualifier.ABOUT) and any(
        c.low >= claim.low and c.qualifier is Qualifier.EXACT for c in rivals
    ):
        return replace(claim, is_total=False)
    return claim


def _figure(ctx: Context, claim: Claim, places: tuple[PlaceLink, ...], scenes: list[Scene]) -> Figure:
    scene = next(s for s in scenes if s.reading.number == claim.sentence)
    place = (
        next((p.place for p in places if p.place.at and scene.span.contains(p.place.at.span)), None)
        if not claim.is_total
        else None
    )
    return Figure(
        metric=claim.metric,
        subject=claim.subject,
        at=ctx.cut(claim.span.start, claim.span.end),
        rule=claim.rule,
        low=claim.low,
        high=claim.high,
        qualifier=claim.qualifier,
        model=claim.model,
        who=claim.who,
        place=place,
        is_total=claim.is_total,
    )


def _places(ctx: Context, draft: Draft) -> tuple[PlaceLink, ...]:
    """Named places of the scenes below country level; the country alone is no place of an attack."""
    links: dict[str, PlaceLink] = {}
    target = next((s.target_name for s in draft.scenes if s.target_name), None)
    for scene in draft.scenes:
        for mention, entity in ctx.index.within(scene.span):
            place = entity.place
            if (
                entity.kind is not EntityKind.PLACE
                or place is None
                or mention.metonym
                or place.level is PlaceLevel.COUNTRY
                or entity.key in links
            ):
                continue
            country = gazetteer().by_iso.get(place.country_code or "")
            if (country and target and country.name != target and place.level is not PlaceLevel.SEA) or _is_office(
                ctx, mention.at.span
            ):
                continue
            role = _role(scene, mention.at.span, ctx)
            if role is not PlaceRole.LAUNCHED_FROM and place.level is PlaceLevel.SEA and not _SEA.search(scene.text):
                continue
            links[entity.key] = PlaceLink(Ref(entity.key, entity.name, mention.at), role)
    return tuple(links.values())


_FROM = re.compile(r"\b(?:from|launched from|fired from|out of|towards the [\w ]+ from)(?: the)?(?: \w+){0,3} $")


def _is_office(ctx: Context, span: Span) -> bool:
    """ "Kyiv Mayor", "the governor of Kharkiv", a dateline "KYIV (Agency) –": named, not struck."""
    after, before = ctx.text[span.end : span.end + 30], ctx.text[max(0, span.start - 30) : span.start]
    if re.match(
        r"(?:['’]s)? (?:[Mm]ayor|[Gg]overnor|[Rr]egional [Gg]overnor|officials?|authorities|[Rr]esidents?|air force|military administration|region(?:al)? (?:head|chief|governor))",
        after,
    ):
        return True
    if re.match(r"\s*(?:\(|–|—|>>|, [A-Z][a-z]{2} \d)", after) and (not before.strip() or before.endswith("\n")):
        return True
    return bool(
        re.search(
            r"(?:[Mm]ayor|[Gg]overnor|[Hh]ead|prosecutor|authorities|administration|air force|official|chief) (?:of|in|for) (?:the )?$",
            before,
        )
    )


def _role(scene: Scene, span: Span, ctx: Context) -> PlaceRole:
    before = ctx.text[max(scene.span.start, span.start - 60) : span.start]
    if _FROM.search(before):
        return PlaceRole.LAUNCHED_FROM
    downed = any(c.metric is Metric.DOWNED for c in scene.claims) or re.search(
        r"\b(?:shot down|intercepted|downed|destroyed)\b", scene.text
    )
    over = re.search(r"\b(?:over|above)\b", ctx.text[scene.span.start : span.start])
    return PlaceRole.INTERCEPTED_OVER if downed and over else PlaceRole.TARGET


def _target(ctx: Context, draft: Draft) -> Ref | None:
    name = Counter(s.target_name for s in draft.scenes if s.target_name).most_common(1)
    if not name:
        return None
    entity = next((e for e in ctx.index.entities if e.name == name[0][0]), None)
    at = next((span for s in draft.scenes for n, span in s.countries if n == name[0][0]), None)
    mention = ctx.cut(at.start, at.end) if at else (entity.mentions[0].at if entity else None)
    return Ref(entity.key if entity else None, name[0][0], mention)


def _date(ctx: Context, draft: Draft) -> tuple[DateHit | None, date | None]:
    """The day told in the heaviest sentence that has one; "overnight" beside a weekday of reporting is that weekday."""
    limit = ctx.document.published_at.date() if ctx.document.published_at else None
    for scene in sorted(draft.scenes, key=lambda s: -_weight(s)):
        usable = [
            h
            for h in scene.hits
            if h.precision is DatePrecision.DAY
            and h.end
            and (limit is None or limit - timedelta(days=10) <= h.end <= limit + timedelta(days=1))
        ]
        if usable:
            fixed = [h for h in usable if h.rule != "relative"]
            return (fixed or usable)[0], None
    return None, None


def _part(scenes: list[Scene]) -> PartOfDay | None:
    return next((h.part_of_day for s in scenes for h in s.hits if h.part_of_day), None)


def _kind(scenes: list[Scene]) -> AttackKind:
    seen = {w.subject for s in scenes for w in s.reading.weapons}
    text = " ".join(s.text for s in scenes)
    missiles = bool(seen & {Subject.MISSILE, Subject.CRUISE_MISSILE, Subject.BALLISTIC_MISSILE})
    if Subject.NAVAL_DRONE in seen and not missiles and Subject.DRONE not in seen:
        return AttackKind.NAVAL
    if Subject.DRONE in seen:
        return AttackKind.MIXED if missiles or Subject.GUIDED_BOMB in seen else AttackKind.DRONE
    if missiles:
        return AttackKind.MISSILE
    if Subject.GUIDED_BOMB in seen or AIRSTRIKE.search(text):
        return AttackKind.AIRSTRIKE
    if ARTILLERY.search(text):
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


def _flags(figures: tuple[Figure, ...]) -> tuple[Flag, ...]:
    out = []
    for subject in sorted({f.subject for f in figures}):
        sums = {
            m: max((f.low or 0 for f in figures if f.metric is m and f.subject is subject and f.is_total), default=0)
            for m in _WEAPON_METRICS
        }
        if 0 < sums[Metric.LAUNCHED] < sums[Metric.DOWNED] + sums[Metric.LOST]:
            detail = f"{sums[Metric.DOWNED]} downed + {sums[Metric.LOST]} lost > {sums[Metric.LAUNCHED]} launched"
            out.append(Flag(FlagCode.SUM_EXCEEDS_LAUNCHED, detail))
    return tuple(out)


def _nulls(
    attacker: Actor | None,
    target: Ref | None,
    day: date | None,
    claimant: Ref | None,
    places: tuple[PlaceLink, ...],
    ctx: Context,
) -> dict[str, NullReason]:
    nulls = {}
    for key, value in (("attacker", attacker), ("target", target), ("claimant", claimant)):
        if value is None:
            nulls[key] = NullReason.NOT_NAMED
    if day is None:
        nulls["date"] = NullReason.NO_DATE_IN_TEXT if ctx.document.published_at else NullReason.NO_PUBLICATION_DATE
    if not places:
        nulls["places"] = NullReason.NO_PLACE_IN_TEXT
    return nulls
