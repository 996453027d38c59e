"""A name in any known spelling -> the keys of the entities it may stand for, without a text around it."""

import re

from app.domain.vocabulary import EntityKind
from app.extract.entities.bodies import body_named
from app.extract.entities.build import slug
from app.extract.entities.candidates import organization_patterns, organization_rows
from app.extract.entities.words import famous
from app.extract.gazetteer import REGION_WORDS, fold, gazetteer
from app.extract.units import named_units

_NEAR = ("UA", "RU")
_UNIT = re.compile(r"(?P<name>.+) (?P<word>district|raion|community|hromada)", re.IGNORECASE)


def keys_of(name: str) -> tuple[str, ...]:
    """Keys as the extractor gives them ("place:kharkiv" for "Charkow"), the likeliest first; empty for unknown names."""
    wanted = " ".join(name.split())
    found = [*_places(wanted), *_bodies(wanted)]
    person = famous().get(fold(wanted))
    if person:
        found.append(f"{EntityKind.PERSON}:{slug(person)}")
    return tuple(dict.fromkeys(found))


def _places(name: str) -> list[str]:
    table = gazetteer()
    if (unit := _UNIT.fullmatch(name)) is not None and (known := named_units(unit["name"], unit["word"])):
        return [f"{EntityKind.PLACE}:{slug(one.name)}" for one in known]
    region = table.region(name)
    if region is not None and re.search(rf"\b{REGION_WORDS}\b", fold(name)):
        known = [region]
    else:
        towns = table.settlement(name, countries=_NEAR)
        known = [n for n in (table.country(name), table.areas.get(fold(name)), towns) if n is not None]
        known = known or ([region] if region else [])
    return [f"{EntityKind.PLACE}:{slug(one.name)}" for one in known]


def _bodies(name: str) -> list[str]:
    match = organization_patterns().fullmatch(name)
    if match is not None:
        row = organization_rows()[int((match.lastgroup or "o0")[1:])]
        return [f"{row['kind']}:{slug(row['name'])}"]
    body = body_named(name)
    return [f"{EntityKind.ORGANIZATION}:{slug(body)}"] if body else []
