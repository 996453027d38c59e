"""The model's spans with their kinds corrected by the gazetteer and by the rest of the page."""

import re
from dataclasses import dataclass, replace

from app.domain.document import Span
from app.domain.vocabulary import EntityKind
from app.extract.context import Context
from app.extract.entities.people import untitled
from app.extract.entities.values import Candidate
from app.extract.entities.words import famous_surnames, given_names, not_names
from app.extract.gazetteer import fold, gazetteer, rows

_OFFICE_BEFORE = re.compile(
    r"\b(?:Secretary(?: |-)General|President|Minister|Governor|Mayor|Gen\.|General|Colonel|Mr\.?|Commander"
    r"|Chancellor) $"
)
_SMALL = frozenset(
    "west east south north western eastern state alliance uav uavs mod footage sam eurovision enemy rear"
    " interior defence defense foreign health energy finance justice prime".split()
)
_MAYBE_PLACE = (EntityKind.PERSON, EntityKind.ORGANIZATION, EntityKind.WEAPON, EntityKind.FACILITY)
_INTO = re.compile(r"\b(?:in|near|outside|around|over|into|towards?|leave|left|reached) $")
#: endings of Ukrainian and Russian towns and districts
_TOWN_ENDING = re.compile(
    r"(?:ivka|yivka|ovka|evka|ske|ske|skyi|skyy|ove|eve|yne|ne|hrad|grad|pil|ivtsi|ets|tsi|ki|aya)$"
)
_COMPANY = re.compile(
    r"\b(?:Marine|Shipping|Maritime|Consulting|Holdings?|Energy|Oil|Gas|Steel|Motors|Industries|Systems|Technologies|Bank"
    r"|Group|Ltd|Inc|LLC|Corp|Insight|Institute|Foundation|Airlines|Airways|Lines)\.?$"
)
_PRODUCT = re.compile(
    r"^(?:['’]s)? ?(?:jets?|aircraft|drones?|missiles?|rifles?|trucks?|helicopters?|planes?|cars?|tanks?)\b"
)
#: what a name describes is told by the noun behind it: "the Sabreen market", "the Ramstein format"
_NAMES_WHAT = re.compile(
    r" (?:(?P<site>market|hospital|mosque|church|camp|school|hotel|mall|bridge|stadium|theatre|terminal|refinery|depot|plant|airfield|airbase|monastery)"
    r"|(?P<group>militias?|movement|brigades|faction)|(?P<event>format|summit|conference))\b"
)
_PARTICLES = frozenset(("al", "bin", "von", "de", "van", "el", "ibn", "der", "du", "ul"))


@dataclass(frozen=True)
class Page:
    """What the whole page tells about a name."""

    text: str
    surnames: frozenset[str]  # last words of full names
    towns: frozenset[str]  # what a construction showed to be a place
    countries: tuple[str, ...]  # whose small towns may be meant


def corrected(ctx: Context, found: list[Candidate]) -> list[Candidate]:
    """Kinds corrected by gazetteer and by the rest of the page; what is no name is dropped."""
    near = bool(
        re.search(
            r"Ukrain|Russia|Kyiv|Kiev|Moscow|Belarus|Zelensk|Putin|Kharkiv|Sumy|Odesa|Kherson|Shahed|Iskander|[Oo]blast",
            ctx.text,
        )
    )
    page = Page(
        ctx.text,
        frozenset(fold(c.text.split()[-1]) for c in found if c.kind is EntityKind.PERSON and " " in c.text),
        frozenset(fold(c.text) for c in found if c.kind is EntityKind.PLACE and c.strong)
        | frozenset(fold(c.text) for c in found if not c.strong and _entered(c, ctx.text)),
        ("UA", "RU") if near else (),
    )
    found = _beside_places(ctx.text, _not_ships([part for one in found for part in _parted(one, page)]))
    fixed = (one if one.strong else _retyped(untitled(one), page) for one in found)
    return [one for one in fixed if one is not None]


def _parted(one: Candidate, page: Page) -> list[Candidate]:
    """ "the ports of Reni and Izmail": two towns that the model took for one body."""
    pair = re.fullmatch(r"([A-Z][\w’'-]+) and ([A-Z][\w’'-]+)", one.text)
    if one.strong or pair is None or not all(_is_town(name, page.countries) for name in pair.groups()):
        return [one]
    start = one.span.start
    spans = (Span(start + pair.start(i), start + pair.end(i)) for i in (1, 2))
    return [replace(one, span=at, text=at.of(page.text), kind=EntityKind.PLACE, strong=True) for at in spans]


def _not_ships(found: list[Candidate]) -> list[Candidate]:
    """The name of a ship is a ship's wherever it stands on the page: no person "Sergei Kotov", no place "Huang Pu"."""
    ships = {
        _SHIP_PREFIX.sub("", c.text): c.kind
        for c in found
        if c.strong
        and c.name is None
        and (c.kind is EntityKind.WEAPON or _SHIP_PREFIX.match(c.text))
        and c.text[0].isupper()
    }
    people = (EntityKind.PERSON, EntityKind.PLACE)
    return [replace(c, kind=ships[c.text], place=None) if c.kind in people and c.text in ships else c for c in found]


def _beside_places(text: str, found: list[Candidate]) -> list[Candidate]:
    """ "Muzaffarabad and Kotli": one word that goes with a town is no body; a newsroom is one wherever it stands."""
    rooms = {c.text for c in found if c.strong and c.kind is EntityKind.ORGANIZATION and c.name is None}
    kept: list[Candidate] = []
    for one in found:
        last = kept[-1] if kept else None
        goes_with = last is not None and text[last.span.end : one.span.start] in (" and ", ", and ", ", ")
        town = (
            goes_with and last is not None and last.kind is EntityKind.PLACE and gazetteer().country(last.text) is None
        )
        if one.text in rooms and not one.strong:
            one = replace(one, kind=EntityKind.ORGANIZATION)
        elif town and not one.strong and one.kind is EntityKind.ORGANIZATION and re.fullmatch(r"[A-Z][a-z]+", one.text):
            one = (
                one
                if _seat(one.text) or re.match(r" [A-Z]", text[one.span.end :])
                else replace(one, kind=EntityKind.PLACE)
            )
        kept.append(one)
    return kept


_SHIP_PREFIX = re.compile(r"^(?:MV|MT|M/V|M/T|USS|HMS) ")


def _entered(one: Candidate, text: str) -> bool:
    """ "people in Hroza", "shells fell near Novobavarskyi": one goes into a place, not into a person."""
    if (
        " " in re.sub(r"^(?:El|Al|Ad|Ash|An) ", "", one.text)
        or not re.fullmatch(r"(?:[A-Z][a-z] )?[A-Z][a-z]*(?:['’-]?[A-Za-z]?[a-z]+)+", one.text)
        or not _INTO.search(text[max(0, one.span.start - 12) : one.span.start])
    ):
        return False
    if fold(one.text) in famous_surnames() | given_names() or re.match(r"['’]s", text[one.span.end :]):
        return False
    alone = re.match(r"(?:[,.;]| (?:and|in|on|with|after|where)\b)", text[one.span.end :][:7]) and not _seat(one.text)
    named_so = one.kind is EntityKind.ORGANIZATION and (_TOWN_ENDING.search(one.text) or alone)
    return one.kind is EntityKind.PERSON or bool(named_so)


def _seat(name: str) -> bool:
    """A body that one is in as in a place."""
    return fold(name) in _ASSEMBLIES or name.isupper()


_ASSEMBLIES = frozenset(
    "congress parliament senate knesset duma bundestag rada verkhovna cabinet hamas fatah hezbollah nato reuters wagner interpol eurovision".split()
)
_THING = re.compile(r"(?:(?:Missile|Rocket|Weapons?|Radar|Air Defen[cs]e) Systems?|^PAC-\d)$")


def _retyped(one: Candidate, page: Page) -> Candidate | None:
    one = _titled_person(one)
    if _no_name(one) or _PRODUCT.match(page.text[one.span.end : one.span.end + 14]):
        return None
    text, words = one.text, one.text.split()
    if one.kind is EntityKind.PERSON and len(words) > 1 and _COMPANY.search(text):
        return replace(one, kind=EntityKind.ORGANIZATION)
    if one.kind is EntityKind.PERSON and not _is_town(text, page.countries) and fold(words[0]) not in given_names():
        behind = _NAMES_WHAT.match(page.text, one.span.end)
        if behind and behind["event"]:
            return None
        if behind:
            return replace(one, kind=EntityKind.FACILITY if behind["site"] else EntityKind.GROUP)
    lead = page.text[max(0, one.span.start - 25) : one.span.start]
    if re.search(r"\b(?:known as|nicknamed|call sign) [“\"]?$", lead):
        return None  # a by-name: its bearer is named beside it
    if fold(text) in given_names():
        return _first_name(one, page)
    if fold(text) in page.towns and fold(text) not in page.surnames:
        return replace(one, kind=EntityKind.PLACE)
    if len(words) in (2, 3) and fold(words[0]) in given_names() and one.kind is not EntityKind.FACILITY:
        return replace(one, kind=EntityKind.PERSON)
    if _is_person(one, lead, page):
        return replace(one, kind=EntityKind.PERSON)
    if one.kind in _MAYBE_PLACE and _is_town(text, page.countries):
        return replace(one, kind=EntityKind.PLACE)
    broken = one.kind is EntityKind.PERSON and not all(w[0].isupper() or w in _PARTICLES for w in words)
    return None if broken or one.kind is EntityKind.WEAPON else one


def _titled_person(one: Candidate) -> Candidate:
    """ "General Wieslaw Kukula" is a person, whatever the model says."""
    bare = untitled(replace(one, kind=EntityKind.PERSON))
    return bare if bare.span != one.span and " " in bare.text and not _COMPANY.search(bare.text) else one


def _no_name(one: Candidate) -> bool:
    text, words = one.text, one.text.split()
    if not words or not text[0].isupper() or len(words) > 7 or any(ch in text for ch in "@#=<>{}|\n"):
        return True
    if {fold(words[0]), fold(words[-1])} & not_names() or (re.search(r"\d", text) and one.kind is EntityKind.PERSON):
        return True
    if _THING.search(text) or re.search(r" [–—] |-(?:made|led|backed|funded|supplied|based)$", text):
        return True
    shouted = text.isupper() and (one.kind is EntityKind.PERSON or len(text) > 6)
    return shouted or (words[0].lower() in _SMALL and len(words) == 1) or gazetteer().demonym(text) is not None


def _first_name(one: Candidate, page: Page) -> Candidate | None:
    """A first name alone is a person where the sentence goes on behind it; else the model cut a longer name."""
    goes_on = re.match(r"(?:['’]s\b|[,.;:?!”\"]| [a-z—–])", page.text[one.span.end : one.span.end + 3])
    town = gazetteer().settlement(one.text)
    if not goes_on or (one.kind is not EntityKind.PERSON and town is not None):
        return None
    return replace(one, kind=EntityKind.PERSON)


def _is_person(one: Candidate, lead: str, page: Page) -> bool:
    single = " " not in one.text
    if one.kind in (EntityKind.PERSON, EntityKind.PLACE) and single and _speaks(one.text, lead):
        return True  # "according to Oleshchuk": a village of that name is not meant
    if one.kind is EntityKind.PLACE and _OFFICE_BEFORE.search(lead):
        return True
    return single and fold(one.text) in page.surnames | famous_surnames()


def _is_town(text: str, countries: tuple[str, ...]) -> bool:
    """A town of the page's countries that the model took for something else."""
    words = text.split()
    place = gazetteer().settlement(text, countries=countries) if countries and len(words) <= 2 else None
    if place is None or (text.isupper() and (place.population <= 100_000 or len(text) < 4)):
        return False
    return len(words) == 1 or place.population > 20_000 or place.place.country_code == "UA"


def _speaks(text: str, lead: str) -> bool:
    """Somebody told it: no country, region or large town, which may stand for its government."""
    if not re.search(r"\baccording to $", lead):
        return False
    table = gazetteer()
    outlets = {r["name"] for r in rows("outlets.csv")}
    if text in outlets or table.country(text) or table.region(text) or fold(text) in table.capitals:
        return False
    town = table.settlement(text)
    return town is None or town.population < 50_000
