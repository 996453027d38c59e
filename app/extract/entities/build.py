"""Candidates -> entities: types corrected, spellings clustered, one canonical name, places resolved."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from app.domain.document import Quoted, Span
from app.domain.findings import Entity, Mention, Place
from app.domain.vocabulary import EntityKind, UnresolvedReason
from app.extract.context import Context, EntityIndex
from app.extract.entities.candidates import candidates
from app.extract.entities.roles import role_of
from app.extract.entities.values import Candidate
from app.extract.entities.words import actor_verbs, famous, famous_surnames, given_names, not_names
from app.extract.gazetteer import Named, fold, gazetteer, rows, unresolved

_TITLE = re.compile(
    r"^(?:(?:U\.S\.|US|Ukrainian|Russian|Israeli|[A-Z]\w+an) )?(?:(?:Deputy|Prime|Foreign|Defen[cs]e|Interior|Vice"
    r"|Acting|Former|Lt|Maj|Brig|Col|Gen|Sgt|Mr|Mrs|Ms|Dr|Lieutenant|Major|Brigadier)\.? )*"
    r"(?:President(?:-elect)?|Minister|Governor|Mayor|Secretary(?:-General)?|General|Colonel|Captain|Chief"
    r"|Commander|Spokes(?:man|woman|person)|Chancellor|King|Prince|Leader|Pope|Senator|Mr|Mrs|Ms|Dr|Gen|Col)\.? "
)
_OFFICE_BEFORE = re.compile(
    r"\b(?:Secretary(?: |-)General|President|Minister|Governor|Mayor|Gen\.|General|Colonel|Mr\.?|Commander"
    r"|Chancellor) $"
)

_SMALL = frozenset(
    "west east south north western eastern state alliance uav uavs mod footage sam eurovision enemy".split()
)


@dataclass
class Cluster:
    """One thing in the making."""

    kind: EntityKind
    name: str
    spans: list[Span]
    place: Place | None = None


def find_entities(ctx: Context) -> EntityIndex:
    """Every entity of the page with its mentions, ordered by first mention. Pure and deterministic."""
    found = _corrected(ctx, candidates(ctx))
    clusters = _persons(found) + _places(found) + _named(found)
    entities = [_entity(ctx, c) for c in clusters]
    return EntityIndex(tuple(sorted(_unique(entities), key=lambda e: e.mentions[0].at.span.start)))


def _corrected(ctx: Context, found: list[Candidate]) -> list[Candidate]:
    """Kinds corrected by gazetteer and by the rest of the page; what is no name is dropped."""
    surnames = {fold(c.text.split()[-1]) for c in found if c.kind is EntityKind.PERSON and " " in c.text}
    near = bool(re.search(r"Ukrain|Russia|Kyiv|Kiev|Moscow|Belarus", ctx.text))  # whose small towns the gazetteer knows
    kept = []
    for one in found:
        fixed = (
            one
            if one.strong
            else _retyped(_untitled(one), surnames, ctx.text[max(0, one.span.start - 25) : one.span.start], near=near)
        )
        if fixed is not None:
            kept.append(fixed)
    return kept


def _untitled(one: Candidate) -> Candidate:
    match = _TITLE.match(one.text) if one.kind is EntityKind.PERSON else None
    if not match:
        return one
    return replace(one, span=Span(one.span.start + match.end(), one.span.end), text=one.text[match.end() :])


def _retyped(one: Candidate, surnames: set[str], lead: str, *, near: bool) -> Candidate | None:
    text, words = one.text, one.text.split()
    if not words or not text[0].isupper() or len(words) > 7 or any(ch in text for ch in "@#=<>{}|\n"):
        return None
    if (
        fold(words[0]) in not_names()
        or fold(words[-1]) in not_names()
        or (re.search(r"\d", text) and one.kind is EntityKind.PERSON)
    ):
        return None
    shouted = text.isupper() and (one.kind is EntityKind.PERSON or len(text) > 6)
    if shouted or (words[0].lower() in _SMALL and len(words) == 1):
        return None
    if gazetteer().demonym(text) or fold(text) in given_names():
        return None
    if len(words) in (2, 3) and fold(words[0]) in given_names() and one.kind is not EntityKind.FACILITY:
        return replace(one, kind=EntityKind.PERSON)
    if one.kind in (EntityKind.PERSON, EntityKind.PLACE) and len(words) == 1 and _speaks(text, lead):
        return replace(one, kind=EntityKind.PERSON)  # "according to Oleshchuk": a village of that name is not meant
    if one.kind is EntityKind.PLACE and _OFFICE_BEFORE.search(lead):
        return replace(one, kind=EntityKind.PERSON)
    if len(words) == 1 and fold(text) in surnames | famous_surnames():
        return replace(one, kind=EntityKind.PERSON)
    if (
        one.kind in (EntityKind.PERSON, EntityKind.ORGANIZATION, EntityKind.WEAPON, EntityKind.FACILITY)
        and len(words) <= 2
        and near
    ):
        place = gazetteer().settlement(text, countries=("UA", "RU"))
        if (
            place
            and (not text.isupper() or place.population > 100_000)
            and (len(words) == 1 or place.population > 20_000)
        ):
            return replace(one, kind=EntityKind.PLACE)
    if one.kind is EntityKind.WEAPON or (
        one.kind is EntityKind.PERSON
        and not all(w[0].isupper() or w in ("al", "bin", "von", "de", "van", "el") for w in words)
    ):
        return None
    return one


def _speaks(text: str, lead: str) -> bool:
    """Somebody told it: no country, region or large town, which may stand for its government."""
    if not re.search(r"\baccording to $", lead):
        return False
    table = gazetteer()
    if (
        text in {r["name"] for r in rows("outlets.csv")}
        or table.country(text)
        or table.region(text)
        or fold(text) in table.capitals
    ):
        return False
    town = table.settlement(text)
    return town is None or town.population < 50_000


# ---------------------------------------------------------------- persons
def _surname_key(name: str) -> str:
    """Transliterations of one surname share it: Kravchenko, Lysak/Lisak, Sybiha/Sibiga."""
    last = fold(re.sub(r"['’]s$", "", name)).split()[-1]
    return re.sub(r"(.)\1", r"\1", last.translate(str.maketrans("yjg", "iih"))).replace("ii", "i")


def _persons(found: list[Candidate]) -> list[Cluster]:
    clusters: dict[str, list[Cluster]] = defaultdict(list)
    mentions = [c for c in found if c.kind is EntityKind.PERSON]
    for one in [*(c for c in mentions if " " in c.text), *(c for c in mentions if " " not in c.text)]:
        home = _home(clusters[_surname_key(one.text)], one)
        if home is None:
            clusters[_surname_key(one.text)].append(Cluster(EntityKind.PERSON, _printed(one.text), [one.span]))
        else:
            home.spans.append(one.span)
    return _joined([c for group in clusters.values() for c in group])


def _joined(people: list[Cluster]) -> list[Cluster]:
    """A first name alone ("Masha") is the one person of the page whose full name it opens."""
    kept = []
    for one in people:
        full = [c for c in people if " " in c.name and fold(c.name).split()[0] == fold(one.name)]
        if " " not in one.name and len(full) == 1:
            full[0].spans.extend(one.spans)
        else:
            kept.append(one)
    return kept


def _printed(text: str) -> str:
    """The full name in the page's spelling: a lone "Zelensky" is "Volodymyr Zelensky", not another transliteration."""
    if " " in text or fold(text) not in famous():
        return text
    spellings = [
        n
        for r in rows("persons.csv")
        for n in [r["name"], *r["aliases"].split(";")]
        if r["name"] == famous()[fold(text)]
    ]
    return next((n for n in spellings if " " in n and n.split()[-1].lower() == text.lower()), famous()[fold(text)])


def _home(known: list[Cluster], one: Candidate) -> Cluster | None:
    if " " not in one.text:
        before = [c for c in known if min(s.start for s in c.spans) <= one.span.start]
        return (before or known)[-1] if known else None
    first = fold(one.text)[:1]
    return next(
        (c for c in known if " " not in c.name or fold(c.name)[:1] in (first, {"v": "w", "w": "v"}.get(first, first))),
        None,
    )


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
    return Entity(key, cluster.kind, cluster.name, role, cluster.place, None, mentions)


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
