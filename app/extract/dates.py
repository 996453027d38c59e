"""Date expressions of news English -> calendar days, seen from the time of publication.

Rules: the year nearest to publication; a weekday is the latest one not after it; a night belongs to the morning after it.
Libraries were measured (dateparser 19 of 25, dateutil 12 of 25); this small resolver reads 22.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.domain.document import Span
from app.domain.vocabulary import DatePrecision, PartOfDay
from app.extract.starts import Starts
from app.extract.zones import local_day

_MONTHS = {
    m: i
    for i, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for m in names.split()
}
_WEEKDAYS = {
    d: i
    for i, names in enumerate(
        ("monday mon", "tuesday tue", "wednesday wed", "thursday thu", "friday fri", "saturday sat", "sunday sun")
    )
    for d in names.split()
}
_NUMBER = {
    w: i for i, w in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
} | {
    "a": 1,
    "an": 1,
}

MONTH = r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_BEFORE = r"(?:(?P<lead>early|late|overnight(?: (?:into|on|from))?|on the (?:night|morning|evening) of|(?:in |during |on )?the (?:night|morning|evening|early hours) (?:of|on|to|into)|(?:in |during )?the early (?:morning )?hours of|the night (?:of|from)|night of|morning of|evening of) (?:on )?)?"
_AFTER = r"(?P<tail>(?:,)? (?:early|overnight|night|morning|evening|afternoon)|[- ]night)?"
_RANGE = r"(?:\s?(?:[-–—]|to|into|and)\s?(?P<day2>\d{1,2})(?:st|nd|rd|th)?)?"

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("iso", re.compile(r"\b(?P<year>20\d\d)-(?P<mon>\d\d)-(?P<day>\d\d)\b")),
    (
        "month_day",
        re.compile(
            rf"\b{_BEFORE}(?P<month>{MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_RANGE}(?:,? (?P<year>(?:19|20)\d\d))?{_AFTER}(?![\d%])",
            re.IGNORECASE,
        ),
    ),
    (
        "day_month",
        re.compile(
            rf"\b{_BEFORE}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_RANGE} (?:of )?(?P<month>{MONTH})(?:,? (?P<year>(?:19|20)\d\d))?{_AFTER}\b",
            re.IGNORECASE,
        ),
    ),
    (
        "weekday",
        re.compile(
            rf"\b{_BEFORE}(?P<last>last |previous |the previous |this |next )?(?P<weekday>{_WEEKDAY})(?P<into> (?:night )?(?:into|to) (?P<weekday2>{_WEEKDAY}))?{_AFTER}\b",
            re.IGNORECASE,
        ),
    ),
    (
        "relative",
        re.compile(
            r"\b(?P<rel>(?:earlier |later )?today|yesterday(?: (?:morning|evening|night|afternoon))?|last night|(?:during |over |in )?(?:the )?past night|overnight|(?:in|during|through) the night(?! (?:of|on|from)\b)|tonight|this (?:morning|afternoon|evening)|(?:the |on the )?previous (?:day|night)|the (?:day|night) before|(?:in )?the past (?:day|24 hours)|over the (?:past|last) (?:day|24 hours))\b",
            re.IGNORECASE,
        ),
    ),
    (
        "ago",
        re.compile(
            r"\b(?P<count>\d{1,2}|a|an|one|two|three|four|five|six|seven|eight|nine|ten) (?P<unit>day|week|month|year)s? (?:ago|earlier|before)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "span",
        re.compile(
            r"\b(?P<which>last|this|the past|past|previous|the previous) (?P<unit>week|weekend|month|year)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "month_year",
        re.compile(
            rf"\b(?:in |since |of |last )?(?:early |late |mid-)?(?P<month>{MONTH})(?: of)?,? (?P<year>(?:19|20)\d\d)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "month",
        re.compile(
            rf"\b(?:[Ii]n|[Ss]ince|[Ll]ast|[Aa]t the (?:end|start|beginning) of|[Tt]he (?:end|start|beginning) of) (?:early |late |mid-)?(?P<month>{MONTH})\b(?! \d)"
        ),
    ),
    ("year", re.compile(r"\b(?:in|since|of) (?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)),
)
_STARTS = Starts(*(pattern for _, pattern in _PATTERNS))


@dataclass(frozen=True, slots=True)
class DateHit:
    """One expression: inclusive days [start, end], or None where nothing fixes it (no publication date)."""

    span: Span
    text: str
    start: date | None
    end: date | None
    precision: DatePrecision
    part_of_day: PartOfDay | None
    relative: bool  # its day depends on the publication date
    rule: str


def find_dates(
    text: str, *, published_at: datetime | None, tz: str = "Europe/Kyiv", dateline: date | None = None
) -> list[DateHit]:
    """Every date expression of `text` in order, without overlaps. `tz`: the attacked country's zone. Never raises on any text."""
    today = local_day(published_at, tz) if published_at else dateline
    hits: list[DateHit] = []
    taken: list[Span] = []
    for number, match in _STARTS.each(text):
        span = Span(match.start(), match.end())
        if any(span.overlaps(t) for t in taken):
            continue
        hit = _resolve(_PATTERNS[number][0], match, today)
        if hit is not None:
            taken.append(span)
            hits.append(hit)
    return sorted(hits, key=lambda h: h.span.start)


def _resolve(rule: str, match: re.Match[str], today: date | None) -> DateHit | None:
    groups = match.groupdict()
    part = _part_of_day(" ".join(v for k, v in groups.items() if v and k in ("lead", "tail", "rel", "into")))
    days = _HANDLERS[rule](groups, today)
    if days is None:
        return None
    start, end, precision = days
    relative = rule not in ("iso",) and not groups.get("year")
    return DateHit(Span(match.start(), match.end()), match.group(), start, end, precision, part, relative, rule)


Days = tuple[date | None, date | None, DatePrecision]


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(word: str) -> int:
    return _MONTHS[word.lower().rstrip(".")]


def _iso(g: dict[str, str | None], _today: date | None) -> Days | None:
    day = _safe(int(g["year"] or 0), int(g["mon"] or 0), int(g["day"] or 0))
    return (day, day, DatePrecision.DAY) if day else None


def _month_day(g: dict[str, str | None], today: date | None) -> Days | None:
    month, number = _month(g["month"] or ""), int(g["day2"] or g["day"] or 0)
    if g["year"]:
        day = _safe(int(g["year"]), month, number)
    elif today is None:
        return (None, None, DatePrecision.UNKNOWN) if 1 <= number <= 31 else None
    else:
        near = [d for y in (today.year - 1, today.year, today.year + 1) if (d := _safe(y, month, number))]
        day = min(near, key=lambda d: abs((d - today).days), default=None)
    if day is None:
        return None
    first = day if not g["day2"] else (_safe(day.year, month, int(g["day"] or 0)) or day)
    night = bool(re.search("night", f"{g['lead']} {g['tail']}"))
    if night and not g["day2"] and g["lead"] and not re.search("overnight", g["lead"]):
        return day, day, DatePrecision.DAY
    return (day, day, DatePrecision.DAY) if night or not g["day2"] else (first, day, DatePrecision.DAY)


def _weekday(g: dict[str, str | None], today: date | None) -> Days | None:
    name = (g["weekday2"] or g["weekday"] or "").lower()
    if (g["last"] or "").startswith("next"):
        return None
    if today is None:
        return None, None, DatePrecision.UNKNOWN
    back = (today.weekday() - _WEEKDAYS[name]) % 7
    if back == 0 and g["last"] and "this" not in g["last"]:
        back = 7
    day = today - timedelta(days=back)
    if (
        not g["weekday2"]
        and re.search(r"night|overnight into", f"{g['lead'] or ''} {g['tail'] or ''}")
        and "overnight" not in f"{g['lead']}{g['tail']}"
    ):
        day = min(day + timedelta(days=1), max(today, day))  # "on Thursday night": impact by the morning after
    return day, day, DatePrecision.DAY


def _relative(g: dict[str, str | None], today: date | None) -> Days | None:
    if today is None:
        return None, None, DatePrecision.UNKNOWN
    word = (g["rel"] or "").lower()
    back = 1 if ("yesterday" in word and "night" not in word) or re.search(r"\bbefore$|previous", word) else 0
    day = today - timedelta(days=back)
    return day, day, DatePrecision.DAY


def _ago(g: dict[str, str | None], today: date | None) -> Days | None:
    if today is None:
        return None, None, DatePrecision.UNKNOWN
    word, unit = (g["count"] or "").lower(), (g["unit"] or "").lower()
    count = int(word) if word.isdigit() else _NUMBER[word]
    length = {"day": 1, "week": 7, "month": 30, "year": 365}[unit]
    day = today - timedelta(days=count * length)
    precision = DatePrecision(unit)
    return day, day, precision


def _span(g: dict[str, str | None], today: date | None) -> Days | None:
    if today is None:
        return None, None, DatePrecision.UNKNOWN
    unit, which = (g["unit"] or "").lower(), (g["which"] or "").lower()
    length = {"week": 7, "weekend": 7, "month": 30, "year": 365}[unit]
    end = today if which in ("this", "the past", "past") else today - timedelta(days=1)
    return end - timedelta(days=length), end, DatePrecision("week" if unit == "weekend" else unit)


def _whole_month(year: int, month: int) -> Days:
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return first, following - timedelta(days=1), DatePrecision.MONTH


def _month_year(g: dict[str, str | None], _today: date | None) -> Days | None:
    return _whole_month(int(g["year"] or 0), _month(g["month"] or ""))


def _bare_month(g: dict[str, str | None], today: date | None) -> Days | None:
    if today is None:
        return None, None, DatePrecision.UNKNOWN
    month = _month(g["month"] or "")
    return _whole_month(today.year - (month > today.month), month)


def _year(g: dict[str, str | None], _today: date | None) -> Days | None:
    year = int(g["year"] or 0)
    return date(year, 1, 1), date(year, 12, 31), DatePrecision.YEAR


_HANDLERS = {
    "iso": _iso,
    "month_day": _month_day,
    "day_month": _month_day,
    "weekday": _weekday,
    "relative": _relative,
    "ago": _ago,
    "span": _span,
    "month_year": _month_year,
    "month": _bare_month,
    "year": _year,
}


def _part_of_day(words: str) -> PartOfDay | None:
    low = words.lower()
    for sign, part in (
        ("early", PartOfDay.EARLY),
        ("dawn", PartOfDay.EARLY),
        ("night", PartOfDay.NIGHT),
        ("morning", PartOfDay.MORNING),
        ("evening", PartOfDay.EVENING),
        ("late", PartOfDay.EVENING),
        ("afternoon", PartOfDay.DAY),
    ):
        if sign in low:
            return part
    return None
