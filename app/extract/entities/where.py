"""Places given away by their words: countries, regions with their word, towns by construction, seats of power."""

import functools
import re
from collections.abc import Iterator

from app.domain.document import Span
from app.domain.vocabulary import EntityKind
from app.extract.entities.values import NAME, UP, Candidate, found_by
from app.extract.gazetteer import fold, gazetteer, rows
from app.extract.starts import Starts, one_of


@functools.cache
def _country_pattern() -> Starts:
    names = [n for r in rows("countries.csv") for n in [r["name"], *r["aliases"].split(";")] if n]
    names += [n for r in rows("areas.csv") for n in [r["name"], *r["aliases"].split(";")] if n]
    ordered = sorted(set(names), key=len, reverse=True)
    form = re.compile(
        rf"(?<![\w-])(?:{one_of(ordered)})(?![\w]|-(?:led|made|backed|supplied|based|funded|built|trained|brokered|mediated|designed|sponsored|flagged|allied)\b)"
    )
    return Starts(form)


_REGION = re.compile(
    rf"(?P<names>{NAME}(?:(?:, | and |, and | & )(?:the )?(?:[a-z]*(?:east|west|north|south|centr)[a-z]* )?{NAME}){{0,30}}) (?P<word>[Oo]blasts?|[Rr]egions?|[Pp]rovinces?|[Kk]rai"
    rf"|[Tt]erritory|border regions?|AR)\b(?! of (?!Ukraine|Russia|the\b)[A-Z])"
    rf"|(?:[Rr]egion|[Oo]blast|[Pp]rovince) of (?P<named>{UP})"
    rf"|(?P<republic>Republic of {UP})|\b(?P<bare>Crimean? [Pp]eninsula)"
)
_SEVERAL = re.compile(
    rf"(?:regions|oblasts|provinces)(?: of|:| ?[—–-]+| including| such as"
    rf"|,)? ?(?P<names>(?:the )?{NAME}(?:(?:, and |, | and |; ){NAME})+)"
)


def regions_in(text: str) -> Iterator[Candidate]:
    """ "the Odesa region", "Poltava, Sumy and Kharkiv oblasts", "seven regions — Poltava, Sumy, and Kirovohrad"."""
    for match in [*_REGION.finditer(text), *_SEVERAL.finditer(text)]:
        groups = match.groupdict()
        if groups.get("named"):
            yield from _region_piece(groups["named"], match.start("named"))
            continue
        if not groups.get("names"):
            yield from _region_piece(match.group(), match.start())
            continue
        plural = "word" not in groups or groups["word"].lower().rstrip().endswith("s")
        pieces = list(re.finditer(NAME, groups["names"]))
        chosen = pieces if plural else pieces[-1:]
        for piece in chosen:
            start = match.start("names") + piece.start()
            end = match.end("word") if not plural else start + len(piece.group())
            yield from _region_piece(text[start:end], start)


def _region_piece(piece: str, start: int) -> Iterator[Candidate]:
    words = piece.split(" ")
    for skip in range(len(words)):  # "Ukraine's Odesa region": drop words in front until it is one
        found = gazetteer().region(" ".join(words[skip:]))
        if found is None:
            continue
        offset = start + sum(len(w) + 1 for w in words[:skip])
        text = " ".join(words[skip:])
        yield Candidate(
            Span(offset, offset + len(text)), EntityKind.PLACE, text, found.name, found.place.country_code, strong=True
        )
        return


def countries_in(text: str) -> Iterator[Candidate]:
    for match in _country_pattern().finditer(text):
        named = gazetteer().country(match.group()) or gazetteer().areas.get(fold(match.group()))
        if named:
            yield found_by(match, EntityKind.PLACE, named.name, named.place.country_code)


_SETTLED = Starts(
    re.compile(
        rf"\b(?:villages?|towns?|settlements?|cities|hamlets?|communities)(?: of| near)? (?P<names>{NAME}(?:(?:, and "
        rf"|, | and ){NAME}){{0,30}})"
    )
)
_SETTLED_AFTER = re.compile(
    rf"(?P<names>{NAME}(?:(?:, and |, | and ){NAME}){{0,30}}), (?:villages|towns|settlements|cities|communities)\b"
    rf"|\b(?P<before>{UP}) (?:village|settlement|municipality)\b(?! council)"
    rf"|\b(?:[Ii]n|[Aa]t|[Nn]ear|[Oo]ver|[Oo]n) (?P<one>{UP}), (?:(?:a|the) (?:[\w-]+ ){{0,2}}?(?:town|city|village"
    rf"|settlement|port|suburb)\b|(?:in|of) (?:the |\w+['’]s )?{NAME} (?:region|oblast)\b)"
)
_DATELINE = re.compile(
    r"^(?P<place>[A-Z][A-Za-z' -]{2,20})(?:, [A-Z][\w.]+(?: [A-Z][\w.]+){0,2})?(?:,? [A-Z][a-z]+\.? \d+)? ?(?:\([A-Z][\w/]+\)|[—–]|-)",
    re.MULTILINE,
)
_GIVEN = frozenset({"vladimir", "volodymyr", "kirov", "roman"})


def settlements_in(text: str) -> Iterator[Candidate]:
    """Towns that the construction gives away, and seats of government and of regions wherever they stand."""
    for match in [*_SETTLED.finditer(text), *_SETTLED_AFTER.finditer(text)]:
        group = next(g for g in ("names", "one", "before") if match.groupdict().get(g))
        for piece in re.finditer(NAME, match[group]):
            start = match.start(group) + piece.start()
            if not (gazetteer().demonym(piece.group()) or gazetteer().country(piece.group())):
                yield Candidate(Span(start, start + len(piece.group())), EntityKind.PLACE, piece.group(), strong=True)
    for match in _DATELINE.finditer(text):
        name = match["place"].strip()
        if fold(name) in gazetteer().settlements or fold(name) in gazetteer().areas:
            end = match.start() + len(match["place"].strip())
            yield Candidate(Span(match.start(), end), EntityKind.PLACE, text[match.start() : end], strong=True)
    yield from (found_by(m, EntityKind.PLACE) for m in _seats().finditer(text))


_COMPOUND = re.compile(rf"(?<![\w-])(?=(?P<n>{UP}[ -](?:(?:al|el|ad|as|ash|an|az|ar|at)[ -])?{UP}(?: {UP})?))")


def compound_towns(text: str, countries: frozenset[str]) -> Iterator[Candidate]:
    """Towns of two and three words ("Hola Prystan", "Deir al-Balah") that a tagger takes apart or for a person."""
    for match in _COMPOUND.finditer(text):
        words = match["n"].split(" ")
        for size in range(len(words), 0, -1):
            name = " ".join(words[:size])
            if not re.search(r"[ -]\w", name) or fold(words[0]) in _GIVEN:
                continue
            found = gazetteer().settlement(name, countries=tuple(countries))
            if found and (found.place.country_code in countries or found.population >= 300_000):
                start = match.start("n")
                yield Candidate(Span(start, start + len(name)), EntityKind.PLACE, name, strong=True)
                break


@functools.cache
def _seats() -> Starts:
    names = {n for r in rows("countries.csv") for n in r["capitals"].split(";")} - {
        "",
        "Kremlin",
        "White House",
        "Male",
    }
    names |= {
        s for r in rows("regions.csv") if r["country_code"] == "UA" for s in (r["capital"], *r["stems"].split(";"))
    }
    names |= {r["capital"] for r in rows("regions.csv")}
    kept = sorted((n for n in names if fold(n) not in _GIVEN and gazetteer().settlement(n)), key=len, reverse=True)
    return Starts(re.compile(rf"(?<![\w-])(?:{one_of(kept)})(?![\w]|-\w)"))
