"""What happened to the things counted: constructions first, then the climb in the parse tree, nearness last."""

import re

from spacy.tokens import Token

from app.domain.vocabulary import Metric, Subject
from app.extract.attacks.lexicon import PERSONS, Trigger, Weapon
from app.extract.attacks.numbers import WORDS, Number, numbers
from app.extract.attacks.phrases import phrase_metric
from app.extract.attacks.reading import Reading, token_at

_PART_OF = re.compile(
    r"(?P<part>[\w-]+) (?:out )?of (?:the |a total of |some |about |all |those |these |its |their |more than |over |at least |nearly |almost |around |up to |roughly )*$",
    re.IGNORECASE,
)


HUMAN = (Metric.KILLED, Metric.INJURED, Metric.MISSING, Metric.EVACUATED)


WEAPON_METRICS = (Metric.LAUNCHED, Metric.DOWNED, Metric.LOST, Metric.HIT, Metric.LEFT)


#: what a bare number far from its verb may count; a hit or a launch is told beside its weapon
_BARE = (*HUMAN, Metric.DOWNED, Metric.LOST)
#: "after three missiles on Monday, they shot down 41": what stands behind these is another matter
_APART = frozenset({"after", "before", "since", "following", "despite", "unlike", "amid", "besides"})


#: "most of more than a hundred drones": a part without a number, so the number is that of the whole
_SHARES = frozenset(
    {"most", "part", "share", "portion", "majority", "half", "bulk", "some", "many", "several", "dozens"}
)


def metrics_of(reading: Reading, number: Number, thing: Weapon | str | None) -> list[tuple[Metric, str]]:
    """What happened, nearest in the tree first; "all 14 drones that were launched were downed" has two."""
    token = token_at(reading, number.span)
    if token.dep_ in ("preconj", "cc"):
        return []  # "both the rockets and the launchers"
    fixed = phrase_metric(reading, number, thing)
    if fixed is not None:
        return [fixed]
    human = isinstance(thing, str)
    allowed = HUMAN if human else (_of_weapon(thing) if isinstance(thing, Weapon) else HUMAN + WEAPON_METRICS)
    usable = [t for t in reading.triggers if t.metric in allowed]
    inner = _relative(token, usable)
    outer = climb(token, usable)
    if not human and re.match(
        r" (?:out )?of (?:the |its |their |those |more than |over |at least |some |about |nearly |almost |around |roughly )*\d",
        reading.text[number.span.end - reading.offset :],
    ):
        fates = [t for t in usable if t.metric in (Metric.DOWNED, Metric.LOST)]
        if outer in (None, Metric.LAUNCHED) and fates:
            return [(min(fates, key=lambda t: abs(t.span.start - number.span.end)).metric, "n_of_m_part")]
    direct = _own_verb(reading, number, usable, human=human) if not isinstance(thing, Weapon) else None
    if direct is not None:
        return [(direct, "own_verb")]
    if thing is None and re.match(r" (?:that|which|who) ", reading.text[number.span.end - reading.offset :]):
        definite = re.search(r"\bthe $", reading.text[: number.span.start - reading.offset], re.IGNORECASE)
        return [(inner, "relative_clause")] if inner and not definite else []
    before = _verb_before(reading, number, usable) if not human and not number.whole else None
    if before is not None:
        return [(before, "verb_before")]
    together = _verb_behind(reading, thing, usable) if isinstance(thing, Weapon) and not number.whole else None
    if together is not None and not _is_whole_of_part(reading, number):
        return [(together, "own_verb")]
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
    return _loosely(reading, number, thing, usable, inner=inner, outer=outer)


def _loosely(
    reading: Reading,
    number: Number,
    thing: Weapon | str | None,
    usable: list[Trigger],
    *,
    inner: Metric | None,
    outer: Metric | None,
) -> list[tuple[Metric, str]]:
    """Where no construction tells: a tally, the climb in the parse, a clause of its own, the nearest word."""
    if isinstance(thing, Weapon) and (told := _counted(reading, number)) is not None:
        bare = next(
            (t.metric for t in usable if t.span.start == thing.span.end + 1), None
        )  # "reported 34 drones downed"
        return [(bare or told, "counted")]
    if outer is not None:
        return [(outer, "count_noun")]
    if inner is not None:
        return [(inner, "relative_clause")]
    near = _nearest(reading, number, usable if thing is not None else [t for t in usable if t.metric in _BARE])
    if near is None and thing == "victims":
        return [(Metric.INJURED, "victims")]  # those harmed, where no word says that they died
    return [(near, "nearest")] if near else []


def _of_weapon(weapon: Weapon) -> tuple[Metric, ...]:
    """Manned aircraft are shot down; "200 jets struck" counts the strikers, not hits."""
    return (Metric.DOWNED,) if weapon.subject is Subject.AIRCRAFT else WEAPON_METRICS


_BETWEEN = r"(?: (?:more|others?|of (?:them|which|these|those|whom)))?(?: (?:were|was|had been|have been|also|later|then|simply|likely|[“\"]?\w+ly[”\"]?))* "


_TALLY = re.compile(
    r"\b(?:put|gave|set) (?:the |its )?(?:\w+['’]s )?(?:total|tally|count|number)(?: of \w+)?(?: \w+){0,3} (?:at|as) (?:some |about |over )?$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?:counted|registered|reported|recorded) (?:a total of |some |about |over |another )?$", re.IGNORECASE
)


def _counted(reading: Reading, number: Number) -> Metric | None:
    """ "the air force counted 214 drones": launched; a defence ministry's tally of the other side's is one of those downed."""
    lead = reading.text[: number.span.start - reading.offset]
    listed = re.search(r"\b(?:counted|registered|reported|recorded) [^.;:]*\d[^.;:]* and $", lead)
    if not (_TALLY.search(lead) or _COUNTED.search(lead) or listed):
        return None
    return (
        Metric.DOWNED
        if re.search(r"defen[cs]e ministry|ministry of defen[cs]e", reading.text, re.IGNORECASE)
        else Metric.LAUNCHED
    )


def _verb_before(reading: Reading, number: Number, usable: list[Trigger]) -> Metric | None:
    """ "launched 65 drones and Ukraine shot down 46": the verb right in front of a number, whatever the parse makes of it."""
    for trigger in (t for t in usable if t.metric is not Metric.HIT):  # "hit 11 places": what was hit is counted
        gap = reading.text[trigger.span.end - reading.offset : number.span.start - reading.offset]
        if trigger.span.end <= number.span.start and _QUALIFIED.fullmatch(gap):
            return trigger.metric
    return None


_QUALIFIED = re.compile(
    r":? (?:(?:a total of|about|some|over|more than|at least|another|up to|around|nearly|almost|as many as) )?"
)


_SHARED = re.compile(
    r"(?:,? and (?:[\w.-]+ ){0,4}?[\w-]+)? (?:were|was|had been|have been) (?:also |\w+ly )?(?:(?:discovered|detected|spotted|tracked|located|engaged|identified|found) and )?"
)


def _verb_behind(reading: Reading, weapon: Weapon, usable: list[Trigger]) -> Metric | None:
    """ "15 missiles and all drones were downed": the passive behind what is counted, shared across "and"."""
    verb = _SHARED.match(reading.text, weapon.span.end - reading.offset)
    if verb is None:
        return None
    return next((t.metric for t in usable if t.span.start == verb.end() + reading.offset), None)


def _own_verb(reading: Reading, number: Number, usable: list[Trigger], *, human: bool) -> Metric | None:
    """ "… shot down 33 and ten were stopped electronically", "… and four people injured": the verb right behind is its own."""
    at = number.span.end
    after = reading.text[at - reading.offset :]
    noun = re.match(rf"(?: [\w-]+){{0,2}}? {PERSONS.pattern}", after, re.IGNORECASE) if human else None
    at += noun.end() if noun else 0
    if not human and re.match(
        r" (?:were |was )?(?:lost|jammed|suppressed)\b(?! \d)", reading.text[at - reading.offset :]
    ):
        return Metric.LOST  # "56 drones shot down and 61 lost"
    verb = re.match(_BETWEEN, reading.text[at - reading.offset :])
    if verb is None:
        return None
    reach = at + verb.end()
    return next((t.metric for t in usable if at < t.span.start <= reach < t.span.end), None)  # "badly burned"


def _is_whole_of_part(reading: Reading, number: Number) -> bool:
    """The M of "41 of 80 drones" and of "Of the 55 drones ..., 34 were downed"."""
    lead = reading.text[: number.span.start - reading.offset]
    part = _PART_OF.search(lead)
    if part and (numbers(part["part"]) or part["part"].lower() in _SHARES):
        return True
    if _N_OUT_OF.search(lead):
        return True
    if re.search(
        r"^\W*(?:out of|of) (?:the |those )?\d[\d,]*(?: [\w-]+){1,4} and (?:the |those )?$", lead, re.IGNORECASE
    ):
        return True  # the second whole of "Of the 32 drones and 31 missiles, …"
    if re.search(r"^\W*(?:out of|of) (?:the |a total of |some |about |all |those |these )*$", lead, re.IGNORECASE):
        return True
    behind = reading.text[number.span.end - reading.offset :]
    return bool(_AMID_OF.search(lead) and _THEN_PART.match(behind))


#: "shot down 25 UAVs out of 38"
_N_OUT_OF = re.compile(
    rf"\b(?:\d[\d,]*|{'|'.join(WORDS)}) (?:[\w-]+ ){{1,4}}out of (?:the |a total of )?$", re.IGNORECASE
)
#: "… said that of 33 missiles launched it had intercepted 14, and of 251 drones, 230"
_AMID_OF = re.compile(
    r"(?:[,;:] |\b(?:and|that|said) )(?:out )?of (?:the |its |those |some |about |fewer than |more than |over |nearly |around |at least )*$",
    re.IGNORECASE,
)
_THEN_PART = re.compile(
    r"(?: [\w-]+){1,5}?,? (?:it |they |Ukraine |[Aa]ir defen[cs]es? )?(?:had |has |have )?(?:\w+ed |shot down |brought down )?(?:only |about |some )?(?:\d|two|three|four|five|six|seven|eight|nine|ten)"
)


def _over(token: Token, usable: list[Trigger]) -> Metric | None:
    start, end = token.idx, token.idx + len(token.text)
    return next((t.metric for t in usable if t.span.start < end and start < t.span.end), None)


def climb(token: Token, usable: list[Trigger]) -> Metric | None:
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
        if token.dep_ in ("nsubj", "nsubjpass", "dobj") and _is_other_deed(token, usable):
            return None
        if token.head is token or (token.dep_ == "prep" and token.lower_ in _APART):
            return None
        token, seen = token.head, seen + 1
    return None


#: verbs that pass the question on to what they govern
_LIGHT = frozenset(
    "be have do get say report confirm announce believe remain include seem appear continue begin start manage fail end leave make come become keep need receive suffer sustain total number reach find pull treat take bring rush".split()
)


def _is_other_deed(subject: Token, usable: list[Trigger]) -> bool:
    """ "eight were shot at a shop; three died": whose own verb tells something else does not share the verb of another clause."""
    verb = subject.head
    return (
        verb.pos_ == "VERB"
        and verb.lemma_ not in _LIGHT
        and _over(verb, usable) is None
        and not any(_over(child, usable) for child in verb.children)
    )


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

    shared = re.match(r" of (?:them|which|these|those)\b", reading.text[number.span.end - reading.offset :])
    close = [t for t in usable if gap(t) < 60 and (shared or not parted(t))]
    return min(close, key=gap).metric if close else None
