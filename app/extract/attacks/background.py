"""Sentences that tell of no attack of this page: trends, threats, sums of many days, battles, other years."""

import functools
import re
from datetime import datetime, timedelta

from app.domain.vocabulary import DatePrecision
from app.extract.dates import DateHit
from app.extract.starts import Starts

TREND = Starts(
    re.compile(
        r"\b(?:stepped up|daily attacks|almost (?:daily|every day)|(?:in|over|during) (?:the )?(?:recent|past|last|previous) (?:few |several |two |three |\d+ )?(?:weeks?|months?|years?|days)|regularly|frequently|often|"
        r"since the (?:start|beginning|full-scale|invasion|war)|so far this (?:year|month)|this (?:year|month)|began in|for years|throughout (?:the |its )?(?:[\w-]+ ){0,3}?(?:war|conflict|invasion|campaign)|(?:every|each) (?:day|night)|for the (?:second|third|fourth|fifth|\w+th) time|times already|"
        r"intensif(?:ied|ying)|has (?:been )?(?:repeatedly|increasingly)|neither side|denies? targeting|full-scale invasion|months? of(?! (?:\w+ )?(?:calm|truce|peace|ceasefire|quiet|lull))|years? of|in (?:three|four|two) years|(?:years|months|weeks) have passed|in memory of|anniversary|at a rally|flags and banners|go(?:es)? on shelling|"
        r"increased its attacks|(?:has|have) (?:also )?(?:attacked|targeted|struck|hit) (?:[\w-]+ ){0,3}(?:shipping|ships|vessels|facilities|infrastructure)|(?:each|any) (?:missile|drone|attack|strike|bomb|shell)|every (?:missile|drone|attack|strike)|(?<!time )(?:during|over|in|for) (?:the |its )?\w+ (?:months|weeks|years)|recent (?:operations|campaigns?)|death tolls? (?:in [A-Z]\w+ )?range|has seen an? (?:increase|surge|rise)|string of recent|continues? its (?:strikes|attacks)|(?:has|have) (?:killed|fired|launched|lost|carried out|struck) (?:hundreds|thousands|dozens|more than \d+,\d+))\b",
        re.IGNORECASE,
    )
)
#: signs of a trend that a sentence about one day's event may hold, too
SOFT = Starts(
    re.compile(
        r"\bthis (?:year|month)\b|\banniversary\b|\bfor the \w+ time\b(?: in (?:an?|as many|\w+) (?:days?|nights?|weeks?|months?))?",
        re.IGNORECASE,
    )
)
_UNREAL = Starts(
    re.compile(
        r"\b(?:would|could|(?-i:may)|might|will|should|must|can(?:not)?|plans? to|planning|threat(?:en(?:ed|s)?)? (?:to|of)|vow(?:ed|s)? to|promis(?:ed|es) to|den(?:y|ies|ied) (?:that|any|having|hitting|striking|targeting)|if (?:Russia|Ukraine|the)|to prevent|warned (?:of|that)|ready to|intends?|allow(?:ed|ing)? (?:Ukraine|Kyiv) to|permission|deliver(?:y|ies|ed)|supply|supplies|provided|talks|ceasefire|negotiat\w+|exercise|drill)\b",
        re.IGNORECASE,
    )
)
_MANY_DAYS = Starts(
    re.compile(
        r"\b(?:cases? of shelling|times (?:over|during|in)|this week|in a week|(?:in|over|during) the (?:past|last) (?:week|month|year)|per (?:day|week)|over the (?:week|month)|since (?:(?:last )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?! (?:evening|night|afternoon))|February|\d{4}|(?:the|its) (?:start|beginning|outset|launch))|(?:in|over) an? (?:\d+|\w+)-day (?:period|span|stretch)|between (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2} ?(?:[-–]|and) ?|clashes|combat engagements|along the (?:entire |whole )?(?:front|contact line|line of contact|line of combat)|in total since)\b",
        re.IGNORECASE,
    )
)
_BATTLE = Starts(
    re.compile(
        r"\b(?:lost (?:roughly |about |some |around |more than |over |at least |nearly |almost |up to |an estimated )*\d[\d,]* (?:men|soldiers|troops|personnel|servicemen|killed)|attacked (?:\d+|\w+) times|repelled \d+ (?:attacks|assaults)|repell?ed (?:an? |the |several )?(?:(?:Russian|enemy|Ukrainian|ground) )+(?:attacks?|assaults?|offensives?)\b(?! (?:with|by|using|of|involving) (?:[\w-]+ ){0,4}(?:drones?|boats?|UAVs?|missiles?|vessels?))|(?:attacks|assaults) (?:were )?repelled|launch(?:ed|ing) (?:attacks|assaults) on (?:[\w-]+ ){0,2}positions|combat losses|prisoners? of war|prisoner (?:exchange|swap)|dropp(?:ed|ing) \d[\d,]* (?:guided |glide |aerial )+bombs[^.]* \d[\d,]* (?:kamikaze|attack|strike)? ?drones|\d[\d,]* kamikaze drones[^.]* \d[\d,]* (?:shellings?|attacks)|carried out \d[\d,]* (?:shellings?|attacks)|(?:in exchange|exchanged) for)\b",
        re.IGNORECASE,
    )
)


#: "an air alert was declared in Kyiv due to the threat of missile attacks": a warning is no attack
_ALERT = Starts(
    re.compile(
        r"\b(?:air(?:[- ]raid)?|missile|drone|ballistic)(?: raid)? (?:alerts?|alarms?|warnings?|sirens?|danger)\b[^.;]{0,30}?\b(?:declared|issued|announced|introduced|sounded|in (?:force|effect)|lifted)\b",
        re.IGNORECASE,
    )
)
_DEEDS = r"downed|killed|shot|died|injured|wounded|struck|hit|fired|launched|collapsed|destroyed|damaged|attacked|shelled|bombed|sank|fell|exploded"
_DONE = Starts(re.compile(rf"\b(?:{_DEEDS}|explosions?|blasts?)\b"))
_HAPPENED = Starts(re.compile(rf"\b(?:was|were|have been|has been|{_DEEDS})\b"))
#: some day before the news
_LATELY = Starts(
    re.compile(
        r"\b(?:(?:a|two|three|four|several) (?:weeks?|months?|years?) (?:later|earlier)|recently|speculation|rumou?rs|in the past|earlier this (?:week|month|year|summer|winter|spring|autumn)|the year 20\d\d|throughout 20\d\d)\b",
        re.IGNORECASE,
    )
)
#: "the first time a NATO state has fired … since the war began": what the news is compared with
_COMPARED = Starts(
    re.compile(
        r"\b(?:the |its |their |an? )?(?:first|second|third|largest|biggest|deadliest|heaviest|fiercest|bloodiest|worst|longest|most \w+)\b[^.;:]*?\b(?:since|of the|in (?:more than |over )?(?:\w+) (?:weeks|months|years))\b[^,.;:]*",
        re.IGNORECASE,
    )
)


@functools.lru_cache(maxsize=64)
def _uncompared(text: str) -> str:
    return _COMPARED.sub("", text)


def is_trend(text: str) -> bool:
    """Told of many attacks; a comparison ("the deadliest raid in months") makes no trend of one."""
    return bool(TREND.search(_uncompared(text)))


def is_background(text: str, hits: list[DateHit], published: datetime | None) -> bool:
    """Trend, threat, or an event two days or more older than the page."""
    if is_trend(text):
        return True
    if _ALERT.search(text) and not _DONE.search(text):
        return True
    if _UNREAL.search(text) and not _HAPPENED.search(text):
        return True
    bare = _uncompared(text)
    hits = [h for h in hits if h.text in bare]  # "the deadliest raid since 2022" is no news of 2022
    old = (DatePrecision.YEAR, DatePrecision.MONTH, DatePrecision.WEEK)
    if (_LATELY.search(text) or any(h.precision in old for h in hits)) and not has_news_day(hits, published):
        return True
    return _of_other_days(hits, published)


def is_old(text: str, hits: list[DateHit], published: datetime | None) -> bool:
    """Told of a day, month or year before the news ("On August 22", "A week earlier")."""
    dated = any(h.precision in (DatePrecision.YEAR, DatePrecision.MONTH) for h in hits)
    return _of_other_days(hits, published) or (
        (bool(_LATELY.search(text)) or dated) and not has_news_day(hits, published)
    )


def _of_other_days(hits: list[DateHit], published: datetime | None) -> bool:
    if published is None:
        return False
    limit = published.date() - timedelta(days=3)
    days = [h.end for h in hits if h.precision is DatePrecision.DAY and h.end]
    return bool(days) and all(d < limit or d > published.date() + timedelta(days=1) for d in days)


def has_news_day(hits: list[DateHit], published: datetime | None) -> bool:
    """ "273 drones on Sunday, topping the record set in February": the day of the news stands beside the old date."""
    if published is None:
        return any(h.rule in ("weekday", "relative") for h in hits)
    start = published.date() - timedelta(days=3)
    return any(h.precision is DatePrecision.DAY and h.end and start <= h.end for h in hits)


def is_count_of_days(text: str) -> bool:
    """Sums over more than a day, activity counts and losses in battle are no attack."""
    return bool(_MANY_DAYS.search(_uncompared(text)) or _BATTLE.search(text))
