"""Names of places -> coordinates and codes. Data (GeoNames CC BY 4.0, KATOTTG): see data/README.md."""

import csv
import functools
import gzip
import io
import re
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

from app.domain.findings import Place
from app.domain.vocabulary import PlaceLevel, UnresolvedReason

DATA = Path(__file__).resolve().parent / "data"
NEAR = ("UA", "RU", "BY")
ARABIC = ("PS", "LB", "YE", "SD", "SY", "IQ", "LY")
REGION_WORDS = r"(?:oblasts?|regions?|provinces?|krai|territory|republic|governorate|state)"


@dataclass(frozen=True, slots=True)
class Named:
    """One gazetteer entry: its canonical name and facts."""

    name: str
    place: Place
    population: int = 0


def rows(name: str) -> list[dict[str, str]]:
    """A CSV file of app/extract/data as dictionaries."""
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@functools.lru_cache(maxsize=50_000)
def fold(name: str) -> str:
    """Spelling-independent key: case, accents, apostrophes, hyphens and the -iy/-yy/-yi endings do not count."""
    flat = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).lower()
    flat = re.sub(r"['’ʼ`´\".]", "", flat).replace("-", " ")
    flat = re.sub(r"(?<=[a-z])(iy|yy|yi|ij|yj)\b", "y", flat)
    return re.sub(r"\s+", " ", flat).strip()


#: article and vowels of Arabic names, which every outlet writes in its own way
_ARABIC = (
    (r"\b(?:al|el|ad|an|ar|as|ash|at|az) (?=\w)", ""),
    (r"ee|ei|ay|ai|y", "i"),
    (r"ou|oo|o", "u"),
    (r"e", "i"),
    (r"q", "k"),
    (r"(.)\1", r"\1"),
    (r"h\b", ""),
)


@functools.lru_cache(maxsize=20_000)
def arabic_key(name: str) -> str:
    """Romanisations of one Arabic name share it: Deir al-Balah and Dayr al Balah, Jabalia and Jabalya."""
    flat = fold(name)
    for pattern, plain in _ARABIC:
        flat = re.sub(pattern, plain, flat)
    return "ar " + flat


@dataclass(frozen=True)
class Gazetteer:
    """Look-up tables by folded name."""

    countries: dict[str, Named]
    by_iso: dict[str, Named]
    demonyms: dict[str, Named]
    capitals: dict[str, Named]  # government seats: "Moscow" -> Russia
    regions: dict[str, Named]  # by stem: "poltava" -> Poltava Oblast
    region_by_iso: dict[str, Named]
    areas: dict[str, Named]
    settlements: dict[str, tuple[Named, ...]]

    def country(self, name: str) -> Named | None:
        return self.countries.get(fold(name.removeprefix("the ").removeprefix("The ")))

    def demonym(self, word: str) -> Named | None:
        return self.demonyms.get(fold(word.removesuffix("'s").removesuffix("’s")))

    def region(self, stem: str) -> Named | None:
        """A region by its name with or without its word: "Poltava", "Kursk region", "Republic of Tatarstan"."""
        bare = re.sub(rf"\b{REGION_WORDS}\b|^the\b|\bborder\b", "", fold(stem)).strip()
        bare = re.sub(r"^of ", "", bare).strip()
        return self.regions.get(bare) or self.regions.get(re.sub(r"(ska|skaya|skyy|sky)$", "sk", bare))

    def region_of(self, place: Place) -> Named | None:
        """The region that holds the place; None for countries, seas and what lies elsewhere."""
        return self.region_by_iso.get(place.iso_3166_2 or "")

    def country_of(self, place: Place) -> Named | None:
        return self.by_iso.get(place.country_code or "")

    def settlement(self, name: str, *, countries: tuple[str, ...] = (), region: str | None = None) -> Named | None:
        """The best settlement of that name: in the page's region, then its countries, then the most populous.

        A small place (under 15,000) outside the page's countries is not taken: most words are a village somewhere.
        """
        found = self.settlements.get(fold(name), ())
        if not found and set(countries) & set(ARABIC):
            found = self.settlements.get(arabic_key(name), ())
        if not found:
            return None

        def rank(entry: Named) -> tuple[bool, bool, bool, bool, int]:
            near = region is not None and entry.place.iso_3166_2 == region
            ours = entry.place.country_code in countries
            town = ours and entry.population >= 20_000  # a hamlet of ours must not beat London, Odesa must beat Odessa
            return (near, town, fold(entry.name) == fold(name), ours, entry.population)

        best = max(found, key=rank)
        known = best.place.country_code in countries or best.population >= 15_000
        return best if known else None


def _place(level: PlaceLevel, precision: str | None, **facts: object) -> Place:
    base = Place(None, None, None, None, None, None, level, precision)
    return replace(base, **facts)  # type: ignore[arg-type]


def unresolved(reason: UnresolvedReason, level: PlaceLevel = PlaceLevel.OTHER) -> Place:
    return replace(_place(level, None), unresolved=reason)


def _number(text: str) -> float | None:
    return float(text) if text else None


def _countries() -> tuple[dict[str, Named], dict[str, Named], dict[str, Named], dict[str, Named]]:
    names: dict[str, Named] = {}
    isos: dict[str, Named] = {}
    demonyms: dict[str, Named] = {}
    capitals: dict[str, Named] = {}
    for row in rows("countries.csv"):
        entry = Named(row["name"], _place(PlaceLevel.COUNTRY, "country", country_code=row["iso2"]))
        isos[row["iso2"]] = entry
        names |= {fold(n): entry for n in [row["name"], *row["aliases"].split(";")] if n}
        demonyms |= {fold(n): entry for n in row["demonyms"].split(";") if n}
        capitals |= {fold(n): entry for n in row["capitals"].split(";") if n}
    return names, isos, demonyms, capitals


def _regions() -> tuple[dict[str, Named], dict[str, Named]]:
    points = {
        r["iso_3166_2"]: (float(r["latitude"]), float(r["longitude"]), r["katottg"] or None)
        for r in rows("region_points.csv")
    }
    stems: dict[str, Named] = {}
    isos: dict[str, Named] = {}
    for row in rows("regions.csv"):
        lat, lon, katottg = points.get(row["iso_3166_2"], (None, None, None))
        facts = {
            "iso_3166_2": row["iso_3166_2"],
            "country_code": row["country_code"],
            "latitude": lat,
            "longitude": lon,
            "katottg": katottg,
        }
        level = PlaceLevel.SETTLEMENT if row["iso_3166_2"] == "UA-40" else PlaceLevel.REGION
        entry = Named(row["name"], _place(level, "region", **facts))
        isos[row["iso_3166_2"]] = entry
        for stem in [row["name"], *row["stems"].split(";")]:
            stems.setdefault(re.sub(rf"\b{REGION_WORDS}\b", "", fold(stem)).strip(), entry)
    return stems, isos


def _areas() -> dict[str, Named]:
    found: dict[str, Named] = {}
    for row in rows("areas.csv"):
        level = PlaceLevel(row["level"])
        facts = {"country_code": row["country_code"] or None, "latitude": _number(row["latitude"])}
        place = _place(level, level.value if row["latitude"] else None, **facts, longitude=_number(row["longitude"]))
        if not row["latitude"]:
            place = replace(place, unresolved=UnresolvedReason.TOO_VAGUE)
        found |= {fold(n): Named(row["name"], place) for n in [row["name"], *row["aliases"].split(";")] if n}
    return found


def _settlements() -> dict[str, tuple[Named, ...]]:
    preferred = {r["geonames_id"]: r["name"] for r in rows("settlement_names.csv")}
    found: dict[str, list[Named]] = {}
    with gzip.open(DATA / "gazetteer.tsv.gz", "rb") as packed:
        for line in io.TextIOWrapper(packed, encoding="utf-8"):
            number, name, country, region, lat, lon, people, katottg, spellings = line.rstrip("\n").split("\t")
            facts = {
                "geonames_id": int(number),
                "country_code": country,
                "iso_3166_2": region or None,
                "katottg": katottg or None,
            }
            place = _place(PlaceLevel.SETTLEMENT, "settlement", **facts, latitude=float(lat), longitude=float(lon))
            entry = Named(preferred.get(number, name.replace("'", "")), place, int(people))
            keys = {fold(n) for n in [name, *spellings.split("|")] if n}
            if country in ARABIC:
                keys |= {arabic_key(n) for n in [name, *spellings.split("|")] if len(n) > 4}
            for key in keys:
                found.setdefault(key, []).append(entry)
    return {key: tuple(entries) for key, entries in found.items()}


@functools.cache
def gazetteer() -> Gazetteer:
    """The tables, loaded once a process (about 0.3 s)."""
    names, isos, demonyms, capitals = _countries()
    stems, regions = _regions()
    return Gazetteer(names, isos, demonyms, capitals, stems, regions, _areas(), _settlements())
