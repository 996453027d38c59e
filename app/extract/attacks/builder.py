"""Sentences -> scenes -> drafts -> attack reports. Each attack of a page once; an attack-free page gives none."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from spacy.tokens import Span as Sentence

from app.domain.document import Span
from app.domain.findings import AttackReport
from app.domain.vocabulary import DatePrecision, EntityKind, Metric, Subject
from app.extract.attacks.arbiter import Verdicts, overrule
from app.extract.attacks.asides import without_asides
from app.extract.attacks.background import is_old
from app.extract.attacks.claims import claims, inherited
from app.extract.attacks.direction import attacker_in, attackers_in, countries_of
from app.extract.attacks.draft import Draft
from app.extract.attacks.halves import halves
from app.extract.attacks.incidents import drafts
from app.extract.attacks.lately import told_by_week
from app.extract.attacks.layout import is_link, is_other_headline, item_of
from app.extract.attacks.lexicon import Weapon, swims_only
from app.extract.attacks.meant import meant_places
from app.extract.attacks.origins import is_origin
from app.extract.attacks.parties import spread_direction
from app.extract.attacks.places import struck_places
from app.extract.attacks.reading import Claim, Reading, at_sea, read_sentence
from app.extract.attacks.report import When, report, when_of
from app.extract.attacks.retold import is_ahead, is_backdrop, recalled_from, recalls
from app.extract.attacks.scenes import DAY_BEFORE, TOLL, WAVE, Scene, Tells, weigh
from app.extract.context import Context
from app.extract.dates import DateHit, find_dates
from app.extract.parse import sentences


def find_attacks(ctx: Context) -> tuple[AttackReport, ...]:
    """Every discrete attack of the page, in text order. Pure."""
    scenes = _scenes(ctx)
    told = [s for s in scenes if s.tells]
    if not any(s.tells is Tells.STRIKE for s in told):
        told = told_by_week(scenes, ctx.document.published_at)
    if not told:
        return ()
    spread_direction(ctx, scenes)
    found = overrule.of_the_news(drafts(told))
    day = _page_day(ctx, found)
    return tuple(report(ctx, d, day) for d in found)


def _page_day(ctx: Context, found: list[Draft]) -> When:
    """The day of the page's main attack: details that name none happened then."""
    main = max(found, key=lambda d: min(4, sum(len(s.claims) for s in d.scenes)), default=None)
    return (when_of(ctx, main) if main else None) or _dateline(ctx) or _lead_day(ctx) or When(None, None, None)


def _lead_day(ctx: Context) -> When | None:
    """The weekday or date of the news that the first sentences name, where the attack's own name none."""
    published = ctx.document.published_at
    if published is None:
        return None
    hits = find_dates(ctx.text[:_HEAD], published_at=published, tz=ctx.zone)
    fixed = [
        h
        for h in hits
        if h.rule in ("weekday", "month_day", "day_month") and h.precision is DatePrecision.DAY and h.end
    ]
    near = [h for h in fixed if h.end and not is_ahead(ctx, h) and 0 <= (published.date() - h.end).days <= 2]
    return When(near[0].start, near[0].end, near[0]) if near else None


_HEAD = 400
_NUMERIC = re.compile(
    r"\b(?:(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)|(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<year>20\d\d))\b"
)


def _dateline(ctx: Context) -> When | None:
    """A date in figures at the head of the page ("10/2/2024 1:06:11 AM") that is the day of publication, whichever way it is written."""
    published = ctx.document.published_at.date() if ctx.document.published_at else None
    for match in _NUMERIC.finditer(ctx.text[:_HEAD]):
        g = match.groupdict()
        read = {(int(g["m"]), int(g["d"]))} if g["y"] else {(int(g["a"]), int(g["b"])), (int(g["b"]), int(g["a"]))}
        if published and int(g["y"] or g["year"]) == published.year and (published.month, published.day) in read:
            span = Span(match.start(), match.end())
            hit = DateHit(span, match.group(), published, published, DatePrecision.DAY, None, False, "dateline")
            return When(published, published, hit)
    return None


def _scenes(ctx: Context) -> list[Scene]:
    """Every sentence with its claims, direction, places and days."""
    found: list[Scene] = []
    last: Weapon | None = None
    afloat, older = swims_only(ctx.text), recalled_from(ctx)
    hits = find_dates(ctx.text, published_at=ctx.document.published_at, tz=ctx.zone)
    verdicts = Verdicts(ctx, hits)
    at = 0
    for number, (sent, half, aside) in enumerate(_parts(ctx)):
        reading = read_sentence(sent, number)
        span = Span(sent.start_char, sent.start_char + len(reading.text.rstrip()))
        while at < len(hits) and hits[at].span.end <= span.start:
            at += 1
        own = [h for h in hits[at : at + 40] if span.contains(h.span)]
        dated = [h for h in own if h.rule != "weekday" or not is_ahead(ctx, h)]
        if afloat:
            reading = at_sea(reading)
        blocked = _blocked(ctx, span, own)
        claimed = claims(reading, blocked, last, tuple(found[-1].claims) if found else ())
        claimed += overrule.passed_over(reading, claimed, blocked, last, verdicts)
        claimed = overrule.heard(claimed, verdicts)
        if half and not any(c.metric in TOLL for c in claimed):
            claimed += inherited(reading, found[-1].claims if found else [])
        if claimed and recalls(ctx, span, older):
            claimed = [replace(c, older=True) if c.metric in TOLL else c for c in claimed]
            other_day = any(h.rule != "relative" or DAY_BEFORE.match(h.text) for h in own)
            aside = aside or (other_day and any(c.low for s in found for c in s.claims))
        last = _spoken_of(reading, claimed, last)
        aside = aside or is_backdrop(ctx, span) or is_link(ctx, span)
        aside = aside or (bool(claimed) and is_other_headline(ctx, span))
        scene = Scene(reading, span, span.of(ctx.text), claimed, dated, None, [], half=half, aside=aside)
        scene.item = item_of(ctx, span)
        found.append(_scene(ctx, scene, verdicts))
    for before, scene in pairwise(found):
        if scene.item is not None and scene.item == before.item and scene.tells and not scene.places:
            scene.places = before.places  # "Troops move into X. Two civilians were killed": one item of a list
        if scene.tells and not scene.places and not before.tells and not before.aside and _TAKEN_UP.search(scene.text):
            scene.places, scene.hits = before.places, scene.hits or before.hits
        if scene.tells in (Tells.TOLL, Tells.HARM) and _of_old_news(ctx, before, scene):
            scene.tells, scene.old = Tells.NOTHING, True
        if before.tells and scene.goes_on and not is_old(scene.text, scene.hits, ctx.document.published_at):
            scene.tells, scene.continues = Tells.HARM, True
    for scene, after in pairwise(found):
        if scene.text.endswith(":") and scene.tells and not after.tells:
            scene.places += after.places
            scene.countries += after.countries
    return found


def _of_old_news(ctx: Context, before: Scene, scene: Scene) -> bool:
    """ "On August 22 a house was shelled. Nine people were hurt": what follows an older attack in its paragraph is of that one."""
    if before.tells or before.aside or scene.hits or not before.struck:
        return False
    if not (before.old or is_old(before.text, before.hits, ctx.document.published_at)):
        return False
    return "\n\n" not in ctx.text[before.span.end : scene.span.start]


#: "in the raid": the attack, or what it was part of, that the sentence before places
_TAKEN_UP = re.compile(
    r"\b(?:in|by|of|after|from) the (?:attack|raid|strike|shelling|assault|bombardment|operation|blast|explosion)s?\b|\bthere\b"
)


def _parts(ctx: Context) -> Iterator[tuple[Sentence, bool, bool]]:
    """(sentence, second of two attacks, aside); a sentence that tells of two attacks comes in two parts."""
    for whole in sentences(ctx.doc):
        for sent, aside in without_asides(whole):
            for i, part in enumerate([sent] if aside else halves(ctx, sent)):
                yield part, i > 0, aside


def _spoken_of(reading: Reading, claimed: list[Claim], last: Weapon | None) -> Weapon | None:
    """What "33 were shot down" counts in the next sentence: all targets where they were summed up, else the last weapon named."""
    joint = next((c for c in claimed if c.subject is Subject.AIR_TARGET and c.metric in WAVE), None)
    if joint is not None:
        return Weapon(joint.span, Subject.AIR_TARGET, None)
    many = max((c for c in claimed if c.metric is Metric.LAUNCHED), key=lambda c: c.low, default=None)
    if many is not None and claimed[-1].low == 1 and many.low > 1:  # "145 drones and a missile. 80 were downed"
        return Weapon(many.span, many.subject, many.model)
    total = next((w for w in reading.weapons if w.subject is Subject.AIR_TARGET), None)
    return total or (reading.weapons[-1] if reading.weapons else last)


def _blocked(ctx: Context, span: Span, hits: list[DateHit]) -> list[Span]:
    """Digits of dates and of names ("Group 13") are no counts."""
    named = [m.at for m, e in ctx.index.within(span) if e.kind is not EntityKind.PLACE]
    return [h.span for h in hits if re.search(r"\d", h.text)] + [a.span for a in named if re.search(r"\d", a.text)]


def _scene(ctx: Context, scene: Scene, verdicts: Verdicts) -> Scene:
    scene.attacker = attacker_in(scene.text, scene.span.start)
    scene.two_sided = scene.attacker is not None and " and " in scene.text and len(attackers_in(scene.text)) > 1
    scene.countries = countries_of(ctx, scene.span)
    named = struck_places(ctx, scene.span)
    scene.origins = [p for p in named if is_origin(ctx, p[0], start=scene.span.start)]
    scene.places = [p for p in named if p not in scene.origins] or ([] if named else meant_places(ctx, scene.span))
    scene.tells = weigh(scene, ctx.document.published_at)
    if scene.tells:
        scene.chance = verdicts.scene(scene.span)
        scene.tells = overrule.weighed(scene)
        scene.places = overrule.struck(ctx, scene, verdicts)
    return scene
