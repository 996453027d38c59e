"""Districts and communities: "Kupiansk district", "Kharkiv's Saltivskyi district", "the Velykyi Burluk community"."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from app.domain.document import Span
from app.domain.findings import Place
from app.domain.vocabulary import EntityKind, PlaceLevel
from app.extract.entities.values import NAME, Candidate
from app.extract.gazetteer import Named, gazetteer
from app.extract.units import LEVELS, elsewhere, unit

_UNIT = re.compile(
    rf"(?P<names>{NAME}(?:(?:, and |, | and ){NAME}){{0,30}}) (?P<word>(?:(?:urban|rural|territorial|settlement|municipal) )*"
    r"(?:[Dd]istricts?|[Rr]a[iy]ons?|[Hh]romadas?|[Cc]ommunit(?:y|ies)))\b(?! [Cc]ouncil| [Cc]ourt)"
)
_SINGULAR = re.compile(r"(?:s|ies|y)$")
_OF_CITY = re.compile(rf" (?:of|in) (?:the )?(?:city of )?(?P<city>{NAME})")


def districts_in(text: str, named: Sequence[Candidate]) -> Iterator[Candidate]:
    """Units by their word, resolved by the regions and towns of `named`; without their word only within a list."""
    matches = list(_UNIT.finditer(text))
    if not matches:
        return
    near, towns = _around(named)
    for match in matches:
        levels = LEVELS[_SINGULAR.sub("", match["word"].split()[-1].lower()).replace("communit", "community")]
        pieces = list(re.finditer(NAME, match["names"]))
        several = match["word"].lower().endswith(("s", "ies"))
        for piece in pieces if several else pieces[-1:]:
            start = match.start("names") + piece.start()
            last = piece is pieces[-1]
            end = match.end() if last else start + len(piece.group())
            city = _city(piece.group(), text[match.end() :] if last else "")
            yield from _piece(text, Span(start, end), piece.group(), levels, city, near, towns)


def _around(named: Sequence[Candidate]) -> tuple[Counter[str], set[str]]:
    """(how often each region is named, by itself or by a town in it; codes of the towns named)."""
    near: Counter[str] = Counter()
    towns: set[str] = set()
    for one in named:
        found = gazetteer().region(one.name) if one.name else gazetteer().settlement(one.text, countries=("UA", "RU"))
        if found is not None and found.place.iso_3166_2:
            near[found.place.iso_3166_2] += 1
            towns |= (
                {found.place.katottg} if found.place.katottg and found.place.level is PlaceLevel.SETTLEMENT else set()
            )
    return near, towns


def _city(words: str, after: str) -> Place | None:
    """Whose district: "Kharkiv's Saltivskyi", "… district of Kharkiv"."""
    owner = re.match(r"(?P<city>.+?)['’]s ", words) or _OF_CITY.match(after)
    name = owner["city"] if owner else None
    if name is None or gazetteer().country(name):
        return None
    found = gazetteer().settlement(name, countries=("UA", "RU"))
    return found.place if found and found.population >= _CITY else None


_CITY = 50_000  # people; smaller ones have no districts


def _piece(
    text: str,
    at: Span,
    words: str,
    levels: frozenset[PlaceLevel],
    city: Place | None,
    near: Counter[str],
    towns: set[str],
) -> Iterator[Candidate]:
    """The longest run of words before the unit's word that names one: "Ukraine's Kupiansk", "In Darnytskyi"; else outside Ukraine."""
    starts = [m.start() for m in re.finditer(r"(?<![^ -])\S", words[_behind_owner(words) :])]
    runs = [_behind_owner(words) + at for at in starts]
    for resolve in (partial(unit, near=near, towns=towns), elsewhere):
        for start in runs:
            found = None if _no_unit(words[start:]) else resolve(words[start:], levels, city=city)
            if found is not None:
                yield _candidate(text, Span(at.start + start, at.end), found)
                return


def _behind_owner(words: str) -> int:
    owner = re.match(r".+['’]s ", words)
    return owner.end() if owner else 0


def _no_unit(name: str) -> bool:
    """ "Russian community", "Jewish community", "Israel Community": people, not land."""
    table, first = gazetteer(), name.split()[0].lower()
    return bool(table.demonym(name) or table.country(name)) or first in _COMMON


_COMMON = frozenset(
    "the in on at of near and over from business city central international military federal school".split()
)


def _candidate(text: str, span: Span, found: Named) -> Candidate:
    country = found.place.country_code
    return Candidate(span, EntityKind.PLACE, span.of(text), found.name, country, strong=True, place=found.place)
