"""Who shot things down, read from the words: the party that defends was attacked."""

import functools
import re

from app.extract.attacks.actors import actor_words, names
from app.extract.gazetteer import fold
from app.extract.starts import Starts


@functools.cache
def _defends() -> Starts:
    actor = rf"(?<![\w-]){actor_words()}(?![\w-])(?:['’]s?)?"
    said = r"(?:(?:also )?(?:(?:was |is )?reported to have |claims to have |claimed to have |said to have )|(?:(?:also )?(?:reports|reported|says|said|claims|claimed) (?:that )?(?:it |its (?:[\w-]+ ){0,3}|(?:the )?air defen[cs]es? (?:systems |units |forces |crews )?)?(?:had |has |have )?))?"
    form = re.compile(
        rf"{actor} (?:(?:officials|authorities|[Mm]inistry of [Dd]efen[cs]e|[Mm]inistry|[Aa]ir|[Dd]efen[cs]es?|[Ff]orces?|military|army|navy|system|systems|warships?|jets) )*(?:(?:and|[Dd]efen[cs]e [Ff]orces|fighter|crews?|gunners|pilots|soldiers|troops|helped to|[A-Z]-?\d+s?|jets?) )*(?:(?:on|early|late) (?:on )?\w+day |overnight )?{said}(?:(?:had |has |have )?(?:managed|was able|were able|able|succeeded) (?:to|in) )?(?i:shot down|shoots? down|shooting down|downed|downs?|downing|intercept|destroy(?:ed|s|ing)(?= (?:[\w.,-]+ ){{0,6}}?(?:drones?|missiles?|UAVs?|targets?|rockets?|of them|all|\d))|destroy(?= (?:[\w.,-]+ ){{0,6}}?(?:drones?|missiles?|UAVs?|of them|\d))|intercept(?:ed|s|ing)|repel(?:led|s))\b"
    )
    return Starts(form)


@functools.cache
def _defended_by() -> Starts:
    form = re.compile(
        rf"\b(?:shot down|downed|intercepted|destroyed|brought down|taken down|repelled|neutrali[sz]ed) by (?:the )?{actor_words()}(?:['’]s?)? (?:[\w-]+ )?(?:air|Air|defen[cs]e|Defen[cs]e|defenders|forces|fighter)"
    )
    return Starts(form)


@functools.cache
def _units_defend() -> Starts:
    """ "Ukrainian hunter groups and gunners shot down"."""
    form = re.compile(
        rf"(?<![\w-]){actor_words()} (?:[a-z-]+,? ){{0,7}}(?:groups?|units?|crews?|teams?|defenders|gunners|hunters|batteries) (?:had |has |have )?(?:shot down|downed|intercepted|brought down|took (?:down|out)|destroyed)\b"
    )
    return Starts(form)


@functools.lru_cache(maxsize=64)
def defender_in(text: str) -> str | None:
    """The party whose defences shot things down ("Ukraine downed 34 of them", "downed by Ukrainian air defences"): it was attacked."""
    match = _defends().search(text) or _units_defend().search(text) or _defended_by().search(text)
    return names().get(fold(match["actor"])) if match else None
