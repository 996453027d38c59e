"""Candidate mentions: gazetteer patterns first, then spaCy's spans for what they leave uncovered."""

import functools
import re
from collections.abc import Iterator

from app.domain.document import Span
from app.domain.vocabulary import EntityKind
from app.extract.context import Context
from app.extract.entities.bodies import bodies, canonical, countries_of, is_adjective, reporting_country
from app.extract.entities.districts import districts_in
from app.extract.entities.events import events_in
from app.extract.entities.people import persons_in
from app.extract.entities.shown import newsrooms, places_shown, with_acronym
from app.extract.entities.values import NAME, UP, Candidate, found_by
from app.extract.entities.where import compound_towns, countries_in, regions_in, settlements_in
from app.extract.entities.words import given_names
from app.extract.gazetteer import fold, gazetteer, rows
from app.extract.starts import Starts

_POSSESSIVE = re.compile("['’]S")
_ADMIN = re.compile(
    rf"(?P<place>{NAME}?)(?:['’]s)? (?P<level>Regional|Oblast|City|District|Raion|regional|region|oblast|city|district"
    rf"|raion) "
    r"(?P<rest>(?:(?:Military|State|Civil|Civil-Military|military|state|civil) )?(?:Administration|administration)"
    r"|(?:Prosecutor|prosecutor)['’]s [Oo]ffice|[Cc]ouncil\b|[Pp]olice\b)"
)
_UNIT = Starts(
    re.compile(
        r"\b(?:(?:\d{1,3}(?:st|nd|rd|th)|First|Second|Third|Fourth|Fifth) )(?:(?:[A-Z][\w-]+|separate|mechani[sz]ed"
        r"|motori[sz]ed|rifle|guards|assault|airborne|"
        r"marine|tank|air|missile|artillery|infantry|naval|special|operations|brigade|combined|arms) ){0,6}"
        r"(?:[Bb]rigade|[Rr]egiment|[Bb]attalion|[Cc]orps|[Dd]ivision|[Aa]rmy)\b"
    )
)
_GROUPING = re.compile(
    r"[“\"'‘]?(?P<name>Khortytsia|Tavria|Dnipro|Siversk|Luhansk|Odesa)[”\"'’]? (?:operational|grouping"
    r"|group of (?:troops|forces)|group\b)(?: of (?:troops|forces))?"
)
_WEAPON = Starts(
    re.compile(
        r"\b(?:Shaheds?(?:-1\d\d)?|Geran-?\d?|Gerbera|Lancet|[KX]h-\d{2,3}|X-\d{2,3}|Kalibrs?|Iskander(?:-[MK])?|KN-23|Kinzhal"
        r"|Zircon|Oniks|Tochka-U|S-[2345]00s?|HIMARS|ATACMS|Storm Shadow|SCALP|Neptune|Taurus|Smerch|Uragan|Tornado-[SG]|Vampire"
        r"|(?:Smerch|Grad|Uragan) MLRS|Patriots?|NASAMS|IRIS-T|Arrow(?: [23])?(?= (?:system|missile|interceptor|battery|defen))"
        r"|Iron Dome|David['’]s Sling|THAAD|Pantsir(?:-S1?)?|Buk(?:-M\d)?|Tor-M\d|Leopard(?: \d)?|Abrams|Bradleys?|Merkavas?"
        r"|F-\d{2}s?|Su-\d{2}\w?|MiG-\d{2}\w?|Mi-\d{1,2}|Ka-\d{2}|Il-\d{2}|Tu-\d{2}\w*|A-50U?|Oreshnik|FAB-\d+|KAB-?\d*|Orlan(?:-10)?"
        r"|Zala|Fateh-?\d*|Emad|Fattah|Qassam rockets?|Bayraktar|Magura|Mohajer-?\d*|Flamingo|Liutyi|AN-196|RM-70|M270|AK-47)\b"
    )
)
_VESSEL = (
    r"(?:landing ship|frigate|destroyer|corvette|cruiser|submarine|patrol ship|minesweeper|warship|aircraft carrier)"
)
_MERCHANT = r"(?:tanker|cargo ship|bulk carrier|container ship|carrier|freighter|ferry|vessel|bulker|car carrier|ship)"
_SHIPS = (
    (Starts(re.compile(rf"\b{_VESSEL}s?,? (?:the )?[“\"'‘]?(?P<n>{NAME}(?:-[a-z]+-{UP})?)")), EntityKind.WEAPON),
    (re.compile(rf"\b(?P<n>{NAME})(?=[”\"'’]?, an? (?:[\w-]+ ){{0,4}}{_VESSEL}\b)"), EntityKind.WEAPON),
    (Starts(re.compile(rf"\b(?P<n>(?:USS|HMS|INS|IRIS) {NAME})")), EntityKind.WEAPON),
    (Starts(re.compile(rf"\b{_MERCHANT},? (?:the )?[“\"'‘]?(?P<n>{NAME})")), EntityKind.FACILITY),
    (re.compile(rf"\b(?P<n>{NAME})(?=[”\"'’]?, an? (?:[\w-]+ ){{0,5}}{_MERCHANT}\b)"), EntityKind.FACILITY),
    (Starts(re.compile(rf"\b(?P<n>(?:MV|MT|M/V|M/T) {NAME})")), EntityKind.FACILITY),
)
_SKIP_LABELS = frozenset(
    "DATE TIME CARDINAL ORDINAL PERCENT MONEY QUANTITY LANGUAGE NORP WORK_OF_ART LAW EVENT".split()
)


@functools.cache
def organization_patterns() -> re.Pattern[str]:
    """All patterns of organizations.csv as one alternation; group names are o0, o1, …"""
    parts = [f"(?P<o{i}>{_letter_case(r['pattern'])})" for i, r in enumerate(organization_rows())]
    return re.compile(rf"(?<![\w/])(?:{'|'.join(parts)})(?![\w])")


@functools.cache
def _scanned() -> tuple[tuple[Starts, tuple[dict[str, str], ...]], ...]:
    """The same in two halves, each with its rows: names in capitals, and those whose letter case does not matter."""
    halves = []
    for is_loose in (False, True):
        forms = [(_letter_case(r["pattern"]), r) for r in organization_rows()]
        half = [(form, row) for form, row in forms if form.startswith("(?i:") is is_loose]
        first = "" if is_loose else "(?=[A-Z]|al[ -])"
        patterns = (re.compile(rf"(?<![\w/]){first}(?:{form})(?![\w])") for form, _ in half)
        halves.append((Starts(*patterns), tuple(row for _, row in half)))
    return tuple(halves)


def _letter_case(pattern: str) -> str:
    """Acronyms keep their case, longer patterns with common nouns ignore it."""
    return f"(?i:{pattern})" if re.search(r"[a-z]{3} [a-z\[(]", pattern) else pattern


@functools.cache
def organization_rows() -> list[dict[str, str]]:
    return sorted(rows("organizations.csv"), key=lambda r: -len(r["pattern"]))


def _organizations(ctx: Context) -> Iterator[Candidate]:
    for match, row in ((m, known[i]) for half, known in _scanned() for i, m in half.either(ctx.text)):
        if is_adjective(ctx, match.end()):
            continue
        if match.group().lower() == "general staff" and (home := reporting_country(ctx.text)) not in ("UA", None):
            yield found_by(match, EntityKind.ORGANIZATION, canonical(home, "General Staff"), home)
            continue
        yield found_by(match, EntityKind(row["kind"]), row["name"], row["country"] or None)


def _administrations(text: str) -> Iterator[Candidate]:
    for match in _ADMIN.finditer(text):
        if not match["place"]:
            continue
        body = _POSSESSIVE.sub("'s", f"{match['level']} {match['rest']}".title())
        name = f"{match['place'].removeprefix('The ')} {body}"
        yield found_by(match, EntityKind.ORGANIZATION, name)


_PARTY = Starts(re.compile(rf"\b(?:of|from|by) the (?P<n>{NAME}) [Pp]arty\b"))
_TOWN_ADMIN = re.compile(rf"(?P<place>{NAME})['’]s (?P<body>military|civil-military|city military) administration\b")


def _seated(text: str) -> Iterator[Candidate]:
    """ "the Holos party", "Avdiivka's military administration"."""
    for match in _PARTY.finditer(text):
        if not gazetteer().demonym(match["n"]):
            yield Candidate(Span(match.start("n"), match.end("n")), EntityKind.ORGANIZATION, match["n"], strong=True)
    for match in _TOWN_ADMIN.finditer(text):
        home = gazetteer().settlement(match["place"], countries=("UA", "RU"))
        name = f"{match['place']} {match['body'].title()} Administration"
        yield found_by(match, EntityKind.ORGANIZATION, name, home.place.country_code if home else None)


def _patterns(ctx: Context) -> Iterator[Candidate]:
    text = ctx.text
    yield from _administrations(text)
    yield from _seated(text)
    yield from (found_by(m, EntityKind.MILITARY_UNIT) for m in _UNIT.finditer(text))
    yield from (found_by(m, EntityKind.MILITARY_UNIT) for m in _GROUPING.finditer(text))
    yield from (found_by(m, EntityKind.WEAPON) for m in _WEAPON.finditer(text))
    yield from _facilities(text)
    yield from _ships(text)
    yield from newsrooms(text)
    yield from _organizations(ctx)
    yield from bodies(ctx)


_LABEL_KIND = {
    "PERSON": EntityKind.PERSON,
    "ORG": EntityKind.ORGANIZATION,
    "GPE": EntityKind.PLACE,
    "LOC": EntityKind.PLACE,
    "FAC": EntityKind.FACILITY,
    "PRODUCT": EntityKind.WEAPON,
}


def _statistical(ctx: Context) -> Iterator[Candidate]:
    for ent in ctx.doc.ents:
        if ent.label_ in _SKIP_LABELS or ent.label_ not in _LABEL_KIND:
            continue
        span = _trim(ctx.text, ent.start_char, ent.end_char)
        if span.end - span.start > 1:
            yield Candidate(span, _LABEL_KIND[ent.label_], span.of(ctx.text))


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    newline = piece.find("\n")
    if newline >= 0:
        piece = piece[:newline]
    lead = re.match(r"(?:[Tt]he |[\s“”\"'’‘«»(\[,.;:–—-]+)*", piece)
    skip = lead.end() if lead else 0
    body = re.sub(
        r"(?:['’]s?|[\s“”\"‘«»)\],.;:–—-]+)+$",
        lambda m: "." if m.group() == "." and piece.endswith(("U.S.", "U.K.", "U.N.")) else "",
        piece[skip:],
    )
    return Span(start + skip, start + skip + len(body))


def candidates(ctx: Context) -> list[Candidate]:
    """Non-overlapping candidates in text order; patterns win over the model, longer over shorter."""
    countries, settled = list(countries_in(ctx.text)), list(settlements_in(ctx.text))
    settled += places_shown(ctx.text)
    settled += compound_towns(ctx.text, frozenset(code for _, code in countries_of(ctx.text)))
    regions = list(regions_in(ctx.text))
    units = districts_in(ctx.text, [*regions, *settled])
    strong = [*events_in(ctx.text), *regions, *units, *_patterns(ctx), *countries, *settled, *persons_in(ctx.text)]
    strong += _new_bodies(ctx.text, strong)
    taken: list[Candidate] = []
    for one in sorted(strong, key=lambda c: (c.span.start - c.span.end, c.span.start)):
        if not any(one.span.overlaps(t.span) for t in _near(taken, one)):
            taken.append(one)
    covered = sorted(taken, key=lambda c: c.span.start)
    for one in _statistical(ctx):
        kept = _resolve_overlap(one, [t for t in covered if one.span.overlaps(t.span)])
        if kept is not None:
            taken = [t for t in taken if not t.span.overlaps(kept.span)] + [kept]
    taken += _listed(ctx.text, taken)
    return sorted([*taken, *_nested([*countries, *settled], taken)], key=lambda c: c.span.start)


def _new_bodies(text: str, known: list[Candidate]) -> list[Candidate]:
    """Bodies with their acronym that no table names."""
    tables = {fold(c.text) for c in known if c.kind is not EntityKind.PLACE} | {fold(c.name) for c in known if c.name}
    found = list(with_acronym(text))
    old = {c.name for c in found if {fold(c.text), fold(c.name or "")} & tables}
    return [c for c in found if c.name not in old]


_NEXT = re.compile(r"(?:,|,? and) (?P<n>[A-Z][a-z]{3,})\b(?! [A-Z])(?!['’-])")


def _listed(text: str, taken: list[Candidate]) -> Iterator[Candidate]:
    """A town of the same country right behind a town: "Bilopillya and Vorozhba"."""
    for one in taken:
        after = _NEXT.match(text, one.span.end) if one.kind in (EntityKind.PLACE, EntityKind.PERSON) else None
        sure = one.kind is EntityKind.PLACE
        here = gazetteer().settlement(one.text, countries=() if sure else ("UA", "RU")) if after else None
        if not sure and (here is None or here.place.country_code != "UA" or fold(one.text) in given_names()):
            continue
        if after is None or here is None or any(c.span.overlaps(Span(*after.span("n"))) for c in taken):
            continue
        code = here.place.country_code
        found = gazetteer().settlement(after["n"], countries=(code,)) if code else None
        if found is not None and found.place.country_code == code:
            yield Candidate(Span(*after.span("n")), EntityKind.PLACE, after["n"], strong=True)


def _nested(places: list[Candidate], taken: list[Candidate]) -> Iterator[Candidate]:
    """A country or town inside a body's name is mentioned too: "Ukraine's air force", "the air force in Kyiv"."""
    hosts = [t.span for t in taken if t.country and t.kind is EntityKind.ORGANIZATION]  # not outlets
    seen: list[Span] = []
    for one in places:
        inside = any(h.contains(one.span) and h != one.span for h in hosts)
        if inside and fold(one.text) not in gazetteer().areas and not any(one.span.overlaps(s) for s in seen):
            seen.append(one.span)
            yield one


_FACILITY = re.compile(
    rf"(?P<stem>{NAME}) (?:[Hh]ospital|[Mm]edical (?:[Cc]omplex|[Cc]ent(?:er|re))|(?:[Rr]efugee )?[Cc]amp"
    rf"|(?:[Tt]hermal |[Nn]uclear )?"
    r"[Pp]ower [Pp]lant|[Aa]irport|[Aa]ir ?base|(?:[Oo]il )?[Rr]efinery|[Bb]ridge|[Ss]tadium|[Ss]hipyard)\b"
)


def _facilities(text: str) -> Iterator[Candidate]:
    """Hospitals, camps, plants with a name of their own; "Kyiv airport" stays a mention of the town."""
    for match in _FACILITY.finditer(text):
        stem = match["stem"].removeprefix("The ")
        if not (
            gazetteer().settlement(stem, countries=("UA", "RU"))
            or gazetteer().region(stem)
            or gazetteer().demonym(stem)
        ):
            start = match.end() - len(match.group()) + len(match["stem"]) - len(stem)
            yield Candidate(Span(start, match.end()), EntityKind.FACILITY, text[start : match.end()], strong=True)


def _ships(text: str) -> Iterator[Candidate]:
    """Ships by what stands beside their name; a warship is a weapon, a merchant ship a facility."""
    for pattern, kind in _SHIPS:
        for match in pattern.finditer(text):
            name = match["n"]
            sure = kind is EntityKind.WEAPON and "," not in match.group()  # "the landing ship Minsk"
            town = gazetteer().settlement(name) is not None and not sure
            if not (gazetteer().country(name) or gazetteer().demonym(name.split()[0]) or town):
                yield Candidate(Span(match.start("n"), match.end("n")), kind, name, strong=True)


def _near(taken: list[Candidate], one: Candidate) -> list[Candidate]:
    return [t for t in taken if t.span.start < one.span.end and one.span.start < t.span.end]


def _resolve_overlap(one: Candidate, rivals: list[Candidate]) -> Candidate | None:
    """A person's or organisation's longer span keeps its place over a country inside it ("Bank of Russia")."""
    if not rivals:
        return one
    if one.kind is EntityKind.PERSON and re.search("['’]s ", one.text):
        return None  # "Qatar's Majed al-Ansari"
    longer = all(one.span.contains(r.span) and one.span != r.span for r in rivals)
    weak = all(r.kind in (EntityKind.PLACE, EntityKind.WEAPON) and r.name for r in rivals)
    if (
        longer
        and weak
        and one.kind in (EntityKind.PERSON, EntityKind.ORGANIZATION, EntityKind.FACILITY)
        and " " in one.text
    ):
        return one
    return None
