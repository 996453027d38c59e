"""The clock by which a page tells its days: "overnight" of a page published at 22:30 UTC is the next day's in Kyiv."""

import functools
from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from app.domain.vocabulary import EntityKind, PlaceLevel
from app.extract.context import Context, EntityIndex
from app.extract.gazetteer import rows


@functools.cache
def _zones() -> dict[str, str]:
    """ISO 3166-1 alpha-2 -> IANA zone of the capital."""
    return {r["country_code"]: r["zone"] for r in rows("zones.csv")}


def zone_of(index: EntityIndex) -> str:
    """The zone of the country in which most of the page's towns and regions lie; of its countries where it names none."""
    near: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for entity in index.entities:
        if entity.kind is not EntityKind.PLACE or entity.place is None or entity.place.country_code not in _zones():
            continue
        told = sum(not m.metonym for m in entity.mentions)
        (whole if entity.place.level is PlaceLevel.COUNTRY else near)[entity.place.country_code] += told
    best = (+near or +whole).most_common(1)
    return _zones()[best[0][0]] if best else Context.zone


def local_day(moment: datetime, zone: str) -> date:
    """The calendar day there; a bare date (midnight UTC) stays itself."""
    if moment.astimezone(UTC).time() == datetime.min.time():
        return moment.astimezone(UTC).date()
    return moment.astimezone(ZoneInfo(zone)).date()
