"""The claim table: each number of a sentence -> what it counts and what happened to it."""

import re
from dataclasses import dataclass, replace

from spacy.tokens import Span as Sentence
from spacy.tokens import Token

from app.domain.document import Span
from app.domain.vocabulary import Metric, Qualifier, Subject
from app.extract.attacks.lexicon import PERSONS, WHO, Trigger, Weapon, triggers, weapons
from app.extract.attacks.numbers import Number, numbers, value
from app.extract.attacks.tolls import fate_metric, single_persons, toll_metric, zero_spans

_HUMAN = (Metric.KILLED, Metric.INJURED, Metric.MISSING, Metric.EVACUATED)
_WEAPON_METRICS = (Metric.LAUNCHED, Metric.DOWNED, Metric.LOST, Metric.HIT, Metric.LEFT)
_GAP = re.compile(r"^(?:[\s\w“”\"'’,/-]|\.(?=\w))*$")
_PART_OF = re.compile(
    r"(?P<part>[\w-]+) (?:out )?of (?:the |a total of |some |about |all |those |these )*$", re.IGNORECASE
)
_OF_M = re.compile(r"^ (?:out )?of (?:the |a total of |some |about |all |those |these )*(?=\d|[a-z-]+ )", re.IGNORECASE)
_PAIRED = re.compile(
    r" (?:strike|attack|assault|combat|kamikaze|decoy|reconnaissance|surveillance|cruise|ballistic|guided|anti-ship|jet|attack-type)(?:,| and| or|/) ?",
    re.IGNORECASE,
)  # "50 strike and reconnaissance drones"


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
    part: bool = False  # "including 5", "two of them": within a number told before
    added: bool = False  # "another two", "five more": on top of a number told before


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


def at_sea(reading: Reading) -> Reading:
    """The same sentence where bare "drones" are those that swim."""
    swim = tuple(
        replace(w, subject=Subject.NAVAL_DRONE) if w.subject is Subject.DRONE and w.model is None else w
        for w in reading.weapons
    )
    return replace(reading, weapons=swim)


def claims(reading: Reading, blocked: list[Span], last: Weapon | None) -> list[Claim]:
    """Claims of one sentence. `blocked`: dates and names whose digits are no counts; `last`: the weapon spoken of before."""
    found: list[Claim] = []
    current = last
    counted = [n for n in _numbers(reading) if not any(n.span.overlaps(b) for b in blocked)]
    for i, number in enumerate(counted):
        armed = fate_metric(reading.text, replace(number, span=number.span.shift(-reading.offset)))
        subject = _before(reading, number)
        if armed is not None and subject is not None:
            found.append(_armed(reading, number, armed, "toll", subject))
            continue
        toll = toll_metric(reading.text, replace(number, span=number.span.shift(-reading.offset)))
        if toll is not None:
            found.append(_human(reading, number, toll, "toll"))
            continue
        thing = _thing(reading, number) or _shared_thing(reading, number, counted[i + 1 : i + 2])
        if _is_joint_toll(reading, number) or (thing is None and _counts_other(reading, number)):
            continue
        current = thing if isinstance(thing, Weapon) else _before(reading, number) or current
        found += _claim(reading, number, thing, current)
    found = _all_but(reading, list(dict.fromkeys(found)), current)
    return found + _all_of_them(reading, found) + _persons(reading, found) + _zeros(reading, found)


def _before(reading: Reading, number: Number) -> Weapon | None:
    """The weapon named last in front of a number of this sentence."""
    return next((w for w in reversed(reading.weapons) if w.span.end <= number.span.start), None)


def _is_joint_toll(reading: Reading, number: Number) -> bool:
    """ "two dozen civilians killed or wounded": one number for both, so for neither."""
    after = reading.text[number.span.end - reading.offset :][:70]
    return bool(
        re.match(
            r"(?: [\w-]+){0,5}?,? (?:have been |were |was |had been )?(?:killed|dead|died),?(?: (?:and|or)|/)? (?:wounded|injured|hurt)\b",
            after,
            re.IGNORECASE,
        )
    )


def _numbers(reading: Reading) -> list[Number]:
    return [replace(n, span=n.span.shift(reading.offset)) for n in numbers(reading.text)]


def _thing(reading: Reading, number: Number) -> Weapon | str | None:
    """The weapon or the persons right behind a number, by the parse or by nearness."""
    head = _token(reading, number.span).head
    for weapon in reading.weapons:
        gap = reading.text[number.span.end - reading.offset : max(weapon.span.start - reading.offset, 0)]
        if weapon.span.start < number.span.end - 1 or len(gap) > 45 or re.search(r"\d", gap):
            continue
        if weapon.span.start <= head.idx < weapon.span.end and not re.search(r"\b(?:were|was|by)\b|;", gap):
            return weapon
        if _PAIRED.fullmatch(gap):
            return weapon
        if _GAP.match(gap) and not re.search(r"\b(?:and|were|was|by|over|in)\b|,", gap):
            return weapon
    after = reading.text[number.span.end - reading.offset :]
    person = PERSONS.search(after[:50])
    if person and not re.search(r"\d|,|\b(?:were|was|by|and|missiles?|drones?)\b", after[: person.start()]):
        return person.group().lower()
    return None


def _shared_thing(reading: Reading, number: Number, following: list[Number]) -> Weapon | str | None:
    """The 41 of "41 of 80 drones" counts what the 80 counts."""
    if not following:
        return None
    between = reading.text[number.span.end - reading.offset : following[0].span.start - reading.offset]
    shared = re.fullmatch(r" (?:out )?of (?:the |a total of |some |about |all |those |these |its )*", between)
    return _thing(reading, following[0]) if shared else None


def _joint(reading: Reading, weapon: Weapon) -> Weapon | None:
    """The second of "619 drones and missiles": one number for both, so for neither."""
    for other in reading.weapons:
        between = reading.text[weapon.span.end - reading.offset : max(other.span.start - reading.offset, 0)]
        if other.span.start > weapon.span.end and other.subject is not weapon.subject:
            joined = re.fullmatch(r"(?:,? (?:and|or) |/|, )(?:(?:guided|attack|various|different) )?", between)
            return other if joined else None
    return None


def _counts_other(reading: Reading, number: Number) -> bool:
    """ "seven regions", "four floors": a number of something else is no ellipsis."""
    token = _token(reading, number.span)
    lead = reading.text[max(0, number.span.start - reading.offset - 12) : number.span.start - reading.offset]
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


def _claim(reading: Reading, number: Number, thing: Weapon | str | None, current: Weapon | None) -> list[Claim]:
    out = []
    for metric, rule in _metrics(reading, number, thing):
        if metric in _HUMAN and not isinstance(thing, Weapon):
            out.append(_human(reading, number, metric, rule, thing))
        elif metric in _WEAPON_METRICS and not isinstance(thing, str):
            weapon = thing or current
            if weapon is not None:
                out.append(_armed(reading, number, metric, rule, weapon))
    return out


def _human(reading: Reading, number: Number, metric: Metric, rule: str, thing: str | None = None) -> Claim:
    who = WHO.get(thing) if thing else None
    return _made(reading, number, metric, rule, Subject.PERSON, None, who)


def _armed(reading: Reading, number: Number, metric: Metric, rule: str, weapon: Weapon) -> Claim:
    other = _joint(reading, weapon)
    if other is not None:
        missiles = "missile" in weapon.subject.value and "missile" in other.subject.value
        subject = Subject.MISSILE if missiles else Subject.AIR_TARGET
        return _made(reading, number, metric, rule, subject, None, None)
    return _made(reading, number, metric, rule, weapon.subject, weapon.model, None)


def _made(
    reading: Reading, number: Number, metric: Metric, rule: str, subject: Subject, model: str | None, who: str | None
) -> Claim:
    at = number.span.start - reading.offset
    before, after = reading.text[max(0, at - 30) : at], reading.text[number.span.end - reading.offset :]
    part = _is_subset(reading, number)
    whole = not part or subject is not Subject.PERSON
    added = bool(
        re.search(r"\b(?:another|a further|additional|further) $", before, re.IGNORECASE) or after.startswith(" more")
    )
    return Claim(
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
        is_total=whole,
        part=part,
        added=added,
    )


def _is_subset(reading: Reading, number: Number) -> bool:
    """ "including 4 children", "two of them", "among them 3 and 5": a part of the number before."""
    lead = reading.text[: number.span.start - reading.offset]
    opened = list(
        re.finditer(
            r"\b(?:including|among (?:them|whom|which|those)|of (?:them|which|whom|these|those))\b", lead, re.IGNORECASE
        )
    )
    listed = bool(opened) and not re.search(r"[;:.]|\b(?:were|was|had|but|while)\b", lead[opened[-1].end() :])
    first_of = bool(opened) and not re.search(
        r"\d|\w{2}", lead[: opened[-1].start()]
    )  # "Of these, 33 were downed": no part
    return (listed and not first_of) or _of_them_after(reading, number)


def _of_them_after(reading: Reading, number: Number) -> bool:
    """ "three of them children", "eleven of them shot down by jets": a part, where a number stands before it in the sentence."""
    after = reading.text[number.span.end - reading.offset :][:40]
    lead = reading.text[: number.span.start - reading.offset]
    told = bool(numbers(lead))
    people = re.match(r" of (?:whom|the (?:dead|injured|wounded|victims|casualties))\b", after)
    return bool(people) or (told and bool(re.match(r" of (?:them|which|those|these)\b", after)))


def _metrics(reading: Reading, number: Number, thing: Weapon | str | None) -> list[tuple[Metric, str]]:
    """What happened, nearest in the tree first; "all 14 drones that were launched were downed" has two."""
    token = _token(reading, number.span)
    if token.dep_ in ("preconj", "cc"):
        return []  # "both the rockets and the launchers"
    human = isinstance(thing, str)
    allowed = _HUMAN if human else (_WEAPON_METRICS if isinstance(thing, Weapon) else _HUMAN + _WEAPON_METRICS)
    usable = [t for t in reading.triggers if t.metric in allowed]
    inner = _relative(token, usable)
    outer = _climb(token, usable)
    direct = _own_verb(reading, number, usable) if thing is None else None
    if direct is not None:
        return [(direct, "own_verb")]
    if thing is None and re.match(r" (?:that|which|who) ", reading.text[number.span.end - reading.offset :]):
        definite = re.search(r"\bthe $", reading.text[: number.span.start - reading.offset], re.IGNORECASE)
        return [(inner, "relative_clause")] if inner and not definite else []
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
    if near is None and thing == "victims":
        return [(Metric.INJURED, "victims")]  # those harmed, where no word says that they died
    return [(near, "nearest")] if near else []


def _own_verb(reading: Reading, number: Number, usable: list[Trigger]) -> Metric | None:
    """ "… shot down 33 and ten were stopped electronically": the verb right behind a bare number is its own."""
    after = reading.text[number.span.end - reading.offset :]
    verb = re.match(
        r"(?: (?:more|others?|of (?:them|which|these|those|whom)))?(?: (?:were|was|had been|have been|also|later|then|simply|\w+ly))* ",
        after,
    )
    if verb is None:
        return None
    at = number.span.end + verb.end()
    return next((t.metric for t in usable if t.span.start == at), None)


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

    def parted(trigger: Trigger) -> bool:
        first, second = sorted((trigger.span, number.span), key=lambda s: s.start)
        return bool(re.search(r"[,:;\n]", reading.text[first.end - reading.offset : second.start - reading.offset]))

    close = [t for t in usable if gap(t) < 60 and not parted(t)]
    return min(close, key=gap).metric if close else None


_BUT = re.compile(
    r"\b[Aa]ll but (?P<few>[\w-]+) of (?:the |its |their |some |these )*(?P<all>\d[\d,]*|[a-z-]+)\b", re.IGNORECASE
)


def _all_but(reading: Reading, found: list[Claim], current: Weapon | None) -> list[Claim]:
    """ "all but two of the 20 drones … were brought down" -> 18 downed of 20 launched; the span shows both numbers."""
    match = _BUT.search(reading.text)
    few, every = (value(match["few"]), value(match["all"])) if match else (None, None)
    fate = next((t.metric for t in reading.triggers if t.metric in (Metric.DOWNED, Metric.LOST)), None)
    if match is None or few is None or every is None or fate is None:
        return found
    hull = Span(match.start(), match.end()).shift(reading.offset)
    inside = [c for c in found if hull.contains(c.span)]
    whole = next((c for c in inside if c.low == every), None)
    if whole is None:
        return found
    rest = [c for c in found if c not in inside and not (c.subject is whole.subject and c.metric is fate)]
    return [
        *rest,
        replace(
            whole, metric=fate, low=every - few, high=every - few, span=hull, rule="all_but", is_total=True, part=False
        ),
        replace(whole, metric=Metric.LAUNCHED, rule="all_but", is_total=True, part=False),
    ]


_ALL = re.compile(
    r"\b(?:all|every one|each) of (?:them|which|these|those)\b|\b(?:and|but|,) all(?= (?:were|had|have))", re.IGNORECASE
)


def _all_of_them(reading: Reading, found: list[Claim]) -> list[Claim]:
    """ "sent 16 drones and all of them were destroyed" -> 16 downed; the span runs from the number to the pronoun."""
    out = []
    for match in _ALL.finditer(reading.text):
        near = [t for t in reading.triggers if abs(t.span.start - reading.offset - match.end()) < 35]
        fate = next((t.metric for t in near if t.metric in (Metric.DOWNED, Metric.LOST)), None)
        sent = [c for c in found if c.metric is Metric.LAUNCHED and c.span.end <= match.start() + reading.offset]
        if fate is None or not sent or any(c.metric is fate and c.subject is sent[-1].subject for c in found):
            continue
        hull = Span(sent[-1].span.start, match.end() + reading.offset)
        out.append(replace(sent[-1], metric=fate, span=hull, rule="all_of_them"))
    return out


def _persons(reading: Reading, found: list[Claim]) -> list[Claim]:
    """ "a man and a woman died" -> 2; "a woman was killed" -> 1. Only where no number counts persons for that metric."""
    counted = {c.metric for c in found if c.subject is Subject.PERSON}
    usable = [t for t in reading.triggers if t.metric in (Metric.KILLED, Metric.INJURED)]

    def metric_at(span: Span) -> Metric | None:
        at = span.shift(reading.offset)
        token = _token(reading, at)
        token = token.head if token.dep_ in ("compound", "amod", "det") else token  # "a civilian woman"
        free = token.dep_ in ("nsubj", "nsubjpass", "dobj", "conj", "appos", "attr", "ROOT")
        return _climb(token, usable) if free and not any(at.overlaps(c.span) for c in found) else None

    out = []
    for metric, spans in single_persons(reading.text, metric_at).items() if usable else ():
        if metric not in counted:
            hull = Span(spans[0].start, spans[-1].end).shift(reading.offset)
            number = Number(hull, len(spans), len(spans), Qualifier.EXACT, whole=False)
            out.append(_human(reading, number, metric, "single_persons"))
    return out


def _zeros(reading: Reading, found: list[Claim]) -> list[Claim]:
    """ "no casualties": a zero that the page states, unless the sentence counts somebody."""
    counted = {c.metric for c in found if c.subject is Subject.PERSON}
    return [
        _human(reading, Number(span.shift(reading.offset), 0, 0, Qualifier.EXACT, whole=False), metric, "nobody")
        for metric, span in zero_spans(reading.text)
        if metric not in counted
    ]
