"""The claim table: each number of a sentence -> what it counts and what happened to it."""

import re
from dataclasses import replace

from app.domain.document import Span
from app.domain.vocabulary import Metric, Qualifier, Subject
from app.extract.attacks.fates import HUMAN, WEAPON_METRICS, climb, metrics_of
from app.extract.attacks.lexicon import WHO, Weapon
from app.extract.attacks.lists import exceeds_kind, is_sum_of, listed, respectively
from app.extract.attacks.numbers import Number, numbers, value
from app.extract.attacks.parts import is_among, is_listed, is_subset, of_them_after, with_listed
from app.extract.attacks.reading import Claim, Reading, token_at
from app.extract.attacks.reasons import reason_against
from app.extract.attacks.things import counts_other, is_joint_toll, joined_with, shared_thing, thing_of, weapon_before
from app.extract.attacks.tolls import ONE, fate_metric, is_older, single_persons, toll_metric, zero_spans


def claims(reading: Reading, blocked: list[Span], last: Weapon | None, told: tuple[Claim, ...] = ()) -> list[Claim]:
    """Claims of one sentence. `blocked`: dates and names whose digits are no counts; `last`: the weapon spoken of before; `told`: the sentence before."""
    found: list[Claim] = []
    current = last
    counted = [n for n in _numbers(reading) if not any(n.span.overlaps(b) for b in blocked)]
    for i, number in enumerate(counted):
        if reason_against(reading, number) or is_older(
            reading.text, replace(number, span=number.span.shift(-reading.offset))
        ):
            continue
        armed = fate_metric(reading.text, replace(number, span=number.span.shift(-reading.offset)))
        subject = weapon_before(reading, number)
        if armed is not None and subject is not None:
            found.append(_armed(reading, number, armed, "toll", subject))
            continue
        toll = _raised(reading, number, found) or toll_metric(
            reading.text, replace(number, span=number.span.shift(-reading.offset))
        )
        if toll is not None:
            found.append(_human(reading, number, toll, "toll"))
            continue
        thing = thing_of(reading, number) or shared_thing(reading, number, counted[i + 1 : i + 2])
        if thing == "others" and current is not None and not any(t.metric in HUMAN for t in reading.triggers):
            thing = None  # "lost track of 27 others"
        elif is_joint_toll(reading, number) or (thing is None and counts_other(reading, number)):
            continue
        current = thing if isinstance(thing, Weapon) else weapon_before(reading, number) or _only(reading) or current
        if thing is None and (meant := respectively(reading, number, counted, (*told, *found))) is not None:
            current = meant[0]
            if meant[1] is not None:
                found.append(_armed(reading, number, meant[1], "in_order", current))
                continue
        if thing is None and current is not None and exceeds_kind(number, current, (*told, *found)):
            current = Weapon(number.span, Subject.AIR_TARGET, None)
        if thing is None and is_sum_of(found, number):
            current = Weapon(number.span, Subject.AIR_TARGET, None)
        in_list = listed(reading, number, thing, found)
        if in_list is not None and isinstance(thing, Weapon):
            found.append(_armed(reading, number, in_list, "listed", thing))
        else:
            found += _claim(reading, number, thing, current)
    found = _all_but(reading, with_listed(reading, list(dict.fromkeys(found))), current)
    found += _single_weapons(reading, found)
    return found + _all_of_them(reading, found) + _persons(reading, found) + _zeros(reading, found)


_RAISED = re.compile(
    r"\b(?:figure|number|count|tally|total)\b[^.;\d]{0,40}?\b(?:raised|revised|updated|rose|increased|climbed|grew|corrected)\b[^.;\d]{0,20}? to (?:at least |more than |over )?$",
    re.IGNORECASE,
)


def _raised(reading: Reading, number: Number, found: list[Claim]) -> Metric | None:
    """ "13 bodies were found, a figure they raised to 15": the metric of the number before."""
    tolls = [c.metric for c in found if c.metric in (Metric.KILLED, Metric.INJURED)]
    return tolls[-1] if tolls and _RAISED.search(reading.text[: number.span.start - reading.offset]) else None


def _only(reading: Reading) -> Weapon | None:
    """The weapon of a sentence that names one kind only: "eight of the downed were Kh-101s"."""
    kinds = {w.subject for w in reading.weapons}
    return reading.weapons[0] if len(kinds) == 1 else None


def _numbers(reading: Reading) -> list[Number]:
    return [replace(n, span=n.span.shift(reading.offset)) for n in numbers(reading.text)]


def _claim(reading: Reading, number: Number, thing: Weapon | str | None, current: Weapon | None) -> list[Claim]:
    out = []
    for metric, rule in metrics_of(reading, number, thing):
        if metric in HUMAN and not isinstance(thing, Weapon):
            out.append(_human(reading, number, metric, rule, thing))
        elif metric in WEAPON_METRICS and not isinstance(thing, str):
            weapon = thing or (_joint(reading, number) if rule == "of_which" else None) or current
            if weapon is not None:
                out.append(_armed(reading, number, metric, rule, weapon))
    return out


def _joint(reading: Reading, number: Number) -> Weapon | None:
    """ "472 drones and seven missiles, of which 385 were downed": a number of both kinds."""
    before = {w.subject for w in reading.weapons if w.span.end <= number.span.start}
    alone = "respectively" not in reading.text
    return Weapon(number.span, Subject.AIR_TARGET, None) if len(before) > 1 and alone else None


def _human(reading: Reading, number: Number, metric: Metric, rule: str, thing: str | None = None) -> Claim:
    who = WHO.get(thing) if thing else None
    return made(reading, number, metric, rule, Subject.PERSON, None, who)


def _armed(reading: Reading, number: Number, metric: Metric, rule: str, weapon: Weapon) -> Claim:
    other = joined_with(reading, weapon)
    if other is not None:
        missiles = "missile" in weapon.subject.value and "missile" in other.subject.value
        subject = Subject.MISSILE if missiles else Subject.AIR_TARGET
        return made(reading, number, metric, rule, subject, None, None)
    return made(reading, number, metric, rule, weapon.subject, weapon.model, None)


_EARLIER_COUNT = re.compile(
    r"\b(?:previous|earlier|initial|preliminary|first) (?:statement|report|post|count|update|information)s? (?:[\w'’-]+ ){0,4}$|\b(?:previously|earlier|initially|at first|originally)\b,? (?:[\w'’-]+ ){0,3}?(?:reported|said|put|gave|given|announced|stated|spoke|spoken|listed)\b[^.;]{0,70}$",
    re.IGNORECASE,
)


def made(
    reading: Reading, number: Number, metric: Metric, rule: str, subject: Subject, model: str | None, who: str | None
) -> Claim:
    at = number.span.start - reading.offset
    before, after = reading.text[max(0, at - 30) : at], reading.text[number.span.end - reading.offset :]
    part = rule != "own_verb" and is_subset(reading, number)
    part = part or of_them_after(reading, number, metric) or is_listed(reading, number) or is_among(reading, number)
    whole = not part or subject is not Subject.PERSON
    added = bool(
        re.search(r"\b(?:another|a further|additional|further) $", before, re.IGNORECASE) or after.startswith(" more")
    )
    overall = bool(
        re.search(r"\b(?:a total of|in all,|in total,|altogether,?) $", before, re.IGNORECASE)
        or re.match(r"(?: [\w-]+){0,4} (?:in all|in total|altogether|overall|nationwide)\b", after)
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
        overall=overall,
        added=added,
        older=bool(_EARLIER_COUNT.search(reading.text[:at])),
    )


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
    r"\b(?:all|every one|each) of (?:them|which|these|those)\b|\bevery (?:single )?one(?= (?:was|were))|\b(?:and|but|,) all(?= (?:were|had|have))",
    re.IGNORECASE,
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


_SINGLE = re.compile(r"\b(?:[Aa]n?|[Aa]nother|(?P<the>[Tt]he)) (?:[\w-]+ ){0,3}$")


def _single_weapons(reading: Reading, found: list[Claim]) -> list[Claim]:
    """ "downed a Ukrainian UAV", "a missile hit a school": one; not "a drone attack", nor where numbers tell the fate."""
    out = []
    for weapon in reading.weapons:
        lead = reading.text[: weapon.span.start - reading.offset]
        single = _SINGLE.search(lead)
        token = token_at(reading, Span(weapon.span.end - 1, weapon.span.end))
        if single is None or token.tag_ not in ("NN", "NNP") or token.dep_ in ("compound", "amod", "nmod"):
            continue
        if (shared := _shared_verb(reading, found, single.start() + reading.offset)) is not None:
            out.append(_single(reading, weapon, single.start(), shared, "listed_single"))
            continue
        usable = [t for t in reading.triggers if t.metric in (Metric.DOWNED, Metric.HIT)]
        metric = climb(token, usable) if token.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj") else None
        if single["the"] and not (metric is Metric.DOWNED and token.dep_ in ("nsubjpass", "dobj") and not found):
            continue  # "the drone was shot down" is one; "the missile hit a house" was counted before
        fits = metric is Metric.HIT or (metric is Metric.DOWNED and token.dep_ != "pobj")
        if fits and metric is not None and not any(c.metric is metric for c in found):
            out.append(_single(reading, weapon, single.start(), metric, "single_weapon"))
    return out


def _single(reading: Reading, weapon: Weapon, start: int, metric: Metric, rule: str) -> Claim:
    number = Number(Span(start + reading.offset, weapon.span.end), 1, 1, Qualifier.EXACT, whole=False)
    return made(reading, number, metric, rule, weapon.subject, weapon.model, None)


def _shared_verb(reading: Reading, found: list[Claim], start: int) -> Metric | None:
    """ "fired three Iskanders and a Kh-59": the single one at the end of a list shares the verb of the number before it."""
    for claim in reversed(found):
        armed = claim.metric in (Metric.LAUNCHED, Metric.DOWNED) and claim.subject is not Subject.PERSON
        behind = next((w for w in reading.weapons if w.span.start >= claim.span.end), None)
        if armed and behind is not None and behind.span.end < start:
            gap = reading.text[behind.span.end - reading.offset : start - reading.offset]
            return claim.metric if re.fullmatch(r"s?,? (?:and|as well as|plus|along with) ", gap) else None
    return None


_DIED_OF_IT = re.compile(
    r"\bdied of (?:his|her|their|the) (?:injuries|wounds)|\bsuccumbed to (?:his|her|their|the )?\w*\b"
)
_LIVES_OF = re.compile(r"\b(?:lives?|deaths?|injuries) (?:of|to) (?:both )?$")


def _persons(reading: Reading, found: list[Claim]) -> list[Claim]:
    """ "a man and a woman died" -> 2; "a woman was killed" -> 1. Only where no number counts persons for that metric."""
    counted = {c.metric for c in found if c.subject is Subject.PERSON}
    usable = [t for t in reading.triggers if t.metric in (Metric.KILLED, Metric.INJURED)]

    def metric_at(span: Span) -> Metric | None:
        at = span.shift(reading.offset)
        if _DIED_OF_IT.search(reading.text, span.end):
            return Metric.KILLED
        token = token_at(reading, at)
        token = token.head if token.dep_ in ("compound", "amod", "det") else token  # "a civilian woman"
        free = token.dep_ in ("nsubj", "nsubjpass", "dobj", "conj", "appos", "attr", "ROOT")
        free = free or bool(_LIVES_OF.search(reading.text[: span.start]))
        verb = re.match(r"(?: (?:was|were|also|later|badly|slightly|seriously))* ", reading.text[span.end :])
        own = at.end + verb.end() if verb else -1
        direct = next((t.metric for t in usable if t.span.start == own), None)
        if direct is not None:
            return direct
        return climb(token, usable) if free and not any(at.overlaps(c.span) for c in found) else None

    out = []
    for metric, spans in single_persons(reading.text, metric_at).items() if usable else ():
        if metric not in counted:
            hull = Span(spans[0].start, spans[-1].end).shift(reading.offset)
            number = Number(hull, len(spans), len(spans), Qualifier.EXACT, whole=False)
            out.append(_human(reading, number, metric, "single_persons"))
    return out


def inherited(reading: Reading, before: list[Claim]) -> list[Claim]:
    """ "A woman died when …, and a man when a drone struck …": the second person shares the fate of the first."""
    told = next((c for c in before if c.rule == "single_persons"), None)
    match = ONE.search(reading.text)
    if told is None or match is None or match.start() > 3:
        return []
    number = Number(Span(match.start(), match.end()).shift(reading.offset), 1, 1, Qualifier.EXACT, whole=False)
    return [_human(reading, number, told.metric, "single_persons")]


def _zeros(reading: Reading, found: list[Claim]) -> list[Claim]:
    """ "no casualties": a zero that the page states, unless the sentence counts somebody."""
    counted = {c.metric for c in found if c.subject is Subject.PERSON}
    return [
        _human(reading, Number(span.shift(reading.offset), 0, 0, Qualifier.EXACT, whole=False), metric, "nobody")
        for metric, span in zero_spans(reading.text)
        if metric not in counted
    ]
