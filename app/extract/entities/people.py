"""Persons: what the words around a name give away, titles cut off, spellings clustered to one person."""

import functools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from app.domain.document import Span
from app.domain.vocabulary import EntityKind
from app.extract.entities.roles import NOUNS
from app.extract.entities.values import UP, Candidate, Cluster
from app.extract.entities.words import famous, given_names, not_names
from app.extract.gazetteer import fold, gazetteer, rows
from app.extract.starts import Starts, one_of

_TITLE = re.compile(
    r"^(?:(?:U\.S\.|US|Ukrainian|Russian|Israeli|[A-Z]\w+an) )?(?:(?:Deputy|Prime|Foreign|Defen[cs]e|Interior|Vice"
    r"|Acting|Former|Rear|Lt|Maj|Brig|Col|Gen|Sgt|Mr|Mrs|Ms|Dr|Lieutenant|Major|Brigadier)\.? )*"
    r"(?:President(?:-elect)?|Minister|Governor|Mayor|Secretary(?:-General)?|General|Colonel|Captain|Chief|Sergeant"
    r"|Admiral|Adm|Commander|Spokes(?:man|woman|person)|Chancellor|King|Prince|Leader|Pope|Senator|Sen|Rep|Gov|Mr|Mrs"
    r"|Ms|Dr|Prof|Professor|Gen|Col|Lt|Maj|Sgt|Capt|Sheikh|Ayatollah|Ambassador)\.? "
)
_PARTICLE = r"(?:al|el|ad|ed|bin|ibn|abu|van|von|de|der|den|du|la|ul)"
_LONG = rf"{UP}(?: (?:{_PARTICLE}[ -])*{UP}){{1,3}}"
#: behind them a name is a street's, a unit's or a school's
_NO_PERSON = (
    r"(?! (?:Street|Avenue|Square|Park|Hospital|Bridge|Brigades?|Battalion|Division|Corps|University|Institute|School"
    r"|Airport|Stadium|Foundation|Group|Cathedral|Church|Camp|Base|Mosque|Centre|Center|Prize|Museum|Fort|Canal|Dam"
    r"|Air|air|camp|crossing|Crossing|hospital|mosque|street|Times|Post|Garden|Oblast|Region|Wire)\b)"
)
_OFFICE = rf"(?:{NOUNS})"
_SHOWN = (
    # "its director-general, Tedros Ghebreyesus, wrote"; "chancellor, Olaf Scholz"
    Starts(re.compile(rf"\b{_OFFICE}, (?P<n>{_LONG})(?=,| said\b| told\b| wrote\b)")),
    # "Claire Nicolet, head of …", "Benny Gantz, a member of …", "Lesia Vasylenko, 34,"
    re.compile(
        rf"(?P<n>{_LONG})(?=, (?:who (?:heads|leads|commands|runs|lives)\b|(?:the |an? )?(?:[\w-]+ ){{0,4}}?{_OFFICE}\b(?! (?:said|says|told|wrote|added|announced)\b)"
        r"|an? (?:[\w-]+ ){0,2}member of|\d\d,|call sign))"
    ),
    # "gave only her first name, Halyna"; "who goes by the call sign Bandit" is no name
    Starts(re.compile(rf"\b(?:first name|given name|name as|named only as|identified only as),? (?P<n>{UP})")),
    re.compile(rf"(?P<n>{UP})(?=, (?:aged )?\d\d,|, call sign\b|, (?:who|whose) (?:\w+ )?(?:surname|last name)\b)"),
    # "Roya, a dentist reached by phone, told us"
    re.compile(rf"(?P<n>{UP})(?=, an? [^,.;\n]{{3,60}}, (?:told|said|says|recalled|recalls|told us)\b)"),
    Starts(
        re.compile(
            rf"\b(?:said|says|asked|recalled|recalls) (?P<n>{UP})(?=, (?:a|an|who|whose|call) \w|, the \w+ \w+ of\b)"
        )
    ),
)


def persons_in(text: str) -> Iterator[Candidate]:
    """Names that their construction, or the given name they open with, shows to be a person's."""
    for pattern in _SHOWN:
        for match in pattern.finditer(text):
            if _is_name(match["n"]):
                yield _person(match.start("n"), match["n"])
    for match in _given().finditer(text):
        start = match.start() + len(match.group()) - len(match["n"])
        if not _headline(text, start) and not gazetteer().country(match["n"]):
            yield _person(start, _bare(match["n"]))


def _person(start: int, name: str) -> Candidate:
    return Candidate(Span(start, start + len(name)), EntityKind.PERSON, name, strong=True)


def _bare(name: str) -> str:
    """Without a possessive and what is possessed ("Olaf Scholz's Office"), and without a stray mark."""
    return re.sub(r"(?<=\w)(?:['’]s(?: .*)?|['’-]+)$", "", name)


def _is_name(name: str) -> bool:
    table, words = gazetteer(), name.split()
    if words[0].lower() in _FUNCTION or {fold(w) for w in words} & not_names() or any(w.isupper() for w in words):
        return False
    if table.country(name) or table.demonym(words[0]) or table.region(name) or fold(name) in table.capitals:
        return False
    if len(words) == 1:
        return fold(name) in given_names() or table.settlement(name) is None
    return fold(words[0]) in given_names() or not (
        table.settlement(words[0]) or _TITLE.match(name) or re.search(_BODY_WORDS, name)
    )


_FUNCTION = frozenset(
    "in on at the a an and but for from by with as to of when while after before since if what who that this his her".split()
)
_BODY_WORDS = (
    r"\b(?:Ministry|Group|Forces?|Service|Command|Brigade|Council|Institute|University|Agency|Office|Party|Company"
    r"|Foundation|Cent(?:er|re)|Organi[sz]ation|Committee|Union|Fleet|Staff|Bank|News|Times|Guard|Corps|House|Network"
    r"|Administration|Association|Movement|Front|Army|Navy|Police|Court|Defen[cs]e|Health|Nations|Sea|Oblast|Region"
    r"|Republic|Initiative|Summit|Forum|Conference|Mission|Team|School|Club|Festival|Games|Street|Bridge|District|Airport|Hospital|Island|River|Strait|Gulf|Minister|President|Secretary)\b"
)


@functools.cache
def _given() -> Starts:
    known = sorted((r["name"] for r in rows("given_names.csv")), key=len, reverse=True)
    first = rf"(?:{one_of(known)})"
    tail = rf"(?: (?:[A-Z]\. )?(?:{_PARTICLE}[ -])*(?!(?:On|In|At|The|And|As|For|To|Of|Says|Said){chr(92)}b){UP})"
    return Starts(re.compile(rf"(?<![\w-])(?P<n>{first}(?:-{UP})?{tail}{{1,3}}){_NO_PERSON}(?![\w-])"))


def surnames(text: str, found: list[Candidate]) -> list[Candidate]:
    """Mentions by surname alone, behind the full name, which the model passed over ("Source: Lomako on Telegram")."""
    full = [c for c in found if c.kind is EntityKind.PERSON and " " in c.text]
    first = {c.text.split()[-1]: c.span.end for c in reversed(full)}
    others = {w for c in found if c.kind is not EntityKind.PERSON for w in c.text.split()}
    known = [n for n in first if len(n) > 3 and n[0].isupper() and n not in others and n.lower() not in text.split()]
    if not known:
        return []
    taken = {at for c in found for at in range(c.span.start, c.span.end)}
    mentions = re.finditer(rf"(?<![\w-])(?:{'|'.join(map(re.escape, known))})(?![\w-])", text)
    return [_person(m.start(), m.group()) for m in mentions if m.start() not in taken and m.start() > first[m.group()]]


def _headline(text: str, at: int) -> bool:
    """A line in title case: every word is capitalised, so nothing tells where a name ends."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    if text[start : end if end >= 0 else len(text)].rstrip(' ”"’').endswith("."):
        return False  # a sentence full of offices and bodies
    words = re.findall(r"[A-Za-z][\w'’-]{3,}", text[start : end if end >= 0 else len(text)][:200])
    return len(words) > 4 and sum(w[0].isupper() for w in words) > 0.7 * len(words)


def untitled(one: Candidate) -> Candidate:
    match = _TITLE.match(one.text) if one.kind is EntityKind.PERSON else None
    if not match:
        return one
    return replace(one, span=Span(one.span.start + match.end(), one.span.end), text=one.text[match.end() :])


# ---------------------------------------------------------------- one person a cluster
def _surname_key(name: str) -> str:
    """Transliterations of one surname share it: Kravchenko, Lysak/Lisak, Sybiha/Sibiga."""
    last = fold(re.sub(r"['’]s$", "", name)).split()[-1]
    return re.sub(r"(.)\1", r"\1", last.translate(str.maketrans("yjg", "iih"))).replace("ii", "i")


def persons(found: list[Candidate]) -> list[Cluster]:
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
    """A first name alone ("Masha") is the one person of the page whose full name it opens; a table knows by-names."""
    kept = []
    for one in people:
        full = [c for c in people if " " in c.name and fold(c.name).split()[0] == fold(one.name)]
        by_name = famous().get(fold(one.name))
        alias = [c for c in people if c is not one and by_name and famous().get(fold(c.name)) == by_name]
        home = full[0] if " " not in one.name and len(full) == 1 else next((c for c in alias if " " in c.name), None)
        if home is not None and " " not in one.name:
            home.spans.extend(one.spans)
        else:
            kept.append(one)
    return kept


def _printed(text: str) -> str:
    """The full name in the page's spelling: a lone "Zelensky" is "Volodymyr Zelensky", not another transliteration."""
    if " " in text or fold(text) not in famous():
        return text
    spellings = _spellings()[famous()[fold(text)]]
    return next((n for n in spellings if " " in n and n.split()[-1].lower() == text.lower()), famous()[fold(text)])


@functools.cache
def _spellings() -> dict[str, list[str]]:
    known: dict[str, list[str]] = defaultdict(list)
    for r in rows("persons.csv"):
        known[r["name"]] += [r["name"], *r["aliases"].split(";")]
    return known


def _home(known: list[Cluster], one: Candidate) -> Cluster | None:
    if " " not in one.text:
        before = [c for c in known if min(s.start for s in c.spans) <= one.span.start]
        return (before or known)[-1] if known else None
    first = fold(one.text)[:1]
    return next(
        (c for c in known if " " not in c.name or fold(c.name)[:1] in (first, {"v": "w", "w": "v"}.get(first, first))),
        None,
    )
