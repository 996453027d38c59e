"""Names that the words around them show to be a place, a newsroom or a body with its acronym."""

import re
from collections.abc import Iterator

from app.domain.document import Span
from app.domain.vocabulary import EntityKind
from app.extract.entities.values import NAME, UP, Candidate
from app.extract.entities.words import given_names
from app.extract.gazetteer import fold, gazetteer
from app.extract.starts import Starts

_LIST = rf"{NAME}(?:(?:, and |, | and ){NAME}){{0,12}}"
_NAMED = rf"(?:[Tt]he )?(?P<names>{_LIST})"
_PLACES = (
    # "the coastal city of X", "an area known as X", "the eastern province of X", "the refugee camp of X"
    Starts(
        re.compile(
            rf"\b(?:city|area|province|governorate|district|neighbou?rhood|suburb|island|port|camp|enclave|municipality)"
            rf" (?:of|called|known as) {_NAMED}"
        )
    ),
    # "X and Y neighbourhoods", "the X area of Z", "X airport"
    re.compile(rf"(?P<names>{_LIST}) (?:neighbou?rhoods|suburbs|governorates)\b"),
    re.compile(
        rf"(?P<names>{NAME}) (?:neighbou?rhood|suburb|governorate|airport|crossing|village(?:rs?)?|township|hamlet)\b(?! (?:security|police|council|head))"
        rf"|\b[Tt]he (?P<area>{NAME}) (?:area|region) (?:of|in|near|east|west|north|south)\b"
    ),
    Starts(re.compile(rf"\b[Tt]he (?P<names>(?:Al|El|Ad|An|Ash|As)[ -]{UP}) (?:area|region|province)\b")),
    # "near X in northern Y"
    re.compile(
        rf"\b(?:near|in|outside|at|around) (?P<names>{UP}),? in (?:the )?(?:north|south|east|west|central)\w*"
        rf"(?:ern)?(?: [A-Z]\w+)"
    ),
    Starts(re.compile(r"\b(?P<names>Cape [A-Z][\w’'-]+)\b(?!['’]s)")),
)
_NO_PLACE = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
    " september october november december the a he she it they we god culture schengen economic international ".split()
)


def places_shown(text: str) -> Iterator[Candidate]:
    """Places by their word: "the city of X", "the X and Y neighbourhoods", "near X in northern Z", "Cape X"."""
    for pattern in _PLACES:
        for match in pattern.finditer(text):
            group = next(g for g, value in match.groupdict().items() if value)
            for piece in re.finditer(NAME, match[group]):
                start = match.start(group) + piece.start()
                yield from _place(start, piece.group())


def _place(start: int, name: str) -> Iterator[Candidate]:
    own = re.split(r"['’]s ", name)[-1]  # "Kherson's Korabel neighbourhood"
    start += len(name) - len(own)
    bare = re.sub(r"(?:['’]s|['’-])$", "", own)
    table = gazetteer()
    if (
        bare
        and not table.demonym(bare.split("-")[0])
        and fold(bare.split()[0]) not in _NO_PLACE
        and not (table.demonym(bare.split()[0]) or table.country(bare))
    ):
        yield Candidate(Span(start, start + len(bare)), EntityKind.PLACE, bare, strong=True)


_NEWSROOM = re.compile(
    rf"\b(?:news agency|news outlet|newspaper|broadcaster|news (?:web)?site|media outlet|Telegram channel) [“\"]?(?P<before>{UP}(?: {UP})?)\b"
    rf"|\b[Tt]he (?P<desk>{UP}) (?:reporter|correspondent|newspaper|news agency|news website)\b"
    rf"|(?P<behind>(?<=[.\n] ){UP}|(?<=\n){UP}), (?:the |an? )?(?:[\w'’-]+ ){{0,3}}(?:broadcaster|news agency|newspaper|news outlet)\b"
)


def newsrooms(text: str) -> Iterator[Candidate]:
    """ "the news agency X", "the X correspondent", "X, the public broadcaster"."""
    for match in _NEWSROOM.finditer(text):
        group = next(g for g, value in match.groupdict().items() if value)
        name = match[group]
        if not (
            (" " in name and fold(name.split()[0]) in given_names())
            or name.endswith("ean")
            or gazetteer().country(name)
            or gazetteer().demonym(name)
            or gazetteer().region(name)
        ):
            yield Candidate(Span(match.start(group), match.end(group)), EntityKind.ORGANIZATION, name, strong=True)


_WORD = r"[A-Z][\w’'-]*"
_DEFINED = re.compile(
    rf"(?P<full>{_WORD}(?: (?:of|for|the|and|on|&|{_WORD})){{1,8}}) ?\((?P<short>[A-Z][A-Za-z]{{1,6}}[A-Z])\)"
)
_THINGS = re.compile(
    r"(?:Systems?|Missiles?|Vehicles?|Rockets?|Drones?|Bombs?|Launchers?|Radars?|Aircraft|Weapons?|Tanks?|Zones?|Products?|Area|Region|Time)$"
)


def with_acronym(text: str) -> Iterator[Candidate]:
    """A body that a page gives with its acronym, and the acronym wherever it stands: "Humanitarian Research Lab (HRL)"."""
    for match in _DEFINED.finditer(text):
        full = _spelled(match["full"], match["short"])
        if full is None or _THINGS.search(full) or gazetteer().country(full) or gazetteer().country(match["short"]):
            continue
        start = match.end("full") - len(full)
        yield Candidate(Span(start, start + len(full)), EntityKind.ORGANIZATION, full, full, strong=True)
        for short in re.finditer(rf"(?<![\w-]){match['short']}(?![\w-])", text[match.start() :]):
            at = match.start() + short.start()
            yield Candidate(
                Span(at, at + len(short.group())), EntityKind.ORGANIZATION, short.group(), full, strong=True
            )


def _spelled(full: str, short: str) -> str | None:
    """The last words whose initials spell the acronym; None when none do."""
    words = full.split(" ")
    letters = short.lower()
    for first in range(len(words) - 1):
        tail = words[first:]
        if not tail[0][0].isupper():
            continue
        capitals = "".join(p[0] for w in tail if w[0].isupper() for p in w.split("-") if p).lower()
        every = "".join(w[0] for w in tail).lower()
        if letters in (capitals, every):
            return " ".join(tail)
    return None
