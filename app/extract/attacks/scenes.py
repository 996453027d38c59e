"""A sentence as a scene: what it tells of an attack, and which sentences are background (trends, threats, sums of many days, other years)."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum

from spacy.tokens import Token

from app.domain.document import Span
from app.domain.findings import Entity
from app.domain.vocabulary import DatePrecision, Metric, Subject
from app.extract.attacks.direction import Actor
from app.extract.attacks.lexicon import AIRSTRIKE, ARTILLERY, ATTACK_NOUN
from app.extract.attacks.reading import Claim, Reading
from app.extract.dates import DateHit

WAVE = (Metric.LAUNCHED, Metric.DOWNED, Metric.LOST)
TOLL = (Metric.KILLED, Metric.INJURED)

_TREND = re.compile(
    r"\b(?:stepped up|daily attacks|almost (?:daily|every day)|(?:in|over|during) (?:the )?(?:recent|past|last|previous) (?:few |several |two |three |\d+ )?(?:weeks?|months?|years?|days)|regularly|frequently|often|"
    r"since the (?:start|beginning|full-scale|invasion|war)|so far this (?:year|month)|this (?:year|month)|began in|for years|throughout the war|every (?:day|night)|for the (?:second|third|fourth|fifth|\w+th) time|times already|"
    r"intensif(?:ied|ying)|has (?:been )?(?:repeatedly|increasingly)|neither side|denies? targeting|full-scale invasion|months? of|years? of|in (?:three|four|two) years|(?:years|months|weeks) have passed|in memory of|anniversary|at a rally|flags and banners|go(?:es)? on shelling|"
    r"increased its attacks|(?<!time )(?:during|over|in|for) (?:the |its )?\w+ (?:months|weeks|years)|has seen an? (?:increase|surge|rise)|string of recent|continues? its (?:strikes|attacks)|(?:has|have) (?:killed|fired|launched|lost|carried out|struck) (?:hundreds|thousands|dozens|more than \d+,\d+))\b",
    re.IGNORECASE,
)
#: signs of a trend that a sentence about one day's event may hold, too
_SOFT = re.compile(r"\bthis (?:year|month)\b|\banniversary\b|\bfor the \w+ time\b", re.IGNORECASE)
_UNREAL = re.compile(
    r"\b(?:would|could|(?-i:may)|might|will|should|must|can(?:not)?|plans? to|planning|threat(?:en(?:ed|s)?)? (?:to|of)|vow(?:ed|s)? to|promis(?:ed|es) to|den(?:y|ies|ied) (?:that|any|having|hitting|striking|targeting)|if (?:Russia|Ukraine|the)|to prevent|warned (?:of|that)|ready to|intends?|allow(?:ed|ing)? (?:Ukraine|Kyiv) to|permission|deliver(?:y|ies|ed)|supply|supplies|provided|talks|ceasefire|negotiat\w+|exercise|drill)\b",
    re.IGNORECASE,
)
_MANY_DAYS = re.compile(
    r"\b(?:cases? of shelling|times (?:over|during|in)|this week|in a week|(?:in|over|during) the (?:past|last) (?:week|month|year)|per (?:day|week)|over the (?:week|month)|since (?:February|\d{4}|the start)|clashes|combat engagements|in total since)\b",
    re.IGNORECASE,
)
_BATTLE = re.compile(
    r"\b(?:lost \d[\d,]* (?:men|soldiers|troops|personnel|servicemen|killed)|attacked \d+ times|repelled \d+ (?:attacks|assaults)|(?:attacks|assaults) (?:were )?repelled|combat losses|prisoners? of war|prisoner exchange)\b",
    re.IGNORECASE,
)
_OTHER_CAUSE = re.compile(
    r"\b(?:accident|crash(?:ed)?|derail\w*|earthquake|flood\w*|drown\w*|mine|landmines?|heart attack|suicide|protest\w*)\b",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"(?:^|\b)(?:FILE|PHOTO|File photo|Photo(?:graph)?|Image(?:s source)?|Source|Credit)\s*[:>–-]|\bvia (?:REUTERS|AP|AFP)\b|\((?:\w+ )?(?:Photo|Reuters Photo|Getty)|Getty Images|/Handout|Handout/",
    re.IGNORECASE,
)
_STRUCK = re.compile(
    r"\b(?:downed|shot down|intercepted|struck|striking|attacking|shelling|bombing|launching|firing|hit|hits|attacked|launched|fired|shelled|bombed|bombarded|targeted|pounded|shelling|strikes?|attacks?|exploded|explosions?|killed|kills?|wounded|injured|damaged|destroyed|raid|barrage|assault|bombardment|crashed|landed|fell|sank|sunk|set (?:fire|ablaze|alight)|ignited|collapsed|slammed|rocked)\b",
    re.IGNORECASE,
)
_HARM = re.compile(
    r"\b(?:damag\w+|destroyed|caught fire|on fire|ablaze|burn\w*|fires? broke|blaze|shatter\w+|smashed|collapsed|debris|wreckage|fragments|suffered|hit|struck|harmed|blasts?|explosions?|without (?:power|electricity)|blackouts?|lost power|(?:power|water|electricity|gas|heating) (?:supply |supplies )?(?:was|were) cut|crashed|landed|fell|set (?:fire|ablaze|alight)|alight|collapsed|tore|ripped|targets?|targeted|came under|under (?:attack|fire))\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"\b(?:region|oblast|district|city|over|above|there|territory|areas?)\b")


_STRIKING = re.compile(
    r"(?:struck|hits?|strikes?|attack(?:ed|s)|launch(?:ed|es)|fired?|fires|shell(?:ed|s)|bomb(?:ed|s)|bombarded|target(?:ed|s)|pounded|pounds|kill(?:ed|s)|wound(?:ed|s)|injured?|damag(?:ed|es)|destroy(?:ed|s)|caught|exploded|crashed|landed|fell|sank|sunk|sinks?|died?|used|sent|shot|downed|intercepted|released|dropped|foiled|repelled|unleashed|unleashing|striking|attacking|shelling|bombing|pounding|hitting|launching|firing|carried|set|ignited|tore|ripped|slammed|collapsed|burn(?:ed|t)|bombed)"
)


def _progressive(token: Token) -> bool:
    """ "was striking": going on at the time told of."""
    return token.tag_ == "VBG" and any(c.dep_ == "aux" and c.tag_ in ("VBD", "VBZ") for c in token.children)


_SAID = re.compile(
    r"\b(?:said|says|reported|wrote|announced|added|confirmed|stated|told [\w ]{1,20}|statement)(?: (?:in|on) (?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)[\w ]{1,20}?)?(?:,? (?:late|early))?(?: on)? $"
)


class Tells(IntEnum):
    """How much of an attack a sentence tells."""

    NOTHING = 0
    HARM = 1  # damage at a place: a detail of an attack told elsewhere
    TOLL = 2  # casualties without their cause: the attack was named before
    STRIKE = 3  # the attack itself


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
    places: list[tuple[Span, Entity]] = field(default_factory=list)  # below country level, said to be struck
    target_name: str | None = None
    tells: Tells = Tells.NOTHING
    half: bool = False  # the second part of a sentence that tells of two attacks
    two_sided: bool = False  # two attackers in one sentence: its weapons are not those of one attack

    @property
    def struck(self) -> bool:
        return bool(_STRUCK.search(self.text))

    @property
    def headline(self) -> bool:
        return not re.search(r"[.!?][”\"’]?$", self.text)

    @property
    def day(self) -> date | None:
        fixed = [
            h
            for h in self.hits
            if not self.is_of_report(h)
            and h.precision is DatePrecision.DAY
            and h.end
            and h.rule in ("month_day", "day_month", "iso", "weekday")
        ]
        return fixed[0].end if fixed else None

    def is_of_report(self, hit: DateHit) -> bool:
        """ "police said on Sunday": the day of the statement, not that of the attack."""
        return bool(_SAID.search(self.text[: hit.span.start - self.span.start]))

    @property
    def reported(self) -> date | None:
        """The day on which it was stated."""
        return next((h.end for h in self.hits if h.precision is DatePrecision.DAY and self.is_of_report(h)), None)

    @property
    def night(self) -> date | None:
        """The day, or that of "overnight"."""
        return self.day or next((h.end for h in self.hits if h.rule == "relative" and h.end), None)

    @property
    def regional(self) -> bool:
        """Its numbers are those of a region or town, not of the whole attack."""
        return bool(_ELSEWHERE.search(self.text)) and len({e.key for _, e in self.places}) == 1

    @property
    def has_wave(self) -> bool:
        return any(c.metric in WAVE for c in self.claims)

    @property
    def has_toll(self) -> bool:
        return any(c.metric in TOLL and c.low for c in self.claims)

    @property
    def arms(self) -> frozenset[str]:
        """What it was done with, missiles of all kinds as one; "both" fits either."""
        if self.two_sided:
            return frozenset()
        return frozenset("missile" if "missile" in w.subject.value else w.subject.value for w in self.reading.weapons)

    @property
    def event(self) -> bool:
        """A verb of striking in the past (present in a headline), neither denied nor conditional: told as an event."""
        tags = ("VBD", "VBN", "VBZ", "VBP") if self.headline else ("VBD", "VBN")
        return any(
            (t.tag_ in tags or _progressive(t))
            and _STRIKING.fullmatch(t.lower_)
            and t.dep_ not in ("acl", "amod")
            and not any(c.dep_ == "neg" or c.tag_ == "MD" for c in t.children)
            for t in self.reading.sent
        )

    @property
    def dated(self) -> bool:
        return any(h.precision is DatePrecision.DAY for h in self.hits)

    @property
    def means(self) -> frozenset[str]:
        """Families of weapons: what flies, what is dropped, what is shot from the ground, what swims."""
        if self.two_sided:
            return frozenset()
        found = {_FAMILY.get(w.subject, "") for w in self.reading.weapons} - {""}
        if AIRSTRIKE.search(self.text):
            found.add("bomb")
        if ARTILLERY.search(self.text):
            found.add("ground")
        return frozenset(found)


_FAMILY = {
    Subject.DRONE: "air",
    Subject.MISSILE: "air",
    Subject.CRUISE_MISSILE: "air",
    Subject.BALLISTIC_MISSILE: "air",
    Subject.AIR_TARGET: "air",
    Subject.GUIDED_BOMB: "bomb",
    Subject.ARTILLERY: "ground",
    Subject.NAVAL_DRONE: "sea",
}


def weigh(scene: Scene, published: datetime | None) -> Tells:
    """What the sentence tells; background tells nothing."""
    fresh = scene.event and _has_news_day(scene.hits, published) and not _TREND.search(_SOFT.sub("", scene.text))
    if (is_background(scene.text, scene.hits, published) and not fresh) or is_count_of_days(scene.text):
        return Tells.NOTHING
    if _is_strike(scene):
        return Tells.STRIKE
    if any(c.metric in TOLL for c in scene.claims) and not _OTHER_CAUSE.search(scene.text):
        return Tells.TOLL
    past = any(t.tag_ in ("VBD", "VBN") for t in scene.reading.sent)
    if past and scene.places and _HARM.search(scene.text) and not _CAPTION.search(scene.text):
        return Tells.HARM
    return Tells.NOTHING


def _is_strike(scene: Scene) -> bool:
    """Counted weapons, casualties of a named violence, or a strike that has happened on a named place."""
    metrics = {c.metric for c in scene.claims if c.subject is not Subject.PERSON}
    if metrics & {*WAVE, Metric.HIT, Metric.LEFT}:
        return True
    violent = bool(ATTACK_NOUN.search(scene.text) or scene.reading.weapons or ARTILLERY.search(scene.text))
    if violent and any(c.metric in TOLL for c in scene.claims):
        return True
    seen = scene.attacker or (scene.reading.weapons and (scene.reading.triggers or scene.event))
    return bool(violent and seen and (scene.countries or scene.reading.weapons) and scene.struck and _happened(scene))


def _happened(scene: Scene) -> bool:
    """Told as done: a past main verb (a headline may be in the present), and no caption of a picture."""
    root = scene.reading.sent.root
    past = any(t.tag_ in ("VBD", "VBN") for t in scene.reading.sent)
    if _CAPTION.search(scene.text):
        return past and bool(scene.day)
    if scene.headline:
        return True
    return past and (
        root.tag_ not in ("VBZ", "VBP") or root.lemma_ in ("say", "report", "claim", "write", "have", "be")
    )


def is_background(text: str, hits: list[DateHit], published: datetime | None) -> bool:
    """Trend, threat, or an event two days or more older than the page."""
    if _TREND.search(text):
        return True
    unreal = _UNREAL.search(text)
    if unreal and not re.search(
        r"\b(?:were|was|have been|has been|downed|killed|shot|died|injured|wounded|struck|hit|fired|launched|collapsed|destroyed|damaged|attacked|shelled|bombed|sank|fell|exploded)\b",
        text,
    ):
        return True
    if any(h.precision in (DatePrecision.YEAR, DatePrecision.MONTH) for h in hits) and not _has_news_day(
        hits, published
    ):
        return True
    if published is None:
        return False
    limit = published.date() - timedelta(days=3)
    days = [h.end for h in hits if h.precision is DatePrecision.DAY and h.end]
    return bool(days) and all(d < limit or d > published.date() + timedelta(days=1) for d in days)


def _has_news_day(hits: list[DateHit], published: datetime | None) -> bool:
    """ "273 drones on Sunday, topping the record set in February": the day of the news stands beside the old date."""
    if published is None:
        return any(h.rule in ("weekday", "relative") for h in hits)
    start = published.date() - timedelta(days=3)
    return any(h.precision is DatePrecision.DAY and h.end and start <= h.end for h in hits)


def is_count_of_days(text: str) -> bool:
    """Sums over more than a day, activity counts and losses in battle are no attack."""
    return bool(_MANY_DAYS.search(text) or _BATTLE.search(text))
