"""Constructions that say what happened to a number, whatever the parse makes of them. Each is a regular expression with its metric."""

import re
from collections.abc import Callable

from app.domain.vocabulary import Metric
from app.extract.attacks.lexicon import Trigger, Weapon
from app.extract.attacks.numbers import WORDS, Number
from app.extract.attacks.reading import Reading

_FATE_WORDS = (
    (Metric.LOST, r"(?:lost|jammed|suppressed|missing from radar|electronically)"),
    (Metric.DOWNED, r"(?:downed|shot down|brought down|destroyed|intercepted|neutrali[sz]ed|eliminated|taken down)"),
)
_STRIKES = r"(?:hit|struck|slammed into|crashed into|smashed into|landed (?:on|in)|exploded (?:on|in|near|at))"


def phrase_metric(reading: Reading, number: Number, thing: Weapon | str | None) -> tuple[Metric, str] | None:
    """The metric of a number that stands in one of the constructions below, with the name of the construction."""
    if isinstance(thing, str):
        return None
    before = reading.text[: number.span.start - reading.offset]
    after = reading.text[number.span.end - reading.offset :]
    for name, rule in _RULES:
        metric = rule(reading, number, before, after)
        if metric is not None:
            return metric, name
    return None


def _counted_as(reading: Reading, number: Number, before: str, after: str) -> Metric | None:
    """ "listed 59 missiles and 54 drones as downed": the word behind "as", for every number in front of it."""
    for metric, words in _FATE_WORDS:
        if re.match(rf"[^.;:]{{1,80}}? as (?:having been |being )?{words}\b", after) and re.search(
            r"\b(?:listed|counted|reported|recorded|registered|classed|confirmed|gave|put)\b", before
        ):
            return metric
    return None


def _fired_and_hit(reading: Reading, number: Number, before: str, after: str) -> Metric | None:
    """ "when four missiles fired from HIMARS launchers hit a barracks": they hit; that they were fired goes without saying."""
    fired = r"(?:fired|launched|dropped|released|sent) (?:by|from|at|on|into|out of|over) (?:[^.;,]|\.(?=\S)){1,70}?"
    found = re.match(rf"(?: [\w-]+){{1,4}}? {fired} {_STRIKES}\b(?! by)", after)
    return Metric.HIT if found else None


def _of_which(reading: Reading, number: Number, before: str, after: str) -> Metric | None:
    """ "653 drones and 52 missiles, of which 592 and 31, respectively, were shot down": what follows says it."""
    opened = re.search(
        r"\b(?:of|out of) (?:which|them|these|those|that number)(?:,? [^.;:]{0,25})? ?$", before, re.IGNORECASE
    )
    if not opened:
        return None
    follows = re.match(
        r"(?: and [\w,]+| or [\w,]+)?(?:,? respectively,?)? (?:were|was|had been|have been|are) (?:\w+ly )?", after
    )
    return _trigger_at(reading, number, follows)


def _took_part(reading: Reading, number: Number, before: str, after: str) -> Metric | None:
    """ "at least 200 drones took part", "were involved", "were used against it"."""
    found = re.match(
        r"(?: [\w-]+){1,4}?(?: and [\w-]+(?: [\w-]+){0,3}?)? (?:took part|participated|approached|(?:attempted|tried) to (?:attack|strike|hit|reach)|were (?:also )?(?:involved|used|employed|spotted|in the air|heading|registered|detected|recorded|counted|tracked|among the (?:weapons|missiles|targets|means))(?! until| and (?:\w+ )?(?:destroyed|shot|downed|intercepted|hit)))\b",
        after,
    )
    return Metric.LAUNCHED if found and not re.search(r"\b(?:shot down|downed|intercepted)\b", found.group()) else None


def _most_of(reading: Reading, number: Number, before: str, after: str) -> Metric | None:
    """ "99% of the more than 300 drones", "most of the 20 missiles", "most of 120 drones and 40 missiles": the whole of a part told without a number."""
    found = re.search(
        r"(?:%|\bper ?cent|\bpercent|\b(?:[Mm]ost|[Mm]any|[Ss]ome|[Hh]alf|[Mm]ajority|[Aa]lmost all|[Nn]early all|[Vv]irtually all)) (?:all )?of (?:the |some |about |around |nearly |almost |more than |over |at least |roughly |an estimated )*(?:(?:[\w,-]+ ){1,5}?(?:drones|UAVs|missiles|rockets|bombs) and (?:some |about |over )?)?$",
        before,
    )
    whole_behind = re.match(r" (?:out )?of (?:the |some )?\d", after)  # "half of 12 missiles and 40 of the 66 drones"
    return Metric.LAUNCHED if found and not whole_behind else None


def _tallied(reading: Reading, number: Number, before: str, after: str) -> Metric | None:
    """ "put the totals at 127 missiles and 109 drones", "the number of missiles at 94": launched, for both."""
    found = re.search(
        r"\bput (?:the |its |their )?(?:\w+ )?(?:totals?|tally|tallies|numbers?|figures?|count)(?: of \w+(?: and \w+)?)? at (?:[\w-]+(?: [\w-]+){1,3} and )?(?:about |some |around )?$",
        before,
    )
    told = re.search(r"\b(?:intercept|shot down|down(?:ed)|destroy|toll|dead|killed|wounded|injured)", before[-60:])
    return Metric.LAUNCHED if found and not told else None


_SAME_END = re.compile(
    r"(?: [\w-]+){1,4} (?:met|suffered|shared|had) the same (?:end|fate)\b|(?: [\w-]+){1,4} (?:went the same way|followed suit)\b"
)


def _same_end(reading: Reading, number: Number, before: str, after: str) -> Metric | None:
    """ "ten missiles were shot down, while 17 drones met the same end": the fate told last before."""
    told = [
        t
        for t in reading.triggers
        if t.span.end <= number.span.start and t.metric in (Metric.DOWNED, Metric.LOST, Metric.HIT)
    ]
    return told[-1].metric if told and _SAME_END.match(after) else None


_N = rf"(?:\d[\d,]*|(?:{'|'.join(WORDS)})(?:-\w+)?)"
_OFTEN = r"(?:up to |at least |more than |over |about |around |some |nearly |almost |as many as |another |a total of )?"


def _both_fates(reading: Reading, number: Number, before: str, after: str) -> Metric | None:
    """ "shot down or suppressed 615 targets", "downed/jammed 98 drones": one number for both is told as downed."""
    down = r"(?:shot down|downed|destroyed|intercepted|brought down|taken down)"
    lost = r"(?:suppressed|jammed|neutrali[sz]ed|disabled|lost)"
    both = rf"(?:{down}(?:/| or | and |, or ){lost}|{lost}(?:/| or | and ){down})"
    behind = re.match(rf"(?: [\w/-]+){{0,4}} (?:were|was|had been|have been) {both}\b", after)
    return Metric.DOWNED if behind or re.search(rf"\b{both} {_OFTEN}$", before, re.IGNORECASE) else None


def _hits_by(reading: Reading, number: Number, before: str, after: str) -> Metric | None:
    """ "direct hits by missiles and 60 drones were recorded", "impacts of 12 UAVs": they hit."""
    found = re.search(
        rf"\b(?:hits?|impacts?) (?:by|of|from) (?:[\w-]+ (?:[\w-]+ )?and )?{_OFTEN}$", before, re.IGNORECASE
    )
    return Metric.HIT if found else None


#: "an attempt … using 33 drones was foiled": a ministry's formula for all of them shot down
_FOILED = re.compile(r"\battempt(?:s|ed)?\b[^.;]*$", re.IGNORECASE)
_STOPPED = re.compile(r"\b(?:foil|thwart|stopp|prevent|suppress|repel|disrupt|frustrat)\w*")


def _attacked_by(reading: Reading, number: Number, before: str, after: str) -> Metric | None:
    """ "was attacked near the strait by up to ten boats", "65 air strikes with 131 bombs": sent, whatever became of them."""
    passive = rf"\b(?:attacked|targeted|raided|bombarded|pounded|assaulted) (?:[^.;,:]{{0,80}} )?by {_OFTEN}$"
    means = (
        rf"\b(?:strikes?|attacks?|raids?|sorties|bombardments?|barrages?) (?:with|using|involving|comprising) {_OFTEN}$"
    )
    if not re.search(f"{passive}|{means}", before, re.IGNORECASE):
        return None
    foiled = _FOILED.search(before) and _STOPPED.search(f"{before} {after}")
    return Metric.DOWNED if foiled else Metric.LAUNCHED


def _found_its_mark(reading: Reading, number: Number, before: str, after: str) -> Metric | None:
    """ "five found their target", "seven missiles reached their targets", "three got through"."""
    found = re.match(
        r"(?: (?!and\b|or\b|that\b|which\b|who\b|never\b|not\b|failed\b)[\w-]+){0,3} (?:found|reached|hit|struck) (?:its|their|the intended) (?:targets?|marks?)\b|(?: (?!that\b|which\b|who\b|never\b|not\b)[\w-]+){0,3} (?:got|broke|slipped|made it) through\b",
        after,
    )
    return Metric.HIT if found else None


def _before_its_part(reading: Reading, number: Number, before: str, after: str) -> Metric | None:
    """ "120 missiles and 90 drones, over 140 of which were destroyed": the whole was launched."""
    part = re.search(
        rf"^[^.;]{{0,160}}?[, —–-](?:and |but )?{_OFTEN}(?P<n>{_N}) of (?:which|them|those|these)\b(?P<rest>[^.;]{{0,70}})",
        after,
    )
    if part is None or re.search(r"\b(?:of|out of|shot down|downed|destroyed|intercepted|lost) [^.;]{0,30}$", before):
        return None
    near = re.search(r"\b(?:shot down|downed|destroyed|intercepted|lost|suppressed|jammed)\b", after[: part.start("n")])
    fate = re.search(
        r"\b(?:shot down|downed|destroyed|intercepted|neutrali[sz]ed|jammed|suppressed|lost)\b", part["rest"]
    )
    return Metric.LAUNCHED if fate and not near else None


def _followed_by_of_which(reading: Reading, number: Number, before: str, after: str) -> Metric | None:
    """ "35 missiles and 46 drones of which it downed": what became of these stands behind "of which"."""
    found = re.match(r"(?: [\w/-]+){1,3}?(?: and [\w,-]+(?: [\w/-]+){1,2}?)? of which (?P<rest>[^.;,\d]{0,60})", after)
    if found is None:
        return None
    start, end = (number.span.end + i for i in found.span("rest"))
    return next((t.metric for t in _weapon_triggers(reading) if start <= t.span.start < end), None)


def _trigger_at(reading: Reading, number: Number, found: re.Match[str] | None) -> Metric | None:
    if found is None:
        return None
    at = number.span.end + found.end()
    return next((t.metric for t in _weapon_triggers(reading) if t.span.start == at), None)


def _weapon_triggers(reading: Reading) -> list[Trigger]:
    return [t for t in reading.triggers if t.metric in (Metric.LAUNCHED, Metric.DOWNED, Metric.LOST, Metric.HIT)]


_RULES: tuple[tuple[str, Callable[[Reading, Number, str, str], Metric | None]], ...] = (
    ("both_fates", _both_fates),
    ("counted_as", _counted_as),
    ("fired_and_hit", _fired_and_hit),
    ("of_which", _of_which),
    ("hits_by", _hits_by),
    ("attacked_by", _attacked_by),
    ("found_its_mark", _found_its_mark),
    ("before_its_part", _before_its_part),
    ("followed_by_of_which", _followed_by_of_which),
    ("took_part", _took_part),
    ("most_of", _most_of),
    ("tallied", _tallied),
    ("same_end", _same_end),
)
