"""Does a sentence tell of the attack of a draft? Side, day, places, means and tolls decide."""

import re
from datetime import date, timedelta

from app.domain.findings import Entity
from app.domain.vocabulary import PartOfDay, PlaceLevel
from app.extract.attacks.draft import Draft, overlap
from app.extract.attacks.scenes import TOLL, WAVE, Scene, Tells

#: "The attack hit …", "This strike, …": the one told right before
SAME = re.compile(
    r"(?:The|This|That) (?:[\w-]+ ){0,2}?(?:attack|strike|airstrike|raid|shelling|bombardment|barrage|assault|blast|explosion|incident)\b(?! (?:on|in|against|at|near|followed|came) )"
)


def same_side(draft: Draft, scene: Scene) -> bool:
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
    if own is None and draft.wave and scene.has_toll and "drone" not in scene.arms and other == _eve(draft, scene):
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


def fit(draft: Draft, scene: Scene) -> float | None:
    """How well a sentence fits a draft; None: it tells of another attack."""
    if not same_side(draft, scene) or (scene.apart and draft.toll and not draft.wave):
        return None
    if draft.toll and second(scene):
        return None
    here, there = [e for _, e in scene.places], draft.places
    if _retold(draft, scene) and (not here or (scene.has_many and (not there or _namesakes(here, there)))):
        return 1.0
    if _within(draft, scene):
        return 2.0
    if _other_item(draft, scene):
        return None
    own_toll = any(c.metric in TOLL and c.low and not c.part for c in scene.claims) and not _OF_THEM.match(scene.text)
    if draft.sums_up and own_toll and scene.places and not scene.sums_up:
        return None  # one of the attacks that the lead sums up
    clash = bool(draft.means and scene.means and not draft.means & scene.means)
    if scene.has_toll and scene.arms and draft.arms and not scene.arms & draft.arms:
        return None
    if here and draft.wave and scene.has_toll and not scene.has_wave:
        return None  # an incident of its own first; the wave may take it in when all of it is told
    if here and there:
        if overlap(here, there):
            other = clash and ((scene.has_toll and draft.toll) or (scene.has_wave and not draft.counted))
            return None if other or _is_wider(scene, draft) else 3.0
        if clash or ((scene.has_toll or _ANOTHER.match(scene.text)) and not draft.wave):
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


def _namesakes(here: list[Entity], there: list[Entity]) -> bool:
    """One name opens with the whole of the other: Kyiv and Kyiv Oblast; not Beit Hanoun and Beit Lahia."""
    pairs = [(f"{a.name} ", f"{b.name} ") for a in here for b in there]
    return any(a.startswith(b) or b.startswith(a) for a, b in pairs)


def _eve(draft: Draft, scene: Scene) -> date | None:
    """The evening before the wave's night, where the sentence tells of that evening."""
    late = [h.end for h in scene.hits if h.part_of_day in (PartOfDay.NIGHT, PartOfDay.EVENING) and h.end]
    return next((d for d in late if draft.night and draft.night - d == timedelta(days=1)), None)


#: a total that regional counts belong to; smaller ones are counts of regions themselves
_FEW = 5


def _within(draft: Draft, scene: Scene) -> bool:
    """Counts by region under the total told before: "221 drones … nine over Oryol, seven over Belgorod"."""
    if not scene.has_wave or scene.has_toll or scene.dated or _SECOND.search(scene.text):
        return False
    told = [c for s in draft.scenes if s.reading.number < scene.reading.number for c in s.claims]
    own = [c for c in scene.claims if c.metric in WAVE]
    return all(
        any(t.metric is c.metric and t.subject is c.subject and t.low > max(c.low, _FEW) for t in told if not t.part)
        for c in own
    )


def _other_item(draft: Draft, scene: Scene) -> bool:
    """Another item of a list of events: each has casualties of its own."""
    last = draft.scenes[-1]
    if scene.item is None or last.item is None or scene.item == last.item or not scene.has_toll or not draft.toll:
        return False
    here = [e for _, e in scene.places]
    tolls = [(c.low, s.item) for s in draft.scenes for c in s.claims if c.metric in TOLL]
    if max(tolls, key=lambda t: t[0])[1] is None:
        return False  # the list tells the parts of what is summed up above it
    return not (here and overlap(here, draft.places))


_OF_THEM = re.compile(r"\W*[\w-]+ of (?:them|those|these|the (?:dead|victims|injured|wounded))\b")
#: "reported a second bombardment: three were killed"
_SECOND = re.compile(
    r"\b(?:a (?:second|third|further|separate|later|new)|another) (?:\w+ )?(?:attack|strike|bombardment|shelling|barrage|raid)\b",
    re.IGNORECASE,
)


#: "Another drone was taken down over …": another place's; "A second UAV" beside the first is of the same
_ANOTHER = re.compile(r"(?:Another|One more) (?:[\w-]+ ){0,2}(?:drone|UAV|missile|rocket|bomb|shell)\b")


def second(scene: Scene) -> bool:
    """Told as another attack with a toll of its own."""
    return scene.has_toll and bool(_SECOND.search(scene.text))


def _is_wider(scene: Scene, draft: Draft) -> bool:
    """The toll of a region told after that of a town in it is another count ("wounded ten in his region")."""
    keys = {e.key for e in draft.places}
    regions = [e for _, e in scene.places if e.place and e.place.level is PlaceLevel.REGION and e.key not in keys]
    if not regions or len(regions) < len(scene.places) or not scene.has_toll or not draft.toll:
        return False
    return not _retold(draft, scene)
