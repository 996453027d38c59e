"""Weapons, metrics and attack words as compiled data; rows in app/extract/data/weapons.csv and attack_verbs.csv."""

import functools
import re
from dataclasses import dataclass

from app.domain.document import Span
from app.domain.vocabulary import Metric, Subject
from app.extract.gazetteer import rows
from app.extract.starts import Starts


def _persons(*forms: str) -> str:
    """Alternatives of app/extract/data/person_nouns.csv, the longest first."""
    words = {r[f] for r in rows("person_nouns.csv") for f in forms if r[f]}
    return "|".join(sorted(words, key=lambda w: (-len(w), w)))


#: "two residents", "a nurse"
PERSONS = re.compile(rf"\b(?:{_persons('singular', 'plural')})\b", re.IGNORECASE)
PERSON_NOUNS = _persons("plural")
#: alternatives for one person: "man", "engineer"
ONE_PERSON = _persons("singular")
WHO = {r[f].lower(): r["who"] for r in rows("person_nouns.csv") for f in ("singular", "plural") if r["who"] and r[f]}
ATTACK_NOUN = re.compile(
    r"\b(?:attacks?|strikes?|airstrikes?|barrages?|assaults?|shelling|bombardments?|raids?|bombings?|salvos?|shellings|air strikes?|missile fire|rocket fire|explosions?|bombed|shelled|attacked|struck|hit|pounded|targeted|fired|launched|sank|sunk|flattened|levelled|leveled|razed|raided|stormed|by (?-i:[A-Z])\w+ (?:tank |artillery |sniper |army )?(?:fire|gunfire)|(?-i:[A-Z])\w+ (?:tank |artillery |sniper |army )?(?:fire|gunfire)(?= (?:killed|wounded|injured|hit|struck)))\b",
    re.IGNORECASE,
)
ARTILLERY = Starts(
    re.compile(
        r"\b(?:shell(?:ing|ed|s|ings)?|artillery|mortars?|MLRS|rockets|rocket (?:launchers?|systems?|artillery)|Grad|cannon)\b",
        re.IGNORECASE,
    )
)
AIRSTRIKE = Starts(
    re.compile(
        r"\b(?:air ?strikes?|aerial (?:strikes?|raids?|bombardments?)|aircraft to (?:attack|bomb|strike|hit)|air (?:force )?raids?|bombed|bombings?|warplanes?|(?:guided|glide|aerial|air) bombs?|KABs?|(?:fighter )?jets?(?= (?:struck|hit|bombed|flattened|pounded|attacked|fired|dropped|targeted)))\b",
        re.IGNORECASE,
    )
)


#: "missile corvette", "drone unit": a word for a weapon that only describes another thing
_MADE_OF = (
    r"(?:corvettes?|boats?|ships?|cruisers?|frigates?|systems?|complex(?:es)?|launchers?|batter(?:y|ies)|defen[cs]es?|brigades?|units?|alerts?|threats?|danger|programmes?|programs?|production|plants?|"
    r"factor(?:y|ies)|operators?|pilots?|makers?|manufacturers?|components?|engineers?|deal|exports?|directorates?|industr(?:y|ies)|arsenals?)"
)
#: "rocket and machine-building plants": the thing may follow another word that describes it
_DESCRIBES = rf"(?! {_MADE_OF}\b)(?!(?<!s) and [a-z-]+ (?:plants?|factor(?:y|ies)|directorates?|industr(?:y|ies)|production|makers?)\b)"


#: "a missile fragment tore into a car": what fell may be the defenders'
REMAINS = re.compile(r" (?:fragments?|debris|wreckage|splinters?|shrapnel)\b")
_ARM = {
    "ground": r"artillery(?: shelling| fire)?|shelling|mortars?(?: fire)?",
    "bomb": r"air ?strikes|air raids|aerial (?:strikes|bombing|bombardment)|(?:guided|glide|aerial) bombs?(?: attacks)?",
    "air": r"(?:kamikaze |attack |FPV )?drones?(?: terror| attacks?| strikes?)?",
}
_ONE_OF = "|".join(f"(?P<{k}{{n}}>{v})" for k, v in _ARM.items())
_JOINED = re.compile(
    rf"\b(?:{_ONE_OF.format(n=1)})(?:, | and |, and | as well as )(?:with )?(?:[a-z]+ )?(?:{_ONE_OF.format(n=2)})\b",
    re.IGNORECASE,
)


def is_of_many_arms(text: str) -> bool:
    """ "artillery shelling and air strikes": two families of weapons told in one breath, one of them not flying by itself."""
    pairs = [{k[:-1] for k, v in m.groupdict().items() if v} for m in _JOINED.finditer(text)]
    return any(len(p) > 1 for p in pairs)


#: what flies, what is dropped, what is shot from the ground, what swims
FAMILY = {
    Subject.DRONE: "air",
    Subject.MISSILE: "air",
    Subject.CRUISE_MISSILE: "air",
    Subject.BALLISTIC_MISSILE: "air",
    Subject.AIR_TARGET: "air",
    Subject.GUIDED_BOMB: "bomb",
    Subject.ARTILLERY: "ground",
    Subject.ROCKET: "ground",
    Subject.NAVAL_DRONE: "sea",
}


@dataclass(frozen=True, slots=True)
class Weapon:
    """A weapon named in the text."""

    span: Span
    subject: Subject
    model: str | None


@dataclass(frozen=True, slots=True)
class Trigger:
    """A word that says what happened to the things counted."""

    span: Span
    metric: Metric


@functools.cache
def _weapons() -> tuple[tuple[Subject, str | None, re.Pattern[str]], ...]:
    """Names of models are told by their capitals; plain words stand at the start of sentences, too."""
    return tuple(
        (
            Subject(r["subject"]),
            r["model"] or None,
            re.compile(rf"(?<![\w-])(?:{r['pattern']})(?![\w]){_DESCRIBES}", 0 if r["model"] else re.IGNORECASE),
        )
        for r in rows("weapons.csv")
    )


@functools.cache
def _triggers() -> tuple[tuple[Metric, re.Pattern[str]], ...]:
    return tuple(
        (Metric(r["metric"]), re.compile(rf"(?<![\w-])(?:{r['pattern']})(?![\w-])", re.IGNORECASE))
        for r in rows("attack_verbs.csv")
    )


def models() -> list[dict[str, str]]:
    """Every model with a name of its own and the subject it belongs to, in the order of the table."""
    return [{"name": r["model"], "subject": r["subject"]} for r in rows("weapons.csv") if r["model"]]


def weapons(text: str, offset: int = 0) -> list[Weapon]:
    """Weapons of a sentence in order; the first row of the table wins where two overlap."""
    return [Weapon(w.span.shift(offset), w.subject, w.model) for w in _weapons_of(text)]


@functools.cache
def _weapon_starts() -> Starts:
    return Starts(*(pattern for _, _, pattern in _weapons()))


@functools.lru_cache(maxsize=64)
def _weapons_of(text: str) -> tuple[Weapon, ...]:
    """Several rooms ask for the same sentence in turn, and the table is long."""
    found: list[Weapon] = []
    for number, match in _weapon_starts().each(text):
        span = Span(match.start(), match.end())
        if not any(span.overlaps(w.span) for w in found):
            subject, model, _ = _weapons()[number]
            found.append(Weapon(span, subject, model))
    return tuple(sorted(found, key=lambda w: w.span.start))


def triggers(text: str, offset: int = 0) -> list[Trigger]:
    """Metric words of a sentence in order; the first row of the table wins where two overlap."""
    return [Trigger(t.span.shift(offset), t.metric) for t in _triggers_of(text)]


@functools.cache
def _trigger_starts() -> Starts:
    return Starts(*(pattern for _, pattern in _triggers()))


@functools.lru_cache(maxsize=64)
def _triggers_of(text: str) -> tuple[Trigger, ...]:
    found: list[Trigger] = []
    for number, match in _trigger_starts().each(text):
        span = Span(match.start(), match.end())
        if not any(span.overlaps(t.span) for t in found):
            found.append(Trigger(span, _triggers()[number][0]))
    return tuple(sorted(found, key=lambda t: t.span.start))


_FLEW = re.compile(r"\bdrones? (?:fell|fall|crashed|flew|flying)\b|\b(?:debris|wreckage) (?:of|from)\b|\bairports?\b")


#: "216 drones … plus four naval drones": so many fly
_SWARM = re.compile(r"\b(?:[2-9]\d|\d{3,}) (?:[A-Z]\w+ )?(?:drones|UAVs)\b")


def swims_only(text: str) -> bool:
    """A page of naval drones that names none that fly: its bare "drones" swim."""
    if not re.search(r"naval|\bsea\b|magura|maritime|surface|unmanned|uncrewed", text, re.IGNORECASE):
        return False
    if _SWARM.search(text):
        return False
    found = weapons(text)
    flying = [w for w in found if w.subject is Subject.DRONE]
    named = any(w.model or re.search(r"aerial|UAV|attack|Shahed|kamikaze", w.span.of(text)) for w in flying) or bool(
        _FLEW.search(text)
    )
    return any(w.subject is Subject.NAVAL_DRONE for w in found) and not named
