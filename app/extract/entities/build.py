"""Candidates -> entities: types corrected, spellings clustered, one canonical name, places resolved."""

import re
from collections import Counter
from dataclasses import replace

from spacy.tokens import Doc, Token

from app.domain.document import Quoted, Span
from app.domain.findings import Entity, Mention
from app.domain.vocabulary import EntityKind, PlaceLevel, UnresolvedReason
from app.extract.context import Context, EntityIndex
from app.extract.entities.candidates import candidates
from app.extract.entities.people import persons, surnames
from app.extract.entities.retype import corrected
from app.extract.entities.roles import role_of
from app.extract.entities.values import Candidate, Cluster
from app.extract.entities.words import actor_verbs, famous, wikidata
from app.extract.gazetteer import Named, fold, gazetteer, unresolved


def find_entities(ctx: Context) -> EntityIndex:
    """Every entity of the page with its mentions, ordered by first mention. Pure and deterministic."""
    found = corrected(ctx, candidates(ctx))
    found += surnames(ctx.text, found)
    clusters = persons(found) + _places(found) + _named(found)
    entities = [_entity(ctx, c) for c in clusters]
    return EntityIndex(tuple(sorted(_unique(entities), key=lambda e: e.mentions[0].at.span.start)))


# ---------------------------------------------------------------- places
def _places(found: list[Candidate]) -> list[Cluster]:
    places = [c for c in found if c.kind is EntityKind.PLACE]
    codes = Counter(c.country for c in places if c.country)
    countries = tuple(code for code, _ in codes.most_common(6))
    regions = {c.text: c.name for c in places if c.name}
    clusters: dict[str, Cluster] = {}
    for one in places:
        named = _resolve(one, countries or ("UA", "RU"), next(iter(regions), None))
        home = clusters.setdefault(
            f"{named.name}|{named.place.level}|{named.place.country_code}",
            Cluster(EntityKind.PLACE, named.name, [], named.place),
        )
        home.spans.append(one.span)
    return list(clusters.values())


def _resolve(one: Candidate, countries: tuple[str, ...], _region: str | None) -> Named:
    table = gazetteer()
    if one.place is not None and one.name:
        return Named(one.name, one.place)
    if one.strong and one.name:
        region = table.region(one.text)
        if region and region.name == one.name:
            return region
        return (
            table.country(one.text)
            or table.areas.get(fold(one.text))
            or table.countries.get(fold(one.name))
            or Named(one.name, unresolved(UnresolvedReason.NOT_IN_GAZETTEER))
        )
    known = (
        table.country(one.text)
        or table.areas.get(fold(one.text))
        or table.settlement(one.text, countries=countries)
        or table.region(one.text)
    )
    return known or Named(one.text, unresolved(UnresolvedReason.NOT_IN_GAZETTEER))


# ---------------------------------------------------------------- organisations and the rest
def _named(found: list[Candidate]) -> list[Cluster]:
    """Organisations, units, facilities, weapons: by canonical name, acronyms joined to what they abbreviate."""
    clusters: dict[tuple[EntityKind, str], Cluster] = {}
    for one in found:
        if one.kind in (EntityKind.PERSON, EntityKind.PLACE):
            continue
        name = one.name or re.sub(r"\s+", " ", one.text)
        key = (one.kind, fold(name))
        clusters.setdefault(key, Cluster(one.kind, name, [])).spans.append(one.span)
    return _merge_acronyms(list(clusters.values()))


def _merge_acronyms(clusters: list[Cluster]) -> list[Cluster]:
    long = {"".join(w[0] for w in c.name.split() if w[0].isupper()): c for c in clusters if " " in c.name}
    kept = []
    for one in clusters:
        home = long.get(one.name) if one.name.isupper() and len(one.name) > 2 else None
        if home is not None and home is not one:
            home.spans.extend(one.spans)
        else:
            kept.append(one)
    return kept


# ---------------------------------------------------------------- values
def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9а-яіїєґ]+", "-", fold(name)).strip("-") or "unnamed"


def _entity(ctx: Context, cluster: Cluster) -> Entity:
    spans = sorted(set(cluster.spans), key=lambda s: s.start)
    mentions = tuple(Mention(Quoted(s, s.of(ctx.text)), _is_metonym(ctx.doc, s, cluster)) for s in spans)
    role = next((r for s in spans if (r := role_of(ctx.text, s))), None) if cluster.kind is EntityKind.PERSON else None
    known = famous().get(fold(cluster.name), cluster.name) if cluster.kind is EntityKind.PERSON else cluster.name
    key = f"{cluster.kind.value}:{slug(known)}"
    known_id = None if _is_namesake(cluster) else wikidata().get(key)
    return Entity(key, cluster.kind, cluster.name, role, cluster.place, known_id, mentions)


def _is_namesake(cluster: Cluster) -> bool:
    """A place below the level of a country may bear a country's name."""
    return cluster.place is not None and cluster.place.level is not PlaceLevel.COUNTRY


def _unique(entities: list[Entity]) -> list[Entity]:
    """Keys are unique in one answer: two towns of one name get their country or a number behind."""
    seen: Counter[str] = Counter()
    out = []
    for one in entities:
        seen[one.key] += 1
        out.append(one if seen[one.key] == 1 else replace(one, key=f"{one.key}-{seen[one.key]}"))
    return out


def _is_metonym(doc: Doc, span: Span, cluster: Cluster) -> bool:
    """A seat of government that acts: "Kyiv says", "Moscow launched", "Washington's backing"."""
    if cluster.kind is not EntityKind.PLACE or fold(cluster.name) not in gazetteer().capitals:
        return False
    piece = doc.char_span(span.start, span.end, alignment_mode="expand")
    return piece is not None and _acts(piece.root)


#: what a city has as a place, not as a government: "Kyiv's Darnytskyi district"
_PARTS = frozenset(
    "district suburb centre center outskirts region oblast street airport station metro neighbourhood neighborhood hospital port power grid resident south north east west".split()
)


def _acts(token: Token) -> bool:
    if token.dep_ == "poss":
        return token.head.lemma_.lower() not in _PARTS
    return (token.dep_ in ("nsubj", "agent") and token.head.lemma_ in actor_verbs()) or (
        token.dep_ == "pobj" and token.head.dep_ == "agent"
    )
