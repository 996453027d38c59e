"""Which body an unnamed speaker speaks for: "a source in the SBU", "the agency"."""

import re

from app.domain.findings import Ref
from app.extract.context import Context
from app.extract.quotes.speakers import ref_to

#: a bare word for a body -> what the names of such bodies hold
_BODIES = {
    "agency": r"Agency|Directorate|Service|Intelligence",
    "service": r"Service",
    "ministry": r"Ministry",
    "directorate": r"Directorate",
    "command": r"Command",
    "staff": r"Staff",
}


_STAFF = re.compile(r"\b(?:sources?|officials?|spokes(?:man|woman|person)|representatives?|employees?)$", re.IGNORECASE)


def body_of(ctx: Context, vague: Ref) -> Ref | None:
    """ "a source in the SBU … the source said", "an SBU official": the body that the unnamed one speaks for."""
    noun = _STAFF.search(vague.name)
    if noun is None:
        return None
    within = re.compile(
        rf"\b{re.escape(noun.group())} (?:in|at|of|from|within|with|inside) (?:the |Ukraine['’]s |Russia['’]s )?$"
    )
    for mention, entity in ctx.index.ordered:
        at = mention.at.span
        led = within.search(ctx.text[max(0, at.start - 40) : at.start])
        if entity.kind.value == "organization" and (led or ctx.text.startswith(f" {noun.group()}", at.end)):
            return ref_to((mention, entity))
    return None


def body_before(ctx: Context, vague: Ref) -> Ref | None:
    """ "the agency said": the body of that kind named last before."""
    bare = re.sub(r"^the |(?:['’]s)? (?:spokes(?:man|woman|person)|statement)$", "", vague.name.lower())
    word = _BODIES.get(re.sub(r"^the ", "", bare))
    if word is None or vague.at is None:
        return None
    named = [
        (m, e)
        for m, e in ctx.index.ordered
        if m.at.span.end <= vague.at.span.start and e.kind.value == "organization" and re.search(word, e.name)
    ]
    return ref_to(named[-1]) if named else None
