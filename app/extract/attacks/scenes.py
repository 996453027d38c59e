"""A sentence as a scene, and which sentences are background: trends, threats, sums of many days, other years."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.domain.document import Span
from app.domain.vocabulary import DatePrecision
from app.extract.attacks.claims import Claim, Reading
from app.extract.attacks.direction import Actor
from app.extract.dates import DateHit

_TREND = re.compile(
    r"\b(?:stepped up|daily attacks|almost (?:daily|every day)|(?:in|over|during) (?:the )?(?:recent|past|last|previous) (?:few |several |two |three |\d+ )?(?:weeks|months|years|days)|regularly|frequently|often|"
    r"since the (?:start|beginning|full-scale|invasion|war)|so far this (?:year|month)|this (?:year|month)|began in|for years|throughout the war|every (?:day|night)|in the past (?:week|month|year)|for the (?:second|third|fourth|fifth|\w+th) time|"
    r"intensif(?:ied|ying)|has (?:been )?(?:repeatedly|increasingly)|both sides|neither side|denies? targeting|full-scale invasion|months? of|years? of|in (?:three|four|two) years)\b",
    re.IGNORECASE,
)
_UNREAL = re.compile(
    r"\b(?:would|could|may|might|will|should|must|can(?:not)?|plans? to|planning|threat(?:en(?:ed|s)?)? (?:to|of)|vow(?:ed|s)? to|promis(?:ed|es) to|if (?:Russia|Ukraine|the)|to prevent|warned (?:of|that)|ready to|intends?|allow(?:ed|ing)? (?:Ukraine|Kyiv) to|permission|deliver(?:y|ies)|supply|supplies|provided|talks|ceasefire|negotiat\w+|exercise|drill)\b",
    re.IGNORECASE,
)
_MANY_DAYS = re.compile(
    r"\b(?:cases? of shelling|times (?:over|during|in)|this week|in a week|per (?:day|week)|over the (?:week|month)|since (?:February|\d{4}|the start)|clashes|combat engagements|in total since)\b",
    re.IGNORECASE,
)
_STRUCK = re.compile(
    r"\b(?:struck|hit|attacked|launched|fired|shelled|bombed|bombarded|targeted|pounded|shelling|strikes?|attacks?|exploded|explosions?|killed|wounded|injured|damaged|destroyed|raid|barrage|crashed|landed|fell)\b",
    re.IGNORECASE,
)


@dataclass
class Scene:
    """One sentence with everything read from it."""

    reading: Reading
    span: Span
    text: str
    claims: list[Claim]
    hits: list[DateHit]
    attacker: Actor | None
    countries: list[tuple[str, Span]]
    target_name: str | None = None
    background: bool = False
    tells: bool = False
    day_hits: list[DateHit] = field(default_factory=list)

    @property
    def struck(self) -> bool:
        return bool(_STRUCK.search(self.text))

    @property
    def day(self) -> date | None:
        fixed = [
            h
            for h in self.hits
            if h.precision is DatePrecision.DAY and h.end and h.rule in ("month_day", "day_month", "iso", "weekday")
        ]
        return fixed[0].end if fixed else None

    @property
    def regional(self) -> bool:
        """The counts are those of one place: "in his region", "over the Mykolaiv region"."""
        return (
            bool(re.search(r"\b(?:region|oblast|district|city|over|above|there|territory)\b", self.text))
            and len(self.countries) <= 2
        )


def is_background(text: str, hits: list[DateHit], published: datetime | None) -> bool:
    """Trend, threat, or an event two days or more older than the page."""
    if _TREND.search(text):
        return True
    unreal = _UNREAL.search(text)
    if unreal and not re.search(r"\b(?:were|was|have been|has been|downed|killed|shot)\b", text):
        return True
    if any(h.precision in (DatePrecision.YEAR, DatePrecision.MONTH) for h in hits):
        return True
    if published is None:
        return False
    limit = published.date() - timedelta(days=3)
    days = [h.end for h in hits if h.precision is DatePrecision.DAY and h.end]
    return bool(days) and all(d < limit or d > published.date() + timedelta(days=1) for d in days)


def is_count_of_days(text: str) -> bool:
    """Sums over more than a day and activity counts are no attack."""
    return bool(_MANY_DAYS.search(text))
