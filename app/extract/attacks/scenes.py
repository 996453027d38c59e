"""A sentence as a scene: what it tells of an attack, and which sentences are background (trends, threats, sums of many days, other years)."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from functools import cached_property

from spacy.tokens import Token

from app.domain.document import Span
from app.domain.findings import Entity
from app.domain.vocabulary import DatePrecision, Metric, PlaceLevel, Subject
from app.extract.attacks.actors import Actor
from app.extract.attacks.background import SOFT, has_news_day, is_background, is_count_of_days, is_trend
from app.extract.attacks.lexicon import AIRSTRIKE, ARTILLERY, ATTACK_NOUN, FAMILY, REMAINS, Weapon
from app.extract.attacks.reading import Claim, Reading
from app.extract.dates import DateHit

WAVE = (Metric.LAUNCHED, Metric.DOWNED, Metric.LOST)
TOLL = (Metric.KILLED, Metric.INJURED)

_OTHER_CAUSE = re.compile(
    r"\b(?:accident|crash(?:ed)?|derail\w*|earthquake|flood\w*|drown\w*|mine|landmines?|heart attack|suicide|protest\w*|gunm[ae]n|opened fire|shooting|stabb\w+|knife|car bomb\w*|assassinat\w+|gas (?:explosions?|blasts?|leaks?)|explosions? of (?:household |domestic |natural )?gas)\b",
    re.IGNORECASE,
)
_GUNMEN = re.compile(
    r"\b(?:gunm[ae]n|attackers?|assailants?) (?:\w+ )?(?:opened fire|shot|stormed|stabbed|rammed)\b|\bstabb\w+|\bcar bomb|\bgas (?:explosions?|blasts?|leaks?)\b|\bexplosions? of (?:household |domestic |natural )?gas\b",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"(?:^|\b)(?:FILE|PHOTO|File photo|Photo(?:graph)?|Image(?:s source)?|Source|Credit)\s*[:>–-]|\bvia (?:REUTERS|AP|AFP)\b|\((?:\w+ )?(?:Photo|Reuters Photo|Getty)|\((?:EPA|AP|AFP|Reuters|REUTERS|Anadolu)[\w /-]*\)\s*$|Getty Images|/Handout|Handout/",
    re.IGNORECASE,
)
_STRUCK = re.compile(
    r"\b(?:subjected|downed|shot down|intercepted|employed|hurled|flattened|levell?ed|razed|holed|crippled|rammed|raided|mounted|staged|struck|striking|attacking|shelling|bombing|launching|firing|hit|hits|attacked|launched|fired|shelled|bombed|bombarded|targeted|pounded|shelling|strikes?|attacks?|exploded|explosions?|killed|kills?|wounded|injured|damaged|destroyed|raid|barrage|assault|bombardment|crashed|landed|fell|sank|sunk|holed|crippled|rammed|raided|set (?:on fire|fire|ablaze|alight)|ignited|collapsed|slammed|rocked|stormed|invaded)\b",
    re.IGNORECASE,
)
_HARM = re.compile(
    r"\b(?:damag\w+|destroyed|shot down|downed|intercepted|caught fire|on fire|ablaze|burn\w*|fires? broke|blaze|shatter\w+|smashed|collapsed|debris|wreckage|fragments|suffered|hit|struck|harmed|blasts?|explosions?|without (?:power|electricity|light|heat(?:ing)?|water)|in the dark|blackouts?|lost power|(?:power|water|electricity|gas|heating) (?:supply |supplies )?(?:was|were) cut|crashed|landed|fell|set (?:on fire|fire|ablaze|alight)|alight|collapsed|tore|ripped|targets?|targeted|came under|under (?:attack|fire)|(?:attacks?|strikes?|incidents?|intercept(?:ion)?s|downings) (?:occurred|happened|took place|were (?:recorded|reported))|air defen[cs]e(?:s|s? (?:systems?|units|forces))? (?:was|were|had been) (?:activated|engaged|active|working|operating|in action|at work))\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"\b(?:region|oblast|district|city|over|above|there|territory|areas?)\b")
_STRIKING = re.compile(
    r"(?:subjected|struck|hits?|strikes?|attack(?:ed|s)|launch(?:ed|es)|fired?|fires|shell(?:ed|s)|bomb(?:ed|s)|bombarded|target(?:ed|s)|pounded|pounds|kill(?:ed|s)|wound(?:ed|s)|injured?|damag(?:ed|es)|destroy(?:ed|s)|caught|exploded|crashed|landed|fell|sank|sunk|sinks?|died?|used|sent|conducted|shot|downed|intercepted|released|dropped|foiled|repelled|repulsed|unleashed|unleashing|employed|hurled|rained|flattened|levell?ed|razed|striking|attacking|shelling|bombing|pounding|hitting|launching|firing|carried|delivered|inflicted|set|ignited|tore|ripped|slammed|collapsed|burn(?:ed|t)|bombed)"
)


def _progressive(token: Token) -> bool:
    """ "was striking": going on at the time told of."""
    if token.tag_ != "VBG":
        return False
    if token.dep_ == "xcomp" and token.head.lemma_ in ("confirm", "acknowledge", "admit", "claim"):
        return True  # "confirmed hitting the depot"
    return any(c.dep_ == "aux" and c.tag_ in ("VBD", "VBZ") for c in token.children)


_SAID = re.compile(
    r"\b(?:said|says|reported|wrote|announced|added|confirmed|stated|told [\w ]{1,20}|statement)(?: (?:in|on) (?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)[\w ]{1,20}?)?(?:,? (?:late|early))?(?: on)? $"
)
_APART = re.compile(
    r"(?:Later (?:on|in|that|the same)\b(?! [^.;]{0,30}?,? (?:[\w'’-]+ ){1,5}(?:said|reported|announced|confirmed|wrote|added|put|raised|updated)\b)|Earlier (?:on )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?:an? |the )?(?:[\w-]+ ){0,3}(?:attacks?|strikes?|airstrikes?|drones?|missiles?|shelling|raid)\b|Also (?:on )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? (?:an?|the|[A-Z]\w+) |Separately\b|In (?:a|another|yet another) (?:separate )?(?:attack|strike|incident|raid|shelling)|A separate\b|Hours later\b|Earlier in the (?:day|evening|night))"
)
#: "was left without light by a Russian attack on the grid"
_BY_ATTACK = re.compile(r"\b(?:by|in|after) an? (?:[\w-]+ ){0,4}(?:attack|strike|raid|barrage|bombardment)\b")
#: what stands before the date of a dateline: "Kharkiv, ", "EL-FASHER, Sudan, "
_PLACED = re.compile(r"(?:[A-Z][\w'’/-]*[ ,.]+){1,5}\(?")


class Tells(IntEnum):
    """How much of an attack a sentence tells."""

    NOTHING = 0
    HARM = 1  # damage at a place: a detail of an attack told elsewhere
    TOLL = 2  # casualties without their cause: the attack was named before
    STRIKE = 3  # the attack itself


_ALL_OVER = re.compile(
    r"\b(?:several|different|various|many) (?:parts|regions|cities|places|areas)\b|\b(?:across|throughout) (?:the country|[A-Z]\w+)|\bover the (?:past|last) (?:day|24 hours)\b|\bpast (?:day|24 hours)\b|\bregions\b",
)
DAY_BEFORE = re.compile(r"yesterday|(?:on )?the (?:previous day|day before)|previous day", re.IGNORECASE)


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
    origins: list[tuple[Span, Entity]] = field(default_factory=list)  # where it was launched
    target_name: str | None = None
    tells: Tells = Tells.NOTHING
    half: bool = False  # the second part of a sentence that tells of two attacks
    continues: bool = False  # tells when the attack before happened, not where
    aside: bool = False  # "five days after …": only places another attack in time
    old: bool = False  # belongs to an attack before the news
    item: int | None = None  # number of the list item it stands in
    coarse: DateHit | None = None  # the week or month it tells of, where no day is known
    chance: float | None = None  # the arbiter's, that it tells of an attack of the page's news
    two_sided: bool = False  # two attackers in one sentence: its weapons are not those of one attack

    @property
    def struck(self) -> bool:
        return bool(_STRUCK.search(self.text))

    @property
    def apart(self) -> bool:
        """ "Later on Saturday …", "In a separate strike …": opens another attack."""
        return self.tells is Tells.STRIKE and bool(_APART.match(self.text))

    @property
    def goes_on(self) -> bool:
        """ "Part of the block fell down on Sunday": when it happened, told behind the attack without a place."""
        if self.tells or self.aside or self.claims or not self.day or not self.event:
            return False
        return bool(_HARM.search(self.text)) and not is_trend(self.text)

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
            and (
                h.rule in ("month_day", "day_month", "iso", "weekday")
                or (h.rule == "relative" and DAY_BEFORE.match(h.text))
                or (h.rule == "ago" and not re.search("before", h.text))
            )
        ]
        return fixed[0].end if fixed else None

    def is_of_report(self, hit: DateHit) -> bool:
        """ "police said on Sunday", "KYIV, May 26 –": the day of the statement, not that of the attack."""
        before, after = self.text[: hit.span.start - self.span.start], self.text[hit.span.end - self.span.start :]
        if hit.rule == "iso" and before.strip().lower() in ("", "date"):
            return True  # "date 2024-04-21 RAFAH --": the head of the page
        return bool(
            _SAID.search(before)
            or re.match(r"[^.;]{0,40}\bday of mourning", after)
            or (_PLACED.fullmatch(before) and re.match(r"(?: \(\w+\))? ?[-–—.:/(]", after))
        )

    @property
    def reported(self) -> date | None:
        """The day on which it was stated."""
        said = [h for h in self.hits if h.precision is DatePrecision.DAY and self.is_of_report(h)]
        return next((h.end for h in said if h.rule != "iso"), said[0].end if said else None)

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
        return any(c.metric in WAVE and c.subject is not Subject.AIRCRAFT for c in self.claims)

    @property
    def has_toll(self) -> bool:
        return any(c.metric in TOLL and c.low for c in self.claims)

    @property
    def has_many(self) -> bool:
        """A toll that no two attacks share by chance."""
        return any(c.metric in TOLL and c.low > 1 for c in self.claims)

    @property
    def sums_up(self) -> bool:
        """Casualties of several places or of a whole day, told by no weapon: "killed ten in several parts of the country"."""
        wide = all(e.place and e.place.level is PlaceLevel.REGION for _, e in self.places) and len(self.places) != 1
        return self.has_toll and not self.reading.weapons and wide and bool(_ALL_OVER.search(self.text))

    @property
    def arms(self) -> frozenset[str]:
        """What it was done with, missiles of all kinds as one; "both" fits either."""
        if self.two_sided:
            return frozenset()
        return frozenset("missile" if "missile" in w.subject.value else w.subject.value for w in self.used)

    @property
    def used(self) -> list[Weapon]:
        """Weapons named whole: of fragments and debris nobody says whose they are."""
        return [w for w in self.reading.weapons if not REMAINS.match(self.text, w.span.end - self.span.start)]

    @cached_property
    def past(self) -> bool:
        """Some verb is in the past."""
        return any(t.tag_ in ("VBD", "VBN") for t in self.reading.sent)

    @property
    def event(self) -> bool:
        """A verb of striking in the past (present in a headline), neither denied nor conditional: told as an event."""
        tags = ("VBD", "VBN", "VBZ", "VBP") if self.headline else ("VBD", "VBN")
        if self.past and (_BY_ATTACK.search(self.text) or self._acted):
            return True
        return any(
            (t.tag_ in tags or _progressive(t))
            and _STRIKING.fullmatch(t.lower_)
            and t.dep_ not in ("acl", "amod")
            and not any(c.dep_ == "neg" or c.tag_ == "MD" for c in t.children)
            for t in self.reading.sent
        )

    @property
    def _acted(self) -> bool:
        """The attacker is followed by its verb, whatever the parser made of it."""
        if self.attacker is None:
            return False
        after = self.text[self.attacker.span.end - self.span.start :]
        return bool(re.match(rf"(?:['’]s)?(?: [\w-]+){{0,2}}? {_STRIKING.pattern}\b", after))

    @property
    def told_as_done(self) -> bool:
        """The main verb is in the past ("attacks with artillery and drones continue" tells of no one attack)."""
        return self.headline or self.reading.sent.root.tag_ in ("VBD", "VBN")

    @property
    def dated(self) -> bool:
        return any(h.precision is DatePrecision.DAY for h in self.hits)

    @property
    def means(self) -> frozenset[str]:
        """Families of weapons: what flies, what is dropped, what is shot from the ground, what swims."""
        if self.two_sided:
            return frozenset()
        found = {FAMILY.get(w.subject, "") for w in self.reading.weapons} - {""}
        if AIRSTRIKE.search(self.text):
            found.add("bomb")
        if ARTILLERY.search(self.text):
            found.add("ground")
        return frozenset(found)


def weigh(scene: Scene, published: datetime | None) -> Tells:
    """What the sentence tells; background tells nothing."""
    told = Tells.NOTHING if scene.aside else _told(scene)
    if told is Tells.NOTHING:  # most sentences: what is background need not be asked
        return told
    hard = SOFT.sub("", scene.text)
    if is_count_of_days(hard):
        return Tells.NOTHING
    if not is_background(scene.text, scene.hits, published):
        return told
    fresh = scene.event and has_news_day(scene.hits, published) and not is_trend(hard)
    return told if fresh else Tells.NOTHING


def _told(scene: Scene) -> Tells:
    if _is_strike(scene):
        return Tells.STRIKE
    if any(c.metric in TOLL for c in scene.claims) and not _OTHER_CAUSE.search(scene.text):
        return Tells.TOLL
    if scene.past and scene.places and _HARM.search(scene.text) and not _CAPTION.search(scene.text):
        return Tells.HARM
    return Tells.NOTHING


def _is_strike(scene: Scene) -> bool:
    """Counted weapons, casualties of a named violence, or a strike that has happened on a named place."""
    metrics = {c.metric for c in scene.claims if c.subject is not Subject.PERSON}
    if metrics & {*WAVE, Metric.HIT, Metric.LEFT}:
        return True
    toll, armed = any(c.metric in TOLL for c in scene.claims), bool(scene.reading.weapons)
    seen = scene.attacker or (armed and (scene.reading.triggers or scene.event))
    if not toll and not (seen and (scene.countries or armed) and scene.struck):
        return False
    if not armed and _GUNMEN.search(scene.text):
        return False
    violent = armed or ATTACK_NOUN.search(scene.text) or ARTILLERY.search(scene.text)
    return bool(violent) and (toll or _happened(scene))


def _happened(scene: Scene) -> bool:
    """Told as done: a past main verb (a headline may be in the present), and no caption of a picture."""
    root, past = scene.reading.sent.root, scene.past
    if _CAPTION.search(scene.text):
        return past and bool(scene.day)
    if scene.headline:
        return True
    return past and (
        root.tag_ not in ("VBZ", "VBP") or root.lemma_ in ("say", "report", "claim", "write", "have", "be")
    )
