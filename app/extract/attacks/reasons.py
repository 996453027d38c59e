"""Why a number is no figure of this attack: sums of a longer time, deliveries, the older of two tolls, ages, what is made or lost in battle.

A wrong number is worse than a missing one: what is read here is left out whatever the parse says.
"""

import re
from collections.abc import Callable

from app.extract.attacks.lexicon import ONE_PERSON
from app.extract.attacks.numbers import WORDS, Number
from app.extract.attacks.reading import Reading

_N = rf"(?:\d[\d,]*|{'|'.join(w for w in WORDS if w != 'zero')})"
_SINCE = (
    r"since (?:the (?:start|beginning|outbreak|war|invasion|full-scale|ground|escalation|fighting|conflict|truce|ceasefire)|its|it|"
    r"(?:the )?(?:last |early |late |mid-)?(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)[a-z]*|(?:last )?(?:spring|summer|autumn|fall|winter|year|month|week)|\d{4}|then|liberation|Russia|Israel|Hamas)"
)
_SPAN = (
    rf"(?:{_SINCE}|so far (?:this|in) |this (?:year|month|week|spring|summer|autumn|winter)|(?:in|over|during|within) (?:just |only |nearly |almost |about |more than |the )*(?:past |last |previous )?"
    rf"(?:{_N} |few |several )?(?:weeks?|months?|years|week|(?<!the )(?:two|three|four|five|six|seven) days)\b|(?:per|each|every) (?:day|night|week|month|year)\b|during the (?:[\w-]+ )?(?:war|campaign|offensive|invasion)|in the war\b|over the course of the war)"
)
_SUPERLATIVE = re.compile(
    r"\b(?:largest|biggest|deadliest|heaviest|worst|most|first|highest|fiercest|second|third|fourth|fifth|greatest|record|massive)\b",
    re.IGNORECASE,
)
_LATER = re.compile(rf"[^.;:]{{0,140}}?\b{_SPAN}", re.IGNORECASE)
_EARLIER = re.compile(rf"(?:^|[.;:] )[^.;:]{{0,40}}\b{_SPAN}[^.;:]{{0,110}}$", re.IGNORECASE)
_WAR_SUM = re.compile(
    r"\b(?:(?:war|conflict|offensive|campaign|invasion|fighting) (?:in [\w ]{1,20} )?(?:has|have|had|that has) (?:\w+ )?(?:killed|claimed|left|wounded|cost|displaced)|"
    r"(?:bringing|brings|raising|raises|taking|takes|pushing|pushes) (?:the )?(?:(?:overall|total|cumulative)[\w ]{0,30} )?to $|total (?:number|death toll|losses)[^.;]{0,60}$)",
    re.IGNORECASE,
)
#: "In its war on the strip, it has killed 36,000": a thousand and more are nobody's single attack
_IN_ITS_WAR = re.compile(
    r"\b(?:[Ii]n|[Dd]uring|[Tt]hroughout) (?:its|the|their|this|[A-Z]\w+['’]s) (?:[\w-]+ ){0,2}(?:war|campaign|conflict)\b[^.;]*$"
)
#: the massacre that began the war in Gaza is the background of every page about it
_OCTOBER = re.compile(r"\bOct(?:\.|ober) 7\b|\b7 Oct(?:\.|ober)\b|took[^.;]{0,40}hostage", re.IGNORECASE)


def _over_long_time(reading: Reading, number: Number, before: str, after: str) -> bool:
    """ "236 residents died since November", "over the past week 1,100 bombs"; not "574 drones, the largest raid since July"."""
    if re.match(r"(?: [\w-]+){1,4} a (?:day|night|week|month|year)\b(?! of)", after):
        return True  # "60 bombs a day"
    later = _LATER.match(after)
    if later and not _SUPERLATIVE.search(later.group()):
        return True
    earlier = _EARLIER.search(before)
    return bool(earlier and not _SUPERLATIVE.search(earlier.group()))


def _of_the_war(reading: Reading, number: Number, before: str, after: str) -> bool:
    """ "the war has killed 35,000", "bringing to 282 the number killed since …", "killed 1,200 and took 250 hostages on Oct. 7"."""
    lead = before[-140:]
    if re.search(r"\b(?:bringing|raising|taking) to $", lead):
        return True
    war = _WAR_SUM.search(lead)
    if _IN_ITS_WAR.search(before) and number.low >= 1000:
        return True
    return bool(war and not war.group().lower().startswith(("bring", "rais", "tak", "push"))) or bool(
        _OCTOBER.search(reading.text) and not _SUPERLATIVE.search(reading.text)
    )


def _delivered(reading: Reading, number: Number, before: str, after: str) -> bool:
    """ "sent 100 missiles to Russia", "received 30 launchers", "will build 3,000 a year": given, bought or made, not fired."""
    given = r"(?:pledged?|promised?|deliver(?:ed|s|ing)?|suppl(?:y|ied|ies)|provid(?:ed?|es|ing)|donat(?:ed?|es|ing)|transfer(?:red)?|hand(?:ed)? over|receiv(?:ed?|es|ing)|order(?:ed|s)?|b(?:uy|ought)|purchas(?:ed?|ing)|fund(?:ed|s)?|financ(?:ed?|ing)|produc(?:ed?|es|ing)|manufactur(?:ed?|es|ing)|build(?:s|ing)?|built|assembl(?:ed?|es|ing)|need(?:s|ed)?|(?:plant|factory|company|firm|refinery|mine|port) employs|stockpil(?:ed?|es|ing)|exported?|sold|sells?)"
    if re.search(rf"\b{given}\b (?:[\w,-]+ ){{0,9}}(?:and )?(?:[\w-]+ ){{0,2}}$", before[-110:], re.IGNORECASE):
        return not re.search(
            r"\b(?:launched|fired|shot down|downed|intercepted|killed|wounded|injured|struck)\b", before[-110:]
        )
    sent = re.search(
        r"\b(?:sent|sends?|sending|shipped|ship(?:s|ping)?) (?:[\w,-]+ ){0,10}$", before[-110:], re.IGNORECASE
    )
    return bool(sent and re.match(r"(?: [\w-]+){1,4} to (?!the (?:area|city|region|capital))[A-Z]", after))


def _being_older(reading: Reading, number: Number, before: str, after: str) -> bool:
    """The two of "climbed from two to three"; the three of "three in an earlier count"."""
    if re.search(
        r"\b(?:lowering|revising|correcting|raising|up from|down from|from|than) (?:an? )?(?:earlier|previous|initial) (?:\w+ ){0,3}of $",
        before,
    ):
        return True
    return bool(
        re.search(r"\b(?:from|up from|down from) $", before, re.IGNORECASE) and re.match(rf",? to {_N}\b", after)
    ) or bool(
        re.search(
            r"\b(?:up|down|revised|rising|increased) from (?:an earlier |a previous |the )?(?:[\w-]+ ){0,2}$", before
        )
    )


def _not_dead(reading: Reading, number: Number, before: str, after: str) -> bool:
    """ "fighting for the lives of four patients": they live; "all but 61 of the drones": what was left; "615 of its troops have been killed": the war's, not an attack's."""
    lives = r"\b(?:fight\w*|battl\w*|struggl\w*|sav(?:e|ed|ing)|fear(?:s|ed)?|spar(?:ed|ing)) (?:for )?(?:the )?(?:lives|life) of [^.;]{0,60}$"
    own = r" of (?:its|their|his|our) (?:own )?(?:troops|soldiers|men|servicemen|personnel|forces|fighters)\b"
    attack = reading.weapons or re.search(r"\b(?:strikes?|attacks?|shelling|barrage|raids?|bomb\w*)\b", reading.text)
    rest = re.search(r"\ball but (?:[\w,]+ of the \w+ and )?$", before) and re.match(r" of the [a-z]", after)
    return bool(rest) or bool(re.search(lives, before, re.IGNORECASE)) or bool(re.match(own, after) and not attack)


_HE_WAS = re.compile(rf"\b(?:{ONE_PERSON}|victim)(?: (?:killed|dead|who died))? (?:was|is) $")


def _being_age(reading: Reading, number: Number, before: str, after: str) -> bool:
    """ "aged between 3 and 16", "aged from 20 to 64", "a couple in their 60s", "ages 5, 9 and 11"."""
    if re.search(r"\b(?:aged?|ages) (?:between|from) [\w-]+ (?:and|to) $", before):
        return True
    if _HE_WAS.search(before[-80:]) and re.match(r"[.,;]|$", after):
        return True  # "the dead man was 73"
    return bool(
        re.search(
            r"\b(?:aged?|ages|age of|between the ages of)(?: (?:between|from|of))?(?: [\w-]+,?| and| to){0,4} $",
            before[-45:],
            re.IGNORECASE,
        )
    ) and not re.match(r" (?:people|persons|civilians|others|drones|missiles|were|was)\b", after)


def _doing_it(reading: Reading, number: Number, before: str, after: str) -> bool:
    """ "two gunmen shot dead seven", "48 aircraft took part", "four bombers launched": who or what struck is not what was struck."""
    return bool(
        re.match(
            r"(?: [\w-]+){0,3}? (?:gunm[ae]n|attackers?|assailants?|launchers?|bombers?|crews?|pilots|warships|ships|jets|planes|aircraft carriers?|destroyers?|carriers|brigades?|operators)\b(?! (?:were|was|had been) (?:killed|wounded|injured|shot|downed|hurt))",
            after,
        )
    ) and not re.match(r"(?: [\w-]+){0,3}? (?:crew members?)\b", after)


def _of_other_things(reading: Reading, number: Number, before: str, after: str) -> bool:
    """ "5,600 shelling attacks, 161 of them with rocket systems": attacks by rockets, not rockets."""
    return bool(
        re.match(r" of (?:them|which|these|those) (?:with|using|by|from|on|at|against)\b", after)
    ) and not re.search(r"\b(?:drones?|UAVs?|missiles?|rockets?|bombs?|people|killed|injured|wounded)\b", before)


_MEN = re.compile(r"\b(?:losses|servicemen|troops|soldiers|militants|fighters|personnel|manpower)\b", re.IGNORECASE)


def _in_battle(reading: Reading, number: Number, before: str, after: str) -> bool:
    """ "lost 47,000 men and five Su-25", "eliminated 1,310 troops", "captured 12 soldiers", "38 clashes"."""
    after_close = after[:60]
    if re.match(r"(?: [\w-]+){0,2} (?:were|was) (?:eliminated|neutrali[sz]ed|liquidated)\b", after) and _MEN.search(
        reading.text
    ):
        return not _ARMED.match(after)  # "some 150 were eliminated in the south"
    lost = re.search(
        r"\b(?:lost|losses|casualties) (?:[\w,-]+ ){0,12}$|\b(?:losses of|losing|losses amount(?:ed)? to|losses:) (?:[\w,-]+ ){0,6}$",
        before[-90:],
        re.IGNORECASE,
    )
    enemy = re.match(
        r" (?:[\w-]+ ){0,2}(?:tanks?|armou?red|vehicles|artillery systems?|combat engagements?|clashes|assaults?|prisoners|POWs|captives|hostages|deserters|Su-\d\d)",
        after_close,
    )
    men = lost and re.match(
        r" (?:[\w-]+ ){0,2}(?:men|soldiers|troops|personnel|servicemen|fighters|invaders)\b", after_close
    )
    return bool((lost and enemy) or men or (enemy and not re.search(r"\bshot down\b|\bdowned\b", reading.text)))


def _by_hand(reading: Reading, number: Number, before: str, after: str) -> bool:
    """ "two gunmen shot dead seven people", "stabbed three": violence of another kind."""
    return not reading.weapons and bool(
        re.search(
            r"\b(?:gunm[ae]n|stabb(?:ed|ing)|shooting attack|mass shooting|car[- ]ramming|drive-by|shot dead by police)\b",
            reading.text,
            re.IGNORECASE,
        )
    )


_AGO = r"(?:an?|one|two|three|four|five|six|ten|\d+) (?:days?|nights?|weeks?|months?|years?) (?:earlier|before|ago|previously)|the (?:night|day|week|month) before|(?:the|on the) previous (?:night|day|evening)|previously"


#: "The raid follows last week's blasts that killed 37": what came before has its own toll
_FOLLOWS = re.compile(
    r"\b(?:attacks?|strikes?|raids?|escalation|violence|shelling|incident|assault|bombardment|barrage|it|this) (?:also )?(?:follow(?:s|ed)|came after|comes after|(?:came|comes) on the heels of) (?!by )[^.;]*\b(?:that|which|in which|killing|injuring|wounding|left|leaving)\b[^.;]*$",
    re.IGNORECASE,
)


def _of_an_earlier_event(reading: Reading, number: Number, before: str, after: str) -> bool:
    """ "two weeks after a strike killed two generals", "57 people were killed earlier this month in …"."""
    ago = r"(?:[Ee]arlier this (?:week|month|year)|[Ll]ast (?:week|month|year|winter|spring|summer|autumn))"
    if _FOLLOWS.search(before):
        return True
    return bool(
        re.search(rf"(?:^|[.;] |\n)(?:{_AGO}),? [^.;]{{0,120}}$", before, re.IGNORECASE)
        or re.search(r"\b(?:days?|weeks?|months?|years?) after (?!midnight)[^.;]{0,150}$", before)
        or re.search(rf"(?:^|[.;] ){ago},? [^.;]{{0,90}}$", before)
        or re.match(rf"[^.;,]{{0,60}}\b{ago}\b", after)
        or re.search(r"\b(?:[Pp]rior to|[Bb]efore) (?:this|the latest|today['’]s) (?:attack|strike|raid)\b", before)
    )


def _in_care(reading: Reading, number: Number, before: str, after: str) -> bool:
    """ "590 patients are hospitalised, almost double its capacity": whom a hospital holds, not whom an attack hurt."""
    return bool(re.match(r" (?:[\w-]+ )?patients\b(?! (?:were|was|had been) (?:killed|wounded|injured|hurt))", after))


def _of_a_gallery(reading: Reading, number: Number, before: str, after: str) -> bool:
    """ "1 of 3 | A house burns": which picture of how many."""
    if re.match(r" (?:of|/) \d{1,3} ?(?:\||–|—|\n|$)", after):
        return True
    return bool(re.search(r"\b\d{1,3} (?:of|/) $", before) and re.match(r" ?(?:\||–|—|\n|$)", after))


def _in_a_name(reading: Reading, number: Number, before: str, after: str) -> bool:
    """ "USS Laboon (DDG 58)": a hull number."""
    return bool(re.search(r"\([A-Z]{2,4}[ -]$", before) and after.startswith(")"))


_ARMED = re.compile(r"(?: [\w-]+){0,3}? (?:drones?|UAVs?|missiles?|rockets?|bombs|shells|projectiles)\b")
_DAY = re.compile(
    r"\b(?:overnight|last night|today|yesterday|in the night|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b",
    re.IGNORECASE,
)


def _too_many(reading: Reading, number: Number, before: str, after: str) -> bool:
    """A thousand weapons and no day beside them are the sum of many attacks: the largest single one known had 810 drones."""
    summed = number.low >= 1000 or re.search(r"\bso far\b", reading.text)
    return bool(summed and _ARMED.match(after)) and not _DAY.search(reading.text)


#: the name of a reason is what a debug run prints beside the number
REASONS: tuple[tuple[str, Callable[[Reading, Number, str, str], bool]], ...] = (
    ("earlier_event", _of_an_earlier_event),
    ("longer_time", _over_long_time),
    ("whole_war", _of_the_war),
    ("delivery", _delivered),
    ("older_toll", _being_older),
    ("not_dead", _not_dead),
    ("age", _being_age),
    ("attackers", _doing_it),
    ("other_things", _of_other_things),
    ("battle", _in_battle),
    ("by_hand", _by_hand),
    ("in_care", _in_care),
    ("gallery", _of_a_gallery),
    ("name", _in_a_name),
    ("too_many", _too_many),
)


def reason_against(reading: Reading, number: Number) -> str | None:
    """The name of the first reason for which `number` is no figure of the attack, None when it may be one."""
    before = reading.text[: number.span.start - reading.offset]
    before = re.sub(
        r"(?:at least|more than|over|no fewer than|about|around|some|nearly|almost|approximately|up to|as many as|another|a further|a total of) $",
        "",
        before,
        flags=re.IGNORECASE,
    )
    after = reading.text[number.span.end - reading.offset :]
    return next((name for name, holds in REASONS if holds(reading, number, before, after)), None)
