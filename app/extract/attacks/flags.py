"""Doubts that a report carries: sums that do not add up, days that disagree, claims that contradict each other. Nothing is repaired."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations, pairwise

from app.domain.findings import Figure, Flag, Ref
from app.domain.vocabulary import DatePrecision, FlagCode, Metric
from app.extract.attacks.scenes import WAVE, Scene
from app.extract.context import Context
from app.extract.dates import DateHit

_DATES = frozenset({"month_day", "day_month", "iso"})


def flags_of(
    ctx: Context, figures: Sequence[Figure], scenes: Sequence[Scene], claimant: Ref | None
) -> tuple[Flag, ...]:
    """In the order of FlagCode's list, each with the numbers or days it is about."""
    return (
        *_sums(figures),
        *_parts(figures),
        *_days(ctx, [h for s in scenes for h in s.hits]),
        *_rivals(figures, claimant),
    )


def _sums(figures: Sequence[Figure]) -> Iterator[Flag]:
    """More downed and lost than were launched."""
    for subject in sorted({f.subject for f in figures}):
        counted = [f for f in figures if f.subject is subject and f.is_total]
        most = {m: max((f.low or 0 for f in counted if f.metric is m), default=0) for m in WAVE}
        if 0 < most[Metric.LAUNCHED] < most[Metric.DOWNED] + most[Metric.LOST]:
            detail = f"{most[Metric.DOWNED]} downed + {most[Metric.LOST]} lost > {most[Metric.LAUNCHED]} launched"
            yield Flag(FlagCode.SUM_EXCEEDS_LAUNCHED, detail)


def _parts(figures: Sequence[Figure]) -> Iterator[Flag]:
    """Counts of several places that together exceed the total told beside them."""
    for whole in (f for f in figures if f.is_total and f.current and f.low and f.place is None):
        parts = [
            f for f in figures if not f.is_total and f.place and (f.metric, f.subject) == (whole.metric, whole.subject)
        ]
        by_place = {f.place.entity: f.low or 0 for f in parts if f.place}
        most = whole.high or whole.low or 0
        if len(by_place) > 1 and max(by_place.values()) <= most < sum(by_place.values()):
            detail = f"{' + '.join(map(str, by_place.values()))} > {whole.low} {whole.metric.value}"
            yield Flag(FlagCode.PARTS_EXCEED_TOTAL, detail)


def _days(ctx: Context, hits: Sequence[DateHit]) -> Iterator[Flag]:
    """ "Tuesday, November 13" where the 13th is a Wednesday; a day after the day of publication."""
    published = ctx.document.published_at
    for one, two in pairwise(hits):
        if one.end and two.end and {one.rule, two.rule} & _DATES and "weekday" in (one.rule, two.rule):
            fixed, weekday = (one, two) if two.rule == "weekday" else (two, one)
            beside = re.fullmatch(r",? ?\(?", ctx.text[one.span.end : two.span.start])
            if beside and fixed.end and not _is_on(fixed.end, weekday.text):
                yield Flag(
                    FlagCode.DATE_CONFLICT,
                    f"{ctx.text[one.span.start : two.span.end]}: {fixed.end} is a {fixed.end:%A}",
                )
    late = [h for h in hits if published and h.rule in _DATES and h.end and h.precision is DatePrecision.DAY]
    for hit in late[:1]:
        if hit.end and published and (hit.end - published.date()).days > 1:
            yield Flag(FlagCode.DATE_CONFLICT, f"{hit.text} is after the publication on {published.date()}")


def _is_on(day: date, words: str) -> bool:
    """Is one of the weekdays in the words the day's? "The night into Wednesday" names the morning after."""
    named = re.findall(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day", words, re.IGNORECASE)
    return any(name.lower() == f"{day:%A}".lower() for name in named)


def _rivals(figures: Sequence[Figure], claimant: Ref | None) -> Iterator[Flag]:
    """One thing counted differently by two claimants."""
    counted = [f for f in figures if f.is_total and f.current and f.low is not None]
    for one, two in combinations(counted, 2):
        first, second = one.claimant or claimant, two.claimant or claimant
        same = (one.metric, one.subject) == (two.metric, two.subject) and one.place == two.place
        if same and one.low != two.low and first and second and first.name != second.name:
            yield Flag(FlagCode.RIVAL_CLAIMS, f"{first.name}: {one.low}, {second.name}: {two.low} {one.metric.value}")
