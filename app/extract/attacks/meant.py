"""Places meant by common words: "in the city", "over the region", "the Russian capital"."""

import re

from app.domain.document import Span
from app.domain.findings import Entity
from app.domain.vocabulary import EntityKind, PlaceLevel
from app.extract.attacks.actors import party
from app.extract.attacks.seats import governs, is_seat
from app.extract.context import Context
from app.extract.gazetteer import fold, rows

_MEANT = re.compile(
    r"\b(?:in|on|over|above|across|at|near|of|into|through|hit|struck|left) (?:the |this )(?:(?:centre|center|middle|outskirts|heart|north|south|east|west) of (?:the )?)?"
    r"(?P<what>city|town|village|settlement|port|region|oblast|province)\b(?! (?:of|council|hall|hospital|mayor|authorities|officials|administration|governor|and the region)| [A-Z])"
)
_HOME = re.compile(r"\b(?:in|on|at|over) (?:[\w'’-]+ ){1,4}(?P<what>home ?town)\b")
_CAPITAL = re.compile(
    r"\b[Tt]he (?:(?P<who>[A-Z]\w+) )?capital\b(?!,? (?:of|city|[A-Z])|['’]s (?:mayor|authorities|officials|military))"
)


def meant_places(ctx: Context, span: Span) -> list[tuple[Span, Entity]]:
    """ "in the city", "over the region", "the Russian capital": the place of that kind named last before, the capital named on the page."""
    text = span.of(ctx.text)
    found = []
    if (match := _CAPITAL.search(text)) and (capital := _capital_meant(ctx, match["who"])):
        found.append((Span(span.start + match.start(), span.start + match.end()), capital))
    match = _MEANT.search(text) or _HOME.search(text)
    if match and not found:
        wide = match["what"] in ("region", "oblast", "province")
        level = PlaceLevel.REGION if wide else PlaceLevel.SETTLEMENT
        before = [
            e
            for m, e in ctx.index.ordered
            if m.at.span.end <= span.start + match.start()
            and e.place
            and e.place.level is level
            and not m.metonym
            and not governs(ctx, (m.at.span, e))
            and not is_seat(ctx, m.at.span, e)
        ]
        if before:
            found.append((Span(span.start + match.start("what"), span.start + match.end("what")), before[-1]))
    return found


def _capital_meant(ctx: Context, who: str | None) -> Entity | None:
    """The capital of the country named, else the only one on the page."""
    country = party(who) if who else None
    seats = {fold(c): r["name"] for r in rows("countries.csv") for c in r["capitals"].split(";") if c}
    named = [e for e in ctx.index.entities if e.kind is EntityKind.PLACE and fold(e.name) in seats]
    if who:
        return next((e for e in named if seats[fold(e.name)] == country), None)
    return named[0] if len(named) == 1 else None
