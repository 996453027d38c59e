"""Which named places of a sentence are struck: not the seats of those who speak, not what merely contains another place."""

import functools
import re

from app.domain.document import Span
from app.domain.findings import Entity, PlaceLink, Ref
from app.domain.vocabulary import EntityKind, Metric, PlaceLevel, PlaceRole
from app.extract.attacks.actors import OCCUPIED
from app.extract.attacks.lexicon import weapons
from app.extract.attacks.origins import lives_there
from app.extract.attacks.scenes import Scene
from app.extract.attacks.seats import governs, is_seat
from app.extract.attacks.units import holds_another
from app.extract.context import Context
from app.extract.gazetteer import gazetteer, rows

_FROM = re.compile(
    r"\b(?:from|launched from|fired from|out of|towards the [\w ]+ from)(?: the)?(?: (?!in\b|at\b|near\b|on\b|over\b|hit\b|struck\b)\w+){0,3} $"
)
_TOWARDS = re.compile(
    r"\b(?:towards?|in the direction of|bound for|heading for|flying to|(?:talks|truce|ceasefire|border|conflict|war|exchange|deal|agreement|negotiations|meeting) between(?: [A-Z]\w+ and)?|near the border with|border with|[Nn]orth of|[Ss]outh of|[Ee]ast of|[Ww]est of|(?:north|south|east|west)(?:east|west)?(?:ern)? of(?: the (?:[\w-]+ ){0,3}(?:city|town|village|port|capital) of)?|(?:equidistant|halfway|midway|distance) between(?: [A-Z]\w+ and)?|capital of|a suburb of|centre of the|far from|(?:close|closer|closest|nearer|nearest) to|outside|miles from|km from|kilomet(?:er|re)s from) (?:the )?$"
)
_REASON = re.compile(
    r"\b(?:(?:retaliat\w+|revenge|reprisal|response|answer|reply|punish\w*)[^.;]{0,40} (?:for|to)|(?:forces|group|militia) for|over) (?:(?:its|their|the|earlier|recent|\w+['’]s|\w+ian) )*(?:attacks?|strikes?|killing|assault|raids?) (?:on|against|in|of) (?:the )?$",
    re.IGNORECASE,
)
_SEA = re.compile(
    r"\b(?:sailors?|crew|seafarers?|ships?|vessels?|tankers?|cargo|carrier|warships?|boats?|corvette|frigate|destroyer)\b",
    re.IGNORECASE,
)
_OFFICE_AFTER = re.compile(
    r"(?: city| region| oblast| Oblast)?(?:['’]s)? (?:[Mm]ayor|[Gg]overnor|(?:[Rr]egional|[Cc]ity|[Oo]blast|[Rr]egion|[Oo]blast['’]s) (?:[Gg]overnor|[Hh]ead|[Cc]hief|[Mm]ilitary [Aa]dministration|[Aa]uthorities|[Oo]fficials?|[Pp]rosecutors?|[Pp]olice)|officials?|authorities|[Rr]esidents?|civil defen[cs]e|(?:[Hh]ealth|[Ii]nterior|[Dd]efen[cs]e) [Mm]inistry|ministry|air force|(?:[Rr]egional )?[Mm]ilitary [Aa]dministration|region(?:al)? (?:head|chief|governor)|(?:local )?time\b|said\b)"
)
_OFFICE_BEFORE = re.compile(
    r"(?:[Mm]ayor|[Gg]overnor|[Gg]overns|[Hh]ead|[Pp]rosecutors?|[Aa]uthorities|[Aa]dministration|air force|officials?|[Cc]hief|[Mm]inistry|[Mm]inister|[Cc]ommand|[Ss]taff|[Gg]overnors|[Cc]olleagues|[Cc]ouncil|[Pp]olice|[Cc]ourt|[Gg]overnment|[Aa]mbassador|who (?:runs|heads|leads|governs)) (?:(?:of|in|for) )?(?:\w+['’]s )?(?:the )?(?:(?:central|southern|northern|eastern|western) )?(?:city of )?$"
)
_MEETING = re.compile(
    r"\b(?:rally|banners|talks|meeting|met|summit|visit(?:ed|ing)?|c[ao]me|went|trip|journey|arriv(?:al|es|ed|ing)|speaking|told|conference|briefing|interview|ceremony|hearing|statement|address|travel(?:s|led)?|returned|flew) (?:\w+ ){0,3}(?:in|to|at) $"
)
_DATELINE = re.compile(
    r"(?:, [A-Z][\w. ]{2,20})?(?:/[A-Z][A-Za-z ]{2,20})?\.?\s*(?:\(|–|—|>>|- |: |[,;] [A-Z][a-z]{2,8}\.? \d)"
)
_CONTAINED = re.compile(
    r"^,? ?(?:\(|(?:a|an|the|which|capital|centre|center|in|of|from|city|town|village|villages|port|district|community|settlement|located|southern|northern|eastern|western|central|region['’]s|small|large|border|front-?line|regional|capital|administrative|largest|biggest|second|most|populous|another|part|Ukraine['’]s|Russia['’]s|northeast\w*|southeast\w*|northwest\w*|southwest\w*|frontline|industrial|occupied|,)[ ,]*)*$"
)
_SITE_AFTER = re.compile(
    r"(?:(?:,| and|, and) [A-Z][\w-]+)*(?: [\w-]+){0,2} (?:refiner(?:y|ies)|plants?|depots?|terminals?|airfields?|airbases?|air bases?|airports?|ports?|factor(?:y|ies)|stations?|substations?|arsenals?|shipyards?)\b"
)
_HIS_REGION = re.compile(r"\b(?:in|over|above|across|on|of) (?:his|her|its|their|the) region\b")


def struck_places(ctx: Context, span: Span) -> list[tuple[Span, Entity]]:
    """Named places below country level that the sentence may strike, in order; seats of speakers and containers are left out."""
    pairs = [
        (m.at.span, e)
        for m, e in ctx.index.within(span)
        if e.kind is EntityKind.PLACE
        and e.place
        and (not m.metonym or _PARTS_OF.match(ctx.text, m.at.span.end))
        and e.place.level is not PlaceLevel.COUNTRY
    ]
    armed = [w.span for w in weapons(span.of(ctx.text), span.start)]
    pairs = [(at, e) for at, e in pairs if not any(at.overlaps(w) for w in armed)]  # Vampire is a rocket
    text = span.of(ctx.text)
    spoken = [(at, e) for at, e in pairs if _is_office(ctx, at)]
    kept = [p for p in pairs if p not in spoken]
    kept = [p for p in kept if not governs(ctx, p) and not _is_no_place_here(ctx, p)]
    kept = [
        p for p in kept if not (_contains_another(ctx, p, kept) or holds_another(p, kept)) and not _passed(ctx, p[0])
    ]
    if _HIS_REGION.search(text) and not kept:
        return [(at, _region_around(ctx, e)) for at, e in spoken[:1]] or _region_of_office(ctx, span)
    wide = all(e.place and e.place.level in (PlaceLevel.REGION, PlaceLevel.OTHER) for _, e in kept)
    sites = _sites(ctx, span) if wide else []
    inside = [p for p in sites if kept and _CONTAINED.match(ctx.text[p[0].end : kept[0][0].start])]
    return inside or kept or sites


#: "Beirut's southern suburbs" are at Beirut, however the name is meant elsewhere
_PARTS_OF = re.compile(
    r"['’]s (?:\w+ ){0,2}(?:suburbs?|outskirts|cent(?:re|er)|districts?|airports?|port|streets|metro|skyline|quarters?|neighbou?rhoods?)\b"
)


def _sites(ctx: Context, span: Span) -> list[tuple[Span, Entity]]:
    """Named sites ("the Khan Younis refugee camp") where no town or region is named."""
    found = [(m.at.span, e) for m, e in ctx.index.within(span) if e.kind is EntityKind.FACILITY]
    return [p for p in found if not _is_office(ctx, p[0]) and not _passed(ctx, p[0])]


def _is_no_place_here(ctx: Context, pair: tuple[Span, Entity]) -> bool:
    """ "the Azov and the Yamal" are ships; "Moscow-installed" describes."""
    at, entity = pair
    town = entity.place is not None and entity.place.level is PlaceLevel.SETTLEMENT
    site = _SITE_AFTER.match(ctx.text, at.end)
    if site and not re.match(r" (?:in|at|near) [A-Z]", ctx.text[site.end() : site.end() + 8]):
        return False  # "the Syzran and Saratov refineries" are at Syzran and Saratov
    if is_seat(ctx, at, entity):
        return True
    named = ctx.text[: at.start].endswith(" the ") and not re.match(
        r"(?: \w+)? (?:region|district|area|community|hromada|suburb)", ctx.text[at.end : at.end + 30]
    )
    if (
        ctx.text[: at.start].endswith(" on the ")
        and entity.place is not None
        and entity.place.level is PlaceLevel.OTHER
    ):
        return True  # "a port on the Danube"
    if town and re.match(r" (?:city )?districts? (?:of (?:the city|[A-Z])|in [A-Z])", ctx.text[at.end : at.end + 30]):
        return True  # "the Kyiv district of Kharkiv"
    if ctx.text[: at.start].endswith(("pro-", "Pro-")):
        return True  # "the pro-Moscow leader"
    return bool(re.match(r"-[a-z]", ctx.text[at.end : at.end + 2])) or (town and named)


def _region_around(ctx: Context, entity: Entity) -> Entity:
    """The region that a city gives its name to, where the page names it ("Tver Governor … over the region")."""
    place = entity.place
    found = (
        e
        for e in ctx.index.entities
        if place
        and e.place
        and e.place.level is PlaceLevel.REGION
        and place.iso_3166_2
        and e.place.iso_3166_2 == place.iso_3166_2
    )
    return next(found, entity)


def _region_of_office(ctx: Context, span: Span) -> list[tuple[Span, Entity]]:
    """ "…, who heads the Donetsk regional military administration, … in his region": the region in the office's name."""
    regions = [e for e in ctx.index.entities if e.place and e.place.level is PlaceLevel.REGION]
    for mention, entity in ctx.index.within(span):
        if entity.kind is EntityKind.ORGANIZATION:
            found = next((r for r in regions if mention.at.text.startswith(r.name.split()[0])), None)
            if found is not None:
                return [(mention.at.span, found)]
    return []


def _is_office(ctx: Context, span: Span) -> bool:
    """ "Kyiv Mayor", "the governor of Kharkiv", a dateline "KYIV (Agency) –": named, not struck."""
    whole = ctx.index.at(span)
    if whole is not None and whole[1].kind is not EntityKind.PLACE:
        return True
    after, before = ctx.text[span.end : span.end + 40], ctx.text[max(0, span.start - 70) : span.start]
    if _OFFICE_AFTER.match(after) or _OFFICE_BEFORE.search(before) or _MEETING.search(before):
        return True
    if re.search(
        r"\b(?:[Mm]inistry|[Mm]inister|[Gg]overnment|[Oo]fficials?|[Aa]uthorities|[Ee]mbassy)(?: of [A-Z]\w+)? in $",
        before,
    ):
        return True
    if re.search(r"(?:^|[.\n] |, )[Ii]n $|^(?:\w+, )?in $", before) and re.match(
        r", (?:the |a |an )?(?:(?!(?:was|were|been|are|is) )[\w.'’-]+ ){1,5}?(?:said|says|reported|claimed|announced|confirmed)\b",
        after,
    ):
        return True  # "Meanwhile, in Moscow, the Defence Ministry said"
    if re.match(r"(?: and [A-Z]\w+)?-(?:flagged|registered|owned|bound)\b", after):
        return True
    if re.search(r"\b(?:flag of|flagged|registered in|bound for) (?:the )?$", before):
        return True
    listed = re.search(r"(?:[Cc]olleagues|[Gg]overnors|[Oo]fficials) (?:of|in) (?:the )?[\w ,-]*$", before)
    head = not before.strip() or bool(re.search(r"(?:^|\n)(?:[A-Z][A-Z '’-]{2,20}(?:/|, ))?$", before))
    return bool(listed) or bool(head and _DATELINE.match(after))


def _passed(ctx: Context, span: Span) -> bool:
    """ "flew towards Romania", "30 km from Kyiv", "in answer to attacks on Eilat": named for the way or the reason, not struck."""
    before = ctx.text[max(0, span.start - 70) : span.start]
    home = _FROM.search(before)
    if home and lives_there(before[: home.start()]):
        return True  # "a woman from Pokrovske"
    return bool(_TOWARDS.search(before[-40:]) or _REASON.search(before))


def _contains_another(ctx: Context, pair: tuple[Span, Entity], every: list[tuple[Span, Entity]]) -> bool:
    """The region of "Syzran, in Samara Region" or of "El-Fasher, the Darfur city"."""
    at, entity = pair
    before = ctx.text[max(0, at.start - 8) : at.start]
    if before.endswith((", in ", ", ")) and re.match(
        r" (?:voivodeship|province|county|oblast)\b", ctx.text[at.end : at.end + 14]
    ):
        return any(other.end < at.start for other, _ in every)  # "Wyryki, in Lublin voivodeship"
    if entity.place is None or entity.place.level not in (PlaceLevel.REGION, PlaceLevel.DISTRICT, PlaceLevel.OTHER):
        return False
    for other, inner in every:
        if inner is entity or inner.place is None or inner.place.level is entity.place.level:
            continue
        town = inner.place.level is PlaceLevel.SETTLEMENT and inner.place.iso_3166_2 is not None
        same = town and inner.place.iso_3166_2 == entity.place.iso_3166_2
        between = ctx.text[other.end : at.start] if other.end <= at.start else None
        if between is not None and _CONTAINED.match(between):
            return True
        if same and entity.place.level is PlaceLevel.REGION and between is not None and len(between) < 60:
            return True
        lead = ctx.text[at.end : other.start] if at.end <= other.start else None
        if lead is not None and re.fullmatch(
            r"(?: region| oblast)?(?:['’]s)? (?:city|town|village|port|settlement|district|capital)(?: of)? ", lead
        ):
            return True
    after = ctx.text[at.end : at.end + 30]
    return bool(re.match(r" (?:city|town|village|capital)\b", after)) and len(every) > 1


def links(ctx: Context, scenes: list[Scene], target: str | None, attacker: str | None) -> tuple[PlaceLink, ...]:
    """The places of a report with their roles; places of another country than the one attacked are left out."""
    found: dict[str, PlaceLink] = {}
    for scene in scenes:
        for at, entity in scene.places + scene.origins:
            origin = (at, entity) in scene.origins
            if entity.key in found or not (origin or _in_country(entity, target, attacker)):
                continue
            role = PlaceRole.LAUNCHED_FROM if origin else _role(ctx, scene, at)
            level = entity.place.level if entity.place else None
            if (
                role is not PlaceRole.LAUNCHED_FROM
                and level is PlaceLevel.SEA
                and not _SEA.search(scene.text)
                and role is not PlaceRole.INTERCEPTED_OVER
            ):
                continue
            found[entity.key] = PlaceLink(Ref(entity.key, entity.name, ctx.cut(at.start, at.end)), role)
    return tuple(p for p in found.values() if not _holds_another(ctx, p, scenes, [*found]))


#: lands that hold every town named beside them
_TERRITORIES = frozenset({"Gaza Strip", "West Bank"})


def _holds_another(ctx: Context, link: PlaceLink, scenes: list[Scene], keys: list[str]) -> bool:
    """A region told alone in one sentence whose town is named in another; counts of weapons keep their region."""
    region = ctx.index.by_key.get(link.place.entity or "")
    if region is None or region.place is None:
        return False
    if region.name in _TERRITORIES:
        inside = (ctx.index.by_key[k] for k in keys if k != region.key)
        return any(e.place and e.place.country_code == region.place.country_code for e in inside)
    if region.place.level is not PlaceLevel.REGION:
        return False
    told = [s for s in scenes if any(e.key == region.key for _, e in s.places)]
    if any(s.has_wave or len(s.places) > 1 or s.has_toll for s in told):
        return False
    others = [ctx.index.by_key[k].place for k in keys if k != region.key]
    return any(p and p.level is PlaceLevel.SETTLEMENT and p.iso_3166_2 == region.place.iso_3166_2 for p in others)


def _in_country(entity: Entity, target: str | None, attacker: str | None) -> bool:
    place = entity.place
    country = gazetteer().by_iso.get(place.country_code or "") if place else None
    if place is None or country is None or target is None or place.level is PlaceLevel.SEA:
        return True
    if attacker == country.name and not _is_capital(entity, country.name):
        return True  # its own land that the other holds: Crimea, a depot in the Kherson region
    return country.name == target or (target == "Russia" and place.iso_3166_2 in OCCUPIED)


def _is_capital(entity: Entity, country: str) -> bool:
    """ "the Kyiv regime", "Moscow's attack": the seat of the attacker's government."""
    return entity.name in _capitals().get(country, ())


@functools.cache
def _capitals() -> dict[str, list[str]]:
    return {r["name"]: r["capitals"].split(";") for r in rows("countries.csv")}


def _role(ctx: Context, scene: Scene, span: Span) -> PlaceRole:
    before = ctx.text[max(scene.span.start, span.start - 60) : span.start]
    if _FROM.search(before):
        return PlaceRole.LAUNCHED_FROM
    downed = any(c.metric is Metric.DOWNED for c in scene.claims) or re.search(
        r"\b(?:shot down|intercepted|downed|destroyed)\b", scene.text
    )
    over = re.search(r"\b(?:over|above)\b", ctx.text[scene.span.start : span.start])
    return PlaceRole.INTERCEPTED_OVER if downed and over else PlaceRole.TARGET
