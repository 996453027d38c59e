"""Which sentences tell of the same attack: grouped by direction, day, place and means.

Details of regions belong to the wave where a total of weapons covers them; without one, places with their own casualties are
attacks of their own, and so are other means at other places.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from app.domain.findings import Entity
from app.domain.vocabulary import PartOfDay, PlaceLevel, Subject
from app.extract.attacks.actors import Actor
from app.extract.attacks.reading import Claim
from app.extract.attacks.scenes import TOLL, WAVE, Scene, Tells
from app.extract.attacks.units import lies_in

#: sentences from the top in which a page tells its news
_LEAD = 8


@dataclass
class Draft:
    """A report in the making: the scenes that tell of one attack."""

    scenes: list[Scene] = field(default_factory=list)

    @property
    def attacker(self) -> Actor | None:
        return next((s.attacker for s in self.scenes if s.attacker), None)

    @property
    def targets(self) -> set[str]:
        return {s.target_name for s in self.scenes if s.target_name}

    @property
    def day(self) -> date | None:
        return next((s.day for s in self.scenes if s.day), None)

    @property
    def night(self) -> date | None:
        return next((s.night for s in self.scenes if s.night), None)

    @property
    def wave(self) -> bool:
        return any(s.has_wave and not s.regional for s in self.scenes)

    @property
    def toll(self) -> bool:
        return any(s.has_toll for s in self.scenes)

    @property
    def places(self) -> list[Entity]:
        return [e for s in self.scenes for _, e in s.places]

    @property
    def counted(self) -> bool:
        return any(c.low for s in self.scenes for c in s.claims)

    @property
    def arms(self) -> frozenset[str]:
        return frozenset(a for s in self.scenes for a in s.arms)

    @property
    def counted_arms(self) -> frozenset[str]:
        """The kinds that the wave counts; those named beside them may be of another attack. All, where targets are summed up."""
        kinds = {c.subject for s in self.scenes for c in s.claims if c.metric in WAVE}
        if Subject.AIR_TARGET in kinds:
            return frozenset()
        return frozenset("missile" if "missile" in k.value else k.value for k in kinds)

    @property
    def means(self) -> frozenset[str]:
        return frozenset(m for s in self.scenes for m in s.means)


def drafts(told: list[Scene]) -> list[Draft]:
    """The attacks of a page, in the order they are first told: sentences gather, then waves take in the details they cover."""
    found: list[Draft] = []
    home: dict[int, Draft] = {}
    waves = [s for s in told if s.has_wave and not s.regional]
    for scene in waves + [s for s in told if s not in waves]:
        draft = _home(found, home, scene)
        if draft is None and scene.tells is not Tells.STRIKE and not (scene.tells is Tells.TOLL and scene.places):
            continue
        if draft is None:
            draft = Draft()
            found.append(draft)
        draft.scenes = sorted([*draft.scenes, scene], key=lambda s: s.span.start)
        home[scene.reading.number] = draft
    kept = _kept(_covered(found))
    _spread_leads(kept)
    return kept


def _spread_leads(found: list[Draft]) -> None:
    """A lead that sums up the casualties of several attacks counts for none of them alone; second parts share the place."""
    for draft in found:
        for scene in draft.scenes:
            if not scene.means:
                scene.claims = [
                    replace(c, part=True, is_total=False) if _sums(found, scene, c) else c for c in scene.claims
                ]
        first = draft.scenes[0]
        if first.half and not draft.places and not first.has_wave:
            siblings = (d for d in found if any(s.reading.number == first.reading.number - 1 for s in d.scenes))
            first.places = [p for d in siblings for s in d.scenes if not s.has_wave for p in s.places]


def _sums(found: list[Draft], lead: Scene, claim: Claim) -> bool:
    """Do the tolls of at least two attacks, told with their means, add up to the lead's?"""
    if claim.metric not in TOLL or not claim.low:
        return False
    same = [d for d in found if lead.attacker is None or d.attacker is None or d.attacker.name == lead.attacker.name]
    told = [[c.low for s in d.scenes if s.means for c in s.claims if c.metric is claim.metric] for d in same]
    tolls = [max(lows) for lows in told if lows]
    return len(tolls) > 1 and sum(tolls) == claim.low


def _home(found: list[Draft], home: dict[int, Draft], scene: Scene) -> Draft | None:
    """The draft this sentence continues, None for a new one."""
    before = max((n for n in home if n < scene.reading.number), default=None)
    last = home[before] if before is not None else None
    if before is None and scene.tells is Tells.TOLL and not scene.places:
        first = min((n for n in home if n > scene.reading.number), default=None)
        ahead = home[first] if first is not None and first - scene.reading.number <= 3 else None
        return ahead if ahead is not None and _same_side(ahead, scene) else None
    if last is not None and _SAME.match(scene.text) and _same_side(last, scene):
        return last
    if scene.tells is not Tells.STRIKE and not scene.places:
        near = [home[n] for n in sorted(home, reverse=True) if 0 < scene.reading.number - n <= 6]
        return next((d for d in near if _same_side(d, scene) and not (d.toll and _second(scene))), None)
    scored = [(s + 0.6 * (d is last), d) for d in found if (s := _fit(d, scene)) is not None]
    return max(scored, key=lambda p: p[0])[1] if scored else None


#: "The attack hit …", "This strike, …": the one told right before
_SAME = re.compile(
    r"(?:The|This|That) (?:[\w-]+ ){0,2}?(?:attack|strike|airstrike|raid|shelling|bombardment|barrage|assault|blast|explosion|incident)\b(?! (?:on|in|against|at|near|followed|came) )"
)


def _same_side(draft: Draft, scene: Scene) -> bool:
    own = draft.attacker.name if draft.attacker else None
    other = scene.attacker.name if scene.attacker else None
    return (
        (own is None or other is None or own == other)
        and _same_day(draft, scene)
        and (scene.target_name is None or not draft.targets or scene.target_name in draft.targets)
    )


def _same_day(draft: Draft, scene: Scene) -> bool:
    """Equal days, or the evening before the morning: "late on Monday" and a Tuesday's "overnight" are one night."""
    own, other = (draft.night, scene.night) if draft.wave and scene.has_wave else (draft.day, scene.day)
    if own is None and draft.wave and scene.has_toll and other == _eve(draft, scene):
        own = draft.night  # "late on Wednesday" is not the night to Thursday that the wave was launched in
    if own is None and other is not None and not scene.continues:
        own = next((s.reported for s in draft.scenes if s.reported), None)  # told on Saturday, so not of Friday
    if own is None or other is None or own == other:
        return True
    first, second = sorted((own, other))
    if second - first != timedelta(days=1):
        return False
    eve = [h for s in (*draft.scenes, scene) for h in s.hits if h.end == first]
    late = [h for h in eve if h.part_of_day in (PartOfDay.NIGHT, PartOfDay.EVENING)]
    return not scene.has_toll and any("overnight" not in h.text.lower() for h in late)


def _fit(draft: Draft, scene: Scene) -> float | None:
    """How well a sentence fits a draft; None: it tells of another attack."""
    if not _same_side(draft, scene) or (scene.apart and draft.toll and not draft.wave):
        return None
    if draft.toll and _second(scene):
        return None
    if not scene.places and _retold(draft, scene):
        return 1.0
    clash = bool(draft.means and scene.means and not draft.means & scene.means)
    if scene.has_toll and scene.arms and draft.arms and not scene.arms & draft.arms:
        return None
    here, there = [e for _, e in scene.places], draft.places
    if here and draft.wave and scene.has_toll and not scene.has_wave:
        return None  # an incident of its own first; the wave may take it in when all of it is told
    if here and there:
        if overlap(here, there):
            other = clash and ((scene.has_toll and draft.toll) or (scene.has_wave and not draft.counted))
            return None if other or _is_wider(scene, draft) else 3.0
        if clash or (scene.has_toll and not draft.wave):
            return None
        return None if draft.wave and scene.tells is Tells.STRIKE else 0.5
    if scene.has_wave and not scene.regional and draft.wave:
        return 2.0
    if clash and (scene.has_toll or scene.has_wave or draft.wave):
        return None
    return None if here and draft.wave and scene.tells is not Tells.HARM else 1.0


def _retold(draft: Draft, scene: Scene) -> bool:
    """The same toll once more, in other words: "a person was killed … a man was killed by one of the shells"."""
    told = {(c.metric, c.low) for s in draft.scenes for c in s.claims}
    own = [] if scene.half else [c for c in scene.claims if c.metric in TOLL and c.low and not c.added]
    return any((c.metric, c.low) in told for c in own)


def _eve(draft: Draft, scene: Scene) -> date | None:
    """The evening before the wave's night, where the sentence tells of that evening."""
    late = [h.end for h in scene.hits if h.part_of_day in (PartOfDay.NIGHT, PartOfDay.EVENING) and h.end]
    return next((d for d in late if draft.night and draft.night - d == timedelta(days=1)), None)


#: "reported a second bombardment: three were killed"
_SECOND = re.compile(
    r"\b(?:a (?:second|third|further|separate|later|new)|another) (?:\w+ )?(?:attack|strike|bombardment|shelling|barrage|raid)\b",
    re.IGNORECASE,
)


def _second(scene: Scene) -> bool:
    """Told as another attack with a toll of its own."""
    return scene.has_toll and bool(_SECOND.search(scene.text))


def _is_wider(scene: Scene, draft: Draft) -> bool:
    """The toll of a region told after that of a town in it is another count ("wounded ten in his region")."""
    keys = {e.key for e in draft.places}
    regions = [e for _, e in scene.places if e.place and e.place.level is PlaceLevel.REGION and e.key not in keys]
    if not regions or len(regions) < len(scene.places) or not scene.has_toll or not draft.toll:
        return False
    return not _retold(draft, scene)


def _covered(found: list[Draft]) -> list[Draft]:
    """A wave takes in what happened at single places by the same means; shelling beside it stays apart."""
    waves = [d for d in found if d.wave]
    kept = list(waves)
    for draft in found:
        if draft.wave:
            continue
        wave = next((w for w in waves if _covers(w, draft)), None)
        if wave is None:
            kept.append(draft)
        else:
            wave.scenes = sorted(wave.scenes + draft.scenes, key=lambda s: s.span.start)
    return kept


def _covers(wave: Draft, draft: Draft) -> bool:
    if not all(_same_side(wave, s) for s in draft.scenes) or (wave.toll and any(_second(s) for s in draft.scenes)):
        return False
    ground = draft.means & {"ground", "sea"}
    if draft.means and wave.means and not draft.means & wave.means:
        return False
    own_arms = draft.toll and draft.arms and wave.arms and not draft.arms & (wave.counted_arms or wave.arms)
    other = ground - wave.means and (draft.toll or not draft.means & wave.means)
    return not other and not own_arms


def overlap(here: list[Entity], there: list[Entity]) -> bool:
    """A place in common, or a region that holds a place of the other."""
    keys = {e.key for e in there}
    if any(e.key in keys for e in here):
        return True
    return any(_holds(a, b) or _holds(b, a) or lies_in(a, b) or lies_in(b, a) for a in here for b in there)


def _holds(region: Entity, inner: Entity) -> bool:
    if region.place is None or inner.place is None or region.place.level is not PlaceLevel.REGION:
        return False
    return region.place.iso_3166_2 is not None and _land(region) == _land(inner)


def _land(entity: Entity) -> str | None:
    """Its region; Sevastopol lies in Crimea."""
    code = entity.place.iso_3166_2 if entity.place else None
    return "UA-43" if code == "UA-40" else code


def _kept(found: list[Draft]) -> list[Draft]:
    """Drafts that tell an event of their own; loose remarks belong to the attack the page is about, or are none."""
    sound = [d for d in found if _sound(d)]
    if not sound:
        return []
    main = max(sound, key=lambda d: (sum(len(s.claims) for s in d.scenes), -d.scenes[0].span.start))
    kept = []
    for draft in sound:
        lead, own = (d.attacker.name if d.attacker else None for d in (main, draft))
        apart = draft.places and not overlap(draft.places, main.places)
        later = draft.day and main.night and draft.day != main.night
        if draft is main or draft.counted or (apart and (own != lead or draft.means or later)):
            kept.append(draft)
        elif own in (None, lead) and (not draft.targets or draft.targets & main.targets or not main.targets):
            main.scenes = sorted(main.scenes + draft.scenes, key=lambda s: s.span.start)
        elif draft.targets and draft.targets != {own}:
            kept.append(draft)
    return sorted(kept, key=lambda d: d.scenes[0].span.start)


def _sound(draft: Draft) -> bool:
    """Numbers, or an event told as such: at a named place or on a day, and where it matters on the page."""
    if draft.counted or any(s.claims and s.event and s.tells is Tells.STRIKE for s in draft.scenes):
        return True
    events = [s for s in draft.scenes if s.event]
    return any(
        (draft.places and s.reading.number < _LEAD)
        or (s.places and (s.dated or s.reading.number < _LEAD))
        or (s.dated and s.target_name and s.reading.number < _LEAD)
        for s in events
    )
