"""Districts (raions), communities (hromadas) and city districts by name. Data (KATOTTG, GeoNames): data/units.csv, see data/README.md."""

import functools
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from app.domain.findings import Place
from app.domain.vocabulary import PlaceLevel, UnresolvedReason
from app.extract.gazetteer import Named, fold, gazetteer, rows, unresolved

#: digits of a KATOTTG code that a unit shares with what lies in it
_PREFIX = {PlaceLevel.DISTRICT: 6, PlaceLevel.COMMUNITY: 9, PlaceLevel.CITY_DISTRICT: 14}
_TOWN = 9  # those of a town with the districts of its city
#: endings that make a Russian district's adjective of its seat: Shebekinsky, Klintsovsky, Surazhsky
_ADJECTIVE = (("insky", "ino"), ("ovsky", "y"), ("ovsky", "ovo"), ("sky", ""), ("sky", "sk"), ("sky", "a"))
WORD = {PlaceLevel.COMMUNITY: "Community"}
#: what an English word for a unit may mean
LEVELS = {
    "district": frozenset({PlaceLevel.DISTRICT, PlaceLevel.CITY_DISTRICT}),
    "raion": frozenset({PlaceLevel.DISTRICT}),
    "rayon": frozenset({PlaceLevel.DISTRICT}),
    "hromada": frozenset({PlaceLevel.COMMUNITY}),
    "community": frozenset({PlaceLevel.COMMUNITY}),
}


@dataclass(frozen=True, slots=True)
class Table:
    """Units by folded name, and by the code of their seat."""

    by_name: Mapping[str, tuple[Named, ...]]
    by_seat: Mapping[str, tuple[Named, ...]]


@functools.cache
def table() -> Table:
    """units.csv, loaded once a process."""
    names: dict[str, list[Named]] = defaultdict(list)
    seats: dict[str, list[Named]] = defaultdict(list)
    for row in rows("units.csv"):
        entry = Named(row["name"], _place(row))
        seats[row["seat"]].append(entry)
        for key in {fold(n) for n in row["spellings"].split(";")}:
            names[key].append(entry)
    seats.pop("", None)
    return Table({k: tuple(v) for k, v in names.items()}, {k: tuple(v) for k, v in seats.items()})


def _place(row: Mapping[str, str]) -> Place:
    latitude, longitude = (float(row[axis]) if row[axis] else None for axis in ("latitude", "longitude"))
    level, pin = PlaceLevel(row["level"]), row["precision"] or None
    return Place(None, row["katottg"], row["iso_3166_2"], "UA", latitude, longitude, level, pin)


def holds(outer: Place, inner: Place) -> bool:
    """Does the district, community or city district hold the other place? By their codes; False where one has none."""
    size = _PREFIX.get(outer.level)
    if size is None or not outer.katottg or not inner.katottg or outer.katottg == inner.katottg:
        return False
    return outer.katottg[:size] == inner.katottg[:size]


def in_city(district: Place, city: Place) -> bool:
    """A city district and its city."""
    if district.level is not PlaceLevel.CITY_DISTRICT or city.level is not PlaceLevel.SETTLEMENT:
        return False
    if district.katottg and city.katottg:
        return district.katottg[:_TOWN] == city.katottg[:_TOWN]
    return (district.latitude, district.longitude) == (city.latitude, city.longitude)


def unit(
    name: str, levels: Collection[PlaceLevel], *, city: Place | None, near: Mapping[str, int], towns: Collection[str]
) -> Named | None:
    """The unit that "NAME district" means on a page; None where no table knows the name.

    `city`: whose district it is said to be; `near`: how often each region (ISO 3166-2) is named; `towns`: KATOTTG codes of
    the towns named. Namesakes that the page does not tell apart give a place that is not resolved ("ambiguous").
    """
    known = _known(name, levels)
    if city is not None and (own := [n for n in known if in_city(n.place, city)]):
        return own[0]
    here = {code[:_TOWN] for code in towns}
    known = [n for n in known if n.place.level is not PlaceLevel.CITY_DISTRICT or n.place.katottg]
    ranked = sorted(known, key=lambda n: _weight(n.place, name, near, here), reverse=True)
    if not ranked:
        return None
    weights = [_weight(n.place, name, near, here) for n in ranked[:2]]
    if len(ranked) == 1 or (weights[0] > weights[1] and any(weights[0][:2])):
        return ranked[0]
    level = ranked[0].place.level if len({n.place.level for n in ranked}) == 1 else PlaceLevel.OTHER
    return Named(f"{name} {WORD.get(level, 'District')}", unresolved(UnresolvedReason.AMBIGUOUS, level))


def named_units(name: str, word: str) -> list[Named]:
    """Every unit that the name with its word ("district", "hromada") may mean, without a text around it."""
    return _known(name, LEVELS[word.lower()])


def _known(name: str, levels: Collection[PlaceLevel]) -> list[Named]:
    """By the unit's own name, else by another spelling of its seat's ("Novomoskovsk district")."""
    found = list(table().by_name.get(fold(name), ()))
    if not found:
        seat = gazetteer().settlement(name, countries=("UA",))
        found = list(table().by_seat.get((seat.place.katottg if seat else None) or "", ()))
    return [n for n in found if n.place.level in levels]


def _weight(place: Place, name: str, near: Mapping[str, int], towns: Collection[str]) -> tuple[bool, int, bool]:
    """A city's district where the city is named; else the region named most; a seat's own name is the raion's."""
    town = (place.katottg or "")[:_TOWN] in towns
    city = place.level is PlaceLevel.CITY_DISTRICT
    plain = not fold(name).endswith(("sky", "na", "ny"))
    return city and town and not plain, near.get(place.iso_3166_2 or "", 0), city is not plain


def elsewhere(name: str, levels: Collection[PlaceLevel], *, city: Place | None) -> Named | None:
    """A district that no table knows, pinned on the town it is named after, or on the city it is said to be of."""
    if PlaceLevel.DISTRICT not in levels:
        return None
    if city is not None and city.level is PlaceLevel.SETTLEMENT:
        level = PlaceLevel.CITY_DISTRICT
        return Named(f"{name} District", replace(city, geonames_id=None, katottg=None, level=level))
    seats = [name, *(name.removesuffix(end) + new for end, new in _ADJECTIVE if name.endswith(end))]
    seat = next((s for one in seats if (s := _seat(one))), None)
    if seat is not None:
        place = replace(seat.place, geonames_id=None, katottg=None, level=PlaceLevel.DISTRICT, precision="seat")
        return Named(f"{name} District", place)
    if name.endswith(("sky", "skyi", "skyy", "skiy", "kyi", "kyy")):
        return Named(f"{name} District", unresolved(UnresolvedReason.NOT_IN_GAZETTEER, PlaceLevel.DISTRICT))
    return None


def _seat(name: str) -> Named | None:
    """A town outside Ukraine: Ukraine's districts are all in the table."""
    found = gazetteer().settlement(name, countries=("RU", "BY"))
    return found if found and found.place.country_code != "UA" else None
