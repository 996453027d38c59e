"""Which sentences tell of the same attack: grouped by direction, day, place and means.

Details of regions belong to the wave where a total of weapons covers them; without one, places with their own casualties are
attacks of their own, and so are other means at other places.
"""

from dataclasses import replace

from app.extract.attacks.draft import Draft, overlap
from app.extract.attacks.fits import SAME, fit, same_side, second
from app.extract.attacks.reading import Claim
from app.extract.attacks.scenes import TOLL, WAVE, Scene, Tells

#: sentences from the top in which a page tells its news
_LEAD = 8


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
    kept = _kept(_covered(_once(found)))
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
        return ahead if ahead is not None and same_side(ahead, scene) else None
    if last is not None and SAME.match(scene.text) and same_side(last, scene):
        return last
    if scene.tells is not Tells.STRIKE and not scene.places:
        near = [home[n] for n in sorted(home, reverse=True) if 0 < scene.reading.number - n <= 6]
        return next((d for d in near if same_side(d, scene) and not (d.toll and second(scene))), None)
    scored = [(s + 0.6 * (d is last), d) for d in found if (s := fit(d, scene)) is not None]
    return max(scored, key=lambda p: p[0])[1] if scored else None


#: a count from which two attacks do not share it by chance
_RARE = 20


def _once(found: list[Draft]) -> list[Draft]:
    """The wave of a headline or caption is the one that the text counts the same: "nearly 130 drones downed", told on two days."""
    kept: list[Draft] = []
    for draft in found:
        twin = next((d for d in kept if _twins(d, draft)), None)
        if twin is None:
            kept.append(draft)
        else:
            loose, told = (twin, draft) if not twin.dated else (draft, twin)
            told.scenes = sorted(told.scenes + loose.scenes, key=lambda s: s.span.start)
            kept = [told if d is twin else d for d in kept]
    return kept


def _twins(first: Draft, second: Draft) -> bool:
    """The same rare counts of the same side, one of the two told without a day and a place of its own."""
    counts = [
        {(c.metric, c.subject, c.low) for s in d.scenes for c in s.claims if c.metric in WAVE} for d in (first, second)
    ]
    rare = any(low >= _RARE for _, _, low in counts[0] & counts[1])
    names = {d.attacker.name for d in (first, second) if d.attacker}
    sides = not first.targets or not second.targets or first.targets & second.targets
    return rare and len(names) < 2 and bool(sides) and any(not d.dated and not d.places for d in (first, second))


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
    if not all(same_side(wave, s) for s in draft.scenes) or (wave.toll and any(second(s) for s in draft.scenes)):
        return False
    ground = draft.means & {"ground", "sea"}
    if draft.means and wave.means and not draft.means & wave.means:
        return False
    own_arms = draft.toll and draft.arms and wave.arms and not draft.arms & (wave.counted_arms or wave.arms)
    other = ground - wave.means and (draft.toll or not draft.means & wave.means)
    return not other and not own_arms


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
