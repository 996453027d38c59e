"""Whom or what an attack struck, read from the words: "missiles at Israel", "a Russian warship", manned aircraft brought down."""

import functools
import re

from app.domain.document import Span
from app.extract.attacks.actors import ACTS, Actor, actor_words, names
from app.extract.gazetteer import fold
from app.extract.starts import Starts

_OBJECTS = (
    r"(?:warships?|ships?|fleet|navy|naval|vessels?|tankers?|territory|soil|regions?|cit(?:y|ies)|ports?|positions|airbases?|air bases?|airfields?|oil|refiner(?:y|ies)|depots?|troops|soldiers|bombers?|"
    r"energy|power|railways?|villages?|towns?|capital|border(?= (?:region|district|village|town|city|area|guard|post|settlement))|submarines?|headquarters|Black Sea Fleet|infrastructure|bases?|(?:fighter )?(?:jets?|planes?|aircraft|helicopters?)(?= (?:and \w+ \w+ )?(?:was|were) (?:shot|downed|destroyed|brought|hit)))"
)


#: "the Saudi Hospital in El Fasher" is no strike on Saudi Arabia
_NAMED = r"(?:Hospital|Maternity|University|School|College|Mosque|Church|Cathedral|Street|Avenue|Road|Square|Market|Hotel|Cent(?:er|re)|Bridge|Cemetery|Camp)\b"
#: ships of a navy are told by their prefix
_SHIPS = {"USS": "United States", "HMS": "United Kingdom", "INS": "Israel"}
_TOWARDS_SHIP = re.compile(
    r"\b(?:at|against|towards?|into|target(?:ed|ing)|attack(?:ed|ing)|struck|hit|near) (?:the |an? )?(?:[\w-]+ ){0,4}?(?P<navy>USS|HMS|INS) [A-Z]"
)


@functools.cache
def _attacked() -> Starts:
    form = re.compile(
        rf"(?<!\bfrom )(?<!from the )(?<![\w-]){actor_words()}(?:['’]s?)? (?:(?!(?:at|in|on|from|to|into|near|against|over|by|with|and|of)\b)[\w-]+ ){{0,2}}?{_OBJECTS}\b(?! (?:said|says|reported|claimed|spokes|confirmed|wrote))"
    )
    return Starts(form)


@functools.cache
def _aimed() -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:{ACTS}|(?:attacks?|strikes?|raids?|assaults?|barrages?|missiles?|drones?) (?:on|at|against|into|over)|(?:launched|fired|sent) (?:[\w-]+ ){{1,8}}?(?:at|against|into|on)) (?:the )?(?:[\w-]+ )?{actor_words()}(?![\w-]| (?:[A-Z][\w-]+ ){{0,2}}{_NAMED})"
    )


#: "Ukrainian aircraft and fire groups shot down 14": what defends is no weapon of an attack
MANNED = re.compile(r"(?:aircraft|planes|jets)$")
SHOT_AT = re.compile(
    r"(?:(?!\b(?:struck|hit|bombed|attacked|pounded|targeted|flattened)\b)[^.;]){0,120}?\b(?:shot down|downed|intercepted|brought down|(?:was|were) (?:destroyed|hit))\b"
)


def aimed_at(text: str, attacker: str | None) -> str | None:
    """The country that a verb or noun of attack has as its object: "was striking Ukraine with", "missiles at Israel"."""
    found = [names().get(fold(m["actor"])) for m in _aimed().finditer(text)]
    ships = [_SHIPS[m["navy"]] for m in _TOWARDS_SHIP.finditer(text)]
    return next((name for name in (*found, *ships) if name and name != attacker), None)


@functools.cache
def _held() -> Starts:
    return Starts(re.compile(rf"(?<![\w-]){actor_words()}-(?:held|occupied|controlled|annexed)\b"))


def owner_in(text: str, attacker: str | None) -> str | None:
    """Whose things were struck: "a Russian warship", "deep in Russian territory"."""
    matches = [*_held().finditer(text), *_attacked().finditer(text)]
    found = (names().get(fold(m["actor"])) for m in matches)
    return next((name for name in found if name and name != attacker), None)


_CRAFT = re.compile(
    r"helicopter|plane|jet|bomber|Su-\d|MiG-|Tu-\d|A-50|Mi-\d|Ka-52|corvette|frigate|warship|submarine|landing|patrol|tanker"
)


@functools.cache
def _airmen() -> Starts:
    owner = actor_words().replace("?P<actor>", "?P<owner>")
    form = re.compile(
        rf"(?<![\w-]){actor_words()}(?![\w-])[^.;]{{0,120}}?\b(?:shot down|downed|downs|brought down|destroyed|hit|struck|striking|sank|sunk|sinking) (?:[\w-]+ ){{0,3}}?{owner}(?:['’]s)? (?:[\w-]+ ){{0,4}}?"
        r"(?:helicopters?|planes?|jets?|bombers?|Su-\d+\w*|MiG-\d+\w*|Tu-\d+\w*|A-50|Mi-\d+|Ka-52|corvettes?|frigates?|warships?|submarines?|landing (?:ships?|craft)|patrol (?:ships?|boats?)|tankers?)\b"
    )
    return Starts(form)


def airmen_in(text: str) -> tuple[Actor, str] | None:
    """(who brought down, whose manned aircraft): "Ukraine shot down a Russian A-50 over the sea"; offsets are those of `text`."""
    match = _airmen().search(text) if _CRAFT.search(text) else None  # the long pattern only where it can match
    who, whose = (names().get(fold(match[g])) if match else None for g in ("actor", "owner"))
    if match is None or who is None or whose is None or who == whose:
        return None
    return Actor(who, Span(match.start("actor"), match.end("actor"))), whose
