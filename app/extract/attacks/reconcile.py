"""The figures of one report: a figure told twice is one, parts are no totals, older tolls are superseded."""

from dataclasses import replace

from app.domain.vocabulary import Metric, Qualifier, Subject
from app.extract.attacks.arbiter.overrule import refused
from app.extract.attacks.reading import Claim
from app.extract.attacks.scenes import TOLL, Scene

_REPORTED = (
    Metric.LAUNCHED,
    Metric.DOWNED,
    Metric.LOST,
    Metric.HIT,
    Metric.LEFT,
    Metric.KILLED,
    Metric.INJURED,
    Metric.MISSING,
    Metric.EVACUATED,
)
_GENERIC = (Subject.MISSILE, Subject.AIR_TARGET)
_MISSILES = (Subject.CRUISE_MISSILE, Subject.BALLISTIC_MISSILE, Subject.MISSILE)


def reconciled(scenes: list[Scene]) -> list[tuple[Claim, bool]]:
    """(claim, current) of a report in text order."""
    raw = [c for s in scenes for c in s.claims if c.metric in _REPORTED and not refused(c)]
    raw = [c for c in raw if c.low or not any(o.metric is c.metric and o.low for o in raw if o.subject is c.subject)]
    headlines = {s.reading.number for s in scenes if s.headline}
    regional = {s.reading.number for s in scenes if s.regional}
    out = _once(raw, headlines)
    out = [c for c in out if not _is_sum(c, out, headlines)]
    return [_scoped(c, out, regional) for c in out]


def _once(raw: list[Claim], headlines: set[int]) -> list[Claim]:
    """A figure told twice is one: the words of the body before those of the headline, the more exact model kept."""
    out: list[Claim] = []
    for claim in raw:
        same = next((c for c in out if _equal(c, claim)), None)
        if same is None:
            out.append(claim)
            continue
        body = same.sentence in headlines and claim.sentence not in headlines
        kept = claim if body else same
        out[out.index(same)] = replace(kept, model=same.model or claim.model, is_total=same.is_total or claim.is_total)
    return out


def _equal(a: Claim, b: Claim) -> bool:
    if (a.metric, a.low) != (b.metric, b.low):
        return False
    if a.subject is b.subject or a.metric in TOLL:
        return True
    return (
        a.sentence != b.sentence
        and {a.subject, b.subject} <= set(_MISSILES)
        and Subject.MISSILE in (a.subject, b.subject)
    )


def _is_sum(claim: Claim, every: list[Claim], headlines: set[int]) -> bool:
    """ "Four missiles downed" in a headline over "two ballistic missiles, two Kh-59": the parts say it better."""
    if claim.subject not in _GENERIC or claim.sentence not in headlines:
        return False
    kinds = _MISSILES[:2] if claim.subject is Subject.MISSILE else (*_MISSILES, Subject.DRONE)
    parts = [c.low for c in every if c.metric is claim.metric and c.subject in kinds and c is not claim]
    return len(parts) > 1 and sum(parts) == claim.low


def _scoped(claim: Claim, every: list[Claim], regional: set[int]) -> tuple[Claim, bool]:
    """Part of a total? Superseded by a later toll?"""
    beside = [c for c in every if c.metric is claim.metric and c.sentence == claim.sentence and not c.part]
    if claim.metric in TOLL and len(beside) > 2 and claim.low < sum(c.low for c in beside) - claim.low:
        return replace(
            claim, is_total=False
        ), True  # "in Dnipro six died, in Kyiv nine, in Odesa four": none is the whole
    rivals = [
        c
        for c in every
        if c is not claim
        and c.metric is claim.metric
        and c.is_total
        and (c.subject is claim.subject or c.subject is Subject.AIR_TARGET)
        and not _rounds(c, claim)
        and not (
            c.added and c.metric not in TOLL and c.sentence > claim.sentence
        )  # "destroyed two … six more": the six hold no two
    ]
    if not claim.older:
        rivals = [c for c in rivals if not c.older]
    if claim.older and claim.metric in TOLL and any(not c.older for c in rivals):
        return claim, False
    if claim.subject is Subject.AIR_TARGET and _sums_up(claim, every):
        return replace(claim, is_total=False), True
    if any(c.low > claim.low and _part_of(claim, c, every) for c in rivals):
        return replace(claim, is_total=False), True
    if claim.metric not in TOLL and any(c.overall and c.low > claim.low for c in rivals):
        return replace(claim, is_total=False), True
    if claim.added and rivals and claim.metric in TOLL:
        return replace(claim, is_total=False), True
    larger = [c for c in rivals if c.low > claim.low]
    if not larger:
        return _rounded(claim, rivals), True
    if claim.metric in TOLL:
        later = any(c.sentence > claim.sentence for c in larger)
        return (claim, False) if later and claim.is_total else (replace(claim, is_total=False), True)
    elsewhere = claim.sentence in regional and any(c.sentence != claim.sentence for c in larger)
    return (replace(claim, is_total=False) if elsewhere else _rounded(claim, rivals)), True


def _part_of(claim: Claim, whole: Claim, every: list[Claim]) -> bool:
    """ "22 drones: 9 over Saratov, 8 over Kursk, 5 over Belgorod"; "59 cruise missiles and three Kalibrs"; "55 of them Shaheds"."""
    if claim.part and claim.subject is whole.subject:
        return True
    if claim.subject is not whole.subject or abs(claim.sentence - whole.sentence) > 1:
        return False
    if claim.rule == whole.rule == "listed":
        return False  # "37 cruise missiles, six Iskander-Ks and 145 drones" stand beside each other
    if claim.sentence == whole.sentence and claim.model and not whole.model:
        return True
    smaller = [c.low for c in every if c.metric is claim.metric and c.subject is claim.subject and c.low < whole.low]
    return sum(smaller) == whole.low


def _sums_up(claim: Claim, every: list[Claim]) -> bool:
    """ "more than 800 drones and missiles" over "810 drones" and "13 missiles": the parts are the figures."""
    parts = [
        c.low for c in every if c.metric is claim.metric and c.subject in (*_MISSILES, Subject.DRONE) and c.is_total
    ]
    return len(parts) > 1 and claim.low <= sum(parts) <= 1.15 * claim.low


def _rounds(vague: Claim, exact: Claim) -> bool:
    """ "nearly 600" is 593 told roughly, not a whole that holds it."""
    loose = vague.qualifier is Qualifier.ABOUT and exact.qualifier is Qualifier.EXACT
    return loose and vague.subject is exact.subject and exact.low <= vague.low <= 1.05 * exact.low


def _rounded(claim: Claim, rivals: list[Claim]) -> Claim:
    """ "more than 800" beside "810": the exact one is the figure."""
    vague = claim.qualifier in (Qualifier.AT_LEAST, Qualifier.ABOUT)
    loose = 0.95 if claim.qualifier is Qualifier.ABOUT else 1  # "nearly 600" beside "593"
    if vague and any(loose * claim.low <= c.low and c.qualifier is Qualifier.EXACT for c in rivals):
        return replace(claim, is_total=False)
    return claim
