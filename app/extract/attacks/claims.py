"""The claim table: each number of a sentence -> what it counts and what happened to it."""

import re
from dataclasses import dataclass, replace

from spacy.tokens import Span as Sentence
from spacy.tokens import Token

from app.domain.document import Span
from app.domain.vocabulary import Metric, Qualifier, Subject
from app.extract.attacks.lexicon import PERSONS, WHO, Trigger, Weapon, triggers, weapons
from app.extract.attacks.numbers import Number, numbers

_HUMAN = (Metric.KILLED, Metric.INJURED, Metric.MISSING, Metric.EVACUATED)
_WEAPON_METRICS = (Metric.LAUNCHED, Metric.DOWNED, Metric.LOST, Metric.HIT, Metric.LEFT)
_GAP = re.compile(r"^(?:[\s\w“”\"'’,/-]|\.(?=\w))*$")
_PART_OF = re.compile(
    r"(?P<part>[\w-]+) (?:out )?of (?:the |a total of |some |about |all |those |these )*$", re.IGNORECASE
)
_OF_M = re.compile(r"^ (?:out )?of (?:the |a total of |some |about |all |those |these )*(?=\d|[a-z-]+ )", re.IGNORECASE)
_SUBSET = re.compile(r"(?:including|among them|of (?:them|which|whom|these)|two of them) (?:\w+ ){0,2}$", re.IGNORECASE)
_ONE = re.compile(
    r"\b(?P<who>(?:an?|another|one|the) (?:[\w-]+ ){0,3}?(?:man|woman|person|child|boy|girl|teenager|civilian|resident|worker|soldier|pensioner|driver|girl|infant|baby|employee|guard|rescuer|medic))\b"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One number as the text states it. `subject` None: nothing counted is named (ellipsis)."""

    metric: Metric
    subject: Subject
    model: str | None
    who: str | None
    low: int
    high: int
    qualifier: Qualifier
    span: Span
    rule: str
    sentence: int
    is_total: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence with what the lexicon sees in it; offsets are those of the text."""

    sent: Sentence
    text: str
    offset: int
    weapons: tuple[Weapon, ...]
    triggers: tuple[Trigger, ...]
    number: int


def read_sentence(sent: Sentence, number: int) -> Reading:
    text = sent.text
    return Reading(
        sent,
        text,
        sent.start_char,
        tuple(weapons(text, sent.start_char)),
        tuple(triggers(text, sent.start_char)),
        number,
    )


def claims(reading: Reading, blocked: list[Span], last: Weapon | None) -> list[Claim]:
    """Claims of one sentence. `blocked`: dates and names whose digits are no counts; `last`: the weapon spoken of before."""
    if not reading.triggers:
        return []
    found: list[Claim] = []
    current = last
    for raw in numbers(reading.text):
        number = replace(raw, span=raw.span.shift(reading.offset))
        if any(number.span.overlaps(b) for b in blocked):
            continue
        thing = _thing(reading, number)
        if thing is None and _counts_other(reading, number):
            continue
        if isinstance(thing, Weapon):
            current = thing
        found += _claim(reading, number, thing, current)
    return _carried(found) + _single_persons(reading, found)


def _thing(reading: Reading, number: Number) -> Weapon | str | None:
    """The weapon or the persons right behind a number."""
    after = reading.text[number.span.end - reading.offset :]
    for weapon in reading.weapons:
        gap = reading.text[number.span.end - reading.offset : max(weapon.span.start - reading.offset, 0)]
        if (
            weapon.span.start >= number.span.end - 1
            and len(gap) <= 45
            and _GAP.match(gap)
            and not re.search(r"\d|\b(?:and|were|was|by|over|in)\b|,", gap)
        ):
            return weapon
    person = PERSONS.search(after[:50])
    if person and not re.search(r"\d|,|\b(?:were|was|by|and|missiles?|drones?)\b", after[: person.start()]):
        return person.group().lower()
    return None


def _counts_other(reading: Reading, number: Number) -> bool:
    """ "seven regions", "four floors": a number of something else is no ellipsis."""
    token = _token(reading, number.span)
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


def _claim(reading: Reading, number: Number, thing: Weapon | str | None, current: Weapon | None) -> list[Claim]:
    metrics = _metrics(reading, number, thing)
    out = []
    for metric, rule in metrics:
        subject, model, who = Subject.PERSON, None, None
        if metric in _HUMAN:
            if isinstance(thing, Weapon):
                continue
            who = WHO.get(thing) if thing else None
        elif metric in _WEAPON_METRICS:
            weapon = thing if isinstance(thing, Weapon) else (current if thing is None else None)
            if weapon is None:
                continue
            subject, model = weapon.subject, weapon.model
        else:
            continue
        before = reading.text[max(0, number.span.start - reading.offset - 30) : number.span.start - reading.offset]
        total = not _SUBSET.search(before)
        out.append(
            Claim(
                metric,
                subject,
                model,
                who,
                number.low,
                number.high,
                number.qualifier,
                number.span,
                rule,
                reading.number,
                total,
            )
        )
    return out


def _metrics(reading: Reading, number: Number, thing: Weapon | str | None) -> list[tuple[Metric, str]]:
    """What happened, nearest in the tree first; "all 14 drones that were launched were downed" has two."""
    token = _token(reading, number.span)
    human = isinstance(thing, str)
    allowed = _HUMAN if human else (_WEAPON_METRICS if isinstance(thing, Weapon) else _HUMAN + _WEAPON_METRICS)
    usable = [t for t in reading.triggers if t.metric in allowed]
    inner = _relative(token, usable)
    outer = _climb(token, usable)
    if not human and _is_whole_of_part(reading, number):
        return [(Metric.LAUNCHED if inner is None else inner, "n_of_m")]
    if number.whole and outer in (Metric.DOWNED, Metric.LOST) and not human:
        return [(outer, "all_n"), (Metric.LAUNCHED, "all_n")]
    if (
        inner is Metric.LAUNCHED
        and outer is Metric.DOWNED
        and re.match(r"\W*(?:of|out of)\b", reading.text, re.IGNORECASE)
    ):
        return [(inner, "n_of_m")]
    if outer is not None:
        return [(outer, "count_noun")]
    if inner is not None:
        return [(inner, "relative_clause")]
    near = _nearest(reading, number, usable)
    return [(near, "nearest")] if near else []


def _is_whole_of_part(reading: Reading, number: Number) -> bool:
    """The M of "41 of 80 drones" and of "Of the 55 drones ..., 34 were downed"."""
    lead = reading.text[: number.span.start - reading.offset]
    if _PART_OF.search(lead):
        return bool(numbers(_PART_OF.search(lead)["part"]))  # type: ignore[index]
    return bool(
        re.search(r"^\W*(?:out of|of) (?:the |a total of |some |about |all |those |these )*$", lead, re.IGNORECASE)
    )


def _token(reading: Reading, span: Span) -> Token:
    piece = reading.sent.doc.char_span(span.start, span.end, alignment_mode="expand")
    return piece.root if piece is not None else reading.sent.root


def _over(token: Token, usable: list[Trigger]) -> Metric | None:
    start, end = token.idx, token.idx + len(token.text)
    return next((t.metric for t in usable if t.span.start < end and start < t.span.end), None)


def _climb(token: Token, usable: list[Trigger]) -> Metric | None:
    """The first metric word on the way up the tree; particles and objects of the verb count with it."""
    seen = 0
    while seen < 12:
        metric = _over(token, usable)
        if metric is not None:
            return metric
        if token.pos_ in ("VERB", "AUX"):
            for child in token.children:
                if child.dep_ in ("prt", "acomp", "attr", "oprd", "dobj", "advmod", "xcomp") and child.pos_ != "NUM":
                    metric = _over(child, usable)
                    if metric is not None:
                        return metric
        if token.head is token:
            return None
        token, seen = token.head, seen + 1
    return None


def _relative(token: Token, usable: list[Trigger]) -> Metric | None:
    """The metric of a clause that hangs on the counted noun: "drones Russia launched", "missiles fired from …"."""
    noun = token.head if token.dep_ in ("nummod", "quantmod", "compound") else token
    for child in noun.children:
        if child.dep_ in ("relcl", "acl"):
            metric = _over(child, usable)
            if metric is not None:
                return metric
    return None


def _nearest(reading: Reading, number: Number, usable: list[Trigger]) -> Metric | None:
    """The metric word within 60 characters, for sentences the parser lost."""

    def gap(trigger: Trigger) -> int:
        return min(abs(trigger.span.start - number.span.end), abs(number.span.start - trigger.span.end))

    close = [t for t in usable if gap(t) < 60 and "\n" not in reading.text]
    return min(close, key=gap).metric if close else None


def _carried(found: list[Claim]) -> list[Claim]:
    """One number, one metric twice is one claim."""
    return list(dict.fromkeys(found))


def _single_persons(reading: Reading, found: list[Claim]) -> list[Claim]:
    """ "a man and a woman died" -> 2; "a woman was killed" -> 1. Only where no number counts persons for that metric."""
    counted = {c.metric for c in found if c.subject is Subject.PERSON}
    groups: dict[Metric, list[Span]] = {}
    for match in _ONE.finditer(reading.text):
        span = Span(match.start() + reading.offset, match.end() + reading.offset)
        token = _token(reading, span)
        usable = [t for t in reading.triggers if t.metric in (Metric.KILLED, Metric.INJURED)]
        metric = (
            _climb(token, usable) if token.dep_ in ("nsubj", "nsubjpass", "dobj", "conj", "appos", "attr") else None
        )
        if metric is not None and metric not in counted and not any(span.overlaps(c.span) for c in found):
            groups.setdefault(metric, []).append(span)
    out = []
    for metric, spans in groups.items():
        hull = Span(spans[0].start, spans[-1].end)
        out.append(
            Claim(
                metric,
                Subject.PERSON,
                None,
                None,
                len(spans),
                len(spans),
                Qualifier.EXACT,
                hull,
                "single_persons",
                reading.number,
            )
        )
    return out
