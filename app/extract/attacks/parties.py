"""Direction of the sentences that do not say it themselves: from the sentence before, else from the page."""

import re
from collections import Counter
from collections.abc import Iterable

from app.domain.document import Span
from app.domain.findings import Entity
from app.domain.vocabulary import EntityKind, Metric, PlaceLevel
from app.extract.attacks.actors import OCCUPIED, Actor, party
from app.extract.attacks.defenders import defender_in
from app.extract.attacks.objects import aimed_at, airmen_in, owner_in
from app.extract.attacks.scenes import Scene, Tells
from app.extract.context import Context
from app.extract.gazetteer import gazetteer

#: parties of one war: where the attacker is named and the page names the other, that one is attacked
OPPONENTS = {
    "Russia": "Ukraine",
    "Ukraine": "Russia",
    "Rapid Support Forces": "Sudan",
    "Hamas": "Israel",
    "Hezbollah": "Israel",
    "Thailand": "Cambodia",
    "Cambodia": "Thailand",
    "India": "Pakistan",
    "Pakistan": "India",
    "Armenia": "Azerbaijan",
    "Azerbaijan": "Armenia",
}
#: who shoots from there, where the page names them
_SEATED = {"Yemen": "Houthis", "Lebanon": "Hezbollah"}
#: where armed groups sit: a strike on them is one on that land
_LANDS = {
    "Houthis": "Yemen",
    "Hezbollah": "Lebanon",
    "Hamas": "Palestine",
    "Palestinian Islamic Jihad": "Palestine",
    "Rapid Support Forces": "Sudan",
}
_HOMES = {group: land for land, group in _SEATED.items()}


def spread_direction(ctx: Context, every: list[Scene]) -> None:
    """Fill in attacker and target of each telling sentence; what the page does not say stays None."""
    told = [s for s in every if s.tells]
    groups = {e.name for e in ctx.index.entities}
    for scene in every:
        group = _SEATED.get(scene.attacker.name) if scene.attacker else None
        if scene.attacker and group in groups:
            scene.attacker = Actor(group or "", scene.attacker.span)  # "drones that came from Yemen"
    named = Counter(s.attacker.name for s in told if s.attacker)
    background = [s.attacker for s in every if s.attacker and not s.tells and not s.aside]
    for scene in told:
        scene.target_name = _own_target(ctx, scene)
    previous: Scene | None = None
    for scene in told:
        if scene.attacker is None and scene.target_name is None and previous and previous.attacker is None:
            near = scene.reading.number - previous.reading.number == 1 and not _FELL.search(scene.text)
            scene.target_name = previous.target_name if near else None
        inferred = scene.attacker is None
        if scene.attacker is None:
            scene.attacker = _from_before(scene, previous) or _from_page(scene, told, named, background)
        scene.target_name = (
            scene.target_name or _target_before(scene, previous) or _victims(scene) or _target_by_page(ctx, scene, told)
        )
        if scene.target_name is None and scene.attacker and _within_its_land(scene):
            scene.target_name = scene.attacker.name
        scene.target_name = _LANDS.get(scene.target_name or "", scene.target_name)
        if inferred and scene.attacker and scene.attacker.name == scene.target_name and not _within_its_land(scene):
            scene.attacker = None  # land that a group of its own holds: who struck it is not told
        previous = scene


def _within_its_land(scene: Scene) -> bool:
    """ "Myanmar's army bombed a village in Sagaing": a state that strikes at home, in no war with another of the table."""
    own = scene.attacker.name if scene.attacker else ""
    lands = {n for n, _ in scene.countries} | _lands(e for _, e in scene.places)
    return lands == {own} and own not in OPPONENTS and own not in OPPONENTS.values()


#: who holds the land speaks of it as his own
_HOLDER = re.compile(
    r"\b(?:(?:Russia|Russian|Moscow|Kremlin)-(?:installed|appointed|backed|controlled|held)|[Oo]ccupation (?:authorities|officials|governor|head)|[Gg]overnor of (?:Russian )?Sevastopol|enemy UAVs)"
)


def _own_target(ctx: Context, scene: Scene) -> str | None:
    if scene.claims and all(c.metric is Metric.LEFT for c in scene.claims):
        return None  # "one returned to Russia": where it flew is not what was attacked
    if scene.tells is Tells.TOLL and _FELL.search(scene.text):
        return None  # where it fell is not always whom it was aimed at
    if airmen := airmen_in(scene.text):
        return airmen[1]
    defender = defender_in(scene.text) if scene.claims else None
    if defender and not (scene.attacker and scene.attacker.name == defender):
        return defender
    own = scene.attacker.name if scene.attacker else None
    aimed = aimed_at(scene.text, own)
    if own is not None and aimed:
        return aimed
    owner = owner_in(scene.text, own)
    if own is None and owner:
        return owner
    if own is None and scene.places and all(e.place and e.place.iso_3166_2 in OCCUPIED for _, e in scene.places):
        return "Russia" if _HOLDER.search(ctx.text) else None  # held by one, claimed by the other: the attacker decides
    home = _HOMES.get(own or "")
    struck = [n for n, at in scene.countries if n not in (own, home) and not _home(ctx, scene, at)]
    held = any(e.place and e.place.iso_3166_2 in OCCUPIED for _, e in scene.places)
    if held and own == "Ukraine":
        return "Russia"
    return struck[0] if struck else _shield(ctx, scene) or owner


_FELL = re.compile(r"\b(?:debris|wreckage|fragments|shrapnel)\b")
_VICTIMS = re.compile(
    r"\b(?P<who>Palestinian|Israeli|Ukrainian|Russian|Lebanese|Sudanese|Syrian|Yemeni|Iranian|American)s?(?: \w+)? (?:civilians? |people )?(?:were|was|had been|have been)(?: reportedly)? (?:killed|wounded|injured)\b|\bkill(?:ed|ing) (?:[\w-]+ ){1,3}(?P<dead>Palestinian|Israeli|Ukrainian|Russian|Lebanese|Sudanese|Syrian|Yemeni|Iranian)"
)


def _victims(scene: Scene) -> str | None:
    """ "274 Palestinians were killed": whose people died, where no place tells more."""
    own = scene.attacker.name if scene.attacker else None
    fell = _FELL.search(scene.text)
    match = _VICTIMS.search(scene.text) if own and not fell else None
    found = party(match["who"] or match["dead"]) if match else None
    return found if found != own else None


def _home(ctx: Context, scene: Scene, place: Span) -> bool:
    """ "Houthi forces in Yemen fired …": where the attacker sits is not what it attacked; "Israeli gunfire in Rafah" fell there."""
    if scene.attacker is None or place.start < scene.attacker.span.end:
        return False
    return bool(
        re.fullmatch(
            r" (?:(?!(?:gun)?fire\b|strikes?\b|airstrikes?\b|shelling\b|attacks?\b|raids?\b)\w+ ){0,2}in ",
            ctx.text[scene.attacker.span.end : place.start],
        )
    )


def _shield(ctx: Context, scene: Scene) -> str | None:
    """Whose air defence shot things down is who was attacked: "the Romanian Air Force said it downed …"."""
    if not any(c.metric in (Metric.DOWNED, Metric.LOST) for c in scene.claims):
        return None
    for _mention, entity in ctx.index.within(scene.span):
        country = gazetteer().demonym(entity.name.split()[0]) if entity.kind is EntityKind.ORGANIZATION else None
        if country and not (scene.attacker and scene.attacker.name == country.name):
            return country.name
    return None


def _from_before(scene: Scene, previous: Scene | None) -> Actor | None:
    """The attacker of the sentence before, unless this one has another target or that one is attacked here."""
    if previous is None or previous.attacker is None or previous.attacker.name == scene.target_name:
        return None
    return previous.attacker if scene.target_name in (None, previous.target_name) else None


def _from_page(scene: Scene, told: list[Scene], named: Counter[str], background: list[Actor]) -> Actor | None:
    """The page's attacker of the same target, else its most named one that is not attacked here."""
    same = [s.attacker for s in told if s.attacker and scene.target_name and s.target_name == scene.target_name]
    if same:
        return same[0]
    rivals = [n for n in named if n != scene.target_name]
    if rivals:
        best = max(rivals, key=lambda n: named[n])
        return next(s.attacker for s in told if s.attacker and s.attacker.name == best)
    if scene.target_name is None and len({a.name for a in background}) > 1:
        return None
    return next((a for a in background if a.name != scene.target_name), None)


def _target_before(scene: Scene, previous: Scene | None) -> str | None:
    """Whom the sentence right before has attacked by the same side."""
    if previous is None or previous.attacker is None or scene.attacker is None or _at_sea(scene):
        return None
    near = scene.reading.number - previous.reading.number == 1
    return previous.target_name if near and previous.attacker.name == scene.attacker.name else None


def _lands(places: Iterable[Entity]) -> set[str]:
    """The countries in which places lie."""
    codes = {e.place.country_code for e in places if e.place and e.place.country_code}
    return {gazetteer().by_iso[c].name for c in codes if c in gazetteer().by_iso}


def _at_sea(scene: Scene) -> bool:
    """A ship at sea: whose it was is not told."""
    return any(e.place and e.place.level is PlaceLevel.SEA for _, e in scene.places)


def _target_by_page(ctx: Context, scene: Scene, told: list[Scene]) -> str | None:
    attacker = scene.attacker.name if scene.attacker else None
    if _at_sea(scene):
        return None
    votes = Counter(
        s.target_name
        for s in told
        if s.target_name
        and s.target_name != attacker
        and (attacker is None or (s.attacker and attacker == s.attacker.name))
    )
    if votes:
        return votes.most_common(1)[0][0]
    countries = {e.name for e in ctx.index.entities if e.kind is EntityKind.PLACE} | _lands(ctx.index.entities)
    near = OPPONENTS.get(attacker or "")
    return near if near in countries and scene.tells is not Tells.NOTHING else None
