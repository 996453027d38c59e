"""Casualties by construction, read before the parse: tolls that rise, persons named one by one, "no one was hurt"."""

import re
from collections.abc import Callable

from app.domain.document import Span
from app.domain.vocabulary import Metric
from app.extract.attacks.lexicon import ONE_PERSON, PERSON_NOUNS
from app.extract.attacks.numbers import Number
from app.extract.dates import MONTH

#: (metric, span) of one person each
Person = tuple[Metric, Span]

_PEOPLE = r"(?:the |people |those |civilians |persons |residents |victims )*"
_TOLL = (
    (
        Metric.INJURED,
        re.compile(
            rf"\b(?:injury toll|(?:number|count|tally|that|those) of {_PEOPLE}(?:injured|wounded|hurt|victims(?! (?:killed|who (?:have )?died))|casualties|injuries))\b",
            re.IGNORECASE,
        ),
    ),
    (
        Metric.KILLED,
        re.compile(
            rf"\b(?:death toll|toll|(?:number|count|tally|that) of {_PEOPLE}(?:killed|dead|deaths?|fatalities))\b",
            re.IGNORECASE,
        ),
    ),
)
_RISE = re.compile(
    r"^[^.;\d]{0,120}?\b(?:to|at|reach(?:ed|es)|is|was|stands|stood|now|hit|came to|amounted to)(?: (?:now|already|at|least|more|than|over|about|nearly|almost))* $",
    re.IGNORECASE,
)
#: "the death toll from shelling on December 30 reached 24"
_MONTH_DAY = re.compile(rf"\b{MONTH} \d{{1,2}}\b(?!,\d)|\b\d{{1,2}} (?={MONTH}\b)")
_NOBODY = re.compile(
    r"\b(?:(?:no|nor) (?:(?:[\w-]+ )?(?:damage|destruction|fires?|hits) (?:or|and) )?(?:\w+ )?(?P<both>casualties|victims)|(?:no|nor) (?:\w+ )?(?P<killed>deaths|fatalities)|(?:no|nor) (?:\w+ )?(?P<injured>injuries)|"
    r"(?:no ?one|nobody|none)(?: (?:on board|aboard|else|of them))? (?:was|were|has been|had been|is) (?:reported(?:ly)? )?(?:(?P<dead>killed)|(?P<hurt>hurt|injured|wounded|harmed))|without (?:any )?(?P<bare>casualties|victims))\b",
    re.IGNORECASE,
)
ONE = re.compile(
    r"\b(?:(?:[Aa]n?|[Aa]nother|[Oo]ne|[Tt]he|[Hh]is|[Hh]er|[Ii]ts) (?:(?!of\b|in\b|on\b|for\b|and\b)[\w-]+ ){0,3}?"
    rf"(?:{ONE_PERSON})(?! (?:casualt|deaths?|victims|population|infrastructure|areas?|targets?|buildings?|objects?|life|lives))"
    rf"|[Oo]ne of (?:the|its|his|her|their) (?:[a-z-]+ )?(?:{PERSON_NOUNS})(?= (?:was|were|has been|had been|died|sustained|suffered|received)\b)|[Ss]ome(?:one|body)(?: else)?|[Aa]nother(?= (?:was|is|has been|had been|sustained|suffered|received|died|wounded|injured|hurt|killed)\b)"
    r"|(?:(?<=injured )|(?<=wounded )|(?<=killed ))another(?=[.,;]| (?:in|at|on|near|after|when|and)\b))\b"
)


#: characters before a number in which the words of its toll stand: as far as _RISE reaches, with a date between
_NEAR = 200


def toll_metric(text: str, number: Number) -> Metric | None:
    """ "the number of wounded had reached 5", "bringing the death toll to 12": the metric of such a number. Offsets are those of `text`."""
    for metric, pattern in _TOLL:
        for match in pattern.finditer(text, max(0, number.span.start - _NEAR), number.span.start):
            between = _MONTH_DAY.sub("", text[match.end() : number.span.start])
            if _RISE.search(between) and not re.search(r"\d", between):
                return metric
    return None


#: "rose to 29 from 20": the 20 is what it was before
_OLDER = re.compile(
    r"\b(?:rose|risen|climbed|jumped|went up|increased|grew|grown|raised|revised) (?:\w+ )?to \d+ from (?:an earlier |the earlier |a previous |about |at least )*$",
    re.IGNORECASE,
)


def is_older(text: str, number: Number) -> bool:
    """Is the number the one that a rise started from? Offsets are those of `text`."""
    return bool(_OLDER.search(text[max(0, number.span.start - _NEAR) : number.span.start]))


_FATE = re.compile(
    r"\bnumber of (?:the )?(?:(?P<downed>intercepted|downed|destroyed)|(?P<lost>lost|jammed)|(?:[\w-]+ ){0,4}?(?P<launched>launched|fired|sent|used))\b",
    re.IGNORECASE,
)


def fate_metric(text: str, number: Number) -> Metric | None:
    """ "put the number of intercepted missiles at 81": downed."""
    for match in _FATE.finditer(text, max(0, number.span.start - _NEAR), number.span.start):
        between = text[match.end() : number.span.start]
        if _RISE.search(between) and not re.search(r"\d", between):
            return next(Metric(k) for k, v in match.groupdict().items() if v)
    return None


def zero_spans(text: str) -> list[tuple[Metric, Span]]:
    """ "no casualties" -> killed 0 and injured 0; "nobody was hurt" -> injured 0."""
    found = []
    for match in _NOBODY.finditer(text):
        span = Span(match.start(), match.end())
        if match["both"] or match["bare"]:
            found += [(Metric.KILLED, span), (Metric.INJURED, span)]
        else:
            found.append((Metric.KILLED if match["killed"] or match["dead"] else Metric.INJURED, span))
    return found


def single_persons(text: str, metric_at: Callable[[Span], Metric | None]) -> dict[Metric, list[Span]]:
    """ "a man and a woman died" -> killed: two spans. Persons after "including" are a part of a number told before."""
    groups: dict[Metric, list[Span]] = {}
    for match in ONE.finditer(text):
        if re.search(r"\b(?:including|among (?:them|those)|one of (?:them|whom)) (?:\w+ )?$", text[: match.start()]):
            continue
        span = Span(match.start(), match.end())
        metric = metric_at(span)
        if metric in (Metric.KILLED, Metric.INJURED):
            groups.setdefault(metric, []).extend([span] * (2 if match.group().endswith("couple") else 1))
    return groups
