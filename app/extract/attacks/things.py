"""What a number counts: the weapon or the persons behind it, by the parse or by nearness."""

import re

from app.domain.vocabulary import Qualifier
from app.extract.attacks.lexicon import PERSONS, Weapon
from app.extract.attacks.numbers import WORDS, Number
from app.extract.attacks.reading import Reading, token_at

_GAP = re.compile(r"^(?:[\s\w“”\"'’,/-]|\.(?=\w))*$")


_PAIRED = re.compile(
    r" (?:strike|attack|assault|combat|kamikaze|decoy|reconnaissance|surveillance|cruise|ballistic|guided|anti-ship|jet|attack-type)(?:,| and| or|/) ?",
    re.IGNORECASE,
)  # "50 strike and reconnaissance drones"


#: "three waves of drones", "two types of missiles": groups are counted, not weapons
_GROUPS = re.compile(
    r"\b(?:waves?|groups?|types?|kinds?|swarms?|launchers?|sites?|attacks|strikes|cases|regions?|cities)\b",
    re.IGNORECASE,
)


#: "eight drone strikes": strikes are counted, not drones
_EVENTS = re.compile(r" (?:strikes?|attacks?|raids?|hits|alerts?|units?|pilots?)\b")


def is_joint_toll(reading: Reading, number: Number) -> bool:
    """ "two dozen civilians killed or wounded": one number for both, so for neither."""
    after = reading.text[number.span.end - reading.offset :][:70]
    return bool(
        re.match(
            r"(?: [\w-]+){0,5}?,? (?:have been |were |was |had been )?(?:killed|dead|died),?(?: (?:and|or)|/)? (?:wounded|injured|hurt)\b",
            after,
            re.IGNORECASE,
        )
    )


def weapon_before(reading: Reading, number: Number) -> Weapon | None:
    """The weapon named last in front of a number of this sentence."""
    return next((w for w in reversed(reading.weapons) if w.span.end <= number.span.start), None)


def thing_of(reading: Reading, number: Number) -> Weapon | str | None:
    """The weapon or the persons right behind a number, by the parse or by nearness."""
    head = token_at(reading, number.span).head
    people = _persons_behind(reading, number)
    if people is not None:
        return people
    for weapon in reading.weapons:
        gap = reading.text[number.span.end - reading.offset : max(weapon.span.start - reading.offset, 0)]
        if (
            weapon.span.start < number.span.end - 1
            or len(gap) > 45
            or re.search(rf"\d|\b(?:{'|'.join(WORDS)})\b", gap)
            or _GROUPS.search(gap)
        ):
            continue
        if _EVENTS.match(reading.text[weapon.span.end - reading.offset :]):
            continue
        if _verb_between(reading, number, len(gap)):
            continue  # "18 wounded when a rocket fell"
        if weapon.span.start <= head.idx < weapon.span.end and not re.search(r"\b(?:were|was|by)\b|;", gap):
            return weapon
        if _PAIRED.fullmatch(gap):
            return weapon
        if _GAP.match(gap) and not re.search(r"\b(?:and|were|was|by|over|in)\b|,", gap):
            return weapon
    return None


def _persons_behind(reading: Reading, number: Number) -> str | None:
    """The persons counted, where nothing but their adjectives stands between."""
    after = reading.text[number.span.end - reading.offset :]
    person = PERSONS.search(after[:50])
    if (
        person
        and not re.search(
            rf"\d|,|\b(?:{'|'.join(WORDS)}|were|was|by|and|when|among|missiles?|drones?|UAVs?|rockets?|bombs?)\b",
            after[: person.start()],
        )
        and not _verb_between(reading, number, person.start())
    ):
        return person.group().lower()
    return None


def _verb_between(reading: Reading, number: Number, length: int) -> bool:
    """ "73 strikes had killed five of the fighters": what stands behind a finite verb is not what the number counts."""
    start, end = number.span.end, number.span.end + length
    inside = (t for t in reading.sent if start <= t.idx < end)
    return any(t.tag_ in ("VBD", "VBZ", "VBP", "MD", "WRB") or t.lower_ in _CLAUSE for t in inside)


_CLAUSE = frozenset({"when", "after", "while", "before", "that", "which", "who"})


def shared_thing(reading: Reading, number: Number, following: list[Number]) -> Weapon | str | None:
    """The 41 of "41 of 80 drones" counts what the 80 counts."""
    if not following:
        return None
    between = reading.text[number.span.end - reading.offset : following[0].span.start - reading.offset]
    shared = re.fullmatch(
        r" (?:out )?of (?:the |a total of |some |about |all |those |these |its |their |more than |over |at least |nearly |almost |around |up to |roughly )*",
        between,
    )
    return thing_of(reading, following[0]) if shared else None


def joined_with(reading: Reading, weapon: Weapon) -> Weapon | None:
    """The second of "619 drones and missiles": one number for both, so for neither."""
    for other in reading.weapons:
        between = reading.text[weapon.span.end - reading.offset : max(other.span.start - reading.offset, 0)]
        if other.span.start > weapon.span.end and other.subject is not weapon.subject:
            if between.startswith(", ") and weapon.model and other.model:
                return None  # "90 Shahed drones, Kh-101 cruise missiles and Iskanders": each has its own name
            joined = re.fullmatch(r"(?:,? (?:and|or) |/|, )(?:(?:guided|attack|various|different) )?", between)
            return other if joined else None
    return None


_HURT_MANY = re.compile(
    r"\b(?:wound|injur|hurt|kill)(?:ed|ing|s)? (?:(?:more than|over|at least|about|around|some|nearly|almost|up to|as many as|another|a further) )*$"
)
_WHERE = re.compile(r" (?:near|in|at|across|when|after|outside|around|during|while|as|on)\b|[,.;]")


def counts_other(reading: Reading, number: Number) -> bool:
    """ "seven regions", "four floors": a number of something else is no ellipsis."""
    token = token_at(reading, number.span)
    if re.match(
        r" (?:\w+ly )?(?:hurt|injured|wounded|burned|burnt|dead|killed|missing|lost|jammed|fatalit(?:y|ies)|deaths?|lives|injur(?:y|ies)|people in all)\b",
        reading.text[number.span.end - reading.offset :],
    ):
        return False  # "more than 150 hurt"
    if _HURT_MANY.search(reading.text[: number.span.start - reading.offset]) and _WHERE.match(
        reading.text, number.span.end - reading.offset
    ):
        return False  # "killed 14 people and wounded more than 60 near two food depots"
    if re.match(r" (?:of the |more )?(?:projectiles|munitions)\b", reading.text[number.span.end - reading.offset :]):
        return False  # "seven projectiles were shot down": the weapons told of before
    if _EVENTS.match(reading.text[number.span.end - reading.offset :]):
        return True  # "73 strikes had killed five"
    if re.search(
        r"\b(?:damag\w+|wreck\w+|burn\w+|ruin\w+) (?:another |some |about |at least |over )*$",
        reading.text[: number.span.start - reading.offset],
    ):
        return True  # "destroyed one house and damaged 16"
    if re.match(
        r" (?:deployed|stored|operational|used) (?:and|or|nuclear|strategic|[a-z-]+s)\b",
        reading.text[number.span.end - reading.offset :],
    ):
        return True  # "4,477 deployed and reserve warheads"
    about = number.qualifier is Qualifier.ABOUT  # "a salvo of around 20"
    lead = (
        ""
        if about
        else reading.text[max(0, number.span.start - reading.offset - 12) : number.span.start - reading.offset]
    )
    if re.search(r"\b(?:in|at|on|near|across|into|around) (?:the )?$", lead):
        return True
    if (
        token.dep_ in ("nummod", "compound", "amod", "quantmod")
        and token.head.pos_ in ("NOUN", "PROPN")
        and token.head.i > token.i
    ):
        return True
    after = reading.text[number.span.end - reading.offset :]
    return bool(
        re.match(
            r"(?: of)?(?: the| these| its| his)? (?!more|other|others|were|was|of|had|have|dead|killed|wounded|injured|in|over|above|on|and|by|to|at)[a-z]+s\b",
            after,
        )
    ) and not re.match(r" (?:as|was|towards)", after)
