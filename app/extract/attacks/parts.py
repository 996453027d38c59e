"""Is a number a part of one told before it? "including 4 children", "two of them", "half of them, 27 UAVs"."""

import re
from dataclasses import replace

from app.domain.document import Span
from app.domain.vocabulary import Metric, Subject
from app.extract.attacks.lexicon import ONE_PERSON, PERSON_NOUNS
from app.extract.attacks.numbers import WORDS, Number, numbers, value
from app.extract.attacks.reading import Claim, Reading


def is_subset(reading: Reading, number: Number) -> bool:
    """ "including 4 children", "two of them", "among them 3 and 5": a part of the number before."""
    lead = reading.text[: number.span.start - reading.offset]
    opened = list(
        re.finditer(
            r"\b(?:including|among (?:them|whom|which|those)|of (?:them|which|whom|these|those))\b", lead, re.IGNORECASE
        )
    )
    stops = [t for t in reading.triggers if opened and opened[-1].end() <= t.span.start - reading.offset < len(lead)]
    listed = (
        bool(opened) and not stops and not re.search(r"[;:.]|\b(?:were|was|had|but|while)\b", lead[opened[-1].end() :])
    )
    first_of = bool(opened) and not re.search(
        r"\d|\w{2}", lead[: opened[-1].start()]
    )  # "Of these, 33 were downed": no part
    return listed and not first_of


def is_listed(reading: Reading, number: Number) -> bool:
    """ "125 drones overnight: 67 over the Volgograd region, 18 over Voronezh …": parts by place."""
    at = number.span.start - reading.offset
    after = reading.text[number.span.end - reading.offset :]
    placed = re.match(r"(?: UAVs?| drones?)? (?:over|above|in)\b", after)
    return placed is not None and bool(re.search(r"\d[^;.]*: ", reading.text[:at]))


_AMONG = re.compile(
    r"[^.;]{0,80}?\b(?:is|was|are|were) (?:also |reported(?:ly)? )?(?:among|one of|some of) (?:the |those |them\b)",
    re.IGNORECASE,
)


def is_among(reading: Reading, number: Number) -> bool:
    """ "two children were among the dead", "half of them, 27 UAVs,": within a number told before."""
    lead = reading.text[: number.span.start - reading.offset]
    half = re.search(
        r"\b(?:half|most|many|some|a third|the majority) of (?:them|these|those|which), $", lead, re.IGNORECASE
    )
    led = re.search(
        r"\b[Aa]mong (?:the|those) (?:\w+ )?(?:dead|killed|injured|wounded|victims|casualties|hurt|hospitali[sz]ed)\b[^.;\d]{0,30}$",
        lead,
    )
    return bool(half or led or _AMONG.match(reading.text[number.span.end - reading.offset :]))


def of_them_after(reading: Reading, number: Number, metric: Metric) -> bool:
    """ "three of them children", "eleven of them shot down by jets": a part, where a number stands before it in the sentence."""
    after = reading.text[number.span.end - reading.offset :][:40]
    lead = reading.text[: number.span.start - reading.offset]
    if metric is Metric.KILLED and re.match(r" of (?:the |those )?(?:injured|wounded|people hurt)\b", after):
        return False  # "one of the injured died": dead now
    people = re.match(r" of (?:whom|the (?:dead|injured|wounded|victims|casualties))\b", after)
    if people:
        return True
    return bool(re.match(r" of (?:them|which|those|these)\b", after)) and bool(numbers(lead))


_NUMBER = rf"\d{{1,3}}|{'|'.join(WORDS)}"
_MEMBER = rf"\b(?:[Aa]n?|[Tt]he|[Oo]ne|(?:her|his|their)(?: (?:{_NUMBER}))?|(?i:{_NUMBER})) (?:[a-z\d-]+ ){{0,2}}?(?:{PERSON_NOUNS}|{ONE_PERSON})\b(?:,? (?:aged )?\d+(?:(?:,| and) \d+)*,?)?"
#: "a man, 62, and two women", "two women and a child": persons counted one kind after another
_PERSONS_LISTED = re.compile(
    rf"(?![\w-]+ (?:people|persons|civilians|others|victims|residents)\b){_MEMBER}(?:, {_MEMBER}){{0,2}}(?:,? and | as well as ){_MEMBER}(?!,? among| of them)"
)
_OPENED = re.compile(r"(?:including|among (?:them|those|the \w+)(?: (?:were|are|is|was))?|[:—–]|of (?:them|whom)) $")


def with_listed(reading: Reading, found: list[Claim]) -> list[Claim]:
    """ "a mother and her two children were hurt", "two women and a man died" -> 3; the span shows all of them."""
    if " and " not in reading.text or not any(c.subject is Subject.PERSON for c in found):
        return found
    for match in _PERSONS_LISTED.finditer(reading.text):
        hull = Span(match.start(), match.end()).shift(reading.offset)
        inside = [c for c in found if hull.contains(c.span) and c.subject is Subject.PERSON]
        told = next((t.metric for t in reading.triggers if t.span.end + 1 == hull.start), None)
        one_fate = len({c.metric for c in inside}) == 1 and told in (None, inside[0].metric)
        if not one_fate or any(c.part for c in inside) or _OPENED.search(reading.text[: match.start()]):
            continue
        total = sum(_count(m.group()) for m in re.finditer(_MEMBER, match.group()))
        whole = replace(inside[0], low=total, high=total, span=hull, rule="family", who=None, is_total=True, part=False)
        found = [c for c in found if c not in inside] + [whole]
    return found


def _count(member: str) -> int:
    """ "a man" -> 1, "her two children" -> 2."""
    if re.search(r"\bcouple\b", member):
        return 2
    return next((n for w in member.split()[:2] if (n := value(w))), 1)
