"""Who attacked whom, read from the words; nothing is assumed."""

import functools
import re
from dataclasses import dataclass

from app.domain.document import Span
from app.domain.findings import Ref
from app.domain.vocabulary import EntityKind
from app.extract.context import Context
from app.extract.gazetteer import fold, gazetteer, rows

_THINGS = (
    r"(?:(?:overnight|massive|large-scale|combined|night|air|aerial|long-range|latest|deadly|ballistic|cruise|attack|strike|kamikaze|explosive|naval|sea|unmanned|one-way|guided|glide|Shahed|drone|missile|rocket|artillery|and|(?!(?:with|of|on|in|at|by|from|to|as|that|which|over|was|were|is|has|had|said|for|but|caught|made|make|a|an|the|fired|launched|used|hit|struck)\b)[\w-]+) ){0,4}?"
    r"(?:drones?|missiles?|attacks?|strikes?|airstrikes?|shelling|bombardment|barrage|assault|raid|bombs?|rockets?|artillery|forces|troops|army|military|UAVs?|aircraft|warplanes?|occupiers|invaders|shells?|salvo|jets)"
)
_ACTS = r"(?:has |have |had |again |also |once more |overnight |reportedly )*(?:launched|fired|attacked|struck|hit|sent|shelled|bombed|bombarded|targeted|unleashed|pounded|used|released|deployed|carried out|directed|dropped|launches|fires|attacks|strikes|hits|carries out)"
GROUPS = {
    "houthi": "Houthis",
    "houthis": "Houthis",
    "hamas": "Hamas",
    "hezbollah": "Hezbollah",
    "rsf": "Rapid Support Forces",
    "rapid support forces": "Rapid Support Forces",
    "islamic jihad": "Palestinian Islamic Jihad",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Attacker or target with the words that name it."""

    name: str
    span: Span


@functools.cache
def _names() -> dict[str, str]:
    """Folded demonyms, countries and seats of government -> actor."""
    table = {k: v.name for k, v in gazetteer().demonyms.items()} | {k: v.name for k, v in gazetteer().countries.items()}
    table |= {fold(c): r["name"] for r in rows("countries.csv") for c in r["capitals"].split(";") if c}
    return table | GROUPS


@functools.cache
def _actor() -> str:
    words = {
        w
        for r in rows("countries.csv")
        for f in ("name", "demonyms", "aliases", "capitals")
        for w in r[f].split(";")
        if w
    }
    words |= {"Houthi", "Houthis", "Hamas", "Hezbollah", "RSF", "Rapid Support Forces", "Islamic Jihad"}
    return "(?P<actor>" + "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)) + ")"


@functools.cache
def _patterns() -> tuple[tuple[int, re.Pattern[str]], ...]:
    """(rank, pattern), the most telling first: whose weapon it is, who acts, by whom."""
    actor = rf"(?<![\w-]){_actor()}(?![\w]|-(?:made|designed|built|led|backed))(?:['’]s?)?"
    arms = r"(?:drones?|missiles?|UAVs?|rockets?|airstrikes?|strikes?|attacks?|shelling|bombardment|barrage|assault|raid|bombs?|warplanes?|shells?|salvo)"
    filler = _THINGS.rsplit("(?:drones?", 1)[0]
    return (
        (0, re.compile(rf"{actor} {filler}{arms}\b")),
        (1, re.compile(rf"{actor} (?:{_THINGS} )?{_ACTS}\b")),
        (1, re.compile(rf"{actor} {_THINGS}\b")),
        (
            2,
            re.compile(
                rf"\b(?:fired|launched|sent|carried out|conducted|mounted|deployed|released|attacks?|strikes?|struck|hit|raid|barrage)(?: \w+){{0,4}}? by (?:the )?{actor}"
            ),
        ),
        (
            2,
            re.compile(
                rf"\b(?:missiles?|drones?|rockets?|attacks?|strikes?|barrage|assault) (?:that |which |from )?{actor} (?:had )?(?:launched|fired|sent|released|used)"
            ),
        ),
    )


_SHIELD = re.compile(
    r"air defen[cs]es?|air force|defen[cs]e ministry|defen[cs]e forces|defenders|military administration"
)


def attacker_in(text: str, offset: int) -> Actor | None:
    """The first party that the sentence has launching, firing or striking."""
    found = []
    for rank, pattern in _patterns():
        for match in pattern.finditer(text):
            shield = _SHIELD.search(match.group()) and not re.search(rf"\b{_ACTS}\b", match.group())
            name = None if shield else _names().get(fold(match["actor"]))
            if name:
                found.append(
                    (
                        rank,
                        match.start("actor"),
                        Actor(name, Span(match.start("actor") + offset, match.end("actor") + offset)),
                    )
                )
    return min(found, key=lambda f: f[:2])[2] if found else None


def countries_of(ctx: Context, span: Span) -> list[tuple[str, Span]]:
    """Countries of the places named in a sentence (a strike on Sumy is one on Ukraine), in order."""
    found = []
    for mention, entity in ctx.index.within(span):
        if entity.kind is EntityKind.PLACE and entity.place and entity.place.country_code and not mention.metonym:
            whole = ctx.index.at(mention.at.span)
            if whole is not None and whole[1].kind is not EntityKind.PLACE:
                continue  # "Ukraine" inside "Armed Forces of Ukraine"
            country = gazetteer().by_iso.get(entity.place.country_code)
            if country:
                found.append((country.name, mention.at.span))
    return found


def ref(ctx: Context, actor: Actor | None) -> Ref | None:
    """Actor -> reference to its entity on this page, where there is one."""
    if actor is None:
        return None
    entity = next((e for e in ctx.index.entities if e.name == actor.name), None)
    return Ref(entity.key if entity else None, actor.name, ctx.cut(actor.span.start, actor.span.end))
