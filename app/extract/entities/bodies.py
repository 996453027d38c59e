"""State bodies named by their country or by the page: "Romania's defence ministry", "the air force"."""

import functools
import re
from collections import Counter
from collections.abc import Iterator

from app.domain.document import Span
from app.domain.vocabulary import EntityKind
from app.extract.context import Context
from app.extract.entities.values import Candidate
from app.extract.gazetteer import Named, fold, gazetteer, rows
from app.extract.starts import Starts

#: written form -> canonical form behind the demonym
_BODIES = (
    (r"air force(?: command)?", "Air Force"),
    (r"(?:defen[cs]e ministry|ministry of defen[cs]e|mod)", "Defense Ministry"),
    (r"(?:foreign ministry|ministry of foreign affairs)", "Foreign Ministry"),
    (r"(?:interior ministry|ministry of (?:the interior|internal affairs))", "Interior Ministry"),
    (r"(?:energy ministry|ministry of energy)", "Energy Ministry"),
    (r"(?:health ministry|ministry of health)", "Health Ministry"),
    (r"(?:justice ministry|ministry of justice)", "Justice Ministry"),
    (r"(?:transport ministry|ministry of transport)", "Transport Ministry"),
    (r"(?:culture ministry|ministry of culture)", "Culture Ministry"),
    (r"(?:finance ministry|ministry of finance)", "Finance Ministry"),
    (r"(?:national )?security council", "Security Council"),
    (r"(?:emergency service|emergency services)(?= (?:said|says|reported|published|posted))", "Emergency Service"),
    (r"border (?:guard )?service|border guards?(?= (?:said|says|reported))", "Border Service"),
    (r"general staff", "General Staff"),
    (r"coast ?guard", "Coast Guard"),
    (r"navy", "Navy"),
    (r"(?:regular )?(?:army|military)|armed forces", "Armed Forces"),
)
#: bodies that a page about one country's war may name without the country
_BARE_FORM = re.compile(
    r"\b(?:[Tt]he|[Ii]ts|[Hh]is) (?P<body>[Aa]ir [Ff]orce|[Dd]efen[cs]e [Mm]inistry|[Ii]nterior [Mm]inistry"
    r"|[Ff]oreign [Mm]inistry|[Ee]nergy [Mm]inistry|[Hh]ealth [Mm]inistry|[Mm]inistry of [Dd]efen[cs]e(?! of\b)"
    r"|military(?= (?:said|says|wrote|reported|added)))\b(?! bases?| of\b)"
    r"|(?<![’'\w]s )(?<!n )(?<!UK )(?<!US )\b(?P<short>MoD)(?= (?:said|says|has said|added|adds|reported|wrote|noted|claimed)\b)"
    r"|(?<![’'\w]s )(?<!n )\b(?P<office>[Ff]oreign [Mm]inistry|[Dd]efen[cs]e [Mm]inistry|[Ii]nterior [Mm]inistry)"
    r"(?= spokes(?:man|woman|person)\b)"
)
_BARE = Starts(_BARE_FORM)
_ADJECTIVAL = frozenset({"amod", "compound", "nmod"})


@functools.cache
def _owners() -> str:
    demonyms = [d for r in rows("countries.csv") for d in r["demonyms"].split(";") if d]
    names = [rf"{re.escape(n)}['’]s" for r in rows("countries.csv") for n in (r["name"], *r["aliases"].split(";")) if n]
    return "|".join(sorted([*map(re.escape, demonyms), *names], key=len, reverse=True))


@functools.cache
def _owned() -> re.Pattern[str]:
    bodies = "|".join(f"(?P<b{i}>{form})" for i, (form, _) in enumerate(_BODIES))
    return re.compile(rf"(?<![\w-])(?P<owner>{_owners()}) (?i:{bodies})\b")


@functools.cache
def _owned_starts() -> Starts:
    return Starts(_owned())


def _country_of(owner: str) -> Named | None:
    bare = re.sub(r"['’]s$", "", owner)
    return gazetteer().country(bare) or gazetteer().demonym(owner)


@functools.cache
def _demonym_of(code: str) -> str:
    row = next(r for r in rows("countries.csv") if r["iso2"] == code)
    return row["demonyms"].split(";")[0]


def bodies(ctx: Context) -> Iterator[Candidate]:
    """Bodies with their country, then bare ones by context."""
    for match in _owned_starts().finditer(ctx.text):
        home = _country_of(match["owner"])
        which = next(i for i in range(len(_BODIES)) if match[f"b{i}"])
        if home and home.place.country_code and not is_adjective(ctx, match.end()):
            name = canonical(home.place.country_code, _BODIES[which][1])
            yield _found(match.start(), match.end(), ctx, name, home.place.country_code)
    yield from _bare(ctx)


def canonical(code: str, body: str) -> str:
    """The table's own names for the armies that have one."""
    special = {("UA", "Armed Forces"): "Armed Forces of Ukraine", ("IL", "Armed Forces"): "Israel Defense Forces"}
    special |= {
        ("RU", "Security Council"): "Russian Security Council",
        ("UA", "Emergency Service"): "State Emergency Service",
    }
    special |= {("UA", "General Staff"): "General Staff of the Armed Forces of Ukraine"}
    special |= {("UA", "Border Service"): "State Border Guard Service of Ukraine"}
    special |= {("GB", "Defense Ministry"): "UK Ministry of Defence"}
    special |= {("US", "Armed Forces"): "U.S. military", ("US", "Defense Ministry"): "Pentagon"}
    return special.get((code, body), f"{_demonym_of(code)} {body}")


def body_named(name: str) -> str | None:
    """The canonical name of a body that its whole name gives away: "Russia's defence ministry"."""
    match = _owned().fullmatch(name)
    home = _country_of(match["owner"]) if match else None
    if match is None or home is None or not home.place.country_code:
        return None
    which = next(i for i in range(len(_BODIES)) if match[f"b{i}"])
    return canonical(home.place.country_code, _BODIES[which][1])


def _found(start: int, end: int, ctx: Context, name: str, code: str) -> Candidate:
    return Candidate(Span(start, end), EntityKind.ORGANIZATION, ctx.text[start:end], name, code, strong=True)


def is_adjective(ctx: Context, end: int) -> bool:
    """ "Russian military base", "Ukrainian military aid": the last word only describes another noun."""
    piece = ctx.doc.char_span(end - 1, end, alignment_mode="expand")
    if piece is None or piece[0].lower_ not in ("military", "army"):
        return False
    follows = piece[0].nbor(1).lower_ if piece[0].i + 1 < len(ctx.doc) else ""
    return piece[0].dep_ in _ADJECTIVAL and follows not in _ACTS


#: what an army does or who speaks for it: there it is meant itself
_ACTS = frozenset("fire gunfire spokesman spokeswoman spokesperson statement".split())


def _bare(ctx: Context) -> Iterator[Candidate]:
    matches = list(_BARE.finditer(ctx.text))
    mentioned = countries_of(ctx.text) if matches else ()
    main = Counter(code for _, code in mentioned).most_common()
    above = _owned_bodies(ctx.text) if matches else []
    for match in matches:
        group = match.lastgroup or "body"
        body = "Defense Ministry" if group == "short" else _titled(match[group])
        office, reach = match["office"], 60 if match["office"] else 200
        near = [code for at, code in mentioned if match.start() - reach < at < match.start()]
        own = office is not None or match.group().lower().startswith("its")
        ministry = not office and body.endswith("Ministry")
        same = [code for at, name, code in above if at < match.start() and name == body]
        local = near[-1] if own and near else None
        code = local or _placed(ctx.text, match.start()) or _seated(ctx.text[match.end() :])
        code = code or (same[-1] if same else None)
        if group != "short":  # an acronym stands only for what the page has named
            code = code or (_opening_city(ctx.text) if ministry else None) or _at_home(main)
        if code:
            yield _found(match.start(group), match.end(group), ctx, canonical(code, body), code)


def _titled(body: str) -> str:
    name = body.title().replace("Defence", "Defense").replace("Military", "Armed Forces")
    return "Defense Ministry" if name == "Ministry Of Defense" else name


def _owned_bodies(text: str) -> list[tuple[int, str, str]]:
    """(offset, body, ISO code) of the bodies that the page names with their country."""
    found = []
    for match in _owned_starts().finditer(text):
        which = next(i for i in range(len(_BODIES)) if match[f"b{i}"])
        home = _country_of(match["owner"])
        if home and home.place.country_code:
            found.append((match.start(), _BODIES[which][1], home.place.country_code))
    return found


def _placed(text: str, at: int) -> str | None:
    """ "In the U.K., the Defense Ministry said": the sentence opens with the country."""
    match = re.search(
        r"(?:^|[.!?”\n] )?\bIn (?:the )?([A-Z][\w. ]{1,25}), (?:the|its) ?$", text[max(0, at - 45) : at + 4]
    )
    home = gazetteer().country(match[1]) if match else None
    return home.place.country_code if home else None


def _seated(after: str) -> str | None:
    """ "the Defence Ministry in Moscow": the seat names the country."""
    match = re.match(r" in ([A-Z]\w+)\b", after)
    home = gazetteer().capitals.get(fold(match[1])) if match else None
    return home.place.country_code if home else None


def reporting_country(text: str) -> str | None:
    """ISO code of the country whose bodies a page names without the country."""
    return _at_home(Counter(code for _, code in countries_of(text)).most_common())


def _at_home(main: list[tuple[str, int]]) -> str | None:
    """Between Ukraine and Russia the reporting body is Ukraine's; else the country named most."""
    codes = {code for code, _ in main}
    if codes == {"RU"}:
        return None  # a page that names only the attacker leaves open whose air force speaks
    return "UA" if "UA" in codes else main[0][0] if main else None


def _opening_city(text: str) -> str | None:
    """The country of the first city of a page: in a story of Belgorod "the Defense Ministry" is Russia's."""
    cities = (_large_city(word) for word in re.findall(r"\b[A-Z]\w+", text[:_OPENING]))
    return next((c.place.country_code for c in cities if c), None)


_OPENING = 300


def _large_city(word: str) -> Named | None:
    """Odesa and Kharkiv stand for their country, too."""
    found = gazetteer().settlement(word, countries=("UA", "RU")) if len(word) > 4 else None
    return found if found and found.population >= 200_000 and found.place.country_code in ("UA", "RU") else None


@functools.lru_cache(maxsize=2)
def countries_of(text: str) -> tuple[tuple[int, str], ...]:
    """(offset, ISO code) of each country or demonym. Several rooms ask for the same page."""
    found = []
    for match in re.finditer(rf"(?<![\w-])(?=[A-Z])(?:{_owners()}|[A-Z]\w+)\b", text):
        home = _country_of(match.group()) or gazetteer().capitals.get(fold(match.group())) or _large_city(match.group())
        if home and home.place.country_code:
            found.append((match.start(), home.place.country_code))
    return tuple(found)
