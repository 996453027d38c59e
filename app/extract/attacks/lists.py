"""Numbers in lists and in order: what is listed shares the fate of its whole, bare numbers follow the order of the things."""

import re

from app.domain.vocabulary import Metric, Subject
from app.extract.attacks.fates import WEAPON_METRICS
from app.extract.attacks.lexicon import Weapon
from app.extract.attacks.numbers import Number
from app.extract.attacks.reading import Claim, Reading
from app.extract.attacks.things import thing_of


def respectively(
    reading: Reading, number: Number, counted: list[Number], told: tuple[Claim, ...]
) -> tuple[Weapon, Metric | None] | None:
    """ "Of the 32 Shaheds and 31 missiles, 23 and 14 were destroyed": bare numbers in the order of the things."""
    things = [t for n in counted if isinstance(t := thing_of(reading, n), Weapon)]
    bare = [n for n in counted if thing_of(reading, n) is None]
    if number not in bare:
        return None
    if "respectively" in reading.text and len(bare) == len(things):
        return things[bare.index(number)], None
    first = re.search(
        r"(?:^|[.;:] |, )(?P<a>[\w,-]+) and (?P<b>[\w,-]+)(?:,? respectively,?)? (?:of them )?(?:were|was|had been) ",
        reading.text,
    )
    pair = [c for c in told if c.metric is Metric.LAUNCHED and c.is_total][-2:]
    if first is None or len(pair) < 2 or pair[0].subject is pair[1].subject:
        return None
    starts = [first.start("a") + reading.offset, first.start("b") + reading.offset]
    trigger = next(
        (
            t.metric
            for t in reading.triggers
            if t.span.start == first.end() + reading.offset and t.metric in WEAPON_METRICS
        ),
        None,
    )
    if number.span.start not in starts or trigger is None:
        return None
    claim = pair[starts.index(number.span.start)]
    return (Weapon(claim.span, claim.subject, claim.model), trigger) if number.low <= claim.low else None


def listed(reading: Reading, number: Number, thing: Weapon | str | None, found: list[Claim]) -> Metric | None:
    """ "fired 51 missiles, among them 24 Kh-101s and four Kinzhals": what is listed shares the fate of the whole."""
    lead = reading.text[: number.span.start - reading.offset]
    opened = list(re.finditer(r"\b(?:including|among (?:them|which|those))\b", lead))
    if isinstance(thing, Weapon) and (told := _in_its_list(reading, number, found)) is not None:
        return told
    if (
        not isinstance(thing, Weapon)
        or not opened
        or re.search(r"[;:.]|\b(?:were|was|had|but|while)\b", lead[opened[-1].end() :])
    ):
        return None
    at = opened[-1].start() + reading.offset
    before = [c for c in reversed(found) if c.span.end <= at and c.metric in WEAPON_METRICS]
    of_whole = len(before) > 1 and before[0].rule == "n_of_m" and before[1].subject is before[0].subject
    whole = before[1 if of_whole else 0] if before else None  # "15 of 22 missiles, among them …" lists the 15
    return whole.metric if whole else None


_OPENS = re.compile(r"(?: ?[—–:]| \(| - |,? i\.e\.,?|,? namely| comprising| consisting of)")


def _in_its_list(reading: Reading, number: Number, found: list[Claim]) -> Metric | None:
    """ "shot down 615 targets: 585 drones, 29 missiles", "51 missiles — three Kinzhals, 34 Kh-101": a list shares the fate of its whole."""
    wholes = [c for c in found if c.rule != "listed" and c.metric in WEAPON_METRICS]
    if len(wholes) > 1 and wholes[-1].rule == "n_of_m":
        wholes.pop()  # "144 of 210 targets: 42 drones …" lists those that were downed
    whole = wholes[-1] if wholes else None
    after = reading.text[number.span.end - reading.offset :]
    lead = reading.text[: number.span.start - reading.offset]
    if (
        whole is None
        or whole.low <= number.low
        or number.whole
        or re.match(" (?:out )?of ", after)
        or lead.endswith("of ")
    ):
        return None
    between = reading.text[whole.span.end - reading.offset : number.span.start - reading.offset]
    opened = _OPENS.search(between)
    stopped = opened and re.search(r"[;.](?=\s)|[—)]|\b(?:were|was|had|but|while|of which)\b", between[opened.end() :])
    inner = [
        t
        for t in reading.triggers
        if t.metric in WEAPON_METRICS
        and whole.span.end + (opened.end() if opened else 0) <= t.span.start < number.span.start
    ]
    return whole.metric if opened and not stopped and not inner else None


def is_sum_of(found: list[Claim], number: Number) -> bool:
    """ "six missiles, a Kinzhal and 24 drones … all but one of the 31": a bare number that the kinds before it add up to."""
    launched = [c.low for c in found if c.metric is Metric.LAUNCHED and c.subject is not Subject.PERSON]
    return len(launched) > 1 and (number.low - sum(launched) in (0, 1) or max(launched) < number.low < sum(launched))


def exceeds_kind(number: Number, current: Weapon, told: tuple[Claim, ...]) -> bool:
    """ "593 drones, 40 missiles; 611 were stopped": more than were sent of the kind spoken of last, so all kinds are meant."""
    sent = [c for c in told if c.metric is Metric.LAUNCHED and c.subject is not Subject.PERSON]
    own = [c.low for c in sent if c.subject is current.subject]
    return bool(own) and len({c.subject for c in sent}) > 1 and number.low > max(own) and number.low > 1
