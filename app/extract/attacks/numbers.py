"""Numbers of news English: digits, words, qualifiers. "dozens" and "several" are no numbers."""

import re
from dataclasses import dataclass

from app.domain.document import Span
from app.domain.vocabulary import Qualifier
from app.extract.starts import Starts

_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
WORDS = {w: i for i, w in enumerate(_UNITS)} | {w: 10 * (i + 2) for i, w in enumerate(_TENS)}
_WORD = rf"(?:a|two|three|four) dozen|(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_UNITS[1:10])}))?|{'|'.join(_UNITS[1:])})(?: hundred(?: and \w+(?:-\w+)?)?)?|(?:a|one) hundred|both"
_DIGITS = r"\d{1,3}(?:[, ]\d{3})+|\d{1,6}"
_QUALIFIER = {
    Qualifier.AT_LEAST: r"at least|more than|over|no fewer than|no less than|not less than|upwards of|above|at minimum|a minimum of",
    Qualifier.AT_MOST: r"up to|at most|no more than|as many as|under|fewer than|less than",
    Qualifier.ABOUT: r"(?<!known )(?<!information )(?<!data )about|around|some|nearly|almost|approximately|roughly|close to|an estimated",
}
_PRE = "|".join(f"(?P<{q.value}>{p})" for q, p in _QUALIFIER.items())
NUMBER = Starts(
    re.compile(
        rf"(?<![\w.,$€£/-])(?:(?:{_PRE}) )?(?P<all>[Aa]ll (?:of )?(?:the )?|[Ee]very one of (?:the )?|[Ee]ach of (?:the )?)?(?P<number>{_DIGITS}|(?:{_WORD})(?!\w))(?:(?: ?[-–—] ?| to )(?P<high>{_DIGITS})| or (?P<other>{_DIGITS}|(?:{_WORD})(?!\w)))?"
        r"(?P<percent> ?%| ?percent| per cent| ?(?:km|kilomet|met(?:er|re)s|miles|years?|year-old|months?|hours?|minutes?|days?|weeks?|a\.m|p\.m|GMT|million|billion|people in all of|times|tons|tonnes|mm\b|cm\b|square|barrels|rubles|roubles|euros|hectares|households|kilo|kg|dollars|st\b|nd\b|rd\b|th\b|:\d)\w*| (?:thirds?|quarters?|fifths?) of|-(?:thirds?|quarters?|fifths?|fold|way|seat(?:er)?|star|room|year|month|day|hour|mm|story|storey|floor|km|man)\b)?(?![\w]|[.,]\d|/\d)",
        re.IGNORECASE,
    )
)


@dataclass(frozen=True, slots=True)
class Number:
    """`span` covers the number word(s) alone, without its qualifier."""

    span: Span
    low: int
    high: int
    qualifier: Qualifier
    whole: bool  # "all 14", "both"


def value(words: str) -> int | None:
    """Integer of digits or words, None when it is neither."""
    low = words.lower().strip()
    digits = re.sub(r"[, ]", "", low)
    if digits.isascii() and digits.isdigit():
        return int(digits)
    if low == "both":
        return 2
    if low.endswith("dozen"):
        return 12 * {"a": 1, "two": 2, "three": 3, "four": 4}[low.split()[0]]
    if "hundred" in low:
        lead, _, rest = low.partition(" hundred")
        more = value(rest.removeprefix(" and ")) if rest.strip() else 0
        return (1 if lead == "a" else WORDS.get(lead, 1)) * 100 + (more or 0)
    parts = re.split(r"[- ]", low)
    return sum(WORDS[p] for p in parts) if all(p in WORDS for p in parts) else None


_AGE = re.compile(
    r"(?:\baged?(?: [\w-]+(?:, and|,| and))*|\b(?:(?:m[ae]n|wom[ae]n|boys?|girls?|child|children|baby|person|resident|teenager|pensioner|driver|worker|son|daughter|brother|sister)s? of)|"
    r"\b(?:m[ae]n|wom[ae]n|boys?|girls?) of \d+ and) $",
    re.IGNORECASE,
)
#: "soldiers under 25", "people over 60"
_GROWN = re.compile(
    r"\b(?:soldiers|people|men|women|those|everyone|persons|prisoners|children|citizens|males?|youths?|boys|girls)(?: aged)? $"
)
_APPOSED_AGE = re.compile(
    r"(?:[A-Z][\w'’-]+|\b(?:man|woman|boy|girl|victim|guard|employee|resident|worker|driver|person|soldier)),? \(?$"
)
_CALENDAR = re.compile(
    r"\b(?:since|in|until|late|early|mid|by|from|of|during|before|after|year|spring|summer|autumn|fall|winter|and) $",
    re.IGNORECASE,
)
_ONE_OF = re.compile(
    r"one of (?:those|them|its|the|his|her|their|a|several|many|Russia['’]s|Ukraine['’]s)\b(?! (?:two|three|four|five|six|drones|missiles|injured|wounded|victims|dead))",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\d{1,2}\. [A-Z]")
_LABEL = re.compile(
    r"\b(?:day|days|group|article|no|number|chapter|line|flight|brigade|route|page|part|stage|phase|level|category|grade|project|hermes|mark|mk|block|type|terminal|reactor|school|bus|tram)\.? $",
    re.IGNORECASE,
)


_YEAR_BEHIND = re.compile(r",? 20[0-4]\d\b(?! \w)")


def _is_no_count(text: str, match: re.Match[str], low: int) -> bool:
    """An age ("a man of 25", "Ivan, 34,"), a year ("since late 2023") or a label ("day 445")."""
    before, after = text[max(0, match.start() - 40) : match.start()], text[match.end() : match.end() + 2]
    if _AGE.search(before) or (
        before.endswith((", ", " (")) and after[:1] in (",", ")") and low <= 110 and _APPOSED_AGE.search(before)
    ):
        return True
    if 1900 <= low <= 2100 and len(match["number"]) == 4 and (_CALENDAR.search(before) or not before.strip()):
        return True
    if re.match(r"(?:under|over|above) ", match.group(), re.IGNORECASE) and _GROWN.search(before):
        return True
    if re.search(r"\b(?:record|high|peak|best) of $", before, re.IGNORECASE):
        return True  # "topping the record of 267"
    if low == 1 and re.search(
        r"\b(?:every|every single|this|that|each|another such|which|any|first|last|latest|only|the) $",
        before,
        re.IGNORECASE,
    ):
        return True  # "every single one"
    if low == 1 and re.search(r"\b(?:is|was|were|be|being) $", before) and text.startswith(" of ", match.end()):
        return True  # "it was one of six fired"
    year = len(match["number"]) == 4 and 1990 <= low <= 2100
    if (year and re.search(r"\d,? $", before)) or (low < 32 and _YEAR_BEHIND.match(text, match.end())):
        return True  # "darkJul 21 2024": a date glued to a word
    if re.search(r"\b(?:latter|former) $", before):
        return True  # "the latter three"
    if re.match(r" (?:in the (?:morning|afternoon|evening)|at night|o['’]clock)\b", text[match.end() :]) and low < 25:
        return True  # "at about 11 in the morning"
    if low < 4 and re.search(r"\b(?:combination|mix|mixture|either|which) of the $", before):
        return True  # "a combination of the two"
    if re.search(r"\b(?:no|not)[ -]$", before, re.IGNORECASE) and low == 1:
        return True  # "no one on board"
    if _ONE_OF.match(text, match.start()) or (not before.strip() and _LISTED.match(text, match.start())):
        return True
    return bool(_LABEL.search(before)) and match["number"].isdigit()


def numbers(text: str) -> list[Number]:
    """Every plain count in `text`, in order; ages, years, percentages, distances, times and ordinals are left out."""
    found = []
    for match in NUMBER.finditer(text):
        low = value(match["number"])
        if match["percent"] or low is None or _is_no_count(text, match, low):
            continue
        upper = next((g for g in ("high", "other") if match[g]), None)  # "20 to 30", "five or six"
        high = value(match[upper]) if upper else low
        qualifier = next((q for q in _QUALIFIER if match[q.value]), Qualifier.RANGE if upper else Qualifier.EXACT)
        end = match.end(upper or "number")
        whole = bool(match["all"]) or match["number"].lower() == "both"
        found.append(Number(Span(match.start("number"), end), low, high if high is not None else low, qualifier, whole))
    return found
