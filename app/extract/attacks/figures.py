"""Claims -> the figures of a report, each with its own place and claimant where the words give it one."""

import re
from collections.abc import Sequence
from dataclasses import replace

from app.domain.document import Span
from app.domain.findings import Entity, Figure, PlaceLink, Ref
from app.extract.attacks.actors import party
from app.extract.attacks.claimants import stated_by
from app.extract.attacks.reading import Claim
from app.extract.attacks.scenes import Scene
from app.extract.context import Context

#: "13 of them [over the] Mykolaiv region"; no second number, no new clause in between
_BEHIND = re.compile(
    r"(?: (?!(?:and|but|while|after|when|that|which|who)\b)[^\s.,;:()\d]+){0,5} (?:over|above|in|near|across|at|on)"
    r"(?: the)?(?: (?:town|city|village|skies|territory|area|suburbs?) (?:of|over))? "
)
_BRACKET = re.compile(r"(?: [Rr]egions?| [Oo]blasts?)?(?: \(|: ?| [–—-] ?)")  # "Bryansk (4)", "Bryansk — 4"
_LEAD = re.compile(r"(?:^|[\s“(])(?:[Ii]n|[Oo]ver|[Aa]bove|[Nn]ear|[Aa]t)(?: the)?(?: (?:city|town|village) of)? $")
_BEFORE = re.compile(r",?(?: (?!(?:and|but|while)\b)[^\s.;:()\d]+){0,4} ")
_LISTED = re.compile(r"(?: [Rr]egions?| [Oo]blasts?)?(?: \([\w ]+\))?,?(?: and| as well as)?(?: the| over| in)* ")
_CLAUSE = re.compile(r"; |,? (?:while|whereas|although|though|but) |, (?:and )?(?=(?:the |[A-Z]))")


def figures_of(
    ctx: Context,
    kept: Sequence[tuple[Claim, bool]],
    places: tuple[PlaceLink, ...],
    scenes: Sequence[Scene],
    own: Ref | None,
) -> tuple[Figure, ...]:
    """`kept`: (claim, current) in text order; `own`: the report's claimant, whose figures name none."""
    by_number = {s.reading.number: s for s in scenes}
    out = []
    for claim, current in kept:
        scene = by_number[claim.sentence]
        sources = _sources(ctx, scene.span)
        source = next((ref for span, ref in sources if span.contains(claim.span)), None)
        rival = source is not None and len(sources) > 1 and not claim.part and not claim.added
        out.append(
            replace(
                _figure(ctx, claim, rival or current),
                is_total=claim.is_total or rival,
                claimant=_other(source, own, alone=len(sources) < 2),
                place=_place(ctx, claim, scene, places),
            )
        )
    return tuple(out)


def _figure(ctx: Context, claim: Claim, current: bool) -> Figure:
    return Figure(
        metric=claim.metric,
        subject=claim.subject,
        at=ctx.cut(claim.span.start, claim.span.end),
        rule=claim.rule,
        low=claim.low,
        high=claim.high,
        qualifier=claim.qualifier,
        model=claim.model,
        who=claim.who,
        is_total=claim.is_total,
        current=current,
        chance=claim.chance,
    )


# ---------------------------------------------------------------- place
def _place(ctx: Context, claim: Claim, scene: Scene, places: tuple[PlaceLink, ...]) -> Ref | None:
    """Where the words put the number; a whole at the report's only place needs none of its own."""
    known = {p.place.entity for p in places}
    named = [(at, e) for at, e in scene.places if e.key in known]
    if claim.is_total and len(known) < 2:
        return None
    ranked = sorted((rank, at.start, at, e) for at, e in named if (rank := _link(ctx, claim.span, at)) is not None)
    linked = [(at, e) for _, _, at, e in ranked if not (claim.is_total and _opens_list(ctx, at, named))]
    lone = named if not ranked and not claim.is_total and not claim.part and scene.regional else []
    for at, entity in [*linked, *lone]:
        return Ref(entity.key, entity.name, ctx.cut(at.start, at.end))
    return None


def _link(ctx: Context, number: Span, place: Span) -> int | None:
    """How the words tie a number to a place, the surest 0: brackets, behind the number, before it."""
    between = ctx.text[place.end : number.start]
    if number.start >= place.end and _BRACKET.fullmatch(between):
        return 0
    if number.end <= place.start:
        return 1 if _BEHIND.fullmatch(ctx.text, number.end, place.start) else None
    led = _LEAD.search(ctx.text[max(0, place.start - 20) : place.start])
    return 2 if led and _BEFORE.fullmatch(between) else None


def _opens_list(ctx: Context, place: Span, named: Sequence[tuple[Span, Entity]]) -> bool:
    """ "33 over Bryansk (4), Kursk and Belgorod": the whole belongs to none of them alone."""
    after = (at for at, _ in named if at.start >= place.end)
    following = next(after, None)
    return following is not None and bool(_LISTED.fullmatch(ctx.text, place.end, following.start))


# ---------------------------------------------------------------- claimant
def _other(source: Ref | None, own: Ref | None, *, alone: bool) -> Ref | None:
    """Who states the number where it is not the report's claimant; None where nobody else is told to."""
    if source is None or (own is not None and _same(source, own)):
        return None
    vague = source.entity is None or own is None or own.entity is None
    return None if vague and alone else source  # "officials" may be whom the page names elsewhere


def _sources(ctx: Context, sentence: Span) -> list[tuple[Span, Ref]]:
    """(clause, who states it) of a sentence in which several do: "Kyiv says 40 died, Moscow says three"; else the whole."""
    cuts = [m.start() for m in _CLAUSE.finditer(ctx.text, sentence.start, sentence.end)]
    ends = [*cuts, sentence.end]
    clauses = [Span(a, b) for a, b in zip([sentence.start, *cuts], ends, strict=True)]
    told = [(c, ref) for c in clauses if (ref := stated_by(ctx, c)) is not None]
    if len({ref.name for _, ref in told}) > 1:
        return told
    whole = stated_by(ctx, sentence)
    return [(sentence, whole)] if whole is not None else []


def _same(one: Ref, two: Ref) -> bool:
    """One entity, or a country and its seat: Kyiv and Ukraine."""
    country = party(one.name)
    return (
        one.name == two.name
        or (one.entity is not None and one.entity == two.entity)
        or (country is not None and country == party(two.name))
    )
